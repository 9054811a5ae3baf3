#include <errno.h>

#include "header/header.h"
#include "recv/part.h"
#include "sys/clock.h"
#include "sys/report.h"

#define SLICE(b) (int)(b).n, (b).s

static bool is_no_space(int error) { return error == ENOSPC || error == EDQUOT; }

static enum message_id tell_spool(struct recv *r, int error) {
  enum message_id id = is_no_space(error) ? SM303E_space_low : SM304E_spool_failed;
  struct bytes from = bytes_sa(&r->smtp.mail.sender);
  errno = error;
  report_errno(id, "ip=%s from=%.*s path=spool/incoming", r->peer->ip, SLICE(from));
  return id;
}

static void fill_envelope(struct recv *r) {
  struct queue_message *m = &r->message;
  const struct smtp_mail *mail = &r->smtp.mail;
  sa_copy(&m->sender, &mail->sender);
  sa_copy(&m->envid, &mail->envid);
  m->id[0] = 0;
  m->ret = mail->ret;
  m->eightbit = mail->eightbit;
  m->smtputf8 = mail->smtputf8;
  m->client.len = 0;
  sa_catf(&m->client, "ip=%s ", r->peer->ip);
  if (r->user.len)
    sa_cats(&m->client, "user="), sa_cat(&m->client, &r->user), sa_catc(&m->client, ' ');
  sa_cats(&m->client, "helo=");
  sa_cat(&m->client, &r->smtp.helo);
}

/* RFC 3848, RFC 6531 4.3.  Who authenticated is not told: the message goes to strangers, and a user's name is half of
 * what somebody who guesses needs; the log and the queue file (client) have it. */
static void say_with(const struct recv *r, stralloc *with) {
  bool esmtp = r->smtp.esmtp || r->tls.on || r->user.len;
  sa_copys(with, r->message.smtputf8 ? "UTF8SMTP" : esmtp ? "ESMTP" : "SMTP");
  sa_cats(with, r->tls.on ? "S" : "");
  sa_cats(with, r->user.len ? "A" : "");
}

static int write_trace(struct recv *r) {
  stralloc line = {0}, with = {0}, tls = {0};
  say_with(r, &with);
  sa_cats(&tls, r->tls.on ? r->tls.version : "");
  if (r->tls.on)
    sa_catf(&tls, " %s", r->tls.cipher);
  const struct header_trace trace = {
      .helo = bytes_sa(&r->smtp.helo),
      .host = bytes_str(r->peer->host),
      .ip = bytes_str(r->peer->ip),
      .hostname = bytes_sa(&r->hostname),
      .with = bytes_sa(&with),
      .tls = bytes_sa(&tls),
      .qid = bytes_str(r->message.id),
      .rcpt = r->smtp.accepted == 1 ? bytes_sa(&r->to) : bytes_str(""),
      .time = clock_unix(),
  };
  header_received(&line, &trace);
  int result = spool_write(&r->spool, bytes_sa(&line));
  stralloc_free(&line);
  stralloc_free(&with);
  stralloc_free(&tls);
  return result;
}

/* Room for what the client announced, and what must stay free besides. */
static uint64_t space_needed(const struct recv *r) {
  uint64_t reserve = (uint64_t)conf_number(r->conf, SET_free_space_min);
  return r->smtp.mail.size < UINT64_MAX - reserve ? reserve + r->smtp.mail.size : UINT64_MAX;
}

void recv_begin(struct recv *r) {
  enum message_id id = recv_take(r);
  r->mail_started = clock_ms();
  r->write_errno = 0;
  fill_envelope(r);
  recv_complete_begin(r);
  if (message_is_refusal(id))
    ;
  else if (spool_begin(&r->spool, &r->message, space_needed(r)) || write_trace(r)) {
    id = tell_spool(r, errno);
    spool_abandon(&r->spool);
  } else {
    r->spooling = true;
    report_message(r->message.id);
  }
  smtp_server_answer(&r->smtp, id, bytes_str(""));
}

void recv_put(struct recv *r, struct bytes b) {
  if (b.n && !r->write_errno && spool_write(&r->spool, b))
    r->write_errno = errno ? errno : EIO;
}

void recv_data(struct recv *r) {
  recv_tell_data(r->smtp.chunk);
  recv_complete(r, r->smtp.chunk);
}

static void tell_accepted(struct recv *r) {
  stralloc rcpts = {0};
  struct bytes helo = bytes_sa(&r->smtp.helo), from = bytes_sa(&r->message.sender), mid = bytes_sa(r->mid.len ? &r->mid : &r->smtp.data.scan.message_id);
  if (!mid.n)
    mid = bytes_str("-");
  if (r->smtp.data.nuls)
    report(SM126I_nul_dropped, "ip=%s from=%.*s count=%llu", r->peer->ip, SLICE(from), (unsigned long long)r->smtp.data.nuls);
  queue_show_rcpts(&rcpts, &r->message);
  report(SM107I_message_accepted, "ip=%s host=%s helo=%.*s user=%s tls=%s from=%.*s mid=%.*s size=%llu recipients=%zu ms=%lld rcpt=%.*s", r->peer->ip, host_of(r),
         SLICE(helo), r->user.len ? sa_cstr(&r->user) : NULL, r->tls.on ? r->tls.version : NULL, SLICE(from), SLICE(mid), (unsigned long long)r->spool.size, r->message.count, (long long)(clock_ms() - r->mail_started),
         (int)rcpts.len, rcpts.s);
  stralloc_free(&rcpts);
}

void recv_end(struct recv *r) {
  enum message_id id = SM107I_message_accepted;
  r->spool.eightbit |= r->smtp.data.scan.eightbit;
  recv_complete_end(r);
  if (r->write_errno) {
    spool_abandon(&r->spool);
    id = tell_spool(r, r->write_errno);
  } else if (spool_commit(&r->spool))
    id = tell_spool(r, errno);
  else
    tell_accepted(r);
  r->spooling = false;
  smtp_server_answer(&r->smtp, id, bytes_str(id == SM107I_message_accepted ? r->message.id : ""));
}

void recv_drop(struct recv *r) {
  if (r->spooling)
    spool_abandon(&r->spool);
  r->spooling = false;
}

void recv_forget(struct recv *r) {
  queue_message_free(&r->message);
  r->message = (struct queue_message){0};
  report_message(NULL);
}
