/* The file of a message: attempts, the oldest first. */
#include "log/log.h"
#include "transcript/transcript.h"

static const char head[] = "\nattempt ";

void transcript_path(stralloc *path, const char *id) {
  sa_copys(path, "state/transcripts/");
  sa_cats(path, id);
  sa_cstr(path);
}

/* "0-2,5" */
static void put_numbers(stralloc *out, const unsigned short *n, size_t count) {
  for (size_t i = 0, last; i < count; i = last + 1) {
    for (last = i; last + 1 < count && n[last + 1] == n[last] + 1; last++)
      ;
    sa_catf(out, i ? ",%u" : "%u", n[i]);
    if (last > i)
      sa_catf(out, "-%u", n[last]);
  }
}

void transcript_put_attempt(stralloc *out, int64_t time, const char *destination, const unsigned short *rcpt, size_t count, struct bytes events) {
  struct log_line l = {0};
  log_field(&l, "", bytes_str(destination));
  sa_cats(out, head);
  sa_catf(out, "%lld ", (long long)time);
  sa_catb(out, l.s + 2, l.n - 2);
  sa_catc(out, ' ');
  put_numbers(out, rcpt, count);
  sa_catc(out, '\n');
  sa_catb(out, events.s, events.n);
}

/* FILE from its first, or with NEXT from its second attempt on; empty where there is none. */
static struct bytes from_attempt(struct bytes file, bool next) {
  const size_t skip = next && file.n;
  const char *at = file.n > skip ? memmem(file.s + skip, file.n - skip, head, sizeof head - 1) : NULL;
  return at ? bytes_of(at, file.n - (size_t)(at - file.s)) : bytes_of("", 0);
}

struct bytes transcript_keep(struct bytes file, size_t size) {
  size_t count = 0;
  struct bytes kept = from_attempt(file, false);
  for (struct bytes rest = kept; rest.n; rest = from_attempt(rest, true))
    count++;
  for (; kept.n && (count >= TRANSCRIPT_ATTEMPTS_MAX || kept.n + size > TRANSCRIPT_FILE_MAX); count--)
    kept = from_attempt(kept, true);
  return kept;
}

static bool read_head(struct bytes line, struct transcript_attempt *a) {
  uint64_t time;
  struct bytes word;
  line = bytes_of(line.s + sizeof head - 2, line.n - (sizeof head - 2));   /* behind "attempt " */
  if (!bytes_cut(&line, ' ', &word) || !bytes_u64(word, &time) || time > INT64_MAX || !bytes_cut(&line, ' ', &a->destination) || !bytes_cut(&line, ' ', &a->rcpt))
    return false;
  a->time = (int64_t)time;
  return a->destination.n > 0;
}

bool transcript_next(struct bytes *file, struct transcript_attempt *a) {
  struct bytes line;
  for (struct bytes here = from_attempt(*file, false); here.n; here = *file) {
    *file = from_attempt(here, true);
    a->events = bytes_of(here.s + 1, here.n - file->n - 1);
    if (bytes_cut(&a->events, '\n', &line) && line.n >= sizeof head - 2 && read_head(line, a)) {
      a->events.n = a->events.s ? a->events.n : 0;
      return true;
    }
  }
  return false;
}

bool transcript_is_about(const struct transcript_attempt *a, unsigned rcpt) {
  struct bytes rest = a->rcpt, part, first;
  uint64_t from, to;
  while (bytes_cut(&rest, ',', &part))
    if (bytes_cut(&part, '-', &first) && bytes_u64(first, &from) && (part.s ? bytes_u64(part, &to) : (to = from, true)) && rcpt >= from && rcpt <= to)
      return true;
  return false;
}

bool transcript_last(struct bytes file, unsigned rcpt, struct transcript_attempt *a) {
  struct transcript_attempt one;
  bool found = false;
  while (transcript_next(&file, &one))
    if (transcript_is_about(&one, rcpt)) {
      *a = one;
      found = true;
    }
  return found;
}
