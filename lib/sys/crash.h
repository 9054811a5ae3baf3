/* crash: what a program says as it crashes: SIGSEGV (a stack that ran over as well), SIGBUS, SIGABRT, SIGFPE, SIGILL, and SIGSYS,
 * which is a system call that the sandbox does not allow.
 *
 * report_init calls crash_catch.  The record is one line of the log, CR101E, written to descriptor 2, which is open in any case
 * and works in any sandbox; multilog puts it into log/error and into crash/ as well, and keeps that small.  What does not write to
 * the log's pipe (a command at a terminal) appends it to crash/direct, if it may.  Then the process ends by its signal, in
 * any sandbox, so that who started it reports the same one.
 *
 * Fields: pid, version, build (the build ID), signal, code, address, call (SIGSYS), stack=overflow, by (who sent the signal),
 * ids (what was reported last, also what OUTPUT_LEVEL left out, the newest last), trace: the place, then the callers, as addresses
 * in the program's file or in LIBRARY+ADDRESS.  Nothing of what the process has read is in it.
 *
 * All of it is async-signal-safe.  Where the search for callers itself crashes, the record is written without the rest. */
#ifndef SYS_CRASH_H
#define SYS_CRASH_H

#define CRASH_DIRECT "crash/direct"

enum { CRASH_DIRECT_MAX = 1 << 18 };

void crash_catch(void);

#endif
