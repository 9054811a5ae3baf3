#!/bin/bash
# What programs give up: a call that is not in a program's list ends it with SIGSYS, a file that is not is out of reach;
# nothing of libseccomp is in a program.
. tests/lib.sh
case $BIN in *build-san*) skip_all "with sanitizers there is no sandbox" ;; esac
[ -x build/test/sandboxed ] || make -s build/test/sandboxed >/dev/null 2>&1
programs=$(ls conf/sandbox | grep -v groups)
plan $((($(wc -w <<<"$programs") + 1) * 11 + 2))
H=$T/home
python3 tests/generation.py "$H" d:=example.test
mkdir -p "$H"/run/{conn,full,secrets/auth} "$H/mail/example.test/taro/new" "$H/conf/tls"
echo secret >"$H/run/secrets/auth/1.cdb"
echo key >"$H/conf/tls/example.pem"
echo other >"$H/spool/incoming/01ng000000000000000000"

# What comes of an act, in $want: "could", "denied", "ended", "signal-N".
expect() {
  case $1:$2 in
    *:abort) want=signal-6 ;;      # a crash ends by its own signal, abort(3) and one that was sent as well
    *:bus) want=signal-7 ;;
    none:* | *:nothing | remote-send:inet | tls-keys:chmod | auth-check:secret | tls-keys:key | local-deliver:mailbox | pop3-session:mailbox) want=could ;;
    *:secret | *:key | *:mailbox | *:incoming | queue-put:inet) want=denied ;;
    *) want=ended ;;
  esac
}
build/test/sandboxed "$H" >"$T/said" 2>/dev/null
while read -r program act result; do
  expect $program $act
  is "$result" $want "$program: $act"
done <"$T/said"
is "$(cut -d' ' -f1 "$T/said" | grep -v none | sort -u)" "$(LC_ALL=C sort <<<"$programs")" "each list was tried"
is "$(for program in "$BIN"/*; do nm "$program" 2>/dev/null | grep -ci seccomp_init; done | sort -u)" 0 "no program has libseccomp in it"
