#include "auth/desk_private.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "auth/penalty.h"
#include "base/sa.h"
#include "control/generation.h"
#include "control/mark.h"
#include "control/peer.h"
#include "guess/guess.h"
#include "local/selftest.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { READING_MAX = 64, FAR_MS = 3600 * 1000 };

static size_t index_of(const struct desk *d, const struct desk_request *r) { return (size_t)(r - d->request); }

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
  desk_release(d, r);
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

/* --- those who guess --- */

static struct penalty_client client_of(const struct desk_request *r) {
  return (struct penalty_client){
    .ip = r->has_ip ? &r->ip : NULL, .account = r->user.len ? bytes_sa(&r->user) : r->m.user, .attempt = r->attempt};
}

static void enqueue(struct desk *d, struct desk_request *r) {
  char slot[IP_SLOT] = "-";
  if (r->has_ip)
    ip_slot(slot, &r->ip);
  login_queue_add(&d->queue, index_of(d, r), slot);
  r->step = DESK_WAITING;
  r->deadline = clock_ms() + AUTH_QUEUE_MS;
}

/* False: too many are late already, this one goes on at once. */
static bool make_late(struct desk *d, struct desk_request *r, enum desk_step step, int ms) {
  if (!ms || d->late >= DESK_LATE_MAX)
    return false;
  d->late++;
  r->step = step;
  r->deadline = clock_ms() + ms;
  return true;
}

/* The log has it at once, who guesses only when the wait is over. */
static void refuse_late(struct desk *d, struct desk_request *r, enum message_id id, int ms) {
  r->verdict = id;
  desk_say(r, id);
  if (!make_late(d, r, DESK_PUNISHED, ms))
    desk_answer(d, r, id);
}

static void punish(struct desk *d, struct desk_request *r) {
  struct penalty_client c = client_of(r);
  refuse_late(d, r, AU201W_login_refused, penalty_failed(&c));
}

/* True: its address is refused, the password is not looked at. */
static bool turned_away(struct desk *d, struct desk_request *r) {
  struct penalty_client c = client_of(r);
  bool refused = penalty_refused_for(&c) > 0;
  if (refused)
    refuse_late(d, r, AU214W_address_refused, GUESS_ANSWER_MS);
  return refused;
}

/* The self-test receives by POP3 on this machine, and does nothing else. */
static bool may_log_in(const struct desk_request *r) {
  struct ip own;
  if (!selftest_is(bytes_sa(&r->user)))
    return true;
  return bytes_eq(r->m.kind, bytes_str("pop3")) && r->has_ip && peer_own_address(&own, r->fd[2]) && selftest_admits(&r->ip, &own);
}

/* What can be decided before a hash is computed. */
static void admit(struct desk *d, struct desk_request *r) {
  struct conf *conf = generation_conf();
  if (!conf) {
    desk_answer(d, r, PO203E_no_configuration);
    return;
  }
  bool possible = login_user(&r->user, conf, r->m.user) && may_log_in(r);
  struct penalty_client c = client_of(r);
  d->reading--;
  r->step = DESK_WAITING;
  r->attempt = penalty_attempt(c.account, r->m.word);
  if (turned_away(d, r))
    return;
  if (!possible)
    punish(d, r);
  else if (!make_late(d, r, DESK_DELAYED, penalty_wait_ms(&c)))
    enqueue(d, r);
}

static void read_request(struct desk *d, struct desk_request *r) {
  size_t count = DESK_FDS;
  sa_need(&r->data, LOGIN_MAX + 1);
  ssize_t n = fd_recv(r->channel, r->data.s, LOGIN_MAX + 1, r->fd, &count);
  r->fds = n >= 0 ? count : 0;
  r->data.len = n > 0 ? (size_t)n : 0;
  if (!n)                     /* came and went: somebody asked whether we are there */
    desk_release(d, r);
  else if (n < 0 || n > LOGIN_MAX || !parse(r))
    garbage(d, r);
  else
    admit(d, r);
}

/* --- the check --- */

static void start_check(struct desk *d, struct desk_request *r) {
  struct conf *c = generation_conf();
  if (!c) {
    desk_answer(d, r, PO203E_no_configuration);
    return;
  }
  struct bytes command = conf_text(c, SET_checkpassword);
  if (d->confined && !auth_check_is_own(command))
    die(EXIT_TEMPORARY, AU219I_program_named, "path=%.*s", (int)command.n, command.s);
  char ip[IP_TEXT] = "";
  if (r->has_ip)
    ip_format(ip, &r->ip);
  if (auth_check_start(&r->check, d->checkers, command, &(struct login_message){.sid = r->m.sid, .ip = bytes_str(ip), .user = bytes_sa(&r->user), .word = r->m.word})) {
    report_errno(AU207E_check_not_started, "path=%s", r->check.program);
    desk_answer(d, r, AU207E_check_not_started);
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
    desk_refuse(d, r, AU202E_no_mailbox);
    return;
  }
  struct penalty_client client = client_of(r);
  desk_say(r, AU001I_login);
  penalty_passed(&client);
  if (bytes_eq(r->m.kind, bytes_str("check"))) {
    desk_answer(d, r, AU001I_login);
    return;
  }
  if (r->has_ip && !selftest_is(bytes_sa(&r->user)))
    mark_pop_login(&r->ip);     /* POP before SMTP: a login by SMTP is none by POP */
  r->step = DESK_HANDING;
  r->deadline = clock_ms() + AUTH_HANDING_MS;
  desk_hand(d, r);
}

void desk_child_event(struct desk *d, struct desk_request *r) {
  enum message_id id = auth_check_end(&r->check, r->killed != AU001I_login);
  d->running--;
  explicit_bzero((char *)(uintptr_t)r->m.word.s, r->m.word.n);
  if (r->killed == AU006I_login_abandoned)
    desk_release(d, r);
  else if (r->killed != AU001I_login)
    desk_refuse(d, r, r->killed);
  else if (id == AU001I_login)
    accept_login(d, r);
  else if (id == AU201W_login_refused)
    punish(d, r);
  else
    desk_answer(d, r, id);
}

/* --- handing on --- */

void desk_hand(struct desk *d, struct desk_request *r) {
  struct bytes value, box;
  struct conf *c = generation_conf();
  if (!c || !conf_get(c, 'u', bytes_sa(&r->user), &value) || !bytes_cut(&value, 0, &box)) {
    desk_refuse(d, r, AU202E_no_mailbox);
    return;
  }
  const struct login_message m = {r->m.kind, r->m.sid, r->m.ip, bytes_sa(&r->user), box, r->m.unread};
  if (!sessions_hand(&d->sessions, &m, (int[]){r->fd[0], r->fd[1], r->channel}))
    desk_release(d, r);
  else if (errno != EAGAIN) {
    report_errno(AU209E_no_session, "action=send");
    desk_answer(d, r, AU209E_no_session);
  }
}

/* --- events and deadlines --- */

void desk_channel_event(struct desk *d, struct desk_request *r, short revents) {
  if (r->step == DESK_READING)
    read_request(d, r);
  else if (revents & (POLLHUP | POLLERR)) {
    desk_say(r, AU006I_login_abandoned);
    if (r->step == DESK_CHECKING)
      kill_check(r, AU006I_login_abandoned);
    else
      desk_release(d, r);
  }
}

static void overdue(struct desk *d, struct desk_request *r) {
  if (r->step == DESK_READING)
    garbage(d, r);
  else if (r->step == DESK_DELAYED) {
    d->late--;
    enqueue(d, r);
  } else if (r->step == DESK_PUNISHED)
    desk_answer(d, r, r->verdict);
  else if (r->step == DESK_WAITING)
    desk_refuse(d, r, AU206W_queue_timed_out);
  else if (r->step == DESK_CHECKING && (r->check.pid || r->killed == AU001I_login))
    kill_check(r, AU204E_check_timed_out);
  else if (r->step == DESK_CHECKING)
    desk_child_event(d, r);           /* a process of the template that its alarm has not ended: left to itself */
  else
    desk_refuse(d, r, AU209E_no_session);
}

/* Where all places are taken, the address that waits with the most has to give one up. */
static void make_room(struct desk *d) {
  int last = desk_has_room(d) || d->reading ? -1 : login_queue_last(&d->queue, "");
  if (last >= 0)
    desk_refuse(d, &d->request[last], AU205W_queue_full);
}

static void start_checks(struct desk *d) {
  int turn;
  while (d->running < d->processors && (turn = login_queue_pick(&d->queue)) >= 0)
    if (!turned_away(d, &d->request[turn]))      /* perhaps since it came */
      start_check(d, &d->request[turn]);
}

int64_t desk_tick(struct desk *d, int64_t now) {
  int64_t next = sessions_tick(&d->sessions, now, now + FAR_MS);
  penalty_tick(clock_unix());
  start_checks(d);
  for (size_t i = 0; i < LOGIN_QUEUE_MAX; i++)
    if (d->request[i].step != DESK_UNUSED && d->request[i].deadline <= now)
      overdue(d, &d->request[i]);
  start_checks(d);                    /* of those whose delay is over now */
  make_room(d);
  for (size_t i = 0; i < LOGIN_QUEUE_MAX; i++)
    if (d->request[i].step != DESK_UNUSED && d->request[i].deadline < next)
      next = d->request[i].deadline;
  return next;
}
