/* The conditions as text: "port on=1 since=… …", values escaped as in the log. */
#include "log/log.h"
#include "trouble/private.h"

enum { REPLY_MAX = 500, TEXT_MAX = 300 };

static void put(stralloc *out, const char *key, const stralloc *value, size_t max) {
  struct log_line l = {0};
  if (!value->len)
    return;
  log_field(&l, key, bytes_of(value->s, value->len < max ? value->len : max));
  sa_catb(out, l.s, l.n);
}

static void write_one(stralloc *out, enum trouble_kind kind, const struct trouble_condition *c) {
  sa_catf(out, "%s on=%d told=%d begin=%d over=%d since=%lld until=%lld last=%lld heard=%lld", trouble_name(kind), c->on, c->told, c->begin_due, c->over_due,
          (long long)c->since, (long long)c->over, (long long)c->last, (long long)c->heard);
  put(out, "to", &c->destination, TEXT_MAX);
  put(out, "qid", &c->qid, TEXT_MAX);
  put(out, "cause", &c->cause, TEXT_MAX);
  put(out, "reply", &c->reply, REPLY_MAX);
  for (unsigned i = 0; i < c->witnesses; i++)
    put(out, "witness", &c->witness[i].destination, TEXT_MAX);
  sa_catc(out, '\n');
}

void trouble_write(stralloc *out, const struct trouble *t) {
  for (int k = 0; k < TROUBLE_KINDS; k++)
    if (t->c[k].last || t->c[k].heard)
      write_one(out, (enum trouble_kind)k, &t->c[k]);
}

static bool read_number(struct trouble_condition *c, struct bytes key, struct bytes raw) {
  const struct { const char *key; bool *flag; int64_t *time; } fields[] = {
    {"on", &c->on, NULL}, {"told", &c->told, NULL}, {"begin", &c->begin_due, NULL}, {"over", &c->over_due, NULL},
    {"since", NULL, &c->since}, {"until", NULL, &c->over}, {"last", NULL, &c->last}, {"heard", NULL, &c->heard}};
  uint64_t n;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (bytes_eq(key, bytes_str(fields[i].key))) {
      if (!bytes_u64(raw, &n) || n > INT64_MAX / 2)
        return false;
      if (fields[i].flag)
        *fields[i].flag = n != 0;
      else
        *fields[i].time = (int64_t)n;
    }
  return true;
}

static void read_text(struct trouble_condition *c, struct bytes key, struct bytes raw) {
  const struct { const char *key; stralloc *value; } fields[] = {{"to", &c->destination}, {"qid", &c->qid}, {"cause", &c->cause}, {"reply", &c->reply}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (bytes_eq(key, bytes_str(fields[i].key))) {
      fields[i].value->len = 0;
      log_unescape(fields[i].value, raw);
    }
  if (bytes_eq(key, bytes_str("witness")) && c->witnesses < TROUBLE_WITNESSES) {
    struct trouble_witness *w = &c->witness[c->witnesses++];
    w->destination.len = 0;
    log_unescape(&w->destination, raw);
  }
}

void trouble_read(struct trouble *t, struct bytes text) {
  struct bytes line, name, key, raw;
  enum trouble_kind kind;
  *t = (struct trouble){0};
  while (text.n && bytes_cut(&text, '\n', &line)) {
    if (!bytes_cut(&line, ' ', &name) || !trouble_find(name, &kind))
      continue;
    struct log_reader fields = {.rest = line};
    while (log_next(&fields, &key, &raw))
      if (read_number(&t->c[kind], key, raw))
        read_text(&t->c[kind], key, raw);
  }
}

static void free_witness(struct trouble_witness *w, unsigned n) {
  for (unsigned i = 0; i < n; i++) {
    stralloc_free(&w[i].destination);
    stralloc_free(&w[i].address);
  }
}

void trouble_free_condition(struct trouble_condition *c) {
  free_witness(c->witness, TROUBLE_WITNESSES);
  free_witness(c->cured, 2);
  stralloc_free(&c->destination);
  stralloc_free(&c->qid);
  stralloc_free(&c->cause);
  stralloc_free(&c->reply);
}

void trouble_free(struct trouble *t) {
  for (int k = 0; k < TROUBLE_KINDS; k++)
    trouble_free_condition(&t->c[k]);
  *t = (struct trouble){0};
}
