/* What the log of the last hours tells: Q1 (NAT, crowds), Q2-3 (who was refused relay and why), Q5, Q9. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addr/ip.h"
#include "crashes/crashes.h"
#include "probes/logs.h"
#include "probes/probes.h"
#include "probes/talk.h"
#include "relay/relay.h"
#include "reputation/reputation.h"

enum { HOUR = 3600, DAY = 86400, NAMES_MAX = 64, PEERS_MAX = 200, TEXT = 128 };

static void copy(char to[TEXT], const stralloc *from) { snprintf(to, TEXT, "%.*s", (int)from->len, from->s); }

/* --- Q5: errors by ID --- */

struct errors { char id[NAMES_MAX][7]; unsigned times[NAMES_MAX]; size_t n; unsigned total; };

static void count_error(void *data, int64_t time, struct log_reader *line) {
  struct errors *e = data;
  size_t i = 0;
  (void)time;
  while (i < e->n && !bytes_eq(bytes_str(e->id[i]), line->id))
    i++;
  if (i == NAMES_MAX)
    return;
  if (i == e->n)
    snprintf(e->id[e->n++], 7, "%.*s", (int)line->id.n, line->id.s);
  e->times[i]++;
  e->total++;
}

static size_t most(const struct errors *e) {
  size_t best = 0;
  for (size_t i = 1; i < e->n; i++)
    best = e->times[i] > e->times[best] ? i : best;
  return best;
}

void probe_errors(struct probe *p) {
  struct errors e = {.n = 0};
  stralloc all = {0};
  if (logs_since("log/error", p->now - DAY, count_error, &e)) {
    probe_unreadable(p, "log/error");
    return;
  }
  for (size_t i = 0; i < e.n; i++)
    sa_catf(&all, "%s%s:%u", i ? "," : "", e.id[i], e.times[i]);
  if (e.n)
    probe_find(p, CHECK_WARN, DC511W_errors_logged, "path=log/error hours=24 errors=%u id=%s ids=%s", e.total, e.id[most(&e)], sa_cstr(&all));
  else
    probe_good(p, "path=log/error hours=24 errors=0");
  stralloc_free(&all);
}

/* --- Q9 --- */

void probe_crashes(struct probe *p) {
  struct crashes c;
  if (access("crash", R_OK | X_OK)) {
    probe_unreadable(p, "crash");
    return;
  }
  crashes_read(&c);
  if (c.count)
    probe_find(p, CHECK_FAIL, DC911E_crash_records, "path=crash records=%zu last=%s", c.count, c.crash[c.count - 1].id);
  else
    probe_good(p, "path=crash records=0");
  crashes_free(&c);
}

/* --- Q1: one address for all the world --- */

struct peers { char ip[PEERS_MAX][IP_TEXT]; unsigned times[PEERS_MAX]; size_t n; char helo[NAMES_MAX][TEXT]; size_t of[NAMES_MAX]; size_t names; unsigned total; };

static void note_name(struct peers *s, size_t peer, const char *helo) {
  for (size_t i = 0; i < s->names; i++)
    if (!strcmp(s->helo[i], helo) && s->of[i] == peer)
      return;
  if (s->names < NAMES_MAX) {
    snprintf(s->helo[s->names], TEXT, "%s", helo);
    s->of[s->names++] = peer;
  }
}

static void note_peer(void *data, int64_t time, struct log_reader *line) {
  struct peers *s = data;
  stralloc ip = {0}, helo = {0};
  char name[TEXT];
  size_t i = 0;
  (void)time;
  bool met = logs_is(line, SM107I_message_accepted) || logs_is(line, RL201E_relay_refused);
  if (met && logs_field(line, "ip", &ip) && ip.len && ip.len < IP_TEXT && strncmp(sa_cstr(&ip), TALK_SOURCE, sizeof TALK_SOURCE - 1) && logs_field(line, "helo", &helo) && helo.len) {
    while (i < s->n && !bytes_eq(bytes_str(s->ip[i]), bytes_sa(&ip)))
      i++;
    if (i < PEERS_MAX) {
      if (i == s->n)
        snprintf(s->ip[s->n++], IP_TEXT, "%.*s", (int)ip.len, ip.s);
      s->times[i]++;
      s->total++;
      copy(name, &helo);
      note_name(s, i, name);
    }
  }
  stralloc_free(&ip);
  stralloc_free(&helo);
}

static unsigned names_of(const struct peers *s, size_t peer) {
  unsigned n = 0;
  for (size_t i = 0; i < s->names; i++)
    n += s->of[i] == peer && strchr(s->helo[i], '.') && s->helo[i][0] != '[';
  return n;
}

enum { NAT_PEERS = 20, NAT_NAMES = 5, NAT_PERCENT = 80 };

/* Many servers with names of their own, all from one private address: a router or container puts its own in their place. */
void probe_nat(struct probe *p) {
  static struct peers s;
  size_t best = 0;
  struct ip ip;
  bool any;
  struct bytes prefix;
  if (logs_since("log/smtp", p->now - DAY, note_peer, &s)) {
    probe_unreadable(p, "log/smtp");
    return;
  }
  for (size_t i = 1; i < s.n; i++)
    best = s.times[i] > s.times[best] ? i : best;
  bool one = s.total >= NAT_PEERS && s.times[best] * 100 >= s.total * NAT_PERCENT && names_of(&s, best) >= NAT_NAMES;
  bool ours = one && ip_parse(&ip, bytes_str(s.ip[best])) && (reputation_is_private(&ip) || relay_is_listed(p->conf, &ip, &any, &prefix));
  if (ours)
    probe_find(p, CHECK_FAIL, DC113E_one_address, "ip=%s messages=%u of=%u names=%u", s.ip[best], s.times[best], s.total, names_of(&s, best));
  else
    probe_good(p, "path=log/smtp hours=24 messages=%u addresses=%zu most=%s", s.total, s.n, s.n ? s.ip[best] : "none");
}

static void count_crowd(void *data, int64_t time, struct log_reader *line) {
  (void)time;
  *(unsigned *)data += logs_is(line, SM317E_too_many_connections);
}

void probe_crowd(struct probe *p) {
  unsigned n = 0;
  if (logs_since("log/smtp", p->now - HOUR, count_crowd, &n))
    probe_unreadable(p, "log/smtp");
  else if (n)
    probe_find(p, CHECK_WARN, SM317E_too_many_connections, "path=log/smtp minutes=60 refused=%u", n);
  else
    probe_good(p, "path=log/smtp minutes=60 refused=0");
}

/* --- Q2-3: a user of ours was refused relay.  A stranger who writes our name as sender is none: ours has read mail by
 * POP3 from the same address within a day, or is listed. --- */

struct refused { char ip[IP_TEXT], from[TEXT], to[TEXT], pop[8]; int64_t time; };
struct refusals {
  struct refused last[NAMES_MAX];
  size_t n;
  struct { char ip[IP_TEXT]; int64_t time; } login[PEERS_MAX];
  size_t logins;
};

static bool text_of(const struct log_reader *line, const char *key, char *to, size_t room) {
  stralloc value = {0};
  bool found = logs_field(line, key, &value);
  snprintf(to, room, "%.*s", (int)value.len, value.len ? value.s : "");
  stralloc_free(&value);
  return found && *to;
}

static void note_refusal(void *data, int64_t time, struct log_reader *line) {
  struct refusals *r = data;
  struct refused now = {.time = time};
  size_t i = 0;
  bool refused = logs_is(line, RL201E_relay_refused);
  if ((!refused && !logs_is(line, SM107I_message_accepted)) || !text_of(line, "ip", now.ip, sizeof now.ip))
    return;
  text_of(line, "from", now.from, sizeof now.from);
  text_of(line, "to", now.to, sizeof now.to);
  text_of(line, "pop", now.pop, sizeof now.pop);
  while (i < r->n && strcmp(r->last[i].ip, now.ip))
    i++;
  if (i == NAMES_MAX)
    return;
  r->n += i == r->n;
  r->last[i] = now;
  if (!refused)
    *r->last[i].pop = 0;         /* since then it has sent */
}

static void note_login(void *data, int64_t time, struct log_reader *line) {
  struct refusals *r = data;
  char ip[IP_TEXT];
  size_t i = 0;
  if (!logs_is(line, AU001I_login) || !text_of(line, "ip", ip, sizeof ip))
    return;
  while (i < r->logins && strcmp(r->login[i].ip, ip))
    i++;
  if (i == PEERS_MAX)
    return;
  r->logins += i == r->logins;
  snprintf(r->login[i].ip, IP_TEXT, "%s", ip);
  r->login[i].time = time;
}

static int64_t login_of(const struct refusals *r, const char *ip) {
  for (size_t i = 0; i < r->logins; i++)
    if (!strcmp(r->login[i].ip, ip))
      return r->login[i].time;
  return 0;
}

static void judge_refusal(struct probe *p, const struct refusals *r, const struct refused *f, const char *rule, enum message_id fault) {
  int64_t login = login_of(r, f->ip);
  bool listed = !strcmp(rule, "RL006I");
  if (strcmp(f->pop, rule) || (!listed && (!login || login > f->time)))
    return;
  if (listed)
    probe_find(p, CHECK_FAIL, fault, "ip=%s from=%s to=%s rule=%s seconds_ago=%lld", f->ip, f->from, f->to, rule, (long long)(p->now - f->time));
  else
    probe_find(p, CHECK_FAIL, fault, "ip=%s from=%s to=%s rule=%s seconds_ago=%lld login_before=%lld limit=%ld", f->ip, f->from, f->to, rule,
               (long long)(p->now - f->time), (long long)(f->time - login), conf_number(p->conf, SET_pop_before_smtp_time));
}

static void look_at_refusals(struct probe *p, const char *rule, enum message_id fault) {
  static struct refusals r;
  if (logs_since("log/smtp", p->now - HOUR, note_refusal, &r) || logs_since("log/pop3", p->now - DAY, note_login, &r)) {
    probe_unreadable(p, "log/smtp");
    return;
  }
  for (size_t i = 0; i < r.n; i++)
    judge_refusal(p, &r, &r.last[i], rule, fault);
  probe_good(p, "path=log/smtp minutes=60 clients=%zu logins=%zu", r.n, r.logins);
}

void probe_refused_expired(struct probe *p) { look_at_refusals(p, "RL005I", DC231E_mark_expired); }
void probe_refused_auth(struct probe *p) { look_at_refusals(p, "RL007I", DC232E_pop_void_by_auth); }
void probe_refused_off(struct probe *p) { look_at_refusals(p, "RL008I", DC233E_pop_off); }
void probe_refused_listed(struct probe *p) { look_at_refusals(p, "RL006I", DC234E_listed_foreign_sender); }

/* --- Q10 --- */

void probe_pop(struct probe *p) {
  struct bytes setting = conf_text(p->conf, SET_pop_before_smtp);
  bool in_force = relay_pop_in_force(p->conf), auth = conf_number(p->conf, SET_smtp_auth);
  const char *why = in_force ? "in_force" : auth ? "void_because_of_smtp_auth" : "switched_off";
  probe_good(p, "pop_before_smtp=%.*s smtp_auth=%s state=%s seconds=%ld", (int)setting.n, setting.s, auth ? "on" : "off", why, conf_number(p->conf, SET_pop_before_smtp_time));
}
