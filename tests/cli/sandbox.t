#!/bin/bash
# What programs give up: a call that is not in a program's list ends it with SIGSYS, a file that is not is out of reach;
# nothing of libseccomp is in a program.
. tests/lib.sh
case $BIN in *build-san*) skip_all "with sanitizers there is no sandbox" ;; esac
[ -x build/test/sandboxed ] || make -s build/test/sandboxed >/dev/null 2>&1
programs=$(ls conf/sandbox | grep -v groups)
plan $(($(wc -w <<<"$programs") * 7 + 2))
H=$T/home
python3 tests/generation.py "$H" d:=example.test
mkdir -p "$H"/run/{conn,full,secrets/auth} "$H/mail/example.test/taro" "$H/conf"
echo secret >"$H/run/secrets/auth/1.cdb"
echo other >"$H/spool/incoming/01ng000000000000000000"

does() { (cd "$H" && exec "$TOP/build/test/sandboxed" "$@") >"$T/said" 2>&1; }   # PROGRAM WHAT
dies() { does "$1" "$2"; is "$?" 159 "$1: $3 ends it with SIGSYS"; }
fails() { does "$1" "$2"; is "$? $(cat "$T/said")" "1 Permission denied" "$1: $3 is denied"; }
for program in $programs; do
  does $program nothing
  is "$?" 0 "$program: enters, goes on"
  dies $program exec "a program"
  dies $program inet "a socket of the Internet"
  dies $program chmod "chmod"
  dies $program ptrace "ptrace"
  fails $program secret "a file of hashes"
  fails $program incoming "a queued message whose name is known"
done
is "$(for program in $programs; do nm "$BIN/$program" 2>/dev/null | grep -ci seccomp_init; done | sort -u)" 0 "no program has libseccomp in it"
does none secret
is "$? $(cat "$T/said")" "0 " "without a sandbox the same succeeds"
