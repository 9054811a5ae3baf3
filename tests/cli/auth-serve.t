#!/bin/bash
# auth-serve: what becomes of logins when all is well, when programs fail, and when somebody floods it.
# waits 40 s, as a client does whom a stopped service leaves alone
. tests/pop3.sh
plan 40

H=$T/home
pop3_home "$H"
sock=$H/run/auth
ask() { python3 tests/programs/authask.py "$sock" "$@"; }
reply() { pop3_say "$H" "USER taro" "PASS ${1-pw}" QUIT | sed -n 3p; }
checker() { pop3_home "$H" checkpassword="$1" >/dev/null; }

# --- what takes long begins here and is looked at last: a service that is stopped, programs that hang
printf '#!/bin/sh\nexec sleep 60\n' >"$T/hang"; chmod +x "$T/hang"
pop3_home "$T/stopped"
pop3_auth "$T/stopped"; stopped_pid=$auth_pid
pop3_listen "$T/stopped"
kill -STOP "$stopped_pid"
{ time curl -sv --max-time 60 -u taro:pw "pop3://127.0.0.1:$pop3_port/"; } >"$T/silent" 2>&1 &
silent=$!
pop3_home "$T/hanging" checkpassword="$T/hang"
pop3_auth "$T/hanging"; hanging_pid=$auth_pid
python3 tests/programs/authask.py "$T/hanging/run/auth" from=127.0.0.7 count=6 hold=40 >"$T/hung" &
hung=$!
pop3_home "$T/waiting"
pop3_auth "$T/waiting"; waiting_pid=$auth_pid
sessions() { pgrep -P "$(pgrep -P "$waiting_pid" pop3-session)" pop3-session | wc -l; }
spare=$(sessions)
pop3_say "$T/waiting" "USER taro" "PASS pw" QUIT >/dev/null
wait_for 5 sh -c "[ \"\$(pgrep -P \$(pgrep -P $waiting_pid pop3-session) pop3-session | wc -l)\" -gt $spare ]"
ok $? "a session that has ended waits for its user's next one"

# --- down
like "$(reply)" '^-ERR \[SYS/TEMP\] The login service is down \(AU211E\)$' "nobody there: a temporary failure at once"
like "$(cat "$H/log")" '0 AU211E .*errno="No such file' "… the error log says so"
touch -d '1 day ago' "$H/run/popmark/192.0.2.1"; touch "$H/run/popmark/192.0.2.2"
pop3_auth "$H"
like "$(reply)" '^\+OK 0 messages' "it is there"
is "$(cd "$H/run/popmark" && echo 192.*)" 192.0.2.2 "marks for POP before SMTP that are too old are removed"
WIZ98_HOME=$H exits 111 "a second one in the same home" "$BIN/auth-serve"
like "$(cat "$T/err")" 'SY107E' "… says that there is one"
exits 100 "unknown arguments" "$BIN/auth-serve" now
is "$(stat -c %a "$sock")" 600 "the socket is the server's own"
kill -9 "$auth_pid"; wait "$auth_pid" 2>/dev/null
like "$(reply)" 'AU211E.*$' "killed: a temporary failure at once"
pop3_auth "$H"
like "$(reply)" '^\+OK 0 messages' "its successor takes the socket over"

# --- a program of the operator's: it cannot be run from within the sandbox, so the service starts anew without
filtered() { case $BIN in *san*) echo "$1" ;; *) sed -n 's/^Seccomp:[^0-9]*//p' "/proc/$auth_pid/status" ;; esac; }
is "$(filtered 2)" 2 "with its own auth-check it is confined"
checker "$T/none"
ask >/dev/null 2>&1
wait "$auth_pid"
is "$? $(grep -c "AU219I .*path=$T/none" "$H/log")" "111 1" "a program is named: it ends, and says why"
pop3_auth "$H"
is "$(filtered 0)" 0 "and is started anew, not confined"

# --- what a checkpassword program may answer
for row in '0 AU001I' '1 AU201W' '100 AU201W' '2 AU203E' '111 AU203E'; do
  set -- $row
  printf '#!/bin/sh\nexit %d\n' "$1" >"$T/code$1"; chmod +x "$T/code$1"
  checker "$T/code$1"
  like "$(ask)" "^1 $2" "exit code $1 of the program: $2"
done
checker "$T/none"
is "$(ask)" "1 AU207E" "a program that does not exist is a temporary failure"
like "$(grep AU207E "$H/log")" 'errno="No such file' "… the error log says why"
cat >"$T/show" <<'SH'
#!/bin/sh
tr '\0' '|' <&3 >"$0.in"; env | sort | cut -d= -f1 | tr '\n' ' ' >"$0.env"; echo "$@" >"$0.args"; ls -l /proc/self/fd >"$0.fds"
kill -9 $$
SH
chmod +x "$T/show"
checker "$T/show  one   two"
is "$(ask user=taro pass='p w')" "1 AU203E" "a program that is killed is a temporary failure"
like "$(cat "$T/show.in")" '^taro@example.test\|p w\|[0-9]{10}\|$' "it gets name, password, time on descriptor 3"
is "$(cat "$T/show.args")" "one two true" "its words, and true"
is "$(cat "$T/show.env")" "OUTPUT_LEVEL PATH PWD WIZ98_HOME WIZ98_SID " "its environment is small"
unlike "$(cat "$T/show.fds")" 'socket:' "no socket of ours is open in it"

# --- many at once
checker ""
is "$(ask count=100)" "100 AU001I taro@example.test" "100 at once are all answered"
cat >"$T/count" <<'PY'
#!/usr/bin/python3
import fcntl, os, time
f = open(os.path.dirname(__file__) + "/running", "a+")
def change(by):
    fcntl.flock(f, fcntl.LOCK_EX); f.seek(0); n = int(f.read() or 0) + by
    f.seek(0); f.truncate(); f.write(str(n)); f.flush(); fcntl.flock(f, fcntl.LOCK_UN); return n
n = change(1); time.sleep(0.1); change(-1)
open(os.path.dirname(__file__) + "/seen", "a").write(f"{n}\n")
PY
chmod +x "$T/count"
checker "$T/count"
ask count=12 >/dev/null
is "$(sort -n "$T/seen" | tail -1)" "$(nproc)" "at most as many children as processors"

# --- a flood from one address
printf '#!/bin/sh\nexec sleep 0.1\n' >"$T/tenth"; chmod +x "$T/tenth"
checker "$T/tenth"
ask from=127.0.0.9 count=200 >"$T/flood" &
flood=$!
sleep 0.5
slowest=$(ask from=127.0.0.8 count=3 times=1 | sort -n | tail -1)
diag "behind 200 logins of one address, three of another took at most ${slowest} s"
[ "$(awk "BEGIN { print ($slowest < 3) }")" = 1 ]; ok $? "another address does not wait behind a flood"
ask from=127.0.0.9 count=200 hold=3 >"$T/flood2"       # more than the queue holds
is "$(ask from=127.0.0.8)" "1 AU001I taro@example.test" "… nor when the queue is full"
wait $flood
is "$(awk '{ n += $1 } END { print n }' "$T/flood")" 200 "each login of the flood got an answer"
like "$(cat "$T/flood" "$T/flood2")" 'AU205W' "… those that no longer fitted a temporary failure"

# --- what took long
wait $silent
is "$(sessions)" "$spare" "a session that has waited 30 seconds is gone, though nothing else woke the service"
kill -CONT "$stopped_pid"
like "$(tr -d '\r' <"$T/silent")" '< -ERR \[SYS/TEMP\] The login service does not answer \(AU212E\)' "a service that is stopped: a temporary failure"
like "$(grep real "$T/silent")" '0m4[0-5]' "… after 40 seconds"
wait $hung
like "$(cat "$T/hung")" '^[234] AU204E' "programs that hang are killed"
like "$(cat "$T/hung")" '[234] AU206W' "… those that waited behind them get a temporary failure"
is "$(pgrep -cf "$T/hang")" 0 "… no child is left"
pop3_home "$T/hanging"
is "$(python3 tests/programs/authask.py "$T/hanging/run/auth")" "1 AU001I taro@example.test" "the service goes on"
kill -0 "$hanging_pid"; ok $? "… the same process"
