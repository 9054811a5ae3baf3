#!/bin/bash
# OpenSMTPD audit 2015: hard and symbolic links in the spool and in mailboxes led to other people's files.
. tests/lib.sh
. tests/conf.sh
plan 7
H=$T/home
make_home "$H" example.test taro:pw hanako:pw
export WIZ98_HOME=$H OUTPUT_LEVEL=30
echo "the secret of another" >"$T/secret"
chmod 600 "$T/secret"
put() { printf 'Subject: x\n\nbody\n' | "$BIN/queue-put" -f a@example.test taro@example.test 2>/dev/null; }

id=$(put)
ln -s "$T/secret" "$H/spool/incoming/${id%?}0"
ln "$T/secret" "$H/spool/incoming/${id%?}1"
"$BIN/queue-run" --once 2>"$T/log"
is "$(cat "$T/secret")" "the secret of another" "a file that is linked into the spool is not written to"
is "$(ls "$H/mail/example.test/taro/new" | wc -l)" 1 "the message beside it is delivered"
like "$(cat "$T/log")" 'QU201E|SY102E' "and the links are reported"
is "$(grep -rl 'secret of another' "$H/mail" | wc -l)" 0 "what they led to is in no mailbox"

# Mailboxes: the folders that mail is put into may not be links.
rm -rf "$H/mail/example.test/hanako/new"
mkdir "$T/elsewhere"
id=$(printf 'Subject: y\n\nbody\n' | "$BIN/queue-put" -f a@example.test hanako@example.test 2>/dev/null)
ln -s "$T/secret" "$H/mail/example.test/hanako/wiz98.tmp/$id.0"
mkdir "$H/mail/example.test/hanako/new"
"$BIN/queue-run" --once 2>"$T/log"
is "$(cat "$T/secret")" "the secret of another" "a link where a message is staged is not written through"
is "$(find "$H/mail/example.test/hanako/new" -type f | wc -l)" 1 "and does not stop the delivery"
is "$(find "$H/mail/example.test/hanako/new" -type l | wc -l)" 0 "nor becomes a message"
