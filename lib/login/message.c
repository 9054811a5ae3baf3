#include "base/sa.h"
#include "login/login.h"

static void put(stralloc *out, struct bytes field) {
  sa_catb(out, field.s, field.n);
  sa_0(out);
}

void login_write(stralloc *out, const struct login_message *m) {
  put(out, m->kind);
  put(out, m->sid);
  put(out, m->ip);
  put(out, m->user);
  put(out, m->word);
  sa_catb(out, m->unread.s, m->unread.n);
}

static bool take(struct bytes *rest, struct bytes *field, size_t max) {
  const char *end = rest->n ? memchr(rest->s, 0, rest->n) : NULL;
  if (!end || (size_t)(end - rest->s) > max)
    return false;
  *field = bytes_of(rest->s, (size_t)(end - rest->s));
  *rest = bytes_of(end + 1, rest->n - field->n - 1);
  return true;
}

bool login_read(struct login_message *m, struct bytes datagram) {
  bool good = take(&datagram, &m->kind, LOGIN_KIND_MAX) && take(&datagram, &m->sid, LOGIN_SID_MAX) &&
              take(&datagram, &m->ip, LOGIN_IP_MAX) && take(&datagram, &m->user, LOGIN_USER_MAX) &&
              take(&datagram, &m->word, LOGIN_WORD_MAX);
  m->unread = datagram;
  return good && datagram.n <= LOGIN_UNREAD_MAX;
}
