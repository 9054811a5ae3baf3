#!/bin/bash
# make install: everything is below PREFIX, readable by all, and a server can be made from it.
. tests/lib.sh
plan 15

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
