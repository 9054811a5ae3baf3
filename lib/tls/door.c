#include "tls/door.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sa.h"
#include "control/peer.h"
#include "control/role.h"
#include "sandbox/sandbox.h"
#include "starttls/starttls.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "tls/child.h"
#include "tls/crew.h"
#include "tls/names.h"

enum { LOOK_MS = 5000, LOOK_SOON_MS = 1000, EVENTS = 64 };

struct door {
  int epoll, control, listener;    /* LISTENER -1: there is no certificate */
  struct tls_names *names;
  struct tls_news news;
  int64_t look_at;
};

/* What .data.u64 of an event says; below CREW_MAX: the number of a process. */
enum { EVENT_CONTROL = CREW_MAX, EVENT_LISTENER };

static struct door door;

static void watch(int fd, unsigned what) {
  struct epoll_event e = {.events = EPOLLIN, .data.u64 = what};
  if (epoll_ctl(door.epoll, EPOLL_CTL_ADD, fd, &e))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=epoll_ctl");
}

/* --- what the key process tells --- */

static noreturn void lost_keys(void) { die(EXIT_TEMPORARY, TL405E_key_process_gone, "path=%s", TLS_FOLDER); }

static ssize_t hear(void *to, size_t room, int *fd) {
  size_t count = 1;
  int got = -1;
  if (!fd_wait(door.control, POLLIN, TLS_TELL_MS))
    lost_keys();
  ssize_t n = fd_recv(door.control, to, room, &got, &count);
  if (n <= 0)
    lost_keys();
  if (count && fd)
    *fd = got;
  else if (count)
    close(got);
  return n;
}

static void hear_certificates(void) {
  static char m[sizeof(struct tls_told) + TLS_CHAIN_MAX];
  struct tls_names *fresh = calloc(1, sizeof *fresh);
  if (!fresh)
    out_of_memory();
  for (unsigned i = 0; i < door.news.certificates; i++) {
    ssize_t n = hear(m, sizeof m, NULL);
    struct tls_told told;
    if (n < (ssize_t)sizeof told)
      lost_keys();
    memcpy(&told, m, sizeof told);
    if (!tls_names_add(fresh, &told, bytes_of(m + sizeof told, (size_t)n - sizeof told), i))
      report(TL307E_key_unsuitable, "path=%s/%s.pem", TLS_FOLDER, told.name);
  }
  if (door.names)
    tls_names_free(door.names);
  free(door.names);
  door.names = fresh;
  tls_crew_renew();
}

static void close_listener(void) {
  if (door.listener >= 0)
    close(door.listener);
  door.listener = -1;
}

/* Where the key process takes no more, the child learns from its channel's end that it gets no signature. */
static void pass_on(int signer) {
  fd_send(door.control, &(char){TLS_CHANNEL}, 1, &signer, 1);
  close(signer);
}

/* Handshakes that have begun with the certificates of before are signed with their keys. */
static void look(void) {
  int fd = -1;
  bool tickets = door.news.tickets;
  while ((fd = tls_crew_signer()) >= 0)
    pass_on(fd);
  if (fd_send(door.control, &(char){TLS_LOOK}, 1, NULL, 0))
    lost_keys();
  memset(&door.news, 0, offsetof(struct tls_news, paths));
  hear(&door.news, sizeof door.news, &fd);
  if (door.news.changed)
    hear_certificates();
  if (fd >= 0) {
    close_listener();
    door.listener = fd;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    watch(fd, EVENT_LISTENER);
  }
  if (!door.names->n)
    close_listener();
  tls_names_tickets(door.names, door.news.tickets);
  if (tickets != door.news.tickets)
    tls_crew_renew();
}

/* A renewed certificate and a changed setting count from the next connection on. */
static void look_if_changed(void) {
  if (!door.names || tls_fingerprint(bytes_of(door.news.paths, door.news.paths_n)) != door.news.seen)
    look();
  bool soon = !door.names->n || !door.news.seen;
  door.look_at = clock_ms() + (soon ? LOOK_SOON_MS : LOOK_MS);
}

/* --- a request --- */

static void refuse(int channel, enum message_id id) {
  stralloc m = {0};
  starttls_answer_write(&m, &(struct starttls_answer){.id = id, .word = {bytes_str("")}});
  send(channel, m.s, m.len, MSG_DONTWAIT | MSG_NOSIGNAL);
  stralloc_free(&m);
  report(id, "connections=%u", tls_crew_busy());
}

static bool open_sign_channel(struct tls_job *job) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
    return false;
  job->sign = pair[0];
  job->signer = pair[1];
  return true;
}

static void hear_child(unsigned number) {
  int signer = tls_crew_event(number);
  if (signer >= 0)
    pass_on(signer);
}

static void begin(struct tls_job *job) {
  struct ip ip;
  char slot[IP_SLOT] = "";
  look_if_changed();
  tls_ticket_rotate(clock_ms());
  if (peer_address(&ip, job->sock))
    ip_slot(slot, &ip);
  if (!door.names->n)
    refuse(job->channel, TL105W_no_certificate);
  else if (tls_crew_busy() >= door.news.children_max)
    refuse(job->channel, TL217E_too_many_connections);
  else if (!open_sign_channel(job))
    refuse(job->channel, TL215E_not_signed);
  else {
    if (!tls_crew_give(door.names, job, slot)) {
      close(job->signer);
      refuse(job->channel, TL218E_no_process);
    }
    close(job->sign);
  }
}

static bool is_of(int fd, int type) {
  int is = 0;
  socklen_t n = sizeof is;
  return !getsockopt(fd, SOL_SOCKET, SO_TYPE, &is, &n) && is == type;
}

/* Who may have TLS done: the services that speak to strangers. */
static bool admits(const struct ucred *who) {
  if (who->pid && role_admits(who->uid, 1u << ROLE_RECEIVE | 1u << ROLE_POP))
    return true;
  report(TL402W_stranger, "uid=%u pid=%d", (unsigned)who->uid, (int)who->pid);
  return false;
}

static void take_request(void) {
  char text[STARTTLS_REQUEST_MAX + 1];
  int fds[FD_PASS_MAX];
  size_t count = FD_PASS_MAX;
  struct ucred who;
  struct tls_job job;
  ssize_t n = fd_recv_from(door.listener, text, sizeof text, fds, &count, &who);
  if (n < 0 || !admits(&who))
    ;
  else if (count == 3 && starttls_request_read(&job.request, bytes_of(text, (size_t)n)) && is_of(fds[0], SOCK_STREAM) && is_of(fds[1], SOCK_STREAM) && is_of(fds[2], SOCK_SEQPACKET)) {
    job.sock = fds[0];
    job.plain = fds[1];
    job.channel = fds[2];
    begin(&job);
  } else
    report(TL401W_garbage, "pid=%d bytes=%zd", (int)who.pid, n);
  for (size_t i = 0; n >= 0 && i < count; i++)
    close(fds[i]);
}

/* --- the loop --- */

static void handle(unsigned what) {
  if (what < CREW_MAX)
    hear_child(what);
  else if (what == EVENT_CONTROL)    /* it says nothing unless it is asked */
    lost_keys();
  else if (door.listener >= 0)
    take_request();
}

static void serve(void) {
  struct epoll_event e[EVENTS];
  int64_t left = door.look_at - clock_ms();
  int n = epoll_wait(door.epoll, e, EVENTS, left > 0 ? (int)left : 0);
  if (n < 0 && errno != EINTR)
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=epoll_wait");
  for (int i = 0; i < n; i++)
    handle((unsigned)e[i].data.u64);
}

noreturn void tls_door_run(int control) {
  door.control = control;
  door.listener = -1;
  door.epoll = epoll_create1(EPOLL_CLOEXEC);
  watch(control, EVENT_CONTROL);
  tls_crew_init(door.epoll);
  tls_start_library(false);
  sandbox_enter(&sandbox_tls_door);
  look_if_changed();
  report(TL103I_tls_serve_ready, "certificates=%u tickets=%s", door.news.certificates, door.news.tickets ? "on" : "off");
  for (;;) {
    if (clock_ms() >= door.look_at)
      look_if_changed();
    if (door.names->n)
      tls_crew_prepare(door.names);
    serve();
    tls_crew_reap();
  }
}
