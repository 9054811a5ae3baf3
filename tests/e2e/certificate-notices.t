#!/bin/bash
# The postmaster hears of a certificate of ours that ends soon, that has really ended, and that it is over; once each.
# waits for a certificate to end
. tests/lib.sh
. tests/e2e/lib.sh
. tests/ca.sh
plan 14

ca_make
at() { date -u -d "$1" +%Y%m%d%H%M%SZ; }
make_instance a example.test --user postmaster@example.test:geheim
H=$T/a
certificate soon mail.example.test -- "$(at '-1 day')" "$(at '+15 seconds')"
certificate good mail.example.test
certificate other mail.example.test
put() { cat "$@" >"$T/new.pem" && touch -d '10 seconds ago' "$T/new.pem" && mv "$T/new.pem" "$H/conf/tls/mail.example.test.pem"; }
put "$CA/soon.pem"
wiz start a >"$T/start" 2>&1; ok $? "the server starts" || diag "$(cat "$T/start")"
n=0
fetched() { printf x >"$H/run/trigger"; fetch "${pop3[a]}" postmaster geheim "$1" >"$T/m" && [ -s "$T/m" ]; }
next() { n=$((n + 1)); wait_for 40 fetched $n; }
of() { python3 tests/programs/report.py "$T/m" "$1"; }

next; ok $? "the postmaster is told that a certificate ends soon" || diag "$(tail "$H/log/error/current" "$H/run/tls/certificates")"
like "$(of 'm["Subject"]')" '証明書の期限が14日以内.*Action needed: A certificate of this server expires within 14 days' "in the subject"
like "$(of text | tr -d '\n')" 'conf/tls/mail.example.test.pem: valid until 20.*msg-explain OP107E' "which, and until when"
next; ok $? "and when it has ended" || diag "$(tail "$H/log/error/current")"
like "$(of text | tr -s '\n ' ' ')" 'conf/tls/mail.example.test.pem: expired 20.*msg-explain OP108E' "that it has expired"
put "$CA/good.pem"
next; ok $? "and when it was renewed" || diag "$(tail "$H/log/error/current" "$H/run/tls/certificates")"
like "$(of 'm["Subject"]') $(of text | tr -s '\n ' ' ')" '^【復旧】.*Over: The certificates of this server are good again .*Nothing is to be done\. More' "that all is well"
like "$(cat "$H/run/tls/certificates")" '^path=conf/tls/mail.example.test.pem not_after=[0-9]*$' "what tls-serve leaves for queue-run"
cat "$CA/other.key" "$CA/good.crt" >"$T/mixed.pem"
put "$T/mixed.pem"
wait_for 20 grep -q 'not_after=[0-9]* error=TL304E$' "$H/run/tls/certificates"; ok $? "a renewal that went wrong stands there"
printf x >"$H/run/trigger"
wait_for 15 sh -c "[ \$(grep -c ' OP108E .*TL304E' '$H/log/queue/current') = 1 ]"; ok $? "and in the error log; within a day it is not told again"
put "$CA/other.pem"
wait_for 20 sh -c "! grep -q error= '$H/run/tls/certificates'"; ok $? "until it is mended"
printf x >"$H/run/trigger"
wait_for 15 sh -c "[ \$(grep -c ' OP118I ' '$H/log/queue/current') = 2 ]"; ok $? "that it is over is logged"
is "$(curl -sS -u postmaster:geheim "pop3://127.0.0.1:${pop3[a]}/" | grep -c .)" 3 "three notices in all"
