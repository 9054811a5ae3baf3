/* The part for people: what happened and what the sender can do, in plain words; then what an administrator wants to
 * know. */
#include "bounce/parts.h"

#include "base/date.h"
#include "classify/near.h"

enum { WIDTH = 72 };

/* --- what the catalogue knows --- */

static bool cause_message(struct bytes cause, enum message_id *id) {
  static const struct { const char *cause; enum message_id id; } own[] = {
    {"expired", QU109E_expired}, {"operator", QU108E_bounced_by_operator}};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (bytes_eq(cause, bytes_str(own[i].cause))) {
      *id = own[i].id;
      return true;
    }
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

/* "…given up (QU109E); 450 4.2.0 Greylisted": queue-run's words, and the last ones of the peer. */
static bool cut_expired(struct bytes *words) {
  static const char mark[] = "(QU109E)";
  const char *at = words->n ? memmem(words->s, words->n, mark, sizeof mark - 1) : NULL;
  if (!at)
    return false;
  at += sizeof mark - 1;
  *words = bytes_of(at, words->n - (size_t)(at - words->s));
  if (words->n >= 2 && words->s[0] == ';')
    *words = bytes_of(words->s + 2, words->n - 2);
  return true;
}

static bool is_reply(struct bytes w) {
  return w.n >= 3 && (w.s[0] == '4' || w.s[0] == '5') && w.s[1] >= '0' && w.s[1] <= '9' && w.s[2] >= '0' && w.s[2] <= '9';
}

/* --- pieces of text --- */

struct page {
  stralloc *out;
  const struct bounce *b;
  enum language lang;
};

static const char *label(const struct page *p, enum label l) { return labels[l][p->lang]; }

static const struct queue_rcpt *rcpt_of(const struct page *p, size_t i) { return &p->b->m->rcpt[p->b->rcpt[i]]; }

static struct phrase_values values_of(const struct page *p, size_t i) {
  const struct bounce *b = p->b;
  const struct queue_rcpt *r = rcpt_of(p, i);
  const stralloc *to = r->original.len && b->kind != BOUNCE_DOUBLE ? &r->original : &r->addr;
  return (struct phrase_values){.to = bytes_sa(to), .host = b->hostname, .postmaster = b->postmaster, .id = bytes_str(b->m->id),
                                .count = b->count, .when = b->m->received, .until = b->until, .offset = b->offset};
}

/* The peer's words without what could spoil the page. */
static void add_wrapped(const struct page *p, const char *indent, struct bytes text) {
  stralloc clean = {0};
  for (size_t i = 0; i < text.n; i++)
    sa_catc(&clean, (unsigned char)text.s[i] < ' ' || text.s[i] == 0x7f ? ' ' : text.s[i]);
  mime_wrap(p->out, bytes_sa(&clean), indent, WIDTH - (unsigned)strlen(indent));
  stralloc_free(&clean);
}

static void add_phrase(const struct page *p, const char *indent, const char *phrase, const struct phrase_values *v) {
  stralloc text = {0};
  phrase_write(&text, phrase, v, p->lang);
  add_wrapped(p, indent, bytes_sa(&text));
  stralloc_free(&text);
}

static void add_label(const struct page *p, const char *indent, enum label l) {
  sa_catf(p->out, "%s%s\n", indent, label(p, l));
}

/* --- a recipient, for the sender --- */

static void add_action(const struct page *p, size_t i, const struct explanation *e, struct phrase_values *v) {
  bool delayed = p->b->kind == BOUNCE_DELAYED;
  const struct bounce_attempt *a = p->b->attempt ? &p->b->attempt[i] : NULL;
  add_label(p, "  ", LABEL_ACTION);
  if (!delayed && e && *e->sender[p->lang])
    add_wrapped(p, "    ", bytes_str(e->sender[p->lang]));
  if (a && a->near.n) {
    v->near = a->near;
    add_phrase(p, "    ", label(p, LABEL_NEAR), v);
  }
  if (e && e->ask_operator)
    add_phrase(p, "    ", label(p, LABEL_OPERATOR), v);
  else if (!e || !*e->sender[p->lang])
    add_phrase(p, "    ", label(p, LABEL_UNKNOWN), v);
  if (delayed)
    add_phrase(p, "    ", label(p, LABEL_URGENT), v);
}

static void add_why(const struct page *p, const struct explanation *e, bool expired) {
  if (!e && !expired)
    return;
  add_label(p, "  ", LABEL_WHY);
  stralloc text = {0};
  if (e) {
    sa_cats(&text, e->text[p->lang]);
    sa_cats(&text, p->lang == LANG_JA ? "。" : ".");
  }
  if (e && expired && p->lang == LANG_EN)
    sa_catc(&text, ' ');
  if (expired)
    sa_cats(&text, label(p, LABEL_EXPIRED));
  add_wrapped(p, "    ", bytes_sa(&text));
  stralloc_free(&text);
}

static void add_address(const struct page *p, const struct queue_rcpt *r) {
  sa_catc(p->out, '\n');
  add_wrapped(p, p->lang == LANG_JA ? "■ " : "* ", bytes_sa(&r->addr));
  if (r->original.len)
    add_phrase(p, "  ", label(p, LABEL_VIA), &(struct phrase_values){.to = bytes_sa(&r->original)});
}

static void add_recipient(const struct page *p, size_t i) {
  const struct queue_rcpt *r = rcpt_of(p, i);
  struct bytes words = bytes_sa(&r->reply);
  enum message_id id;
  add_address(p, r);
  if (p->b->kind == BOUNCE_DELIVERED)
    return;
  const struct explanation *e = human_message(r, &id) ? explanation_of(id) : NULL;
  struct phrase_values v = values_of(p, i);
  if (e)
    v.id = bytes_str(message_of(id)->id);
  bool expired = cut_expired(&words);
  add_why(p, e, expired && e != explanation_of(QU109E_expired));
  add_action(p, i, e, &v);
  if (words.n) {
    add_label(p, "  ", !r->local && is_reply(words) ? LABEL_REPLY : LABEL_RECORD);
    add_wrapped(p, "    ", words);
  }
}

/* --- for the administrator --- */

static void add_cause(const struct page *p, const struct queue_rcpt *r, struct bytes near) {
  enum message_id id;
  stralloc text = {0};
  sa_cats(&text, label(p, LABEL_CAUSE));
  sa_cat(&text, &r->cause);
  if (human_message(r, &id)) {
    sa_catf(&text, r->cause.len ? " (%s" : "(%s", message_of(id)->id);
    enum cause c = cause_of(bytes_sa(&r->cause));
    if (c != CAUSE_NONE && cause_manual(c)[0] == '(')
      sa_catf(&text, ", %s %s", label(p, LABEL_MANUAL),
              near_manual(c, near.n ? near_address(bytes_sa(&r->addr), near) : NEAR_NOT));
    sa_catc(&text, ')');
  }
  if (text.len > strlen(label(p, LABEL_CAUSE)))
    add_wrapped(p, "    ", bytes_sa(&text));
  stralloc_free(&text);
}

static void add_details_of(const struct page *p, size_t i) {
  const struct queue_rcpt *r = rcpt_of(p, i);
  const struct bounce_attempt *a = p->b->attempt ? &p->b->attempt[i] : NULL;
  stralloc text = {0};
  sa_cats(&text, label(p, LABEL_RECIPIENT));
  sa_cat(&text, &r->addr);
  add_wrapped(p, "  ", bytes_sa(&text));
  if (r->attempts && r->tried)
    add_phrase(p, "    ", r->attempts == 1 ? label(p, LABEL_TRIED_ONCE) : label(p, LABEL_TRIED),
               &(struct phrase_values){.count = r->attempts, .when = r->tried, .offset = p->b->offset});
  if (a && a->host.n) {
    sa_copys(&text, label(p, LABEL_SERVER));
    sa_catb(&text, a->host.s, a->host.n);
    add_wrapped(p, "    ", bytes_sa(&text));
  }
  add_cause(p, r, a ? a->near : bytes_of("", 0));
  if (a && a->transcript[p->lang].n) {
    add_label(p, "    ", LABEL_TRANSCRIPT);
    sa_catb(p->out, a->transcript[p->lang].s, a->transcript[p->lang].n);
  }
  stralloc_free(&text);
}

static void add_details(const struct page *p) {
  sa_catf(p->out, "\n%s\n\n  %s%s\n", label(p, LABEL_DETAILS), label(p, LABEL_NUMBER), p->b->m->id);
  for (size_t i = 0; i < p->b->count && p->b->kind != BOUNCE_DELIVERED; i++)
    add_details_of(p, i);
}

static void add_language(stralloc *out, const struct bounce *b, enum language lang) {
  const struct page p = {out, b, lang};
  const struct phrases *ph = &phrases[b->kind][lang];
  struct phrase_values v = values_of(&p, 0);
  add_phrase(&p, "", b->count == 1 ? ph->one : ph->many, &v);
  for (size_t i = 0; i < b->count; i++)
    add_recipient(&p, i);
  if (*ph->closing) {
    sa_catc(out, '\n');
    add_phrase(&p, "", ph->closing, &v);
  }
  sa_catc(out, '\n');
  add_phrase(&p, "", label(&p, LABEL_GREETING), &v);
  sa_catf(out, "%s\n", b->whole ? label(&p, LABEL_ATTACHED_WHOLE) : label(&p, LABEL_ATTACHED));
  add_details(&p);
}

void human_text(stralloc *out, const struct bounce *b) {
  if (b->languages == BOUNCE_BOTH)
    sa_catf(out, "%s\n\n", labels[LABEL_MORE][LANG_JA]);
  if (b->languages != BOUNCE_EN)
    add_language(out, b, LANG_JA);
  if (b->languages == BOUNCE_BOTH)
    sa_catf(out, "\n========================================\n%s\n\n", labels[LABEL_MORE][LANG_EN]);
  if (b->languages != BOUNCE_JA)
    add_language(out, b, LANG_EN);
}
