#include "tls/bio.h"

#include <errno.h>
#include <openssl/bio.h>
#include <sys/socket.h>

#include "base/sa.h"

static bool not_now(BIO *b, int writing) {
  if (errno != EAGAIN && errno != EINTR)
    return false;
  if (writing)
    BIO_set_retry_write(b);
  else
    BIO_set_retry_read(b);
  return true;
}

static int wire_read(BIO *b, char *to, int n) {
  struct tls_wire *w = BIO_get_data(b);
  BIO_clear_retry_flags(b);
  ssize_t k = recv(w->fd, to, (size_t)n, MSG_DONTWAIT);
  if (k > 0 && !w->received)
    w->first = (unsigned char)*to;
  if (k > 0)
    w->received += (size_t)k;
  else if (k == 0)
    w->closed = true;
  else if (!not_now(b, 0))
    w->failed = errno;
  return (int)k;
}

static int wire_write(BIO *b, const char *from, int n) {
  struct tls_wire *w = BIO_get_data(b);
  BIO_clear_retry_flags(b);
  ssize_t k = send(w->fd, from, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (k > 0)
    w->sent += (size_t)k;
  else if (k < 0 && !not_now(b, 1))
    w->failed = errno;
  return (int)k;
}

static long wire_control(BIO *b, int what, long number, void *data) {
  const struct tls_wire *w = BIO_get_data(b);
  (void)number, (void)data;
  return what == BIO_CTRL_FLUSH || (what == BIO_CTRL_EOF && w->closed);
}

BIO *tls_wire_bio(struct tls_wire *wire) {
  static BIO_METHOD *method;
  if (!method) {
    if (!(method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "wire")))
      out_of_memory();
    BIO_meth_set_read(method, wire_read);
    BIO_meth_set_write(method, wire_write);
    BIO_meth_set_ctrl(method, wire_control);
  }
  BIO *b = BIO_new(method);
  if (!b)
    out_of_memory();
  BIO_set_data(b, wire);
  BIO_set_init(b, 1);
  return b;
}
