/* Any course of events: limits are kept, every job ends in a look, nothing is sent to a destination that rests. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "retry/schedule.h"

enum { JOBS = 64 };

struct world {
  struct schedule s;
  struct { struct schedule_entry *e; struct schedule_destination *d; } job[JOBS];
  size_t jobs;
  int64_t now;
};

static void check(int good) {
  if (!good)
    abort();
}

static void look(struct world *w, struct schedule_entry *e, uint8_t how) {
  static const char *const names[] = {"a", "b", "c", "d"};
  check(!e->jobs);
  if (how % 16 == 0) {
    schedule_remove(&w->s, e);
    return;
  }
  schedule_looked(&w->s, e, w->now + 1 + how % 50);
  if (how & 1)
    schedule_need(&w->s, e, JOB_LOCAL, "local");
  if (how & 2)
    schedule_need(&w->s, e, JOB_REMOTE, names[how >> 2 & 3]);
  if (how & 16)
    schedule_need(&w->s, e, JOB_REPORT, "bounce");
}

static void act(struct world *w, uint8_t how) {
  struct schedule_entry *e;
  struct schedule_destination *d;
  switch (schedule_next(&w->s, w->now, &e, &d)) {
  case SCHEDULE_LOOK: look(w, e, how); break;
  case SCHEDULE_SEND:
    check(w->jobs < JOBS && d->until <= w->now && w->s.jobs[d->class] <= w->s.limits.class_max[d->class]);
    check(d->jobs <= (d->attempts ? 1 : d->class == JOB_REMOTE ? w->s.limits.destination_max : w->s.limits.class_max[d->class]));
    w->job[w->jobs].e = e;
    w->job[w->jobs++].d = d;
    break;
  default: break;
  }
}

static void end(struct world *w, uint8_t how) {
  if (!w->jobs)
    return;
  size_t i = how % w->jobs;
  struct schedule_entry *e = w->job[i].e;
  struct schedule_destination *d = w->job[i].d;
  w->job[i] = w->job[--w->jobs];
  if (how & 128 && d->class == JOB_REMOTE)
    schedule_failed(&w->s, d, w->now, how);
  else
    schedule_reached(d);
  schedule_ended(&w->s, e, d, w->now);
  check(e->jobs || heap_has(&e->node));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct world w = {.s = {.limits = {{3, 4, 1}, 2, 2, 30}}};
  for (size_t i = 0; i + 1 < size; i += 2) {
    char id[8];
    snprintf(id, sizeof id, "%u", data[i + 1] % 20u);
    switch (data[i] % 6) {
    case 0: schedule_add(&w.s, id, w.now + data[i + 1] % 7); break;
    case 1: w.now += data[i + 1] % 40; break;
    case 2: end(&w, data[i + 1]); break;
    case 3: schedule_wake(&w.s, (char[]){(char)('a' + data[i + 1] % 4), 0}); break;
    default: act(&w, data[i + 1]); break;
    }
  }
  schedule_free(&w.s);
  return 0;
}
