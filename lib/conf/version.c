/* Where a line's comment begins, and what conf/version says: for programs that compile no definition files, too. */
#include "conf/compile.h"

#include "conf/parse.h"

static bool is_blank(char ch) { return ch == ' ' || ch == '\t'; }

/* Behind the quoted word at AT: its closing '"' passed over. */
size_t conf_quoted_end(struct bytes line, size_t at) {
  for (at++; at < line.n && line.s[at] != '"'; at++)
    at += line.s[at] == '\\';
  return at + 1;
}

size_t conf_comment(struct bytes line, bool quotes) {
  for (size_t i = 0; i < line.n; i++) {
    if (i && !is_blank(line.s[i - 1]))
      continue;
    if (line.s[i] == '#')
      return i;
    if (quotes && line.s[i] == '"')
      i = conf_quoted_end(line, i) - 1;
  }
  return line.n;
}

/* --- version --- */

static struct bytes entry_of(struct bytes line) {
  if (line.n && line.s[line.n - 1] == '\r')
    line.n--;
  return bytes_trim(bytes_of(line.s, conf_comment(line, false)));
}

unsigned conf_version(struct bytes text, unsigned *line) {
  uint64_t version = 0;
  struct bytes one;
  *line = 0;
  if (text.n >= 3 && !memcmp(text.s, "\xef\xbb\xbf", 3))
    text = bytes_of(text.s + 3, text.n - 3);
  while (bytes_cut(&text, '\n', &one)) {
    ++*line;
    one = entry_of(one);
    if (one.n && (version || !bytes_u64(one, &version) || !version || version > 1000000))
      return 0;
  }
  return version ? (unsigned)version : 1;
}
