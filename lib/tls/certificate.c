/* The peer's certificate: what is wrong with it, in words. */
#include <openssl/x509v3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "addr/ip.h"
#include "tls/connect_private.h"

static struct tls_peer *found;     /* of this child's only connection */

/* Names come from strangers, and the reason goes into logs and mails. */
void connect_reason(struct tls_peer *p, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(p->reason, sizeof p->reason, format, args);
  va_end(args);
  for (char *s = p->reason; *s; s++)
    if (*s < ' ' || *s > '~')
      *s = '?';
}

static const char *date_of(const ASN1_TIME *t, char text[32]) {
  struct tm tm;
  if (!t || !ASN1_TIME_to_tm(t, &tm))
    return "an unreadable date";
  strftime(text, 32, "%Y-%m-%d %H:%M UTC", &tm);
  return text;
}

static void add_name(char *list, size_t room, const char *name, int n) {
  size_t used = strlen(list);
  if (used + (size_t)n + 3 < room)
    snprintf(list + used, room - used, "%s%.*s", used ? ", " : "", n, name);
}

static void names_of(X509 *cert, char *list, size_t room) {
  GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
  char common[128];
  *list = 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
    const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);
    if (g->type == GEN_DNS)
      add_name(list, room, (const char *)ASN1_STRING_get0_data(g->d.dNSName), ASN1_STRING_length(g->d.dNSName));
  }
  if (!*list && X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, common, sizeof common) > 0)
    add_name(list, room, common, (int)strlen(common));
  GENERAL_NAMES_free(names);
}

static void issuer_of(X509 *cert, char *name, size_t room) {
  if (X509_NAME_get_text_by_NID(X509_get_issuer_name(cert), NID_commonName, name, (int)room) <= 0)
    X509_NAME_oneline(X509_get_issuer_name(cert), name, (int)room);
}

static const struct { int error; enum failure_kind kind; } kinds[] = {
  {X509_V_ERR_HOSTNAME_MISMATCH, FAILURE_TLS_NAME},
  {X509_V_ERR_IP_ADDRESS_MISMATCH, FAILURE_TLS_NAME},
  {X509_V_ERR_CERT_HAS_EXPIRED, FAILURE_TLS_EXPIRED},
  {X509_V_ERR_CERT_NOT_YET_VALID, FAILURE_TLS_NOT_YET},
  {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, FAILURE_TLS_SELF_SIGNED},
  {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, FAILURE_TLS_ISSUER},
  {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, FAILURE_TLS_ISSUER},
  {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, FAILURE_TLS_ISSUER},
  {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, FAILURE_TLS_ISSUER},
  {X509_V_ERR_CERT_UNTRUSTED, FAILURE_TLS_ISSUER},
};

static enum failure_kind kind_of(int error) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (kinds[i].error == error)
      return kinds[i].kind;
  return FAILURE_TLS_CERTIFICATE;
}

static void note(X509_STORE_CTX *ctx) {
  int error = X509_STORE_CTX_get_error(ctx);
  X509 *cert = X509_STORE_CTX_get_current_cert(ctx);
  char text[200] = "", date[32];
  found->fault = kind_of(error);
  if (!cert)
    found->fault = FAILURE_TLS_CERTIFICATE;
  const char *whose = X509_STORE_CTX_get_error_depth(ctx) ? "a certificate above it" : "the certificate";
  if (found->fault == FAILURE_TLS_NAME) {
    names_of(cert, text, sizeof text);
    connect_reason(found, "the certificate is for %s", *text ? text : "no name at all");
  } else if (found->fault == FAILURE_TLS_EXPIRED)
    connect_reason(found, "%s expired on %s", whose, date_of(X509_get0_notAfter(cert), date));
  else if (found->fault == FAILURE_TLS_NOT_YET)
    connect_reason(found, "%s is valid from %s on", whose, date_of(X509_get0_notBefore(cert), date));
  else if (found->fault == FAILURE_TLS_SELF_SIGNED)
    connect_reason(found, "the certificate is self-signed");
  else if (found->fault == FAILURE_TLS_ISSUER) {
    issuer_of(cert, text, sizeof text);
    connect_reason(found, "the issuer is unknown here: %s", text);
  } else
    connect_reason(found, "%s", X509_verify_cert_error_string(error));
}

/* The first fault is the one that is told.  Where none may be, the handshake ends here, and the peer hears why. */
static int on_certificate(int good, X509_STORE_CTX *ctx) {
  const SSL *ssl = X509_STORE_CTX_get_ex_data(ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
  if (!good && found->fault == FAILURE_NONE)
    note(ctx);
  return good || !SSL_get_app_data(ssl);
}

static bool set_reference(SSL *ssl, const struct tls_wish *w) {
  X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
  const char *name = *w->name ? w->name : w->host;
  struct ip ip;
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (ip_parse(&ip, bytes_str(name)))
    return X509_VERIFY_PARAM_set1_ip_asc(param, name) == 1;
  return X509_VERIFY_PARAM_set1_host(param, name, 0) == 1;
}

/* SNI (RFC 6066 3) is a name, never an address, and no pattern. */
static bool set_sni(SSL *ssl, const struct tls_wish *w) {
  struct ip ip;
  const char *name = !ip_parse(&ip, bytes_str(w->host)) ? w->host : w->name;
  if (!*name || *name == '.' || ip_parse(&ip, bytes_str(name)))
    return true;
  return SSL_set_tlsext_host_name(ssl, name) == 1;
}

bool certificate_prepare(SSL *ssl, const struct tls_wish *w, struct tls_peer *p) {
  found = p;
  SSL_set_app_data(ssl, w->verify ? p : NULL);
  SSL_set_verify(ssl, SSL_VERIFY_PEER, on_certificate);
  return set_reference(ssl, w) && set_sni(ssl, w);
}
