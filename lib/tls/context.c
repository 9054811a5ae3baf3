#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/sa.h"
#include "tls/tls.h"

/* The system's openssl.cnf is another program's policy, and reading it is a file more: what is allowed stands here. */
void tls_start_library(bool error_texts) {
  uint64_t texts = error_texts ? 0 : OPENSSL_INIT_NO_LOAD_SSL_STRINGS | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS;
  if (!OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT | texts, NULL))
    out_of_memory();
}

SSL_CTX *tls_context_new(void) {
  static const unsigned char session_context[] = "wiz98";
  SSL_CTX *c = SSL_CTX_new(TLS_server_method());
  if (!c)
    out_of_memory();
  SSL_CTX_set_security_level(c, 2);
  SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION);
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(c, session_context, sizeof session_context - 1);
  SSL_CTX_set_read_ahead(c, 1);
  if (!SSL_CTX_set_cipher_list(c, "ECDHE+AESGCM:ECDHE+CHACHA20") || !SSL_CTX_set1_groups_list(c, "X25519:P-256"))
    out_of_memory();
  return c;
}

static X509 *next_certificate(struct bytes *chain) {
  uint32_t n;
  if (chain->n < sizeof n)
    return NULL;
  memcpy(&n, chain->s, sizeof n);
  *chain = bytes_of(chain->s + sizeof n, chain->n - sizeof n);
  if (n > chain->n)
    return NULL;
  const unsigned char *p = (const unsigned char *)chain->s;
  *chain = bytes_of(chain->s + n, chain->n - n);
  return d2i_X509(NULL, &p, (long)n);
}

bool tls_context_use(SSL_CTX *context, struct bytes chain, EVP_PKEY *key) {
  X509 *x = next_certificate(&chain);
  bool good = x && SSL_CTX_use_certificate(context, x) == 1 && SSL_CTX_use_PrivateKey(context, key) == 1;
  for (X509_free(x); good && chain.n; X509_free(x)) {
    x = next_certificate(&chain);
    good = x && SSL_CTX_add1_chain_cert(context, x) == 1;
  }
  return good;
}

bool tls_covers(X509 *certificate, const char *name) {
  return X509_check_host(certificate, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}
