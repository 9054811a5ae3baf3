/* The form of a message for a person at a terminal.  In an object of its own, so that only programs that call
 * report_to_people carry the explanations of the whole catalogue. */
#include "base/sa.h"
#include "sys/language.h"
#include "sys/report.h"

static const char *const fatal[] = {"fatal", "致命的"}, *const error[] = {"error", "エラー"}, *const warning[] = {"warning", "警告"};

static const char *const *kind_of(enum message_id id, bool last) {
  char kind = message_of(id)->id[5];
  return last ? fatal : kind == 'E' ? error : kind == 'W' ? warning : NULL;
}

static void tell(enum message_id id, const char *program, bool last, struct bytes details) {
  enum language lang = language_of_environment();
  const struct explanation *e = explanation_of(id);
  const char *const *kind = kind_of(id, last);
  stralloc out = {0};
  sa_catf(&out, "%s: %s%s%s (%s)", program, kind ? kind[lang] : "", kind ? ": " : "", e->text[lang], message_of(id)->id);
  if (details.n) {
    sa_cats(&out, ": ");
    sa_catb(&out, details.s, details.n);
  }
  sa_catc(&out, '\n');
  explanation_write(&out, id, lang);
  report_write(out.s, out.len);
  stralloc_free(&out);
}

void report_to_people(void) {
  report_teller = tell;
  report_crash_sentence = explanation_of(CR101E_crashed)->text[language_of_environment()];
}
