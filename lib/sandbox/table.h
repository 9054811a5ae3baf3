/* table: what conf/sandbox/NAME becomes; for the files that `make` makes of it, and for lib/sandbox. */
#ifndef SANDBOX_TABLE_H
#define SANDBOX_TABLE_H

#include <linux/filter.h>
#include <stdbool.h>

#include "sandbox/sandbox.h"

struct sandbox {
  const char *name;
  const struct sandbox_path *path;
  size_t paths;
  bool connects;                       /* may connect by TCP, to any port */
  const struct sock_filter *filter;
  unsigned short length;
};

#endif
