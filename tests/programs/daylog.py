"""A day of a small office's log, the same for the same seed: daylog.py BEGIN SECONDS MESSAGES [SEED] >log

BEGIN is Unix time.  Lines as our programs write them, with multilog's stamps, in order."""
import random, sys

begin, seconds, messages = (int(a) for a in sys.argv[1:4])
rnd = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
lines = []


def say(t, text):
    lines.append(("@4%015x%08x " % (int(t) + 10, int(t % 1 * 1e9)), text))


def qid(n):
    digits = "0123456789abcdefghjkmnpqrstvwxyz"
    return "".join(digits[rnd.randrange(32)] for _ in range(20)) + digits[n % 32]


users = ["taro@example.jp", "hanako@example.jp", "jiro@example.jp", "info@example.jp", "keiri@example.jp"]
clients = [("192.0.2.%d" % (10 + i), "mx%d.%s" % (i, d)) for i, d in enumerate(["example.net", "example.org", "news.example", "shop.example"])]
peers = ["example.net", "example.org", "docomo.example", "customer.example", "old.example"]
troubles = [
    ("CL110E", "tried", "rcpt", "greylisted", "450 4.7.1 Greylisted, come back later", 6),
    ("CL101E", "failed", "rcpt", "user_unknown", "550 5.1.1 <x@example.net>: no such user", 3),
    ("CL129E", "tried", "connect", "connect_timeout", "", 2),
]
for n in range(messages):
    # busy by day, quiet by night, quietest at noon
    while True:
        t = begin + rnd.random() * seconds
        hour = t % 86400 / 3600
        if rnd.random() < (1 if 0 <= hour < 3 or 4 <= hour < 10 else 0.12):
            break
    q, sid, out = qid(n), "s%011x" % n, rnd.random() < 0.4
    if out:
        who = rnd.choice(users)
        to = "%s@%s" % (rnd.choice(["suzuki", "sato", "info"]), rnd.choice(peers))
        say(t, '30 SM107I program=smtp-recv sid=%s qid=%s ip=192.168.1.%d host=- helo=pc user=%s tls=TLSv1.3 from=%s mid=<%d@pc> size=%d recipients=1 ms=%d'
            % (sid, q, rnd.randrange(20, 30), who, who, n, rnd.randrange(900, 400000), rnd.randrange(20, 900)))
        wait = 0
        if rnd.random() < 0.12:
            id_, state, stage, cause, reply, _ = rnd.choices(troubles, [x[5] for x in troubles])[0]
            wait = rnd.choice([300, 900, 2400, 9000]) if state == "tried" else 1
            say(t + 1, '0 %s program=remote-send qid=%s state=%s from=%s to=%s host=mx.%s ip=198.51.100.7 size=1000 stage=%s cause=%s reply="%s" ms=%d text="x"'
                % (id_, q, state, who, to, to.split("@")[1], stage, cause, reply, rnd.randrange(40, 30000)))
            if state == "failed":
                say(t + 1.1, "50 BO001I program=bounce-make qid=%s bounce=%s.b0" % (q, q))
        if wait != 1:
            say(t + wait + 0.5, '30 SC101I program=remote-send qid=%s from=%s to=%s host=mx.%s ip=198.51.100.7 size=1000 tls=TLSv1.3 reply="250 2.0.0 ok" connect_ms=%d ms=%d'
                % (q, who, to, to.split("@")[1], rnd.randrange(20, 200), rnd.randrange(200, 4000)))
        say(t + wait + 0.6, "30 QU302I program=queue-run qid=%s done=%d bounced=%d seconds=%d" % (q, wait != 1, wait == 1, wait))
        continue
    ip, host = rnd.choices(clients, [8, 5, 4, 1])[0]
    if rnd.random() < 0.15:
        id_, text = rnd.choices([("SM301E", "No such user here"), ("RL201E", "Relay does not accept"), ("SM302E", "The mailbox is full")], [7, 2, 1])[0]
        say(t, '0 %s program=smtp-recv sid=%s ip=%s host=%s helo=x from=spam%d@spam.example to=sales@example.jp text="%s"' % (id_, sid, "203.0.113.%d" % rnd.randrange(1, 200), "-", n, text))
        continue
    to = rnd.choice(users)
    sender = "%s@%s" % (rnd.choice(["suzuki", "sato", "news", "no-reply"]), host.split(".", 1)[1])
    say(t, '30 SM107I program=smtp-recv sid=%s qid=%s ip=%s host=%s helo=%s user=- tls=TLSv1.3 from=%s mid=<%d@x> size=%d recipients=1 ms=%d'
        % (sid, q, ip, host, host, sender, n, rnd.randrange(1500, 900000), rnd.randrange(20, 1500)))
    say(t + 0.2, "30 LD001I program=local-deliver qid=%s from=%s to=%s original=%s path=mail/x/new/y size=2000 ms=%d" % (q, sender, to, to, rnd.randrange(2, 40)))
    say(t + 0.3, "30 QU302I program=queue-run qid=%s done=1 bounced=0 seconds=0" % q)
    if rnd.random() < 0.5:
        say(t + 5, "30 AU001I program=auth-serve ip=192.168.1.21 user=%s" % to)
for i in range(messages // 60):
    say(begin + rnd.random() * seconds, "10 AU201W program=auth-serve ip=203.0.113.9 user=admin")
say(begin + seconds * 0.6, '0 SY102E program=queue-run action=open path=spool/queue/07/x errno="Too many open files" text="A file could not be used"')
lines.sort()
sys.stdout.write("".join(stamp + text + "\n" for stamp, text in lines))
