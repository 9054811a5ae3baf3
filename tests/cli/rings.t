#!/bin/bash
# scripts/rings: each way to leave the pure ring is seen, and what is allowed is let through.
. tests/lib.sh
plan 16

object() { printf '%s\n' "$2" >"$T/$1.c"; gcc -w -O1 -fPIE -D_FORTIFY_SOURCE=2 -c -o "$T/$1.o" "$T/$1.c"; }
refused() {
  object "$1" "$2"
  exits 1 "$4" scripts/rings pure base "$T/$1.o"
  like "$(cat "$T/out")" "lib/base, $1.o: $3" "and named"
}

object good '#include <string.h>
#include <stdio.h>
static const char *const names[] = {"a", "b"};
const char *name(int i, char *to, unsigned long n) { char b[9]; snprintf(b, sizeof b, "%d", i); memcpy(to, b, n); return names[i & 1]; }'
exits 0 "memory, text and constant tables are pure" scripts/rings pure base "$T/good.o"
refused env '#include <stdlib.h>
const char *f(void) { return getenv("HOME"); }' "getenv is not for the pure ring" "the environment is refused"
refused descriptor '#include <unistd.h>
long f(void) { return write(1, "x", 1); }' "write is not for" "a descriptor is refused"
refused bss 'static int count; int f(void) { return ++count; }' "count is a writable global" "a counter is refused"
refused data 'int level = 30; int f(void) { return level; }' "level is a writable global" "an initialised global is refused"
refused pointers 'static const char *name = "a"; void f(const char *s) { name = s; } const char *g(void) { return name; }' \
  "name is a writable global" "a pointer that can be set is refused"

rm -f "$T/lib.a"
ar -rcs "$T/lib.a" "$T/good.o" "$T/env.o"
exits 1 "an archive is searched through" scripts/rings pure base "$T/lib.a"
like "$(cat "$T/out")" "lib/base, env.o: getenv" "and the member is named"

printf '#include "base/sa.h"\n#include "sys/clock.h"\n' >"$T/header.c"
exits 1 "a header of the kernel ring is refused" scripts/rings include smtp "$T/header.c"
is "$(cat "$T/out")" "$T/header.c:2: lib/smtp is pure and sys is not" "with file and line"

mkdir -p "$T/build/lib" "$T/build/obj/cmd"
object clock 'long clock_ms(void) { return 1; }'
object addr 'int addr_parse(void) { return 1; }'
object prog 'long clock_ms(void); int main(void) { return clock_ms(); }'
for m in sys:clock addr:addr; do ar -rcs "$T/build/lib/lib${m%:*}.a" "$T/${m#*:}.o"; done
cp "$T/prog.o" "$T/build/obj/cmd/"
echo 'prog_USES := addr' >"$T/Makefile"
scripts/rings uses "$T/Makefile" "$T/build" >"$T/out"
is "$(cat "$T/out")" "Makefile: prog_USES names addr, and nothing of it is linked" "a program's line may not name more than it links"
