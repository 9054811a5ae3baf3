/* The catalogue's texts speak of fields as "ip="; here their values are put in. */
#include "checks/checks.h"
#include "log/log.h"
#include "log/view.h"

static bool is_word(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

/* A value would begin with C: then the text shows an example and means no field. */
static bool begins_value(char c) { return is_word(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '"' || c == '/' || c == '<'; }

static bool find_field(struct bytes evidence, struct bytes key, stralloc *value) {
  struct log_reader r = {.rest = evidence};
  struct bytes k, raw;
  while (log_next(&r, &k, &raw))
    if (bytes_eq(k, key)) {
      value->len = 0;
      log_unescape(value, raw);
      return true;
    }
  return false;
}

/* The key that begins at S and has no value; its length, 0: there is none. */
static size_t key_at(const char *s) {
  size_t n = 0;
  while (is_word(s[n]))
    n++;
  return n && s[n] == '=' && !begins_value(s[n + 1]) ? n : 0;
}

void check_fill(stralloc *out, const char *text, struct bytes evidence) {
  stralloc value = {0};
  for (const char *s = text; *s;) {
    bool begins = s == text || (!is_word(s[-1]) && !(s[-1] >= '0' && s[-1] <= '9') && s[-1] != '-');
    size_t n = begins ? key_at(s) : 0;
    if (n && find_field(evidence, bytes_of(s, n), &value)) {
      log_shown(out, bytes_sa(&value));
      s += n + 1;
    } else
      sa_catc(out, *s++);
  }
  stralloc_free(&value);
}
