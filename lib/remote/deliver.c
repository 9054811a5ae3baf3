#include <errno.h>
#include <stdio.h>

#include "base/sa.h"
#include "net/net.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { CHUNK = 65536 };

struct bytes remote_own_name(struct remote *r) { return conf_hostname(r->conf, &r->helo); }

static bool is_open(const struct attempt *a) {
  for (size_t i = 0; i < a->m->env.count; i++)
    if (!a->m->env.rcpt[i].done)
      return true;
  return false;
}

static struct failure failure_of(enum failure_kind kind, enum stage stage, int error) {
  return (struct failure){.kind = kind, .stage = stage, .error = error, .status = {"", 0}, .text = {"", 0}};
}

/* Before anybody is asked: what cannot be sent to anyone. */
static bool look_through(struct attempt *a) {
  static char chunk[CHUNK];
  struct remote_message *m = a->m;
  struct encode_scan scan = {0};
  struct failure f = failure_of(FAILURE_BARE_CR, STAGE_LOCAL, 0);
  if (a->r->rehearsal)
    return true;
  for (uint64_t done = 0; done < m->size;) {
    size_t n = m->size - done < CHUNK ? (size_t)(m->size - done) : CHUNK;
    if (fd_pread_all(m->fd, chunk, n, (off_t)(m->at + done))) {
      f = failure_of(FAILURE_FILE, STAGE_LOCAL, errno);
      break;
    }
    encode_scan(&scan, bytes_of(chunk, n));
    done += n;
  }
  encode_scan_end(&scan);
  m->env.size = scan.size;
  m->env.eightbit = scan.eightbit;
  m->env.utf8_header = m->smtputf8 && scan.eightbit_header;
  if (f.kind == FAILURE_BARE_CR && !scan.forbidden)
    return true;
  remote_note_failure(a, &f);
  return false;
}

static bool connect_to(struct attempt *a, const struct route_target *t) {
  struct remote *r = a->r;
  struct ip source;
  int64_t begun;
  snprintf(r->host, sizeof r->host, "%s", a->plan.host[t->host].name);
  ip_format(r->ip, &t->ip);
  remote_stage(r, STAGE_CONNECT);
  remote_tell_connection(r, EVENT_CONNECT, 0, false);
  begun = clock_ms();
  int fd = net_connect(&t->ip, r->port, route_source(r->conf, t->ip.v6, &source), (int)conf_number(r->conf, SET_remote_connect_timeout) * 1000);
  if (fd < 0) {
    struct failure f = failure_of(FAILURE_ERRNO, STAGE_CONNECT, errno);
    remote_note_failure(a, &f);
    return false;
  }
  remote_tell_connection(r, EVENT_CONNECTED, clock_ms() - begun, false);
  return remote_open(a, fd);
}

static bool talk_to(struct attempt *a, const struct route_target *t) {
  bool connected = connect_to(a, t);
  if (connected) {
    client_begin(&a->r->client, &a->m->env);
    remote_talk(a);
  }
  remote_stage(a->r, STAGE_LOCAL);
  return connected;
}

static void try_targets(struct attempt *a) {
  int64_t end = a->begun + REMOTE_SEARCH_MS;
  for (unsigned i = 0; i < a->plan.targets && is_open(a); i++) {
    if (i && clock_ms() >= end)
      return;
    if (i && a->failure.kind != FAILURE_NONE)
      remote_say_skipped(a);
    a->in_the_clear = false;
    if (!talk_to(a, &a->plan.target[i]))
      continue;
    if (a->in_the_clear)
      talk_to(a, &a->plan.target[i]);
    if (++a->sessions == REMOTE_SESSIONS_MAX)
      return;
  }
}

/* One conversation each, whatever the others said. */
static void rehearse_targets(struct attempt *a) {
  int64_t end = a->begun + REMOTE_SEARCH_MS;
  for (unsigned i = 0; i < a->plan.targets && clock_ms() < end; i++) {
    for (size_t k = 0; k < a->m->env.count; k++)
      a->m->env.rcpt[k].done = false;
    a->in_the_clear = false;
    if (talk_to(a, &a->plan.target[i]) && a->in_the_clear)
      talk_to(a, &a->plan.target[i]);
    remote_close(a->r);
  }
}

static void find_and_try(struct attempt *a, const struct route *route) {
  if (!route->literal)
    remote_stage(a->r, STAGE_DNS);
  enum failure_kind kind = remote_plan(a, route);
  if (a->r->rehearsal)
    remote_look_at_zone(a, kind == FAILURE_NONE ? &a->plan.target[0].ip : NULL);
  remote_stage(a->r, STAGE_LOCAL);
  if (kind == FAILURE_NONE) {
    (a->r->rehearsal ? rehearse_targets : try_targets)(a);
    return;
  }
  struct failure f = failure_of(kind, STAGE_DNS, 0);
  snprintf(a->r->host, sizeof a->r->host, "%s", route->fixed ? route->host : "");
  a->r->ip[0] = 0;
  remote_note_failure(a, &f);
}

static bool is_same(const struct route_security *a, const struct route_security *b) {
  return a->level == b->level && a->smtps == b->smtps && !strcmp(a->name, b->name) && !strcmp(a->credentials, b->credentials);
}

/* A connection that was kept: true where it served. */
static bool reuse(struct attempt *a, const char *destination, const struct route_security *security) {
  struct remote *r = a->r;
  if (!r->open)
    return false;
  if (strcmp(r->destination, destination) || !is_same(&r->security, security) || !remote_is_alive(r)) {
    remote_close(r);
    return false;
  }
  r->commands_end = clock_ms() + REMOTE_COMMANDS_MS;
  remote_tell_connection(r, EVENT_CONNECTED, 0, true);
  client_begin(&r->client, &a->m->env);
  remote_talk(a);
  a->sessions = r->open || a->failure.kind != FAILURE_NONE;
  return a->sessions;
}

void remote_deliver(struct remote *r, const char *destination, const struct route *route, struct remote_message *m, struct remote_outcome *outcome) {
  static struct attempt a;   /* large: the plan */
  struct route_security security;
  a = (struct attempt){.r = r, .m = m, .outcome = outcome, .begun = clock_ms(), .domain = route->fixed || route->literal ? "" : route->host};
  r->begun = a.begun;
  r->stage = STAGE_LOCAL;
  r->ready_ms = -1;
  route_secure(r->conf, route, &security);
  if (look_through(&a) && (!reuse(&a, destination, &security) || is_open(&a))) {
    r->security = security;
    snprintf(r->destination, sizeof r->destination, "%s", destination);
    find_and_try(&a, route);
  }
  remote_settle(&a);
  stralloc_free(&a.words);
  stralloc_free(&a.status);
  stralloc_free(&a.last_words);
}
