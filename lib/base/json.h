/* json: writing JSON (RFC 8259).  What is no valid UTF-8 becomes U+FFFD, byte by byte; the result is ASCII-safe in its
 * control characters, so one object is one line. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/bytes.h"

void json_string(stralloc *out, struct bytes s);                          /* appends "…" with its quotes */
/* Members of an object: JSON_OBJECT is {, each member brings its comma where it is not the first. */
void json_open(stralloc *out, char bracket);                              /* { or [ */
void json_close(stralloc *out, char bracket);                             /* } or ] */
void json_key(stralloc *out, const char *key);                            /* "key": with the comma that it needs */
void json_item(stralloc *out);                                            /* the comma that the next item of an array needs */
void json_member(stralloc *out, const char *key, struct bytes value);     /* "key":"value" */
void json_member_number(stralloc *out, const char *key, int64_t value);
void json_member_bool(stralloc *out, const char *key, bool value);

#endif
