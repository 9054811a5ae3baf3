#!/bin/bash
# testssl.sh against every port that speaks TLS: nothing of LOW or worse (doc/tls-test.en.md).  Minutes, so only
# with WIZ98_LONG=1; reports (text, JSON) stay in build/testssl.
. tests/lib.sh
. tests/e2e/lib.sh
[ -n "${WIZ98_LONG:-}" ] || skip_all "WIZ98_LONG=1 runs it"
command -v testssl >/dev/null || skip_all "testssl.sh is not installed"
plan 11
out=$TOP/build/testssl
rm -rf "$out"
mkdir -p "$out"
make_instance one example.test --auth --user taro@example.test:pw || exit 1
printf '%s\n' 'hostname = mail.example.test' 'connections_per_address = 200' 'connections_max = 400' >>"$T/one/conf/settings"

# A certificate as a public authority gives it, with both types of keys; our own authority is one that testssl.sh trusts.
authority() {
  openssl req -x509 -newkey rsa:3072 -nodes -days 3000 -subj "/CN=Test Authority" -keyout "$T/ca.key" -out "$T/ca.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
}
issue() { # FILE, options of "openssl req" for the key
  printf '%s\n' "subjectAltName=DNS:mail.example.test" "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" \
    "extendedKeyUsage=serverAuth" "authorityKeyIdentifier=keyid" "crlDistributionPoints=URI:http://ca.example.test/crl" >"$T/ext"
  openssl req "${@:2}" -nodes -subj "/CN=mail.example.test" -keyout "$T/key" -out "$T/csr" 2>/dev/null &&
    openssl x509 -req -in "$T/csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" -set_serial "0x$(openssl rand -hex 16)" -days 90 -sha256 -extfile "$T/ext" -out "$T/crt" 2>/dev/null &&
    (umask 077 && cat "$T/key" "$T/crt" >"$T/one/conf/tls/$1")
}
rm -f "$T"/one/conf/tls/*.pem
authority && issue mail.example.test.pem -newkey ec -pkeyopt ec_paramgen_curve:P-256 && issue mail.example.test.rsa.pem -newkey rsa:2048
ok $? "certificates"
wiz start one >"$T/start" 2>&1 || { cat "$T/start"; exit 1; }

# try NAME PORT FINDINGS [option of testssl.sh]…: at least so many findings, none of note.
try() {
  testssl --quiet --color 0 --warnings batch --ip 127.0.0.1 -n none --add-ca "$T/ca.pem" --connect-timeout 20 --openssl-timeout 20 \
    --logfile "$out/$1.txt" --jsonfile "$out/$1.json" "${@:4}" "mail.example.test:$2" >/dev/null 2>"$out/$1.err"
  python3 - "$out/$1.json" >"$T/findings" <<'PY'
import json, sys
# Of testssl.sh itself: its openssl has no GOST; its client may leave before the ticket has come (tests/wire/tls.t resumes).
own = ("engine_problem", "sessionresumption_ticket")
found = json.load(open(sys.argv[1]))
print(len(found))
for f in found:
    if f["severity"] not in ("OK", "INFO", "DEBUG") and (f["severity"] != "WARN" or f["id"] not in own):
        print(f["severity"], f["id"], f["finding"][:200])
PY
  is "$(tail -n +2 "$T/findings")" "" "$1: nothing of note"
  [ "$(head -n 1 "$T/findings")" -ge "$3" ]; ok $? "… of $(head -n 1 "$T/findings") findings"
}
# All that it knows once; on the other ports what could differ there.
some=(--protocols --std --fs --server-defaults --server-preference --renegotiation --ccs-injection)
try pop3s "${pop3s[one]}" 50 "${some[@]}"
try smtp "${smtp[one]}" 50 "${some[@]}" --starttls smtp
try submission "${submission[one]}" 50 "${some[@]}" --starttls smtp
try pop3 "${pop3[one]}" 50 "${some[@]}" --starttls pop3
try smtps "${smtps[one]}" 100
