#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "control/generation.h"
#include "front/front.h"
#include "front/supervision.h"
#include "front/words.h"
#include "sys/clock.h"
#include "sys/report.h"

/* A service whose process is still the run script, or `wiz98 run` in a pause, is not up. */
bool front_state_is_up(const struct front_state *s) {
  static const char *const before[] = {"sh", "dash", "run", "envdir", "softlimit", "supervise", "wiz98", ""};
  char comm[16];
  supervision_comm(comm, s->pid);
  for (size_t i = 0; i < sizeof before / sizeof *before; i++)
    if (!strcmp(comm, before[i]))
      return false;
  return true;
}

struct row {
  const struct front_service *service;
  struct front_state state;
  enum front_word word;            /* FRONT_UP to FRONT_CLOSED */
  unsigned long restarts;
  long port;                       /* 0: none */
  int64_t seconds;
};

static void read_row(struct row *r, const struct front_service *s, const struct conf *c) {
  struct front_attempt a;
  *r = (struct row){.service = s};
  front_service_state(&r->state, s->name);
  front_attempt_read(&a, s->name);
  r->restarts = a.starts > 1 ? a.starts - 1 : 0;
  r->port = c && s->port >= 0 ? conf_number(c, (enum setting)s->port) : 0;
  r->seconds = r->state.supervised ? clock_unix() - r->state.since : 0;
  if (r->state.supervised && c && !front_is_open(s, c))
    r->word = FRONT_CLOSED;
  else if (!r->state.supervised || !r->state.pid)
    r->word = FRONT_DOWN;
  else
    r->word = front_state_is_up(&r->state) ? FRONT_UP : FRONT_WAITING;
}

static void print_row(const struct row *r) {
  printf("%-11s%s ", r->service->name, front_word(r->word));
  if (r->state.pid)
    printf("pid %-8ld", (long)r->state.pid);
  if (r->state.supervised) {
    printf(front_word(FRONT_SINCE), (long long)r->seconds / 3600, (int)(r->seconds / 60 % 60), (int)(r->seconds % 60));
    printf("  ");
    printf(front_word(FRONT_RESTARTS), r->restarts);
  }
  if (r->port) {
    printf("  ");
    printf(front_word(FRONT_PORT), r->port);
  }
  putchar('\n');
}

static void print_row_json(const struct row *r, bool last) {
  static const char *const states[FRONT_STATES] = {[FRONT_UP] = "up", [FRONT_WAITING] = "waiting", [FRONT_DOWN] = "down", [FRONT_CLOSED] = "closed"};
  stralloc since = {0};
  date_iso(&since, r->state.since);
  printf("  {\"name\":\"%s\",\"state\":\"%s\",\"pid\":%ld,", r->service->name, states[r->word], (long)r->state.pid);
  printf("\"since\":\"%s\",\"seconds\":%lld,", r->state.supervised ? sa_cstr(&since) : "", (long long)r->seconds);
  printf("\"restarts\":%lu,\"port\":%ld}%s\n", r->restarts, r->port, last ? "" : ",");
  stralloc_free(&since);
}

int front_status(bool json) {
  const struct conf *c = generation_conf();
  bool running = front_svscan(), up = true;
  if (json)
    printf("{\"running\":%s,\"services\":[\n", running ? "true" : "false");
  else if (!running)
    puts(front_word(FRONT_NOT_RUNNING));
  for (size_t i = 0; i < FRONT_SERVICES; i++) {
    struct row r;
    read_row(&r, &front_services[i], c);
    up = up && (r.word == FRONT_UP || r.word == FRONT_CLOSED);
    if (json)
      print_row_json(&r, i + 1 == FRONT_SERVICES);
    else if (running)
      print_row(&r);
  }
  if (json)
    puts("]}");
  fflush(stdout);
  return running && up ? EXIT_DONE : running ? EXIT_TEMPORARY : EXIT_PERMANENT;
}
