/* conf: values, what is nearest, the form of hashes, editing an entry, compiling. */
#include "unit.h"

#include "conf/compile.h"
#include "user/edit.h"
#include "user/hash.h"

/* --- values --- */

static const struct { const char *text; bool good; uint64_t value; } sizes[] = {
  {"0", true, 0}, {"1", true, 1}, {"1k", true, 1024}, {"100m", true, 104857600}, {"2G", true, 2147483648}, {"9223372036854775807", true, INT64_MAX},
  {"9223372036854775808", false, 0}, {"8589934592g", false, 0}, {"8589934591g", true, 8589934591ull << 30}, {"", false, 0}, {"k", false, 0},
  {"1kb", false, 0}, {"1 k", false, 0}, {"-1", false, 0}, {"1.5m", false, 0}, {"0x10", false, 0}, {"1d", false, 0}, {"18446744073709551616", false, 0},
};
static const struct { const char *text; bool good; uint64_t value; } durations[] = {
  {"0", true, 0}, {"90", true, 90}, {"30s", true, 30}, {"10m", true, 600}, {"2H", true, 7200}, {"5d", true, 432000}, {"1w", false, 0}, {"5 d", false, 0},
  {"", false, 0}, {"d", false, 0}, {"106751991167301d", false, 0}, {"1h30m", false, 0},
};

static void test_values(void **state) {
  uint64_t value;
  (void)state;
  for (size_t i = 0; i < COUNT(sizes); i++) {
    row_check(sizes[i].text, conf_size(bytes_str(sizes[i].text), &value) == sizes[i].good);
    row_check(sizes[i].text, !sizes[i].good || value == sizes[i].value);
  }
  for (size_t i = 0; i < COUNT(durations); i++) {
    row_check(durations[i].text, conf_duration(bytes_str(durations[i].text), &value) == durations[i].good);
    row_check(durations[i].text, !durations[i].good || value == durations[i].value);
  }
}

static void test_nearest(void **state) {
  static const char *const names[] = {"smtp_port", "pop3_port", "hostname"};
  static const struct { const char *word, *want; } rows[] = {
    {"smtp_prot", "smtp_port"}, {"SMTP_PORT", "smtp_port"}, {"pop_port", "pop3_port"}, {"host_name", "hostname"}, {"zzzzzzzzzzzz", NULL}, {"", NULL},
    {"smtp_port_smtp_port_smtp_port_smtp_port_smtp_port_smtp_port_smtp_port_smtp_port", NULL},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    const char *got = conf_nearest(bytes_str(rows[i].word), names, COUNT(names));
    row_check(rows[i].word, rows[i].want ? got && !strcmp(got, rows[i].want) : !got);
  }
}

/* --- hashes --- */

#define X43 "1234567890123456789012345678901234567890123"
#define X86 X43 X43

static void test_hash(void **state) {
  static const struct { const char *hash; enum user_hash form; } rows[] = {
    {"$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7", USER_HASH_GOOD},
    {"$6$rounds=1000$salt$" X86, USER_HASH_GOOD}, {"$6$salt$" X86, USER_HASH_GOOD}, {"$5$salt$" X43, USER_HASH_GOOD},
    {"$2b$05$1234567890123456789012345678901234567890123456789012345", USER_HASH_GOOD},
    {"$1$salt$1234567890123456789012", USER_HASH_WEAK}, {"ab01234567890", USER_HASH_WEAK}, {"*", USER_HASH_LOCKED},
    {"", USER_HASH_NONE}, {"secret", USER_HASH_NONE}, {"$", USER_HASH_NONE}, {"$y$", USER_HASH_NONE}, {"$6$salt$" X43, USER_HASH_NONE},
    {"$6$sa:lt$" X86, USER_HASH_NONE}, {"$9$salt$" X86, USER_HASH_NONE}, {"**", USER_HASH_NONE}, {"$6$salt" X86, USER_HASH_NONE},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++)
    row_check(rows[i].hash, user_hash_form(bytes_str(rows[i].hash)) == rows[i].form);
}

/* --- editing --- */

static void test_edit(void **state) {
  static const struct { const char *file, *key, *value, *want; } rows[] = {   /* VALUE NULL: remove; WANT NULL: it is not there */
    {"", "taro", "H", "taro@example.jp: H\n"},
    {"# c\n", "taro@example.jp", "H", "# c\ntaro@example.jp: H\n"},
    {"x: 1", "taro", "H", "x: 1\ntaro@example.jp: H\n"},
    {"taro: OLD\nx: 1\n", "taro@example.jp", "H", "taro: H\nx: 1\n"},
    {"  Taro@EXAMPLE.jp :  OLD q  # c\r\nx: 1", "taro", "H", "  Taro@EXAMPLE.jp :  H  # c\r\nx: 1"},
    {"taro:# none\n", "taro", "H", "taro:H\n"},
    {"taro:", "taro", "H", "taro:H"},
    {"\xef\xbb\xbftaro: OLD\n", "taro", "H", "\xef\xbb\xbftaro: H\n"},
    {"# taro: OLD\n#taro: 1\n", "taro", "H", "# taro: OLD\n#taro: 1\ntaro@example.jp: H\n"},
    {"@Example.jp: a\n", "@example.jp", "b", "@Example.jp: b\n"},
    {"a\ntaro: 1\nb\n", "taro", NULL, "a\nb\n"}, {"a\ntaro: 1", "taro", NULL, "a\n"}, {"taro@example.net: 1\n", "taro", NULL, NULL}, {"", "taro", NULL, NULL},
    {"tarox: 1\nxtaro: 1\n", "taro", NULL, NULL},
  };
  struct bytes domain = bytes_str("example.jp");
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc file = {0}, key = {0};
    sa_copys(&file, rows[i].file);
    assert_true(user_edit_key(&key, bytes_str(rows[i].key), domain));
    bool there = true;
    if (rows[i].value)
      user_edit_set(&file, bytes_sa(&key), domain, bytes_str(rows[i].value));
    else
      there = user_edit_remove(&file, bytes_sa(&key), domain);
    row_check(rows[i].file, there == (rows[i].want != NULL));
    row_string(rows[i].file, bytes_sa(&file), rows[i].want ? rows[i].want : rows[i].file);
    stralloc_free(&file);
    stralloc_free(&key);
  }
}

static void test_edit_key(void **state) {
  static const struct { const char *text, *want; } rows[] = {
    {"taro", "taro@example.jp"}, {"TARO@Example.NET", "taro@example.net"}, {"a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"}, {"@EXAMPLE.jp", "@example.jp"},
    {"", NULL}, {"@", NULL}, {"a:b", NULL}, {"a b", NULL}, {"#a", NULL}, {"a\n", NULL}, {"a@b@c", NULL}, {"a@", NULL}, {"\"a b\"@example.jp", NULL},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    stralloc key = {0};
    bool good = user_edit_key(&key, bytes_str(rows[i].text), bytes_str("example.jp"));
    row_check(rows[i].text, good == (rows[i].want != NULL));
    if (good)
      row_string(rows[i].text, bytes_sa(&key), rows[i].want);
    stralloc_free(&key);
  }
}

/* --- compiling --- */

static const char *const good[CONF_FILES] = {
  [CONF_VERSION] = CONF_SET_VERSION_TEXT "\n", [CONF_SETTINGS] = "smtp_port = 2525\nmessage_size_max = 10m # ten\nclear_text_networks = 10.0.0.0/8 ::1\n",
  [CONF_DOMAINS] = "Example.JP\nexample.net\n", [CONF_USERS] = "taro: $6$salt$" X86 " quota=1k\n",
  [CONF_ALIASES] = "info: Taro, x@elsewhere.example\n@example.net: taro\n", [CONF_PERMITS] = "192.0.2.1\n2001:DB8::/32 any-sender\n",
  [CONF_ROUTES] = "*: Smtp.Provider.example:587\n.lab.example: [IPv6:2001:db8::5]:25\na.example: 192.0.2.5\n",
  [CONF_TLS_POLICY] = "*: may\n.Lab.example: encrypt smtps\nsmtp.provider.example:587: verify .provider.example # x\n[IPv6:2001:db8::5]: encrypt\n",
  [CONF_REPLY_CAUSES] = "blocked: host=.Example.net code=5.7.1 Code * ZX9 # x\npolicy: no\n",
  [CONF_TOKENS] = "Office: /bin/get \"a b\" \"\" c # x\n",
  [CONF_CREDENTIALS] = "Smtp.provider.example: Me@x \"a \\\"b\\\\ # c\"\n192.0.2.5:25: me xoauth2 OFFICE\n",
};

static void fill(struct conf_input *in) {
  for (int i = 0; i < CONF_FILES; i++)
    sa_copys(&in->text[i], good[i]);
}

static void test_compile(void **state) {
  static const struct { const char *key, *value; size_t n; } rows[] = {
    {"s:smtp_port", "2525", 4}, {"s:message_size_max", "10485760", 8}, {"s:queue_lifetime", "432000", 6}, {"s:smtp_auth", "off", 3},
    {"s:hostname", "mail.example.jp", 15}, {"s:postmaster", "postmaster@example.jp", 21}, {"d:", "example.jp", 10}, {"d:example.jp", "1", 1},
    {"d:example.net", "", 0}, {"u:taro@example.jp", "mail/example.jp/taro\0" "1024", 25}, {"a:info@example.jp", "Taro@example.jp\0x@elsewhere.example\0", 36},
    {"c:example.net", "taro@example.jp\0", 16}, {"r:", "192.0.2.1/32\0\0" "2001:db8::/32\0any-sender\0", 39}, {"n:", "10.0.0.0/8\0::1\0", 15},
    {"t:*", "smtp.provider.example:587", 25}, {"t:.lab.example", "[2001:db8::5]:25", 16}, {"t:a.example", "[192.0.2.5]", 11},
    {"e:*", "may\0\0\0", 6}, {"e:.lab.example", "encrypt\0\0smtps\0", 15}, {"e:smtp.provider.example:587", "verify\0.provider.example\0\0", 26},
    {"e:[2001:db8::5]", "encrypt\0\0\0", 10}, {"k:smtp.provider.example", "", 0}, {"k:[192.0.2.5]:25", "", 0},
    {"y:", "blocked\0.example.net\0005.7.1\0Code * ZX9\0policy\0\0\0no\0", 50},
  };
  struct conf_input in = {0};
  struct conf_set set = {0};
  struct conf_faults faults = {0};
  (void)state;
  fill(&in);
  conf_compile(&set, &faults, &in);
  assert_int_equal(faults.count, 0);
  for (size_t i = 0; i < COUNT(rows); i++) {
    size_t found = 0;
    for (size_t k = 0; k < set.conf.count; k++)
      if (bytes_eq(bytes_sa(&set.conf.pair[k].key), bytes_str(rows[i].key))) {
        found++;
        row_check(rows[i].key, bytes_eq(bytes_sa(&set.conf.pair[k].value), bytes_of(rows[i].value, rows[i].n)));
      }
    row_check(rows[i].key, found == 1);
  }
  assert_int_equal(set.auth.count, 1);
  row_string("auth", bytes_sa(&set.auth.pair[0].key), "p:taro@example.jp");
  row_string("auth", bytes_sa(&set.auth.pair[0].value), "$6$salt$" X86);
  assert_int_equal(set.remote.count, 2);
  row_string("password", bytes_sa(&set.remote.pair[0].key), "c:smtp.provider.example");
  row_check("password", bytes_eq(bytes_sa(&set.remote.pair[0].value), bytes_of("password\0Me@x\0a \"b\\ # c\0", 24)));
  row_check("token", bytes_eq(bytes_sa(&set.remote.pair[1].value), bytes_of("token\0me\0office\0", 16)));
  assert_int_equal(set.token.count, 2);
  row_check("command", bytes_eq(bytes_sa(&set.token.pair[0].value), bytes_of("/bin/get\0a b\0\0c\0", 16)));
  row_check("commands", bytes_eq(bytes_sa(&set.token.pair[1].value), bytes_of("office\0", 7)));
  conf_set_free(&set);
  conf_faults_free(&faults);
  conf_input_free(&in);
}

/* --- versions --- */

static void test_version(void **state) {
  static const struct { const char *text; unsigned version, line; } rows[] = {
    {"", 1, 0}, {"# none\n\n", 1, 0}, {"1\n", 1, 0}, {"2", 2, 0}, {"\xef\xbb\xbf 3\t# three\r\n", 3, 0}, {"\r\n# x\r\n12\r\n", 12, 0},
    {"0\n", 0, 1}, {"one\n", 0, 1}, {"# x\n1 2\n", 0, 2}, {"1\n1\n", 0, 2}, {"-1\n", 0, 1}, {"1000001\n", 0, 1}, {"99999999999999999999\n", 0, 1},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    unsigned line;
    row_check(rows[i].text, conf_version(bytes_str(rows[i].text), &line) == rows[i].version);
    row_check(rows[i].text, rows[i].version || line == rows[i].line);
  }
}

/* Of another version nothing is compiled, and nothing but that is said. */
static void test_other_version(void **state) {
  static const struct { const char *text; enum message_id id; } rows[] = {{"1\n", CF113E_version_older}, {"", CF113E_version_older}, {"3\n", CF111E_version_newer}, {"x\n", CF110E_version_invalid}};
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct conf_input in = {0};
    struct conf_set set = {0};
    struct conf_faults faults = {0};
    fill(&in);
    sa_copys(&in.text[CONF_VERSION], rows[i].text);
    sa_copys(&in.text[CONF_SETTINGS], "nonsense\n");
    row_check(rows[i].text, !conf_compile(&set, &faults, &in) && faults.errors == 1 && faults.fault[0].id == rows[i].id && !set.conf.count);
    conf_set_free(&set);
    conf_faults_free(&faults);
    conf_input_free(&in);
  }
}

/* Each step ends where the table of settings is: its new names are there, its old one is not. */
static void test_steps(void **state) {
  (void)state;
  for (size_t i = 0; i < conf_steps_count; i++) {
    const struct conf_step *s = &conf_steps[i];
    bool now[2] = {false, !s->now[1]}, old = false;
    row_check(s->name, s->from < CONF_SET_VERSION && (!i || conf_steps[i - 1].from <= s->from));
    for (int k = 0; k < SETTING_COUNT; k++) {
      old |= !strcmp(conf_settings[k].name, s->name);
      for (int n = 0; n < 2 && s->now[n]; n++)
        if (!strcmp(conf_settings[k].name, s->now[n]))
          now[n] = conf_settings[k].since == s->from + 1;
    }
    row_check(s->name, s->change == CONF_NEW_DEFAULT ? old : !old && now[0] && now[1]);
  }
}

/* Cut anywhere, each file gives a set or faults, and every fault has a text in both languages. */
static void test_cut(void **state) {
  (void)state;
  for (int file = 0; file < CONF_FILES; file++)
    for (size_t n = 0; n < strlen(good[file]); n++) {
      struct conf_input in = {0};
      struct conf_set set = {0};
      struct conf_faults faults = {0};
      stralloc text = {0};
      fill(&in);
      in.text[file].len = n;
      conf_compile(&set, &faults, &in);
      conf_faults_sort(&faults);
      for (size_t i = 0; i < faults.count; i++)
        for (int lang = 0; lang < 2; lang++) {
          size_t before = text.len;
          conf_fault_text(&text, &faults.fault[i], (enum language)lang);
          assert_true(text.len > before && text.s[text.len - 1] == '\n');
        }
      conf_set_free(&set);
      conf_faults_free(&faults);
      conf_input_free(&in);
      stralloc_free(&text);
    }
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_values), cmocka_unit_test(test_nearest), cmocka_unit_test(test_hash), cmocka_unit_test(test_edit),
    cmocka_unit_test(test_edit_key), cmocka_unit_test(test_compile), cmocka_unit_test(test_cut),
    cmocka_unit_test(test_version), cmocka_unit_test(test_other_version), cmocka_unit_test(test_steps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
