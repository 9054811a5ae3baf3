/* remote: delivery to other servers: from a message and its recipients for one destination to a result for each of them.
 * The connection stays open for the next message of the same destination. */
#ifndef REMOTE_H
#define REMOTE_H

#include "conf/conf.h"
#include "io/conn.h"
#include "route/route.h"
#include "smtp/client.h"
#include "smtp/encode.h"
#include "spool/spool.h"
#include "tls/connect.h"
#include "transcript/event.h"
#include "zone/zone.h"

/* RFC 5321 4.5.3.2 asks for patience; these bound it as a whole. */
enum {
  REMOTE_DNS_MS = 2 * 60000,         /* to resolve the hosts of one destination; those left count as silent */
  REMOTE_SEARCH_MS = 5 * 60000,      /* to find a host that takes us: DNS and connections of one message */
  REMOTE_COMMANDS_MS = 60 * 60000,   /* all commands of one conversation with their replies */
  REMOTE_BLOCK_MS = 3 * 60000,       /* a piece of the message to leave (4.5.3.2.5) */
  REMOTE_SLOWEST = 1024,             /* bytes a second below which a message is given up */
  REMOTE_HANDSHAKE_MS = 60000,       /* of TLS; less where the setting remote_command_timeout is */
  REMOTE_QUIT_MS = 2000,
  REMOTE_IDLE_MS = 2000,             /* an open connection waits so long for the next message */
  REMOTE_SESSIONS_MAX = 3,           /* hosts that were talked to for one message */
  REMOTE_ZONE_MS = 10 * 60000,       /* what a zone's own servers said is not asked for again before */
};

struct remote_message {
  int fd;                            /* only pread */
  uint64_t at, size;                 /* where the message stands */
  struct client_envelope env;        /* size, eightbit and utf8_header are filled by remote_deliver */
  bool smtputf8;                     /* asked for when it was accepted */
};

struct remote_outcome {
  char state;                        /* 'd' done, 'f' failed, 't' tried */
  bool whole_destination;
  enum cause cause;                  /* CAUSE_NONE where done */
  stralloc reply;                    /* the peer's words, or ours where it said nothing */
};

struct remote {
  const struct conf *conf;           /* set before each message */
  struct conn conn;
  struct client client;
  bool open;
  char destination[ROUTE_DESTINATION_MAX];   /* for which the connection was made */
  char host[ROUTE_HOST_MAX], ip[IP_TEXT];    /* of the connection, or of the last attempt; "" before the first */
  uint16_t port;
  struct route_security security;    /* of the destination */
  struct tls_peer tls;               /* of the connection; version "" where it is in the clear */
  bool secret;                       /* the connection's buffer held a password */
  stralloc helo;
  int64_t ready_ms;                  /* of the attempt until the peer was ready for the message; -1: it never was */
  int64_t commands_end;
  struct zone_report zone;           /* what the zone of a destination that failed says (remote_zone) */
  char zone_of[ROUTE_DESTINATION_MAX];   /* … of which, "" for none */
  int64_t zone_at;
  bool rehearsal;                    /* each address of each host is gone through as far as RCPT; nothing is sent, nothing logged */
  event_listener *listener;          /* told of everything that happens; NULL: nobody listens */
  void *listener_arg;
  int64_t begun, stage_begun;        /* clock_ms(): of the attempt, of its stage */
  enum stage stage;                  /* under way; STAGE_LOCAL between them */
};

/* A rehearsal needs no file, and env.size is what MAIL says; OUTCOME is what a delivery would come to, the rest is told to
 * the listener.  OUTCOME has M->env.count elements, zeroed; each gets its result and its line in the log. */
void remote_deliver(struct remote *r, const char *destination, const struct route *route, struct remote_message *m, struct remote_outcome *outcome);
void remote_close(struct remote *r);             /* QUIT where a connection is open */
int remote_work(struct remote *r);               /* the worker of queue-run, until that has gone: exit code */
struct bytes remote_own_name(struct remote *r);  /* the setting hostname, or mail. and the first domain */

#endif
