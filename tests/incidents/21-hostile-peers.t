#!/bin/bash
# Servers that talk without end, one byte a minute, in pieces, garbage, or go away at every stage: each attempt ends in its
# time with its cause and a transcript, in bounded memory, and other destinations are served meanwhile.
. tests/lib.sh
. tests/conf.sh
. tests/ca.sh
WAIT=4                     # s, a reply may take
BLOCK=180                  # s, a piece of a message may take to leave (REMOTE_BLOCK_MS)
x=$(printf 'x%.0s' {1..1024})
GO=("say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 250 r" "read 1" "say 354 go" data)
OFFER=("say 220 x" "read 1" "say 250-x" "say 250 STARTTLS" "read 1")

# NAME CAUSE STAGE: what the queue says, and the stage in which the transcript says that it failed
rows="
endless-greeting protocol_error greeting
endless-ehlo protocol_error ehlo
endless-mail protocol_error mail
endless-final protocol_error body
long-greeting protocol_error greeting
long-ehlo protocol_error ehlo
long-rcpt protocol_error rcpt
minute-greeting greeting_timeout greeting
minute-ehlo dropped ehlo
minute-rcpt dropped rcpt
minute-final dropped body
close-greeting dropped greeting
close-ehlo dropped ehlo
close-starttls dropped tls
close-handshake tls_failed tls
close-mail dropped mail
close-rcpt dropped rcpt
close-data dropped data
close-body dropped body
close-final dropped body
garbage-handshake tls_failed tls
endless-handshake tls_failed tls
half-handshake tls_failed tls
"
[ -z "$WIZ98_LONG" ] || rows+="deaf dropped body"
script() {
  case $1 in
  endless-greeting) peer "$1" "flood 1000000 220-more\r\n" ;;
  endless-ehlo) peer "$1" "${GO[@]:0:2}" "flood 1000000 250-more\r\n" ;;
  endless-mail) peer "$1" "${GO[@]:0:4}" "flood 1000000 250-more\r\n" ;;
  endless-final) peer "$1" "${GO[@]}" "flood 1000000 250-more\r\n" ;;
  long-greeting) peer "$1" "raw 220 " "flood 10240 $x" "say " ;;
  long-ehlo) peer "$1" "${GO[@]:0:2}" "raw 250 " "flood 10240 $x" "say " ;;
  long-rcpt) peer "$1" "${GO[@]:0:6}" "raw 250 " "flood 10240 $x" "say " ;;
  minute-greeting) peer "$1" "drip 60 220 x" ;;
  minute-ehlo) peer "$1" "${GO[@]:0:2}" "drip 60 250 x" ;;
  minute-rcpt) peer "$1" "${GO[@]:0:6}" "drip 60 250 x" ;;
  minute-final) peer "$1" "${GO[@]}" "drip 60 250 x" ;;
  close-greeting) peer "$1" close ;;
  close-ehlo) peer "$1" "${GO[@]:0:2}" close ;;
  close-starttls) peer "$1" "${OFFER[@]}" close ;;
  close-handshake) peer "$1" "${OFFER[@]}" "say 220 go" close ;;
  close-mail) peer "$1" "${GO[@]:0:4}" close ;;
  close-rcpt) peer "$1" "${GO[@]:0:6}" close ;;
  close-data) peer "$1" "${GO[@]:0:8}" close ;;
  close-body) peer "$1" "${GO[@]:0:9}" "part 3" close ;;
  close-final) peer "$1" "${GO[@]}" close ;;
  garbage-handshake) peer "$1" "${OFFER[@]}" "say 220 go" "say HTTP/1.1 400 Bad Request" "hang 20" ;;
  endless-handshake) peer "$1" "${OFFER[@]}" "say 220 go" "hang 0.3" "flood 1000000 \x16\x03\x03\x40\x00\x02$x" ;;
  half-handshake) peer "$1" "${OFFER[@]}" "say 220 go" "raw \x16\x03\x03\x40\x00" "hang 20" ;;
  deaf) peer "$1" "${GO[@]:0:9}" "deaf 600" ;;
  esac
}
mapfile -t ROWS < <(grep . <<<"$rows")
plan $((${#ROWS[@]} * 3 + 7))

H=$T/home
make_home "$H" example.test taro:pw
add_setting "$H" "hostname = mail.example.test" "free_space_min = 0" "remote_command_timeout = ${WAIT}s" "remote_data_timeout = ${WAIT}s" \
  "retry_first = 1h" "retry_max = 1h" "delay_notice = 0" "remote_concurrency = $((${#ROWS[@]} + 3))"
export WIZ98_HOME=$H
declare -A id
peer() {
  local name=$1 port
  shift
  port=$(port)
  background python3 tests/programs/peer.py "127.0.0.1:$port" "$T/$name" "$@"
  wait_for 10 test -e "$T/$name.ready" || diag "peer $name did not start"
  echo "$name.example: 127.0.0.1:$port" >>"$H/conf/routes"
  case $name in *handshake|*starttls) echo "127.0.0.1:$port: encrypt" >>"$H/conf/tls_policy" ;; esac
}
content() { printf 'Subject: x\n\nHello\n'; [ "$1" != deaf ] || head -c 30000000 /dev/zero | tr '\0' x | fold -w 70; }
put() { id[$1]=$(content "$1" | "$BIN/queue-put" -f taro@example.test "b@$1.example" 2>"$T/put.err") || diag "$(cat "$T/put.err")"; }
waits() { "$BIN/queue-list" --json "${id[$1]}" 2>/dev/null | grep -q '"attempts":0,'; }

peer good accept
peer good2 accept
peer split "slow 220-x" "slow 220 x" "read 1" "slow 250-x" "slow 250 PIPELINING" "read 3" "slow 250 s" "slow 250 r" "slow 354 go" data "slow 250 2.0.0 ok" "read 1" "slow 221 x"
for row in "${ROWS[@]}"; do script "${row%% *}"; done
reload_home "$H"

put good
timeout 30 "$BIN/queue-run" --once 2>"$T/log"
[ -e "$T/good.1" ]; ok $? "a good server gets its message"

# --- all of them at once, and good ones among them
background python3 tests/programs/peak.py remote-send "$H" >"$T/peak.all"
watch=$!
for row in "${ROWS[@]}"; do put "${row%% *}"; done
background "$BIN/queue-run" 2>>"$T/log"
run=$!
put good; put good2; put split
wait_for 10 test -e "$T/good2.1"; ok $? "another destination is served meanwhile"
waits minute-ehlo && waits half-handshake; ok $? "while the bad ones are still waited for"
wait_for 10 test -e "$T/split.1"; ok $? "a server whose replies come byte by byte gets its message"
all_tried() { [ "$("$BIN/queue-list" --json | grep -c '"attempts":0,')" = 0 ]; }
wait_for $((4 * WAIT + 10 + ${WIZ98_LONG:+BLOCK}+0)) all_tried; ok $? "each attempt ends" || diag "$("$BIN/queue-list" --json | grep '"attempts":0,' | cut -c -300)"
stop_pid "$watch"
stop_pid "$run"
read -r peak processes <"$T/peak.all"
case $BIN in *san*) peak=1 ;; esac   # sanitizers hold back what was freed
[ "${processes:-0}" -gt 10 ] && [ "$peak" -lt 10240 ]; ok $? "in bounded memory, less than one of the lines: at most $peak KB in one of $processes processes"

# --- each with its cause, in its time, with its transcript
for row in "${ROWS[@]}"; do
  read -r name cause stage <<<"$row"
  is "$("$BIN/queue-list" --json "${id[$name]}" | sed 's/.*"cause":"\([a-z_]*\)".*/\1/')" "$cause" "$name: its cause"
  "$BIN/queue-list" --transcript --json "${id[$name]}" >"$T/out" 2>&1
  is "$(python3 -c 'import json, sys
a = json.loads(sys.stdin.readline()); e = a["events"]
ends = [x for x in e if x["event"] in ("failure", "result")]
print(ends[0]["stage"], ends[-1]["cause"], max(x["at"] for x in e) < 1000 * (3 * int(sys.argv[1])))' "$([ "$name" = deaf ] && echo $((BLOCK / 2)) || echo $WAIT)" <"$T/out")" "$stage $cause True" "its transcript says so, and in what time" || diag "$(cut -c -2000 "$T/out")"
  [ "$(stat -c %s "$H/state/transcripts/${id[$name]}")" -lt 17000 ]; ok $? "which is small"
done
is "$(find "$H/state/transcripts" -name "${id[split]}" -o -name "${id[good2]}" | wc -l)" 0 "nothing is kept of the good ones"
