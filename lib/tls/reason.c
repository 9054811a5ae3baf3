/* What libssl says in numbers, in words of the catalogue. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "tls/child.h"
#include "tls/foreign.h"

enum { HANDSHAKE_RECORD = 22, SSL2_HELLO = 0x80 };

static unsigned offered;             /* the newest version that this process' client offered; 0: none was understood */

/* supported_versions (RFC 8446 4.2.1): a length, then versions of two bytes; those of GREASE (RFC 8701) are none. */
static void note_versions(const unsigned char *list, size_t n) {
  for (size_t i = 1; i + 1 < n; i += 2) {
    unsigned version = (unsigned)list[i] << 8 | list[i + 1];
    if (version > offered && version <= TLS1_3_VERSION)
      offered = version;
  }
}

int tls_reason_note(SSL *ssl, int *alert, void *unused) {
  const unsigned char *list;
  size_t n;
  (void)alert, (void)unused;
  offered = SSL_client_hello_get0_legacy_version(ssl);
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_supported_versions, &list, &n)) {
    offered = 0;
    note_versions(list, n);
  }
  return SSL_CLIENT_HELLO_SUCCESS;
}

void tls_reason_forget(void) { offered = 0; }

static void name_version(char *text) {
  if (offered > SSL3_VERSION && offered <= TLS1_3_VERSION)
    snprintf(text, TLS_REASON_MAX, "offered TLS 1.%u", offered - TLS1_VERSION);
  else
    snprintf(text, TLS_REASON_MAX, "offered SSL or an unknown version");
}

static enum message_id of_alert(int alert, char *text) {
  snprintf(text, TLS_REASON_MAX, "alert: %s", SSL_alert_desc_string_long(alert));
  switch (alert) {
  case SSL_AD_UNKNOWN_CA: return TL203E_certificate_not_trusted;
  case SSL_AD_CERTIFICATE_EXPIRED: return TL205E_certificate_expired_says_client;
  case SSL_AD_BAD_CERTIFICATE:
  case SSL_AD_UNSUPPORTED_CERTIFICATE:
  case SSL_AD_CERTIFICATE_REVOKED:
  case SSL_AD_CERTIFICATE_UNKNOWN: return TL204E_certificate_not_accepted;
  default: return TL210W_client_alert;
  }
}

static enum message_id of_reason(int reason, char *text) {
  switch (reason) {
  case SSL_R_NO_SHARED_CIPHER:
  case SSL_R_NO_SHARED_GROUPS:
  case SSL_R_NO_SUITABLE_KEY_SHARE:
  case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
  case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM: return TL201W_no_shared_cipher;
  case SSL_R_UNSUPPORTED_PROTOCOL:
  case SSL_R_WRONG_SSL_VERSION:
  case SSL_R_WRONG_VERSION_NUMBER:
  case SSL_R_VERSION_TOO_LOW:
    name_version(text);
    return TL202W_protocol_too_old;
  default: return TL209W_handshake_failed;
  }
}

/* The texts were not loaded with the library: few processes ever need them, and each fork would pay. */
static void describe(unsigned long error, char *text) {
  ERR_load_SSL_strings();
  const char *words = ERR_reason_error_string(error);
  snprintf(text, TLS_REASON_MAX, "%s", words ? words : "unknown");
}

/* One byte is enough to tell, and what speaks in the clear may wait for an answer behind its first line. */
bool tls_is_other(const struct tls_wire *wire) {
  return wire->received && wire->first != HANDSHAKE_RECORD && !(wire->first & SSL2_HELLO);
}

enum message_id tls_reason(SSL *ssl, int r, const struct tls_wire *wire, char text[TLS_REASON_MAX]) {
  unsigned long error = ERR_peek_last_error();
  int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
  (void)ssl, (void)r;
  *text = 0;
  if (reason > SSL_AD_REASON_OFFSET)
    return of_alert(reason - SSL_AD_REASON_OFFSET, text);
  if (tls_foreign_failed())
    return TL215E_not_signed;
  if (!wire->received)
    return TL214W_closed_before_hello;
  if (tls_is_other(wire)) {
    snprintf(text, TLS_REASON_MAX, "first byte 0x%02x", wire->first);
    return TL206W_not_tls;
  }
  if (!reason && (wire->closed || wire->failed))
    return TL207W_closed_in_handshake;
  describe(error, text);
  return of_reason(reason, text);
}
