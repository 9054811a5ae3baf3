/* Q1: smtp-recv itself is asked, with the configuration in force and a client's address that nobody has. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addr/ip.h"
#include "control/role.h"
#include "front/front.h"
#include "probes/probes.h"
#include "probes/talk.h"
#include "relay/relay.h"
#include "spool/spool.h"
#include "sys/clock.h"

/* Runs smtp-recv as tcpserver would for a client with address IP; our end of its conversation. */
static int receiver(const char *ip) {
  int pair[2];
  char *argv[] = {NULL, NULL};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
    return -1;
  spool_share_directory();
  pid_t pid = fork();
  if (pid < 0)
    return -1;
  if (pid) {
    close(pair[1]);
    return pair[0];
  }
  front_tell_home();
  role_become(ROLE_RECEIVE);
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  setenv("PROTO", "TCP", 1);
  setenv("TCPREMOTEIP", ip, 1);
  setenv("TCPREMOTEPORT", "40000", 1);
  unsetenv("TCPREMOTEHOST");
  dup2(pair[1], 0);
  dup2(pair[1], 1);
  dup2(null, 2);
  front_become("smtp-recv", argv);
}

/* 550: as it should be. */
static void try_pair(struct probe *p, struct talk *t, const char *ip, const char *sender, const char *rcpt) {
  char line[600];
  struct ip client;
  struct bytes prefix = {"", 0};
  bool any;
  snprintf(line, sizeof line, "MAIL FROM:<%s>", sender);
  int code = talk_say(t, line);
  if (code == 250) {
    snprintf(line, sizeof line, "RCPT TO:<%s>", rcpt);
    code = talk_say(t, line);
  }
  if (ip_parse(&client, bytes_str(ip)))
    relay_is_listed(p->conf, &client, &any, &prefix);
  if (code / 100 == 2)
    probe_find(p, CHECK_FAIL, DC111E_open_relay, "asked=smtp-recv ip=%s from=%s to=%s reply=%s prefix=%.*s", ip, sender, rcpt, t->line, (int)prefix.n, prefix.s);
  else if (code / 100 == 5)
    probe_good(p, "asked=smtp-recv ip=%s from=%s to=%s reply=%s", ip, sender, rcpt, t->line);
  else
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "asked=smtp-recv ip=%s reply=%s", ip, code ? t->line : "none");
  talk_say(t, "RSET");
}

static void ask(struct probe *p, const char *ip) {
  static struct talk t;
  char postmaster[300];
  struct bytes domain = {"", 0};
  t = (struct talk){.end = clock_ms() + probe_ms_left(p, 3000)};
  t.in = t.out = receiver(ip);
  conf_get(p->conf, 'd', bytes_of("", 0), &domain);
  snprintf(postmaster, sizeof postmaster, "postmaster@%.*s", (int)domain.n, domain.s);
  if (t.in < 0 || talk_reply(&t) != 220 || talk_say(&t, "EHLO doctor.invalid") != 250) {
    probe_find(p, CHECK_CANNOT_TELL, DC005W_unexpected, "asked=smtp-recv ip=%s reply=%s", ip, *t.line ? t.line : "none");
    return;
  }
  try_pair(p, &t, ip, "stranger@example.com", "stranger@example.net");
  try_pair(p, &t, ip, postmaster, "stranger@example.net");      /* anybody can write our name */
  talk_say(&t, "QUIT");
}

void probe_relay_ipv4(struct probe *p) { ask(p, "192.0.2.25"); }
void probe_relay_ipv6(struct probe *p) { ask(p, "2001:db8::25"); }
