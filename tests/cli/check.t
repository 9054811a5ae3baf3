#!/bin/bash
# scripts/check itself, in a tree of a few files: it counts, goes on after a failure, and fails when anything did.
. tests/lib.sh
plan 19

tree=$T/tree
mkdir -p "$tree"/{scripts,tests/cli,tests/unit,tests/fuzz,build-san/test,build-fuzz,conf/catalogue,doc,lib,cmd}
cp scripts/{check,tap,install-packages} "$tree/scripts/"
cp tests/lib.sh "$tree/tests/"
echo "# nothing" >"$tree/scripts/packages"
printf 'all archives unit fuzz:\n\t@echo building $@\n' >"$tree/Makefile"
for script in rings catalogue; do printf '#!/bin/sh\nexit 0\n' >"$tree/scripts/$script"; done
chmod +x "$tree/scripts"/*
: >"$tree/doc/messages.en.md"
: >"$tree/doc/messages.ja.md"
: >"$tree/conf/catalogue/XX.cat"

program() { printf '#!/bin/sh\n%s\n' "$2" >"$tree/$1"; chmod +x "$tree/$1"; }
unit() { : >"$tree/tests/unit/$1.c"; program "build-san/test/$1" "$2"; }
fuzzer() { : >"$tree/tests/fuzz/$1.c"; program "build-fuzz/$1" "$2"; }
run() { (cd "$tree" && unset WIZ98_BIN && scripts/check "$@") >"$T/out" 2>&1; }
last() { tail -n 1 "$T/out"; }

printf '. tests/lib.sh\nplan 3\nok 0 a\nok 0 b\nskip 1 c\n' >"$tree/tests/cli/good.t"
unit good_test 'echo 1..2; echo "ok 1 - x"; echo "ok 2 - y"'
fuzzer good_fuzz 'exit 0'
run
is $? 0 "all is well: exit 0"
is "$(last)" "13 passed, 0 failed, 1 skipped" "packages, builds, rings, catalogue, unit tests, fuzzers, shell tests are counted"
like "$(head -n 1 "$T/out")" "^Not tested here" "it begins with what it does not test"

run tests
is "$(last)" "3 passed, 0 failed, 1 skipped" "one part alone"

unit bad_test 'echo 1..2; echo "ok 1 - x"; echo "not ok 2 - y"; exit 1'
run
is $? 1 "a failed unit test: exit 1"
is "$(last)" "14 passed, 1 failed, 1 skipped" "it counts once, the others go on"
like "$(cat "$T/out")" "FAILED: bad_test y" "and it is named at the end"
unit bad_test 'echo 1..2; echo "ok 1 - x"; kill -9 $$'
run unit
is "$(last)" "4 passed, 1 failed, 0 skipped" "a unit test that dies"
like "$(cat "$T/out")" "FAILED: bad_test ended with exit code 137" "is told by its exit code"
rm "$tree/build-san/test/bad_test" "$tree/tests/unit/bad_test.c"
unit stale_test 'exit 1'
rm "$tree/tests/unit/stale_test.c"
run unit
is "$(last)" "3 passed, 0 failed, 0 skipped" "a program whose source is gone is not run"

printf '. tests/lib.sh\nplan 3\nok 0 a\nok 1 b\n' >"$tree/tests/cli/bad.t"
run tests
is "$(last)" "4 passed, 1 failed, 1 skipped" "a shell test with a failed check, that ends early too"
like "$(cat "$T/out")" "FAILED: tests/cli/bad.t check 2" "is named with its check"
printf '. tests/lib.sh\nplan 1\nkill -9 $$\n' >"$tree/tests/cli/bad.t"
run tests
like "$(cat "$T/out")" "FAILED: tests/cli/bad.t" "a shell test that is killed fails"
rm "$tree/tests/cli/bad.t"

fuzzer bad_fuzz 'echo "ERROR: AddressSanitizer"; exit 77'
run fuzz
like "$(cat "$T/out")" "FAILED: bad_fuzz see build/check/bad_fuzz.log" "a fuzzer that finds something"
rm "$tree/build-fuzz/bad_fuzz"

printf '#!/bin/sh\n[ "$1" != document ] || echo new\n' >"$tree/scripts/catalogue"
run catalogue
is "$(last)" "2 passed, 2 failed, 0 skipped" "stale documents are two failures"
printf 'all archives:\n\t@exit 1\nunit fuzz:\n\t@:\n' >"$tree/Makefile"
run
is "$?" 1 "a build that fails"
like "$(cat "$T/out")" "FAILED: build see build/check/build.log" "is a failure among the others"
like "$(last)" "^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$" "the last line has its form"

printf '#!/bin/sh\nexit 1\n' >"$tree/scripts/install-packages"
rm -r "$tree/tests/cli"
run tests
is "$?" 1 "nothing ran: exit 1"
