"""takeover.py HOME SMTP POP3 POP3S PROGRAM…: breaks into each PROGRAM of the server in HOME (built by `make takeover`), once for
each deed, and has it do that.  Prints PROGRAM ACT ARGUMENT and what came of it: could, denied (an error), ended (the process)
or nothing.  DEEDS ("crash null,crash abort") instead of all of them.  The programs: smtp-recv queue-put pop3-serve pop3-session tls-serve, and, with the queue running,
remote-send remote-tls."""
import glob, os, socket, subprocess, sys, threading, time

home, smtp, pop3, pop3s = sys.argv[1], *map(int, sys.argv[2:5])
log = home + "/log/queue/current"
os.chdir(home)

def one(pattern):
    return sorted(glob.glob(pattern))[-1]

chosen = [tuple(d.split(" ", 1)) for d in os.environ.get("DEEDS", "").split(",") if d]

def deeds(program):
    if chosen:
        return chosen
    queued, waiting, mail = f"spool/queue/00/.{program}", f"spool/incoming/.{program}", one("mail/example.test/hanako/new/*")
    return [d for d in (
        ("read", one("conf/tls/*.pem")), ("read", one("run/secrets/auth/*.cdb")), ("read", "conf/users"),
        ("list", os.path.dirname(mail)), ("read", mail), ("list", "spool/queue/00"), ("list", "spool/incoming"),
        ("read", queued), ("change", queued), ("read", waiting), ("change", waiting), ("rename", waiting), ("remove", waiting + "2"), ("remove", queued + "2"),
        ("exec", "/bin/sh"), ("connect", str(smtp)),
    ) if not (program.startswith("remote") and d[1].startswith(waiting)) and d[0] + program != "connectremote-send"]

start = os.path.getsize(log)
def said():
    with open(log, errors="replace") as f:
        f.seek(start)
        return f.read()

def lines(program, act, argument):
    name = "remote-send" if program == "remote-tls" else program
    text = said()
    found = [l.rsplit(" ", 1)[1] for l in text.splitlines() if f"TAKEOVER {name} {act} {argument} " in l]
    if act == "exec" and "begins" in found and text.count("TAKEOVER exec could") > deeds_executed[0]:
        found.append("could")
    return found

def result(program, act, argument, seconds=2.0):
    end = time.time() + seconds
    while time.time() < end:
        found = lines(program, act, argument)
        for word in ("could", "denied"):
            if word in found:
                if act == "exec" and word == "could":
                    deeds_executed[0] = said().count("TAKEOVER exec could")
                return word
        if "begins" in found:
            end = min(end, time.time() + 0.25)      # it says no more
        time.sleep(0.05)
    return "ended" if "begins" in lines(program, act, argument) else "nothing"

deeds_executed = [0]

def magic(program, act, argument):
    """As one TLS record where libssl reads: it takes the five bytes of its head first, then the whole of it."""
    text = f"@TAKEOVER {act} {argument}@".encode()
    head = b"\x16\x03\x03" + len(text).to_bytes(2, "big")
    return head + text if program in ("tls-serve", "remote-tls") else text + b"\r\n\r\n"

def connect(where):
    s = socket.socket(socket.AF_UNIX if isinstance(where, str) else socket.AF_INET)
    s.settimeout(5)
    s.connect(where if isinstance(where, str) else ("127.0.0.1", where))
    return s

def say(s, text):
    s.sendall(text.encode())
    return s.recv(1000)

def begin(program):
    if program == "queue-put":
        return connect("run/submit")
    s = connect({"smtp-recv": smtp, "pop3-serve": pop3, "pop3-session": pop3, "tls-serve": pop3s}[program])
    if program != "tls-serve":
        s.recv(1000)
    if program == "pop3-session":
        say(s, "USER taro\r\n")
        if not say(s, "PASS geheim\r\n").startswith(b"+OK"):
            raise OSError("no login")
    return s

def attack(program, act, argument):
    for _ in range(40):                              # a service that was ended too often comes back in seconds
        try:
            s = begin(program)
            s.sendall(magic(program, act, argument))
            while s.recv(1000):
                pass
        except OSError:
            pass
        if lines(program, act, argument):
            break
        time.sleep(0.25)
    return result(program, act, argument)

# --- remote-send: a hostile server for each deed ---

def converse(c, words, tls):
    with c:
        c.settimeout(5)
        if tls:
            for reply in b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n":
                c.sendall(reply)
                got = c.recv(1000)
            if got[:1] != b"\x16":                 # in the clear it is not the child that reads
                return
        c.sendall(words)
        c.recv(1000)

def serve(listener, words, tls):
    def one(c):
        try:
            converse(c, words, tls)
        except OSError:
            pass
    while True:
        c = listener.accept()[0]
        threading.Thread(target=one, args=(c,), daemon=True).start()

def attack_by_server(program):
    tls, listed = program == "remote-tls", []
    routes = open("conf/routes").read()
    for i, (act, argument) in enumerate(deeds(program)):
        argument = ("" if chosen else "./" if tls and act not in ("connect", "exec") else "/" if tls and act == "exec" else "0" if tls else "") + argument
        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=serve, args=(listener, (b"" if tls else b"220 ") + magic(program, act, argument), tls), daemon=True).start()
        routes += f"{program}{i}.test: 127.0.0.1:{listener.getsockname()[1]}\n"
        listed.append((act, argument))
    open("conf/routes", "w").write(routes)
    subprocess.run([os.environ["BIN"] + "/wiz98", "reload", "--home", home], capture_output=True, check=True)
    subprocess.run([os.environ["BIN"] + "/queue-put", "--home", home, "-f", "taro@example.test"] + [f"x@{program}{i}.test" for i in range(len(listed))],
                   input=b"Subject: x\n\nx\n", capture_output=True, check=True)
    for act, argument in listed:
        print(program, act, argument, result(program, act, argument, 20), flush=True)

for program in sys.argv[5:]:
    if program.startswith("remote"):
        attack_by_server(program)
        continue
    for act, argument in deeds(program):
        print(program, act, argument, attack(program, act, argument), flush=True)
