#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control/generation.h"
#include "refresh/refresh.h"
#include "sys/clock.h"
#include "sys/report.h"
#include "token/token.h"

struct entry {
  stralloc name, argv;
  int64_t due;                   /* Unix time; a clock that jumps makes it early or one life late */
  unsigned failures;
  bool listed;                   /* in the set in force */
};

static struct entry *entries;
static size_t count;

static struct entry *find(struct bytes name) {
  for (size_t i = 0; i < count; i++)
    if (bytes_ieq(bytes_sa(&entries[i].name), name))
      return &entries[i];
  return NULL;
}

static struct entry *add(struct bytes name) {
  entries = realloc(entries, (count + 1) * sizeof *entries);
  if (!entries)
    out_of_memory();
  struct entry *e = &entries[count++];
  *e = (struct entry){0};
  sa_copyb(&e->name, name.s, name.n);
  sa_cstr(&e->name);
  return e;
}

static void drop(struct entry *e) {
  stralloc_free(&e->name);
  stralloc_free(&e->argv);
  *e = entries[--count];
}

/* A command that was changed is run at once. */
static void note(const struct conf *c, struct bytes name) {
  struct bytes argv;
  struct entry *e = find(name);
  if (!conf_get(c, 'x', name, &argv) || !argv.n)
    return;
  if (!e)
    e = add(name);
  e->listed = true;
  if (bytes_eq(bytes_sa(&e->argv), argv))
    return;
  sa_copyb(&e->argv, argv.s, argv.n);
  e->due = 0;
  e->failures = 0;
}

/* Tokens that nobody asks for any more do not stay. */
static void remove_strangers(void) {
  char path[300];
  DIR *d = opendir("run/token");
  for (struct dirent *e; d && (e = readdir(d));)
    if (e->d_name[0] != '.' && !find(bytes_str(e->d_name))) {
      snprintf(path, sizeof path, "run/token/%s", e->d_name);
      unlink(path);
    }
  if (d)
    closedir(d);
}

static void read_set(void) {
  struct bytes names, name;
  const struct conf *c = generation_secret("token.cdb");
  if (!c || !conf_get(c, 'x', bytes_of("", 0), &names))
    return;
  for (size_t i = 0; i < count; i++)
    entries[i].listed = false;
  while (bytes_cut(&names, 0, &name) && name.n)
    note(c, name);
  for (size_t i = count; i--;)
    if (!entries[i].listed)
      drop(&entries[i]);
}

static bool get(struct entry *e) {
  int64_t expires = 0, begun = clock_unix();
  bool done = refresh_token(e->name.s, bytes_sa(&e->argv), &expires);
  e->failures = done ? 0 : e->failures + 1;
  e->due = done ? token_due(begun, expires) : begun + token_pause(e->failures);
  return done;
}

static int until_next(void) {
  int64_t ms = REFRESH_LOOK_MS, now = clock_unix();
  for (size_t i = 0; i < count; i++)
    if ((entries[i].due - now) * 1000 < ms)
      ms = (entries[i].due - now) * 1000;
  return ms > 1000 ? (int)ms : 1000;
}

_Noreturn void refresh_serve(void) {
  for (;;) {
    read_set();
    remove_strangers();
    for (size_t i = 0; i < count; i++)
      if (clock_unix() >= entries[i].due)
        get(&entries[i]);
    poll(NULL, 0, until_next());
  }
}

int refresh_once(char *const *names, int n) {
  int failed = 0;
  read_set();
  for (int i = 0; i < n; i++)
    if (!find(bytes_str(names[i])))
      die(EXIT_PERMANENT, TK209E_name_unknown, "token=%s", names[i]);
  for (int i = 0; i < n; i++)
    failed += !get(find(bytes_str(names[i])));
  for (size_t i = 0; !n && i < count; i++)
    failed += !get(&entries[i]);
  return failed ? EXIT_TEMPORARY : EXIT_DONE;
}
