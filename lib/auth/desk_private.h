/* desk_private: how a request of the desk ends. */
#ifndef AUTH_DESK_PRIVATE_H
#define AUTH_DESK_PRIVATE_H

#include "auth/desk.h"

/* One line of the log: ID, the client's address, the user. */
void desk_say(const struct desk_request *r, enum message_id id);
void desk_answer(struct desk *d, struct desk_request *r, enum message_id id);    /* tells who asked; R is unused from now on */
void desk_refuse(struct desk *d, struct desk_request *r, enum message_id id);    /* both */
void desk_release(struct desk *d, struct desk_request *r);                       /* R is unused from now on, nobody is told */

#endif
