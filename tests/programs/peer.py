#!/usr/bin/python3
"""A scripted SMTP server, well or badly behaved.

usage: peer.py HOST:PORT LOG STEP... [--next STEP...]...

Each connection runs the next script, the last one again and again.  What clients send is appended to LOG: commands as
lines "C: ...", a message raw in LOG.N (N from 1), each connection begins with "-- N from ADDRESS".  Steps:

  say TEXT       TEXT and CRLF; \\r \\n \\0 \\xHH in TEXT are escapes
  raw TEXT       TEXT alone
  slow TEXT      say, a byte at a time, 2 ms apart
  drip SECONDS TEXT   say, SECONDS between bytes
  read N         N commands
  data           a message up to CRLF.CRLF
  part N         N bytes of a message
  flood N TEXT   TEXT N times (until the client goes away)
  hang SECONDS   nothing, or until the client goes away
  deaf SECONDS   nothing, and nothing is read
  close          (also at the end of the script)
  reset          close with RST
  tls FILE [VERSION]   the server's handshake with the key and certificate in FILE, VERSION (TLSv1, TLSv1_2 …) at most
  accept         shorthand: greet, and take every message of one recipient until the client quits
"""
import os
import re
import select
import socket
import ssl
import struct
import sys
import threading
import time

PLACE, LOG = sys.argv[1:3]
lock = threading.Lock()
messages = 0


def log(text):
    with lock, open(LOG, "a", encoding="latin-1") as f:
        f.write(text + "\n")


def unescape(text):
    return re.sub(rb"\\(r|n|0|x[0-9a-f]{2})", lambda m: {b"r": b"\r", b"n": b"\n", b"0": b"\0"}.get(m[1]) or bytes([int(m[1][1:], 16)]), text.encode())


class Conversation:
    def __init__(self, sock):
        self.sock, self.buffer = sock, b""

    def fill(self):
        piece = self.sock.recv(65536)
        if not piece:
            raise ConnectionError("client closed")
        self.buffer += piece

    def line(self):
        while b"\n" not in self.buffer:
            self.fill()
        line, self.buffer = self.buffer.split(b"\n", 1)
        log("C: " + line.decode("latin-1").rstrip("\r"))
        return line

    def keep(self, data):
        global messages
        with lock:
            messages += 1
            with open(f"{LOG}.{messages}", "wb") as f:
                f.write(data)

    def data(self):
        self.fill() if not self.buffer else None
        while not (self.buffer.startswith(b".\r\n") or b"\r\n.\r\n" in self.buffer):
            self.fill()
        end = 3 if self.buffer.startswith(b".\r\n") else self.buffer.index(b"\r\n.\r\n") + 5
        self.keep(self.buffer[:end])
        self.buffer = self.buffer[end:]

    def part(self, n):
        while len(self.buffer) < n:
            self.fill()
        self.buffer = self.buffer[n:]

    def dribble(self, data, pause):
        for i in range(len(data)):
            self.sock.sendall(data[i:i + 1])
            time.sleep(pause)

    def tls(self, file, version):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        if version:
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = getattr(ssl.TLSVersion, version)
            context.set_ciphers("ALL:@SECLEVEL=0")
        self.sock = context.wrap_socket(self.sock, server_side=True)
        log(f"-- {self.sock.version()}")

    def hang(self, seconds):
        end = time.time() + seconds
        while time.time() < end:
            ready, _, _ = select.select([self.sock], [], [], end - time.time())
            if ready and not self.sock.recv(65536):
                raise ConnectionError("client closed")

    def accept(self):
        replies = {b"EHLO": b"250-peer\r\n250 PIPELINING\r\n", b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n"}
        self.sock.sendall(b"220 peer\r\n")
        verb = b""
        while verb != b"QUIT":
            verb = self.line()[:4].upper()
            self.sock.sendall(replies.get(verb, b"250 ok\r\n"))
            if verb == b"DATA":
                self.data()
                self.sock.sendall(b"250 2.0.0 taken\r\n")

    def step(self, words):
        verb, _, rest = words.partition(" ")
        first, _, text = rest.partition(" ")
        if verb in ("say", "raw"):
            self.sock.sendall(unescape(rest) + (b"\r\n" if verb == "say" else b""))
        elif verb == "slow":
            self.dribble(unescape(rest) + b"\r\n", 0.002)
        elif verb == "drip":
            self.dribble(unescape(text) + b"\r\n", float(first))
        elif verb == "flood":
            for _ in range(int(first)):
                self.sock.sendall(unescape(text))
        elif verb == "read":
            for _ in range(int(rest)):
                self.line()
        elif verb == "tls":
            self.tls(first, text)
        elif verb == "part":
            self.part(int(rest))
        elif verb == "hang":
            self.hang(float(rest))
        elif verb == "deaf":
            time.sleep(float(rest))
        elif verb == "reset":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise ConnectionError("reset")
        elif verb == "close":
            raise ConnectionError("close")
        else:
            getattr(self, verb)()


def serve(sock, script, number):
    log(f"-- {number} from {sock.getpeername()[0]}")
    c = Conversation(sock)
    try:
        for step in script:
            c.step(step)
    except OSError as e:
        log(f"-- {number} ended: {e}")
    c.sock.close()


def main():
    scripts = [[]]
    for word in sys.argv[3:]:
        if word == "--next":
            scripts.append([])
        else:
            scripts[-1].append(word)
    host, _, port = PLACE.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host.strip("[]"), int(port)))
    listener.listen(50)
    open(LOG + ".ready", "w").close()
    number = 0
    while True:
        sock, _ = listener.accept()
        script = scripts[min(number, len(scripts) - 1)]
        number += 1
        threading.Thread(target=serve, args=(sock, script, number), daemon=True).start()


main()
