/* queue: one message, one file; its format as pure functions (doc/queue.md has the table of states and the crash
 * argument).  A file is
 *
 *   header     lines "key value", from "wiz98-message 1" to an empty line; addresses escaped as in the log
 *   message    SIZE bytes as received, LF line ends, with our Received in front; no Return-Path, no Delivered-To
 *   log        records, each "\nCHECKSUM TIME RCPT STATE key=value…\n", appended in one write, never changed; whatever
 *              has a wrong checksum is a torn tail and ignored, the next record begins on a line of its own
 *
 * Recipients are numbered from 0 in the header's order; RCPT "-" in a record speaks of the whole message. */
#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/sa.h"

enum { QUEUE_ID_MAX = 40, QUEUE_HEADER_MAX = 1 << 20, QUEUE_RCPT_MAX = 1000, QUEUE_RECORD_MAX = 2000 };

/* An ID is 8 base32 digits of time and 13 of 64 random bits; a bounce has its parent's ID, ".b" and a number, a notice
 * of delay its parent's, ".d" and a number, a notice to the operator, which has no parent message, ".o0".  Made once, never used again, independent of inodes. */
void queue_id_make(char id[QUEUE_ID_MAX], int64_t now, uint64_t random);
void queue_id_child(char id[QUEUE_ID_MAX], const char *parent, char kind, unsigned number);
bool queue_id_valid(struct bytes id);
bool queue_id_parent(char parent[QUEUE_ID_MAX], const char *id);   /* false: it has none */
enum { QUEUE_SHARDS = 32 };
unsigned queue_id_shard(const char *id);                           /* 0 to 31: spool/queue/SHARD (two digits) */

enum rcpt_state {
  RCPT_WAITING,    /* nothing happened yet */
  RCPT_TRIED,      /* temporary failure, again at NEXT */
  RCPT_PLACED,     /* local: staged file durable; rename is next (or has happened); a later "tried" does not undo it */
  RCPT_DONE,       /* delivered, or handed to the next server, or removed by the operator */
  RCPT_FAILED,     /* for good; its bounce is still to be made */
  RCPT_BOUNCED,    /* for good, and the bounce is durable (or none is due) */
};

struct queue_rcpt {
  stralloc addr;          /* local: the user's address; remote: where it goes, as given (case kept) */
  bool local;
  stralloc box;           /* local: mailbox path below the home */
  stralloc original;      /* the address of the envelope that led here (alias, forward), "" if the same */
  stralloc orcpt;         /* RFC 3461 ORCPT as given ("rfc822;a+2Bb@c"), "" */
  unsigned notify;        /* NOTIFY_ bits; 0: not given */
  /* folded from the log: */
  enum rcpt_state state;
  bool noticed;           /* a notice of delay was sent */
  int64_t next;           /* RCPT_TRIED, RCPT_PLACED: next attempt; 0 after "now" */
  unsigned attempts;
  int64_t tried;          /* when the last of them ended */
  stralloc cause, reply;  /* of the last failure: class (classify) and the peer's words */
};

enum { NOTIFY_NEVER = 1, NOTIFY_SUCCESS = 2, NOTIFY_FAILURE = 4, NOTIFY_DELAY = 8 };
enum queue_wish { WISH_NONE, WISH_HOLD, WISH_RELEASE, WISH_NOW, WISH_REMOVE, WISH_BOUNCE };

struct queue_message {
  char id[QUEUE_ID_MAX];
  int64_t received;             /* Unix time */
  uint64_t size;                /* bytes of the message */
  uint64_t body;                /* offset of the message in the file */
  stralloc sender;              /* "" is the null sender */
  bool eightbit, smtputf8;      /* BODY=8BITMIME or the content has 8-bit bytes; SMTPUTF8 asked for */
  char ret;                     /* 'F' full, 'H' headers, 0 not given */
  stralloc envid, client;       /* envid: xtext as given, like orcpt; client: "ip=… helo=… user=…" for the reader */
  struct queue_rcpt *rcpt;
  size_t count;
  /* folded from the log: */
  bool held;
  enum queue_wish wish;         /* the last REMOVE, BOUNCE or NOW that no later record answers */
  int64_t wish_time;
};

void queue_message_free(struct queue_message *m);
struct queue_rcpt *queue_add_rcpt(struct queue_message *m);    /* zeroed, counted */

/* The header with "size" 0; queue_size_text makes the text of fixed width that goes over it at *SIZE_AT before the file
 * has a name: digits, and whether there are 8-bit bytes, which is known at the end only. */
enum { QUEUE_SIZE_DIGITS = 20, QUEUE_SIZE_TEXT = QUEUE_SIZE_DIGITS + 10 };
void queue_write_header(stralloc *out, const struct queue_message *m, size_t *size_at);
void queue_size_text(char text[QUEUE_SIZE_TEXT], uint64_t size, bool eightbit);

/* 1: read, m->body and m->size are set; 0: FILE is a prefix of a header, read more; -1: damaged, *why says how. */
int queue_read_header(struct queue_message *m, struct bytes file, const char **why);
void queue_fold(struct queue_message *m, struct bytes log);    /* the bytes behind the message */

struct queue_record {
  int64_t time;
  int rcpt;                     /* -1: the whole message */
  struct bytes state;           /* tried placed done failed bounced noticed | hold release now remove bounce */
  int64_t next;                 /* tried */
  struct bytes cause, reply;    /* tried, failed; also done (the peer's 250) */
};
void queue_write_record(stralloc *out, const struct queue_record *r);   /* appends; reply is cut to fit */
/* The next whole record of LOG (advanced), for queue-list and readers of the story; false at the end. */
bool queue_next_record(struct bytes *log, struct queue_record *r, stralloc *scratch);

void queue_show_rcpts(stralloc *out, const struct queue_message *m);   /* for the log, see log/rcpts.h */

bool queue_finished(const struct queue_message *m);            /* each recipient is done or bounced */
int64_t queue_next_attempt(const struct queue_message *m);     /* the earliest; 0: now; INT64_MAX: held */

#endif
