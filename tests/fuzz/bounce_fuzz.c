/* Whatever the peer, the sender and the message said: a bounce has no control bytes, its lines are short enough, its
 * header section ends once, and its parts are three. */
#include <stdint.h>
#include <stdlib.h>

#include "bounce/bounce.h"
#include "classify/classify.h"

static struct bytes take(struct bytes *rest, size_t max) {
  size_t n = rest->n ? (unsigned char)rest->s[0] % (max + 1) : 0;
  struct bytes part = rest->n ? bytes_of(rest->s + 1, n < rest->n - 1 ? n : rest->n - 1) : bytes_of("", 0);
  *rest = rest->n ? bytes_of(part.s + part.n, rest->n - 1 - part.n) : *rest;
  return part;
}

static void put(stralloc *to, struct bytes b) { sa_copyb(to, b.s, b.n); }

static void check(int good) {
  if (!good)
    abort();
}

static size_t count(struct bytes all, const char *words) {
  size_t n = 0;
  for (const char *p = all.s; (p = memmem(p, all.n - (size_t)(p - all.s), words, strlen(words))); p++)
    n++;
  return n;
}

/* The report without the original, which comes last and is as it is. */
static void check_report(struct bytes all) {
  size_t line = 0;
  for (size_t i = 0; i < all.n; i++) {
    unsigned char c = (unsigned char)all.s[i];
    check(c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f));
    line = c == '\n' ? 0 : line + 1;
    check(line <= 998);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct bytes rest = bytes_of((const char *)data, size);
  struct queue_message m = {.received = 1764000000, .id = "01mj9wm004hms00000000"};
  static const unsigned short numbers[] = {0, 1};
  stralloc out = {0};
  bool eightbit;
  put(&m.sender, take(&rest, 80));
  put(&m.envid, take(&rest, 60));
  for (int i = 0; i < 2; i++) {
    struct queue_rcpt *r = queue_add_rcpt(&m);
    r->state = RCPT_FAILED;
    put(&r->addr, take(&rest, 100));
    put(&r->original, take(&rest, 60));
    put(&r->orcpt, take(&rest, 60));
    put(&r->cause, take(&rest, 20));
    put(&r->reply, take(&rest, 250));
  }
  struct bytes words = take(&rest, 120), host = take(&rest, 60), transcript = take(&rest, 100);
  const struct bounce_attempt attempt[2] = {{host, words, {transcript, transcript}}, {words, host, {bytes_of("", 0), words}}};
  struct bounce b = {.kind = size % 4, .languages = size / 4 % 3, .offset = (int)(size % 27) * 3600 - 43200, .postmaster = host,
                     .attempt = size % 5 ? attempt : NULL, .id = bytes_str("01mj9wm004hms00000000.b0"), .to = take(&rest, 60), .hostname = bytes_str("mail.example.test"),
                     .m = &m, .rcpt = numbers, .count = 2, .now = 1764000100, .until = 1764400000};
  bounce_write(&out, &b, &eightbit);
  check_report(bytes_sa(&out));
  const char *body = memmem(out.s, out.len, "\n\n", 2);
  check(body && count(bytes_of(out.s, (size_t)(body - out.s)), "\nMIME-Version:") == 1);
  check(count(bytes_sa(&out), "\nContent-Type: message/delivery-status") + count(bytes_sa(&out), "\nContent-Type: message/global-delivery-status") == 1);
  classify(&(struct failure){.kind = FAILURE_REPLY, .stage = STAGE_RCPT, .code = 550, .status = b.to, .text = bytes_sa(&m.rcpt[0].reply)});
  queue_message_free(&m);
  stralloc_free(&out);
  return 0;
}
