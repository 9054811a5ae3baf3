/* supervision: svscan and what descends from it. */
#ifndef FRONT_SUPERVISION_H
#define FRONT_SUPERVISION_H

#include "front/front.h"

void supervision_comm(char comm[16], pid_t pid);         /* the process's name, "" where there is none */
bool supervision_in_path(const char *program);
void supervision_forget(void);                           /* run/svscan.pid */
/* The processes of that session, those of supervision itself only if ALL; each gets the signal NUMBER if it is not 0. */
size_t supervision_session(pid_t session, bool all, int number);

#endif
