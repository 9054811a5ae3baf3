#!/bin/bash
# Postfix 2011, Dovecot CVE-2021-33515, mox 2026: commands that come behind STLS in the clear must never be obeyed as if
# they had come protected, wherever the pieces are cut.
. tests/lib.sh
. tests/e2e/lib.sh
plan 4
instance one example.test --user taro@example.test:secret || exit 1

cat >"$T/inject.py" <<'PY'
import socket, ssl, sys, time
from multiprocessing.pool import ThreadPool
port, what = int(sys.argv[1]), sys.argv[2]
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
behind = b"CAPA\r\nUSER taro\r\nPASS secret\r\nSTAT\r\n"
def conversation(pieces):
    """Everything the server says in the clear and, where the handshake succeeds, what it says first under TLS."""
    s = socket.create_connection(("127.0.0.1", port), 20)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    got = b""
    while not got.endswith(b"\r\n"): got += s.recv(4096)
    for i, piece in enumerate(pieces):
        if i: time.sleep(0.02)
        try: s.sendall(piece)
        except OSError: break
    clear = b""
    try:
        while True:
            piece = s.recv(4096)
            if not piece: return clear, None
            clear += piece
            if clear.startswith(b"+OK Begin TLS\r\n"): break
    except OSError: return clear, None
    s.settimeout(0.5)            # whoever was heard in the clear is answered in the clear
    try:
        while piece := s.recv(4096): clear += piece
        return clear, None
    except TimeoutError: s.settimeout(20)
    except OSError: return clear, None
    try:
        t = trusting.wrap_socket(s)
        t.settimeout(0.5)
        try: return clear, t.recv(4096)
        except TimeoutError: return clear, b""
    except (ssl.SSLError, OSError): return clear, None
def obeyed(clear, secure):
    return b"PLAIN" in clear[15:] or b"octets" in clear or (secure not in (None, b""))
# Where the pieces come late, tls-serve may be the one who sees them; a STLS that is cut short is just waited for.
ids = {"same": [b"(PO117E)"], "after": [b"(PO117E)", b"(PO118W)"], "cut": [b"(PO117E)", b"(PO118W)"]}
faults = 0
all = b"STLS\r\n" + behind
if what == "same":
    cases = [[all[:n]] for n in range(7, len(all) + 1)]
elif what == "cut":
    cases = [[all[:n], all[n:]] for n in range(1, len(all))]
else:
    cases = [[b"STLS\r\n", behind[:n]] for n in range(1, len(behind) + 1)]
for pieces, (clear, secure) in zip(cases, ThreadPool(8).map(conversation, cases)):
    if obeyed(clear, secure):
        faults += 1
        print("obeyed:", pieces, clear, secure)
    if not any(id in clear for id in ids[what]):
        faults += 1
        print("no ID:", pieces, clear)
sys.exit(faults > 0)
PY
python3 "$T/inject.py" "${pop3[one]}" same >"$T/out" 2>&1; ok $? "in the same segment, cut at every byte: refused with PO117E" || diag "$(tail -n 5 "$T/out")"
python3 "$T/inject.py" "${pop3[one]}" cut >"$T/out" 2>&1; ok $? "in two segments, cut at every byte: nothing is obeyed" || diag "$(tail -n 5 "$T/out")"
python3 "$T/inject.py" "${pop3[one]}" after >"$T/out" 2>&1; ok $? "in the segment behind STLS, each length: nothing is obeyed" || diag "$(tail -n 5 "$T/out")"
! grep -q 'program=pop3-session' "$T/one/log/pop3/current"; ok $? "nobody was logged in"
