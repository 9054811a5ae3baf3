#!/bin/bash
# A resolver that is behind: a domain moves under a resolver that remembers the old place.  The zone's own servers are asked,
# and the message waits instead of coming back.
. tests/lab.sh
plan 25

zone steady.test <<<'@ MX 10 mx
mx A 10.98.0.10'
for d in moved refusing renamed; do
  zone $d.test <<<'@ MX 10 old
old A 10.98.0.20
new A 10.98.0.10
www A 10.98.0.10'
done
zone worded.test <<<'@ MX 10 old
old A 10.98.0.22'
zone unborn.test <<<'x A 10.98.0.10'
zone elsewhere.test <<<'@ MX 10 old.renamed.test.'
zone later.test - <<<''
zone split.test 'ns.split.test.
split.test. NS ns.gone.test.' <<<'@ MX 10 mx
mx A 10.98.0.21'
lab_start
peer 10.98.0.10 accept
peer 10.98.0.20 "say 220 old" "read 1" "say 250 old" "read 1" "say 250 ok" "read 1" "say 550 5.1.1 user unknown" "read 9"
peer 10.98.0.22 "say 220 old" "read 1" "say 250 old" "read 1" "say 250 ok" "read 1" "say 550 5.7.1 moved house" "read 9"
peers_ready
printf 'A: b\n\nx\n' >"$T/message"
python3 tests/generation.py "$T/home" hostname=mail.example.test remote_port=25 smtp_port=2525 remote_connect_timeout=2s remote_ipv6=on "y:=user_unknown\\0\\0\\0moved house\\0"
send() { timeout 60 "$BIN/remote-send" --home "$T/home" --mx "$1" a@example.test "b@$1" <"$T/message" 2>"$T/err"; }
fails() { is "$(send "$1" | sed 's/): .*/)/')" "b@$1: $2 ($3)" "$4" || diag "$(cat "$T/err")"; }

like "$(send steady.test)" "sent:" "where all is well"
unlike "$(cat "$T/peer-10.98.0.10")" "stale" "nothing is said of it"
fails moved.test failed user_unknown "the old server refuses, and nothing has changed: for good"
unlike "$(cat "$T/err")" "DN202W|dns_stale" "the resolver is not blamed"
for d in refusing renamed worded; do send $d.test >/dev/null; done      # the resolver remembers
fails unborn.test failed no_mx_address "a domain without a mail server"
fails later.test failed no_such_domain "a domain that is not there"
send elsewhere.test >/dev/null

zone moved.test <<<'@ MX 10 new
new A 10.98.0.10'
zone renamed.test <<<'@ MX 10 old
old A 10.98.0.10'
zone worded.test <<<'@ MX 10 new
new A 10.98.0.10'
zone refusing.test <<<'@ MX 10 new
new A 10.98.0.10'
zone unborn.test <<<'@ MX 10 x
x A 10.98.0.10'
zone later.test <<<'@ MX 10 x
x A 10.98.0.10'
lab_reload moved.test renamed.test worded.test refusing.test unborn.test later.test

fails moved.test deferred dns_stale "another exchanger: the old one's refusal counts no more"
like "$(cat "$T/err")" '10 DN202W .*domain=moved.test resolver="10 old.moved.test \[10.98.0.20\]" ttl=3[0-9]* server=10.98.0.3 zone="10 new.moved.test \[10.98.0.10\]"' "both answers and the time that is left are told"
like "$(cat "$T/err")" "0 CL125E .*state=tried .*stage=rcpt cause=dns_stale reply=.550 5.1.1 user unknown" "the error line has the peer's words"
fails renamed.test deferred dns_stale "the same exchanger at another address"
fails worded.test deferred dns_stale "a refusal that a row of the operator explains"
fails elsewhere.test deferred dns_stale "an exchanger of another zone that moved"
fails unborn.test deferred dns_stale "a mail server that came to be"
fails later.test deferred dns_stale "a domain that came to be"
like "$(cat "$T/err")" 'resolver=nxdomain ttl=3[0-9]*' "for how long the resolver denies it"
filter ip daddr 10.98.0.20 tcp dport 25 reject with tcp reset
fails refusing.test deferred dns_stale "the old server is gone"
like "$(send steady.test)" "sent:" "a domain that is well is served"

fails split.test deferred connect_refused "a delegation that names other servers is no reason"
like "$(cat "$T/err")" '10 DN203W .*domain=split.test zone=split.test delegation="(ns.split.test, ns.gone.test|ns.gone.test, ns.split.test)" own=ns.split.test' "but it is told"

# --- bounds
filter udp dport 53 ip saddr 10.98.0.1 ip daddr 10.98.0.2 drop
before=$SECONDS
fails refusing.test deferred connect_refused "the zone's servers cannot be asked: what was seen stands"
[ $((SECONDS - before)) -le 12 ]
ok $? "within the time allowed"
message=$(mktemp "$T/many.XXXX")
cp "$T/message" "$message"
before=$SECONDS
timeout 60 "$BIN/remote-send" --home "$T/home" --mx refusing.test a@example.test b{1..20}@refusing.test <"$message" >"$T/out" 2>"$T/err"
is "$(grep -c connect_refused "$T/out")" 20 "twenty recipients"
[ $((SECONDS - before)) -le 12 ]
ok $? "are one question"
DNSCACHEIP=10.98.0.99 fails refusing.test deferred dns_timeout "a resolver that is not there"
like "$(timeout 60 "$BIN/remote-send" --home "$T/home" 10.98.0.20 a@example.test b@moved.test <"$T/message" 2>&1)" "connect_refused" "a host that was named is not doubted"
