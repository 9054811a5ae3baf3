#include <stdlib.h>

#include "base/sa.h"
#include "dnsmsg/wire.h"

enum { IS_ANSWER = 0x8000, OPCODE = 0x7800, AUTHORITATIVE = 0x0400, TRUNCATED = 0x0200, CODE = 0x000f };

static bool read_mx(struct bytes p, const struct wire_rr *r, struct dns_record *x) {
  unsigned preference;
  size_t at = r->data;
  if (r->end - r->data < 3 || !wire_u16(p, &at, &preference) || !wire_name(p, &at, x->name) || at != r->end)
    return false;
  x->preference = (uint16_t)preference;
  return true;
}

static void add_record(struct dns_answer *a, const struct dns_record *x, uint32_t ttl) {
  bool usable = !strchr(x->name, '?');
  a->unusable = a->unusable || !usable;
  if (a->count == DNS_RECORDS_MAX || !usable)
    return;
  struct dns_record *grown = reallocarray(a->record, a->count + 1, sizeof *grown);
  if (!grown)
    out_of_memory();
  a->record = grown;
  a->ttl = a->count && a->ttl < ttl ? a->ttl : ttl;
  a->record[a->count++] = *x;
}

struct section {
  struct bytes packet;
  size_t start;
  unsigned count;
};

/* 1: a CNAME of NAME was found, NAME is now its target; 0: none; -1: unreadable. */
static int follow_alias(const struct section *s, char name[DNS_NAME_TEXT]) {
  struct wire_rr r;
  size_t at = s->start;
  for (unsigned i = 0; i < s->count; i++) {
    if (!wire_rr(s->packet, &at, &r))
      return -1;
    if (r.type != DNS_CNAME || r.class != WIRE_CLASS_IN || !wire_same_name(r.owner, name))
      continue;
    size_t target = r.data;
    return wire_name(s->packet, &target, name) && target == r.end ? 1 : -1;
  }
  return 0;
}

static bool read_host(struct bytes p, const struct wire_rr *r, struct dns_record *x) {
  size_t at = r->data;
  return wire_name(p, &at, x->name) && at == r->end;
}

/* RFC 1035 3.3.14: strings, each behind its length. */
static bool read_text(struct bytes p, const struct wire_rr *r, stralloc *text) {
  for (size_t at = r->data; at < r->end;) {
    size_t n = (unsigned char)p.s[at++];
    if (n > r->end - at)
      return false;
    for (size_t end = at + n; at < end; at++)
      sa_catc(text, p.s[at] ? p.s[at] : '?');
  }
  sa_0(text);
  return true;
}

static bool read_record(struct dns_answer *a, struct bytes p, const struct wire_rr *r, struct dns_record *x) {
  switch (r->type) {
  case DNS_MX: return read_mx(p, r, x);
  case DNS_TXT: return a->count == DNS_RECORDS_MAX || read_text(p, r, &a->text);
  case DNS_NS: case DNS_PTR: return read_host(p, r, x);
  default: return wire_ip(p, r, &x->ip);
  }
}

static bool collect(struct dns_answer *a, const struct section *s, const char *name, enum dns_type type) {
  struct wire_rr r;
  size_t at = s->start;
  for (unsigned i = 0; i < s->count; i++) {
    struct dns_record x = {0};
    if (!wire_rr(s->packet, &at, &r))
      return false;
    if (r.type != (unsigned)type || r.class != WIRE_CLASS_IN || !wire_same_name(r.owner, name))
      continue;
    if (!read_record(a, s->packet, &r, &x))
      return false;
    add_record(a, &x, r.ttl);
  }
  return true;
}

static enum dns_result read_records(struct dns_answer *a, const struct section *s, char *name, enum dns_type type) {
  int followed, links = 0;
  while ((followed = follow_alias(s, name)) > 0) {
    if (++links > DNS_CHAIN_MAX)
      return DNS_MALFORMED;
    memcpy(a->alias, name, DNS_NAME_TEXT);
  }
  if (followed < 0 || strchr(a->alias, '?') || !collect(a, s, name, type))
    return DNS_MALFORMED;
  return a->count ? DNS_FOUND : a->unusable ? DNS_MALFORMED : DNS_NODATA;
}

static enum dns_result code_result(unsigned code) {
  static const enum dns_result results[] = {DNS_FOUND, DNS_FORMERR, DNS_SERVFAIL, DNS_NXDOMAIN, DNS_FORMERR, DNS_REFUSED};
  return code < sizeof results / sizeof *results ? results[code] : DNS_SERVFAIL;
}

/* How long a "no" may be kept (RFC 2308 5): the TTL of the SOA beside it, 0 where there is none. */
static uint32_t negative_ttl(struct section s, unsigned authorities) {
  struct wire_rr r;
  for (unsigned i = 0; i < s.count + authorities; i++) {
    if (!wire_rr(s.packet, &s.start, &r))
      return 0;
    if (i >= s.count && r.type == DNS_SOA)
      return r.ttl;
  }
  return 0;
}

void dnsmsg_read(struct dns_answer *a, struct bytes packet, enum dns_type type) {
  unsigned flags, questions, answers, authorities, ignored;
  char name[DNS_NAME_TEXT] = "";
  size_t at = 2;
  *a = (struct dns_answer){.result = DNS_MALFORMED};
  if (!wire_u16(packet, &at, &flags) || !wire_u16(packet, &at, &questions) || !wire_u16(packet, &at, &answers) || !wire_u16(packet, &at, &authorities))
    return;
  at = WIRE_HEADER;
  a->truncated = flags & TRUNCATED;
  a->authoritative = flags & AUTHORITATIVE;
  a->result = code_result(flags & CODE);
  if ((a->result != DNS_FOUND && a->result != DNS_NXDOMAIN) || a->truncated)
    return;
  bool asked = packet.n >= WIRE_HEADER && questions == 1 && wire_name(packet, &at, name) && wire_u16(packet, &at, &ignored) && wire_u16(packet, &at, &ignored);
  struct section s = {packet, at, answers};
  if (a->result == DNS_FOUND)
    a->result = asked ? read_records(a, &s, name, type) : DNS_MALFORMED;
  if (asked && (a->result == DNS_NXDOMAIN || a->result == DNS_NODATA))
    a->ttl = negative_ttl(s, authorities);
}

void dnsmsg_free(struct dns_answer *a) {
  free(a->record);
  stralloc_free(&a->text);
  a->record = NULL;
  a->count = 0;
}

/* The question as it stands in a packet, without what follows it. */
static bool question_of(struct bytes packet, struct bytes *question) {
  char name[DNS_NAME_TEXT];
  size_t at = WIRE_HEADER;
  if (!wire_name(packet, &at, name) || packet.n - at < 4)
    return false;
  *question = bytes_of(packet.s + WIRE_HEADER, at + 4 - WIRE_HEADER);
  return true;
}

bool dnsmsg_answers(struct bytes packet, struct bytes question) {
  struct bytes asked, answered;
  unsigned flags, questions;
  size_t at = 2;
  if (packet.n < WIRE_HEADER || question.n < WIRE_HEADER || memcmp(packet.s, question.s, 2))
    return false;
  if (!wire_u16(packet, &at, &flags) || !wire_u16(packet, &at, &questions) || !(flags & IS_ANSWER) || (flags & OPCODE))
    return false;
  if (!questions)   /* servers that could not read the question do not repeat it */
    return code_result(flags & CODE) == DNS_FORMERR;
  return question_of(packet, &answered) && question_of(question, &asked) && bytes_ieq(asked, answered);
}

const char *dns_result_name(enum dns_result r) {
  static const char *const names[] = {"found", "no_data", "nxdomain", "servfail", "refused", "formerr", "malformed", "timeout", "bad_name"};
  return names[r];
}
