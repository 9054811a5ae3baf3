#!/bin/bash
# OpenSMTPD CVE-2025-62875: garbage on a local socket ended the daemon.  Here: random bytes, cut messages, wrong and too many
# descriptors, silence, over run/tls/socket.
. tests/lib.sh
. tests/conf.sh
. tests/tls.sh
plan 5

H=$T/home
make_home "$H" example.test taro:pw
"$BIN/tls-serve" --home "$H" --self-signed mail.example.test 2>/dev/null
tls_start "$H"
tls_listen "$H" tls
works() { { echo info; sleep 0.3; echo quit; sleep 0.2; } | timeout 10 openssl s_client -quiet -connect "127.0.0.1:$tls_port" 2>/dev/null | head -n 1 | grep -q TLSv1.3; }
fds() { find "/proc/$tls_pid/fd" -mindepth 1 | wc -l; }
works; ok $? "before"
sleep 0.5
before=$(fds)
python3 - "$H/run/tls/socket" <<'PY'
import array, os, random, socket, sys
random.seed(3)
types = {"stream": socket.SOCK_STREAM, "datagram": socket.SOCK_DGRAM, "packet": socket.SOCK_SEQPACKET}
good = b"tls\0sid\x00127.0.0.1\0"
def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.settimeout(10)
    s.connect(sys.argv[1])
    return s
def send(data, kind="pipe", count=0):
    pairs = [os.pipe() if kind == "pipe" else [x.detach() for x in socket.socketpair(socket.AF_UNIX, types[kind])] for _ in range((count + 1) // 2)]
    fds = [fd for p in pairs for fd in p][:count]
    s = connect()
    try:
        s.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else [])
    except OSError:
        pass
    s.close()
    for q in pairs:
        os.close(q[0]), os.close(q[1])
for n in list(range(0, 110)) + [300, 4096, 60000, 150000]:
    send(os.urandom(n) if n else b"x")
for n in range(len(good)):
    send(good[:n] or b"\0", "pipe", 3)
for kind in ("pipe", "datagram", "stream", "packet"):   # descriptors that are no sockets, or of the wrong kind
    for count in (0, 1, 2, 3, 5, 30, 250):
        send(good, kind, count)
for i in range(300):
    m = bytearray(good)
    for _ in range(random.randrange(1, 6)):
        m[random.randrange(len(m))] = random.randrange(256)
    send(bytes(m), random.choice(("pipe", "stream", "datagram", "packet")), random.choice((0, 1, 2, 3)))
for i in range(20):                                     # a rightful request, and whoever asked has gone already
    tcp, clear, answer = [socket.socketpair(socket.AF_UNIX, t) for t in (socket.SOCK_STREAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET)]
    connect().sendmsg([good], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [x[1].fileno() for x in (tcp, clear, answer)]))])
silent = [connect() for _ in range(80)]
s = connect(); s.send(b"\0\0\0\0\0"); s.close()
PY
works; ok $? "afterwards it serves"
kill -0 "$tls_pid"; ok $? "… and is the same process"
same_fds() { [ "$(fds)" -le $((before + 4)) ]; }
wait_for 10 same_fds; ok $? "… and holds no descriptor of it" || diag "$before before, $(fds) now"
grep -q 'TL401W.*pid=' "$H/log/tls"; ok $? "the log says who sent garbage"
