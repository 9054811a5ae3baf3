#!/bin/bash
# smtp-recv under tcpserver, IPv4 and IPv6, before real clients: what they send is what stands in the spool, byte for byte.
. tests/lib.sh
. tests/conf.sh
plan 34

make_home "$T/home" example.test taro:secret hanako:secret || { echo "Bail out! no home"; exit 1; }
add_setting "$T/home" hostname=mx.example.test connections_per_address=3 free_space_min=10m && reload_home "$T/home"
p=$(port)
background env -i PATH="$PATH" OUTPUT_LEVEL=50 tcpserver -H -R -l mx.example.test 0 "$p" "$BIN/smtp-recv" --home "$T/home" 2>"$T/log"
greets() { exec 9<>"/dev/tcp/127.0.0.1/$p" && read -r -t 5 line <&9 && exec 9>&-; }
wait_for 10 greets

spooled() { python3 tests/programs/spooled.py "$T/home"; }
same() { spooled >"$T/got" && cmp "$1" "$T/got" >"$T/cmp" 2>&1; ok $? "$2" || diag "$(cat "$T/cmp")"; }

# The messages, with LF line ends.
head='From: jiro@example.net
To: taro@example.test
Subject: x
'
printf '%s\nplain text\n' "$head" >"$T/plain"
printf '%s\n.\n..\n. x\n.x\n...\nx.\n.\n' "$head" >"$T/dots"
printf '%s\n\343\201\202 \377\376\200 \302\240\n' "$head" >"$T/eightbit"
{ printf '%s\n' "$head"; perl -e 'print "x" x 100000, "\n", "y." x 5000, "\n"'; } >"$T/long"
printf '%s\n' "$head" >"$T/empty"
printf '%s\n\n\n\n' "$head" >"$T/newlines"
printf '%s\n\t\014\033[31m\001\177 \010\n' "$head" >"$T/control"

smtplib='
import smtplib, sys
host, port, name = sys.argv[1:4]
data = open(name, "rb").read().replace(b"\n", b"\r\n")
s = smtplib.SMTP(host, int(port), timeout=60)
s.ehlo("client.example.net")
s.sendmail("jiro@example.net", ["taro@example.test"], data, ["BODY=8BITMIME"])
s.quit()'
for m in plain dots eightbit long empty newlines control; do
  python3 -c "$smtplib" 127.0.0.1 "$p" "$T/$m" || diag "smtplib failed"
  same "$T/$m" "smtplib, IPv4: $m"
done
python3 -c "$smtplib" ::1 "$p" "$T/dots"
same "$T/dots" "smtplib, IPv6: dots"
like "$(grep -h 'ip=::1' "$T/log" | tail -n 1)" 'SM121I .*ip=::1 cause=SM102I messages=1' "IPv6: the log has the address"

for m in plain dots eightbit long empty; do
  curl -s --url "smtp://127.0.0.1:$p/client.example.net" --mail-from jiro@example.net --mail-rcpt taro@example.test --crlf -T "$T/$m" || diag "curl failed"
  same "$T/$m" "curl: $m"
done
for m in plain dots eightbit long; do
  msmtp --host=127.0.0.1 --port="$p" --from=jiro@example.net --auth=off --tls=off --set-date-header=off --set-msgid-header=off taro@example.test <"$T/$m" || diag "msmtp failed"
  same "$T/$m" "msmtp: $m"
done
for m in plain eightbit; do { cat "$T/$m"; echo; } >"$T/$m+"; done    # swaks adds an empty line
swaks --silent 3 --server "127.0.0.1:$p" --from jiro@example.net --to taro@example.test,hanako@example.test --pipeline --data "@$T/eightbit" || diag "swaks failed"
same "$T/eightbit+" "swaks, pipelining, two recipients: eightbit"
swaks --silent 3 --server "127.0.0.1:$p" --from '<>' --to postmaster@example.test --data "@$T/plain" || diag "swaks failed"
same "$T/plain+" "swaks, the null sender: plain"
out=$(swaks --server "127.0.0.1:$p" --from jiro@example.net --to jiro@example.org 2>&1)
like "$out" '550 5\.7\.1 Relay does not accept \(RL201E\)' "swaks: relaying is refused in these words"
out=$(swaks --server "127.0.0.1:$p" --from jiro@example.net --to nobody@example.test 2>&1)
like "$out" '550 5\.1\.1 No such user here \(SM301E\)' "swaks: an unknown user is refused"

# No final newline: SMTP has lines only, so the client completes the last one; 50 MiB.
printf '%s\nlast line' "$head" >"$T/open"
curl -s --url "smtp://127.0.0.1:$p" --mail-from jiro@example.net --mail-rcpt taro@example.test --crlf -T "$T/open"
echo >>"$T/open"
same "$T/open" "curl: no final newline"
perl -e 'srand 98; print "Subject: big\n\n"; my $line = join "", map { chr(33 + int rand 94) } 1 .. 75; for my $i (1 .. 719000) { print substr($line, $i % 7), "\n" }' >"$T/big"
curl -s --url "smtp://127.0.0.1:$p" --mail-from jiro@example.net --mail-rcpt taro@example.test --crlf -T "$T/big"
same "$T/big" "curl: $(($(stat -c %s "$T/big") >> 20)) MiB"
rm -f "$T/big" "$T/got"

# The most connections from one address: held ones count, closed ones do not.
hold() { exec {fd}<>"/dev/tcp/$1/$p"; read -r -t 5 line <&"$fd"; line=${line%$'\r'}; }
declare -a held=()
for n in 1 2 3; do hold 127.0.0.1; held+=("$fd"); is "${line%% *}" 220 "connection $n from one address is greeted"; done
hold 127.0.0.1
is "$line" "421 4.7.0 Too many connections from your address (SM317E)" "connection 4 is turned away"
hold ::1
is "${line%% *}" 220 "another address is not"
like "$(grep -h SM317E "$T/log")" '^0 SM317E .*ip=127\.0\.0\.1' "the error log says so"
for fd in "${held[@]}"; do exec {fd}>&-; done
free() { hold 127.0.0.1; exec {fd}>&-; [ "${line%% *}" = 220 ]; }
wait_for 10 free
ok $? "closed ones are free again"

# A reload takes effect with the next conversation.
sed -i 's/^hostname=mx/hostname=new/' "$T/home/conf/settings" && reload_home "$T/home"
hold 127.0.0.1
like "$line" '^220 new\.example\.test ' "a reload is seen by the next conversation"
rm "$T/home/run/conf"
hold 127.0.0.1
is "$line" "421 4.3.5 No configuration is in force (CF301E)" "without configuration: 421, and why"
like "$(grep -h CF301E "$T/log" | tail -n 1)" '^0 CF301E ' "the error log says so too"
