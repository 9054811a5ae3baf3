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

bool explanation_has(enum message_id id, struct bytes word) {
  const struct explanation *e = explanation_of(id);
  for (int lang = LANG_EN; lang <= LANG_JA; lang++)
    if (contains(e->text[lang], word) || contains(e->cause[lang], word) || contains(e->remedy[lang], word))
      return true;
  return false;
}
