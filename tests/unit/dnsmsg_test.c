/* dnsmsg: questions built, answers read: whole, cut at every byte, with rdata of every length. */
#include <stdlib.h>

#include "dnsmsg/dnsmsg.h"
#include "unit.h"

static void put16(stralloc *p, unsigned v) {
  sa_catc(p, (char)(v >> 8));
  sa_catc(p, (char)v);
}

static void put_name(stralloc *p, const char *name) {
  struct bytes rest = bytes_str(name), label;
  while (rest.n && bytes_cut(&rest, '.', &label)) {
    sa_catc(p, (char)label.n);
    sa_catb(p, label.s, label.n);
  }
  sa_catc(p, 0);
}

static void put_head(stralloc *p, unsigned flags, unsigned answers, const char *name, enum dns_type type) {
  p->len = 0;
  put16(p, 0x1234);
  put16(p, flags);
  put16(p, 1);
  put16(p, answers);
  put16(p, 0);
  put16(p, 0);
  put_name(p, name);
  put16(p, type);
  put16(p, 1);
}

static void put_rr(stralloc *p, const char *owner, unsigned type, unsigned ttl, struct bytes data) {
  put_name(p, owner);
  put16(p, type);
  put16(p, 1);
  put16(p, 0);
  put16(p, ttl);
  put16(p, (unsigned)data.n);
  sa_catb(p, data.s, data.n);
}

static struct bytes mx(stralloc *data, unsigned preference, const char *host) {
  data->len = 0;
  put16(data, preference);
  put_name(data, host);
  return bytes_sa(data);
}

static struct bytes name_data(stralloc *data, const char *host) {
  data->len = 0;
  put_name(data, host);
  return bytes_sa(data);
}

/* In memory of exactly its size: reading beyond it is seen by ASan. */
static void read_exact(struct dns_answer *a, struct bytes packet, enum dns_type type) {
  char *copy = malloc(packet.n + !packet.n);
  assert_non_null(copy);
  memcpy(copy, packet.s, packet.n);
  dnsmsg_read(a, bytes_of(copy, packet.n), type);
  free(copy);
}

static const struct {
  const char *name, *ascii;   /* ascii NULL: refused */
} names[] = {
  {"example.jp", "example.jp"}, {"Example.JP.", "Example.JP."}, {"_dmarc.x", "_dmarc.x"},
  {"b\xc3\xbc" "cher.example", "xn--bcher-kva.example"},
  {"B\xc3\xbc" "CHER.example", "xn--bcher-kva.example"},
  {"\xe4\xbe\x8b\xe3\x81\x88.\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88", "xn--r8jz45g.xn--zckzah"},
  {"\xe7\xab\x8b\xe6\xb4\xbe\xe3\x81\xaa\xe3\x83\x89\xe3\x83\xa1\xe3\x82\xa4\xe3\x83\xb3\xe5\x90\x8d", "xn--q9j5f9d1dzd408ww3wb5ww"},
  {"3\xe5\xb9\xb4" "b\xe7\xb5\x84\xe9\x87\x91\xe5\x85\xab\xe5\x85\x88\xe7\x94\x9f", "xn--3b-ww4c5e180e575a65lsy2b"},
  {"\xff.example", NULL}, {"\xc0\xaf.example", NULL}, {"\xed\xa0\x80.example", NULL}, {"\xe3\x81", NULL},
};

static void test_names(void **state) {
  (void)state;
  stralloc out = {0};
  for (size_t i = 0; i < COUNT(names); i++) {
    bool ok = dnsmsg_ascii_domain(&out, bytes_str(names[i].name));
    row_check(names[i].name, ok == (names[i].ascii != NULL));
    if (ok)
      row_string(names[i].name, bytes_sa(&out), names[i].ascii);
  }
  stralloc_free(&out);
}

static void test_questions(void **state) {
  (void)state;
  static char label[300], longest[300];
  stralloc q = {0};
  memset(label, 'a', sizeof label - 1);
  assert_true(dnsmsg_question(&q, 0x1234, bytes_str("ex.jp"), DNS_MX, false));
  assert_true(bytes_eq(bytes_sa(&q), bytes_of("\x12\x34\x01\x00\0\1\0\0\0\0\0\0\2ex\2jp\0\0\x0f\0\1", 12 + 7 + 4)));
  q.len = 0;
  assert_true(dnsmsg_question(&q, 1, bytes_str("ex.jp."), DNS_A, true));
  assert_int_equal(q.len, 12 + 7 + 4 + 11);
  q.len = 0;
  assert_true(dnsmsg_question(&q, 1, bytes_of(label, 63), DNS_A, false));
  q.len = 0;
  static const char *const bad[] = {"", ".", "..", "a..b", ".a", "a.."};
  for (size_t i = 0; i < COUNT(bad); i++)
    row_check(bad[i], !dnsmsg_question(&q, 1, bytes_str(bad[i]), DNS_A, true));
  assert_false(dnsmsg_question(&q, 1, bytes_of(label, 64), DNS_A, true));
  for (size_t i = 0; i < sizeof longest - 1; i++)
    longest[i] = i % 2 ? '.' : 'a';
  assert_true(dnsmsg_question(&q, 1, bytes_of(longest, 253), DNS_A, true));
  q.len = 0;
  assert_false(dnsmsg_question(&q, 1, bytes_of(longest, 255), DNS_A, true));
  assert_int_equal(q.len, 0);
  stralloc_free(&q);
}

static void test_answers(void **state) {
  (void)state;
  stralloc q = {0}, p = {0};
  dnsmsg_question(&q, 0x1234, bytes_str("ex.jp"), DNS_MX, true);
  put_head(&p, 0x8180, 0, "eX.Jp", DNS_MX);
  assert_true(dnsmsg_answers(bytes_sa(&p), bytes_sa(&q)));
  for (size_t n = 0; n < p.len; n++)
    assert_false(dnsmsg_answers(bytes_of(p.s, n), bytes_sa(&q)));
  p.s[1] ^= 1;
  assert_false(dnsmsg_answers(bytes_sa(&p), bytes_sa(&q)));   /* another ID */
  put_head(&p, 0x0180, 0, "ex.jp", DNS_MX);
  assert_false(dnsmsg_answers(bytes_sa(&p), bytes_sa(&q)));   /* a question */
  put_head(&p, 0x8980, 0, "ex.jp", DNS_MX);
  assert_false(dnsmsg_answers(bytes_sa(&p), bytes_sa(&q)));   /* another opcode */
  put_head(&p, 0x8180, 0, "ex.jq", DNS_MX);
  assert_false(dnsmsg_answers(bytes_sa(&p), bytes_sa(&q)));
  put_head(&p, 0x8180, 0, "ex.jp", DNS_A);
  assert_false(dnsmsg_answers(bytes_sa(&p), bytes_sa(&q)));
  assert_true(dnsmsg_answers(bytes_of("\x12\x34\x81\x81\0\0\0\0\0\0\0\0", 12), bytes_sa(&q)));    /* FORMERR without the question */
  assert_false(dnsmsg_answers(bytes_of("\x12\x34\x81\x83\0\0\0\0\0\0\0\0", 12), bytes_sa(&q)));
  stralloc_free(&q);
  stralloc_free(&p);
}

static void test_codes(void **state) {
  (void)state;
  static const struct { unsigned flags; enum dns_result result; } codes[] = {
    {0x8180, DNS_NODATA}, {0x8181, DNS_FORMERR}, {0x8182, DNS_SERVFAIL}, {0x8183, DNS_NXDOMAIN}, {0x8184, DNS_FORMERR}, {0x8185, DNS_REFUSED}, {0x818f, DNS_SERVFAIL},
  };
  stralloc p = {0};
  for (size_t i = 0; i < COUNT(codes); i++) {
    struct dns_answer a;
    put_head(&p, codes[i].flags, 0, "ex.jp", DNS_MX);
    read_exact(&a, bytes_sa(&p), DNS_MX);
    row_check(dns_result_name(codes[i].result), a.result == codes[i].result);
  }
  struct dns_answer a;
  put_head(&p, 0x8380, 5, "ex.jp", DNS_MX);
  read_exact(&a, bytes_sa(&p), DNS_MX);
  assert_true(a.truncated);
  stralloc_free(&p);
}

/* An answer with a CNAME in front, two exchangers, a record of another name, and a pointer for a name. */
static void build(stralloc *p, stralloc *data) {
  put_head(p, 0x8180, 5, "www.ex.jp", DNS_MX);
  put_rr(p, "www.ex.jp", DNS_CNAME, 60, name_data(data, "ex.jp"));
  put_rr(p, "ex.jp", DNS_MX, 300, mx(data, 20, "b.ex.jp"));
  put_rr(p, "EX.jp", DNS_MX, 200, mx(data, 10, "a.ex.jp"));
  put_rr(p, "other.jp", DNS_MX, 1, mx(data, 1, "evil.jp"));
  put_rr(p, "ex.jp", DNS_MX, 250, bytes_of("\0\x1e\1c\xc0\x10", 6));   /* 30 c.(ex.jp of the question) */
}

static void test_exchangers(void **state) {
  (void)state;
  stralloc p = {0}, data = {0};
  struct dns_answer a;
  build(&p, &data);
  read_exact(&a, bytes_sa(&p), DNS_MX);
  assert_int_equal(a.result, DNS_FOUND);
  assert_int_equal(a.count, 3);
  assert_int_equal(a.ttl, 200);
  assert_string_equal(a.alias, "ex.jp");
  assert_string_equal(a.record[0].name, "b.ex.jp");
  assert_int_equal(a.record[1].preference, 10);
  assert_string_equal(a.record[2].name, "c.ex.jp");
  dnsmsg_free(&a);
  stralloc_free(&p);
  stralloc_free(&data);
}

static void test_cut_everywhere(void **state) {
  (void)state;
  stralloc p = {0}, data = {0};
  build(&p, &data);
  for (size_t n = 0; n < p.len; n++) {
    struct dns_answer a;
    read_exact(&a, bytes_of(p.s, n), DNS_MX);
    assert_int_equal(a.result, DNS_MALFORMED);
    dnsmsg_free(&a);
  }
  stralloc_free(&p);
  stralloc_free(&data);
}

/* The record says that its data is as long as the loop says: shorter or longer than its fields is no record. */
static void test_rdata_lengths(void **state) {
  (void)state;
  static const struct { enum dns_type type; struct bytes data; } kinds[] = {
    {DNS_MX, {"\0\x0a\1a\2ex\2jp\0", 11}}, {DNS_A, {"\x0a\1\2\3", 4}}, {DNS_AAAA, {"\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16}}, {DNS_CNAME, {"\1a\2ex\2jp\0", 9}},
  };
  stralloc p = {0};
  for (size_t i = 0; i < COUNT(kinds); i++)
    for (size_t n = 0; n <= kinds[i].data.n + 3; n++) {
      struct dns_answer a;
      char longer[32] = {0};
      enum dns_type asked = kinds[i].type == DNS_CNAME ? DNS_A : kinds[i].type;
      memcpy(longer, kinds[i].data.s, kinds[i].data.n);
      put_head(&p, 0x8180, 1, "ex.jp", asked);
      put_rr(&p, "ex.jp", kinds[i].type, 60, bytes_of(longer, n));
      read_exact(&a, bytes_sa(&p), asked);
      assert_int_equal(a.result, n != kinds[i].data.n ? DNS_MALFORMED : kinds[i].type == DNS_CNAME ? DNS_NODATA : DNS_FOUND);
      dnsmsg_free(&a);
    }
  stralloc_free(&p);
}

static const struct {
  const char *name;
  struct bytes data;          /* of an MX for ex.jp; the record's data begins at 35 of the packet */
  enum dns_result result;
} hostile[] = {
  {"null MX", {"\0\0\0", 3}, DNS_FOUND},
  {"a pointer to itself", {"\0\x0a\xc0\x25", 4}, DNS_MALFORMED},
  {"a pointer forwards", {"\0\x0a\xc0\x30", 4}, DNS_MALFORMED},
  {"a pointer behind the packet", {"\0\x0a\xff\xff", 4}, DNS_MALFORMED},
  {"half a pointer", {"\0\x0a\xc0", 3}, DNS_MALFORMED},
  {"two parts that point to each other", {"\0\x0a\1a\xc0\x25", 6}, DNS_MALFORMED},
  {"a label of 64", {"\0\x0a\x40", 3}, DNS_MALFORMED},
  {"a pointer into the header", {"\0\x0a\xc0\x00", 4}, DNS_MALFORMED},
  {"a space in the host", {"\0\x0a\3a b\0", 7}, DNS_MALFORMED},
  {"a dot in the host", {"\0\x0a\3a.b\0", 7}, DNS_MALFORMED},
  {"a quote and a command in the host", {"\0\x0a\5';ls'\0", 9}, DNS_MALFORMED},
  {"a NUL in the host", {"\0\x0a\3a\0b\0", 7}, DNS_MALFORMED},
};

static void test_hostile(void **state) {
  (void)state;
  stralloc p = {0};
  for (size_t i = 0; i < COUNT(hostile); i++) {
    struct dns_answer a;
    put_head(&p, 0x8180, 1, "ex.jp", DNS_MX);
    put_rr(&p, "ex.jp", DNS_MX, 60, hostile[i].data);
    read_exact(&a, bytes_sa(&p), DNS_MX);
    row_check(hostile[i].name, a.result == hostile[i].result);
    dnsmsg_free(&a);
  }
  stralloc_free(&p);
}

static void test_chains(void **state) {
  (void)state;
  stralloc p = {0}, data = {0};
  for (unsigned links = 1; links <= 30; links++) {
    struct dns_answer a;
    put_head(&p, 0x8180, links + 1, "n0.jp", DNS_A);
    for (unsigned i = 0; i < links; i++) {
      char owner[16], target[16];
      snprintf(owner, sizeof owner, "n%u.jp", i);
      snprintf(target, sizeof target, "n%u.jp", i + 1);
      put_rr(&p, owner, DNS_CNAME, 60, name_data(&data, target));
    }
    char last[16];
    snprintf(last, sizeof last, "n%u.jp", links);
    put_rr(&p, last, DNS_A, 60, bytes_of("\x0a\0\0\1", 4));
    read_exact(&a, bytes_sa(&p), DNS_A);
    assert_int_equal(a.result, links <= DNS_CHAIN_MAX ? DNS_FOUND : DNS_MALFORMED);
    dnsmsg_free(&a);
  }
  struct dns_answer a;
  put_head(&p, 0x8180, 2, "a.jp", DNS_A);
  put_rr(&p, "a.jp", DNS_CNAME, 60, name_data(&data, "b.jp"));
  put_rr(&p, "b.jp", DNS_CNAME, 60, name_data(&data, "a.jp"));
  read_exact(&a, bytes_sa(&p), DNS_A);
  assert_int_equal(a.result, DNS_MALFORMED);
  stralloc_free(&p);
  stralloc_free(&data);
}

static void test_many(void **state) {
  (void)state;
  stralloc p = {0};
  struct dns_answer a;
  put_head(&p, 0x8180, 3000, "ex.jp", DNS_A);
  for (int i = 0; i < 3000; i++)
    put_rr(&p, "ex.jp", DNS_A, 60, bytes_of("\x0a\0\0\1", 4));
  read_exact(&a, bytes_sa(&p), DNS_A);
  assert_int_equal(a.result, DNS_FOUND);
  assert_int_equal(a.count, DNS_RECORDS_MAX);
  dnsmsg_free(&a);
  stralloc_free(&p);
}

/* The counts of authority and additional records stand at 8 and 10 of the header. */
static void put_counts(stralloc *p, unsigned authorities, unsigned additionals) {
  p->s[9] = (char)authorities;
  p->s[11] = (char)additionals;
}

static void test_no_has_ttl(void **state) {
  (void)state;
  stralloc p = {0};
  static const struct { unsigned flags; enum dns_result result; } rows[] = {{0x8183, DNS_NXDOMAIN}, {0x8180, DNS_NODATA}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct dns_answer a;
    put_head(&p, rows[i].flags, 0, "no.ex.jp", DNS_MX);
    put_rr(&p, "ex.jp", DNS_SOA, 77, bytes_of("", 0));
    put_counts(&p, 1, 0);
    read_exact(&a, bytes_sa(&p), DNS_MX);
    row_check(dns_result_name(rows[i].result), a.result == rows[i].result && a.ttl == 77 && !a.authoritative);
    read_exact(&a, bytes_of(p.s, p.len - 1), DNS_MX);
    row_check("a cut SOA", a.result == rows[i].result && a.ttl == 0);
  }
  stralloc_free(&p);
}

/* A TXT record's strings are joined; one that is longer than its record makes it unreadable. */
static void test_texts(void **state) {
  (void)state;
  static const struct { struct bytes data; enum dns_result result; const char *text; } rows[] = {
      {{"\6v=spf1\5 -all", 13}, DNS_FOUND, "v=spf1 -all|two|"}, {{"\0", 1}, DNS_FOUND, "|two|"}, {{"\3a\0b", 4}, DNS_FOUND, "a?b|two|"},
      {{"\4abc", 4}, DNS_MALFORMED, NULL}, {{"\3abc\2x", 6}, DNS_MALFORMED, NULL}, {{"\377", 1}, DNS_MALFORMED, NULL},
  };
  stralloc p = {0};
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct dns_answer a;
    put_head(&p, 0x8180, 2, "ex.jp", DNS_TXT);
    put_rr(&p, "ex.jp", DNS_TXT, 60, rows[i].data);
    put_rr(&p, "ex.jp", DNS_TXT, 60, bytes_of("\3two", 4));
    read_exact(&a, bytes_sa(&p), DNS_TXT);
    assert_int_equal(a.result, rows[i].result);
    for (size_t k = 0; k < a.text.len; k++)
      a.text.s[k] = a.text.s[k] ? a.text.s[k] : '|';
    if (rows[i].text)
      row_string(rows[i].text, bytes_sa(&a.text), rows[i].text);
    dnsmsg_free(&a);
  }
  stralloc_free(&p);
}

static void test_reverse(void **state) {
  (void)state;
  static const struct { const char *ip, *name; } rows[] = {
      {"192.0.2.7", "7.2.0.192.in-addr.arpa"}, {"2001:db8::7", "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"}};
  stralloc p = {0}, data = {0}, name = {0};
  struct dns_answer a;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct ip ip;
    assert_true(ip_parse(&ip, bytes_str(rows[i].ip)));
    name.len = 0;
    dnsmsg_reverse_name(&name, &ip);
    row_string(rows[i].ip, bytes_sa(&name), rows[i].name);
  }
  put_head(&p, 0x8180, 1, rows[0].name, DNS_PTR);
  put_rr(&p, rows[0].name, DNS_PTR, 60, name_data(&data, "mail.ex.jp"));
  read_exact(&a, bytes_sa(&p), DNS_PTR);
  assert_int_equal(a.result, DNS_FOUND);
  assert_string_equal(a.record[0].name, "mail.ex.jp");
  dnsmsg_free(&a);
  stralloc_free(&p);
  stralloc_free(&data);
  stralloc_free(&name);
}

static void test_servers(void **state) {
  (void)state;
  stralloc p = {0}, data = {0};
  struct dns_answer a;
  put_head(&p, 0x8580, 2, "ex.jp", DNS_NS);
  put_rr(&p, "ex.jp", DNS_NS, 300, name_data(&data, "a.ex.jp"));
  put_rr(&p, "ex.jp", DNS_NS, 300, name_data(&data, "b.ex.jp"));
  read_exact(&a, bytes_sa(&p), DNS_NS);
  assert_true(a.authoritative);
  assert_int_equal(a.count, 2);
  assert_string_equal(a.record[1].name, "b.ex.jp");
  dnsmsg_free(&a);
  data.len = 0;
  dnsmsg_question(&data, 7, bytes_str("ex.jp"), DNS_NS, false);
  dnsmsg_no_recursion(&data);
  assert_int_equal(data.s[2], 0);
  stralloc_free(&p);
  stralloc_free(&data);
}

static void build_referral(stralloc *p, stralloc *data, unsigned flags) {
  put_head(p, flags, 0, "www.ex.jp", DNS_MX);
  put_rr(p, "ex.jp", DNS_NS, 300, name_data(data, "a.ex.jp"));
  put_rr(p, "ex.jp", DNS_NS, 300, name_data(data, "A.ex.jp"));
  put_rr(p, "other.jp", DNS_NS, 300, name_data(data, "evil.jp"));
  put_rr(p, "ex.jp", DNS_NS, 300, name_data(data, "b.ex.jp"));
  put_rr(p, "a.ex.jp", DNS_A, 300, bytes_of("\x0a\0\0\1", 4));
  put_rr(p, "B.ex.jp", DNS_AAAA, 300, bytes_of("\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16));
  put_rr(p, "evil.jp", DNS_A, 300, bytes_of("\x0a\0\0\2", 4));
  put_counts(p, 4, 3);
}

static bool refers(struct dns_referral *r, struct bytes packet) {
  char *copy = malloc(packet.n + !packet.n);
  assert_non_null(copy);
  memcpy(copy, packet.s, packet.n);
  bool is = dnsmsg_referral(r, bytes_of(copy, packet.n));
  free(copy);
  return is;
}

static void test_referrals(void **state) {
  (void)state;
  stralloc p = {0}, data = {0};
  struct dns_referral r;
  build_referral(&p, &data, 0x8100);
  assert_true(refers(&r, bytes_sa(&p)));
  assert_string_equal(r.zone, "ex.jp");
  assert_int_equal(r.count, 2);
  assert_string_equal(r.server[1].name, "b.ex.jp");
  assert_int_equal(r.server[0].ips, 1);
  assert_true(r.server[1].ips == 1 && r.server[1].ip[0].v6);
  for (size_t n = 0; n < p.len; n++)
    assert_false(refers(&r, bytes_of(p.s, n)));
  static const unsigned others[] = {0x8500, 0x8103, 0x8105};   /* of the zone itself, no such name, refused */
  for (size_t i = 0; i < COUNT(others); i++) {
    build_referral(&p, &data, others[i]);
    assert_false(refers(&r, bytes_sa(&p)));
  }
  stralloc_free(&p);
  stralloc_free(&data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_names), cmocka_unit_test(test_questions), cmocka_unit_test(test_answers), cmocka_unit_test(test_codes),
    cmocka_unit_test(test_exchangers), cmocka_unit_test(test_cut_everywhere), cmocka_unit_test(test_rdata_lengths), cmocka_unit_test(test_hostile),
    cmocka_unit_test(test_chains), cmocka_unit_test(test_many),
    cmocka_unit_test(test_no_has_ttl), cmocka_unit_test(test_texts), cmocka_unit_test(test_reverse), cmocka_unit_test(test_servers), cmocka_unit_test(test_referrals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
