/* remote_private: what the files of lib/remote share. */
#ifndef REMOTE_PRIVATE_H
#define REMOTE_PRIVATE_H

#include "remote/remote.h"

struct attempt {                     /* one call of remote_deliver */
  struct remote *r;
  struct remote_message *m;
  struct remote_outcome *outcome;
  const char *domain;                /* whose MX says where it goes; "" where that is configured */
  int64_t begun;
  struct route_plan plan;
  unsigned sessions;
  /* the failure that stands for all targets: of the farthest stage */
  struct failure failure;
  stralloc words;                    /* what failure.text points to */
  stralloc status;
  bool temporary;                    /* one of them may work later */
  struct verdict last;               /* of the target tried last */
  enum stage last_stage;
  stralloc last_words;
  char host[ROUTE_HOST_MAX], ip[IP_TEXT];    /* where it happened */
  bool in_the_clear;                 /* TLS was tried with this target, and failed where it may */
};

/* plan.c */
enum failure_kind remote_plan(struct attempt *a, const struct route *route);
/* talk.c */
bool remote_open(struct attempt *a, int fd);                             /* false: TLS failed (noted) */
void remote_talk(struct attempt *a);                                     /* until ready or closed */
bool remote_is_alive(const struct remote *r);
/* secure.c */
bool remote_secure(struct remote *r);                                    /* TLS on r->conn; false: r->tls says why */
void remote_authenticate(struct remote *r);                              /* answers CLIENT_AUTH */
void remote_forget(struct remote *r);                                    /* what the connection's buffer held of a password */
const char *remote_tls_words(const struct remote *r);                     /* for the log: "TLSv1.3 CIPHER verified", or "none" */
/* stale.c */
bool remote_is_stale(struct attempt *a, const struct failure *f, const char *ip);   /* F at IP is explained by the resolver being behind */
void remote_look_at_zone(struct attempt *a, const struct ip *leads_to);             /* for a rehearsal: in any case */
/* tell.c */
void remote_tell(struct remote *r, struct event e);                      /* at is filled in, and the stage but for FAILURE, RESULT */
void remote_tell_connection(struct remote *r, enum event_kind kind, int64_t took, bool reused);
void remote_tell_text(struct remote *r, enum event_kind kind, struct bytes text, int64_t took);
void remote_tell_commands(struct remote *r, struct bytes text);
void remote_tell_lookup(struct remote *r, const char *name, const char *type, const struct dns_answer *answer, int64_t took);
void remote_stage(struct remote *r, enum stage stage);                   /* begins; the one before it is over */
/* say.c */
struct verdict remote_judge(const struct attempt *a, const struct failure *f);   /* with what providers and the operator's rows say */
void remote_result(struct attempt *a, const struct client_result *result);
void remote_settle(struct attempt *a);                                   /* a->failure for all that have no result */
void remote_note_failure(struct attempt *a, const struct failure *f);    /* of one target */
void remote_say_skipped(struct attempt *a);                              /* the target tried last, another one is next */

#endif
