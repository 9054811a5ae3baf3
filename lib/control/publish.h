/* publish: the definition files are read, checked, compiled and put in force.  The working directory is the home. */
#ifndef CONTROL_PUBLISH_H
#define CONTROL_PUBLISH_H

#include "conf/compile.h"

struct publish {
  struct conf_input in;
  struct conf_set set;         /* what was compiled from it */
  struct conf_faults faults;   /* all that is wrong, by file and line */
  bool understood;             /* they are of this version: false: nothing was compiled */
};

/* The lock (conf/.lock) under which definition files are changed and put in force; freed when the process ends.  It waits
 * at most 30 s; false: reported. */
bool publish_lock(void);
/* Reads the files: afterwards IN may be changed; then P is checked, again and again if need be. */
void publish_read(struct publish *p);
bool publish_check(struct publish *p);       /* false: there are errors among the faults (warnings may be there all the same) */
/* A set that publish_check found good becomes run/generations/N, and run/conf leads to it by one rename.  The generation
 * that was in force before stays for those who are reading it, older ones go.  False: CF305E was reported, nothing changed. */
bool publish_put(const struct publish *p);
void publish_free(struct publish *p);

#endif
