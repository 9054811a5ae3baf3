#include "sasl/sasl.h"

enum { MECHANISM_PLAIN, MECHANISM_LOGIN };

bool sasl_begin(struct sasl *s, struct bytes mechanism) {
  static const char *const names[] = {[MECHANISM_PLAIN] = "PLAIN", [MECHANISM_LOGIN] = "LOGIN"};
  *s = (struct sasl){.challenge = bytes_str("")};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (bytes_ieq(mechanism, bytes_str(names[i]))) {
      s->mechanism = (int)i;
      return true;
    }
  return false;
}

static void wipe(stralloc *sa) {
  if (sa->s)
    explicit_bzero(sa->s, sa->a);
  stralloc_free(sa);
}

void sasl_free(struct sasl *s) {
  wipe(&s->user);
  wipe(&s->pass);
}

static enum sasl_step fail(struct sasl *s, enum message_id why) {
  s->why = why;
  sasl_free(s);
  return SASL_FAILED;
}

static enum sasl_step challenge(struct sasl *s, const char *words) {
  s->asked++;
  s->challenge = bytes_str(words);
  return SASL_CHALLENGE;
}

/* User and password are both there: could they be any? */
static enum sasl_step done(struct sasl *s) {
  if (!s->user.len || !s->pass.len)
    return fail(s, SA206W_word_empty);
  if (s->user.len > SASL_USER_MAX || s->pass.len > SASL_PASS_MAX)
    return fail(s, SA207W_word_too_long);
  if (memchr(s->user.s, 0, s->user.len) || memchr(s->pass.s, 0, s->pass.len))
    return fail(s, SA205W_malformed);
  return SASL_DONE;
}

/* RFC 4616 2: [authzid] NUL authcid NUL passwd. */
static enum sasl_step plain(struct sasl *s, struct bytes all) {
  struct bytes identity, user;
  if (!bytes_cut(&all, 0, &identity) || !bytes_cut(&all, 0, &user) || !all.s)
    return fail(s, SA205W_malformed);
  if (identity.n && !bytes_ieq(identity, user))
    return fail(s, SA208W_identity_other);
  sa_copyb(&s->user, user.s, user.n);
  sa_copyb(&s->pass, all.s, all.n);
  return done(s);
}

/* No RFC has LOGIN.  Clients know its challenges by these words: "Username:" and "Password:". */
static enum sasl_step login(struct sasl *s, struct bytes word) {
  bool has_user = s->user.len > 0;
  sa_copyb(has_user ? &s->pass : &s->user, word.s, word.n);
  if (has_user)
    return done(s);
  return s->user.len ? challenge(s, "UGFzc3dvcmQ6") : fail(s, SA206W_word_empty);
}

static enum sasl_step begin(struct sasl *s) { return challenge(s, s->mechanism == MECHANISM_PLAIN ? "" : "VXNlcm5hbWU6"); }

static enum sasl_step respond(struct sasl *s, struct bytes line) {
  stralloc decoded = {0};
  enum sasl_step step;
  if (!s->asked && bytes_eq(line, bytes_str("=")))      /* an empty initial response, RFC 4954 4 */
    line = bytes_str("");
  s->asked++;
  if (!base64_decode(&decoded, line))
    step = fail(s, SA202W_not_base64);
  else
    step = s->mechanism == MECHANISM_PLAIN ? plain(s, bytes_sa(&decoded)) : login(s, bytes_sa(&decoded));
  wipe(&decoded);
  return step;
}

enum sasl_step sasl_feed(struct sasl *s, struct bytes line) {
  if (!line.s || (!s->asked && !line.n))
    return s->asked ? fail(s, SA205W_malformed) : begin(s);
  if (bytes_eq(line, bytes_str("*")))
    return fail(s, SA201W_cancelled);
  if (line.n > SASL_LINE_MAX)
    return fail(s, SA203W_line_too_long);
  return respond(s, line);
}
