#!/bin/bash
# remote-send --worker: messages of the spool handed over by descriptor, results written down before they are answered,
# the connection kept for the next message of the same destination.
. tests/lib.sh
. tests/peer.sh
plan 30

conf() { python3 tests/generation.py "$T/home" hostname=mail.example.test d:example.test=1 d:=example.test free_space_min=0 remote_command_timeout=5s "$@"; }
conf
export WIZ98_HOME=$T/home
# put RCPT…: a message in the spool, its path in $F
put() {
  local id
  # (what queue-put keeps until its end is not the question here)
  id=$(printf 'Subject: x\n\nHello\n.\n' | ASAN_OPTIONS=detect_leaks=0 "$BIN/queue-put" -f a@example.org "$@" 2>"$T/put.err") || diag "queue-put: $(cat "$T/put.err")"
  F=$T/home/spool/incoming/${id##* }
  [ -f "$F" ] || diag "no file $F: $id"
}
work() { timeout 60 python3 tests/programs/jobs.py "$BIN/remote-send" --worker -- "$@" 2>"$T/err"; }
records() { perl -0777 -ne 'print map { "$_\n" } grep { / (done|failed|tried) / } split /\n/, $_' "$1" | sed 's/^[^ ]* [^ ]* //'; }

# --- one message, every kind of result
put b@example.net c@example.net d@example.net
peer mixed "say 220 x" "read 1" "say 250-x" "say 250 PIPELINING" "read 5" "say 250 s" "say 550 5.1.1 who" "say 450 4.2.0 later" "say 250 r" "say 354 go" data "say 250 2.0.0 taken" "read 1"
work "$F:127.0.0.1:$P:0,1,2" >"$T/out"
is "$?" 0 "the worker ends when queue-run has gone"
is "$(head -n 1 "$T/out")" "${F##*/}" "the answer begins with the ID"
is "$(sed 1d "$T/out")" '0 failed rcpt user_unknown "550 5.1.1 who"
1 tried rcpt system_error "450 4.2.0 later"
2 done rcpt - "250 2.0.0 taken"' "and has a line a recipient"
is "$(records "$F")" '0 failed cause=user_unknown reply="550 5.1.1 who"
2 done reply="250 2.0.0 taken"' "what is decided stands in the message's log"
like "$(cat "$T/err")" "30 SC101I program=remote-send qid=${F##*/} " "log lines name the message"
is "$(tail -c 10 "$T/mixed.1" | od -c -A n | tr -d ' \n')" 'o\r\n..\r\n.\r\n' "the message was sent"
like "$(cat "$T/mixed.1")" "^Received: .*Subject: x" "with its trace header"

# --- again for the same recipients: not sent again
work "$F:127.0.0.1:$P:0,2" >"$T/out"
is "$(sed 1d "$T/out")" '0 failed rcpt user_unknown "550 5.1.1 who"
2 done rcpt - ""' "what was decided before is answered from the log"
is "$(grep -c EHLO "$T/mixed")" 1 "without asking the peer"

# --- the connection is kept
peer keep accept
put b@example.net; A=$F; put c@example.net; B=$F; put d@example.net; C=$F
work "$A:127.0.0.1:$P:0" "$B:127.0.0.1:$P:0" "$C:127.0.0.1:$P:0" >"$T/out"
is "$(grep -c '^0 done' "$T/out")" 3 "three messages"
is "$(grep -c EHLO "$T/keep") $(grep -c RSET "$T/keep") $(grep -c QUIT "$T/keep")" "1 2 1" "one conversation, RSET between, QUIT at the end"
put b@example.net; A=$F; put c@example.net; B=$F
work "$A:127.0.0.1:$P:0" "pause:3" "$B:127.0.0.1:$P:0" >"$T/out"
is "$(grep -c '^0 done' "$T/out")" 2 "two messages three seconds apart"
is "$(grep -c EHLO "$T/keep") $(grep -c QUIT "$T/keep")" "3 3" "two conversations: an idle one is closed with QUIT"
peer other accept
Q=$P
put b@example.net; A=$F; put c@example.net; B=$F
peer keep2 accept
work "$A:127.0.0.1:$P:0" "$B:127.0.0.1:$Q:0" >"$T/out"
is "$(grep -c '^0 done' "$T/out") $(grep -c MAIL "$T/keep2") $(grep -c MAIL "$T/other")" "2 1 1" "another destination: another conversation"
is "$(grep -c QUIT "$T/keep2")" 1 "the first is closed properly"

# --- a kept connection that is dead already
ONE=("say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" data "say 250 ok")
for how in "close" "say 421 idle" "hang 1" ; do
  peer "dead-${how// /-}" "${ONE[@]}" "$how" --next "${ONE[@]}" "read 1"
  put b@example.net; A=$F; put c@example.net; B=$F
  [ "$how" = "hang 1" ] && pause=1.5 || pause=0.3
  work "$A:127.0.0.1:$P:0" "pause:$pause" "$B:127.0.0.1:$P:0" >"$T/out"
  is "$(grep -c '^0 done' "$T/out")" 2 "$how after the first message: the second arrives over a new connection"
  is "$(grep -c 'C: DATA' "$T/dead-${how// /-}")" 2 "once"
done
peer dead-rset "${ONE[@]}" "read 1" "say 421 idle" --next "${ONE[@]}" "read 1"
put b@example.net; A=$F; put c@example.net; B=$F
work "$A:127.0.0.1:$P:0" "$B:127.0.0.1:$P:0" >"$T/out"
is "$(grep -c '^0 done' "$T/out")" 2 "421 at RSET: likewise"

# --- the destination is in trouble
put b@example.net c@example.net
P=$(port)
work "$F:127.0.0.1:$P:0,1" >"$T/out"
is "$(sed 1d "$T/out" | sed 's/".*//')" '0 tried dest connect_refused 
1 tried dest connect_refused ' "nobody listens: the fault is the destination's"
is "$(records "$F")" "" "and nothing is written down"
peer refuses "say 554 5.7.1 go away"
work "$F:127.0.0.1:$P:0,1" >"$T/out"
like "$(cat "$T/out")" '0 failed rcpt blocked "554 5.7.1 go away"' "a greeting that refuses for good"
is "$(records "$F" | wc -l)" 2 "is written down"

# --- what the sender asked for is passed on
conf "r:=127.0.0.1\\0any-sender\\0"
printf 'EHLO x\r\nMAIL FROM:<a@example.org> RET=HDRS ENVID=q+2B1 BODY=8BITMIME\r\nRCPT TO:<b@example.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;o+2Bx@example.org\r\nDATA\r\nA: b\r\n\r\n\xe9\r\n.\r\nQUIT\r\n' |
  PROTO=TCP TCPREMOTEIP=127.0.0.1 TCPREMOTEPORT=1 TCPLOCALIP=127.0.0.1 TCPLOCALPORT=25 "$BIN/smtp-recv" >"$T/recv.out" 2>"$T/recv.err"
F=$(ls -t "$T"/home/spool/incoming/* | head -n 1)
peer dsn "say 220 x" "read 1" "say 250-x" "say 250-DSN" "say 250 8BITMIME" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" data "say 250 ok" "read 1"
work "$F:127.0.0.1:$P:0" >"$T/out"
like "$(grep 'C: [MR]' "$T/dsn")" "MAIL FROM:<a@example.org> BODY=8BITMIME RET=HDRS ENVID=q\+2B1
C: RCPT TO:<b@example.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;o\+2Bx@example.org" "DSN parameters" || diag "$(cat "$T/recv.out" "$T/recv.err")"

# --- damaged files, odd jobs
put b@example.net
printf 'x' | dd of="$F" bs=1 conv=notrunc 2>/dev/null
work "$F:127.0.0.1:$P:0" >"$T/out"
like "$(cat "$T/out")" "0 tried rcpt message_unreadable" "a damaged file"
like "$(cat "$T/err")" "0 SC302E .*why=" "is told"
put b@example.net
work "$F:127.0.0.1:$P:7" >"$T/out"
like "$(cat "$T/out")" "7 tried rcpt message_unreadable" "a recipient that the message does not have"
