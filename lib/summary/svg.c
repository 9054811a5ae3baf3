#include "summary/svg.h"

#include "base/sa.h"

enum { WIDTH = 480, HEIGHT = 136, LEFT = 44, RIGHT = 6, TOP = 14, BOTTOM = 22, FEW = 12 };   /* FEW columns: each has its number */

/* --- text --- */

static size_t utf8_length(const unsigned char *s, size_t n) {
  size_t len = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : s[0] >= 0xe0 && s[0] <= 0xef ? 3 : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
  if (!len || len > n)
    return 0;
  for (size_t i = 1; i < len; i++)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  bool ill = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f) ||
             (s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe);
  return ill ? 0 : len;
}

void xml_text(stralloc *out, struct bytes text) {
  static const char special[] = "&<>\"'";
  static const char *const entity[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  for (size_t i = 0; i < text.n;) {
    char c = text.s[i];
    const char *p = c ? strchr(special, c) : NULL;
    size_t len = utf8_length((const unsigned char *)text.s + i, text.n - i);
    if (p)
      sa_cats(out, entity[p - special]);
    else if (!len || (len == 1 && ((unsigned char)c < ' ' || c == 0x7f)))
      sa_cats(out, "\xef\xbf\xbd");
    else
      sa_catb(out, text.s + i, len);
    i += len ? len : 1;
  }
}

/* --- numbers --- */

uint64_t svg_round_up(uint64_t n) {
  static const unsigned steps[] = {1, 2, 4, 5};
  for (uint64_t ten = 1; ten <= UINT64_MAX / 10; ten *= 10)
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
      if (n <= ten * steps[i])
        return ten * steps[i];
  return UINT64_MAX;
}

/* Tenths of a unit, without the arithmetic overflowing: VALUE <= MOST. */
static unsigned tenths(uint64_t value, uint64_t most, unsigned room) { return (unsigned)((double)value / (double)most * room * 10 + 0.5); }

static void put_tenths(stralloc *out, unsigned n) { sa_catf(out, "%u.%u", n / 10, n % 10); }

static void put_number(stralloc *out, const char *name, unsigned n) {
  sa_catf(out, " %s=\"", name);
  put_tenths(out, n);
  sa_catc(out, '"');
}

/* --- columns --- */

static void put_grid(stralloc *out, uint64_t most) {
  enum { ROOM = HEIGHT - TOP - BOTTOM };
  for (unsigned part = 0; part <= 2; part++) {
    if (part == 1 && most % 2)
      continue;
    unsigned y = TOP + ROOM - ROOM * part / 2;
    sa_catf(out, "<path class=\"grid\" d=\"M%d %uH%d\"/><text class=\"axis\" x=\"%d\" y=\"%u\" text-anchor=\"end\">%llu</text>\n", LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4,
            (unsigned long long)(part == 1 ? most / 2 : part ? most : 0));
  }
}

static void put_column(stralloc *out, const struct svg_column *c, uint64_t most, unsigned x, unsigned width) {
  enum { ROOM = HEIGHT - TOP - BOTTOM };
  unsigned height = tenths(c->value, most, ROOM), gap = width > 40 ? 10 : width / 4;
  if (c->value && height < 10)     /* what is there is seen */
    height = 10;
  sa_cats(out, "<g><title>");
  xml_text(out, bytes_sa(&c->title));
  sa_cats(out, "</title><rect class=\"hit\"");
  put_number(out, "x", x);
  put_number(out, "width", width);
  sa_catf(out, " y=\"%d\" height=\"%d\"/><rect class=\"bar\"", TOP, ROOM);
  put_number(out, "x", x + gap / 2);
  put_number(out, "width", width - gap);
  put_number(out, "y", (TOP + ROOM) * 10 - height);
  put_number(out, "height", height);
  sa_cats(out, "/></g>\n");
}

static void put_value(stralloc *out, const struct svg_column *c, uint64_t most, unsigned x, unsigned width) {
  enum { ROOM = HEIGHT - TOP - BOTTOM };
  sa_cats(out, "<text class=\"axis\" text-anchor=\"middle\"");
  put_number(out, "x", x + width / 2);
  put_number(out, "y", (TOP + ROOM - 3) * 10 - tenths(c->value, most, ROOM));
  sa_catf(out, ">%llu</text>\n", (unsigned long long)c->value);
}

static void put_label(stralloc *out, const struct svg_column *c, unsigned x, unsigned width, bool middle) {
  if (!c->label.len)
    return;
  sa_cats(out, "<text class=\"axis\"");
  put_number(out, "x", middle ? x + width / 2 : x);
  sa_catf(out, " y=\"%d\"%s>", HEIGHT - 6, middle ? " text-anchor=\"middle\"" : "");
  xml_text(out, bytes_sa(&c->label));
  sa_cats(out, "</text>\n");
}

void svg_columns(stralloc *out, const struct svg_column *column, size_t count, struct bytes name) {
  uint64_t most = 1;
  for (size_t i = 0; i < count; i++)
    most = column[i].value > most ? column[i].value : most;
  most = svg_round_up(most);
  sa_catf(out, "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT);
  xml_text(out, name);
  sa_cats(out, "\">\n");
  put_grid(out, most);
  for (size_t i = 0; i < count; i++) {
    unsigned x = (unsigned)(LEFT * 10 + (WIDTH - LEFT - RIGHT) * 10 * i / count), next = (unsigned)(LEFT * 10 + (WIDTH - LEFT - RIGHT) * 10 * (i + 1) / count);
    put_column(out, &column[i], most, x, next - x);
    put_label(out, &column[i], x, next - x, count <= FEW);
    if (count <= FEW)
      put_value(out, &column[i], most, x, next - x);
  }
  sa_cats(out, "</svg>\n");
}

void svg_bar(stralloc *out, unsigned permille, unsigned part) {
  sa_cats(out, "<svg class=\"inline\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"bar\" x=\"0\" y=\"0\" height=\"8\"");
  put_number(out, "width", permille);
  sa_cats(out, "/>");
  if (part) {
    sa_cats(out, "<rect class=\"bar bad\" y=\"0\" height=\"8\"");
    put_number(out, "x", permille - (part < permille ? part : permille));
    put_number(out, "width", part < permille ? part : permille);
    sa_cats(out, "/>");
  }
  sa_cats(out, "</svg>");
}
