#!/bin/bash
# Faults of certificates, mailboxes, the clock; of mail on its way through this server; of clients that are refused relay.
. tests/faults/lib.sh
[ -n "${WIZ98_LONG:-}" ] || skip_all "it takes a minute: WIZ98_LONG=1"
plan 48
make_home a example.test --user taro:geheim || exit 1
is "$(stat -c %a "$H/state/selftest")" 600 "the self-test's password is its owner's"
healthy "an instance with that account"
is "$(result D203)" PASS "a message goes from SMTP to POP3 and is the same" || diag "$(field D203 evidence)"
is "$(ls "$H/run/popmark")" "" "no permission is left behind"
if [ -n "${WIZ98_INSIDE:-}" ]; then
  ip addr add 198.51.100.7/32 dev lo
  like "$(from=198.51.100.7 smtp_say "${smtp[a]}" "EHLO pc" "MAIL FROM:<x@other.test>" "RCPT TO:<wiz98-selftest+a@EXAMPLE.test>" QUIT)" "550 5.1.1" "to others the self-test's user is not there"
  there() { curl -sk --max-time 10 --ssl-reqd --interface 198.51.100.7 -u "$1:$2" "pop3://127.0.0.1:${pop3[a]}/"; }
  exits 67 "nor can it log in from elsewhere" there wiz98-selftest@example.test "$(cat "$H/state/selftest")"
  exits 0 "where other users can" there taro@example.test geheim
else
  skip 3 "needs root"
fi

# --- certificates
pem=$(ls "$H"/conf/tls/*.pem)
certificate() { openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$1" -addext "subjectAltName=DNS:$1" "${@:2}" -keyout "$T/key" -out "$T/cert" 2>/dev/null && cat "$T/key" "$T/cert" >"$pem" && touch -d '1 minute ago' "$pem"; }
expired() {
  certificate mail.example.test -days 90
  openssl req -new -key "$T/key" -subj /CN=mail.example.test -out "$T/csr" 2>/dev/null
  mkdir -p "$T/ca" && : >"$T/ca/index" && echo 01 >"$T/ca/serial"
  printf '[ca]\ndefault_ca=c\n[c]\ndatabase=%s/ca/index\nserial=%s/ca/serial\nnew_certs_dir=%s/ca\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=DNS:mail.example.test\n' "$T" "$T" "$T" >"$T/ca.cnf"
  openssl ca -batch -selfsign -config "$T/ca.cnf" -keyfile "$T/key" -in "$T/csr" -startdate 20200101000000Z -enddate 20210101000000Z -out "$T/cert" -notext 2>/dev/null
  cat "$T/key" "$T/cert" >"$pem" && touch -d '1 minute ago' "$pem"
}
keep "${pem#"$H/"}"
fault D021 "key and certificate do not belong together" 'certificate mail.example.test -days 90; openssl genrsa 2048 2>/dev/null >"$pem"; cat "$T/cert" >>"$pem"; touch -d "1 minute ago" "$pem"' :
fault D022 "the certificate has expired" 'expired' :
near "the certificate is good for 20 more days" 'certificate mail.example.test -days 20' :
warns D022 "the certificate is good for 5 more days" 'certificate mail.example.test -days 5' :
fault D023 "the certificate has another name" 'certificate www.other.test -days 90' 'restore "${pem#"$H/"}"'

# --- the machine
fault D007 "the clock has gone back" 'touch -h -d "+3 days" "$H/conf/users"' 'touch "$H/conf/users"; reload'
send "${smtp[a]}" a@other.test taro@example.test LICENSE
wait_for 10 test -d "$H/mail/example.test/taro/cur"
fault D031 "a mailbox is damaged" 'mv "$H/mail/example.test/taro/new" "$T/new.kept"; echo x >"$H/mail/example.test/taro/new"' 'rm "$H/mail/example.test/taro/new"; mv "$T/new.kept" "$H/mail/example.test/taro/new"'

# --- Q9
fault D901 "a program has crashed" 'printf "@400000006900000000000000 0 CR101E program=smtp-recv pid=12 signal=11\n" >>"$H/crash/current"' 'truncate -s 0 "$H/crash/current"'

# --- Q2
fault D201 "smtp hangs" 'kill -STOP "$(cut -d " " -f 1 <<<"$(pgrep -f "tcpserver.*${smtp[a]}|tcp-pool.*${smtp[a]}")")"' 'kill -CONT "$(pgrep -f "tcpserver.*${smtp[a]}|tcp-pool.*${smtp[a]}" | head -n 1)"'
fault D203 "the queue hangs" 'kill -STOP "$(pgrep -P "$(pgrep -f "supervise queue")" | head -n 1)"' 'kill -CONT "$(pgrep -P "$(pgrep -f "supervise queue")" | head -n 1)"; sleep 1'

# --- Q2-3: the log tells who was refused
refused() { from=127.0.0.9 smtp_say "${smtp[a]}" "EHLO pc" "MAIL FROM:<$1>" "RCPT TO:<b@other.test>" QUIT >/dev/null; }
login() { from=127.0.0.9 pop_say "${pop3[a]}" taro@example.test geheim QUIT >/dev/null; }
expire() { login; touch -d '1 hour ago' "$H/run/popmark/127.0.0.9"; refused taro@example.test; sleep 0.5; }
fault D234 "a user received too long ago" expire 'login; sleep 0.5'
near "who has received since is helped" : :
near "a stranger is refused who writes our name" 'from=127.0.0.10 smtp_say "${smtp[a]}" "EHLO pc" "MAIL FROM:<taro@example.test>" "RCPT TO:<b@other.test>" QUIT >/dev/null; sleep 0.5' :
# --- Q10: POP before SMTP counted on in vain
again() { "$BIN/wiz98" stop --home "$H" >/dev/null 2>&1; truncate -s 0 "$H/log/smtp/current" "$H/log/error/current"; "$BIN/wiz98" start --home "$H" >"$T/out" 2>&1 || diag "$(cat "$T/out")"; }
received_first() { login; sleep 0.2; refused taro@example.test; sleep 0.5; }
fault D233 "POP before SMTP is switched off" 'settings "pop_before_smtp = off"; received_first' unset_settings
truncate -s 0 "$H/log/smtp/current"
listed() { keep conf/address_permits_relay; echo 127.0.0.9 >>"$H/conf/address_permits_relay"; reload; refused scanner@else.test; sleep 0.5; }
fault D235 "a scanner that is listed sends under a foreign name" listed 'restore conf/address_permits_relay; reload'
keep conf/settings
sed -i 's|^smtp_auth = off|smtp_auth = on|' "$H/conf/settings"
again
fault D232 "AUTH is on, and a user counts on POP before SMTP" received_first :
near "all authenticate" 'truncate -s 0 "$H/log/smtp/current"' :
