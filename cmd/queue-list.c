/* queue-list: shows what is in the spool: each message, each recipient, why it waits and until when.
 *
 *   queue-list [--home HOME] [--json] [--lang en|ja] [ID…]
 *   queue-list … --transcript ID…     what was said to other servers when delivery failed, also of a message that has left
 *
 * --json: one object a line; a file that cannot be read is {"damaged":PATH,"reason":…}.
 * Exit codes: 0 shown, 100 an ID is not there (or wrong usage), 111 the spool cannot be read. */
#include "control/generation.h"
#include "control/home.h"
#include "listing/listing.h"
#include "spool/names.h"
#include "sys/clock.h"
#include "sys/language.h"
#include "sys/report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

enum { FLUSH_AT = 1 << 16 };

static struct options {
  const char *home;
  bool json, transcript;
} given;

static struct listing listing;
static struct listing_totals total;
static stralloc out;

static void flush(void) {
  if (out.len)
    fwrite(out.s, 1, out.len, stdout);
  out.len = 0;
}

static void show(const struct spool_name *n) {
  listing_show(&out, &total, &listing, n, given.json);
  if (out.len > FLUSH_AT)
    flush();
}

/* --- all of them --- */

static int show_named(const struct spool_names *l, char **id) {
  int code = EXIT_DONE;
  for (; *id; id++) {
    const struct spool_name *n = spool_names_find(l, *id);
    if (n)
      show(n);
    else {
      report(QE101E_no_such_message, "qid=%s", *id);
      code = EXIT_PERMANENT;
    }
  }
  return code;
}

/* --- transcripts --- */

static void say_no_transcript(const struct spool_names *l, const char *id) {
  const char *other = listing_tried_with(&listing, spool_names_find(l, id));
  if (other)
    report(QE106E_tried_with_another, "qid=%s other=%s", id, other);
  else
    report(QE105E_no_transcript, "qid=%s", id);
}

static int show_transcripts(const struct spool_names *l, char **id) {
  int code = EXIT_DONE;
  for (; *id; id++) {
    bool valid = queue_id_valid(bytes_str(*id));
    if (valid && !listing_attempts(&out, &listing, *id, given.json))
      continue;
    if (valid && errno != ENOENT)
      die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=read path=state/transcripts/%s", *id);
    say_no_transcript(l, *id);
    code = EXIT_PERMANENT;
  }
  return code;
}

static int list(char **ids) {
  struct spool_names names;
  const char *path;
  int code = EXIT_DONE;
  if (spool_names(&names, &path))
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=opendir path=%s", path);
  listing.now = clock_unix();
  listing.conf = generation_conf();
  destinations_read(&listing.destinations);
  if (given.transcript)
    code = show_transcripts(&names, ids);
  else if (*ids)
    code = show_named(&names, ids);
  else
    for (size_t i = 0; i < names.count; i++)
      show(&names.name[i]);
  if (!given.json && !*ids)
    listing_totals(&out, &total, names.damaged, listing.lang);
  flush();
  spool_names_free(&names);
  destinations_free(&listing.destinations);
  return fflush(stdout) ? EXIT_TEMPORARY : code;
}

static noreturn void usage(void) { die(EXIT_PERMANENT, SY103E_usage, "usage=%s", "queue-list [--home HOME] [--json] [--lang en|ja] [--transcript] [ID...]"); }

int main(int argc, char **argv) {
  static const struct option options[] = {{"home", 1, NULL, 'h'}, {"json", 0, NULL, 'j'}, {"lang", 1, NULL, 'l'}, {"transcript", 0, NULL, 't'}, {NULL, 0, NULL, 0}};
  report_init("queue-list");
  report_to_people();
  listing.lang = language_of_environment();
  for (int c; (c = getopt_long(argc, argv, "", options, NULL)) >= 0;)
    switch (c) {
    case 'h': given.home = optarg; break;
    case 'j': given.json = true; break;
    case 't': given.transcript = true; break;
    case 'l':
      if (!language_choose(optarg, &listing.lang))
        usage();
      break;
    default: usage();
    }
  if (given.transcript && !argv[optind])
    usage();
  home_enter(given.home);
  return list(argv + optind);
}
