#include "auth/desk.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sa.h"
#include "control/generation.h"
#include "control/mark.h"
#include "control/peer.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { READING_MAX = 64, FAR_MS = 3600 * 1000 };

static size_t index_of(const struct desk *d, const struct desk_request *r) { return (size_t)(r - d->request); }

/* --- the end of a request --- */

static void release(struct desk *d, struct desk_request *r) {
  if (r->step == DESK_READING)
    d->reading--;
  close(r->channel);
  for (size_t i = 0; i < r->fds; i++)
    close(r->fd[i]);
  if (r->data.s)
    explicit_bzero(r->data.s, r->data.len);
  stralloc_free(&r->data);
  stralloc_free(&r->user);
  login_queue_drop(&d->queue, index_of(d, r));
  *r = (struct desk_request){0};
}

static void answer(struct desk *d, struct desk_request *r, enum message_id id) {
  stralloc text = {0};
  sa_copyb(&text, message_of(id)->id, 6);
  if (id == AU001I_login) {
    sa_0(&text);
    sa_cat(&text, &r->user);
  }
  send(r->channel, text.s, text.len, MSG_DONTWAIT | MSG_NOSIGNAL);
  stralloc_free(&text);
  release(d, r);
}

static void say(const struct desk_request *r, enum message_id id) {
  char ip[IP_TEXT], sid[LOGIN_SID_MAX + 1] = "";
  struct bytes from = r->m.ip;        /* a client that has gone has no address any more: what was said serves the log */
  if (r->has_ip) {
    ip_format(ip, &r->ip);
    from = bytes_str(ip);
  }
  if (r->m.sid.n)
    memcpy(sid, r->m.sid.s, r->m.sid.n);
  report_session(sid);
  struct bytes user = r->user.len ? bytes_sa(&r->user) : r->m.user;
  report(id, "user=%.*s ip=%.*s", (int)user.n, user.s, (int)from.n, from.s);
  report_session("");
}

static void refuse(struct desk *d, struct desk_request *r, enum message_id id) {
  say(r, id);
  answer(d, r, id);
}

/* --- arrival --- */

bool desk_has_room(const struct desk *d) {
  if (d->reading >= READING_MAX)
    return false;
  for (size_t i = 0; i < LOGIN_QUEUE_MAX; i++)
    if (d->request[i].step == DESK_UNUSED)
      return true;
  return false;
}

void desk_arrive(struct desk *d, int channel) {
  for (size_t i = 0; i < LOGIN_QUEUE_MAX; i++)
    if (d->request[i].step == DESK_UNUSED) {
      d->request[i] = (struct desk_request){.step = DESK_READING, .channel = channel, .deadline = clock_ms() + AUTH_REQUEST_MS};
      d->reading++;
      return;
    }
  close(channel);
}

static void garbage(struct desk *d, struct desk_request *r) {
  struct ucred peer = {0};
  socklen_t n = sizeof peer;
  getsockopt(r->channel, SOL_SOCKET, SO_PEERCRED, &peer, &n);
  report(AU208W_garbage, "pid=%d bytes=%zu", (int)peer.pid, r->data.len);
  release(d, r);
}

static bool parse(struct desk_request *r) {
  if (!login_read(&r->m, bytes_sa(&r->data)))
    return false;
  bool pop3 = bytes_eq(r->m.kind, bytes_str("pop3"));
  size_t own = pop3 ? 2 : 0;
  if ((!pop3 && !bytes_eq(r->m.kind, bytes_str("check"))) || r->fds < own)
    return false;
  if (r->fds > own)
    r->has_ip = peer_address(&r->ip, r->fd[own]);   /* only the kernel's word counts: what the request says is for the log */
  return true;
}

static void read_request(struct desk *d, struct desk_request *r) {
  size_t count = DESK_FDS;
  sa_need(&r->data, LOGIN_MAX + 1);
  ssize_t n = fd_recv(r->channel, r->data.s, LOGIN_MAX + 1, r->fd, &count);
  r->fds = n >= 0 ? count : 0;
  r->data.len = n > 0 ? (size_t)n : 0;
  if (!n)                     /* came and went: somebody asked whether we are there */
    release(d, r);
  else if (n < 0 || n > LOGIN_MAX || !parse(r))
    garbage(d, r);
  else {
    char slot[IP_SLOT] = "-";
    if (r->has_ip)
      ip_slot(slot, &r->ip);
    login_queue_add(&d->queue, index_of(d, r), slot);
    d->reading--;
    r->step = DESK_WAITING;
    r->deadline = clock_ms() + AUTH_QUEUE_MS;
  }
}

/* --- the check --- */

static void start_check(struct desk *d, struct desk_request *r) {
  struct conf *c = generation_conf();
  if (!c) {
    answer(d, r, PO203E_no_configuration);
    return;
  }
  if (!login_user(&r->user, c, r->m.user)) {
    refuse(d, r, AU201W_login_refused);
    return;
  }
  char ip[IP_TEXT] = "";
  if (r->has_ip)
    ip_format(ip, &r->ip);
  if (auth_check_start(&r->check, d->checkers, conf_text(c, SET_checkpassword), &(struct login_message){.sid = r->m.sid, .ip = bytes_str(ip), .user = bytes_sa(&r->user), .word = r->m.word})) {
    report_errno(AU207E_check_not_started, "path=%s", r->check.program);
    answer(d, r, AU207E_check_not_started);
    return;
  }
  d->running++;
  r->step = DESK_CHECKING;
  r->killed = AU001I_login;
  r->deadline = clock_ms() + AUTH_CHECK_MS;
}

static void kill_check(struct desk_request *r, enum message_id why) {
  if (r->killed == AU001I_login)
    r->killed = why;
  r->deadline = clock_ms() + AUTH_CHECK_MS;
  auth_check_kill(&r->check);
}

/* The mailbox always comes from our own users, whatever program vouched for the password. */
static void accept_login(struct desk *d, struct desk_request *r) {
  struct conf *c = generation_conf();
  struct bytes box;
  if (!c || !conf_get(c, 'u', bytes_sa(&r->user), &box)) {
    refuse(d, r, AU202E_no_mailbox);
    return;
  }
  say(r, AU001I_login);
  if (r->has_ip)
    mark_pop_login(&r->ip);
  if (bytes_eq(r->m.kind, bytes_str("check"))) {
    answer(d, r, AU001I_login);
    return;
  }
  r->step = DESK_HANDING;
  r->deadline = clock_ms() + AUTH_HANDING_MS;
  desk_hand(d, r);
}

void desk_child_event(struct desk *d, struct desk_request *r) {
  enum message_id id = auth_check_end(&r->check, r->killed != AU001I_login);
  d->running--;
  explicit_bzero((char *)(uintptr_t)r->m.word.s, r->m.word.n);
  if (r->killed == AU006I_login_abandoned)
    release(d, r);
  else if (r->killed != AU001I_login)
    refuse(d, r, r->killed);
  else if (id == AU001I_login)
    accept_login(d, r);
  else if (id == AU201W_login_refused)
    refuse(d, r, id);
  else
    answer(d, r, id);
}

/* --- handing on --- */

void desk_hand(struct desk *d, struct desk_request *r) {
  struct bytes value, box;
  struct conf *c = generation_conf();
  stralloc out = {0};
  if (!c || !conf_get(c, 'u', bytes_sa(&r->user), &value) || !bytes_cut(&value, 0, &box)) {
    refuse(d, r, AU202E_no_mailbox);
    return;
  }
  login_write(&out, &(struct login_message){r->m.kind, r->m.sid, r->m.ip, bytes_sa(&r->user), box, r->m.unread});
  int result = fd_send(d->sessions, out.s, out.len, (int[]){r->fd[0], r->fd[1], r->channel}, 3);
  stralloc_free(&out);
  if (!result)
    release(d, r);
  else if (errno != EAGAIN) {
    report_errno(AU209E_no_session, "action=send");
    answer(d, r, AU209E_no_session);
  }
}

/* --- events and deadlines --- */

void desk_channel_event(struct desk *d, struct desk_request *r, short revents) {
  if (r->step == DESK_READING)
    read_request(d, r);
  else if (revents & (POLLHUP | POLLERR)) {
    say(r, AU006I_login_abandoned);
    if (r->step == DESK_CHECKING)
      kill_check(r, AU006I_login_abandoned);
    else
      release(d, r);
  }
}

static void overdue(struct desk *d, struct desk_request *r) {
  if (r->step == DESK_READING)
    garbage(d, r);
  else if (r->step == DESK_WAITING)
    refuse(d, r, AU206W_queue_timed_out);
  else if (r->step == DESK_CHECKING && (r->check.pid || r->killed == AU001I_login))
    kill_check(r, AU204E_check_timed_out);
  else if (r->step == DESK_CHECKING)
    desk_child_event(d, r);           /* a process of the template that its alarm has not ended: left to itself */
  else
    refuse(d, r, AU209E_no_session);
}

/* Where all places are taken, the address that waits with the most has to give one up. */
static void make_room(struct desk *d) {
  int last = desk_has_room(d) || d->reading ? -1 : login_queue_last(&d->queue, "");
  if (last >= 0)
    refuse(d, &d->request[last], AU205W_queue_full);
}

int64_t desk_tick(struct desk *d, int64_t now) {
  int64_t next = now + FAR_MS;
  int turn;
  while (d->running < d->processors && (turn = login_queue_pick(&d->queue)) >= 0)
    start_check(d, &d->request[turn]);
  make_room(d);
  for (size_t i = 0; i < LOGIN_QUEUE_MAX; i++) {
    struct desk_request *r = &d->request[i];
    if (r->step != DESK_UNUSED && r->deadline <= now)
      overdue(d, r);
    if (r->step != DESK_UNUSED && r->deadline < next)
      next = r->deadline;
  }
  return next;
}
