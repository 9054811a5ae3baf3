/* story: what the log has to say of a message, joined: the lines of all programs about it become what happened when, what
 * became of each recipient, where the time went.  What no line tells is "not known", never guessed.
 *
 * A log may be large: it is read more than once and little of it is kept.  Each line is offered to story_pick (which
 * messages does the question mean?), then again to story_collect (their lines), then to story_collect_session (what was
 * said in their conversations before they had a queue ID).  story_tell makes the stories. */
#ifndef STORY_H
#define STORY_H

#include "base/bytes.h"
#include "base/sa.h"
#include "catalogue/catalogue.h"
#include "queue/queue.h"

enum { STORY_SID_MAX = 32, STORY_LINES_MAX = 200000, STORY_LIMIT_MAX = 1000 };

/* --- a line, read --- */
#define STORY_FIELDS(F)                                                                                                      \
  F(program) F(sid) F(qid) F(from) F(to) F(original) F(domain) F(host) F(ip) F(helo) F(user) F(tls) F(mid) F(size) F(recipients) \
  F(state) F(stage) F(cause) F(reply) F(ms) F(connect_ms) F(path) F(reason) F(errno) F(bounce) F(done) F(bounced) F(seconds) F(wish) \
  F(count) F(rcpt) F(fetched) F(removed)
#define STORY_FIELD(name) STORY_##name,
enum story_field { STORY_FIELDS(STORY_FIELD) STORY_FIELD_COUNT };

struct story_line {
  int64_t ns;                        /* since 1970; of a line without a stamp that of the line before */
  bool stamped;
  size_t order;                      /* in which it was read */
  struct bytes text;                 /* without stamp and newline */
};
struct story_fields {
  unsigned level;
  struct bytes id;
  struct bytes raw[STORY_FIELD_COUNT];   /* as in the line (log_unescape); s is NULL where the field is missing */
};
bool story_read(struct story_fields *f, struct bytes text);    /* false: not a line of ours */
struct bytes story_sid(const struct story_fields *f);          /* of the conversation that a message came in by; else "" */
enum story_state { STORY_UNKNOWN, STORY_WAITING, STORY_DELIVERED, STORY_FAILED, STORY_REFUSED, STORY_REMOVED };
enum story_state story_says(const struct story_fields *f, enum message_id id);   /* of the delivery to its recipient; UNKNOWN: it speaks of none */

/* --- the question, and which messages it means --- */
struct story_key {
  char id[QUEUE_ID_MAX];             /* of a message: a bounce counts to the message that it tells of */
  char sid[STORY_SID_MAX];           /* of a conversation: where no message came of it; else of the message, "" unknown */
  int64_t ns;                        /* the newest line that matched */
  bool open;                         /* a conversation: the message that is accepted next is the one that was spoken of */
};
struct story_search {
  struct bytes wanted;               /* a queue ID, session ID, Message-ID, address, host, IP address */
  int64_t since, until;              /* Unix time; 0: no bound */
  size_t limit;                      /* messages, 1 to STORY_LIMIT_MAX: the newest */
  /* what was found */
  struct story_key *key;
  size_t count, room;
  bool more;                         /* than LIMIT */
  int64_t first_ns;                  /* the oldest stamp of the log; 0: none */
  /* what was collected */
  struct story_line *line;
  size_t lines, lines_room, lost;    /* LOST: lines beyond STORY_LINES_MAX */
  int64_t last_ns;                   /* of the line before */
  size_t order;
  stralloc scratch;
};
void story_pick(struct story_search *s, struct bytes line);               /* LINE with its stamp and newline */
void story_collect(struct story_search *s, struct bytes line);
void story_collect_session(struct story_search *s, struct bytes line);
bool story_matches(struct story_search *s, const struct story_fields *f);    /* whether a line answers the question */
void story_search_free(struct story_search *s);

/* --- the stories --- */
struct story_rcpt {
  stralloc addr, original;           /* ORIGINAL: as addressed, where an alias led here */
  bool ours_to_do;                   /* a delivery was tried: not only an address that was said at RCPT */
  enum story_state state;
  enum message_id id;                /* the last line's: its sentence says why */
  stralloc host, ip, path, reply, cause, stage;
  unsigned attempts;
  int64_t connect_ms, send_ms;       /* of all attempts together */
  bool connect_known;                /* each attempt's line said it */
  int64_t ns;                        /* the last line */
  bool told;                         /* a bounce was written */
  int64_t fetched_ns, removed_ns;    /* by POP3, the last time; 0: no line says so */
  stralloc fetched_ip;               /* who did */
};

struct story_bounce {
  char id[QUEUE_ID_MAX];
  enum message_id kind;              /* BO001I, BO002I, BO004I */
};

enum story_place { STORY_NOT_LOOKED, STORY_IN_QUEUE, STORY_NOT_IN_QUEUE, STORY_UNSEEN };

struct story {
  char id[QUEUE_ID_MAX], sid[STORY_SID_MAX];   /* id "": a conversation of which no message came */
  bool matched;                      /* one of its lines answers the question */
  bool begun;                        /* how it came in is known */
  bool local;                        /* from a program of this machine */
  bool refused;                      /* as a whole, when its content had come */
  enum message_id refusal;
  stralloc from, mid, ip, host, helo, user, tls;
  bool has_from;
  uint64_t size;
  int64_t begin_ns, receive_ms;      /* accepted; what the client took from DATA to that */
  int64_t first_ns, last_ns;
  bool left;                         /* the queue, as its line says */
  bool set_aside;                    /* damaged */
  int64_t left_ns, seconds;          /* seconds in the queue */
  uint64_t done, bounced;
  stralloc wish;                     /* the operator's last: "remove", "bounce", "hold" … */
  struct story_rcpt *rcpt;
  size_t rcpts;
  struct story_bounce *bounce;
  size_t bounces;
  struct story_line *line;           /* its lines, in order of time */
  size_t lines;
  /* filled by whoever can look into the spool */
  enum story_place place;
  stralloc queue;                    /* IN_QUEUE: what queue-list says, in the form asked for */
};

struct stories {
  struct story *story;               /* the newest first; a message's bounces behind it */
  size_t count;
};
void story_tell(struct stories *out, struct story_search *s);      /* the lines stay S' */
void stories_free(struct stories *st);

/* What the whole came to. */
enum story_state story_outcome(const struct story *s);

/* --- for people and programs --- */
struct story_view {
  enum language lang;
  unsigned level;                                     /* lines above it are not shown */
  void (*when)(stralloc *out, int64_t unix_time);     /* "2026-11-24 12:50:19" */
  void (*when_json)(stralloc *out, int64_t unix_time, uint32_t nanoseconds);
  int64_t log_begins;                                 /* Unix time of the oldest line; 0: not known */
};
void story_text(stralloc *out, const struct story *s, const struct story_view *v);
void story_short(stralloc *out, const struct story *s, const struct story_view *v);   /* one line */
void story_json(stralloc *out, const struct story *s, const struct story_view *v);    /* one object, one line */

#endif
