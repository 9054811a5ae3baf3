#!/bin/bash
# log-filter: stamps, filters, both forms, directories of multilog, streams.
. tests/lib.sh
plan 38

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
exits 100 "--since nonsense" "$BIN/log-filter" --since yesterday "$T/log"
like "$(cat "$T/err")" "LG102E.*since=yesterday.*remedy: " "says how it is written"
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

mkdir "$T/dir"
head -n 1 "$T/log" >"$T/dir/@4000000065a0a0a01dcd6500.s"
sed -n 2p "$T/log" >"$T/dir/@4000000065a0a0b000000000.u"
sed -n 3p "$T/log" >"$T/dir/current"
echo junk >"$T/dir/lock"
"$BIN/log-filter" "$T/dir" >"$T/out"
is "$(sed 's/.*02:1\(....\).*/\1/' "$T/out" | tr '\n' ' ')" "4:46 5:02 5:18 " "a directory of multilog is read in its order"

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
