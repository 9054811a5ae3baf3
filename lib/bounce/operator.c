#include "bounce/operator.h"

#include "base/date.h"
#include "bounce/parts.h"

enum { WIDTH = 72 };

struct words {
  const char *greeting, *since, *until, *what, *reply, *first, *mail, *cause, *remedy, *explain, *later, *waits, *done;
};

static const struct words words[2] = {
  {.greeting = "This is a notice from the mail server {host} to its administrator.", .since = "Since: {when}", .until = "Over: {when}",
   .what = "It began with:", .reply = "What was noted:", .first = "mail to {to}, first number {id}", .cause = "Why:", .remedy = "What to do:",
   .explain = "More about it: msg-explain {id}",
   .later = "You will be told once more when it is over. Until then, and for a day after this notice, there is no further one.",
   .waits = "Nothing is to be done. What waited is delivered by itself; \"queue-list\" shows what is left.",
   .done = "Nothing is to be done."},
  {.greeting = "メールサーバ {host} から管理者へのお知らせです。", .since = "発生: {when}", .until = "復旧: {when}",
   .what = "きっかけ:", .reply = "記録:", .first = "{to} 宛てのメール(受付番号 {id})", .cause = "原因:", .remedy = "対処:",
   .explain = "詳しい説明: msg-explain {id}",
   .later = "復旧したら、もう一度だけお知らせします。それまで、またこの通知から1日の間は、同じ通知は送りません。",
   .waits = "対処は不要です。待っていたメールは自動で配送されます。残りは「queue-list」で確認できます。",
   .done = "対処は不要です。"},
};

static void add_wrapped(stralloc *out, const char *indent, struct bytes text) {
  stralloc clean = {0};
  for (size_t i = 0; i < text.n; i++)
    sa_catc(&clean, (unsigned char)text.s[i] < ' ' || text.s[i] == 0x7f ? ' ' : text.s[i]);
  mime_wrap(out, bytes_sa(&clean), indent, WIDTH - (unsigned)strlen(indent));
  stralloc_free(&clean);
}

static void add_phrase(stralloc *out, const char *indent, const char *phrase, const struct phrase_values *v, enum language lang) {
  stralloc text = {0};
  phrase_write(&text, phrase, v, lang);
  add_wrapped(out, indent, bytes_sa(&text));
  stralloc_free(&text);
}

static void add_labelled(stralloc *out, const char *label, struct bytes text) {
  if (!text.n)
    return;
  sa_catf(out, "\n%s\n", label);
  add_wrapped(out, "  ", text);
}

static void add_evidence(stralloc *out, const struct operator_notice *n, enum language lang) {
  const struct words *w = &words[lang];
  if (n->destination.n) {
    sa_catf(out, "\n%s\n", w->what);
    add_phrase(out, "  ", w->first, &(struct phrase_values){.to = n->destination, .id = n->qid}, lang);
    if (n->cause != MESSAGE_COUNT) {
      add_wrapped(out, "  ", bytes_str(explanation_of(n->cause)->text[lang]));
      add_phrase(out, "  ", w->explain, &(struct phrase_values){.id = bytes_str(message_of(n->cause)->id)}, lang);
    }
  }
  add_labelled(out, w->reply, n->reply);
}

static void add_language(stralloc *out, const void *data, enum language lang) {
  const struct operator_notice *n = data;
  const struct words *w = &words[lang];
  const struct explanation *e = explanation_of(n->is_over ? n->over : n->begins), *begins = explanation_of(n->begins);
  struct phrase_values v = {.host = n->hostname, .when = n->since, .offset = n->offset};
  add_phrase(out, "", w->greeting, &v, lang);
  sa_catc(out, '\n');
  add_wrapped(out, "", bytes_str(e->text[lang]));
  sa_catc(out, '\n');
  add_phrase(out, "  ", w->since, &v, lang);
  v.when = n->until;
  if (n->is_over)
    add_phrase(out, "  ", w->until, &v, lang);
  else {
    add_labelled(out, w->cause, bytes_str(begins->cause[lang]));
    add_labelled(out, w->remedy, bytes_str(begins->remedy[lang]));
  }
  add_evidence(out, n, lang);
  sa_catc(out, '\n');
  add_wrapped(out, "", bytes_str(!n->is_over ? w->later : n->destination.n ? w->waits : w->done));
  v.id = bytes_str(message_of(n->begins)->id);
  add_phrase(out, "", w->explain, &v, lang);
}

static void add_subject(stralloc *out, const void *data, enum language lang) {
  static const char *const begins[] = {"Action needed: ", "【要対応】"}, *const over[] = {"Over: ", "【復旧】"};
  const struct operator_notice *n = data;
  sa_catf(out, "%s%s", (n->is_over ? over : begins)[lang], explanation_of(n->is_over ? n->over : n->begins)->text[lang]);
}

void operator_write(stralloc *out, const struct operator_notice *n) {
  const struct operator_head h = {n->id, n->to, n->hostname, n->now, BOUNCE_BOTH};
  operator_mail(out, &h, add_subject, add_language, n);
}

/* --- the form --- */

/* Japanese first. */
static void add_both(stralloc *out, const struct operator_head *h, operator_words *put, const void *data, const char *between) {
  if (h->languages != BOUNCE_EN)
    put(out, data, LANG_JA);
  if (h->languages == BOUNCE_BOTH)
    sa_cats(out, between);
  if (h->languages != BOUNCE_JA)
    put(out, data, LANG_EN);
}

static void add_header(stralloc *out, const struct operator_head *h, const char *subject) {
  static const char *const languages[] = {[BOUNCE_BOTH] = "ja, en", [BOUNCE_JA] = "ja", [BOUNCE_EN] = "en"};
  sa_cats(out, "Date: ");
  date_rfc5322(out, h->now);
  sa_catf(out, "\nFrom: Mail Delivery System <MAILER-DAEMON@%.*s>\nTo: <%.*s>\nSubject: ", (int)h->hostname.n, h->hostname.s, (int)h->to.n, h->to.s);
  mime_words(out, subject);
  sa_catf(out, "\nMessage-ID: <%.*s@%.*s>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
               "Content-Type: text/plain; charset=utf-8\nContent-Language: %s\nContent-Transfer-Encoding: base64\n\n",
          (int)h->id.n, h->id.s, (int)h->hostname.n, h->hostname.s, languages[h->languages]);
}

void operator_mail(stralloc *out, const struct operator_head *h, operator_words *subject, operator_words *text, const void *data) {
  stralloc line = {0}, whole = {0}, between = {0};
  add_both(&line, h, subject, data, " / ");
  add_header(out, h, sa_cstr(&line));
  if (h->languages == BOUNCE_BOTH)
    sa_catf(&whole, "%s\n\n", labels[LABEL_MORE][LANG_JA]);
  sa_catf(&between, "\n========================================\n%s\n\n", labels[LABEL_MORE][LANG_EN]);
  add_both(&whole, h, text, data, sa_cstr(&between));
  mime_base64(out, bytes_sa(&whole));
  sa_catc(out, '\n');
  stralloc_free(&line);
  stralloc_free(&whole);
  stralloc_free(&between);
}
