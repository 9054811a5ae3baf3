#!/bin/bash
# A program that strangers reach is taken over (tests/takeover.c) and tries to read the keys, the password hashes, another's
# mailbox; to list, read, change, rename, remove what is queued; to run a shell; to connect to elsewhere.  Installed as root
# nothing of it succeeds; with neither roles nor sandboxes all of it does, so the test would see it.
. tests/roles.sh
case $BIN in *san*) skip_all "with sanitizers there is no sandbox" ;; esac
make -s -j2 takeover >"$T/make" 2>&1 || { cat "$T/make"; echo "Bail out! make takeover"; exit 1; }
cp build/takeover/* "$BIN/"
export BIN
plan 8
strangers="smtp-recv queue-put pop3-serve pop3-session tls-serve"
instance a example.test --user taro:geheim --user hanako:geheim
H=$T/a
printf 'Subject: x\n\nhello\n' >"$T/m"
send "${smtp[a]}" x@example.org hanako@example.test "$T/m"
wait_for 20 eval 'ls "$H"/mail/example.test/hanako/new/* >/dev/null 2>&1'

# What queue-run and a receiver leave: files of these owners and modes, a name for each program.
put_queued() { local p; for p in $strangers remote-send remote-tls; do install -m "$1" -o "$2" -g "$3" "$T/m" "$H/spool/queue/00/.$p"; cp -p "$H/spool/queue/00/.$p" "$H/spool/queue/00/.${p}2"; done; }
put_waiting() { local p; for p in $strangers; do install -m 660 -o "$1" -g "$2" "$T/m" "$H/spool/incoming/.$p"; cp -p "$H/spool/incoming/.$p" "$H/spool/incoming/.${p}2"; done; }
try() { python3 tests/incidents/takeover.py "$H" "${smtp[a]}" "${pop3[a]}" "${pop3s[a]}" "$@"; }
queue_down() { svc -d "$H/service/queue"; wait_for 10 eval 'svstat "$H/service/queue" | grep -q ": down"'; }
tell() { awk '{n[$1 " " $NF]++} END {for (k in n) print k, n[k]}' "$1" | sort | tr '\n' ','; }

cp "$H/conf/routes" "$T/routes"
put_queued 660 wiz98-receive wiz98-drop
try remote-send remote-tls >"$T/remote" 2>&1
is "$(grep -c ' could$' "$T/remote") $(grep -c ' nothing$' "$T/remote")" "0 0" "what speaks to other servers, and its TLS child, cannot" || diag "$(cat "$T/remote")"
is "$(wc -l <"$T/remote")" 23 "each deed of each"
queue_down
put_waiting wiz98-receive wiz98-drop
try $strangers >"$T/said" 2>&1
is "$(grep -c ' could$' "$T/said") $(grep -c ' nothing$' "$T/said")" "0 0" "what strangers reach cannot" || diag "$(grep ' could$\| nothing$' "$T/said")"
is "$(wc -l <"$T/said")" $((5 * 16)) "each deed of each" || diag "$(tail -n 5 "$T/said")"
diag "$(tell "$T/said")"
is "$(ls -A "$H"/spool/queue/00 "$H"/spool/incoming | grep -c '^\.[a-z]') $(cmp "$H/spool/incoming/.smtp-recv" "$T/m" && echo same)" "24 same" "the messages are there, unchanged"

# --- neither users nor sandboxes
wiz stop a >/dev/null 2>&1
sed -i '/^wiz98-/d' /etc/passwd
touch "$H/unconfined"
cp "$T/routes" "$H/conf/routes"
wiz start a >"$T/a.start" 2>&1
put_queued 660 root root
try remote-send remote-tls >"$T/remote" 2>&1
is "$(grep -c ' could$' "$T/remote")" 23 "without users and sandboxes what speaks to other servers can" || diag "$(grep -v ' could$' "$T/remote")"
queue_down
put_queued 660 root root
put_waiting root root
try $strangers >"$T/said" 2>&1
is "$(grep -c ' could$' "$T/said")" $((5 * 16)) "so can what strangers reach" || diag "$(grep -v ' could$' "$T/said")"
is "$(for p in build/bin/*; do nm "$p" | grep -c '__wrap_\|TAKEOVER'; done | sort -u)" 0 "no program of the product has it"
