#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "listing/listing.h"
#include "log/human.h"
#include "spool/spool.h"
#include "sys/report.h"

static void show_damaged(stralloc *out, const char *path, const char *reason, bool json) {
  if (!json) {
    report(QE104E_damaged, "path=%s reason=%s", path, reason);
    return;
  }
  json_open(out, '{');
  json_member(out, "damaged", bytes_str(path));
  json_member(out, "reason", bytes_str(reason));
  json_close(out, '}');
  sa_catc(out, '\n');
}

void listing_show(stralloc *out, struct listing_totals *t, const struct listing *l, const struct spool_name *n, bool json) {
  static stralloc path;
  struct queue_message m = {0};
  const char *why = NULL;
  int fd = spool_open(n, O_RDONLY, &path);
  if (fd < 0 && errno == ENOENT)     /* it has left meanwhile */
    return;
  if (fd < 0)
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=open path=%s", path.s);
  int r = spool_read(fd, &m, &why);
  if (r) {
    t->damaged++;
    show_damaged(out, path.s, r == -2 ? why : strerror(errno), json);
  } else {
    t->messages++;
    t->held += m.held;
    t->bytes += m.size;
    (json ? listing_json : listing_text)(out, l, &m, n->incoming);
  }
  queue_message_free(&m);
  close(fd);
}

void listing_totals(stralloc *out, const struct listing_totals *t, size_t set_aside, enum language lang) {
  static const char *const words[][2] = {{"messages: ", "メール: "}, {", together ", "通、合計 "}, {", held: ", "、うち保留中 "}, {"; damaged files: ", "。壊れたファイル: "}};
  sa_catf(out, "%s%zu%s", words[0][lang], t->messages, words[1][lang]);
  human_size(out, t->bytes);
  if (t->held)
    sa_catf(out, "%s%zu", words[2][lang], t->held);
  if (t->damaged + set_aside)
    sa_catf(out, "%s%zu (spool/damaged: %zu)", words[3][lang], t->damaged + set_aside, set_aside);
  sa_catc(out, '\n');
}
