#!/bin/bash
# SMTP smuggling (Postfix CVE-2023-51764 and the others): only CRLF.CRLF ends a stranger's message; what a forged end
# hides is never taken for a message.  From a listed device the same pairs are the line ends that it may use.
. tests/lib.sh
plan 5

python3 tests/generation.py "$T/home" d:=example.test d:example.test=1 'u:taro@example.test=mail/example.test/taro\00' 'r:=192.0.2.99\0\0' free_space_min=1m
mkdir -p "$T/home/run/conn" "$T/home/run/full"
python3 tests/programs/smuggle.py "$T/home" 192.0.2.1 >"$T/stranger"
python3 tests/programs/smuggle.py "$T/home" 192.0.2.99 >"$T/device"

is "$(wc -l <"$T/stranger") $(wc -l <"$T/device")" "81 81" "every pair was tried from both"
is "$(grep evil "$T/stranger")" "CRLF CRLF: 220 250 250 250 354 250 250 250 354 250 221, evil good" "a stranger's second message comes behind a genuine end only"
is "$(grep -c ': 220 250 250 250 354 550, nothing$' "$T/stranger")" 77 "what is no line end is refused, and the conversation ended"
is "$(grep ', good$' "$T/stranger")" "CRLF none: 220 250 250 250 354 250 221, good
none CRLF: 220 250 250 250 354 250 221, good
none none: 220 250 250 250 354 250 221, good" "a dot that is text is text"
is "$(grep -c evil "$T/device") $(grep evil "$T/device" | grep -Ec '^(NUL|none) |^[A-Z]* (NUL|none):')" "49 0" \
  "a device's message ends where a dot stands alone between any two of its line ends"
