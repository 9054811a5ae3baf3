#include "catalogue/catalogue.h"

#include <strings.h>

extern const struct message catalogue_table[];

const struct message *message_of(enum message_id id) { return &catalogue_table[id]; }

bool message_is_refusal(enum message_id id) {
  unsigned reply = message_of(id)->reply;
  return reply == 1 || reply >= 400;
}

bool message_find(const char *s, size_t n, enum message_id *id) {
  for (int i = 0; i < MESSAGE_COUNT; i++)
    if (n == 6 && !strncasecmp(s, catalogue_table[i].id, 6)) {
      *id = (enum message_id)i;
      return true;
    }
  return false;
}
