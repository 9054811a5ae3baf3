/* sandboxed PROGRAM WHAT: enters PROGRAM's sandbox ("none": no) in the home that is the working directory, does WHAT.  Exit 0
 * it could, 1 it could not (the reason on standard output); a call that is not in the list ends the process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/table.h"
#include "sys/report.h"

static const struct sandbox *const all[] = {&sandbox_smtp_recv, &sandbox_pop3_serve, &sandbox_pop3_session};

static int do_nothing(void) { return 0; }
static int do_exec(void) { return execl("/bin/true", "true", (char *)NULL); }
static int do_inet(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static int do_chmod(void) { return chmod("conf", 0777); }
static int do_ptrace(void) { return (int)ptrace(PTRACE_TRACEME, 0, 0, 0); }
static int do_secret(void) { return open("run/secrets/auth/1.cdb", O_RDONLY); }
static int do_incoming(void) { return open("spool/incoming/01ng000000000000000000", O_WRONLY); }

static const struct { const char *name; int (*act)(void); } acts[] = {
  {"nothing", do_nothing}, {"exec", do_exec}, {"inet", do_inet}, {"chmod", do_chmod}, {"ptrace", do_ptrace}, {"secret", do_secret}, {"incoming", do_incoming},
};

int main(int argc, char **argv) {
  report_init("sandboxed");
  for (size_t i = 0; argc == 3 && i < sizeof all / sizeof *all; i++)
    if (!strcmp(all[i]->name, argv[1]))
      sandbox_enter(all[i]);
  for (size_t i = 0; argc == 3 && i < sizeof acts / sizeof *acts; i++)
    if (!strcmp(acts[i].name, argv[2])) {
      int result = acts[i].act();
      const char *why = result < 0 ? strerror(errno) : "";
      if (*why && write(1, why, strlen(why)) < 0)
        return 2;
      return result < 0;
    }
  return 100;
}
