"""memory.py [--public] PEM PID…: for each process says whether the private numbers of PEM's key (--public: the public ones)
are in its memory: "PID yes|no".  Zombies have no memory."""
import re
import subprocess
import sys

public = sys.argv[1] == "--public"
pem, pids = sys.argv[1 + public], sys.argv[2 + public:]
text = subprocess.run(["openssl", "pkey", "-in", pem, "-noout", "-text"], capture_output=True, text=True, check=True).stdout
numbers = []
for name in ("pub", "modulus") if public else ("priv", "privateExponent", "prime1", "prime2"):
    m = re.search(r"^" + name + r":\n((?: +[0-9a-f:]+\n)+)", text, re.M)
    if m:
        number = bytes.fromhex(re.sub(r"[^0-9a-f]", "", m.group(1))).lstrip(b"\0")
        numbers += [number, number[::-1]]     # as written, and as OpenSSL's words lie in memory
if not numbers:
    sys.exit("no such numbers in " + pem)


def readable(pid):
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as mem:
        for line in maps:
            start, end = (int(x, 16) for x in line.split()[0].split("-"))
            if "r" not in line.split()[1] or "[v" in line or end - start > 1 << 30:   # so large is only ASan's shadow
                continue
            try:
                mem.seek(start)
                yield mem.read(end - start)
            except OSError:
                continue


for pid in pids:
    try:
        found = any(n in piece for piece in readable(pid) for n in numbers)
    except (FileNotFoundError, ProcessLookupError):     # it has ended
        continue
    print(pid, "yes" if found else "no")
