/* A fair queue: each address has one login a round.  Its next login's round is one behind its last one's, or the round
 * that is being served, whichever is later; the lowest round is served first.  So a flood from one address waits behind
 * itself. */
#include <stdio.h>

#include "login/login.h"

static uint64_t next_round(const struct login_queue *q, const char *address) {
  uint64_t round = q->round;
  for (size_t i = 0; i < LOGIN_QUEUE_MAX; i++) {
    const struct login_ticket *t = &q->ticket[i];
    if (t->state != LOGIN_FREE && !strcmp(t->address, address) && t->round >= round)
      round = t->round + 1;
  }
  return round;
}

void login_queue_add(struct login_queue *q, size_t i, const char *address) {
  struct login_ticket *t = &q->ticket[i];
  t->round = next_round(q, address);
  t->order = q->arrivals++;
  snprintf(t->address, sizeof t->address, "%s", address);
  t->state = LOGIN_WAITING;
}

static bool before(const struct login_ticket *a, const struct login_ticket *b) {
  return a->round != b->round ? a->round < b->round : a->order < b->order;
}

int login_queue_pick(struct login_queue *q) {
  int best = -1;
  for (int i = 0; i < LOGIN_QUEUE_MAX; i++)
    if (q->ticket[i].state == LOGIN_WAITING && (best < 0 || before(&q->ticket[i], &q->ticket[best])))
      best = i;
  if (best >= 0) {
    q->ticket[best].state = LOGIN_RUNNING;
    q->round = q->ticket[best].round;
  }
  return best;
}

void login_queue_drop(struct login_queue *q, size_t i) { q->ticket[i].state = LOGIN_FREE; }

int login_queue_last(const struct login_queue *q, const char *address) {
  int last = -1;
  for (int i = 0; i < LOGIN_QUEUE_MAX; i++)
    if (q->ticket[i].state == LOGIN_WAITING && (last < 0 || before(&q->ticket[last], &q->ticket[i])))
      last = i;
  return last >= 0 && q->ticket[last].round > next_round(q, address) ? last : -1;
}
