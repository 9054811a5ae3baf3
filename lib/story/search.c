#include "story/story.h"

#include <stdlib.h>

#include "log/log.h"
#include "log/rcpts.h"
#include "log/view.h"

static const int64_t NS = 1000000000, STAMP_SECONDS_MAX = 9000000000;

/* --- a line --- */

static struct bytes value(struct story_search *s, struct bytes raw) {
  if (!raw.n || raw.s[0] != '"')
    return raw;
  s->scratch.len = 0;
  log_unescape(&s->scratch, raw);
  return bytes_sa(&s->scratch);
}

/* A stamp that is none of this or the next century is no stamp. */
static struct story_line line_of(struct story_search *s, struct bytes text) {
  int64_t t;
  uint32_t ns;
  struct story_line l = {.ns = s->last_ns, .order = s->order++};
  if (log_stamp(&text, &t, &ns) && t > 0 && t < STAMP_SECONDS_MAX && ns < NS) {
    l.ns = s->last_ns = t * NS + ns;
    l.stamped = true;
  }
  l.text = bytes_of(text.s, text.n - (text.n && text.s[text.n - 1] == '\n'));
  return l;
}

/* --- does it answer the question? --- */

static struct bytes domain_of(struct bytes addr) {
  const char *at = addr.n ? memrchr(addr.s, '@', addr.n) : NULL;
  return at ? bytes_of(at + 1, addr.n - (size_t)(at + 1 - addr.s)) : bytes_of("", 0);
}

static struct bytes without_brackets(struct bytes b) {
  return b.n > 2 && b.s[0] == '<' && b.s[b.n - 1] == '>' ? bytes_of(b.s + 1, b.n - 2) : b;
}

static bool value_matches(enum story_field field, struct bytes v, struct bytes wanted) {
  switch (field) {
  case STORY_from: case STORY_to: case STORY_original: return bytes_ieq(v, wanted) || bytes_ieq(domain_of(v), wanted);
  case STORY_mid: return bytes_eq(without_brackets(v), wanted);
  default: return bytes_ieq(v, wanted);
  }
}

static bool rcpts_match(struct bytes rest, struct bytes wanted) {
  struct bytes original, addr;
  while (log_rcpts_next(&rest, &original, &addr))
    if (value_matches(STORY_to, original, wanted) || value_matches(STORY_to, addr, wanted))
      return true;
  return false;
}

static struct bytes family_of(struct bytes qid) {
  const char *dot = qid.n ? memchr(qid.s, '.', qid.n) : NULL;
  return dot ? bytes_of(qid.s, (size_t)(dot - qid.s)) : qid;
}

bool story_matches(struct story_search *s, const struct story_fields *f) {
  static const enum story_field fields[] = {STORY_sid, STORY_from, STORY_to, STORY_original, STORY_mid, STORY_user, STORY_host, STORY_ip, STORY_helo};
  struct bytes wanted = without_brackets(s->wanted), family = family_of(s->wanted);
  if (queue_id_valid(s->wanted))
    return bytes_eq(family_of(f->raw[STORY_qid]), family) || bytes_eq(family_of(f->raw[STORY_bounce]), family);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (f->raw[fields[i]].n && value_matches(fields[i], value(s, f->raw[fields[i]]), wanted))
      return true;
  return f->raw[STORY_rcpt].n && rcpts_match(value(s, f->raw[STORY_rcpt]), wanted);
}

/* --- the newest LIMIT messages and as many conversations --- */

static bool is(const char *text, size_t room, struct bytes b) { return b.n < room && !memcmp(text, b.s, b.n) && !text[b.n]; }

static struct story_key *find_key(struct story_search *s, struct bytes id, struct bytes sid) {
  for (size_t i = 0; i < s->count; i++) {
    struct story_key *k = &s->key[i];
    if (id.n ? is(k->id, sizeof k->id, id) : !k->id[0] && is(k->sid, sizeof k->sid, sid))
      return k;
  }
  return NULL;
}

static struct story_key *oldest(struct story_search *s, bool message, size_t *count) {
  struct story_key *old = NULL;
  *count = 0;
  for (size_t i = 0; i < s->count; i++)
    if ((s->key[i].id[0] != 0) == message) {
      ++*count;
      if (!old || s->key[i].ns < old->ns)
        old = &s->key[i];
    }
  return old;
}

static struct story_key *new_key(struct story_search *s) {
  if (s->count == s->room) {
    s->room = s->room ? s->room * 2 : 16;
    s->key = reallocarray(s->key, s->room, sizeof *s->key);
    if (!s->key)
      out_of_memory();
  }
  return &s->key[s->count++];
}

static void copy(char *to, size_t room, struct bytes b) {
  size_t n = b.n < room ? b.n : room - 1;
  memcpy(to, b.n ? b.s : "", n);
  to[n] = 0;
}

static void remember(struct story_search *s, struct bytes id, struct bytes sid, int64_t ns) {
  size_t count;
  struct story_key *k = find_key(s, id, sid), *old = k ? NULL : oldest(s, id.n > 0, &count);
  if (!k && count >= s->limit) {
    s->more = true;
    if (ns < old->ns)
      return;
    k = old;
  } else if (!k)
    k = new_key(s);
  else if (ns < k->ns)
    ns = k->ns;
  copy(k->id, sizeof k->id, id);
  copy(k->sid, sizeof k->sid, id.n ? bytes_of("", 0) : sid);
  k->ns = ns;
  k->open = !id.n;
}

static bool in_time(const struct story_search *s, const struct story_line *l) {
  return !l->stamped || ((!s->since || l->ns >= s->since * NS) && (!s->until || l->ns <= s->until * NS));
}

void story_pick(struct story_search *s, struct bytes text) {
  struct story_fields f;
  struct story_line l = line_of(s, text);
  if (l.stamped && (!s->first_ns || l.ns < s->first_ns))
    s->first_ns = l.ns;
  if (!in_time(s, &l) || !story_read(&f, l.text))
    return;
  struct bytes id = family_of(f.raw[STORY_qid]), sid = story_sid(&f);
  struct story_key *spoken_of = id.n && sid.n ? find_key(s, bytes_of("", 0), sid) : NULL;
  bool named = spoken_of && spoken_of->open;
  if (spoken_of)
    spoken_of->open = false;
  if (!named && !story_matches(s, &f))
    return;
  if (id.n && queue_id_valid(f.raw[STORY_qid]))
    remember(s, id, sid, l.ns);
  else if (!id.n && sid.n && sid.n < STORY_SID_MAX)
    remember(s, bytes_of("", 0), sid, l.ns);
}

/* --- their lines --- */

static void keep(struct story_search *s, struct story_line l) {
  if (s->lines == STORY_LINES_MAX) {
    s->lost++;
    return;
  }
  if (s->lines == s->lines_room) {
    s->lines_room = s->lines_room ? s->lines_room * 2 : 64;
    s->line = reallocarray(s->line, s->lines_room, sizeof *s->line);
    if (!s->line)
      out_of_memory();
  }
  char *mine = malloc(l.text.n + 1);
  if (!mine)
    out_of_memory();
  memcpy(mine, l.text.s, l.text.n);
  l.text.s = mine;
  s->line[s->lines++] = l;
}

void story_collect(struct story_search *s, struct bytes text) {
  struct story_fields f;
  struct story_line l = line_of(s, text);
  if (!story_read(&f, l.text) || !f.raw[STORY_qid].n)
    return;
  struct story_key *k = find_key(s, family_of(f.raw[STORY_qid]), bytes_of("", 0));
  if (!k)
    return;
  struct bytes sid = story_sid(&f);
  if (sid.n && sid.n < STORY_SID_MAX)
    copy(k->sid, sizeof k->sid, sid);
  keep(s, l);
}

void story_collect_session(struct story_search *s, struct bytes text) {
  struct story_fields f;
  struct story_line l = line_of(s, text);
  if (!story_read(&f, l.text) || f.raw[STORY_qid].n || !f.raw[STORY_sid].n)
    return;
  for (size_t i = 0; i < s->count; i++)
    if (is(s->key[i].sid, STORY_SID_MAX, f.raw[STORY_sid])) {
      keep(s, l);
      return;
    }
}

void story_search_free(struct story_search *s) {
  for (size_t i = 0; i < s->lines; i++)
    free((char *)s->line[i].text.s);
  free(s->line);
  free(s->key);
  stralloc_free(&s->scratch);
  s->line = NULL;
  s->key = NULL;
  s->lines = s->count = 0;
}
