#include "io/serve_pool.h"

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

int serve_conversation(conversation *talk, int in, int out) {
  struct peer p;
  copy_variable(p.ip, sizeof p.ip, "TCPREMOTEIP");
  copy_variable(p.port, sizeof p.port, "TCPREMOTEPORT");
  copy_variable(p.local_ip, sizeof p.local_ip, "TCPLOCALIP");
  copy_variable(p.local_port, sizeof p.local_port, "TCPLOCALPORT");
  copy_variable(p.host, sizeof p.host, "TCPREMOTEHOST");
  p.socket = socket_or_none(in);
  report_new_session();
  report_message(NULL);
  return talk(in, out, &p);
}

int serve(conversation *talk) {
  const char *control = getenv(SERVE_POOL_VARIABLE);
  if (!control) {
    int code = serve_conversation(talk, 0, 1);
    return code == EXIT_STOP ? EXIT_DONE : code;
  }
  int fd = atoi(control);
  unsetenv(SERVE_POOL_VARIABLE);
  return serve_pool(fd, talk);
}
