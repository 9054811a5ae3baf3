/* A conversation is the same whole and bytewise; its memory is bounded; nothing that is logged or asked holds a line end. */
#include <stdlib.h>

#include "../unit/smtp_play.h"

static void check(int condition) {
  if (!condition)
    abort();
}

static void both(struct bytes in, bool lenient, bool secure) {
  struct smtp_server_limits limits = play_limits;
  struct play whole, bytewise;
  limits.lenient = lenient;
  limits.starttls = limits.auth_after_tls = secure;
  limits.auth = limits.auth_required = secure && in.n % 2;
  limits.tell = true;
  play_begin(&whole, &limits);
  play_begin(&bytewise, &limits);
  play_all(&whole, in, 0, in.n + 1);
  play_all(&bytewise, in, 0, 1);
  check(bytes_eq(bytes_sa(&whole.record), bytes_sa(&bytewise.record)));
  check(whole.s.line.len <= SERVER_LINE_MAX && whole.s.accepted <= limits.recipients_max);
  check(!limits.auth_required || !whole.s.has_mail || whole.s.authenticated);
  check(!whole.s.sasl.pass.len);
  play_end(&whole);
  play_end(&bytewise);
}

/* The bytes from 0x80 stand for what a client says, so that chance gets beyond HELO. */
static const char *const words[] = {
    "HELO c\r\n", "EHLO c\r\n", "MAIL FROM:<a@b>", "MAIL FROM:", "RCPT TO:<x@y>", "RCPT TO:", "DATA\r\n", "RSET\r\n", "QUIT\r\n", "AUTH ",
    "\r\n", "\r\n.\r\n", " SIZE=", " BODY=8BITMIME", " SMTPUTF8", " RET=FULL", " ENVID=", " NOTIFY=", "DELAY", "SUCCESS,", " ORCPT=", "rfc822;", "utf-8;",
    "<@x,@y:a@b>", "<\"a b\"@c>", "Received: x\r\n", "unknown@b", "<late@b>", "<nospace@b>", "\xc3\xa9",
    "STARTTLS\r\n", "\x16", "AUTH PLAIN ", "AUTH LOGIN\r\n", "AHRhcm8AcGFzcw==", "dGFybw==\r\n", "cGFzcw==\r\n", "*\r\n", "="};

static void expand(stralloc *out, const uint8_t *data, size_t n) {
  for (size_t i = 0; i < n; i++) {
    size_t word = data[i] - 0x80u;
    if (data[i] >= 0x80 && word < sizeof words / sizeof *words)
      sa_cats(out, words[word]);
    else
      sa_catc(out, (char)data[i]);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  stralloc in = {0};
  sa_cats(&in, "");
  expand(&in, data, n);
  for (int how = 0; how < 4; how++)
    both(bytes_sa(&in), how & 1, how & 2);
  stralloc_free(&in);
  return 0;
}
