#!/bin/bash
# queue-list and queue-edit: what waits and why is shown; wishes are obeyed by queue-run, or done without it.
. tests/queue.sh
plan 59

list() { "$BIN/queue-list" "$@" 2>"$T/err"; }
edit() { "$BIN/queue-edit" "$@" >"$T/out" 2>&1; }
file_of() { find "$H/spool/queue" "$H/spool/incoming" -name "$1"; }
in_queue() { find "$H/spool/queue" "$H/spool/incoming" -type f | wc -l; }
in_box() { find "$H/mail/example.test/$1/new" -type f | wc -l; }
fresh() { : >"$FAKE_LOG"; : >"$T/log"; rm -rf "$H"/spool/queue/*/* "$H"/spool/incoming/* "$H"/spool/damaged/* "$H"/run/dest/* "$H"/run/wish/* "$H"/mail/example.test/*/new/*; }
jobs_to() { grep -c " $1 " "$FAKE_LOG" 2>/dev/null; }
field() { python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
print(eval(sys.argv[1]))' "$1"; }
# A record at the end of a message, as a worker writes it.
append() { python3 -c '
import sys, zlib
line = sys.argv[2].encode()
open(sys.argv[1], "ab").write(b"\n%08x %s\n" % (zlib.crc32(line), line))' "$1" "$2"; }
gone() { [ -z "$(file_of "$1")" ]; }

# --- queue-list
fresh
like "$(list)" '^messages: 0' "an empty queue is no error"
grey=$(put u@grey.example hanako@example.test)
once
dead=$(put u@dead.example)
once
silent=$(SENDER='<>' put info@dead.example taro@example.test)
text=$(list)
like "$text" "$grey .* from taro@example.test" "a message is shown with its ID and sender"
like "$text" 'u@grey.example: waits, attempts: 1, next attempt 20[0-9-]+ [0-9:]+ \(in ' "a recipient that was put off, with its next attempt"
like "$text" 'greylisting\) \(CL110E\): "450 4.2.0 later"' "with the cause, its ID, and the peer's words"
like "$text" 'hanako@example.test: delivered' "beside one that is done"
like "$text" 'dead.example: [^:]* \(CL128E\): "111 refused"' "what is known of a dead destination is joined"
is "$(grep -c 'dead.example: .*CL128E' <<<"$text")" 2 "also for a message that was never tried"
like "$text" '<> \(null sender\)  \[just arrived\]' "the null sender, and a message in incoming/"
like "$text" 'messages: 3, together' "a line at the end counts"
like "$(list --lang ja)" '配送待ち、試行回数 1、次の試行 .*グレイリスト.*メール: 3通' "the same in Japanese"
is "$(list --json | field '" ".join(sorted(r["id"] for r in rows))')" "$(printf '%s\n' $grey $dead $silent | sort | paste -sd ' ')" "--json: an object a line"
is "$(list --json "$grey" | field 'rows[0]["recipients"][0]["cause"], rows[0]["recipients"][0]["cause_id"], rows[0]["recipients"][0]["reply"], rows[0]["recipients"][1]["state"]')" \
  "('greylisted', 'CL110E', '450 4.2.0 later', 'done')" "--json: cause, ID, reply, state"
is "$(list --json "$silent" | field 'rows[0]["place"], rows[0]["sender"], rows[0]["recipients"][0]["destination_rests"], rows[0]["recipients"][0]["attempts"], rows[0]["recipients"][1]["destination"]')" \
  "('incoming', '', True, 0, 'local')" "--json: a destination that rests"
echo 'dead.example: relay.example:2525' >"$H/conf/routes"
reload_home "$H"
is "$(list --json "$dead" | field 'rows[0]["recipients"][0]["destination"], rows[0]["recipients"][0]["destination_rests"]')" "('relay.example:2525', False)" "the destination is the route's, as it is now"
: >"$H/conf/routes"
reload_home "$H"
append "$(file_of "$grey")" "$(date +%s) 0 tried next=$(($(date +%s) + 500)) cause=$(printf odd) reply=\"450 \\x1b[31m\""
unlike "$(list "$grey")" $'\e' "what a peer said does not reach the terminal as it is"
head -c 30 "$(file_of "$grey")" >"$T/cut"
cp "$T/cut" "$H/spool/queue/03/01ngabcd0000000000003"
like "$(list; cat "$T/err")" 'messages: 3.*damaged files: 1.*QE104E' "a damaged file is counted and named"
is "$(list --json | field '[r["damaged"] for r in rows if "damaged" in r]')" "['spool/queue/03/01ngabcd0000000000003']" "--json too"
exits 100 "an ID that is not there" "$BIN/queue-list" 01ngabcd0000000000009
like "$(cat "$T/err")" 'QE101E.*remedy' "is said with the remedy"
exits 100 "an unknown option is refused" "$BIN/queue-list" --jsn
exits 111 "no home" "$BIN/queue-list" --home "$T/nowhere"

# --- queue-edit where no queue-run is
fresh
id=$(put hanako@example.test)
edit hold "$id"
is $? 0 "hold"
like "$(cat "$T/out")" 'QE302I.*messages=1' "queue-edit says that it did it itself"
once
is "$(in_box hanako) $(in_queue)" "0 1" "what is held is not delivered, in incoming/ too"
like "$(list)" '\[held\].*held: 1' "and is shown as held"
edit release "$id"
once
is "$(in_box hanako) $(in_queue)" "1 0" "released it is"
id=$(put hanako@example.test u@ok.example)
edit remove "$id"
gone "$id"
ok $? "what is removed is gone at once"
once
is "$(in_box hanako) $(jobs_to ok.example)" "1 0" "and was delivered to nobody"
id=$(put u@grey.example)
once
edit bounce "$id"
like "$(cat "$(file_of "$id")")" 'failed cause=operator reply="The administrator' "what is to be returned has failed on record"
once
is "$(grep -c "^bounce-make $id bounce 0" "$FAKE_LOG") $(in_queue)" "1 0" "the next queue-run makes the bounce"
fresh
id=$(put u@grey.example)
once
once
edit now "$id"
is "$(stat -c %Y "$(file_of "$id")") $(jobs_to grey.example)" "0 1" "now: the file's mtime is 0"
once
is "$(jobs_to grey.example)" 2 "the next queue-run tries at once"
fresh
id=$(put u@dead.example)
once
edit now "$id"
once
is "$(jobs_to dead.example)" 2 "even where the destination rests"

# --- what is placed is neither removed nor returned
for wish in remove bounce; do
  fresh
  id=$(put hanako@example.test u@grey.example)
  f=$(file_of "$id")
  append "$f" "$(date +%s) 0 placed"
  edit $wish "$id"
  is "$(grep -ac ' 0 \(done\|failed\)' "$f") $(grep -ac ' 1 \(done\|failed\)' "$f")" "0 1" "$wish leaves a placed recipient alone"
done
fresh
id=$(put hanako@example.test u@ok.example)
f=$(file_of "$id")
append "$f" "$(date +%s) 0 placed"
append "$f" "$(date +%s) - bounce"
once
is "$(grep -c "^bounce-make $id bounce" "$FAKE_LOG") $(jobs_to 'bounce 0')" "1 0" "queue-run too returns only what is not placed"

# --- filters
fresh
a=$(put u@grey.example)
b=$(SENDER=hanako@example.test put v@grey.example w@gone.example)
c=$(SENDER='<>' put u@Grey.Example postmaster@example.test)
held() { list --json | field '" ".join(sorted(r["id"] for r in rows if r["held"]))'; }
edit hold --sender '<>'
is "$(held)" "$c" "--sender <>"
edit release --all
edit hold --domain GREY.example --sender hanako@example.test
is "$(held)" "$b" "filters narrow each other"
edit release --all
is "$(held)" "" "--all"
edit hold --recipient u@grey.example
is "$(held)" "$(printf "%s\n" $a $c | sort | paste -sd " ")" "--recipient, without regard to case"
edit release --all
edit hold --recipient postmaster@example.test
is "$(held)" "$c" "--recipient: the address before aliases too"
edit release --all
edit hold --older 1h
is "$? $(held)" "0 " "--older: none is that old"
like "$(cat "$T/out")" 'QE303I' "which is said"
sed -i "s/^received .*/received 1764000000/" "$(file_of "$a")"
edit hold --older 2d
is "$(held)" "$a" "--older: one is"
edit release --all
once
edit hold --domain gone.example
is "$(held)" "" "a recipient that has failed is no longer in its domain's way"
exits 100 "neither IDs nor a filter: refused" "$BIN/queue-edit" remove
exits 100 "both: refused" "$BIN/queue-edit" remove --all "$a"
exits 100 "an unknown verb: refused" "$BIN/queue-edit" destroy --all
edit remove "$a" 01ngabcd0000000000009
is "$?" 100 "an ID that is not there is said"
gone "$a"
ok $? "and the others are done"

# --- a message in flight: its worker has the lock
fresh
id=$(put hanako@example.test)
f=$(file_of "$id")
flock "$f" sleep 3 &
sleep 0.3
edit remove "$id"
like "$(cat "$T/out")" 'QE103W' "without queue-run, a message that a worker still has is not touched"
is "$(grep -ac ' - remove' "$f") $(in_queue)" "1 1" "the wish is in it"
wait $!
once
is "$(in_box hanako) $(in_queue)" "0 0" "and the next queue-run obeys"

# --- with queue-run
fresh
background "$T/bin/queue-run" 2>>"$T/log"
run=$!
wait_for 5 grep -q QU307I "$T/log"
id=$(put u@grey.example)
wait_for 5 grep -q grey.example "$FAKE_LOG"
edit now "$id"
like "$(cat "$T/out")" 'QE301I.*action=now messages=1' "queue-edit says that queue-run obeys"
second_try() { [ "$(jobs_to grey.example)" = 2 ]; }
wait_for 5 second_try
ok $? "now: queue-run tries again"
edit hold "$id"
edit remove --domain grey.example
wait_for 5 gone "$id"
ok $? "remove: queue-run removes it, though it is held"
id=$(put u@hang.example)
wait_for 5 grep -q hang.example "$FAKE_LOG"
edit remove "$id"
wait_for 5 gone "$id"
is "$? $(jobs_to hang.example)" "0 1" "a message in flight ends its attempt first"
stop_pid $run

# --- many
fresh
id=$(put u@grey.example)
python3 - "$H" "$id" "$(file_of "$id")" <<'P'
import sys
home, qid, path = sys.argv[1:]
text = open(path, "rb").read()
for i in range(20000):
    name = qid[:8] + "%013d" % i
    with open("%s/spool/queue/%02d/%s" % (home, i % 10, name), "wb") as f:
        f.write(text.replace(qid.encode(), name.encode()).replace(b"grey.example", b"d%d.example" % (i % 5000)))
P
start=$(date +%s%N)
list >"$T/many"
took=$((($(date +%s%N) - start) / 1000000))
like "$(tail -n 1 "$T/many")" 'messages: 20001' "20,000 messages are all shown"
[ $took -lt 5000 ]
ok $? "in about a second ($took ms)"
