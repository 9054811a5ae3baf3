/* The key process: one loop over the acceptor's control channel and the channels of children that may still ask for their
 * one signature.  It alone opens files. */
#include "tls/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control/generation.h"
#include "sandbox/sandbox.h"
#include "starttls/message.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "tls/ring.h"
#include "trouble/trouble.h"

enum { CHANNELS_MAX = 4096, WARN_MS = 86400 * 1000, LAST_MS = 60000, TLS_PORTS = 5, BURST = 32 };

static struct tls_ring ring;
static bool listening, told_once;
static int64_t ending;               /* the acceptor has gone: when it ends at the latest; 0: not yet */

/* What is polled: the control channel, then the children's; SET of each is what its child was forked with. */
static struct pollfd polls[1 + CHANNELS_MAX];
static struct tls_set *sets[1 + CHANNELS_MAX];
static size_t watched = 1;

/* --- telling the acceptor --- */

static void read_settings(struct tls_news *news, char hostname[TLS_NAME_MAX + 1]) {
  const struct conf *c = generation_conf();
  stralloc scratch = {0};
  struct bytes name = c ? conf_hostname(c, &scratch) : (struct bytes){"", 0};
  snprintf(hostname, TLS_NAME_MAX + 1, "%.*s", (int)name.n, name.s);
  stralloc_free(&scratch);
  news->tickets = c ? conf_number(c, SET_tls_tickets) : true;
  news->children_max = (uint32_t)(c ? conf_number(c, SET_connections_max) : 200) * TLS_PORTS;
}

static void list_paths(struct tls_news *news) {
  for (size_t i = 0; i < ring.files; i++) {
    size_t n = strlen(ring.file[i].path) + 1;
    memcpy(news->paths + news->paths_n, ring.file[i].path, n);
    news->paths_n += (uint32_t)n;
  }
}

/* The socket is there exactly while there is a certificate (starttls_is_offered).  Whoever may connect, the credentials that come with a request decide. */
static int open_listener(void) {
  if (!ring.set->n && (listening || !told_once))
    unlink(STARTTLS_SOCKET);
  if (!ring.set->n)
    listening = false;
  if (!ring.set->n || listening)
    return -1;
  int fd = fd_unix_listen(STARTTLS_SOCKET, SOCK_DGRAM, 0666);
  if (fd < 0 && errno == EADDRINUSE)
    die(EXIT_TEMPORARY, TL406E_already_running, "path=%s", STARTTLS_SOCKET);
  if (fd < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=listen path=%s", STARTTLS_SOCKET);
  listening = true;
  return fd;
}

static void send_certificates(int control) {
  stralloc m = {0};
  for (size_t i = 0; i < ring.set->n; i++) {
    struct tls_told t = {.first = i == ring.set->first};
    snprintf(t.name, sizeof t.name, "%s", ring.set->c[i]->name);
    sa_copyb(&m, (char *)&t, sizeof t);
    sa_cat(&m, &ring.set->c[i]->chain);
    fd_send(control, m.s, m.len, NULL, 0);
  }
  stralloc_free(&m);
}

/* For queue-run, which tells the operator; what has not changed is not written again. */
static void leave_states(void) {
  static stralloc written;
  stralloc text = {0};
  tls_ring_states(&text, &ring);
  if (!told_once || !bytes_eq(bytes_sa(&text), bytes_sa(&written))) {
    if (fd_replace_hint(TROUBLE_CERTIFICATES, text.s, text.len, 0644))
      report_errno(SY102E_file_failed, "action=write path=" TROUBLE_CERTIFICATES);
    sa_copy(&written, &text);
  }
  stralloc_free(&text);
}

static void look(int control) {
  static struct tls_news news;
  char hostname[TLS_NAME_MAX + 1];
  news = (struct tls_news){0};
  read_settings(&news, hostname);
  news.changed = tls_ring_look(&ring, hostname);
  news.seen = ring.seen;
  news.certificates = news.changed ? (uint32_t)ring.set->n : 0;
  list_paths(&news);
  int fd = open_listener();
  leave_states();
  told_once = true;
  fd_send(control, &news, offsetof(struct tls_news, paths) + news.paths_n, &fd, fd >= 0);
  if (fd >= 0)
    close(fd);
  if (news.changed)
    send_certificates(control);
}

/* --- channels --- */

static void add_channel(int fd) {
  if (watched > CHANNELS_MAX) {
    close(fd);
    return;
  }
  sets[watched] = tls_set_hold(ring.set);
  polls[watched++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static void drop_channel(size_t i) {
  close(polls[i].fd);
  tls_set_release(sets[i]);
  watched--;
  polls[i] = polls[watched];
  sets[i] = sets[watched];
}

/* One request, then the channel is closed, whatever it was. */
static void answer_child(size_t i) {
  struct tls_sign_request r;
  unsigned char out[TLS_SIGN_MAX + 64];
  ssize_t n = recv(polls[i].fd, &r, sizeof r, MSG_DONTWAIT);
  size_t signed_n = n >= (ssize_t)offsetof(struct tls_sign_request, in) && r.key < sets[i]->n ? tls_sign(sets[i]->c[r.key]->key, &r, (size_t)n, out) : 0;
  if (signed_n)
    send(polls[i].fd, out, signed_n, MSG_DONTWAIT | MSG_NOSIGNAL);
  else if (n > 0)
    report(TL407E_signature_refused, "bytes=%zd", n);
  drop_channel(i);
}

/* --- the loop --- */

/* False: the acceptor has gone. */
static bool serve_acceptor(int control) {
  char what;
  int fd = -1;
  size_t count = 1;
  ssize_t n = fd_recv(control, &what, 1, &fd, &count);
  if (n <= 0)
    return n < 0 && errno == EAGAIN;
  if (what == TLS_LOOK)
    look(control);
  if (count && what == TLS_CHANNEL)
    add_channel(fd);
  else if (count)
    close(fd);
  return true;
}

static void serve_all(void) {
  for (size_t i = watched; i-- > 1;)
    if (polls[i].revents)
      answer_child(i);
  for (int i = 0; i < BURST && polls[0].revents; i++) {
    struct pollfd p = {.fd = polls[0].fd, .events = POLLIN};
    if (!serve_acceptor(polls[0].fd)) {
      close(polls[0].fd);
      polls[0] = (struct pollfd){.fd = -1};
      ending = clock_ms() + LAST_MS;
    } else if (poll(&p, 1, 0) <= 0)
      break;
  }
}

/* When the acceptor was stopped, signatures that were asked for are still given. */
noreturn void tls_keys_run(int control) {
  int64_t warn_at = clock_ms() + WARN_MS;
  prctl(PR_SET_DUMPABLE, 0);           /* no core file holds a key, no process of this user reads one */
  tls_start_library(true);
  sandbox_enter(&sandbox_tls_keys);
  polls[0] = (struct pollfd){.fd = control, .events = POLLIN};
  while (!ending || (watched > 1 && clock_ms() < ending)) {
    int64_t wait = (ending ? ending : warn_at) - clock_ms();
    int n = poll(polls, watched, wait < 0 ? 0 : (int)wait);
    if (n > 0)
      serve_all();
    if (ring.set && clock_ms() >= warn_at) {
      tls_ring_warn(&ring, clock_unix());
      warn_at += WARN_MS;
    }
  }
  _exit(EXIT_DONE);
}
