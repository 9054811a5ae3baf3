"""guess.py PORT ATTEMPTS CONNECTIONS: guesses from 127.0.0.66: ATTEMPTS different passwords, CONNECTIONS at once, by POP3
(USER and PASS, AUTH PLAIN in turn).  Prints how often each answer came, and the seconds that all took."""
import base64
import collections
import re
import socket
import sys
import threading
import time

port, attempts, connections = map(int, sys.argv[1:])
todo, lock, answers = iter(range(attempts)), threading.Lock(), collections.Counter()


def connect():
    s = socket.create_connection(("127.0.0.1", port), 60, ("127.0.0.66", 0))
    return s, s.makefile("rwb")


def say(f, line):
    f.write(line.encode() + b"\r\n")
    f.flush()
    return f.readline().decode().strip()


def guess(f, i):
    user = ("taro@example.test", "taro@example.test ip=127.0.0.9 user=x", "hanako", "nobody@example.test")[i % 4]
    if i % 2:
        return say(f, "AUTH PLAIN " + base64.b64encode(f"\0{user}\0wrong{i}".encode()).decode())
    answer = say(f, "USER " + user)
    return say(f, f"PASS wrong{i}") if answer.startswith("+OK") else answer


def one():
    s = f = None
    while True:
        with lock:
            i = next(todo, None)
        if i is None:
            return
        for _ in range(3):
            try:
                if f is None:
                    s, f = connect()
                    if not f.readline().startswith(b"+OK"):
                        raise OSError
                answer = guess(f, i)
                if answer:
                    break
                raise OSError
            except OSError:
                answer, f = "closed", None
                time.sleep(0.02)
        with lock:
            answers[(re.findall(r"\((\w+)\)$", answer) or [answer[:20]])[0]] += 1


begin = time.monotonic()
threads = [threading.Thread(target=one) for _ in range(connections)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(" ".join(f"{a}={n}" for a, n in sorted(answers.items())), f"seconds={time.monotonic() - begin:.1f}")
