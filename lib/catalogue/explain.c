#include "catalogue/catalogue.h"

extern const struct explanation catalogue_text[];

const struct explanation *explanation_of(enum message_id id) { return &catalogue_text[id]; }
