/* hash: the form of a password hash as crypt(5) knows it; whether a password fits it is for auth-check. */
#ifndef USER_HASH_H
#define USER_HASH_H

#include "base/bytes.h"

enum user_hash {
  USER_HASH_NONE,      /* not a hash: perhaps the password itself */
  USER_HASH_LOCKED,    /* "*": nobody can log in */
  USER_HASH_WEAK,      /* md5crypt, DES: guessed at millions a second */
  USER_HASH_GOOD,      /* yescrypt, gost-yescrypt, scrypt, bcrypt, sha512crypt, sha256crypt */
};

enum user_hash user_hash_form(struct bytes hash);

#endif
