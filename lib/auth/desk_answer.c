#include "auth/desk_private.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sa.h"
#include "sys/report.h"

void desk_release(struct desk *d, struct desk_request *r) {
  if (r->step == DESK_READING)
    d->reading--;
  if (r->step == DESK_DELAYED || r->step == DESK_PUNISHED)
    d->late--;
  close(r->channel);
  for (size_t i = 0; i < r->fds; i++)
    close(r->fd[i]);
  if (r->data.s)
    explicit_bzero(r->data.s, r->data.len);
  stralloc_free(&r->data);
  stralloc_free(&r->user);
  login_queue_drop(&d->queue, (size_t)(r - d->request));
  *r = (struct desk_request){0};
}

void desk_answer(struct desk *d, struct desk_request *r, enum message_id id) {
  stralloc text = {0};
  sa_copyb(&text, message_of(id)->id, 6);
  if (id == AU001I_login) {
    sa_0(&text);
    sa_cat(&text, &r->user);
  }
  send(r->channel, text.s, text.len, MSG_DONTWAIT | MSG_NOSIGNAL);
  stralloc_free(&text);
  desk_release(d, r);
}

/* The address comes first and is no word of the client's: fail2ban reads these lines (conf/fail2ban). */
void desk_say(const struct desk_request *r, enum message_id id) {
  char ip[IP_TEXT], sid[LOGIN_SID_MAX + 1] = "";
  struct bytes from = r->m.ip;        /* a client that has gone has no address any more: what was said serves the log */
  if (r->has_ip) {
    ip_format(ip, &r->ip);
    from = bytes_str(ip);
  }
  if (r->m.sid.n)
    memcpy(sid, r->m.sid.s, r->m.sid.n);
  report_session(sid);
  struct bytes user = r->user.len ? bytes_sa(&r->user) : r->m.user;
  report(id, "ip=%.*s user=%.*s", (int)from.n, from.s, (int)user.n, user.s);
  report_session("");
}

void desk_refuse(struct desk *d, struct desk_request *r, enum message_id id) {
  desk_say(r, id);
  desk_answer(d, r, id);
}
