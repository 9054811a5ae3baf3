#!/bin/bash
# Faults of the machine and of the definition files.
. tests/faults/lib.sh
plan 69
make_home a example.test --user taro:geheim || exit 1
healthy "an instance as it was made"
is "$(python3 -c 'import json,sys; print(len({r["id"] for r in json.load(open(sys.argv[1]))}))' "$T/doctor.json")" "$(grep -c '^CHECK(' lib/checks/checks.def)" "every check of the table is answered once"

# --- disks: of an own size, as only root can make them ---
small() { cp -a "$H/$1" "$T/as-before" && mount -t tmpfs -o "mode=700,$2" tmpfs "$H/$1" && cp -a "$T/as-before/." "$H/$1/"; rm -rf "$T/as-before"; }
if [ "$(id -u)" = 0 ] && [ -n "${WIZ98_INSIDE:-}" ]; then
  fault D001 "the disk is full" 'small mail size=60m' 'umount "$H/mail"'
  fault D002 "no inode is left" 'small mail size=1g,nr_inodes=500' 'umount "$H/mail"'
  fault D003 "the disk was remounted read-only" 'mount --bind "$H/mail" "$H/mail" && mount -o remount,ro,bind "$H/mail"' 'umount "$H/mail"'
  fault D006 "part of the spool lies on another disk" 'small spool/damaged size=1g' 'umount "$H/spool/damaged"'
  keep conf/settings
  echo 'free_space_min = 5m' >>"$H/conf/settings"
  reload
  # who delivers and reads is confined to the folder that was there when it began
  begun_again() { svc auth t; svc queue t; sleep 1; wait_for 10 has_state auth up; wait_for 10 has_state queue up; }
  near "the disk is 89 % full" 'small mail size=200m; begun_again; head -c $((178 << 20)) /dev/zero >"$H/mail/large"' 'umount "$H/mail"'
  warns D001 "the disk is 97 % full" 'small mail size=200m; begun_again; head -c $((194 << 20)) /dev/zero >"$H/mail/large"' 'umount "$H/mail"; begun_again'
  restore conf/settings
  reload
  fault D004 "a folder was restored by another user" 'chown 12345 "$H/spool/tmp"' 'chown 0 "$H/spool/tmp"'
else
  skip 17 "needs root"
fi
fault D004 "a folder is gone" 'mv "$H/crash" "$T/crash"' 'mv "$T/crash" "$H/crash"'

# --- programs, definition files ---
fault D701 "daemontools are not installed" 'PATH_KEPT=$PATH; DOCTOR="env PATH=/nowhere $BIN/mail-doctor"' 'DOCTOR='
fault D702 "the programs were moved" 'mv "$H/service/.bin" "$T/bin.kept"; ln -s /nowhere "$H/service/.bin"' 'rm "$H/service/.bin"; mv "$T/bin.kept" "$H/service/.bin"'
fault D703 "definition files of another version" 'keep conf/version; echo 1 >"$H/conf/version"' 'restore conf/version'
fault D704 "a typing error in the settings" 'keep conf/settings; echo "smtp_prot = 25" >>"$H/conf/settings"' 'restore conf/settings'
warns D706 "a change that was not reloaded" 'keep conf/aliases; echo "sales@example.test: taro@example.test" >>"$H/conf/aliases"' 'restore conf/aliases'
fault D705 "no configuration in force" 'mv "$H/run/conf" "$T/conf.kept"' 'mv "$T/conf.kept" "$H/run/conf"'
faults "D703 D801" "two faults" 'keep conf/version; echo 9 >"$H/conf/version"; echo x >"$H/spool/damaged/20261124x"' 'restore conf/version; rm "$H/spool/damaged/20261124x"'

# --- mail-doctor --changes: what is new is mailed once, when two runs agree ---
changes() { "$BIN/mail-doctor" --home "$H" --changes >"$T/changes.out" 2>"$T/changes.err"; CHANGES_CODE=$?; }
quiet() { changes; [ $CHANGES_CODE = 0 ] && [ ! -s "$T/changes.out" ] && [ ! -s "$T/changes.err" ]; }
mails() { [ "$(find "$H/spool/incoming" "$H/spool/queue" "$H"/mail/*/taro/new "$H"/mail/*/taro/cur -type f -exec grep -L '^sender wiz98-selftest@' {} + | wc -l)" = "$1" ]; }   # on their way or there
letters() { wait_for 10 mails "$1" && { [ "$1" = 0 ] || arrived "${pop3[a]}" taro@example.test geheim "$1"; }; }
letter() {
  fetch "${pop3[a]}" taro@example.test geheim "$1" | python3 -c 'import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(m["subject"], m.get_content(), sep="\n")' >"$T/letter"
}
mv "$H/crash" "$T/crash"
changes
is "$CHANGES_CODE $(cat "$T/changes.out" "$T/changes.err")" "0 " "--changes: the first run says nothing"
letters 0; ok $? "  and mails nothing"
keep conf/settings
echo 'free_space_min = 900000g' >>"$H/conf/settings"
reload
changes
is $CHANGES_CODE 111 "  the second cannot queue its mail: exit code 111"
grep -q 'QU101E' "$T/changes.err" && grep -q 'WA101E.*changes=' "$T/changes.err"; ok $? "  it says why (QU101E, WA101E)" || diag "$(cat "$T/changes.err")"
restore conf/settings
reload
changes
is "$CHANGES_CODE $(cat "$T/changes.out" "$T/changes.err")" "0 " "  the third tells it, and says nothing else"
letters 1; ok $? "  one mail comes to the postmaster"
grep -q 'QU301I .*mid=<doctor' "$H/log/queue/current"; ok $? "  and the log has it" || diag "$(grep QU301I "$H"/log/*/current)"
letter 1
head -n 1 "$T/letter" | grep -q '【要対応】.* / Action needed: A folder of the home is missing'; ok $? "  its subject says what is wrong, in both languages" || diag "$(head -n 1 "$T/letter")"
grep -q '^  D004 .*(DC019E)' "$T/letter" && grep -q '^    remedy: .*wiz98 start' "$T/letter"; ok $? "  its text has cause and remedy" || diag "$(cat "$T/letter")"
quiet && letters 1; ok $? "  the fourth is silent" || diag "$(cat "$T/changes.out" "$T/changes.err")"
mv "$T/crash" "$H/crash"
quiet && letters 1; ok $? "  mended: one run that is good says nothing yet"
changes
letters 2; ok $? "  the second does"
letter 2
grep -q '^Over:' "$T/letter" && grep -q '【復旧】' "$T/letter"; ok $? "  that it is over" || diag "$(cat "$T/letter")"
flock "$H/state" "$BIN/mail-doctor" --home "$H" --changes 2>"$T/changes.err"
is "$? $(grep -c WA103W "$T/changes.err")" "111 1" "  two at once: one does nothing"
echo "D004 told" >"$H/state/doctor"
changes
is "$CHANGES_CODE $(grep -c WA102W "$T/changes.err") $(head -n 1 "$H/state/doctor")" "0 1 wiz98-doctor 1" "  a damaged state is reported and written anew"

# --- backup
warns D010 "the last backup is long ago" 'touch -d "40 days ago" "$H/state/backup"' 'touch "$H/state/backup"'
near "a backup was made" : :
is "$(result D010)" PASS "which is seen"
rm "$H/state/backup"

# --- memory, open files, programs
if [ -n "${WIZ98_INSIDE:-}" ]; then
  memory() { sed "s/^MemAvailable: .*/MemAvailable: $1 kB/" /proc/meminfo >"$T/meminfo"; mount --bind "$T/meminfo" /proc/meminfo; }
  fault D008 "the memory is used up" 'memory 9000' 'umount /proc/meminfo'
  warns D008 "the memory is nearly used up" 'memory 40000' 'umount /proc/meminfo'
  near "there is some memory" 'memory 90000' 'umount /proc/meminfo'
else
  skip 5 "needs root"
fi
queue_pid() { "$BIN/wiz98" status --home "$H" | sed -n 's/^queue .* pid \([0-9]*\) .*/\1/p'; }
fault D009 "a service has opened all the files that it may" 'prlimit --nofile=8:1024 --pid "$(queue_pid)"' 'prlimit --nofile=1024:1024 --pid "$(queue_pid)"'
"$BIN/wiz98" stop --home "$H" >/dev/null 2>&1
mkdir "$T/installed" && cp -a "$BIN" "$T/installed/bin" && mkdir -p "$T/installed/share/wiz98" && cp -a conf/service "$T/installed/share/wiz98/"
"$T/installed/bin/wiz98" start --home "$H" >"$T/out" 2>&1 || diag "$(cat "$T/out")"
warns D009 "the services may open few files" 'prlimit --nofile=900:1024 --pid "$(queue_pid)"' 'prlimit --nofile=1024:1024 --pid "$(queue_pid)"'
is "$(result D707)" PASS "they run what is installed" || diag "$(field D707 evidence)"
warns D707 "a new version was installed, and nothing restarted" 'cp "$T/installed/bin/queue-run" "$T/new" && mv "$T/new" "$T/installed/bin/queue-run"' '"$BIN/wiz98" stop --home "$H" >/dev/null 2>&1; "$BIN/wiz98" start --home "$H" >/dev/null 2>&1'
healthy "when all is undone"
