#include "watching/watching.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "control/generation.h"
#include "intake/intake.h"
#include "probes/probes.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "watch/watch.h"

static bool failed(const char *action, const char *path) {
  report_errno(SY102E_file_failed, "action=%s path=%s", action, path);
  return false;
}

/* Held until the process ends. */
static bool lock(void) {
  int fd = open("state", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return failed("open", "state");
  if (!flock(fd, LOCK_EX | LOCK_NB))
    return true;
  if (errno != EWOULDBLOCK)
    return failed("lock", "state");
  report(WA103W_running, "path=%s", "state");
  return false;
}

/* --- what is remembered --- */

static bool recall(struct watch *w) {
  stralloc text = {0};
  bool there = !fd_slurp(WATCHING_STATE, WATCH_TEXT_MAX, &text), damaged = !there && errno == EFBIG;
  if (!there && !damaged && errno != ENOENT)
    return failed("read", WATCHING_STATE);
  *w = (struct watch){0};
  damaged = damaged || (there && !watch_read(w, bytes_sa(&text)));
  if (damaged)
    report(WA102W_state_damaged, "path=%s", WATCHING_STATE);
  stralloc_free(&text);
  return true;
}

static bool remember(const struct watch *w) {
  stralloc text = {0};
  watch_write(&text, w);
  bool done = !fd_replace(WATCHING_STATE, text.s, text.len, 0600);
  stralloc_free(&text);
  return done || failed("write", WATCHING_STATE);
}

/* --- the mail --- */

static void write_mail(stralloc *out, const struct conf *c, const struct watch *w, const struct check_finding *f,
                       const bool *news) {
  stralloc to = {0}, host = {0}, id = {0};
  struct operator_head h = {.to = conf_postmaster(c, &to), .hostname = conf_hostname(c, &host), .now = clock_unix()};
  sa_catf(&id, "doctor.%lld.%ld", (long long)h.now, (long)getpid());
  h.id = bytes_sa(&id);
  h.languages = bounce_languages(conf_notice_language(c, h.to));
  watch_mail(out, &h, w, f, news);
  stralloc_free(&to);
  stralloc_free(&host);
  stralloc_free(&id);
}

/* True: durable in the spool. */
static bool put(const struct conf *c, struct bytes mail) {
  static struct intake in;
  char user[64];
  stralloc to = {0}, address = {0};
  struct bytes postmaster = conf_postmaster(c, &to);
  sa_copyb(&address, postmaster.s, postmaster.n);
  intake_user(user, getuid());
  intake_init(&in, c, user);
  in.quiet = true;                     /* cron mails what a program says */
  bool done = intake_sender(&in, "") && intake_recipient(&in, sa_cstr(&address)) && intake_feed(&in, mail) &&
              intake_commit(&in);
  if (!done) {
    report_errno(in.fault, "to=%s", address.s);
    intake_abandon(&in);
  }
  intake_free(&in);
  stralloc_free(&to);
  stralloc_free(&address);
  return done;
}

static bool tell(const struct watch *w, const struct check_finding *f, const bool *news) {
  const struct conf *c = generation_conf();
  stralloc mail = {0};
  if (c)
    write_mail(&mail, c, w, f, news);
  bool done = c && put(c, bytes_sa(&mail));
  stralloc_free(&mail);
  return done;
}

int watching_run(void) {
  static struct check_finding finding[CHECK_COUNT];
  static struct watch w;
  bool news[CHECK_COUNT];
  if (!lock() || !recall(&w))
    return EXIT_TEMPORARY;
  probes_run(finding);
  size_t count = watch_look(&w, finding, news);
  if (!remember(&w))
    return EXIT_TEMPORARY;
  if (!count)
    return EXIT_DONE;
  if (!tell(&w, finding, news)) {
    report(WA101E_untold, "changes=%zu", count);
    return EXIT_TEMPORARY;
  }
  watch_told(&w, news);
  return remember(&w) ? EXIT_DONE : EXIT_TEMPORARY;
}
