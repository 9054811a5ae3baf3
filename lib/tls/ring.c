#include "tls/ring.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "log/log.h"
#include "sys/clock.h"
#include "sys/report.h"

enum { SOON_S = 14 * 86400 };

struct tls_set *tls_set_hold(struct tls_set *s) {
  s->uses++;
  return s;
}

void tls_set_release(struct tls_set *s) {
  if (!s || --s->uses)
    return;
  for (size_t i = 0; i < s->n; i++)
    tls_certificate_release(s->c[i]);
  free(s);
}

/* --- the files --- */

static bool is_certificate_name(const char *name) {
  size_t n = strlen(name);
  return n > 4 && n <= TLS_NAME_MAX && *name != '.' && !strcmp(name + n - 4, ".pem");
}

static int by_path(const void *a, const void *b) { return strcmp(((const struct tls_file *)a)->path, ((const struct tls_file *)b)->path); }

/* Those that are there now, sorted, so that "the first" does not depend on the directory. */
static size_t list(struct tls_file *file) {
  size_t n = 0;
  DIR *d = opendir(TLS_FOLDER);
  for (struct dirent *e; d && (e = readdir(d));) {
    if (!is_certificate_name(e->d_name))
      continue;
    if (n == TLS_FILES_MAX) {
      report(TL310E_too_many_certificates, "path=%s max=%d", TLS_FOLDER, TLS_FILES_MAX);
      break;
    }
    file[n] = (struct tls_file){0};
    snprintf(file[n].path, sizeof file[n].path, "%s/%s", TLS_FOLDER, e->d_name);
    n++;
  }
  if (d)
    closedir(d);
  qsort(file, n, sizeof *file, by_path);
  return n;
}

static struct tls_file *find(struct tls_ring *r, const char *path) {
  for (size_t i = 0; i < r->files; i++)
    if (!strcmp(r->file[i].path, path))
      return &r->file[i];
  return NULL;
}

/* What is known of F goes over from OLD (NULL: nothing); what has changed is read.  True: its certificate is another one. */
static bool refresh(struct tls_file *f, struct tls_file *old, bool *again) {
  uint64_t now = tls_fingerprint_file(f->path);
  bool young = false;
  f->c = old ? old->c : NULL;
  f->fault = old ? old->fault : MESSAGE_COUNT;
  f->seen = now;
  if (old && old->seen == now)
    return false;
  struct tls_certificate *fresh = tls_load(f->path, f->c, &young, &f->fault);
  if (young) {
    f->seen = 0;
    *again = true;
  }
  if (!fresh)
    return false;
  tls_certificate_release(f->c);
  f->c = fresh;
  return true;
}

/* --- the set --- */

static size_t choose_first(const struct tls_set *s, const char *hostname) {
  for (size_t i = 0; i < s->n; i++)
    if (!strcasecmp(s->c[i]->name, hostname))
      return i;
  for (size_t i = 0; i < s->n; i++)
    if (*hostname && tls_covers(s->c[i]->leaf, hostname))
      return i;
  return 0;
}

static void make_set(struct tls_ring *r) {
  struct tls_set *s = calloc(1, sizeof *s);
  if (!s)
    out_of_memory();
  s->uses = 1;
  for (size_t i = 0; i < r->files; i++)
    if (r->file[i].c) {
      s->c[s->n++] = r->file[i].c;
      r->file[i].c->uses++;
    }
  s->first = choose_first(s, r->hostname);
  tls_set_release(r->set);
  r->set = s;
}

static void tell(const struct tls_certificate *c) {
  char until[32];
  time_t t = (time_t)c->not_after;
  struct tm tm;
  strftime(until, sizeof until, "%Y-%m-%d", gmtime_r(&t, &tm));
  report(TL104I_certificate_in_use, "path=%s until=%s", c->path, until);
}

static bool take_over(struct tls_ring *r, struct tls_file *fresh, size_t n) {
  bool changed = false, again = false;
  for (size_t i = 0; i < n; i++) {
    struct tls_file *old = find(r, fresh[i].path);
    if (refresh(&fresh[i], old, &again)) {
      tell(fresh[i].c);
      changed = true;
    }
    if (old)
      old->c = NULL;             /* FRESH has it now */
  }
  for (size_t i = 0; i < r->files; i++)
    if (r->file[i].c) {
      report(TL106I_certificate_gone, "path=%s", r->file[i].path);
      tls_certificate_release(r->file[i].c);
      changed = true;
    }
  memcpy(r->file, fresh, n * sizeof *fresh);
  r->files = n;
  if (again)
    r->seen = 0;
  return changed;
}

/* Before anything is read: what changes meanwhile is noticed the next time. */
static void take_fingerprint(struct tls_ring *r, const struct tls_file *file, size_t n) {
  stralloc paths = {0};
  for (size_t i = 0; i < n; i++) {
    sa_cats(&paths, file[i].path);
    sa_0(&paths);
  }
  r->seen = tls_fingerprint(bytes_sa(&paths));
  stralloc_free(&paths);
}

bool tls_ring_look(struct tls_ring *r, const char *hostname) {
  struct tls_file fresh[TLS_FILES_MAX];
  bool first_look = !r->set, renamed = strcmp(r->hostname, hostname);
  snprintf(r->hostname, sizeof r->hostname, "%s", hostname);
  size_t n = list(fresh);
  take_fingerprint(r, fresh, n);
  bool changed = take_over(r, fresh, n);
  if (changed || renamed || first_look) {
    make_set(r);
    if (changed)
      tls_ring_warn(r, clock_unix());
  }
  if (!r->set->n && (changed || first_look))
    report(TL105W_no_certificate, "path=%s", TLS_FOLDER);
  return changed || renamed || first_look;
}

void tls_ring_warn(const struct tls_ring *r, int64_t now) {
  for (size_t i = 0; i < r->set->n; i++) {
    const struct tls_certificate *c = r->set->c[i];
    if (c->not_after < now)
      report(TL305E_certificate_expired, "path=%s days=%lld", c->path, (long long)((now - c->not_after) / 86400));
    else if (c->not_after < now + SOON_S)
      report(TL306W_certificate_expires_soon, "path=%s days=%lld", c->path, (long long)((c->not_after - now) / 86400));
  }
}

void tls_ring_states(stralloc *out, const struct tls_ring *r) {
  for (size_t i = 0; i < r->files; i++) {
    const struct tls_file *f = &r->file[i];
    struct log_line l = {.n = 0};
    log_field(&l, "path", bytes_str(f->path));
    sa_catb(out, l.s + 1, l.n - 1);
    sa_catf(out, " not_after=%lld", f->c && f->c->not_after > 0 ? (long long)f->c->not_after : 0);
    if (f->fault != MESSAGE_COUNT)
      sa_catf(out, " error=%s", message_of(f->fault)->id);
    sa_catc(out, '\n');
  }
}
