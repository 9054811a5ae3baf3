/* A certificate for the time until there is a real one: P-256, ten years, signed by itself. */
#include <errno.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addr/addr.h"
#include "control/owner.h"
#include "base/sa.h"
#include "sys/fd.h"
#include "sys/random.h"
#include "sys/report.h"
#include "tls/tls.h"

enum { DAYS = 3650, COMMON_NAME_MAX = 64 };

static bool add_extension(X509 *x, int nid, const char *value) {
  X509V3_CTX c;
  X509V3_set_ctx(&c, x, x, NULL, NULL, 0);
  X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &c, nid, value);
  bool good = e && X509_add_ext(x, e, -1) == 1;
  X509_EXTENSION_free(e);
  return good;
}

static bool add_extensions(X509 *x, const char *name) {
  stralloc names = {0};
  sa_catf(&names, "DNS:%s", name);
  bool good = add_extension(x, NID_subject_alt_name, sa_cstr(&names)) && add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
              add_extension(x, NID_key_usage, "critical,digitalSignature") && add_extension(x, NID_ext_key_usage, "serverAuth");
  stralloc_free(&names);
  return good;
}

/* A common name holds 64 bytes; clients look at the alternative names. */
static bool name_it(X509 *x, const char *name) {
  X509_NAME *subject = X509_get_subject_name(x);
  const unsigned char *text = (const unsigned char *)(strlen(name) <= COMMON_NAME_MAX ? name : "wiz98");
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 && X509_set_issuer_name(x, subject) == 1;
}

static bool fill(X509 *x, EVP_PKEY *key, const char *name) {
  uint64_t serial = random_u64() >> 1;
  return X509_set_version(x, X509_VERSION_3) == 1 && ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial) == 1 && X509_gmtime_adj(X509_getm_notBefore(x), -3600) &&
         X509_time_adj_ex(X509_getm_notAfter(x), DAYS, 0, NULL) && name_it(x, name) && X509_set_pubkey(x, key) == 1 && add_extensions(x, name) && X509_sign(x, key, EVP_sha256()) > 0;
}

static bool write_pem(BIO *out, const char *name) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *x = X509_new();
  bool good = key && x && fill(x, key, name) && PEM_write_bio_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1 && PEM_write_bio_X509(out, x) == 1;
  X509_free(x);
  EVP_PKEY_free(key);
  return good;
}

static int save(const char *path, BIO *pem) {
  char *text;
  long n = BIO_get_mem_data(pem, &text);
  if (mkdir(TLS_FOLDER, 0700) && errno != EEXIST)
    return -1;
  int result = fd_replace(path, text, (size_t)n, 0600) || !owner_apply(path) ? -1 : 0;
  explicit_bzero(text, (size_t)n);
  return result;
}

int tls_self_signed(const char *name) {
  char path[TLS_NAME_MAX + 16];
  if (strlen(name) > TLS_NAME_MAX || !addr_domain_valid(bytes_str(name)))
    die(EXIT_PERMANENT, TL408E_name_invalid, "name=%s", name);
  snprintf(path, sizeof path, "%s/%s.pem", TLS_FOLDER, name);
  if (!access(path, F_OK)) {
    report(TL107I_certificate_is_there, "path=%s", path);
    return EXIT_DONE;
  }
  tls_start_library(true);
  BIO *pem = BIO_new(BIO_s_mem());
  if (!pem || !write_pem(pem, name))
    die(EXIT_TEMPORARY, TL409E_self_signed_failed, "path=%s reason=%s", path, ERR_reason_error_string(ERR_peek_last_error()));
  if (save(path, pem))
    die_errno(EXIT_TEMPORARY, SY102E_file_failed, "action=write path=%s", path);
  BIO_free(pem);
  report(TL108I_self_signed_made, "path=%s", path);
  return EXIT_DONE;
}
