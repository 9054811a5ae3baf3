/* home: one instance, one directory; it becomes the working directory, every path in the programs is relative to it. */
#ifndef CONTROL_HOME_H
#define CONTROL_HOME_H

/* OPTION (--home) or else WIZ98_HOME or else /var/wiz98.  Ends the process (111, SY105E) where it is no home. */
void home_enter(const char *option);
const char *home_path(const char *option);     /* the same choice, for who may not enter all of it (sendmail) */

#endif
