/* The definition files, separated by bytes 0xff (which stand in none that is UTF-8), and editing one of their entries. */
#include "conf/compile.h"
#include "user/edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct conf_input in = {0};
  struct conf_set set = {0};
  struct conf_faults faults = {0};
  struct bytes rest = bytes_of((const char *)data, size), part, domain = bytes_str("example.jp");
  stralloc text = {0}, key = {0};
  for (int i = 0; i < CONF_FILES; i++)
    if (bytes_cut(&rest, '\xff', &part))
      sa_copyb(&in.text[i], part.s, part.n);
  conf_compile(&set, &faults, &in);
  conf_faults_sort(&faults);
  for (size_t i = 0; i < faults.count; i++)
    conf_fault_text(&text, &faults.fault[i], LANG_JA);
  sa_copys(&key, "taro@example.jp");
  stralloc *users = &in.text[CONF_USERS];
  user_edit_set(users, bytes_sa(&key), domain, bytes_str("value"));
  if (!user_edit_get(bytes_sa(users), bytes_sa(&key), domain, &part) || !bytes_eq(part, bytes_str("value")))
    __builtin_trap();
  user_edit_remove(users, bytes_sa(&key), domain);
  conf_set_free(&set);
  conf_faults_free(&faults);
  conf_input_free(&in);
  stralloc_free(&text);
  stralloc_free(&key);
  return 0;
}
