#!/bin/bash
# Crashes (Q9): each program, installed as root with its role and its sandbox, is made to crash at several points, by a defect
# (tests/takeover.c) and by a signal.  Each leaves a record and a line in the error log, mail is safe, others go on; the records are
# listed, shown with file and line, bundled, cleared; they cannot fill the disk.
. tests/roles.sh
case $BIN in *san*) skip_all "with sanitizers there are no records" ;; esac
[ -n "${WIZ98_LONG:-}" ] || skip_all "it takes a minute: WIZ98_LONG=1"
make -s -j2 takeover >"$T/make" 2>&1 || { cat "$T/make"; echo "Bail out! make takeover"; exit 1; }
cp build/takeover/* "$BIN/"
export BIN
plan 46
instance a example.test --user taro:geheim --user hanako:geheim || exit 1
H=$T/a
printf 'Subject: x\n\nthe words of a mail\n' >"$T/m"
record() { cat "$H"/crash/@* "$H/crash/current" 2>/dev/null; }
has() { record | grep -qE "CR101E program=$1 .*signal=$2"; }
crash() { local program=$1 deeds=; shift; for d; do deeds="$deeds,crash $d"; done; DEEDS=${deeds#,} python3 tests/incidents/takeover.py "$H" "${smtp[a]}" "${pop3[a]}" "${pop3s[a]}" "$program" 2>&1; }
errors() { cat "$H"/log/error/@* "$H/log/error/current" 2>/dev/null; }
is_up() { wiz status a | grep -qE "^$1 +up"; }

# --- a conversation that is open all the time, and a message acknowledged before
exec 7<>"/dev/tcp/127.0.0.1/${smtp[a]}"
read -r greeting <&7
like "$greeting" '^220' "somebody else is in a conversation"
exec 6<>"/dev/tcp/127.0.0.1/${pop3[a]}"
read -r greeting <&6
send "${smtp[a]}" x@example.org hanako@example.test "$T/m"
ok $? "a message is acknowledged before"

# --- defects, one after another, each where what a stranger sent is read
crash smtp-recv null divide call abort trap overflow jump >"$T/said"
is "$(grep -c ' ended$' "$T/said")" 7 "smtp-recv ends for each defect" || diag "$(cat "$T/said")"
for want in 'SIGSEGV code=1 address=0x0' 'SIGFPE' 'SIGSYS code=1 call=sethostname' 'SIGABRT' 'SIGILL' 'SIGSEGV .*stack=overflow' 'SIGSEGV .*trace=0x0,[0-9a-f]+'; do
  wait_for 5 has smtp-recv "$want"; ok $? "a record: ${want%% .trace*}" || diag "$(record)"
done
line=$(record | grep 'program=smtp-recv .*call=sethostname')
like "$line" ' sid=[0-9a-z]{13} ' "with the conversation"
like "$line" " build=$(readelf -n "$BIN/smtp-recv" | sed -n 's/.*Build ID: //p') " "and the build"
like "$line" ' ids=([A-Z]{2}[0-9]{3}[IWE],)*SM[0-9]{3}I' "and what was reported last"
is "$(grep -c "CR101E program=smtp-recv" "$H/log/error/current")" "$(record | grep -c program=smtp-recv)" "one line each in the error log"
is "$(stat -c %U "$H/crash/current")" wiz98-log "written by the role of logs alone"

long=${WIZ98_LONG:+yes}
crash pop3-serve null ${long:+call overflow} >"$T/said"
crash pop3-session overflow ${long:+null call} >>"$T/said"
crash queue-put abort ${long:+null call} >>"$T/said"
crash tls-serve null >>"$T/said"
crash remote-send overflow ${long:+null} >>"$T/said"
crash remote-tls call >>"$T/said"
is "$(grep -c ' ended$' "$T/said")" $([ "$long" ] && echo 13 || echo 6) "the others that strangers reach" || diag "$(cat "$T/said")"
for want in 'pop3-serve SIGSEGV' 'pop3-session .*stack=overflow' 'queue-put SIGABRT' 'tls-serve SIGSEGV' 'remote-send .*stack=overflow' 'remote-send SIGSYS .*call=sethostname'; do
  wait_for 5 has ${want%% *} "${want#* }" || wait_for 1 eval "record | grep -qE 'program=${want%% *} ${want#* }'"
  ok $? "a record: $want" || diag "$(record | grep "${want%% *}")"
done
is "$(errors | grep 'TP201E .*queue-put ' | grep -o 'signal=[0-9]*' | head -n 1)" "signal=6" "who started it names the same signal, in a sandbox as well" || diag "$(errors | grep TP201E)"
is "$(record | grep -c 'the words of a mail\|geheim')" 0 "no mail, no password in any"
unlike "$(record)" ' trace=[0-9a-f]* ' "each with callers"

# --- signals to what no stranger reaches
missing=
for program in auth-serve tls-serve token-refresh tcp-pool local-deliver bounce-make remote-send queue-run; do
  wait_for 10 pgrep -x "$program"
  pid=$(pgrep -x "$program" | head -n 1)
  [ -n "$pid" ] || { missing="$missing $program:not-running"; continue; }
  kill -ABRT "$pid"
  wait_for 5 has "$program" "SIGABRT code=0 by=$$ by_uid=0" || missing="$missing $program"
done
is "$missing" "" "each other program leaves a record, which names who sent the signal"
for service in auth tls queue token submit smtp pop3; do wait_for 30 is_up $service || diag "$service is down"; done

# --- the others
printf 'EHLO x\r\nMAIL FROM:<x@example.org>\r\nRCPT TO:<hanako@example.test>\r\nDATA\r\nSubject: y\r\n\r\ny\r\n.\r\nQUIT\r\n' >&7
like "$(timeout 20 cat <&7)" '250 2.0.0 Accepted.*221 2' "the conversation that was open goes on, to its end"
send "${smtp[a]}" x@example.org hanako@example.test "$T/m"
ok $? "a new one begins"
wait_for 40 arrived "${pop3[a]}" hanako geheim 3
ok $? "all three messages are there, each once" || diag "$(tail -n 5 "$H/log/queue/current")"
send "${smtp[a]}" x@example.org hanako@example.test "$T/m" && wait_for 20 arrived "${pop3[a]}" hanako geheim 4
ok $? "and one that came after all of it"

# --- crash list, show, bundle, clear
c() { "$BIN/wiz98" crash "$@" --home "$H"; }
is "$(c list | wc -l)" "$(record | wc -l)" "wiz98 crash list has a line each"
is "$(c list --json | python3 -c 'import json, sys; print(len([json.loads(l) for l in sys.stdin]))')" "$(record | wc -l)" "and an object each"
id=$(c list | awk '/call=sethostname/ {print $1; exit}')
like "$(c show "$id")" 'defect_call .*tests/takeover.c:[0-9]+.*do_crash .*tests/takeover.c:[0-9]+.*recv_conversation .*lib/recv/recv.c:[0-9]+' "wiz98 crash show names files and lines of the source tree"
like "$(c show last)" ' cmd/queue-run.c:[0-9]+' "of cmd/ as well"
unlike "$(c show "$id"; c show last)" "$TOP/" "none says where the tree lay"
like "$(c show last --lang ja)" '異常終了した場所' "in Japanese too"
exits 100 "no record of that name" "$BIN/wiz98" crash show none --home "$H"
cd "$T" || exit 1
exits 0 "wiz98 crash bundle" "$BIN/wiz98" crash bundle --home "$H" --yes --output b.tar.gz
like "$(tar -xzOf b.tar.gz wiz98-report/crash/records.txt)" 'defect_null.*takeover.c:[0-9]+' "holds them, with file and line"
cd "$TOP" || exit 1

# --- a command at hand; a crash loop
at_hand() {
  sleep 30 | "$BIN/user-edit" passwd taro@example.test --home "$H" 2>"$T/hand" &
  wait_for 5 pgrep -x user-edit; sleep 0.2; pkill -SEGV -x user-edit
  wait_for 5 grep -q 'CR101E' "$T/hand"
}
at_hand
like "$(cat "$T/hand")" 'user-edit: A program crashed.*CR101E' "a command says so to who called it"
is "$(grep -c 'CR101E program=user-edit .*signal=SIGSEGV' "$H/crash/direct")" 1 "and leaves its record beside those of the log"
head -c 262145 /dev/zero | tr '\0' '\n' >>"$H/crash/direct"
size=$(stat -c %s "$H/crash/direct")
at_hand
is "$(stat -c %s "$H/crash/direct") $(grep -c CR101E "$T/hand")" "$size 1" "until there are 256 KB of them: then it says so only"
python3 - "$H/run/log.pipe" <<'P'
import os, sys
with open(sys.argv[1], "wb", buffering=0) as f:
    for i in range(3000):
        f.write(b"0 CR101E program=x pid=%d signal=SIGSEGV trace=%s\n" % (i, b"1,2" * 600))
P
sleep 1
[ "$(du -sk "$H/crash" | cut -f1)" -lt 2200 ]
ok $? "a loop of crashes fills nothing" || diag "$(du -sk "$H/crash")"
exits 0 "wiz98 crash clear" "$BIN/wiz98" crash clear --home "$H"
is "$(record | wc -l) $(c list)" "0 No crash is recorded." "leaves none"
has_again() { pid=$(pgrep -x queue-run | head -n 1); kill -ABRT "$pid"; wait_for 5 has queue-run SIGABRT; }
has_again; ok $? "and the next one is recorded"
