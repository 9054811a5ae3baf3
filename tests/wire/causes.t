#!/bin/bash
# Every cause of doc/causes.md that another server, the DNS or the network can have is really produced, and told apart; what
# mail-doctor says beforehand agrees with what a delivery then logs.  One row a cause.  Where the reason is the message itself,
# which a rehearsal never sends, it says that the recipient is accepted.  Without WIZ98_LONG=1 the slow rows are left out.
#
# Not here: message_unreadable, which has no other server in it: tests/wire/remote-worker.t.
. tests/lab.sh
. tests/ca.sh

ROWS=() CONF=()
IP=60
# row CAUSE STATE [STEP…]: domain CAUSE.test (its _ are -), a peer that does the steps (none: no peer), from remote-send's view
row() {
  local name=${1//_/-} cause=$1 state=$2
  shift 2
  name=${name#*/} cause=${cause%%/*}
  IP=$((IP + 1))
  grep -qs . "$T/zones/$name.test" || zone "$name.test" <<<"@ MX 10 mx
mx A 10.98.0.$IP"
  ROWS+=("$name $cause $state")
  [ $# = 0 ] || peer "10.98.0.$IP" "$@"
}
HELLO=("say 220 peer" "read 1" "say 250 peer")
OFFER=("say 220 peer" "read 1" "say 250-peer" "say 250 STARTTLS" "read 1")
REST=("say 250 s" "read 1" "say 250 r" "read 1")
greeting() { row "$1" "$2" "say $3" "read 9"; }
mail() { row "$1" "$2" "${HELLO[@]}" "read 1" "say $3" "read 9"; }
rcpt() { row "$1" "$2" "${HELLO[@]}" "read 1" "say 250 s" "read 1" "say $3" "read 9"; }
body() { row "$1" "$2" "${HELLO[@]}" "read 1" "${REST[@]}" "say 354 go" data "say $3" "read 9"; }
tls() { CONF+=("e:${1//_/-}.test=$2"); row "$1" tried "${@:3}"; }
certified() { tls "$1" "verify\\0$3\\0\\0" "${OFFER[@]}" "say 220 go" "tls $CA/$2.pem" "read 9"; }

ca_make
certificate good mx.good.test
certificate old mx.good.test -- 20200101000000Z 20210101000000Z
certificate young mx.good.test -- 20900101000000Z 20910101000000Z
self_signed self mx.good.test
CA_USAGE=clientAuth certificate purpose mx.good.test
cp -r "$CA" "$T/first"
CA=$T/ca2
ca_make
certificate foreign mx.good.test
cp "$CA/foreign.pem" "$T/first/"
CA=$T/first
export SSL_CERT_FILE=$CA/ca.pem SSL_CERT_DIR=/nowhere
mkdir -p "$T/home/run/token"
echo "1
expired" >"$T/home/run/token/expired"
echo "99999999999
refused" >"$T/home/run/token/refused"

# --- the table: CAUSE, failed or tried, and how it is produced
rcpt user_unknown failed "550 5.1.1 User unknown"
rcpt mailbox_full tried "452 4.2.2 Mailbox full"
rcpt mailbox_disabled failed "550 5.2.1 Mailbox disabled, not accepting messages"
rcpt domain_bad failed "550 5.1.2 Host unknown"
rcpt relay_denied failed "554 5.7.1 Relay access denied"
mail sender_rejected failed "553 5.1.8 Sender address rejected: Domain not found"
rcpt reverse_dns failed "550 5.7.25 The client has no PTR record"
rcpt spf_dkim_dmarc failed "550 5.7.23 SPF validation failed"
greeting blocked failed "554 5.7.1 Service unavailable; Client host [10.98.0.1] blocked using the blocklist bl.example.net"
rcpt greylisted tried "451 4.7.1 Greylisted, try again later"
mail rate_limited tried "450 4.7.1 Rate limit exceeded"
row message_too_big failed "say 220 peer" "read 1" "say 250-peer" "say 250 SIZE 5" "read 9"
body malformed_message failed "550 5.6.0 Message has no valid From header"
body spam_content failed "554 5.7.1 Message identified as spam"
body virus failed "554 5.7.1 Virus found in message"
rcpt policy failed "550 5.7.1 Rejected by local policy"
mail tls_or_auth_required failed "530 5.7.0 Must issue a STARTTLS command first"
rcpt mail_loop failed "554 5.4.6 Too many hops"
zone mail-loop-here.test <<<"@ MX 10 mail.example.test."
row mail_loop_here failed
rcpt system_error tried "451 4.3.0 Temporary system problem with this mailbox"
row server_error tried "say 220 peer" "read 1" "say 421 4.3.2 Going down"
row protocol_error tried "say <html>this is no mail server</html>" "read 9"
rcpt address_syntax failed "501 5.1.3 Bad recipient address syntax"
ROWS+=("domain-syntax domain_syntax failed")
ROWS+=("no-such-domain no_such_domain failed")
zone null-mx.test <<<"@ MX 0 ."
row null_mx failed
zone no-mx-address.test <<<"@ MX 10 nowhere"
row no_mx_address failed
row dns_stale tried "${HELLO[@]}" "read 1" "say 250 s" "read 1" "say 550 5.1.1 User unknown" "read 9"
LAB_TEST=$'dns-servfail NS ns.user-unknown\n'      # whose server does not know it
ROWS+=("dns-servfail dns_servfail tried")
row connect_refused tried
row connect_timeout tried
CLOSED=$IP
row no_route tried
UNREACHABLE=$IP
row dropped tried "${HELLO[@]}" "read 1" close
row smtputf8_missing failed "${HELLO[@]}" "read 9"
tls tls_missing 'encrypt\0\0\0' "${HELLO[@]}" "read 9"
tls tls_refused 'encrypt\0\0\0' "${OFFER[@]}" "say 454 4.7.0 TLS not available" "read 9"
tls tls_injected 'encrypt\0\0\0' "${OFFER[@]}" 'raw 220 go\r\n250 injected\r\n' "read 9"
tls tls_failed 'encrypt\0\0\0' "${OFFER[@]}" "say 220 go" "part 1" "say this is no TLS"
certified tls_wrong_name good mx.other.test
certified tls_expired old mx.good.test
certified tls_not_yet_valid young mx.good.test
certified tls_self_signed self mx.good.test
certified tls_unknown_issuer foreign mx.good.test
certified tls_bad_certificate purpose mx.good.test

# login NAME KIND\0USER\0SECRET\0 STEP…: by a route, with credentials
login() {
  local host=mx.${1//_/-}.test:25
  CONF+=("t:${1//_/-}.test=$host" "k:$host=" "remote/c:$host=$2" "e:${1//_/-}.test=verify\\0mx.good.test\\0\\0" "e:$host=verify\\0mx.good.test\\0\\0")
  row "$1" tried "${@:3}"
}
SECURE=("${OFFER[@]}" "say 220 go" "tls $CA/good.pem" "read 1" "say 250-peer")
login auth_missing 'password\0u\0p\0' "${SECURE[@]}" "say 250 SIZE" "read 9"
login auth_refused 'password\0u\0p\0' "${SECURE[@]}" "say 250 AUTH PLAIN" "read 1" "say 535 5.7.8 Authentication failed" "read 9"
login token_missing 'token\0u\0none\0' "${SECURE[@]}" "say 250 AUTH XOAUTH2" "read 9"
login token_expired 'token\0u\0expired\0' "${SECURE[@]}" "say 250 AUTH XOAUTH2" "read 9"
login token_refused 'token\0u\0refused\0' "${SECURE[@]}" "say 250 AUTH XOAUTH2" "read 1" "say 535 5.7.8 Token refused" "read 9"
login auth_unverified 'password\0u\0p\0' "${HELLO[@]}" "read 9"
CONF+=('e:mx.auth-unverified.test:25=may\0\0\0')
login credentials_unreadable 'password\0u\0p\0' "${SECURE[@]}" "say 250 AUTH PLAIN" "read 9"
CONF+=("remote/c:mx.credentials-unreadable.test:25=nonsense")
if [ -n "${WIZ98_LONG:-}" ]; then
  row greeting_timeout tried "hang 60"
  ROWS+=("dns-timeout dns_timeout tried")
fi
CONTENT=" malformed_message spam_content virus "

plan $((2 * ${#ROWS[@]}))
lab_start
peers_ready
python3 tests/generation.py "$T/home" hostname=mail.example.test d:example.test=1 d:=example.test remote_port=25 smtp_port=2525 remote_connect_timeout=1s remote_command_timeout=3s "${CONF[@]}"
filter ip daddr 10.98.0.$CLOSED tcp dport 25 drop
filter ip daddr 10.98.0.$UNREACHABLE tcp dport 25 reject with icmp host-unreachable
dig @10.98.0.53 dns-stale.test MX +short >/dev/null    # the resolver remembers; then the domain moves
dig @10.98.0.53 mx.dns-stale.test A +short >/dev/null
zone dns-stale.test <<<"@ MX 10 new
new A 10.98.0.10"
lab_reload dns-stale.test
printf 'A: b\n\nx\n' >"$T/message"

for r in "${ROWS[@]}"; do
  read -r name cause state <<<"$r"
  domain=$name.test
  [ "$cause" = domain_syntax ] && domain=$(printf 'ü%.0s' {1..70}).test    # too long for the DNS, once it is in ASCII
  rcpt=b@$domain
  [ "$cause" = smtputf8_missing ] && rcpt=bü@$name.test
  [ "$cause" = dns_timeout ] && export DNSCACHEIP=10.98.0.99 && filter ip daddr 10.98.0.99 drop
  timeout 100 "$BIN/remote-send" --home "$T/home" --mx "$domain" a@example.test "$rcpt" <"$T/message" >"$T/out" 2>"$T/err"
  logged=$(sed -n 's/^0 \(CL[0-9A-Z]*\) .*state=\([a-z]*\) .*cause=\([a-z_0-9]*\) .*/\1 \3 \2/p' "$T/err")
  is "$(sed -n 's/^[^ ]*: [a-z]* (\([a-z_0-9]*\)): .*/\1/p' "$T/out") ${logged##* }" "$cause $state" "$name" || diag "$(cat "$T/out" "$T/err")"
  timeout 100 "$BIN/mail-doctor" send --home "$T/home" --from a@example.test --size "$(wc -c <"$T/message")" --json "$rcpt" >"$T/out" 2>"$T/err"
  said=$(sed -n 's/^{"address":.*"state":"\([a-z]*\)".*"cause":"\([a-z_0-9]*\)".*"id":"\([A-Z0-9]*\)".*/\3 \2 \1/p; s/^{"address":.*"state":"\(accepted\)".*/\1/p' "$T/out")
  case $CONTENT in *" $cause "*) logged=accepted ;; esac
  is "$said" "${logged/%tried/delayed}" "$name: rehearsed" || diag "$(cat "$T/out" "$T/err")"
done
