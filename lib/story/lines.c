/* For people: what happened when. */
#include "log/human.h"
#include "log/log.h"
#include "log/rcpts.h"
#include "story/part.h"

static const int64_t SECOND = 1000000000;

static struct bytes text(const stralloc *sa) { return bytes_sa(sa); }

static void put_when(const struct writer *w, const struct story_line *l) {
  sa_cats(w->out, "  ");
  if (l->stamped) {
    w->v->when(w->out, l->ns / SECOND);
    sa_cats(w->out, "  ");
  }
}

struct seen {                      /* a line's values, read */
  struct story_fields f;
  enum message_id id;
  stralloc value[STORY_FIELD_COUNT];
};

static void seen_read(struct seen *x) {
  for (int i = 0; i < STORY_FIELD_COUNT; i++) {
    x->value[i].len = 0;
    if (x->f.raw[i].s && !bytes_eq(x->f.raw[i], bytes_str("-")))
      log_unescape(&x->value[i], x->f.raw[i]);
  }
}

static void seen_free(struct seen *x) {
  for (int i = 0; i < STORY_FIELD_COUNT; i++)
    stralloc_free(&x->value[i]);
}

static struct bytes of(const struct seen *x, enum story_field f) { return text(&x->value[f]); }

static bool number(const struct seen *x, enum story_field f, int64_t *n) {
  uint64_t u;
  *n = 0;
  if (!bytes_u64(of(x, f), &u) || u > INT64_MAX / 1000)
    return false;
  *n = (int64_t)u;
  return true;
}

/* One address of the envelope with what it was resolved into. */
static void add_group(const struct writer *w, stralloc *out, struct bytes original, const stralloc *targets, bool led) {
  if (out->len)
    SAY(out, w->lang, WORD_COMMA, bytes_of("", 0));
  if (led)
    SAY(out, w->lang, WORD_LED_TO, original, text(targets));
  else
    sa_cat(out, targets);
}

/* "info@example.jp (-> taro@example.jp, hanako@example.net), jiro@example.net and 3 more" */
static void list_rcpts(const struct writer *w, stralloc *out, struct bytes rest, int64_t count) {
  struct bytes original, addr, next, next_original;
  stralloc targets = {0}, left = {0};
  for (bool more = log_rcpts_next(&rest, &original, &addr); more; original = next_original, addr = next, count--) {
    log_shown(&targets, addr);
    more = log_rcpts_next(&rest, &next_original, &next);
    if (more && !bytes_eq(original, addr) && bytes_eq(original, next_original)) {
      SAY(&targets, w->lang, WORD_COMMA, bytes_of("", 0));
      continue;
    }
    add_group(w, out, original, &targets, !bytes_eq(original, addr));
    targets.len = 0;
  }
  if (out->len && count > 0) {
    sa_catu(&left, (uint64_t)count);
    SAY(out, w->lang, WORD_MORE, text(&left));
  }
  stralloc_free(&targets);
  stralloc_free(&left);
}

static void put_rcpts(const struct writer *w, const struct seen *x) {
  stralloc list = {0};
  int64_t count;
  number(x, STORY_recipients, &count);
  list_rcpts(w, &list, of(x, STORY_rcpt), count);
  if (list.len)
    SAY(w->out, w->lang, WORD_FOR, text(&list));
  stralloc_free(&list);
}

static void put_received(const struct writer *w, const struct seen *x) {
  stralloc host = {0}, size = {0}, took = {0};
  int64_t n, ms;
  bool user = x->value[STORY_user].len;
  if (x->value[STORY_host].len)
    sa_cats(&host, " ("), sa_cat(&host, &x->value[STORY_host]), sa_catc(&host, ')');
  number(x, STORY_size, &n);
  human_size(&size, (uint64_t)n);
  if (x->id == QU301I_queued)
    SAY(w->out, w->lang, WORD_RECEIVED_LOCAL, of(x, STORY_user), text(&size));
  else
    SAY(w->out, w->lang, user ? WORD_RECEIVED_USER : WORD_RECEIVED, of(x, STORY_ip), text(&host), text(&size), of(x, STORY_user));
  if (number(x, STORY_ms, &ms))
    SAY(w->out, w->lang, WORD_TOOK, story_span(&took, ms, w->lang));
  put_rcpts(w, x);
  stralloc_free(&host);
  stralloc_free(&size);
  stralloc_free(&took);
}

static void put_server(const struct writer *w, const struct seen *x) {
  stralloc ip = {0};
  const char *stage = story_stage_word(of(x, STORY_stage), w->lang);
  story_put_ip(&ip, &x->value[STORY_ip]);
  if (x->value[STORY_host].len || ip.len)
    SAY(w->out, w->lang, WORD_AT_HOST, of(x, STORY_host), text(&ip));
  if (stage)
    SAY(w->out, w->lang, WORD_AT_STAGE, bytes_str(stage));
  if (x->value[STORY_reply].len)
    SAY(w->out, w->lang, WORD_SAID, of(x, STORY_reply));
  if (x->value[STORY_path].len)
    SAY(w->out, w->lang, WORD_PATH, of(x, STORY_path));
  stralloc_free(&ip);
}

static void put_spans(const struct writer *w, const struct seen *x) {
  stralloc s = {0};
  int64_t ms, connect;
  if (!number(x, STORY_ms, &ms))
    return;
  if (number(x, STORY_connect_ms, &connect) && connect <= ms) {
    SAY(w->out, w->lang, WORD_CONNECT, story_span(&s, connect, w->lang));
    if (ms > connect)
      SAY(w->out, w->lang, WORD_SEND, story_span(&s, ms - connect, w->lang));
  } else
    SAY(w->out, w->lang, WORD_MS, story_span(&s, ms, w->lang));
  stralloc_free(&s);
}

static void put_delivery(const struct writer *w, const struct seen *x, enum story_word word) {
  SAY(w->out, w->lang, word, of(x, STORY_to), bytes_str(story_sentence(w, x->id)), bytes_str(message_of(x->id)->id));
  if (x->value[STORY_original].len && !bytes_eq(of(x, STORY_original), of(x, STORY_to)))
    SAY(w->out, w->lang, WORD_ALIAS, of(x, STORY_original));
  put_server(w, x);
  put_spans(w, x);
}

static void put_left(const struct writer *w, const struct seen *x) {
  stralloc s = {0};
  int64_t n;
  number(x, STORY_seconds, &n);
  human_age(&s, n, w->lang);
  SAY(w->out, w->lang, WORD_LEFT, text(&s));
  SAY(w->out, w->lang, WORD_LEFT_PART, of(x, STORY_done), of(x, STORY_bounced));
  stralloc_free(&s);
}

static void put_fetched(const struct writer *w, const struct seen *x) {
  bool fetched = bytes_eq(of(x, STORY_fetched), bytes_str("yes")), removed = bytes_eq(of(x, STORY_removed), bytes_str("yes"));
  SAY(w->out, w->lang, !fetched ? WORD_REMOVED_UNREAD : removed ? WORD_FETCHED_REMOVED : WORD_FETCHED, of(x, STORY_user), of(x, STORY_ip));
}

/* What has no sentence of its own here is shown as log-filter does. */
static bool put_known(const struct writer *w, const struct seen *x) {
  bool to = x->value[STORY_to].len, client = bytes_eq(of(x, STORY_program), bytes_str("smtp-recv"));
  switch (x->id) {
  case SM107I_message_accepted: case QU301I_queued: put_received(w, x); return true;
  case LD001I_delivered: put_delivery(w, x, WORD_DELIVERED_LOCAL); return true;
  case SC101I_delivered: put_delivery(w, x, WORD_DELIVERED_REMOTE); return true;
  case QU109E_expired: put_delivery(w, x, WORD_EXPIRED); return true;
  case LD202E_mail_loop: case LD203E_no_such_mailbox: put_delivery(w, x, WORD_FAILED); return true;
  case LD101E_mailbox_failed: case LD102E_record_failed: case LD201W_mailbox_full: put_delivery(w, x, WORD_TRIED); return true;
  case BO001I_bounce_made: SAY(w->out, w->lang, WORD_BOUNCE_MADE, of(x, STORY_bounce)); return true;
  case BO002I_delay_notice_made: SAY(w->out, w->lang, WORD_DELAY_MADE, of(x, STORY_bounce)); return true;
  case BO004I_double_bounce_made: SAY(w->out, w->lang, WORD_DOUBLE_MADE, of(x, STORY_bounce)); return true;
  case QU302I_left: put_left(w, x); return true;
  case PO006I_message_fetched: put_fetched(w, x); return true;
  case QU303I_wish_obeyed: SAY(w->out, w->lang, WORD_WISH, of(x, STORY_wish)); return true;
  default: break;
  }
  if (to && x->value[STORY_state].len) {
    put_delivery(w, x, bytes_eq(of(x, STORY_state), bytes_str("failed")) ? WORD_FAILED : WORD_TRIED);
    return true;
  }
  if (!to || !client)
    return false;
  SAY(w->out, w->lang, x->f.level <= 10 ? WORD_REFUSED_RCPT : WORD_ADDRESSED, of(x, STORY_to), bytes_str(story_sentence(w, x->id)), bytes_str(message_of(x->id)->id));
  return true;
}

static void put_line(const struct writer *w, const struct story_line *l, struct seen *x) {
  if (!story_read(&x->f, l->text) || x->f.level > w->v->level)
    return;
  put_when(w, l);
  seen_read(x);
  if (message_find(x->f.id.s, x->f.id.n, &x->id) && put_known(w, x)) {
    story_end_line(w);
    return;
  }
  log_view_text(w->out, l->text, bytes_of("", 0), w->lang);
}

void story_put_lines(const struct writer *w) {
  struct seen x = {0};
  bool written = w->s->begun && *w->s->id && w->s->lines && strchr(w->s->id, '.');
  if (written) {
    put_when(w, &(struct story_line){.ns = w->s->begin_ns, .stamped = w->s->begin_ns != 0});
    SAY(w->out, w->lang, WORD_WRITTEN, bytes_of("", 0));
    story_end_line(w);
  }
  for (size_t i = 0; i < w->s->lines; i++)
    put_line(w, &w->s->line[i], &x);
  seen_free(&x);
}
