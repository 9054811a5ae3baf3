#include "io/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "sys/report.h"

static void copy_variable(char *to, size_t room, const char *name) {
  const char *value = getenv(name);
  snprintf(to, room, "%s", value ? value : "");
}

static int socket_or_none(int fd) {
  struct stat st;
  return !fstat(fd, &st) && S_ISSOCK(st.st_mode) ? fd : -1;
}

static void peer_of_environment(struct peer *p) {
  copy_variable(p->ip, sizeof p->ip, "TCPREMOTEIP");
  copy_variable(p->port, sizeof p->port, "TCPREMOTEPORT");
  copy_variable(p->local_ip, sizeof p->local_ip, "TCPLOCALIP");
  copy_variable(p->local_port, sizeof p->local_port, "TCPLOCALPORT");
  copy_variable(p->host, sizeof p->host, "TCPREMOTEHOST");
  p->socket = socket_or_none(0);
}

int serve(conversation *talk, enum serve_mode mode) {
  (void)mode;
  struct peer peer;
  peer_of_environment(&peer);
  report_new_session();
  report_message(NULL);
  return talk(0, 1, &peer);
}
