/* sandbox: gives up, for good, what a program will not need once strangers' bytes reach it.  conf/sandbox/NAME says what it
 * keeps; `make` turns that into one constant a program, sandbox_NAME, so a start pays for a few system calls only.
 *
 *   home_enter(option);  … all that is opened once …
 *   sandbox_enter(&sandbox_smtp_recv);         before the first byte of a peer; children inherit it
 *
 * Three walls, each of which holds where another is missing:
 *   no_new_privs   no program that is executed gains rights
 *   Landlock       files by path; TCP ports; signals and abstract UNIX sockets of processes outside.  Paths are those
 *                  of now: a directory that is replaced later is out of reach, one that is filled later is in reach
 *   seccomp        system calls, and their arguments where they matter: any other raises SIGSYS, which ends the process
 *
 * A kernel that has not all of it is put up with; wiz98 run says so as a service starts (SB101W), each program at level 50.
 * In a build with sanitizers, which need more, nothing happens. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stddef.h>
#include <stdint.h>

/* What may be done at and below a path.  Only READ, WRITE and EXECUTE can be given on what is no directory. */
enum {
  SANDBOX_EXECUTE = 1 << 0,
  SANDBOX_READ = 1 << 1,       /* open files */
  SANDBOX_LIST = 1 << 2,       /* open directories */
  SANDBOX_WRITE = 1 << 3,      /* open files for writing, truncate them; O_TMPFILE */
  SANDBOX_MAKE = 1 << 4,       /* new names of files */
  SANDBOX_REMOVE = 1 << 5,     /* names of files removed; the old name of a rename is */
  SANDBOX_MOVE = 1 << 6,       /* link, rename from and to other directories */
  SANDBOX_MKDIR = 1 << 7,
  SANDBOX_SOCKET = 1 << 8,     /* names of UNIX sockets */
  SANDBOX_ENSURE = 1 << 9,     /* the directory is made on entering, where it is missing */
};

/* "$NAME": what that environment variable says, where it is set. */
struct sandbox_path { const char *path; unsigned rights; };

struct sandbox;                /* sandbox/table.h */

#include "sandbox/programs.h"  /* made: extern const struct sandbox sandbox_smtp_recv, … */

/* Ends the process (111, SB201E) where a wall that the kernel has cannot be put up. */
void sandbox_enter(const struct sandbox *s);

/* One more layer of Landlock: of the paths that are within reach only these remain (as the mailbox of who has logged in). */
void sandbox_narrow(const struct sandbox_path *paths, size_t count);

/* What the running kernel lacks, in words for a report; "" where it lacks nothing. */
const char *sandbox_lacks(void);
void sandbox_tell(void);       /* reports it, SB101W, where it lacks something */

#endif
