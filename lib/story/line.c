/* A line, read. */
#include "log/log.h"
#include "story/story.h"

static int field_of(struct bytes key) {
#define STORY_NAME(name) {#name, sizeof #name - 1},
  static const struct bytes names[] = {STORY_FIELDS(STORY_NAME)};
  for (int i = 0; i < STORY_FIELD_COUNT; i++)
    if (key.n == names[i].n && !memcmp(key.s, names[i].s, key.n))
      return i;
  return -1;
}

bool story_read(struct story_fields *f, struct bytes text) {
  struct log_reader r;
  struct bytes key, raw;
  if (!log_read(&r, text))
    return false;
  *f = (struct story_fields){.level = r.level, .id = r.id};
  while (log_next(&r, &key, &raw)) {
    int i = field_of(key);
    if (i >= 0 && !f->raw[i].s)
      f->raw[i] = raw;
  }
  return true;
}

/* Whoever logs in, or fetches a message later, has a conversation of another kind. */
struct bytes story_sid(const struct story_fields *f) {
  return bytes_eq(f->raw[STORY_program], bytes_str("smtp-recv")) ? f->raw[STORY_sid] : bytes_of("", 0);
}

/* What the line says of the delivery to its recipient. */
enum story_state story_says(const struct story_fields *f, enum message_id id) {
  if (!f->raw[STORY_to].n || bytes_eq(f->raw[STORY_to], bytes_str("-")))
    return STORY_UNKNOWN;
  switch (id) {
  case LD001I_delivered: case SC101I_delivered: return STORY_DELIVERED;
  case LD202E_mail_loop: case LD203E_no_such_mailbox: case QU109E_expired: return STORY_FAILED;
  case LD101E_mailbox_failed: case LD102E_record_failed: case LD201W_mailbox_full: return STORY_WAITING;
  default:
    if (memcmp(f->id.s, "CL", 2) || !f->raw[STORY_state].n)
      return STORY_UNKNOWN;
    return bytes_eq(f->raw[STORY_state], bytes_str("failed")) ? STORY_FAILED : STORY_WAITING;
  }
}
