/* dnsmsg: DNS messages (RFC 1035, EDNS0 RFC 6891) as bytes: a question is built, an answer is read.  Every bound is
 * tested where it is read; compression pointers only lead backwards; what does not fit is DNS_MALFORMED as a whole. */
#ifndef DNSMSG_H
#define DNSMSG_H

#include <stdbool.h>
#include <stdint.h>

#include "addr/ip.h"
#include "base/bytes.h"

enum dns_type { DNS_A = 1, DNS_NS = 2, DNS_CNAME = 5, DNS_SOA = 6, DNS_PTR = 12, DNS_MX = 15, DNS_TXT = 16, DNS_AAAA = 28 };

enum dns_result {
  DNS_FOUND,        /* at least one record */
  DNS_NODATA,       /* the name exists, without such a record */
  DNS_NXDOMAIN,     /* the name does not exist */
  DNS_SERVFAIL,     /* the resolver could not find out */
  DNS_REFUSED,      /* the resolver does not answer us */
  DNS_FORMERR,      /* the resolver did not understand the question (old ones: because of EDNS) */
  DNS_MALFORMED,    /* what came cannot be read, or is an endless chain of CNAMEs */
  DNS_TIMEOUT,      /* nothing came */
  DNS_BAD_NAME,     /* the question cannot be asked: a label of 0 or more than 63 bytes, 253 bytes in all */
};

enum { DNS_UDP_MAX = 1232, DNS_NAME_TEXT = 256, DNS_RECORDS_MAX = 100, DNS_CHAIN_MAX = 16 };

struct dns_record {
  uint16_t preference;            /* MX */
  char name[DNS_NAME_TEXT];       /* MX, NS, PTR: the host as text, "" is the root (null MX); letters, digits, '-', '_' only:
                                   * a record with another byte is left out */
  struct ip ip;                   /* A, AAAA */
};

struct dns_answer {
  enum dns_result result;
  bool truncated;                 /* ask again over TCP */
  bool authoritative;             /* said by a server of the zone itself */
  uint32_t ttl;                   /* the smallest of the records, seconds; DNS_NODATA, DNS_NXDOMAIN: how long that holds, 0: not told */
  char alias[DNS_NAME_TEXT];      /* where CNAMEs led, "" where there were none: with DNS_NODATA ask for this name */
  struct dns_record *record;
  size_t count;                   /* at most DNS_RECORDS_MAX, more are left out */
  stralloc text;                  /* TXT: each record, its strings joined (NUL becomes '?'), followed by \0 */
  bool unusable;                  /* a record was left out because its name is no host name */
};

/* Appends the question for NAME (text, a final dot may be there, UTF-8 labels are converted to xn--).  False: DNS_BAD_NAME. */
bool dnsmsg_question(stralloc *out, uint16_t id, struct bytes name, enum dns_type type, bool edns);
void dnsmsg_reverse_name(stralloc *out, const struct ip *ip);   /* appends "7.2.0.192.in-addr.arpa" */
void dnsmsg_no_recursion(stralloc *question);       /* for the servers of a zone: what they know themselves */
/* Whether PACKET answers QUESTION: same ID, an answer, the same name (letters of either case), type and class. */
bool dnsmsg_answers(struct bytes packet, struct bytes question);
void dnsmsg_read(struct dns_answer *a, struct bytes packet, enum dns_type type);   /* frees nothing: zeroed or freed before */
void dnsmsg_free(struct dns_answer *a);

enum { DNS_REFERRAL_MAX = 8, DNS_GLUE_MAX = 4 };

struct dns_referral {             /* where a server of the zone above sends us: the delegation of ZONE */
  char zone[DNS_NAME_TEXT];
  struct { char name[DNS_NAME_TEXT]; struct ip ip[DNS_GLUE_MAX]; unsigned ips; } server[DNS_REFERRAL_MAX];
  unsigned count;
};

bool dnsmsg_referral(struct dns_referral *r, struct bytes packet);   /* false: PACKET is none */
const char *dns_result_name(enum dns_result r);     /* "nxdomain" */

/* A domain's UTF-8 labels as A-labels (RFC 3492 with lower-cased ASCII only: no mapping, no normalisation).  False: no
 * UTF-8, or too long.  OUT is emptied first. */
bool dnsmsg_ascii_domain(stralloc *out, struct bytes domain);

#endif
