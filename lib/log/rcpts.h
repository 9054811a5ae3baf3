/* rcpts: the recipients of a message in one value of a log line: "hanako@example.net,info@example.jp>taro@example.jp",
 * what a client named in front of '>' where it leads elsewhere.  The line's `recipients` says how many there are: what has no room
 * is left out.  In a local part in quotes the two separators stand for themselves. */
#ifndef LOG_RCPTS_H
#define LOG_RCPTS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/sa.h"

enum { LOG_RCPTS_MAX = 1000 };   /* bytes */

bool log_rcpts_add(stralloc *out, struct bytes original, struct bytes addr);   /* ORIGINAL "": as ADDR; false: no room */
bool log_rcpts_next(struct bytes *rest, struct bytes *original, struct bytes *addr);   /* ORIGINAL ADDR: nothing led there */

#endif
