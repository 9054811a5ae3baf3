/* gather: what a report to the maker is made of: files of the home and what commands say, as parts; blanked (blank/blank.h);
 * written as one archive.  The working directory is the home. */
#ifndef GATHER_H
#define GATHER_H

#include "blank/blank.h"
#include "catalogue/catalogue.h"

enum { GATHER_PART_MAX = 2 << 20, GATHER_PARTS = 160, GATHER_ASKED_MAX = 10 };

struct gather_part {
  char name[80];                /* of the file in the archive */
  const char *about[2];         /* what it is, by language */
  stralloc text;
};

struct gather {
  struct gather_part part[GATHER_PARTS];
  size_t parts;
  struct blank blank;
};

/* ASKED: addresses and queue IDs that the report is about; they have been checked. */
void gather_all(struct gather *g, char **asked, size_t count);
void gather_crashes(struct gather *g);                     /* nothing but the records of crashes, and versions */
void gather_blank(struct gather *g);                       /* each part, with what all of them tell */
void gather_say(stralloc *out, const struct gather *g, enum language lang);   /* what is inside, what was taken out, what stays */
/* The archive (tar.gz) to FD.  False: told why. */
bool gather_write(const struct gather *g, int fd);

/* --- inside --- */
stralloc *gather_part(struct gather *g, const char *about_en, const char *about_ja, const char *name, ...) __attribute__((format(printf, 4, 5)));   /* to be filled */
/* What a program prints on both its outputs, the last GATHER_PART_MAX bytes; a line about its end where that is not 0.  BESIDE:
 * it lies beside this one.  After SECONDS it is killed. */
void gather_run(stralloc *out, bool beside, int seconds, const char *const argv[]);

#endif
