#!/bin/bash
# Faults of the machine and of the definition files.
. tests/faults/lib.sh
plan 40
make_home a example.test --user taro:geheim || exit 1
healthy "an instance as it was made"
is "$(python3 -c 'import json,sys; print(len({r["id"] for r in json.load(open(sys.argv[1]))}))' "$T/doctor.json")" "$(grep -c '^CHECK(' lib/checks/checks.def)" "every check of the table is answered once"

# --- disks: of an own size, as only root can make them ---
small() { mount -t tmpfs -o "mode=700,$2" tmpfs "$H/$1"; }
if [ "$(id -u)" = 0 ] && [ -n "${WIZ98_INSIDE:-}" ]; then
  fault D001 "the disk is full" 'small mail size=60m' 'umount "$H/mail"'
  fault D002 "no inode is left" 'small mail size=1g,nr_inodes=500' 'umount "$H/mail"'
  fault D003 "the disk was remounted read-only" 'mount --bind "$H/mail" "$H/mail" && mount -o remount,ro,bind "$H/mail"' 'umount "$H/mail"'
  fault D006 "part of the spool lies on another disk" 'small spool/damaged size=1g' 'umount "$H/spool/damaged"'
  keep conf/settings
  echo 'free_space_min = 5m' >>"$H/conf/settings"
  reload
  near "the disk is 89 % full" 'small mail size=200m; head -c $((178 << 20)) /dev/zero >"$H/mail/large"' 'umount "$H/mail"'
  warns D001 "the disk is 97 % full" 'small mail size=200m; head -c $((194 << 20)) /dev/zero >"$H/mail/large"' 'umount "$H/mail"'
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
healthy "when all is undone"
