#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/sa.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/report.h"

/* What failed without a word of the peer, in ours: "connect mx.example.jp [192.0.2.1]: Connection timed out". */
static void put_own_words(stralloc *out, const struct failure *f, const char *host, const char *ip) {
  static const char *const words[] = {
    [FAILURE_CLOSED] = "the other server closed the connection",
    [FAILURE_PROTOCOL] = "no SMTP reply",
    [FAILURE_DOMAIN] = "this cannot be a domain",
    [FAILURE_NXDOMAIN] = "no such domain",
    [FAILURE_NO_ADDRESS] = "no mail server with an address",
    [FAILURE_NULL_MX] = "the domain takes no mail (null MX)",
    [FAILURE_SERVFAIL] = "the DNS servers failed",
    [FAILURE_DNS_TIMEOUT] = "no answer from the DNS",
    [FAILURE_LOOP] = "the domain's mail server is this server itself; add the domain to conf/domains if it is ours",
    [FAILURE_ADDRESS] = "the address cannot be written into a command",
    [FAILURE_TOO_BIG] = "larger than the other server allows",
    [FAILURE_NO_SMTPUTF8] = "the other server does not support SMTPUTF8",
    [FAILURE_BARE_CR] = "the message holds a CR or NUL byte",
    [FAILURE_FILE] = "the message could not be read",
    [FAILURE_TLS_MISSING] = "STARTTLS is not offered",
    [FAILURE_TLS_INJECTED] = "data in the clear behind the answer to STARTTLS",
    [FAILURE_TLS_HANDSHAKE] = "no TLS",
    [FAILURE_TLS_NAME] = "the certificate has another name",
    [FAILURE_TLS_EXPIRED] = "the certificate has expired",
    [FAILURE_TLS_NOT_YET] = "the certificate is not valid yet",
    [FAILURE_TLS_SELF_SIGNED] = "nobody vouches for the certificate",
    [FAILURE_TLS_ISSUER] = "the certificate's issuer is not trusted",
    [FAILURE_TLS_CERTIFICATE] = "the certificate is refused",
    [FAILURE_AUTH_UNVERIFIED] = "the connection is not verified, so the password was not said",
    [FAILURE_AUTH_MISSING] = "no way to log in that both sides know",
    [FAILURE_TOKEN_MISSING] = "no token",
    [FAILURE_TOKEN_EXPIRED] = "the token has expired",
    [FAILURE_CREDENTIALS] = "the credentials could not be read",
  };
  sa_cats(out, stage_name(f->stage));
  if (*host)
    sa_catf(out, " %s", host);
  if (*ip)
    sa_catf(out, " [%s]", ip);
  sa_cats(out, ": ");
  sa_cats(out, f->kind == FAILURE_ERRNO ? strerror(f->error) : words[f->kind]);
  if (f->kind == FAILURE_FILE)
    sa_catf(out, ": %s", strerror(f->error));
  if ((f->kind == FAILURE_PROTOCOL || f->kind >= FAILURE_TLS_MISSING) && f->text.n) {
    sa_cats(out, ": ");
    sa_catb(out, f->text.s, f->text.n);
  }
}

static void put_words(stralloc *out, const struct failure *f, const char *host, const char *ip) {
  out->len = 0;
  if (failure_is_reply(f))
    sa_catb(out, f->text.s, f->text.n);
  else
    put_own_words(out, f, host, ip);
}

/* Whether the destination as a whole, and not this message or recipient, is in trouble. */
static bool concerns_all(const struct failure *f) {
  return (f->stage >= STAGE_DNS && f->stage <= STAGE_AUTH) || (failure_is_reply(f) && f->code == 421);
}

/* Of the attempt's time what went by before the message could be offered: DNS, connections, greeting, TLS, login. */
static long long connect_ms(const struct attempt *a, int64_t ms) { return (long long)(a->r->ready_ms >= 0 && a->r->ready_ms < ms ? a->r->ready_ms : ms); }

static void say_delivered(struct attempt *a, const struct client_rcpt *to, const struct remote_outcome *o) {
  const struct client_envelope *e = &a->m->env;
  int64_t ms = clock_ms() - a->begun;
  report(SC101I_delivered, "from=%.*s to=%.*s original=%.*s host=%s ip=%s size=%llu tls=%s reply=%.*s connect_ms=%lld ms=%lld",
         (int)e->sender.n, e->sender.s, (int)to->addr.n, to->addr.s, (int)to->original.n, to->original.s,
         a->r->host, a->r->ip, (unsigned long long)e->size, remote_tls_words(a->r), (int)o->reply.len, o->reply.s, connect_ms(a, ms), (long long)ms);
  remote_tell(a->r, (struct event){.kind = EVENT_RESULT, .name = to->addr, .state = 'd'});
}

static void say_failed(struct attempt *a, const struct client_rcpt *to, const struct remote_outcome *o, const struct failure *f, const char *host,
                       const char *ip) {
  const struct client_envelope *e = &a->m->env;
  int64_t ms = clock_ms() - a->begun;
  report(cause_name(o->cause)->id, "state=%s from=%.*s to=%.*s original=%.*s host=%s ip=%s size=%llu stage=%s cause=%s reply=%.*s "
         "connect_ms=%lld ms=%lld",
         o->state == 'f' ? "failed" : "tried", (int)e->sender.n, e->sender.s, (int)to->addr.n, to->addr.s, (int)to->original.n, to->original.s,
         *host ? host : NULL, *ip ? ip : NULL,
         (unsigned long long)e->size, stage_name(f->stage), cause_class_name(o->cause), (int)o->reply.len, o->reply.s,
         connect_ms(a, ms), (long long)ms);
}

/* In a rehearsal a recipient has results at several hosts: the first one counts, as in a delivery. */
static struct remote_outcome *outcome_of(struct attempt *a, size_t i) {
  static struct remote_outcome later;
  if (!a->outcome[i].state)
    return &a->outcome[i];
  later.reply.len = 0;
  return &later;
}

/* F with what the tables of providers and the operator's rows look at. */
struct verdict remote_judge(const struct attempt *a, const struct failure *f) {
  struct failure known = *f;
  known.mx = bytes_str(f == &a->failure ? a->host : a->r->host);
  if (!a->r->conf || !conf_get(a->r->conf, 'y', bytes_str(""), &known.rows))
    known.rows = bytes_str("");
  return classify(&known);
}

static void fail_one(struct attempt *a, size_t i, const struct failure *f, bool permanent, const char *host, const char *ip) {
  struct remote_outcome *o = outcome_of(a, i);
  bool stale = remote_is_stale(a, f, ip);
  o->cause = stale ? CAUSE_DNS_STALE : remote_judge(a, f).cause;
  o->state = permanent && !stale ? 'f' : 't';   /* it waits until the resolver has forgotten */
  o->whole_destination = stale || (!permanent && concerns_all(f));
  put_words(&o->reply, f, host, ip);
  say_failed(a, &a->m->env.rcpt[i], o, f, host, ip);
  remote_tell(a->r, (struct event){.kind = EVENT_RESULT, .stage = f->stage, .name = a->m->env.rcpt[i].addr, .state = o->state,
                                   .result = bytes_str(cause_name(o->cause)->name), .text = bytes_sa(&o->reply)});
}

void remote_result(struct attempt *a, const struct client_result *result) {
  struct remote_outcome *o = outcome_of(a, result->rcpt);
  const struct failure *f = &result->failure;
  if (!result->accepted) {
    fail_one(a, result->rcpt, f, remote_judge(a, f).permanent, a->r->host, a->r->ip);
    return;
  }
  o->state = 'd';
  sa_copyb(&o->reply, f->text.s, f->text.n);
  say_delivered(a, &a->m->env.rcpt[result->rcpt], o);
}

void remote_settle(struct attempt *a) {
  bool permanent = remote_judge(a, &a->failure).permanent && !a->temporary;
  for (size_t i = 0; i < a->m->env.count; i++)
    if (!a->outcome[i].state) {
      a->m->env.rcpt[i].done = true;
      fail_one(a, i, &a->failure, permanent, a->host, a->ip);
    }
}

/* An address family that this machine does not have says nothing about the destination. */
static bool no_way(const struct failure *f) { return f->kind == FAILURE_ERRNO && classify(f).cause == CAUSE_NO_ROUTE; }

void remote_say_skipped(struct attempt *a) {
  report(SC201W_host_failed, "host=%s ip=%s stage=%s cause=%s reply=%.*s", a->r->host, a->r->ip, stage_name(a->last_stage),
         cause_class_name(a->last.cause), (int)a->last_words.len, a->last_words.s);
}

void remote_note_failure(struct attempt *a, const struct failure *f) {
  bool first = a->failure.kind == FAILURE_NONE;
  a->last = remote_judge(a, f);
  a->last_stage = f->stage;
  put_words(&a->last_words, f, a->r->host, a->r->ip);
  remote_tell(a->r, (struct event){.kind = EVENT_FAILURE, .stage = f->stage, .host = bytes_str(a->r->host), .ip = bytes_str(a->r->ip),
                                   .result = bytes_str(cause_name(a->last.cause)->name), .text = bytes_sa(&a->last_words)});
  if (!no_way(f))
    a->temporary = a->temporary || !remote_judge(a, f).permanent;
  if (!first && (f->stage < a->failure.stage || no_way(f)))
    return;
  a->failure = *f;
  sa_copyb(&a->words, f->text.s, f->text.n);
  sa_copyb(&a->status, f->status.s, f->status.n);
  a->failure.text = bytes_sa(&a->words);
  a->failure.status = bytes_sa(&a->status);
  snprintf(a->host, sizeof a->host, "%s", a->r->host);
  snprintf(a->ip, sizeof a->ip, "%s", a->r->ip);
}
