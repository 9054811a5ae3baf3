#include "catalogue/search.h"

#include "base/sa.h"

enum { ID_LENGTH = 6 };

static bool is_word_byte(char c) {
  return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '_';
}

bool message_in(struct bytes line, enum message_id *id) {
  for (size_t i = 0; i + ID_LENGTH <= line.n; i++) {
    bool alone = (!i || !is_word_byte(line.s[i - 1])) && (i + ID_LENGTH == line.n || !is_word_byte(line.s[i + ID_LENGTH]));
    if (alone && message_find(line.s + i, ID_LENGTH, id))
      return true;
  }
  return false;
}

void message_write_reply(stralloc *out, enum message_id id) {
  const struct message *m = message_of(id);
  if (m->reply == 1)
    sa_catf(out, *m->status ? "-ERR [%s]" : "-ERR%s", m->status);
  else if (m->reply)
    sa_catf(out, *m->status ? "%d %s" : "%d%s", m->reply, m->status);
}

bool message_has_reply(enum message_id id, struct bytes code) {
  struct bytes status = bytes_str(message_of(id)->status), first, rest;
  stralloc reply = {0};
  message_write_reply(&reply, id);
  rest = bytes_sa(&reply);
  bool found = reply.len && code.n &&
               (bytes_ieq(rest, code) || bytes_ieq(status, code) || (bytes_cut(&rest, ' ', &first) && bytes_ieq(first, code)));
  stralloc_free(&reply);
  return found;
}

static bool contains(const char *text, struct bytes word) {
  for (struct bytes t = bytes_str(text); t.n; t.s++, t.n--)
    if (bytes_istarts(t, word))
      return true;
  return false;
}

/* --- all of them --- */

typedef bool has(enum message_id id, struct bytes word);

/* In either language; ASCII letters of either case. */
static bool has_in_sentence(enum message_id id, struct bytes word) {
  const struct explanation *e = explanation_of(id);
  return message_has_reply(id, word) || contains(e->text[LANG_EN], word) || contains(e->text[LANG_JA], word);
}

static bool has_anywhere(enum message_id id, struct bytes word) {
  const struct explanation *e = explanation_of(id);
  for (int lang = LANG_EN; lang <= LANG_JA; lang++)
    if (contains(e->cause[lang], word) || contains(e->remedy[lang], word))
      return true;
  return has_in_sentence(id, word);
}

static bool has_all(enum message_id id, char *const *words, int count, has *each) {
  for (int i = 0; i < count; i++)
    if (!each(id, bytes_str(words[i])))
      return false;
  return true;
}

/* Adds those that EACH finds to the FOUND ones, but for what SKIPPED (NULL: nothing) has found. */
static size_t add(enum message_id *ids, size_t found, char *const *words, int count, has *each, has *skipped) {
  for (int i = 0; i < MESSAGE_COUNT; i++)
    if (has_all((enum message_id)i, words, count, each) && !(skipped && has_all((enum message_id)i, words, count, skipped)))
      ids[found++] = (enum message_id)i;
  return found;
}

size_t message_search(enum message_id *ids, char *const *words, int count) {
  size_t found = add(ids, 0, words, count, message_has_reply, NULL);
  if (found)
    return found;
  found = add(ids, 0, words, count, has_in_sentence, NULL);
  return add(ids, found, words, count, has_anywhere, has_in_sentence);
}
