#include "watch/watch.h"

static const char head[] = "wiz98-doctor 1";

static bool same(const struct watch_result *a, const struct watch_result *b) {
  return a->result == b->result && a->message == b->message;
}

size_t watch_look(struct watch *w, const struct check_finding *f, bool news[CHECK_COUNT]) {
  size_t count = 0;
  news[CHECK_NONE] = false;
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++) {
    struct watch_result now = {f[c].result, f[c].result == CHECK_PASS ? (enum message_id)0 : f[c].message};
    bool tells = f[c].result != CHECK_CANNOT_TELL;
    news[c] = tells && same(&now, &w->seen[c]) && !same(&now, &w->told[c]);
    count += news[c];
    if (tells)
      w->seen[c] = now;
  }
  return count;
}

void watch_told(struct watch *w, const bool news[CHECK_COUNT]) {
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++)
    if (news[c])
      w->told[c] = w->seen[c];
}

/* --- as text --- */

static void put_result(stralloc *out, const char *key, const struct watch_result *r) {
  sa_catf(out, " %s=%s", key, check_result_name(r->result));
  if (r->message)
    sa_catf(out, ":%s", message_of(r->message)->id);
}

void watch_write(stralloc *out, const struct watch *w) {
  static const struct watch_result well = {0};
  sa_catf(out, "%s\n", head);
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++) {
    if (same(&w->told[c], &well) && same(&w->seen[c], &well))
      continue;
    sa_cats(out, check_rows[c].id);
    put_result(out, "told", &w->told[c]);
    put_result(out, "seen", &w->seen[c]);
    sa_catc(out, '\n');
  }
}

static enum check find_check(struct bytes id) {
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++)
    if (bytes_eq(id, bytes_str(check_rows[c].id)))
      return (enum check)c;
  return CHECK_NONE;
}

static bool find_result(struct bytes name, enum check_result *result) {
  static const enum check_result telling[] = {CHECK_PASS, CHECK_WARN, CHECK_FAIL};
  for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
    if (bytes_eq(name, bytes_str(check_result_name(telling[i])))) {
      *result = telling[i];
      return true;
    }
  return false;
}

/* "told=FAIL:DC011E" behind KEY. */
static bool read_result(struct bytes word, const char *key, struct watch_result *r) {
  struct bytes name, value;
  *r = (struct watch_result){0};
  if (!bytes_cut(&word, '=', &name) || !bytes_eq(name, bytes_str(key)) || !bytes_cut(&word, ':', &value) ||
      !find_result(value, &r->result))
    return false;
  if (r->result == CHECK_PASS)
    return !word.n;
  return !word.n || (word.n == 6 && (message_find(word.s, word.n, &r->message) || !r->message));
}

static bool read_line(struct watch *w, struct bytes line) {
  struct bytes id, told;
  struct watch_result known, seen;
  if (!bytes_cut(&line, ' ', &id) || !bytes_cut(&line, ' ', &told) || !read_result(told, "told", &known) ||
      !read_result(line, "seen", &seen))
    return false;
  enum check c = find_check(id);
  if (c) {
    w->told[c] = known;
    w->seen[c] = seen;
  }
  return true;
}

static bool read_all(struct watch *w, struct bytes text) {
  struct bytes line;
  if (text.n > WATCH_TEXT_MAX || !text.n || text.s[text.n - 1] != '\n')
    return false;
  text.n--;
  if (!bytes_cut(&text, '\n', &line) || !bytes_eq(line, bytes_str(head)))
    return false;
  while (bytes_cut(&text, '\n', &line))
    if (!read_line(w, line))
      return false;
  return true;
}

bool watch_read(struct watch *w, struct bytes text) {
  *w = (struct watch){0};
  bool good = read_all(w, text);
  if (!good)
    *w = (struct watch){0};
  return good;
}
