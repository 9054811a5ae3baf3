/* supervision: svscan and what descends from it. */
#ifndef FRONT_SUPERVISION_H
#define FRONT_SUPERVISION_H

#include "front/front.h"

void supervision_comm(char comm[16], pid_t pid);         /* the process's name, "" where there is none */
bool supervision_in_path(const char *program);
void supervision_forget(void);                           /* run/svscan.pid: written by front_launch, removed by front_stop */
bool supervision_remembered(void);                       /* it is there */
/* How many processes of that session are of this kind; each gets the signal NUMBER if it is not 0. */
enum supervision_kind { SUPERVISION_SERVED, SUPERVISION_SUPERVISE, SUPERVISION_ALL };   /* all but supervision itself; supervise; all */
size_t supervision_session(pid_t session, enum supervision_kind kind, int number);
/* Each folder of service/, also those that are not ours: an operator may add services. */
typedef void supervision_visit(const char *name, void *data);
void supervision_each(supervision_visit *visit, void *data);

#endif
