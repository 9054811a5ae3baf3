#!/bin/bash
# Exim EXIM-Security-2026-05-01.1: close_notify and then bytes in the clear were a use after free.  Here: close_notify, raw
# bytes and a reset at every state of a TLS conversation, against tls-serve (with `WIZ98_BIN=build-san/bin` under ASan).
. tests/lib.sh
. tests/conf.sh
. tests/tls.sh
plan 4

H=$T/home
make_home "$H" example.test taro:pw
"$BIN/tls-serve" --home "$H" --self-signed mail.example.test 2>/dev/null
tls_start "$H"
tls_listen "$H" tls
python3 - "$tls_port" >"$T/out" <<'PY'
import socket, ssl, struct, sys
port = int(sys.argv[1])
def run(versions, steps, then, command=b"info\n"):
    """STEPS reads from the server happen; then the last words: close_notify, raw bytes, both, a reset."""
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    ctx = ssl._create_unverified_context()
    ctx.minimum_version = ctx.maximum_version = versions
    tls = ctx.wrap_bio(a, b)
    s = socket.create_connection(("127.0.0.1", port))
    s.settimeout(5)
    done = said = False
    for _ in range(steps):
        try:
            if not done:
                tls.do_handshake(); done = True
            if not said:
                tls.write(command); said = True
            if said and tls.read(100):
                break                                    # it has answered: nothing more comes by itself
        except ssl.SSLWantReadError:
            pass
        s.sendall(b.read())
        data = s.recv(65536)
        if not data:
            break
        a.write(data)
    notify = b""
    if done:
        try:
            tls.unwrap()
        except (ssl.SSLWantReadError, ssl.SSLError):
            pass
        notify = b.read()
    raw = b"QUIT\r\nMAIL FROM:<x@y>\r\n\0\x15\x03\x03\0\2\1\0" * 20
    last = {"notify": notify, "raw": raw, "notify+raw": notify + raw, "notify+one": notify + b"x", "twice": notify + notify,
            "alert": b"\x15\x03\x03\0\2\1\0", "empty": b"\x17\x03\x03\0\0" * 50, "reset": b""}[then]
    try:
        s.sendall(last)
        if then == "reset":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            s.settimeout(0.3); s.recv(65536)
    except OSError:
        pass
    s.close()
n = 0
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    for steps in range(0, 5):
        for then in ("notify", "raw", "notify+raw", "notify+one", "twice", "alert", "empty", "reset"):
            run(version, steps, then)
            n += 1
print(n)
PY
is "$(cat "$T/out")" 80 "80 ways to end a conversation"
kill -0 "$tls_pid"; ok $? "tls-serve is the same process"
is "$(grep -cE 'TL403E|TL404E|ERROR: AddressSanitizer|runtime error' "$H/log/tls")" 0 "nothing crashed"
like "$({ echo info; sleep 0.3; echo quit; sleep 0.2; } | timeout 10 openssl s_client -quiet -connect "127.0.0.1:$tls_port" 2>/dev/null | head -n 1)" TLSv1.3 "it serves"
