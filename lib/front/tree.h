/* tree: the directories of a home, and its service directories. */
#ifndef FRONT_TREE_H
#define FRONT_TREE_H

#include <stdbool.h>

/* Directories of the home, which is the working directory, with owners and modes (control/owner.h); FRESH: the home has
 * just been made.  False: reported. */
bool tree_directories(bool fresh);
/* service/NAME for each service: run script (from the templates, where there is none), env/; "down" where its port is 0;
 * the link service/.bin to the programs.  False: reported. */
bool tree_services(void);

#endif
