#include "smtp/server_part.h"

static void use(struct smtp_server *s, size_t n) {
  if (n)
    s->last = s->in.s[n - 1];
  s->in = bytes_of(s->in.s + n, s->in.n - n);
}

/* Keeps the N first bytes of the input as part of the line, or throws them away where the line is too long. */
static void keep(struct smtp_server *s, size_t n) {
  if (s->overlong || s->line.len + n > SERVER_LINE_MAX) {
    s->overlong = true;
    s->discarded += n;
  } else
    sa_catb(&s->line, s->in.s, n);
  use(s, n);
}

static void skip_lf(struct smtp_server *s) {
  if (s->skip_lf && s->in.n) {
    s->in = bytes_of(s->in.s + (s->in.s[0] == '\n'), s->in.n - (s->in.s[0] == '\n'));
    s->skip_lf = false;
  }
}

static bool is_end(const struct smtp_server *s, char c) { return c == '\n' || (c == '\r' && s->limits.lenient); }

static size_t find_end(const struct smtp_server *s) {
  size_t n = 0;
  while (n < s->in.n && !is_end(s, s->in.s[n]))
    n++;
  return n;
}

static bool has_control(struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    if (((unsigned char)b.s[i] < ' ' && b.s[i] != '\t') || b.s[i] == 0x7f)
      return true;
  return false;
}

static void drop_nul(stralloc *line) {
  size_t n = 0;
  for (size_t i = 0; i < line->len; i++)
    if (line->s[i])
      line->s[n++] = line->s[i];
  line->len = n;
}

static void fault(struct smtp_server *s, enum message_id id) {
  s->command.faulty = true;
  s->command.fault = id;
}

/* The line end is on: what kind of line was it? */
static void judge(struct smtp_server *s, bool had_cr) {
  s->command = (struct server_command){0};
  if (s->limits.lenient)
    drop_nul(&s->line);
  else if (had_cr && s->line.len)
    s->line.len--;
  if (s->overlong)
    fault(s, SM506W_line_too_long);
  else if (!had_cr && !s->limits.lenient)
    fault(s, SM507W_command_bare_lf);
  else if (has_control(bytes_sa(&s->line)))
    fault(s, SM508W_command_control);
}

/* For strangers a bare LF ends a line, with an error; but of an overlong line only CRLF is the end. */
static bool end_line(struct smtp_server *s) {
  bool had_cr = s->last == '\r';
  char end = s->in.s[0];
  if (s->overlong && !had_cr && !s->limits.lenient) {
    keep(s, 1);
    return false;
  }
  use(s, 1);
  s->skip_lf = end == '\r';
  judge(s, had_cr);
  s->overlong = s->in_line = false;
  s->discarded = 0;
  return !s->limits.lenient || s->line.len || s->command.faulty;   /* a listed device's empty lines mean nothing */
}

bool server_take_line(struct smtp_server *s) {
  if (s->line_ready)
    return true;
  for (;;) {
    skip_lf(s);
    if (!s->in.n)
      return false;
    if (!s->in_line) {
      s->line.len = 0;
      s->last = 0;
      s->in_line = true;
    }
    keep(s, find_end(s));
    if (s->discarded > SERVER_DISCARD_MAX) {
      server_refuse(s, SM506W_line_too_long);
      server_close(s, SM506W_line_too_long);
      return false;
    }
    if (s->in.n && end_line(s))
      return s->line_ready = true;
  }
}
