#include "probes/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front/front.h"
#include "io/logs.h"
#include "log/view.h"
#include "sys/fd.h"

enum { FILE_MAX = 16 << 20, WORDS_MAX = 300 };

struct scan {
  int64_t since;
  logs_line *each;
  void *data;
  int error;
};

static void read_line(struct scan *s, struct bytes line) {
  int64_t time;
  uint32_t nanoseconds;
  struct log_reader r;
  if (log_stamp(&line, &time, &nanoseconds) && time >= s->since && log_read(&r, line))
    s->each(s->data, time, &r);
}

static void read_file(int fd, const char *path, void *data) {
  struct scan *s = data;
  struct stat st;
  stralloc text = {0};
  struct bytes rest, line;
  if (fd < 0) {
    s->error = errno != ENOENT ? errno : s->error;   /* multilog renames while we look */
    return;
  }
  bool recent = !fstat(fd, &st) && st.st_mtim.tv_sec >= s->since;
  close(fd);
  if (recent && !fd_slurp(path, FILE_MAX, &text))
    for (rest = bytes_sa(&text); bytes_cut(&rest, '\n', &line);)
      read_line(s, line);
  stralloc_free(&text);
}

int logs_since(const char *folder, int64_t since, logs_line *each, void *data) {
  struct scan s = {since, each, data, 0};
  logs_open(folder, read_file, &s);
  errno = s.error;
  return s.error ? -1 : 0;
}

bool logs_field(const struct log_reader *line, const char *key, stralloc *value) {
  struct log_reader r = *line;
  struct bytes k, raw;
  value->len = 0;
  while (log_next(&r, &k, &raw))
    if (bytes_eq(k, bytes_str(key))) {
      log_unescape(value, raw);
      return true;
    }
  return false;
}

bool logs_is(const struct log_reader *line, enum message_id id) { return bytes_eq(line->id, bytes_str(message_of(id)->id)); }

/* --- last words --- */

struct words { stralloc *out; const struct front_service *service; };

static void note(void *data, int64_t time, struct log_reader *line) {
  struct words *w = data;
  stralloc value = {0};
  (void)time;
  bool about = (logs_field(line, "service", &value) && bytes_eq(bytes_sa(&value), bytes_str(w->service->name))) ||
               (*w->service->program && logs_field(line, "program", &value) && bytes_eq(bytes_sa(&value), bytes_str(w->service->program)));
  if (about && !logs_is(line, WZ206E_service_ends_at_once)) {
    w->out->len = 0;
    sa_catf(w->out, "%.*s %.*s", (int)line->id.n, line->id.s, (int)(line->rest.n < WORDS_MAX ? line->rest.n : WORDS_MAX), line->rest.s);
  }
  stralloc_free(&value);
}

void logs_last_words(stralloc *out, const char *service) {
  struct words w = {out, front_service_find(service)};
  logs_since("log/error", 0, note, &w);
  sa_cstr(out);
}
