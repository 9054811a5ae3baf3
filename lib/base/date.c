#include "base/date.h"

#include "base/sa.h"

struct civil {
  int64_t year;
  int month, day, hour, minute, second, weekday;   /* month and day from 1; weekday 0 is Sunday */
};

enum { DAY = 86400, DAYS_400_YEARS = 146097, DAYS_TO_1970 = 719468 };

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

/* libc's gmtime_r would look at the environment.  Years are counted from March, so that the leap day comes last, in
 * eras of 400 years, which all have the same length. */
static struct civil civil_of(int64_t t) {
  int64_t days = floor_div(t, DAY), second = (t % DAY + DAY) % DAY;
  int64_t z = days + DAYS_TO_1970, era = floor_div(z, DAYS_400_YEARS), of_era = z - era * DAYS_400_YEARS;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  int march = (int)((5 * of_year + 2) / 153);   /* 0 is March */
  struct civil c = {
      .year = year + era * 400 + (march >= 10),
      .month = march < 10 ? march + 3 : march - 9,
      .day = (int)(of_year - (153 * march + 2) / 5 + 1),
      .hour = (int)(second / 3600),
      .minute = (int)(second / 60 % 60),
      .second = (int)(second % 60),
      .weekday = (int)(((days + 4) % 7 + 7) % 7),
  };
  return c;
}

void date_rfc5322(stralloc *out, int64_t t) {
  static const char day[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char month[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  struct civil c = civil_of(t);
  sa_catf(out, "%s, %d %s %lld %02d:%02d:%02d +0000", day[c.weekday], c.day, month[c.month - 1], (long long)c.year, c.hour,
          c.minute, c.second);
}

void date_iso(stralloc *out, int64_t t) {
  struct civil c = civil_of(t);
  sa_catf(out, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)c.year, c.month, c.day, c.hour, c.minute, c.second);
}
