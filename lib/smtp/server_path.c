#include "queue/queue.h"
#include "smtp/server_part.h"
#include "smtp/xtext.h"

struct parameter {
  const char *name;
  bool (*take)(struct smtp_server *s, struct bytes value, enum message_id *why);   /* value.s is NULL where there is no = */
};

static bool bad(enum message_id *why) {
  *why = SM515W_parameter_bad;
  return false;
}

static bool is(struct bytes value, const char *word) { return bytes_ieq(value, bytes_str(word)); }

/* A number too large for 64 bits is a message too large. */
static bool take_size(struct smtp_server *s, struct bytes value, enum message_id *why) {
  if (!value.n || value.n > 20)
    return bad(why);
  for (size_t i = 0; i < value.n; i++)
    if (value.s[i] < '0' || value.s[i] > '9')
      return bad(why);
  if (!bytes_u64(value, &s->mail.size))
    s->mail.size = UINT64_MAX;
  *why = SM308E_message_too_large;
  return !s->limits.size_max || s->mail.size <= s->limits.size_max;
}

static bool take_body(struct smtp_server *s, struct bytes value, enum message_id *why) {
  s->mail.eightbit = is(value, "8BITMIME");
  return s->mail.eightbit || is(value, "7BIT") || bad(why);
}

static bool take_smtputf8(struct smtp_server *s, struct bytes value, enum message_id *why) {
  s->mail.smtputf8 = true;
  return !value.s || bad(why);
}

static bool take_ret(struct smtp_server *s, struct bytes value, enum message_id *why) {
  s->mail.ret = is(value, "FULL") ? 'F' : is(value, "HDRS") ? 'H' : 0;
  return s->mail.ret || bad(why);
}

static bool is_xtext(struct bytes value, size_t max) {
  stralloc plain = {0};
  bool ok = value.n && xtext_decode(&plain, value) && plain.len && plain.len <= max;
  stralloc_free(&plain);
  return ok;
}

static bool take_envid(struct smtp_server *s, struct bytes value, enum message_id *why) {
  if (!is_xtext(value, SERVER_ENVID_MAX))
    return bad(why);
  sa_copyb(&s->mail.envid, value.s, value.n);
  return true;
}

/* RFC 4954 5: who first submitted it.  We trust nobody's word for that, so it is read only to be forgotten. */
static bool take_auth(struct smtp_server *s, struct bytes value, enum message_id *why) {
  *why = SM514W_parameter_unknown;
  if (!s->limits.auth)
    return false;
  return is(value, "<>") || is_xtext(value, SERVER_ORCPT_MAX) || bad(why);
}

static bool take_notify(struct smtp_server *s, struct bytes value, enum message_id *why) {
  struct bytes word;
  if (is(value, "NEVER")) {
    s->rcpt.notify = NOTIFY_NEVER;
    return true;
  }
  while (bytes_cut(&value, ',', &word)) {
    unsigned bit = is(word, "SUCCESS") ? NOTIFY_SUCCESS : is(word, "FAILURE") ? NOTIFY_FAILURE : is(word, "DELAY") ? NOTIFY_DELAY : 0;
    if (!bit)
      return bad(why);
    s->rcpt.notify |= bit;
  }
  return s->rcpt.notify || bad(why);
}

static bool is_atom(struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    if (b.s[i] <= ' ' || b.s[i] >= 0x7f || strchr("()<>@,;:\\\".[]+=", b.s[i]))
      return false;
  return b.n > 0 && b.n <= 40;
}

/* utf-8-addr-xtext and -unitext of RFC 6533 3: bytes beyond ASCII where SMTPUTF8 was asked for, \x{…} otherwise. */
static bool is_unitext(struct bytes b, bool eightbit) {
  for (size_t i = 0; i < b.n; i++) {
    bool high = (b.s[i] & 0x80) != 0;
    if (high ? !eightbit : (b.s[i] <= ' ' || b.s[i] == 0x7f || b.s[i] == '+' || b.s[i] == '='))
      return false;
  }
  return b.n > 0 && b.n <= SERVER_ORCPT_MAX;
}

static bool take_orcpt(struct smtp_server *s, struct bytes value, enum message_id *why) {
  struct bytes type, text = value;
  if (!bytes_cut(&text, ';', &type) || !text.s || !is_atom(type))
    return bad(why);
  if (!(is(type, "utf-8") ? is_unitext(text, s->mail.smtputf8) : is_xtext(text, SERVER_ORCPT_MAX)))
    return bad(why);
  s->rcpt.orcpt = value;
  return true;
}

static const struct parameter of_mail[] = {
    {"SIZE", take_size}, {"BODY", take_body}, {"SMTPUTF8", take_smtputf8},
    {"RET", take_ret}, {"ENVID", take_envid}, {"AUTH", take_auth}, {NULL, NULL},
};

static const struct parameter of_rcpt[] = {{"NOTIFY", take_notify}, {"ORCPT", take_orcpt}, {NULL, NULL}};

static bool take_parameter(struct smtp_server *s, const struct parameter *table, struct bytes word, unsigned *seen, enum message_id *why) {
  struct bytes name, value = word;
  bytes_cut(&value, '=', &name);
  for (unsigned i = 0; table[i].name; i++) {
    if (!is(name, table[i].name))
      continue;
    *why = SM516W_parameter_twice;
    if (*seen & 1u << i)
      return false;
    *seen |= 1u << i;
    return table[i].take(s, value, why);
  }
  *why = SM514W_parameter_unknown;
  return false;
}

static bool next_word(struct bytes *rest, struct bytes *word) {
  *rest = bytes_trim(*rest);
  size_t n = 0;
  while (n < rest->n && rest->s[n] != ' ' && rest->s[n] != '\t')
    n++;
  *word = bytes_of(rest->s, n);
  *rest = bytes_of(rest->s + n, rest->n - n);
  return n > 0;
}

static bool take_parameters(struct smtp_server *s, const struct parameter *table, struct bytes rest, enum message_id *why) {
  struct bytes word;
  unsigned seen = 0;
  while (next_word(&rest, &word))
    if (!take_parameter(s, table, word, &seen, why))
      return false;
  return true;
}

/* "FROM:" or "TO:" with blanks around the colon, as common devices send it. */
static bool take_label(struct bytes *args, const char *label) {
  size_t n = strlen(label);
  if (!bytes_istarts(*args, bytes_str(label)))
    return false;
  *args = bytes_trim(bytes_of(args->s + n, args->n - n));
  if (!args->n || args->s[0] != ':')
    return false;
  *args = bytes_trim(bytes_of(args->s + 1, args->n - 1));
  return true;
}

/* Listed devices may leave the brackets out. */
static bool take_path(const struct smtp_server *s, struct addr *a, struct bytes text, struct bytes *rest, enum message_id *why) {
  struct bytes word;
  *rest = text;
  if (s->limits.lenient && text.n && text.s[0] != '<')
    return next_word(rest, &word) && addr_parse(a, word, why);
  return addr_parse_path(a, text, rest, why);
}

static bool is_blank_or_end(struct bytes rest) { return !rest.n || rest.s[0] == ' ' || rest.s[0] == '\t'; }

static bool utf8_fits(const struct smtp_server *s, const struct addr *a, enum message_id *why) {
  *why = SM517W_utf8_not_asked;
  return !a->utf8 || s->mail.smtputf8;
}

bool server_parse_mail(struct smtp_server *s, struct bytes args, enum message_id *why) {
  struct addr a;
  struct bytes rest;
  *why = SM512W_mail_syntax;
  if (!take_label(&args, "FROM") || !take_path(s, &a, args, &rest, why))
    return false;
  *why = SM512W_mail_syntax;
  if (!is_blank_or_end(rest) || !take_parameters(s, of_mail, rest, why) || !utf8_fits(s, &a, why))
    return false;
  sa_copyb(&s->mail.sender, a.whole.s, a.whole.n);
  return true;
}

bool server_parse_rcpt(struct smtp_server *s, struct bytes args, enum message_id *why) {
  struct bytes rest;
  s->rcpt = (struct smtp_rcpt){.orcpt = {"", 0}};
  *why = SM513W_rcpt_syntax;
  if (!take_label(&args, "TO") || !take_path(s, &s->rcpt.addr, args, &rest, why))
    return false;
  *why = SM532W_address_empty;
  if (!s->rcpt.addr.whole.n)
    return false;
  *why = SM513W_rcpt_syntax;
  return is_blank_or_end(rest) && take_parameters(s, of_rcpt, rest, why) && utf8_fits(s, &s->rcpt.addr, why);
}
