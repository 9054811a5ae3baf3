"""authask.py SOCKET [count=N] [hold=SECONDS] [user=U] [pass=P] [from=IP]: asks auth-serve about N logins at once (kind "check"),
each over a channel of its own; prints the answers, sorted, each with how often it came.  from=IP: with a TCP socket whose
peer is that address.  times=1: prints instead when each answer came (seconds), in order of asking."""
import array
import collections
import select
import socket
import sys
import time

path = sys.argv[1]
o = {"count": "1", "hold": "60", "user": "taro@example.test", "pass": "pw", **dict(a.split("=", 1) for a in sys.argv[2:])}


def tcp_from(ip):
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname(), source_address=(ip, 0))
    server, _ = listener.accept()
    return client, server


def ask():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(30)
    while True:
        try:
            s.connect(path)
            break
        except BlockingIOError:      # the backlog is full
            time.sleep(0.01)
    m = b"\0".join(x.encode() for x in ("check", "sid", "-", o["user"], o["pass"])) + b"\0"
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [pair[1].fileno()]))] if pair else []
    s.sendmsg([m], rights)
    return s


pair = tcp_from(o["from"]) if "from" in o else None
begin = time.monotonic()
asked = [ask() for _ in range(int(o["count"]))]
answers, when = [], {}
waiting = dict((s.fileno(), (i, s)) for i, s in enumerate(asked))
while waiting and time.monotonic() - begin < float(o["hold"]):
    for fd in select.select(list(waiting), [], [], 1)[0]:
        i, s = waiting.pop(fd)
        answers.append(s.recv(300).decode().replace("\0", " ") or "closed")
        when[i] = time.monotonic() - begin
answers += ["silence"] * len(waiting)
if "times" in o:
    print("\n".join(f"{when.get(i, -1):.2f}" for i in range(len(asked))))
else:
    print("\n".join(f"{n} {a}" for a, n in sorted(collections.Counter(answers).items())))
