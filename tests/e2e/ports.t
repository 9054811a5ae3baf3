#!/bin/bash
# A port that is taken (Q4): start says which, and by whom; under supervise nothing loops silently.
. tests/lib.sh
. tests/e2e/lib.sh
plan 17

# listener PORT: a program that holds the port; $! is its pid.
listener() {
  background python3 -c "import socket,sys,time
s = socket.socket(socket.AF_INET6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('::', $1)); s.listen(1); time.sleep(600)"
  wait_for 5 python3 -c "import socket; socket.create_connection(('127.0.0.1', $1), 1)"
}

make_instance a example.test --user taro:geheim
listener "${smtp[a]}"
holder=$!
exits 111 "start refuses while a port is taken" "$BIN/wiz98" start --home "$T/a"
like "$(cat "$T/err")" "WZ201E.*port=${smtp[a]} service=smtp process=$(cat /proc/$holder/comm) pid=$holder " "it names the port, the program and its pid"
like "$(cat "$T/err")" 'remedy: ' "it says what to do"
exits 100 "nothing was started" "$BIN/wiz98" status --home "$T/a"

# As an ordinary user, who may not look into root's processes.
if [ "$(id -u)" = 0 ]; then
  mkdir "$T/nobody" && chown 65534:65534 "$T/nobody" && chmod 755 "$T"
  scripts/install "${BIN%/bin}" "" "$T/usr" >/dev/null   # the tree may lie where others may not look
  as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
  as_nobody "$T/usr/bin/wiz98" init "$T/nobody" --domain example.test --user taro:geheim --smtp "${smtp[a]}" --pop3 "$(port)" --pop3s "$(port)" >"$T/out" 2>&1
  ok $? "an ordinary user makes a home" || diag "$(cat "$T/out")"
  exits 111 "and is refused a taken port" as_nobody "$T/usr/bin/wiz98" start --home "$T/nobody"
  like "$(cat "$T/err")" "WZ202E.*port=${smtp[a]} service=smtp user=root" "whose owner is told, since the process cannot be seen"
  sed -i 's/^smtp_port.*/smtp_port = 1023/' "$T/nobody/conf/settings"
  if [ "$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" -gt 1023 ]; then
    exits 111 "a port below 1024 is refused" as_nobody "$T/usr/bin/wiz98" start --home "$T/nobody"
    like "$(cat "$T/err")" "WZ204E.*port=1023" "with a reason of its own"
  else
    skip 2 "ports below 1024 are open to everybody here"
  fi
  free=$(port)
  sed -i "s/^smtp_port.*/smtp_port = $free/" "$T/nobody/conf/settings"
  defer stop_instance "$T/nobody"
  exits 0 "on a free port it runs as that user" as_nobody "$T/usr/bin/wiz98" start --home "$T/nobody"
  grep -q WZ303I "$T/err"; ok $? "which start says"
  is "$(ps -o uid= -s "$(cat "$T/nobody/run/svscan.pid")" | sort -u | tr -d ' ')" 65534 "every process of it runs as that user"
else
  skip 8 "needs root"
fi

# The port is taken while the server runs: one line a try, each later than the one before.
kill $holder
wait_for 5 eval "! kill -0 $holder"
exits 0 "start when the port is free" "$BIN/wiz98" start --home "$T/a"
printf 'd' >"$T/a/service/smtp/supervise/control"
wait_for 5 eval "! (exec 3<>/dev/tcp/127.0.0.1/${smtp[a]})"
listener "${smtp[a]}"
holder=$!
printf 'u' >"$T/a/service/smtp/supervise/control"
sleep 5
lines=$(grep -c "WZ201E.*pid=$holder" "$T/a/log/error/current")
[ "$lines" -ge 2 ] && [ "$lines" -le 4 ]; ok $? "five seconds of a taken port are three lines of the error log ($lines)"
grep -q 'WZ201E.*again_in=2' "$T/a/log/error/current"; ok $? "each says when it is tried again"
like "$(wiz status a)" 'smtp +waiting' "status shows that the service waits"
kill $holder
wait_for 15 smtp_say "${smtp[a]}" QUIT; ok $? "it comes up by itself when the port is free"
