/* standing: this server as its peers see it, found out: the address from which it sends, what the DNS says of that, port 25
 * outward.  lib/reputation judges; each finding is printed as it is made.  Nothing is sent; where port 25 is tried a
 * connection is made and closed. */
#ifndef STANDING_H
#define STANDING_H

#include "base/sa.h"
#include "conf/conf.h"
#include "doctor/doctor.h"
#include "reputation/reputation.h"

enum { STANDING_DOMAINS_MAX = 8, STANDING_REACH_MS = 10000, STANDING_DNS_MS = 20000 };

struct standing {
  const struct conf *conf;
  struct bytes from;             /* the sender whose domain's SPF is asked; "": the null sender */
  bool json;
  bool quiet;                    /* nothing is printed, FOUND keeps all */
  int reach_ms, dns_ms;          /* the most that port 25 may take; 0: STANDING_REACH_MS, STANDING_DNS_MS */
  enum language lang;
  enum doctor_state worst;       /* of what was found */
  struct reputation found;       /* … and not yet printed */
  stralloc helo;
  bool told[2];                  /* the source address of the family, v4 and v6 */
};

/* The source address towards TOWARD: reverse DNS, EHLO name, SPF.  Once a family.  False: there is no way to that family. */
bool standing_source(struct standing *s, const struct ip *toward);
/* Port 25 of the mail servers of COUNT domains and of great providers, one host a domain, beside port 443 of the domains themselves:
 * so a block of port 25 is told from a server or a line that is dead. */
void standing_port25(struct standing *s, const struct bytes *domain, size_t count);
void standing_recipient(struct standing *s, struct bytes address);     /* an IP address in place of a domain is remarked */
void standing_all(struct standing *s, const struct bytes *domain, size_t count);

struct standing_peer {           /* an address of a rehearsal that goes by MX */
  struct bytes address;
  enum cause cause;
  struct ip ip[2];               /* a server that was connected to, v4 and v6 */
  bool met[2];
};
/* After a rehearsal, of all this what its results make matter: who we are, where a server refused for that; port 25, where
 * a connection failed. */
void standing_after(struct standing *s, const struct standing_peer *peer, size_t count);
void standing_free(struct standing *s);

#endif
