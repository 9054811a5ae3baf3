/* For people. */
#include "log/human.h"
#include "story/part.h"

static const int64_t SECOND = 1000000000, MS = 1000000;

static struct bytes text(const stralloc *sa) { return bytes_sa(sa); }

static struct bytes or_unknown(const struct writer *w, const stralloc *sa) { return sa->len ? text(sa) : bytes_str(story_word(WORD_UNKNOWN, w->lang)); }

void story_end_line(const struct writer *w) { sa_catc(w->out, '\n'); }

const char *story_sentence(const struct writer *w, enum message_id id) { return explanation_of(id)->text[w->lang]; }

struct bytes story_span(stralloc *to, int64_t ms, enum language lang) {
  to->len = 0;
  human_ms(to, ms, lang);
  return text(to);
}

/* " [192.0.2.1]" */
void story_put_ip(stralloc *to, const stralloc *ip) {
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
  story_end_line(w);
  if (s->has_from) {
    SAY(w->out, w->lang, s->from.len ? WORD_FROM : WORD_FROM_NOBODY, text(&s->from));
    story_end_line(w);
  }
  if (s->mid.len) {
    SAY(w->out, w->lang, WORD_MID, text(&s->mid));
    story_end_line(w);
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
  story_end_line(w);
}

/* --- what became of it --- */

static void put_advice(const struct writer *w, enum message_id id) {
  const struct explanation *e = explanation_of(id);
  if (e->cause[w->lang] && *e->cause[w->lang]) {
    SAY(w->out, w->lang, WORD_CAUSE, bytes_str(e->cause[w->lang]));
    story_end_line(w);
  }
  if (e->remedy[w->lang] && *e->remedy[w->lang]) {
    SAY(w->out, w->lang, WORD_REMEDY, bytes_str(e->remedy[w->lang]));
    story_end_line(w);
  }
}

static void put_delivered(const struct writer *w, const struct story_rcpt *r, struct bytes ip) {
  stralloc when = {0};
  struct bytes addr = text(&r->addr);
  if (r->fetched_ns || r->removed_ns) {
    w->v->when(&when, (r->removed_ns && !r->fetched_ns ? r->removed_ns : r->fetched_ns) / SECOND);
    SAY(w->out, w->lang, !r->fetched_ns ? WORD_END_REMOVED_UNREAD : r->removed_ns ? WORD_END_FETCHED_REMOVED : WORD_END_FETCHED, addr, text(&when), text(&r->fetched_ip));
  } else if (r->path.len)
    SAY(w->out, w->lang, WORD_END_DELIVERED, addr);
  else
    SAY(w->out, w->lang, WORD_END_DELIVERED_REMOTE, addr, text(&r->host), ip);
  stralloc_free(&when);
}

static void put_end(const struct writer *w, const struct story_rcpt *r) {
  stralloc ip = {0};
  bool old = r->state == STORY_WAITING && (w->s->left || w->s->place == STORY_NOT_IN_QUEUE);
  struct bytes addr = text(&r->addr), why = bytes_str(story_sentence(w, r->id)), id = bytes_str(message_of(r->id)->id);
  story_put_ip(&ip, &r->ip);
  switch (r->state) {
  case STORY_DELIVERED: put_delivered(w, r, text(&ip)); break;
  case STORY_WAITING: SAY(w->out, w->lang, old ? WORD_END_LAST : WORD_END_WAITING, addr, why, id); break;
  case STORY_FAILED: SAY(w->out, w->lang, r->told ? WORD_END_FAILED_TOLD : WORD_END_FAILED, addr, why, id); break;
  case STORY_REFUSED: SAY(w->out, w->lang, WORD_END_REFUSED, addr, why, id); break;
  case STORY_REMOVED: SAY(w->out, w->lang, WORD_END_REMOVED, addr); break;
  case STORY_UNKNOWN: SAY(w->out, w->lang, WORD_END_UNKNOWN, addr); break;
  }
  stralloc_free(&ip);
  story_end_line(w);
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
  story_end_line(w);
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
      story_end_line(w);
    }
}

static void put_endings(const struct writer *w) {
  const struct story *s = w->s;
  bool waits = story_outcome(s) == STORY_WAITING;
  put_plain(w, WORD_END);
  bool said = put_rcpts(w);
  if ((s->refused || !*s->id) && s->refusal) {
    SAY(w->out, w->lang, WORD_END_NEVER, bytes_str(story_sentence(w, s->refusal)), bytes_str(message_of(s->refusal)->id));
    story_end_line(w);
    put_advice(w, s->refusal);
    return;
  }
  if (!*s->id)
    return;
  if (has_transcript(s)) {
    SAY(w->out, w->lang, WORD_TRANSCRIPT, bytes_str(s->id));
    story_end_line(w);
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
      SAY(w->out, w->lang, WORD_TIME_RECEIVE, story_span(&x, s->receive_ms, w->lang));
    SAY(w->out, w->lang, WORD_TIME_WAIT, story_span(&x, whole > work ? whole - work : 0, w->lang));
  } else
    SAY(w->out, w->lang, WORD_TIME_UNKNOWN, story_span(&x, work, w->lang));
  if (s->begun && r->connect_known && !r->path.len) {
    SAY(w->out, w->lang, WORD_TIME_CONNECT, story_span(&x, r->connect_ms, w->lang));
    SAY(w->out, w->lang, WORD_TIME_SEND, story_span(&x, r->send_ms, w->lang));
  } else if (s->begun)
    SAY(w->out, w->lang, WORD_TIME_DELIVER, story_span(&x, work, w->lang));
  story_end_line(w);
  stralloc_free(&x);
}

void story_text(stralloc *out, const struct story *s, const struct story_view *v) {
  const struct writer w = {out, s, v, v->lang};
  put_head(&w);
  story_put_lines(&w);
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
