/* rehearse: addresses gone through as far as RCPT, by lib/remote's own code, or by the rules for our own; told as it
 * happens.  Nothing is sent. */
#ifndef REHEARSE_H
#define REHEARSE_H

#include "conf/conf.h"
#include "doctor/doctor.h"

enum { REHEARSE_MAX = 100 };

struct rehearsal {
  const struct conf *conf;
  struct bytes from;            /* what MAIL says; "" is the null sender */
  uint64_t size;                /* SIZE= of MAIL; 0: not said */
  bool json;
  enum language lang;
  void (*confine)(void);        /* called once, before the first stranger is asked; NULL: nothing */
};

/* Prints to standard output, line by line.  0 all would be accepted, 1 something is delayed or to be remarked, 2 something fails. */
int rehearse(const struct rehearsal *r, char **addr, size_t count);

#endif
