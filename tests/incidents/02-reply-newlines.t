#!/bin/bash
# OpenSMTPD CVE-2020-8794: an out-of-bounds read of a reply put new lines into the envelope file.  Here: replies that end
# where a parser expects more; and what a reply holds never makes a line of its own in the output, the log or the spool.
. tests/lib.sh
plan 22

python3 tests/generation.py "$T/home" hostname=mail.example.test remote_command_timeout=1s
printf 'A: b\n\nx\n' >"$T/message"
replies=('553-' '553' '553-\r\n553' '553-\r\n553-\r\n553 ' '5' '55' '553-5.1.1' '553 5.1.1\r\r\r' '553 x\rtype: mda\rdispatcher: local' '553 \0\0\0\ntype: mda' '553 x\ntype: mda\ndispatcher: "ls"')
i=0
for reply in "${replies[@]}"; do
  i=$((i + 1))
  P=$(port)
  background python3 tests/programs/peer.py "127.0.0.1:$P" "$T/peer$i" "say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say $reply"
  wait_for 10 test -e "$T/peer$i.ready" || diag "the peer did not start"
  "$BIN/remote-send" --home "$T/home" "127.0.0.1:$P" a@example.test b@example.net <"$T/message" >"$T/out" 2>"$T/err"
  code=$?
  [ $code = 100 ] || [ $code = 111 ]
  ok $? "$reply: an ordinary end ($code)"
  is "$(wc -l <"$T/out") $(grep -vc '^[0-9]* [A-Z]*[0-9]*[EWI] ' "$T/err")" "1 0" "$reply: one line a recipient, log lines only"
done
