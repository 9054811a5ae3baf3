#!/bin/bash
# Installed as root: each service runs under its own user, and mail goes in and out; a home made before the users were is
# taken over; setup-users says what it will do, does it once.
. tests/roles.sh
case $BIN in *san*) skip_all "sanitizers read the programs' maps" ;; esac
plan 21

# --- setup-users
is "$(grep -c '^wiz98-' /etc/passwd) $(grep -c '^wiz98-.*:/usr/sbin/nologin$' /etc/passwd)" "10 10" "setup-users --yes makes a user for each role; none can log in"
exits 0 "again it has nothing to do" scripts/setup-users --yes
userdel wiz98-log 2>/dev/null; cp /etc/passwd "$T/passwd"
exits 0 "without --yes it says what it would do" scripts/setup-users
like "$(cat "$T/out")" '  useradd .* wiz98-log' "names the commands"
cmp -s /etc/passwd "$T/passwd"; ok $? "and changes nothing"

# --- a home from the time before the users were
instance old example.net --user hanako:geheim
like "$(cat "$T/old.start")" 'WZ340W.*user=wiz98-log' "without one of them start says so, and all runs as root"
printf 'Subject: x\n\nhello\n' >"$T/m"
send "${smtp[old]}" x@example.org hanako@example.net "$T/m"
wait_for 20 arrived "${pop3[old]}" hanako geheim 1
wiz stop old >/dev/null 2>&1
scripts/setup-users --yes >/dev/null
wiz start old >"$T/old.start" 2>&1
send "${smtp[old]}" x@example.org hanako@example.net "$T/m"
wait_for 20 arrived "${pop3[old]}" hanako geheim 2; ok $? "a home made before is taken over, with its mail" || diag "$(tail -n 5 "$T/old/log/error/current")"
is "$(find "$T/old/mail" ! -user wiz98-mail | wc -l) $(find "$T/old/spool/queue" ! -user wiz98-queue | wc -l)" "0 0" "which belongs to its role"
is "$(stat -c '%U %a' "$T/old/run/tls/certificates") $(setpriv --reuid wiz98-queue --regid 65534 --clear-groups cut -d ' ' -f 1 "$T/old/run/tls/certificates")" \
  "wiz98-tls 644 path=conf/tls/mail.example.net.pem" "the queue's role reads what tls-serve says of the certificates, and no more"

# --- out, by AUTH; from a local user; a bounce
instance a example.test --auth --user taro:geheim
echo "example.net: 127.0.0.1:${smtp[old]}" >>"$T/a/conf/routes"
wiz reload a >/dev/null 2>&1; ok $? "reload"
curl -sSk --max-time 30 --ssl-reqd -u taro@example.test:geheim --mail-from taro@example.test --mail-rcpt hanako@example.net --mail-rcpt nobody@example.net --crlf -T "$T/m" "smtp://127.0.0.1:${submission[a]}/e2e.test"
ok $? "a user sends with AUTH"
wait_for 20 arrived "${pop3[old]}" hanako geheim 3; ok $? "it arrives" || diag "$(tail -n 5 "$T/a/log/error/current")"
wait_for 20 arrived "${pop3[a]}" taro geheim 1; ok $? "so does the bounce for the other recipient" || diag "$(tail -n 5 "$T/a/log/error/current")"
is "$(find "$T/a/state/transcripts" -type f -user wiz98-queue -perm 600 | wc -l) $("$BIN/queue-list" --home "$T/a" --transcript "$(ls "$T/a/state/transcripts")" | grep -c '< 550 5.1.1 ')" "1 1" "what was said to the other server is kept by the queue's role"
WIZ98_HOME=$T/a setpriv --reuid 65534 --regid 65534 --clear-groups "$BIN/sendmail" taro@example.test <"$T/m" >"$T/out" 2>&1; ok $? "a local user without rights sends" || diag "$(cat "$T/out")"
wait_for 20 arrived "${pop3[a]}" taro geheim 2; ok $? "which arrives"

exits 2 "root rehearses a delivery as the role that sends" "$BIN/mail-doctor" send --home "$T/a" taro@example.test hanako@example.net nobody@example.net
is "$(grep -c '^= .* accepted$' "$T/out") $(grep -c '^= nobody@example.net: .*user_unknown' "$T/out")" "2 1" "and finds what a delivery found" || diag "$(cat "$T/out" "$T/err")"

# --- the table of who may do what, with conversations of each kind open
exec 5<>"/dev/tcp/127.0.0.1/${pop3s[a]}" 6<>"/dev/tcp/127.0.0.1/${pop3[a]}" 7<>"/dev/tcp/127.0.0.1/${smtp[a]}"
printf 'USER taro\r\nPASS geheim\r\n' >&6
wait_for 5 grep -q 'PO101I\|AU001I' "$T"/a/log/pop3/current
python3 tests/e2e/security.py "$T/a" >"$T/said"
held=$?
case $BIN in *san*) skip 1 "with sanitizers there is no seccomp filter" ;;
*) ok $held "every process is as doc/security.md says" || diag "$(head -n 20 "$T/said")" ;; esac
like "$(tail -n 1 "$T/said")" '^17 programs' "of all programs"
mkdir -p "$T/other/doc" && cp -r conf "$T/other/" && cp doc/security.* "$T/other/doc/"
sed -i 's/^| `smtp-recv` | wiz98-receive | `run/| `smtp-recv` | wiz98-pop | `mail`, `run/; s/^\(| `queue-run`.*\) no |$/\1 yes |/' "$T/other/doc/security.md"
(cd "$T/other" && python3 "$TOP/tests/e2e/security.py" "$T/a") >"$T/said"
is "$(grep -c 'security.ja.md differs\|^smtp-recv .* runs as\|conf/sandbox/smtp-recv says\|queue-run.*confined is yes\|^queue-run .*Seccomp 0' "$T/said")" 5 "another table is found wrong" || diag "$(cat "$T/said")"
