/* The subject: what happened, then the subject of the original, by which people know their mail again. */
#include "bounce/parts.h"

enum { SUBJECT_MAX = 300, LINE = 74 };

void header_value(stralloc *out, struct bytes header, const char *field) {
  struct bytes line;
  bool inside = false;
  while (bytes_cut(&header, '\n', &line) && line.n) {
    bool more = line.s[0] == ' ' || line.s[0] == '\t';
    if (inside && !more)
      return;
    if (!inside && !bytes_istarts(line, bytes_str(field)))
      continue;
    struct bytes part = inside ? line : bytes_of(line.s + strlen(field), line.n - strlen(field));
    part = bytes_trim(part);
    if (out->len && part.n)
      sa_catc(out, ' ');
    sa_catb(out, part.s, part.n);
    inside = true;
  }
}

static void make_harmless(stralloc *text) {
  for (size_t i = 0; i < text->len; i++)
    if ((unsigned char)text->s[i] < ' ' || text->s[i] == 0x7f)
      text->s[i] = ' ';
}

/* As its sender wrote it: words that were encoded stay so.  What is too long ends behind a word. */
static void add_ascii(stralloc *out, struct bytes subject) {
  struct bytes word;
  size_t n = 0;
  while (bytes_cut(&subject, ' ', &word)) {
    n += word.n + 1;
    if (!word.n)
      continue;
    if (word.n > LINE || n > SUBJECT_MAX) {
      sa_cats(out, "\n ...");
      return;
    }
    sa_cats(out, "\n ");
    sa_catb(out, word.s, word.n);
  }
}

static void add_what(stralloc *out, const struct bounce *b) {
  if (b->languages != BOUNCE_EN)
    sa_cats(out, phrases[b->kind][LANG_JA].subject);
  if (b->languages == BOUNCE_BOTH)
    sa_cats(out, " / ");
  if (b->languages != BOUNCE_JA)
    sa_cats(out, phrases[b->kind][LANG_EN].subject);
}

void subject_write(stralloc *out, const struct bounce *b) {
  stralloc words = {0}, original = {0};
  header_value(&original, b->original, "Subject:");
  make_harmless(&original);
  add_what(&words, b);
  if (original.len)
    sa_cats(&words, ": ");
  if (!mime_is_ascii(bytes_sa(&original)) && original.len <= SUBJECT_MAX)
    sa_cat(&words, &original);
  mime_words(out, sa_cstr(&words));
  if (mime_is_ascii(bytes_sa(&original)))
    add_ascii(out, bytes_sa(&original));
  stralloc_free(&words);
  stralloc_free(&original);
}

/* What other servers do too (Exim's delay_warning_condition): mail of lists and programs has no reader who waits. */
bool bounce_is_automatic(struct bytes header) {
  static const char *const words[] = {"bulk", "list", "junk"};
  static const char *const lists[] = {"List-Id:", "List-Post:", "List-Unsubscribe:"};
  stralloc value = {0};
  header_value(&value, header, "Auto-Submitted:");
  bool automatic = value.len && !bytes_istarts(bytes_sa(&value), bytes_str("no"));
  value.len = 0;
  header_value(&value, header, "Precedence:");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    automatic |= bytes_ieq(bytes_sa(&value), bytes_str(words[i]));
  value.len = 0;
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    header_value(&value, header, lists[i]);
  automatic |= value.len > 0;
  stralloc_free(&value);
  return automatic;
}
