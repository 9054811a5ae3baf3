#!/bin/bash
# Dovecot CVE-2025-59028: a bad login harmed other logins; CVE-2026-27857: memory without a bound; CVE-2026-27856: a
# comparison that was not of constant time (see tests/cli/auth-check.t).  Here: bad logins of every kind go on all the
# time, from another address; no good login fails or is slow, and no process grows.
. tests/pop3.sh
plan 7

H=$T/home
pop3_home "$H"
printf 'Subject: x\n\nbody\n' | pop3_put "$H" taro '1700000001.a,S=17,W=20'
pop3_auth "$H"
pop3_listen "$H"
cat >"$T/bad.py" <<'PY'
import os, random, socket, sys, threading, time
port, stop = int(sys.argv[1]), time.monotonic() + float(sys.argv[2])
bad = [
    [b"USER taro\r\n", b"PASS wrong\r\n"],
    [b"USER taro\r\n", b"PASS " + b"\xff" * 400 + b"\r\n"],
    [b"USER " + b"(" * 250 + b"\r\n", b"PASS x\r\n"],
    [b"AUTH PLAIN\r\n", b"=\r\n", b"AUTH PLAIN ====\r\n", b"AUTH LOGIN\r\n", b"!!!!\r\n"],
    [b"USER \0taro\r\n", b"PASS \0\r\n"],
    [b"USER taro\r\nPASS wrong\r\n" + b"RETR 1\r\n" * 400],
    [b"USER taro\r\n", None],                             # leaves in the middle
    [b"PASS " + b"a" * 200000],
    [os.urandom(3000)],
]
def one():
    while time.monotonic() < stop:
        try:
            s = socket.create_connection(("127.0.0.1", port), 5, ("127.0.0.5", 0))
            s.settimeout(0.5)
            for part in random.choice(bad):
                if part is None:
                    s.sendall(b"PASS wr")
                    break
                s.sendall(part)
                try: s.recv(4096)
                except socket.timeout: pass
            s.close()
        except OSError:
            pass
threads = [threading.Thread(target=one) for _ in range(4)]
for t in threads: t.daemon = True; t.start()
for t in threads: t.join()
PY
background python3 "$T/bad.py" "$pop3_port" 120
bad=$!
good=0 slowest=0
for i in {1..15}; do
  begin=$(date +%s%N)
  [ "$(curl -s --max-time 20 -u taro:pw "pop3://127.0.0.1:$pop3_port/1" | tr -d '\r' | md5sum)" = "$(printf 'Subject: x\n\nbody\n' | md5sum)" ] && good=$((good + 1))
  took=$((($(date +%s%N) - begin) / 1000000))
  [ $took -gt $slowest ] && slowest=$took
done
kill -0 $bad; ok $? "the bad logins still went on"
is "$good" 15 "each good login got its message"
diag "the slowest took $slowest ms"
[ "$slowest" -lt 5000 ]; ok $? "… in time"
stop_pid $bad
kill -0 "$auth_pid"; ok $? "auth-serve is the same process"
grown=$(awk '/VmHWM/ { print $2 }' "/proc/$auth_pid/status")
[ "$grown" -lt 20000 ]; ok $? "… of $grown KiB at most"
grep -q 'AU201W.*ip=127.0.0.5' "$H/log"; ok $? "the refused logins are in the log with their address"
is "$(ls "$H/run/popmark")" "127.0.0.1" "only the good logins marked their address"
