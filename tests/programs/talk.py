"""talk.py [from=IP] [to=IP] [unix=PATH] [many=N] PORT COMMAND…: sends commands to a talker, prints its answers.
many=N: N connections at once, all open until each has answered; prints how many distinct answers there were.
times=N: N connections one after another; prints the answers of each."""
import resource
import socket
import sys

options = dict(a.split('=', 1) for a in sys.argv[1:] if '=' in a)
port, *commands = [a for a in sys.argv[1:] if '=' not in a]
text = ''.join(c + '\n' for c in commands).encode()


def connect():
    if 'unix' in options:
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(20)
        s.connect(options['unix'])
        return s
    source = (options['from'], 0) if 'from' in options else None
    return socket.create_connection((options.get('to', '127.0.0.1'), int(port)), 20, source)


def answers(s):
    data = b''
    try:
        while data.count(b'\n') < len(commands):
            part = s.recv(4096)
            if not part:
                break
            data += part
    except ConnectionResetError:
        pass
    return data.decode().split('\n')[:-1]


resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
for _ in range(int(options.get('times', 0))):
    s = connect()
    s.sendall(text)
    print('\n'.join(answers(s)), flush=True)
    s.close()
if 'times' in options:
    sys.exit()
sockets = [connect() for _ in range(int(options.get('many', 1)))]
for s in sockets:
    try:
        s.sendall(text)
    except (BrokenPipeError, ConnectionResetError):
        pass
got = [answers(s) for s in sockets]
print('\n'.join(got[0]) if 'many' not in options else len({tuple(g) for g in got if g}))
