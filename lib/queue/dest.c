#include "queue/dest.h"

#include <stdio.h>

#include "log/log.h"

static bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
}

void queue_dest_file(stralloc *path, struct bytes destination) {
  static const char hex[] = "0123456789ABCDEF";
  sa_copys(path, "run/dest/");
  size_t start = path->len;
  for (size_t i = 0; i < destination.n && path->len - start < 240; i++) {
    unsigned char c = (unsigned char)destination.s[i];
    if (plain((char)c) || (c == '.' && i))
      sa_catc(path, (char)c);
    else {
      sa_catc(path, '%');
      sa_catc(path, hex[c >> 4]);
      sa_catc(path, hex[c & 15]);
    }
  }
  sa_cstr(path);
}

static int hex_value(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

void queue_dest_name(stralloc *destination, struct bytes file) {
  destination->len = 0;
  for (size_t i = 0; i < file.n; i++)
    if (file.s[i] == '%' && i + 2 < file.n && hex_value(file.s[i + 1]) >= 0 && hex_value(file.s[i + 2]) >= 0) {
      sa_catc(destination, (char)(hex_value(file.s[i + 1]) * 16 + hex_value(file.s[i + 2])));
      i += 2;
    } else
      sa_catc(destination, file.s[i]);
  sa_cstr(destination);
}

void queue_dest_write(stralloc *out, const struct queue_dest *d) {
  struct log_line l = {0};
  sa_catf(out, "until=%lld attempts=%u", (long long)d->until, d->attempts);
  if (*d->qid)
    log_field(&l, "qid", bytes_str(d->qid));
  log_field(&l, "cause", bytes_sa(&d->cause));
  log_field(&l, "reply", bytes_of(d->reply.s, d->reply.len < 500 ? d->reply.len : 500));
  sa_catb(out, l.s, l.n);
  sa_catc(out, '\n');
}

bool queue_dest_read(struct queue_dest *d, struct bytes text) {
  struct log_reader r;
  struct bytes key, raw;
  uint64_t n;
  bool until = false;
  *d = (struct queue_dest){0};
  if (!bytes_cut(&text, '\n', &r.rest))
    return false;
  while (log_next(&r, &key, &raw))
    if (bytes_eq(key, bytes_str("until")) && bytes_u64(raw, &n) && n < INT64_MAX / 2) {
      d->until = (int64_t)n;
      until = true;
    } else if (bytes_eq(key, bytes_str("attempts")) && bytes_u64(raw, &n) && n < 1000000)
      d->attempts = (unsigned)n;
    else if (bytes_eq(key, bytes_str("qid")) && queue_id_valid(raw))
      memcpy(d->qid, raw.s, raw.n);
    else if (bytes_eq(key, bytes_str("cause")))
      log_unescape(&d->cause, raw);
    else if (bytes_eq(key, bytes_str("reply")))
      log_unescape(&d->reply, raw);
  return until;
}

void queue_dest_free(struct queue_dest *d) {
  stralloc_free(&d->cause);
  stralloc_free(&d->reply);
  *d = (struct queue_dest){0};
}
