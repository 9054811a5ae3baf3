#!/bin/bash
# remote-send against servers of every temper: what it sends, what it makes of their words, how it ends.
. tests/lib.sh
. tests/peer.sh
plan 85

python3 tests/generation.py "$T/home" hostname=mail.example.test d:example.test=1 d:=example.test remote_command_timeout=1s remote_data_timeout=2s remote_connect_timeout=2s
printf 'Subject: test\n\nHello\n.dot\n' >"$T/message"

# sends CODE "text" RCPT…: sends $T/message to the peer
sends() {
  local code=$1 text=$2
  shift 2
  exits "$code" "$text" timeout 30 "$BIN/remote-send" --home "$T/home" "127.0.0.1:$P" a@example.test "$@" <"$T/message"
}

HELLO=("say 220 peer ready" "read 1" "say 250-peer" "say 250-PIPELINING" "say 250-SIZE 1000000" "say 250-8BITMIME" "say 250-DSN" "say 250 ENHANCEDSTATUSCODES")

# --- the good case
peer good "${HELLO[@]}" "read 4" "say 250 s" "say 250 r" "say 250 r" "say 354 go" data "say 250 2.0.0 Ok: queued as X" "read 1" "say 221 bye"
sends 0 "two recipients" b@example.net c@example.net
is "$(cat "$T/out")" "b@example.net: sent: 250 2.0.0 Ok: queued as X
c@example.net: sent: 250 2.0.0 Ok: queued as X" "a line a recipient with the peer's words"
is "$(cat "$T/good.1" | od -c -A n | tr -d ' \n')" 'Subject:test\r\n\r\nHello\r\n..dot\r\n.\r\n' "the message with CRLF, the dot doubled"
is "$(grep C: "$T/good")" "C: EHLO mail.example.test
C: MAIL FROM:<a@example.test> SIZE=30
C: RCPT TO:<b@example.net>
C: RCPT TO:<c@example.net>
C: DATA
C: QUIT" "the commands"
like "$(cat "$T/err")" "30 SC101I .* from=a@example.test to=b@example.net original=\"\" host=127.0.0.1 ip=127.0.0.1 size=30 tls=none reply=\"250 2.0.0 Ok: queued as X\" connect_ms=[0-9]+ ms=[0-9]+" "a log line"

printf 'A: b\r\n\r\nx\r\n' >"$T/message"
peer crlf accept
sends 0 "CRLF input" b@example.net
is "$(od -c -A n "$T/crlf.1" | tr -d ' \n')" 'A:b\r\n\r\nx\r\n.\r\n' "is sent with single CRLF"
printf 'Subject: test\n\nHello\n' >"$T/message"

peer slow "slow 220-peer" "slow 220 ready" "read 1" "slow 250-peer" "slow 250 PIPELINING" "read 3" "slow 250 s" "slow 250 r" "slow 354 go" data "slow 250 ok" "read 1" "slow 221 bye"
sends 0 "a server that sends a byte at a time" b@example.net
peer lf "raw 220 hi\n" "read 1" "raw 250 x\n" "read 1" "raw 250 s\n" "read 1" "raw 250 r\n" "read 1" "raw 354 go\n" data "raw 250 ok\n" "read 1"
sends 0 "a server that ends lines with a bare LF" b@example.net
peer helo "say 220 x" "read 1" "say 502 5.5.1 what" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" data "say 250 ok" "read 1"
sends 0 "a server that knows HELO only" b@example.net
like "$(cat "$T/helo")" "C: EHLO.*C: HELO mail.example.test" "is greeted with HELO"

# --- what the peer refuses
peer mixed "${HELLO[@]}" "read 5" "say 250 s" "say 550-5.1.1 no such" "say 550 5.1.1 user" "say 450 4.2.1 later" "say 250 r" "say 354 go" data "say 250 ok" "read 1"
sends 100 "mixed recipients" b@example.net c@example.net d@example.net
is "$(sort "$T/out")" "b@example.net: failed (user_unknown): 550 5.1.1 no such user
c@example.net: deferred (mailbox_disabled): 450 4.2.1 later
d@example.net: sent: 250 ok" "each has its own result"
like "$(grep b@ "$T/err")" "^0 CL101E .*state=failed .*stage=rcpt cause=user_unknown reply=\"550 5.1.1 no such user\"" "refused for good: an error line"
like "$(grep c@ "$T/err")" "^0 CL103E .*state=tried .*reply=\"450 4.2.1 later\"" "refused for now: an error line"
peer late "${HELLO[@]}" "read 3" "say 250 s" "say 450 4.7.1 Greylisted" "say 503 x" "read 1"
sends 111 "refused for now" b@example.net
peer none "${HELLO[@]}" "read 4" "say 250 s" "say 550 no" "say 550 no" "say 354 go" data "say 554 nobody" "read 1" "say 221 bye"
sends 100 "all refused, DATA taken" b@example.net c@example.net
is "$(od -c -A n "$T/none.1" | tr -d ' \n')" '.\r\n' "an empty message goes, not the real one"
peer mail "${HELLO[@]}" "read 3" "say 553 5.1.8 no such sender domain" "say 503 x" "say 503 x" "read 1"
sends 100 "MAIL refused" b@example.net
like "$(cat "$T/out")" "sender_rejected.*553 5.1.8" "with the reply to MAIL, not to RCPT"
peer data4 "${HELLO[@]}" "read 3" "say 250 s" "say 250 r" "say 451 4.3.0 disk" "read 1"
sends 111 "DATA refused with 4xx" b@example.net
peer body4 "${HELLO[@]}" "read 3" "say 250 s" "say 250 r" "say 354 go" data "say 451 4.3.0 disk" "read 1"
sends 111 "354, then 4xx" b@example.net
peer body5 "${HELLO[@]}" "read 3" "say 250 s" "say 250 r" "say 354 go" data "say 554 5.7.1 spam" "read 1"
sends 100 "354, then 5xx" b@example.net
like "$(cat "$T/out")" "failed \(spam_content\): 554 5.7.1 spam" "with the peer's words"
peer big "say 220 x" "read 1" "say 250-x" "say 250 SIZE 10" "read 1"
sends 100 "larger than SIZE" b@example.net
like "$(cat "$T/out")" "message_too_big" "is not tried"
unlike "$(cat "$T/big")" "MAIL" "MAIL was not sent"
peer utf8 "say 220 x" "read 1" "say 250 x" "read 1"
sends 100 "needs SMTPUTF8" 'é@example.net'
like "$(cat "$T/out")" "smtputf8_missing" "has its own cause"
peer eightbit "say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" data "say 250 ok" "read 1"
printf 'A: b\n\ncaf\xe9\n' >"$T/message"
sends 0 "8-bit to a server without 8BITMIME" b@example.net
is "$(od -c -A n "$T/eightbit.1" | tr -d ' \n')" 'A:b\r\n\r\ncaf351\r\n.\r\n' "goes as it is"
printf 'Subject: test\n\nHello\n' >"$T/message"

# --- 421, and going away, at every stage
GO=("say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" data)
stages=(greeting ehlo mail rcpt data body)
for i in 0 1 2 3 4 5; do
  n=$((2 * i)); [ $i = 5 ] && n=10
  peer "gone$i" "${GO[@]:0:n}" close
  sends 111 "closed at ${stages[i]}" b@example.net
  like "$(cat "$T/out")" "deferred \(dropped\): ${stages[i]} 127.0.0.1 \[127.0.0.1\]: the other server closed" "and says so"
  peer "bye$i" "${GO[@]:0:n}" "say 421 4.3.2 going down"
  sends 111 "421 at ${stages[i]}" b@example.net
  fault=server_error; [ "${stages[i]}" = rcpt ] && fault=system_error   # (b)-6, (a)-4
  like "$(cat "$T/out") $(cat "$T/err")" "deferred \($fault\): 421 4.3.2 going down.* cause=system_error " "and says so"
done
peer rst "${GO[@]:0:9}" "part 3" reset
sends 111 "reset in the message" b@example.net

# --- hostile
peer endless "flood 1000000 220-more\r\n"
sends 111 "an endless greeting" b@example.net
like "$(cat "$T/out")" "protocol_error" "is no greeting"
peer line "raw 220 " "flood 10240 $(printf 'x%.0s' {1..1024})" "say "
sends 111 "a line of 10 MiB" b@example.net
like "$(cat "$T/out")" "protocol_error" "is no reply"
peer http "say HTTP/1.1 400 Bad Request"
sends 111 "not SMTP" b@example.net
like "$(cat "$T/out")" "protocol_error.*HTTP/1.1 400 Bad Request" "is shown"
peer short "say 220-" "say 220" "read 1" "say 250-" "say 250" "read 1" "say 250" "read 1" "say 553-" "say 553" "read 1"
sends 100 "replies without text" b@example.net
is "$(cat "$T/out")" "b@example.net: failed (address_syntax): 553" "and nothing is made up"
peer control "${GO[@]:0:5}" "read 1" "say 550 a\\0b\\x01\\x1b[31mred\rX: y" "read 1"
sends 100 "control bytes in a reply" b@example.net
is "$(cat "$T/out")" "b@example.net: failed (user_unknown): 550 a?b??[31mred?X: y" "are not passed on"
peer silent "hang 30"
sends 111 "silence" b@example.net
cp "$T/err" "$T/waited.1"
like "$(cat "$T/out")" "greeting_timeout" "instead of a greeting"
peer drip "drip 0.3 220 a very slow greeting that never seems to end"
sends 111 "a greeting at 0.3 s a byte" b@example.net
cp "$T/err" "$T/waited.2"
like "$(cat "$T/out")" "greeting_timeout" "single bytes do not prolong the wait"
peer hush "${GO[@]:0:3}" "read 1" "hang 30"
sends 111 "silence after MAIL" b@example.net
cp "$T/err" "$T/waited.3"
like "$(cat "$T/out")" "dropped" "is a lost connection"
[ "$(cat "$T"/waited.* | sed -n 's/^0 .* ms=\([0-9]*\) .*/\1/p' | sort -n | tail -n 1)" -lt 10000 ]
ok $? "and nothing took much longer than its second"
head -c 3000000 /dev/zero | tr '\0' 'x' | fold -w 70 >"$T/message"
python3 tests/generation.py "$T/home" hostname=mail.example.test remote_command_timeout=5s remote_data_timeout=5s
peer early "say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" "part 10000" "say 554 5.7.1 virus found" "hang 30"
sends 100 "refused in the middle of the message" b@example.net
like "$(cat "$T/out")" "failed \(virus\): 554 5.7.1 virus found" "the reply is read before the end"
P=$(port)
sends 111 "nobody listens" b@example.net
like "$(cat "$T/out")" "deferred \(connect_refused\): connect 127.0.0.1 \[127.0.0.1\]: Connection refused" "and says so"

# --- from which address
printf 'A: b\n\nx\n' >"$T/message"
python3 tests/generation.py "$T/home" hostname=mail.example.test remote_source_ipv4=127.0.0.5 remote_source_ipv6=::1
peer source accept
sends 0 "with remote_source_ipv4" b@example.net
like "$(cat "$T/source")" "^-- 1 from 127.0.0.5" "the address of the right family is used"

# --- arguments
exits 100 "no arguments" "$BIN/remote-send" --home "$T/home"
exits 100 "a bad address" "$BIN/remote-send" --home "$T/home" 127.0.0.1 a@b 'c@d>' </dev/null
like "$(cat "$T/err")" "SC304E" "has its ID"
exits 100 "a bad host" "$BIN/remote-send" --home "$T/home" 'x;y' a@b c@d </dev/null
like "$(cat "$T/err")" "SC305E" "has its ID"
exits 111 "no home" "$BIN/remote-send" --home "$T/nowhere" 127.0.0.1 a@b c@d </dev/null
