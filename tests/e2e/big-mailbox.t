#!/bin/bash
# A mailbox of 100,000 messages opens by reading names alone: no message is opened, and it takes well under a second.
. tests/lib.sh
. tests/e2e/lib.sh
plan 8
N=100000
make_instance b example.test --listen 127.0.0.1 --user taro@example.test:pw
new=${home[b]}/mail/example.test/taro/new
python3 - "$new" $N <<'END'
import os, sys
new, count = sys.argv[1], int(sys.argv[2])
os.makedirs(new, exist_ok=True)
for i in range(count):
    os.close(os.open(f"{new}/{1700000000 + i}.q{i}.0.mail.example.test,S={100 + i % 900},W={110 + i % 900}", os.O_WRONLY | os.O_CREAT, 0o600))
END
wiz start b >"$T/start" 2>&1
ok $? "the server starts"
sessions() { # the processes of this server that wait for a login
  local p
  for p in /proc/[0-9]*; do
    [ "$p/exe" -ef "$BIN/pop3-session" ] && [ "$p/cwd" -ef "${home[b]}" ] && echo "-p ${p#/proc/}"
  done 2>/dev/null
}
[ -n "$(sessions)" ]
ok $? "mailbox sessions wait for logins"
read -r -a waiting < <(sessions | tr '\n' ' ')
strace -f -qq -o "$T/trace" -e trace=openat,open,stat,newfstatat,statx "${waiting[@]}" 2>/dev/null &
tracer=$!
defer kill $tracer
traced() { local p; for p in "${waiting[@]}"; do [ "$p" = -p ] || grep -q "^TracerPid:.*[1-9]" "/proc/$p/status" || return 1; done; }
wait_for 10 traced
python3 - "${pop3[b]}" >"$T/answers" <<'END'
import poplib, sys, time
pop = poplib.POP3("127.0.0.1", int(sys.argv[1]), timeout=60)
pop.user("taro@example.test")
start = time.time()
pop.pass_("pw")
print(pop.stat()[0])
print(f"{time.time() - start:.2f}")
print(len(pop.list()[1]))
uids = [line.split()[1] for line in pop.uidl()[1]]
print(len(set(uids)))
pop.quit()
END
{ read -r count; read -r seconds; read -r listed; read -r uids; } <"$T/answers"
is "$count" $N "STAT counts them all"
diag "from PASS to the answer of STAT: $seconds s"
perl -e "exit !($seconds < 5)"
ok $? "in seconds, not minutes (the figure above is what counts)"
is "$listed" $N "LIST has each"
is "$uids" $N "and each has a UID of its own"
kill $tracer 2>/dev/null
wait $tracer 2>/dev/null
grep -q '"new"\|/new"' "$T/trace"
ok $? "the trace shows the session at work"
is "$(grep -c ',S=' "$T/trace" 2>/dev/null)" 0 "no message was opened or looked at"
