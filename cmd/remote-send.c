/* remote-send: sends a message to another server by SMTP and says for each recipient how it went, in that server's words.
 *
 *   remote-send [--home HOME] HOST SENDER RCPT… <message      HOST, HOST:PORT, [IP]:PORT
 *   remote-send [--home HOME] --mx DOMAIN SENDER RCPT… <message   routed as queued mail for DOMAIN
 *   remote-send [--home HOME] --worker                        queue-run's worker, its socket on descriptor 0
 *   remote-send [--home HOME] --template                      forks such workers, as queue-run asks on descriptor 0
 *
 * Exit: 0 all sent, 100 a recipient was refused for good, 111 one may be accepted later. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "addr/addr.h"
#include "base/sa.h"
#include "control/generation.h"
#include "control/home.h"
#include "control/launch.h"
#include "remote/remote.h"
#include "sandbox/sandbox.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "sys/template.h"

enum { CHUNK = 65536 };

static noreturn void usage(void) {
  static const char text[] = "usage: remote-send [--home HOME] [--mx] HOST SENDER RCPT... <message\n       remote-send [--home HOME] --worker\n";
  report_at(SY103E_usage, __FILE__, __LINE__, "");
  fd_write_all(2, text, sizeof text - 1);
  report_exit(EXIT_PERMANENT);
}

static struct bytes parse_address(const char *text, bool may_be_null) {
  struct addr a;
  enum message_id why;
  if (may_be_null && !*text)
    return bytes_str(text);
  if (!addr_parse(&a, bytes_str(text), &why))
    die(EXIT_PERMANENT, SC304E_address_unusable, "value=%s why=%s", text, message_of(why)->text);
  return a.whole;
}

static int temporary_file(void) {
  const char *directory = getenv("TMPDIR");
  int fd = open(directory && *directory ? directory : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=create path=%s", directory && *directory ? directory : "/tmp");
  return fd;
}

/* CRLF becomes LF; a CR elsewhere stays and is found later.  *HELD: a CR at the end of the chunk before. */
static void to_lf(stralloc *out, const char *s, size_t n, bool *held) {
  out->len = 0;
  for (size_t i = 0; i < n; i++) {
    if (*held && s[i] != '\n')
      sa_catc(out, '\r');
    *held = s[i] == '\r';
    if (!*held)
      sa_catc(out, s[i]);
  }
}

static uint64_t copy_message(int to) {
  static char chunk[CHUNK];
  stralloc out = {0};
  bool held = false;
  uint64_t size = 0;
  for (;;) {
    ssize_t n = read(0, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=read path=stdin");
    to_lf(&out, chunk, (size_t)n, &held);
    if (!n && held)
      sa_copys(&out, "\r");
    if (fd_write_all(to, out.s, out.len))
      die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=write path=tmp");
    size += out.len;
    if (!n)
      break;
  }
  stralloc_free(&out);
  return size;
}

static void print_outcome(struct bytes to, const struct remote_outcome *o) {
  stralloc line = {0};
  sa_catb(&line, to.s, to.n);
  if (o->state == 'd')
    sa_cats(&line, ": sent: ");
  else
    sa_catf(&line, ": %s (%s): ", o->state == 'f' ? "failed" : "deferred", cause_name(o->cause)->name);
  sa_cat(&line, &o->reply);
  sa_catc(&line, '\n');
  fd_write_all(1, line.s, line.len);
  stralloc_free(&line);
}

static int print_outcomes(const struct remote_message *m, const struct remote_outcome *outcome) {
  int code = EXIT_DONE;
  for (size_t i = 0; i < m->env.count; i++) {
    print_outcome(m->env.rcpt[i].addr, &outcome[i]);
    if (outcome[i].state == 'f' || (outcome[i].state == 't' && code == EXIT_DONE))
      code = outcome[i].state == 'f' ? EXIT_PERMANENT : EXIT_TEMPORARY;
  }
  return code;
}

static int send_once(struct remote *r, bool mx, const char *host, const char *sender, char **rcpt, size_t count) {
  struct route route;
  struct client_rcpt *list = calloc(count, sizeof *list);
  struct remote_outcome *outcome = calloc(count, sizeof *outcome);
  if (!list || !outcome)
    out_of_memory();
  struct remote_message m = {.env = {.sender = parse_address(sender, true), .envid = {"", 0}, .rcpt = list, .count = count}, .smtputf8 = true};
  for (size_t i = 0; i < count; i++)
    list[i] = (struct client_rcpt){.addr = parse_address(rcpt[i], false), .orcpt = {"", 0}};
  if (mx)
    route_find(r->conf, bytes_str(host), &route);
  else if (!route_parse_host(&route, bytes_str(host)))
    die(EXIT_PERMANENT, SC305E_host_unusable, "value=%s", host);
  m.fd = temporary_file();
  m.size = copy_message(m.fd);
  remote_deliver(r, host, &route, &m, outcome);
  remote_close(r);
  int code = print_outcomes(&m, outcome);
  for (size_t i = 0; i < count; i++)
    stralloc_free(&outcome[i].reply);
  free(outcome);
  free(list);
  close(m.fd);
  return code;
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", required_argument, NULL, 'h'}, {"worker", no_argument, NULL, 'w'}, {"template", no_argument, NULL, 't'}, {"mx", no_argument, NULL, 'm'}, {0}};
  static struct remote r;
  const char *home = NULL;
  bool template = false, worker = false, mx = false;
  int option;
  report_init("remote-send");
  while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1)
    switch (option) {
    case 'h': home = optarg; break;
    case 't': template = worker = true; break;
    case 'w': worker = true; break;
    case 'm': mx = true; break;
    default: usage();
    }
  if (worker ? argc != optind : argc - optind < 3)
    usage();
  home_enter(home);
  if (worker) {
    generation_conf();               /* opened once, for all that are forked */
    sandbox_enter(&sandbox_remote_send);
  }
  if (template && !template_worker())
    return EXIT_DONE;
  if (worker)
    return remote_work(&r);
  launch(ROLE_REMOTE, NULL, 0, argv);
  r.conf = generation_conf();
  if (!r.conf)
    return EXIT_TEMPORARY;
  argv += optind;
  return send_once(&r, mx, argv[0], argv[1], argv + 2, (size_t)(argc - optind) - 2);
}
