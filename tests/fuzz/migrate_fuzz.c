/* conf/version and conf/settings, separated by a byte 0xff, from version 1 to this one: done again it changes nothing,
 * lines that no step is about stay, and no fault or change lacks its text. */
#include "migrate/migrate.h"

static void lines_stay(struct bytes before, struct bytes after) {
  struct bytes line, other;
  while (bytes_cut(&before, '\n', &line)) {
    bool about = false;
    for (size_t i = 0; i + 4 < line.n; i++)
      about |= bytes_istarts(bytes_of(line.s + i, line.n - i), bytes_str("ipv6")) || bytes_istarts(bytes_of(line.s + i, line.n - i), bytes_str("sour")) || bytes_istarts(bytes_of(line.s + i, line.n - i), bytes_str("free"));
    if (about || !line.n)
      continue;
    bool found = false;
    while (!found && bytes_cut(&after, '\n', &other))   /* in their order */
      found = bytes_eq(line, other);
    if (!found)
      __builtin_trap();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct conf_input in = {0};
  struct conf_faults faults = {0}, none = {0};
  struct migration m, again;
  struct bytes rest = bytes_of((const char *)data, size), part;
  stralloc text = {0};
  unsigned line;
  if (bytes_cut(&rest, '\xff', &part))
    sa_copyb(&in.text[CONF_VERSION], part.s, part.n);
  if (bytes_cut(&rest, '\xff', &part))
    sa_copyb(&in.text[CONF_SETTINGS], part.s, part.n);
  unsigned version = conf_version(bytes_sa(&in.text[CONF_VERSION]), &line);
  migrate_run(&m, &faults, 1, &in);
  migrate_text(&text, &m, LANG_JA);
  if (version == 1 && conf_version(bytes_sa(&m.text[CONF_VERSION]), &line) != CONF_SET_VERSION)
    __builtin_trap();
  if (m.changed[CONF_SETTINGS] && !faults.errors) {
    lines_stay(bytes_sa(&in.text[CONF_SETTINGS]), bytes_sa(&m.text[CONF_SETTINGS]));
    sa_copy(&in.text[CONF_SETTINGS], &m.text[CONF_SETTINGS]);
    migrate_run(&again, &none, 1, &in);
    if (again.changed[CONF_SETTINGS])
      __builtin_trap();
    migration_free(&again);
  }
  migration_free(&m);
  conf_faults_free(&faults);
  conf_faults_free(&none);
  conf_input_free(&in);
  stralloc_free(&text);
  return 0;
}
