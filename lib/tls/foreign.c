#define OPENSSL_SUPPRESS_DEPRECATED
#include "tls/foreign.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/sa.h"
#include "sys/fd.h"
#include "tls/child.h"
#include "tls/keys.h"

enum { SIGN_MS = 5000 };

static int channel = -1, bell = -1;
static bool failed;

bool tls_foreign_failed(void) { return failed; }

void tls_foreign_channel(int fd, int other) {
  channel = fd;
  bell = other;
  failed = false;
}

void tls_foreign_end(void) {
  if (channel >= 0)
    close(channel);
  channel = -1;
}

/* The signature's length, or 0. */
static size_t ask(struct tls_sign_request *r, const unsigned char *in, size_t n, unsigned char *out, size_t room) {
  failed = true;
  if (channel < 0 || n > sizeof r->in)
    return 0;
  r->n = (uint32_t)n;
  memcpy(r->in, in, n);
  ssize_t got = -1;
  bool asked = send(channel, r, offsetof(struct tls_sign_request, in) + n, MSG_NOSIGNAL | MSG_DONTWAIT) > 0 && send(bell, &(char){TLS_BELL}, 1, MSG_NOSIGNAL | MSG_DONTWAIT) > 0;
  if (asked && fd_wait(channel, POLLIN, SIGN_MS))
    got = recv(channel, out, room, 0);
  tls_foreign_end();
  failed = got <= 0;
  return got > 0 ? (size_t)got : 0;
}

/* The number is kept beside the key as a pointer that nobody follows. */
static uint32_t number_of(const void *kept) { return (uint32_t)(uintptr_t)kept; }

/* --- RSA --- */

static int rsa_sign(int type, const unsigned char *m, unsigned n, unsigned char *sig, unsigned *sig_n, const RSA *rsa) {
  struct tls_sign_request r = {.key = number_of(RSA_get_ex_data(rsa, 0)), .kind = TLS_SIGN_PKCS1, .hash = (uint32_t)type};
  *sig_n = (unsigned)ask(&r, m, n, sig, (size_t)RSA_size(rsa));
  return *sig_n > 0;
}

/* libssl pads for PSS itself and asks for the bare operation. */
static int rsa_private(int n, const unsigned char *from, unsigned char *to, RSA *rsa, int padding) {
  struct tls_sign_request r = {.key = number_of(RSA_get_ex_data(rsa, 0)), .kind = TLS_SIGN_PSS};
  size_t got = padding == RSA_NO_PADDING && n > 0 ? ask(&r, from, (size_t)n, to, (size_t)RSA_size(rsa)) : 0;
  return got ? (int)got : -1;
}

static const RSA_METHOD *rsa_method(void) {
  static RSA_METHOD *method;
  if (!method && (method = RSA_meth_dup(RSA_PKCS1_OpenSSL()))) {
    RSA_meth_set1_name(method, "wiz98");
    RSA_meth_set_sign(method, rsa_sign);
    RSA_meth_set_priv_enc(method, rsa_private);
  }
  return method;
}

static EVP_PKEY *rsa_key(const RSA *public, void *number) {
  EVP_PKEY *key = EVP_PKEY_new();
  RSA *rsa = RSA_new();
  BIGNUM *n = BN_dup(RSA_get0_n(public)), *e = BN_dup(RSA_get0_e(public));
  if (!key || !rsa || !rsa_method() || !RSA_set_method(rsa, rsa_method()) || !RSA_set0_key(rsa, n, e, NULL) || !RSA_set_ex_data(rsa, 0, number) || !EVP_PKEY_assign_RSA(key, rsa))
    out_of_memory();
  return key;
}

/* --- ECDSA --- */

static int ec_sign(int type, const unsigned char *m, int n, unsigned char *sig, unsigned *sig_n, const BIGNUM *kinv, const BIGNUM *x, EC_KEY *ec) {
  struct tls_sign_request r = {.key = number_of(EC_KEY_get_ex_data(ec, 0)), .kind = TLS_SIGN_ECDSA};
  (void)type, (void)kinv, (void)x;
  *sig_n = n > 0 ? (unsigned)ask(&r, m, (size_t)n, sig, (size_t)ECDSA_size(ec)) : 0;
  return *sig_n > 0;
}

static const EC_KEY_METHOD *ec_method(void) {
  static EC_KEY_METHOD *method;
  if (!method && (method = EC_KEY_METHOD_new(EC_KEY_OpenSSL())))
    EC_KEY_METHOD_set_sign(method, ec_sign, NULL, NULL);
  return method;
}

static EVP_PKEY *ec_key(const EC_KEY *public, void *number) {
  EVP_PKEY *key = EVP_PKEY_new();
  EC_KEY *ec = EC_KEY_new();
  if (!key || !ec || !ec_method() || !EC_KEY_set_method(ec, ec_method()) || !EC_KEY_set_group(ec, EC_KEY_get0_group(public)) || !EC_KEY_set_public_key(ec, EC_KEY_get0_public_key(public)) ||
      !EC_KEY_set_ex_data(ec, 0, number) || !EVP_PKEY_assign_EC_KEY(key, ec))
    out_of_memory();
  return key;
}

EVP_PKEY *tls_foreign_key(X509 *certificate, unsigned number) {
  EVP_PKEY *public = X509_get0_pubkey(certificate);
  void *kept = (void *)(uintptr_t)number;
  if (public && EVP_PKEY_get0_RSA(public))
    return rsa_key(EVP_PKEY_get0_RSA(public), kept);
  if (public && EVP_PKEY_get0_EC_KEY(public))
    return ec_key(EVP_PKEY_get0_EC_KEY(public), kept);
  return NULL;
}
