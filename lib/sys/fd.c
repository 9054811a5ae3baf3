#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/sa.h"
#include "sys/clock.h"

enum { CONNECT_SECONDS = 5 };

int fd_write_all(int fd, const char *s, size_t n) {
  while (n) {
    ssize_t k = write(fd, s, n);
    if (k < 0 && errno == EINTR)
      continue;
    if (k < 0)
      return -1;
    s += k;
    n -= (size_t)k;
  }
  return 0;
}

int fd_pread_all(int fd, char *s, size_t n, off_t at) {
  while (n) {
    ssize_t k = pread(fd, s, n, at);
    if (k < 0 && errno == EINTR)
      continue;
    if (k == 0)
      errno = EIO;
    if (k <= 0)
      return -1;
    s += k;
    at += k;
    n -= (size_t)k;
  }
  return 0;
}

static int close_keeping_errno(int fd, int result) {
  int saved = errno;
  close(fd);
  errno = saved;
  return result;
}

int fd_slurp(const char *path, size_t max, stralloc *out) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  size_t start = out->len;
  if (fd < 0)
    return -1;
  for (;;) {
    sa_need(out, 4096);
    ssize_t k = read(fd, out->s + out->len, 4096);
    if (k < 0 && errno == EINTR)
      continue;
    if (k <= 0)
      return close_keeping_errno(fd, k < 0 ? -1 : 0);
    out->len += (size_t)k;
    if (out->len - start > max) {
      errno = EFBIG;
      return close_keeping_errno(fd, -1);
    }
  }
}

int fd_sync_directory(const char *path) {
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd < 0 ? -1 : close_keeping_errno(fd, fsync(fd));
}

static void directory_of(stralloc *out, const char *path) {
  const char *slash = strrchr(path, '/');
  sa_copyb(out, slash ? path : ".", slash ? (size_t)(slash - path) + (slash == path) : 1);
  sa_cstr(out);
}

static int replace(const char *path, const char *s, size_t n, unsigned mode, bool sync) {
  stralloc tmp = {0};
  sa_catf(&tmp, "%s.tmp.%ld", path, (long)getpid());
  unlink(sa_cstr(&tmp));   /* of a process that had our number and died; nothing that somebody laid there is followed */
  int fd = open(tmp.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  int result = fd < 0 ? -1 : fd_write_all(fd, s, n) || fchmod(fd, mode) || (sync && fsync(fd)) ? -1 : 0;
  if (fd >= 0)
    close_keeping_errno(fd, 0);
  if (!result && rename(tmp.s, path))
    result = -1;
  if (result) {
    int saved = errno;
    unlink(tmp.s);
    errno = saved;
  } else if (sync) {
    directory_of(&tmp, path);
    result = fd_sync_directory(tmp.s);
  }
  stralloc_free(&tmp);
  return result;
}

int fd_replace(const char *path, const char *s, size_t n, unsigned mode) { return replace(path, s, n, mode, true); }
int fd_replace_hint(const char *path, const char *s, size_t n, unsigned mode) { return replace(path, s, n, mode, false); }

int fd_send(int sock, const void *s, size_t n, const int *fds, size_t count) {
  struct iovec part = {(void *)(uintptr_t)s, n};
  union {
    struct cmsghdr align;
    char space[CMSG_SPACE(sizeof(int) * FD_PASS_MAX)];
  } control = {0};
  struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > FD_PASS_MAX) {
    errno = EINVAL;
    return -1;
  }
  if (count) {
    m.msg_control = &control;
    m.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(c), fds, sizeof(int) * count);
  }
  ssize_t k;
  do
    k = sendmsg(sock, &m, MSG_NOSIGNAL);
  while (k < 0 && errno == EINTR);
  if (k >= 0 && (size_t)k != n)
    errno = EMSGSIZE;
  return k >= 0 && (size_t)k == n ? 0 : -1;
}

/* Every descriptor in the message is taken over or closed: none may leak in. */
static void take_descriptors(struct msghdr *m, int *fds, size_t room, size_t *got, struct ucred *who) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS)
      memcpy(who, CMSG_DATA(c), sizeof *who);
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
      continue;
    size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd;
      memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
      if (*got < room)
        fds[(*got)++] = fd;
      else
        close(fd);
    }
  }
}

ssize_t fd_recv_from(int sock, void *s, size_t n, int *fds, size_t *count, struct ucred *who) {
  struct iovec part = {s, n};
  union {
    struct cmsghdr align;
    char space[CMSG_SPACE(sizeof(int) * FD_PASS_MAX) + CMSG_SPACE(sizeof(struct ucred))];
  } control;
  struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  size_t room = *count;
  ssize_t k;
  *count = 0;
  *who = (struct ucred){0};
  do
    k = recvmsg(sock, &m, MSG_CMSG_CLOEXEC);
  while (k < 0 && errno == EINTR);
  if (k >= 0)
    take_descriptors(&m, fds, room, count, who);
  return k;
}

ssize_t fd_recv(int sock, void *s, size_t n, int *fds, size_t *count) {
  struct ucred who;
  return fd_recv_from(sock, s, n, fds, count, &who);
}

static int unix_address(struct sockaddr_un *a, const char *path) {
  *a = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof a->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(a->sun_path, path);
  return 0;
}

int fd_unix_connect(const char *path, int type) {
  struct sockaddr_un a;
  if (unix_address(&a, path))
    return -1;
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  struct timeval patience = {.tv_sec = CONNECT_SECONDS}, none = {0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);   /* a daemon that hangs accepts nobody */
  if (connect(fd, (struct sockaddr *)&a, sizeof a)) {
    if (errno == EAGAIN)
      errno = ETIMEDOUT;
    return close_keeping_errno(fd, -1);
  }
  if (type != SOCK_DGRAM)
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &none, sizeof none);
  return fd;
}

/* A socket that nobody answers on is what a daemon that was killed leaves; anything else of that name stays. */
static int remove_stale(const char *path, int type) {
  struct stat st;
  int other = fd_unix_connect(path, type);
  if (other >= 0) {
    close(other);
    errno = EADDRINUSE;
    return -1;
  }
  if (errno == ENOENT)
    return 0;
  if (errno == EPROTOTYPE || errno == ETIMEDOUT)   /* somebody listens */
    errno = EADDRINUSE;
  if (errno != ECONNREFUSED || lstat(path, &st))
    return -1;
  if (!S_ISSOCK(st.st_mode)) {
    errno = EEXIST;
    return -1;
  }
  return unlink(path);
}

int fd_unix_listen(const char *path, int type, unsigned mode) {
  struct sockaddr_un a;
  if (unix_address(&a, path) || remove_stale(path, type))
    return -1;
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  bool datagrams = type == SOCK_DGRAM;
  if (datagrams && setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)))
    return close_keeping_errno(fd, -1);
  if (bind(fd, (struct sockaddr *)&a, sizeof a) || chmod(path, mode) || (!datagrams && listen(fd, 128)))
    return close_keeping_errno(fd, -1);
  return fd;
}

bool fd_wait(int fd, short events, int timeout_ms) {
  int64_t end = clock_ms() + timeout_ms;
  for (;;) {
    struct pollfd p = {.fd = fd, .events = events};
    int64_t left = end - clock_ms();
    int n = poll(&p, 1, left < 0 ? 0 : (int)left);
    if (n > 0)
      return true;
    if (n == 0)
      errno = ETIMEDOUT;
    if (n == 0 || errno != EINTR)
      return false;
  }
}
