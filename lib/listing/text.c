/* For people, in English or Japanese. */
#include "listing/listing.h"
#include "log/human.h"
#include "log/log.h"
#include "sys/when.h"

static const char *const state_words[][2] = {
  [RCPT_WAITING] = {"waits", "配送待ち"},
  [RCPT_TRIED] = {"waits", "配送待ち"},
  [RCPT_PLACED] = {"is being put into the mailbox", "メールボックスへ格納中"},
  [RCPT_DONE] = {"delivered", "配送済み"},
  [RCPT_FAILED] = {"failed; the sender is told next", "配送失敗(これから差出人へ通知)"},
  [RCPT_BOUNCED] = {"failed; the sender was told", "配送失敗(差出人へ通知済み)"},
};

static const char *const wish_words[][2] = {
  [WISH_NONE] = {NULL, NULL}, [WISH_HOLD] = {NULL, NULL}, [WISH_RELEASE] = {NULL, NULL},
  [WISH_NOW] = {"to be tried now", "すぐに試行するよう指示あり"},
  [WISH_REMOVE] = {"to be removed", "削除の指示あり"},
  [WISH_BOUNCE] = {"to be returned", "返送の指示あり"},
};

/* As in the log: what a stranger wrote never reaches the terminal as it is. */
static void cat_escaped(stralloc *out, struct bytes b) {
  struct log_line l = {0};
  log_field(&l, "v", b);
  sa_catb(out, l.s + 3, l.n - 3);   /* behind " v=" */
}

static void put_cause(stralloc *out, const struct waiting *w, enum language lang) {
  enum message_id id;
  if (!w->cause.n && !w->reply.n)
    return;
  sa_cats(out, "      ");
  if (w->by_destination) {
    cat_escaped(out, bytes_str(w->destination));
    sa_cats(out, ": ");
  }
  if (listing_cause(w->cause, &id))
    sa_catf(out, "%s (%s)", explanation_of(id)->text[lang], message_of(id)->id);
  else
    cat_escaped(out, w->cause);
  if (w->reply.n) {
    sa_cats(out, ": ");
    cat_escaped(out, w->reply);
  }
  sa_catc(out, '\n');
}

static void put_next(stralloc *out, const struct listing *l, const struct waiting *w) {
  static const char *const next[] = {", next attempt ", "、次の試行 "}, *const in[] = {" (in ", "(あと"}, *const soon[] = {", next attempt at once", "、まもなく試行"};
  if (!w->next) {
    sa_cats(out, soon[l->lang]);
    return;
  }
  sa_cats(out, next[l->lang]);
  when_local(out, w->next);
  sa_cats(out, in[l->lang]);
  human_age(out, w->next - l->now, l->lang);
  sa_catc(out, ')');
}

static void put_rcpt(stralloc *out, const struct listing *l, const struct queue_message *m, const struct queue_rcpt *r) {
  static const char *const attempts[] = {", attempts: ", "、試行回数 "}, *const original[] = {" (addressed to ", "(元の宛先 "};
  struct waiting w;
  listing_waiting(&w, l, r);
  sa_cats(out, "  ");
  cat_escaped(out, bytes_sa(&r->addr));
  if (r->original.len) {
    sa_cats(out, original[l->lang]);
    cat_escaped(out, bytes_sa(&r->original));
    sa_catc(out, ')');
  }
  sa_catf(out, ": %s", state_words[r->state][l->lang]);
  if (w.attempts)
    sa_catf(out, "%s%u", attempts[l->lang], w.attempts);
  if (w.pending && !m->held)
    put_next(out, l, &w);
  sa_catc(out, '\n');
  put_cause(out, &w, l->lang);
}

void listing_text(stralloc *out, const struct listing *l, const struct queue_message *m, bool incoming) {
  static const char *const from[] = {"from ", "差出人 "}, *const held[] = {"held", "保留中"}, *const fresh[] = {"just arrived", "受け付け直後"},
                    *const null_sender[] = {"<> (null sender)", "<>(空の差出人)"};
  const char *wish = wish_words[m->wish][l->lang];
  sa_catf(out, "%s  ", m->id);
  human_age(out, l->now - m->received, l->lang);
  sa_cats(out, "  ");
  human_size(out, m->size);
  sa_catf(out, "  %s", from[l->lang]);
  if (m->sender.len)
    cat_escaped(out, bytes_sa(&m->sender));
  else
    sa_cats(out, null_sender[l->lang]);
  if (m->held)
    sa_catf(out, "  [%s]", held[l->lang]);
  if (wish)
    sa_catf(out, "  [%s]", wish);
  if (incoming)
    sa_catf(out, "  [%s]", fresh[l->lang]);
  sa_catc(out, '\n');
  for (size_t i = 0; i < m->count; i++)
    put_rcpt(out, l, m, &m->rcpt[i]);
}
