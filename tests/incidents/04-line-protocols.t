#!/bin/bash
# OpenSMTPD 7.8.0p1: new lines in requests between programs.  No file and no protocol of lines takes CR, LF or NUL from a
# field: what is written into the definition files, the submit socket and the spool comes out as one field, or is refused.
. tests/lib.sh
. tests/conf.sh
plan 9
H=$T/home
make_home "$H" example.test taro:pw
export WIZ98_HOME=$H
lines() { cat "$H"/conf/users "$H"/conf/aliases | wc -l; }
before=$(lines)
for bad in $'x@example.test\nroot@example.test: hash' $'x\r@example.test' $'x@example.test: y@example.test\n*'; do
  "$BIN/user-edit" alias "$bad" taro@example.test >/dev/null 2>&1
  [ $? != 0 ] && [ "$(lines)" = "$before" ]
  ok $? "an alias with a line end changes nothing"
done
"$BIN/user-edit" alias ok@example.test $'taro@example.test\nevil@example.test: taro@example.test' >/dev/null 2>&1
is "$(lines)" "$before" "nor does a target with one"
printf 'Subject: x\n\nbody\n' | "$BIN/queue-put" -f $'a@example.test\nremote evil@elsewhere.example' taro@example.test >/dev/null 2>"$T/err"
is "$(grep -lE '^remote ' "$H"/spool/incoming/* 2>/dev/null | wc -l)" 0 "a sender with a line end makes no recipient"
printf 'Subject: x\n\nbody\n' | "$BIN/queue-put" -f a@example.test $'taro@example.test\nremote evil@elsewhere.example' >/dev/null 2>"$T/err"
is "$(grep -lE '^remote ' "$H"/spool/incoming/* 2>/dev/null | wc -l)" 0 "nor does a recipient"
printf 'Subject: x\n\nbody\n' | "$BIN/sendmail" -f a@example.test -F $'Name\nBcc: evil@elsewhere.example' taro@example.test >/dev/null 2>"$T/err"
is "$(cat "$H"/spool/incoming/* 2>/dev/null | grep -c '^Bcc: evil')" 0 "a full name with a line end makes no header"
env PROTO=TCP TCPREMOTEIP=$'192.0.2.1\n0 RL999E' "$BIN/smtp-recv" >/dev/null 2>"$T/log" < <(printf 'HELO x\ty\r\nQUIT\r\n')
is "$(grep -c '^0 RL999E' "$T/log")" 0 "an address with a line end makes no line of the log"
printf 'EHLO x\r\nMAIL FROM:<a@example.net> ENVID=a+0Ab\r\nQUIT\r\n' | env PROTO=TCP TCPREMOTEIP=192.0.2.1 "$BIN/smtp-recv" >"$T/out" 2>/dev/null
like "$(cat "$T/out")" '501 5\.5\.4' "nor does xtext that stands for one"
