#!/bin/bash
# make install: everything is below PREFIX, readable by all, and a server can be made from it.
. tests/lib.sh
plan 30

build=${BIN%/bin}
exits 0 "an installation into DESTDIR" scripts/install "$build" "$T/root" /opt/mail
is "$(ls "$T/root")" opt "touches nothing outside of PREFIX"
is "$(ls "$T/root/opt/mail/bin")" "$(ls "$BIN")" "every program is there"
for program in "$T/root/opt/mail/bin"/*; do [ -x "$program" ] || break; done
[ -x "$program" ]
ok $? "and can be executed"
(cd doc/man/en && ls *.[1-8]) | sort >"$T/want"
(cd "$T/root/opt/mail/share/man" && find man? -type f -printf '%f\n') | sort >"$T/got"
is "$(cat "$T/got")" "$(cat "$T/want")" "the English man pages"
(cd doc/man/ja && ls *.[1-8]) | sort >"$T/want"
(cd "$T/root/opt/mail/share/man/ja" && find man? -type f -printf '%f\n') | sort >"$T/got"
is "$(cat "$T/got")" "$(cat "$T/want")" "the Japanese man pages"
is "$(cd "$T/root/opt/mail/share/wiz98" && find service -type f | sort)" "$(cd conf && find service -type f | sort)" "the templates of the services"
[ -x "$T/root/opt/mail/share/wiz98/service/smtp/run" ]
ok $? "whose run scripts can be executed"
is "$(find "$T/root/opt/mail" ! -type l ! -perm -444 | wc -l)" 0 "all is readable by all"
is "$(find "$T/root/opt/mail" ! -type l -perm /022 | wc -l)" 0 "and writable by the owner only"
is "$(find "$T/root/opt/mail/bin" -name '.*' -type f | wc -l)" 0 "no temporary name is left"

mkfifo "$T/fifo"
"$T/root/opt/mail/bin/log-filter" <"$T/fifo" &
exec 7>"$T/fifo"   # it runs until this is closed
exits 0 "installing again over a running program" scripts/install "$build" "$T/root" /opt/mail
exits 0 "an installed program works" "$T/root/opt/mail/bin/msg-explain" SY101E
exits 100 "a relative PREFIX is refused" scripts/install "$build" "$T/root" opt
exits 100 "a build without programs is refused" scripts/install "$T/none" "$T/root" /opt/mail
exits 100 "so is one that a unit file could not name" scripts/install "$build" "$T/root" '/opt/my mail'

# --- an upgrade ---
touch "$T/root/opt/mail/bin/gone" "$T/root/opt/mail/bin/others"
echo bin/gone >>"$T/root/opt/mail/share/wiz98/installed"
exits 0 "installing over an older version" scripts/install "$build" "$T/root" /opt/mail
is "$(ls "$T/root/opt/mail/bin" | grep -cx -e gone -e others) $(ls "$T/root/opt/mail/bin/others")" "1 $T/root/opt/mail/bin/others" "removes what only that version had, nothing else"

unlike "$(cat "$T/out")" migrate "of the same definition files nothing is said"
echo 1 >"$T/root/opt/mail/share/wiz98/samples/version"
scripts/install "$build" "$T/root" /opt/mail >"$T/out"
like "$(cat "$T/out")" '/opt/mail/bin/conf-check --migrate --home HOME && /opt/mail/bin/wiz98 start' "of others it says what to run"

# --- make uninstall ---
exits 100 "what is not installed cannot be removed" scripts/uninstall "$T/root" /opt/else
exits 0 "make uninstall" make -s uninstall "DESTDIR=$T/root" PREFIX=/opt/mail
is "$(cd "$T/root" && find . ! -type d)" ./opt/mail/bin/others "removes every file of ours, and no other"
is "$(find "$T/root" -name '*wiz98*')" "" "and its own folders"
[ -d "$T/root/opt/mail/share/man/man1" ]; ok $? "not those that it shares with others"

# --- with a server that runs ---
. tests/e2e/lib.sh
scripts/install "$build" "" "$T/p"
BIN=$T/p/bin
instance a example.test --user taro:geheim
exits 0 "an upgrade below a server that runs" scripts/install "$build" "" "$T/p"
send "${smtp[a]}" x@example.org taro@example.test README.md && wait_for 20 arrived "${pop3[a]}" taro geheim 1
ok $? "does not disturb it"
exits 111 "its programs are not removed while it runs" scripts/uninstall "" "$T/p"
grep -q "stop --home $T/a" "$T/err" && [ -x "$BIN/wiz98" ]; ok $? "it says what to do first"
wiz stop a >/dev/null 2>&1
scripts/uninstall "" "$T/p" >/dev/null
is "$(ls "$T/p/bin") $(ls "$T/a/mail/example.test/taro/new" | wc -l) $(ls "$T/a/conf/users")" " 1 $T/a/conf/users" "then they are; mail and definition files stay"
