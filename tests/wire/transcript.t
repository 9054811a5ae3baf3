#!/bin/bash
# What is kept of attempts that failed: remote-send tells it, queue-run keeps it, queue-list --transcript shows it.
. tests/lib.sh
. tests/conf.sh
. tests/ca.sh
plan 28

H=$T/home
make_home "$H" example.test taro:pw
add_setting "$H" "hostname = mail.example.test" "free_space_min = 0" "remote_command_timeout = 5s" "remote_connect_timeout = 5s" "retry_first = 1s" "retry_max = 1s" "delay_notice = 0"
ca_make
certificate good mx.test
export WIZ98_HOME=$H SSL_CERT_FILE=$CA/ca.pem
umask 022

# peer NAME SCRIPT…: a scripted server; mail for NAME.example goes there
peer() {
  local name=$1 port
  shift
  port=$(port)
  background python3 tests/programs/peer.py "127.0.0.1:$port" "$T/$name" "$@"
  wait_for 10 test -e "$T/$name.ready" || diag "peer $name did not start"
  echo "$name.example: 127.0.0.1:$port" >>"$H/conf/routes"
}
put() { printf 'Subject: the content\n\nthe content\n' | "$BIN/queue-put" -f taro@example.test "$@" 2>"$T/put.err"; }
once() { timeout 60 "$BIN/queue-run" --once 2>>"$T/log"; }
shows() { "$BIN/queue-list" --transcript "$@" >"$T/out" 2>"$T/err"; }
tries() { put "$@" >"$T/id" && ID=$(cat "$T/id") && once; }
json() { python3 -c 'import json, sys; a = [json.loads(l) for l in sys.stdin]; print(eval(sys.argv[1]))' "$1" <"$T/out"; }

OFFER=("say 220 mx.test ESMTP" "read 1" "say 250-mx.test" "say 250-STARTTLS" "say 250 PIPELINING")
peer grey "${OFFER[@]:0:3}" "say 250 PIPELINING" "read 3" "say 250 2.1.0 sender" "say 450 4.2.0 Greylisted" "say 503 5.5.1 no" "read 1"
peer good accept
peer bad "${OFFER[@]:0:3}" "say 250 PIPELINING" "read 3" "say 250 2.1.0 s" "say 550 5.1.1 who" "say 503 5.5.1 no" "read 1"
echo "dead.example: 127.0.0.1:$(port)" >>"$H/conf/routes"
peer tls "${OFFER[@]}" "read 1" "say 220 go" "tls $CA/good.pem" "read 1" "say 250 mx.test" "read 1" "say 550 5.7.1 not you" "read 1"
SECRET='se cret#1'
AUTH=("${OFFER[@]}" "read 1" "say 220 go" "tls $CA/good.pem" "read 1" "say 250-mx.test")
WORD=$(printf '\0user@example.net\0%s' "$SECRET" | base64)
peer plain "${AUTH[@]}" "say 250 AUTH PLAIN" "read 1" "say 535-5.7.8 bad $WORD" "say 535 5.7.8 $WORD" "read 1"
peer login "${AUTH[@]}" "say 250 AUTH LOGIN" "read 1" "say 334 VXNlcm5hbWU6" "read 1" "say 334 UGFzc3dvcmQ6" "read 1" "say 535 5.7.8 bad $(printf %s "$SECRET" | base64)" "read 1"
for name in plain login; do
  port=$(sed -n "s/^$name.example: //p" "$H/conf/routes")
  echo "$port: verify mx.test" >>"$H/conf/tls_policy"
  echo "$port: user@example.net \"$SECRET\"" >>"$H/conf/credentials"
done
chmod 600 "$H/conf/credentials" 2>/dev/null
reload_home "$H"

# --- nothing is kept of what went well
tries b@good.example
is "$("$BIN/queue-list" | tail -n 1) $(ls "$H/state/transcripts" | wc -l)" "messages: 0, together 0 B 0" "delivered at the first attempt: no transcript"
exits 100 "and none is shown" "$BIN/queue-list" --transcript "$ID"
like "$(cat "$T/err")" "QE105E.*qid=$ID" "but why"

# --- a refusal for now
tries b@grey.example c@good.example
exits 0 "an attempt that failed is shown" "$BIN/queue-list" --transcript "$ID"
cp "$T/out" "$T/grey.out"
like "$(cat "$T/out")" "^$ID  20..-..-.. ..:..:..  attempt to 127.0.0.1:[0-9]+
 .* ms  connecting to 127.0.0.1 \[127.0.0.1\]:[0-9]+
 .* ms  connected
 .* ms  < 220 mx.test ESMTP
 .* ms  > EHLO mail.example.test
 .* ms  < 250-mx.test
 .* ms  < 250 PIPELINING
 .* ms  > MAIL FROM:<taro@example.test>
 .* ms  > RCPT TO:<b@grey.example>
 .* ms  > DATA
 .* ms  < 250 2.1.0 sender
 .* ms  < 450 4.2.0 Greylisted
 .* ms  b@grey.example: not now \(greylisted\)
.* < 503 5.5.1 no
.*time: connection [0-9]+ ms, greeting [0-9]+ ms, EHLO [0-9]+ ms, MAIL [0-9]+ ms, RCPT [0-9]+ ms, DATA [0-9]+ ms" "commands, replies, the time of each stage"
unlike "$(cat "$T/out")" "good.example|the content" "of this destination only, and without the message"
"$BIN/queue-list" --transcript --lang ja "$ID" >"$T/out"
like "$(cat "$T/out")" "所要時間: 接続 [0-9]+ ms、挨拶 [0-9]+ ms" "in Japanese"
"$BIN/queue-list" --transcript --json "$ID" >"$T/out"
is "$(json 'a[0]["id"], a[0]["destination"][:10], a[0]["recipients"], sorted(a[0]["ms"])')" "('$ID', '127.0.0.1:', [0], ['connect', 'data', 'ehlo', 'greeting', 'mail', 'rcpt'])" "as JSON"
is "$(json '[(e["code"], e["text"]) for e in a[0]["events"] if e["event"] == "reply"][3]')" "(450, '4.2.0 Greylisted')" "with each event"
is "$(stat -c %a "$H/state/transcripts/$ID")" 600 "for the queue's role only"
sleep 2; once
shows "$ID"
is "$(grep -c 'attempt to' "$T/out")" 2 "the next attempt stands behind it"
for i in {1..25}; do "$BIN/queue-edit" now "$ID" >/dev/null 2>&1; once; done
shows "$ID"
is "$(grep -c 'attempt to' "$T/out")" 20 "the last twenty are kept"

# --- TLS
tries b@tls.example
shows "$ID"
like "$(cat "$T/out")" "> STARTTLS.*< 220 go.* ms  TLSv1.3 TLS_AES_[A-Z0-9_]+ not verified: .*> EHLO.*> MAIL FROM.*< 550 5.7.1 not you.*b@tls.example: failed \(.*TLS [0-9]+ ms" "TLS, with what is wrong with the certificate"

# --- no secret
for name in plain login; do
  tries "b@$name.example"
  shows "$ID"
  like "$(cat "$T/out")" "> AUTH ${name^^}" "AUTH $name is there"
  like "$(cat "$T/out")" "> .*\*\*\*.*< 535.*5.7.8 .*\*\*\*.*\(auth_refused\)" "blanked, in what the server repeats too"
done
grep -rqF -e "$SECRET" -e "${WORD:0:12}" -e "$(printf %s "$SECRET" | base64)" -e "$(printf user@example.net | base64)" "$H/state" "$T/out" "$T/log"
is "$?" 1 "no secret is in state, what is shown, or the log"

# --- a destination that rests: one message is tried for all
set_to() { sed -i "s/^$1 = .*/$1 = $2/" "$H/conf/settings"; reload_home "$H"; }
set_to retry_first 5m; set_to retry_max 5m
tries b@dead.example; FIRST=$ID
tries c@dead.example
shows "$FIRST"
like "$(cat "$T/out")" "connecting to .*failed \(connect_refused\): connect .*: Connection refused.*b@dead.example: not now \(connect_refused\)" "a port that nobody listens on"
exits 100 "a message that was not tried itself" "$BIN/queue-list" --transcript "$ID"
like "$(cat "$T/err")" "QE106E.*other=$FIRST" "names the one that was"

# --- how long it is kept
tries b@bad.example
is "$("$BIN/queue-list" "$ID" 2>&1 | grep -c "QE101E")" 1 "a message that has failed for good leaves"
exits 0 "its transcript stays" "$BIN/queue-list" --transcript "$ID"
file=$H/state/transcripts/$ID
touch -d "8 days ago" "$file" "$H/state/transcripts/$FIRST"
once
[ ! -e "$file" ]; ok $? "for the time of transcript_lifetime"
[ -e "$H/state/transcripts/$FIRST" ]; ok $? "that of a message that waits as long as it waits"

# --- a full disk, a folder that cannot be written: mail goes on
set_to free_space_min 900000g
"$BIN/queue-edit" now "$FIRST" >/dev/null 2>&1; before=$(stat -c %s "$H/state/transcripts/$FIRST")
once
is "$(stat -c %s "$H/state/transcripts/$FIRST")" "$before" "nothing is kept where disk space is short"
set_to free_space_min 0
rm -rf "$H/state/transcripts"; : >"$H/state/transcripts"
"$BIN/queue-edit" now "$FIRST" >/dev/null 2>&1
once
like "$(cat "$T/log")" "QU212W.*qid=$FIRST" "a folder that cannot be written is reported"
like "$("$BIN/queue-list" "$FIRST")" "attempts: 3" "and the attempt counts"
