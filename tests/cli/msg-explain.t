#!/bin/bash
# msg-explain: by ID, by reply, by words, by lines; in both languages.
. tests/lib.sh
plan 41

exits 0 "an ID is explained" "$BIN/msg-explain" SY101E
like "$(cat "$T/out")" '^SY101E  Out of memory  \[452 4\.3\.1\]' "the heading has ID, sentence, reply"
like "$(cat "$T/out")" '  cause: The program reached.*  remedy: Run "free -m"' "cause and remedy follow"
exits 0 "small letters will do" "$BIN/msg-explain" sy101e
exits 0 "several IDs" "$BIN/msg-explain" SY101E SY102E
is "$(grep -c '^SY10' "$T/out")" 2 "are explained one after another"
exits 0 "Japanese by option" "$BIN/msg-explain" --lang ja SY101E
like "$(cat "$T/out")" '^SY101E  メモリが不足しました  \[452 4\.3\.1 Out of memory\].*  原因: .*  対処: ' "with the English words that the other side saw"
exits 0 "Japanese by the environment" env LC_ALL=ja_JP.UTF-8 "$BIN/msg-explain" SY101E
like "$(cat "$T/out")" "メモリが不足しました" "is used"
exits 0 "English where asked for" env LC_ALL=ja_JP.UTF-8 "$BIN/msg-explain" --lang en SY101E
like "$(cat "$T/out")" "Out of memory" "is used"

exits 0 "a reply code" "$BIN/msg-explain" 452
like "$(cat "$T/out")" "SY101E" "finds every message with it"
unlike "$(cat "$T/out")" "SY102E" "and no other"
exits 0 "an enhanced code" "$BIN/msg-explain" 4.3.1
like "$(cat "$T/out")" "SY101E" "finds the message"
exits 0 "code and enhanced code" "$BIN/msg-explain" "452 4.3.1"
exits 0 "a pasted reply" "$BIN/msg-explain" 550 5.7.1 Relay does not accept "(RL201E)"
like "$(cat "$T/out")" "^RL201E  Relay does not accept" "is explained by the ID in it"
exits 0 "words" "$BIN/msg-explain" softlimit MACHINE
like "$(cat "$T/out")" "^SY101E.*cause:" "must all occur, in either case; few results are shown in full"
exits 0 "Japanese words" "$BIN/msg-explain" --lang ja メモリ 不足
like "$(grep SY101E "$T/out")" "^SY101E" "are found too"

printf '@4000000065a0a0a01dcd6500 0 SY101E program=x\nnothing\n550 5.7.1 Relay does not accept (RL201E)\nXSY101E SY101EX\n' >"$T/in"
"$BIN/msg-explain" - <"$T/in" >"$T/out"
is "$(grep -v '^  ' "$T/out")" "$(cat "$T/in")" "lines go through as they are"
is "$(sed -n 's/^  \([a-z]*\):.*/\1/p' "$T/out" | tr '\n' ' ')" "cause remedy cause remedy " "and those with an ID are followed by its explanation"

exits 100 "an ID that is none" "$BIN/msg-explain" ZZ999E
like "$(cat "$T/err")" "^msg-explain: fatal: There is no message of this ID \(LG103E\): id=ZZ999E" "is an error with a remedy"
exits 100 "words that nothing matches" "$BIN/msg-explain" xyzzy

exits 0 "another server's reply" "$BIN/msg-explain" "550 5.1.1 <x@example.net>: Recipient address rejected: User unknown"
like "$(cat "$T/out")" "^CL101E  The other server does not know the recipient.*cause: .*remedy: " "is explained by the class of its cause"
exits 0 "in several words" "$BIN/msg-explain" --lang ja 450 4.2.2 "<x@example.net>:" mailbox full
like "$(cat "$T/out")" "^CL102E  .*原因: .*対処: " "as well"
exits 0 "our own words without the ID" "$BIN/msg-explain" 550 5.7.1 Relay does not accept
like "$(cat "$T/out")" "^RL201E  Relay does not accept.*cause: .*see: relay-check\(1\)|^RL201E  Relay does not accept.*cause:" "are found by words"
exits 0 "code and status as two words" "$BIN/msg-explain" 550 5.7.1
like "$(cat "$T/out")" "RL201E" "find the messages with both"
is "$(printf '%s\n' $(sed -n 's/^\([A-Z][A-Z][0-9]*[EW]\) .*/\1/p' "$T/out") | while read -r id; do "$BIN/msg-explain" "$id" | sed -n '1s/.*\[\(550 5.7.1\).*/\1/p'; done | sort -u)" "550 5.7.1" "and no other"

"$BIN/msg-explain" --lang ja 満杯 >"$T/out"
is "$(sed 's/ *\[.*//' "$T/out" | awk '/^[A-Z]+[0-9]+[EWI] / {print (/満杯/ ? "in" : "not")}' | uniq | tr '\n' ' ')" "in not " "those whose sentence has the word come first"
like "$(tail -n 1 "$T/out")" "原因と対処は「msg-explain ID」" "of many only the sentences, and how to read more"
unlike "$("$BIN/msg-explain" SY101E)" "msg-explain ID" "which needs no saying where all is shown"
