#include "base/date.h"

#include <time.h>

#include "base/sa.h"

static struct tm utc(int64_t t) {
  struct tm tm = {0};
  time_t tt = (time_t)t;
  gmtime_r(&tt, &tm);
  return tm;
}

void date_rfc5322(stralloc *out, int64_t t) {
  static const char day[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char month[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  struct tm d = utc(t);
  sa_catf(out, "%s, %d %s %d %02d:%02d:%02d +0000", day[d.tm_wday], d.tm_mday, month[d.tm_mon], d.tm_year + 1900,
          d.tm_hour, d.tm_min, d.tm_sec);
}

void date_iso(stralloc *out, int64_t t) {
  struct tm d = utc(t);
  sa_catf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.tm_year + 1900, d.tm_mon + 1, d.tm_mday, d.tm_hour, d.tm_min,
          d.tm_sec);
}
