#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front/front.h"
#include "pool/pool.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { TABLE_MAX = 16 << 20, LISTENING = 0x0a };

/* --- the kernel's table of sockets: who listens on the port --- */

struct listener { unsigned long inode; unsigned uid; };

/* "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 123456 …" */
static bool read_row(struct listener *l, const char *row, unsigned port) {
  unsigned here, state;
  int n = sscanf(row, " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %u %*d %lu", &here, &state, &l->uid, &l->inode);
  return n == 4 && here == port && state == LISTENING;
}

static bool find_listener(struct listener *l, const char *table, unsigned port) {
  stralloc text = {0};
  struct bytes rest, line;
  bool found = false;
  if (!fd_slurp(table, TABLE_MAX, &text)) {
    rest = bytes_sa(&text);
    while (!found && bytes_cut(&rest, '\n', &line)) {
      char row[256];
      snprintf(row, sizeof row, "%.*s", (int)line.n, line.s);
      found = read_row(l, row, port);
    }
  }
  stralloc_free(&text);
  return found;
}

/* --- the process that has the socket open; others' descriptors only root may see --- */

static bool has_socket(const char *pid, const char *wanted) {
  char path[300], target[64];
  snprintf(path, sizeof path, "/proc/%s/fd", pid);
  DIR *d = opendir(path);
  bool found = false;
  for (struct dirent *e; d && !found && (e = readdir(d));) {
    snprintf(path, sizeof path, "/proc/%.20s/fd/%.20s", pid, e->d_name);
    ssize_t n = readlink(path, target, sizeof target - 1);
    target[n < 0 ? 0 : n] = 0;
    found = !strcmp(target, wanted);
  }
  if (d)
    closedir(d);
  return found;
}

static void read_name(struct front_holder *h) {
  char path[64];
  stralloc text = {0};
  snprintf(path, sizeof path, "/proc/%ld/comm", (long)h->pid);
  if (!fd_slurp(path, 100, &text)) {
    struct bytes rest = bytes_sa(&text), line;
    if (bytes_cut(&rest, '\n', &line))
      snprintf(h->name, sizeof h->name, "%.*s", (int)line.n, line.s);
  }
  stralloc_free(&text);
}

static void find_process(struct front_holder *h, unsigned long inode) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "socket:[%lu]", inode);
  DIR *d = opendir("/proc");
  for (struct dirent *e; d && !h->pid && (e = readdir(d));)
    if (isdigit((unsigned char)*e->d_name) && has_socket(e->d_name, wanted))
      h->pid = (pid_t)atol(e->d_name);
  if (d)
    closedir(d);
  if (h->pid)
    read_name(h);
}

/* The name from /etc/passwd; getpwuid() would load libraries into a static program. */
static void find_user(struct front_holder *h) {
  stralloc text = {0};
  struct bytes rest, line, name, word;
  uint64_t uid;
  snprintf(h->user, sizeof h->user, "%u", (unsigned)h->uid);
  if (!fd_slurp("/etc/passwd", 1 << 20, &text)) {
    rest = bytes_sa(&text);
    while (bytes_cut(&rest, '\n', &line))
      if (bytes_cut(&line, ':', &name) && bytes_cut(&line, ':', &word) && bytes_cut(&line, ':', &word) && bytes_u64(word, &uid) && uid == h->uid)
        snprintf(h->user, sizeof h->user, "%.*s", (int)name.n, name.s);
  }
  stralloc_free(&text);
}

bool front_port_holder(struct front_holder *h, unsigned port) {
  struct listener l;
  *h = (struct front_holder){0};
  if (!find_listener(&l, "/proc/net/tcp", port) && !find_listener(&l, "/proc/net/tcp6", port))
    return false;
  h->uid = l.uid;
  find_process(h, l.inode);
  find_user(h);
  return true;
}

/* --- the check --- */

static void tell_taken(long port, const char *service, unsigned again_in) {
  struct front_holder h;
  if (!front_port_holder(&h, (unsigned)port))
    report(WZ203E_port_taken_unseen, "port=%ld service=%s again_in=%u", port, service, again_in);
  else if (!h.pid)
    report(WZ202E_port_taken_by_user, "port=%ld service=%s user=%s again_in=%u", port, service, h.user, again_in);
  else
    report(WZ201E_port_taken, "port=%ld service=%s process=%s pid=%ld user=%s again_in=%u", port, service, h.name, (long)h.pid, h.user, again_in);
}

enum front_port front_port_check(struct bytes host, long port, const char *service, unsigned again_in) {
  char address[256], number[24];
  snprintf(address, sizeof address, "%.*s", (int)host.n, host.s);
  snprintf(number, sizeof number, "%ld", port);
  struct pool_options o = {.host = address, .port = number, .backlog = 1};
  int fd = pool_bind(&o);
  if (fd >= 0) {
    close(fd);
    return FRONT_PORT_FREE;
  }
  if (errno == EADDRINUSE) {
    tell_taken(port, service, again_in);
    return FRONT_PORT_TAKEN;
  }
  if (errno == EACCES || errno == EPERM)
    report_errno(WZ204E_port_forbidden, "port=%ld service=%s again_in=%u", port, service, again_in);
  else
    report_errno(WZ205E_address_not_ours, "listen=%s port=%ld service=%s again_in=%u", address, port, service, again_in);
  return FRONT_PORT_REFUSED;
}
