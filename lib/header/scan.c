#include "header/header.h"

enum { AT_LINE, IN_NAME, AFTER_NAME, IN_VALUE, IN_BODY };

static const struct {
  const char *name;
  enum header_field field;
} known[] = {
    {"date", HEADER_DATE}, {"message-id", HEADER_MESSAGE_ID}, {"from", HEADER_FROM},
    {"to", HEADER_TO}, {"cc", HEADER_CC}, {"bcc", HEADER_BCC}, {"received", HEADER_RECEIVED},
    {"delivered-to", HEADER_DELIVERED_TO}, {"return-path", HEADER_RETURN_PATH},
};

void header_scan_init(struct header_scan *s) { *s = (struct header_scan){.state = AT_LINE}; }
void header_scan_free(struct header_scan *s) {
  stralloc_free(&s->delivered);
  stralloc_free(&s->message_id);
}

static enum header_field field_of(struct bytes name) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (bytes_ieq(name, bytes_str(known[i].name)))
      return known[i].field;
  return 0;
}

/* Values are kept to some length that no address and no Message-ID of sense reaches. */
enum { VALUE_MAX = 400 };

static void end_value(struct header_scan *s) {
  if (s->field == HEADER_DELIVERED_TO && s->delivered_count < HEADER_DELIVERED_MAX) {
    s->delivered_count++;
    sa_0(&s->delivered);
  }
  s->field = 0;
  s->name_len = 0;
}

static void begin_value(struct header_scan *s) {
  s->field = s->name_len <= HEADER_NAME_MAX ? field_of(bytes_of(s->name, s->name_len)) : 0;
  if (s->field & s->present & HEADER_MESSAGE_ID)
    s->field = 0;           /* the first one counts */
  s->present |= s->field;
  s->received += s->field == HEADER_RECEIVED;
  s->name_len = 0;          /* from here on: the length of the value that is kept */
  s->state = IN_VALUE;
}

static void value_byte(struct header_scan *s, char c) {
  bool blank = c == ' ' || c == '\t' || c == '\r' || !c, delivered = s->field == HEADER_DELIVERED_TO && s->delivered_count < HEADER_DELIVERED_MAX;
  if (blank || s->name_len == VALUE_MAX || !(delivered || s->field == HEADER_MESSAGE_ID))
    return;
  s->name_len++;
  sa_catc(delivered ? &s->delivered : &s->message_id, c);
}

static void begin_body(struct header_scan *s) {
  s->ended = true;
  s->size = s->line_start;
  s->state = IN_BODY;
}

/* The first byte of a line: a blank goes on with the field above. */
static void line_byte(struct header_scan *s, char c) {
  s->line_start = s->size;
  if (c == ' ' || c == '\t') {
    s->state = IN_VALUE;
    return;
  }
  end_value(s);
  s->state = IN_NAME;
  if (c == '\n' || c == ':')
    begin_body(s);
  else
    s->name[s->name_len++] = c;
}

static void name_byte(struct header_scan *s, char c) {
  bool blank = c == ' ' || c == '\t';
  if (c == ':')
    begin_value(s);
  else if (c == '\n' || (s->state == AFTER_NAME && !blank))
    begin_body(s);          /* a line that is no field */
  else if (blank)
    s->state = AFTER_NAME;  /* "Subject : x" is obsolete, and is seen */
  else if (s->name_len < HEADER_NAME_MAX)
    s->name[s->name_len++] = c;
  else
    s->name_len = HEADER_NAME_MAX + 1;
}

static void header_byte(struct header_scan *s, char c) {
  switch (s->state) {
  case AT_LINE: line_byte(s, c); break;
  case IN_NAME: case AFTER_NAME: name_byte(s, c); break;
  default:
    if (c == '\n')
      s->state = AT_LINE;
    else
      value_byte(s, c);
  }
}

static bool has_eightbit(struct bytes b) {
  for (size_t i = 0; i < b.n; i++)
    if (b.s[i] & 0x80)
      return true;
  return false;
}

void header_scan_feed(struct header_scan *s, struct bytes piece) {
  if (!s->eightbit)
    s->eightbit = has_eightbit(piece);
  for (size_t i = 0; i < piece.n && s->state != IN_BODY; i++) {
    header_byte(s, piece.s[i]);
    s->size += s->state != IN_BODY;
  }
}

bool header_was_delivered_to(const struct header_scan *s, struct bytes addr) {
  struct bytes value, rest = bytes_sa(&s->delivered);
  while (bytes_cut(&rest, 0, &value))
    if (addr.n && bytes_ieq(value, addr))
      return true;
  return false;
}
