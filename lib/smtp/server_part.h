/* server_part: what the files of the engine share; nobody else includes it. */
#ifndef SMTP_SERVER_PART_H
#define SMTP_SERVER_PART_H

#include "smtp/server.h"

/* server_line.c: a whole command from s->in into s->line, without its line end; s->command.faulty where it is none that
 * could be obeyed.  False: more input is needed. */
bool server_take_line(struct smtp_server *s);

/* server_path.c: "FROM:<path> PARAMETERS" and "TO:<path> PARAMETERS" into s->mail and s->rcpt. */
bool server_parse_mail(struct smtp_server *s, struct bytes args, enum message_id *why);
bool server_parse_rcpt(struct smtp_server *s, struct bytes args, enum message_id *why);

/* server_command.c: the table of verbs. */
void server_find_verb(struct smtp_server *s);
void server_obey(struct smtp_server *s);
bool server_lacks_lf(const struct smtp_server *s);     /* STARTTLS of a lenient client: the LF of its CR LF is to come */

/* server_auth.c: STARTTLS, AUTH, and what MAIL needs of them. */
void server_starttls(struct smtp_server *s, struct bytes args);
void server_auth(struct smtp_server *s, struct bytes args);
void server_auth_response(struct smtp_server *s);                       /* a line in PHASE_AUTH */
bool server_may_mail(struct smtp_server *s);                            /* false: refused */
void server_answer_auth(struct smtp_server *s, enum message_id id);
void server_wipe_line(struct smtp_server *s);

/* server.c */
void server_refuse(struct smtp_server *s, enum message_id id);          /* replied, counted as an error, told */
void server_refuse_gently(struct smtp_server *s, enum message_id id);   /* replied and told */
void server_close(struct smtp_server *s, enum message_id id);           /* no more commands are obeyed */
void server_ask(struct smtp_server *s, enum smtp_server_event question);
void server_forget(struct smtp_server *s);                              /* the transaction (RFC 5321 4.1.1.5) */
void server_clear_mail(struct smtp_mail *m);

#endif
