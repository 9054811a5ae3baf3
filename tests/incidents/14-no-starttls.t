#!/bin/bash
# "NO STARTTLS" (USENIX Security 2021): 40 flaws in mail programs and servers around STARTTLS; Exim 4.99.3: bytes in the clear
# behind the end of TLS.  Here, of the cases for SMTP servers: what was said before TLS counts for nothing under it, what is
# said at the wrong place is refused, nothing goes on in the clear once TLS has begun, TLS from the start is there.
. tests/lib.sh
. tests/e2e/lib.sh
plan 16
instance one example.test --auth --user taro@example.test:secret || exit 1

cat >"$T/cases.py" <<'PY'
import base64, os, socket, ssl, sys
smtp, submission, smtps = map(int, sys.argv[1:4])
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
plain = b"AUTH PLAIN " + base64.b64encode(b"\0taro@example.test\0secret")

class Client:
    def __init__(self, port, tls=False):
        self.s = socket.create_connection(("127.0.0.1", port), 20)
        self.raw = self.s
        if tls: self.s = trusting.wrap_socket(self.s)
        self.greeting = self.reply()
    def reply(self):
        got = b""
        while not got.endswith(b"\r\n") or got.rsplit(b"\r\n", 2)[-2][3:4] == b"-":
            try: piece = self.s.recv(4096)
            except (ssl.SSLError, ConnectionError): piece = b""
            if not piece: return got or b"END"
            got += piece
        return got
    def say(self, line):
        try: self.s.sendall(line + b"\r\n")
        except (ssl.SSLError, OSError): return b"END"
        return self.reply()
    def starttls(self):
        got = self.say(b"STARTTLS")
        assert got.startswith(b"220 "), got
        self.s = trusting.wrap_socket(self.s)
    def all(self, *lines):
        return [self.say(line) for line in lines]

number = 0
def check(good, text, *seen):
    global number
    number += 1
    print("%sok %s" % ("" if good else "not ", text))
    if not good: print("#", *seen)
def codes(replies): return [r[:3] for r in replies]

c = Client(submission)
seen = c.all(b"EHLO before.example", b"AUTH PLAIN", b"*", plain)
c.starttls()
after = c.all(b"MAIL FROM:<taro@example.test>", b"EHLO after.example", b"MAIL FROM:<taro@example.test>")
check(codes(seen)[3] == b"235" and codes(after) == [b"503", b"250", b"530"], "EHLO and AUTH before TLS count for nothing under it", seen, after)
check(b"STARTTLS" not in after[1] and b"AUTH PLAIN LOGIN" in after[1], "under TLS STARTTLS is not offered, AUTH is", after)
check(c.say(b"STARTTLS").startswith(b"503"), "STARTTLS under TLS is refused")

c = Client(smtp)
seen = c.all(b"EHLO c", b"MAIL FROM:<a@far.example>", b"RCPT TO:<taro@example.test>")
c.starttls()
after = c.all(b"EHLO c", b"DATA", b"RCPT TO:<taro@example.test>")
check(codes(seen) == [b"250"] * 3 and codes(after) == [b"250", b"503", b"503"], "a transaction begun before TLS is forgotten", seen, after)

c = Client(smtp)
seen = c.all(b"EHLO c", b"STARTTLS now", b"STARTTLS\t", b"NOOP")
check(codes(seen)[1] == b"501", "STARTTLS with an argument is refused", seen)

c = Client(submission)
seen = c.all(b"EHLO c", b"AUTH LOGIN", b"STARTTLS", b"NOOP")
check(codes(seen) == [b"250", b"334", b"334", b"535"], "STARTTLS in the place of a user name, which it could be in base64, begins no TLS", seen)

c = Client(smtp)
seen = c.all(b"EHLO c", b"MAIL FROM:<a@far.example>", b"RCPT TO:<taro@example.test>", b"DATA", b"STARTTLS\r\n.")
check(codes(seen)[3:] == [b"354", b"250"], "STARTTLS in a message is text", seen)

c = Client(smtp)
c.say(b"EHLO c"); c.starttls(); c.say(b"EHLO c")
c.raw = socket.socket(fileno=os.dup(c.s.fileno()))
c.raw.sendall(b"NOOP\r\n")
c.raw.settimeout(20)
try: got = c.raw.recv(4096)
except ConnectionError: got = b""
check(b"250" not in got, "a command in the clear under TLS is not answered", got)

def ended(data, behind):
    """TLS is closed after DATA; bytes in the clear follow."""
    c = Client(smtp)
    c.say(b"EHLO c"); c.starttls()
    c.all(b"EHLO c", b"MAIL FROM:<a@far.example>", b"RCPT TO:<taro@example.test>", b"DATA")
    c.s.sendall(data)
    raw = socket.socket(fileno=os.dup(c.s.fileno()))
    raw.settimeout(20)
    c.s.settimeout(0.2)
    try: c.s.unwrap()
    except (ssl.SSLError, OSError): pass
    got = b""
    try:
        raw.sendall(behind)
        while piece := raw.recv(4096): got += piece
    except OSError: pass
    return got
for data, behind, text in ((b"half\r\n", b"x", "a byte"), (b"half\r\n", b".\r\nNOOP\r\n", "the end of the message"), (b"", b"\x15\x03\x03", "half a record"), (b"half", b"\x17\x03\x03\x40\x00" + b"A" * 16384, "a record that is none")):
    got = ended(data, behind)
    check(b"250" not in got, "behind the end of TLS in a message: %s in the clear" % text, got)

s = socket.create_connection(("127.0.0.1", smtps), 20)
s.sendall(b"EHLO c\r\nMAIL FROM:<>\r\n")
got = b""
try:
    while piece := s.recv(4096): got += piece
except OSError: pass
check(b"250" not in got and b"220" not in got, "commands in the clear where TLS comes first are not answered", got)
c = Client(smtps, True)
seen = c.all(b"EHLO c", plain, b"MAIL FROM:<taro@example.test>")
check(codes(seen) == [b"250", b"235", b"250"] and b"STARTTLS" not in seen[0], "TLS from the start works, without STARTTLS", seen)
PY
python3 "$T/cases.py" "${smtp[one]}" "${submission[one]}" "${smtps[one]}" >"$T/out" 2>"$T/err" || diag "$(tail -n 5 "$T/err")"
while read -r first rest; do
  case $first in
    ok) ok 0 "$rest" ;;
    not) ok 1 "${rest#ok }" ;;
    *) diag "$first $rest" ;;
  esac
done <"$T/out"
delivered() { ls "$T"/one/mail/example.test/taro/new/* 2>/dev/null; }
wait_for 10 delivered
is "$(delivered | wc -l) $(grep -c SM107I "$T/one/log/smtp/current")" "1 1" "one message was accepted, the one with STARTTLS as text"
! grep -qE 'TL403E|crashed' "$T/one/log/smtp/current" "$T/one/log/queue/current"; ok $? "no process crashed"
