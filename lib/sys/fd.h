/* fd: descriptors: whole writes, passing them over UNIX sockets, UNIX sockets in the home. */
#ifndef SYS_FD_H
#define SYS_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stralloc.h>
#include <sys/types.h>

struct ucred;

enum { FD_PASS_MAX = 4 };

int fd_write_all(int fd, const char *s, size_t n);              /* blocking; 0, or -1 with errno */
int fd_pread_all(int fd, char *s, size_t n, off_t at);          /* 0, or -1 with errno (EIO where the file ends early) */
/* The whole of PATH (at most MAX bytes, else -1 with EFBIG) appended to OUT; 0, or -1 with errno. */
int fd_slurp(const char *path, size_t max, stralloc *out);
/* PATH durably replaced: temporary name beside it, fsync, rename, directory fsync.  0, or -1 with errno. */
int fd_replace(const char *path, const char *s, size_t n, unsigned mode);
int fd_replace_hint(const char *path, const char *s, size_t n, unsigned mode);   /* the same without a sync: what may be lost or old */
int fd_sync_directory(const char *path);                        /* 0, or -1 with errno */

/* One datagram or stream write with COUNT (at most FD_PASS_MAX) descriptors; 0, or -1 with errno (EMSGSIZE: a stream
 * took only a part).  N is at least 1. */
int fd_send(int sock, const void *s, size_t n, const int *fds, size_t count);
/* Bytes read (0: the other side is gone), or -1 with errno.  COUNT: room in FDS on entry, descriptors got on return;
 * they are close-on-exec; superfluous ones are closed. */
ssize_t fd_recv(int sock, void *s, size_t n, int *fds, size_t *count);
/* The same on a socket of fd_unix_listen with SOCK_DGRAM; WHO: who sent it, pid 0 where that is not known. */
ssize_t fd_recv_from(int sock, void *s, size_t n, int *fds, size_t *count, struct ucred *who);

/* PATH is relative to the home, which is the working directory (sun_path holds 108 bytes).  TYPE SOCK_STREAM or
 * SOCK_SEQPACKET, or SOCK_DGRAM, where each datagram tells who sent it.  Descriptor (close-on-exec), or -1 with errno. */
int fd_unix_listen(const char *path, int type, unsigned mode);  /* replaces a socket that nobody answers on, nothing else */
int fd_unix_connect(const char *path, int type);               /* ETIMEDOUT: somebody listens and accepts nobody for 5 s (SOCK_DGRAM: it
                                                                * is sending that waits so long, then EAGAIN) */

bool fd_wait(int fd, short events, int timeout_ms);             /* false: nothing by then (errno ETIMEDOUT) */

#endif
