#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front/front.h"
#include "sys/fd.h"
#include "sys/language.h"
#include "sys/report.h"

/* How much the services log: OUTPUT_LEVEL, one file a service, read by envdir when it starts. */

enum { LEVEL_MAX = 99, LEVEL_FIRST = 30 };

static void level_path(char path[64], const char *service) { snprintf(path, 64, "service/%s/env/OUTPUT_LEVEL", service); }

/* --- set --- */

static bool set_level(const char *service, unsigned level) {
  char path[64], text[12];
  snprintf(path, sizeof path, "service/%s/env", service);
  if (mkdir(path, 0700) && errno != EEXIST)
    return false;
  level_path(path, service);
  int n = snprintf(text, sizeof text, "%u\n", level);
  return !fd_replace(path, text, (size_t)n, 0600);
}

/* A restart that was asked for is no sign of trouble: it must not be counted among the quick ones. */
static void restart(const char *service) {
  struct front_attempt a;
  front_attempt_read(&a, service);
  a.time = 0;
  a.quick = 0;
  front_attempt_write(&a, service);
  front_service_control(service, "t");
}

static int set_levels(unsigned level, const char *service) {
  for (size_t i = 0; i < FRONT_SERVICES; i++) {
    const struct front_service *s = &front_services[i];
    if (!*s->program || (service && strcmp(service, s->name)))
      continue;
    if (!set_level(s->name, level)) {
      report_errno(SY102E_file_failed, "action=write path=service/%s/env/OUTPUT_LEVEL", s->name);
      return EXIT_TEMPORARY;
    }
    restart(s->name);
    report(WZ309I_level_set, "service=%s level=%u", s->name, level);
  }
  return EXIT_DONE;
}

/* --- show --- */

static unsigned level_of(const char *service) {
  char path[64], text[12] = "";
  uint64_t level;
  level_path(path, service);
  FILE *in = fopen(path, "re");
  if (in && !fgets(text, sizeof text, in))
    *text = 0;
  if (in)
    fclose(in);
  return bytes_u64(bytes_of(text, strcspn(text, "\n")), &level) && level <= LEVEL_MAX ? (unsigned)level : LEVEL_FIRST;
}

static int show_levels(void) {
  static const char *const scale[] = {
    "\n 0 errors    10 and warnings    30 and each message, login (usual)    50 and each connection, decision, answer of the DNS\n"
    "70 and each command and reply, passwords blanked    99 and the messages received, and the place in the source (at=)\n",
    "\n 0 エラー    10 警告も    30 メールとログインも(既定)    50 接続・判定・DNS の応答も\n"
    "70 コマンドと応答も(パスワードは伏せる)    99 受信したメールの内容と、ソースの位置(at=)も\n"};
  for (size_t i = 0; i < FRONT_SERVICES; i++)
    if (*front_services[i].program)
      printf("%-12s %2u\n", front_services[i].name, level_of(front_services[i].name));
  fputs(scale[language_of_environment()], stdout);
  return fflush(stdout) ? EXIT_TEMPORARY : EXIT_DONE;
}

int front_level(const char *level, const char *service) {
  uint64_t n;
  const struct front_service *s = service ? front_service_find(service) : NULL;
  if (!level)
    return show_levels();
  if (!bytes_u64(bytes_str(level), &n) || n > LEVEL_MAX)
    die(EXIT_PERMANENT, SY103E_usage, "level=%s usage=%s", level, "wiz98 level [0 to 99 [SERVICE]]");
  if (!service || (s && *s->program))
    return set_levels((unsigned)n, service);
  report(WZ103E_service_unknown, "service=%s", service);
  return EXIT_PERMANENT;
}
