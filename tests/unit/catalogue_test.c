/* catalogue: the tables that the build makes agree with each other and with what replies need. */
#include "unit.h"

#include "catalogue/search.h"

#include "catalogue/catalogue.h"

static void every_entry(void **state) {
  (void)state;
  for (int i = 0; i < MESSAGE_COUNT; i++) {
    const struct message *m = message_of((enum message_id)i);
    const struct explanation *e = explanation_of((enum message_id)i);
    char kind = m->id[5];
    enum message_id found;
    row_check(m->id, strlen(m->id) == 6 && m->level <= 99 && *m->text);
    row_check(m->id, message_find(m->id, 6, &found) && (int)found == i);
    row_check(m->id, !strcmp(e->text[LANG_EN], m->text) && *e->text[LANG_JA] && e->see);
    row_check(m->id, kind == 'I' || (*e->cause[LANG_EN] && *e->cause[LANG_JA] && *e->remedy[LANG_EN] && *e->remedy[LANG_JA]));
    row_check(m->id, !strchr(m->text, '\n') && !strchr(m->text, '\r'));
    row_check(m->id, message_is_refusal((enum message_id)i) == (m->reply == 1 || m->reply >= 400));
    row_check(m->id, m->reply < 200 || !*m->status || m->status[0] == (char)('0' + m->reply / 100));
  }
}

static void finding(void **state) {
  (void)state;
  enum message_id id;
  assert_true(message_find("sy101e", 6, &id) && id == SY101E_out_of_memory);
  assert_false(message_find("SY101", 5, &id));
  assert_false(message_find("SY101E ", 7, &id));
  assert_false(message_find("", 0, &id));
  assert_false(message_find("ZZ999I", 6, &id));
}

static bool first_is(const char *const words[], enum message_id id, size_t least, size_t most) {
  static enum message_id ids[MESSAGE_COUNT];
  int count = 0;
  while (words[count])
    count++;
  size_t found = message_search(ids, (char *const *)(uintptr_t)words, count);
  return found >= least && found <= most && (!found || ids[0] == id);
}

static void searched(void **state) {
  (void)state;
  static const struct { const char *name, *words[6]; enum message_id first; size_t least, most; } rows[] = {
    {"a reply", {"452 4.3.1"}, QU101E_no_space, 1, 4},
    {"its parts", {"550", "5.7.1"}, RL201E_relay_refused, 1, 10},
    {"an enhanced code", {"4.2.2"}, LD201W_mailbox_full, 2, 4},
    {"a sentence", {"relay", "DOES", "not", "accept"}, RL201E_relay_refused, 1, 9},
    {"a code and words", {"550", "Relay"}, RL201E_relay_refused, 1, 9},
    {"Japanese", {"中継は受け付けません"}, RL201E_relay_refused, 1, 9},
    {"only in a remedy", {"softlimit", "machine"}, SY101E_out_of_memory, 1, 3},
    {"both languages", {"relay", "中継"}, CF182E_prefix_too_wide, 1, 99},
    {"not all of them", {"relay", "xyzzy"}, RL201E_relay_refused, 0, 0},
    {"no such code", {"487"}, RL201E_relay_refused, 0, 0},
  };
  for (size_t i = 0; i < COUNT(rows); i++)
    row_check(rows[i].name, first_is(rows[i].words, rows[i].first, rows[i].least, rows[i].most));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(searched), cmocka_unit_test(every_entry), cmocka_unit_test(finding)};
  return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
