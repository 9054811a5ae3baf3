#!/bin/bash
# smtp-recv: the order of its system calls is that of doc/queue.md; each of them failing, or the program killed at any of
# them, leaves what the table there says: no 250 for what is not durable, nothing in the spool that is not whole.
. tests/lib.sh
strace -o /dev/null true 2>/dev/null || skip_all "strace cannot trace here"
plan 15

python3 tests/generation.py "$T/home" d:=example.test d:example.test=1 'u:taro@example.test=mail/example.test/taro\00' free_space_min=1m
mkdir -p "$T/home/run/conn" "$T/home/run/full"
run() { python3 tests/programs/converse.py "$T/home" "$@"; }

like "$(run)" '^250 2\.0\.0 .*; whole$' "without a fault the message is accepted and whole"
python3 - "$T/home/trace" >"$T/steps" <<'END'
import re
import sys
spool = directory = None
for line in open(sys.argv[1]):
    m = re.match(r"(\w+)\((?:AT_FDCWD, )?(.*)\) += (-?\d+)", line)
    if not m:
        continue
    call, args, result = m.groups()
    first = args.split(",")[0]
    if call == "openat" and "O_TMPFILE" in args:
        spool = result
        print("open")
    elif call in ("write", "pwrite64") and first == spool:
        print(call)
    elif call == "openat" and '"spool/incoming"' in args and "O_PATH" not in args:
        directory = result
    elif call == "fsync":
        print("fsync file" if first == spool else "fsync directory" if first == directory else "fsync what")
    elif call == "linkat":
        print("link")
    elif call in ("write", "sendto") and "250 2.0.0 Accepted" in args:
        print("answer")
END
is "$(uniq "$T/steps" | tr '\n' ' ')" "open write pwrite64 fsync file link fsync directory answer " "written, synced, linked, directory synced, then 250"

is_reply() { like "$(run "${@:3}")" "^$2" "$1"; }
is_reply "fsync of the file fails: 451, nothing there" '451 4\.3\.0 The message could not be stored \(SM304E\); empty$' -e inject=fsync:error=EIO:when=1
# A sandboxed smtp-recv may remove nothing in the drop-box.
is_reply "fsync of the directory fails: 451; what is there is whole and comes twice" '451 4\.3\.0 .*; (empty|whole)$' -e inject=fsync:error=EIO:when=2
is_reply "every fsync fails: 451" '451 4\.3\.0 .*; empty$' -e inject=fsync:error=EIO
is_reply "fsync says the disk is full: 452" '452 4\.3\.1 .*SM303E\); empty$' -e inject=fsync:error=ENOSPC:when=1
is_reply "fsync says the quota is full: 452" '452 4\.3\.1 .*; empty$' -e inject=fsync:error=EDQUOT:when=1
is_reply "linkat fails: 451" '451 4\.3\.0 .*; empty$' -e inject=linkat:error=EIO
is_reply "linkat says the disk is full: 452" '452 4\.3\.1 .*; empty$' -e inject=linkat:error=ENOSPC
is_reply "a write fails: 451" '451 4\.3\.0 .*; empty$' -e inject=write:error=EIO:when=1
is_reply "a write says the disk is full: 452" '452 4\.3\.1 .*; empty$' -e inject=write:error=ENOSPC:when=1
is_reply "the second write fails: 451" '45[12] .*; empty$' -e inject=write:error=ENOSPC:when=2
is_reply "writing the size fails: 451" '451 4\.3\.0 .*; empty$' -e inject=pwrite64:error=EIO

run kill >"$T/kills"
diag "killed at $(wc -l <"$T/kills") system calls: $(sed 's/.*: //' "$T/kills" | sort | uniq -c | sed 's/^ *//' | tr '\n' ',')"
is "$(grep -c damaged "$T/kills") $(grep -c '250; empty' "$T/kills")" "0 0" "killed at any system call: nothing damaged, nothing acknowledged and lost"
[ "$(grep -c 'non; empty' "$T/kills")" -gt 20 ] && [ "$(grep -c 'non; whole' "$T/kills")" -ge 1 ] && [ "$(grep -c '250; whole' "$T/kills")" -ge 1 ]
ok $? "killed before, between and behind"
