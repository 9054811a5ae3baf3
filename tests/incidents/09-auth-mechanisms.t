#!/bin/bash
# Exim CVE-2023-42114 to 42119: what a client said to the mechanisms EXTERNAL and SPA was written and read beyond the bounds.
# Here: for each mechanism that was ever named, known to us or not, random, cut and overlong responses.
. tests/lib.sh
plan 5

H=$T/home
python3 tests/generation.py "$H" d:=example.test d:example.test=1 'u:taro@example.test=mail/example.test/taro\00' \
  smtp_auth=on errors_max=100000 || exit 1
python3 - >"$T/lines" <<'PY'
import base64, random, sys
random.seed(9)
out = sys.stdout.buffer
out.write(b"EHLO c\r\n")
names = b"PLAIN LOGIN EXTERNAL NTLM SPA CRAM-MD5 DIGEST-MD5 SCRAM-SHA-256 SCRAM-SHA-256-PLUS GSSAPI XOAUTH2 OAUTHBEARER ANONYMOUS X".split() + [b"", b"\xff" * 30, b"A" * 900]
ntlm = b"NTLMSSP\0" + b"\x03\0\0\0" + b"\xff" * 60
for name in names:
    for n in (0, 1, 2, 3, 7, 31, 300, 1499, 1500, 2040, 4000):
        raw = bytes(random.randrange(256) for _ in range(n))
        for response in (base64.b64encode(raw), raw.translate(None, b"\r\n\0"), base64.b64encode(ntlm[: n % 72]), base64.b64encode(b"\0" * n), base64.b64encode(b"n,,n=taro,r=" + raw)):
            out.write(b"AUTH " + name + b" " + response + b"\r\n")
            out.write(b"AUTH " + name + b"\r\n" + response + b"\r\n*\r\n*\r\n")
out.write(b"RSET\r\nQUIT\r\n")
PY
OUTPUT_LEVEL=99 "$BIN/smtp-recv" --home "$H" --submission <"$T/lines" >"$T/replies" 2>"$T/log"
is $? 0 "the conversation ended well" || diag "$(tail -n 5 "$T/log")"
like "$(tail -n 1 "$T/replies")" '^221 ' "… at QUIT"
! grep -q '^235' "$T/replies"; ok $? "nobody was let in"
unlike "$(grep -aE 'runtime error|AddressSanitizer' "$T/log" | head -n 3)" . "no memory was harmed"
! grep -aqE 'TlRMTVNT|biwsbj10YXJv' "$T/log"; ok $? "at no level a response is in the log"
