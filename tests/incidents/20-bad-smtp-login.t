#!/bin/bash
# Dovecot CVE-2025-59028: base64 that was none, from one client, ended the logins of others; unbounded memory.  Here by SMTP:
# bad logins of every kind go on from one address; each good one from another is accepted, soon, and no process grows.
# (tests/incidents/20-bad-login.t does it by POP3.)
. tests/pop3.sh
plan 7

H=$T/home
pop3_home "$H" smtp_auth=on errors_max=1000
pop3_auth "$H"
p=$(port)
WIZ98_HOME=$H background tcpserver -D -H -R -l0 -c 100 127.0.0.1 "$p" "$BIN/smtp-recv" --submission >>"$H/log" 2>&1
greets() { (exec 9<>"/dev/tcp/127.0.0.1/$p" && read -r -t 5 line <&9 && [[ $line == 220* ]]) 2>/dev/null; }
wait_for 10 greets
cat >"$T/bad.py" <<'PY'
import base64, os, random, socket, sys, threading, time
port = int(sys.argv[1])
bad = [
    [b"AUTH PLAIN " + base64.b64encode(b"\0taro\0wrong") + b"\r\n"],
    [b"AUTH PLAIN ====\r\n", b"AUTH PLAIN\r\n", b"!!!!\r\n", b"AUTH LOGIN\r\n", b"*\r\n"],
    [b"AUTH LOGIN\r\n", base64.b64encode(b"(" * 250) + b"\r\n", base64.b64encode(b"\xff" * 400) + b"\r\n"],
    [b"AUTH LOGIN\r\n", base64.b64encode(b"taro") + b"\r\n", None],      # leaves in the middle
    [b"AUTH PLAIN " + b"A" * 100000 + b"\r\n"],
    [b"AUTH PLAIN " + base64.b64encode(b"\0taro\0wrong") + b"\r\n" + b"NOOP\r\n" * 400],
    [b"AUTH " + os.urandom(2000) + b"\r\n"],
]
def one():
    while True:
        try:
            s = socket.create_connection(("127.0.0.1", port), 5, ("127.0.0.5", 0))
            s.settimeout(0.5)
            s.recv(4096), s.sendall(b"EHLO c\r\n"), s.recv(4096)
            for part in random.choice(bad):
                if part is None: break
                s.sendall(part)
                try: s.recv(4096)
                except socket.timeout: pass
            s.close()
        except OSError: pass
        time.sleep(0.05)
threads = [threading.Thread(target=one, daemon=True) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
PY
background python3 "$T/bad.py" "$p"
bad=$!
python3 - "$p" >"$T/good" 2>&1 <<'PY'
import smtplib, sys, time
for i in range(10):
    begun = time.monotonic()
    s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=30)
    s.login("taro" if i % 2 else "hanako", "pw")
    assert s.docmd("MAIL FROM:<%s@example.test>" % ("taro" if i % 2 else "hanako"))[0] == 250
    s.quit()
    print("%d" % ((time.monotonic() - begun) * 1000), flush=True)
    time.sleep(0.1)
PY
kill -0 $bad; ok $? "the bad logins still went on"
is "$(grep -cE '^[0-9]+$' "$T/good")" 10 "each good login was accepted" || diag "$(cat "$T/good")"
slowest=$(sort -n "$T/good" | tail -n 1)
[ "$slowest" -lt 5000 ]; ok $? "… the slowest in $slowest ms"
stop_pid $bad
kill -0 "$auth_pid"; ok $? "auth-serve is the same process"
grown=$(awk '/VmHWM/ { print $2 }' "/proc/$auth_pid/status")
case $BIN in *san*) most=200000 ;; *) most=20000 ;; esac
[ "$grown" -lt $most ]; ok $? "… of $grown KiB at most"
grep -q 'AU201W.*ip=127.0.0.5' "$H/log"; ok $? "the refused logins are in the log with their address"
is "$(ls "$H/run/popmark")" "" "no login by SMTP is a mark of POP before SMTP"
