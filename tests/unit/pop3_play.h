/* pop3_play: runs an engine of lib/pop3 over a transcript and writes down what it said and asked, a line each:
 *
 *   the replies, CR dropped;  "[COMMAND]" as the log may show it;  "LOGIN user pass";  "STLS";  "SECURE";  "SEND index [top lines]";  "REMOVE 0,2"
 *
 * The password "right" logs in, "later" meets a temporary failure.  Message 3 of the box is gone when it is asked for. */
#ifndef POP3_PLAY_H
#define POP3_PLAY_H

#include "pop3/pop3.h"

enum { PLAY_MESSAGES = 3 };

struct play {
  bool box;
  struct pop3_login login;
  struct pop3_box tx;
  struct pop3_message m[PLAY_MESSAGES];
  stralloc record, unread;
  bool removal_fails, tls_down;
};

static inline void play_begin_login(struct play *p, struct pop3_offer offer, unsigned errors_max) {
  *p = (struct play){.box = false};
  pop3_login_init(&p->login, bytes_str("mx.test"), offer, errors_max);
}

static inline void play_begin(struct play *p, bool box) {
  if (!box) {
    play_begin_login(p, (struct pop3_offer){.clear_text = true, .stls = true}, 5);
    return;
  }
  *p = (struct play){.box = true};
  static const uint64_t size[PLAY_MESSAGES] = {100, 20, 3000000000};
  static const char *const uid[PLAY_MESSAGES] = {"u1", "u2", "u3"};
  for (size_t i = 0; i < PLAY_MESSAGES; i++)
    p->m[i] = (struct pop3_message){.uid = bytes_str(uid[i]), .size = size[i]};
  pop3_box_init(&p->tx, p->m, PLAY_MESSAGES, 5);
}

static inline void play_end(struct play *p) {
  if (p->box)
    pop3_box_free(&p->tx);
  else
    pop3_login_free(&p->login);
  stralloc_free(&p->record);
  stralloc_free(&p->unread);
}

static inline void play_login(struct play *p, const struct pop3_event *ev) {
  bool right = bytes_eq(ev->pass, bytes_str("right")), later = bytes_eq(ev->pass, bytes_str("later"));
  sa_catf(&p->record, "LOGIN %.*s %.*s\n", (int)ev->user.n, ev->user.s, (int)ev->pass.n, ev->pass.s);
  pop3_login_answer(&p->login, right ? POP3_OK : later ? (int)AU211E_auth_down : (int)AU201W_login_refused);
}

static inline void play_tls(struct play *p, enum pop3_kind kind) {
  sa_cats(&p->record, kind == POP3_STLS ? "STLS\n" : "SECURE\n");
  if (kind == POP3_STLS)
    pop3_login_answer(&p->login, p->tls_down ? (int)PO204E_tls_unavailable : POP3_OK);
  else
    pop3_login_secured(&p->login);
}

static inline void play_send(struct play *p, const struct pop3_event *ev) {
  sa_catf(&p->record, "SEND %zu", ev->index);
  if (ev->top)
    sa_catf(&p->record, " top %llu", (unsigned long long)ev->lines);
  sa_catc(&p->record, '\n');
  pop3_box_answer(&p->tx, ev->index == 2 ? (int)MB202W_message_gone : POP3_OK);
}

static inline void play_remove(struct play *p) {
  sa_cats(&p->record, "REMOVE");
  for (size_t i = 0; i < PLAY_MESSAGES; i++)
    if (p->m[i].deleted)
      sa_catf(&p->record, " %zu", i);
  sa_catc(&p->record, '\n');
  pop3_box_answer(&p->tx, p->removal_fails ? (int)MB204E_removal_failed : POP3_OK);
}

static inline void play_event(struct play *p, const struct pop3_event *ev) {
  if (ev->kind == POP3_COMMAND)
    sa_catf(&p->record, "[%.*s]\n", (int)ev->text.n, ev->text.s);
  else if (ev->kind == POP3_LOGIN)
    play_login(p, ev);
  else if (ev->kind == POP3_STLS || ev->kind == POP3_SECURE)
    play_tls(p, ev->kind);
  else if (ev->kind == POP3_SEND)
    play_send(p, ev);
  else if (ev->kind == POP3_REMOVE)
    play_remove(p);
  else
    for (size_t i = 0; i < ev->text.n; i++)
      if (ev->text.s[i] != '\r')
        sa_catc(&p->record, ev->text.s[i]);
}

/* False: the engine has finished. */
static inline bool play_events(struct play *p) {
  struct pop3_event ev;
  int more;
  while ((more = p->box ? pop3_box_next(&p->tx, &ev) : pop3_login_next(&p->login, &ev)) > 0)
    play_event(p, &ev);
  return more == 0;
}

static inline void play_feed(struct play *p, struct bytes in) {
  bool on = play_events(p);
  while (on && in.n) {
    size_t n = p->box ? pop3_box_feed(&p->tx, in) : pop3_login_feed(&p->login, in);
    in = bytes_of(in.s + n, in.n - n);
    on = play_events(p);
  }
  sa_catb(&p->unread, in.s, in.n);
}

#endif
