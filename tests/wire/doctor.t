#!/bin/bash
# mail-doctor send: a delivery rehearsed as far as RCPT, every host and address of it; what several addresses tell.
. tests/lab.sh
plan 43

zone well.test <<<'@ MX 10 mx
mx A 10.98.0.10
mx AAAA fd98::10'
zone half.test <<<'@ MX 10 dead
@ MX 20 mx
dead A 10.98.0.30
mx A 10.98.0.10'
zone unknown.test <<<'@ MX 10 mx
mx A 10.98.0.11'
zone slow.test <<<'@ MX 10 mx
mx A 10.98.0.12'
zone away.test <<<'@ MX 10 mx
mx A 10.98.0.31'
lab_start
peer 10.98.0.10 accept
peer fd98::10 accept
peer 10.98.0.11 "say 220 x" "read 1" "say 250-x" "say 250 SIZE 1000" "read 1" "say 250 s" "read 1" "say 550 5.1.1 \x1b[2J who" "read 9"
peer 10.98.0.12 "hang 2" "say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 450 4.2.0 later" "read 9"
peers_ready
conf() {
  python3 tests/generation.py "$T/home" hostname=mail.example.test d:example.test=1 d:=example.test u:taro@example.test='mail/example.test/taro\00\0' \
    a:news@example.test='x@well.test\0' remote_port=25 smtp_port=2525 remote_connect_timeout=2s remote_ipv6=on "$@"
}
conf
doctor() { "$BIN/mail-doctor" send --home "$T/home" "$@" >"$T/out" 2>"$T/err"; }
says() { doctor --json "$@"; sed -n 's/.*"address":"\([^"]*\)".*"state":"\([^"]*\)".*"cause":"\([^"]*\)","manual":"\([^"]*\)".*/\1 \2 \3 \4/p; s/.*"address":"\([^"]*\)".*"state":"\([a-z]*\)".*/\1 \2/p' "$T/out"; }
pattern() { doctor --json "$@"; sed -n 's/^{"pattern":"\([^"]*\)".*/\1/p' "$T/out"; }

# --- one address
exits 0 "an address that is well" "$BIN/mail-doctor" send --home "$T/home" b@well.test
like "$(cat "$T/out")" "ms  DNS MX well.test: 10 mx.well.test" "the DNS is shown"
is "$(grep -c '> RCPT TO:<b@well.test>' "$T/out")" 2 "IPv4 and IPv6 are gone through"
is "$(grep -c '> DATA' "$T/out") $(grep -c '> RSET' "$T/out") $(grep -c '> QUIT' "$T/out")" "0 2 2" "never DATA; RSET and QUIT each time"
wait_for 5 grep -q "C: QUIT" "$T/peer-fd98::10"
is "$(sed -n 's/^C: //p' "$T/peer-10.98.0.10" | tr '\n' ';')" "EHLO mail.example.test;MAIL FROM:<postmaster@example.test>;RCPT TO:<b@well.test>;RSET;QUIT;" "so the other server saw it"
is "$(wc -c <"$T/err")" 0 "nothing goes to the log"
exits 0 "with another sender" "$BIN/mail-doctor" send --home "$T/home" --from '' b@well.test
like "$(cat "$T/out")" "> MAIL FROM:<>" "the null sender"
exits 1 "a host beside it fails" "$BIN/mail-doctor" send --home "$T/home" b@half.test
like "$(cat "$T/out")" "accepted, with a remark: Another mail server of the domain fails \(DR206W\)" "which is remarked"
exits 2 "an unknown user" "$BIN/mail-doctor" send --home "$T/home" b@unknown.test
like "$(cat "$T/out")" "= b@unknown.test: fails: \(a\)-3 .*\(CL101E user_unknown\)" "has the manual's letter and number"
like "$(cat "$T/out")" 'evidence: "550 5.1.1 .\[2J who"' "the evidence, harmless"
like "$(cat "$T/out")" "remedy: " "and the remedy"
exits 2 "in Japanese" "$BIN/mail-doctor" send --home "$T/home" --lang ja b@unknown.test
like "$(cat "$T/out")" "失敗します: \(a\)-3 .*対処: " "likewise"
exits 1 "later" "$BIN/mail-doctor" send --home "$T/home" b@slow.test
is "$(says --size 2000 b@unknown.test)" "b@unknown.test failed message_too_big (b)-6" "a message of that size"
is "$(says b@no.such.test)" "b@no.such.test failed no_such_domain (b)-3" "no such domain"
is "$(says 'a@')" "a@ failed address_syntax (a)-1" "no address at all"
is "$(says 'a@b..test')" "a@b..test failed address_syntax (b)-1" "no domain behind the @"
is "$(says 'b@[10.98.0.10]')" "b@[10.98.0.10] accepted" "an address literal"
conf t:well.test='10.98.0.11:25'
is "$(says b@well.test)" "b@well.test failed user_unknown (a)-3" "a route is gone where mail goes"
conf

# --- at once
timeout 10 "$BIN/mail-doctor" send --home "$T/home" b@slow.test >"$T/stream" &
sleep 1
like "$(cat "$T/stream")" "  connected" "what happens is shown as it happens"
unlike "$(cat "$T/stream")" "220" "and not at the end"
wait $!

# --- our own
is "$(says taro@example.test)" "taro@example.test accepted" "a user of ours"
is "$(says nobody@example.test)" "nobody@example.test failed user_unknown (a)-3" "none of ours"
like "$(cat "$T/out")" '"id":"SM301E"' "in our own words"
is "$(says news@example.test)" "news@example.test accepted" "an alias that leads elsewhere is gone along"
like "$(cat "$T/out")" '"via":"x@well.test","own":false' "and told"
mkdir -p "$T/home/run/full" && touch "$T/home/run/full/taro@example.test"
is "$(says taro@example.test)" "taro@example.test delayed mailbox_full (a)-4" "a full mailbox"
rm -r "$T/home/run/full"

# --- several
is "$(pattern taro@example.test b@well.test b@half.test)" no_failure "all are well"
is "$(pattern nobody@example.test b@unknown.test b@away.test)" all "all fail"
is "$(pattern taro@example.test b@unknown.test b@away.test)" all_but_own "all but our own fail"
is "$(pattern nobody@example.test b@well.test b@half.test)" only_own "only our own fails"
is "$(pattern taro@example.test b@well.test b@away.test)" certain "a certain one fails"
like "$(cat "$T/out")" "wiz98 report" "what to send to the makers is said"
is "$(pattern b@unknown.test b@away.test)" all_abroad "all fail, and none of our own was asked"
is "$(pattern taro@example.test b@away.test)" too_few "two are too few"

# --- wrong use
exits 100 "no address" "$BIN/mail-doctor" send --home "$T/home"
exits 100 "no verb" "$BIN/mail-doctor" --home "$T/home" b@well.test
exits 100 "a sender that is none" "$BIN/mail-doctor" send --home "$T/home" --from 'a@@b' b@well.test
exits 0 "through the front door" "$BIN/wiz98" doctor send --home "$T/home" b@well.test
