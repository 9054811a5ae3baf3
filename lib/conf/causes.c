/* reply_causes: what replies of other servers mean. */
#include "addr/addr.h"
#include "classify/classify.h"
#include "conf/parse.h"

struct row {
  struct bytes host, code, words;
};

static enum cause known_class(struct compile *c, struct bytes name) {
  const char *names[CAUSE_ADDRESS_SYNTAX];
  for (int k = CAUSE_NONE + 1; k <= CAUSE_ADDRESS_SYNTAX; k++)
    names[k - 1] = cause_name((enum cause)k)->name;
  enum cause found = cause_of(name);
  if (found != CAUSE_NONE && found <= CAUSE_ADDRESS_SYNTAX)
    return found;
  const char *nearest = conf_nearest(name, names, CAUSE_ADDRESS_SYNTAX);
  struct conf_fault *f = parse_fault(c, CF208E_cause_unknown, name);
  if (nearest)
    conf_fault_hint(f, CF191I_hint_nearest, "%s", nearest);
  return CAUSE_NONE;
}

static bool is_host(struct bytes text) {
  if (text.n > 1 && text.s[0] == '.')
    text = bytes_of(text.s + 1, text.n - 1);
  return addr_domain_valid(text);
}

static bool is_code(struct bytes text) {
  uint64_t n;
  struct bytes part;
  size_t parts = 0;
  if (bytes_u64(text, &n))
    return n >= 400 && n <= 599;
  while (bytes_cut(&text, '.', &part)) {
    if (!part.n || part.n > 3 || !bytes_u64(part, &n) || (!parts && n != 4 && n != 5))
      return false;
    parts++;
  }
  return parts == 3;
}

/* "KEY=VALUE" at the beginning of REST, taken off it; false: none there. */
static bool take_limit(struct bytes *rest, const char *key, struct bytes *value) {
  struct bytes after = *rest, word;
  if (!parse_word(&after, &word) || !bytes_istarts(word, bytes_str(key)))
    return false;
  *value = bytes_of(word.s + strlen(key), word.n - strlen(key));
  *rest = after;
  return true;
}

static bool parse_row(struct compile *c, struct bytes rest, struct row *row) {
  *row = (struct row){.host = {"", 0}, .code = {"", 0}};
  bool host = take_limit(&rest, "host=", &row->host), code = take_limit(&rest, "code=", &row->code);
  host = host || take_limit(&rest, "host=", &row->host);
  row->words = bytes_trim(rest);
  bool good = !host || is_host(row->host);
  if (!good)
    parse_fault(c, CF209E_cause_limit_invalid, row->host);
  if (code && !is_code(row->code)) {
    parse_fault(c, CF209E_cause_limit_invalid, row->code);
    good = false;
  }
  return good;
}

static void put_field(stralloc *out, struct bytes text) {
  sa_catb(out, text.s, text.n);
  sa_0(out);
}

void handle_reply_cause(struct compile *c, struct bytes line) {
  struct bytes rest = line, name;
  struct row row;
  if (!parse_key(&rest, &name)) {
    parse_fault(c, CF207E_cause_form, line);
    return;
  }
  enum cause class = known_class(c, name);
  if (!parse_row(c, rest, &row) || class == CAUSE_NONE)
    return;
  put_field(&c->causes, bytes_str(cause_name(class)->name));
  conf_lower(&c->causes, row.host);
  sa_0(&c->causes);
  put_field(&c->causes, row.code);
  put_field(&c->causes, row.words);
}

void finish_reply_causes(struct compile *c) {
  struct conf_pair *p = conf_pair_add(&c->set->conf, CONF_REPLY_CAUSES, 0, "y:", bytes_of("", 0));
  sa_cat(&p->value, &c->causes);
}
