#include "base/sa.h"
#include "catalogue/catalogue.h"

extern const struct explanation catalogue_text[];

const struct explanation *explanation_of(enum message_id id) { return &catalogue_text[id]; }

void explanation_write(stralloc *out, enum message_id id, enum language lang) {
  static const char *const cause[] = {"cause", "原因"}, *const remedy[] = {"remedy", "対処"};
  const struct explanation *e = explanation_of(id);
  if (*e->cause[lang])
    sa_catf(out, "  %s: %s\n", cause[lang], e->cause[lang]);
  if (*e->remedy[lang])
    sa_catf(out, "  %s: %s\n", remedy[lang], e->remedy[lang]);
}
