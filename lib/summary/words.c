#include "summary/words.h"

#include "base/date.h"
#include "base/sa.h"
#include "log/human.h"

static const char *const words[SUMMARY_WORDS][2] = {
  [SAYS_TITLE] = {"Mail summary", "メールの集計"},
  [SAYS_NOTHING] = {"The log has no line of this time.", "この期間の行はログにありません。"},
  [SAYS_RECEIVED] = {"Received", "受信"},
  [SAYS_RECEIVED_MORE] = {"messages", "通"},
  [SAYS_HERE] = {"of them from programs of this machine", "うち、このサーバ上のプログラムから"},
  [SAYS_DELIVERED] = {"Delivered", "配送完了"},
  [SAYS_TO_MAILBOXES] = {"into mailboxes here", "このサーバのメールボックスへ"},
  [SAYS_TO_SERVERS] = {"to other servers", "他のサーバへ"},
  [SAYS_REFUSED] = {"Refused", "拒否"},
  [SAYS_DELAYED] = {"Attempts in vain", "配送できず再試行"},
  [SAYS_FAILED] = {"Failed for good", "配送失敗"},
  [SAYS_NOTICES] = {"Senders told: failure / delay / postmaster instead", "通知: 不達 / 遅延 / 管理者宛て"},
  [SAYS_LOGINS] = {"Logins / refused", "ログイン / 拒否"},
  [SAYS_OTHER] = {"Other errors / warnings", "その他のエラー / 警告"},
  [SAYS_DROPPED] = {"Log lines lost", "失われたログの行"},
  [SAYS_WHY_REFUSED] = {"Refused, by reason", "拒否した理由"},
  [SAYS_WHY_UNDELIVERED] = {"Not delivered, by cause", "配送できなかった原因"},
  [SAYS_ERRORS] = {"Other errors", "その他のエラー"},
  [SAYS_NONE] = {"none", "なし"},
  [SAYS_NOT_DELIVERED] = {"Not delivered", "配送できず(再試行・失敗)"},
  [SAYS_EXPLAIN] = {"msg-explain ID tells cause and remedy.", "原因と対処は「msg-explain ID」で表示できます。"},
  [SAYS_CLIENTS] = {"Clients", "接続してきたクライアント"},
  [SAYS_SENDERS] = {"Senders", "差出人"},
  [SAYS_USERS] = {"Users", "ユーザ"},
  [SAYS_DOMAINS] = {"Domains sent to", "送信先のドメイン"},
  [SAYS_SPANS] = {"How long it took", "所要時間"},
  [SAYS_SPAN_RECEIVING] = {"receiving, from DATA to the answer", "受信(DATA から応答まで)"},
  [SAYS_SPAN_QUEUE] = {"in the queue, until the last recipient", "キュー(最後の宛先が済むまで)"},
  [SAYS_SPAN_SENDING] = {"an attempt, to another server", "他のサーバへの引き渡し1回"},
  [SAYS_SPAN_STORING] = {"an attempt, into a mailbox", "メールボックスへの格納1回"},
  [SAYS_WAITS] = {"Time in the queue", "キューにあった時間"},
  [COL_COUNT] = {"count", "件数"},
  [COL_FAILED] = {"for good", "うち失敗"},
  [COL_ID] = {"ID", "ID"},
  [COL_LAST] = {"last", "最後の時刻"},
  [COL_MEANING] = {"meaning", "内容"},
  [COL_MESSAGES] = {"messages", "メール"},
  [COL_CLIENT_REFUSED] = {"refused", "うち拒否"},
  [COL_CLIENT] = {"client", "クライアント"},
  [COL_CLIENT_COUNT] = {"requests", "件数"},
  [COL_SENDER] = {"sender", "差出人"},
  [COL_SIZE] = {"size", "サイズ"},
  [COL_USER] = {"user", "ユーザ"},
  [COL_RECIPIENTS] = {"recipients", "宛先"},
  [COL_DOMAIN] = {"domain", "ドメイン"},
  [COL_ATTEMPTS] = {"attempts", "試行"},
  [COL_IN_VAIN] = {"in vain", "うち失敗"},
  [COL_HALF] = {"half", "50%"},
  [COL_NINETY] = {"90 %", "90%"},
  [COL_NINETY_NINE] = {"99 %", "99%"},
  [COL_LONGEST] = {"longest", "最長"},
  [SAYS_CAUSE] = {"Cause", "原因"},
  [SAYS_REMEDY] = {"Remedy", "対処"},
  [SAYS_AT_MOST] = {"~: at most; there were too many different ones to count each.", "「~」は上限値です(種類が多いため正確には数えていません)。"},
  [SAYS_TIME_NOTE] = {"50 %, 90 %, 99 %: so many were done within this time.", "50%・90%・99% のメールが、その時間以内に済みました。"},
};

const char *summary_word(enum summary_word w, enum language lang) { return words[w][lang]; }

const struct summary_table summary_tables[SUMMARY_TOPS] = {
  [TOP_CLIENTS] = {SAYS_CLIENTS, COL_CLIENT, COL_CLIENT_COUNT, COL_CLIENT_REFUSED, false, true, "clients"},
  [TOP_SENDERS] = {SAYS_SENDERS, COL_SENDER, COL_MESSAGES, COL_SIZE, true, false, "senders"},
  [TOP_USERS] = {SAYS_USERS, COL_USER, COL_MESSAGES, COL_RECIPIENTS, false, false, "users"},
  [TOP_DOMAINS] = {SAYS_DOMAINS, COL_DOMAIN, COL_ATTEMPTS, COL_IN_VAIN, false, true, "domains"},
};

const enum summary_word summary_span_words[SUMMARY_SPANS] = {SAYS_SPAN_RECEIVING, SAYS_SPAN_QUEUE, SAYS_SPAN_SENDING, SAYS_SPAN_STORING};
const enum summary_word summary_kind_words[SUMMARY_KINDS] = {SAYS_WHY_REFUSED, SAYS_WHY_UNDELIVERED, SAYS_ERRORS};
const unsigned summary_permille[4] = {500, 900, 990, 1000};

void summary_between(stralloc *out, const struct summary *s, const struct summary_view *v) {
  v->when(out, s->since ? s->since : s->first);
  sa_cats(out, " \xe2\x80\x93 ");
  v->when(out, s->until ? s->until : s->last);
}

void summary_wait_label(stralloc *out, size_t i, enum language lang) {
  bool last = i == SUMMARY_WAITS - 1;
  sa_cats(out, last ? "\xe2\x89\xa5 " : "< ");
  human_age(out, (int64_t)(summary_wait_below[i - last] / 1000), lang);
}

/* --- the axis of time --- */

static void put_local(stralloc *out, const struct timeline *t, int64_t time, size_t from, size_t n) {
  stralloc iso = {0};
  date_iso(&iso, time + t->east);      /* 2026-11-24T06:00:00Z */
  sa_catb(out, iso.s + from, n);
  stralloc_free(&iso);
}

/* About seven labels, at round times. */
static int64_t label_step(const struct timeline *t) {
  static const int64_t steps[] = {600, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (steps[i] >= t->step && steps[i] % t->step == 0 && steps[i] * 8 >= t->step * (int64_t)t->used)
      return steps[i];
  return t->step * (1 + (int64_t)t->used / 8);
}

void summary_slot_label(stralloc *out, const struct timeline *t, size_t slot) {
  int64_t begin = t->begin + (int64_t)slot * t->step, step = label_step(t);
  bool round = (begin + t->east) % step == 0, midnight = (begin + t->east) % 86400 == 0;
  if (step > 604800)
    round = slot % (size_t)(step / t->step) == 0;
  if (round && (int64_t)(t->used - slot) * 2 * 8 >= (int64_t)t->used)    /* none that the edge would cut */
    midnight ? put_local(out, t, begin, 5, 5) : put_local(out, t, begin, 11, 5);
}

void summary_slot_title(stralloc *out, const struct timeline *t, size_t slot, uint64_t value) {
  int64_t begin = t->begin + (int64_t)slot * t->step;
  put_local(out, t, begin, 0, 10);
  if (t->step < 86400) {
    sa_catc(out, ' ');
    put_local(out, t, begin, 11, 5);
    sa_cats(out, "\xe2\x80\x93");
    put_local(out, t, begin + t->step, 11, 5);
  }
  sa_cats(out, ": ");
  sa_catu(out, value);
}
