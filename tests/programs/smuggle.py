#!/usr/bin/python3
"""smuggle.py HOME IP: sends messages whose end is forged in every way, each in a conversation of its own, from the
address IP; prints a line each: "BEFORE AFTER: replies, senders of what was accepted".

The message is "first BEFORE . AFTER MAIL FROM:<evil@example.net> ...", a whole second transaction behind the forged end,
then a genuine CRLF.CRLF, QUIT and the end of input."""
import glob
import os
import socket
import subprocess
import sys

ENDS = {"LF": b"\n", "CR": b"\r", "CRLF": b"\r\n", "NUL": b"\0", "CRCRLF": b"\r\r\n", "LFCR": b"\n\r", "LFLF": b"\n\n", "CRNULLF": b"\r\0\n", "none": b""}
BIN = os.environ.get("WIZ98_BIN", "build/bin")


def converse(home, ip, data):
    ours, theirs = socket.socketpair()
    env = {"TCPREMOTEIP": ip, "PROTO": "TCP"}
    program = subprocess.Popen([BIN + "/smtp-recv", "--home", home], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=env)
    theirs.close()
    ours.sendall(data)
    ours.shutdown(socket.SHUT_WR)
    replies = b""
    while part := ours.recv(65536):
        replies += part
    program.wait()
    return [line[:3].decode() for line in replies.split(b"\r\n") if line]


def senders(home):
    found = []
    for name in glob.glob(home + "/spool/incoming/*"):
        with open(name, "rb") as f:
            found += [line.split()[1].decode().split("@")[0] for line in f if line.startswith(b"sender ")]
        os.unlink(name)
    return sorted(found)


home, ip = sys.argv[1:]
for before, b in ENDS.items():
    for after, a in ENDS.items():
        data = (b"HELO c\r\nMAIL FROM:<good@example.net>\r\nRCPT TO:<taro@example.test>\r\nDATA\r\nfirst" + b + b"." + a +
                b"MAIL FROM:<evil@example.net>\r\nRCPT TO:<taro@example.test>\r\nDATA\r\nsecond\r\n.\r\nQUIT\r\n")
        replies = converse(home, ip, data)
        print("%s %s: %s, %s" % (before, after, " ".join(replies), " ".join(senders(home)) or "nothing"), flush=True)
