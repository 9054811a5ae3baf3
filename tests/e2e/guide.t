#!/bin/bash
# The guides, doc/guide.*.md: each command, as it stands there, on a machine of its own, and what it answers.  A new operator's
# way from the source tree to reading a diagnosis.  WIZ98_GUIDE=--write: samples that differ are replaced by what was said.
# The Japanese one, which has the same commands, only with WIZ98_LONG=1.
. tests/alone.sh
languages=en
[ -z "${WIZ98_LONG:-}${WIZ98_GUIDE:-}" ] || languages="en ja"
total=0
for lang in $languages; do total=$((total + $(python3 tests/e2e/guide.py --count doc/guide.$lang.md))); done
plan $((total + 1))
is "$(python3 tests/e2e/guide.py --commands doc/guide.en.md)" "$(python3 tests/e2e/guide.py --commands doc/guide.ja.md)" "both guides have the same commands"

stop_server() { [ ! -x /usr/local/bin/wiz98 ] || wiz98 stop >/dev/null 2>&1; }
defer stop_server
for lang in $languages; do
  env LC_ALL=$([ $lang = en ] && echo C.UTF-8 || echo ja_JP.UTF-8) python3 tests/e2e/guide.py ${WIZ98_GUIDE:-} doc/guide.$lang.md >"$T/$lang.tap"
  while IFS= read -r line; do
    case $line in
    "ok "*) ok 0 "${line#ok * - }" ;;
    "not ok "*) ok 1 "${line#not ok * - }" ;;
    *) echo "$line" ;;
    esac
  done <"$T/$lang.tap"
  stop_server
  rm -rf /var/wiz98/* /var/wiz98/.[a-z]*
done
