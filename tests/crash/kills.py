"""kills.py HOME SMTP-PORT POP3-PORT SINK-DIR MESSAGES SEED: sends MESSAGES messages (half to hanako of this server, half through
it to elsewhere), while programs of this server are killed (SIGKILL) at random moments and a POP3 client reads and deletes.
Then holds: none that was acknowledged is missing, none is delivered twice locally.  TAP on standard output."""
import collections, glob, os, poplib, random, re, signal, smtplib, sys, threading, time

home, smtp_port, pop_port, sink, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), sys.argv[6]
VICTIMS = {"smtp-recv", "queue-run", "local-deliver", "remote-send"}
rng = random.Random(seed)
acknowledged, tried, read = {"local": set(), "remote": set()}, collections.Counter(), collections.Counter()
killed, sending, stop = collections.Counter(), threading.Event(), threading.Event()
sending.set()

def processes():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            name = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
            if name in VICTIMS and os.readlink(f"/proc/{pid}/cwd") == os.path.realpath(home):
                yield int(pid), name
        except OSError:
            pass

def kill_now_and_then():
    while sending.is_set():
        time.sleep(rng.uniform(0.02, 0.15))
        names = collections.defaultdict(list)
        for pid, name in processes():
            names[name].append(pid)
        if names:
            name = min(sorted(names), key=lambda n: killed[n] + rng.random())   # each program gets its share
            try:
                os.kill(rng.choice(names[name]), signal.SIGKILL)
                killed[name] += 1
            except OSError:
                pass

def send(kind, number):
    """Until it is acknowledged; each try is a message of its own, so that every copy can be told apart."""
    for attempt in range(200):
        token = f"token-{kind}-{number}-{attempt}"
        tried[token] += 1
        try:
            with smtplib.SMTP("127.0.0.1", smtp_port, timeout=20) as s:
                s.sendmail("taro@example.test", ["hanako@example.test" if kind == "local" else "u@elsewhere.example"],
                           f"Subject: {token}\r\n\r\n" + "body\r\n" * rng.randrange(1, 400))
            acknowledged[kind].add(token)
            return
        except smtplib.SMTPServerDisconnected:
            if token in acknowledged[kind]:
                return
        except (smtplib.SMTPException, OSError):
            time.sleep(0.05)

def sender(first):
    """Every fourth message; more than asked for, up to ten times as many, until each program was killed."""
    for n in range(first, 10 * count, 4):
        if n >= count and len(killed) == len(VICTIMS):
            return
        send("local" if n % 2 else "remote", n)

def read_mailbox():
    try:
        pop = poplib.POP3("127.0.0.1", pop_port, timeout=20)
        pop.user("hanako@example.test")
        pop.pass_("pw")
        n = pop.stat()[0]
        found = []
        for i in range(1, n + 1):
            text = b"\n".join(pop.retr(i)[1]).decode("latin-1")
            found += re.findall(r"^Subject: (token-\S+)", text, re.M)
            pop.dele(i)
        pop.quit()
        read.update(found)
    except (poplib.error_proto, OSError, EOFError):
        time.sleep(0.1)

def reader():
    while not stop.is_set():
        read_mailbox()
        time.sleep(0.05)

def in_queue():
    return len(glob.glob(home + "/spool/queue/*/*")) + len(glob.glob(home + "/spool/incoming/0*"))

def sunk():
    found = collections.Counter()
    for path in glob.glob(sink + "/*"):
        found.update(set(re.findall(r"^Subject: (token-\S+)", open(path, errors="replace").read(), re.M)))
    return found

threads = [threading.Thread(target=sender, args=(i,)) for i in range(4)]
others = [threading.Thread(target=kill_now_and_then), threading.Thread(target=reader)]
for t in threads + others:
    t.start()
for t in threads:
    t.join()
sending.clear()
end = time.time() + 120
while in_queue() and time.time() < end:
    time.sleep(0.2)
time.sleep(0.5)
stop.set()
for t in others:
    t.join()
read_mailbox()

made = failed = 0
def ok(good, text, *remarks):
    global made, failed
    made += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {made} - {text}")
    for r in remarks if not good else ():
        print("#", r)

elsewhere = sunk()
lost = acknowledged["local"] - set(read)
twice = [t for t, n in read.items() if n > 1]
lost_outside = acknowledged["remote"] - set(elsewhere)
sent = len({t.rsplit("-", 1)[0] for t in tried})
ok(len(acknowledged["local"]) + len(acknowledged["remote"]) == sent >= count, f"each of {sent} messages was acknowledged in the end ({sum(tried.values())} tries)")
ok(len(killed) == len(VICTIMS), f"each program was killed: {dict(killed)}")
ok(not in_queue(), "the queue ran empty", f"{in_queue()} left")
ok(not lost, "none acknowledged for here is missing", sorted(lost))
ok(not twice, "none is delivered twice here", twice)
ok(not lost_outside, "none acknowledged for elsewhere is missing", sorted(lost_outside))
ok(not glob.glob(home + "/spool/damaged/*"), "no message file was damaged")
ok(not glob.glob(home + "/mail/*/*/wiz98.tmp/*"), "nothing staged is left behind", glob.glob(home + "/mail/*/*/wiz98.tmp/*"))
print(f"1..{made}")
sys.exit(1 if failed else 0)
