#!/usr/bin/python3
"""An SMTP server that answers RCPT as DIR/LOCALPART says (a reply), and takes the mail of others.

usage: refuser.py HOST:PORT DIR
"""
import os
import socketserver
import sys

PLACE, DIR = sys.argv[1:3]


class Server(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def rcpt(self, line):
        user = line.split("<", 1)[1].split("@", 1)[0]
        path = os.path.join(DIR, os.path.basename(user))
        self.say(open(path).read().strip() if os.path.exists(path) else "250 2.1.5 ok")

    def data(self):
        self.say("354 go on")
        while self.rfile.readline() not in (b".\r\n", b""):
            pass
        self.say("250 2.0.0 taken")

    def handle(self):
        self.say("220 mx.example.net ESMTP")
        while line := self.rfile.readline().decode("latin-1"):
            verb = line[:4].upper().strip()
            if verb == "RCPT":
                self.rcpt(line)
            elif verb == "DATA":
                self.data()
            else:
                self.say("221 2.0.0 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return


class Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


host, port = PLACE.rsplit(":", 1)
Threads((host, int(port)), Server).serve_forever()
