/* Certificates: what tls-serve would make of each file, by its own code. */
#include <dirent.h>
#include <errno.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "probes/probes.h"
#include "tls/ring.h"

enum { DAYS_SOON = 14, DAY = 86400 };

typedef void look_at(struct probe *p, const char *path, struct tls_certificate *c, enum message_id fault);

static bool is_pem(const char *name) { return *name != '.' && strlen(name) > 4 && strlen(name) <= TLS_NAME_MAX && !strcmp(name + strlen(name) - 4, ".pem"); }

static size_t each_file(struct probe *p, look_at *look) {
  size_t n = 0;
  DIR *d = opendir(TLS_FOLDER);
  if (!d)
    probe_unreadable(p, TLS_FOLDER);
  for (struct dirent *e; d && n < TLS_FILES_MAX && (e = readdir(d));) {
    char path[TLS_NAME_MAX + 16];
    bool again = false;
    enum message_id fault = MESSAGE_COUNT;
    if (!is_pem(e->d_name))
      continue;
    snprintf(path, sizeof path, TLS_FOLDER "/%s", e->d_name);
    errno = 0;
    struct tls_certificate *c = tls_load(path, NULL, &again, &fault);
    n++;
    if (!again)                    /* else it is being written just now */
      look(p, path, c, fault);
    tls_certificate_release(c);
  }
  if (d)
    closedir(d);
  return n;
}

static void look_at_file(struct probe *p, const char *path, struct tls_certificate *c, enum message_id fault) {
  if (!c && fault == TL301E_certificate_unreadable)
    probe_unreadable(p, path);
  else if (!c)
    probe_find(p, CHECK_FAIL, fault, "path=%s kept=no", path);
  else
    probe_good(p, "path=%s key=fits", path);
}

void probe_certificate(struct probe *p) {
  tls_start_library(true);
  if (!each_file(p, look_at_file) && !p->finding.evidence.len)
    probe_find(p, CHECK_WARN, DC041W_no_certificate, "path=" TLS_FOLDER);
  probe_good(p, "path=" TLS_FOLDER);
}

static void look_at_date(struct probe *p, const char *path, struct tls_certificate *c, enum message_id fault) {
  (void)fault;
  long long days = c ? (long long)(c->not_after - p->now) / DAY : 0;
  if (!c)
    return;
  if (c->not_after < p->now)
    probe_find(p, CHECK_FAIL, TL305E_certificate_expired, "path=%s days=%lld kept=no", path, days);
  else if (days < DAYS_SOON)
    probe_find(p, CHECK_WARN, TL306W_certificate_expires_soon, "path=%s days=%lld", path, days);
  else
    probe_good(p, "path=%s days=%lld", path, days);
}

void probe_certificate_date(struct probe *p) {
  tls_start_library(true);
  each_file(p, look_at_date);
  probe_good(p, "path=" TLS_FOLDER);
}

static char hostname[300];
static bool covered, looked;

static void look_at_name(struct probe *p, const char *path, struct tls_certificate *c, enum message_id fault) {
  (void)p, (void)path, (void)fault;
  looked |= c != NULL;
  covered |= c && tls_covers(c->leaf, hostname);
}

void probe_certificate_name(struct probe *p) {
  stralloc scratch = {0};
  struct bytes name = conf_hostname(p->conf, &scratch);
  snprintf(hostname, sizeof hostname, "%.*s", (int)name.n, name.s);
  stralloc_free(&scratch);
  tls_start_library(true);
  each_file(p, look_at_name);
  if (looked && !covered)
    probe_find(p, CHECK_FAIL, DC042E_certificate_name, "name=%s path=" TLS_FOLDER, hostname);
  else
    probe_good(p, "name=%s covered=%s", hostname, looked ? "yes" : "no_certificate");
}
