#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/sa.h"
#include "remote/remote_private.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

enum { CHUNK = 32768 };

static long patience_s(const struct remote *r) {
  return conf_number(r->conf, r->client.stage == STAGE_BODY ? SET_remote_data_timeout : SET_remote_command_timeout);
}

/* A reply must be there as a whole in its time: single bytes do not prolong it. */
static void begin_wait(struct remote *r) {
  int64_t end = clock_ms() + patience_s(r) * 1000;
  r->conn.deadline = r->client.stage == STAGE_BODY || end < r->commands_end ? end : r->commands_end;
}

/* What the peer said before it closed its side is worth reading even where our own words no longer arrive. */
static ssize_t fill(struct conn *c) {
  ssize_t n = conn_fill(c);
  if (n >= 0 || !c->pending || errno == ETIMEDOUT)
    return n;
  c->pending = 0;
  return conn_fill(c);
}

static void receive(struct remote *r) {
  size_t used;
  bool refused = r->client.tls_refused;
  bool waits = r->client.reply_given || !r->client.reply.bytes;   /* for a new reply */
  if (waits)
    begin_wait(r);
  if (!conn_unread(&r->conn).n) {
    ssize_t n = fill(&r->conn);
    if (n <= 0) {
      client_lost(&r->client, n ? errno : 0);
      return;
    }
  }
  client_feed(&r->client, conn_unread(&r->conn), &used);
  conn_consume(&r->conn, used);
  if (r->client.reply_given)
    remote_tell(r, (struct event){.kind = EVENT_REPLY, .code = r->client.reply.code, .text = bytes_sa(&r->client.reply.text)});
  if (r->client.tls_refused && !refused)
    remote_tell_text(r, EVENT_CLEAR, bytes_str("STARTTLS was refused"), 0);
}

static void send_commands(struct remote *r) {
  if (r->client.shown) {
    remote_tell_text(r, EVENT_COMMAND, bytes_str(r->client.shown), 0);
    r->secret = true;
  } else {
    remote_forget(r);
    remote_tell_commands(r, bytes_sa(&r->client.out));
  }
  begin_wait(r);
  conn_put(&r->conn, bytes_sa(&r->client.out));
}

/* Sent as it is read; a reply that comes before the end (the peer's disk is full, it found a virus) ends it early. */
static bool send_chunks(struct remote *r, const struct remote_message *m, enum failure_kind *why) {
  static char raw[CHUNK];
  stralloc out = {0};
  struct encoder e = {0};
  bool ok = true;
  uint64_t done = 0;
  while (ok && done < m->size) {
    size_t n = m->size - done < CHUNK ? (size_t)(m->size - done) : CHUNK;
    out.len = 0;
    if (fd_pread_all(m->fd, raw, n, (off_t)(m->at + done)))
      *why = FAILURE_FILE, ok = false;
    else if (!encode_bytes(&e, bytes_of(raw, n), &out))
      *why = FAILURE_BARE_CR, ok = false;
    else if (done + n < m->size) {
      conn_put(&r->conn, bytes_sa(&out));
      ok = !conn_flush(&r->conn) && remote_is_alive(r);
      out.len = 0;
    }
    done += n;
  }
  if (ok) {   /* the end goes with the last piece: one more packet would wait for the peer's acknowledgement */
    encode_end(&e, &out);
    conn_put(&r->conn, bytes_sa(&out));
    ok = !conn_flush(&r->conn);
  }
  stralloc_free(&out);
  return ok;
}

static void send_body(struct remote *r, const struct remote_message *m) {
  enum failure_kind why = FAILURE_NONE;
  int64_t begun = clock_ms();
  r->conn.timeout_ms = REMOTE_BLOCK_MS;
  r->conn.deadline = begun + patience_s(r) * 1000 + (int64_t)(m->size / REMOTE_SLOWEST) * 1000;
  bool sent = send_chunks(r, m, &why);
  r->conn.timeout_ms = REMOTE_COMMANDS_MS;
  if (why != FAILURE_NONE)
    client_failed(&r->client, why, errno);
  else if (sent) {
    remote_tell(r, (struct event){.kind = EVENT_MESSAGE, .size = m->env.size, .took = clock_ms() - begun});
    client_body_sent(&r->client);
  } else
    client_body_cut(&r->client);
}

static void hang_up(struct remote *r) {
  remote_tell_text(r, EVENT_CLOSED, bytes_of("", 0), 0);
  remote_forget(r);
  close(r->conn.in);
  client_free(&r->client);
  r->open = false;
}

static enum client_tls wanted(const struct attempt *a) {
  enum route_tls level = a->r->security.level;
  if (a->in_the_clear || level == ROUTE_TLS_NONE)
    return CLIENT_TLS_NONE;
  return level == ROUTE_TLS_MAY ? CLIENT_TLS_MAY : CLIENT_TLS_REQUIRED;
}

/* The level counts as well: what held by chance today is no promise. */
static bool is_verified(const struct remote *r) {
  return r->tls.version[0] && r->tls.fault == FAILURE_NONE && r->security.level == ROUTE_TLS_VERIFY;
}

bool remote_open(struct attempt *a, int fd) {
  struct remote *r = a->r;
  bool smtps = r->security.smtps;
  r->tls = (struct tls_peer){.plain = -1};
  conn_init(&r->conn, fd, fd, REMOTE_COMMANDS_MS);
  if (smtps)
    remote_stage(r, STAGE_TLS);
  if (smtps && !remote_secure(r)) {
    struct failure f = {.kind = r->tls.fault, .stage = STAGE_TLS, .status = {"", 0}, .text = bytes_str(r->tls.reason)};
    remote_note_failure(a, &f);
    close(fd);
    return false;
  }
  r->commands_end = clock_ms() + REMOTE_COMMANDS_MS;
  client_init(&r->client, &(struct client_options){.helo = remote_own_name(r), .tls = wanted(a), .secured = smtps, .verified = smtps && is_verified(r), .auth = *r->security.credentials, .rehearsal = r->rehearsal});
  r->open = true;
  return true;
}

static void shake_hands(struct remote *r) {
  if (remote_secure(r))
    client_secured(&r->client, is_verified(r));
  else
    client_failed_because(&r->client, r->tls.fault, bytes_str(r->tls.reason));
}

/* Where TLS may be done without, a handshake that failed is no reason to keep the message.  A peer that dislikes ours often
 * just closes; one that put bytes in between is not given another chance. */
static bool falls_back(const struct attempt *a) {
  const struct failure *f = &a->r->client.failure;
  bool handshake = f->kind == FAILURE_CLOSED || f->kind == FAILURE_ERRNO || (f->kind >= FAILURE_TLS_HANDSHAKE && f->kind <= FAILURE_TLS_CERTIFICATE);
  return wanted(a) == CLIENT_TLS_MAY && !a->r->security.smtps && f->stage == STAGE_TLS && handshake;
}

static void end(struct attempt *a) {
  struct remote *r = a->r;
  if (falls_back(a)) {
    const char *reason = *r->tls.reason ? r->tls.reason : "the other server closed the connection";
    remote_tell_text(r, EVENT_CLEAR, bytes_str(reason), 0);
    a->in_the_clear = true;
  } else if (r->client.failure.kind != FAILURE_NONE && !r->client.stale)
    remote_note_failure(a, &r->client.failure);
  hang_up(r);
}

bool remote_is_alive(const struct remote *r) {
  struct pollfd p = {.fd = r->conn.in, .events = POLLIN};
  return !conn_unread(&r->conn).n && poll(&p, 1, 0) == 0;   /* anything that comes unasked is a farewell */
}

void remote_talk(struct attempt *a) {
  struct remote *r = a->r;
  for (;;) {
    enum client_event next = client_next(&r->client);
    remote_stage(r, next == CLIENT_READY || next == CLIENT_CLOSED ? STAGE_LOCAL : r->client.stage);
    switch (next) {
    case CLIENT_SEND: send_commands(r); break;
    case CLIENT_FEED: receive(r); break;
    case CLIENT_BODY: send_body(r, a->m); break;
    case CLIENT_TLS: shake_hands(r); break;
    case CLIENT_AUTH: remote_authenticate(r); break;
    case CLIENT_RESULT: remote_result(a, &r->client.result); break;
    case CLIENT_READY: return;
    case CLIENT_CLOSED: end(a); return;
    }
  }
}

void remote_close(struct remote *r) {
  if (!r->open)
    return;
  client_quit(&r->client);
  if (client_next(&r->client) == CLIENT_SEND) {
    remote_tell_commands(r, bytes_sa(&r->client.out));
    r->conn.deadline = clock_ms() + REMOTE_QUIT_MS;
    conn_put(&r->conn, bytes_sa(&r->client.out));
    conn_flush(&r->conn);
  }
  hang_up(r);
}
