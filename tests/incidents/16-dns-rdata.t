#!/bin/bash
# Postfix 2026-05-24 and later: DNS records shorter than their fields.  A server that gives broken answers: the look-up ends
# in time, with a cause, and nothing forged is believed.  (Every length of every kind: tests/unit/dnsmsg_test.c.)
. tests/lib.sh
plan 28

P=$(port) D=$(port)
python3 tests/generation.py "$T/home" hostname=mail.example.test remote_port="$P" smtp_port=1
background python3 tests/programs/dnsfake.py "127.0.0.1:$D" "$T/dns.ready"
background python3 tests/programs/peer.py "127.0.0.1:$P" "$T/peer" accept
wait_for 10 test -e "$T/dns.ready" -a -e "$T/peer.ready" || diag "the servers did not start"
export DNSCACHEIP=127.0.0.1:$D
printf 'A: b\n\nx\n' >"$T/message"

send() { timeout 40 "$BIN/remote-send" --home "$T/home" --mx "$1" a@example.test "b@$1" <"$T/message" 2>"$T/err.$1"; }

is "$(send whole.test)" "b@whole.test: sent: 250 2.0.0 taken" "the server answers well"
for n in 0 1 2 3 4 5 9 10; do
  like "$(send "rdata-$n.test")" "deferred \(dns_servfail\)" "an MX of $n bytes is no record"
done
# These end when the time for an answer is over: all at once.
slow=(cut-12 cut-13 cut-20 cut-28 cut-29 cut-30 cut-38 cut-40 cut-45 id other silent tc)
for name in "${slow[@]}"; do send "$name.test" >"$T/$name" & waits+=($!); done
wait "${waits[@]}"
for n in 12 13 20 28 29 30 38 40 45; do
  like "$(cat "$T/cut-$n")" "deferred \(dns_(servfail|timeout)\)" "a packet of $n bytes is no answer"
done
like "$(cat "$T/id")" "dns_timeout" "an answer with another ID is none"
like "$(cat "$T/other")" "dns_timeout" "an answer to another question is none"
like "$(cat "$T/silent")" "dns_timeout" "silence"
like "$(cat "$T/tc")" "dns_timeout" "truncated, and no TCP"
like "$(send loop.test)" "dns_servfail" "a name that points to itself"
like "$(send chain.test)" "dns_servfail" "a CNAME that leads to itself"
like "$(send noedns.test)" "sent" "a resolver without EDNS is asked without it"
like "$(send late.test)" "sent" "a forged answer with a wrong ID is passed over"
unlike "$(cat "$T/err.late.test")" "evil" "and not believed"
exits 0 "the server still answers" timeout 40 "$BIN/remote-send" --home "$T/home" --mx whole.test a@example.test b@whole.test <"$T/message"
