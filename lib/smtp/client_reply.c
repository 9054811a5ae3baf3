#include "base/sa.h"
#include "smtp/client_private.h"

enum { BROKEN_SHOWN = 200 };

static unsigned class_of(const struct client *c) { return c->reply.code / 100; }
static bool is_refusal(const struct client *c) { return class_of(c) == 4 || class_of(c) == 5; }

/* What came instead of a reply, for the log: a web server's error page tells more than "no reply". */
static void put_broken_line(stralloc *out, struct bytes line) {
  for (size_t i = 0; i < line.n && i < BROKEN_SHOWN; i++)
    sa_catc(out, line.s[i] < ' ' || line.s[i] == 0x7f ? '?' : line.s[i]);
}

struct failure client_failure(struct client *c, enum failure_kind kind, int error) {
  struct failure f = {.kind = kind, .stage = c->stage, .error = error, .status = {"", 0}, .text = {"", 0}};
  if (!failure_is_reply(&f) && kind != FAILURE_PROTOCOL)
    return f;
  c->words.len = 0;
  if (c->reply.code)
    reply_words(&c->words, &c->reply);
  else
    put_broken_line(&c->words, bytes_sa(&c->reply.line));
  if (c->detail.len)
    sa_cat(&c->words, &c->detail);
  f.code = c->reply.code;
  f.status = bytes_str(c->reply.status);
  f.text = bytes_sa(&c->words);
  return f;
}

static void settle(struct client *c, int who, bool accepted, struct failure f) {
  c->settle = who;
  c->settle_accepted = accepted;
  c->settle_failure = f;
  if (who != SETTLE_ONE)
    c->cursor = 0;
}

/* Whether the connection was kept from an earlier message and died, or was ended, while nobody used it. */
static bool was_stale(const struct client *c) {
  return c->phase == PHASE_ENVELOPE && c->transactions > 1 && c->replied <= step_mail(c);
}

void client_fail(struct client *c, enum failure_kind kind, int error) {
  c->stale = was_stale(c);
  bool over = c->phase == PHASE_QUIT || (c->phase == PHASE_IDLE && !c->env);
  c->failure = client_failure(c, over ? FAILURE_NONE : kind, error);
  if (c->phase == PHASE_BODY || c->phase == PHASE_FINAL)
    settle(c, SETTLE_OK, false, c->failure);
  c->phase = PHASE_CLOSED;
  client_wipe(c);
}

static void end_round(struct client *c) {
  c->phase = PHASE_IDLE;
  c->out.len = 0;
}

static void on_greeting(struct client *c) {
  if (class_of(c) != 2) {
    client_fail(c, is_refusal(c) ? FAILURE_REPLY : FAILURE_PROTOCOL, 0);
    return;
  }
  client_put_hello(c, "EHLO ");
  c->phase = PHASE_EHLO;
  c->stage = STAGE_EHLO;
}

/* HELO is for servers that do not know EHLO; those that refuse us would refuse it too (RFC 5321 3.2). */
static bool knows_no_ehlo(unsigned code) { return code >= 500 && code <= 504; }

static void on_hello(struct client *c) {
  if (class_of(c) == 2) {
    if (c->phase == PHASE_EHLO)
      client_parse_extensions(&c->ext, bytes_sa(&c->reply.text));
    client_after_hello(c);
  } else if (c->phase == PHASE_EHLO && knows_no_ehlo(c->reply.code)) {
    client_put_hello(c, "HELO ");
    c->phase = PHASE_HELO;
  } else
    client_fail(c, is_refusal(c) ? FAILURE_REPLY : FAILURE_PROTOCOL, 0);
}

static bool contains_too_many(struct bytes text) {
  static const char words[] = "too many";
  for (size_t i = 0; i + sizeof words - 1 <= text.n; i++)
    if (bytes_istarts(bytes_of(text.s + i, text.n - i), bytes_str(words)))
      return true;
  return false;
}

/* RFC 5321 4.5.3.1.10: 452, from old servers 552, where no more recipients fit into one transaction. */
static bool too_many(const struct client *c) {
  return c->accepted && (c->reply.code == 452 || c->reply.code == 552) &&
         (!strcmp(c->reply.status + (*c->reply.status != 0), ".5.3") || contains_too_many(bytes_sa(&c->reply.text)));
}

static void on_rcpt_accepted(struct client *c, size_t k) {
  c->state[k] = RCPT_OK;
  c->accepted++;
  if (c->options.rehearsal) {
    c->cursor = k;
    settle(c, SETTLE_ONE, true, client_failure(c, FAILURE_REPLY, 0));
  }
}

static void on_rcpt(struct client *c, size_t k) {
  if (c->aborted)
    return;
  if (class_of(c) == 2) {
    on_rcpt_accepted(c, k);
  } else if (too_many(c))
    c->state[k] = RCPT_LATER;
  else if (is_refusal(c)) {
    c->cursor = k;
    settle(c, SETTLE_ONE, false, client_failure(c, FAILURE_REPLY, 0));
  } else
    client_fail(c, FAILURE_PROTOCOL, 0);
}

static void on_mail(struct client *c) {
  if (class_of(c) == 2)
    return;
  c->aborted = true;
  if (is_refusal(c))
    settle(c, SETTLE_ALL, false, client_failure(c, FAILURE_REPLY, 0));
  else
    client_fail(c, FAILURE_PROTOCOL, 0);
}

/* RFC 2920 3.1: DATA sent in one group may be taken though no recipient was; then an empty message is sent. */
static void on_data(struct client *c) {
  bool wanted = c->accepted && !c->aborted;
  if (c->options.rehearsal)
    end_round(c);
  else if (c->reply.code == 354) {
    c->phase = wanted ? PHASE_BODY : PHASE_DROP;
    if (!wanted)
      sa_copys(&c->out, ".\r\n");
    c->stage = STAGE_BODY;
  } else if (!is_refusal(c))
    client_fail(c, FAILURE_PROTOCOL, 0);
  else {
    if (wanted)
      settle(c, SETTLE_OK, false, client_failure(c, FAILURE_REPLY, 0));
    end_round(c);
  }
}

static void on_step(struct client *c) {
  size_t step = c->replied;
  if (step < step_mail(c)) {
    if (class_of(c) != 2) {
      client_fail(c, is_refusal(c) ? FAILURE_REPLY : FAILURE_PROTOCOL, 0);
      return;
    }
  } else if (step == step_mail(c))
    on_mail(c);
  else if (step < step_data(c))
    on_rcpt(c, step - step_mail(c) - 1);
  else
    on_data(c);
  c->replied++;
}

static void on_final(struct client *c) {
  if (class_of(c) == 2 || (is_refusal(c) && c->reply.code != 421)) {
    settle(c, SETTLE_OK, class_of(c) == 2, client_failure(c, FAILURE_REPLY, 0));
    end_round(c);
  } else
    client_fail(c, is_refusal(c) ? FAILURE_REPLY : FAILURE_PROTOCOL, 0);
}

void client_reply(struct client *c) {
  if (c->reply.code == 421 && c->phase != PHASE_QUIT) {
    client_fail(c, FAILURE_REPLY, 0);
    return;
  }
  switch (c->phase) {
  case PHASE_GREETING: on_greeting(c); break;
  case PHASE_EHLO:
  case PHASE_HELO: on_hello(c); break;
  case PHASE_STARTTLS: client_on_starttls(c); break;
  case PHASE_AUTH: client_on_auth(c); break;
  case PHASE_ENVELOPE: on_step(c); break;
  case PHASE_FINAL: on_final(c); break;
  case PHASE_DROP: end_round(c); break;
  case PHASE_QUIT: client_fail(c, FAILURE_CLOSED, 0); break;
  case PHASE_BODY:   /* refused before the end: nothing else may follow */
    client_fail(c, is_refusal(c) ? FAILURE_REPLY : FAILURE_PROTOCOL, 0);
    break;
  default: client_fail(c, FAILURE_PROTOCOL, 0);   /* a reply that nothing asked for */
  }
}
