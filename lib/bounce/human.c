/* The part for people, English first, then Japanese. */
#include "bounce/parts.h"

#include "base/date.h"
#include "classify/classify.h"

enum { WIDTH = 74 };

struct phrases {
  const char *subject, *opening, *closing;
};

static const struct phrases phrases[4][2] = {
  [BOUNCE_FAILED] = {
    {"Mail not delivered", "Your mail could not be delivered to the recipients below. It will not be tried again.",
     "To reach them, remove the cause if you can and send the mail again. If you do not understand this notice, show it to the administrator of your mail server."},
    {"メールを配送できませんでした", "次の宛先にメールを配送できませんでした。これ以上の再試行はしません。",
     "届けるには、できれば原因を取り除いてから、もう一度送信してください。分からないときは、この通知をメールサーバの管理者に見せてください。"}},
  [BOUNCE_DELAYED] = {
    {"Mail delayed", "Your mail has not been delivered to the recipients below yet. THIS IS A NOTICE ONLY: you need not send the mail again.",
     "It is tried again by itself until %DATE%. If it cannot be delivered by then, you will be told."},
    {"メールの配送が遅れています", "次の宛先にメールをまだ配送できていません。これはお知らせです。送り直す必要はありません。",
     "%DATE% まで自動で再試行します。それまでに配送できなければ、改めてお知らせします。"}},
  [BOUNCE_DELIVERED] = {
    {"Mail delivered", "Your mail was delivered to the mailboxes of the recipients below, as you asked to be told.", ""},
    {"メールを配送しました", "ご指定により、次の宛先のメールボックスにメールを配送したことをお知らせします。", ""}},
  [BOUNCE_DOUBLE] = {
    {"Undeliverable bounce", "A notice without a sender (a bounce) could not be delivered to the recipients below, so its text comes to you, the postmaster.",
     "Often the notice answers spam with a forged sender; then nothing is to be done. If the recipient is one of your users, look at the cause."},
    {"配送できないバウンス", "差出人のない通知(バウンス)を次の宛先に配送できませんでした。そのため、管理者(postmaster)に届けます。",
     "差出人を偽った迷惑メールへの返事であることが多く、その場合は対処不要です。宛先が自分のユーザであれば、原因を確認してください。"}},
};

static const struct {
  const char *cause, *words, *remedy, *attached, *attached_whole;
} labels[2] = {
  {"Cause:", "Reply:", "What to do:", "The header of the mail is attached.", "The mail is attached."},
  {"原因:", "応答:", "対処:", "元のメールのヘッダーを添付します。", "元のメールを添付します。"},
};

void human_subject(stralloc *out, const struct bounce *b) {
  sa_cats(out, phrases[b->kind][LANG_EN].subject);
  sa_cats(out, " / ");
  sa_cats(out, phrases[b->kind][LANG_JA].subject);
}

/* --- what the catalogue knows --- */

static bool cause_message(struct bytes cause, enum message_id *id) {
  enum cause c = cause_of(cause);
  if (c == CAUSE_NONE)
    return false;
  *id = cause_name(c)->id;
  return true;
}

/* Our own words end with "(ID)". */
static bool named_message(struct bytes words, enum message_id *id) {
  for (size_t i = 0; i + 8 <= words.n; i++)
    if (words.s[i] == '(' && words.s[i + 7] == ')' && message_find(words.s + i + 1, 6, id))
      return true;
  return false;
}

bool human_message(const struct queue_rcpt *r, enum message_id *id) {
  struct bytes cause = bytes_sa(&r->cause), words = bytes_sa(&r->reply);
  return (r->local && named_message(words, id)) || cause_message(cause, id) || named_message(words, id);
}

/* --- text --- */

/* The catalogue speaks to operators who see a log line: "(to=)" means nothing here. */
static void add_plain(stralloc *out, const char *text) {
  for (const char *p = text; *p; p++) {
    const char *q = *p == '(' ? p + 1 : NULL;
    while (q && *q >= 'a' && *q <= 'z')
      q++;
    if (q && q > p + 1 && q[0] == '=' && q[1] == ')') {
      while (out->len && out->s[out->len - 1] == ' ')
        out->len--;
      p = q + 1;
    } else
      sa_catc(out, *p);
  }
}

static void add_labelled(stralloc *out, const char *label, struct bytes text) {
  if (*label)
    sa_catf(out, "    %s\n", label);
  mime_wrap(out, text, "      ", WIDTH - 6);
}

static void add_explained(stralloc *out, const char *label, const char *text) {
  stralloc plain = {0};
  add_plain(&plain, text);
  add_labelled(out, label, bytes_sa(&plain));
  stralloc_free(&plain);
}

/* The peer's words without what could spoil the page. */
static void add_words(stralloc *out, const char *label, const stralloc *reply) {
  stralloc clean = {0};
  for (size_t i = 0; i < reply->len; i++)
    sa_catc(&clean, (unsigned char)reply->s[i] < ' ' || reply->s[i] == 0x7f ? ' ' : reply->s[i]);
  if (clean.len)
    add_labelled(out, label, bytes_sa(&clean));
  stralloc_free(&clean);
}

static void add_recipient(stralloc *out, const struct bounce *b, const struct queue_rcpt *r, enum language lang) {
  enum message_id id;
  sa_catf(out, "\n  <%.*s>", (int)r->addr.len, r->addr.s);
  if (r->original.len) {
    sa_catc(out, ' ');
    sa_catf(out, lang == LANG_EN ? "(reached by way of %.*s)" : "(%.*s から転送)", (int)r->original.len, r->original.s);
  }
  sa_catc(out, '\n');
  if (b->kind == BOUNCE_DELIVERED)
    return;
  bool known = human_message(r, &id);
  if (known) {
    const struct explanation *e = explanation_of(id);
    add_explained(out, labels[lang].cause, e->text[lang]);
    if (*e->cause[lang])
      add_explained(out, "", e->cause[lang]);
    add_words(out, labels[lang].words, &r->reply);
    if (*e->remedy[lang])
      add_explained(out, labels[lang].remedy, e->remedy[lang]);
  } else
    add_words(out, labels[lang].words, &r->reply);
}

static void add_closing(stralloc *out, const struct bounce *b, const char *closing) {
  static const char mark[] = "%DATE%";
  const char *at = strstr(closing, mark);
  stralloc text = {0};
  sa_catb(&text, closing, at ? (size_t)(at - closing) : strlen(closing));
  if (at) {
    date_rfc5322(&text, b->until);
    sa_cats(&text, at + sizeof mark - 1);
  }
  if (text.len) {
    sa_catc(out, '\n');
    mime_wrap(out, bytes_sa(&text), "", WIDTH);
  }
  stralloc_free(&text);
}

static void add_language(stralloc *out, const struct bounce *b, enum language lang) {
  const struct phrases *p = &phrases[b->kind][lang];
  const char *server = lang == LANG_EN ? "This is the mail server %.*s.\n\n" : "メールサーバ %.*s からのお知らせです。\n\n";
  sa_catf(out, server, (int)b->hostname.n, b->hostname.s);
  mime_wrap(out, bytes_str(p->opening), "", WIDTH);
  for (size_t i = 0; i < b->count; i++)
    add_recipient(out, b, &b->m->rcpt[b->rcpt[i]], lang);
  add_closing(out, b, p->closing);
  sa_catf(out, "\n%s (%s)\n", b->whole ? labels[lang].attached_whole : labels[lang].attached, b->m->id);
}

void human_text(stralloc *out, const struct bounce *b) {
  add_language(out, b, LANG_EN);
  sa_cats(out, "\n--------\n\n");
  add_language(out, b, LANG_JA);
}
