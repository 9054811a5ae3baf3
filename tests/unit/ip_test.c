/* ip: reading, writing, prefixes and slots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "addr/ip.h"

static const struct {
  const char *text, *formatted, *slot;   /* formatted NULL: must be refused */
} addresses[] = {
  {"192.0.2.1", "192.0.2.1", "192.0.2.1"},
  {"0.0.0.0", "0.0.0.0", "0.0.0.0"},
  {"255.255.255.255", "255.255.255.255", "255.255.255.255"},
  {"::", "::", "0000000000000000"},
  {"::1", "::1", "0000000000000000"},
  {"2001:db8::1", "2001:db8::1", "20010db800000000"},
  {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "20010db800000000"},
  {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "20010db800000001"},
  {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", "0001000200030004"},
  {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0", "0001000200030004"},
  {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8", "0000000200030004"},
  {"1:0:0:4:0:0:0:8", "1:0:0:4::8", "0001000000000004"},
  {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffffffffffffffff"},
  {"fe80::1", "fe80::1", "fe80000000000000"},
  {"64:ff9b::192.0.2.33", "64:ff9b::c000:221", "0064ff9b00000000"},
  {"::ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"},
  {"::FFFF:c000:201", "192.0.2.1", "192.0.2.1"},
  {"0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1", "192.0.2.1"},
  {"::192.0.2.1", "::c000:201", "0000000000000000"},
  {"", NULL, NULL}, {".", NULL, NULL}, {":", NULL, NULL}, {":::", NULL, NULL}, {"1", NULL, NULL},
  {"192.0.2", NULL, NULL}, {"192.0.2.1.", NULL, NULL}, {"192.0.2.1.5", NULL, NULL}, {"192.0.2.256", NULL, NULL},
  {"192.0.2.01", NULL, NULL}, {"0300.0.2.1", NULL, NULL}, {"0x7f.0.0.1", NULL, NULL}, {"192.0..1", NULL, NULL},
  {" 192.0.2.1", NULL, NULL}, {"192.0.2.1 ", NULL, NULL}, {"192.0.2.-1", NULL, NULL}, {"192.0.2.1111", NULL, NULL},
  {"1:2:3:4:5:6:7", NULL, NULL}, {"1:2:3:4:5:6:7:8:9", NULL, NULL}, {"1::2::3", NULL, NULL}, {"1:2:3:4::5:6:7:8", NULL, NULL},
  {"12345::", NULL, NULL}, {"g::", NULL, NULL}, {"1:", NULL, NULL}, {":1", NULL, NULL}, {"1::2:", NULL, NULL},
  {"fe80::1%eth0", NULL, NULL}, {"[::1]", NULL, NULL}, {"::1/64", NULL, NULL}, {"::ffff:1.2.3", NULL, NULL},
  {"::ffff:1.2.3.4:5", NULL, NULL}, {"1.2.3.4::", NULL, NULL}, {"1:2:3:4:5:6:7:1.2.3.4", NULL, NULL}, {"::1.2.3.04", NULL, NULL},
};

static void test_addresses(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
    struct ip ip, again;
    char text[IP_TEXT], slot[IP_SLOT];
    bool ok = ip_parse(&ip, bytes_str(addresses[i].text));
    if (ok != !!addresses[i].formatted)
      fail_msg("%s: %s", addresses[i].text, ok ? "taken" : "refused");
    if (!ok)
      continue;
    ip_format(text, &ip);
    ip_slot(slot, &ip);
    if (strcmp(text, addresses[i].formatted) || strcmp(slot, addresses[i].slot))
      fail_msg("%s: is %s, slot %s", addresses[i].text, text, slot);
    if (!ip_parse(&again, bytes_str(text)) || memcmp(&again, &ip, sizeof ip))
      fail_msg("%s: %s does not read back", addresses[i].text, text);
  }
}

static const struct {
  const char *prefix, *in, *out;   /* in NULL: must be refused */
} prefixes[] = {
  {"10.0.0.0/8", "10.255.0.1", "11.0.0.1"},
  {"10.0.0.0/8", "::ffff:10.1.2.3", "a00::"},
  {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
  {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
  {"192.0.2.0/31", "192.0.2.1", "192.0.2.2"},
  {"0.0.0.0/0", "255.1.2.3", "::1"},
  {"::/0", "2001:db8::", "1.2.3.4"},
  {"2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"},
  {"2001:db8::1", "2001:db8::1", "2001:db8::2"},
  {"2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"},
  {"fc00::/7", "fdff::1", "fe00::"},
  {"::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"},
  {"::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2"},
  {"192.0.2.1/24", NULL, NULL}, {"192.0.2.0/33", NULL, NULL}, {"192.0.2.0/", NULL, NULL}, {"192.0.2.0/024", NULL, NULL},
  {"192.0.2.0/-1", NULL, NULL}, {"192.0.2.0/24/24", NULL, NULL}, {"192.0.2.0/4294967320", NULL, NULL}, {"/8", NULL, NULL},
  {"2001:db8::1/64", NULL, NULL}, {"2001:db8::/129", NULL, NULL}, {"::ffff:0.0.0.0/95", NULL, NULL}, {"", NULL, NULL},
  {"192.0.2.0/255.255.255.0", NULL, NULL}, {"192.0.2.*", NULL, NULL}, {"192.0.2", NULL, NULL},
};

static bool inside(const struct ip_prefix *p, const char *text) {
  struct ip ip;
  return ip_parse(&ip, bytes_str(text)) && ip_in(&ip, p);
}

static void test_prefixes(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    struct ip_prefix p;
    bool ok = ip_prefix_parse(&p, bytes_str(prefixes[i].prefix));
    if (ok != !!prefixes[i].in)
      fail_msg("%s: %s", prefixes[i].prefix, ok ? "taken" : "refused");
    if (ok && (!inside(&p, prefixes[i].in) || inside(&p, prefixes[i].out)))
      fail_msg("%s: wrong about %s or %s", prefixes[i].prefix, prefixes[i].in, prefixes[i].out);
  }
}

static void test_slots(void **state) {
  struct ip a, b, c, d;
  (void)state;
  assert_true(ip_parse(&a, bytes_str("2001:db8:1:2::1")) && ip_parse(&b, bytes_str("2001:db8:1:2:ffff::9")));
  assert_true(ip_parse(&c, bytes_str("2001:db8:1:3::1")) && ip_parse(&d, bytes_str("32.1.13.184")));
  assert_true(ip_same_slot(&a, &b));
  assert_false(ip_same_slot(&a, &c));
  assert_false(ip_same_slot(&a, &d));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_addresses), cmocka_unit_test(test_prefixes), cmocka_unit_test(test_slots)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
