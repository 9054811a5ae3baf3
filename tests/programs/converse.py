#!/usr/bin/python3
"""converse.py HOME [STRACE-ARGUMENT...]: one message to smtp-recv under strace; prints a line: the reply to its end (or
"none"), and what is in spool/incoming: "empty", "whole" or "damaged".  Empties the spool.  With "kill" as the only argument
it does so again and again, killing it at each of its system calls in turn: a line each, "CALL N: ..."."""
import glob
import os
import socket
import subprocess
import sys

BIN = os.environ.get("WIZ98_BIN", "build/bin")
MESSAGE = b"Subject: x\r\n\r\n" + b"0123456789" * 10000 + b"\r\n"


def converse(home, arguments):
    ours, theirs = socket.socketpair()
    ours.settimeout(30)
    env = {"TCPREMOTEIP": "192.0.2.1", "PROTO": "TCP", "OUTPUT_LEVEL": "0"}
    program = subprocess.Popen(["strace", "-o", home + "/trace"] + arguments + [BIN + "/smtp-recv", "--home", home],
                               stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env={**os.environ, **env})
    theirs.close()
    replies = b""
    try:
        ours.sendall(b"HELO c\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<taro@example.test>\r\nDATA\r\n" + MESSAGE + b".\r\nQUIT\r\n")
        while part := ours.recv(65536):
            replies += part
    except (ConnectionError, socket.timeout):
        pass
    ours.close()
    program.wait()
    lines = [line.decode() for line in replies.split(b"\r\n")[:-1]]
    behind = [i for i, line in enumerate(lines) if line.startswith("354")]
    end = lines[behind[0] + 1] if behind and len(lines) > behind[0] + 1 else "none"
    return end, program.returncode


def spool(home):
    state = "empty"
    for name in glob.glob(home + "/spool/incoming/*"):
        with open(name, "rb") as f:
            header, _, message = f.read().partition(b"\n\n")
        whole = b"\nsize %020d\n" % len(message) in header and message.endswith(MESSAGE.replace(b"\r\n", b"\n"))
        state = "whole" if whole and state == "empty" else "damaged"
        os.unlink(name)
    return state


home = sys.argv[1]
if sys.argv[2:] != ["kill"]:
    reply, _ = converse(home, sys.argv[2:])
    print("%s; %s" % (reply, spool(home)))
    sys.exit()
converse(home, [])
seen = {}
for line in open(home + "/trace"):
    name = line.split("(")[0]
    if name.isidentifier() and name not in ("execve", "exit_group"):
        seen[name] = seen.get(name, 0) + 1
spool(home)
for name, count in sorted(seen.items()):
    for n in range(1, count + 1):
        reply, code = converse(home, ["-e", "inject=%s:signal=KILL:when=%d" % (name, n)])
        print("%s %d: %s; %s" % (name, n, reply[:3], spool(home)), flush=True)
