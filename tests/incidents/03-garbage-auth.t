#!/bin/bash
# OpenSMTPD CVE-2025-62875: garbage on a local socket ended the daemon, and with it the service.  Here: random bytes, half
# messages, wrong and too many descriptors, silence, over run/auth.
# waits for time limits to pass
. tests/pop3.sh
plan 8

H=$T/home
pop3_home "$H"
pop3_auth "$H"
fds() { find "/proc/$auth_pid/fd" -mindepth 1 | wc -l; }
sessions() { pgrep -cP "$(pgrep -P "$auth_pid" pop3-session)" pop3-session; }
own_fds() { echo $(($(fds) - $(sessions))); }      # one is for each session that stays for its user
ask() { python3 tests/programs/authask.py "$H/run/auth" "$@"; }
is "$(ask)" "1 AU001I taro@example.test" "before"
before=$(own_fds)
python3 - "$H/run/auth" <<'PY'
import array, os, random, socket, sys
random.seed(3)
good = b"pop3\0sid\0-\0taro@example.test\0pw\0"
def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(10)
    s.connect(sys.argv[1])
    return s
def send(data, count=0):
    pipes = [os.pipe() for _ in range((count + 1) // 2)]
    fds = [fd for p in pipes for fd in p][:count]
    s = connect()
    try:
        s.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else [])
        s.recv(100)
    except OSError:
        pass
    for p in pipes:
        os.close(p[0]), os.close(p[1])
    s.close()
for n in list(range(0, 70)) + [300, 4096, 5000, 60000, 150000]:
    send(os.urandom(n) if n else b"x")
for n in range(len(good)):
    send(good[:n] or b"\0", 2)                          # cut, and whole
for count in (0, 1, 3, 5, 30, 250):
    send(good, count)                                   # a conversation of no, half, too many descriptors
for kind in (b"", b"check", b"pop", b"pop3x", b"POP3"):
    send(kind + b"\0\0\0\0\0", 2)
    send(kind + b"\0" + b"a" * 31 + b"\0" + b"b" * 45 + b"\0" + b"\n" * 254 + b"\0" + b"c" * 512 + b"\0" + b"d" * 4096, 2)
for i in range(300):
    m = bytearray(good)
    for _ in range(random.randrange(1, 6)):
        m[random.randrange(len(m))] = random.randrange(256)
    send(bytes(m), random.choice((0, 1, 2, 3)))
silent = [connect() for _ in range(60)]                 # connected, and nothing
s = connect(); s.send(b"\0\0\0\0\0"); s.close()
PY
is "$(ask)" "1 AU001I taro@example.test" "afterwards it serves"
kill -0 "$auth_pid"; ok $? "… and is the same process"
same_fds() { [ "$(own_fds)" -le "$before" ]; }
wait_for 10 same_fds; ok $? "… and holds no descriptor of it"
like "$(pop3_say "$H" "USER taro" "PASS pw" QUIT | sed -n 3p)" '^\+OK 0 messages' "a conversation is handed on"
grep -q 'AU208W.*pid=' "$H/log"; ok $? "the log says who sent garbage"
is "$(grep -vcE '^[0-9]+ [A-Z]{2}[0-9]{3}[EWI] ' "$H/log")" 0 "… one line an event, nothing of theirs makes a line of its own"
[ "$(sessions)" -ge 3 ] && [ "$(sessions)" -le 35 ]; ok $? "three sessions wait, beside those that stay for a user (32 at most)"
