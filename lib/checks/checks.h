/* checks: what mail-doctor looks at, and what it says of it.  checks.def is the one table; this is its pure half: order,
 * judgement, words.  lib/probes has the functions that look.
 *
 * Each check is of a fault that an operator can have, and answers
 *
 *   PASS          looked at, and good
 *   WARN          works, and will not for long, or not well
 *   FAIL          wrong; cause and remedy are the catalogue's (the finding's message)
 *   CANNOT_TELL   could not be looked at, or something that it needs is not good: then that is named
 *
 * The order of the table is the order of prerequisites: what a check needs stands above it.  So the first FAIL is the one
 * to be mended first.  What the definition files say on purpose is no WARN. */
#ifndef CHECKS_H
#define CHECKS_H

#include "base/bytes.h"
#include "base/sa.h"
#include "catalogue/catalogue.h"

enum check {
  CHECK_NONE,                /* ends a list of needs */
#define CHECK(name, ...) CHECK_##name,
#include "checks/checks.def"
#undef CHECK
  CHECK_COUNT
};

enum check_result { CHECK_PASS, CHECK_CANNOT_TELL, CHECK_WARN, CHECK_FAIL };   /* a check that looks at several things has the worst */

/* The questions of the manual; Q2-3 is "550 Relay does not accept". */
enum check_question { MACHINE, Q1, Q2, Q2_3, Q3, Q4, Q5, Q6, Q7, Q8, Q9, Q10, CHECK_QUESTIONS };

enum { CHECK_NEEDS_MAX = 4, CHECK_EVIDENCE_MAX = 3500 };

struct check_row {
  const char *id;            /* "D101": stays the same for good */
  enum check_question question;
  enum check need[CHECK_NEEDS_MAX];
  unsigned seconds;          /* the most that its probe may take */
  enum message_id fault;     /* that it is for; a probe may find others */
  const char *title[2];
};
extern const struct check_row check_rows[CHECK_COUNT];      /* [CHECK_NONE] is empty */

struct check_finding {
  enum check_result result;
  bool blocks;               /* no FAIL, and yet checks that need this one cannot tell: a server that runs on no network */
  enum message_id message;   /* WARN, FAIL: cause and remedy; CANNOT_TELL: why; PASS: 0 */
  enum check missing;        /* CANNOT_TELL: the prerequisite that is not good; CHECK_NONE: another reason */
  stralloc evidence;         /* fields as in the log: asked whom, got what */
  int64_t time;              /* Unix time of the answer */
};

/* The first prerequisite of C that has failed or could not be told; CHECK_NONE: C may be looked at.  F[CHECK_COUNT]. */
enum check check_missing(enum check c, const struct check_finding *f);
/* Whether all that C needs is DONE. */
bool check_is_ready(enum check c, const bool *done);
void check_skip(struct check_finding *f, enum check missing, int64_t now);   /* CANNOT_TELL because of MISSING */
/* F takes RESULT with MESSAGE if that is worse than what it has; EVIDENCE goes with the message.  The first of its kind stays. */
void check_find(struct check_finding *f, enum check_result result, enum message_id message, struct bytes evidence);
int check_exit_code(const struct check_finding *f);         /* 0, 1: a WARN, 2: a FAIL */

/* --- words --- */
/* TEXT with each "key=" that stands without a value replaced by what EVIDENCE says of key, made harmless. */
void check_fill(stralloc *out, const char *text, struct bytes evidence);
void check_text(stralloc *out, const struct check_finding *f, bool all, enum language lang);   /* ALL: each PASS with its evidence */
void check_json(stralloc *out, const struct check_finding *f, enum language lang);             /* an array of objects */
/* Those with RESULT, CHOSEN (NULL: all), in full, under a title; nothing where there is none. */
void check_list(stralloc *out, const struct check_finding *f, enum check_result result, const bool *chosen, enum language lang);
const char *check_question_name(enum check_question q);     /* "Q2-3", "machine" */
const char *check_result_name(enum check_result r);         /* "CANNOT-TELL" */

#endif
