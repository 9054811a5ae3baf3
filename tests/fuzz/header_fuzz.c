/* The scanner sees the same whole and bytewise; what a trace line is made of never adds a line to it. */
#include <stdlib.h>

#include "header/header.h"

static void check(int condition) {
  if (!condition)
    abort();
}

static size_t lines(const stralloc *sa) {
  size_t n = 0;
  for (size_t i = 0; i < sa->len; i++)
    n += sa->s[i] == '\n';
  return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  struct bytes all = bytes_of((const char *)data, n);
  struct header_scan whole, bytewise;
  stralloc line = {0};
  header_scan_init(&whole);
  header_scan_init(&bytewise);
  header_scan_feed(&whole, all);
  for (size_t i = 0; i < n; i++)
    header_scan_feed(&bytewise, bytes_of(all.s + i, 1));
  check(whole.present == bytewise.present && whole.received == bytewise.received && whole.ended == bytewise.ended);
  check(whole.size == bytewise.size && whole.eightbit == bytewise.eightbit && bytes_eq(bytes_sa(&whole.delivered), bytes_sa(&bytewise.delivered)));
  header_received(&line, &(struct header_trace){.helo = all, .host = all, .ip = all, .user = all, .hostname = all, .with = all, .qid = all, .rcpt = all});
  check(lines(&line) <= 3);
  line.len = 0;
  header_return_path(&line, all);
  header_delivered_to(&line, all);
  check(lines(&line) == 2);
  header_scan_free(&whole);
  header_scan_free(&bytewise);
  stralloc_free(&line);
  return 0;
}
