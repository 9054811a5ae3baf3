/* Signing, in the key process.  Who asks is not trusted: it may have been taken over.  So that a request is never a way to
 * decrypt with an RSA key or to sign a raw number, each kind is held to its form: ECDSA and PKCS #1 get a hash, of a length
 * that belongs to it; a PSS block must be one (RFC 8017 9.1.2, all but the hash of the message, which only the asker has). */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stddef.h>

#include "tls/keys.h"

static const EVP_MD *hash_of_size(size_t n) { return n == 32 ? EVP_sha256() : n == 48 ? EVP_sha384() : n == 64 ? EVP_sha512() : NULL; }

static bool mask(unsigned char *to, size_t n, const unsigned char *seed, size_t seed_n, const EVP_MD *md) {
  unsigned char in[64 + 4], out[EVP_MAX_MD_SIZE];
  memcpy(in, seed, seed_n);
  for (uint32_t i = 0; n; i++) {
    unsigned got;
    const unsigned char counter[4] = {(unsigned char)(i >> 24), (unsigned char)(i >> 16), (unsigned char)(i >> 8), (unsigned char)i};
    memcpy(in + seed_n, counter, 4);
    if (!EVP_Digest(in, seed_n + 4, out, &got, md, NULL))
      return false;
    size_t k = got < n ? got : n;
    for (size_t j = 0; j < k; j++)
      *to++ ^= out[j];
    n -= k;
  }
  return true;
}

/* BLOCK is masked data block, hash, 0xbc; unmasked the first is zeros, 1, a salt as long as the hash (RFC 8446 4.2.3). */
static bool is_pss(const unsigned char *block, size_t n, size_t hash_n) {
  unsigned char db[TLS_SIGN_MAX], bits = 0;
  size_t db_n = n - hash_n - 1, zeros = db_n - hash_n - 1;
  if (n < 2 * hash_n + 2 || block[n - 1] != 0xbc || block[0] & 0x80)
    return false;
  memcpy(db, block, db_n);
  if (!mask(db, db_n, block + db_n, hash_n, hash_of_size(hash_n)))
    return false;
  db[0] &= 0x7f;
  for (size_t i = 0; i < zeros; i++)
    bits |= db[i];
  return !bits && db[zeros] == 1;
}

static const EVP_MD *hash_of_nid(uint32_t nid) {
  return nid == NID_sha256 ? EVP_sha256() : nid == NID_sha384 ? EVP_sha384() : nid == NID_sha512 ? EVP_sha512() : NULL;
}

static bool is_of_its_form(const struct tls_sign_request *r, int type, size_t key_n) {
  if (r->kind == TLS_SIGN_ECDSA)
    return type == EVP_PKEY_EC && hash_of_size(r->n);
  if (type != EVP_PKEY_RSA || key_n > TLS_SIGN_MAX)
    return false;
  if (r->kind == TLS_SIGN_PKCS1)
    return hash_of_nid(r->hash) && (size_t)EVP_MD_get_size(hash_of_nid(r->hash)) == r->n;
  return r->kind == TLS_SIGN_PSS && r->n == key_n && (is_pss(r->in, r->n, 32) || is_pss(r->in, r->n, 48) || is_pss(r->in, r->n, 64));
}

static bool set_padding(EVP_PKEY_CTX *c, const struct tls_sign_request *r) {
  if (r->kind == TLS_SIGN_PSS)
    return EVP_PKEY_CTX_set_rsa_padding(c, RSA_NO_PADDING) == 1;
  if (r->kind == TLS_SIGN_PKCS1)
    return EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PADDING) == 1 && EVP_PKEY_CTX_set_signature_md(c, hash_of_nid(r->hash)) == 1;
  return true;
}

size_t tls_sign(EVP_PKEY *key, const struct tls_sign_request *r, size_t received, unsigned char *out) {
  size_t n = TLS_SIGN_MAX;
  if (received < offsetof(struct tls_sign_request, in) || r->n > TLS_SIGN_MAX || received != offsetof(struct tls_sign_request, in) + r->n)
    return 0;
  if (!is_of_its_form(r, EVP_PKEY_get_base_id(key), (size_t)EVP_PKEY_get_size(key)))
    return 0;
  EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
  bool good = c && EVP_PKEY_sign_init(c) == 1 && set_padding(c, r) && EVP_PKEY_sign(c, out, &n, r->in, r->n) == 1;
  EVP_PKEY_CTX_free(c);
  return good ? n : 0;
}
