#!/bin/bash
# Faults of ports, services, the relay decision, the queue.
. tests/faults/lib.sh
[ -n "${WIZ98_LONG:-}" ] || skip_all "it takes a minute: WIZ98_LONG=1; tests/faults/machine.t is the sample"
plan 51
make_home a example.test --user taro:geheim --auth || exit 1

listener() {
  background python3 -c "import socket,time
s = socket.socket(socket.AF_INET6); s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('::', $1)); s.listen(1); time.sleep(600)"
  holder=$!
  wait_for 5 python3 -c "import socket; socket.create_connection(('127.0.0.1', $1), 1)"
}
refuses() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
take_port() { svc smtp d; wait_for 5 refuses "${smtp[a]}"; listener "${smtp[a]}"; svc smtp u; sleep 0.2; }
give_port() { stop_pid $holder; svc smtp u; wait_for 20 has_state smtp up; }

fault D411 "another program has the port" take_port :
like "$(field D411 evidence)" "port=${smtp[a]} service=smtp process=[^ ]* pid=$holder user=" "the program and its pid are told"
is "$(result D427)" CANNOT-TELL "the service that needs the port is not judged"
is "$(field D427 needs)" D411 "and the port is named"
give_port

fault D430 "somebody stopped a service" 'svc pop3 d; wait_for 5 has_state pop3 down' 'svc pop3 u; wait_for 10 has_state pop3 up'
# What ends within seconds, again and again: killed, as the kernel does that has no memory left.
quick() { test "$(cut -d ' ' -f 2 "$H/run/attempt/token")" -ge 3; }
crash_loop() { until quick; do wait_for 20 has_state token up; svc token k; sleep 0.5; done; }
fault D424 "a service ends again and again" crash_loop 'rm "$H/run/attempt/token"; svc token k; wait_for 30 has_state token up; rm -f "$H/run/attempt/token"'
fault D401 "the server is stopped" '"$BIN/wiz98" stop --home "$H" >/dev/null 2>&1' '"$BIN/wiz98" start --home "$H" >/dev/null 2>&1'
warns D601 "a level that is none" 'mkdir -p "$H/service/smtp/env"; echo much >"$H/service/smtp/env/OUTPUT_LEVEL"' 'rm "$H/service/smtp/env/OUTPUT_LEVEL"'

# --- Q1 ---
permit() { keep conf/address_permits_relay; echo "$1" >>"$H/conf/address_permits_relay"; reload; }
fault D101 "192.0.0.0/8 was written for 192.168.0.0/16" 'permit "192.0.0.0/8 any-sender"' 'restore conf/address_permits_relay; reload'
fault D102 "a great part of the IPv6 world may relay" 'permit "2001::/16"' 'restore conf/address_permits_relay; reload'
near "an office is permitted" 'permit "192.168.0.0/16 any-sender"' 'restore conf/address_permits_relay; reload'

# --- Q8 ---
fault D801 "a message was set aside" 'echo x >"$H/spool/damaged/20261124x"' 'rm "$H/spool/damaged/20261124x"'

# --- Q4: ports that must do TLS
pid_of() { "$BIN/wiz98" status --home "$H" | sed -n "s/^$1 .* pid \([0-9]*\) .*/\1/p"; }
pause() { paused=$(pid_of "$1"); kill -STOP "$paused"; }
go_on() { kill -CONT "$paused"; }
fault D441 "tls-serve hangs" 'pause tls' go_on
if [ -n "${WIZ98_LONG:-}" ]; then
  fault D442 "smtps hangs" 'pause smtps' go_on
  fault D443 "pop3s hangs" 'pause pop3s' go_on
else
  skip 6 "it takes long: WIZ98_LONG=1"
fi

# --- Q2: routes
route() { keep conf/routes; echo "$1" >>"$H/conf/routes"; reload; }
fault D213 "the smart host is this server" 'route "*: [127.0.0.1]:${smtp[a]}"' 'restore conf/routes; reload'
route '*: 127.0.0.1:9'
near "the smart host is another program on this machine" : :

# --- Q8: a message that waits for another server, and grows old
printf 'Subject: x\n\nb\n' | WIZ98_HOME=$H "$BIN/queue-put" -f taro@example.test b@other.test 2>/dev/null
waiting() { message=$(grep -l connect_refused "$H"/spool/queue/*/*); }
wait_for 10 waiting; waiting
near "a message waits for another server" : :
older() { sed -i "s/^received .*/received $(($(date +%s) - $1))/" "$message"; }
warns D803 "it has waited for two days" 'older 172800' 'older 60'
# A spool that was copied with wrong times: the message is not looked at when it is due.
overdue() {
  python3 - "$message" <<'PY'
import sys, time, zlib
line = "%d 0 tried next=%d cause=connect_refused reply=x\n" % (time.time() - 4000, time.time() - 3600)
open(sys.argv[1], "a").write("\n%08x %s" % (zlib.crc32(line.rstrip("\n").encode()), line))
PY
  touch -d '+1 day' "$message"
  svc queue t
  sleep 1
}
fault D802 "a message is due and is not tried" overdue 'rm "$message"; svc queue t; wait_for 10 has_state queue up'

# --- Q1, by the log
forget() { truncate -s 0 "$H/log/smtp/current" "$H/log/error/current"; }
by_user() { curl -sk --max-time 20 --mail-from taro@example.test --mail-rcpt b@other.test -u taro@example.test:geheim -T LICENSE "smtps://127.0.0.1:${smtps[a]}/pc"; }
warns D105 "a user sends more than people do" 'settings "user_messages_per_hour = 1"; by_user; by_user; sleep 0.5' 'unset_settings; forget'
few() { local i fds=(); for i in 1 2 3 4; do exec {fds[i]}<>"/dev/tcp/127.0.0.1/${smtp[a]}"; done; sleep 0.5; for i in 1 2 3 4; do exec {fds[i]}>&-; done; sleep 0.5; }
warns D104 "a client takes all connections that one may" 'settings "connections_per_address = 2"; few' 'unset_settings; forget'
many() {
  local i
  for i in 1 2 3 4 5 6 7; do
    from=$1 smtp_say "${smtp[a]}" "EHLO $(eval echo "$2")" "MAIL FROM:<x@other.test>" "RCPT TO:<a@else.test>" "RCPT TO:<b@else.test>" "RCPT TO:<c@else.test>" QUIT >/dev/null
  done
  sleep 0.5
}
near "a scanner asks for much" 'many 127.0.0.7 scanner.example.test' forget
fault D103 "a router puts its address in everybody's place" 'many 127.0.0.8 mx\$i.example.net' forget
healthy "when all is undone"
