#include "rehearse/rehearse.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "addr/addr.h"
#include "base/json.h"
#include "control/mark.h"
#include "local/local.h"
#include "rehearse/standing.h"
#include "remote/remote.h"
#include "sys/fd.h"
#include "sys/report.h"

struct step {                   /* one address to be gone through: one that was given, or where its alias leads */
  struct doctor_finding finding;
  stralloc evidence, via;
  bool remote, by_mx;           /* by_mx: of others, and not by a route of ours */
  struct standing_peer peer;
};

struct run {
  const struct rehearsal *r;
  struct step *step;
  size_t count;
  struct step *now;             /* under way */
  struct doctor_finding *finding;
};

/* --- telling --- */

static void print(stralloc *out) {
  fd_write_all(1, out->s, out->len);
  stralloc_free(out);
}

static void say_heading(const struct run *run) {
  const struct doctor_finding *f = &run->now->finding;
  stralloc out = {0};
  if (run->r->json) {
    json_open(&out, '{');
    json_member(&out, "event", bytes_str("begin"));
    json_member(&out, "address", f->addr);
    json_close(&out, '}');
  } else
    doctor_put_address(&out, f);
  sa_catc(&out, '\n');
  print(&out);
}

static void say_finding(const struct run *run) {
  stralloc out = {0};
  (run->r->json ? doctor_put_finding_json : doctor_put_finding)(&out, &run->now->finding, run->r->lang);
  print(&out);
}

static void say_event(const struct run *run, const struct event *e) {
  stralloc out = {0}, zone = {0};
  struct event shown = *e;
  if (e->zone) {                  /* the event has it in English */
    zone_text(&zone, e->zone, run->r->lang);
    shown.text = bytes_sa(&zone);
  }
  if (run->r->json) {
    event_json(&out, &shown);
    sa_catc(&out, '\n');
  } else
    event_text(&out, &shown, "  ", run->r->lang);
  stralloc_free(&zone);
  if (out.len)
    print(&out);
}

/* --- findings --- */

static void find(struct step *s, enum doctor_state state, enum cause cause, enum message_id id, struct bytes evidence) {
  s->finding.remark = id;
  s->finding.state = state;
  s->finding.cause = cause;
  sa_copyb(&s->evidence, evidence.s, evidence.n);
  s->finding.evidence = bytes_sa(&s->evidence);
}

/* The first remark stays; what fails has none. */
static void remark(struct step *s, enum message_id id, struct bytes evidence) {
  if (s->finding.remark)
    return;
  s->finding.remark = id;
  sa_copyb(&s->evidence, evidence.s, evidence.n);
}

/* An address family that this machine has not is nothing to be remarked. */
static bool is_lack_of_family(const struct event *e) { return e->stage == STAGE_CONNECT && bytes_eq(e->result, bytes_str(cause_name(CAUSE_NO_ROUTE)->name)); }

static void listen(void *arg, const struct event *e) {
  struct run *run = arg;
  struct ip ip;
  say_event(run, e);
  if (e->kind == EVENT_CONNECTED && ip_parse(&ip, e->ip)) {
    run->now->peer.met[ip.v6] = true;
    run->now->peer.ip[ip.v6] = ip;
  }
  if (e->kind == EVENT_FAILURE && !is_lack_of_family(e))
    remark(run->now, DR206W_host_failed, e->text);
  else if (e->kind == EVENT_CLEAR)
    remark(run->now, DR208W_in_the_clear, e->text);
  else if (e->kind == EVENT_ZONE && ((e->zone && zone_delegation_differs(e->zone)) || bytes_eq(e->result, bytes_str("stale"))))
    remark(run->now, DR207W_dns_differs, e->text);
}

/* --- addresses of others --- */

static void conclude(struct step *s, const struct remote_outcome *o) {
  if (o->state != 'd')
    find(s, o->state == 'f' ? DOCTOR_FAILED : DOCTOR_DELAYED, o->cause, 0, bytes_sa(&o->reply));
  else if (s->finding.remark)
    find(s, DOCTOR_WARN, CAUSE_NONE, s->finding.remark, bytes_sa(&s->evidence));
  else
    find(s, DOCTOR_WELL, CAUSE_NONE, 0, bytes_sa(&o->reply));
}

static void ask_remote(struct run *run, struct step *s) {
  static struct remote remote;
  struct bytes whole = s->finding.via.n ? s->finding.via : s->finding.addr;
  struct addr a;
  enum message_id why;
  struct route route;
  struct client_rcpt rcpt = {.addr = whole, .orcpt = {"", 0}};
  struct remote_outcome outcome = {0};
  struct remote_message m = {.fd = -1, .env = {.sender = run->r->from, .size = run->r->size, .envid = {"", 0}, .rcpt = &rcpt, .count = 1}, .smtputf8 = true};
  char destination[ROUTE_DESTINATION_MAX];
  stralloc domain = {0};
  addr_parse(&a, whole, &why);
  sa_catf(&domain, a.literal ? "[%.*s]" : "%.*s", (int)a.domain.n, a.domain.s);
  route_find(run->r->conf, bytes_sa(&domain), &route);
  route_destination(run->r->conf, bytes_sa(&domain), destination);
  s->by_mx = !route.fixed;
  remote.conf = run->r->conf;
  remote.rehearsal = true;
  remote.listener = listen;
  remote.listener_arg = run;
  int level = report_level;
  report_level = -1;            /* all of it is told by the events */
  remote_deliver(&remote, destination, &route, &m, &outcome);
  report_level = level;
  conclude(s, &outcome);
  stralloc_free(&outcome.reply);
  stralloc_free(&domain);
}

/* --- our own --- */

static struct step *add_step(struct run *run, struct bytes given, bool own) {
  struct step *grown = reallocarray(run->step, run->count + 1, sizeof *grown);
  if (!grown)
    out_of_memory();
  run->step = grown;
  run->step[run->count] = (struct step){.finding = {.addr = given, .own = own, .via = {"", 0}, .evidence = {"", 0}}};
  return &run->step[run->count++];
}

/* A mailbox that is not there yet is made by the first message. */
static void look_at_mailbox(struct step *s, struct local_target *t) {
  struct stat st;
  if (mark_is_full(sa_cstr(&t->addr)))
    find(s, DOCTOR_DELAYED, CAUSE_MAILBOX_FULL, SM302E_mailbox_full, bytes_sa(&t->box));
  else if (!stat(sa_cstr(&t->box), &st) && !S_ISDIR(st.st_mode))
    find(s, DOCTOR_DELAYED, CAUSE_MAILBOX_DISABLED, LD101E_mailbox_failed, bytes_sa(&t->box));
  else
    find(s, DOCTOR_WELL, CAUSE_NONE, 0, bytes_sa(&t->box));
}

static void add_target(struct run *run, struct bytes given, struct local_target *t) {
  struct step *s = add_step(run, given, t->local);
  if (!bytes_ieq(given, bytes_sa(&t->addr))) {
    sa_copy(&s->via, &t->addr);
    s->finding.via = bytes_sa(&s->via);
  }
  s->remote = !t->local;
  if (t->local)
    look_at_mailbox(s, t);
}

static void refuse(struct run *run, struct bytes given, enum local_result why) {
  struct step *s = add_step(run, given, true);
  if (why == LOCAL_UNKNOWN)
    find(s, DOCTOR_FAILED, CAUSE_USER_UNKNOWN, SM301E_user_unknown, bytes_of("", 0));
  else
    find(s, DOCTOR_FAILED, CAUSE_LOOP_HERE, SM307E_alias_loop, bytes_of("", 0));
}

/* Whom ADDR reaches is decided here, before anybody is asked. */
static void resolve(struct run *run, struct bytes given) {
  struct local_targets list = {0};
  struct addr a;
  enum message_id why;
  bool bare = !memchr(given.s, '@', given.n);
  if (!bare && !addr_parse(&a, given, &why)) {
    find(add_step(run, given, false), DOCTOR_FAILED, why == SM536W_address_domain ? CAUSE_DOMAIN_SYNTAX : CAUSE_ADDRESS_SYNTAX, why, bytes_of("", 0));
    return;
  }
  enum local_result result = local_resolve(run->r->conf, given, &list);
  for (size_t i = 0; i < list.count; i++)
    add_target(run, given, &list.t[i]);
  if (result == LOCAL_FOREIGN)
    add_step(run, given, false)->remote = true;
  else if (result != LOCAL_OURS)
    refuse(run, given, result);
  local_targets_free(&list);
}

/* --- all of them --- */

static void go_through(struct run *run) {
  for (size_t i = 0; i < run->count; i++) {
    run->now = &run->step[i];
    say_heading(run);
    if (run->now->remote)
      ask_remote(run, run->now);
    say_finding(run);
  }
}

static int conclude_all(struct run *run) {
  stralloc out = {0};
  enum doctor_state worst = DOCTOR_WELL;
  struct doctor_finding *f = calloc(run->count, sizeof *f);
  if (!f)
    out_of_memory();
  for (size_t i = 0; i < run->count; i++) {
    f[i] = run->step[i].finding;
    f[i].own = f[i].own || f[i].cause == CAUSE_LOOP_HERE;   /* it leads to ourselves */
    worst = f[i].state > worst ? f[i].state : worst;
  }
  if (run->count > 1) {
    (run->r->json ? doctor_put_pattern_json : doctor_put_pattern)(&out, f, run->count, run->r->lang);
    print(&out);
  }
  free(f);
  return worst == DOCTOR_WELL ? 0 : worst == DOCTOR_FAILED ? 2 : 1;
}

/* --- and we, as they see us --- */

static void look_at_ourselves(const struct run *run) {
  struct standing s = {.conf = run->r->conf, .from = run->r->from, .json = run->r->json, .lang = run->r->lang};
  struct standing_peer *peer = calloc(run->count, sizeof *peer);
  size_t n = 0;
  if (!peer)
    out_of_memory();
  for (size_t i = 0; i < run->count; i++)
    if (run->step[i].by_mx) {
      peer[n] = run->step[i].peer;
      peer[n].address = run->step[i].finding.via.n ? run->step[i].finding.via : run->step[i].finding.addr;
      peer[n++].cause = run->step[i].finding.cause;
    }
  standing_after(&s, peer, n);
  standing_free(&s);
  free(peer);
}

static void free_steps(struct run *run) {
  for (size_t i = 0; i < run->count; i++) {
    stralloc_free(&run->step[i].evidence);
    stralloc_free(&run->step[i].via);
  }
  free(run->step);
}

int rehearse(const struct rehearsal *r, char **addr, size_t count) {
  struct run run = {.r = r};
  for (size_t i = 0; i < count; i++)
    resolve(&run, bytes_str(addr[i]));
  if (r->confine)
    r->confine();
  go_through(&run);
  int code = conclude_all(&run);
  look_at_ourselves(&run);
  free_steps(&run);
  return code;
}
