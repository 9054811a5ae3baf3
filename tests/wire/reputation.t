#!/bin/bash
# lib/reputation asks a real resolver: nsd holds the zones, unbound resolves: reverse DNS, EHLO name, SPF with includes, a long TXT, a dead zone.
. tests/lib.sh
. tests/dns.sh
command -v nsd >/dev/null && command -v unbound >/dev/null || skip_all "nsd or unbound is missing"
PROGRAM=${BIN%/bin}/test/reputation
[ -x "$PROGRAM" ] || skip_all "$PROGRAM is missing: make helpers"
plan 9

cat >"$T/zones/dom.test" <<'ZONE'
$ORIGIN dom.test.
$TTL 60
@ SOA ns.dom.test. hostmaster.dom.test. 1 3600 600 86400 60
@ NS ns
@ TXT "v=spf1 include:_spf.dom.test" " -all"
@ TXT "something else"
ns A 127.0.0.1
_spf TXT "v=spf1 ip4:198.51.100.0/29 a:mail.dom.test ~all"
mail A 198.51.100.7
mail AAAA 2001:db8::7
other A 203.0.113.1
soft TXT "v=spf1 ~all"
long TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ip4:192.0.2.3 ip4:192.0.2.4 ip4:192.0.2.5 ip4:192.0.2.6 ip4:192.0.2.7 ip4:192.0.2.8 ip4:192.0.2.9 ip4:192.0.2.10 " "ip4:192.0.2.11 ip4:192.0.2.12 ip4:192.0.2.13 ip4:192.0.2.14 ip4:198.51.100.7 -all"
twice TXT "v=spf1 -all"
twice TXT "v=spf1 +all"
dead TXT "v=spf1 include:x.broken.test -all"
ZONE
for i in {1..60}; do echo "long TXT \"a text record that makes the answer longer than a packet of UDP may be, number $i\""; done >>"$T/zones/dom.test"
cat >"$T/zones/100.51.198.in-addr.arpa" <<'ZONE'
$ORIGIN 100.51.198.in-addr.arpa.
$TTL 60
@ SOA ns.dom.test. hostmaster.dom.test. 1 3600 600 86400 60
@ NS ns.dom.test.
7 PTR mail.dom.test.
8 PTR other.dom.test.
ZONE
dns_start dom.test 100.51.198.in-addr.arpa

judge() { timeout 60 "$PROGRAM" "$@" 2>"$T/err"; }
is "$(judge 198.51.100.7 mail.dom.test dom.test)" "RP101I ip=198.51.100.7 name=mail.dom.test ehlo=mail.dom.test
RP111I ehlo=mail.dom.test ip=198.51.100.7
RP121I domain=dom.test ip=198.51.100.7 record=\"v=spf1 include:_spf.dom.test -all\" term=include:_spf.dom.test decided_by=dom.test" "all is well: a TXT record of two strings, an include"
is "$(judge 198.51.100.8 mail.dom.test dom.test)" "RP103E ip=198.51.100.8 name=other.dom.test addresses=203.0.113.1 ehlo=mail.dom.test
RP113W ehlo=mail.dom.test ip=198.51.100.8 addresses=198.51.100.7
RP122E domain=dom.test ip=198.51.100.8 record=\"v=spf1 include:_spf.dom.test -all\" term=-all decided_by=dom.test" "nothing is"
like "$(judge 198.51.100.9 nowhere.dom.test soft.dom.test)" "^RP102E ip=198.51.100.9 ehlo=nowhere.dom.test.RP112E .*RP123W .*term=~all" "no reverse, no such name, softfail" || diag "$(cat "$T/err")"
like "$(judge 2001:db8::7 mail.dom.test dom.test)" "RP111I ehlo=mail.dom.test ip=2001:db8::7.RP121I" "IPv6: EHLO and SPF"
like "$(judge 198.51.100.7 mail.dom.test long.dom.test)" "RP121I .*term=ip4:198.51.100.7 " "an answer too long for UDP"
like "$(judge 198.51.100.7 mail.dom.test twice.dom.test)" "RP126E .*fault=\"there is more than one SPF record\"" "two SPF records"
like "$(judge 198.51.100.7 mail.dom.test mail.dom.test)" "RP124W domain=mail.dom.test" "none"
like "$(judge 198.51.100.7 mail.dom.test dead.dom.test)" "RP105W name=x.broken.test type=TXT" "a zone that does not answer is no judgement"
is "$(judge 192.168.1.7 mail.dom.test dom.test)" "RP131W ip=192.168.1.7" "a private address: nothing is known"
