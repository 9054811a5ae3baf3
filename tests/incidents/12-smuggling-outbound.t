#!/bin/bash
# SMTP smuggling (2023): {LF, CR, CRLF, NUL}² around a dot inside a message.  What leaves us has CRLF at each line's end and
# one CRLF.CRLF, at its end; a message in which a CR or NUL would have to leave is refused before anything is sent.
. tests/lib.sh
plan 51

python3 tests/generation.py "$T/home" hostname=mail.example.test
P=$(port)
background python3 tests/programs/peer.py "127.0.0.1:$P" "$T/peer" accept
wait_for 10 test -e "$T/peer.ready" || diag "the peer did not start"

# How many ends of data a server would find that takes LF or CR for a line's end too.
ends() { perl -0777 -ne 's/\r\n/\n/g; my $n = () = /(?:^|[\n\r])\.[\n\r]/g; print $n' "$1"; }

sent=0
for before in 'LF \n' 'CR \r' 'CRLF \r\n' 'NUL \0'; do
  for after in 'LF \n' 'CR \r' 'CRLF \r\n' 'NUL \0'; do
    name="${before%% *} dot ${after%% *}"
    printf "A: b\n\nx${before#* }.${after#* }MAIL FROM:<evil@example.test>\nend\n" >"$T/message"
    "$BIN/remote-send" --home "$T/home" "127.0.0.1:$P" a@example.test b@example.net <"$T/message" >"$T/out" 2>"$T/err"
    code=$?
    # CRLF is a line's end of a message on standard input; a lone CR or a NUL is none, wherever it stands.
    if [[ " $name " == *" CR "* || $name == *NUL* ]]; then
      is "$code $(cat "$T/out")" "100 b@example.net: failed (malformed_message): local: the message holds a CR or NUL byte" "$name: refused"
      ok 0 "$name: nothing to count"
      is "$(ls "$T"/peer.[0-9]* 2>/dev/null | wc -l)" $sent "$name: nothing was sent"
    else
      sent=$((sent + 1))
      is "$code" 0 "$name: sent"
      is "$(ends "$T/peer.$sent")" 1 "$name: one end of data"
      is "$(perl -0777 -ne 's/\r\n//g; print scalar(() = /[\r\n\0]/g)' "$T/peer.$sent")" 0 "$name: no CR, LF or NUL but in CRLF"
    fi
  done
done
is "$(grep -c MAIL "$T/peer")" $sent "as many MAIL commands as messages"
is "$(ls "$T"/peer.[0-9]* | wc -l)" 4 "LF and CRLF were sent"
head -c 65535 /dev/zero | tr '\0' 'x' >"$T/message"   # a dot that begins a line at the edge of what is read at once
printf '\n.\n.\n' >>"$T/message"
"$BIN/remote-send" --home "$T/home" "127.0.0.1:$P" a@example.test b@example.net <"$T/message" >/dev/null 2>&1
is "$(ends "$T/peer.5")" 1 "a dot at the edge of a piece"
