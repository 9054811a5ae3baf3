#include "catalogue/answer.h"

#include "base/sa.h"
#include "catalogue/search.h"

enum { FULL_AT_MOST = 3, ID_LENGTH = 6 };

bool answer_is_id(const char *s) {
  static const char form[] = "AA000A";
  size_t i = 0;
  for (; s[i] && i < ID_LENGTH; i++) {
    char c = ascii_lower(s[i]);
    if (form[i] == '0' ? c < '0' || c > '9' : c < 'a' || c > 'z')
      return false;
  }
  return i == ID_LENGTH && !s[i];
}

static void put_heading(stralloc *out, enum language lang, enum message_id id) {
  const struct message *m = message_of(id);
  sa_catf(out, "%s  %s", m->id, explanation_of(id)->text[lang]);
  if (m->reply) {
    sa_cats(out, "  [");
    message_write_reply(out, id);
    if (lang != LANG_EN)   /* the words that the other side was shown */
      sa_catf(out, " %s", m->text);
    sa_catc(out, ']');
  }
  sa_catc(out, '\n');
}

void answer_message(stralloc *out, enum language lang, enum message_id id) {
  static const char *const level[] = {"level", "レベル"}, *const see[] = {"see", "関連項目"};
  put_heading(out, lang, id);
  explanation_write(out, id, lang);
  sa_catf(out, "  %s: %d\n", level[lang], message_of(id)->level);
  if (*explanation_of(id)->see)
    sa_catf(out, "  %s: %s\n", see[lang], explanation_of(id)->see);
}

bool answer_id(stralloc *out, enum language lang, const char *name) {
  enum message_id id;
  if (!message_find(name, strlen(name), &id))
    return false;
  answer_message(out, lang, id);
  return true;
}

static bool put_matching(stralloc *out, enum language lang, char *const *words, int count) {
  static const char *const hint[] = {"\nmsg-explain ID shows cause and remedy.\n",
                                     "\n原因と対処は「msg-explain ID」で表示できます。\n"};
  enum message_id ids[MESSAGE_COUNT];
  size_t found = message_search(ids, words, count);
  for (size_t i = 0; i < found; i++)
    (found <= FULL_AT_MOST ? answer_message : put_heading)(out, lang, ids[i]);
  if (found > FULL_AT_MOST)
    sa_cats(out, hint[lang]);
  return found > 0;
}

static bool put_quoted(stralloc *out, enum language lang, char *const *words, int count) {
  enum message_id id;
  for (int i = 0; i < count; i++)
    if (message_in(bytes_str(words[i]), &id)) {
      answer_message(out, lang, id);
      return true;
    }
  return false;
}

bool answer_words(stralloc *out, enum language lang, char *const *words, int count) {
  return put_quoted(out, lang, words, count) || put_matching(out, lang, words, count);
}

void answer_line(stralloc *out, enum language lang, struct bytes line) {
  enum message_id id;
  sa_catb(out, line.s, line.n);
  if (!line.n || line.s[line.n - 1] != '\n')
    sa_catc(out, '\n');
  if (message_in(line, &id))
    explanation_write(out, id, lang);
}
