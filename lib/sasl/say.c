#include "sasl/sasl.h"

/* What holds a password is wiped before it is given back. */
static void encode_and_wipe(stralloc *out, stralloc *plain) {
  base64_encode(out, bytes_sa(plain));
  explicit_bzero(plain->s, plain->len);
  stralloc_free(plain);
}

void sasl_say_plain(stralloc *out, struct bytes user, struct bytes pass) {
  stralloc plain = {0};
  sa_need(&plain, user.n + pass.n + 4);     /* once: growing would leave copies behind */
  sa_0(&plain);
  sa_catb(&plain, user.s, user.n);
  sa_0(&plain);
  sa_catb(&plain, pass.s, pass.n);
  encode_and_wipe(out, &plain);
}

void sasl_say_login(stralloc *out, struct bytes word) { base64_encode(out, word); }

void sasl_say_xoauth2(stralloc *out, struct bytes user, struct bytes token) {
  static const char middle[] = "\1auth=Bearer ";
  stralloc plain = {0};
  sa_need(&plain, user.n + token.n + sizeof middle + 16);
  sa_cats(&plain, "user=");
  sa_catb(&plain, user.s, user.n);
  sa_cats(&plain, middle);
  sa_catb(&plain, token.s, token.n);
  sa_cats(&plain, "\1\1");
  encode_and_wipe(out, &plain);
}
