#include "log/log.h"

static const char dots[] = "\xe2\x80\xa6";

static void put(struct log_line *l, char c) {
  if (l->n < LOG_MAX)
    l->s[l->n++] = c;
}

static void put_bytes(struct log_line *l, struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    put(l, b.s[i]);
}

struct range {
  unsigned char first[3], last[3];
};

/* Characters that no eye sees or that turn the order of what follows: a peer could make a line read as another. */
static bool is_invisible(const unsigned char *s) {
  static const struct range ranges[] = {
      {{0xe2, 0x80, 0x8b}, {0xe2, 0x80, 0x8f}},   /* zero width, direction marks */
      {{0xe2, 0x80, 0xa8}, {0xe2, 0x80, 0xae}},   /* line and paragraph separators, embeddings, overrides */
      {{0xe2, 0x81, 0xa0}, {0xe2, 0x81, 0xaf}},   /* invisible operators, isolates */
      {{0xef, 0xbb, 0xbf}, {0xef, 0xbb, 0xbf}},   /* byte order mark */
  };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (memcmp(s, ranges[i].first, 3) >= 0 && memcmp(s, ranges[i].last, 3) <= 0)
      return true;
  return false;
}

/* Over-long forms, surrogates, beyond U+10FFFF, C1 controls: decided by the first two bytes. */
static bool is_ill_formed(const unsigned char *s) {
  return (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
         (s[0] == 0xf4 && s[1] > 0x8f) || (s[0] == 0xc2 && s[1] < 0xa0);
}

/* Length of the UTF-8 sequence at S of at most N bytes that is a printable character beyond ASCII; 0 if it is none. */
static size_t utf8_length(const unsigned char *s, size_t n) {
  size_t len = s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : s[0] >= 0xe0 && s[0] <= 0xef ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
  if (!len || len > n)
    return 0;
  for (size_t i = 1; i < len; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  return is_ill_formed(s) || (len == 3 && is_invisible(s)) ? 0 : len;
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
  const char *quote = is_bare(v) ? "" : "\"";
  size_t start = l->n;
  put_bytes(l, bytes_str(quote));
  for (size_t i = 0; i < v.n && l->n < LOG_MAX;) {
    if (l->n - start > LOG_VALUE_MAX - 8) {   /* room for the longest character, the dots and the quote */
      put_bytes(l, bytes_str(dots));
      break;
    }
    i += put_escaped(l, (const unsigned char *)v.s + i, v.n - i);
  }
  put_bytes(l, bytes_str(quote));
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
  } else if (*f == 'c') {
    char c = (char)va_arg(*args, int);
    put_value(l, bytes_of(&c, 1));
  } else if (*f == 'd')
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
  if (l->n < LOG_MAX) {
    l->s[l->n++] = '\n';
    return;
  }
  size_t n = LOG_MAX - sizeof dots;
  while (n && ((unsigned char)l->s[n] & 0xc0) == 0x80)   /* never in the middle of a character */
    n--;
  memcpy(l->s + n, dots, sizeof dots - 1);
  l->s[n + sizeof dots - 1] = '\n';
  l->n = n + sizeof dots;
}
