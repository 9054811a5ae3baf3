/* transcript: what happened at the last attempts to deliver a message, as text in state/transcripts/ID:
 *
 *                                      an empty line before each attempt
 *   attempt 1764000000 example.net 0-2,5     Unix time, destination, the recipients by their numbers in the message
 *   12 dns lookup took=12 name=example.net type=MX result=found text="10 mx.example.net"
 *   90 greeting reply code=220 text="mx.example.net ESMTP"
 *                                      an event a line (event.h): AT STAGE KIND, then keys with values escaped as in the log
 *
 * What a peer says is bounded here: an event's text by LOG_VALUE_MAX, an attempt and a file by the constants below.  A reader passes
 * over what it does not understand, so a torn or foreign line costs that line. */
#ifndef TRANSCRIPT_TRANSCRIPT_H
#define TRANSCRIPT_TRANSCRIPT_H

#include "queue/queue.h"
#include "transcript/event.h"

enum {
  TRANSCRIPT_ATTEMPT_MAX = 16384,   /* bytes of an attempt's events */
  TRANSCRIPT_END_ROOM = 4096,       /* … of which so many are for how it ended */
  TRANSCRIPT_ATTEMPTS_MAX = 20,     /* attempts kept, the last ones */
  TRANSCRIPT_FILE_MAX = 131072,     /* … within so many bytes */
};

/* --- collecting one attempt --- */
struct transcript {
  stralloc text;                    /* its events, a line each */
  size_t skipped;                   /* events since the last line that had no room */
};
void transcript_begin(struct transcript *t);                          /* empty again; its memory is kept */
event_listener transcript_listen;                                     /* ARG is the struct transcript */
struct bytes transcript_end(struct transcript *t);                    /* the text, good until the next call */
void transcript_free(struct transcript *t);

/* --- the file --- */
void transcript_path(stralloc *path, const char *id);                 /* emptied first; "state/transcripts/ID" */
/* Whether EVENTS, which a worker handed over, are lines of events and nothing else. */
bool transcript_is_sound(struct bytes events);
/* An attempt with its head, appended.  RCPT: COUNT numbers, rising. */
void transcript_put_attempt(stralloc *out, int64_t time, const char *destination, const unsigned short *rcpt, size_t count, struct bytes events);
/* The attempts at the end of FILE that may stay when one of SIZE bytes is added. */
struct bytes transcript_keep(struct bytes file, size_t size);

/* --- reading --- */
struct transcript_attempt {
  int64_t time;
  struct bytes destination, rcpt, events;
};
bool transcript_next(struct bytes *file, struct transcript_attempt *a);          /* the oldest first; false: no more */
bool transcript_is_about(const struct transcript_attempt *a, unsigned rcpt);
/* The next event of A->events; its slices point into SCRATCH or A and are good until the next call. */
bool transcript_event(struct transcript_attempt *a, struct event *e, stralloc *scratch);
/* The last attempt for recipient RCPT in FILE: for a bounce.  False: there is none. */
bool transcript_last(struct bytes file, unsigned rcpt, struct transcript_attempt *a);
/* The server that A tried last, "mx.example.net [192.0.2.1]", appended; nothing where it came to none. */
void transcript_host(stralloc *out, const struct transcript_attempt *a);

/* --- showing --- */
/* A's events (event_text), behind INDENT, and behind each connection how long its stages took. */
void transcript_write(stralloc *out, const struct transcript_attempt *a, const char *indent, enum language lang);
void transcript_write_json(stralloc *out, const struct transcript_attempt *a);   /* "events":[…],"ms":{STAGE:…}: members of an object */

#endif
