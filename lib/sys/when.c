#include "sys/when.h"

#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/date.h"
#include "base/sa.h"
#include "sys/clock.h"
#include "sys/report.h"

static bool parse_ago(const char *text, int64_t now, int64_t *t) {
  static const char units[] = "smhdw";
  static const int64_t seconds[] = {1, 60, 3600, 86400, 604800};
  size_t n = strlen(text);
  const char *unit = n > 1 ? strchr(units, text[n - 1]) : NULL;
  uint64_t count;
  if (!unit || !bytes_u64(bytes_of(text, n - 1), &count) || count > 1000000000)
    return false;
  *t = now - (int64_t)count * seconds[unit - units];
  return true;
}

static bool two_digits(const char **text, long *value) {
  uint64_t v;
  if (strlen(*text) < 2 || !bytes_u64(bytes_of(*text, 2), &v))
    return false;
  *text += 2;
  *value = (long)v;
  return true;
}

/* "Z", "+09:00", "-0330"; seconds east of Greenwich. */
static bool parse_zone(const char *text, long *east) {
  long hours, minutes, sign = *text == '-' ? -1 : 1;
  *east = 0;
  if (!strcmp(text, "Z"))
    return true;
  if (*text != '+' && *text != '-')
    return false;
  text++;
  if (!two_digits(&text, &hours))
    return false;
  text += *text == ':';
  if (!two_digits(&text, &minutes) || *text || hours > 14 || minutes > 59)
    return false;
  *east = sign * (hours * 3600 + minutes * 60);
  return true;
}

bool when_parse(const char *text, int64_t now, int64_t *t) {
  static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"};
  if (parse_ago(text, now, t))
    return true;
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    struct tm tm = {.tm_isdst = -1};
    long east;
    const char *rest = strptime(text, forms[i], &tm);
    if (rest && !*rest) {
      *t = mktime(&tm);
      return true;
    }
    if (rest && parse_zone(rest, &east)) {
      *t = timegm(&tm) - east;
      return true;
    }
  }
  return false;
}

int64_t when_argument(const char *text) {
  int64_t t;
  if (!when_parse(text, clock_unix(), &t))
    die(EXIT_PERMANENT, LG102E_bad_time, "time=%s", text);
  return t;
}

void when_local(stralloc *out, int64_t t) {
  time_t tt = (time_t)t;
  struct tm d = {0};
  localtime_r(&tt, &d);
  sa_catf(out, "%04d-%02d-%02d %02d:%02d:%02d", d.tm_year + 1900, d.tm_mon + 1, d.tm_mday, d.tm_hour, d.tm_min, d.tm_sec);
}

long when_east(int64_t t) {
  time_t tt = (time_t)t;
  struct tm d = {0};
  localtime_r(&tt, &d);
  return d.tm_gmtoff;
}

void when_json(stralloc *out, int64_t t, uint32_t nanoseconds) {
  date_iso(out, t);
  out->len--;   /* the Z goes behind the fraction */
  sa_catf(out, ".%06uZ", (unsigned)(nanoseconds / 1000 % 1000000));
}
