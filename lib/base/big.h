/* big: BIG puts a static variable with big buffers behind all others.  Then the small ones, the program's and libc's, lie
 * together: each page of them that a process touches costs it a page fault, and it may live for one conversation only. */
#ifndef BASE_BIG_H
#define BASE_BIG_H

#if defined __x86_64__ && !defined __SANITIZE_ADDRESS__
#define BIG __attribute__((section(".lbss")))
#else
#define BIG
#endif

#endif
