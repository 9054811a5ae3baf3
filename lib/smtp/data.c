#include "smtp/data.h"

void data_init(struct data *d, bool lenient, uint64_t size_max, unsigned hops_max) {
  *d = (struct data){.lenient = lenient, .size_max = size_max, .hops_max = hops_max};
  header_scan_init(&d->scan);
}

void data_free(struct data *d) { header_scan_free(&d->scan); }

static enum data_state fail(struct data *d, enum data_fault fault, enum data_state next) {
  if (!d->fault)
    d->fault = fault;
  return next;
}

static enum data_state put(stralloc *out, char c, enum data_state next) {
  sa_catc(out, c);
  return next;
}

/* Discarding: only CRLF.CRLF counts, whatever the fault was. */
static enum data_state discard(enum data_state s, char c) {
  switch (s) {
  case DATA_DISCARD_START:
    if (c == '.')
      return DATA_DISCARD_DOT;
    break;
  case DATA_DISCARD_CR:
    if (c == '\n')
      return DATA_DISCARD_START;
    break;
  case DATA_DISCARD_DOT:
    if (c == '\r')
      return DATA_DISCARD_DOT_CR;
    break;
  case DATA_DISCARD_DOT_CR:
    if (c == '\n')
      return DATA_ENDED;
    break;
  default:
    break;
  }
  return c == '\r' ? DATA_DISCARD_CR : DATA_DISCARD_TEXT;
}

/* A byte that is no part of a line end or of the dot. */
static enum data_state text(struct data *d, char c, stralloc *out) {
  if (c == '\r')
    return DATA_CR;
  if (c == '\n')
    return fail(d, DATA_BARE_LF, DATA_DISCARD_TEXT);
  if (!c)
    return fail(d, DATA_NUL, DATA_DISCARD_TEXT);
  return put(out, c, DATA_TEXT);
}

static enum data_state strict(struct data *d, char c, stralloc *out) {
  switch (d->state) {
  case DATA_LINE_START:
    return c == '.' ? DATA_DOT : text(d, c, out);
  case DATA_CR:
    return c == '\n' ? put(out, c, DATA_LINE_START) : fail(d, DATA_BARE_CR, discard(DATA_DISCARD_TEXT, c));
  case DATA_DOT:
    return c == '\r' ? DATA_DOT_CR : text(d, c, out);
  case DATA_DOT_CR:
    return c == '\n' ? DATA_ENDED : fail(d, DATA_BARE_CR, discard(DATA_DISCARD_TEXT, c));
  case DATA_TEXT:
    return text(d, c, out);
  default:
    return discard(d->state, c);
  }
}

static enum data_state lenient_text(char c, stralloc *out) {
  if (c == '\r')
    return put(out, '\n', DATA_CR);
  return put(out, c, c == '\n' ? DATA_LINE_START : DATA_TEXT);
}

static enum data_state lenient_start(char c, stralloc *out) { return c == '.' ? DATA_DOT : lenient_text(c, out); }

static enum data_state lenient(struct data *d, char c, stralloc *out) {
  if (!c) {
    d->nuls++;
    return d->state;
  }
  switch (d->state) {
  case DATA_CR:
    return c == '\n' ? DATA_LINE_START : c == '\r' ? DATA_CR_CR : lenient_start(c, out);
  case DATA_CR_CR:
    if (c == '\n')
      return DATA_LINE_START;
    sa_catc(out, '\n');
    return c == '\r' ? DATA_CR_CR : lenient_start(c, out);
  case DATA_DOT:
    d->ended_by_cr = c == '\r';
    return c == '\r' || c == '\n' ? DATA_ENDED : lenient_text(c, out);
  case DATA_LINE_START:
    return lenient_start(c, out);
  default:
    return lenient_text(c, out);
  }
}

/* Most bytes stand within a line: taken in one piece. */
static size_t run_length(struct bytes in) {
  size_t n = 0;
  while (n < in.n && in.s[n] != '\r' && in.s[n] != '\n' && in.s[n])
    n++;
  return n;
}

/* Size and header are judged by what came out.  After a fault nothing comes out any more; the end is found as before. */
static void judge(struct data *d, stralloc *out, size_t from) {
  if (out->len == from)
    return;
  struct bytes fresh = bytes_of(out->s + from, out->len - from);
  header_scan_feed(&d->scan, fresh);
  d->size += fresh.n;
  for (const char *p = fresh.s, *end = p + fresh.n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
    d->size++;
  if (d->size_max && d->size > d->size_max)
    fail(d, DATA_TOO_LARGE, d->state);
  else if (d->hops_max && d->scan.received > d->hops_max)
    fail(d, DATA_TOO_MANY_HOPS, d->state);
  if (d->fault)
    out->len = from;
}

size_t data_feed(struct data *d, struct bytes in, stralloc *out) {
  size_t used = 0, from = out->len;
  while (used < in.n && d->state != DATA_ENDED) {
    size_t run = d->state == DATA_TEXT ? run_length(bytes_of(in.s + used, in.n - used)) : 0;
    if (run) {
      sa_catb(out, in.s + used, run);
      used += run;
      continue;
    }
    d->state = d->lenient ? lenient(d, in.s[used], out) : strict(d, in.s[used], out);
    used++;
  }
  judge(d, out, from);
  return used;
}
