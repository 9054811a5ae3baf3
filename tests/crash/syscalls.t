#!/bin/bash
# A kill proves nothing about the disk.  So the system calls of one accept, one local delivery, one relay and one bounce are
# read, and their order of writes, syncs, names and answers is held against the tables of doc/queue.md.
. tests/lib.sh
. tests/conf.sh
command -v strace >/dev/null || skip_all "strace is not installed"
plan 7
export ASAN_OPTIONS=detect_leaks=0 OUTPUT_LEVEL=10
H=$T/home
make_home "$H" example.test taro:pw hanako:pw
accepting=$(port) refusing=$(port)
printf 'accept.example: [127.0.0.1]:%s\nrefuse.example: [127.0.0.1]:%s\n' "$accepting" "$refusing" >>"$H/conf/routes"
"$BIN/conf-check" --reload --home "$H" >/dev/null 2>&1
export WIZ98_HOME=$H
background /usr/sbin/smtp-sink -u nobody "127.0.0.1:$accepting" 10 2>/dev/null
background /usr/sbin/smtp-sink -u nobody -f RCPT "127.0.0.1:$refusing" 10 2>/dev/null
CALLS=openat,read,recvfrom,write,writev,pwrite64,copy_file_range,sendto,sendmsg,fsync,fdatasync,linkat,rename,renameat,renameat2,unlink,unlinkat

trace() { strace -f -y -s 2000 -o "$T/trace" -e trace=$CALLS "$@" >"$T/out" 2>"$T/err"; }
order() { # TEXT STEP…
  local text=$1 said
  shift
  said=$(python3 tests/crash/order.py "$T/trace" "$@" 2>&1)
  ok $? "$text" || diag "$said"
}
put() { printf 'Subject: x\n\nbody\n' | "$BIN/queue-put" -f "$1" "$2"; }

# --- accepting: the answer comes last
printf 'EHLO client.example\r\nMAIL FROM:<a@elsewhere.example>\r\nRCPT TO:<hanako@example.test>\r\nDATA\r\nSubject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n' >"$T/dialogue"
mkfifo -m 600 "$H/run/trigger"
exec 9<>"$H/run/trigger"
trace env PROTO=TCP TCPREMOTEIP=192.0.2.1 TCPLOCALIP=192.0.2.2 "$BIN/smtp-recv" <"$T/dialogue"
id=$(ls "$H/spool/incoming")
order "accept: file synced, named, folder synced, then the answer" \
  'openat\(.*"spool/tmp", .*O_TMPFILE' '!linkat' 'write\(\d+<.*spool/tmp/#.*, "wiz98-message' '!linkat' \
  'fsync\(\d+<.*spool/tmp/#.*= 0' '!write\(\d+<.*spool/tmp/#' "!$id" "linkat\(.*\"spool/incoming/$id\".*= 0" "!^write.*250 2.*$id" \
  'fsync\(\d+<.*/spool/incoming>\) *= 0' "(write|sendto)\(.*250 2[^\"]*$id" '!write\(\d+<.*spool/incoming/'
# (The sandbox has looked its path up before, which wakes nobody.)
order "accept: queue-run is woken when the message is durable, not before" \
  '!(write\(\d+<.*run/trigger>|run/trigger", (?!.*O_PATH))' 'fsync\(\d+<.*/spool/incoming>\) *= 0' 'write\(\d+<.*run/trigger>'
exec 9>&-

# --- local delivery
trace "$BIN/queue-run" --once
order "local: staged and synced, placed and synced, renamed and synced, then done and the answer" \
  "(writev?|copy_file_range)\(.*wiz98.tmp/$id\.0" '!placed' '!rename.*/new|rename.*new/' "fsync\(\d+<.*wiz98.tmp/$id\.0.*= 0" '!placed' 'fsync\(\d+<.*wiz98.tmp>\) *= 0' \
  "!rename.*$id\.0" "write\(\d+<.*spool/queue/../$id>, .*placed" "!rename.*$id\.0" "fdatasync\(\d+<.*spool/queue/../$id>\) *= 0" '! done' \
  "rename.*\"$id\.0\".*= 0" "!sendmsg.*$id.* done" 'fsync\(\d+<.*/new>\) *= 0' "sendmsg\(.*$id.*done" "unlink.*spool/queue/../$id\".*= 0"
is "$(ls "$H/mail/example.test/hanako/new" | wc -l)" 1 "and the message is in the mailbox"

# --- relay
id=$(put taro@example.test u@accept.example)
trace "$BIN/queue-run" --once
order "relay: the peer's 250 to the data, done and synced, then the answer" \
  '(read|recvfrom)\(\d+<.*354 ' "!$id>.* done" '(read|recvfrom)\(\d+<.*"250' "write\(\d+<.*spool/queue/../$id>, .* done" "!sendmsg\(.*$id.* done" \
  "fdatasync\(\d+<.*spool/queue/../$id>\) *= 0" "sendmsg\(.*$id.*done" "unlink.*spool/queue/../$id\".*= 0"

# --- bounce: the failure and the bounce are durable before the message goes; the bounce goes out after its parent says so
id=$(put taro@example.test u@refuse.example)
trace "$BIN/queue-run" --once
order "bounce: failed and synced; the bounce synced, named, folder synced; bounced and synced; then the message leaves" \
  "write\(\d+<.*spool/queue/../$id>, .* failed" "fdatasync\(\d+<.*spool/queue/../$id>\) *= 0" 'openat\(.*"spool/tmp", .*O_TMPFILE' \
  'fsync\(\d+<.*spool/tmp/#.*= 0' '! bounced' "linkat\(.*\"spool/incoming/$id\.b0\".*= 0" '! bounced' 'fsync\(\d+<.*/spool/incoming>\) *= 0' \
  "!unlink.*$id\"" "write\(\d+<.*spool/queue/../$id>, .* bounced" "!unlink.*$id\"" "fdatasync\(\d+<.*spool/queue/../$id>\) *= 0" "unlink.*spool/queue/../$id\".*= 0"
order "bounce: nothing of it is delivered before its parent's record is durable" \
  "!wiz98.tmp/$id" "write\(\d+<.*spool/queue/../$id>, .* bounced" "!wiz98.tmp/$id" "fdatasync\(\d+<.*spool/queue/../$id>\) *= 0"
