#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "front/front.h"

static void add_user(struct front_init *o, char *text) {
  char *colon = strchr(text, ':');
  struct front_user *grown = realloc(o->user, (o->users + 1) * sizeof *o->user);
  if (!grown)
    out_of_memory();
  if (colon)
    *colon = 0;
  o->user = grown;
  o->user[o->users++] = (struct front_user){text, colon ? colon + 1 : NULL};
}

static bool is_port(const char *text) {
  uint64_t n;
  return bytes_u64(bytes_str(text), &n) && n <= 65535;
}

static bool take_option(struct front_init *o, int option, char *value) {
  switch (option) {
  case 'd': o->domain = value; return true;
  case 'a': o->auth = true; return true;
  case 'u': add_user(o, value); return true;
  case 'l': o->listen = value; return true;
  case '?': return false;
  default: o->port[option - '0'] = value; return is_port(value);
  }
}

bool front_init_options(struct front_init *o, int argc, char **argv) {
  static const struct option options[] = {
    {"domain", 1, NULL, 'd'}, {"auth", 0, NULL, 'a'}, {"user", 1, NULL, 'u'}, {"listen", 1, NULL, 'l'}, {"smtp", 1, NULL, '0'},
    {"submission", 1, NULL, '1'}, {"smtps", 1, NULL, '2'}, {"pop3", 1, NULL, '3'}, {"pop3s", 1, NULL, '4'}, {NULL, 0, NULL, 0}};
  *o = (struct front_init){0};
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    if (!take_option(o, c, optarg))
      return false;
  o->home = optind == argc - 1 ? argv[optind] : NULL;
  return o->domain && o->home;
}
