#!/bin/bash
# Postfix 2011, Dovecot CVE-2021-33515, mox 2026: commands that come behind STARTTLS in the clear must never be obeyed as if
# they had come protected, wherever the pieces are cut; and whoever sent them is told why the conversation ends.
. tests/lib.sh
. tests/e2e/lib.sh
plan 8
instance one example.test --auth --user taro@example.test:secret || exit 1

cat >"$T/inject.py" <<'PY'
import socket, ssl, sys, time
from multiprocessing.pool import ThreadPool
port, what = int(sys.argv[1]), sys.argv[2]
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
command, behind = b"STARTTLS\r\n", b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<taro>\r\nDATA\r\n"
def say(s, line):
    s.sendall(line)
    got = b""
    while not got.endswith(b"\r\n") or got.rsplit(b"\r\n", 2)[-2][3:4] == b"-":
        piece = s.recv(4096)
        if not piece: return got
        got += piece
    return got
def conversation(pieces):
    """What the server says in the clear and, where the handshake succeeds, its answer to QUIT under TLS."""
    s = socket.create_connection(("127.0.0.1", port), 20)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    say(s, b""), say(s, b"EHLO c\r\n")
    clear, secure = b"", None
    try:
        for i, piece in enumerate(pieces):
            if i: time.sleep(0.02)
            s.sendall(piece)
        if what == "none":
            clear = say(s, b"")
            t = trusting.wrap_socket(s)
            return clear, say(t, b"QUIT\r\n")
        while piece := s.recv(4096): clear += piece
    except (ssl.SSLError, OSError): pass
    return clear, secure
whole = command + behind
cases = {"none": [[command], [b"starttls \r\n"]],
         "same": [[whole[:n]] for n in range(len(command) + 1, len(whole) + 1)],
         "cut": [[whole[:n], whole[n:]] for n in range(1, len(whole))],
         "after": [[command, behind[:n]] for n in range(1, len(behind) + 1)]}[what]
faults = 0
for pieces, (clear, secure) in zip(cases, ThreadPool(8).map(conversation, cases)):
    lines = clear.split(b"\r\n")[:-1]
    if what == "none":
        good = clear.startswith(b"220 2.0.0 ") and secure.startswith(b"221 ")
    else:
        good = [l[:3] for l in lines] in ([b"554"], [b"220", b"554"]) and (lines[-1].endswith(b"(SM320E)") or lines[-1].endswith(b"(SM333W)"))
        good = good and (what != "same" or lines[0].endswith(b"(SM320E)"))
    if not good:
        faults += 1
        print(pieces, clear, secure)
print("conversations:", len(cases))
sys.exit(faults > 0)
PY
inject() { python3 "$T/inject.py" "$@" >"$T/out" 2>&1; }
inject "${smtp[one]}" none; ok $? "with nothing behind it TLS begins" || diag "$(tail -n 5 "$T/out")"
inject "${smtp[one]}" same; ok $? "in the same segment, cut at every byte: refused with SM320E" || diag "$(tail -n 5 "$T/out")"
inject "${smtp[one]}" cut; ok $? "in two segments, cut at every byte: nothing is obeyed, and the reply says why" || diag "$(tail -n 5 "$T/out")"
inject "${smtp[one]}" after; ok $? "in the segment behind STARTTLS, each length: likewise" || diag "$(tail -n 5 "$T/out")"
inject "${submission[one]}" same; ok $? "on the submission port" || diag "$(tail -n 5 "$T/out")"
! grep -q 'SM107I' "$T/one/log/smtp/current" && [ -z "$(ls "$T/one/spool/incoming")" ]; ok $? "no message was accepted"
grep -q '^@[^ ]* 0 SM320E program=smtp-recv .*command=STARTTLS ' "$T/one/log/smtp/current"; ok $? "the log has it"
log=$T/one/log/smtp/current      # what came only behind the reply 220 was seen by tls-serve
[ "$(grep -c 'TL206W .*reason=.*first byte 0x45' "$log")" = "$(grep -c SM333W "$log")" ]; ok $? "where tls-serve saw it, the log has the first byte" ||
  diag "$(grep -E 'TL206W|SM333W' "$log" | tail -n 4)"
