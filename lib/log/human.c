#include "log/human.h"

#include "base/sa.h"

void human_age(stralloc *out, int64_t seconds, enum language lang) {
  static const struct {
    int64_t seconds;
    const char *word[2];
  } units[] = {{86400, {" d", "日"}}, {3600, {" h", "時間"}}, {60, {" min", "分"}}, {1, {" s", "秒"}}};
  size_t i = 0, last = sizeof units / sizeof *units - 1;
  if (seconds < 0)
    seconds = 0;
  while (i < last && seconds < units[i].seconds)
    i++;
  sa_catf(out, "%lld%s", (long long)(seconds / units[i].seconds), units[i].word[lang]);
  int64_t rest = i < 2 ? seconds % units[i].seconds / units[i + 1].seconds : 0;
  if (rest)
    sa_catf(out, "%s%lld%s", lang == LANG_JA ? "" : " ", (long long)rest, units[i + 1].word[lang]);
}

void human_size(stralloc *out, uint64_t bytes) {
  static const char *const units[] = {"KB", "MB", "GB", "TB"};
  size_t i = 0;
  if (bytes < 1024) {
    sa_catf(out, "%llu B", (unsigned long long)bytes);
    return;
  }
  double size = (double)bytes / 1024;
  for (; size >= 1024 && i < 3; i++)
    size /= 1024;
  sa_catf(out, "%.1f %s", size, units[i]);
}

void human_ms(stralloc *out, int64_t ms, enum language lang) {
  if (ms >= 60000) {
    human_age(out, ms / 1000, lang);
    return;
  }
  int64_t tenths = ms > 0 && ms < 100 ? 1 : ms < 0 ? 0 : (ms + 50) / 100;
  sa_catf(out, "%lld.%lld%s", (long long)(tenths / 10), (long long)(tenths % 10), lang == LANG_JA ? "秒" : " s");
}
