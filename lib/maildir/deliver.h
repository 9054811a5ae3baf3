/* deliver: one message's copy in one Maildir, in the steps of doc/queue.md, "Local delivery".
 *
 *   deliver_open     BOX/wiz98.tmp and BOX/new; a mailbox that is missing is made, durably
 *   deliver_stage    BOX/wiz98.tmp/STAGED written
 *   deliver_settle   STAGED and its folder are on the disk
 *   deliver_publish  renamed into BOX/new under its final name
 *   deliver_sync     BOX/new is on the disk
 *
 * STAGED ("ID.NUMBER") is the same at each attempt, so that recovery finds it; the final name is made from what is staged
 * (TIME.qID_NUMBER.HOST,S=size,W=size with CRLF), so nothing has to be remembered.
 * Functions return 0, or -1 with errno and what could not be used in `fault`. */
#ifndef MAILDIR_DELIVER_H
#define MAILDIR_DELIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/sa.h"
#include "header/header.h"

enum { DELIVER_BLOCK = 65536, DELIVER_STAGED_MAX = 56 };

struct deliver_source {         /* the message; its descriptor is shared with others: pread only */
  int fd;
  uint64_t body, size;          /* where it begins in the file, its bytes */
  size_t head_size;             /* what of it is in HEAD: all, or the first DELIVER_BLOCK bytes */
  char head[DELIVER_BLOCK];
  struct header_scan header;    /* of HEAD: our own Delivered-To stand at the top, so that is enough to find a loop */
};

struct delivery {
  const char *box;              /* path below the home */
  char staged[DELIVER_STAGED_MAX];
  int staging, inbox, file;     /* descriptors, -1: not open */
  uint64_t size, lines;         /* of what is staged */
  stralloc name;                /* the final name, set by deliver_publish; 0-terminated */
  const char *fault;            /* "wiz98.tmp", "new", "" (the mailbox), or NULL: the message itself could not be read */
};

int deliver_source_open(struct deliver_source *src, int fd, uint64_t body, uint64_t size);
void deliver_source_close(struct deliver_source *src);

void deliver_init(struct delivery *d, const char *box);   /* before all others; staged is "" */
void deliver_free(struct delivery *d);
int deliver_open(struct delivery *d);
/* EEXIST: something is staged already; deliver_discard it. */
int deliver_stage(struct delivery *d, const struct deliver_source *src, const stralloc *prefix);
/* The same in a file that has no name, for a delivery that nobody takes up again after a crash. */
int deliver_stage_nameless(struct delivery *d, const struct deliver_source *src, const stralloc *prefix);
int deliver_settle(struct delivery *d);
int deliver_discard(struct delivery *d);
/* For recovery: 1 STAGED is there (size and lines are set), 0 it is not. */
int deliver_find(struct delivery *d);
int deliver_publish(struct delivery *d, int64_t now, const char *unique, struct bytes host);
int deliver_sync(struct delivery *d);

#endif
