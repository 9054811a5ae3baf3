/* reply: the cause that a peer's reply names.  Inside lib/classify only. */
#ifndef CLASSIFY_REPLY_H
#define CLASSIFY_REPLY_H

#include "classify/classify.h"

enum cause classify_reply(const struct failure *f);

#endif
