#include "spool/reached.h"

#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/report.h"

#define FOLDER "state/reached"
#define FILE_NAME FOLDER "/addresses"

void reached_read(stralloc *text) {
  if (fd_slurp(FILE_NAME, 2 * REACHED_MAX, text))
    text->len = 0;
}

/* --- what stands in it, for queue-run --- */

static void *known;        /* a tsearch(3) tree of strings */
static size_t size;        /* of the file */

static int compare(const void *a, const void *b) { return strcmp(a, b); }

static char *copy(struct bytes addr) {
  char *s = strndup(addr.s, addr.n);
  if (!s)
    out_of_memory();
  return s;
}

/* False: it was there. */
static bool learn(struct bytes addr) {
  char *s = copy(addr);
  char **found = tsearch(s, &known, compare);
  if (!found)
    out_of_memory();
  if (*found == s)
    return true;
  free(s);
  return false;
}

static void load(void) {
  stralloc text = {0};
  struct bytes rest, line;
  reached_read(&text);
  size = text.len;
  for (rest = bytes_sa(&text); rest.n && bytes_cut(&rest, '\n', &line);)
    if (line.n)
      learn(line);
  stralloc_free(&text);
}

/* The newer half stays. */
static void shorten(void) {
  stralloc text = {0};
  reached_read(&text);
  const char *cut = text.len ? memchr(text.s + text.len / 2, '\n', text.len - text.len / 2) : NULL;
  int fd = cut ? open(FILE_NAME, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC) : -1;
  if (fd >= 0) {
    if (fd_write_all(fd, cut + 1, text.len - (size_t)(cut + 1 - text.s)))
      report_errno(SY102E_file_failed, "action=write path=" FILE_NAME);
    close(fd);
  }
  stralloc_free(&text);
  tdestroy(known, free);
  known = NULL;
  load();
}

static bool begin(void) {
  static bool begun;
  if (!begun) {
    mkdir("state", 0700);        /* where it is to be made otherwise, it is there */
    mkdir(FOLDER, 0700);
    load();
    begun = true;
  }
  return size <= REACHED_MAX || (shorten(), size <= REACHED_MAX);
}

void reached_note(struct bytes addr) {
  if (!addr.n || addr.n > 320 || memchr(addr.s, '\n', addr.n) || !begin() || !learn(addr))
    return;
  stralloc line = {0};
  sa_catb(&line, addr.s, addr.n);
  sa_catc(&line, '\n');
  int fd = open(FILE_NAME, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 || fd_write_all(fd, line.s, line.len))
    report_errno(SY102E_file_failed, "action=append path=" FILE_NAME);
  if (fd >= 0)
    close(fd);
  size += line.len;
  stralloc_free(&line);
}
