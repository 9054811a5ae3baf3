#!/bin/bash
# Users send with TLS and AUTH: STARTTLS on the ports 25 and 587, TLS from the start on 465; what they use is in Received.
# WIZ98_LONG: each client on each port.
. tests/lib.sh
. tests/e2e/lib.sh
plan $((42 + ${WIZ98_LONG:+6} + 0))
make_instance one example.test --auth --user taro@example.test:secret --user hanako@example.test:geheim || exit 1
echo 'info: taro' >>"$T/one/conf/aliases"
printf '%s\n' 'clear_text_networks = 192.0.2.0/24' 'connections_per_address = 40' >>"$T/one/conf/settings"
exits 0 "start" "$BIN/wiz98" start --home "$T/one"
is "$(grep -cE '^(smtp|submission|smtps) +up ' "$T/out")" 3 "the three ports are up"
! grep -q WZ301I "$T/err"; ok $? "nothing is said of closed ports"
s25=${smtp[one]} s587=${submission[one]} s465=${smtps[one]} user=taro@example.test to=hanako@example.test

# file NAME: the stored message with that subject.
file() { grep -l "^Subject: $1\$" "$T"/one/mail/example.test/hanako/new/* 2>/dev/null; }
message() { printf 'From: taro@example.test\nTo: hanako@example.test\nSubject: %s\n\nhello\n' "$1"; }
# sent STATUS NAME: the client says it has sent the message of that name.
names=()
sent() { names+=("$2"); ok "$1" "$2" 2 || diag "$(tail -n 5 "$T/log")"; }

# --- nothing secret in the clear ---
smtp_say "$s587" 'EHLO c' "AUTH PLAIN AHRhcm8Ac2VjcmV0" "MAIL FROM:<$user>" >"$T/said"
like "$(sed -n 2p "$T/said")" '^538 5\.7\.11 .*\(SM322W\)' "AUTH before TLS is refused"
like "$(sed -n 3p "$T/said")" '^530 5\.7\.0 .*\(SM323W\)' "MAIL on the submission port wants TLS first"
offers() { python3 -c 'import smtplib, sys
s = smtplib.SMTP(sys.argv[1], int(sys.argv[2]), timeout=30); s.ehlo()
print(" ".join(sorted(k for k in s.esmtp_features if k in ("auth", "starttls"))))' 127.0.0.1 "$1"; }
is "$(offers "$s587")" starttls "EHLO offers STARTTLS there, no AUTH"
is "$(offers "$s25")" starttls "on port 25 as well"

# --- swaks ---
swaks_send() { swaks --silent 2 --timeout 30 --server 127.0.0.1 --from $user --to $to --header "Subject: $1" --body hello "${@:2}" >"$T/log" 2>&1; }
[ -z "$WIZ98_LONG" ] || { swaks_send swaks-25 --port "$s25" --tls; sent $? swaks-25; }
swaks_send swaks-587 --port "$s587" --tls --auth PLAIN --auth-user $user --auth-password secret; sent $? swaks-587
swaks_send swaks-465 --port "$s465" --tlsc --auth LOGIN --auth-user $user --auth-password secret; sent $? swaks-465
swaks_send swaks-wrong --port "$s587" --tls --auth PLAIN --auth-user $user --auth-password wrong
grep -q '535 5.7.8 .*(SM325W)' "$T/log"; ok $? "swaks, a wrong password: 535" || diag "$(cat "$T/log")"

# --- curl ---
curl_send() { message "$1" | curl -skS --max-time 30 "${@:2}" --mail-from $user --mail-rcpt $to --crlf -T - >"$T/log" 2>&1; }
[ -z "$WIZ98_LONG" ] || { curl_send curl-587 --ssl-reqd -u $user:secret "smtp://127.0.0.1:$s587/c.test"; sent $? curl-587; }
curl_send curl-465 -u $user:secret "smtps://127.0.0.1:$s465/c.test"; sent $? curl-465
[ -z "$WIZ98_LONG" ] || { curl_send curl-login --login-options AUTH=LOGIN -u $user:secret "smtps://127.0.0.1:$s465/c.test"; sent $? curl-login; }
! curl_send curl-none "smtps://127.0.0.1:$s465/c.test"; ok $? "curl without a password: refused on 465"

# --- msmtp ---
msmtp_send() { # NAME PORT STARTTLS [OPTION…]
  message "$1" | msmtp --host=127.0.0.1 --port="$2" --tls=on --tls-starttls="$3" --tls-certcheck=off --timeout=30 --from=$user "${@:4}" $to >"$T/log" 2>&1
}
with_password=(--auth=on --user=$user --passwordeval='echo secret')
[ -z "$WIZ98_LONG" ] || { msmtp_send msmtp-25 "$s25" on; sent $? msmtp-25; }
msmtp_send msmtp-587 "$s587" on "${with_password[@]}"; sent $? msmtp-587
[ -z "$WIZ98_LONG" ] || { msmtp_send msmtp-465 "$s465" off "${with_password[@]}"; sent $? msmtp-465; }

# --- Python ---
python3 - "$s587" "$s465" $user $to >"$T/log" 2>&1 <<'PY'
import smtplib, ssl, sys
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
first = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=30)
first.starttls(context=trusting)
for name, s in ("python-587", first), ("python-465", smtplib.SMTP_SSL("127.0.0.1", int(sys.argv[2]), context=trusting, timeout=30)):
    s.ehlo()
    assert s.has_extn("auth") and not s.has_extn("starttls")
    s.login(sys.argv[3], "secret")
    s.sendmail(sys.argv[3], [sys.argv[4]], "Subject: %s\r\n\r\nhello\r\n" % name)
    s.quit()
PY
got=$?; sent $got python-587; sent $got python-465

# --- a sequence like Thunderbird's ---
python3 - "$s587" >"$T/log" 2>&1 <<'PY'
import base64, socket, ssl, sys
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
def say(line, want):
    if line: s.sendall(line + b"\r\n")
    got = b""
    while not got.endswith(b"\r\n") or got.rsplit(b"\r\n", 2)[-2][3:4] == b"-":
        piece = s.recv(4096)
        assert piece, got
        got += piece
    assert got.startswith(want), got
    return got
say(b"", b"220 ")
assert b"-STARTTLS\r\n" in say(b"EHLO [127.0.0.1]", b"250-")
say(b"STARTTLS", b"220 ")
s = trusting.wrap_socket(s)
assert b"-AUTH PLAIN LOGIN\r\n" in say(b"EHLO [127.0.0.1]", b"250-")
say(b"AUTH PLAIN " + base64.b64encode(b"\0taro@example.test\0secret"), b"235 ")
text = b"Message-ID: <thunder@example.test>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0900\r\nMIME-Version: 1.0\r\nSubject: thunderbird\r\n\r\nhello\r\n"
say(b"MAIL FROM:<taro@example.test> BODY=8BITMIME SIZE=%d" % len(text), b"250 ")
say(b"RCPT TO:<hanako@example.test>", b"250 ")
say(b"DATA", b"354 ")
say(text + b".", b"250 ")
say(b"QUIT", b"221 ")
PY
sent $? thunderbird

# --- openssl ---
openssl_send() { # NAME AUTH-LINE OPTION…
  { sleep 0.4; for line in "EHLO c.test" ${2:+"$2"} "mail FROM:<$user>" "rcpt TO:<$to>" DATA; do echo "$line"; sleep 0.2; done; message "$1"; echo .; sleep 0.4; echo quit; sleep 0.2; } |
    timeout 30 openssl s_client -quiet -crlf "${@:3}" >"$T/log" 2>&1
  grep -q 'queue ID' "$T/log"
}
plain="AUTH PLAIN $(printf '\0%s\0secret' $user | base64)"
openssl_send openssl-25 '' -starttls smtp -connect "127.0.0.1:$s25"; sent $? openssl-25
openssl_send openssl-587 "$plain" -tls1_2 -starttls smtp -connect "127.0.0.1:$s587"; sent $? openssl-587
[ -z "$WIZ98_LONG" ] || { openssl_send openssl-465 "$plain" -connect "127.0.0.1:$s465"; sent $? openssl-465; }

# --- what arrived says how it came ---
all_arrived() { [ "$(ls "$T/one/mail/example.test/hanako/new" | wc -l)" = ${#names[@]} ]; }
wait_for 20 all_arrived; ok $? "all ${#names[@]} messages arrived"
perl -0777 -ne '/^(Received:.*?\n)(?!\s)/ms and ($r = $1) =~ s/\s+/ /g; print "$1: $r\n" if /^Subject: (.*)/m' "$T"/one/mail/example.test/hanako/new/* >"$T/received"
for name in "${names[@]}"; do
  version=TLSv1.3 how=ESMTPSA
  case $name in *-25) how=ESMTPS ;; openssl-587) version=TLSv1.2 ;; esac
  grep -qE "^$name: .* with $how .*\($version [A-Z0-9_-]+\)|^$name: .*\($version [A-Z0-9_-]+\).* with $how " "$T/received" || echo "$name"
done >"$T/wrong"
[ ! -s "$T/wrong" ]; ok $? "Received says ESMTPS or ESMTPSA, version, cipher" || diag "$(cat "$T/wrong" "$T/received")"
! grep -q taro "$T/received"; ok $? "… and not who authenticated"
[ "$(grep -c '^Date: ' "$(file curl-465)")$(grep -c '^Message-ID: ' "$(file curl-465)")" = 11 ]; ok $? "Date and Message-ID are added where they are missing"
[ "$(grep -c '^Date: Mon, 1 Jan' "$(file thunderbird)")$(grep -c '^Message-ID: ' "$(file thunderbird)")" = 11 ]; ok $? "… and only there"
! grep -q '^Message-ID:' "$(file openssl-25)"; ok $? "… and only on the submission ports"
grep -q "SM107I .*user=$user tls=TLSv1.3 " "$T/one/log/smtp/current"; ok $? "the log says who, and that TLS was used"
grep -q "SM113I .*user=$user tls=TLSv1.3 " "$T/one/log/smtp/current"; ok $? "one line says that a user authenticated"
! grep -rqE 'secret|geheim' "$T/one/log" "$T/one/spool"; ok $? "no password is in log or spool"

# --- what a user may do ---
python3 - "$s465" >"$T/said" 2>&1 <<'PY'
import smtplib, ssl, sys
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
s = smtplib.SMTP_SSL("127.0.0.1", int(sys.argv[1]), context=trusting, timeout=30)
s.ehlo()
print(*s.docmd("MAIL FROM:<taro@example.test>"))
s.login("TARO@example.test", "secret")
for line in ("MAIL FROM:<hanako@example.test>", "MAIL FROM:<x@far.example>", "MAIL FROM:<info@example.test>", "RSET", "MAIL FROM:<taro+news@example.test>",
             "RCPT TO:<x@far.example>", "RSET", "AUTH PLAIN", "MAIL FROM:<>", "RCPT TO:<x@far.example>"):
    print(*s.docmd(line))
PY
like "$(sed -n 1p "$T/said")" '^530 .*\(SM324W\)' "MAIL before AUTH"
like "$(sed -n 2,3p "$T/said")" '^550 .*\(SM328E\).*550 .*\(SM328E\)' "another's address as sender is refused, be it here or elsewhere"
like "$(sed -n 4p "$T/said")$(sed -n 6p "$T/said")" "^250 .*250 " "an alias or an extension of one's own is not"
like "$(sed -n 7p "$T/said")" '^250 ' "a user may send anywhere"
like "$(sed -n 9p "$T/said")" '^503 .*\(SM519W\)' "AUTH again is refused"
like "$(sed -n 10,11p "$T/said")" '250 .*250 ' "receipts, which have no sender, may be sent"
like "$(smtp_say "$s25" 'EHLO c' "MAIL FROM:<$user>" 'RCPT TO:<x@far.example>' | tail -n 1)" '^550 5\.7\.1 Relay does not accept' "without AUTH nobody may"

# --- AUTH in the clear where the operator permits that; on port 25 where they want it ---
sed -i 's/^clear_text_networks.*/clear_text_networks = 127.0.0.0\/8/; $a auth_on_smtp_port = on' "$T/one/conf/settings"
wiz reload one >"$T/log" 2>&1
is "$(offers "$s587") $(offers "$s25")" "auth starttls auth starttls" "AUTH without TLS, and on port 25"
swaks_send swaks-clear --port "$s587" --auth PLAIN --auth-user $user --auth-password secret && wait_for 20 file swaks-clear
grep -A 3 '^Received:' "$(file swaks-clear)" | grep -q ' with ESMTPA '; ok $? "Received says ESMTPA"

# --- tls-serve is down ---
begun=$SECONDS
printf d >"$T/one/service/tls/supervise/control"
wait_for 10 eval '! pgrep -f "$T/one.*tls-serve"'
smtp_say "$s587" 'EHLO c' STARTTLS NOOP >"$T/said" 2>&1
like "$(sed -n 2,3p "$T/said")" '^454 4\.7\.0 .*\(SM321W\).*250 ' "tls-serve is down: 454, and the conversation goes on"
[ $((SECONDS - begun)) -lt 10 ]; ok $? "nothing waits for it"
printf u >"$T/one/service/tls/supervise/control"
wait_for 10 swaks_send again --port "$s25" --tls --quit-after RCPT; ok $? "it is up again"

# --- AUTH is switched off while the server runs ---
sed -i 's/^smtp_auth = on/smtp_auth = off/' "$T/one/conf/settings"
wiz reload one >"$T/log" 2>&1
grep -q '^smtp_auth: on -> off .*after a restart' "$T/log"; ok $? "reload says that ports change after a restart"
greeting() { python3 -c 'import socket, ssl, sys
c = ssl.create_default_context(); c.check_hostname, c.verify_mode = False, ssl.CERT_NONE
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
print((c.wrap_socket(s) if sys.argv[2:] else s).makefile("r").readline().strip())' "$@"; }
like "$(greeting "$s587")" '^421 4\.3\.2 .*\(SM332W\)' "until then the submission port says why it takes nothing"
like "$(greeting "$s465" tls)" '^421 4\.3\.2 .*\(SM332W\)' "… that with TLS as well"
