#!/bin/bash
# Faults of ports, services, the relay decision, the queue.
. tests/faults/lib.sh
plan 27
make_home a example.test --user taro:geheim || exit 1

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
healthy "when all is undone"
