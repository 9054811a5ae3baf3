#!/bin/bash
# The same as tests/wire/causes.t with a real server: what a Postfix says, told apart, by a delivery and beforehand.
. tests/lab.sh
. tests/postfix.sh
command -v postconf >/dev/null || skip_all "postfix is missing"
plan 15

zone pf.test <<<'@ MX 10 mx
mx A 10.98.0.50'
zone relay.test <<<'@ MX 10 mx.pf.test.'
lab_start
echo "nameserver 10.98.0.53" >"$T/resolv.conf"
mount --bind "$T/resolv.conf" /etc/resolv.conf
chmod 644 "$T/resolv.conf"
postfix_conf mx.pf.test pf.test '{ pia@pf.test = pia/ }, { grey@pf.test = grey/ }, { name@pf.test = name/ }, { from@pf.test = from/ }, { mine@pf.test = mine/ }' <<CONF
smtpd_recipient_restrictions = reject_unauth_destination, check_recipient_access inline:{ { grey@pf.test = 451 4.7.1 Greylisted, come back in 300 seconds }, { name@pf.test = reject_unknown_client_hostname }, { from@pf.test = reject_unknown_sender_domain } }
CONF
postfix_listen 10.98.0.50:25
postfix_start world
greets() { (exec 3<>/dev/tcp/10.98.0.50/25 && read -r -t 5 line <&3 && [[ $line == 220* ]]) 2>/dev/null; }
wait_for 20 greets
ok $? "a Postfix starts" || diag "$(cat "$T/pf.out" "$T/pf/log")"

python3 tests/generation.py "$T/home" hostname=mail.example.test d:example.test=1 d:=example.test remote_port=25 smtp_port=2525 remote_connect_timeout=2s
printf 'A: b\n\nx\n' >"$T/message"

# row RCPT CAUSE STATE "text": both say so
row() {
  local size=${5:-11}
  head -c "$size" /dev/zero | tr '\0' x | fold -w 900 >"$T/message"
  timeout 60 "$BIN/remote-send" --home "$T/home" --mx "${1#*@}" a@nowhere.test "$1" <"$T/message" >"$T/out" 2>"$T/err"
  is "$(sed -n 's/^0 CL.* state=\([a-z]*\) .* cause=\([a-z_]*\) .*/\2 \1/p; s/.* SC101I .*/- sent/p' "$T/err")" "$2 $3" "$4" || diag "$(cat "$T/out" "$T/err")"
  timeout 60 "$BIN/mail-doctor" send --home "$T/home" --from a@nowhere.test --size "$size" --json "$1" >"$T/out" 2>&1
  is "$(sed -n 's/^{"address":.*"state":"\([a-z]*\)".*"cause":"\([a-z_]*\)".*/\2 \1/p; s/^{"address":.*"state":"accepted".*/- sent/p' "$T/out" | sed 's/ delayed/ tried/')" "$2 $3" "$4: rehearsed" || diag "$(cat "$T/out")"
}
row pia@pf.test - sent "a mailbox"
row nobody@pf.test user_unknown failed "no such user"
row b@relay.test relay_denied tried "a domain that it does not serve"
row grey@pf.test greylisted tried "greylisting"
row name@pf.test reverse_dns tried "an address without a name"
row from@pf.test sender_rejected tried "a sender's domain that is not there"
row mine@pf.test message_too_big failed "a message of 11 MB" 11000000
