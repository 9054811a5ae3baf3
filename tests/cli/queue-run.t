#!/bin/bash
# queue-run: what it does on the schedule's word, with workers that fail as the test wants (tests/fake/worker).
. tests/queue.sh
plan 35

jobs_to() { grep -c " $1 " "$FAKE_LOG" 2>/dev/null; }
fresh() { : >"$FAKE_LOG"; : >"$T/log"; rm -rf "$H"/spool/queue/*/* "$H"/spool/incoming/* "$H"/run/dest/*; }
file_of() { find "$H/spool/queue" -name "$1"; }
in_queue() { find "$H/spool/queue" "$H/spool/incoming" -type f | wc -l; }
setting() { sed -i "/^$1 *=/d" "$H/conf/settings"; echo "$1 = $2" >>"$H/conf/settings"; "$BIN/conf-check" --reload --home "$H" >/dev/null 2>&1; }

# --- the plain paths
fresh
put hanako@example.test >/dev/null
once
is "$(find "$H/mail/example.test/hanako/new" -type f | wc -l) $(in_queue)" "1 0" "a local message is delivered and leaves the queue"
put u@ok.example v@ok.example w@ok.example2 >/dev/null
once
is "$(jobs_to ok.example) $(jobs_to ok.example2) $(in_queue)" "1 1 0" "recipients of one destination share a job, others have their own"
once
is "$(in_queue)" 0 "a pass over an empty queue ends"

# --- per-recipient delay
fresh
id=$(put u@grey.example hanako@example.test)
once
f=$(file_of "$id")
like "$(tail -n 3 "$f")" 'tried next=[0-9]+ cause=greylisted reply="450 4.2.0 later"' "a refusal for now is recorded with its words"
is "$(stat -c %Y "$f")" "$(grep -ao 'tried next=[0-9]*' "$f" | cut -d= -f2)" "the file's mtime is the next attempt"
once
is "$(jobs_to grey.example)" 1 "before that time nothing is tried"
touch -d '1 hour ago' "$f"
once
is "$(jobs_to grey.example)" 1 "an mtime that is too early costs a look, no attempt"

# --- failure
fresh
id=$(put u@gone.example)
once
is "$(grep -c "^bounce-make $id bounce 0" "$FAKE_LOG") $(in_queue)" "1 0" "a recipient that failed for good gets one bounce, then the message leaves"

# --- a dead destination
fresh
for i in $(seq 40); do put "u$i@dead.example" >/dev/null; done
once
first=$(jobs_to dead.example)
[ "$first" -ge 1 ] && [ "$first" -le 5 ]
ok $? "of 40 messages for a dead destination at most destination_concurrency are tried ($first)"
is "$(grep -la tried "$H"/spool/queue/*/* | wc -l)" "$first" "the others are not written to"
like "$(cat "$H/run/dest/dead.example")" 'until=[0-9]+ attempts=1 qid=[0-9a-z]+ cause=connect_refused reply="111 refused"' "what is known of the destination is in run/dest"
put hanako@example.test u@ok.example >/dev/null
once
is "$(jobs_to dead.example) $(jobs_to ok.example) $(in_queue)" "$first 1 40" "others are served meanwhile; a new start does not try it again"
sed -i "s/until=[0-9]*/until=$(($(date +%s) - 1))/" "$H/run/dest/dead.example"
once
is "$(jobs_to dead.example)" "$((first + 1))" "when its time has come one message is tried"
like "$(cat "$H/run/dest/dead.example")" 'attempts=2' "and its failures are counted on"

# --- life's end, notice of delay
fresh
setting delay_notice 1s
id=$(put u@grey.example)
once
sleep 1.2
touch -d @1 "$(file_of "$id")"
once
is "$(grep -c "^bounce-make $id delay 0" "$FAKE_LOG")" 1 "a notice of delay is asked for when its time has come"
touch -d @1 "$(file_of "$id")"
once
is "$(grep -c "^bounce-make $id delay" "$FAKE_LOG")" 1 "and only once"
setting queue_lifetime 1s
touch -d @1 "$(file_of "$id")"
once
is "$(grep -c "^bounce-make $id bounce 0" "$FAKE_LOG") $(in_queue)" "1 0" "at the end of its life a message is bounced"
like "$(cat "$T/log")" "0 QU109E .*qid=$id .*cause=greylisted" "with the last cause in the error log"
setting queue_lifetime 5d
setting delay_notice 0

# --- what is not a message
fresh
good=$(put hanako@example.test)
# Four IDs of the same second, none of them the good message's own.
read -ra other <<<"$(printf "${good%?}%s " 0 1 2 3 4 | sed "s/$good //")"
mkdir -p "$H/spool/queue/00"
echo garbage >"$H/spool/queue/00/${other[0]}"
cp "$H/spool/incoming/$good" "$H/spool/incoming/${other[1]}"
echo x >"$H/spool/incoming/no-id"
head -c 50 "$H/spool/incoming/$good" >"$H/spool/incoming/${other[2]}"
ln -s /etc/passwd "$H/spool/incoming/${other[3]}"
once
is "$(ls "$H/spool/damaged" | wc -l)" 4 "what is no message, has another's ID, or is cut off is set aside"
is "$(grep -c 'QU201E' "$T/log")" 4 "each with a line in the error log"
is "$(find "$H/mail/example.test/hanako/new" -type f | wc -l)" 4 "the others are delivered"
like "$(grep -a SY102E "$T/log")" "${other[3]}" "a symbolic link is not followed, and is reported"
rm -f "$H"/spool/damaged/*
fresh
id=$(put hanako@example.test)
for shard in 00 01; do   # in one of them it is misplaced
  mkdir -p "$H/spool/queue/$shard"
  sed "s/^id .*/id $id.b${shard#0}/" "$H/spool/incoming/$id" >"$H/spool/queue/$shard/$id.b${shard#0}"
done
once
is "$(in_queue) $(ls "$H/spool/damaged")" "0 " "what lies in another's shard is put right and delivered"
like "$(cat "$T/log")" "QU213W .*shard=spool/queue/0[01] path=spool/queue/" "and that is said"

# --- workers that die
fresh
id=$(put u@crash.example hanako@example.test)
background "$T/bin/queue-run" 2>>"$T/log"
wait_for 15 grep -q "crashes=3" "$T/log"
ok $? "a worker's death is reported and the message tried again"
like "$(cat "$(file_of "$id")")" 'tried next=[0-9]+ cause=system_error' "after three deaths the message has to wait"
is "$(grep -ac ' 1 done\| 1 placed' "$(file_of "$id")")" 2 "its other recipient was delivered, once"
put u@ok.example >/dev/null
wait_for 5 grep -q ' ok.example ' "$FAKE_LOG"
ok $? "the service goes on, and a new message is taken up at once"
exits 0 "--once beside the service ends well" "$T/bin/queue-run" --once
like "$(cat "$T/err")" 'QU306I' "and says why it did nothing"

# --- asked to stop while a job is under way; a second one meets the lock of the first one's worker
put u@hang.example >/dev/null
wait_for 5 grep -q ' hang.example ' "$FAKE_LOG"
kill -9 $!
wait $! 2>/dev/null
once
is "$(jobs_to hang.example)" 1 "after kill -9 the orphan keeps its message: it is not sent twice"
wait_for 5 sh -c "[ \$(grep -lar 'hang.example' '$H/spool/queue' | wc -l) = 0 ] || '$T/bin/queue-run' --once 2>/dev/null && [ \$(grep -lar 'hang.example' '$H/spool/queue' | wc -l) = 0 ]"
is "$(jobs_to hang.example)" 1 "what the orphan recorded is believed"

# --- the parent comes before its bounce: here bounce-make died when the bounce was in the spool, but not recorded
fresh
id=$(put u@gone.example)
cp "$H/spool/incoming/$id" "$T/parent"
FAKE_DIES=bounce-make once
sed "s/^id .*/id $id.b0/; s/^sender .*/sender /; s/gone.example/ok.example/" "$T/parent" >"$H/spool/incoming/$id.b0"
once
sleep 1.1
once
is "$(cut -d' ' -f1,2 "$FAKE_LOG" | tr '\n' ' ')" "remote-send $id bounce-make $id remote-send $id.b0 " "a bounce goes out after its parent's log says that it was made"
is "$(in_queue)" 0 "and nothing stays behind"

exits 111 "without a configuration in force it does not run" env WIZ98_HOME="$T" "$T/bin/queue-run" --once
