#include "pop3/core.h"

void pop3_wipe(char *s, size_t n) {
  for (volatile char *p = s; n; n--)
    *p++ = 0;
}

void pop3_refusal(stralloc *out, enum message_id id) {
  const struct message *m = message_of(id);
  sa_cats(out, "-ERR ");
  if (*m->status)
    sa_catf(out, "[%s] ", m->status);
  sa_catf(out, "%s (%s)\r\n", m->text, m->id);
}

/* --- lines --- */

static void take_byte(struct pop3_line *l, char c) {
  if (c == '\n') {
    l->complete = true;
    if (l->n && l->s[l->n - 1] == '\r')
      l->n--;
    return;
  }
  if (!c)
    l->nul = true;
  if (l->n < POP3_LINE_MAX - 1)
    l->s[l->n++] = c;
  else
    l->overlong = true;
}

size_t pop3_core_feed(struct pop3_core *c, struct bytes in) {
  size_t n = 0;
  if (c->step != POP3_READING)
    return 0;
  while (n < in.n && !c->line.complete)
    take_byte(&c->line, in.s[n++]);
  if (c->line.complete)
    c->step = POP3_READ;
  return n;
}

void pop3_core_answered(struct pop3_core *c) {
  pop3_wipe(c->line.s, c->line.n);
  c->line.n = 0;
  c->line.complete = c->line.overlong = c->line.nul = false;
}

/* --- replies --- */

void pop3_core_say(struct pop3_core *c, const char *text) {
  sa_copys(&c->text, "+OK ");
  sa_cats(&c->text, text);
  sa_cats(&c->text, "\r\n");
  c->id = POP3_OK;
  c->step = POP3_SAYING;
}

void pop3_core_refuse(struct pop3_core *c, int id) {
  if (++c->errors >= c->errors_max && !c->last) {
    id = PO104W_too_many_errors;
    c->last = true;
  }
  c->text.len = 0;
  pop3_refusal(&c->text, (enum message_id)id);
  c->id = id;
  c->step = POP3_SAYING;
}

/* What CAPA answers (RFC 2449 5, RFC 2595 4, RFC 3206 6, RFC 5034 3); each line is true of this server. */
void pop3_capabilities(struct pop3_core *c, const struct pop3_offer *login) {
  pop3_core_say(c, "This is what I can do");
  sa_cats(&c->text, "TOP\r\nUIDL\r\n");
  if (login && (login->clear_text || login->secure))
    sa_cats(&c->text, "USER\r\nSASL PLAIN\r\n");
  if (login && login->stls && !login->secure)
    sa_cats(&c->text, "STLS\r\n");
  sa_cats(&c->text, "RESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nLOGIN-DELAY 0\r\nIMPLEMENTATION wiz98\r\n.\r\n");
}

/* --- commands --- */

static void split(const struct pop3_line *l, struct bytes *name, struct bytes *argument) {
  *argument = bytes_of(l->s, l->n);
  bytes_cut(argument, ' ', name);
  if (!argument->s)
    *argument = bytes_of("", 0);
}

static const struct pop3_verb *find(const struct pop3_verb *verbs, struct bytes name) {
  for (; verbs->name; verbs++)
    if (bytes_ieq(name, bytes_str(verbs->name)))
      return verbs;
  return NULL;
}

/* An unknown command may be a password that was sent too late, or a mistyped PASS: its first word is all that is shown,
 * and of an over-long line nothing. */
static struct bytes shown(const struct pop3_core *c, const struct pop3_verb *v, struct bytes name) {
  if (c->line.overlong || c->line.nul)
    return bytes_str("(too long, or with NUL)");
  if (v && v->secret)
    return bytes_str(v->name);
  return v ? bytes_of(c->line.s, c->line.n) : bytes_of(name.s, name.n < 16 ? name.n : 16);
}

static void run(struct pop3_core *c, const struct pop3_verb *v, void *engine, struct bytes argument) {
  if (c->line.overlong)
    pop3_core_refuse(c, PO103W_line_too_long);
  else if (c->line.nul)
    pop3_core_refuse(c, PO110W_nul_in_command);
  else if (!v || !v->run)
    pop3_core_refuse(c, PO101W_unknown_command);
  else
    v->run(engine, argument);
}

static int say(struct pop3_core *c, struct pop3_event *ev) {
  ev->kind = POP3_REPLY;
  ev->id = c->id;
  ev->text = bytes_sa(&c->text);
  c->step = c->last ? POP3_OVER : POP3_READING;
  return 1;
}

static int read_command(struct pop3_core *c, const struct pop3_verb *verbs, void *engine, struct pop3_event *ev) {
  struct bytes name, argument;
  split(&c->line, &name, &argument);
  const struct pop3_verb *v = find(verbs, name);
  struct bytes text = shown(c, v, name);
  sa_copyb(&c->shown, text.s, text.n);
  ev->kind = POP3_COMMAND;
  ev->text = bytes_sa(&c->shown);
  run(c, v, engine, argument);
  if (c->step != POP3_ASK)
    pop3_core_answered(c);
  return 1;
}

int pop3_core_next(struct pop3_core *c, const struct pop3_verb *verbs, void *engine, struct pop3_event *ev) {
  *ev = (struct pop3_event){.id = POP3_OK};
  switch (c->step) {
  case POP3_READ:
    return read_command(c, verbs, engine, ev);
  case POP3_SAYING:
    return say(c, ev);
  case POP3_ASK:
  case POP3_LISTING:
    return 2;
  case POP3_OVER:
    return -1;
  default:
    return 0;
  }
}

void pop3_core_free(struct pop3_core *c) {
  pop3_wipe(c->line.s, sizeof c->line.s);
  stralloc_free(&c->text);
  stralloc_free(&c->shown);
}
