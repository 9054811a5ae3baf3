#!/bin/bash
# scripts/catalogue: each fault in the source has its sentence, and what it makes is C and says what the source says.
. tests/lib.sh
plan 52

full='cause.en: c
cause.ja: 原
remedy.en: r
remedy.ja: 対'

# Compiles the text of a .cat file, expecting a fault that matches.
faulty() {
  printf '%s\n' "$2" >"$T/x.cat"
  scripts/catalogue compile "$T" "$T/x.cat" >"$T/out" 2>&1
  local status=$?
  [ $status = 1 ] && grep -Eq "$3" "$T/out"
  ok $? "refused: $1" 2 || diag "exit code $status: $(cat "$T/out")"
}

faulty "an unknown field" "XX101I a
en: x
ja: あ
colour: red" "x.cat:4: unknown field colour"
faulty "a field twice" "XX101I a
en: x
en: y
ja: あ" "x.cat:3: field en twice"
faulty "an ID twice" "XX101I a
en: x
ja: あ

XX101I b
en: x
ja: あ" "x.cat:5: ID XX101I twice"
for lack in en ja cause.en cause.ja remedy.en remedy.ja; do
  faulty "an error without $lack" "$(printf 'XX101E a\nen: x\nja: あ\n%s\n' "$full" | grep -v "^$lack:")" "XX101E lacks $lack\$"
done
faulty "a warning without a cause" "XX101W a
en: x
ja: あ" "XX101W lacks cause.en"
faulty "information without Japanese" "XX101I a
en: x" "XX101I lacks ja"
faulty "English that is not ASCII" "XX101I a
en: caf$(printf '\303\251')
ja: あ" "XX101I: en is not ASCII"
faulty "Japanese that is English" "XX101I a
en: x
ja: x" "XX101I: ja has no Japanese character"
faulty "Japanese that is not UTF-8" "XX101I a
en: x
ja: $(printf '\202\240')" "XX101I: ja is not UTF-8"
faulty "a reply that is too long" "XX101I a
en: $(printf 'x%.0s' {1..401})
ja: あ" "en is longer than"
faulty "a level beyond 99" "XX101I a
level: 100
en: x
ja: あ" "level is 0 to 99"
faulty "a reply that is none" "XX101I a
reply: 999
en: x
ja: あ" "reply is CODE STATUS"
faulty "a status of another class" "XX101I a
reply: 550 4.7.1
en: x
ja: あ" "the classes differ"
faulty "an error that says 250" "XX101E a
reply: 250
en: x
ja: あ
$full" "an error has a 4xx or 5xx reply"
faulty "a see that leads nowhere" "XX101I a
en: x
ja: あ
see: XX999E" "see names XX999E, which is no ID"
for see in 'pop4-serve(8)' doc/none.md Q12 routes smtp-recv; do
  faulty "a see that leads nowhere: $see" "XX101I a
en: x
ja: あ
see: $see" "see names .*, which is no ID, no man page, no question, no document"
done
faulty "an error without see" "XX101E a
en: x
ja: あ
$full" "XX101E lacks see"
faulty "information with a remedy and no cause" "XX101I a
en: x
ja: あ
remedy.en: r
remedy.ja: 対" "XX101I lacks cause.en"
faulty "a see for all that does not come first" "XX101I a
en: x
ja: あ

see: smtp-recv(8)" "x.cat:5: neither"
faulty "a line that is nothing" "XX101I a
en: x
ja: あ

what is this" "x.cat:5: neither an ID and a name nor a field"
faulty "a line that goes on with nothing" "  more" "x.cat:1: neither"
faulty "a control byte" "XX101I a
en: x$(printf '\001')
ja: あ" "control byte"
faulty "a malformed ID" "XX1E a
en: x" "neither an ID"

cat >"$T/good.cat" <<'END'
see: smtp-recv(8) Q8(b)-5 Q11 doc/queue.md
RL201E relay_refused
reply: 550 5.7.1
en: Quote " backslash \ trigraph ??= done
ja: 引用 " と ??= と
 続き
cause.en: first
 second
cause.ja: 原因 <a>
remedy.en: Run "x".
remedy.ja: 「x」を実行してください。
see: RL202I relay-check(1)

RL202I permitted
level: 50
en: Permitted
ja: 許可

RL203W pop
reply: -ERR [IN-USE]
en: Busy
ja: 使用中
cause.en: c
cause.ja: 原
remedy.en: r
remedy.ja: 対
END
mkdir "$T/catalogue"
exits 0 "a good source compiles" scripts/catalogue compile "$T/catalogue" "$T/good.cat"
cp lib/catalogue/*.[ch] "$T/catalogue/"
mkdir "$T/base"
cp lib/base/bytes.[ch] lib/base/sa.[ch] lib/sys/oom.c "$T/base/"
cat >"$T/main.c" <<'END'
#include <stdio.h>
#include "catalogue/catalogue.h"
int main(int argc, char **argv) {
  enum message_id id;
  (void)argc;
  if (!message_find(argv[1], 6, &id)) return 1;
  const struct message *m = message_of(id);
  const struct explanation *e = explanation_of(id);
  printf("%s|%d|%d|%s|%s|%d\n", m->id, m->level, m->reply, m->status, m->text, message_is_refusal(id));
  printf("%s|%s|%s|%s|%s\n", e->text[LANG_JA], e->cause[LANG_EN], e->cause[LANG_JA], e->remedy[LANG_JA], e->see);
  return RL201E_relay_refused == 0 && MESSAGE_COUNT == 3 ? 0 : 1;
}
END
exits 0 "the C that it makes compiles without a warning" gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -iquote "$T" -I/usr/include/libowfat -o "$T/main" "$T/main.c" "$T"/catalogue/*.c "$T"/base/*.c -lowfat
exits 0 "and holds every entry" "$T/main" RL201E
is "$(sed -n 1p "$T/out")" 'RL201E|0|550|5.7.1|Quote " backslash \ trigraph ??= done|1' "quotes, backslashes and trigraphs survive"
exits 0 "an entry without see" "$T/main" RL203W
like "$(cat "$T/out")" '\|smtp-recv\(8\) Q8\(b\)-5 Q11 doc/queue.md$' "has the one of its file"
"$T/main" RL201E >"$T/out"
is "$(sed -n 2p "$T/out")" '引用 " と ??= と続き|first second|原因 <a>|「x」を実行してください。|RL202I relay-check(1)' \
  "lines that go on are joined: with a space in English, without in Japanese"
exits 0 "an ID in small letters is found" "$T/main" rl202i
is "$(sed -n 1p "$T/out")" 'RL202I|50|0||Permitted|0' "a level of its own"
exits 0 "POP3 replies" "$T/main" RL203W
is "$(sed -n 1p "$T/out")" 'RL203W|10|1|IN-USE|Busy|1' "have their code in brackets"
exits 1 "an ID that is none is not found" "$T/main" RL299E

scripts/catalogue document ja "$T/good.cat" >"$T/ja.md"
like "$(cat "$T/ja.md")" '## RL201E: 引用.*応答 `550 5.7.1`.*\*\*原因\*\*: 原因 \\<a>.*\*\*対処\*\*: 「x」' "the Japanese document"
like "$(scripts/catalogue document en "$T/good.cat")" 'level 50' "the English document"

echo 'report(RL201E_relay_refused); /* RL203W */' >"$T/use.c"
exits 1 "an entry that nothing uses is reported" scripts/catalogue unused "$T/good.cat" -- "$T/use.c"
is "$(cat "$T/out")" "$T/good.cat:14: RL202I is used nowhere" "with its place"
echo 'RL202I_permitted RL777E' >>"$T/use.c"
exits 1 "an ID that no entry has is reported" scripts/catalogue unused "$T/good.cat" -- "$T/use.c"
is "$(cat "$T/out")" "RL777E is named in the sources, and no entry has it" "by name"
echo 'report(RL201E_a, RL202I_b, RL203W_c, XRL999E, RL999Ex)' >"$T/use.c"
exits 0 "all used: silence" scripts/catalogue unused "$T/good.cat" -- "$T/use.c"

exits 0 "the catalogue of this tree is without fault" scripts/catalogue compile "$T" conf/catalogue/*.cat
