/* sendmail: the command by which programs on this machine send mail.
 *
 *   sendmail [-t] [-i] [-f SENDER] [-F NAME] [-bm|-bp] [RCPT…] <message
 *
 * Who may write the spool puts the message there; who may not hands it to run/submit.  -N -R -V -B -v and unknown -o are
 * accepted without effect.  Exit codes (sysexits.h): 0 sent, 64 usage, 67 no such user, 75 try again, 77 refused. */
#include "control/generation.h"
#include "control/home.h"
#include "header/recipients.h"
#include "intake/intake.h"
#include "intake/submit.h"
#include "sys/fd.h"
#include "sys/report.h"

#include <errno.h>
#include <libgen.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { OK = 0, USAGE = 64, NO_USER = 67, TRY_AGAIN = 75, REFUSED = 77, ANSWER_MS = 120000 };

static struct options {
  const char *sender, *name;
  bool from_header, dots;      /* -t; -i: a line with a dot alone is text */
} given;

static struct intake in;
static int server = -1;        /* run/submit, where the spool is not ours */
static stralloc rcpts;         /* each followed by \0 */
static bool line_start = true, dot;   /* what the bytes before look like, for the dot that ends */

/* --- where the message goes --- */

static noreturn void refuse(const char *to) {
  intake_abandon(&in);
  if (in.fault == SY102E_file_failed || in.fault == QU101E_no_space)
    die_errno(TRY_AGAIN, in.fault, "action=write path=spool/incoming");
  die(in.temporary ? TRY_AGAIN : in.fault == LO201E_no_such_user ? NO_USER : REFUSED, in.fault, "to=%s", to);
}

static void send_bytes(struct bytes b) {
  if (server < 0) {
    if (!intake_feed(&in, b))
      refuse(NULL);
  } else if (b.n && fd_write_all(server, b.s, b.n) && errno != EPIPE)   /* EPIPE: it has answered already */
    die_errno(TRY_AGAIN, SE104E_no_way, "path=run/submit");
}

static void send_line(const char *key, const char *value) {
  stralloc line = {0};
  if (strchr(value, '\n') || strlen(value) > SUBMIT_LINE_MAX - 10)
    die(USAGE, SY103E_usage, "%s", key);
  sa_catf(&line, "%s %s\n", key, value);
  send_bytes(bytes_sa(&line));
  stralloc_free(&line);
}

static void begin_at_server(const char *sender) {
  send_line("from", sender);
  if (given.name)
    send_line("name", given.name);
  for (const char *r = rcpts.s; r < rcpts.s + rcpts.len; r += strlen(r) + 1)
    send_line("to", r);
  send_bytes(bytes_str("\n"));
}

static void begin_here(const char *sender, const char *user) {
  const struct conf *c = generation_conf();
  if (!c)
    report_exit(TRY_AGAIN);
  intake_init(&in, c, user);
  in.complete = true;
  sa_copys(&in.name, given.name ? given.name : "");
  if (!intake_sender(&in, sender))
    refuse(sender);
  for (const char *r = rcpts.s; r < rcpts.s + rcpts.len; r += strlen(r) + 1)
    if (!intake_recipient(&in, r))
      refuse(r);
}

static void begin(void) {
  static char user[64];
  intake_user(user, getuid());
  if (!rcpts.len)
    die(USAGE, SE101E_no_recipients, "user=%s", user);
  const char *sender = given.sender ? given.sender : strncmp(user, "uid:", 4) ? user : "";
  if (server < 0)
    begin_here(sender, user);
  else
    begin_at_server(sender);
}

static int end_at_server(void) {
  char line[500];
  size_t n = 0;
  ssize_t k;
  shutdown(server, SHUT_WR);
  while (n < sizeof line - 1 && fd_wait(server, POLLIN, ANSWER_MS) && (k = read(server, line + n, sizeof line - 1 - n)) > 0)
    n += (size_t)k;
  line[n] = 0;
  if (!n || line[n - 1] != '\n')
    die(TRY_AGAIN, SE104E_no_way, "path=run/submit");
  if (line[0] == '0')
    return OK;
  dprintf(2, "sendmail: %s", line + 4);
  return !strncmp(line, "111", 3) ? TRY_AGAIN : !strncmp(line + 4, message_of(LO201E_no_such_user)->id, 6) ? NO_USER : REFUSED;
}

/* --- reading --- */

/* A dot alone on a line ends the message unless -i; what follows is not read. */
static void until_dot(const char *buf, size_t k, bool *end, stralloc *out) {
  for (size_t i = 0; i < k && !*end; i++) {
    char c = buf[i];
    if (dot && c == '\n')
      *end = true;
    else if (line_start && c == '.')
      dot = true;
    else if (!(dot && c == '\r')) {
      if (dot)
        sa_catc(out, '.');
      dot = false;
      sa_catc(out, c);
    }
    line_start = c == '\n';
  }
}

static bool read_piece(stralloc *out) {
  static char buf[65536];
  static bool end;
  ssize_t k = 0;
  out->len = 0;
  while (!end && !out->len) {
    k = read(0, buf, sizeof buf);
    if (k < 0 && errno == EINTR)
      continue;
    if (k < 0)
      die_errno(TRY_AGAIN, SY102E_file_failed, "action=read path=stdin");
    if (k == 0)
      return false;
    if (given.dots)
      sa_catb(out, buf, (size_t)k);
    else
      until_dot(buf, (size_t)k, &end, out);
  }
  return out->len != 0;
}

static void check_text(const struct text_filter *t) {
  if (t->fault) {
    intake_abandon(&in);
    die(REFUSED, t->fault == TEXT_NUL ? QU103E_nul : QU102E_bare_cr, "user=%ld", (long)getuid());
  }
}

static bool header_is_whole(const stralloc *h) { return h->len > INTAKE_HEADER_MAX || (h->len && (h->s[0] == '\n' || memmem(h->s, h->len, "\n\n", 2))); }

static void send_header(const stralloc *header) {
  enum message_id why;
  stralloc shown = {0};
  if (given.from_header && !recipients_of_header(&rcpts, bytes_sa(header), &why))
    die(USAGE, why, "user=%ld", (long)getuid());
  recipients_hide_bcc(&shown, bytes_sa(header));
  begin();
  send_bytes(bytes_sa(&shown));
  stralloc_free(&shown);
}

static void copy_message(void) {
  struct text_filter t = {0};
  stralloc piece = {0}, text = {0}, header = {0};
  bool sent = false;
  for (bool more = true; more;) {
    text.len = 0;
    more = read_piece(&piece);
    if (more)
      text_feed(&t, bytes_sa(&piece), &text);
    else
      text_end(&t, &text);
    check_text(&t);
    if (sent) {
      send_bytes(bytes_sa(&text));
      continue;
    }
    sa_cat(&header, &text);
    if ((sent = !more || header_is_whole(&header)))
      send_header(&header);
  }
  stralloc_free(&piece);
  stralloc_free(&text);
  stralloc_free(&header);
}

/* --- the command --- */

static void choose_way(void) {
  const char *home = home_path(NULL);
  if (chdir(home))
    die_errno(TRY_AGAIN, SY105E_home_missing, "path=%s", home);
  if (access("spool/incoming", W_OK | X_OK) && (server = fd_unix_connect("run/submit", SOCK_STREAM)) < 0)
    die_errno(TRY_AGAIN, SE104E_no_way, "path=run/submit");
  if (server >= 0)           /* a server that hangs */
    setsockopt(server, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){.tv_sec = ANSWER_MS / 1000}, sizeof(struct timeval));
}

static noreturn void list_queue(void) {
  char path[4200], self[4000];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  self[n < 0 ? 0 : n] = 0;
  snprintf(path, sizeof path, "%s/queue-list", dirname(self));
  execl(path, "queue-list", (char *)NULL);
  die_errno(TRY_AGAIN, SY104E_system_call_failed, "action=exec path=%s", path);
}

static noreturn void usage(void) {
  dprintf(2, "usage: sendmail [-t] [-i] [-f SENDER] [-F NAME] [-bm|-bp] [RCPT...] <message\n");
  die(USAGE, SY103E_usage, "");
}

static void read_options(int argc, char **argv) {
  for (int c; (c = getopt(argc, argv, "tif:F:r:b:N:R:V:B:o:v")) != -1;)
    switch (c) {
    case 't': given.from_header = true; break;
    case 'i': given.dots = true; break;
    case 'f': case 'r': given.sender = optarg; break;
    case 'F': given.name = optarg; break;
    case 'o': given.dots |= !strcmp(optarg, "i"); break;
    case 'b':
      if (!strcmp(optarg, "p"))
        list_queue();
      if (strcmp(optarg, "m"))
        usage();
      break;
    case 'N': case 'R': case 'V': case 'B': case 'v': break;
    default: usage();
    }
}

int main(int argc, char **argv) {
  report_init("sendmail");
  read_options(argc, argv);
  for (char **a = argv + optind; *a; a++)
    sa_catb(&rcpts, *a, strlen(*a) + 1);
  choose_way();
  copy_message();
  if (server >= 0)
    return end_at_server();
  if (!intake_commit(&in))
    refuse(NULL);
  return OK;
}
