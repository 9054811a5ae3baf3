#include <stdlib.h>

#include "base/sa.h"
#include "dnsmsg/dnsmsg.h"

enum { HEADER = 12, IS_ANSWER = 0x8000, OPCODE = 0x7800, TRUNCATED = 0x0200, CODE = 0x000f, CLASS_IN = 1, POINTER = 0xc0 };

struct rr {
  char owner[DNS_NAME_TEXT];
  unsigned type, class;
  uint32_t ttl;
  size_t data, end;     /* rdata stands at [data, end) of the packet */
};

static unsigned byte_at(struct bytes p, size_t at) { return (unsigned char)p.s[at]; }

static bool take_u16(struct bytes p, size_t *at, unsigned *v) {
  if (*at > p.n || p.n - *at < 2)
    return false;
  *v = byte_at(p, *at) << 8 | byte_at(p, *at + 1);
  *at += 2;
  return true;
}

static bool take_u32(struct bytes p, size_t *at, uint32_t *v) {
  unsigned high, low;
  if (!take_u16(p, at, &high) || !take_u16(p, at, &low))
    return false;
  *v = (uint32_t)high << 16 | low;
  return true;
}

static bool host_character(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/* '?' stands for what has no place in a host name, a dot inside a label included. */
static bool put_label(char text[DNS_NAME_TEXT], size_t *n, struct bytes label) {
  if (*n + (*n > 0) + label.n >= DNS_NAME_TEXT)
    return false;
  if (*n)
    text[(*n)++] = '.';
  for (size_t i = 0; i < label.n; i++)
    text[(*n)++] = host_character((unsigned char)label.s[i]) ? label.s[i] : '?';
  return true;
}

/* The name at *AT (RFC 1035 4.1.4), which moves behind it.  A pointer must lead to before the part that holds it: so
 * there is no loop. */
static bool take_name(struct bytes p, size_t *at, char text[DNS_NAME_TEXT]) {
  size_t here = *at, part = *at, n = 0;
  bool jumped = false;
  for (;;) {
    if (here >= p.n)
      return false;
    unsigned length = byte_at(p, here);
    if (length >= POINTER) {
      if (p.n - here < 2)
        return false;
      size_t to = (size_t)(length & 0x3f) << 8 | byte_at(p, here + 1);
      if (to >= part)
        return false;
      if (!jumped)
        *at = here + 2;
      jumped = true;
      here = part = to;
      continue;
    }
    if (length > 63 || length >= p.n - here)
      return false;
    if (!length)
      break;
    if (!put_label(text, &n, bytes_of(p.s + here + 1, length)))
      return false;
    here += length + 1;
  }
  if (!jumped)
    *at = here + 1;
  text[n] = 0;
  return true;
}

static bool take_rr(struct bytes p, size_t *at, struct rr *r) {
  unsigned length;
  if (!take_name(p, at, r->owner) || !take_u16(p, at, &r->type) || !take_u16(p, at, &r->class) || !take_u32(p, at, &r->ttl) ||
      !take_u16(p, at, &length) || length > p.n - *at)
    return false;
  r->data = *at;
  r->end = *at += length;
  return true;
}

static bool same_name(const char *a, const char *b) { return bytes_ieq(bytes_str(a), bytes_str(b)); }

static bool read_ip(struct bytes p, const struct rr *r, struct ip *ip) {
  size_t n = r->type == DNS_A ? 4 : 16;
  if (r->end - r->data != n)
    return false;
  *ip = (struct ip){.v6 = n == 16};
  memcpy(ip->a, p.s + r->data, n);
  return true;
}

static bool read_mx(struct bytes p, const struct rr *r, struct dns_record *x) {
  unsigned preference;
  size_t at = r->data;
  if (r->end - r->data < 3 || !take_u16(p, &at, &preference) || !take_name(p, &at, x->name) || at != r->end)
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
  struct rr r;
  size_t at = s->start;
  for (unsigned i = 0; i < s->count; i++) {
    if (!take_rr(s->packet, &at, &r))
      return -1;
    if (r.type != DNS_CNAME || r.class != CLASS_IN || !same_name(r.owner, name))
      continue;
    size_t target = r.data;
    return take_name(s->packet, &target, name) && target == r.end ? 1 : -1;
  }
  return 0;
}

static bool collect(struct dns_answer *a, const struct section *s, const char *name, enum dns_type type) {
  struct rr r;
  size_t at = s->start;
  for (unsigned i = 0; i < s->count; i++) {
    struct dns_record x = {0};
    if (!take_rr(s->packet, &at, &r))
      return false;
    if (r.type != (unsigned)type || r.class != CLASS_IN || !same_name(r.owner, name))
      continue;
    if (!(type == DNS_MX ? read_mx(s->packet, &r, &x) : read_ip(s->packet, &r, &x.ip)))
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

void dnsmsg_read(struct dns_answer *a, struct bytes packet, enum dns_type type) {
  unsigned flags, questions, answers, ignored;
  char name[DNS_NAME_TEXT] = "";
  size_t at = 2;
  *a = (struct dns_answer){.result = DNS_MALFORMED};
  if (!take_u16(packet, &at, &flags) || !take_u16(packet, &at, &questions) || !take_u16(packet, &at, &answers))
    return;
  at = HEADER;
  a->truncated = flags & TRUNCATED;
  a->result = code_result(flags & CODE);
  if (a->result != DNS_FOUND || a->truncated)
    return;
  a->result = DNS_MALFORMED;
  if (packet.n < HEADER || questions != 1 || !take_name(packet, &at, name) || !take_u16(packet, &at, &ignored) || !take_u16(packet, &at, &ignored))
    return;
  a->result = read_records(a, &(struct section){packet, at, answers}, name, type);
}

void dnsmsg_free(struct dns_answer *a) {
  free(a->record);
  a->record = NULL;
  a->count = 0;
}

/* The question as it stands in a packet, without what follows it. */
static bool question_of(struct bytes packet, struct bytes *question) {
  char name[DNS_NAME_TEXT];
  size_t at = HEADER;
  if (!take_name(packet, &at, name) || packet.n - at < 4)
    return false;
  *question = bytes_of(packet.s + HEADER, at + 4 - HEADER);
  return true;
}

bool dnsmsg_answers(struct bytes packet, struct bytes question) {
  struct bytes asked, answered;
  unsigned flags, questions;
  size_t at = 2;
  if (packet.n < HEADER || question.n < HEADER || memcmp(packet.s, question.s, 2))
    return false;
  if (!take_u16(packet, &at, &flags) || !take_u16(packet, &at, &questions) || !(flags & IS_ANSWER) || (flags & OPCODE))
    return false;
  if (!questions)   /* servers that could not read the question do not repeat it */
    return code_result(flags & CODE) == DNS_FORMERR;
  return question_of(packet, &answered) && question_of(question, &asked) && bytes_ieq(asked, answered);
}

const char *dns_result_name(enum dns_result r) {
  static const char *const names[] = {"found", "no_data", "nxdomain", "servfail", "refused", "formerr", "malformed", "timeout", "bad_name"};
  return names[r];
}
