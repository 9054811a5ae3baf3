/* retry: the waits, the heap, and queue-run's decisions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "retry/delay.h"
#include "retry/schedule.h"

static void delays(void **state) {
  static const struct { unsigned attempts; int64_t first, max, low, high; } rows[] = {
      {1, 60, 7200, 48, 72}, {2, 60, 7200, 96, 144}, {7, 60, 7200, 3072, 4608}, {8, 60, 7200, 5760, 8640},
      {1000000, 60, 7200, 5760, 8640}, {1, 0, 0, 1, 1}, {3, 1, 2, 2, 2}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (uint32_t r = 0; r < 5000; r += 7) {
      int64_t d = retry_delay(rows[i].attempts, rows[i].first, rows[i].max, r * 2654435761u);
      if (d < rows[i].low || d > rows[i].high)
        fail_msg("row %zu, random %u: %lld", i, r, (long long)d);
    }
}

static void heaps(void **state) {
  enum { N = 500 };
  static struct heap_node n[N];
  struct heap h = {0};
  uint32_t x = 1;
  (void)state;
  for (int i = 0; i < N; i++)
    heap_put(&h, &n[i], (x = x * 1664525 + 1013904223) % 1000);
  for (int i = 0; i < N; i += 3)
    heap_remove(&h, &n[i]);
  for (int i = 1; i < N; i += 5)
    heap_put(&h, &n[i], (x = x * 1664525 + 1013904223) % 1000);
  for (int64_t last = -1; h.count;) {
    struct heap_node *least = heap_least(&h);
    assert_true(least->key >= last);
    last = least->key;
    heap_remove(&h, least);
    assert_false(heap_has(least));
  }
  heap_free(&h);
}

static const struct schedule_limits limits = {{2, 3, 1}, 2, 60, 7200};

/* What schedule_next says, as text: "look ID", "send ID DEST", "forget DEST", "idle". */
static const char *next(struct schedule *s, int64_t now, struct schedule_entry **e, struct schedule_destination **d) {
  static char text[400];
  switch (schedule_next(s, now, e, d)) {
  case SCHEDULE_LOOK: snprintf(text, sizeof text, "look %s", (*e)->id); break;
  case SCHEDULE_SEND: snprintf(text, sizeof text, "send %s %s", (*e)->id, (*d)->name); break;
  case SCHEDULE_FORGET: snprintf(text, sizeof text, "forget %s", (*d)->name); break;
  default: snprintf(text, sizeof text, "idle");
  }
  return text;
}

static void answered(struct schedule *s, struct schedule_entry *e, struct schedule_destination *d, int64_t now, bool reached) {
  if (reached)
    schedule_reached(d);
  else
    schedule_failed(s, d, now, 0);
  schedule_ended(s, e, d, now);
}

static void look_and_need(struct schedule *s, int64_t now, const char *id, enum job_class class, const char *name) {
  struct schedule_entry *e;
  struct schedule_destination *d;
  char want[60];
  snprintf(want, sizeof want, "look %s", id);
  assert_string_equal(next(s, now, &e, &d), want);
  schedule_looked(s, e, INT64_MAX);
  schedule_need(s, e, class, name);
}

static void one_message(void **state) {
  struct schedule s = {.limits = limits};
  struct schedule_entry *e;
  struct schedule_destination *d;
  (void)state;
  assert_string_equal(next(&s, 0, &e, &d), "idle");
  assert_int_equal(schedule_wakeup(&s), INT64_MAX);
  schedule_add(&s, "a", 100);
  assert_int_equal(schedule_wakeup(&s), 100);
  assert_string_equal(next(&s, 99, &e, &d), "idle");
  look_and_need(&s, 100, "a", JOB_LOCAL, "local");
  assert_string_equal(next(&s, 100, &e, &d), "send a local");
  assert_string_equal(next(&s, 100, &e, &d), "idle");
  answered(&s, e, d, 101, true);
  assert_string_equal(next(&s, 101, &e, &d), "look a");
  schedule_remove(&s, e);
  assert_int_equal(s.count, 0);
  assert_string_equal(next(&s, 102, &e, &d), "idle");
  schedule_free(&s);
}

static void limits_hold(void **state) {
  struct schedule s = {.limits = limits};
  struct schedule_entry *e, *first = NULL;
  struct schedule_destination *d;
  char id[8];
  (void)state;
  for (int i = 0; i < 6; i++) {
    snprintf(id, sizeof id, "%d", i);
    schedule_add(&s, id, 0);
  }
  int sent[2] = {0}, looked = 0;
  for (const char *t; *(t = next(&s, 0, &e, &d)) != 'i';)
    if (*t == 'l') {
      schedule_looked(&s, e, INT64_MAX);
      schedule_need(&s, e, JOB_REMOTE, looked++ % 2 ? "y.example" : "x.example");
    } else {
      sent[*d->name - 'x']++;
      first = e;
    }
  assert_int_equal(sent[0] + sent[1], 3);          /* the class's limit */
  assert_true(sent[0] <= 2 && sent[1] <= 2);       /* the destination's */
  answered(&s, first, d = schedule_destination(&s, JOB_REMOTE, "x.example"), 1, true);
  assert_int_equal(schedule_next(&s, 1, &e, &d), SCHEDULE_SEND);
  schedule_free(&s);
}

/* A long line before a dead destination costs one probe a round and holds up nobody. */
static void dead_destination(void **state) {
  struct schedule s = {.limits = limits};
  struct schedule_entry *e;
  struct schedule_destination *d;
  char id[8];
  (void)state;
  for (int i = 0; i < 100; i++) {
    snprintf(id, sizeof id, "%02d", i);
    schedule_add(&s, id, 0);
  }
  struct schedule_entry *failed[2];
  int n = 0, looks = 0;
  for (const char *t; *(t = next(&s, 0, &e, &d)) != 'i';)
    if (*t == 'l') {
      looks++;
      schedule_looked(&s, e, INT64_MAX);
      schedule_need(&s, e, JOB_REMOTE, "dead.example");
    } else
      failed[n++] = e;
  assert_int_equal(looks, 100);
  assert_int_equal(n, 2);
  d = schedule_destination(&s, JOB_REMOTE, "dead.example");
  answered(&s, failed[0], d, 10, false);
  int64_t until = d->until;
  answered(&s, failed[1], d, 10, false);
  assert_int_equal(d->attempts, 1);
  assert_int_equal(d->until, until);
  for (int i = 0; i < 2; i++) {                    /* the two that were tried wait for their own time */
    assert_int_equal(schedule_next(&s, 10, &e, &d), SCHEDULE_LOOK);
    schedule_looked(&s, e, until + 1000);
  }
  assert_string_equal(next(&s, until - 1, &e, &d), "idle");
  schedule_add(&s, "alive", 11);
  look_and_need(&s, 11, "alive", JOB_REMOTE, "alive.example");
  assert_string_equal(next(&s, 11, &e, &d), "send alive alive.example");
  assert_int_equal(schedule_wakeup(&s), until);
  assert_int_equal(schedule_next(&s, until, &e, &d), SCHEDULE_SEND);    /* the probe */
  assert_string_equal(d->name, "dead.example");
  struct schedule_entry *probe = e;
  assert_string_equal(next(&s, until, &e, &d), "idle");
  answered(&s, probe, schedule_destination(&s, JOB_REMOTE, "dead.example"), until, true);
  int more = 0;
  for (const char *t; *(t = next(&s, until, &e, &d)) != 'i';)
    if (*t == 's')
      more++;
    else
      schedule_looked(&s, e, INT64_MAX);
  assert_int_equal(more, 2);                       /* it lives: the line moves again */
  schedule_free(&s);
}

/* A destination that fails while it has its turn loses it. */
static void failure_loses_the_turn(void **state) {
  struct schedule s = {.limits = limits};
  struct schedule_entry *e;
  struct schedule_destination *d;
  (void)state;
  schedule_add(&s, "a", 0);
  look_and_need(&s, 0, "a", JOB_REMOTE, "dead.example");
  assert_string_equal(next(&s, 0, &e, &d), "send a dead.example");
  struct schedule_entry *first = e;
  schedule_add(&s, "b", 0);
  look_and_need(&s, 0, "b", JOB_REMOTE, "dead.example");
  answered(&s, first, d, 1, false);
  assert_string_equal(next(&s, 1, &e, &d), "look a");
  schedule_looked(&s, e, INT64_MAX);
  assert_string_equal(next(&s, 1, &e, &d), "idle");
  schedule_free(&s);
}

/* Jobs at once, destinations that failed the last time, destinations that did not: how many of each are sent to. */
static void slow_ones_leave_room(void **state) {
  static const struct { unsigned max; int failed, well, want_failed, want_well; } rows[] = {
      {20, 30, 0, 15, 0}, {20, 30, 30, 10, 10}, {20, 30, 3, 15, 3}, {20, 5, 30, 5, 15}, {20, 0, 30, 0, 20}, {4, 9, 9, 2, 2}, {4, 9, 0, 3, 0}, {3, 9, 0, 3, 0}, {1, 9, 0, 1, 0}};
  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct schedule s = {.limits = {{2, rows[i].max, 1}, 5, 60, 7200}};
    struct schedule_entry *e;
    struct schedule_destination *d;
    int sent[2] = {0}, n = 0;
    char name[60];
    for (int k = 0; k < rows[i].failed + rows[i].well; k++) {
      snprintf(name, sizeof name, "%d", k);
      schedule_add(&s, name, 10);
      snprintf(name, sizeof name, "%c%d.example", k < rows[i].failed ? 'f' : 'w', k);
      if (k < rows[i].failed)
        schedule_rest(&s, schedule_destination(&s, JOB_REMOTE, name), 5, 1);
    }
    for (; schedule_next(&s, 10, &e, &d) == SCHEDULE_LOOK; n++) {   /* all are looked at before one is sent */
      s.limits.class_max[JOB_REMOTE] = 0;
      schedule_looked(&s, e, INT64_MAX);
      snprintf(name, sizeof name, "%c%s.example", atoi(e->id) < rows[i].failed ? 'f' : 'w', e->id);
      schedule_need(&s, e, JOB_REMOTE, name);
    }
    s.limits.class_max[JOB_REMOTE] = rows[i].max;
    while (schedule_next(&s, 10, &e, &d) == SCHEDULE_SEND)
      sent[*d->name == 'w']++;
    if (n != rows[i].failed + rows[i].well || sent[0] != rows[i].want_failed || sent[1] != rows[i].want_well)
      fail_msg("row %zu: looked at %d, sent to %d that failed, %d that did not", i, n, sent[0], sent[1]);
    while (s.probes) {                    /* places come free again */
      struct schedule_destination *done = NULL;
      for (int k = 0; k < rows[i].failed && !done; k++) {
        snprintf(name, sizeof name, "f%d.example", k);
        done = schedule_destination(&s, JOB_REMOTE, name);
        done = done->jobs ? done : NULL;
      }
      snprintf(name, sizeof name, "%d", atoi(done->name + 1));
      schedule_reached(done);
      schedule_ended(&s, schedule_find(&s, name), done, 11);
    }
    assert_int_equal(s.jobs[JOB_REMOTE], sent[1]);
    schedule_free(&s);
  }
}

static void forgetting(void **state) {
  struct schedule s = {.limits = limits};
  struct schedule_entry *e;
  struct schedule_destination *d;
  (void)state;
  schedule_rest(&s, schedule_destination(&s, JOB_REMOTE, "old.example"), 50, 3);
  assert_string_equal(next(&s, 50, &e, &d), "idle");
  assert_string_equal(next(&s, 50 + 7200, &e, &d), "forget old.example");
  assert_string_equal(next(&s, 50 + 7200, &e, &d), "idle");
  assert_null(s.by_name);
  schedule_free(&s);
}

static void wishes(void **state) {
  struct schedule s = {.limits = limits};
  struct schedule_entry *e;
  struct schedule_destination *d;
  (void)state;
  schedule_rest(&s, schedule_destination(&s, JOB_REMOTE, "x.example"), 5000, 3);
  schedule_add(&s, "a", 0);
  look_and_need(&s, 0, "a", JOB_REMOTE, "x.example");
  assert_string_equal(next(&s, 1, &e, &d), "idle");
  schedule_wake(&s, "x.example");
  assert_string_equal(next(&s, 1, &e, &d), "send a x.example");
  answered(&s, e, d, 2, true);
  /* a need that the next look does not name again is given up */
  look_and_need(&s, 2, "a", JOB_REPORT, "bounce");
  schedule_at(&s, schedule_find(&s, "a"), 2);
  s.limits.class_max[JOB_REPORT] = 0;
  look_and_need(&s, 2, "a", JOB_REMOTE, "y.example");
  s.limits.class_max[JOB_REPORT] = 1;
  assert_string_equal(next(&s, 3, &e, &d), "send a y.example");
  assert_string_equal(next(&s, 3, &e, &d), "idle");
  schedule_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(delays), cmocka_unit_test(heaps), cmocka_unit_test(one_message), cmocka_unit_test(limits_hold), cmocka_unit_test(slow_ones_leave_room),
                                     cmocka_unit_test(dead_destination), cmocka_unit_test(failure_loses_the_turn), cmocka_unit_test(forgetting), cmocka_unit_test(wishes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
