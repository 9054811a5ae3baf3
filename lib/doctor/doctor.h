/* doctor: what a rehearsal found, told to people or programs: each address with its cause by the manual's letter and number,
 * the evidence, the remedy; and what the pattern of several addresses tells (the manual's A2-2). */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "base/sa.h"
#include "catalogue/catalogue.h"
#include "classify/classify.h"

enum doctor_state { DOCTOR_WELL, DOCTOR_WARN, DOCTOR_DELAYED, DOCTOR_FAILED };

struct doctor_finding {
  struct bytes addr;          /* as given */
  struct bytes via;           /* where its alias leads, if that is what was tried; else "" */
  bool own;                   /* of a domain of ours */
  enum doctor_state state;
  enum cause cause;           /* CAUSE_NONE where well, or nothing but a remark */
  enum message_id remark;     /* what is to be said instead of the cause's message; 0: nothing */
  struct bytes evidence;      /* the peer's words, or ours */
};

enum doctor_pattern {
  DOCTOR_TOO_FEW,             /* nothing follows from so few */
  DOCTOR_NO_FAILURE,
  DOCTOR_ALL,                 /* our own and others */
  DOCTOR_ALL_ABROAD,          /* all; none of our own was asked */
  DOCTOR_ALL_BUT_OWN,
  DOCTOR_ONLY_OWN,
  DOCTOR_CERTAIN,             /* some of the others, whatever our own do */
};

/* A recipient that is delayed counts as one that fails; others are counted by their domains. */
enum doctor_pattern doctor_infer(const struct doctor_finding *f, size_t count);
enum message_id doctor_pattern_message(enum doctor_pattern p);
const char *doctor_pattern_name(enum doctor_pattern p);             /* "all_but_own" */

void doctor_put_address(stralloc *out, const struct doctor_finding *f);   /* "a@b", "a@b -> c@d" */
/* Appended, with newlines; for programs one object a line. */
void doctor_put_finding(stralloc *out, const struct doctor_finding *f, enum language lang);
void doctor_put_finding_json(stralloc *out, const struct doctor_finding *f, enum language lang);
void doctor_put_pattern(stralloc *out, const struct doctor_finding *f, size_t count, enum language lang);
void doctor_put_pattern_json(stralloc *out, const struct doctor_finding *f, size_t count, enum language lang);


/* This server as its peers see it (lib/reputation). */
struct doctor_source {
  struct bytes ip, seen_as;   /* seen_as "": nothing is known of another address */
  bool configured;            /* by remote_source_ipv4, remote_source_ipv6; else the system chose it */
};
void doctor_put_source(stralloc *out, const struct doctor_source *s, enum language lang);
void doctor_put_source_json(stralloc *out, const struct doctor_source *s);
/* One thing that is good (…I), doubtful (…W) or bad (…E), as ID's last letter says. */
enum doctor_state doctor_state_of(enum message_id id);
void doctor_put_remark(stralloc *out, enum message_id id, struct bytes evidence, enum language lang);
void doctor_put_remark_json(stralloc *out, enum message_id id, struct bytes evidence, enum language lang);

#endif
