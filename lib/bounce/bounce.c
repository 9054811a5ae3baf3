#include "bounce/parts.h"

#include "base/date.h"

bool bounce_is_wanted(const struct queue_rcpt *r, enum bounce_kind kind) {
  if (kind == BOUNCE_DOUBLE)
    return true;
  if (!r->notify)
    return kind != BOUNCE_DELIVERED;
  unsigned bit = kind == BOUNCE_FAILED ? NOTIFY_FAILURE : kind == BOUNCE_DELAYED ? NOTIFY_DELAY : NOTIFY_SUCCESS;
  return !(r->notify & NOTIFY_NEVER) && (r->notify & bit);
}

enum bounce_languages bounce_languages(struct bytes word) {
  return bytes_eq(word, bytes_str("ja")) ? BOUNCE_JA : bytes_eq(word, bytes_str("en")) ? BOUNCE_EN : BOUNCE_BOTH;
}

/* An address in a header, without what could end the line. */
static void add_address(stralloc *out, struct bytes addr) {
  for (size_t i = 0; i < addr.n; i++)
    if ((unsigned char)addr.s[i] > ' ' && addr.s[i] != 0x7f)
      sa_catc(out, addr.s[i]);
}

static void add_header(stralloc *out, const struct bounce *b, const stralloc *boundary) {
  sa_cats(out, "Date: ");
  date_rfc5322(out, b->now);
  sa_cats(out, "\nFrom: Mail Delivery System <MAILER-DAEMON@");
  add_address(out, b->hostname);
  sa_cats(out, ">\nTo: <");
  add_address(out, b->to);
  sa_cats(out, ">\nSubject: ");
  subject_write(out, b);
  sa_cats(out, "\nMessage-ID: <");
  sa_catb(out, b->id.s, b->id.n);
  sa_catc(out, '@');
  add_address(out, b->hostname);
  sa_cats(out, ">\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
               "Content-Type: multipart/report; report-type=delivery-status;\n boundary=\"");
  sa_cat(out, boundary);
  sa_cats(out, "\"\n\nThis is a MIME-encapsulated message.\n");
}

static void begin_part(stralloc *out, const stralloc *boundary, const char *fields) {
  sa_cats(out, "\n--");
  sa_cat(out, boundary);
  sa_catc(out, '\n');
  sa_cats(out, fields);
  sa_catc(out, '\n');
}

static void add_human(stralloc *out, const struct bounce *b, const stralloc *boundary) {
  static const char *const fields[] = {
    [BOUNCE_BOTH] = "Content-Type: text/plain; charset=utf-8\nContent-Language: ja, en\nContent-Transfer-Encoding: base64\n",
    [BOUNCE_JA] = "Content-Type: text/plain; charset=utf-8\nContent-Language: ja\nContent-Transfer-Encoding: base64\n",
    [BOUNCE_EN] = "Content-Type: text/plain; charset=utf-8\nContent-Language: en\nContent-Transfer-Encoding: base64\n",
  };
  stralloc text = {0};
  human_text(&text, b);
  begin_part(out, boundary, fields[b->languages]);
  mime_base64(out, bytes_sa(&text));
  sa_catc(out, '\n');
  stralloc_free(&text);
}

static void add_original(stralloc *out, const struct bounce *b, const stralloc *boundary) {
  begin_part(out, boundary, b->whole ? "Content-Type: message/rfc822\n" : "Content-Type: text/rfc822-headers\n");
  if (!mime_is_ascii(b->original)) {
    out->len--;   /* one more field */
    sa_cats(out, "Content-Transfer-Encoding: 8bit\n\n");
  }
  sa_catb(out, b->original.s, b->original.n);
  if (b->original.n && b->original.s[b->original.n - 1] != '\n')
    sa_catc(out, '\n');
}

void bounce_write(stralloc *out, const struct bounce *b, bool *eightbit) {
  stralloc boundary = {0};
  mime_boundary(&boundary, b->id, b->original);
  add_header(out, b, &boundary);
  add_human(out, b, &boundary);
  begin_part(out, &boundary, "Content-Type: message/delivery-status\n");
  status_text(out, b);
  add_original(out, b, &boundary);
  sa_cats(out, "\n--");
  sa_cat(out, &boundary);
  sa_cats(out, "--\n");
  *eightbit = !mime_is_ascii(b->original) || !mime_is_ascii(b->to);
  stralloc_free(&boundary);
}
