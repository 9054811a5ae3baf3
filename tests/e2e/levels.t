#!/bin/bash
# OUTPUT_LEVEL on a real server: 0 shows errors alone, 30 each message, 99 the whole conversation and the place in the source of
# each line; no level shows a password.
. tests/lib.sh
. tests/e2e/lib.sh
. tests/peer.sh
plan 36

secret=geheim-7Xq
peer world accept
make_instance a example.test --auth --user "taro:$secret"
echo "far.example: [127.0.0.1]:$P" >>"$T/a/conf/routes"
printf 'auth_on_smtp_port = on\npop_before_smtp = on\n' >>"$T/a/conf/settings"
wiz start a >"$T/start" 2>&1
ok $? "a server starts" || diag "$(cat "$T/start")"
programs="smtp-recv pop3-serve pop3-session auth-serve auth-check queue-run local-deliver remote-send"

plain=$(printf '\0taro@example.test\0%s' "$secret" | base64)
# At level 0 nothing says so: the mailbox does.
delivered() { [ "$(find "$T/a/mail" -path '*/taro/new/*' | wc -l)" -ge "$1" ] && [ "$(grep -c '^C: DATA' "$T/world")" -ge "$1" ] && [ -z "$(find "$T/a/spool/queue" -type f)" ]; }
# One of everything: a login and a wrong one by SMTP, TLS, mail here and to the world, a user who is not there, POP3 with all its commands.
live() {
  python3 - "${smtp[a]}" "${pop3[a]}" "$secret" "$1" >"$T/lived" 2>&1 <<'END'
import poplib, smtplib, ssl, sys
port, pop, secret, mark = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
context = ssl._create_unverified_context()
s = smtplib.SMTP("127.0.0.1", port, "client.example"); s.login("taro@example.test", secret)
s.sendmail("taro@example.test", ["taro@example.test", "x@far.example"], "Subject: %s\n\nbody of %s\n" % (mark, mark)); s.quit()
s = smtplib.SMTP("127.0.0.1", port, "client.example"); s.starttls(context=context); s.user, s.password = "taro@example.test", "wrong" + secret
s.ehlo()
try: s.auth("LOGIN", s.auth_login)
except smtplib.SMTPAuthenticationError: pass
s.quit()
s = smtplib.SMTP("127.0.0.1", port, "client.example")
try: s.sendmail("x@far.example", ["nobody@example.test"], "x")
except smtplib.SMTPException: pass
s.close()
p = poplib.POP3("127.0.0.1", pop); p.user("taro@example.test"); p.pass_(secret); p.stat(); p.list(); p.quit()
END
  wait_for 20 delivered "$2" || diag "$(cat "$T/lived")"
  sleep 0.3
}
# What was logged since the file had so many lines.
mark() { for f in smtp pop3 queue; do wc -l <"$T/a/log/$f/current"; done >"$T/mark"; }
since() { local n=0 f; for f in smtp pop3 queue; do n=$((n + 1)); tail -n +$(($(sed -n ${n}p "$T/mark") + 1)) "$T/a/log/$f/current"; done; }
up() { local s; for s in smtp pop3 queue auth tls; do wiz status a | grep -qE "^$s +up" || return 1; done; smtp_say "${smtp[a]}" QUIT >/dev/null && pop_say "${pop3[a]}" taro x QUIT >/dev/null; }
at_level() {
  wiz level a "$1" >/dev/null 2>&1
  sleep 1
  wait_for 20 up
  sleep 0.5
  mark
  live "$2" "$3"
  since >"$T/$2"
}

wiz level a >"$T/out"
is "$(awk 'NF == 2 {print $2}' "$T/out" | sort -u)" 30 "at first all services have level 30"
like "$(cat "$T/out")" "99 and the messages received, and the place in the source" "and the scale is said"
like "$(LC_ALL=ja_JP.UTF-8 wiz level a)" "99 受信したメールの内容と、ソースの位置" "in Japanese as well"

mark
live usual 1
since >"$T/usual"
levels() { awk '$2 ~ /^[0-9]+$/ && $3 ~ /^[A-Z][A-Z][0-9][0-9][0-9][EWI]$/ {print $2}' "$T/$1" | sort -nu | tr '\n' ' '; }
is "$(levels usual)" "0 10 30 " "level 30: nothing above"
unlike "$(cat "$T/usual")" " at=" "no place in the source"
like "$(cat "$T/usual")" "SM107I .*LD001I .*SC101I " "each message and delivery"

is "$(awk '{print $2}' "$T/a/log/error.log" | sort -u)" 0 "the error log has errors alone"
is "$(sort "$T/a/log/error.log")" "$(cat "$T"/a/log/{smtp,pop3,queue}/current | grep -E '^@[0-9a-f]+ 0 ' | sort)" "and all of them"

at_level 0 errors 2
is "$(levels errors)" "0 " "level 0: errors alone"
like "$(cat "$T/errors")" "SM301E " "which are there"

at_level 70 commands 3
is "$(levels commands)" "0 10 30 50 70 " "level 70: what stands up to there"
unlike "$(cat "$T/commands")" " at=| SM124I " "no place in the source, no message"
like "$(cat "$T/commands")" "SM122I .*mail FROM.*SM123I .*250" "commands and replies"

at_level 99 full 4
for program in $programs; do
  grep -q "program=$program .* at=[a-z/_0-9-]*\.[ch]:[0-9]*$" "$T/full"
  ok $? "level 99: $program names the place" || diag "$(grep "program=$program " "$T/full" | head -n 3)"
done
is "$(grep -cE '^@[0-9a-f]+ [0-9]+ [A-Z]{2}[0-9]{3}[EWI] ' "$T/full")" "$(grep -cE ' at=[a-z/_0-9-]+\.[ch]:[0-9]+$' "$T/full")" "each line has one"
is "$(grep -o ' at=[^ ]*' "$T/full" | sort -u | sed 's/ at=//' | while IFS=: read -r file line; do
  sed -n "$((line - 3)),$((line + 3))p" "$file" 2>/dev/null | grep -qE 'report|die|tell' || echo "$file:$line"; done)" "" "and each is a place in the tree that speaks"
shows() { grep -qF -- "$1" "$T/full"; ok $? "level 99 shows: $1" || diag "$(grep -E 'SM12[234]|PO00[45]' "$T/full" | head -n 40)"; }
shows 'line="ehlo client.example"'
shows 'line="rcpt TO:<nobody@example.test>"'
shows 'No such user here (SM301E)'
shows 'body of full'
shows 'text="MAIL FROM:<taro@example.test>'
shows 'command=STAT'
shows 'reply="+OK '
like "$(grep -E 'SM122I|PO004I' "$T/full")" 'line=AUTH at=.*command=PASS at=' "of commands with a password only the word"
for level in usual errors commands full; do
  is "$(grep -cF -e "$secret" -e "$plain" -e "$(printf 'wrong%s' "$secret" | base64)" "$T/$level")" 0 "no password: $level"
done
