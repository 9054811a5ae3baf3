#include "tls/crew.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { WAITING = 2, IDLE_MAX = 16, IDLE_MS = 30000, SERVED_MAX = 100, CRASHES_MAX = 3, MINUTE_MS = 60000 };

enum state { FREE, FRESH, BUSY, IDLE, LEAVING };    /* FREE: no process; LEAVING: told to go, or gone and not buried yet */

struct process {
  enum state state;
  pid_t pid;
  int fd;                      /* jobs; -1: closed */
  int signer;                  /* of its job; -1: passed on, or none */
  bool old;                    /* of before the last tls_crew_renew */
  unsigned served;
  char slot[IP_SLOT];          /* whom it has served */
  int64_t since;
};

static struct process crew[CREW_MAX];
static unsigned top, fresh, busy, idle;   /* none above TOP is in use */
static int epoll_fd;
static int64_t crash[CRASHES_MAX];        /* when; the oldest is overwritten */
static unsigned crashes;

static volatile sig_atomic_t ended = 1;

static void note(int number) {
  (void)number;
  ended = 1;
}

/* A child's end interrupts waiting; where it comes just before, its socket has ended too, and that is an event. */
void tls_crew_init(int epoll) {
  epoll_fd = epoll;
  sigaction(SIGCHLD, &(struct sigaction){.sa_handler = note, .sa_flags = SA_NOCLDSTOP}, NULL);
}

unsigned tls_crew_busy(void) { return busy; }

static void enter(struct process *p, enum state state) {
  fresh += (state == FRESH) - (p->state == FRESH);
  busy += (state == BUSY) - (p->state == BUSY);
  idle += (state == IDLE) - (p->state == IDLE);
  p->state = state;
  p->since = clock_ms();
}

static void drop_signer(struct process *p) {
  if (p->signer >= 0)
    close(p->signer);
  p->signer = -1;
}

static void dismiss(struct process *p) {
  drop_signer(p);
  if (p->fd >= 0)
    close(p->fd);
  p->fd = -1;
  enter(p, LEAVING);
}

/* --- forking --- */

static struct process *free_place(void) {
  for (unsigned i = 0; i < CREW_MAX; i++)
    if (crew[i].state == FREE) {
      if (i >= top)
        top = i + 1;
      return &crew[i];
    }
  return NULL;
}

static struct process *start(struct tls_names *names) {
  struct process *p = free_place();
  int pair[2];
  if (!p || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
    return NULL;
  pid_t pid = fork();
  if (!pid)
    tls_child(names, pair[1]);
  close(pair[1]);
  if (pid < 0) {
    report_errno(SY104E_system_call_failed, "action=fork");
    close(pair[0]);
    return NULL;
  }
  *p = (struct process){.pid = pid, .fd = pair[0], .signer = -1};
  struct epoll_event e = {.events = EPOLLIN, .data.u64 = (uint64_t)(p - crew)};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, p->fd, &e);
  enter(p, FRESH);
  return p;
}

void tls_crew_prepare(struct tls_names *names) {
  while (fresh < WAITING && start(names))
    ;
}

/* --- whose turn --- */

static struct process *find(enum state state, const char *slot) {
  for (unsigned i = 0; i < top; i++)
    if (crew[i].state == state && (!slot || !strcmp(crew[i].slot, slot)))
      return &crew[i];
  return NULL;
}

static struct process *pick(struct tls_names *names, const char *slot) {
  struct process *p = *slot && idle ? find(IDLE, slot) : NULL;
  if (!p && fresh)
    p = find(FRESH, NULL);
  return p ? p : start(names);
}

bool tls_crew_give(struct tls_names *names, const struct tls_job *job, const char *slot) {
  struct tls_task task = {.request = job->request};
  struct process *p;
  bool given = false;
  tls_ticket_copy(&task.tickets);
  while (!given && (p = pick(names, slot))) {
    snprintf(p->slot, sizeof p->slot, "%s", slot);
    given = !fd_send(p->fd, &task, sizeof task, (int[]){job->sock, job->plain, job->channel, job->sign}, 4);
    if (given) {
      p->signer = job->signer;
      enter(p, BUSY);
    } else
      dismiss(p);              /* it has died, and is not buried yet */
  }
  explicit_bzero(&task, sizeof task);
  return given;
}

/* Room for one more idle process: the one that waits longest goes. */
static void make_room(void) {
  struct process *oldest = NULL;
  for (unsigned i = 0; i < top; i++)
    if (crew[i].state == IDLE && (!oldest || crew[i].since < oldest->since))
      oldest = &crew[i];
  if (idle >= IDLE_MAX && oldest)
    dismiss(oldest);
}

/* Once for each connection: its child gets no second signature, however often it rings. */
static int take_signer(struct process *p) {
  int fd = p->signer;
  p->signer = -1;
  return fd;
}

int tls_crew_signer(void) {
  for (unsigned i = 0; i < top; i++)
    if (crew[i].state == BUSY && crew[i].signer >= 0)
      return take_signer(&crew[i]);
  return -1;
}

/* A busy process says that it wants its signature, or that its connection has ended well.  All else is its end. */
int tls_crew_event(unsigned number) {
  struct process *p = &crew[number];
  char word;
  if (number >= top || p->fd < 0)
    return -1;
  ssize_t n = recv(p->fd, &word, 1, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return -1;
  if (n == 1 && word == TLS_BELL && p->state == BUSY)
    return take_signer(p);
  if (n == 1 && word == TLS_DONE && p->state == BUSY && *p->slot && !p->old && ++p->served < SERVED_MAX) {
    drop_signer(p);
    make_room();
    enter(p, IDLE);
  } else
    dismiss(p);
  return -1;
}

void tls_crew_renew(void) {
  for (unsigned i = 0; i < top; i++) {
    crew[i].old = true;
    if (crew[i].state == FRESH || crew[i].state == IDLE)
      dismiss(&crew[i]);
  }
}

/* --- burying --- */

static bool is_crash(int status) {
  int s = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return s && s != SIGTERM && s != SIGKILL && s != SIGINT && s != SIGHUP;
}

static void note_crash(pid_t pid, int signal) {
  int64_t now = clock_ms();
  report(TL403E_child_crashed, "pid=%d signal=%d", (int)pid, signal);
  crash[crashes++ % CRASHES_MAX] = now;
  if (crashes >= CRASHES_MAX && now - crash[crashes % CRASHES_MAX] < MINUTE_MS)
    die(EXIT_TEMPORARY, TL404E_many_crashes, "crashes=%d seconds=60", CRASHES_MAX);
}

static void bury(pid_t pid) {
  for (unsigned i = 0; i < top; i++)
    if (crew[i].pid == pid && crew[i].state != FREE) {
      dismiss(&crew[i]);
      enter(&crew[i], FREE);
      crew[i].pid = 0;
    }
  while (top && crew[top - 1].state == FREE)
    top--;
}

void tls_crew_reap(void) {
  int status;
  int64_t now = clock_ms();
  bool look = ended;
  ended = 0;
  for (pid_t pid; look && (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
    bury(pid);
    if (is_crash(status))
      note_crash(pid, WTERMSIG(status));
  }
  for (unsigned i = 0; i < top && idle; i++)
    if (crew[i].state == IDLE && now - crew[i].since > IDLE_MS)
      dismiss(&crew[i]);
}
