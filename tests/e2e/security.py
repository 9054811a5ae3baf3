"""security.py HOME: holds the running server in HOME against the table in doc/security.md: user, capabilities, no_new_privs,
seccomp, open files of each process; and the table against the lists in conf/sandbox, and its Japanese twin.  A line for each
thing that is not as the table says; the last line is "PROGRAMS programs, PROCESSES processes"."""
import os, pwd, re, stat, sys

home = os.path.realpath(sys.argv[1])
faults = 0

def fault(text):
    global faults
    faults += 1
    print(text)

def rows(path):
    table = [[c.strip() for c in line.strip().strip("|").split("|")] for line in open(path) if line.startswith("|")]
    return table[2:]

def names(cell):
    return re.findall(r"`([^`]*)`", cell)

# --- the two documents ---
english, japanese = rows("doc/security.md"), rows("doc/security.ja.md")
for e, j in zip(english, japanese):
    if [names(c) for c in e] != [names(c) for c in j] or e[1] != j[1] and "wiz98-" in e[1]:
        fault(f"doc/security.ja.md differs: {e[0]}")
if len(english) != len(japanese):
    fault("doc/security.ja.md has other rows")

# --- the lists that become Landlock rules and filters ---
LISTS = {"`tls-serve`, key process": "tls-keys", "`tls-serve`, acceptor": "tls-door", "`tls-serve`, child": "tls-child", "`remote-send`, TLS child": "tls-connect"}
listed = set(os.listdir("conf/sandbox")) - {"groups"}
for row in english:
    name = LISTS.get(row[0], names(row[0])[0])
    if (row[6] == "yes") != (name in listed):
        fault(f"{row[0]}: confined is {row[6]}")
    if name not in listed:
        continue
    listed.discard(name)
    read, write, text = set(), set(), open("conf/sandbox/" + name).read()
    for path, rights in re.findall(r"^path ([^$\s]\S*) (.*)$", text, re.M):
        rights = set(rights.split())
        if rights & {"read", "list"}:
            read.add(path)
        if rights & {"write", "make", "remove", "socket", "mkdir"}:
            write.add(path)
    if (set(names(row[2])), set(names(row[3]))) != (read, write):
        fault(f"{row[0]}: conf/sandbox/{name} says read {sorted(read)}, write {sorted(write)}")
    if ("TCP" in row[4]) != bool(re.search("^tcp connect", text, re.M)) or bool(names(row[4])) != ("@services" in text):
        fault(f"{row[0]}: connects to {row[4]}, says the document")
    if row[5] != "nothing" or "execve" in text:
        fault(f"{row[0]}: executes {row[5]}")
for name in listed:
    fault(f"no row for conf/sandbox/{name}")

# --- the processes ---
programs = {}                     # name: (user, paths to read, paths to write, confined); kinds of a program together
for row in english:
    for name in names(row[0]):
        user, read, write, confined = programs.get(name, (row[1], set(), set(), row[6] == "yes"))
        programs[name] = (user, read | set(names(row[2])), write | set(names(row[3])), confined)

def below(path, allowed):
    return any(path == a or path.startswith(a + "/") for a in allowed)

def files(pid, name):
    read, write = programs[name][1:3]
    write = write | {"run/log.pipe"}                         # what everybody says goes there
    if name in ("smtp-recv", "queue-put", "tcpserver", "tcp-pool"):
        read = read | {"spool/incoming"}                     # the descriptor to sync it
    if name in ("local-deliver", "remote-send", "bounce-make"):
        read, write = read | {"spool/queue"}, write | {"spool/queue"}   # the message at work
    for fd in os.listdir(f"/proc/{pid}/fd"):
        target = os.readlink(f"/proc/{pid}/fd/{fd}")
        flags = int(re.search(r"flags:\s*(\d+)", open(f"/proc/{pid}/fdinfo/{fd}").read()).group(1), 8)
        if not target.startswith(home + "/") or flags & 0o10000000:
            continue
        path, mode = target[len(home) + 1:].removesuffix(" (deleted)"), flags & 3
        if mode == 0 and not below(path, read | write) or mode != 0 and not below(path, write):
            fault(f"{name} {pid} has {path} open ({'read' if mode == 0 else 'write'})")

def check(pid, name):
    status = dict(re.findall(r"^(\w+):\s*(.*)$", open(f"/proc/{pid}/status").read(), re.M))
    user, _, _, confined = programs[name]
    uids = {pwd.getpwuid(int(n)).pw_name for n in status["Uid"].split()}
    if user == "root":
        return
    if len(uids) != 1 or (uids != {user} if user.startswith("wiz98-") else not uids <= {"wiz98-receive", "wiz98-pop", "wiz98-submit"}):
        fault(f"{name} {pid} runs as {uids}")
    if status["NoNewPrivs"] != "1" or (status["Seccomp"] == "2") != confined:
        fault(f"{name} {pid}: NoNewPrivs {status['NoNewPrivs']} Seccomp {status['Seccomp']}")
    if int(status["CapEff"], 16) or int(status["CapPrm"], 16):
        fault(f"{name} {pid} has capabilities {status['CapEff']}")
    files(pid, name)

seen, processes = set(), 0
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        cwd, name = os.readlink(f"/proc/{pid}/cwd"), open(f"/proc/{pid}/comm").read().strip()
        if not (cwd + "/").startswith(home + "/") or int(pid) == os.getpid() or os.path.basename(os.readlink(f"/proc/{pid}/exe")) in ("bash", "dash"):
            continue
        seen.add(name)
        processes += 1
        check(pid, name) if name in programs else fault(f"{name} is not in the table")
    except (FileNotFoundError, ProcessLookupError):
        continue
for name in set(programs) - seen:
    fault(f"{name} was not seen")

# --- what no other user reads ---
for path, user, group, mode in (("conf/tls", "root", "wiz98-tls", 0o750), ("run/secrets/auth", "root", "wiz98-auth", 0o710), ("run/secrets/remote", "root", "wiz98-remote", 0o710), ("mail", "wiz98-mail", "wiz98-mail", 0o700)):
    s = os.stat(os.path.join(home, path))
    if pwd.getpwuid(s.st_uid).pw_name != user or s.st_mode & 0o777 != mode or s.st_gid != (pwd.getpwnam(group).pw_gid):
        fault(f"{path} has owner {s.st_uid}:{s.st_gid}, mode {s.st_mode & 0o777:o}")
    for folder, _, found in os.walk(os.path.join(home, path)):
        for f in found:
            s = os.lstat(os.path.join(folder, f))
            if stat.S_ISREG(s.st_mode) and s.st_mode & 0o007:
                fault(f"{folder}/{f} is everybody's: {s.st_mode & 0o777:o}")
print(f"{len(seen)} programs, {processes} processes")
sys.exit(faults != 0)
