#include <sys/stat.h>
#include <unistd.h>

#include "tls/tls.h"

/* FNV-1a. */
static uint64_t mix(uint64_t h, const void *p, size_t n) {
  for (const unsigned char *b = p; n--; b++)
    h = (h ^ *b) * 0x100000001b3ULL;
  return h;
}

uint64_t tls_fingerprint_file(const char *path) {
  struct stat st;
  if (stat(path, &st))
    return 0;
  const int64_t parts[] = {(int64_t)st.st_dev, (int64_t)st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_ctim.tv_sec, st.st_ctim.tv_nsec};
  return mix(0xcbf29ce484222325ULL, parts, sizeof parts);
}

uint64_t tls_fingerprint(struct bytes paths) {
  char target[64];
  ssize_t n = readlink("run/conf", target, sizeof target);
  uint64_t h = mix(tls_fingerprint_file(TLS_FOLDER), target, n > 0 ? (size_t)n : 0);
  for (struct bytes path; bytes_cut(&paths, 0, &path) && path.n;) {
    uint64_t file = tls_fingerprint_file(path.s);
    h = mix(h, &file, sizeof file);
  }
  return h;
}
