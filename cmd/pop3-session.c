/* pop3-session gives one user the mail of one mailbox by POP3, after the login.
 *
 *   pop3-session --template          the template that auth-serve starts: keeps processes waiting on descriptor 0
 *   pop3-session [--home HOME] ADDR  one conversation on descriptors 0 and 1, with no login: for the operator's own use */
#include <getopt.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/sessions.h"
#include "auth/spares.h"
#include "base/sa.h"
#include "control/generation.h"
#include "control/home.h"
#include "control/launch.h"
#include "reading/reading.h"
#include "sandbox/sandbox.h"
#include "sys/report.h"

enum { CONVERSATIONS_MAX = 100 };

static const char usage[] = "pop3-session [--home HOME] ADDRESS | --template";

static stralloc path;          /* the mailbox, and what it was when all else was given up */
static struct stat mailbox;

/* From here on this mailbox is all that is left. */
static void keep_mailbox(struct bytes box) {
  sa_copyb(&path, box.s, box.n);
  if (stat(sa_cstr(&path), &mailbox))
    mailbox = (struct stat){0};
  sandbox_narrow((const struct sandbox_path[]){
    {sa_cstr(&path), SANDBOX_READ | SANDBOX_LIST | SANDBOX_MAKE | SANDBOX_REMOVE | SANDBOX_MOVE}, {"run/generations", SANDBOX_READ}, {"run/full", SANDBOX_REMOVE}}, 3);
}

/* One that is made or replaced later (by the first message, from a backup) is out of this process's reach. */
static bool mailbox_is_within_reach(void) {
  struct stat now;
  return !stat(sa_cstr(&path), &now) && now.st_ino == mailbox.st_ino && now.st_dev == mailbox.st_dev;
}

/* The channel says that the conversation is taken over (unless who asked has given up) and, when it closes, that it is
 * over. */
static int converse(const struct login_message *m, const int fd[3]) {
  char sid[LOGIN_SID_MAX + 1] = "";
  memcpy(sid, m->sid.s, m->sid.n);
  report_session(sid);
  int code = EXIT_STOP;
  if (send(fd[2], message_of(AU001I_login)->id, 6, MSG_NOSIGNAL) == 6)
    code = reading_hold(fd[0], fd[1], m);
  for (int i = 0; i < 3; i++)
    close(fd[i]);
  return code;
}

/* The first conversation, then others of the same user.  What was said of another's is not believed. */
static int converse_jobs(const struct spares_job *job) {
  static stralloc user;
  struct login_message m = job->m;
  int fd[3] = {job->fd[0], job->fd[1], job->fd[2]};
  sa_copyb(&user, m.user.s, m.user.n);
  keep_mailbox(m.word);
  for (int done = 1;; done++) {
    if (!bytes_eq(m.user, bytes_sa(&user)) || !bytes_eq(m.word, bytes_sa(&path)))
      return EXIT_PERMANENT;
    int code = converse(&m, fd);
    if (code || done == CONVERSATIONS_MAX || !sessions_next(job->fd[3], mailbox_is_within_reach, &m, fd))
      return code ? code : EXIT_STOP;
  }
}

static int converse_alone(const char *address) {
  struct conf *conf = generation_conf();
  struct bytes value, box;
  static stralloc user;
  if (!conf)
    return EXIT_TEMPORARY;
  if (!login_user(&user, conf, bytes_str(address)) || !conf_get(conf, 'u', bytes_sa(&user), &value) || !bytes_cut(&value, 0, &box))
    die(EXIT_PERMANENT, AU003I_unknown_user, "user=%s", address);
  report_new_session();
  return reading_hold(0, 1, &(struct login_message){.user = bytes_sa(&user), .word = box});
}

int main(int argc, char **argv) {
  static const struct option known[] = {{"home", required_argument, NULL, 'h'}, {"template", no_argument, NULL, 't'}, {NULL, 0, NULL, 0}};
  const char *home = NULL;
  bool template = false;
  report_init("pop3-session");
  for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
    if (c == 'h')
      home = optarg;
    else if (c == 't')
      template = true;
    else
      die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  home_enter(home);
  if (optind + !template != argc)
    die(EXIT_PERMANENT, SY103E_usage, "usage=%s", usage);
  if (!template)
    launch(ROLE_MAIL, NULL, 0, argv);
  if (!template)
    return converse_alone(argv[optind]);
  generation_conf();                 /* opened once, for all that are forked */
  sandbox_enter(&sandbox_pop3_session);
  auth_spares(0, &(struct spares_plan){.waiting = SPARES_WAITING, .jobs = 1, .fds = 4, .talk = converse_jobs});
  return EXIT_DONE;
}
