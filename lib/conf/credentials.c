/* credentials and tokens: how we log in to other servers.  No fault shows a password. */
#include "conf/parse.h"

#include <stdlib.h>

enum { TOKEN_NAME_MAX = 64 };

static const struct bytes nothing = {"", 0};

/* --- tokens --- */

/* It becomes the name of a file. */
static bool token_name(struct compile *c, struct bytes name) {
  bool good = name.n <= TOKEN_NAME_MAX && name.s[0] != '.';
  for (size_t i = 0; i < name.n; i++) {
    char ch = ascii_lower(name.s[i]);
    good &= (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || memchr("-_.", ch, 3);
  }
  if (!good)
    parse_fault(c, CF221E_token_name_invalid, name);
  return good;
}

static bool token_command(struct compile *c, struct bytes rest, stralloc *value) {
  stralloc word = {0};
  while (parse_quoted(c, &rest, &word)) {
    if (!value->len && (!word.len || word.s[0] != '/')) {
      parse_fault(c, CF222E_token_command_relative, bytes_sa(&word));
      c->bad_word = true;
      break;
    }
    sa_cat(value, &word);
    sa_0(value);
  }
  stralloc_free(&word);
  return !c->bad_word;
}

void handle_token(struct compile *c, struct bytes line) {
  struct bytes rest = line, name;
  stralloc value = {0}, key = {0};
  c->bad_word = false;
  if (!parse_key(&rest, &name))
    parse_fault(c, CF220E_token_form, line);
  else if (token_name(c, name) & token_command(c, rest, &value)) {
    conf_lower(&key, name);
    parse_entry(c, bytes_sa(&key));
    struct conf_pair *p = conf_pair_add(&c->set->token, CONF_TOKENS, c->line, "x:", bytes_sa(&key));
    sa_cat(&p->value, &value);
    sa_cat(&c->tokens, &key);
    sa_0(&c->tokens);
  }
  stralloc_free(&value);
  stralloc_free(&key);
}

void finish_tokens(struct compile *c) {
  struct conf_pair *p = conf_pair_add(&c->set->token, CONF_TOKENS, 0, "x:", nothing);
  sa_cat(&p->value, &c->tokens);
}

/* --- credentials --- */

static void hint_token(struct compile *c, struct conf_fault *f, struct bytes name) {
  struct bytes rest = bytes_sa(&c->tokens), word;
  const char **names = NULL;
  size_t count = 0;
  for (; bytes_cut(&rest, 0, &word) && word.n; count++) {
    names = realloc(names, (count + 1) * sizeof *names);
    if (!names)
      out_of_memory();
    names[count] = word.s;   /* \0 stands behind it */
  }
  const char *nearest = conf_nearest(name, names, count);
  if (nearest)
    conf_fault_hint(f, CF191I_hint_nearest, "%s", nearest);
  free(names);
}

static bool put_token(struct compile *c, struct bytes name, stralloc *value) {
  struct bytes rest = bytes_sa(&c->tokens), word;
  while (bytes_cut(&rest, 0, &word) && word.n)
    if (bytes_ieq(word, name)) {
      sa_catb(value, word.s, word.n);
      sa_0(value);
      return true;
    }
  hint_token(c, parse_fault(c, CF214E_token_unknown, name), name);
  return false;
}

/* "USER PASSWORD" or "USER xoauth2 NAME" */
static bool put_login(struct compile *c, struct bytes rest, stralloc *value) {
  stralloc word[4] = {0};
  bool good = false;
  int n = 0;
  while (n < 4 && parse_quoted(c, &rest, &word[n]))
    n++;
  bool whole = n > 1 && word[0].len && word[1].len, token = whole && n == 3 && bytes_ieq(bytes_sa(&word[1]), bytes_str("xoauth2"));
  if ((whole && n == 2) || token) {
    sa_copys(value, token ? "token" : "password");
    sa_0(value);
    sa_cat(value, &word[0]);
    sa_0(value);
    if (token)
      good = put_token(c, bytes_sa(&word[2]), value);
    else {
      sa_cat(value, &word[1]);
      sa_0(value);
      good = true;
    }
  } else if (!c->bad_word)
    parse_fault(c, n && n < 3 ? CF212E_password_missing : CF210E_credentials_form, nothing);
  for (n = 0; n < 4; n++)
    stralloc_free(&word[n]);
  return good;
}

void handle_credentials(struct compile *c, struct bytes line) {
  struct bytes rest = line, host;
  stralloc key = {0}, value = {0};
  c->bad_word = false;
  if (!parse_key(&rest, &host))
    parse_fault(c, CF210E_credentials_form, nothing);
  else if (!parse_host_port(&key, host))
    parse_fault(c, CF211E_credentials_host_invalid, nothing);   /* perhaps a password: not shown */
  else if (put_login(c, rest, &value)) {
    parse_entry(c, bytes_sa(&key));
    conf_pair_add(&c->set->conf, CONF_CREDENTIALS, c->line, "k:", bytes_sa(&key));
    struct conf_pair *p = conf_pair_add(&c->set->remote, CONF_CREDENTIALS, c->line, "c:", bytes_sa(&key));
    sa_cat(&p->value, &value);
  }
  stralloc_free(&key);
  stralloc_free(&value);
}

/* --- against routes and tls_policy --- */

/* Off the end of HOST; "" where there is none. */
static struct bytes cut_port(struct bytes *host) {
  for (size_t i = host->n; i-- && host->s[i] != ']';)
    if (host->s[i] == ':') {
      struct bytes port = bytes_of(host->s + i + 1, host->n - i - 1);
      host->n = i;
      return port;
    }
  return nothing;
}

static struct bytes name_of(const struct conf_pair *p) { return bytes_of(p->key.s + 2, p->key.len - 2); }

static bool is_routed(const struct compile *c, struct bytes key) {
  struct bytes port = cut_port(&key);
  for (size_t i = 0; i < c->set->conf.count; i++) {
    const struct conf_pair *p = &c->set->conf.pair[i];
    struct bytes host = bytes_sa(&p->value);
    if (p->key.s[0] != 't')
      continue;
    struct bytes to = cut_port(&host);
    if (bytes_eq(host, key) && (!port.n || bytes_eq(port, to.n ? to : bytes_sa(&c->setting[SET_remote_port]))))
      return true;
  }
  return false;
}

static const struct conf_pair *policy_for(const struct compile *c, struct bytes key) {
  for (size_t i = 0; i < c->set->conf.count; i++) {
    const struct conf_pair *p = &c->set->conf.pair[i];
    if (p->key.s[0] == 'e' && bytes_eq(name_of(p), key))
      return p;
  }
  return NULL;
}

static void check_policy(struct compile *c, struct bytes key) {
  struct bytes host = key;
  const struct conf_pair *p = policy_for(c, key);
  cut_port(&host);
  if (!p)
    p = policy_for(c, host);
  if (p && strcmp(p->value.s, "verify"))
    conf_fault_hint(parse_fault(c, CF215E_credentials_unverified, key), CF197I_hint_line, "%s:%u", conf_paths[CONF_TLS_POLICY], p->line);
}

void finish_credentials(struct compile *c) {
  for (size_t i = 0; i < c->set->remote.count; i++) {
    const struct conf_pair *p = &c->set->remote.pair[i];
    c->line = p->line;
    check_policy(c, name_of(p));
    if (!is_routed(c, name_of(p)))
      parse_fault(c, CF216W_credentials_unused, name_of(p));
  }
  c->line = 0;
}
