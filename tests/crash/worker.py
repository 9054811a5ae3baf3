"""Plays queue-run for one worker (local-deliver, bounce-make): message files, jobs, answers, records."""
import os, socket, subprocess, time, zlib

def quoted(value):
    plain = value and all(c > ' ' and c not in '"\\\x7f' for c in value)
    return value if plain else '"' + value.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'

def record(rcpt, state, **fields):
    body = ' '.join([str(int(time.time())), str(rcpt), state] + ['%s=%s' % (k, quoted(str(v))) for k, v in fields.items()])
    return '\n%08x %s\n' % (zlib.crc32(body.encode()), body)

def records(path):
    """(rcpt, state, line) of each whole record."""
    data = open(path, 'rb').read()
    size = int(data.split(b'\nsize ', 1)[1][:20])
    log = data[data.index(b'\n\n') + 2 + size:].decode('utf-8', 'replace')
    for line in log.split('\n'):
        if len(line) > 10 and '%08x' % zlib.crc32(line[9:].encode()) == line[:8]:
            words = line.split(' ')
            yield words[2], words[3], line

def states(path):
    """The state of each recipient, folded as queue_fold does."""
    now = {}
    for rcpt, state, _ in records(path):
        if state in ('tried', 'placed', 'done', 'failed', 'bounced') and now.get(rcpt) not in ('done', 'bounced'):
            if not (now.get(rcpt) == 'placed' and state == 'tried'):
                now[rcpt] = state
    return now

def message(path, qid, sender, recipients, body, extra='', received=None):
    """recipients: lines of the header."""
    header = 'wiz98-message 1\nid %s\nreceived %d\nsize %020d\nsender %s\n%s%s\n\n' % (
        qid, received or time.time(), len(body), sender, extra, '\n'.join(recipients))
    with open(path, 'wb') as f:
        f.write(header.encode() + body)

def append(path, text):
    with open(path, 'ab') as f:
        f.write(text.encode())

def job(command, path, qid, destination, numbers, env=None, seconds=20):
    """Gives one job to a new worker.  (answer or None where it died, exit code)"""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with open(os.path.join(os.environ['T'], 'worker.err'), 'ab') as errors:
        child = subprocess.Popen(command, stdin=theirs, stderr=errors, env=env)
    theirs.close()
    fd = os.open(path, os.O_RDWR | os.O_APPEND)
    ours.settimeout(seconds)
    answer = None
    try:
        text = '%s\t%s\t%s' % (qid, destination, ' '.join(map(str, numbers)))
        socket.send_fds(ours, [text.encode()], [fd])
        answer = ours.recv(65536).decode() or None
    except (ConnectionError, BrokenPipeError):
        pass
    os.close(fd)
    ours.close()
    return answer, child.wait(seconds)

class Tap:
    def __init__(self):
        self.made = self.failed = 0
    def ok(self, good, text, *remarks):
        self.made += 1
        self.failed += not good
        print('%s %d - %s' % ('ok' if good else 'not ok', self.made, text))
        if not good:
            for r in remarks:
                print('#', str(r).replace('\n', '\n# '))
        return good
    def end(self):
        print('1..%d' % self.made)
        raise SystemExit(1 if self.failed else 0)
