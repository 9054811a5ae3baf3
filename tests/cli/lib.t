#!/bin/bash
# The test library itself: what passes, what fails, and how a test that breaks off is seen.
. tests/lib.sh
plan 12

inner() { printf '. tests/lib.sh\n%s\n' "$1" >"$T/inner.t"; bash "$T/inner.t" >"$T/inner.out" 2>&1; }

inner 'plan 1; true; ok $? "fine"'
is $? 0 "a test whose checks pass ends with 0"
inner 'plan 2; ok 1 "bad"; ok 0 "good"'
is $? 1 "a failed check makes the exit code 1"
like "$(cat "$T/inner.out")" "not ok 1 - bad.*inner.t:2.*ok 2 - good" "and names the check and its line"
inner 'plan 2; ok 0 "good"'
is $? 1 "a check less than planned makes it 1"
inner 'plan 1; is a b "same"'
like "$(cat "$T/inner.out")" "got:  a.*want: b" "is shows both strings"
inner 'plan 1; like abc "^b" "begins"'
like "$(cat "$T/inner.out")" "not ok 1" "like fails where the expression does not match"
inner 'plan 1; exits 3 "three" sh -c "exit 4"'
like "$(cat "$T/inner.out")" "not ok 1.*exit code 4, not 3" "exits compares the exit code"
inner 'plan 1; echo $T; ok 0 x; defer touch "'"$T"'/deferred"'
[ -e "$T/deferred" ]; ok $? "what was deferred is run"
[ ! -e "$(sed -n 2p "$T/inner.out")" ]; ok $? "the temporary directory is gone"
inner 'plan 1; background sleep 100; echo $! >"'"$T"'/pid"; ok 0 x'
! kill -0 "$(cat "$T/pid")" 2>/dev/null; ok $? "a background process is gone"
a=$(port) b=$(port)
[ "$a" != "$b" ]; ok $? "two ports differ"

: >"$T/summary"
printf '. tests/lib.sh\nplan 3; ok 0 a; ok 1 b; skip 1 c\n' >"$T/mixed.t"
scripts/tap "$T/summary" "$T/mixed.t" >/dev/null 2>&1
is "$(sed "s|$T/||" "$T/summary")" "passed mixed.t 1
skipped mixed.t 1
failed mixed.t check 2" "scripts/tap counts what passed, failed and was skipped"
