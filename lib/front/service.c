#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front/front.h"
#include "sys/clock.h"
#include "sys/fd.h"

const struct front_service front_services[FRONT_SERVICES] = {
  {"log", "", -1, "", {NULL}, false, ROLE_LOG},
  {"auth", "auth-serve", -1, "", {NULL}, false, ROLE_AUTH},
  {"tls", "tls-serve", -1, "", {NULL}, false, ROLE_TLS},
  {"token", "token-refresh", -1, "", {NULL}, false, ROLE_TOKEN},
  {"queue", "queue-run", -1, "", {NULL}, false, ROLE_QUEUE},
  {"submit", "queue-put", -1, "", {NULL}, false, ROLE_SUBMIT},
  {"smtp", "smtp-recv", SET_smtp_port, "220", {NULL}, false, ROLE_RECEIVE},
  {"submission", "smtp-recv", SET_submission_port, "220", {"--submission", NULL}, true, ROLE_RECEIVE},
  {"smtps", "smtp-recv", SET_smtps_port, "", {"--submission", "--tls"}, true, ROLE_RECEIVE},
  {"pop3", "pop3-serve", SET_pop3_port, "+OK", {NULL}, false, ROLE_POP},
  {"pop3s", "pop3-serve", SET_pop3s_port, "", {"--tls", NULL}, false, ROLE_POP},
};

const struct front_service *front_service_find(const char *name) {
  for (size_t i = 0; i < FRONT_SERVICES; i++)
    if (!strcmp(front_services[i].name, name))
      return &front_services[i];
  return NULL;
}

bool front_is_open(const struct front_service *s, const struct conf *c) {
  return s->port < 0 || (conf_number(c, (enum setting)s->port) && (!s->for_auth || conf_number(c, SET_smtp_auth)));
}

/* supervise/status: 12 bytes TAI64N, the pid (4 bytes, little end first), paused, wanted. */
void front_service_state(struct front_state *s, const char *name) {
  char path[64];
  unsigned char b[18];
  uint64_t tai = 0;
  *s = (struct front_state){0};
  snprintf(path, sizeof path, "service/%s/supervise/ok", name);
  int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);   /* ENXIO: nobody has it open for reading */
  if (fd < 0)
    return;
  close(fd);
  snprintf(path, sizeof path, "service/%s/supervise/status", name);
  fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  s->supervised = !fd_pread_all(fd, (char *)b, sizeof b, 0);
  close(fd);
  if (!s->supervised)
    return;
  for (int i = 0; i < 8; i++)
    tai = tai << 8 | b[i];
  s->since = (int64_t)(tai - 4611686018427387914ULL);
  s->pid = (pid_t)((uint32_t)b[12] | (uint32_t)b[13] << 8 | (uint32_t)b[14] << 16 | (uint32_t)b[15] << 24);
}

bool front_service_control(const char *name, const char *commands) {
  char path[64];
  snprintf(path, sizeof path, "service/%s/supervise/control", name);
  int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return false;
  bool done = !fd_write_all(fd, commands, strlen(commands));
  close(fd);
  return done;
}

/* --- attempts --- */

enum { PAUSE_MAX = 300 };

static void attempt_path(char path[64], const char *name) { snprintf(path, 64, "run/attempt/%s", name); }

void front_attempt_read(struct front_attempt *a, const char *name) {
  char path[64];
  stralloc text = {0};
  long long time;
  int waited;
  *a = (struct front_attempt){0};
  attempt_path(path, name);
  if (!fd_slurp(path, 200, &text) && sscanf(sa_cstr(&text), "%lu %lu %lld %d", &a->starts, &a->quick, &time, &waited) == 4) {
    a->time = time;
    a->waited = waited;
  }
  stralloc_free(&text);
}

/* Not synced: it speaks of processes, which do not outlive a reboot either. */
void front_attempt_write(const struct front_attempt *a, const char *name) {
  char path[64], text[100];
  attempt_path(path, name);
  int n = snprintf(text, sizeof text, "%lu %lu %lld %d\n", a->starts, a->quick, (long long)a->time, a->waited);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 && errno == ENOENT && !mkdir("run/attempt", 0700))
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  fd_write_all(fd, text, (size_t)n);
  close(fd);
}

unsigned front_attempt_pause(const struct front_attempt *a) {
  unsigned pause = 1;
  for (unsigned long i = 1; i < a->quick && pause < PAUSE_MAX; i++)
    pause *= 2;
  return pause < PAUSE_MAX ? pause : PAUSE_MAX;
}
