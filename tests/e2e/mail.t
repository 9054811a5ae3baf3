#!/bin/bash
# Two servers that know each other: mail from one to the other, within one, and what is refused.
. tests/lib.sh
. tests/e2e/lib.sh
plan 15

make_instance a example.test --user taro:geheim --user jiro:geheim
make_instance b example.net --user hanako:geheim
echo "example.net: [127.0.0.1]:${smtp[b]}" >>"$T/a/conf/routes"
echo "example.test: [127.0.0.1]:${smtp[a]}" >>"$T/b/conf/routes"
wiz start a >"$T/start" 2>&1 && wiz start b >>"$T/start" 2>&1
ok $? "two servers start" || diag "$(cat "$T/start")"

# What has to arrive as it was sent: dots, 8-bit, a long line, blank lines at the end.
{
  printf 'From: taro@example.test\nTo: hanako@example.net\nSubject: =?utf-8?B?44OG44K544OI?=\nContent-Type: text/plain; charset=utf-8\n\n'
  printf '.\n..\n.dot\n日本語の本文\n\tTab \n'
  head -c 990 /dev/zero | tr '\0' x
  printf '\nFrom here\n\n\n'
} >"$T/message"
same() { sed -n '/^From: /,$p' "$1" | cmp - "$T/message" >"$T/diff" 2>&1; }

from=127.0.0.9
export from
is "$(from=127.0.0.9 smtp_say "${smtp[a]}" 'EHLO x.example' 'MAIL FROM:<taro@example.test>' 'RCPT TO:<hanako@example.net>' QUIT | sed -n 3p | cut -c 1-34)" \
  "550 5.7.1 Relay does not accept (R" "a stranger's address may not relay, whoever it says it is"
from=127.0.0.9 pop_say "${pop3[a]}" taro geheim QUIT >"$T/said"
like "$(from=127.0.0.9 smtp_say "${smtp[a]}" 'EHLO x.example' 'MAIL FROM:<taro@example.test>' 'RCPT TO:<hanako@example.net>' QUIT | sed -n 3p)" '^250' \
  "after a POP3 login from there it may"
like "$(from=127.0.0.10 smtp_say "${smtp[a]}" 'EHLO x.example' 'MAIL FROM:<taro@example.test>' 'RCPT TO:<hanako@example.net>' QUIT | sed -n 3p)" '^550 5.7.1' \
  "another address may not"
like "$(from=127.0.0.9 smtp_say "${smtp[a]}" 'EHLO x.example' 'MAIL FROM:<stranger@example.org>' 'RCPT TO:<hanako@example.net>' QUIT | sed -n 3p)" '^550 5.7.1' \
  "nor for a sender who is none of our users"

pop_say "${pop3[a]}" taro geheim QUIT >"$T/said"     # from 127.0.0.9, as exported
curl -sS --interface 127.0.0.9 --max-time 60 --mail-from taro@example.test --mail-rcpt hanako@example.net --crlf -T "$T/message" "smtp://127.0.0.1:${smtp[a]}/e2e" 2>"$T/err"
ok $? "taro sends to the other server" || diag "$(cat "$T/err")"
wait_for 30 arrived "${pop3[b]}" hanako geheim 1
ok $? "it arrives" || diag "$(tail -n 5 "$T/a/log/queue/current")"
fetch "${pop3[b]}" hanako geheim 1 >"$T/got"
same "$T/got"; ok $? "byte for byte" || diag "$(cat "$T/diff")"
is "$(grep -c '^Received: ' "$T/got") $(head -n 1 "$T/got")" "2 Return-Path: <taro@example.test>" "with the trace of both servers"

send "${smtp[a]}" stranger@example.org jiro@example.test "$T/message"
ok $? "anybody may write to our users"
wait_for 30 arrived "${pop3[a]}" jiro geheim 1
fetch "${pop3[a]}" jiro geheim 1 >"$T/got"
same "$T/got"; ok $? "which arrives byte for byte as well" || diag "$(cat "$T/diff")"
like "$(smtp_say "${smtp[a]}" 'EHLO x.example' 'MAIL FROM:<>' 'RCPT TO:<nobody@example.test>' QUIT | sed -n 3p)" '^550 5.1.1 ' "a user who does not exist is refused at once"

# Many at once, each exactly once.
python3 - "${smtp[b]}" <<'END'
import smtplib, sys, threading
def run(k):
    for i in range(20):
        with smtplib.SMTP('127.0.0.1', int(sys.argv[1]), 'burst.example') as s:
            s.sendmail('x@example.org', ['hanako@example.net'], 'Subject: burst %d-%d\n\nhello\n' % (k, i))
threads = [threading.Thread(target=run, args=(k,)) for k in range(10)]
[t.start() for t in threads]
[t.join() for t in threads]
END
wait_for 60 arrived "${pop3[b]}" hanako geheim 201
ok $? "200 messages by ten clients arrive"
is "$(cat "$T"/b/mail/example.net/hanako/new/* "$T"/b/mail/example.net/hanako/cur/* 2>/dev/null | grep -c '^Subject: burst') $(cat "$T"/b/mail/example.net/hanako/*/* 2>/dev/null | grep '^Subject: burst' | sort -u | wc -l)" "200 200" "each of them once"
is "$(cat "$T"/a/log/error/current "$T"/b/log/error/current | grep -vcE ' RL201E | PO[0-9]+E | SM[0-9]+E ')" 0 "the error logs hold refusals alone" ||
  diag "$(cat "$T"/a/log/error/current "$T"/b/log/error/current)"
