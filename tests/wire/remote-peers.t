#!/bin/bash
# remote-send and real servers: Postfix, its smtp-sink with faults, and our own smtp-recv under tcpserver.
. tests/lib.sh
. tests/postfix.sh
plan 21

conf() { python3 tests/generation.py "$T/home" hostname=mail.example.test d:example.test=1 d:=example.test free_space_min=0 "$@"; }
conf
remote_send() { timeout 60 "$BIN/remote-send" --home "$T/home" "$@"; }
printf 'From: a@example.test\nSubject: test\n\nHello\n.\n..dots\ncaf\xc3\xa9\n\n' >"$T/message"
python3 -c "print('x' * 1500)" >>"$T/message"

# --- smtp-sink
sink_at() { python3 -c "import socket,sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 1)" "$1"; }
if command -v smtp-sink >/dev/null; then
  sink() {
    P=$(port)
    background smtp-sink -u "$(id -un)" "$@" "127.0.0.1:$P" 10 >/dev/null 2>&1
    wait_for 10 sink_at "$P" || diag "smtp-sink did not start"
  }
  sink
  is "$(remote_send "127.0.0.1:$P" a@example.test b@example.net c@example.net <"$T/message" 2>"$T/err")" "b@example.net: sent: 250 2.0.0 Ok
c@example.net: sent: 250 2.0.0 Ok" "smtp-sink takes a message"
  sink -p -8
  is "$(remote_send "127.0.0.1:$P" a@example.test b@example.net <"$T/message" 2>"$T/err")" "b@example.net: sent: 250 2.0.0 Ok" "without PIPELINING and 8BITMIME too"
  sink -e
  is "$(remote_send "127.0.0.1:$P" a@example.test b@example.net <"$T/message" 2>"$T/err")" "b@example.net: sent: 250 2.0.0 Ok" "without ESMTP too"
  for command in connect ehlo mail rcpt data .; do
    case $command in ehlo) sink -r ehlo,helo ;; *) sink -r $command ;; esac
    like "$(remote_send "127.0.0.1:$P" a@example.test b@example.net <"$T/message" 2>"$T/err")" "b@example.net: deferred .*: 4[0-9][0-9] " "smtp-sink refuses $command for now"
  done
  sink -Q data
  like "$(remote_send "127.0.0.1:$P" a@example.test b@example.net <"$T/message" 2>"$T/err")" "deferred" "smtp-sink disconnects at DATA"
else
  skip 10 "smtp-sink is missing"
fi

# --- Postfix, an instance of its own below $T
if [ "$(id -u)" = 0 ] && command -v postfix >/dev/null; then
  P=$(port)
  postfix_conf mx.example.net example.net 'b@example.net=b/, c@example.net=c/' <<CONF
inet_interfaces = 127.0.0.1
smtpd_relay_restrictions = reject_unauth_destination
message_size_limit = 200000
mynetworks =
CONF
  postfix_listen "127.0.0.1:$P"
  postfix_start
  wait_for 20 sink_at "$P" || diag "Postfix did not start: $(cat "$T/pf.out" "$T/pf/log")"
  is "$(remote_send "127.0.0.1:$P" a@example.test b@example.net nobody@example.net d@elsewhere.test c@example.net <"$T/message" 2>"$T/err" | sed 's/queued as .*/queued/' | sort)" \
    "b@example.net: sent: 250 2.0.0 Ok: queued
c@example.net: sent: 250 2.0.0 Ok: queued
d@elsewhere.test: failed (relay_denied): 554 5.7.1 <d@elsewhere.test>: Relay access denied
nobody@example.net: failed (user_unknown): 550 5.1.1 <nobody@example.net>: Recipient address rejected: User unknown in virtual mailbox table" "Postfix: each recipient has its result"
  wait_for 20 sh -c "ls $T/pf/box/b/new/* $T/pf/box/c/new/*"
  is "$(sed '1,/^$/d' "$T"/pf/box/b/new/* | md5sum)" "$(sed '1,/^$/d' "$T/message" | md5sum)" "the body that Postfix delivers is what was sent"
  is "$(find "$T"/pf/box/[bc]/new -type f | wc -l)" 2 "once to each"
  head -c 300000 /dev/zero | tr '\0' 'x' | fold -w 70 >"$T/large"
  is "$(remote_send "127.0.0.1:$P" a@example.test b@example.net <"$T/large" 2>"$T/err")" "b@example.net: failed (message_too_big): local 127.0.0.1 [127.0.0.1]: larger than the other server allows" "Postfix: larger than its SIZE"
  is "$(remote_send "127.0.0.1:$P" "" c@example.net <"$T/message" 2>"$T/err" | sed 's/queued as .*/queued/')" "c@example.net: sent: 250 2.0.0 Ok: queued" "Postfix: the null sender"
  is "$(remote_send "127.0.0.1:$P" a..b.@example.test c@example.net <"$T/message" 2>"$T/err" | sed 's/queued as .*/queued/')" "c@example.net: sent: 250 2.0.0 Ok: queued" "Postfix: a sender with odd dots"
else
  skip 6 "Postfix can only be started by root"
fi

# --- ourselves
if command -v tcpserver >/dev/null; then
  P=$(port)
  mkdir -p "$T/b/run"
  python3 tests/generation.py "$T/b" hostname=mx.example.org d:example.org=1 d:=example.org free_space_min=0 'u:b@example.org=mail/example.org/b\00'
  WIZ98_HOME=$T/b background tcpserver -H -R -l 0 127.0.0.1 "$P" "$BIN/smtp-recv" 2>"$T/recv.err"
  wait_for 10 sink_at "$P" || diag "smtp-recv did not start"
  is "$(remote_send "127.0.0.1:$P" a@example.test b@example.org nobody@example.org d@elsewhere.test <"$T/message" 2>"$T/err" | sed 's/250 .*/250/' | sort)" \
    "b@example.org: sent: 250
d@elsewhere.test: failed (relay_denied): 550 5.7.1 Relay does not accept (RL201E)
nobody@example.org: failed (user_unknown): 550 5.1.1 No such user here (SM301E)" "smtp-recv: each recipient has its result" || diag "$(cat "$T/recv.err")"
  F=$(ls "$T"/b/spool/incoming/* | head -n 1)
  is "$(sed '1,/^Subject: test$/d' "$F" | head -c "$(sed '1,/^Subject: test$/d' "$T/message" | wc -c)" | md5sum)" "$(sed '1,/^Subject: test$/d' "$T/message" | md5sum)" "what smtp-recv keeps is what was sent"
  printf 'Subject: 8\n\ncaf\xe9\n' | remote_send "127.0.0.1:$P" é@example.test b@example.org >"$T/out" 2>"$T/err"
  like "$(cat "$T/out")" "sent: 250" "smtp-recv: a sender that needs SMTPUTF8"
  for i in 1 2 3; do (for k in {1..5}; do remote_send "127.0.0.1:$P" a@example.test b@example.org <"$T/message" 2>/dev/null; done) & waits+=($!); done >"$T/many"
  wait "${waits[@]}"
  is "$(grep -c sent "$T/many")" 15 "smtp-recv: fifteen messages, three at a time"
  is "$(ls "$T/b/spool/incoming" | wc -l)" 17 "all in its spool"
else
  skip 5 "tcpserver is missing"
fi
