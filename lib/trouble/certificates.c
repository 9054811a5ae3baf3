#include "base/date.h"
#include "log/log.h"
#include "trouble/private.h"

struct file { stralloc path, error; uint64_t not_after; };

static bool read_file(struct file *f, struct bytes line) {
  struct log_reader fields = {.rest = line};
  struct bytes key, raw;
  f->path.len = f->error.len = 0;
  f->not_after = UINT64_MAX;
  while (log_next(&fields, &key, &raw))
    if (bytes_eq(key, bytes_str("path")))
      log_unescape(&f->path, raw);
    else if (bytes_eq(key, bytes_str("error")))
      log_unescape(&f->error, raw);
    else if (bytes_eq(key, bytes_str("not_after")) && (!bytes_u64(raw, &f->not_after) || f->not_after > INT64_MAX / 2))
      return false;
  return f->not_after != UINT64_MAX && f->path.len > 0 && f->path.len <= TROUBLE_PATH_MAX;
}

static bool is_bad(const struct file *f, int64_t now) { return f->error.len > 0 || (int64_t)f->not_after <= now; }
static bool is_due(const struct file *f, int64_t now) { return f->not_after && (int64_t)f->not_after <= now + TROUBLE_SOON; }

/* "conf/tls/mail.example.jp.pem: valid until 2026-12-01T00:00:00Z; TL304E Private key and certificate do not belong together" */
static void keep_evidence(struct trouble_condition *c, const struct file *f, int64_t now) {
  enum message_id id;
  sa_copy(&c->reply, &f->path);
  sa_cats(&c->reply, ": ");
  if (f->not_after) {
    sa_cats(&c->reply, (int64_t)f->not_after <= now ? "expired " : "valid until ");
    date_iso(&c->reply, (int64_t)f->not_after);
  } else
    sa_cats(&c->reply, "no certificate");
  if (message_find(f->error.s, f->error.len, &id))
    sa_catf(&c->reply, "; %s %s", message_of(id)->id, message_of(id)->text);
}

/* F has the fault.  False: that is known. */
static bool hear(struct trouble_condition *c, const struct file *f, int64_t now) {
  struct bytes none = bytes_of("", 0), path = bytes_sa(&f->path);
  if (trouble_has_witness(c, path) || c->witnesses == TROUBLE_WITNESSES)
    return false;
  trouble_add_witness(c, path, none);
  keep_evidence(c, f, now);
  return true;
}

/* Those that have no fault any more are forgotten. */
static void forget(struct trouble_condition *c, int64_t now, struct bytes text, bool (*has_fault)(const struct file *, int64_t)) {
  struct file f = {0};
  struct trouble_condition still = {0};
  struct bytes line;
  while (text.n && bytes_cut(&text, '\n', &line))
    if (read_file(&f, line) && has_fault(&f, now) && trouble_has_witness(c, bytes_sa(&f.path)))
      trouble_add_witness(&still, bytes_sa(&f.path), bytes_of("", 0));
  for (unsigned i = c->witnesses; i-- > 0;)
    if (!trouble_has_witness(&still, bytes_sa(&c->witness[i].destination)))
      trouble_remove_witness(c, i);
  trouble_free_condition(&still);
  stralloc_free(&f.path);
  stralloc_free(&f.error);
}

static enum trouble_change judge(struct trouble_condition *c, int64_t now, bool fresh) {
  if (fresh)
    return trouble_begin(c, now, c->on);
  return c->on && !c->witnesses ? trouble_end(c, now) : TROUBLE_SAME;
}

void trouble_certificates(struct trouble *t, int64_t now, struct bytes text, enum trouble_change change[TROUBLE_KINDS]) {
  struct trouble_condition *soon = &t->c[TROUBLE_CERTIFICATE_SOON], *bad = &t->c[TROUBLE_CERTIFICATE_BAD];
  struct file f = {0};
  struct bytes line, rest = text;
  bool fresh_soon = false, fresh_bad = false;
  forget(soon, now, text, is_due);
  forget(bad, now, text, is_bad);
  while (rest.n && bytes_cut(&rest, '\n', &line)) {
    if (!read_file(&f, line))
      continue;
    fresh_bad = (is_bad(&f, now) && hear(bad, &f, now)) || fresh_bad;
    fresh_soon = (is_due(&f, now) && !is_bad(&f, now) && hear(soon, &f, now)) || fresh_soon;
  }
  change[TROUBLE_CERTIFICATE_SOON] = judge(soon, now, fresh_soon);
  change[TROUBLE_CERTIFICATE_BAD] = judge(bad, now, fresh_bad);
  if (bad->on && soon->on && !fresh_soon)
    soon->told = false;          /* its end is told with the other's */
  stralloc_free(&f.path);
  stralloc_free(&f.error);
}
