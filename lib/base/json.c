#include "base/json.h"

#include "base/sa.h"

/* Length of the valid UTF-8 sequence at S, 0 where there is none (RFC 3629 section 4). */
static size_t utf8_sequence(const unsigned char *s, size_t n) {
  size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
  if (!len || len > n)
    return 0;
  for (size_t i = 1; i < len; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
    return 0;
  return len;
}

static void put_ascii(stralloc *out, char c) {
  static const char letters[] = "\n\r\t\"\\", names[] = "nrt\"\\";
  const char *special = c ? strchr(letters, c) : NULL;
  if (special) {
    sa_catc(out, '\\');
    sa_catc(out, names[special - letters]);
  } else if ((unsigned char)c < ' ' || c == 0x7f)
    sa_catf(out, "\\u%04x", (unsigned)c);
  else
    sa_catc(out, c);
}

void json_string(stralloc *out, struct bytes s) {
  sa_catc(out, '"');
  while (s.n) {
    size_t len = utf8_sequence((const unsigned char *)s.s, s.n);
    if (len == 1)
      put_ascii(out, *s.s);
    else if (len)
      sa_catb(out, s.s, len);
    else
      sa_cats(out, "\\ufffd");
    len += !len;
    s = bytes_of(s.s + len, s.n - len);
  }
  sa_catc(out, '"');
}

void json_item(stralloc *out) {
  char last = out->len ? out->s[out->len - 1] : '[';
  if (last != '{' && last != '[' && last != ':' && last != '\n')
    sa_catc(out, ',');
}

void json_open(stralloc *out, char bracket) { sa_catc(out, bracket); }
void json_close(stralloc *out, char bracket) { sa_catc(out, bracket); }

void json_key(stralloc *out, const char *key) {
  json_item(out);
  json_string(out, bytes_str(key));
  sa_catc(out, ':');
}

void json_member(stralloc *out, const char *key, struct bytes value) {
  json_key(out, key);
  json_string(out, value);
}

void json_member_number(stralloc *out, const char *key, int64_t value) {
  json_key(out, key);
  sa_catf(out, "%lld", (long long)value);
}

void json_member_bool(stralloc *out, const char *key, bool value) {
  json_key(out, key);
  sa_cats(out, value ? "true" : "false");
}
