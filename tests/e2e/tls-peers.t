#!/bin/bash
# Two of us and a Postfix send each other mail with verified TLS, every way; then servers whose TLS is not in order, each
# with its own cause and remedy.  Certificates come from an authority made here.
. tests/lib.sh
. tests/e2e/lib.sh
. tests/ca.sh
. tests/postfix.sh
[ "$(id -u)" = 0 ] && command -v postconf >/dev/null || skip_all "Postfix can only be started by root"
plan 36

ca_make
certificate a mail.example.test
certificate b mail.example.net
certificate p mx.example.org
certificate other other.example.org
certificate old mx.example.org -- 20200101000000Z 20210101000000Z
self_signed self mx.example.org
export SSL_CERT_FILE=$CA/ca.pem SSL_CERT_DIR=/nowhere
P=$(port) other=$(port) old=$(port) self=$(port) clear=$(port)

# --- two of us
make_instance a example.test --auth --user taro@example.test:geheim --user jiro@example.test:geheim
make_instance b example.net --user hanako@example.net:geheim
for x in a:mail.example.test b:mail.example.net; do
  rm -f "$T/${x%%:*}/conf/tls"/*
  install -m 600 "$CA/${x%%:*}.pem" "$T/${x%%:*}/conf/tls/${x#*:}.pem"
done
printf '%s\n' "example.net: [127.0.0.1]:${smtp[b]}" "example.org: [127.0.0.1]:$P" >>"$T/a/conf/routes"
printf '%s\n' "[127.0.0.1]:${smtp[b]}: verify mail.example.net" "[127.0.0.1]: verify mx.example.org" >>"$T/a/conf/tls_policy"
printf '%s\n' "example.org: [127.0.0.1]:$P" "example.test: [127.0.0.1]:${submission[a]}" >>"$T/b/conf/routes"
printf '%s\n' "[127.0.0.1]:${submission[a]}: verify mail.example.test" "[127.0.0.1]:${smtps[a]}: verify mail.example.test smtps" "[127.0.0.1]:$P: verify mx.example.org" "*: verify" >>"$T/b/conf/tls_policy"
echo "[127.0.0.1]:${submission[a]}: taro@example.test geheim # not shown" >>"$T/b/conf/credentials"
wiz start a >"$T/start" 2>&1 && wiz start b >>"$T/start" 2>&1
ok $? "two servers start" || diag "$(cat "$T/start")"

# --- a Postfix, an instance of its own below $T
postfix_conf mx.example.org example.org 'pia@example.org=pia/' <<CONF
inet_interfaces = 127.0.0.1
smtpd_tls_security_level = may
smtpd_tls_chain_files = $CA/p.pem
smtpd_tls_received_header = yes
smtp_tls_security_level = secure
smtp_tls_CAfile = $CA/ca.pem
smtp_tls_loglevel = 1
smtp_tls_policy_maps = inline:{ { [127.0.0.1]:${smtp[a]} = secure match=mail.example.test }, { [127.0.0.1]:${smtp[b]} = secure match=mail.example.net } }
transport_maps = inline:{ { example.test = smtp:[127.0.0.1]:${smtp[a]} }, { example.net = smtp:[127.0.0.1]:${smtp[b]} } }
CONF
postfix_listen "127.0.0.1:$P"
for x in other old self; do postfix_listen "127.0.0.1:${!x}" -o "smtpd_tls_chain_files=$CA/$x.pem"; done
postfix_listen "127.0.0.1:$clear" -o smtpd_tls_security_level=none
postfix_start
answers() { smtp_say "$1" QUIT >/dev/null; }
wait_for 20 answers "$P"
ok $? "a Postfix starts" || diag "$(cat "$T/pf.out" "$T/pf/log")"

# --- every way.  put INSTANCE FROM TO SUBJECT; by Postfix: hand FROM TO SUBJECT
message() { printf 'From: %s\nTo: %s\nSubject: %s\n\nhello\n' "$@"; }
put() { message "${@:2}" | "$BIN/queue-put" --home "$T/$1" -f "$2" "$3" >"$T/out" 2>&1 || diag "$(cat "$T/out")"; }
hand() { message "$@" | curl -sS --max-time 60 --mail-from "$1" --mail-rcpt "$2" --crlf -T - "smtp://127.0.0.1:$P/e2e" >"$T/out" 2>&1 || diag "$(cat "$T/out")"; }
shopt -s nullglob
# there N: so many have arrived in all
there() { local f=("$T"/{a,b}/mail/*/*/new/* "$T"/pf/box/*/new/*); [ ${#f[@]} -ge "$1" ]; }
# got SUBJECT: the file in which it arrived
got() { grep -rl "^Subject: $1\$" "$T"/{a,b}/mail/*/*/new "$T"/pf/box/*/new 2>/dev/null; }
arrives() {
  got "$1" >/dev/null
  ok $? "$2" 2 || diag "$(tail -n 5 "$T"/{a,b}/log/queue/current "$T/pf/log")"
}
trace() { sed -n '/^$/q;p' "$(got "$1")" | tr -d '\n'; }

put a taro@example.test hanako@example.net a-b
put a taro@example.test pia@example.org a-p
put b hanako@example.net pia@example.org b-p
put b taro@example.test jiro@example.test b-a
hand pia@example.org jiro@example.test p-a
hand pia@example.org hanako@example.net p-b
wait_for 30 there 6
arrives a-b "from us to us"
like "$(trace a-b)" 'by mail\.example\.net .*with ESMTPS .*TLSv1\.3' "with TLS, says Received"
arrives b-a "from us to us, as a user of the other"
like "$(trace b-a)" 'by mail\.example\.test .*with ESMTPSA .*TLSv1\.3' "with TLS and AUTH, says Received"
arrives a-p "from us to Postfix"
like "$(trace a-p)" 'using TLSv1\.3 .*by mx\.example\.org' "with TLS, says Postfix"
arrives b-p "from the other to Postfix"
arrives p-a "from Postfix to us"
like "$(trace p-a)" 'with ESMTPS .*TLSv1\.3' "with TLS"
arrives p-b "from Postfix to the other"
is "$(grep -c 'Verified TLS connection established' "$T/pf/log")" 2 "verified, says Postfix of both" || diag "$(grep TLS "$T/pf/log")"
is "$(cat "$T"/{a,b}/log/queue/current | grep SC101I | grep -c ' tls="TLSv1\.3 [A-Z0-9_]* verified" ')" 4 "each of our four lines says verified" || diag "$(grep SC101I "$T"/{a,b}/log/queue/current)"
! grep -qr geheim "$T"/{a,b}/log
ok $? "no log has the password"

sed -i "s/:${submission[a]}/:${smtps[a]}/" "$T/b/conf/routes" "$T/b/conf/credentials"
wiz reload b >"$T/out" 2>&1
put b taro@example.test jiro@example.test b-a-smtps
wait_for 20 there 7
arrives b-a-smtps "TLS from the start, with AUTH"
like "$(trace b-a-smtps)" 'with ESMTPSA .*TLSv1\.3' "says Received"
if [ -n "$WIZ98_LONG" ]; then
  sed -i "s/ geheim #/ falsch #/" "$T/b/conf/credentials"
  wiz reload b >"$T/out" 2>&1
  sleep 2.2     # a connection is kept for 2 s
  put b taro@example.test jiro@example.test b-a-wrong
  wait_for 20 grep -q CL147E "$T/b/log/error/current"
  like "$(grep CL147E "$T/b/log/error/current")" 'state=tried .*cause=tls_or_auth_required reply="535 5\.7\.8 ' "a wrong password is told, and the message waits"
  like "$("$BIN/queue-list" --home "$T/b" 2>/dev/null)" 'auth_refused|CL147E' "queue-list says why"
else
  skip 2 "WIZ98_LONG=1 runs it"
fi

# --- what is not in order.  fails PORT CAUSE ID WORDS "text": remote-send says so; then cause and remedy are the ID's own
fails() {
  message taro@example.test pia@example.org x | "$BIN/remote-send" --home "$T/a" "[127.0.0.1]:$1" taro@example.test pia@example.org >"$T/out" 2>"$T/err"
  is "$? $(cut -d : -f 2 <"$T/out")" "111  deferred ($2)" "$5: waits"
  like "$(cat "$T/err")" " $3 .*state=tried .*stage=tls cause=tls_failed reply=\".*$4.*" "$5: $3, in words"
  "$BIN/msg-explain" --lang en "$3" >"$T/explained"
  grep -q '^  remedy: .' "$T/explained" && "$BIN/msg-explain" --lang ja "$3" | grep -q '対処'
  ok $? "$5: cause and remedy, in both languages"
  told+=$(sed 1d "$T/explained" | md5sum)$'\n'
}
told=
fails "$other" tls_wrong_name CL139E 'the certificate is for other\.example\.org' "a wrong name"
fails "$old" tls_expired CL140E 'expired on 2021-01-01' "an expired certificate"
fails "$self" tls_self_signed CL142E 'self-signed' "a self-signed certificate"
fails "$clear" tls_missing CL136E 'STARTTLS' "no STARTTLS"
(unset SSL_CERT_FILE; export SSL_CERT_FILE=$CA/self.crt
 message taro@example.test pia@example.org x | "$BIN/remote-send" --home "$T/a" "[127.0.0.1]:$P" taro@example.test pia@example.org >"$T/out" 2>"$T/err")
like "$(cat "$T/out") $(cat "$T/err")" 'deferred \(tls_unknown_issuer\).* CL143E .*the issuer is unknown here: Test Authority' "an authority that is not trusted"
is "$(sort -u <<<"$told" | grep -c .)" 4 "no two of them share a text"

# --- the same servers where it need not be verified
if [ -n "$WIZ98_LONG" ]; then
  sed -i 's/^\[127.0.0.1\]: .*/[127.0.0.1]: encrypt/' "$T/a/conf/tls_policy"
  wiz reload a >"$T/out" 2>&1
  for x in other old self; do
    message taro@example.test pia@example.org "encrypt-$x" | "$BIN/remote-send" --home "$T/a" "[127.0.0.1]:${!x}" taro@example.test pia@example.org >"$T/out" 2>"$T/err"
    like "$? $(cat "$T/err")" '^0 .* SC101I .* tls="TLSv1\.3 [A-Z0-9_]* not verified: ' "encrypt: $x is taken, and its fault told"
  done
else
  skip 3 "WIZ98_LONG=1 runs it"
fi
