#include "migrate/migrate.h"

/* Control bytes are not for a terminal. */
static void put_lines(stralloc *out, char sign, const stralloc *text) {
  struct bytes rest = bytes_sa(text), line;
  while (text->len && bytes_cut(&rest, '\n', &line)) {
    sa_catf(out, "  %c ", sign);
    for (size_t i = 0; i < line.n; i++)
      if (line.s[i] == '\t' || ((unsigned char)line.s[i] >= ' ' && line.s[i] != 0x7f))
        sa_catc(out, line.s[i]);
    sa_catc(out, '\n');
  }
}

static bool is_secret(enum conf_file file) { return file == CONF_USERS || file == CONF_CREDENTIALS || file == CONF_TOKENS; }

void migrate_text(stralloc *out, const struct migration *m, enum language lang) {
  static const char *const reason[] = {"why", "理由"};
  for (size_t i = 0; i < m->count; i++) {
    const struct migrate_change *c = &m->change[i];
    const struct explanation *e = explanation_of(c->why);
    sa_catf(out, "%s:%u: %s (%s)\n", conf_paths[c->file], c->line, e->text[lang], message_of(c->why)->id);
    if (!is_secret(c->file)) {
      put_lines(out, '-', &c->before);
      put_lines(out, '+', &c->after);
    }
    if (i + 1 == m->count || m->change[i + 1].why != c->why)
      sa_catf(out, "  %s: %s\n", reason[lang], e->cause[lang]);
  }
}
