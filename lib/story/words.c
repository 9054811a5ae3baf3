#include "story/words.h"

#include "log/view.h"

static const char *const words[WORD_COUNT][2] = {
  [WORD_MESSAGE] = {"Message {0}", "メール {0}"},
  [WORD_CONVERSATION] = {"Conversation {0}: no message came of it", "会話 {0}(メールの受け付けには至りませんでした)"},
  [WORD_BOUNCE] = {" (written by this server about message {0})", "(メール {0} についてこのサーバが作成した通知)"},
  [WORD_FROM] = {"  From: {0}", "  差出人: {0}"},
  [WORD_FROM_NOBODY] = {"  From: nobody (null sender, as bounces have)", "  差出人: なし(エラー通知などの空の差出人)"},
  [WORD_MID] = {"  Message-ID: {0}", "  Message-ID: {0}"},
  [WORD_BEGIN_UNKNOWN] = {"  How it came in is not known: the log has no line about that.",
                          "  どのように受け付けたかは不明です(ログに行がありません)。"},
  [WORD_LOG_BEGINS] = {" The log goes back to {0}.", "ログに残っているのは {0} 以降です。"},
  [WORD_NO_LINES] = {"  The log has no line about it.", "  このメールについての行はログにありません。"},
  [WORD_RECEIVED] = {"Received from {0}{1}, {2}", "{0}{1} から受け付け、{2}"},
  [WORD_RECEIVED_USER] = {"Received from {0}{1}, user {3}, {2}", "{0}{1}(ユーザ {3})から受け付け、{2}"},
  [WORD_RECEIVED_LOCAL] = {"Given by a program of this machine, user {0}, {1}", "このサーバ上のプログラム(ユーザ {0})から受け付け、{1}"},
  [WORD_WRITTEN] = {"Written by this server", "このサーバが作成"},
  [WORD_TOOK] = {" (it took {0})", "(受信に {0})"},
  [WORD_FOR] = {"; for [0]", "。宛先: [0]"},
  [WORD_LED_TO] = {"{0} (-> [1])", "{0}(→ [1])"},
  [WORD_COMMA] = {", ", "、"},
  [WORD_FETCHED] = {"{0}: fetched by POP3 from {1}, left in the mailbox", "{0}: POP3 で {1} が受信、メールボックスに残した"},
  [WORD_FETCHED_REMOVED] = {"{0}: fetched by POP3 from {1}, removed from the mailbox", "{0}: POP3 で {1} が受信、メールボックスから削除"},
  [WORD_REMOVED_UNREAD] = {"{0}: removed from the mailbox by POP3 from {1}, not fetched in that conversation",
                           "{0}: POP3 で {1} がメールボックスから削除(その会話では受信していない)"},
  [WORD_ADDRESSED] = {"The client named the recipient {0}", "クライアントが宛先 {0} を指定"},
  [WORD_REFUSED_RCPT] = {"{0} was refused: [1] ({2})", "宛先 {0} を拒否: [1] ({2})"},
  [WORD_DELIVERED_LOCAL] = {"{0}: put into the mailbox", "{0}: メールボックスに格納"},
  [WORD_DELIVERED_REMOTE] = {"{0}: handed to the next server", "{0}: 次のサーバに引き渡し"},
  [WORD_ALIAS] = {" (addressed to {0})", "(元の宛先 {0})"},
  [WORD_TRIED] = {"{0}: not delivered yet: [1] ({2})", "{0}: まだ配送できません: [1] ({2})"},
  [WORD_FAILED] = {"{0}: failed for good: [1] ({2})", "{0}: 配送失敗: [1] ({2})"},
  [WORD_EXPIRED] = {"{0}: given up: [1] ({2})", "{0}: 配送を断念: [1] ({2})"},
  [WORD_AT_HOST] = {", server {0}{1}", "、相手 {0}{1}"},
  [WORD_AT_STAGE] = {", {0}", "、{0}"},
  [WORD_SAID] = {"; answer: {0}", "。応答: {0}"},
  [WORD_PATH] = {": {0}", ": {0}"},
  [WORD_CONNECT] = {"; connecting {0}", "。接続に {0}"},
  [WORD_SEND] = {", transferring {0}", "、転送に {0}"},
  [WORD_MS] = {"; {0} in all", "。全体で {0}"},
  [WORD_BOUNCE_MADE] = {"The sender is told that it failed: message {0}", "差出人に配送失敗を通知: メール {0}"},
  [WORD_DELAY_MADE] = {"The sender is told that it is late: message {0}", "差出人に配送の遅れを通知: メール {0}"},
  [WORD_DOUBLE_MADE] = {"The sender cannot be told, so the postmaster is: message {0}",
                        "差出人に通知できないため管理者(postmaster)に通知: メール {0}"},
  [WORD_LEFT] = {"Left the queue, {0} after it came", "キューから出た(受け付けから {0})"},
  [WORD_LEFT_PART] = {"; recipients done: {0}, failed: {1}", "。宛先の内訳: 完了 {0}、失敗 {1}"},
  [WORD_WISH] = {"The operator's wish was obeyed: {0}", "管理者の指示を実行: {0}"},
  [WORD_END] = {"  What became of it:", "  結果:"},
  [WORD_END_DELIVERED] = {"    {0}: delivered into the mailbox; the log does not say that it was fetched by POP3",
                           "    {0}: メールボックスに配送済み(POP3 で受信した記録はログにありません)"},
  [WORD_END_FETCHED] = {"    {0}: delivered, fetched by POP3 at {1} from {2}, and left in the mailbox",
                         "    {0}: 配送済み。{1} に {2} が POP3 で受信し、メールボックスに残しました"},
  [WORD_END_FETCHED_REMOVED] = {"    {0}: delivered, fetched by POP3 at {1} from {2}, and removed from the mailbox",
                                 "    {0}: 配送済み。{1} に {2} が POP3 で受信し、メールボックスから削除しました"},
  [WORD_END_REMOVED_UNREAD] = {"    {0}: delivered, removed from the mailbox by POP3 at {1} from {2}; the log does not say that it was fetched",
                                "    {0}: 配送済み。{1} に {2} が POP3 でメールボックスから削除しました(受信した記録はログにありません)"},
  [WORD_END_DELIVERED_REMOTE] = {"    {0}: handed to {1}{2}; what happens behind that, that server's log knows",
                                 "    {0}: {1}{2} に引き渡し済み(その先は相手のサーバのログでわかります)"},
  [WORD_END_WAITING] = {"    {0}: waits, it is tried again: [1] ({2})", "    {0}: 待機中(自動的に再試行): [1] ({2})"},
  [WORD_END_LAST] = {"    {0}: the last attempt that the log has was in vain: [1] ({2}); what came then is not known",
                     "    {0}: ログにある最後の試行は失敗しました: [1] ({2})。その後は不明です"},
  [WORD_END_FAILED] = {"    {0}: not delivered: [1] ({2})", "    {0}: 配送できませんでした: [1] ({2})"},
  [WORD_END_FAILED_TOLD] = {"    {0}: not delivered, and the sender was told: [1] ({2})",
                            "    {0}: 配送できず、差出人に通知済み: [1] ({2})"},
  [WORD_END_REFUSED] = {"    {0}: refused when it was offered: [1] ({2})", "    {0}: 受け付け時に拒否: [1] ({2})"},
  [WORD_END_REMOVED] = {"    {0}: removed by the operator, not delivered", "    {0}: 管理者が削除(配送していません)"},
  [WORD_END_UNKNOWN] = {"    {0}: not known; the log has no line about its delivery", "    {0}: 不明(配送についての行がログにありません)"},
  [WORD_END_UNKNOWN_ALL] = {"    Not known: the log has no line about its delivery.", "    不明です。配送についての行がログにありません。"},
  [WORD_END_GONE] = {"    It is not in the queue any more, and the log does not say how it left.",
                     "    すでにキューになく、どのように出たかはログにありません。"},
  [WORD_END_NEVER] = {"    It was not accepted, so it never was in the queue: [0] ({1})",
                      "    受け付けられず、キューには入りませんでした: [0] ({1})"},
  [WORD_END_SET_ASIDE] = {"    Its file was damaged and is now in spool/damaged (QU201E).",
                          "    ファイルが壊れていたため spool/damaged に移しました (QU201E)。"},
  [WORD_END_WAITING_OLD] = {"    That was the state at the last line; whether it still waits was not looked up.",
                            "    これは最後の行の時点の状態です(今もキューにあるかは調べていません)。"},
  [WORD_UNSEEN] = {"    Whether it is in the queue now could not be seen (no permission?).",
                   "    今キューにあるかどうかは確認できませんでした(権限がありませんか)。"},
  [WORD_CAUSE] = {"      Why: [0]", "      原因: [0]"},
  [WORD_TRANSCRIPT] = {"    What was said at the last attempts, as long as it is kept: queue-list --transcript {0}",
                       "    最近の試行での相手とのやり取り(保存期間内): queue-list --transcript {0}"},
  [WORD_REMEDY] = {"      What to do: [0]", "      対処: [0]"},
  [WORD_IN_QUEUE] = {"  In the queue now:", "  現在のキューの状態:"},
  [WORD_TIMES] = {"  Where the time went: ", "  時間の内訳: "},
  [WORD_TIMES_OF] = {"  Where the time went ({0}): ", "  時間の内訳({0}): "},
  [WORD_TIME_RECEIVE] = {"receiving {0}", "受信 {0}"},
  [WORD_TIME_WAIT] = {", in the queue {0}", "、キューで待機 {0}"},
  [WORD_TIME_CONNECT] = {", connecting {0}", "、接続 {0}"},
  [WORD_TIME_SEND] = {", transferring {0}", "、転送 {0}"},
  [WORD_TIME_DELIVER] = {", delivering {0}", "、配送 {0}"},
  [WORD_TIME_UNKNOWN] = {"in the queue: not known, delivering {0}", "キューで待機 不明、配送 {0}"},
  [WORD_SHORT] = {"{0}  {1}  {2} -> {3}{4}: {5}", "{0}  {1}  {2} → {3}{4}: {5}"},
  [WORD_MORE] = {" and {0} more", " ほか {0} 件"},
  [WORD_NOBODY] = {"nobody", "(空の差出人)"},
  [WORD_UNKNOWN] = {"not known", "不明"},
};

const char *story_word(enum story_word w, enum language lang) { return words[w][lang]; }

static const struct {
  const char *name, *word[2];
} states[] = {
  [STORY_UNKNOWN] = {"unknown", {"not known", "不明"}},       [STORY_WAITING] = {"waiting", {"waits", "待機中"}},
  [STORY_DELIVERED] = {"delivered", {"delivered", "配送済み"}}, [STORY_FAILED] = {"failed", {"failed", "配送失敗"}},
  [STORY_REFUSED] = {"refused", {"refused", "拒否"}},          [STORY_REMOVED] = {"removed", {"removed", "削除"}},
};

const char *story_state_word(enum story_state s, enum language lang) { return states[s].word[lang]; }
const char *story_state_name(enum story_state s) { return states[s].name; }

const char *story_stage_word(struct bytes stage, enum language lang) {
  static const struct {
    const char *name, *word[2];
  } stages[] = {
    {"dns", {"while its servers were looked up (DNS)", "相手のサーバを調べる段階(DNS)"}},
    {"connect", {"while connecting", "接続する段階"}},
    {"greeting", {"while waiting for its greeting", "あいさつを待つ段階"}},
    {"ehlo", {"at the beginning (EHLO)", "会話の始め(EHLO)"}},
    {"tls", {"while encryption began (TLS)", "暗号化を始める段階(TLS)"}},
    {"auth", {"while logging in (AUTH)", "ログインする段階(AUTH)"}},
    {"mail", {"when it was told the sender (MAIL)", "差出人を伝えた段階(MAIL)"}},
    {"rcpt", {"when it was told the recipient (RCPT)", "宛先を伝えた段階(RCPT)"}},
    {"data", {"before the content (DATA)", "本文を送る直前(DATA)"}},
    {"body", {"with the content, or at its end", "本文の送信中または送信後"}},
  };
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
    if (bytes_ieq(stage, bytes_str(stages[i].name)))
      return stages[i].word[lang];
  return NULL;
}

static bool is_place(const char *p) {
  return (p[0] == '{' || p[0] == '[') && p[1] >= '0' && p[1] <= '9' && p[2] == p[0] + 2;
}

void story_say(stralloc *out, enum language lang, enum story_word w, const struct bytes *arg, size_t count) {
  for (const char *p = words[w][lang]; *p; p++) {
    size_t i = (size_t)(p[1] - '0');
    if (!is_place(p)) {
      sa_catc(out, *p);
      continue;
    }
    if (i < count && arg[i].n && *p == '{')
      log_shown(out, arg[i]);
    else if (i < count && arg[i].n)
      sa_catb(out, arg[i].s, arg[i].n);
    p += 2;
  }
}
