/* The header of a queue file: written once, read at each attempt. */
#include <stdio.h>
#include <stdlib.h>

#include "log/log.h"
#include "queue/queue.h"

static const char magic[] = "wiz98-message 1\n";

void queue_message_free(struct queue_message *m) {
  for (size_t i = 0; i < m->count; i++) {
    struct queue_rcpt *r = &m->rcpt[i];
    stralloc_free(&r->addr);
    stralloc_free(&r->box);
    stralloc_free(&r->original);
    stralloc_free(&r->orcpt);
    stralloc_free(&r->cause);
    stralloc_free(&r->reply);
  }
  free(m->rcpt);
  stralloc_free(&m->sender);
  stralloc_free(&m->envid);
  stralloc_free(&m->client);
  *m = (struct queue_message){0};
}

struct queue_rcpt *queue_add_rcpt(struct queue_message *m) {
  if ((m->count & (m->count - 1)) == 0) {   /* grows at each power of two */
    size_t room = m->count ? m->count * 2 : 1;
    struct queue_rcpt *r = reallocarray(m->rcpt, room, sizeof *r);
    if (!r)
      out_of_memory();
    m->rcpt = r;
  }
  m->rcpt[m->count] = (struct queue_rcpt){0};
  return &m->rcpt[m->count++];
}

/* --- writing --- */

static void put_value(stralloc *out, struct bytes v) {
  struct log_line l = {0};
  log_field(&l, "", v);                     /* " =value" */
  sa_catb(out, l.s + 2, l.n - 2);
}

static void put_line(stralloc *out, const char *key, const stralloc *value) {
  sa_cats(out, key);
  sa_catc(out, ' ');
  if (value->len)
    put_value(out, bytes_sa(value));
  sa_catc(out, '\n');
}

static void put_field(stralloc *out, const char *key, const stralloc *value) {
  if (!value->len)
    return;
  sa_cats(out, key);
  put_value(out, bytes_sa(value));
}

static void put_rcpt(stralloc *out, const struct queue_rcpt *r) {
  sa_cats(out, r->local ? "local " : "remote ");
  put_value(out, bytes_sa(&r->addr));
  put_field(out, " box=", &r->box);
  put_field(out, " original=", &r->original);
  put_field(out, " orcpt=", &r->orcpt);
  if (r->notify)
    sa_catf(out, " notify=%u", r->notify);
  sa_catc(out, '\n');
}

void queue_size_text(char text[QUEUE_SIZE_TEXT], uint64_t size, bool eightbit) {
  char full[QUEUE_SIZE_TEXT + 1];
  snprintf(full, sizeof full, "%0*llu\nbody %cbit", QUEUE_SIZE_DIGITS, (unsigned long long)size, eightbit ? '8' : '7');
  memcpy(text, full, QUEUE_SIZE_TEXT);
}

void queue_write_header(stralloc *out, const struct queue_message *m, size_t *size_at) {
  sa_catf(out, "%sid %s\nreceived %lld\nsize ", magic, m->id, (long long)m->received);
  *size_at = out->len;
  char text[QUEUE_SIZE_TEXT];
  queue_size_text(text, 0, m->eightbit);
  sa_catb(out, text, sizeof text);
  sa_catc(out, '\n');
  put_line(out, "sender", &m->sender);
  if (m->smtputf8)
    sa_cats(out, "smtputf8 yes\n");
  if (m->ret)
    sa_catf(out, "ret %c\n", m->ret);
  if (m->envid.len)
    put_line(out, "envid", &m->envid);
  if (m->client.len)
    put_line(out, "client", &m->client);
  for (size_t i = 0; i < m->count; i++)
    put_rcpt(out, &m->rcpt[i]);
  sa_catc(out, '\n');
}

/* --- reading --- */

static bool read_text(stralloc *to, struct bytes raw) {
  to->len = 0;
  log_unescape(to, raw);
  sa_cstr(to);
  return true;
}

static bool read_id(struct queue_message *m, struct bytes v) {
  if (!queue_id_valid(v))
    return false;
  memcpy(m->id, v.s, v.n);
  m->id[v.n] = 0;
  return true;
}

static bool read_size(struct queue_message *m, struct bytes v) {
  return v.n == QUEUE_SIZE_DIGITS && bytes_u64(v, &m->size) && m->size <= INT64_MAX / 2;
}

static bool read_received(struct queue_message *m, struct bytes v) {
  uint64_t t;
  if (!bytes_u64(v, &t) || t > INT64_MAX / 2)
    return false;
  m->received = (int64_t)t;
  return true;
}

static bool read_rcpt_field(struct queue_rcpt *r, struct bytes key, struct bytes raw) {
  uint64_t n;
  if (bytes_eq(key, bytes_str("box")))
    return read_text(&r->box, raw);
  if (bytes_eq(key, bytes_str("original")))
    return read_text(&r->original, raw);
  if (bytes_eq(key, bytes_str("orcpt")))
    return read_text(&r->orcpt, raw);
  if (!bytes_eq(key, bytes_str("notify")) || !bytes_u64(raw, &n) || n > 15)
    return false;
  r->notify = (unsigned)n;
  return true;
}

/* "ADDR key=value…"; ADDR may be quoted and hold spaces, so it is read as the value of a key. */
static bool read_rcpt(struct queue_message *m, struct bytes v, bool local) {
  struct bytes key, raw;
  struct log_reader r;
  stralloc line = {0};
  if (m->count >= QUEUE_RCPT_MAX)
    return false;
  struct queue_rcpt *rcpt = queue_add_rcpt(m);
  rcpt->local = local;
  sa_copys(&line, "addr=");
  sa_catb(&line, v.s, v.n);
  r.rest = bytes_sa(&line);
  bool good = log_next(&r, &key, &raw) && raw.n && read_text(&rcpt->addr, raw);
  while (good && log_next(&r, &key, &raw))
    good = read_rcpt_field(rcpt, key, raw);
  good = good && !r.rest.n && (!local || rcpt->box.len);
  stralloc_free(&line);
  return good;
}

static bool read_line(struct queue_message *m, struct bytes key, struct bytes v) {
  static const struct {
    const char *key;
    int what;
  } keys[] = {{"id", 'i'}, {"received", 't'}, {"size", 's'}, {"sender", 'f'}, {"body", 'b'}, {"smtputf8", 'u'},
              {"ret", 'r'}, {"envid", 'e'}, {"client", 'c'}, {"local", 'L'}, {"remote", 'R'}};
  int what = 0;
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (bytes_eq(key, bytes_str(keys[i].key)))
      what = keys[i].what;
  switch (what) {
  case 'i': return read_id(m, v);
  case 't': return read_received(m, v);
  case 's': return read_size(m, v);
  case 'f': return read_text(&m->sender, v);
  case 'b': return (m->eightbit = bytes_eq(v, bytes_str("8bit"))) || bytes_eq(v, bytes_str("7bit"));
  case 'u': return m->smtputf8 = bytes_eq(v, bytes_str("yes"));
  case 'r': return v.n == 1 && (m->ret = v.s[0]) && (m->ret == 'F' || m->ret == 'H');
  case 'e': return read_text(&m->envid, v);
  case 'c': return read_text(&m->client, v);
  case 'L': return read_rcpt(m, v, true);
  case 'R': return read_rcpt(m, v, false);
  default: return false;
  }
}

static int damaged(const char **why, const char *what) {
  *why = what;
  return -1;
}

static int read_lines(struct queue_message *m, struct bytes lines, const char **why) {
  struct bytes line;
  while (lines.n && bytes_cut(&lines, '\n', &line)) {
    struct bytes key, rest = line;
    if (!bytes_cut(&rest, ' ', &key) || !rest.s || !read_line(m, key, rest))
      return damaged(why, "a line of the header is damaged");
  }
  if (!*m->id || !m->received || !m->count || !m->sender.s)
    return damaged(why, "the header lacks a line");
  return 1;
}

int queue_read_header(struct queue_message *m, struct bytes file, const char **why) {
  size_t k = sizeof magic - 1;
  *m = (struct queue_message){0};
  if (memcmp(file.s ? file.s : "", magic, file.n < k ? file.n : k) != 0)
    return damaged(why, "it does not begin as a message file does");
  const char *end = file.n > k ? memmem(file.s + k - 1, file.n - k + 1, "\n\n", 2) : NULL;
  if (!end && file.n >= QUEUE_HEADER_MAX)
    return damaged(why, "the header does not end");
  if (!end)
    return 0;
  m->body = (uint64_t)(end + 2 - file.s);
  return read_lines(m, bytes_of(file.s + k, (size_t)(end + 1 - (file.s + k))), why);
}
