#!/bin/bash
# remote-send finds other servers: nsd holds the zones, unbound resolves, scripted servers listen on addresses of 127/8.
. tests/lib.sh
. tests/dns.sh
command -v nsd >/dev/null && command -v unbound >/dev/null || skip_all "nsd or unbound is missing"
SIX=
grep -q ' lo$' /proc/net/if_inet6 2>/dev/null && SIX=1
plan 41

P=$(port)
{
  cat <<'ZONE'
$ORIGIN dom.test.
$TTL 60
@ SOA ns.dom.test. hostmaster.dom.test. 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
one A 127.0.0.2
two A 127.0.0.3
rude A 127.0.0.4
busy A 127.0.0.5
dead A 127.0.0.9
pref MX 20 two
pref MX 10 one
second MX 10 dead
fall MX 10 rude
fall MX 20 two
fall2 MX 10 busy
fall2 MX 20 two
only MX 10 rude
mixed MX 10 rude
mixed MX 20 dead
second MX 20 two
equal MX 10 one
equal MX 10 two
null MX 0 .
nomx A 127.0.0.2
alias CNAME pref
mxalias MX 10 one-alias
one-alias CNAME one
empty TXT "x"
lost MX 10 nohost
partly MX 10 nohost
partly MX 20 one
six MX 10 host6
host6 AAAA ::1
dual MX 10 hostd
hostd A 127.0.0.9
hostd AAAA ::1
xn--bcher-kva MX 10 one
big MX 1 one
us MX 10 mail.example.test.
we MX 10 one
we MX 20 mail.example.test.
worse MX 10 mail.example.test.
worse MX 20 one
badmx MX 10 wo\032rd
ZONE
  for i in {1..60}; do echo "big MX 100 a-mail-exchanger-with-a-rather-long-name-$i"; done
} >"$T/zones/dom.test"
dns_start dom.test

# conf SETTING=VALUE…: the home, with other settings
conf() { python3 tests/generation.py "$T/home" hostname=mail.example.test remote_port="$P" smtp_port=1 remote_connect_timeout=2s "$@"; }
for ip in 127.0.0.2 127.0.0.3 ${SIX:+::1}; do
  background python3 tests/programs/peer.py "[$ip]:$P" "$T/at-$ip" accept
  wait_for 10 test -e "$T/at-$ip.ready" || diag "the peer at $ip did not start"
done
background python3 tests/programs/peer.py "127.0.0.4:$P" "$T/rude" "say 554 5.7.1 not here"
background python3 tests/programs/peer.py "127.0.0.5:$P" "$T/busy" "say 220 x" "read 1" "say 250 x" "read 1" "say 421 4.3.2 busy"
wait_for 10 test -e "$T/rude.ready" -a -e "$T/busy.ready" || diag "the peers that refuse did not start"
conf
printf 'A: b\n\nx\n' >"$T/message"
took() { ls "$T/at-$1".[0-9]* 2>/dev/null | wc -l; }
send() { timeout 60 "$BIN/remote-send" --home "$T/home" --mx "$1" a@example.test "b@$1" <"$T/message" 2>"$T/err"; }

# reaches DOMAIN IP "text": the message arrives at IP and nowhere else
reaches() {
  local before2 before3 before6 got want="0 0 1"
  before2=$(took 127.0.0.2) before3=$(took 127.0.0.3) before6=$(took ::1)
  send "$1" >"$T/out"
  got="$(($(took 127.0.0.2) - before2)) $(($(took 127.0.0.3) - before3)) $(($(took ::1) - before6))"
  case $2 in 127.0.0.2) want="1 0 0" ;; 127.0.0.3) want="0 1 0" ;; esac
  is "$got" "$want" "$3" || diag "$(cat "$T/out" "$T/err")"
}

# fails DOMAIN STATE CAUSE "text"
fails() { is "$(send "$1" | sed 's/): .*/)/')" "b@$1: $2 ($3)" "$4"; }

reaches pref.dom.test 127.0.0.2 "the lower preference"
reaches PREF.dom.test 127.0.0.2 "in any case"
reaches second.dom.test 127.0.0.3 "the next host where one refuses the connection"
like "$(cat "$T/err")" "10 SC201W .*host=dead.dom.test ip=127.0.0.9 stage=connect cause=connect_refused" "which is told"
unlike "$(cat "$T/err")" "(^|
)0 " "and is no error"
reaches fall.dom.test 127.0.0.3 "the next host where one greets with 554"
reaches fall2.dom.test 127.0.0.3 "the next host where one says 421 to MAIL"
fails only.dom.test failed policy "a greeting with 554, and no other host"
fails mixed.dom.test deferred policy "a greeting with 554, and another host that may come back"
like "$(send mixed.dom.test)" "554 5.7.1 not here" "the words that tell most are told"
reaches nomx.dom.test 127.0.0.2 "without an MX the address of the domain itself"
reaches alias.dom.test 127.0.0.2 "a CNAME to a domain with MX"
reaches mxalias.dom.test 127.0.0.2 "an MX that names a CNAME"
reaches partly.dom.test 127.0.0.2 "an MX without address beside a good one"
reaches big.dom.test 127.0.0.2 "an answer too long for UDP"
two=$(took 127.0.0.3)
for _ in {1..20}; do send equal.dom.test >>"$T/equal"; done
is "$(grep -c sent "$T/equal")" 20 "equal preferences: all arrive"
two=$(($(took 127.0.0.3) - two))
[ $two -gt 0 ] && [ $two -lt 20 ]
ok $? "equal preferences are shuffled ($two of 20 went to the second)"
fails null.dom.test failed null_mx "a null MX"
fails nothing.dom.test failed no_such_domain "no such domain"
fails empty.dom.test failed no_mx_address "neither MX nor address"
fails lost.dom.test failed no_mx_address "an MX without an address"
fails x.broken.test deferred dns_servfail "a zone whose server refuses"
like "$(cat "$T/err")" "^0 CL126E .*state=tried .*stage=dns cause=dns_servfail" "an error line"
fails badmx.dom.test deferred dns_servfail "an MX that is no host name"
fails bücher.dom.test failed smtputf8_missing "a domain beyond ASCII is found as xn--"
DNSCACHEIP=127.0.0.1:$(port) fails pref.dom.test deferred dns_timeout "a resolver that is not there"
is "$(DNSCACHEIP="127.0.0.1:$(port) $DNSCACHEIP" send pref.dom.test)" "b@pref.dom.test: sent: 250 2.0.0 taken" "the second resolver answers"
is "$(DNSCACHEIP="nonsense $DNSCACHEIP" send pref.dom.test)" "b@pref.dom.test: sent: 250 2.0.0 taken" "a word that is no address"
like "$(cat "$T/err")" "DN201W .*value=nonsense" "is told"

# --- ourselves
fails us.dom.test failed mail_loop_here "an MX with our own name"
like "$(cat "$T/err")" "^0 CL152E .*state=failed" "has its own message"
reaches we.dom.test 127.0.0.2 "ourselves behind a better one"
fails worse.dom.test failed mail_loop_here "ourselves before a worse one"
conf smtp_port="$P"
fails pref.dom.test failed mail_loop_here "an MX with an address of this machine, on our port"

# --- literals, routes, IPv6
conf
reaches '[127.0.0.3]' 127.0.0.3 "an address literal"
conf "t:pref.dom.test=two.dom.test:$P" "t:.dom.test=[127.0.0.3]:$P"
reaches pref.dom.test 127.0.0.3 "a route to a host"
reaches nomx.dom.test 127.0.0.3 "a route of the domain above"
conf "t:*=one.dom.test:$P"
reaches null.dom.test 127.0.0.2 "the smart host"
if [ "$SIX" ]; then
  conf
  reaches six.dom.test ::1 "an exchanger with IPv6 only"
  reaches dual.dom.test ::1 "IPv6 where IPv4 fails"
  conf remote_ipv6=off
  fails six.dom.test failed no_mx_address "but not while remote_ipv6 is off"
else
  skip 3 "no IPv6 on loopback"
fi
