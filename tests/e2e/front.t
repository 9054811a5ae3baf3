#!/bin/bash
# The front door: a home is made, the server starts, says how it is, changes, stops.
. tests/lib.sh
. tests/e2e/lib.sh
plan 52

# --- init ---
exits 100 "init wants a domain" "$BIN/wiz98" init "$T/x"
exits 100 "init refuses what is no domain" "$BIN/wiz98" init "$T/x" --domain 'a b'
grep -q WZ108E "$T/err"; ok $? "and says so"
mkdir "$T/full" && : >"$T/full/file"
exits 100 "init writes into no directory that holds something" "$BIN/wiz98" init "$T/full" --domain example.test
grep -q WZ107E "$T/err" && [ "$(ls "$T/full")" = file ]; ok $? "and leaves it as it is"
make_instance a example.test --user taro --user hanako@example.test:geheim <<<'from standard input'
ok $? "init takes passwords as arguments or from standard input"
if [ "$(id -u)" = 0 ]; then want=3730; else want=700; fi
is "$(stat -c %a "$T/a/spool/incoming")" $want "spool/incoming is a drop-box"
is "$(stat -c %a "$T/a/conf") $(stat -c %a "$T/a/mail")" "700 700" "definition files and mailboxes are closed to others"
is "$(wiz setting a smtp_port) $(wiz setting a smtp_auth)" "${smtp[a]} off" "the ports are in the settings; AUTH is off"
exits 99 "postmaster has a mailbox" bash -c "'$BIN/conf-check' --home '$T/a' >/dev/null && exit 99"

# --- start, status, stop ---
exits 100 "status: not running" "$BIN/wiz98" status --home "$T/a"
exits 0 "start" "$BIN/wiz98" start --home "$T/a"
is "$(grep -c ' up ' "$T/out")" 9 "nine services are up"
is "$(grep -cE '^(submission|smtps) +closed ' "$T/out")" 2 "two are closed"
is "$(grep -c WZ301I "$T/err")" 1 "one line says that 587 and 465 are not opened"
exits 0 "start again says that it runs" "$BIN/wiz98" start --home "$T/a"
grep -q WZ304I "$T/err"; ok $? "in one line"
exits 0 "status" "$BIN/wiz98" status --home "$T/a"
is "$(env LC_ALL=ja_JP.UTF-8 "$BIN/wiz98" status --home "$T/a" | grep -cE '^[a-z0-9]+ +(動作中|不使用) .*経過時間 [0-9:]+  再起動 0回')" 11 "in Japanese"
is "$(env LC_ALL=ja_JP.UTF-8 "$BIN/wiz98" guesses --home "$T/a" | tail -n 1)" "ありません" "guesses as well"
env LC_ALL=ja_JP.UTF-8 "$BIN/wiz98" status --json --home "$T/a" >"$T/json"
is "$(python3 -c 'import json,sys; s = json.load(sys.stdin); print(s["running"], sorted(x["name"] for x in s["services"] if x["state"] == "up"), [x["restarts"] for x in s["services"]])' <"$T/json")" \
  "True ['auth', 'log', 'pop3', 'pop3s', 'queue', 'smtp', 'submit', 'tls', 'token'] [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]" "status --json"
like "$(smtp_say "${smtp[a]}" NOOP QUIT | tail -n 1)" '^221' "the SMTP port answers"
like "$(pop_say "${pop3[a]}" taro 'from standard input' STAT QUIT)" 'OK 0 0' "the password from standard input opens the mailbox"
like "$(python3 tests/e2e/say.py smtp to=::1 "${smtp[a]}" NOOP)" '^250' "IPv6 as well"

smtp_pid() { wiz status a --json | python3 -c 'import json,sys; print([x["pid"] for x in json.load(sys.stdin)["services"] if x["name"] == "smtp"][0])'; }
smtp_is_new() { local now; now=$(smtp_pid); [ "$now" != 0 ] && [ "$now" != "$1" ] && smtp_say "${smtp[a]}" QUIT; }
old=$(smtp_pid)
kill -9 "$old"
wait_for 10 smtp_is_new "$old"; ok $? "a service that was killed is started again"
like "$(wiz status a | grep "^smtp ")" 'restarts 1' "which status counts"

# --- level ---
old=$(smtp_pid)
exits 0 "level for one service" "$BIN/wiz98" level 70 smtp --home "$T/a"
wait_for 10 smtp_is_new "$old"
is "$(cat "$T/a/service/smtp/env/OUTPUT_LEVEL") $(ls "$T/a/service/pop3/env")" "70 " "it is written for that service alone"
smtp_say "${smtp[a]}" 'EHLO level.example' QUIT >"$T/said"
wait_for 5 grep -q level.example "$T/a/log/smtp/current"; ok $? "then the log shows each command"
exits 100 "level 100 is none" "$BIN/wiz98" level 100 --home "$T/a"
exits 100 "a service that is not there" "$BIN/wiz98" level 10 imap --home "$T/a"

# --- reload ---
echo 'recipients_max = 7' >>"$T/a/conf/settings"
wiz reload a >"$T/out" 2>&1
grep -q '^recipients_max: 500 -> 7$' "$T/out"; ok $? "reload says what changed"
echo 'connections_max = 5' >>"$T/a/conf/settings"
wiz reload a >"$T/out" 2>&1
grep -q 'connections_max: 200 -> 5 .*after a restart' "$T/out" && grep -q WZ308I "$T/out"; ok $? "and what waits for a restart"
echo 'recipients_max = many' >>"$T/a/conf/settings"
wiz reload a >"$T/out" 2>&1
[ $? != 0 ] && [ "$(wiz setting a recipients_max)" = 7 ]; ok $? "a fault changes nothing"
sed -i '$d' "$T/a/conf/settings"

# --- the other acceptor ---
is "$(tr '\0' ' ' <"/proc/$(smtp_pid)/cmdline" | grep -o '^[^ ]*' | sed 's|.*/||')" "${WIZ98_ACCEPTOR:-tcpserver}" "the acceptor is the one chosen"
other=tcp-pool; [ "$WIZ98_ACCEPTOR" != tcp-pool ] || other=tcpserver
sed -i '/^acceptor/d' "$T/a/conf/settings"
echo "acceptor = $other" >>"$T/a/conf/settings"
exits 0 "stop" "$BIN/wiz98" stop --home "$T/a"
is "$(pgrep -f "$T/a" | grep -v $$ | wc -l)" 0 "nothing of it is left"
exits 0 "stop again" "$BIN/wiz98" stop --home "$T/a"
wiz start a >"$T/out" 2>&1
is "$(tr '\0' ' ' <"/proc/$(smtp_pid)/cmdline" | grep -o '^[^ ]*' | sed 's|.*/||')" $other "and the other one after a restart"
like "$(smtp_say "${smtp[a]}" QUIT)$(pop_say "${pop3[a]}" hanako geheim STAT QUIT)" '221.*OK 0 0' "with which it works the same"

# --- stop in the middle of a conversation ---
exec {held}<>"/dev/tcp/127.0.0.1/${smtp[a]}"
read -r -t 5 -u "$held" greeting
exits 0 "stop ends a conversation that does not end" timeout 30 "$BIN/wiz98" stop --home "$T/a"
is "$(timeout 5 cat <&"$held" | wc -l | tr -d ' ')" 0 "it is closed"
exec {held}>&-

# --- a service of the operator's own, a stop right behind a start ---
mkdir "$T/a/service/own" && printf '#!/bin/sh\nexec sleep 1000\n' >"$T/a/service/own/run" && chmod 755 "$T/a/service/own/run"
session_left() { ps -o stat=,args= -s "$1" | grep -v ^Z; }   # what init has not waited for is no process any more
own_is_up() { [ "$(od -An -t u4 -j 12 -N 4 "$T/a/service/own/supervise/status" | tr -d ' ')" != 0 ]; }
wiz start a >/dev/null 2>&1
svscan=$(cat "$T/a/run/svscan.pid")
wait_for 10 own_is_up; ok $? "what an operator adds to service/ is started as well"
wiz stop a >/dev/null 2>&1
is "$(session_left "$svscan")" "" "and stopped"
rm -r "$T/a/service/own"
"$BIN/wiz98" start --home "$T/a" >/dev/null 2>&1 &
wait_for 10 test -e "$T/a/run/svscan.pid"
svscan=$(cat "$T/a/run/svscan.pid")
wiz stop a >/dev/null 2>&1
wait
is "$(session_left "$svscan")" "" "a stop in the middle of a start leaves nothing behind"

# --- console ---
"$BIN/wiz98" console --home "$T/a" >"$T/console" 2>&1 &
console=$!
wait_for 20 grep -q WZ307I "$T/console"
wait_for 20 smtp_say "${smtp[a]}" 'EHLO console.example' QUIT
wait_for 5 grep -q console.example "$T/console"; ok $? "console shows each conversation"
exits 100 "a second console is refused" "$BIN/wiz98" console --home "$T/a"
wait_for 5 grep -q console.example "$T/a/log/smtp/current"; ok $? "the log has it as well"
kill -INT $console
wait_for 30 eval '! kill -0 $console'
wait $console
is $? 0 "Ctrl-C ends it"
is "$(pgrep -f "$T/a" | grep -v $$ | wc -l)" 0 "and nothing of it is left"

# --- verbs that are programs ---
exits 0 "wiz98 check is conf-check" "$BIN/wiz98" check --home "$T/a"
exits 100 "a verb that there is not" "$BIN/wiz98" dance --home "$T/a"
