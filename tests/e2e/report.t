#!/bin/bash
# wiz98 report: one archive that tells all about a server, and nothing of secrets and people: they are sown everywhere,
# and none is found in it.
. tests/lib.sh
. tests/e2e/lib.sh
plan 32

# --- seeds: local parts and secrets, each a word that is found nowhere else
people=(alicewonder bobbuilder.jr carolsinger davidbowman evequeen frankremote gracetarget heidialias ivanfault judyquote)
secrets=(Wq7smarthostPW 'p4ss "bl anks' Xx9TokenArgument hunter2plain faultySecret77 Tr0ub4dor3 zebraURLpw)

make_instance a a.test --user "${people[0]}@a.test:${secrets[5]}" --user "${people[1]}@a.test:${secrets[5]}" || exit 1
H=${home[a]}
cat >>"$H/conf/aliases" <<X
# ${people[2]} has left, her password was ${secrets[3]}
${people[7]}: ${people[0]} ${people[3]}@else.test
X
cat >"$H/conf/routes" <<X
else.test: [127.0.0.1]:$(port)   # frankremote pays for it
X
cat >"$H/conf/credentials" <<X
smtp.else.test:587: ${people[5]}@provider.test "p4ss \"bl anks"
smtp2.else.test:587: ${people[5]} ${secrets[0]}   # ${secrets[3]}
X
chmod 600 "$H/conf/credentials"
echo "exchange: /usr/bin/curl -sS ${secrets[2]} --data secret=${secrets[2]}" >"$H/conf/tokens"
wiz start a >"$T/start" 2>&1 || diag "$(cat "$T/start" "$H/log/error/current")"
hash=$(sed -n "s/^${people[0]}@a.test: //p" "$H/conf/users")
# what a fault leaves in the files: a password where a hash or a host should stand
echo "${people[8]}@a.test: ${secrets[4]}" >>"$H/conf/users"
echo "smtp3.else.test ${people[8]} ${secrets[4]}" >>"$H/conf/credentials"

# --- mail that waits, fails, is refused
printf 'Subject: x\n\nbody of the mail\n' >"$T/mail"
send "${smtp[a]}" "${people[4]}@away.test" "${people[0]}@a.test" "$T/mail"
printf 'Subject: x\n\nbody of the mail\n' | "$BIN/queue-put" --home "$H" -f "${people[1]}@a.test" "${people[6]}@else.test" 2>"$T/log" >/dev/null
smtp_say "${smtp[a]}" "EHLO x" "MAIL FROM:<\"${people[9]} q\"@away.test>" "RCPT TO:<${people[6]}@else.test>" >/dev/null
pop_say "${pop3[a]}" "${people[0]}" "${secrets[5]}" STAT >/dev/null
wait_for 20 grep -q "to=${people[6]}@else.test" "$H/log/queue/current" "$H/log/error/current"
mkdir -p "$H/crash"
echo "path=mail/a.test/${people[1]}/new/1 url=http://${people[5]}:${secrets[6]}@proxy.test/" | sed "s/^/@400000006900000000000000 0 CR101E program=x pid=1 signal=SIGSEGV /" >"$H/crash/direct"

qid=$(sed -n "s/.* qid=\([0-9a-z]*\) .*/\1/p" "$T/log" | tail -n 1)

# --- it says, and does not write
cd "$T" || exit 1
exits 0 "it lists what it would hold" "$BIN/wiz98" report --home "$H" --list
like "$(cat out)" "conf/credentials" "each file"
like "$(cat out)" "local parts of addresses" "and what was taken out"
like "$(LC_ALL=ja_JP.UTF-8 "$BIN/wiz98" report --home "$H" --list)" "レポートの内容" "in Japanese too"
is "$(ls -- *.tar.gz 2>/dev/null)" "" "nothing is written"
exits 100 "it does not write unasked" "$BIN/wiz98" report --home "$H" </dev/null
like "$(cat err)" RE101E "and says how to agree"
is "$(ls -- *.tar.gz 2>/dev/null)" "" "nothing is written then either"
exits 100 "neither address nor queue ID" "$BIN/wiz98" report --home "$H" --list nobody
exits 100 "no option in its place" "$BIN/wiz98" report --home "$H" --list -- --help

# --- it writes
exits 0 "it writes with --yes" env TMPDIR="$T" "$BIN/wiz98" report --home "$H" --yes --output r.tar.gz "$qid" "${people[6]}@else.test"
is "$(stat -c %a r.tar.gz)" 600 "for its owner only"
exits 111 "it writes over nothing" "$BIN/wiz98" report --home "$H" --yes --output r.tar.gz
is "$(ls -d wiz98-report-* 2>/dev/null)" "" "no folder of its own is left"
mkdir x && tar -xzf r.tar.gz -C x
ok $? "the archive can be unpacked"
cd x/wiz98-report || exit 1
for f in versions.txt machine.txt conf/users conf/settings conf/tls.txt status.txt queue.txt error.log asked/1-transcript.txt asked/2-rehearsal.txt crash/records.txt; do [ -s $f ] || diag "$f is empty"; done
is "$(wc -l <CONTENTS.txt)" $(($(find . -type f | wc -l) + 3)) "CONTENTS.txt names each file"

# --- what is in it
found=
for word in "${people[@]}" "${secrets[@]}" 'bl anks' "$hash" "${hash:8:20}" "$(base64 -w0 "$H"/conf/tls/*.pem | head -c 60)"; do
  ! grep -riF -- "$word" . >"$T/hits" || found="$found $word: $(head -n 2 "$T/hits")"
done
is "$found" "" "no secret and no local part"
is "$(grep -rlF 'body of the mail' .)" "" "no mail"
is "$(grep -rlE -- '-----BEGIN|\$y\$[^*]' .)" "" "no key, no certificate, no hash"
is "$(grep -rhoE '[A-Za-z0-9._+-]+@[a-z]+\.test' . | sort -u)" "" "no address is whole"
like "$(cat conf/users)" '^\*([0-9]+)\*@a.test: \*\*\*' "a user is a number"
number=${BASH_REMATCH[1]}
like "$(cat conf/aliases)" "\*$number\*" "the same one in every file"
like "$(cat conf/credentials)" 'smtp2.else.test:587: \*\*\* \*\*\*' "the host of a login stays"
like "$(cat conf/tokens)" 'exchange: /usr/bin/curl \*\*\*' "so does a command"
is "$(grep -c '^#' conf/*)" "$(for f in conf/*; do echo "$f:0"; done)" "no comment"
like "$(cat queue.txt)" 'else.test' "the queue is told"
like "$(cat status.txt)" 'smtp +up' "so are the services"
like "$(cat asked/1-transcript.txt)" 'connect|127.0.0.1' "what was said to the other server"
like "$(cat asked/2-rehearsal.txt)" 'else.test' "and what it says now"
like "$(cat crash/records.txt)" 'path: mail/a.test/\*[0-9]+\*/new/1' "a record of a crash"
like "$(cat crash/records.json)" 'url=?"?:?"?http://(\*[0-9]+\*|\*\*\*):\*\*\*@proxy.test/' "and as JSON"
like "$(cat error.log)" 'else.test|a.test' "the error log"
cd "$TOP" || exit 1
