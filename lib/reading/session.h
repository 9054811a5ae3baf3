/* session: a POP3 conversation about one mailbox; what its source files share. */
#ifndef READING_SESSION_H
#define READING_SESSION_H

#include "io/conn.h"
#include "maildir/read.h"
#include "pop3/pop3.h"

enum { READING_PIECE = 65536 };

struct reading_fate {
  bool retrieved, removed;
};

struct reading_session {
  struct pop3_box engine;
  struct maildir_box box;
  struct pop3_message *messages;
  struct reading_fate *fate;   /* of each message */
  const char *user, *path;
  size_t retrieved_count, deleted_count;
  uint64_t sent;
  stralloc piece;
  struct conn conn;          /* from here on nothing is cleared */
  char buffer[READING_PIECE];
};

/* Answers POP3_SEND.  False: the conversation cannot go on. */
bool reading_send(struct reading_session *s, const struct pop3_event *ev);

#endif
