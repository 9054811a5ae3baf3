# tests/faults/lib.sh: faults made on a running instance, and what mail-doctor says of them.  Source it first (behind
# tests/lab.sh where there is a network); as root the test is run again in namespaces of its own, so that mounts vanish.
#
#   fault ID "text" MAKE UNDO     MAKE (a function or command line) makes a fault: mail-doctor's first FAIL is check ID,
#                                 exit code 2; then UNDO.  The remedy is not empty in either language.
#   faults "ID ID" "text" …       a pair: both are among the FAILs, the first of them comes first
#   warns ID "text" MAKE UNDO     no FAIL; check ID is a WARN
#   near "text" MAKE UNDO         a near miss: no FAIL at all
#   healthy "text"                no FAIL, and the exit code is not 2
#   result ID                     of the last run: PASS, WARN, FAIL or CANNOT-TELL;  field ID KEY: evidence, cause, remedy …
#   settings LINE…                further lines of conf/settings, in force; unset_settings: those of before
#
# Every fault is three checks, the others are one.  $H is the home of the instance (make_home), $DOCTOR what is run.
if [ -z "${WIZ98_INSIDE:-}" ] && [ "$(id -u)" = 0 ] && unshare --net --mount --pid --fork --kill-child --mount-proc true 2>/dev/null; then
  WIZ98_INSIDE=1 exec unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0"
fi
if [ -z "${T:-}" ]; then
  [ -z "${WIZ98_INSIDE:-}" ] || ip link set lo up       # no network but this: what is said of the world is "cannot tell"
  . tests/lib.sh
fi
. tests/e2e/lib.sh

make_home() { instance "$@" && H=${home[$1]}; }

doctor() {
  ${DOCTOR:-"$BIN/mail-doctor"} --home "$H" --json >"$T/doctor.json" 2>"$T/doctor.err"
  DOCTOR_CODE=$?
}
ask_doctor() { python3 - "$T/doctor.json" "$@" <<'PY'
import json, sys
try: rows = json.load(open(sys.argv[1]))
except Exception as e: print("no JSON:", e); sys.exit()
what = sys.argv[2]
if what == "fails": print(" ".join(r["id"] for r in rows if r["result"] == "FAIL"))
elif what == "explain":
    for r in rows:
        if r["result"] in ("FAIL", "WARN"): print(r["result"], r["id"], r["message"], r["evidence"])
else: print(next(r[sys.argv[3]] for r in rows if r["id"] == what))
PY
}
result() { ask_doctor "$1" result; }
field() { ask_doctor "$1" "$2"; }

fault() {
  local id=$1 text=$2 make=$3 undo=$4 got
  eval "$make"
  doctor
  got=$(ask_doctor fails)
  [ "${got%% *}" = "$id" ]; ok $? "$text: the first FAIL is $id" || { diag "FAILs: $got"; diag "$(ask_doctor explain)"; diag "$(head -n 3 "$T/doctor.err")"; }
  is $DOCTOR_CODE 2 "$text: exit code 2"
  [ -n "$(field "$id" cause)" ] && [ -n "$(field "$id" remedy)" ]; ok $? "$text: cause and remedy are told"
  eval "$undo"
}

faults() {
  local ids=$1 text=$2 got
  eval "$3"
  doctor
  got=" $(ask_doctor fails) "
  [[ $got == " ${ids%% *} "* && $got == *" ${ids##* } "* ]]; ok $? "$text: FAILs are $ids" || diag "FAILs: $got"
  eval "$4"
}

no_fail() { [ -z "$(ask_doctor fails)" ] && [ $DOCTOR_CODE != 2 ]; ok $? "$1" || { diag "$(ask_doctor explain)"; diag "$(head -n 3 "$T/doctor.err")"; }; }
warns() {
  eval "$3"
  doctor
  [ "$(result "$1")" = WARN ] && [ -z "$(ask_doctor fails)" ]; ok $? "$2: $1 warns, nothing fails" || diag "$(ask_doctor explain)"
  eval "$4"
}
near() { eval "$2"; doctor; no_fail "$1: no FAIL"; eval "$3"; }
healthy() { doctor; no_fail "$1: no FAIL"; }


svc() { printf '%s' "$2" >"$H/service/$1/supervise/control"; }
has_state() { "$BIN/wiz98" status --home "$H" | grep -Eq "^$1 +$2"; }
reload() { "$BIN/wiz98" reload --home "$H" >/dev/null 2>&1; }
keep() { cp -a "$H/$1" "$T/kept"; }
settings() { keep conf/settings; printf '%s\n' "$@" >>"$H/conf/settings"; reload; }
unset_settings() { restore conf/settings; reload; }
restore() { cp -a "$T/kept" "$H/$1"; }
