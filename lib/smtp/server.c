#include "smtp/server_part.h"

static void put_reply(stralloc *out, enum message_id id, const char *status, struct bytes detail) {
  const struct message *m = message_of(id);
  sa_catu(out, m->reply);
  sa_catc(out, ' ');
  if (*status)
    sa_cats(out, status), sa_catc(out, ' ');
  sa_cats(out, m->text);
  if (detail.n)
    sa_catc(out, ' '), sa_catb(out, detail.s, detail.n);
  if (message_is_refusal(id))
    sa_catf(out, " (%s)", m->id);
  sa_cats(out, "\r\n");
}

void smtp_reply(stralloc *out, enum message_id id, struct bytes detail) {
  put_reply(out, id, message_of(id)->status, detail);
}

static void tell(struct smtp_server *s, enum smtp_server_event e) { s->events |= 1u << e; }

/* Faults of an address have the code of a recipient in the catalogue; a sender's has its own (RFC 3463 X.1.7). */
void server_refuse_gently(struct smtp_server *s, enum message_id id) {
  const char *status = message_of(id)->status;
  bool sender = !s->has_mail && !strcmp(status, "5.1.3");
  put_reply(&s->out, id, sender ? "5.1.7" : status, bytes_str(""));
  s->id = id;
  tell(s, SERVER_REFUSED);
}

void server_refuse(struct smtp_server *s, enum message_id id) {
  s->errors++;
  server_refuse_gently(s, id);
}

void server_close(struct smtp_server *s, enum message_id id) {
  s->close_id = id;
  s->phase = PHASE_CLOSED;
}

void server_ask(struct smtp_server *s, enum smtp_server_event question) {
  s->question = question;
  tell(s, question);
}

void server_clear_mail(struct smtp_mail *m) {
  m->sender.len = m->envid.len = 0;
  m->size = 0;
  m->ret = 0;
  m->eightbit = m->smtputf8 = false;
}

void server_forget(struct smtp_server *s) {
  if (s->has_mail)
    tell(s, SERVER_FORGET);
  server_clear_mail(&s->mail);
  s->has_mail = false;
  s->accepted = 0;
}

void smtp_server_init(struct smtp_server *s, const struct smtp_server_limits *limits) {
  *s = (struct smtp_server){.limits = *limits, .question = SERVER_FEED};
  if (limits->auth || limits->auth_after_tls)
    sa_need(&s->line, SERVER_LINE_MAX + 1);     /* at once: growing would leave copies of passwords behind */
  sa_cats(&s->out, "220 ");
  sa_catb(&s->out, limits->hostname.s, limits->hostname.n);
  sa_catf(&s->out, " %s\r\n", message_of(SM101I_greeting)->text);
}

void smtp_server_free(struct smtp_server *s) {
  stralloc *const owned[] = {&s->out, &s->mail.sender, &s->mail.envid, &s->helo, &s->line, &s->decoded};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    stralloc_free(owned[i]);
  sasl_free(&s->sasl);
  data_free(&s->data);
}

void smtp_server_feed(struct smtp_server *s, struct bytes in) { s->in = in; }

static enum message_id fault_id(enum data_fault f) {
  static const enum message_id ids[] = {
      [DATA_BARE_LF] = SM310E_data_bare_lf, [DATA_BARE_CR] = SM311E_data_bare_cr, [DATA_NUL] = SM312E_data_nul,
      [DATA_TOO_LARGE] = SM308E_message_too_large, [DATA_TOO_MANY_HOPS] = SM309E_too_many_hops,
  };
  return ids[f];
}

/* The message has ended, with a fault: RFC 5321 4.1.1.4 clears the buffers all the same.  One with faulty line ends ends
 * the conversation: what follows may not be what the client believes to have sent. */
static void end_faulty(struct smtp_server *s) {
  enum data_fault f = s->data.fault;
  server_forget(s);
  server_refuse_gently(s, fault_id(f));
  tell(s, SERVER_DROP);
  s->shown = bytes_str("DATA");
  s->phase = PHASE_COMMAND;
  if (f <= DATA_NUL)
    server_close(s, fault_id(f));
}

static void end_message(struct smtp_server *s) {
  s->skip_lf = s->data.ended_by_cr;
  if (s->data.fault)
    end_faulty(s);
  else
    server_ask(s, SERVER_END);
}

static void decode(struct smtp_server *s) {
  s->decoded.len = 0;
  size_t used = data_feed(&s->data, s->in, &s->decoded);
  s->in = bytes_of(s->in.s + used, s->in.n - used);
  s->chunk = bytes_sa(&s->decoded);
  if (s->chunk.n)
    tell(s, SERVER_DATA);
  if (data_ended(&s->data))
    end_message(s);
}

static bool told_next(struct smtp_server *s, enum smtp_server_event *e) {
  static const enum smtp_server_event order[] = {
      SERVER_COMMAND, SERVER_DATA, SERVER_DROP, SERVER_REFUSED, SERVER_FORGET, SERVER_MAIL, SERVER_RCPT, SERVER_BEGIN,
      SERVER_END, SERVER_AUTH, SERVER_TLS,
  };
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    if (s->events & 1u << order[i]) {
      s->events &= ~(1u << order[i]);
      *e = order[i];
      return true;
    }
  return false;
}

/* True: the client has used up our patience. */
static bool fed_up(struct smtp_server *s) {
  uint64_t beyond_max = (uint64_t)SERVER_BEYOND * s->limits.recipients_max;
  bool errors = s->errors > s->limits.errors_max, logins = s->logins >= SERVER_LOGINS_MAX;
  if (!errors && !logins && s->refused <= s->limits.recipients_max && s->beyond <= beyond_max)
    return false;
  enum message_id id = logins ? SM327W_too_many_logins : errors ? SM313E_too_many_errors : SM314E_too_many_refused;
  server_refuse_gently(s, id);
  server_close(s, id);
  return true;
}

/* False: more input is needed. */
static bool command(struct smtp_server *s) {
  if (s->phase == PHASE_AUTH) {
    s->line_ready = false;
    server_auth_response(s);
    return true;
  }
  if (!s->told) {
    server_find_verb(s);
    s->told = true;
    if (s->limits.tell) {
      tell(s, SERVER_COMMAND);
      return true;
    }
  }
  if (server_lacks_lf(s))
    return false;
  s->told = s->line_ready = false;
  server_obey(s);
  return true;
}

static bool advance(struct smtp_server *s) {
  if (s->phase == PHASE_DATA) {
    if (!s->in.n)
      return false;
    decode(s);
  } else if (!fed_up(s)) {
    if (!server_take_line(s))
      return s->phase == PHASE_CLOSED;
    return command(s);
  }
  return true;
}

enum smtp_server_event smtp_server_next(struct smtp_server *s) {
  enum smtp_server_event e;
  for (;;) {
    if (told_next(s, &e))
      return e;
    if (s->question != SERVER_FEED)
      return s->question;
    if (s->phase == PHASE_HANDSHAKE)
      return SERVER_HANDSHAKE;
    if (s->phase == PHASE_CLOSED) {
      s->id = s->close_id;
      return SERVER_CLOSE;
    }
    if (!advance(s))
      return SERVER_FEED;
  }
}

static void answer_mail(struct smtp_server *s, enum message_id id) {
  s->has_mail = !message_is_refusal(id);
  s->refused += message_of(id)->reply >= 500;
  if (!s->has_mail)
    server_clear_mail(&s->mail);
}

static void answer_rcpt(struct smtp_server *s, enum message_id id) {
  s->accepted += !message_is_refusal(id);
  s->refused += message_of(id)->reply >= 500;
}

static void answer_begin(struct smtp_server *s, enum message_id id) {
  if (message_is_refusal(id))
    return;               /* the transaction stays as it was: the client may try DATA again */
  s->phase = PHASE_DATA;
  data_free(&s->data);
  data_init(&s->data, s->limits.lenient, s->limits.size_max, s->limits.hops_max);
  if (s->skip_lf)
    s->data.state = DATA_CR;
  s->skip_lf = false;
}

static void answer_end(struct smtp_server *s, enum message_id id) {
  s->phase = PHASE_COMMAND;
  s->messages += !message_is_refusal(id);
  s->beyond = 0;
  server_forget(s);
}

static void answer_tls(struct smtp_server *s, enum message_id id) {
  if (!message_is_refusal(id))
    s->phase = PHASE_HANDSHAKE;
  else if (id == SM320E_data_before_tls)
    server_close(s, id);
}

void smtp_server_answer(struct smtp_server *s, enum message_id id, struct bytes detail) {
  enum smtp_server_event question = s->question;
  s->question = SERVER_FEED;
  smtp_reply(&s->out, id, detail);
  switch (question) {
  case SERVER_MAIL: answer_mail(s, id); break;
  case SERVER_RCPT: answer_rcpt(s, id); break;
  case SERVER_BEGIN: answer_begin(s, id); break;
  case SERVER_END: answer_end(s, id); break;
  case SERVER_AUTH: server_answer_auth(s, id); break;
  case SERVER_TLS: answer_tls(s, id); break;
  default: break;
  }
}

void smtp_server_secured(struct smtp_server *s, const struct smtp_server_limits *limits) {
  server_forget(s);
  s->limits = *limits;
  s->phase = PHASE_COMMAND;
  s->in = bytes_str("");
  s->helo.len = s->line.len = 0;
  s->in_line = s->skip_lf = s->esmtp = s->authenticated = false;
  s->tls = true;
}

bool smtp_server_in_data(const struct smtp_server *s) { return s->phase == PHASE_DATA; }
bool smtp_server_is_impatient(const struct smtp_server *s) { return smtp_server_in_data(s) && data_is_spoilt(&s->data); }

void smtp_server_end(struct smtp_server *s, enum message_id id) {
  if (s->phase == PHASE_CLOSED)
    return;
  if (smtp_server_is_impatient(s))
    id = fault_id(s->data.fault);
  if (s->phase == PHASE_DATA)
    tell(s, SERVER_DROP);
  s->question = SERVER_FEED;
  s->shown = bytes_str("");
  server_forget(s);
  server_refuse_gently(s, id);
  server_close(s, id);
}
