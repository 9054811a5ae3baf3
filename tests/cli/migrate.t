#!/bin/bash
# conf-check --migrate, --rollback: every set of tests/data/definitions is brought to the newest version directly.  Its meaning
# and the relay decisions stay, nothing but what a step is about changes, and it goes back byte for byte; a kill at any system
# call leaves a set with which no server starts, and from which both directions go on.  Sets of another version are refused.
. tests/lib.sh
. tests/conf.sh
data=$TOP/tests/data/definitions
newest=$(cat conf/samples/version)
sets=("$data"/[0-9]*/*/)
plan $((${#sets[@]} * 12 + 37))
export LC_ALL=C.UTF-8
home=$T/home

set_up() { rm -rf "$home"; mkdir -p -m 700 "$home"/{conf,run/generations} && cp "$1"/conf/* "$home/conf/" && chmod 600 "$home"/conf/*; }
check() { "$BIN/conf-check" --home "$home" "$@" >"$T/out" 2>"$T/err"; }
files() { (cd "$home/conf" && find . -maxdepth 1 -type f -name '[a-z]*' | sort | xargs cksum); }
decide() { while read -r line; do echo "${line% = *} = $("$BIN/relay-check" --home "$home" ${line% = *} 2>/dev/null | sed -n 's/^  = .*(\([A-Z0-9]*\)).*/\1/p')"; done; }
# The meaning of set DIR in the words of the newest version.
expected() {
  local dir=$1 version
  cat "$dir/meaning" >"$T/expected"
  for ((version = $(basename "$(dirname "$dir")"); version < newest; version++)); do
    awk -f "$data/$version/next.awk" "$T/expected" >"$T/expected.next" && mv "$T/expected.next" "$T/expected"
  done
  sort "$T/expected"
}
# What there is beside it, but for settings that are new.
meaning() { python3 tests/meaning.py "$home" | sort; }

for dir in "${sets[@]%/}"; do
  name=${dir#"$data"/}
  set_up "$dir"
  before=$(files)
  if [ "${name%%/*}" != "$newest" ]; then
    check; is "$? $(grep -o 'CF[0-9]*[EW]' "$T/out" | sort -u)" "100 CF113E" "$name: is of an older version, nothing else is said of it"
    check --migrate --dry-run; is "$? $(files) $(ls "$home/conf" | grep -c backup)" "0 $before 0" "$name: --dry-run changes nothing"
    like "$(cat "$T/out")" $'conf/settings:[0-9]+: .*CF40[0-9]I.*\n  [-+] .*why: ' "$name: it shows lines, and why"
    check --migrate; is "$? $(grep -o 'CF421I.*' "$T/err")" "0 CF421I): from=${name%%/*} to=$newest backup=conf/backup/${name%%/*}" "$name: is brought to version $newest"
  else
    skip 4 "the newest version"
  fi
  (cd "$dir/conf" && for f in *; do diff <(sed '$a\' "$f") <(sed '$a\' "$home/conf/$f"); done) | sed -n 's/^< //p' >"$T/gone"
  is "$(grep -vE '^ *#?(ipv6_out|source_address|free_space_min) *=|^1' -i "$T/gone")" "" "$name: no other line is touched"
  is "$(cd "$home/conf" && grep -hE '^\s*#' [a-z]*[a-z] 2>/dev/null | grep -v '^#[a-z0-9_]* *=' | cksum)" "$(cd "$dir/conf" && grep -hE '^\s*#' * | grep -v '^#[a-z0-9_]* *=' | cksum)" "$name: the comments stay, in their order"
  check --reload; is $? 0 "$name: the result is without faults"
  meaning >"$T/got"; expected "$dir" >"$T/want"
  is "$(comm -13 "$T/got" "$T/want")" "" "$name: it means what it meant"
  is "$(comm -23 "$T/got" "$T/want" | sed 's/=.*//' | while read -r k; do grep -F "$k=" "$T/want"; grep -v '^conf s:' <<<"$k"; done)" "" "$name: and nothing more"
  is "$(decide <"$dir/decisions" | diff - "$dir/decisions")" "" "$name: relay-check decides as before"
  if [ "${name%%/*}" != "$newest" ]; then
    check --rollback; is "$? $(files)" "0 $before" "$name: goes back, byte for byte"
    is "$(stat -c %a "$home"/conf/settings "$home"/conf/version | sort -u)" 600 "$name: nobody else can read it"
  else
    skip 2 "the newest version"
  fi
done

# --- killed at each call that changes a file ---
used=$data/1/used
set_up "$used"; before=$(files)
check --migrate; after=$(files)
calls=openat,mkdir,rename,unlink,rmdir,fsync,write,fchmod
step=3; [ -z "${WIZ98_LONG:-}" ] || step=1
if command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null; then
  killed=0 bad=0 old=0 new=0
  one() { { strace -qq -o /dev/null -e trace=$calls -e inject=$calls:signal=SIGKILL:when=$1 "$BIN/conf-check" "$2" --home "$home" >/dev/null 2>&1; } 2>/dev/null; }
  # A set with which no server starts, or a whole one.
  legal() {
    check
    case "$? $(grep -o 'CF[0-9]*E' "$T/out" | sort -u)" in "100 CF113E") old=$((old + 1)) ;; "0 ") new=$((new + 1)); [ "$(files)" = "$after" ] ;; *) false ;; esac
  }
  for ((n = 1; n < 200; n += step)); do
    set_up "$used"
    one $n --migrate; [ $? = 137 ] || break
    killed=$((killed + 1))
    legal && cp -a "$home" "$T/copy" && check --migrate && [ "$(files)" = "$after" ] && check --rollback && [ "$(files)" = "$before" ] || { bad=$((bad + 1)); diag "migrate, call $n: $(cat "$T/out" "$T/err")"; }
    rm -rf "$home" && mv "$T/copy" "$home"
    check --rollback; [ "$(files)" = "$before" ] || { bad=$((bad + 1)); diag "migrate, call $n, and back"; }
  done
  [ $killed -ge 8 ] && [ $old != 0 ]; ok $? "$killed kills while migrating"
  is $bad 0 "each leaves a set of the old version or a whole new one, from which both directions go on"
  killed=0 bad=0
  for ((n = 1; n < 200; n += step)); do
    set_up "$used"; check --migrate
    one $n --rollback; [ $? = 137 ] || break
    killed=$((killed + 1))
    legal && cp -a "$home" "$T/copy" && check --rollback; [ "$(files)" = "$before" ] || { bad=$((bad + 1)); diag "rollback, call $n: $(cat "$T/out" "$T/err")"; }
    rm -rf "$home" && mv "$T/copy" "$home"
    check --migrate && [ "$(files)" = "$after" ] || { bad=$((bad + 1)); diag "rollback, call $n, and forth: $(cat "$T/out" "$T/err")"; }
  done
  [ $killed -ge 8 ]; ok $? "$killed kills while rolling back"
  is $bad 0 "likewise"
else
  skip 4 "no strace here"
fi

# --- refused, with the line as it is ---
set_up "$used"
sed -i '1a remote_ipv6 = on' "$home/conf/settings"; before=$(files)
check --migrate; is "$? $(sed -n '/CF116E/,$p' "$T/out" | head -n 2)" "100 conf/settings:15: The old name of a setting stands beside its new one (CF116E): IPv6_Out
  the line: conf/settings:2: remote_ipv6" "an old name beside its new one"
is "$(files) $(ls "$home/conf" | grep -c backup)" "$before 0" "changes nothing"
set_up "$used"; sed -i 's/^source_address.*/source_address = 192.0.2.0\/24/; $s/.*/queue_lifetime = long/' "$home/conf/settings"
check --migrate; like "$? $(cat "$T/out")" '^100 .*settings:16: The value cannot be taken over .*CF117E\): 192.0.2.0/24' "a value that the new form cannot hold"
set_up "$used"; sed -i '$s/.*/queue_life = 5d/' "$home/conf/settings"
check --migrate; like "$? $(cat "$T/out")" '^100 .*settings:26: There is no such setting .CF121E.: queue_life' "a fault of old, by the line that it has in the old file"

# --- what changed after the migration is kept when going back; another backup stays ---
set_up "$used"; check --migrate; echo '# later' >>"$home/conf/settings"; echo 'later@example.jp: *' >>"$home/conf/users"
check --rollback; cmp -s "$home/conf/settings" "$used/conf/settings" && grep -q '# later' "$home/conf/backup/undone/settings"
ok $? "a change of a migrated file is in conf/backup/undone"
is "$(tail -n 1 "$home/conf/users") $(ls "$home/conf/backup")" "later@example.jp: * undone" "files that were not migrated stay as they are"
check --migrate; mkdir "$T/aside"; mv "$home/conf/backup/1" "$T/aside/"; check --rollback; is "$? $(grep -c CF423E "$T/err")" "111 1" "without a backup there is no way back"
set_up "$used"; check --migrate; cp "$used/conf/version" "$used/conf/settings" "$home/conf/"; printf '\n# by hand' >>"$home/conf/settings"
check --migrate; is "$? $(ls "$home/conf/backup" | tr '\n' ' ')" "0 1 1.1 " "a backup that is of something else is kept beside the new one"
check --rollback; is "$(tail -n 1 "$home/conf/settings")" "# by hand" "and the right one is used"

# --- which version: no line, no file, mixed, newer ---
set_up "$used"; rm "$home/conf/version"; check; is "$? $(grep -c CF113E "$T/out")" "100 1" "without conf/version it is version 1"
check --migrate; is "$? $(cat "$home/conf/version")" "0 $newest" "and gets one"
set_up "$used"; echo "$newest" >"$home/conf/version"
check; is "$? $(grep -c 'CF115E' "$T/out")" "100 2" "old names in a set that says it is new are told, with the new names"
like "$(cat "$T/out")" 'expected: remote_source_ipv4, remote_source_ipv6' "both of them"
set_up "$used"; echo x >"$home/conf/version"; check --migrate; is "$? $(grep -c CF110E "$T/out") $(cat "$home/conf/version")" "100 1 x" "what is no version is not guessed"
check --migrate --reload; is $? 100 "one thing at a time"
check --dry-run; is $? 100 "--dry-run belongs to --migrate"

# --- nothing starts, nothing is put in force ---
make_home "$T/ok" example.jp taro:x
export WIZ98_HOME=$T/ok
in_force=$(readlink "$T/ok/run/conf")
echo 1 >"$T/ok/conf/version"
exits 111 "no server starts with an older set" "$BIN/wiz98" start
like "$(cat "$T/err")" "CF113E.*conf-check --migrate --home $T/ok" "it says the command"
exits 111 "no console either" "$BIN/wiz98" console
exits 100 "reload refuses it" "$BIN/wiz98" reload
is "$(readlink "$T/ok/run/conf")" "$in_force" "what is in force stays"
exits 100 "user-edit refuses it" "$BIN/user-edit" add hanako --hash '*'
like "$(cat "$T/err")" "CF113E" "for that reason"
next=$((newest + 1))
echo $next >"$T/ok/conf/version"; mkdir -p "$T/ok/conf/backup/$newest"; echo "$newest" >"$T/ok/conf/backup/$newest/version"; echo 'queue_lifetime = 4d' >"$T/ok/conf/backup/$newest/settings"
exits 111 "nor with a newer one" "$BIN/wiz98" start
like "$(cat "$T/err")" 'CF111E.*conf-check --rollback' "it says the way back"
exits 100 "which --migrate is not" "$BIN/conf-check" --migrate
exits 0 "an older program goes back by the backup of the newer one" "$BIN/conf-check" --rollback
is "$(cat "$T/ok/conf/version" "$T/ok/conf/settings")" "$newest"$'\n''queue_lifetime = 4d' "to the set of its own version"
exits 0 "which is put in force" "$BIN/wiz98" reload

# --- programs replaced while the server runs: what is in force was made by another version ---
sed -i 's/s:remote_ipv6/s:ipv6_out_xx/' "$T/ok/run/conf/conf.cdb"
exits 111 "a configuration of another version is not half understood" "$BIN/relay-check" 192.0.2.1 a@example.jp b@example.net
like "$(cat "$T/err")" CF309E "it says so"

# --- the change histories name it ---
perl -ne 'print "$1 $2 $3\n" while /\{\d+, CONF_\w+, CONF_\w+, "(\w+)", \{"([^"]+)", (?:"([^"]+)"|NULL)\}/g' lib/conf/steps.c >"$T/steps"
for text in CHANGES.md CHANGES.ja.md; do
  is "$(for word in $(cat "$T/steps"); do grep -qw -- "$word" $text || echo "$word"; done) $(wc -l <"$T/steps")" " $(grep -c '^  {[0-9]' lib/conf/steps.c)" "$text names each definition-file change"
done
