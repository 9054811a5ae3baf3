#!/bin/bash
# tls-serve: versions, ciphers, keys, names, renewal, tickets, failures in words, and who has the private key in memory.
. tests/lib.sh
. tests/conf.sh
. tests/tls.sh
plan 52

H=$T/home
make_home "$H" example.test taro:pw
certificate() { # FILE NAME rsa|ec DAYS [SAN]
  local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
  [ "$3" = rsa ] && key=(-newkey rsa:2048)
  openssl req -x509 "${key[@]}" -nodes -days "$4" -subj "/CN=$2" -addext "subjectAltName=DNS:${5:-$2}" -keyout "$T/k" -out "$T/c" 2>/dev/null && cat "$T/k" "$T/c" >"$T/pem" && chmod 600 "$T/pem" && mv "$T/pem" "$1"
}
expired() { # FILE NAME
  printf '[ca]\ndefault_ca = x\n[x]\ndatabase = %s\nnew_certs_dir = %s\npolicy = p\nrand_serial = yes\n[p]\ncommonName = supplied\n' "$T/db" "$T" >"$T/ca.cnf"
  : >"$T/db"
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$T/k" -out "$T/csr" 2>/dev/null &&
    openssl ca -batch -notext -config "$T/ca.cnf" -selfsign -keyfile "$T/k" -in "$T/csr" -out "$T/c" -md sha256 -startdate 20200101000000Z -enddate 20210101000000Z 2>/dev/null &&
    cat "$T/k" "$T/c" >"$T/pem" && chmod 600 "$T/pem" && mv "$T/pem" "$1"
}
exits 0 "a self-signed certificate is made" "$BIN/tls-serve" --home "$H" --self-signed mail.example.test
exits 0 "… once" "$BIN/tls-serve" --home "$H" --self-signed mail.example.test
like "$(cat "$T/err")" TL107I "… and says so"
is "$(stat -c %a "$H"/conf/tls/mail.example.test.pem)" 600 "… for its owner alone"
exits 100 "no host name" "$BIN/tls-serve" --home "$H" --self-signed ../x

start() { tls_start "$H"; }
start
tls_listen "$H" starttls; start_port=$tls_port
tls_listen "$H" tls
client() { timeout "${patience:-10}" openssl s_client -quiet -connect "127.0.0.1:$tls_port" "$@" 2>"$T/client"; }
info() { { echo info; sleep 0.1; echo quit; sleep 0.1; } | client "$@" | head -n 1; }
last() { tail -n 1 "$H/log/talk"; }

like "$(info)" '^TLSv1.3 TLS_AES_256_GCM_SHA384 - full$' "TLS 1.3, no name"
like "$(info -servername mail.example.test)" ' mail.example.test full$' "… with the name"
like "$(last)" 'TL102I .*sid=.* ip=127.0.0.1 version=TLSv1.3 cipher=.* name=mail.example.test' "… in the log"
like "$(info -tls1_2)" '^TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384' "TLS 1.2"
like "$(info -ciphersuites TLS_CHACHA20_POLY1305_SHA256)" CHACHA20 "ChaCha20"
like "$(info -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256)" AES128-GCM "AES-128"
info -tls1_1 -cipher 'ALL:@SECLEVEL=0' >/dev/null
like "$(last)" 'TL202W .*reason="offered TLS 1.1"' "TLS 1.1 is refused, by name"
info -tls1_2 -cipher ECDHE-ECDSA-AES256-SHA >/dev/null
like "$(last)" TL201W "a cipher without AEAD is refused"
info -tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384 >/dev/null
like "$(last)" TL201W "no RSA certificate, no RSA client"

certificate "$H/conf/tls/mail.example.test.rsa.pem" mail.example.test rsa 90
like "$(info -tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384)" ECDHE-RSA "an RSA certificate beside it, TLS 1.2: PKCS #1 or PSS"
like "$(info -tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384 -sigalgs RSA+SHA256)" ECDHE-RSA "… PKCS #1 alone"
like "$(info -sigalgs rsa_pss_rsae_sha256)" TLSv1.3 "… TLS 1.3, PSS"
like "$(info -sigalgs rsa_pss_rsae_sha512)" TLSv1.3 "… with SHA-512"
like "$(info)" TLSv1.3 "ECDSA still serves others"
subject() { client -no_ign_eof -servername "$1" </dev/null >/dev/null; grep -o 'depth=0 CN = .*' "$T/client" | head -n 1; }
certificate "$H/conf/tls/wild.pem" wild.example.net ec 90 '*.example.net'
like "$(subject a.example.net)" 'wild.example.net' "a wildcard certificate for its names"
like "$(subject mail.example.test)" 'mail.example.test' "the file of a name for that name"
like "$(subject other.example.org)" 'mail.example.test' "the setting hostname's where nothing fits"

python3 - "$tls_port" "$T/renewed" >"$T/early" <<'PY' &
import os, socket, ssl, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
time.sleep(0.3)                                          # it has a process, with the certificates of now
open(sys.argv[2] + ".connected", "w")
while not os.path.exists(sys.argv[2]): time.sleep(0.05)
tls = ssl._create_unverified_context().wrap_socket(s, server_hostname="a.example.net")
print(b"wild.example.net" in tls.getpeercert(True), flush=True)
PY
early=$!; defer stop_pid $early
wait_for 5 test -e "$T/renewed.connected"
certificate "$H/conf/tls/wild.pem" renewed.example.net ec 90 '*.example.net'
like "$(subject a.example.net)" 'renewed.example.net' "a renewed certificate serves the next connection"
touch "$T/renewed"; wait_for 5 test -s "$T/early"
is "$(cat "$T/early")" True "a connection from before is signed with the key from before"
bad() { # ID "text"
  sleep 1.6
  subject a.example.net >"$T/was"
  grep -q "$1.*wild.pem kept=yes" "$H/log/tls" && grep -q renewed "$T/was"
  ok $? "$2: refused, the old one kept" || diag "$(tail -n 3 "$H/log/tls")"
}
keep=$(cat "$H/conf/tls/wild.pem")
echo nothing >"$H/conf/tls/wild.pem"; bad TL302E "no certificate"
cat "$T/c" >"$H/conf/tls/wild.pem"; bad TL303E "no key"
certificate "$T/other.pem" x.example.net ec 90; cat "$T/k" <(echo "$keep" | sed -n '/BEGIN CERT/,$p') >"$H/conf/tls/wild.pem"; bad TL304E "another key"
expired "$H/conf/tls/wild.pem" old.example.net; bad TL305E "an expired one"
rm "$H/conf/tls/wild.pem"
like "$(subject a.example.net)" 'mail.example.test' "a removed one is out of use"

resumed() { # prints how the second connection went
  { echo info; sleep 0.3; echo quit; sleep 0.1; } | client "$@" -sess_out "$T/sess" >/dev/null
  { echo info; sleep 0.1; echo quit; sleep 0.1; } | client "$@" -sess_in "$T/sess" | head -n 1
}
like "$(resumed -tls1_3)" 'resumed$' "a ticket resumes TLS 1.3"
like "$(resumed -tls1_2)" 'resumed$' "… and TLS 1.2"
client -no_ign_eof </dev/null >/dev/null; sleep 0.3
grep -q 'TL216W.*ip=127.0.0.1' "$H/log/tls"; ok $? "a client that leaves when it gets its ticket is named"
add_setting "$H" "tls_tickets = off"; reload_home "$H"
rm -f "$T/sess"
{ echo info; sleep 0.3; echo quit; sleep 0.1; } | client -sess_out "$T/sess" >/dev/null
[ ! -s "$T/sess" ]; ok $? "tls_tickets = off: no ticket, from the next connection on"

printf 'EHLO there\r\n' | timeout 5 bash -c "exec 9<>/dev/tcp/127.0.0.1/$tls_port; cat >&9; cat <&9" >/dev/null
like "$(last)" TL206W "plain text is no TLS"
timeout 5 bash -c "exec 9<>/dev/tcp/127.0.0.1/$tls_port"; sleep 0.2
like "$(last)" TL214W "gone without a word"
python3 - "$tls_port" <<'PY'
import socket, ssl, sys
a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
c = ssl._create_unverified_context().wrap_bio(a, b)
try: c.do_handshake()
except ssl.SSLWantReadError: pass
hello = b.read()
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(hello); s.recv(100); s.close()
for n in range(1, len(hello), 23):                      # and cut anywhere
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1]))); s.sendall(hello[:n]); s.close()
PY
sleep 0.5
grep -q TL207W "$H/log/talk"; ok $? "gone in the middle of the handshake"
info -verify_return_error >/dev/null
like "$(grep -o 'TL20[34]E' "$H/log/talk" | tail -n 1)" TL203E "a client that does not trust us says so"

is "$({ echo 'big 3000000'; sleep 2; echo quit; sleep 0.2; } | client | wc -c | awk '{print ($1 > 2999999)}')" 1 "3 MB to the client"
out=$({ timeout 10 bash -c "exec 9<>/dev/tcp/127.0.0.1/$start_port; echo STARTTLS >&9; head -n 1 <&9"; } 2>/dev/null)
is "$out" go "STARTTLS: go"

# whose memory has the key, while one connection is open and another waits in the middle of its handshake
key_pid=$(pgrep -P "$tls_pid" -o)
mkfifo "$T/in"; patience=600 client <"$T/in" >"$T/open" & client_pid=$!; exec 8>"$T/in"; defer stop_pid $client_pid
echo info >&8; wait_for 5 grep -q full "$T/open"
python3 - "$tls_port" >"$T/paused" <<'PY' &
import socket, ssl, sys, time
a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
tls = ssl._create_unverified_context().wrap_bio(a, b)
try:
    tls.do_handshake()
except ssl.SSLWantReadError:
    pass
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(b.read())
print(len(s.recv(65536)), flush=True)                    # hello, certificate, signature; it waits for ours
time.sleep(600)
PY
stop_paused=$!; defer stop_pid $stop_paused
wait_for 5 test -s "$T/paused"
children=$(pgrep -P "$tls_pid" | grep -v "^$key_pid$")
memory() { python3 tests/programs/memory.py "$@"; }
pem=$H/conf/tls/mail.example.test
[ "$(wc -w <<<"$children")" -ge 3 ]; ok $? "acceptor, key process, and at least three children"
is "$(memory --public "$pem.pem" "$tls_pid" $children | grep -c no)" 0 "acceptor and children all have the certificate in memory (the search sees it)"
like "$(memory "$pem.pem" "$key_pid")" yes "the key process has the private key (the search finds it)"
like "$(memory "$pem.rsa.pem" "$key_pid")" yes "… and the RSA one"
is "$(memory "$pem.pem" "$tls_pid" $children | grep -c yes)" 0 "acceptor and children have it nowhere, in the middle of a handshake or behind it"
is "$(memory "$pem.rsa.pem" "$tls_pid" $children | grep -c yes)" 0 "… nor the RSA one"
kill $stop_paused 2>/dev/null

kill "$tls_pid"; wait "$tls_pid" 2>/dev/null
echo still >&8; wait_for 5 grep -q still "$T/open"; ok $? "tls-serve is killed: an open connection goes on"
start_time=$SECONDS
out=$(timeout 10 bash -c "exec 9<>/dev/tcp/127.0.0.1/$start_port; echo STARTTLS >&9; head -n 1 <&9")
is "$out" "454 TL211E" "… a new one gets 454"
[ $((SECONDS - start_time)) -le 1 ]; ok $? "… at once"
start
like "$(info)" full "started again, it serves"
kill -9 "$(pgrep -P "$tls_pid" -o)"; wait "$tls_pid"
is $? 111 "without its key process tls-serve ends"
grep -q TL405E "$H/log/tls"; ok $? "… and says why"
start
rm "$H"/conf/tls/*.pem
gone() { [ ! -e "$H/run/tls/socket" ]; }
wait_for 10 gone; ok $? "without any certificate TLS is no longer offered"
