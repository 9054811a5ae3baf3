/* queue: IDs, header and log of a queue file; whatever was written is read back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "queue/queue.h"

static void ids(void **state) {
  char id[QUEUE_ID_MAX], child[QUEUE_ID_MAX], parent[QUEUE_ID_MAX];
  (void)state;
  queue_id_make(id, 1764000000, 0x0123456789abcdef);
  assert_int_equal(strlen(id), 21);
  assert_true(queue_id_valid(bytes_str(id)));
  assert_false(queue_id_parent(parent, id));
  queue_id_child(child, id, 'b', 12);
  assert_true(queue_id_valid(bytes_str(child)));
  assert_true(queue_id_parent(parent, child));
  assert_string_equal(parent, id);
  assert_int_equal(queue_id_shard(child), queue_id_shard(id));
  static const char *const bad[] = {"", "short", "01mj9wm004hmsllllllll", "01mj9wm004hms000000000000000000000000000000000",
                                    "../../../etc/passwd..", "01mj9wm004hms00000000/", "01mj9wm004hms00000000.b", "01mj9wm004hms00000000.x1",
                                    "01mj9wm004hms00000000.b1x"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (queue_id_valid(bytes_str(bad[i])))
      fail_msg("accepted: %s", bad[i]);
}

static void ids_sort_by_time(void **state) {
  char a[QUEUE_ID_MAX], b[QUEUE_ID_MAX];
  (void)state;
  queue_id_make(a, 1764000000, UINT64_MAX);
  queue_id_make(b, 1764000001, 0);
  assert_true(strcmp(a, b) < 0);
}

static void set(stralloc *sa, const char *s) { sa_copys(sa, s); }

static void fill(struct queue_message *m) {
  queue_id_make(m->id, 1764000000, 42);
  m->received = 1764000000;
  m->eightbit = m->smtputf8 = true;
  m->ret = 'H';
  set(&m->sender, "a\"b c\\\n@example.test");
  set(&m->envid, "e n v");
  set(&m->client, "ip=192.0.2.1 helo=\"x\"");
  struct queue_rcpt *r = queue_add_rcpt(m);
  r->local = true;
  r->notify = NOTIFY_FAILURE | NOTIFY_DELAY;
  set(&r->addr, "hanako@example.test");
  set(&r->box, "mail/example.test/hanako");
  set(&r->original, "\"in fo\"@example.test");
  set(&r->orcpt, "rfc822;info@example.test");
  r = queue_add_rcpt(m);
  set(&r->addr, "\xe5\xa4\xaa\xe9\x83\x8e local=x@example.net");
}

static bool same(const stralloc *a, const stralloc *b) { return a->len == b->len && (!a->len || !memcmp(a->s, b->s, a->len)); }

static void header_round_trip(void **state) {
  struct queue_message m = {0}, n;
  stralloc file = {0};
  size_t at;
  const char *why = "";
  (void)state;
  fill(&m);
  queue_write_header(&file, &m, &at);
  queue_size_text(file.s + at, 123456789, true);
  size_t body = file.len;
  sa_cats(&file, "Received: x\n\nbody\n\n");
  for (size_t i = 0; i < body; i++) {
    assert_int_equal(queue_read_header(&n, bytes_of(file.s, i), &why), 0);
    queue_message_free(&n);
  }
  assert_int_equal(queue_read_header(&n, bytes_sa(&file), &why), 1);
  assert_int_equal(n.body, body);
  assert_int_equal(n.size, 123456789);
  assert_string_equal(n.id, m.id);
  assert_true(same(&n.sender, &m.sender) && same(&n.envid, &m.envid) && same(&n.client, &m.client));
  assert_true(n.eightbit && n.smtputf8 && n.ret == 'H' && n.received == m.received);
  assert_int_equal(n.count, 2);
  for (size_t i = 0; i < 2; i++) {
    struct queue_rcpt *x = &n.rcpt[i], *y = &m.rcpt[i];
    assert_true(same(&x->addr, &y->addr) && same(&x->box, &y->box) && same(&x->original, &y->original) && same(&x->orcpt, &y->orcpt));
    assert_true(x->local == y->local && x->notify == y->notify && x->state == RCPT_WAITING);
  }
  queue_message_free(&m);
  queue_message_free(&n);
  stralloc_free(&file);
}

static void damaged_headers(void **state) {
  static const char *const bad[] = {
      "x", "wiz98-message 2\n\n", "wiz98-message 1\n\n",
      "wiz98-message 1\nid ../x\n\n",
      "wiz98-message 1\nid 01mj9wm004hms00000000\nreceived 1\nsize 00000000000000000001\nsender \nremote a@b\nunknown x\n\n",
      "wiz98-message 1\nid 01mj9wm004hms00000000\nreceived 1\nsize 00000000000000000001\nsender \nlocal a@b\n\n",
      "wiz98-message 1\nid 01mj9wm004hms00000000\nreceived 1\nsize 99999999999999999999\nsender \nremote a@b\n\n",
      "wiz98-message 1\nid 01mj9wm004hms00000000\nreceived 1\nsize 00000000000000000001\nsender \nremote a@b notify=99\n\n",
      "wiz98-message 1\nid 01mj9wm004hms00000000\nreceived 1\nsize 00000000000000000001\nsender \n\n",
      "wiz98-message 1\nid 01mj9wm004hms00000000\nreceived 1\nsize 00000000000000000001\nremote a@b\n\n",
  };
  (void)state;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct queue_message m;
    const char *why = NULL;
    if (queue_read_header(&m, bytes_str(bad[i]), &why) != -1 || !why)
      fail_msg("row %zu was accepted", i);
    queue_message_free(&m);
  }
}

static void record(stralloc *log, int64_t time, int rcpt, const char *word, int64_t next, const char *cause, const char *reply) {
  struct queue_record r = {time, rcpt, bytes_str(word), next, bytes_str(cause), bytes_str(reply)};
  queue_write_record(log, &r);
}

static void fold(struct queue_message *m, stralloc *log) {
  queue_fold(m, bytes_sa(log));
  log->len = 0;
}

static void folding(void **state) {
  struct queue_message m = {0};
  stralloc log = {0};
  (void)state;
  fill(&m);
  assert_int_equal(queue_next_attempt(&m), 0);
  record(&log, 10, 1, "tried", 70, "greylisted", "450 4.2.0 wait\r\n\x01");
  record(&log, 11, 0, "placed", 0, "", "");
  fold(&m, &log);
  assert_int_equal(m.rcpt[0].state, RCPT_PLACED);
  assert_int_equal(m.rcpt[1].state, RCPT_TRIED);
  assert_int_equal(m.rcpt[1].attempts, 1);
  assert_int_equal(m.rcpt[1].next, 70);
  assert_memory_equal(m.rcpt[1].reply.s, "450 4.2.0 wait\r\n\x01", 17);
  assert_memory_equal(m.rcpt[1].cause.s, "greylisted", 10);
  record(&log, 12, 0, "done", 0, "", "");
  record(&log, 12, -1, "hold", 0, "", "");
  fold(&m, &log);
  assert_true(m.held);
  assert_int_equal(queue_next_attempt(&m), INT64_MAX);
  record(&log, 13, -1, "release", 0, "", "");
  fold(&m, &log);
  assert_int_equal(queue_next_attempt(&m), 70);
  record(&log, 14, -1, "now", 0, "", "");
  fold(&m, &log);
  assert_int_equal(queue_next_attempt(&m), 0);
  record(&log, 15, 1, "failed", 0, "user_unknown", "550 5.1.1 no");
  fold(&m, &log);
  assert_int_equal(m.wish, WISH_NONE);
  assert_false(queue_finished(&m));
  record(&log, 16, 1, "bounced", 0, "", "");
  record(&log, 17, 1, "placed", 0, "", "");   /* nothing undoes an end */
  fold(&m, &log);
  assert_true(queue_finished(&m));
  queue_message_free(&m);
  stralloc_free(&log);
}

/* Cut at each byte, or with each byte changed, a log gives only records that were written. */
static void torn_logs(void **state) {
  stralloc log = {0}, cut = {0}, scratch = {0};
  struct queue_record r;
  (void)state;
  record(&log, 10, 1, "tried", 70, "greylisted", "450 wait");
  size_t first = log.len;
  record(&log, 11, 0, "placed", 0, "", "");
  for (size_t i = 0; i < first; i++) {
    sa_copyb(&cut, log.s, i);
    sa_catb(&cut, log.s + first, log.len - first);
    struct bytes rest = bytes_sa(&cut);
    assert_true(queue_next_record(&rest, &r, &scratch));
    if (!bytes_eq(r.state, bytes_str("placed")) && i != first - 1)
      fail_msg("cut at %zu: a torn record was read", i);
  }
  for (size_t i = 1; i < first - 1; i++) {
    sa_copy(&cut, &log);
    cut.s[i] ^= 1;
    struct bytes rest = bytes_sa(&cut);
    int records = 0;
    while (queue_next_record(&rest, &r, &scratch))
      records++;
    if (records != 1)
      fail_msg("byte %zu changed: %d records were believed", i, records);
  }
  stralloc_free(&log);
  stralloc_free(&cut);
  stralloc_free(&scratch);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ids), cmocka_unit_test(ids_sort_by_time), cmocka_unit_test(header_round_trip),
                                     cmocka_unit_test(damaged_headers), cmocka_unit_test(folding), cmocka_unit_test(torn_logs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
