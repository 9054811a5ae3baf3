/* svg: plots as functions of numbers: an <svg> element to stand in a page whose style names its classes: bar, grid, axis (text).
 * It refers to nothing outside and holds no script.  Texts are escaped here. */
#ifndef SUMMARY_SVG_H
#define SUMMARY_SVG_H

#include "base/bytes.h"

void xml_text(stralloc *out, struct bytes text);             /* appends TEXT, escaped for text and attributes; what no XML may hold becomes U+FFFD */

struct svg_column {
  uint64_t value;
  stralloc label;                /* below it; empty: none */
  stralloc title;                /* what a reader sees who points at it */
};
/* Columns over an axis; the scale is from 0 to the next round number.  NAME is read out to who cannot see it. */
void svg_columns(stralloc *out, const struct svg_column *column, size_t count, struct bytes name);
/* A bar of PERMILLE of its room, PART permille of it (of the whole room) in the second colour: stands in a table's row. */
void svg_bar(stralloc *out, unsigned permille, unsigned part);
uint64_t svg_round_up(uint64_t n);                           /* 1, 2, 4, 5, 10, 20, 40, 50 …, the least that N does not exceed */

#endif
