#!/bin/bash
# The systemd units that an installation holds: systemd takes them, and their own lines start and stop a server.
. tests/lib.sh
. tests/e2e/lib.sh
command -v systemd-analyze >/dev/null || skip_all "systemd-analyze is not installed"
plan 29

scripts/install "${BIN%/bin}" "" "$T/p" >"$T/out" 2>&1 || diag "$(cat "$T/out")"
units=$T/p/lib/systemd/system unit=$T/p/lib/systemd/system/wiz98.service
is "$(ls "$units")" "$(printf 'wiz98.service\nwiz98@.service')" "an installation has both units"
export SYSTEMD_LOG_LEVEL=warning
exits 0 "systemd takes the unit" systemd-analyze --man=no verify "$unit"
is "$(cat "$T/out" "$T/err")" "" "without a warning"
exits 0 "and the one for further homes" systemd-analyze --man=no verify "$units/wiz98@office.service"
is "$(cat "$T/out" "$T/err")" "" "without a warning"
is "$(grep -c '^[A-Za-z]*=.*/usr/local' "$unit" "$units/wiz98@.service" | cut -d: -f2 | tr '\n' ' ')" "0 0 " "both name the programs in PREFIX"
is "$(diff <(grep -v '^#' "$unit" | sed -e 's|/var/wiz98|&-%i|' -e 's|^Description=.*|& of /var/wiz98-%i|') <(grep -v '^#' "$units/wiz98@.service") | grep '[^<> 0-9acd,]')" "" "and differ in the home alone"
for page in $(sed -n 's/^Documentation=//p' "$unit"); do
  page=${page#man:}
  name=${page%(*} section=${page##*(}
  section=${section%)}
  [ -e "$T/p/share/man/man$section/$name.$section" ] || break
done
[ -e "$T/p/share/man/man$section/$name.$section" ]; ok $? "the man pages that it names are there"

# value NAME: what the unit says, for the home of this test.
value() { sed -n "s|^$1=||p" "$unit" | sed "s|/var/wiz98|$T/a|g"; }
run() { bash -c "exec $(value "$1")"; }

# Root runs it with the capabilities that the unit leaves, where setpriv is.
bounded=()
[ "$(id -u)" != 0 ] || bounded=(setpriv --bounding-set "-all$(value CapabilityBoundingSet | tr A-Z a-z | sed 's/\(^\| \)cap_/,+/g')")

make_instance a example.test --user taro:geheim >/dev/null
# notify: what systemd would be told, a line a datagram
cat >"$T/notify.py" <<'END2'
import os, socket, subprocess, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
said = open(sys.argv[2], 'w', buffering=1)
p = subprocess.Popen(sys.argv[3:], env=dict(os.environ, NOTIFY_SOCKET=sys.argv[1]))
open(sys.argv[2] + '.pid', 'w').write(str(p.pid))
s.settimeout(0.1)
while p.poll() is None:
    try: said.write(s.recv(1000).decode().replace('\n', ' ') + '\n')
    except socket.timeout: pass
sys.exit(p.returncode)
END2
start() {
  rm -f "$T/socket" "$T/said" "$T/said.pid"
  # shellcheck disable=SC2046
  python3 "$T/notify.py" "$T/socket" "$T/said" "${bounded[@]}" $(value ExecStart) >"$T/start" 2>&1 &
  manager=$!
  wait_for 30 grep -q READY=1 "$T/said"
}
ended() { wait_for 60 eval '! kill -0 $manager'; wait $manager; }
rest() { ps -eo stat=,args= | grep -v ^Z | grep -F "$T/a" | grep -v grep; }

is "$(value Type) $(value NotifyAccess)" "notify main" "systemd waits until the main process says it is ready"
start; ok $? "ExecStart says so" || diag "$(cat "$T/start")"
like "$(cat "$T/said")" 'STATUS=All services answer' "when all services answer"
like "$(smtp_say "${smtp[a]}" NOOP QUIT | tail -n 1)" '^221' "and they do"
is "$(tr '\0' ' ' <"/proc/$(cat "$T/said.pid")/cmdline")" "$(value ExecStart) " "its process is the one that systemd started"
is "$(cat /proc/"$(cat "$T/a/run/svscan.pid")"/environ | tr '\0' '\n' | grep -c NOTIFY)" 0 "no service can speak to systemd"
echo 'recipients_max = 7' >>"$T/a/conf/settings"
exits 0 "ExecReload" run ExecReload
is "$(wiz setting a recipients_max)" 7 "puts a change in force"
exits 100 "a second ExecStart for the same home is refused for good" run ExecStart
grep -q WZ332E "$T/err" && [ "$(value RestartPreventExitStatus)" = 100 ]; ok $? "it says why, and systemd does not repeat it"
exits 0 "ExecStop" run ExecStop
ended; is $? 0 "the main process ends well"
is "$(rest)" "" "and nothing is left"

start
kill -9 "$(cat "$T/a/run/svscan.pid")"
ended; is $? 111 "if svscan is killed the main process fails, so that systemd starts it again"
is "$(rest)" "" "with nothing left of the first"
start
kill -9 "$(cat "$T/said.pid")"
ended
exits 0 "if the main process is killed ExecStop does its work" run ExecStop
is "$(rest)" "" "to the end"
start
kill "$(cat "$T/said.pid")"
ended; is $? 0 "SIGTERM stops it as well"
is "$(rest) $(tail -n 1 "$T/said")" " STOPPING=1" "to the end, and says so"

background python3 -c "import socket, time; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('', ${smtp[a]})); s.listen(); open('$T/taken', 'w'); time.sleep(60)"
wait_for 10 test -e "$T/taken"
exits 111 "a taken port" run ExecStart
grep -q WZ201E "$T/err"; ok $? "is told by name"
