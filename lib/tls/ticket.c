#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "sys/random.h"
#include "tls/names.h"

enum { HOUR_MS = 3600 * 1000, SESSION_S = 3600 };

static struct tls_ticket_keys keys;
static int64_t made_at;
static bool made;

void tls_ticket_rotate(int64_t now_ms) {
  if (made && now_ms - made_at < HOUR_MS)
    return;
  keys.at[1] = keys.at[0];
  random_bytes(&keys.at[0], sizeof keys.at[0]);
  if (!made)
    random_bytes(&keys.at[1], sizeof keys.at[1]);
  made = true;
  made_at = now_ms;
}

void tls_ticket_copy(struct tls_ticket_keys *to) { *to = keys; }
void tls_ticket_take(const struct tls_ticket_keys *from) { keys = *from; }
void tls_ticket_forget(void) { explicit_bzero(&keys, sizeof keys); }

static bool start_mac(EVP_MAC_CTX *mac, const struct tls_ticket_key *k) {
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {
    OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)(uintptr_t)k->mac, sizeof k->mac),
    OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
    OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_CTX_set_params(mac, params) == 1;
}

static int seal(unsigned char name[16], unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac) {
  random_bytes(iv, 16);
  memcpy(name, keys.at[0].name, 16);
  return EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, keys.at[0].cipher, iv) == 1 && start_mac(mac, &keys.at[0]) ? 1 : -1;
}

/* 0: not ours, or too old: a full handshake; 2: good, and a new ticket is due. */
static int open_ticket(const unsigned char name[16], unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac) {
  for (int i = 0; i < 2; i++)
    if (!memcmp(name, keys.at[i].name, 16)) {
      if (EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), NULL, keys.at[i].cipher, iv) != 1 || !start_mac(mac, &keys.at[i]))
        return -1;
      return i ? 2 : 1;
    }
  return 0;
}

static int use(SSL *ssl, unsigned char name[16], unsigned char *iv, EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, int sealing) {
  (void)ssl;
  return sealing ? seal(name, iv, cipher, mac) : open_ticket(name, iv, cipher, mac);
}

void tls_ticket_use(SSL_CTX *context) {
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, use);
  SSL_CTX_set_timeout(context, SESSION_S);
}
