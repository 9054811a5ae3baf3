#include "intake/intake.h"

#include <errno.h>
#include <stdio.h>

#include "addr/addr.h"
#include "header/header.h"
#include "local/envelope.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"

void intake_init(struct intake *i, const struct conf *c, const char *user) {
  memset(i, 0, sizeof *i);
  i->conf = c;
  i->user = user;
  i->m.eightbit = true;   /* not known before it is read; the receiver of 8-bit mail is asked whether it can take it */
}

static bool fail(struct intake *i, enum message_id fault, bool temporary) {
  i->fault = fault;
  i->temporary = temporary;
  return false;
}

bool intake_sender(struct intake *i, const char *addr) {
  struct bytes domain;
  struct addr a;
  enum message_id why;
  sa_copys(&i->m.sender, strcmp(addr, "<>") ? addr : "");
  if (i->m.sender.len && !strchr(addr, '@') && conf_get(i->conf, 'd', bytes_str(""), &domain)) {
    sa_catc(&i->m.sender, '@');
    sa_catb(&i->m.sender, domain.s, domain.n);
  }
  if (i->m.sender.len && !addr_parse(&a, bytes_sa(&i->m.sender), &why))
    return fail(i, why, false);
  return true;
}

bool intake_recipient(struct intake *i, const char *rcpt) {
  static const struct envelope_dsn none = {{"", 0}, 0};
  struct addr a;
  enum message_id why;
  if (strchr(rcpt, '@') && !addr_parse(&a, bytes_str(rcpt), &why))
    return fail(i, why, false);
  switch (envelope_add(&i->m, i->conf, bytes_str(rcpt), &none)) {
  case LOCAL_UNKNOWN: return fail(i, LO201E_no_such_user, false);
  case LOCAL_TOO_MANY: return fail(i, LO202E_too_many_targets, false);
  case LOCAL_LOOP: return fail(i, LO203E_alias_too_deep, true);
  default: return true;
  }
}

static bool write_failed(struct intake *i) { return fail(i, errno == ENOSPC ? QU101E_no_space : SY102E_file_failed, true); }

/* --- the header section --- */

static void put_trace(struct intake *i, stralloc *out) {
  stralloc scratch = {0};
  header_received(out, &(struct header_trace){.user = bytes_str(i->user), .hostname = conf_hostname(i->conf, &scratch), .with = bytes_str("local"),
                                              .qid = bytes_str(i->m.id), .time = clock_unix()});
  stralloc_free(&scratch);
}

/* A name in quotes: control bytes are dropped, quotes and backslashes escaped. */
static void put_name(stralloc *out, struct bytes name) {
  sa_catc(out, '"');
  for (size_t k = 0; k < name.n; k++) {
    if (name.s[k] == '"' || name.s[k] == '\\')
      sa_catc(out, '\\');
    if ((unsigned char)name.s[k] >= ' ' && name.s[k] != 0x7f)
      sa_catc(out, name.s[k]);
  }
  sa_cats(out, "\" ");
}

static void put_missing(struct intake *i, stralloc *out, unsigned present) {
  stralloc scratch = {0};
  struct bytes host = conf_hostname(i->conf, &scratch);
  header_missing(out, present, bytes_str(i->m.id), host, clock_unix());
  if (!(present & HEADER_MESSAGE_ID))
    header_message_id(&i->mid, bytes_str(i->m.id), host);
  if (!(present & HEADER_FROM)) {
    sa_cats(out, "From: ");
    if (i->name.len)
      put_name(out, bytes_sa(&i->name));
    sa_catc(out, '<');
    if (i->m.sender.len)
      sa_cat(out, &i->m.sender);
    else
      sa_catf(out, "MAILER-DAEMON@%.*s", (int)host.n, host.s);
    sa_cats(out, ">\n");
  }
  stralloc_free(&scratch);
}

/* What was held back is written; a text that does not begin with a field becomes the body. */
static bool write_header(struct intake *i) {
  stralloc out = {0};
  struct header_scan scan;
  header_scan_init(&scan);
  header_scan_feed(&scan, bytes_sa(&i->header));
  sa_copy(&i->mid, &scan.message_id);
  i->body = true;
  if (spool_begin(&i->s, &i->m, (uint64_t)conf_number(i->conf, SET_free_space_min))) {
    header_scan_free(&scan);
    return write_failed(i);
  }
  i->begun = true;
  put_trace(i, &out);
  if (i->complete) {
    put_missing(i, &out, scan.present);
    if (scan.ended && !scan.size && i->header.len && i->header.s[0] != '\n')
      sa_catc(&out, '\n');
  }
  sa_cat(&out, &i->header);
  bool good = !spool_write(&i->s, bytes_sa(&out));
  stralloc_free(&out);
  header_scan_free(&scan);
  return good || write_failed(i);
}

static bool header_is_whole(const stralloc *h) { return h->len > INTAKE_HEADER_MAX || (h->len && (h->s[0] == '\n' || memmem(h->s, h->len, "\n\n", 2))); }

/* --- the message --- */

static bool write_text(struct intake *i, const stralloc *text) {
  if (!i->body) {
    sa_cat(&i->header, text);
    return !header_is_whole(&i->header) || write_header(i);
  }
  if (spool_write(&i->s, bytes_sa(text)))
    return write_failed(i);
  return i->s.size <= (uint64_t)conf_number(i->conf, SET_message_size_max) || fail(i, QU107E_too_big, false);
}

static bool text_good(struct intake *i) { return !i->text.fault || fail(i, i->text.fault == TEXT_NUL ? QU103E_nul : QU102E_bare_cr, false); }

bool intake_feed(struct intake *i, struct bytes piece) {
  stralloc out = {0};
  text_feed(&i->text, piece, &out);
  bool good = text_good(i) && write_text(i, &out);
  stralloc_free(&out);
  return good;
}

static void tell_queued(struct intake *i) {
  stralloc rcpts = {0};
  queue_show_rcpts(&rcpts, &i->m);
  report(QU301I_queued, "from=%s user=%s mid=%s size=%llu recipients=%zu rcpt=%.*s", sa_cstr(&i->m.sender), i->user,
         i->mid.len ? sa_cstr(&i->mid) : NULL, (unsigned long long)i->s.size, i->m.count, (int)rcpts.len, rcpts.s);
  stralloc_free(&rcpts);
}

bool intake_commit(struct intake *i) {
  stralloc out = {0};
  text_end(&i->text, &out);
  bool good = text_good(i) && write_text(i, &out) && (i->body || write_header(i));
  stralloc_free(&out);
  if (!good)
    return false;
  if (spool_commit(&i->s))
    return write_failed(i);
  i->begun = false;
  report_message(i->m.id);
  if (!i->quiet)
    tell_queued(i);
  if (report_into_log()) {     /* a command told its caller */
    tell_queued(i);
    report_back();
  }
  return true;
}

void intake_abandon(struct intake *i) {
  int saved = errno;
  if (i->begun)
    spool_abandon(&i->s);
  i->begun = false;
  errno = saved;
}

void intake_free(struct intake *i) {
  queue_message_free(&i->m);
  stralloc_free(&i->header);
  stralloc_free(&i->name);
  stralloc_free(&i->mid);
}

/* getpwuid() would load libraries into a static program. */
void intake_user(char user[64], unsigned uid) {
  stralloc text = {0};
  struct bytes rest, line, name, word;
  uint64_t number;
  snprintf(user, 64, "uid:%u", uid);
  if (!fd_slurp("/etc/passwd", 1 << 20, &text)) {
    rest = bytes_sa(&text);
    while (bytes_cut(&rest, '\n', &line))
      if (bytes_cut(&line, ':', &name) && bytes_cut(&line, ':', &word) && bytes_cut(&line, ':', &word) && bytes_u64(word, &number) && number == uid) {
        snprintf(user, 64, "%.*s", (int)name.n, name.s);
        break;
      }
  }
  stralloc_free(&text);
}
