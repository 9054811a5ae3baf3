#include "checks/checks.h"

#define NEEDS(...) {__VA_ARGS__}
#define CHECK(name, id, question, role, seconds, need, fault, en, ja) [CHECK_##name] = {id, question, need, seconds, fault, {en, ja}},
const struct check_row check_rows[CHECK_COUNT] = {
  [CHECK_NONE] = {.id = ""},
#include "checks/checks.def"
};

static bool is_good(const struct check_finding *f) { return !f->blocks && (f->result == CHECK_PASS || f->result == CHECK_WARN); }

enum check check_missing(enum check c, const struct check_finding *f) {
  const enum check *need = check_rows[c].need;
  for (size_t i = 0; i < CHECK_NEEDS_MAX && need[i]; i++)
    if (!is_good(&f[need[i]]))
      return need[i];
  return CHECK_NONE;
}

bool check_is_ready(enum check c, const bool *done) {
  const enum check *need = check_rows[c].need;
  for (size_t i = 0; i < CHECK_NEEDS_MAX && need[i]; i++)
    if (!done[need[i]])
      return false;
  return true;
}

void check_skip(struct check_finding *f, enum check missing, int64_t now) {
  f->result = CHECK_CANNOT_TELL;
  f->message = DC001W_prerequisite;
  f->missing = missing;
  f->time = now;
  f->evidence.len = 0;
  sa_catf(&f->evidence, "needs=%s", check_rows[missing].id);
}

void check_find(struct check_finding *f, enum check_result result, enum message_id message, struct bytes evidence) {
  if (f->evidence.len && result <= f->result)
    return;
  f->result = result;
  f->message = message;
  sa_copyb(&f->evidence, evidence.s, evidence.n < CHECK_EVIDENCE_MAX ? evidence.n : CHECK_EVIDENCE_MAX);
}

int check_exit_code(const struct check_finding *f) {
  int code = 0;
  for (int c = CHECK_NONE + 1; c < CHECK_COUNT; c++) {
    int own = f[c].result == CHECK_FAIL ? 2 : f[c].result == CHECK_WARN ? 1 : 0;
    code = own > code ? own : code;
  }
  return code;
}
