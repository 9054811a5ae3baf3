#include "starttls/message.h"

#include "base/sa.h"

/* The next field of REST into TO, which holds MAX bytes and \0. */
static bool take(struct bytes *rest, char *to, size_t max) {
  const char *end = rest->n ? memchr(rest->s, 0, rest->n) : NULL;
  size_t n = end ? (size_t)(end - rest->s) : 0;
  if (!end || n > max)
    return false;
  for (size_t i = 0; i < n; i++)
    if (rest->s[i] <= ' ' || rest->s[i] > '~')
      return false;
  memcpy(to, rest->s, n + 1);
  *rest = bytes_of(end + 1, rest->n - n - 1);
  return true;
}

bool starttls_request_read(struct starttls_request *r, struct bytes datagram) {
  if (datagram.n > STARTTLS_REQUEST_MAX)
    return false;
  if (!take(&datagram, r->kind, STARTTLS_KIND_MAX) || !take(&datagram, r->sid, STARTTLS_SID_MAX) || !take(&datagram, r->ip, STARTTLS_IP_MAX))
    return false;
  return !datagram.n && (!strcmp(r->kind, "tls") || !strcmp(r->kind, "starttls"));
}

void starttls_request_write(stralloc *out, const struct starttls_request *r) {
  const char *const field[] = {r->kind, r->sid, r->ip};
  for (size_t i = 0; i < 3; i++) {
    sa_cats(out, field[i]);
    sa_0(out);
  }
}

bool starttls_answer_read(struct starttls_answer *a, struct bytes datagram) {
  struct bytes id;
  *a = (struct starttls_answer){0};
  if (!bytes_cut(&datagram, 0, &id) || !message_find(id.s, id.n, &a->id))
    return false;
  for (size_t i = 0; i < 4 && bytes_cut(&datagram, 0, &a->word[i]); i++)
    ;
  return true;
}

void starttls_answer_write(stralloc *out, const struct starttls_answer *a) {
  sa_catb(out, message_of(a->id)->id, 6);
  sa_0(out);
  for (size_t i = 0; i < 4 && a->word[i].s; i++) {
    sa_catb(out, a->word[i].s, a->word[i].n);
    sa_0(out);
  }
}
