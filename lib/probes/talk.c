#include "probes/talk.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr/ip.h"
#include "net/net.h"
#include "sys/clock.h"
#include "sys/fd.h"

static bool fill(struct talk *t) {
  int64_t left = t->end - clock_ms();
  if (left <= 0 || !fd_wait(t->in, POLLIN, (int)left))
    return false;
  ssize_t n = read(t->in, t->buf, sizeof t->buf);
  t->at = 0;
  t->n = n > 0 ? (size_t)n : 0;
  return n > 0;
}

bool talk_reach(struct talk *t, const struct conf *c, enum setting port, int ms) {
  struct ip ip, source = {.a = {127, 98, 0, (uint8_t)(1 + port)}};
  if (!ip_parse(&ip, conf_text(c, SET_listen)) || (!ip.v6 && !memcmp(ip.a, "\0\0\0\0", 4)))
    ip_parse(&ip, bytes_str("127.0.0.1"));
  *t = (struct talk){.end = clock_ms() + ms};
  t->in = t->out = net_connect(&ip, (uint16_t)conf_number(c, port), ip.v6 ? NULL : &source, ms);
  return t->in >= 0;
}

/* A longer line is cut. */
bool talk_line(struct talk *t) {
  size_t n = 0;
  for (;;) {
    if (t->at == t->n && !fill(t))
      return false;
    char c = t->buf[t->at++];
    if (c == '\n')
      break;
    if (n < TALK_LINE_MAX)
      t->line[n++] = c;
  }
  n -= n && t->line[n - 1] == '\r';
  t->line[n] = 0;
  return true;
}

int talk_reply(struct talk *t) {
  do
    if (!talk_line(t))
      return 0;
  while (strlen(t->line) > 3 && t->line[3] == '-');
  return atoi(t->line);
}

bool talk_send(struct talk *t, const char *line) {
  stralloc out = {0};
  sa_catf(&out, "%s\r\n", line);
  bool done = !fd_write_all(t->out, out.s, out.len);
  stralloc_free(&out);
  return done;
}

int talk_say(struct talk *t, const char *line) { return talk_send(t, line) ? talk_reply(t) : 0; }

bool talk_pop(struct talk *t, const char *line) { return (!line || talk_send(t, line)) && talk_line(t) && !strncmp(t->line, "+OK", 3); }
