/* edit: one entry of a definition file of lines "KEY: VALUE" is looked up, set, removed; every other byte stays as it is.
 * KEY is an address, or a name completed with DOMAIN; "@domain" for a catch-all.  Entries are compared as conf/compile.h
 * compares them. */
#ifndef USER_EDIT_H
#define USER_EDIT_H

#include "base/sa.h"
#include "base/bytes.h"

/* TEXT as a key, appended to KEY; false: it can be none, or cannot stand in a definition file. */
bool user_edit_key(stralloc *key, struct bytes text, struct bytes domain);
bool user_edit_get(struct bytes file, struct bytes key, struct bytes domain, struct bytes *value);   /* VALUE: slice of FILE, trimmed */
/* The value of the entry becomes VALUE (a comment behind it stays); without an entry one is appended. */
void user_edit_set(stralloc *file, struct bytes key, struct bytes domain, struct bytes value);
bool user_edit_remove(stralloc *file, struct bytes key, struct bytes domain);                       /* false: it is not there */
bool user_edit_names(struct bytes targets, struct bytes key, struct bytes domain);   /* KEY is one of an alias's targets */

#endif
