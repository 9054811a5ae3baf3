#include "base/sa.h"
#include "smtp/client_private.h"

enum { NEVER = 1, SUCCESS = 2, FAILED = 4, DELAYED = 8 };   /* queue/queue.h's NOTIFY_ bits, which is RFC 3461's list */

static void parse_limits(struct client_extensions *x, struct bytes limits) {
  struct bytes one, name;
  while (bytes_cut(&limits, ' ', &one))
    if (bytes_cut(&one, '=', &name) && bytes_ieq(name, bytes_str("RCPTMAX")) && !bytes_u64(one, &x->rcpt_max))
      x->rcpt_max = 0;
}

static void parse_auth(struct client_extensions *x, struct bytes mechanisms) {
  struct bytes word;
  while (bytes_cut(&mechanisms, ' ', &word)) {
    x->auth_plain |= bytes_ieq(word, bytes_str("PLAIN"));
    x->auth_login |= bytes_ieq(word, bytes_str("LOGIN"));
    x->auth_xoauth2 |= bytes_ieq(word, bytes_str("XOAUTH2"));
  }
}

static void parse_size(struct client_extensions *x, struct bytes limit) {
  x->size = true;
  if (!bytes_u64(bytes_trim(limit), &x->size_max))
    x->size_max = 0;
}

void client_parse_extensions(struct client_extensions *x, struct bytes text) {
  static const struct { const char *keyword; size_t flag; } flags[] = {
    {"PIPELINING", offsetof(struct client_extensions, pipelining)},
    {"8BITMIME", offsetof(struct client_extensions, eightbitmime)},
    {"SMTPUTF8", offsetof(struct client_extensions, smtputf8)},
    {"DSN", offsetof(struct client_extensions, dsn)},
    {"STARTTLS", offsetof(struct client_extensions, starttls)},
  };
  struct bytes line, keyword;
  *x = (struct client_extensions){0};
  bytes_cut(&text, '\n', &line);   /* the first line is the peer's name */
  while (bytes_cut(&text, '\n', &line)) {
    line = bytes_trim(line);
    if (bytes_istarts(line, bytes_str("AUTH=")))   /* as servers older than RFC 2554 have it */
      parse_auth(x, bytes_of(line.s + 5, line.n - 5));
    if (!bytes_cut(&line, ' ', &keyword))
      continue;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
      if (bytes_ieq(keyword, bytes_str(flags[i].keyword)))
        *(bool *)((char *)x + flags[i].flag) = true;
    if (bytes_ieq(keyword, bytes_str("SIZE")))
      parse_size(x, line);
    else if (bytes_ieq(keyword, bytes_str("LIMITS")))
      parse_limits(x, line);
    else if (bytes_ieq(keyword, bytes_str("AUTH")))
      parse_auth(x, line);
  }
}

static bool beyond_ascii(struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    if ((unsigned char)b.s[i] >= 0x80)
      return true;
  return false;
}

/* What would end the path or the command early, or begin another. */
static bool safe_path(struct bytes addr) {
  bool quoted = addr.n && addr.s[0] == '"';
  for (size_t i = 0; i < addr.n; i++) {
    unsigned char c = (unsigned char)addr.s[i];
    if (c < ' ' || c == 0x7f || (!quoted && (c == '<' || c == '>' || c == ' ')))
      return false;
  }
  return true;
}

static bool safe_word(struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    if (b.s[i] <= ' ' || b.s[i] > '~')
      return false;
  return b.n > 0;
}

enum failure_kind client_local_failure(const struct client *c, const struct client_rcpt *r) {
  if (!safe_path(c->env->sender) || !safe_path(r->addr) || !r->addr.n)
    return FAILURE_ADDRESS;
  if (c->ext.size_max && c->env->size > c->ext.size_max)
    return FAILURE_TOO_BIG;
  if (!c->ext.smtputf8 && (c->env->utf8_header || beyond_ascii(c->env->sender) || beyond_ascii(r->addr)))
    return FAILURE_NO_SMTPUTF8;
  return FAILURE_NONE;
}

void client_put_hello(struct client *c, const char *verb) {
  sa_cats(&c->out, verb);
  sa_catb(&c->out, c->options.helo.s, c->options.helo.n);
  sa_cats(&c->out, "\r\n");
}

static void put_path(stralloc *out, const char *verb, struct bytes addr) {
  sa_cats(out, verb);
  sa_catb(out, addr.s, addr.n);
  sa_catc(out, '>');
}

static void put_word(stralloc *out, const char *name, struct bytes word) {
  if (!safe_word(word))
    return;
  sa_cats(out, name);
  sa_catb(out, word.s, word.n);
}

static bool needs_utf8(const struct client *c) {
  bool needed = c->env->utf8_header || beyond_ascii(c->env->sender);
  for (size_t i = 0; i < c->round_count && !needed; i++)
    needed = beyond_ascii(c->env->rcpt[c->round[i]].addr);
  return needed;
}

static void put_mail(struct client *c) {
  const struct client_envelope *e = c->env;
  put_path(&c->out, "MAIL FROM:<", e->sender);
  if (c->ext.size && e->size)
    sa_catf(&c->out, " SIZE=%llu", (unsigned long long)e->size);
  if (c->ext.eightbitmime && e->eightbit)
    sa_cats(&c->out, " BODY=8BITMIME");
  if (c->ext.smtputf8 && needs_utf8(c))
    sa_cats(&c->out, " SMTPUTF8");
  if (c->ext.dsn && e->ret)
    sa_cats(&c->out, e->ret == 'F' ? " RET=FULL" : " RET=HDRS");
  if (c->ext.dsn)
    put_word(&c->out, " ENVID=", e->envid);
  sa_cats(&c->out, "\r\n");
}

static void put_notify(stralloc *out, unsigned notify) {
  static const struct { unsigned bit; const char *word; } words[] = {{SUCCESS, "SUCCESS"}, {FAILED, "FAILURE"}, {DELAYED, "DELAY"}};
  const char *before = " NOTIFY=";
  if (notify & NEVER)
    sa_cats(out, " NOTIFY=NEVER");
  for (size_t i = 0; i < 3 && !(notify & NEVER); i++)
    if (notify & words[i].bit) {
      sa_cats(out, before);
      sa_cats(out, words[i].word);
      before = ",";
    }
}

static void put_rcpt(struct client *c, const struct client_rcpt *r) {
  put_path(&c->out, "RCPT TO:<", r->addr);
  if (c->ext.dsn) {
    put_notify(&c->out, r->notify);
    put_word(&c->out, " ORCPT=", r->orcpt);
  }
  sa_cats(&c->out, "\r\n");
}

void client_put_step(struct client *c, size_t step) {
  if (step < step_mail(c))
    sa_cats(&c->out, "RSET\r\n");
  else if (step == step_mail(c))
    put_mail(c);
  else if (step < step_data(c))
    put_rcpt(c, &c->env->rcpt[c->round[step - step_mail(c) - 1]]);
  else
    sa_cats(&c->out, c->options.rehearsal ? "RSET\r\n" : "DATA\r\n");
}
