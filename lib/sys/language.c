#include "sys/language.h"

#include <stdlib.h>
#include <string.h>

enum language language_of_environment(void) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *value = getenv(names[i]);
    if (value && *value)
      return strncmp(value, "ja", 2) ? LANG_EN : LANG_JA;
  }
  return LANG_EN;
}

bool language_choose(const char *name, enum language *lang) {
  bool ja = !strcmp(name, "ja");
  if (!ja && strcmp(name, "en"))
    return false;
  *lang = ja ? LANG_JA : LANG_EN;
  return !setenv("LC_ALL", name, 1);
}
