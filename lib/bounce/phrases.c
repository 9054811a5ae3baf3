/* Words for people that do not depend on the cause; those that do are the catalogue's. */
#include "bounce/parts.h"

#include "base/date.h"

const struct phrases phrases[BOUNCE_DOUBLE + 1][2] = {
  [BOUNCE_FAILED] = {
    {"Mail not delivered",
     "Your mail of {when} was not delivered to {to}. It will not be tried again.",
     "Your mail of {when} was not delivered to the {count} recipients below. It will not be tried again.", ""},
    {"メールを届けられませんでした",
     "{when} に送信されたメールを {to} に届けられませんでした。これ以上の再試行は行いません。",
     "{when} に送信されたメールを、次の {count} 件の宛先に届けられませんでした。これ以上の再試行は行いません。", ""}},
  [BOUNCE_DELAYED] = {
    {"Mail delayed (no need to send it again)",
     "Your mail of {when} has not been delivered to {to} yet. You need not send it again: it is tried by itself "
     "until {until}.",
     "Your mail of {when} has not been delivered to the {count} recipients below yet. You need not send it again: "
     "it is tried by itself until {until}.",
     "You will be told if it cannot be delivered by then. There is no notice when it is."},
    {"メールの配送が遅れています(送り直し不要)",
     "{when} に送信されたメールを、まだ {to} に届けられていません。{until} まで自動で再試行しますので、送り直す必要はありません。",
     "{when} に送信されたメールを、次の {count} 件の宛先にまだ届けられていません。{until} まで自動で再試行しますので、送り直す必要はありません。",
     "それまでに届けられなかった場合は、改めてお知らせします。届いた場合のお知らせはありません。"}},
  [BOUNCE_DELIVERED] = {
    {"Mail delivered",
     "Your mail of {when} was delivered to the mailbox of {to}, as you asked to be told.",
     "Your mail of {when} was delivered to the mailboxes of the {count} recipients below, as you asked to be told.", ""},
    {"メールが届きました",
     "ご指定により、{when} に送信されたメールが {to} のメールボックスに届いたことをお知らせします。",
     "ご指定により、{when} に送信されたメールが次の {count} 件の宛先のメールボックスに届いたことをお知らせします。", ""}},
  [BOUNCE_DOUBLE] = {
    {"Undeliverable notice",
     "A notice without a sender (a bounce) of {when} could not be delivered to {to}, so its text comes to you, the "
     "postmaster.",
     "A notice without a sender (a bounce) of {when} could not be delivered to the {count} recipients below, so its "
     "text comes to you, the postmaster.",
     "Often such a notice answers spam with a forged sender; then nothing is to be done. If the recipient is one of "
     "your users, look at the cause."},
    {"配送できない通知メール",
     "差出人のない通知(バウンス、{when})を {to} に届けられなかったため、管理者(postmaster)にお知らせします。",
     "差出人のない通知(バウンス、{when})を次の {count} 件の宛先に届けられなかったため、管理者(postmaster)にお知らせします。",
     "差出人を偽った迷惑メールへの返事であることが多く、その場合は対処不要です。宛先が自分のユーザであれば、原因を確認してください。"}},
};

const char *const labels[LABEL_COUNT][2] = {
  [LABEL_GREETING] = {"This is an automatic notice from the mail server {host}. Please do not answer it.",
                      "メールサーバ {host} からの自動通知です。このメールには返信しないでください。"},
  [LABEL_MORE] = {"(日本語の説明は上にあります。)", "(English text follows the Japanese.)"},
  [LABEL_WHY] = {"Reason:", "理由:"},
  [LABEL_ACTION] = {"What you can do:", "あなたにできること:"},
  [LABEL_REPLY] = {"The other server's words:", "相手サーバの応答(原文):"},
  [LABEL_RECORD] = {"What our mail server noted:", "メールサーバの記録:"},
  [LABEL_NEAR] = {"Did you mean {near}? Mail was delivered to that address before.",
                  "以前に届いたことのある {near} とよく似ています。こちらの間違いではありませんか。"},
  [LABEL_OPERATOR] = {
    "Only the administrator of your mail server can mend this. Please forward this notice as it is to {postmaster} ({id}).",
    "これを直せるのはメールサーバの管理者だけです。この通知をそのまま {postmaster} に転送してください({id})。"},
  [LABEL_UNKNOWN] = {"If you do not know what to do, forward this notice as it is to the administrator, {postmaster}.",
                     "どうすればよいか分からないときは、この通知をそのまま管理者({postmaster})に転送してください。"},
  [LABEL_EXPIRED] = {"It was tried again and again until the time for that was over.", "期限まで何度も再試行しましたが、届けられませんでした。"},
  [LABEL_URGENT] = {"If it is urgent, reach the recipient by telephone or another way.", "急ぎの場合は、電話など別の方法で相手に連絡してください。"},
  [LABEL_VIA] = {"(reached by way of {to})", "({to} からの転送先)"},
  [LABEL_DETAILS] = {"--- Details for the administrator ---", "--- 管理者向けの情報 ---"},
  [LABEL_RECIPIENT] = {"Recipient: ", "宛先: "},
  [LABEL_TRIED_ONCE] = {"Tried: once, {when}", "試行: 1回({when})"},
  [LABEL_TRIED] = {"Tried: {count} times, last {when}", "試行: {count}回(最後は {when})"},
  [LABEL_SERVER] = {"Server: ", "相手サーバ: "},
  [LABEL_CAUSE] = {"Cause: ", "原因の分類: "},
  [LABEL_MANUAL] = {"troubleshooting manual Q8", "トラブルシューティング Q8"},
  [LABEL_NUMBER] = {"Mail number: ", "メールの受付番号: "},
  [LABEL_TRANSCRIPT] = {"What was said:", "やり取りの記録:"},
  [LABEL_ATTACHED] = {"The header of your mail is attached.", "元のメールのヘッダーを添付します。"},
  [LABEL_ATTACHED_WHOLE] = {"Your mail is attached.", "元のメールを添付します。"},
};

/* "2026-11-24T18:05:10Z", "Tue, 24 Nov 2026 18:05:10 +0000": the parts that people read. */
void phrase_time(stralloc *out, int64_t t, int offset, enum language lang) {
  stralloc text = {0};
  if (lang == LANG_JA) {
    date_iso(&text, t + offset);
    sa_catf(out, "%.4s年%.2s月%.2s日 %.5s", text.s, text.s + 5, text.s + 8, text.s + 11);
  } else {
    date_rfc5322(&text, t + offset);
    sa_catb(out, text.s, text.len > 9 ? text.len - 9 : text.len);
  }
  if (!offset)
    sa_cats(out, lang == LANG_JA ? "(協定世界時)" : " UTC");
  stralloc_free(&text);
}

static void put_value(stralloc *out, struct bytes name, const struct phrase_values *v, enum language lang) {
  const struct { const char *name; struct bytes value; } texts[] = {
    {"to", v->to}, {"host", v->host}, {"postmaster", v->postmaster}, {"id", v->id}, {"near", v->near}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (bytes_eq(name, bytes_str(texts[i].name)))
      sa_catb(out, texts[i].value.s, texts[i].value.n);
  if (bytes_eq(name, bytes_str("count")))
    sa_catu(out, v->count);
  else if (bytes_eq(name, bytes_str("when")))
    phrase_time(out, v->when, v->offset, lang);
  else if (bytes_eq(name, bytes_str("until")))
    phrase_time(out, v->until, v->offset, lang);
}

void phrase_write(stralloc *out, const char *phrase, const struct phrase_values *v, enum language lang) {
  for (const char *p = phrase; *p; p++) {
    const char *end = *p == '{' ? strchr(p, '}') : NULL;
    if (end) {
      put_value(out, bytes_of(p + 1, (size_t)(end - p - 1)), v, lang);
      p = end;
    } else
      sa_catc(out, *p);
  }
}
