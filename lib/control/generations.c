#include "control/generations.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "base/bytes.h"

/* A number below 10^18 without leading zeros: then the name can be made from it again. */
static unsigned long number_of(struct bytes name) {
  uint64_t n = 0;
  return name.n && name.n <= 18 && name.s[0] != '0' && bytes_u64(name, &n) ? (unsigned long)n : 0;
}

unsigned long generations_current(void) {
  static const char prefix[] = "generations/";
  char target[64];
  ssize_t n = readlink("run/conf", target, sizeof target);
  if (n < (ssize_t)sizeof prefix || memcmp(target, prefix, sizeof prefix - 1))
    return 0;
  return number_of(bytes_of(target + sizeof prefix - 1, (size_t)n - (sizeof prefix - 1)));
}

unsigned long generations_highest(void) {
  unsigned long highest = generations_current();
  DIR *d = opendir("run/generations");
  for (struct dirent *e; d && (e = readdir(d));) {
    unsigned long n = number_of(bytes_str(e->d_name));
    highest = n > highest ? n : highest;
  }
  if (d)
    closedir(d);
  return highest;
}

void generations_remove(unsigned long number) {
  static const char *const files[] = {"generations/%lu/conf.cdb", "generations/%lu/auth.cdb", "generations/%lu/remote.cdb", "generations/%lu/token.cdb",
                                      "secrets/auth/%lu.cdb", "secrets/remote/%lu.cdb", "secrets/token/%lu.cdb"};
  char file[64], path[80];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(file, sizeof file, files[i], number);
    snprintf(path, sizeof path, "run/%s", file);
    unlink(path);
  }
  snprintf(path, sizeof path, "run/generations/%lu", number);
  rmdir(path);   /* what somebody else put there stays, and the directory with it */
}

void generations_remove_but(unsigned long one, unsigned long other) {
  DIR *d = opendir("run/generations");
  for (struct dirent *e; d && (e = readdir(d));) {
    unsigned long n = number_of(bytes_str(e->d_name));
    if (n && n != one && n != other)
      generations_remove(n);
  }
  if (d)
    closedir(d);
}
