#include "auth/auth.h"
#include "recv/part.h"
#include "sys/report.h"

#define SLICE(b) (int)(b).n, (b).s

/* --- SERVER_AUTH --- */

static enum message_id ask(struct recv *r, enum message_id *why) {
  const struct auth_question q = {
      .kind = "check", .ip = bytes_str(r->peer->ip), .user = bytes_sa(&r->smtp.sasl.user), .pass = bytes_sa(&r->smtp.sasl.pass),
      .unread = bytes_str(""), .in = -1, .out = -1, .socket = r->peer->socket};
  int channel;
  r->user.len = 0;
  *why = auth_ask(&q, &channel, &r->user);
  if (*why == AU001I_login && r->user.len)
    return SM113I_authenticated;
  r->user.len = 0;
  switch (*why) {
  case AU201W_login_refused: return SM325W_auth_refused;
  case AU214W_address_refused: return SM334W_auth_address_refused;
  default: return SM326E_auth_unavailable;
  }
}

void recv_auth(struct recv *r) {
  enum message_id why, id = ask(r, &why);
  struct bytes user = bytes_sa(id == SM113I_authenticated ? &r->user : &r->smtp.sasl.user);
  r->client.user = bytes_sa(&r->user);
  report(id, "ip=%s host=%s user=%.*s tls=%s why=%s", r->peer->ip, host_of(r), SLICE(user), r->tls.on ? r->tls.version : "no", message_of(why)->id);
  smtp_server_answer(&r->smtp, id, bytes_str(""));
}

/* --- what a user may send --- */

/* The first refusal of an hour and user is for the error log; the others only follow from it. */
static enum message_id over(struct recv *r, enum message_id id, bool first, struct bytes to) {
  struct bytes from = bytes_sa(&r->smtp.mail.sender);
  if (first)
    report(id, "ip=%s user=%.*s from=%.*s messages=%u recipients=%u", r->peer->ip, SLICE(r->client.user), SLICE(from), r->sent.messages, r->sent.recipients);
  report(SM128I_user_limit_refused, "ip=%s user=%.*s from=%.*s to=%.*s reply=%s", r->peer->ip, SLICE(r->client.user), SLICE(from), SLICE(to), message_of(id)->id);
  return id;
}

static bool is_over(uint64_t n, long limit) { return limit && n > (uint64_t)limit; }

static bool first_of_hour(struct recv *r, enum sent_told what) { return sent_tell(bytes_sa(&r->user), what); }

static enum message_id message_limit(struct recv *r) {
  if (is_over((uint64_t)r->sent.messages + 1, conf_number(r->conf, SET_user_messages_per_hour)))
    return over(r, SM329E_user_messages_per_hour, first_of_hour(r, SENT_TOLD_MESSAGES), bytes_str(""));
  return SM104I_sender_accepted;
}

enum message_id recv_recipients(struct recv *r, struct bytes to) {
  uint64_t n = (uint64_t)r->sent.recipients + r->smtp.accepted + 1;
  if (r->user.len && is_over(n, conf_number(r->conf, SET_user_recipients_per_hour)))
    return over(r, SM330E_user_recipients_per_hour, first_of_hour(r, SENT_TOLD_RECIPIENTS), to);
  return SM105I_recipient_accepted;
}

/* Looked at once more under the lock: the same user may send through many connections at once. */
enum message_id recv_take(struct recv *r) {
  const struct sent max = {
      .messages = (unsigned)conf_number(r->conf, SET_user_messages_per_hour), .recipients = (unsigned)conf_number(r->conf, SET_user_recipients_per_hour)};
  if (!r->user.len)
    return SM106I_send_data;
  switch (sent_take(&r->sent, bytes_sa(&r->user), r->smtp.accepted, &max)) {
  case SENT_MESSAGES: return over(r, SM329E_user_messages_per_hour, first_of_hour(r, SENT_TOLD_MESSAGES), bytes_str(""));
  case SENT_RECIPIENTS: return over(r, SM330E_user_recipients_per_hour, first_of_hour(r, SENT_TOLD_RECIPIENTS), bytes_str(""));
  case SENT_WITHIN: break;
  }
  return SM106I_send_data;
}

/* --- SERVER_MAIL --- */

void recv_mail(struct recv *r) {
  enum message_id id = SM104I_sender_accepted;
  struct bytes from = bytes_sa(&r->smtp.mail.sender);
  if (!relay_may_send_as(r->conf, &r->client, from)) {
    id = SM328E_sender_not_own;
    report(id, "ip=%s host=%s user=%.*s from=%.*s", r->peer->ip, host_of(r), SLICE(r->client.user), SLICE(from));
  } else if (r->user.len) {
    sent_read(&r->sent, bytes_sa(&r->user));
    id = message_limit(r);
  }
  smtp_server_answer(&r->smtp, id, bytes_str(""));
}
