#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/report.h"
#include "tls/ring.h"

enum { YOUNG_US = 1500000 };

static void wipe(stralloc *text) {
  if (text->s)
    explicit_bzero(text->s, text->a);
  stralloc_free(text);
}

void tls_certificate_release(struct tls_certificate *c) {
  if (!c || --c->uses)
    return;
  stralloc_free(&c->chain);
  X509_free(c->leaf);
  EVP_PKEY_free(c->key);         /* OpenSSL wipes it */
  free(c);
}

static const char *why(void) {
  const char *text = ERR_reason_error_string(ERR_peek_last_error());
  return text ? text : "unknown";
}

/* Everything in PEM that is a certificate, in its order; false: one of them cannot be read, or there is none. */
static bool take_chain(struct tls_certificate *c, BIO *in) {
  char *name, *header;
  unsigned char *data;
  long n;
  bool good = true;
  while (good && PEM_read_bio(in, &name, &header, &data, &n)) {
    const unsigned char *p = data;
    X509 *x = strcmp(name, PEM_STRING_X509) && strcmp(name, PEM_STRING_X509_OLD) ? NULL : d2i_X509(NULL, &p, n);
    uint32_t size = (uint32_t)n;
    if (x) {
      sa_catb(&c->chain, (char *)&size, sizeof size);
      sa_catb(&c->chain, (char *)data, (size_t)n);
    } else
      good = strncmp(name, "CERT", 4);
    if (x && !c->leaf)
      c->leaf = x;
    else
      X509_free(x);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, (size_t)n);
  }
  return good && c->leaf && c->chain.len <= TLS_CHAIN_MAX;
}

static int no_passphrase(char *to, int room, int writing, void *asked) {
  (void)to, (void)room, (void)writing;
  *(bool *)asked = true;
  return 0;
}

static bool is_time(const ASN1_TIME *t, int64_t *unix_time) {
  struct tm tm;
  if (!t || ASN1_TIME_to_tm(t, &tm) != 1)
    return false;
  *unix_time = timegm(&tm);
  return true;
}

/* libssl itself judges: key type and size, signature algorithms, whether key and certificate belong together. */
static bool suits(const struct tls_certificate *c) {
  SSL_CTX *context = tls_context_new();
  bool good = tls_context_use(context, bytes_sa(&c->chain), c->key);
  SSL_CTX_free(context);
  return good && EVP_PKEY_get_size(c->key) <= 512 + 64 && (EVP_PKEY_get_base_id(c->key) != EVP_PKEY_RSA || EVP_PKEY_get_size(c->key) <= 512);
}

/* The ID of what is wrong with the certificate's parts, or TL101I: nothing. */
static enum message_id judge(struct tls_certificate *c, bool encrypted, const struct tls_certificate *old) {
  int64_t not_before, now = clock_unix();
  if (!c->key)
    return encrypted ? TL311E_key_encrypted : TL303E_key_missing;
  if (X509_check_private_key(c->leaf, c->key) != 1)
    return TL304E_key_mismatch;
  if (!is_time(X509_get0_notBefore(c->leaf), &not_before) || !is_time(X509_get0_notAfter(c->leaf), &c->not_after))
    return TL302E_certificate_malformed;
  ERR_clear_error();
  if (!suits(c))
    return TL307E_key_unsuitable;
  if (not_before > now)
    return TL309E_certificate_of_the_future;
  return c->not_after < now && old && old->not_after >= now ? TL305E_certificate_expired : TL101I_tls_ready;
}

static enum message_id parse(struct tls_certificate *c, const stralloc *pem, const struct tls_certificate *old) {
  bool encrypted = false;
  BIO *in = BIO_new_mem_buf(pem->s, (int)pem->len);
  ERR_clear_error();
  if (!in)
    out_of_memory();
  enum message_id id = TL302E_certificate_malformed;
  if (take_chain(c, in)) {
    BIO_reset(in);
    ERR_clear_error();
    c->key = PEM_read_bio_PrivateKey(in, NULL, no_passphrase, &encrypted);
    id = judge(c, encrypted, old);
  }
  BIO_free(in);
  return id;
}

static bool is_young(const char *path) {
  struct stat st;
  return !stat(path, &st) && clock_unix_us() - ((int64_t)st.st_mtim.tv_sec * 1000000 + st.st_mtim.tv_nsec / 1000) < YOUNG_US;
}

static void warn_readable(const char *path) {
  struct stat st;
  if (!stat(path, &st) && st.st_mode & 077)
    report(TL308W_key_readable, "path=%s", path);
}

static void take_name(struct tls_certificate *c, const char *path) {
  const char *file = strrchr(path, '/') + 1;
  size_t n = strlen(file) - 4;
  if (n > 4 && !memcmp(file + n - 4, ".rsa", 4))
    n -= 4;
  else if (n > 6 && !memcmp(file + n - 6, ".ecdsa", 6))
    n -= 6;
  snprintf(c->name, sizeof c->name, "%.*s", (int)n, file);
  snprintf(c->path, sizeof c->path, "%s", path);
}

struct tls_certificate *tls_load(const char *path, const struct tls_certificate *old, bool *again, enum message_id *fault) {
  stralloc pem = {0};
  struct tls_certificate *c = calloc(1, sizeof *c);
  if (!c)
    out_of_memory();
  c->uses = 1;
  take_name(c, path);
  int unread = fd_slurp(path, TLS_CHAIN_MAX, &pem), reason = errno;
  enum message_id id = unread ? TL301E_certificate_unreadable : parse(c, &pem, old);
  wipe(&pem);
  if (id == TL101I_tls_ready) {
    warn_readable(path);
    *fault = MESSAGE_COUNT;
    return c;
  }
  *again = is_young(path);
  *fault = *again ? *fault : id;
  errno = reason;
  if (!*again && unread)
    report_errno(id, "path=%s kept=%s", path, old ? "yes" : "no");
  else if (!*again)
    report(id, "path=%s kept=%s reason=%s", path, old ? "yes" : "no", why());
  tls_certificate_release(c);
  return NULL;
}
