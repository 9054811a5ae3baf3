#!/bin/bash
# wiz98 trace on a real server: delivered here, handed on, waiting, bounced, refused; what the spool and what the log knows.
. tests/lib.sh
. tests/e2e/lib.sh
[ -n "${WIZ98_LONG:-}" ] || skip_all "it takes half a minute: WIZ98_LONG=1; tests/cli/mail-trace.t is the sample"
plan 33

peer() {
  P[$1]=$(port)
  background python3 tests/programs/peer.py "127.0.0.1:${P[$1]}" "$T/peer.$1" "${@:2}"
  wait_for 10 test -e "$T/peer.$1.ready" || diag "peer $1 did not start"
}
declare -A P
peer good accept
peer busy "say 220 busy" "read 1" "say 250 busy" "read 1" "say 250 ok" "read 1" "say 450 4.7.1 greylisted, come back later" "read 1" "say 221 bye"
peer bad "say 220 bad" "read 1" "say 250 bad" "read 1" "say 250 ok" "read 1" "say 550 5.1.1 <nobody@bad.example>: no such user" "read 1" "say 221 bye"
make_instance a example.test --user taro:geheim
for name in good busy bad; do echo "$name.example: [127.0.0.1]:${P[$name]}" >>"$T/a/conf/routes"; done
echo 127.0.0.1 >>"$T/a/conf/address_permits_relay"
printf "info@example.test: taro@example.test\nboth@example.test: taro@example.test hanako@good.example\n" >>"$T/a/conf/aliases"
wiz start a >"$T/start" 2>&1
ok $? "a server starts" || diag "$(cat "$T/start")"

# say FROM TO MESSAGE-ID: sends, waits until the log has REGEX
say() {
  printf 'From: %s\nTo: %s\nMessage-ID: <%s>\nSubject: x\n\nhello\n' "$1" "$2" "$3" >"$T/message"
  send "${smtp[a]}" "$1" "$2" "$T/message" || diag "not sent: $(cat "$T/curl.err")"
}
logged() { cat "$T"/a/log/*/current | grep -qE "$1"; }
trace() { wiz trace a "$@" 2>"$T/err"; }

say stranger@example.org info@example.test local@x
wait_for 20 logged "LD001I .* to=taro@example.test" && wait_for 20 logged "QU302I .* done=1"
trace local@x >"$T/local"
like "$(cat "$T/local")" "Message [0-9a-z]{21}.*Received from 127\.0\.0\.1.*taro@example.test: put into the mailbox \(addressed to info@example.test\).*Left the queue.*taro@example.test: delivered into the mailbox; the log does not say that it was fetched" "delivered here"
like "$(cat "$T/local")" "Where the time went.*receiving [0-9.]+ s, in the queue [0-9.]+ s, delivering [0-9.]+ s" "with its times"
unlike "$(cat "$T/local")" "not known" "nothing is not known"
Q=$(sed -n '1s/Message //p' "$T/local")
is "$(trace "$Q")" "$(cat "$T/local")" "by its queue ID, from its first line"
is "$(trace info@example.test)" "$(cat "$T/local")" "by the alias"

say taro@example.test hanako@good.example good@x
wait_for 20 logged "SC101I .* to=hanako@good.example"
wait_for 20 logged "QU302I .*done=1 bounced=0.*" && sleep 0.3
trace hanako@good.example >"$T/good"
like "$(cat "$T/good")" "hanako@good.example: handed to the next server, server 127\.0\.0\.1 \[127\.0\.0\.1\]; answer: 250 2\.0\.0 taken; connecting [0-9.]+ s" "handed on"
like "$(cat "$T/good")" "hanako@good.example: handed to 127\.0\.0\.1 \[127\.0\.0\.1\]; what happens behind that" "the end says to whom"
like "$(cat "$T/good")" "receiving [0-9.]+ s, in the queue [0-9.]+ s, connecting [0-9.]+ s, transferring [0-9.]+ s" "the time has all its parts"
like "$(trace --lang ja '<good@x>')" "hanako@good.example: 127\.0\.0\.1 \[127\.0\.0\.1\] に引き渡し済み" "in Japanese"

# An alias that keeps a copy and forwards one; two mail programs, one leaves what it fetches.
say stranger@example.org both@example.test both@x
wait_for 20 logged "SC101I .* to=hanako@good.example original=both@example.test" && wait_for 20 logged "LD001I .* original=both@example.test"
wait_for 20 logged "QU302I .*done=2 bounced=0.*" && sleep 0.3
like "$(trace both@example.test)" "for both@example.test \(-> taro@example.test, hanako@good.example\).*hanako@good.example: handed to the next server \(addressed to both@example.test\)" "a forward, with where it came from"
N=$(fetch "${pop3[a]}" taro@example.test geheim "" | grep -c .)
fetch "${pop3[a]}" taro@example.test geheim "$N" >"$T/fetched"
wait_for 20 logged "PO006I .*fetched=yes removed=no"
like "$(cat "$T/fetched") $(trace both@x)" "both@x.*taro@example.test: delivered, fetched by POP3 at 20[0-9: -]* from 127\.0\.0\.1, and left in the mailbox" "fetched by POP3"
from=127.0.0.8 pop_say "${pop3[a]}" taro@example.test geheim "RETR $N" "DELE $N" QUIT >/dev/null
wait_for 20 logged "PO006I .*removed=yes"
like "$(trace both@x)" "fetched by POP3 from 127\.0\.0\.1, left in the mailbox.*taro@example.test: delivered, fetched by POP3 at 20[0-9: -]* from 127\.0\.0\.8, and removed from the mailbox" "and by another one, which removed it"
is "$(trace --since 1h 127.0.0.8 | head -n 1) $(trace both@x | grep -c '^Conversation\|^Message')" "$(trace both@x | head -n 1) 1" "by the address that fetched it"

say taro@example.test jiro@busy.example busy@x
wait_for 20 logged "CL110E .*state=tried .*to=jiro@busy.example" && sleep 0.3
trace busy@x >"$T/busy"
like "$(cat "$T/busy")" "jiro@busy.example: not delivered yet: .*greylisting.* \(CL110E\), server 127.0.0.1 .*when it was told the recipient \(RCPT\); answer: 450 4.7.1 greylisted, come back later" "waiting, and why"
like "$(cat "$T/busy")" "In the queue now:.*jiro@busy.example: waits, attempts: 1, next attempt [0-9]{4}-.*\(in " "the queue says until when"
unlike "$(cat "$T/busy")" "does not say|Left the queue" "nothing says that it left"
like "$(trace --json busy@x)" '"state":"waiting".*"place":"in the queue".*"queue":\{"id":".*"next":"20' "as JSON, with what queue-list says"

say taro@example.test nobody@bad.example bad@x
wait_for 20 logged "BO001I" && wait_for 20 logged "LD001I .*qid=[0-9a-z]*\.b0 .*to=taro@example.test" && wait_for 20 logged "QU302I .*\.b0 "
trace nobody@bad.example >"$T/bad"
like "$(cat "$T/bad")" "nobody@bad.example: not delivered, and the sender was told: .*does not know the recipient \(CL101E\).*Why: .*What to do: " "failed: why, and what to do"
like "$(cat "$T/bad")" "Message [0-9a-z]{21}\.b0 \(written by this server about message [0-9a-z]{21}\).*taro@example.test: delivered into the mailbox" "where the bounce went"
B=$(sed -n '1s/Message //p' "$T/bad")
is "$(trace "$B.b0")" "$(cat "$T/bad")" "the bounce's ID leads to both"

from=127.0.0.9 smtp_say "${smtp[a]}" 'EHLO x.example' 'MAIL FROM:<evil@example.org>' 'RCPT TO:<victim@good.example>' QUIT >/dev/null
wait_for 20 logged RL201E
trace victim@good.example >"$T/refused"
like "$(cat "$T/refused")" "Conversation [0-9a-z]{13}: no message came of it.*victim@good.example was refused: Relay does not accept \(RL201E\)" "refused at RCPT: only a conversation"
S=$(sed -n '1s/Conversation \([0-9a-z]*\):.*/\1/p' "$T/refused")
is "$(trace "$S")" "$(cat "$T/refused")" "by its ID"
unlike "$(cat "$T/refused")" "queue any more|Message [0-9a-z]{21}" "it never was in the queue"

printf 'Subject: x\n\nhello\n' | WIZ98_HOME=$T/a "$BIN/queue-put" -f taro@example.test taro@example.test >"$T/put" 2>&1
Q=$(tail -n 1 "$T/put")
wait_for 20 logged "QU302I .*qid=$Q "
like "$(trace "$Q")" "Given by a program of this machine, user [a-z:0-9]*, .*for taro@example.test.*taro@example.test: delivered" "a local program's message"
is "$(trace taro@example.test | wc -l)" 7 "an address with several: a line each"

W=$(trace busy@x | sed -n '1s/Message //p')
wiz edit a remove "$W" >/dev/null 2>&1
wait_for 20 logged "QU302I .*qid=$W " && sleep 0.3
like "$(trace "$W")" "The operator's wish was obeyed: remove.*jiro@busy.example: removed by the operator, not delivered" "removed by the operator"

# The same day in figures: each line counts as what it is, those of log/error (copies) not again.
wiz log a --summary --json >"$T/sum"
wiz log a --summary --lang ja >"$T/sum.ja"
lines() { cat "$T"/a/log/{smtp,pop3,queue}/current | grep -cE "$1"; }
is "$(python3 -c '
import json, sys
s = json.load(open(sys.argv[1]))
print(s["received"], s["received_here"], s["to_mailboxes"], s["to_servers"], s["failed"], s["bounces"], s["delayed"] > 0, s["refused"])
print(*[x["id"] for x in s["undelivered_by"]], *[x["id"] for x in s["refused_by"]], sum(x["received"] for x in s["slots"]))
print(s["ms"]["queue"]["count"], {x["name"] for x in s["domains"]} == {"good.example", "busy.example", "bad.example"}, s["foreign_lines"] < s["lines"])' "$T/sum")" \
  "6 1 $(lines ' LD001I ') $(lines ' SC101I ') 1 1 True 1
CL101E CL110E RL201E 6
$(lines ' QU302I ') True True" "log --summary counts what happened"
like "$(cat "$T/sum.ja")" " 6  受信 .* 1  RL201E .*中継は受け付けません.*CL110E .*グレイリスト" "in Japanese, with the titles of the catalogue"
is "$(wiz log a --address nobody@bad.example --level 10 | sed 's/.*\(CL101E\|BO001I\).*/\1/' | sort -u)" "CL101E" "log --address finds the lines of a home"
is "$(wiz log a --since 1h --json | python3 -c '
import json, sys
times = [json.loads(l)["time"] for l in sys.stdin]
print(len(times) > 20, times == sorted(times))')" "True True" "those of all services in one order"

# What was rotated away is not known; what left without a line is not said to have been delivered.
grep -v "qid=$B" "$T/a/log/smtp/current" >"$T/smtp"
like "$("$BIN/mail-trace" "$B" "$T/smtp" "$T/a/log/queue")" "How it came in is not known.*The log goes back to 20" "without its beginning"
grep -v "$W" "$T/a/log/queue/current" >"$T/queue"
like "$("$BIN/mail-trace" "$W" "$T/a/log/smtp" "$T/queue")" "Received from .*jiro@busy.example: not known; the log has no line about its delivery" "without its end"
