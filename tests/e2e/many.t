#!/bin/bash
# 20,000 messages for a destination that does not answer: mail to others flows as before, queue-list answers, and a restart
# loses no schedule.
. tests/lib.sh
. tests/e2e/lib.sh
plan 10

dead=$(port)     # nobody listens there
make_instance m example.test --listen 127.0.0.1 --user taro@example.test:pw --user hanako@example.test:pw
echo "dead.example: [127.0.0.1]:$dead" >>"${home[m]}/conf/routes"
PYTHONPATH=tests/crash python3 - "${home[m]}" 20000 <<'END'
import sys, worker, time
home, count = sys.argv[1], int(sys.argv[2])
digits = "0123456789abcdefghjkmnpqrstvwxyz"
def base32(v, width): return "".join(digits[v >> 5 * i & 31] for i in range(width - 1, -1, -1))
now = int(time.time())
for i in range(count):
    qid = base32(now, 8) + base32(i * 0x9e3779b97f4a7c15 % 2**64, 13)
    worker.message(f"{home}/spool/incoming/{qid}", qid, "taro@example.test", [f"remote u{i}@dead.example"], b"Subject: waiting\n\nbody\n")
END
is "$(ls "${home[m]}/spool/incoming" | wc -l)" 20000 "20,000 messages lie in incoming"
wiz start m >"$T/start" 2>&1
ok $? "the server starts with them"
wait_for 60 sh -c "[ -z \"\$(ls '${home[m]}/spool/incoming')\" ] && [ -s '${home[m]}/run/dest/127.0.0.1:$dead' ]"
ok $? "all are taken up, and the destination is known not to answer"

printf 'Subject: between\n\nbody\n' >"$T/message"
before=$EPOCHREALTIME
send "${smtp[m]}" taro@example.test hanako@example.test "$T/message"
wait_for 20 arrived "${pop3[m]}" hanako@example.test pw 1
ok $? "a message for a user here arrives meanwhile"
diag "after $(perl -e "printf '%.2f', $EPOCHREALTIME - $before") s"
tried=$(grep -la ' tried ' "${home[m]}"/spool/queue/*/* 2>/dev/null | wc -l)
[ "$tried" -ge 1 ] && [ "$tried" -le 30 ]
ok $? "few of the 20,000 files were written to ($tried)"

before=$EPOCHREALTIME
"$BIN/queue-list" --home "${home[m]}" >"$T/list"
diag "queue-list took $(perl -e "printf '%.2f', $EPOCHREALTIME - $before") s"
is "$(grep -c '@dead.example' "$T/list")" 20000 "queue-list shows each of them"
like "$(tail -n 3 "$T/list"; grep -m1 -A3 dead.example "$T/list")" 'connect_refused|refused' "and why it waits"

until=$(grep -o 'until=[0-9]* attempts=[0-9]*' "${home[m]}/run/dest/127.0.0.1:$dead")
wiz stop m >/dev/null 2>&1
wiz start m >"$T/start" 2>&1
ok $? "it starts again"
send "${smtp[m]}" taro@example.test hanako@example.test "$T/message"
wait_for 20 arrived "${pop3[m]}" hanako@example.test pw 2
ok $? "mail flows again at once"
after=$(grep -o 'until=[0-9]* attempts=[0-9]*' "${home[m]}/run/dest/127.0.0.1:$dead")
[ "${after#until=}" != "" ] && [ "$(grep -l "^remote .*@dead.example" -r "${home[m]}/spool/queue" | wc -l)" = 20000 ] && [ "${after#*attempts=}" -ge "${until#*attempts=}" ]
ok $? "the schedule is kept ($until, then $after)"
