#!/bin/bash
# log-filter: stamps, filters, both forms, directories of multilog, streams, several logs in one order, logs that grow.
. tests/lib.sh
plan 66

cat >"$T/log" <<'END'
@4000000065a0a0a01dcd6500 0 SY102E program=smtp-recv sid=s1 qid=q1 path="a b" errno="No space" text="A file could not be used"
@4000000065a0a0b000000000 30 ZZ301I program=queue-run qid=q2 to=taro@example.test ms=12
@4000000065a0a0c000000000 tcpserver: status: 1/40
10 LG101W program=smtp-recv sid=s1 count=3
END
printf '@4000000065a0a0d000000000 \033]0;evil\007\n' >>"$T/log"

exits 0 "text" "$BIN/log-filter" "$T/log"
is "$(sed -n 1p "$T/out")" '2024-01-12 02:14:46 smtp-recv SY102E A file could not be used: sid=s1 qid=q1 path="a b" errno="No space"' \
  "time, program, ID, sentence, then the fields"
is "$(sed -n 2p "$T/out")" '2024-01-12 02:15:02 queue-run ZZ301I: qid=q2 to=taro@example.test ms=12' "an ID of another version has no sentence"
is "$(sed -n 3p "$T/out")" '2024-01-12 02:15:18 tcpserver: status: 1/40' "a line of another program stays as it is"
is "$(sed -n 4p "$T/out")" 'smtp-recv LG101W Log lines were dropped: sid=s1 count=3' "a line without a stamp has no time"
is "$(sed -n 5p "$T/out")" '2024-01-12 02:15:34 \x1b]0;evil\x07' "control bytes never reach the terminal"
is "$(TZ=Asia/Tokyo "$BIN/log-filter" --lang ja "$T/log" | head -n 1)" \
  '2024-01-12 11:14:46 smtp-recv SY102E ファイルを扱えませんでした: sid=s1 qid=q1 path="a b" errno="No space"' "local time, Japanese"
is "$(LC_ALL=ja_JP.UTF-8 "$BIN/log-filter" --id LG101W "$T/log")" 'smtp-recv LG101W ログの行が失われました: sid=s1 count=3' "language by the environment"

count() { "$BIN/log-filter" "$@" "$T/log" | wc -l; }
is "$(count --qid q1)" 1 "--qid"
is "$(count --qid q)" 0 "--qid is the whole ID"
is "$(count --sid s1)" 2 "--sid"
is "$(count --sid s1 --qid q1)" 1 "both"
is "$(count --id sy102e)" 1 "--id, either case"
is "$(count --level 10)" 2 "--level takes what is as serious or more, of ours only"
is "$(count --level 30)" 3 "--level 30"
is "$(count --since 2024-01-12T02:15:02Z)" 4 "--since: what has no stamp passes"
is "$(count --since '2024-01-12 02:15:03')" 3 "--since in local time"
is "$(TZ=Asia/Tokyo count --since '2024-01-12 11:15:03')" 3 "--since in another zone"
is "$(count --since 2024-01-12T11:15:03+09:00)" 3 "--since with a zone"
is "$(count --since 2024-01-13)" 1 "--since a day"
is "$(count --since 1h)" 1 "--since 1h: all is older"
is "$(count --since 1000w)" 5 "--since 1000w: all is younger"
is "$(count --until 2024-01-12T02:14:46Z)" 2 "--until: what has no stamp passes"
is "$(count --since 2024-01-12T02:15:00Z --until '2024-01-12 02:15:20')" 3 "--since and --until"
exits 100 "--since nonsense" "$BIN/log-filter" --since yesterday "$T/log"
like "$(cat "$T/err")" "LG102E.*time=yesterday.*remedy: " "says how it is written"
exits 100 "--level 100 is refused" "$BIN/log-filter" --level 100 "$T/log"
exits 100 "--id of no message is refused" "$BIN/log-filter" --id ZZ999E "$T/log"
exits 100 "an unknown option is refused" "$BIN/log-filter" --frobnicate
exits 111 "a file that is not there" "$BIN/log-filter" "$T/none" "$T/log"
is "$(wc -l <"$T/out")" 5 "does not keep the others from being shown"

"$BIN/log-filter" --json "$T/log" >"$T/json"
python3 - "$T/json" >"$T/checked" 2>&1 <<'END'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert len(lines) == 5
a = lines[0]
assert a["time"] == "2024-01-12T02:14:46.500000Z" and a["level"] == 0 and a["id"] == "SY102E", a
assert a["message"] == "A file could not be used" and a["path"] == "a b" and a["program"] == "smtp-recv", a
assert lines[2] == {"time": "2024-01-12T02:15:18.000000Z", "line": "tcpserver: status: 1/40"}, lines[2]
assert "time" not in lines[3] and lines[4]["line"] == "\x1b]0;evil\x07"
print("good")
END
is "$(cat "$T/checked")" good "JSON: one object a line, values as they were"
printf '30 ZZ301I id=x level=y time=z bad-key=1 Key=2 n="\\xff\\x00"\n' | "$BIN/log-filter" --json >"$T/json"
is "$(cat "$T/json")" '{"level":30,"id":"ZZ301I","message":"","id_":"x","level_":"y","time_":"z","n":"\ufffd\u0000"}' \
  "fields never overwrite our members; bytes that are no text are valid JSON all the same"

cat >"$T/fields" <<'END'
50 SM120I program=smtp-recv sid=s1 ip=192.0.2.7 host=mx1.example.net local=192.0.2.1:25
30 SM107I program=smtp-recv sid=s1 qid=q1 ip=192.0.2.7 host=mx1.example.net helo=mx1 from="a b@example.net" mid=<1@x> size=12
30 LD001I program=local-deliver qid=q1 from="a b@example.net" to=taro@example.test original=info@example.test
30 SC101I program=remote-send qid=q2 from=taro@example.test to=x@sub.example.net host=notexample.net ip=2001:db8::1 reply="250 2.0.0 ok: queued"
0 CL101E program=remote-send qid=q3 from=TARO@example.test to=y@example.org host=example.net stage=rcpt
END
found() { "$BIN/log-filter" "$@" "$T/fields" | sed 's/.*\([A-Z][A-Z][0-9]\{3\}[EWI]\).*/\1/' | tr '\n' ' '; }
is "$(found --address taro@example.test)" "LD001I SC101I CL101E " "--address: sender or recipient, either case"
is "$(found --address info@example.test)" "LD001I " "--address: the one that an alias had"
is "$(found --address 'a b@example.net')" "SM107I LD001I " "--address: as it was before it was written"
is "$(found --address example.net)" "SM107I LD001I " "--address: a domain, and none below it"
is "$(found --address taro@example.tes)" "" "--address: the whole of it"
is "$(found --host example.net)" "SM120I SM107I CL101E " "--host: a name, or one below it"
is "$(found --host MX1.example.net)" "SM120I SM107I " "--host: either case"
is "$(found --host 192.0.2.7)" "SM120I SM107I " "--host: an address"
is "$(found --host 2001:db8::1)" "SC101I " "--host: of IPv6"
is "$(found --field stage)" "CL101E " "--field: it is there"
is "$(found --field size=12)" "SM107I " "--field: it has this value"
is "$(found --field size=1)" "" "--field: the whole of it"
is "$(found --field 'reply=*OK*queued')" "SC101I " "--field: a star stands for anything"
is "$(found --field 'reply=*ok*queue')" "" "--field: nothing may be left over"
is "$(found --field 'to=*@*' --field 'from=a*')" "LD001I " "--field twice: both"
is "$(found --field mid= --field size)" "" "--field: an empty value"
is "$(found --address taro@example.test --level 0 --field 'host=*.net')" "CL101E " "several filters: all hold"
exits 100 "--field without a name" "$BIN/log-filter" --field =x "$T/fields"
fields=()
for ((i = 0; i < 17; i++)); do fields+=(--field "k$i"); done
exits 100 "--field more often than can be" "$BIN/log-filter" "${fields[@]}" "$T/fields"

mkdir "$T/dir"
head -n 1 "$T/log" >"$T/dir/@4000000065a0a0a01dcd6500.s"
sed -n 2p "$T/log" >"$T/dir/@4000000065a0a0b000000000.u"
sed -n 3p "$T/log" >"$T/dir/current"
echo junk >"$T/dir/lock"
"$BIN/log-filter" "$T/dir" >"$T/out"
is "$(sed 's/.*02:1\(....\).*/\1/' "$T/out" | tr '\n' ' ')" "4:46 5:02 5:18 " "a directory of multilog is read in its order"


# Several logs: in the order of time, and as long as they grow.
mkdir -p "$T/home/log/smtp" "$T/home/log/queue" "$T/home/log/pop3" "$T/home/conf" "$T/home/run" "$T/home/spool"
line() { printf '@40000000%08x00000000 30 ZZ301I n=%d\n' $((0x65a0a000 + $1)) "$1"; }
numbers() { sed 's/.*n=//' | tr '\n' ' '; }
line 3 >"$T/home/log/smtp/@4000000065a0a00400000000.s"
{ line 5; line 9; } >"$T/home/log/smtp/current"
{ line 1; echo 30 ZZ301I n=11; line 6; } >"$T/home/log/queue/current"
: >"$T/home/log/pop3/current"
is "$("$BIN/log-filter" "$T/home/log/smtp" "$T/home/log/queue" | numbers)" "1 11 3 5 6 9 " "several logs come in one order"
is "$("$BIN/log-filter" --home "$T/home" </dev/null | numbers)" "1 11 3 5 6 9 " "those of the home"
is "$("$BIN/log-filter" --since 2024-01-12T02:12:12Z --home "$T/home" | numbers)" "11 6 9 " "--since"
is "$(line 2 | "$BIN/log-filter" --home "$T/home" "$T/home/log/queue" - | numbers)" "1 11 2 6 " "standard input among them"
"$BIN/log-filter" --follow --home "$T/home" >"$T/followed" &
follower=$!
defer stop_pid $follower
sleep 0.5
follows() { [ "$(numbers <"$T/followed")" = "$1" ]; }
printf '@400000006' >>"$T/home/log/queue/current"
line 20 >>"$T/home/log/smtp/current"
wait_for 5 follows "20 "; ok $? "--follow: what comes from now on" || diag "$(cat "$T/followed")"
line 21 | cut -c 11- >>"$T/home/log/queue/current"
wait_for 5 follows "20 21 "; ok $? "a line is shown when it is whole"
line 22 >>"$T/home/log/smtp/current"
mv "$T/home/log/smtp/current" "$T/home/log/smtp/@4000000065a0a01700000000.s"
line 23 >"$T/home/log/smtp/current"
wait_for 5 follows "20 21 22 23 "; ok $? "a log that was rotated goes on in its new file" || diag "$(cat "$T/followed")"
kill $follower
wait $follower 2>/dev/null

mkfifo "$T/fifo"
"$BIN/log-filter" --qid q1 <"$T/fifo" >"$T/stream" &
pid=$!
defer stop_pid $pid
exec 7>"$T/fifo"
head -n 2 "$T/log" >&7
wait_for 5 test -s "$T/stream"
ok $? "a stream is shown as it comes"
printf '0 SY102E qid=q1 path=half' >&7
sleep 0.2
is "$(wc -l <"$T/stream")" 1 "half a line waits"
exec 7>&-
wait $pid
is "$?" 0 "the end of the stream is the end"
is "$(tail -n 1 "$T/stream")" "SY102E A file could not be used: qid=q1 path=half" "a last line without newline is shown"

head -c 200000 /dev/zero | tr '\0' x | "$BIN/log-filter" >"$T/out"
is "$(tr -d '\n' <"$T/out" | wc -c)" 200000 "a line without end comes in pieces"
yes line | "$BIN/log-filter" 2>"$T/err" | head -n 1 >/dev/null
is "${PIPESTATUS[1]} $(cat "$T/err")" "141 " "a reader that goes away ends it quietly"
