/* The one place where running out of memory ends a process.  No allocation, no formatting: what is left is a write. */
#include <unistd.h>

#include "base/sa.h"

noreturn void out_of_memory(void) {
  static const char line[] = "0 SY101E text=\"Out of memory\"\n";
  if (write(2, line, sizeof line - 1) < 0)
    _exit(111);
  _exit(111);
}
