/* For people. */
#include "log/human.h"
#include "log/log.h"
#include "log/view.h"
#include "story/words.h"

static const int64_t SECOND = 1000000000, MS = 1000000;

struct writer {
  stralloc *out;
  const struct story *s;
  const struct story_view *v;
  enum language lang;
};

static struct bytes text(const stralloc *sa) { return bytes_sa(sa); }

static struct bytes or_unknown(const struct writer *w, const stralloc *sa) { return sa->len ? text(sa) : bytes_str(story_word(WORD_UNKNOWN, w->lang)); }

static void end_line(const struct writer *w) { sa_catc(w->out, '\n'); }

static const char *sentence(const struct writer *w, enum message_id id) { return explanation_of(id)->text[w->lang]; }

static void put_when(const struct writer *w, const struct story_line *l) {
  sa_cats(w->out, "  ");
  if (l->stamped) {
    w->v->when(w->out, l->ns / SECOND);
    sa_cats(w->out, "  ");
  }
}

static struct bytes span(stralloc *to, int64_t ms, enum language lang) {
  to->len = 0;
  human_ms(to, ms, lang);
  return text(to);
}

/* " [192.0.2.1]" */
static void put_ip(stralloc *to, const stralloc *ip) {
  if (ip->len) {
    sa_cats(to, " [");
    sa_cat(to, ip);
    sa_catc(to, ']');
  }
}

/* --- the head --- */

static void put_head(const struct writer *w) {
  const struct story *s = w->s;
  char parent[QUEUE_ID_MAX];
  SAY(w->out, w->lang, *s->id ? WORD_MESSAGE : WORD_CONVERSATION, bytes_str(*s->id ? s->id : s->sid));
  if (*s->id && queue_id_parent(parent, s->id))
    SAY(w->out, w->lang, WORD_BOUNCE, bytes_str(parent));
  end_line(w);
  if (s->has_from) {
    SAY(w->out, w->lang, s->from.len ? WORD_FROM : WORD_FROM_NOBODY, text(&s->from));
    end_line(w);
  }
  if (s->mid.len) {
    SAY(w->out, w->lang, WORD_MID, text(&s->mid));
    end_line(w);
  }
  if (s->begun || !*s->id || s->refused)
    return;
  story_say(w->out, w->lang, s->lines ? WORD_BEGIN_UNKNOWN : WORD_NO_LINES, NULL, 0);
  if (w->v->log_begins) {
    stralloc when = {0};
    w->v->when(&when, w->v->log_begins);
    SAY(w->out, w->lang, WORD_LOG_BEGINS, text(&when));
    stralloc_free(&when);
  }
  end_line(w);
}

/* --- what happened when --- */

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
    SAY(w->out, w->lang, WORD_TOOK, span(&took, ms, w->lang));
  stralloc_free(&host);
  stralloc_free(&size);
  stralloc_free(&took);
}

static void put_server(const struct writer *w, const struct seen *x) {
  stralloc ip = {0};
  const char *stage = story_stage_word(of(x, STORY_stage), w->lang);
  put_ip(&ip, &x->value[STORY_ip]);
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
    SAY(w->out, w->lang, WORD_CONNECT, span(&s, connect, w->lang));
    if (ms > connect)
      SAY(w->out, w->lang, WORD_SEND, span(&s, ms - connect, w->lang));
  } else
    SAY(w->out, w->lang, WORD_MS, span(&s, ms, w->lang));
  stralloc_free(&s);
}

static void put_delivery(const struct writer *w, const struct seen *x, enum story_word word) {
  SAY(w->out, w->lang, word, of(x, STORY_to), bytes_str(sentence(w, x->id)), bytes_str(message_of(x->id)->id));
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
  case QU303I_wish_obeyed: SAY(w->out, w->lang, WORD_WISH, of(x, STORY_wish)); return true;
  default: break;
  }
  if (to && x->value[STORY_state].len) {
    put_delivery(w, x, bytes_eq(of(x, STORY_state), bytes_str("failed")) ? WORD_FAILED : WORD_TRIED);
    return true;
  }
  if (!to || !client)
    return false;
  SAY(w->out, w->lang, x->f.level <= 10 ? WORD_REFUSED_RCPT : WORD_ADDRESSED, of(x, STORY_to), bytes_str(sentence(w, x->id)), bytes_str(message_of(x->id)->id));
  return true;
}

static void put_line(const struct writer *w, const struct story_line *l, struct seen *x) {
  if (!story_read(&x->f, l->text) || x->f.level > w->v->level)
    return;
  put_when(w, l);
  seen_read(x);
  if (message_find(x->f.id.s, x->f.id.n, &x->id) && put_known(w, x)) {
    end_line(w);
    return;
  }
  log_view_text(w->out, l->text, bytes_of("", 0), w->lang);
}

static void put_lines(const struct writer *w) {
  struct seen x = {0};
  bool written = w->s->begun && *w->s->id && w->s->lines && strchr(w->s->id, '.');
  if (written) {
    put_when(w, &(struct story_line){.ns = w->s->begin_ns, .stamped = w->s->begin_ns != 0});
    SAY(w->out, w->lang, WORD_WRITTEN, bytes_of("", 0));
    end_line(w);
  }
  for (size_t i = 0; i < w->s->lines; i++)
    put_line(w, &w->s->line[i], &x);
  seen_free(&x);
}

/* --- what became of it --- */

static void put_advice(const struct writer *w, enum message_id id) {
  const struct explanation *e = explanation_of(id);
  if (e->cause[w->lang] && *e->cause[w->lang]) {
    SAY(w->out, w->lang, WORD_CAUSE, bytes_str(e->cause[w->lang]));
    end_line(w);
  }
  if (e->remedy[w->lang] && *e->remedy[w->lang]) {
    SAY(w->out, w->lang, WORD_REMEDY, bytes_str(e->remedy[w->lang]));
    end_line(w);
  }
}

static void put_end(const struct writer *w, const struct story_rcpt *r) {
  stralloc ip = {0};
  bool old = r->state == STORY_WAITING && (w->s->left || w->s->place == STORY_NOT_IN_QUEUE);
  struct bytes addr = text(&r->addr), why = bytes_str(sentence(w, r->id)), id = bytes_str(message_of(r->id)->id);
  put_ip(&ip, &r->ip);
  switch (r->state) {
  case STORY_DELIVERED:
    if (r->path.len)
      SAY(w->out, w->lang, WORD_END_DELIVERED, addr);
    else
      SAY(w->out, w->lang, WORD_END_DELIVERED_REMOTE, addr, text(&r->host), text(&ip));
    break;
  case STORY_WAITING: SAY(w->out, w->lang, old ? WORD_END_LAST : WORD_END_WAITING, addr, why, id); break;
  case STORY_FAILED: SAY(w->out, w->lang, r->told ? WORD_END_FAILED_TOLD : WORD_END_FAILED, addr, why, id); break;
  case STORY_REFUSED: SAY(w->out, w->lang, WORD_END_REFUSED, addr, why, id); break;
  case STORY_REMOVED: SAY(w->out, w->lang, WORD_END_REMOVED, addr); break;
  case STORY_UNKNOWN: SAY(w->out, w->lang, WORD_END_UNKNOWN, addr); break;
  }
  stralloc_free(&ip);
  end_line(w);
  if ((r->state == STORY_WAITING && !old) || r->state == STORY_FAILED || r->state == STORY_REFUSED)
    put_advice(w, r->id);
}

/* Recipients whose end the log knows are as many as the queue counted: addresses without an end of their own were
 * aliases that led to those. */
static bool is_complete(const struct story *s) {
  uint64_t known = 0;
  for (size_t i = 0; i < s->rcpts; i++)
    known += s->rcpt[i].ours_to_do && s->rcpt[i].state != STORY_UNKNOWN;
  return s->left && known == s->done + s->bounced;
}

static bool is_original(const struct story *s, const struct story_rcpt *r) {
  for (size_t i = 0; i < s->rcpts; i++)
    if (bytes_ieq(text(&s->rcpt[i].original), text(&r->addr)) && &s->rcpt[i] != r)
      return true;
  return false;
}

static void put_plain(const struct writer *w, enum story_word word) {
  story_say(w->out, w->lang, word, NULL, 0);
  end_line(w);
}

static bool has_transcript(const struct story *s) {
  for (size_t i = 0; i < s->rcpts; i++)
    if (s->rcpt[i].stage.len && (s->rcpt[i].state == STORY_WAITING || s->rcpt[i].state == STORY_FAILED))
      return true;
  return false;
}

static bool put_rcpts(const struct writer *w) {
  const struct story *s = w->s;
  bool said = false, complete = is_complete(s);
  for (size_t i = 0; i < s->rcpts; i++) {
    const struct story_rcpt *r = &s->rcpt[i];
    bool only_named = !r->ours_to_do && r->state == STORY_UNKNOWN;
    if (only_named && (complete || !*s->id || s->refused || s->place == STORY_IN_QUEUE || is_original(s, r)))
      continue;
    if (r->state == STORY_WAITING && s->place == STORY_IN_QUEUE)   /* the queue says it better */
      continue;
    put_end(w, r);
    said = true;
  }
  return said;
}

static void put_queue(const struct writer *w) {
  struct bytes rest = text(&w->s->queue), line;
  put_plain(w, WORD_IN_QUEUE);
  while (rest.n && bytes_cut(&rest, '\n', &line))
    if (line.n) {
      sa_cats(w->out, "    ");
      sa_catb(w->out, line.s, line.n);
      end_line(w);
    }
}

static void put_endings(const struct writer *w) {
  const struct story *s = w->s;
  bool waits = story_outcome(s) == STORY_WAITING;
  put_plain(w, WORD_END);
  bool said = put_rcpts(w);
  if ((s->refused || !*s->id) && s->refusal) {
    SAY(w->out, w->lang, WORD_END_NEVER, bytes_str(sentence(w, s->refusal)), bytes_str(message_of(s->refusal)->id));
    end_line(w);
    put_advice(w, s->refusal);
    return;
  }
  if (!*s->id)
    return;
  if (has_transcript(s)) {
    SAY(w->out, w->lang, WORD_TRANSCRIPT, bytes_str(s->id));
    end_line(w);
  }
  if (s->set_aside)
    put_plain(w, WORD_END_SET_ASIDE);
  else if (!s->left && s->place == STORY_NOT_IN_QUEUE)
    put_plain(w, WORD_END_GONE);
  else if (!s->left && s->place == STORY_UNSEEN)
    put_plain(w, WORD_UNSEEN);
  else if (waits && s->place == STORY_NOT_LOOKED)
    put_plain(w, WORD_END_WAITING_OLD);
  else if (!said && s->place != STORY_IN_QUEUE)
    put_plain(w, WORD_END_UNKNOWN_ALL);
}

/* --- where the time went --- */

static bool has_ended(const struct story_rcpt *r) { return r->ours_to_do && r->attempts && (r->state == STORY_DELIVERED || r->state == STORY_FAILED); }

/* The recipient that took longest. */
static const struct story_rcpt *slowest(const struct story *s) {
  const struct story_rcpt *last = NULL;
  for (size_t i = 0; i < s->rcpts; i++)
    if (has_ended(&s->rcpt[i]) && (!last || s->rcpt[i].ns > last->ns))
      last = &s->rcpt[i];
  return last;
}

static void put_times(const struct writer *w) {
  const struct story *s = w->s;
  const struct story_rcpt *r = slowest(s);
  stralloc x = {0};
  if (!r || !r->ns)
    return;
  int64_t whole = (r->ns - s->begin_ns) / MS, work = r->connect_ms + r->send_ms;
  SAY(w->out, w->lang, s->rcpts > 1 ? WORD_TIMES_OF : WORD_TIMES, text(&r->addr));
  if (s->begun && s->begin_ns) {
    if (!s->local)
      SAY(w->out, w->lang, WORD_TIME_RECEIVE, span(&x, s->receive_ms, w->lang));
    SAY(w->out, w->lang, WORD_TIME_WAIT, span(&x, whole > work ? whole - work : 0, w->lang));
  } else
    SAY(w->out, w->lang, WORD_TIME_UNKNOWN, span(&x, work, w->lang));
  if (s->begun && r->connect_known && !r->path.len) {
    SAY(w->out, w->lang, WORD_TIME_CONNECT, span(&x, r->connect_ms, w->lang));
    SAY(w->out, w->lang, WORD_TIME_SEND, span(&x, r->send_ms, w->lang));
  } else if (s->begun)
    SAY(w->out, w->lang, WORD_TIME_DELIVER, span(&x, work, w->lang));
  end_line(w);
  stralloc_free(&x);
}

void story_text(stralloc *out, const struct story *s, const struct story_view *v) {
  const struct writer w = {out, s, v, v->lang};
  put_head(&w);
  put_lines(&w);
  put_endings(&w);
  if (s->place == STORY_IN_QUEUE)
    put_queue(&w);
  put_times(&w);
}

/* --- one line --- */

void story_short(stralloc *out, const struct story *s, const struct story_view *v) {
  const struct writer w = {out, s, v, v->lang};
  stralloc when = {0}, more = {0}, count = {0};
  size_t i = 0;
  while (i < s->rcpts && !s->rcpt[i].ours_to_do)
    i++;
  const stralloc none = {0}, *to = i < s->rcpts ? &s->rcpt[i].addr : s->rcpts ? &s->rcpt[0].addr : &none;
  if (s->first_ns || s->begin_ns)
    v->when(&when, (s->begun && s->begin_ns ? s->begin_ns : s->first_ns) / SECOND);
  if (s->rcpts > 1) {
    sa_catu(&count, s->rcpts - 1);
    SAY(&more, v->lang, WORD_MORE, text(&count));
  }
  struct bytes from = !s->has_from ? or_unknown(&w, &none) : s->from.len ? text(&s->from) : bytes_str(story_word(WORD_NOBODY, v->lang));
  SAY(out, v->lang, WORD_SHORT, or_unknown(&w, &when), bytes_str(*s->id ? s->id : s->sid), from, or_unknown(&w, to), text(&more), bytes_str(story_state_word(story_outcome(s), v->lang)));
  sa_catc(out, '\n');
  stralloc_free(&when);
  stralloc_free(&more);
  stralloc_free(&count);
}
