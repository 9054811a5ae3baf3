#!/bin/bash
# Mail programs read with TLS: STLS on the POP3 port, TLS from the start on the other.
. tests/lib.sh
. tests/e2e/lib.sh
plan 18
instance one example.test --user taro@example.test:secret || exit 1
user=taro@example.test stls=${pop3[one]} tls=${pop3s[one]}
printf 'From: hanako@elsewhere.test\nSubject: x\n\nhello\n' >"$T/m"
send "${smtp[one]}" hanako@elsewhere.test $user "$T/m" && wait_for 20 arrived "$stls" $user secret 1
ok $? "a message is there"

curl -skS -u $user:secret "pop3s://127.0.0.1:$tls/1" | grep -q '^hello'; ok $? "curl, pop3s"
curl -skS --ssl-reqd -u $user:secret "pop3://127.0.0.1:$stls/1" | grep -q '^hello'; ok $? "curl, STLS"

python3 - "$stls" "$tls" >"$T/poplib" 2>&1 <<'PY'
import poplib, ssl, sys
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
plain = poplib.POP3("127.0.0.1", int(sys.argv[1]), 30)
assert "STLS" in plain.capa()
plain.stls(trusting)
for p in (plain, poplib.POP3_SSL("127.0.0.1", int(sys.argv[2]), context=trusting, timeout=30)):
    assert "STLS" not in p.capa()
    p.user("taro"), p.pass_("secret")
    assert b"hello" in p.retr(1)[1]
    p.quit()
PY
ok $? "poplib, both" || diag "$(cat "$T/poplib")"

# What Thunderbird says: CAPA, STLS, CAPA, AUTH PLAIN with the response in a line of its own.
python3 - "$stls" >"$T/thunderbird" 2>&1 <<'PY'
import base64, socket, ssl, sys
trusting = ssl.create_default_context()
trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 30)
def say(line, end=b"\r\n"):
    if line: s.sendall(line + b"\r\n")
    got = b""
    while not got.endswith(end):
        piece = s.recv(4096)
        assert piece, got
        got += piece
    return got
say(b"")
assert b"\r\nSTLS\r\n" in say(b"CAPA", b".\r\n")
assert say(b"STLS").startswith(b"+OK")
s = trusting.wrap_socket(s)
assert b"\r\nSASL PLAIN\r\n" in say(b"CAPA", b".\r\n")
assert say(b"AUTH PLAIN") == b"+ \r\n"
assert say(base64.b64encode(b"\0taro@example.test\0secret")).startswith(b"+OK")
assert say(b"STAT").startswith(b"+OK 1 ")
assert say(b"QUIT").startswith(b"+OK")
PY
ok $? "a sequence like Thunderbird's" || diag "$(cat "$T/thunderbird")"

{ (sleep 0.5; printf 'USER taro\n'; sleep 0.3; printf 'PASS secret\n'; sleep 0.3; printf 'STAT\nQUIT\n'; sleep 0.5) | timeout 20 openssl s_client -quiet -crlf -starttls pop3 -connect "127.0.0.1:$stls"; } >"$T/s_client" 2>&1
grep -q '^+OK 1 ' "$T/s_client"; ok $? "openssl s_client -starttls pop3" || diag "$(cat "$T/s_client")"

for kind in off on; do
  [ $kind = on ] && port=$stls || port=$tls
  printf '%s\n' "defaults" "tls on" "tls_certcheck off" "tls_starttls $kind" "auth plain" "keep on" "only_new off" "uidls_file $T/uidls.$kind" "account a" \
    "host 127.0.0.1" "port $port" "user $user" "password secret" "delivery mbox $T/mpop.$kind" >"$T/mpoprc"
  chmod 600 "$T/mpoprc"
  mpop -C "$T/mpoprc" a >"$T/mpop.log" 2>&1 && grep -q '^hello' "$T/mpop.$kind"
  ok $? "mpop, tls_starttls $kind" || diag "$(cat "$T/mpop.log")"
done

printf '%s\n' "poll 127.0.0.1 service $tls protocol pop3 user $user password secret ssl sslcertck no keep fetchall mda \"tee -a $T/fetched\"" >"$T/fetchmailrc"
sed -i 's/ sslcertck no/ no sslcertck/' "$T/fetchmailrc"
chmod 600 "$T/fetchmailrc"
FETCHMAILHOME=$T fetchmail --nosyslog -f "$T/fetchmailrc" >"$T/fetchmail.log" 2>&1
grep -q '^hello' "$T/fetched"; ok $? "fetchmail, ssl" || diag "$(cat "$T/fetchmail.log")"

grep -q 'TL102I program=pop3-serve .*version=TLSv1.3' "$T/one/log/pop3/current"; ok $? "the log names version and cipher"
[ -n "$(ls "$T"/one/run/popmark)" ]; ok $? "the login's mark has the client's address, under TLS as well"

# tls-serve dies: supervise starts it again; it is down: one line, at once.
stls_says() { (exec 9<>"/dev/tcp/127.0.0.1/$stls" && printf 'STLS\r\n' >&9 && head -n 2 <&9 | tail -n 1) | tr -d '\r'; }
tls_pid() { wiz status one --json | python3 -c 'import json, sys; print([x["pid"] for x in json.load(sys.stdin)["services"] if x["name"] == "tls"][0])'; }
before=$(tls_pid)
kill -9 "$before"
again() { curl -skS --max-time 5 -u $user:secret "pop3s://127.0.0.1:$tls/1" | grep -q '^hello'; }
wait_for 10 again; ok $? "tls-serve is killed: soon it serves again"
[ "$(tls_pid)" != "$before" ]; ok $? "… as another process"
svc -d "$T/one/service/tls"
down() { [[ $(stls_says) == *PO204E* ]]; }
wait_for 5 down; ok $? "tls-serve is down: STLS says so"
begin=$(date +%s%N)
like "$(stls_says)" '^-ERR .*\(PO204E\)$' "… with an answer"
[ $((($(date +%s%N) - begin) / 1000000)) -lt 1500 ]; ok $? "… that does not wait"
svc -u "$T/one/service/tls"
wait_for 10 again; ok $? "up again, it serves"

# Connections that have not even begun the handshake count, and one too many is not given one.
echo 'connections_per_address = 2' >>"$T/one/conf/settings"
wiz reload one >"$T/reload" 2>&1
python3 - "$tls" <<'PY'
import socket, sys, time
def connect(): return socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
held = [connect(), connect()]
time.sleep(1)
assert connect().recv(1) == b""
PY
[ $? = 0 ] && grep -q 'PO202W program=pop3-serve' "$T/one/log/pop3/current"; ok $? "one connection too many is closed before its handshake"
