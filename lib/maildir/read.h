/* read: a Maildir as one reader sees it: listed once by the names of its files, without opening them.
 *
 * Nothing is moved by opening a box.  Two readers of one box, or a reader beside an IMAP server, need no lock: a message
 * that the other one moved (new/ to cur/, new flags) is found again, one that it removed is ENOENT.
 *
 * A name is BASE or BASE:2,FLAGS; BASE is "TIME.…", with ",S=BYTES" and ",W=BYTES with CRLF line ends" where the deliverer
 * knew them.  Order is by TIME, then BASE. */
#ifndef MAILDIR_READ_H
#define MAILDIR_READ_H

#include <stdbool.h>

#include "base/bytes.h"

enum { MAILDIR_MESSAGES_MAX = 1000000, MAILDIR_UID_MAX = 70 };

struct maildir_message {
  const char *name;         /* below new/ or cur/, 0-terminated */
  struct bytes base;        /* of the name, before ':' */
  struct bytes uid;         /* BASE, or where that is no UID of RFC 1939 7 (longer than 70, odd bytes) a hash of it */
  uint64_t time, size;      /* size: with CRLF line ends */
  bool cur;                 /* in cur/, else in new/ */
  char *moved;              /* holds NAME where the message was found again under another one */
};

struct maildir_box {
  int dir, sub[2];          /* the Maildir, new/, cur/; -1 where it does not exist */
  struct maildir_message *m;
  size_t count;
  stralloc arena;           /* holds the names */
};

/* PATH is below the home; only its first component may be a symbolic link.  A box that does not exist yet is empty.
 * 0, or -1 with errno (close it in any case). */
int maildir_open(struct maildir_box *b, const char *path);
void maildir_close(struct maildir_box *b);

/* The message's file, to read; -1 with errno: ENOENT another reader removed it, ELOOP or EINVAL it is no regular file. */
int maildir_message_open(struct maildir_box *b, size_t i, uint64_t *bytes);
int maildir_message_remove(struct maildir_box *b, size_t i);  /* 0 also where it is gone already; else -1 with errno */
int maildir_message_seen(struct maildir_box *b, size_t i);    /* moves it from new/ to cur/ with flag S; 0, or -1 with errno */

/* --- names (pure) --- */
struct bytes maildir_name_base(struct bytes name);
uint64_t maildir_name_time(struct bytes base);
bool maildir_name_size(struct bytes base, uint64_t *size);    /* ,W= or else ,S= */
bool maildir_name_is_uid(struct bytes base);                  /* 1 to 70 bytes in 0x21 to 0x7e */
struct bytes maildir_name_qid(struct bytes base);             /* TIME.qID.NUMBER.…: the message's queue ID; else empty */
void maildir_name_uid(stralloc *out, struct bytes base);      /* appends such bytes: BASE itself, or a hash of it */

#endif
