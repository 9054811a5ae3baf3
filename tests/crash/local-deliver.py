"""Kills local-deliver at every system call of a delivery, and fails the calls that can fail, then delivers again:
each recipient has exactly one copy, whole, and nothing staged is left.  A reader takes mail away in between."""
import glob, os, re, subprocess, sys
sys.path.insert(0, os.path.dirname(__file__))
from worker import *

BIN, T, HOME = os.environ['BIN'], os.environ['T'], os.environ['HOME98']
QID, USERS = '01nga3rj0123456789abc', ['taro', 'hanako']
PATH = HOME + '/spool/queue/12/' + QID
BODY = b'Subject: test\n\n' + b'a line\n' * 20
WORKER = [BIN + '/local-deliver', '--home', HOME, '--worker']
tap = Tap()

def box(user, folder):
    return '%s/mail/example.test/%s/%s' % (HOME, user, folder)

def fresh(boxes):
    for user in USERS:
        subprocess.run(['rm', '-rf', box(user, '')], check=True)
        for folder in boxes:
            os.makedirs(box(user, folder))
    message(PATH, QID, 'a@example.net', ['local %s@example.test box=mail/example.test/%s' % (u, u) for u in USERS], BODY)

def read_mail():
    """The reader: what is new has been read."""
    for user in USERS:
        for f in glob.glob(box(user, 'new/*')):
            os.rename(f, box(user, 'cur/') + os.path.basename(f) + ':2,S')

def fault():
    for n, user in enumerate(USERS):
        found = glob.glob(box(user, 'cur/*')) + glob.glob(box(user, 'new/*'))
        if len(found) != 1:
            return '%s has %d copies' % (user, len(found))
        data = open(found[0], 'rb').read()
        if data != b'Return-Path: <a@example.net>\nDelivered-To: %s@example.test\n' % user.encode() + BODY:
            return '%s: not as sent' % user
        want = ',S=%d,W=%d' % (len(data), len(data) + data.count(b'\n'))
        if want not in found[0]:
            return '%s: %s lacks %s' % (user, found[0], want)
        if os.listdir(box(user, 'wiz98.tmp')) + os.listdir(box(user, 'tmp')):
            return '%s: something is staged' % user
        if states(PATH).get(str(n)) != 'done':
            return '%s is %s' % (user, states(PATH).get(str(n)))
    return None

def attempt(trace=None):
    """One job for whoever is not done; tried is recorded as queue-run does."""
    open_ones = [n for n in range(len(USERS)) if states(PATH).get(str(n)) != 'done']
    command = (['strace', '-f', '-o', T + '/trace'] + trace if trace else []) + WORKER
    answer, code = job(command, PATH, QID, 'local', open_ones)
    for line in (answer or '').split('\n')[1:]:
        if line.split(' ')[1:2] == ['tried']:
            append(PATH, record(line.split(' ')[0], 'tried', next=1, cause='system_error'))
    return answer, code

def settle(what, *remarks):
    """Attempts until all is done; at most three more."""
    read_mail()
    for _ in range(3):
        if len([s for s in states(PATH).values() if s == 'done']) == len(USERS):
            break
        attempt()
    why = fault()
    return tap.ok(not why, what, why, open(PATH, errors='replace').read(), *remarks)

FOLDERS = ['cur', 'new', 'tmp', 'wiz98.tmp']

# As it should be, and the order of it.
fresh(FOLDERS)
answer, code = attempt(['-y', '-e', 'trace=openat,writev,write,fsync,fdatasync,renameat,sendmsg'])
tap.ok(answer and answer.startswith(QID + '\n0 done rcpt - ') and '\n1 done rcpt - ' in answer, 'both are answered done', answer)
tap.ok(not fault(), 'each has one copy', fault())
steps = ''
for line in open(T + '/trace'):
    for mark, pattern in [('W', r'writev\(.*/wiz98.tmp/'), ('F', r'fsync\(.*/wiz98.tmp/' + QID), ('D', r'fsync\(.*/wiz98.tmp>'), ('P', r'write\(.* placed'),
                          ('S', r'fdatasync\(.*/spool/queue'), ('R', r'renameat\('), ('N', r'fsync\(.*/new>'), ('d', r'write\(.* done'), ('A', r'sendmsg\(')]:
        if re.search(pattern, line):
            steps += mark
tap.ok(steps == 'WWFDFDPSRRNNdA', 'the order of writes, syncs, renames and the answer is that of doc/queue.md', steps)

# Killed on entering the Nth call of each kind.
for boxes, kind in (FOLDERS, 'a mailbox'), ([], 'a missing mailbox'):
    for call in ['openat', 'readlink', 'pread64', 'writev', 'fsync', 'write', 'fdatasync', 'renameat', 'close', 'sendmsg', 'recvmsg', 'mkdir'] if boxes else ["mkdir", "openat", "fsync"]:
        for n in range(1, 60):
            fresh(boxes)
            answer, code = attempt(['-e', 'trace=' + call, '-e', 'inject=%s:signal=KILL:when=%d' % (call, n)])
            if answer and call != 'recvmsg' and 'KILL' not in open(T + '/trace').read():
                break
            if not settle('%s: killed at %s %d, then taken up' % (kind, call, n)):
                break
            if call == 'recvmsg' and n == 2:
                break

# The Nth call of each kind fails.
for call, errors in [('openat', ['ENOSPC', 'EACCES']), ('writev', ['ENOSPC', 'EIO']), ('write', ['ENOSPC']), ('fsync', ['EIO']),
                     ('fdatasync', ['EIO']), ('renameat', ['ENOSPC', 'EIO']), ('pread64', ['EIO'])]:
    for error in errors:
        for n in range(1, 40):
            fresh(FOLDERS)
            answer, code = attempt(['-e', 'trace=' + call, '-e', 'inject=%s:error=%s:when=%d' % (call, error, n)])
            if answer and 'INJECTED' not in open(T + '/trace').read():
                break
            if not settle('%s %d fails with %s, then taken up' % (call, n, error), answer):
                break

# A placed record that was torn, and one that is there while the staged file never was.
fresh(FOLDERS)
append(PATH, record(0, 'placed')[:-9])
settle('a torn placed record counts for nothing')

tap.end()
