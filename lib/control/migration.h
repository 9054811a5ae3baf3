/* migration: the definition files brought to this version on the disk, and back.  The working directory is the home;
 * publish_lock is held.
 *
 *   conf/backup/N        the files of version N as they were before the set left it: those that were changed
 *   conf/backup/undone   what migration_undo took away
 *
 * Each file is replaced by a rename; conf/version is the last one, on the way back the first one.  So a crash at any place
 * leaves a set that is called the older one, with which no server starts, and either direction goes through from there. */
#ifndef CONTROL_MIGRATION_H
#define CONTROL_MIGRATION_H

#include "control/publish.h"
#include "migrate/migrate.h"

struct migration_plan {
  struct publish before, after;    /* AFTER: its faults name lines of the files as they are */
  struct migration m;
};

/* Reads, migrates in memory, checks the result.  False: what is wrong is in after.faults. */
bool migration_plan(struct migration_plan *p);
bool migration_do(const struct migration_plan *p);       /* false: reported */
unsigned migration_undo(void);                           /* the version that the set has now; 0: reported */
void migration_plan_free(struct migration_plan *p);

#endif
