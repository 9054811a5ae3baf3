#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "control/generation.h"
#include "listing/listing.h"
#include "spool/names.h"
#include "spool/spool.h"
#include "sys/clock.h"
#include "tracing/tracing.h"

static void take_facts(struct story *s, const struct listing *l, bool json, int fd, bool incoming) {
  struct queue_message m = {0};
  const char *why;
  s->place = spool_read(fd, &m, &why) ? STORY_UNSEEN : STORY_IN_QUEUE;
  if (s->place == STORY_IN_QUEUE)
    (json ? listing_json : listing_text)(&s->queue, l, &m, incoming);
  queue_message_free(&m);
}

/* From incoming a message goes to the queue, never back: so it is looked for there first, and once more at the end. */
static void look_for(struct story *s, const struct listing *l, bool json) {
  static const bool places[] = {true, false};
  stralloc path = {0};
  struct spool_name n;
  s->place = STORY_NOT_IN_QUEUE;
  snprintf(n.id, sizeof n.id, "%s", s->id);
  for (size_t i = 0; i < sizeof places / sizeof *places && s->place == STORY_NOT_IN_QUEUE; i++) {
    n.incoming = places[i];
    int fd = spool_open(&n, O_RDONLY, &path);
    if (fd >= 0) {
      take_facts(s, l, json, fd, !strncmp(path.s, "spool/incoming/", 15));
      close(fd);
    } else if (errno != ENOENT)
      s->place = STORY_UNSEEN;
  }
  stralloc_free(&path);
}

void tracing_look(struct tracing *t, struct stories *st) {
  struct listing l = {.now = clock_unix(), .lang = t->view.lang};
  bool waits = false;
  for (size_t i = 0; i < st->count; i++)
    waits |= *st->story[i].id && !st->story[i].left && !st->story[i].refused;
  if (!waits)
    return;
  l.conf = generation_conf();
  destinations_read(&l.destinations);
  for (size_t i = 0; i < st->count; i++)
    if (*st->story[i].id && !st->story[i].left && !st->story[i].refused)
      look_for(&st->story[i], &l, t->json);
  destinations_free(&l.destinations);
}
