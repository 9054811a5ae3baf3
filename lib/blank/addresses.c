/* Local parts, by the @ behind them. */
#include "blank/private.h"

enum { LOCAL_MAX = 512 };

static bool is_atext(char c) { return is_word(c) || (c && strchr("!#$%&'*+-/=?^`{|}~.", c)); }

static size_t backslashes_before(struct bytes text, size_t at) {
  size_t n = 0;
  while (n < at && text.s[at - n - 1] == '\\')
    n++;
  return n;
}

/* END is behind the closing quote; the opening one has as many backslashes before it (the log escapes both). */
static size_t quoted_start(struct bytes text, size_t end) {
  size_t depth = backslashes_before(text, end - 1), least = end > LOCAL_MAX ? end - LOCAL_MAX : 0;
  for (size_t i = end - 1; i-- > least && text.s[i] != '\n';)
    if (text.s[i] == '"' && backslashes_before(text, i) == depth)
      return i - depth;
  return end - 1;
}

static size_t atext_start(struct bytes text, size_t end) {
  while (end && is_atext(text.s[end - 1]))
    end--;
  return end;
}

/* "from=taro": the field's name is nobody's. */
static size_t behind_key(struct bytes text, size_t start, size_t end) {
  static const char *const keys[] = {"from", "to", "user", "address", "sender", "mid", "original", "recipient", "rcpt", "via", "login", "account", "about", "other"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    size_t n = strlen(keys[i]);
    if (n < end - start && text.s[start + n] == '=' && bytes_eq(bytes_of(text.s + start, n), bytes_str(keys[i])))
      return start + n + 1;
  }
  return start;
}

/* "http://user:password@host": the password as well. */
static bool is_url_login(struct bytes text, size_t start, size_t *user) {
  if (!start || text.s[start - 1] != ':')
    return false;
  *user = atext_start(text, start - 1);
  return start - 1 - *user > 2 && !memcmp(text.s + *user, "//", 2);
}

static bool begins_domain(struct bytes text, size_t at) { return at < text.n && (is_word(text.s[at]) || text.s[at] == '['); }

static void take(struct marks *m, struct blank *b, size_t at) {
  struct bytes text = m->text;
  bool quoted = text.s[at - 1] == '"';
  size_t start = quoted ? quoted_start(text, at) : behind_key(text, atext_start(text, at), at), user;
  if (start == at)
    return;
  if (!quoted && is_url_login(text, start, &user)) {
    marks_set(m, start, at, MARK_SECRET);
    marks_set(m, user + 2, start - 1, needle_person(b, bytes_of(text.s + user + 2, start - user - 3)));
    return;
  }
  struct bytes local = bytes_of(text.s + start, at - start);
  blank_person(b, local);
  marks_set(m, start, at, needle_person(b, local));
}

void marks_addresses(struct marks *m, struct blank *b) {
  for (size_t at = 1; at < m->text.n; at++)
    if (m->text.s[at] == '@' && begins_domain(m->text, at + 1))
      take(m, b, at);
}
