#include "recv/part.h"
#include "sys/report.h"

#define SLICE(b) (int)(b).n, (b).s

void recv_tell_refused(struct recv *r, enum message_id id, struct bytes command) {
  /* A message that ended badly is forgotten by the engine, but not yet by us. */
  struct bytes helo = bytes_sa(&r->smtp.helo), from = bytes_sa(r->smtp.has_mail ? &r->smtp.mail.sender : &r->message.sender);
  report(id, "ip=%s host=%s helo=%.*s from=%.*s command=%.*s", r->peer->ip, host_of(r), SLICE(helo), SLICE(from), SLICE(command));
}

void recv_tell_command(struct recv *r) { report(SM122I_command, "ip=%s line=%.*s", r->peer->ip, SLICE(r->smtp.shown)); }

static void tell_lines(struct bytes text, enum message_id id) {
  struct bytes line;
  while (text.n && bytes_cut(&text, '\n', &line)) {
    if (line.n && line.s[line.n - 1] == '\r')
      line.n--;
    report(id, "line=%.*s", SLICE(line));
  }
}

void recv_tell_replies(struct bytes out) {
  if (report_is_on(SM123I_reply))
    tell_lines(out, SM123I_reply);
}

void recv_tell_data(struct bytes chunk) {
  if (report_is_on(SM124I_data))
    tell_lines(chunk, SM124I_data);
}
