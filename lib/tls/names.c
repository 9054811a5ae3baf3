#include "tls/names.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <strings.h>

#include "base/sa.h"
#include "tls/child.h"
#include "tls/foreign.h"

static SSL_CTX *find(const struct tls_names *names, const char *name) {
  for (size_t i = 0; i < names->n; i++)
    if (!strcasecmp(names->at[i].name, name))
      return names->at[i].context;
  for (size_t i = 0; i < names->n; i++)
    if (tls_covers(SSL_CTX_get0_certificate(names->at[i].context), name))
      return names->at[i].context;
  return NULL;
}

/* A name that we do not have is no reason to refuse: the client judges the certificate. */
static int choose(SSL *ssl, int *alert, void *data) {
  const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  SSL_CTX *context = name ? find(data, name) : NULL;
  (void)alert;
  if (context)
    SSL_set_SSL_CTX(ssl, context);
  return context ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static SSL_CTX *context_of(struct tls_names *names, const char *name) {
  for (size_t i = 0; i < names->n; i++)
    if (!strcasecmp(names->at[i].name, name))
      return names->at[i].context;
  SSL_CTX *c = tls_context_new();
  SSL_CTX_set_tlsext_servername_callback(c, choose);
  SSL_CTX_set_tlsext_servername_arg(c, names);
  SSL_CTX_set_client_hello_cb(c, tls_reason_note, NULL);
  tls_ticket_use(c);
  snprintf(names->at[names->n].name, sizeof names->at->name, "%s", name);
  names->at[names->n++].context = c;
  return c;
}

static X509 *leaf_of(struct bytes chain) {
  uint32_t n;
  if (chain.n < sizeof n)
    return NULL;
  memcpy(&n, chain.s, sizeof n);
  const unsigned char *p = (const unsigned char *)chain.s + sizeof n;
  return n <= chain.n - sizeof n ? d2i_X509(NULL, &p, (long)n) : NULL;
}

bool tls_names_add(struct tls_names *names, const struct tls_told *told, struct bytes chain, unsigned number) {
  SSL_CTX *c = context_of(names, told->name);
  X509 *leaf = leaf_of(chain);
  EVP_PKEY *key = leaf ? tls_foreign_key(leaf, number) : NULL;
  bool good = key && tls_context_use(c, chain, key);
  for (size_t i = 0; told->first && i < names->n; i++)
    if (names->at[i].context == c)
      names->first = i;
  EVP_PKEY_free(key);
  X509_free(leaf);
  return good;
}

void tls_names_free(struct tls_names *names) {
  for (size_t i = 0; i < names->n; i++)
    SSL_CTX_free(names->at[i].context);
  *names = (struct tls_names){0};
}

/* One ticket a connection: mail programs open few at once. */
void tls_names_tickets(struct tls_names *names, bool on) {
  for (size_t i = 0; i < names->n; i++) {
    SSL_CTX *c = names->at[i].context;
    SSL_CTX_set_num_tickets(c, on ? 1 : 0);
    if (on)
      SSL_CTX_clear_options(c, SSL_OP_NO_TICKET);
    else
      SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
  }
}

SSL *tls_names_begin(struct tls_names *names) {
  SSL *ssl = SSL_new(names->at[names->first].context);
  if (!ssl)
    out_of_memory();
  return ssl;
}
