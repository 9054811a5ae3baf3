/* private: what the files of lib/trouble share. */
#ifndef TROUBLE_PRIVATE_H
#define TROUBLE_PRIVATE_H

#include "trouble/trouble.h"

enum { TROUBLE_PATH_MAX = 300 };

bool trouble_has_witness(const struct trouble_condition *c, struct bytes name);
void trouble_add_witness(struct trouble_condition *c, struct bytes name, struct bytes address);
void trouble_remove_witness(struct trouble_condition *c, unsigned i);
enum trouble_change trouble_begin(struct trouble_condition *c, int64_t now, bool further);   /* FURTHER: it is on, with news to be told */
enum trouble_change trouble_end(struct trouble_condition *c, int64_t now);
void trouble_free_condition(struct trouble_condition *c);

#endif
