#!/bin/bash
# sendmail: into the spool, or through run/submit where the caller may not write there.
. tests/lib.sh
. tests/conf.sh
plan 34

H=$T/home
make_home "$H" example.test taro:pw hanako:pw
export WIZ98_HOME=$H OUTPUT_LEVEL=30
me=$(id -un)

fresh() { rm -f "$H"/spool/incoming/*; }
message() { cat "$H"/spool/incoming/*; }
waiting() { find "$H/spool/incoming" -type f | wc -l; }
sendmail() { "$BIN/sendmail" "$@" 2>"$T/err"; }

fresh
printf 'Subject: x\n\nbody\n' | sendmail hanako@example.test u@remote.example
is "$? $(waiting)" "0 1" "a message is taken"
text=$(message)
like "$text" 'local hanako@example.test' "a recipient of ours"
like "$text" 'remote u@remote.example' "and another"
like "$text" "sender $me@example.test" "the sender is the user, at the first domain"
like "$text" "Received: by mail.example.test \(wiz98, user $me\) with local" "Received names the user"
like "$text" $'\nDate: ' "Date is added"
like "$text" $'\nMessage-ID: <[0-9a-z]+@mail.example.test>' "and Message-ID"
like "$text" $'\nFrom: <'"$me@example.test>" "and From"
fresh
printf 'Date: d\r\nMessage-ID: <i>\r\nFrom: f@x.example\r\n\r\nbody\r\n' | sendmail -f taro@example.test -F 'A "B"' hanako@example.test
text=$(message)
is "$(grep -ac '^Date\|^Message-ID\|^From' "$H"/spool/incoming/*) $(grep -c $'\r' "$H"/spool/incoming/*)" "3 0" "what is there is not added again; CRLF becomes LF"
like "$text" 'sender taro@example.test' "-f"
fresh
printf 'no header here\n' | sendmail -F 'A "B"' hanako@example.test
like "$(message)" $'\nFrom: "A \\\\"B\\\\"" <[^\n]*>\n\nno header here' "-F; a text without header becomes the body"

fresh
printf 'To: Hanako <hanako@example.test>\nCc: u@remote.example\nBcc: taro@example.test\n v@remote.example\nSubject: x\n\nbody\n' | sed 's/^ v/ , v/' | sendmail -t w@remote.example
text=$(message)
like "$text" 'remote w@remote.example.*local hanako@example.test.*remote u@remote.example.*local taro@example.test.*remote v@remote.example' "-t: from the header, beside the arguments"
unlike "$text" 'Bcc' "and Bcc is removed with its continuation"
fresh
printf 'Subject: x\n\none\n.\ntwo\n' | sendmail hanako@example.test
unlike "$(message)" 'two' "a dot alone ends the message"
fresh
printf 'Subject: x\n\none\n.\ntwo\n' | sendmail -oi -oem -odb -B8BITMIME -v hanako@example.test
like "$(message)" $'one\n\\.\ntwo' "not with -oi; other -o are passed over"
fresh
printf 'Subject: x\n\n..one\n.two\nx.' | sendmail hanako@example.test
like "$(message)" $'\\.\\.one\n\\.two\nx\\.' "other dots stay"

fresh
printf 'Subject: x\n\n' >"$T/m"
exits 67 "an unknown user of ours" "$BIN/sendmail" nobody@example.test <"$T/m"
exits 64 "no recipients" "$BIN/sendmail" <"$T/m"
exits 64 "an unknown option" "$BIN/sendmail" -Z a@b.example <"$T/m"
printf 'Subject: x\n\na\rb\n' >"$T/cr"
printf 'Subject: x\n\na\0b\n' >"$T/nul"
exits 77 "a CR alone" "$BIN/sendmail" hanako@example.test <"$T/cr"
exits 77 "a NUL" "$BIN/sendmail" hanako@example.test <"$T/nul"
exits 75 "no home" env WIZ98_HOME="$T/nowhere" "$BIN/sendmail" hanako@example.test <"$T/m"
is "$(waiting)" 0 "nothing of these is in the spool"
printf 'Subject: x\n\nbody\n' | sendmail hanako@example.test
like "$(sendmail -bp)" 'hanako@example.test' "-bp shows the queue"

# --- by somebody who may not write the spool
if [ "$(id -u)" != 0 ]; then
  skip 10 "needs root to become somebody else"
  exit
fi
chmod 711 "$T" "$H" "$H/run" "$H/spool"
other() { (cd / && setpriv --reuid=65534 --regid=65534 --clear-groups env WIZ98_HOME="$H" "$T/sendmail" "$@" 2>"$T/err"); }
cp "$BIN/sendmail" "$T/sendmail"
chmod 755 "$T/sendmail"
touch "$T/err"
fresh
other hanako@example.test <"$T/m"
is "$?" 75 "without the service: try again"
like "$(cat "$T/err")" 'SE104E' "and why"
(cd "$H" && exec "$BIN/tcp-pool" -m666 -c5 unix:run/submit "$BIN/queue-put" --serve) 2>"$T/serve" &
defer stop_pid $!
wait_for 5 test -S "$H/run/submit"
printf 'To: hanako@example.test\nBcc: taro@example.test\n\nbody\n' | other -t -F Somebody
is "$? $(waiting)" "0 1" "with it the message is taken"
text=$(message)
like "$text" 'user nobody\) with local.*From: "Somebody" <nobody@example.test>.*body' "and names who sent it"
unlike "$text" 'Bcc' "Bcc does not get there"
other nobody@example.test <"$T/m"
is "$?" 67 "an unknown user there"
other hanako@example.test <"$T/cr"
is "$?" 77 "a CR alone there"
printf 'Subject: x\n\n%s\n' "$(head -c 3000000 /dev/zero | tr '\0' x | fold)" | other hanako@example.test
is "$? $(find "$H/spool/incoming" -size +2900k | wc -l)" "0 1" "a large message"
add_setting "$H" 'submit_per_hour = 3'
reload_home "$H"
for i in 1 2 3; do other hanako@example.test <"$T/m"; done
other hanako@example.test <"$T/m"
is "$?" 75 "over submit_per_hour: try again"
like "$(cat "$T/err")" 'SE103E' "and why"
