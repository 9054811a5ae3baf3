#include "log/log.h"

#include "base/sa.h"

static void put(struct log_line *l, char c) {
  if (l->n < LOG_MAX)
    l->s[l->n++] = c;
}

static void put_bytes(struct log_line *l, struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    put(l, b.s[i]);
}

/* Length of the UTF-8 sequence at S of at most N bytes that is a printable character beyond ASCII; 0 if it is none. */
static size_t utf8_length(const unsigned char *s, size_t n) {
  size_t len = s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : s[0] >= 0xe0 && s[0] <= 0xef ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
  if (!len || len > n)
    return 0;
  for (size_t i = 1; i < len; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
      (s[0] == 0xf4 && s[1] > 0x8f) || (s[0] == 0xc2 && s[1] < 0xa0))
    return 0;
  return len;
}

static bool is_bare(struct bytes v) {
  for (size_t i = 0; i < v.n;) {
    unsigned char c = (unsigned char)v.s[i];
    size_t len = c < 0x80 ? c > ' ' && c != '"' && c != '\\' && c != 0x7f : utf8_length((const unsigned char *)v.s + i, v.n - i);
    if (!len)
      return false;
    i += len;
  }
  return v.n > 0;
}

static void put_hex(struct log_line *l, unsigned char c) {
  static const char hex[] = "0123456789abcdef";
  put_bytes(l, bytes_of((char[]){'\\', 'x', hex[c >> 4], hex[c & 15]}, 4));
}

static size_t put_escaped(struct log_line *l, const unsigned char *s, size_t n) {
  static const char letters[] = "\n\r\t\"\\", names[] = "nrt\"\\";
  const char *special = *s ? strchr(letters, *s) : NULL;
  if (special) {
    put(l, '\\');
    put(l, names[special - letters]);
  } else if (*s >= 0x80 && utf8_length(s, n)) {
    size_t len = utf8_length(s, n);
    put_bytes(l, bytes_of((const char *)s, len));
    return len;
  } else if (*s < ' ' || *s >= 0x7f)
    put_hex(l, *s);
  else
    put(l, (char)*s);
  return 1;
}

static void put_value(struct log_line *l, struct bytes v) {
  if (is_bare(v)) {
    put_bytes(l, v);
    return;
  }
  put(l, '"');
  for (size_t i = 0; i < v.n && l->n < LOG_MAX;)
    i += put_escaped(l, (const unsigned char *)v.s + i, v.n - i);
  put(l, '"');
}

static void put_number(struct log_line *l, unsigned long long n, bool negative) {
  char digits[21];
  size_t k = sizeof digits;
  do
    digits[--k] = (char)('0' + n % 10);
  while (n /= 10);
  if (negative)
    digits[--k] = '-';
  put_bytes(l, bytes_of(digits + k, sizeof digits - k));
}

void log_begin(struct log_line *l, enum message_id id) {
  l->n = 0;
  put_number(l, message_of(id)->level, false);
  put(l, ' ');
  put_bytes(l, bytes_str(message_of(id)->id));
}

void log_field(struct log_line *l, const char *key, struct bytes value) {
  put(l, ' ');
  put_bytes(l, bytes_str(key));
  put(l, '=');
  put_value(l, value);
}

static void put_signed(struct log_line *l, long long v) {
  put_number(l, v < 0 ? 0ULL - (unsigned long long)v : (unsigned long long)v, v < 0);
}

/* One conversion, behind its %; returns what follows it. */
static const char *put_conversion(struct log_line *l, const char *f, va_list *args) {
  if (f[0] == '.' && f[1] == '*' && f[2] == 's') {
    int n = va_arg(*args, int);
    const char *s = va_arg(*args, const char *);
    put_value(l, bytes_of(s, n < 0 || !s ? 0 : (size_t)n));
    return f + 3;
  }
  int longs = 0, size = 0;
  for (; *f == 'l' || *f == 'z'; f++)
    *f == 'l' ? longs++ : size++;
  if (*f == 's') {
    const char *s = va_arg(*args, const char *);
    put_value(l, bytes_str(s ? s : "-"));
  } else if (*f == 'c')
    put(l, (char)va_arg(*args, int));
  else if (*f == 'd')
    put_signed(l, longs == 2 ? va_arg(*args, long long) : longs ? va_arg(*args, long) : va_arg(*args, int));
  else
    put_number(l, size ? va_arg(*args, size_t) : longs == 2 ? va_arg(*args, unsigned long long) : longs ? va_arg(*args, unsigned long) : va_arg(*args, unsigned), false);
  return f + 1;
}

void log_fields(struct log_line *l, const char *format, va_list args) {
  va_list copy;
  va_copy(copy, args);
  if (*format)
    put(l, ' ');
  for (const char *f = format; *f;)
    if (*f == '%')
      f = put_conversion(l, f + 1, &copy);
    else
      put(l, *f++);
  va_end(copy);
}

void log_end(struct log_line *l) {
  static const char cut[] = "\xe2\x80\xa6\n";
  if (l->n < LOG_MAX) {
    l->s[l->n++] = '\n';
    return;
  }
  size_t n = LOG_MAX - (sizeof cut - 1);
  while (n && ((unsigned char)l->s[n] & 0xc0) == 0x80)   /* never in the middle of a character */
    n--;
  memcpy(l->s + n, cut, sizeof cut - 1);
  l->n = n + sizeof cut - 1;
}

bool log_read(struct log_reader *r, struct bytes line) {
  uint64_t level;
  struct bytes word;
  if (line.n && line.s[line.n - 1] == '\n')
    line.n--;
  r->rest = line;
  if (!bytes_cut(&r->rest, ' ', &word) || !bytes_u64(word, &level) || level > 99 || !bytes_cut(&r->rest, ' ', &r->id))
    return false;
  r->level = (unsigned)level;
  return r->id.n == 6;
}

static size_t raw_length(struct bytes v) {
  size_t i = 0;
  if (v.n && v.s[0] == '"')
    for (i = 1; i < v.n && v.s[i] != '"'; i++)
      i += v.s[i] == '\\' && i + 1 < v.n;
  for (; i < v.n && v.s[i] != ' '; i++)
    ;
  return i;
}

bool log_next(struct log_reader *r, struct bytes *key, struct bytes *raw) {
  while (r->rest.n && r->rest.s[0] == ' ')
    r->rest.s++, r->rest.n--;
  const char *eq = r->rest.n ? memchr(r->rest.s, '=', r->rest.n) : NULL;
  if (!eq)
    return false;
  *key = bytes_of(r->rest.s, (size_t)(eq - r->rest.s));
  struct bytes v = bytes_of(eq + 1, r->rest.n - key->n - 1);
  *raw = bytes_of(v.s, raw_length(v));
  r->rest = bytes_of(v.s + raw->n, v.n - raw->n);
  return true;
}

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

static size_t unescape_one(stralloc *out, struct bytes b) {
  static const char names[] = "nrt\"\\", letters[] = "\n\r\t\"\\";
  const char *p = b.n > 1 && b.s[1] ? strchr(names, b.s[1]) : NULL;
  if (b.s[0] != '\\' || b.n < 2) {
    sa_catc(out, b.s[0]);
    return 1;
  }
  if (p) {
    sa_catc(out, letters[p - names]);
    return 2;
  }
  if (b.n >= 4 && b.s[1] == 'x' && hex_digit(b.s[2]) >= 0 && hex_digit(b.s[3]) >= 0) {
    sa_catc(out, (char)(hex_digit(b.s[2]) * 16 + hex_digit(b.s[3])));
    return 4;
  }
  sa_catc(out, '\\');
  return 1;
}

void log_unescape(stralloc *out, struct bytes raw) {
  if (raw.n >= 2 && raw.s[0] == '"' && raw.s[raw.n - 1] == '"')
    raw = bytes_of(raw.s + 1, raw.n - 2);
  else {
    sa_catb(out, raw.s, raw.n);
    return;
  }
  while (raw.n) {
    size_t k = unescape_one(out, raw);
    raw = bytes_of(raw.s + k, raw.n - k);
  }
}
