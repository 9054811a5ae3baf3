/* The part for programs: message/delivery-status, RFC 3464; internationalised addresses by RFC 6533. */
#include "bounce/parts.h"

#include "base/date.h"

/* --- status codes --- */

static const struct {
  const char *cause, *failed, *delayed;
} by_cause[] = {
  {"user_unknown", "5.1.1", "4.1.1"},        {"mailbox_full", "5.2.2", "4.2.2"},     {"mailbox_disabled", "5.2.1", "4.2.1"},
  {"no_such_domain", "5.1.2", "4.1.2"},      {"domain_bad", "5.1.2", "4.1.2"},       {"null_mx", "5.1.10", "4.1.10"},
  {"no_mx_address", "5.1.2", "4.1.2"},       {"address_syntax", "5.1.3", "4.1.3"},   {"relay_denied", "5.7.1", "4.7.1"},
  {"sender_rejected", "5.1.8", "4.1.8"},     {"reverse_dns", "5.7.25", "4.7.25"},    {"message_too_big", "5.3.4", "4.3.4"},
  {"mail_loop", "5.4.6", "4.4.6"},           {"dns_servfail", "5.4.3", "4.4.3"},     {"dns_timeout", "5.4.3", "4.4.3"},
  {"dns_stale", "5.4.3", "4.4.3"},           {"connect_refused", "5.4.1", "4.4.1"},  {"connect_timeout", "5.4.1", "4.4.1"},
  {"no_route", "5.4.4", "4.4.4"},            {"greeting_timeout", "5.4.1", "4.4.1"}, {"dropped", "5.4.2", "4.4.2"},
  {"tls_failed", "5.7.5", "4.7.5"},          {"system_error", "5.3.0", "4.3.0"},     {"expired", "4.4.7", "4.4.7"},
  {"operator", "5.7.0", "4.7.0"},            {"protocol_error", "5.5.0", "4.5.0"},   {"policy", "5.7.1", "4.7.1"},
};

static bool digits_of(struct bytes *rest, size_t max) {
  size_t n = 0;
  while (n < rest->n && rest->s[n] >= '0' && rest->s[n] <= '9')
    n++;
  if (!n || n > max)
    return false;
  *rest = bytes_of(rest->s + n, rest->n - n);
  return true;
}

/* Length of an enhanced status code at the start of S, 0: there is none. */
static size_t status_length(struct bytes s) {
  struct bytes rest = s;
  if (!s.n || (s.s[0] != '4' && s.s[0] != '5' && s.s[0] != '2'))
    return 0;
  for (unsigned part = 0; part < 3; part++) {
    if (part && (!rest.n || rest.s[0] != '.'))
      return 0;
    if (part)
      rest = bytes_of(rest.s + 1, rest.n - 1);
    if (!digits_of(&rest, part ? 3 : 1))
      return 0;
  }
  return rest.n && rest.s[0] != ' ' && rest.s[0] != ')' && rest.s[0] != ',' ? 0 : s.n - rest.n;
}

/* The first "CODE STATUS" of the words, both of one class. */
static struct bytes status_in(struct bytes words) {
  for (size_t i = 0; i + 9 <= words.n; i++) {
    const char *p = words.s + i;
    if ((i && p[-1] != ' ') || (p[0] != '4' && p[0] != '5') || (p[3] != ' ' && p[3] != '-') || p[4] != p[0])
      continue;
    size_t n = status_length(bytes_of(p + 4, words.n - i - 4));
    if (n)
      return bytes_of(p + 4, n);
  }
  return bytes_of("", 0);
}

void bounce_status(stralloc *out, const struct queue_rcpt *r, enum bounce_kind kind) {
  bool delayed = kind == BOUNCE_DELAYED;
  struct bytes found = kind == BOUNCE_DELIVERED ? bytes_str("2.1.5") : status_in(bytes_sa(&r->reply));
  if (found.n && !(delayed && found.s[0] == '5')) {
    sa_catb(out, found.s, found.n);
    return;
  }
  for (size_t i = 0; i < sizeof by_cause / sizeof *by_cause; i++)
    if (bytes_eq(bytes_sa(&r->cause), bytes_str(by_cause[i].cause))) {
      sa_cats(out, delayed ? by_cause[i].delayed : by_cause[i].failed);
      return;
    }
  sa_cats(out, delayed ? "4.0.0" : "5.0.0");
}

/* --- addresses --- */

static uint32_t code_point(struct bytes s, size_t n) {
  static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  uint32_t v = (unsigned char)s.s[0] & first[n];
  for (size_t i = 1; i < n; i++)
    v = v << 6 | ((unsigned char)s.s[i] & 0x3f);
  return v;
}

static size_t sequence(struct bytes s) {
  unsigned char c = (unsigned char)s.s[0];
  size_t n = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;
  if (n > s.n)
    return 0;
  for (size_t i = 1; i < n; i++)
    if (((unsigned char)s.s[i] & 0xc0) != 0x80)
      return 0;
  return n;
}

/* utf-8-addr-xtext of RFC 6533 3: ASCII, with \x{…} for the rest. */
static void add_utf8_address(stralloc *out, struct bytes a) {
  while (a.n) {
    size_t n = sequence(a);
    if (n > 1)
      sa_catf(out, "\\x{%X}", code_point(a, n));
    else if (!n)
      sa_catc(out, '?');
    else if (strchr("\\+=", a.s[0]))
      sa_catf(out, "\\x{%X}", (unsigned)(unsigned char)a.s[0]);
    else
      sa_catc(out, a.s[0]);
    a = bytes_of(a.s + (n ? n : 1), a.n - (n ? n : 1));
  }
}

static void add_address(stralloc *out, const char *field, struct bytes addr) {
  stralloc value = {0};
  if (mime_is_ascii(addr)) {
    sa_cats(&value, "rfc822; ");
    sa_catb(&value, addr.s, addr.n);
  } else {
    sa_cats(&value, "utf-8; ");
    add_utf8_address(&value, addr);
  }
  mime_field(out, field, bytes_sa(&value));
  stralloc_free(&value);
}

static int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

static void add_xtext_decoded(stralloc *out, struct bytes x) {
  for (size_t i = 0; i < x.n; i++)
    if (x.s[i] == '+' && i + 2 < x.n && hex(x.s[i + 1]) >= 0 && hex(x.s[i + 2]) >= 0) {
      sa_catc(out, (char)(hex(x.s[i + 1]) << 4 | hex(x.s[i + 2])));
      i += 2;
    } else
      sa_catc(out, x.s[i]);
}

/* ORCPT is "TYPE;XTEXT"; where none was given, the address of the envelope that led to R. */
static void add_original_recipient(stralloc *out, const struct queue_rcpt *r) {
  struct bytes rest = bytes_sa(&r->orcpt), type;
  stralloc value = {0};
  if (r->orcpt.len && bytes_cut(&rest, ';', &type) && rest.s) {
    sa_catb(&value, type.s, type.n);
    sa_cats(&value, "; ");
    if (bytes_ieq(type, bytes_str("rfc822")))
      add_xtext_decoded(&value, rest);
    else
      add_utf8_address(&value, rest);
    mime_field(out, "Original-Recipient", bytes_sa(&value));
  } else if (r->original.len)
    add_address(out, "Original-Recipient", bytes_sa(&r->original));
  stralloc_free(&value);
}

/* --- the part --- */

static void add_date(stralloc *out, const char *field, int64_t t) {
  stralloc date = {0};
  date_rfc5322(&date, t);
  mime_field(out, field, bytes_sa(&date));
  stralloc_free(&date);
}

static bool is_smtp_reply(struct bytes w) {
  return w.n >= 3 && (w.s[0] == '4' || w.s[0] == '5') && w.s[1] >= '0' && w.s[1] <= '9' && w.s[2] >= '0' && w.s[2] <= '9';
}

static void add_diagnostic(stralloc *out, const struct queue_rcpt *r) {
  stralloc value = {0};
  if (!r->reply.len)
    return;
  sa_cats(&value, is_smtp_reply(bytes_sa(&r->reply)) ? "smtp; " : "x-wiz98; ");
  sa_cat(&value, &r->reply);
  mime_field(out, "Diagnostic-Code", bytes_sa(&value));
  stralloc_free(&value);
}

static void add_recipient(stralloc *out, const struct bounce *b, const struct queue_rcpt *r) {
  static const char *const action[] = {"failed", "delayed", "delivered", "failed"};
  stralloc status = {0};
  sa_catc(out, '\n');
  add_original_recipient(out, r);
  add_address(out, "Final-Recipient", bytes_sa(&r->addr));
  mime_field(out, "Action", bytes_str(action[b->kind]));
  bounce_status(&status, r, b->kind);
  mime_field(out, "Status", bytes_sa(&status));
  if (b->kind != BOUNCE_DELIVERED)
    add_diagnostic(out, r);
  if (b->kind == BOUNCE_DELAYED)
    add_date(out, "Will-Retry-Until", b->until);
  mime_field(out, "Final-Log-ID", bytes_str(b->m->id));
  stralloc_free(&status);
}

void status_text(stralloc *out, const struct bounce *b) {
  stralloc value = {0};
  sa_cats(&value, "dns; ");
  sa_catb(&value, b->hostname.s, b->hostname.n);
  mime_field(out, "Reporting-MTA", bytes_sa(&value));
  value.len = 0;
  add_xtext_decoded(&value, bytes_sa(&b->m->envid));
  if (value.len)
    mime_field(out, "Original-Envelope-Id", bytes_sa(&value));
  add_date(out, "Arrival-Date", b->m->received);
  for (size_t i = 0; i < b->count; i++)
    add_recipient(out, b, &b->m->rcpt[b->rcpt[i]]);
  stralloc_free(&value);
}
