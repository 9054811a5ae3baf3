/* The TRANSACTION state and the UPDATE that QUIT begins (RFC 1939 5 and 6). */
#include "pop3/core.h"

#include <stdio.h>

enum { LIST_CHUNK = 4096 };

static bool number_argument(struct bytes argument, uint64_t *n) { return bytes_u64(bytes_trim(argument), n); }

/* The message that an argument names, or refuses. */
static bool find_message(struct pop3_box *e, struct bytes argument, size_t *index) {
  uint64_t n;
  int why = POP3_OK;
  if (!number_argument(argument, &n))
    why = PO102W_bad_argument;
  else if (n < 1 || n > e->count)
    why = PO105W_no_such_message;
  else if (e->m[n - 1].deleted)
    why = PO106W_message_deleted;
  else
    *index = (size_t)n - 1;
  if (why != POP3_OK)
    pop3_core_refuse(&e->core, why);
  return why == POP3_OK;
}

static void count_left(const struct pop3_box *e, size_t *count, uint64_t *size) {
  *count = 0;
  *size = 0;
  for (size_t i = 0; i < e->count; i++)
    if (!e->m[i].deleted) {
      ++*count;
      *size += e->m[i].size;
    }
}

static void say_count(struct pop3_box *e, const char *format) {
  size_t count;
  uint64_t size;
  char text[96];
  count_left(e, &count, &size);
  snprintf(text, sizeof text, format, count, (unsigned long long)size);
  pop3_core_say(&e->core, text);
}

static void run_stat(void *engine, struct bytes argument) {
  (void)argument;
  say_count(engine, "%zu %llu");
}

static void put_line(struct pop3_box *e, size_t i) {
  sa_catu(&e->core.text, i + 1);
  sa_catc(&e->core.text, ' ');
  if (e->listing == POP3_UIDL)
    sa_catb(&e->core.text, e->m[i].uid.s, e->m[i].uid.n);
  else
    sa_catu(&e->core.text, e->m[i].size);
  sa_cats(&e->core.text, "\r\n");
}

static void begin_list(struct pop3_box *e, struct bytes argument) {
  size_t i;
  if (!bytes_trim(argument).n) {
    say_count(e, "%zu messages (%llu octets)");
    e->at = 0;
    e->core.step = POP3_LISTING;
    return;
  }
  if (!find_message(e, argument, &i))
    return;
  sa_copys(&e->core.text, "+OK ");
  put_line(e, i);
  e->core.id = POP3_OK;
  e->core.step = POP3_SAYING;
}

static void run_list(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  e->listing = POP3_LIST;
  begin_list(e, argument);
}

static void run_uidl(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  e->listing = POP3_UIDL;
  begin_list(e, argument);
}

static void run_retr(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  e->top = false;
  if (find_message(e, argument, &e->at))
    e->core.step = POP3_ASK;
}

static void run_top(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  struct bytes lines = bytes_trim(argument), number;
  bytes_cut(&lines, ' ', &number);
  e->top = true;
  if (!lines.s || !number_argument(lines, &e->lines))
    pop3_core_refuse(&e->core, PO102W_bad_argument);
  else if (find_message(e, number, &e->at))
    e->core.step = POP3_ASK;
}

static void run_dele(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  size_t i;
  if (!find_message(e, argument, &i))
    return;
  e->m[i].deleted = true;
  pop3_core_say(&e->core, "Will be deleted at QUIT");
}

static void run_rset(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  (void)argument;
  for (size_t i = 0; i < e->count; i++)
    e->m[i].deleted = false;
  say_count(e, "%zu messages (%llu octets)");
}

static void run_noop(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  (void)argument;
  pop3_core_say(&e->core, "Nothing done");
}

static void run_capa(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  (void)argument;
  pop3_capabilities(&e->core, &(struct pop3_offer){.clear_text = true});
}

static void run_quit(void *engine, struct bytes argument) {
  struct pop3_box *e = engine;
  (void)argument;
  e->quit = true;
  e->core.step = POP3_ASK;
}

static const struct pop3_verb verbs[] = {
  {"RETR", false, run_retr}, {"DELE", false, run_dele}, {"LIST", false, run_list}, {"UIDL", false, run_uidl},
  {"TOP", false, run_top},   {"STAT", false, run_stat}, {"NOOP", false, run_noop}, {"RSET", false, run_rset},
  {"CAPA", false, run_capa}, {"QUIT", false, run_quit}, {"PASS", true, NULL},      {NULL, false, NULL},
};

void pop3_box_init(struct pop3_box *e, struct pop3_message *m, size_t count, unsigned errors_max) {
  *e = (struct pop3_box){.m = m, .count = count, .core.errors_max = errors_max};
  say_count(e, "%zu messages (%llu octets)");
}

size_t pop3_box_feed(struct pop3_box *e, struct bytes in) { return pop3_core_feed(&e->core, in); }

/* One piece of a listing: a box of 100,000 needs no megabyte at once. */
static int list_piece(struct pop3_box *e, struct pop3_event *ev) {
  if (e->at)
    e->core.text.len = 0;
  for (; e->at < e->count && e->core.text.len < LIST_CHUNK; e->at++)
    if (!e->m[e->at].deleted)
      put_line(e, e->at);
  if (e->at == e->count) {
    sa_cats(&e->core.text, ".\r\n");
    e->core.step = POP3_READING;
  }
  ev->kind = POP3_REPLY;
  ev->text = bytes_sa(&e->core.text);
  return 1;
}

static int ask(struct pop3_box *e, struct pop3_event *ev) {
  ev->kind = e->quit ? POP3_REMOVE : POP3_SEND;
  ev->index = e->at;
  ev->top = e->top;
  ev->lines = e->lines;
  e->core.step = POP3_ASKING;
  return 1;
}

int pop3_box_next(struct pop3_box *e, struct pop3_event *ev) {
  int more = pop3_core_next(&e->core, verbs, e, ev);
  if (more != 2)
    return more;
  return e->core.step == POP3_LISTING ? list_piece(e, ev) : ask(e, ev);
}

void pop3_box_answer(struct pop3_box *e, int id) {
  if (e->core.step != POP3_ASKING)
    return;
  pop3_core_answered(&e->core);
  e->core.last = e->quit;
  if (id != POP3_OK)
    pop3_core_refuse(&e->core, id);
  else if (e->quit)
    pop3_core_say(&e->core, "Good bye");
  else
    e->core.step = POP3_READING;
}

void pop3_box_free(struct pop3_box *e) { pop3_core_free(&e->core); }
