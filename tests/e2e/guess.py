"""guess.py POP3-PORT SMTP-PORT ATTEMPTS CONNECTIONS: guesses from 127.0.0.66: ATTEMPTS different passwords, CONNECTIONS at
once, half of them by POP3 (USER and PASS, AUTH PLAIN in turn), half by SMTP (AUTH PLAIN).  Prints how often each answer
came, and the seconds that all took."""
import base64
import collections
import re
import socket
import sys
import threading
import time

pop3, smtp, attempts, connections = map(int, sys.argv[1:])
todo, lock, answers = iter(range(attempts)), threading.Lock(), collections.Counter()


def connect(port):
    s = socket.create_connection(("127.0.0.1", port), 60, ("127.0.0.66", 0))
    f = s.makefile("rwb")
    if not f.readline().startswith((b"+OK", b"220")):
        raise OSError
    if port == smtp:
        f.write(b"EHLO guess.test\r\n")
        f.flush()
        while f.readline()[3:4] == b"-":
            pass
    return s, f


def say(f, line):
    f.write(line.encode() + b"\r\n")
    f.flush()
    return f.readline().decode().strip()


def guess(f, i, port):
    user = ("taro@example.test", "taro@example.test ip=127.0.0.9 user=x", "hanako", "nobody@example.test")[i % 4]
    if i % 2 or port == smtp:
        return say(f, "AUTH PLAIN " + base64.b64encode(f"\0{user}\0wrong{i}".encode()).decode())
    answer = say(f, "USER " + user)
    return say(f, f"PASS wrong{i}") if answer.startswith("+OK") else answer


def one(port):
    s = f = None
    while True:
        with lock:
            i = next(todo, None)
        if i is None:
            return
        for _ in range(3):
            try:
                if f is None:
                    s, f = connect(port)
                answer = guess(f, i, port)
                if answer:
                    break
                raise OSError
            except OSError:
                answer, f = "closed", None
                time.sleep(0.02)
        with lock:
            answers[(re.findall(r"\((\w+)\)$", answer) or [answer[:20]])[0]] += 1


begin = time.monotonic()
threads = [threading.Thread(target=one, args=((pop3, smtp)[i % 2],)) for i in range(connections)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(" ".join(f"{a}={n}" for a, n in sorted(answers.items())), f"seconds={time.monotonic() - begin:.1f}")
