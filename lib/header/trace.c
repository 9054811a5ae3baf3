#include "base/date.h"
#include "header/header.h"

/* Bytes that would end a line, a comment or an angle address, or hide what follows, become '?'. */
static void cat_safe(stralloc *out, struct bytes b, const char *unsafe) {
  for (size_t i = 0; i < b.n; i++) {
    unsigned char c = (unsigned char)b.s[i];
    sa_catc(out, c < ' ' || c == 0x7f || strchr(unsafe, c) ? '?' : (char)c);
  }
}

static void cat_word(stralloc *out, const char *before, struct bytes b) {
  sa_cats(out, before);
  cat_safe(out, b, " ()<>;\\\"");
}

/* "from HELO (HOST [IP])\n ": IPv6 is written [IPv6:…], as in an address literal. */
static void cat_client(stralloc *out, const struct header_trace *t) {
  bool v6 = t->ip.n && memchr(t->ip.s, ':', t->ip.n);
  cat_word(out, "from ", t->helo.n ? t->helo : bytes_str("unknown"));
  if (t->ip.n) {
    sa_cats(out, " (");
    cat_word(out, "", t->host);
    cat_word(out, t->host.n ? v6 ? " [IPv6:" : " [" : v6 ? "[IPv6:" : "[", t->ip);
    sa_cats(out, "])");
  }
  sa_cats(out, "\n ");
}

/* An address may hold quotes and blanks; only what would end it is replaced. */
static void cat_address(stralloc *out, struct bytes addr) {
  sa_catc(out, '<');
  cat_safe(out, addr, "<>");
  sa_catc(out, '>');
}

void header_received(stralloc *out, const struct header_trace *t) {
  sa_cats(out, "Received: ");
  if (t->ip.n || t->helo.n)
    cat_client(out, t);
  cat_word(out, "by ", t->hostname);
  sa_cats(out, " (wiz98");
  if (t->user.n)
    cat_word(out, ", user ", t->user);
  cat_word(out, ") with ", t->with);
  if (t->tls.n) {
    sa_cats(out, " (");
    cat_safe(out, t->tls, "()<>;\\\"");
    sa_catc(out, ')');
  }
  cat_word(out, " id ", t->qid);
  if (t->rcpt.n) {
    sa_cats(out, "\n for ");
    cat_address(out, t->rcpt);
  }
  sa_cats(out, "; ");
  date_rfc5322(out, t->time);
  sa_catc(out, '\n');
}

void header_return_path(stralloc *out, struct bytes sender) {
  sa_cats(out, "Return-Path: ");
  cat_address(out, sender);
  sa_catc(out, '\n');
}

void header_delivered_to(stralloc *out, struct bytes addr) {
  sa_cats(out, "Delivered-To: ");
  cat_safe(out, addr, "");
  sa_catc(out, '\n');
}

void header_message_id(stralloc *out, struct bytes qid, struct bytes hostname) {
  cat_word(out, "<", qid);
  cat_word(out, "@", hostname);
  sa_catc(out, '>');
}

void header_missing(stralloc *out, unsigned present, struct bytes qid, struct bytes hostname, int64_t time) {
  if (!(present & HEADER_DATE)) {
    sa_cats(out, "Date: ");
    date_rfc5322(out, time);
    sa_catc(out, '\n');
  }
  if (!(present & HEADER_MESSAGE_ID)) {
    sa_cats(out, "Message-ID: ");
    header_message_id(out, qid, hostname);
    sa_catc(out, '\n');
  }
}
