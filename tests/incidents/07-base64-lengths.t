#!/bin/bash
# Exim CVE-2018-6789: one byte too many written while base64 was decoded; CVE-2019-15846: a backslash at the end of a TLS
# server name.  Here: AUTH with responses of many lengths, good, bad, cut, in one conversation; server names that end oddly.
# (tests/unit/sasl_test.c decodes every length to 4096.)
. tests/lib.sh
. tests/e2e/lib.sh
plan 6

H=$T/home
python3 tests/generation.py "$H" d:=example.test d:example.test=1 'u:taro@example.test=mail/example.test/taro\00' \
  smtp_auth=on errors_max=100000 conversation_timeout=100 || exit 1
python3 - >"$T/lines" <<'PY'
import base64, os, sys
out = sys.stdout.buffer
out.write(b"EHLO c\r\n")
for n in list(range(0, 300)) + list(range(300, 4100, 7)) + list(range(1530, 1545)) + list(range(4080, 4100)):
    good = base64.b64encode(b"x" * n) or b"="
    for response in good, good[:-1] + b"\\", good[: n % len(good)], b"=" * n, b"\\" * (n % 2000):
        out.write(b"AUTH PLAIN " + response + b"\r\n")
    out.write(b"AUTH LOGIN\r\n" + good + b"\r\n*\r\n")
out.write(b"NOOP\r\nQUIT\r\n")
PY
OUTPUT_LEVEL=0 "$BIN/smtp-recv" --home "$H" --submission <"$T/lines" >"$T/replies" 2>"$T/log"
is $? 0 "the conversation ended well" || diag "$(tail -n 5 "$T/log")"
like "$(tail -n 1 "$T/replies")" '^221 ' "… at QUIT"
is "$(cut -c 1-3 "$T/replies" | sort -u | tr '\n' ' ')" "220 221 250 334 500 501 " "nothing but refusals" || diag "$(cut -c 1-3 "$T/replies" | sort | uniq -c)"
unlike "$(cat "$T/log")" 'runtime error|AddressSanitizer' "no memory was harmed"

instance one example.test --auth --user taro:secret || exit 1
for name in 'mail.example.test\' '\' "$(printf 'x%.0s' {1..255})" 'a\b\' '${run{x}}' '..' '-'; do
  printf 'QUIT\r\n' | timeout 20 openssl s_client -quiet -connect "127.0.0.1:${smtps[one]}" -servername "$name" 2>/dev/null | grep -c '^221 '
done >"$T/out"
is "$(sort -u "$T/out" | tr '\n' ' ')" "1 " "server names with a backslash at the end, and other odd ones"
[ -z "$(cat "$T"/one/crash/* 2>/dev/null)" ] && ! grep -qE 'TL403E|name=[^ ]*\\' "$T/one/log/smtp/current"; ok $? "no process crashed, and no such name is in the log"
