#!/bin/bash
# Somebody guesses passwords by POP3 and SMTP over many connections: slowed, refused, logged; a rightful user from another address notices
# nothing.  fail2ban finds each failure in the log, and nothing that a client has put there.  WIZ98_LONG=1: 1,000 attempts
# over 50 connections.
# waits as those do who guess passwords
. tests/lib.sh
. tests/e2e/lib.sh
plan 29

attempts=40 connections=12
[ -z "${WIZ98_LONG:-}" ] || attempts=1000 connections=50
make_instance a example.test --auth --user taro@example.test:pw --user hanako@example.test:pw
printf 'connections_per_address = 60\nconnections_max = 120\n' >>"${home[a]}/conf/settings"
wiz start a >"$T/start" 2>&1 || { cat "$T/start"; exit 1; }
log=${home[a]}/log/pop3/current
login() { from=$1 pop_say "${pop3[a]}" "$2" "$3" STAT QUIT; }
# taro with the right password, by SMTP
sending() { from=$1 smtp_say "${submission[a]}" 'EHLO c.test' 'AUTH PLAIN AHRhcm8AcHc='; }

like "$(login 127.0.0.5 taro pw)" 'OK 0 0' "taro logs in from his address"
like "$(sending 127.0.0.5)" '235 2\.7\.0 ' "… and sends"

# --- the attack, and the rightful user meanwhile
python3 tests/e2e/guess.py "${pop3[a]}" "${submission[a]}" $attempts $connections >"$T/guesses" &
attack=$!
wait_for 20 grep -q AU201W "$log"
slowest=0 good=0 tries=0
while kill -0 $attack 2>/dev/null && [ $tries -lt 5 ]; do
  begin=$(date +%s%N)
  [[ $(login 127.0.0.5 taro pw) == *"OK 0 0"* && $(sending 127.0.0.5) == *"235 2.7.0"* ]] && good=$((good + 1))
  took=$((($(date +%s%N) - begin) / 1000000)) tries=$((tries + 1))
  [ $took -gt $slowest ] && slowest=$took
done
[ $tries -gt 0 ] && is "$good" $tries "taro reads and sends while it goes on"
diag "$tries times two logins, the slowest two took $slowest ms"
[ $slowest -lt 4000 ]; ok $? "… in time"
like "$(login 127.0.0.6 hanako pw)" 'OK 0 0' "so does hanako, from an address that is new"
wait $attack
diag "$(cat "$T/guesses")"
count() { grep -o "$1=[0-9]*" "$T/guesses" | cut -d= -f2; }
is "$(grep -c 'OK' "$T/guesses")" 0 "nobody got in"
[ "$(count AU201W)" -gt 0 ] && [ "$(count SM325W)" -gt 0 ]; ok $? "guesses came by POP3 and by SMTP"
looked=$(grep -c 'AU201W .* ip=127\.0\.0\.66 ' "$log") refused=$(grep -c 'AU214W .* ip=127\.0\.0\.66 ' "$log")
[ $looked -ge 20 ] && [ $looked -le 24 ]; ok $? "20 passwords were looked at, of both together: $looked"
[ $refused -ge $((attempts - 24)) ]; ok $? "the rest was refused: $refused"
seconds=$(grep -o 'seconds=[0-9]*' "$T/guesses" | cut -d= -f2)
[ "$seconds" -ge 4 ]; ok $? "answers were late"
like "$(cat "${home[a]}/log/error/current")" 'AU215E .*ip=127.0.0.66 failures=[0-9]+ refused_for=1[0-9]{3}' "one line of the error log"
is "$(grep -c AU215E "${home[a]}/log/error/current")" 1 "… and not more"
like "$(login 127.0.0.66 taro pw)" 'AU214W' "from that address not even the right password is taken"
like "$(sending 127.0.0.66)" '454 .*SM334W' "… nor by SMTP"
like "$(wiz guesses a)" 'address 127\.0\.0\.66: [0-9]+, refused for [2-5][0-9] minutes' "wiz98 guesses shows it"
like "$(wiz guesses a)" 'account=taro@example.test: [0-9]+' "… with the accounts"

# --- it survives a restart, until somebody clears it
kill "$(wiz status a --json | python3 -c 'import json, sys; print([x["pid"] for x in json.load(sys.stdin)["services"] if x["name"] == "auth"][0])')"
again() { login 127.0.0.5 taro pw | grep -q 'OK 0 0'; }
wait_for 10 again; ok $? "after a restart of auth-serve taro logs in"
like "$(login 127.0.0.66 taro pw)" 'AU214W' "… and that address is still refused"
exits 0 "the operator clears it" "$BIN/wiz98" guesses clear 127.0.0.66 --home "${home[a]}"
begin=$(date +%s%N)
like "$(login 127.0.0.66 taro pw)" 'OK 0 0' "at once the right password is taken"
took=$((($(date +%s%N) - begin) / 1000000))
[ $took -lt 6000 ]; ok $? "… after 3 seconds at most, where many guess at that account: $took ms"
exits 100 "there is nothing to clear twice" "$BIN/wiz98" guesses clear 127.0.0.66 --home "${home[a]}"
like "$(cat "$T/err")" 'WZ111W' "… which it says"

# --- the same wrong password again and again counts once: a mail program with an old one locks no office out
for i in {1..3}; do login 127.0.0.7 taro old >/dev/null; done
like "$(wiz guesses a)" 'address 127\.0\.0\.7: 1
' "one password three times is one failure"
login 127.0.0.7 taro older >/dev/null
like "$(wiz guesses a)" 'address 127\.0\.0\.7: 2
' "… another one the second"
like "$(login 127.0.0.7 taro pw)" 'OK 0 0' "then the right one"
unlike "$(wiz guesses a)" '127\.0\.0\.7' "… which clears its own"

# --- fail2ban
if command -v fail2ban-regex >/dev/null; then
  fail2ban-regex --print-all-matched "$log" conf/fail2ban/wiz98.conf >"$T/f2b" 2>&1
  is "$(grep -c 'AU2\(01\|14\)W program=auth-serve' "$log")" "$(sed -n 's/^Lines: .*, \([0-9]*\) matched.*/\1/p' "$T/f2b")" "fail2ban matches each failure, and nothing else"
  fail2ban-regex --out ip "$log" conf/fail2ban/wiz98.conf 2>/dev/null | sort -u >"$T/ips"
  is "$(tr '\n' ' ' <"$T/ips")" "127.0.0.66 127.0.0.7 " "… and takes no address from a user's name"
else
  skip 2 "fail2ban is not installed"
fi
