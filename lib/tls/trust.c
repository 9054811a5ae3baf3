/* Which authorities are trusted: the system's, or those that SSL_CERT_FILE and SSL_CERT_DIR name.  To read all of them
 * takes libssl some 20 ms; of a directory with hashed names it reads only the issuer that it looks for. */
#include <dirent.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

#include "tls/connect_private.h"

static bool is_hashed(const char *path) {
  bool hashed = false;
  DIR *d = opendir(path);
  for (struct dirent *e; d && !hashed && (e = readdir(d));) {
    size_t n = strlen(e->d_name);
    hashed = n > 2 && !strcmp(e->d_name + n - 2, ".0");
  }
  if (d)
    closedir(d);
  return hashed;
}

void trust_prepare(SSL_CTX *ctx) {
  const char *file = getenv(X509_get_default_cert_file_env()), *dir = getenv(X509_get_default_cert_dir_env());
  if (!dir)
    dir = X509_get_default_cert_dir();
  if (!file && !is_hashed(dir))
    file = X509_get_default_cert_file();
  if (file)
    SSL_CTX_load_verify_file(ctx, file);
  SSL_CTX_load_verify_dir(ctx, dir);
  ERR_clear_error();       /* what is not there trusts nobody; the handshake will say so */
}
