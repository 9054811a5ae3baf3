/* route: where a message for a domain goes.  A route of conf/routes (t: keys of conf.cdb), the smart host, or the domain's
 * own mail exchangers; from MX and address records the plan of what to try, in which order, with whatever is ourselves
 * (RFC 5321 5.1) taken out. */
#ifndef ROUTE_H
#define ROUTE_H

#include "addr/ip.h"
#include "classify/classify.h"
#include "conf/conf.h"
#include "dnsmsg/dnsmsg.h"

enum { ROUTE_HOST_MAX = 256, ROUTE_HOSTS_MAX = 20, ROUTE_TARGETS_MAX = 40, ROUTE_DESTINATION_MAX = 300 };

struct route {
  bool fixed;                    /* HOST:PORT by configuration: no MX, and it may be ourselves */
  bool literal;                  /* IP says where */
  struct ip ip;
  char host[ROUTE_HOST_MAX];     /* the host of a route, or the domain; a literal as text without brackets */
  uint16_t port;                 /* 0: the setting remote_port */
};

/* "HOST", "HOST:PORT", "[IP]", "[IP]:PORT", "IPv4:PORT", "IPv6" without port.  False: none of them. */
bool route_parse_host(struct route *r, struct bytes text);
/* DOMAIN as addr.h has it ("[192.0.2.1]" and "[IPv6:…]" with brackets): conf/routes first (the domain itself, then each
 * t:.PARENT, then t:*), then literals, then the domain's own MX. */
void route_find(const struct conf *c, struct bytes domain, struct route *r);
/* The name of the destination for queue-run: "HOST:PORT" ("[IPv6]:PORT") of a route, or the domain in lower case. */
void route_destination(const struct conf *c, struct bytes domain, char name[ROUTE_DESTINATION_MAX]);
/* What route_destination made, read back: a fixed route where it has a port, else as route_find. */
void route_from_destination(const struct conf *c, struct bytes name, struct route *r);

/* The address of the family that a setting names (public_address); that from which we send; NULL: none. */
const struct ip *route_address(const struct conf *c, enum setting s, bool v6, struct ip *ip);
const struct ip *route_source(const struct conf *c, bool v6, struct ip *ip);

enum route_tls { ROUTE_TLS_NONE, ROUTE_TLS_MAY, ROUTE_TLS_ENCRYPT, ROUTE_TLS_VERIFY };

struct route_security {
  enum route_tls level;
  char name[ROUTE_HOST_MAX];     /* that the certificate must have, "" for the host connected to, ".DOMAIN": any below it */
  bool smtps;                    /* TLS before the greeting: port 465 (RFC 8314 3.3), or said so */
  char credentials[ROUTE_DESTINATION_MAX];   /* their key in remote.cdb, "" where there are none */
};

/* What conf/tls_policy says of R: of HOST:PORT and HOST for a fixed route, of the domain for others.  Where it says nothing
 * of them, VERIFY if there are credentials (or they would never be used); else what it says of each .PARENT, of *; else the
 * setting remote_tls.  A port on which TLS comes first is never less than ENCRYPT. */
void route_secure(const struct conf *c, const struct route *r, struct route_security *s);

struct route_host {
  char name[ROUTE_HOST_MAX];
  unsigned preference;
  bool ourselves;
  enum dns_result result;        /* of its address look-ups: the better one of A and AAAA */
};

struct route_target {
  unsigned host;                 /* index of host[] */
  struct ip ip;
};

struct route_plan {
  struct route_host host[ROUTE_HOSTS_MAX];
  unsigned hosts;
  struct route_target target[ROUTE_TARGETS_MAX];
  unsigned targets;
  bool mx;                       /* the hosts are mail exchangers, not the domain itself */
};

/* The hosts of an MX answer by preference, those of one preference in the order of RANDOM (one number a record); a host
 * of our own name is ourselves.  FAILURE_NONE, or why there is none: FAILURE_NULL_MX where the only MX is "." (RFC 7505 3). */
enum failure_kind route_plan_mx(struct route_plan *p, const struct dns_answer *mx, const uint32_t random[DNS_RECORDS_MAX], struct bytes own_name);
void route_plan_host(struct route_plan *p, const char *host);       /* one host, itself: a route, or no MX records */
/* Addresses of host H: IPv4 before IPv6 (peers judge mail over IPv6 more strictly, RFC 5321 leaves the order to us),
 * each family in the answer's order; OWN says which addresses are this machine's: then the host is ourselves. */
typedef bool route_is_own(void *arg, const struct ip *ip);
void route_plan_addresses(struct route_plan *p, unsigned h, const struct dns_answer *a, const struct dns_answer *aaaa, route_is_own *own, void *arg);   /* OWN may be NULL */
/* Drops hosts that are ourselves and those no better; FAILURE_NONE, or why nothing is left: FAILURE_LOOP, FAILURE_NXDOMAIN,
 * FAILURE_NO_ADDRESS, FAILURE_SERVFAIL, FAILURE_DNS_TIMEOUT. */
enum failure_kind route_plan_finish(struct route_plan *p);
enum failure_kind route_dns_failure(enum dns_result r);             /* of an MX or address look-up that found nothing */

#endif
