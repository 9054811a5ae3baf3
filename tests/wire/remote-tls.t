#!/bin/bash
# remote-send with TLS and AUTH: good servers, certificates with every fault, handshakes that fail, passwords and tokens.
# tests/e2e/tls-peers.t has the same with real servers; WIZ98_LONG=1 runs every case here.
. tests/lib.sh
. tests/ca.sh
command -v openssl >/dev/null || skip_all "openssl is missing"
plan 82
SHORT="WIZ98_LONG=1 runs it"

ca_make
certificate good mx.test "*.pool.test"
if [ -n "$WIZ98_LONG" ]; then
  certificate other other.test third.test
  certificate old mx.test -- 20200101000000Z 20210101000000Z
  certificate young mx.test -- 20900101000000Z 20910101000000Z
  certificate address IP:127.0.0.1
  self_signed self mx.test
  cp -r "$CA" "$T/real"
  CA=$T/ca2
  ca_make
  certificate foreign mx.test
  cp "$CA/foreign.pem" "$T/real/"
  CA=$T/real
fi
export SSL_CERT_FILE=$CA/ca.pem SSL_CERT_DIR=/nowhere

printf 'Subject: test\n\nHello\n' >"$T/message"

# policy LEVEL\0NAME\0FLAG\0 [KIND:KEY=VALUE…]: the home, with that policy for the peer
policy() {
  local level=$1
  shift
  python3 tests/generation.py "$T/home" hostname=mail.example.test d:example.test=1 d:=example.test remote_command_timeout=3s remote_data_timeout=30s remote_connect_timeout=2s "e:[127.0.0.1]:$P=$level" "$@"
}
peer() {
  local name=$1
  shift
  P=$(port)
  background python3 tests/programs/peer.py "127.0.0.1:$P" "$T/$name" "$@" 2>>"$T/peers"
  wait_for 10 test -e "$T/$name.ready" || diag "peer $name did not start"
}
# sends CODE "text": $T/message to the peer
sends() { exits "$1" "$2" timeout 30 "$BIN/remote-send" --home "$T/home" "127.0.0.1:$P" a@example.test b@example.net <"$T/message"; }
is_cause() { like "$(cat "$T/out")" "^b@example.net: deferred \($1\): " "$2" || diag "$(cat "$T/err")"; }

OFFER=("say 220 peer" "read 1" "say 250-peer" "say 250 STARTTLS" "read 1" "say 220 go")
TAKE=("read 1" "say 250-peer" "say 250 PIPELINING" "read 3" "say 250 s" "say 250 r" "say 354 go" data "say 250 2.0.0 taken" "read 1" "say 221 bye")
CLEAR=("say 220 peer" "${TAKE[@]}")

# --- what is offered is used
peer good "${OFFER[@]}" "tls $CA/good.pem" "${TAKE[@]}"
policy 'may\0mx.test\0\0'
sends 0 "a server with a good certificate"
like "$(cat "$T/err")" 'SC101I .* tls="TLSv1\.3 TLS_AES_[0-9A-Z_]* verified" ' "its line says how"
is "$(grep -E 'C:|-- TLS' "$T/good")" "C: EHLO mail.example.test
C: STARTTLS
-- TLSv1.3
C: EHLO mail.example.test
C: MAIL FROM:<a@example.test>
C: RCPT TO:<b@example.net>
C: DATA
C: QUIT" "EHLO is said anew, QUIT too"
is "$(tr -d '\r' <"$T/good.1")" "Subject: test

Hello
." "the message is whole"
policy 'verify\0mx.test\0\0'
sends 0 "verified, because it must be"
policy 'verify\0a.pool.test\0\0'
sends 0 "a name that a wildcard covers"
policy 'verify\0.pool.test\0\0'
sends 0 "any name below a domain"
mkdir "$T/store"
cp "$CA/ca.pem" "$T/store/"
openssl rehash "$T/store"
SSL_CERT_FILE= SSL_CERT_DIR=$T/store sends 0 "an authority in a directory with hashed names"
SSL_CERT_FILE= sends 111 "an authority that is nowhere"
peer none "say 220 peer" "read 1" "say 250-peer" "say 250-STARTTLS" "say 250 PIPELINING" "read 3" "say 250 s" "say 250 r" "say 354 go" data "say 250 2.0.0 taken" "read 1"
policy 'none\0\0\0'
sends 0 "a server to which TLS is not wanted"
like "$(cat "$T/err")" "SC101I .* tls=none " "its line says so"
if [ -n "$WIZ98_LONG" ]; then
  peer address "${OFFER[@]}" "tls $CA/address.pem" "${TAKE[@]}"
  policy 'verify\0\0\0'
  sends 0 "a certificate for an address"
  peer twelve "${OFFER[@]}" "tls $CA/good.pem TLSv1_2" "${TAKE[@]}"
  policy 'verify\0mx.test\0\0'
  sends 0 "TLS 1.2"
  like "$(cat "$T/err")" 'tls="TLSv1\.2 ' "is named"
  peer implicit "tls $CA/good.pem" "${CLEAR[@]}"
  policy 'verify\0mx.test\0smtps\0'
  sends 0 "TLS from the start"
  like "$(cat "$T/err")" 'tls="TLSv1\.3 .* verified"' "is verified as well"
  peer big "${OFFER[@]}" "tls $CA/good.pem" "${TAKE[@]}"
  policy 'verify\0mx.test\0\0'
  { cat "$T/message"; head -c 1000000 /dev/zero | tr '\0' x | fold -w 900; } >"$T/big-message"
  exits 0 "a message of 1 MB" timeout 60 "$BIN/remote-send" --home "$T/home" "127.0.0.1:$P" a@example.test b@example.net <"$T/big-message"
  is "$(tr -d '\r' <"$T/big.1" | sed '$d' | cksum)" "$({ cat "$T/big-message"; echo; } | cksum)" "arrives as it was"
else
  skip 7 "$SHORT"
fi

# --- certificates that are not good: with may they do not matter, and are told
if [ -n "$WIZ98_LONG" ]; then
  for kind in self:self-signed foreign:"issuer is unknown" old:"expired on 2021-01-01" other:"certificate is for other.test, third.test"; do
    peer "may-${kind%%:*}" "${OFFER[@]}" "tls $CA/${kind%%:*}.pem" "${TAKE[@]}"
    policy 'may\0mx.test\0\0'
    sends 0 "may: ${kind#*:}"
    like "$(cat "$T/err")" "tls=\"TLSv1\.3 [A-Z0-9_]* not verified: .*${kind#*:}" "not verified, and why"
  done
  policy 'encrypt\0mx.test\0\0'
  sends 0 "encrypt: a wrong name does not matter"
else
  skip 9 "$SHORT"
fi

# refused KIND CAUSE WORDS ID: with verify the message waits
refused() {
  peer "verify-$1" "${OFFER[@]}" "tls $CA/$1.pem" "${TAKE[@]}"
  policy 'verify\0mx.test\0\0'
  sends 111 "verify: $2"
  like "$(cat "$T/out") $(cat "$T/err")" "^b@example.net: deferred \($2\): tls 127.0.0.1 \[127.0.0.1\]: .*$3.* $4 .*state=tried .*stage=tls cause=tls_failed " "its cause and words"
  unlike "$(cat "$T/verify-$1")" "MAIL" "nothing was sent"
}
if [ -n "$WIZ98_LONG" ]; then
  refused other tls_wrong_name "the certificate is for other.test, third.test" CL139E
  refused old tls_expired "expired on 2021-01-01" CL140E
  refused young tls_not_yet_valid "valid from 2090-01-01" CL141E
  refused self tls_self_signed "self-signed" CL142E
  refused foreign tls_unknown_issuer "issuer is unknown here: Test Authority" CL143E
else
  skip 15 "$SHORT"
fi

# --- no TLS at all
if [ -n "$WIZ98_LONG" ]; then
  peer clear "${CLEAR[@]}"
  policy 'encrypt\0\0\0'
  sends 111 "STARTTLS is not offered"
  is_cause tls_missing "and must be"
  peer busy "${OFFER[@]:0:5}" "say 454 4.7.0 no key" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" data "say 250 taken" "read 1"
  policy 'encrypt\0\0\0'
  sends 111 "STARTTLS is refused"
  is_cause "tls_refused" "and must not be: with the peer's words"
  policy 'may\0\0\0'
  sends 0 "refused, and not needed"
  like "$(cat "$T/err")" "10 SC202W .*reason=\"STARTTLS was refused\".* SC101I .* tls=none " "a warning"
else
  skip 6 "$SHORT"
fi

peer eleven "${OFFER[@]}" "tls $CA/good.pem TLSv1_1" --next "${CLEAR[@]}"
policy 'may\0\0\0'
sends 0 "a server that has TLS 1.1 only: in the clear, on a new connection"
like "$(cat "$T/err")" "10 SC202W .*reason=\".*protocol.*\".* SC101I .* tls=none " "a warning with the reason"
like "$(cat "$T/eleven")" "-- 2 from" "the connection was a new one"
if [ -n "$WIZ98_LONG" ]; then
  peer eleven2 "${OFFER[@]}" "tls $CA/good.pem TLSv1_1"
  policy 'encrypt\0\0\0'
  sends 111 "the same where it must be encrypted"
  is_cause tls_failed "waits"
  peer garbage "${OFFER[@]}" "say HTTP/1.1 400 Bad Request" "read 1"
  policy 'verify\0mx.test\0\0'
  sends 111 "garbage in the handshake"
  is_cause tls_failed "is a failed handshake"
  peer closing "${OFFER[@]}" "close"
  policy 'verify\0mx.test\0\0'
  sends 111 "a server that closes in the handshake"
  like "$(cat "$T/out")" "tls_failed\): .*closed the connection during the handshake" "is told as that"
  peer silent "${OFFER[@]}" "hang 20"
  policy 'verify\0mx.test\0\0'
  before=$SECONDS
  sends 111 "a server that falls silent in the handshake"
  [ $((SECONDS - before)) -le 8 ]
  ok $? "is waited for no longer than a reply"
  like "$(cat "$T/out")" "tls_failed\): .*no answer in the handshake within 3 s" "and told as that"
else
  skip 9 "$SHORT"
fi

peer inject "${OFFER[@]:0:5}" "say 220 go\r\n250-x\r\n250 AUTH PLAIN" "tls $CA/good.pem" "${TAKE[@]}"
policy 'may\0\0\0'
sends 111 "commands behind the go-ahead"
is_cause tls_injected "end the conversation, even where TLS is not needed"

# --- AUTH
login() { policy 'verify\0mx.test\0\0' "k:[127.0.0.1]:$P=" "remote/c:[127.0.0.1]:$P=password\0user@example.net\0se cret#1\0"; }
SECURE=("${OFFER[@]}" "tls $CA/good.pem" "read 1" "say 250-peer")
REST=("say 235 ok" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" data "say 250 taken" "read 1")
peer plain "${SECURE[@]}" "say 250 AUTH LOGIN PLAIN" "read 1" "${REST[@]}"
login
export OUTPUT_LEVEL=99
sends 0 "AUTH PLAIN"
unset OUTPUT_LEVEL
is "$(sed -n 's/^C: AUTH PLAIN //p' "$T/plain" | base64 -d | tr '\0' '|')" "|user@example.net|se cret#1" "with the user and the password"
like "$(cat "$T/err")" 'text="AUTH PLAIN \*\*\*"' "which level 99 does not print"
unlike "$(cat "$T/err")" "$(printf '\0user@example.net\0se cret#1' | base64 | cut -c 1-20)|se cret" "in no form"
if [ -n "$WIZ98_LONG" ]; then
  peer login "${SECURE[@]}" "say 250 AUTH LOGIN" "read 1" "say 334 VXNlcm5hbWU6" "read 1" "say 334 UGFzc3dvcmQ6" "read 1" "${REST[@]}"
  login
  sends 0 "AUTH LOGIN"
  is "$(sed -n '/AUTH LOGIN/,$s/^C: //p' "$T/login" | sed -n '2,3p' | while read -r x; do base64 -d <<<"$x"; echo; done)" "user@example.net
se cret#1" "user, then password"
  peer refused "${SECURE[@]}" "say 250 AUTH PLAIN" "read 1" "say 535 5.7.8 bad credentials" "read 1"
  login
  sends 111 "a password that is refused"
  like "$(cat "$T/out") $(cat "$T/err")" "\(auth_refused\): 535 5.7.8 bad credentials.* 0 CL147E .*state=tried .*stage=auth" "has its own cause, and is not for good"
else
  skip 4 "$SHORT"
fi

peer weak "${OFFER[@]}" "tls $CA/good.pem" "read 1" "say 250 AUTH PLAIN" "read 1"
policy 'encrypt\0mx.test\0\0' "k:[127.0.0.1]:$P=" "remote/c:[127.0.0.1]:$P=password\0u\0p\0"
sends 111 "no password where the policy is less than verify"
is_cause auth_unverified "which is told"
unlike "$(cat "$T/weak")" "AUTH" "and none is sent"
token() { policy 'verify\0mx.test\0\0' "k:127.0.0.1=" "k:[127.0.0.1]=" "remote/c:[127.0.0.1]=token\0user@example.net\0office\0"; }
mkdir -p "$T/home/run/token"
peer token "${SECURE[@]}" "say 250 AUTH PLAIN XOAUTH2" "read 1" "${REST[@]}"
token
sends 111 "no token yet"
is_cause token_missing "has its own cause"
printf '%s\nold-token\n' "$(($(date +%s) - 5))" >"$T/home/run/token/office"
sends 111 "an expired token"
is_cause token_expired "likewise"
printf '%s\nfresh-token\n' "$(($(date +%s) + 3600))" >"$T/home/run/token/office"
sends 0 "a token" || diag "$(cat "$T/token")"
is "$(sed -n 's/^C: AUTH XOAUTH2 //p' "$T/token" | base64 -d | tr '\1' '|')" "user=user@example.net|auth=Bearer fresh-token||" "as XOAUTH2 has it"
if [ -n "$WIZ98_LONG" ]; then
  peer revoked "${SECURE[@]}" "say 250 AUTH XOAUTH2" "read 1" "say 334 $(printf '{"status":"401"}' | base64)" "read 1" "say 535 5.7.8 no" "read 1"
  token
  sends 111 "a token that is refused"
  like "$(cat "$T/out")" '\(token_refused\): 535 5.7.8 no \(\{"status":"401"\}\)' "with the whole reason"
else
  skip 2 "$SHORT"
fi

wait_for 5 sh -c "! pgrep -f '[r]emote-send --home $T/home'"
ok $? "no child outlives its conversation"
