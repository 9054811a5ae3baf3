#!/bin/bash
# local-deliver killed at each system call, and with each call failing: one copy, always.
. tests/lib.sh
[ -n "${WIZ98_LONG:-}" ] || skip_all "each system call: WIZ98_LONG=1; tests/crash/kills.t is the sample"
command -v strace >/dev/null || skip_all "strace is not installed"
export BIN T HOME98=$T/home
export ASAN_OPTIONS=detect_leaks=0   # it cannot be told under strace
. tests/conf.sh
make_home "$HOME98" example.test taro:pw hanako:pw
python3 tests/crash/local-deliver.py
status=$?
checks_planned=$checks_made
exit $status
