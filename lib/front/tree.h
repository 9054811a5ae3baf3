/* tree: the directories of a home, and its service directories. */
#ifndef FRONT_TREE_H
#define FRONT_TREE_H

#include <stdbool.h>

bool tree_directories(void);     /* in the working directory; what is there is left as it is; false: reported */
/* service/NAME for each service: run script (from the templates, where there is none), env/; "down" where its port is 0;
 * the link service/.bin to the programs.  False: reported. */
bool tree_services(void);

#endif
