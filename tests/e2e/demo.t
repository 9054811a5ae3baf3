#!/bin/bash
# The README's first command.
. tests/lib.sh
plan 3
first=$(port)
DEMO_DIR=$T/demo DEMO_PORT=$first timeout 120 scripts/demo --once >"$T/out" 2>&1
ok $? "scripts/demo --once"
like "$(cat "$T/out")" '550 5.7.1 Relay does not accept \(RL201E\)' "it shows the refusal before the POP login"
[ ! -e "$T/demo" ]
ok $? "and leaves nothing behind"
