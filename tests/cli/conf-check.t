#!/bin/bash
# conf-check: what is wrong with a set of definition files.  tests/data/badconf/good is a good set; each other directory
# there changes it (by files of its own, or by commands in "setup") and says in "expect" what must be found: all of it, in
# this order, nothing else.  A line of expect:
#
#   FILE[:LINE] ID [words shown] [| words of the sentence] [| words of the remedy]
#
# Where an expected ID is an error the exit code must be 100, and --reload must leave what is in force as it was.
. tests/lib.sh
. tests/conf.sh
shopt -s extglob nullglob
data=tests/data/badconf
cases=("$TOP/$data"/[0-9]*/)
plan $((${#cases[@]} * 3 + 36))
home=$T/home

fresh() {
  [ -d "$home" ] || make_home "$home" example.jp taro:x
  rm -rf "$home/conf"/*
  install -m 600 "$data/good"/* "$home/conf/"
}

# Reads $T/out: found has a line "FILE[:LINE] ID" for each fault, faults the lines about each.
read_faults() {
  local line
  found= faults=()
  while IFS= read -r line; do
    if [[ $line == conf/* ]]; then
      faults+=("$line")
      [[ ! $line =~ ^(conf/[a-z_]+(:[0-9]+)?):\ .*\((CF[0-9]+[EW])\) ]] || found+=${found:+$'\n'}"${BASH_REMATCH[1]} ${BASH_REMATCH[3]}"
    elif [ ${#faults[@]} != 0 ]; then
      faults[-1]+=$'\n'$line
    fi
  done <"$T/out"
}

# Reads the file expect: wanted has a line "FILE[:LINE] ID" for each fault, words what must be said of each.
read_expect() {
  local place id rest
  wanted= words=()
  while read -r place id rest; do
    wanted+=${wanted:+$'\n'}"$place $id"
    words+=("$rest")
  done <"$1"
}

words_are_there() {
  local n part phrase good=0
  for n in "${!words[@]}"; do
    IFS='|' read -r -a part <<<"${words[n]//tcpserver|tcp-pool/tcpserver!tcp-pool}"
    for phrase in "${part[@]}"; do
      read -r phrase <<<"${phrase//tcpserver!tcp-pool/tcpserver|tcp-pool}"   # without the blanks around it
      [[ ${faults[n]} = *"$phrase"* ]] || { diag "\"$phrase\" is not in:"; diag "${faults[n]}"; good=1; }
    done
    [[ ${faults[n]} = *"  remedy: "* ]] || { diag "no remedy in: ${faults[n]}"; good=1; }
  done
  return $good
}

fresh
exits 0 "the good set has no faults" "$BIN/conf-check" --home "$home"
read_faults
is "$found" "" "and nothing is said about its files"
exits 0 "the good set is put in force" "$BIN/conf-check" --reload --home "$home"
good=$(readlink "$home/run/conf")

for case in "${cases[@]%/}"; do
  name=${case##*/}
  fresh
  files=("$case"/!(expect|setup))
  [ ${#files[@]} = 0 ] || cp "${files[@]}" "$home/conf/"
  [ ! -f "$case/credentials" ] || chmod 600 "$home/conf/credentials"
  [ ! -f "$case/setup" ] || (cd "$home" && . "$case/setup")
  read_expect "$case/expect"
  want=0
  [[ ! $wanted =~ \ CF[0-9]+E ]] || want=100
  "$BIN/conf-check" --home "$home" >"$T/out" 2>"$T/err"
  got=$?
  read_faults
  is "$got $found" "$want $wanted" "$name: what is found, and the exit code"
  words_are_there
  ok $? "$name: the words of each fault"
  if [ $want = 100 ]; then
    "$BIN/conf-check" --reload --home "$home" >"$T/out" 2>"$T/err"
    is "$? $(readlink "$home/run/conf") $(grep -c CF302E "$T/err")" "100 $good 1" "$name: the last good set stays in force"
  else
    exits 0 "$name: a warning keeps nothing out of force" "$BIN/conf-check" --reload --home "$home"
    good=$(readlink "$home/run/conf")
  fi
done

# --- what is said, and how
fresh
printf 'saburo: himitsu-no-kotoba\n' >>"$home/conf/users"
"$BIN/conf-check" --home "$home" >"$T/out" 2>&1
unlike "$(cat "$T/out")" himitsu "a password that stands where the hash should is not shown"
"$BIN/conf-check" --home "$home" --lang ja >"$T/out" 2>&1
like "$(cat "$T/out")" 'conf/users:4: アドレスの後ろがパスワードのハッシュではありません \(CF154E\)' "the sentence in Japanese with --lang ja"
like "$(cat "$T/out")" '対処: .*user-edit passwd' "the remedy in Japanese"
LC_ALL= LANG=ja_JP.UTF-8 "$BIN/conf-check" --home "$home" >"$T/out" 2>&1
like "$(cat "$T/out")" 'ハッシュではありません' "the language of LANG"
LC_ALL=C WIZ98_HOME=$home "$BIN/conf-check" >"$T/out" 2>&1
like "$(cat "$T/out")" 'no password hash \(CF154E\)' "WIZ98_HOME names the home"
printf '\033[2Jx y\n' >"$home/conf/routes"
"$BIN/conf-check" --home "$home" >"$T/out" 2>&1
unlike "$(cat "$T/out")" $'\033' "control bytes of a file do not reach the terminal"
exits 100 "an unknown option is refused" "$BIN/conf-check" --frob
exits 100 "an argument is refused" "$BIN/conf-check" --home "$home" conf
exits 100 "an unknown language is refused" "$BIN/conf-check" --home "$home" --lang de
exits 111 "a directory that is no home is told" "$BIN/conf-check" --home "$T"

# --- the sample
fresh
"$BIN/conf-check" --print-sample >"$home/conf/settings"
ok $? "--print-sample prints"
exits 0 "the sample is a good conf/settings" "$BIN/conf-check" --home "$home"
sed -i '/^# /d; s/^#//' "$home/conf/settings"
is "$(grep -c = "$home/conf/settings")" "$(grep -c '^SETTING(' "$TOP/lib/conf/settings.def")" "the sample names every setting"
exits 0 "the defaults that it shows are good values" "$BIN/conf-check" --home "$home"

# --- tolerated forms
fresh
printf '\357\273\277smtp_port = 2525\r\n\r\n  # a comment\r\nSMTP_AUTH=ON # on\r\n' >"$home/conf/settings"
exits 0 "a byte order mark, CR LF, letters of either case" "$BIN/conf-check" --reload --home "$home"
is "$(WIZ98_HOME=$home "$BIN/wiz98" setting smtp_port)" 2525 "the value arrives"
is "$(WIZ98_HOME=$home "$BIN/wiz98" setting smtp_auth)" on "in lower case"
is "$(WIZ98_HOME=$home "$BIN/wiz98" setting message_size_max)" 104857600 "sizes are compiled to bytes"
is "$(WIZ98_HOME=$home "$BIN/wiz98" setting queue_lifetime)" 432000 "durations are compiled to seconds"
is "$(WIZ98_HOME=$home "$BIN/wiz98" setting hostname)" mail.example.jp "an empty hostname becomes mail. and the first domain"
printf 'x@example.jp: taro@example.jp' >>"$home/conf/aliases"
exits 0 "a last line without an end" "$BIN/conf-check" --reload --home "$home"

# --- generations
fresh
exits 0 "put in force" "$BIN/conf-check" --reload --home "$home"
is "$(stat -L -c %a "$home/run/conf/auth.cdb" "$home/run/conf/remote.cdb" | tr '\n' ' ')" "600 600 " "only the owner reads the secrets"
! grep -q 'wiz98test' "$home/run/conf/conf.cdb"
ok $? "no hash is in conf.cdb"
grep -q 'wiz98test' "$home/run/conf/auth.cdb"
ok $? "the hashes are in auth.cdb"
now=$(readlink "$home/run/conf")
mkdir -p "$home/run/generations/500" "$home/run/generations/notes"
: >"$home/run/generations/500/conf.cdb"
for i in 1 2 3; do "$BIN/conf-check" --reload --home "$home" 2>/dev/null || break; done
is "$(readlink "$home/run/conf")" generations/503 "half a generation that a crash left is passed over: $now"
is "$(ls "$home/run/generations" | tr '\n' ' ')" "502 503 notes " "only the generation in force and the one before are kept"

# --- a running server: its error log is told (the log's reader is cat here)
mkfifo "$home/run/log.pipe"
background cat "$home/run/log.pipe" >"$T/log"
exec 9<>"$home/run/log.pipe"
echo 'smtp_prot = 25' >"$home/conf/settings"
"$BIN/conf-check" --reload --home "$home" >"$T/out" 2>"$T/err"
wait_for 5 grep -q CF302E "$T/log"
like "$(cat "$T/log")" 'CF302E program=conf-check errors=1 ' "a faulty reload stands in the log of a running server"
like "$(cat "$T/log")" 'CF121E .*file=conf/settings line=1' "and so does each fault"
exec 9>&-
like "$(cat "$T/err")" 'CF302E' "the terminal is told as well"
: >"$home/conf/settings"

# --- races: eight at once, a reader all the while
for i in 1 2 3 4 5 6 7 8; do "$BIN/conf-check" --reload --home "$home" 2>"$T/reload.$i" & pids[i]=$!; done
misses=0 reads=0
while jobs -r | grep -q .; do
  reads=$((reads + 1))
  [ "$(WIZ98_HOME=$home "$BIN/wiz98" setting smtp_port 2>&1)" = 25 ] || misses=$((misses + 1))
done
failures=0
for i in 1 2 3 4 5 6 7 8; do wait "${pids[i]}" || failures=$((failures + 1)); done
is "$failures" 0 "eight reloads at once all succeed"
is "$misses" 0 "a reader never finds nothing in force"
is "$(readlink "$home/run/conf")" generations/511 "each made its generation"
