#!/bin/bash
# The README's first command.
. tests/lib.sh
plan 5
first=$(port)
DEMO_DIR=$T/demo DEMO_PORT=$first timeout 120 scripts/demo --once >"$T/out" 2>&1
ok $? "scripts/demo --once"
like "$(cat "$T/out")" '550 5.7.1 Relay does not accept \(RL201E\)' "it shows the refusal before the POP login"
like "$(cat "$T/out")" 'void: POP before SMTP is off: SMTP AUTH is in use .*RL007I' "it shows that POP before SMTP is void where SMTP AUTH is on"
like "$(cat "$T/out")" 'with ESMTPSA' "and that a password does it there"
[ ! -e "$T/demo" ]
ok $? "and leaves nothing behind"
