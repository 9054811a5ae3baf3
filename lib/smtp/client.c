#include "smtp/client.h"

#include <errno.h>
#include <stdlib.h>

#include "base/sa.h"
#include "smtp/client_private.h"

void client_init(struct client *c, const struct client_options *o) {
  *c = (struct client){.options = *o, .phase = PHASE_GREETING, .stage = STAGE_GREETING, .secured = o->secured, .verified = o->verified};
}

void client_free(struct client *c) {
  client_wipe(c);
  stralloc_free(&c->answer[0]);
  stralloc_free(&c->answer[1]);
  stralloc_free(&c->detail);
  stralloc_free(&c->out);
  stralloc_free(&c->words);
  reply_free(&c->reply);
  free(c->round);
  free(c->state);
}

void client_begin(struct client *c, struct client_envelope *env) {
  c->env = env;
  c->cursor = 0;
  if (c->phase == PHASE_IDLE)
    c->stage = STAGE_MAIL;
}

static bool settles(const struct client *c, size_t i) {
  return c->settle == SETTLE_ONE   ? i == c->cursor
         : c->settle == SETTLE_OK  ? c->state[i] == RCPT_OK
                                   : c->state[i] != RCPT_REPORTED;
}

static bool next_result(struct client *c) {
  for (; c->settle && c->cursor < c->round_count; c->cursor++) {
    if (!settles(c, c->cursor))
      continue;
    size_t rcpt = c->round[c->cursor];
    c->state[c->cursor] = RCPT_REPORTED;
    c->env->rcpt[rcpt].done = true;
    c->result = (struct client_result){rcpt, c->settle_accepted, c->settle_failure};
    if (c->settle == SETTLE_ONE)
      c->settle = SETTLE_NONE;
    return true;
  }
  c->settle = SETTLE_NONE;
  return false;
}

static bool next_local_failure(struct client *c) {
  for (; c->cursor < c->env->count; c->cursor++) {
    struct client_rcpt *r = &c->env->rcpt[c->cursor];
    enum failure_kind kind = r->done ? FAILURE_NONE : client_local_failure(c, r);
    if (kind == FAILURE_NONE)
      continue;
    r->done = true;
    c->result = (struct client_result){c->cursor, false, client_failure(c, kind, 0)};
    c->result.failure.stage = STAGE_LOCAL;
    return true;
  }
  return false;
}

static bool is_open(const struct client_envelope *e) {
  for (size_t i = 0; e && i < e->count; i++)
    if (!e->rcpt[i].done)
      return true;
  return false;
}

static void start_round(struct client *c) {
  size_t n = c->env->count, limit = c->ext.rcpt_max && c->ext.rcpt_max < n ? (size_t)c->ext.rcpt_max : n;
  size_t *round = reallocarray(c->round, n, sizeof *round);
  if (!round)
    out_of_memory();
  c->round = round;
  unsigned char *state = realloc(c->state, n);
  if (!state)
    out_of_memory();
  c->state = state;
  c->round_count = c->accepted = c->sent = c->replied = 0;
  for (size_t i = 0; i < n && c->round_count < limit; i++)
    if (!c->env->rcpt[i].done) {
      c->state[c->round_count] = RCPT_ASKED;
      c->round[c->round_count++] = i;
    }
  c->lead = c->transactions++ > 0;
  c->aborted = false;
  c->phase = PHASE_ENVELOPE;
}

static bool may_send(const struct client *c) {
  size_t waiting = c->sent - c->replied;
  if (c->aborted || c->sent > step_data(c))
    return false;
  if (c->sent == step_data(c) && !waiting && !c->accepted)
    return false;
  return c->ext.pipelining && !c->options.no_pipelining ? waiting < CLIENT_PIPELINE_MAX : !waiting;
}

static enum stage step_stage(const struct client *c) {
  return c->replied <= step_mail(c) ? STAGE_MAIL : c->replied < step_data(c) || c->options.rehearsal ? STAGE_RCPT : STAGE_DATA;
}

/* False: every command is answered and none is to follow. */
static bool put_steps(struct client *c) {
  while (may_send(c))
    client_put_step(c, c->sent++);
  c->stage = step_stage(c);
  return c->sent > c->replied;
}

static enum client_event give_out(struct client *c) {
  c->out_given = c->out.len > 0;
  return c->out_given ? CLIENT_SEND : CLIENT_FEED;
}

static enum client_event next_idle(struct client *c) {
  if (c->phase == PHASE_IDLE && is_open(c->env)) {
    c->phase = PHASE_CHECK;
    c->cursor = 0;
  }
  if (c->phase == PHASE_CHECK && next_local_failure(c))
    return CLIENT_RESULT;
  if (c->phase == PHASE_CHECK && is_open(c->env)) {
    start_round(c);
    return client_next(c);
  }
  c->phase = PHASE_IDLE;
  c->env = NULL;
  return CLIENT_READY;
}

enum client_event client_next(struct client *c) {
  if (c->out_given)
    c->out.len = 0;
  c->out_given = false;
  if (!c->out.len)
    c->shown = NULL;
  if (next_result(c))
    return CLIENT_RESULT;
  switch (c->phase) {
  case PHASE_IDLE:
  case PHASE_CHECK: return next_idle(c);
  case PHASE_BODY: return c->body_cut ? CLIENT_FEED : CLIENT_BODY;
  case PHASE_HANDSHAKE: return CLIENT_TLS;
  case PHASE_LOGIN: return CLIENT_AUTH;
  case PHASE_CLOSED: return CLIENT_CLOSED;
  case PHASE_ENVELOPE:
    if (put_steps(c))
      return give_out(c);
    c->phase = PHASE_IDLE;
    return next_idle(c);
  default: return give_out(c);
  }
}

void client_feed(struct client *c, struct bytes in, size_t *used) {
  *used = 0;
  if (c->phase == PHASE_CLOSED)
    return;
  if (c->reply_given)
    reply_begin(&c->reply);
  c->reply_given = false;
  enum reply_progress p = reply_feed(&c->reply, in, used);
  if (p == REPLY_MORE)
    return;
  c->reply_given = true;
  client_blank_echo(c);
  if (p == REPLY_BROKEN) {
    c->reply.code = 0;
    client_fail(c, FAILURE_PROTOCOL, 0);
  } else
    client_reply(c);
  if (c->phase == PHASE_HANDSHAKE && *used < in.n) {   /* it would be taken for what comes under TLS */
    *used = in.n;
    client_fail(c, FAILURE_TLS_INJECTED, 0);
  }
}

void client_body_sent(struct client *c) {
  if (c->phase == PHASE_BODY)
    c->phase = PHASE_FINAL;
}

void client_lost(struct client *c, int error) {
  if (c->phase != PHASE_CLOSED)
    client_fail(c, error ? FAILURE_ERRNO : FAILURE_CLOSED, error);
}

void client_body_cut(struct client *c) { c->body_cut = c->phase == PHASE_BODY; }

void client_failed(struct client *c, enum failure_kind why, int error) { client_fail(c, why, error); }

void client_failed_because(struct client *c, enum failure_kind why, struct bytes text) {
  client_fail(c, why, 0);
  if (text.n)
    sa_copyb(&c->words, text.s, text.n);
  c->failure.text = text.n ? bytes_sa(&c->words) : bytes_of("", 0);
}

void client_quit(struct client *c) {
  if (c->phase != PHASE_IDLE)
    return;
  c->env = NULL;
  sa_copys(&c->out, "QUIT\r\n");
  c->phase = PHASE_QUIT;
}
