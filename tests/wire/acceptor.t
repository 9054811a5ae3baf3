#!/bin/bash
# The two acceptors: what a program sees, and what a client sees, is the same under tcpserver and tcp-pool.
. tests/lib.sh
make -s helpers || { echo "Bail out! helpers do not build"; exit 1; }
talker=$TOP/build/test/talker
plan 48

# ask [to=IP] PORT COMMAND…: what the talker answers; with other options it takes talk.py, which starts more slowly.
ask() {
  local to=127.0.0.1
  case $1 in
  to=*) to=${1#to=}; shift ;;
  *=*) python3 tests/programs/talk.py "$@"; return ;;
  esac
  ( exec 3<>"/dev/tcp/$to/$1" && printf '%s\n' "${@:2}" >&3 && timeout 10 cat <&3 ) 2>/dev/null
}
answers() { [ -n "$(ask "$p" pid quit)" ]; }

# start ACCEPTOR one|many OPTION…: on port $p, log in $T/log
start() {
  local acceptor=$1 mode=$2
  shift 2
  p=$(port)
  : >"$T/log"
  case $acceptor in tcp-pool) acceptor=$BIN/tcp-pool ;; esac
  background "$acceptor" -H -R -l here "$@" 0 "$p" "$talker" "$mode" 2>>"$T/log"
  acceptor_pid=$!
  wait_for 5 answers
}

# Holds a connection in descriptor $fd; hear prints the next line from it.
hold() { exec {fd}<>"/dev/tcp/127.0.0.1/$p"; echo pid >&"$fd"; }
hear() { local line; read -r -t "$2" -u "$1" line; echo "$line"; }

printf '%s\n' '127.0.0.2:deny' '127.0.0.3:allow,FRUIT="fig",OUTPUT_LEVEL="70"' '127.0.:allow,FRUIT="apple"' '::1:allow,FRUIT="kiwi"' ':deny' |
  tcprules "$T/rules.cdb" "$T/rules.tmp"

for a in tcpserver tcp-pool; do
  start $a many
  is "$(ask "$p" 'env PROTO' 'env TCPREMOTEIP' 'env TCPLOCALIP' 'env TCPLOCALPORT' 'env TCPLOCALHOST' 'env TCPREMOTEHOST' quit)" \
    "TCP
127.0.0.1
127.0.0.1
$p
here
-" "$a: the environment of a connection"
  is "$(ask "$p" peer quit)" "127.0.0.1 127.0.0.1 $p socket" "$a: the same as struct peer"
  is "$(ask to=::1 "$p" 'env PROTO' 'env TCPREMOTEIP' quit)" "TCP6
::1" "$a: IPv6 on the same port"
  one=$(ask "$p" sid quit) two=$(ask "$p" sid quit)
  [ -n "$one" ] && [ "$one" != "$two" ]; ok $? "$a: each conversation has its own session ID"
  is "$(ask "$p" level quit)" 30 "$a: OUTPUT_LEVEL as in the acceptor's environment"

  start $a many -x "$T/rules.cdb"
  is "$(ask from=127.0.0.2 "$p" pid quit)" "" "$a: a rule denies"
  is "$(ask from=127.0.0.3 "$p" 'env FRUIT' level quit)" "fig
70" "$a: the exact address comes before its prefix, its variables count"
  is "$(ask from=127.0.0.4 "$p" 'env FRUIT' level quit)" "apple
30" "$a: a prefix, and nothing is left of the conversation before"
  is "$(ask to=::1 "$p" 'env FRUIT' quit)" kiwi "$a: a rule for an IPv6 address"
  is "$(ask from=127.1.0.1 "$p" pid quit)" "" "$a: the empty rule is the last"
  rm "$T/rules.cdb"
  is "$(ask "$p" pid quit)" "" "$a: without the rules nobody gets in"
  printf ':allow\n' | tcprules "$T/rules.cdb" "$T/rules.tmp"
  like "$(ask "$p" pid quit)" '^[0-9]+$' "$a: rules are read anew for each connection"
  printf '%s\n' '127.0.0.2:deny' '127.0.0.3:allow,FRUIT="fig",OUTPUT_LEVEL="70"' '127.0.:allow,FRUIT="apple"' '::1:allow,FRUIT="kiwi"' ':deny' |
    tcprules "$T/rules.cdb" "$T/rules.tmp"

  start $a many -c 2
  hold; first=$fd; first_pid=$(hear "$first" 5)
  hold; second=$fd; hear "$second" 5 >/dev/null
  hold; third=$fd
  is "$(hear "$third" 0.5)" "" "$a: over the limit a connection waits"
  kill -9 "$first_pid"
  like "$(hear "$third" 5)" '^[0-9]+$' "$a: and is served when a worker was killed: the count stays true"
  exec {first}>&- {second}>&- {third}>&-

  start $a one -c 500 -b 500
  is "$(ask many=500 "$p" pid)" 500 "$a: 500 connections at once, each with a process of its own"
done

start tcp-pool one
mine=$(ask from=127.0.1.1 "$p" pid quit) theirs=$(ask from=127.0.1.2 "$p" pid quit)
[ -n "$mine" ] && [ -n "$theirs" ] && [ "$mine" != "$theirs" ]; ok $? "tcp-pool: one client's process never meets another client"
is "$(ask from=127.0.1.2 "$p" pid quit) $(ask from=127.0.1.1 "$p" pid quit)" "$theirs $mine" "tcp-pool: but the same client again"
ask from=127.0.1.1 "$p" fail
[ "$(ask from=127.0.1.1 "$p" pid quit)" != "$mine" ]; ok $? "tcp-pool: not after a conversation that went wrong"
for i in {10..30}; do ask from=127.0.2.$i "$p" pid quit; done >"$T/clients"
is "$(sort -u "$T/clients" | wc -l)" 21 "tcp-pool: of 21 clients each has a process of its own"
[ "$(ask from=127.0.1.2 "$p" pid quit)" != "$theirs" ]; ok $? "tcp-pool: at most 16 are kept, the oldest goes first"
start tcp-pool one -c 3
mine=$(ask from=127.0.1.1 "$p" pid quit)
for i in 2 3 4; do ask from=127.0.1.$i "$p" pid quit; done >"$T/clients"
is "$(sort -u - "$T/clients" <<<"$mine" | wc -l)" 4 "tcp-pool: those that are kept give way where the limit is reached"
start tcp-pool many
one=$(ask "$p" alarm pid quit) two=$(ask "$p" alarm pid quit)
is "$one" "$two" "tcp-pool: a worker is used again, its alarm reset"
ask "$p" fail
[ "${one#*$'\n'}" != "$(ask "$p" pid quit)" ]; ok $? "tcp-pool: not after a conversation that went wrong"
ask times=101 "$p" pid quit | sort | uniq -c | sort -rn >"$T/uses"
is "$(awk 'NR == 1 {print ($1 <= 100 && $1 > 1)}' "$T/uses")" 1 "tcp-pool: a worker is replaced after a hundred conversations"
ask times=3 "$p" crash >"$T/nothing-said"
like "$(ask "$p" pid quit)" '^[0-9]+$' "tcp-pool: it goes on after a crash storm"
is "$(grep -c TP201E "$T/log") $(grep -c TP202E "$T/log")" "3 1" "tcp-pool: a line for each crash, one that the program was started anew"
template=$(pgrep -P $acceptor_pid)
kill -9 "$template"
like "$(ask "$p" pid quit)" '^[0-9]+$' "tcp-pool: it goes on when the template was killed"
grep -q TP203E "$T/log"; ok $? "tcp-pool: which the log says"

rm -f "$T/socket"
background "$BIN/tcp-pool" -m 666 "unix:$T/socket" "$talker" one 2>>"$T/log"
wait_for 5 test -S "$T/socket"
is "$(ask unix="$T/socket" 0 'env PROTO' peer quit)" "UNIX
   socket" "tcp-pool: a UNIX socket"
is "$(stat -c %a "$T/socket")" 666 "tcp-pool: with the mode asked for"

p=$(port)
background "$BIN/tcp-pool" -H -R -l 0 0 "$p" "$T/nothing" 2>"$T/log"
sleep 2.5
is "$(grep -c TP105E "$T/log") $(grep -c 'TP203E.*again_in=2' "$T/log")" "2 1" "tcp-pool: a program that cannot run is tried again after 1, 2, … seconds"
exits 100 "tcp-pool: arguments that make no sense" "$BIN/tcp-pool" -c x 0 1 true

# What an idle conversation costs: its own memory and its share of what it shares.
start tcp-pool one -c 210 -b 210
python3 - "$p" "$acceptor_pid" >"$T/pss" <<'END'
import socket, subprocess, sys
port, pool = int(sys.argv[1]), sys.argv[2]
held = [socket.create_connection(('127.0.0.1', port), 10) for _ in range(200)]
for s in held:
    s.sendall(b'pid\n')
total = 0
for s in held:
    pid = s.recv(20).decode().strip()
    with open('/proc/%s/smaps_rollup' % pid) as f:
        total += next(int(l.split()[1]) for l in f if l.startswith('Pss:'))
print(total // 200)
END
[ "$(cat "$T/pss")" -lt 200 ]; ok $? "tcp-pool: an idle conversation costs less than 200 KiB ($(cat "$T/pss") KiB)"
