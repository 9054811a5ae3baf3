/* probes: the functions that look, one a row of checks/checks.def, and their run: each in a process of its own, as the role
 * of its row where roles are in force, PROBES_AT_ONCE side by side, PROBES_MS in all.  What does not answer in time is
 * CANNOT_TELL: a probe whose question is whether something answers keeps its own, shorter, time. */
#ifndef PROBES_H
#define PROBES_H

#include "addr/ip.h"
#include "checks/checks.h"
#include "conf/conf.h"

enum { PROBES_AT_ONCE = 8, PROBES_MS = 9500 };

/* F[CHECK_COUNT], zeroed.  The working directory is the home. */
void probes_run(struct check_finding *f);

/* --- for the probes --- */
struct probe {
  struct check_finding finding;
  const struct conf *conf;       /* in force; only where the row needs CHECK_generation */
  int64_t now;                   /* Unix time */
  int64_t end;                   /* clock_ms(): the deadline */
};

/* check_find with evidence as report() formats it; MESSAGE 0 with CHECK_PASS. */
void probe_find(struct probe *p, enum check_result result, enum message_id message, const char *format, ...) __attribute__((format(printf, 4, 5)));
#define probe_good(p, ...) probe_find(p, CHECK_PASS, (enum message_id)0, __VA_ARGS__)
/* CANNOT_TELL because of errno, after PATH: no permission, or another reason. */
void probe_unreadable(struct probe *p, const char *path);
/* For a row of ROLE_ROOT, before it listens to strangers: what the rows of ROLE_REMOTE are from the start. */
void probe_confine(void);
bool probe_is_here(const struct probe *p, const struct ip *ip);      /* this machine's address, or the setting public_address */
int probe_ms_left(const struct probe *p, int most);      /* at least 1, at most MOST */

#define CHECK(name, ...) void probe_##name(struct probe *p);
#include "checks/checks.def"
#undef CHECK

#endif
