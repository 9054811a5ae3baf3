/* reputation: this server as its peers see it: reverse DNS of the source address and whether it leads back, the name that
 * EHLO says, SPF of a domain of ours, port 25 outward.  Judged from answers; who asks the DNS and who connects is given.
 * Where an answer is missing the finding says so (W); nothing is judged by it. */
#ifndef REPUTATION_H
#define REPUTATION_H

#include "base/sa.h"
#include "catalogue/catalogue.h"
#include "dnsmsg/resolver.h"

enum { REPUTATION_NAMES_MAX = 10 };

struct reputation_finding {
  enum message_id id;        /* RP…: its last letter says whether it is good (I), doubtful (W) or bad (E) */
  stralloc evidence;         /* fields as in the log: "ip=192.0.2.1 name=mail.example.jp" */
};
struct reputation {
  struct reputation_finding *finding;
  size_t count;
};
void reputation_free(struct reputation *r);

/* IP: from which remote-send connects; EHLO: what it says (conf_hostname); DOMAIN: one of ours.  Adds findings: one on the
 * reverse DNS, one on the EHLO name, one on SPF; or RP131W alone where IP is private. */
void reputation_judge(struct reputation *r, const struct ip *ip, struct bytes ehlo, struct bytes domain, const struct resolver *dns);
bool reputation_is_private(const struct ip *ip);     /* no peer sees it */

/* Adds one finding.  Connections tried to hosts of several providers; those to other ports are the control: a block of
 * port 25 is told from a dead network by them, and never by one host alone. */
struct reputation_reach {
  struct ip ip;
  uint16_t port;
  bool connected;
};
void reputation_port25(struct reputation *r, const struct reputation_reach *reach, size_t count);

void reputation_add(struct reputation *r, enum message_id id);           /* without evidence */
void reputation_foreign(struct reputation *r, const struct ip *source);  /* RP132E: it is no address of this machine */
void reputation_smart_host(struct reputation *r, struct bytes host, struct bytes domain);   /* RP134I: peers see that one */
void reputation_recipient(struct reputation *r, struct bytes address);   /* adds RP151W where it has an IP literal */

#endif
