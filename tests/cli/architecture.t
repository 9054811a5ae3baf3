#!/bin/bash
# doc/architecture.md names every program and every module, and nothing that is not there.
. tests/lib.sh
plan 4

in_build() { make -pn all 2>/dev/null | sed -n "s/^$1 := //p" | head -n 1; }
table() { sed -n "/^##* $1\$/,/^##* /s/^| \([a-z0-9-]*\) |.*/\1/p" doc/architecture.md | grep -vE '^(program|module|-+)$' | sort; }

is "$(table "Pure modules")" "$(in_build PURE | tr ' ' '\n' | sort)" "the pure modules"
is "$(table "Kernel modules")" "$(in_build KERNEL | tr ' ' '\n' | sort)" "the kernel modules"
is "$(table Programs)" "$(sed -n 's/^\([a-z0-9-]*\)_USES := .*/\1/p' Makefile | sort)" "the programs"
is "$(grep -o 'lib/[a-z_0-9/.]*[a-z]' doc/architecture.md | sort -u | while read -r f; do [ -e "$f" ] || echo "$f"; done)" "" "the files that it names are there"
