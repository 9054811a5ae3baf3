/* peer: who is at the other end. */
#ifndef CONTROL_PEER_H
#define CONTROL_PEER_H

#include "addr/ip.h"

/* The address of SOCK's other side, as the kernel says (::ffff: folded); false: none, as of a UNIX socket or one that has
 * been closed from there. */
bool peer_address(struct ip *ip, int sock);
bool peer_own_address(struct ip *ip, int sock);      /* of our own side */

#endif
