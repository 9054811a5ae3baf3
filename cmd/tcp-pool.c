/* tcp-pool: accepts TCP connections, as tcpserver does, and passes each to a waiting worker of a wiz98 program.
 *
 *   tcp-pool [options of tcpserver] [-m MODE] HOST PORT PROGRAM [ARG…]
 *   tcp-pool [options] unix:PATH PROGRAM [ARG…]
 *
 * tcp-pool(8) lists the options. */
#include "pool/pool.h"

#include <getopt.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "io/serve_pool.h"
#include "sys/report.h"

static const char usage[] =
  "usage: tcp-pool [ -461UXpPhHrRoOdDqQv ] [ -c limit ] [ -x rules.cdb ] [ -B banner ] [ -g gid ] [ -u uid ] [ -b backlog ]"
  " [ -l localname ] [ -t timeout ] [ -I interface ] [ -m mode ] { host port | unix:path } program [ arg ... ]\n";

enum { LIMIT_DEFAULT = 40, LIMIT_MAX = 10000, BACKLOG_DEFAULT = 20, MODE_DEFAULT = 0600, DETAILS = 50 };

static noreturn void die_usage(void) {
  fputs(usage, stderr);
  die(EXIT_PERMANENT, SY103E_usage, "program=%s", "tcp-pool");
}

static unsigned number(const char *text, unsigned long max) {
  uint64_t n;
  if (!text || !bytes_u64(bytes_str(text), &n) || n > max)
    die_usage();
  return (unsigned)n;
}

static void set_identity(struct pool_options *o) {
  o->uid = number(getenv("UID"), 0xfffffffe);
  o->gid = number(getenv("GID"), 0xfffffffe);
}

static void set_value(struct pool_options *o, int option, const char *value) {
  switch (option) {
  case 'c': o->limit = number(value, LIMIT_MAX); break;
  case 'b': o->backlog = number(value, 65535); break;
  case 'x': o->rules = value; break;
  case 'B': o->banner = value; break;
  case 'u': o->uid = number(value, 0xfffffffe); break;
  case 'g': o->gid = number(value, 0xfffffffe); break;
  case 'l': o->local_name = value; break;
  case 'I': o->interface = value; break;
  case 'm': o->mode = (unsigned)strtoul(value, NULL, 8) & 0777; break;
  case 't': number(value, 86400); break;         /* of the ident query, which is never made */
  default: die_usage();
  }
}

static void set_flag(struct pool_options *o, int option) {
  switch (option) {
  case '4': o->ipv4_only = true; break;
  case '6': o->ipv6_only_form = true; break;
  case '1': o->print_port = true; break;
  case 'U': set_identity(o); break;
  case 'X': o->rules_optional = true; break;
  case 'd': o->nodelay = false; break;
  case 'D': o->nodelay = true; break;
  case 'q': report_level = -1; break;
  case 'v': report_level = DETAILS; break;
  case '?': die_usage();
  default: break;              /* p P h H r R o O Q: tcp-pool(8) says why they change nothing */
  }
}

static void read_options(struct pool_options *o, int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "+461UXpPhHrRoOdDqQvc:x:B:g:u:b:l:t:I:m:")) >= 0)
    if (optarg)
      set_value(o, option, optarg);
    else
      set_flag(o, option);
}

static void read_place(struct pool_options *o, int argc, char **argv) {
  bool local = optind < argc && !strncmp(argv[optind], "unix:", 5);
  int words = local ? 1 : 2;
  if (argc - optind < words + 1 || !o->limit)
    die_usage();
  o->host = argv[optind];
  o->port = local ? "" : argv[optind + 1];
  o->program = argv + optind + words;
}

static void drop_privileges(const struct pool_options *o) {
  if (o->gid && (setgroups(1, &o->gid) || setgid(o->gid)))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=setgid gid=%u", (unsigned)o->gid);
  if (o->uid && setuid(o->uid))
    die_errno(EXIT_TEMPORARY, SY104E_system_call_failed, "action=setuid uid=%u", (unsigned)o->uid);
}

/* What a connection brings must not be inherited from whoever started us. */
static void clear_environment(void) {
  static const char *const names[] = {"PROTO", "TCPREMOTEIP", "TCPREMOTEPORT", "TCPREMOTEHOST", "TCPREMOTEINFO", "TCPLOCALIP", "TCPLOCALPORT", "TCPLOCALHOST", SERVE_POOL_VARIABLE};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    unsetenv(names[i]);
}

int main(int argc, char **argv) {
  struct pool_options o = {.limit = LIMIT_DEFAULT, .backlog = BACKLOG_DEFAULT, .mode = MODE_DEFAULT};
  report_init("tcp-pool");
  read_options(&o, argc, argv);
  read_place(&o, argc, argv);
  clear_environment();
  int listener = pool_listen(&o);
  drop_privileges(&o);
  pool_run(&o, listener);
}
