# tests/lib.sh: what the shell tests share.  A test is a bash program that prints TAP and is run from the top of the
# tree: `prove tests/cli/NAME.t`, or with another build: `WIZ98_BIN=build-san/bin prove -v tests/cli/NAME.t`.
#
#   plan N                   first: how many checks follow
#   ok STATUS "text"         a check that passed if STATUS is 0:  grep -q x file; ok $? "x is in the file"
#   is GOT WANT "text"       the two are the same string
#   like GOT REGEX "text"    GOT matches the extended regular expression;  unlike: it does not
#   exits CODE "text" CMD…   CMD ends with CODE; its output is in $T/out, its standard error in $T/err
#   skip N "why"             N checks of the plan that cannot run here;  skip_all "why": instead of a plan
#   diag "text"              a remark for the reader of the test's output
#   port                     prints a free TCP port, never the same twice in one test (WIZ98_PORTS=LOW-HIGH narrows it)
#   wait_for SECONDS CMD…    runs CMD every 50 ms until it succeeds; fails when SECONDS are over
#   defer CMD…               run at exit, the last one first;  background CMD…: starts CMD, stops it at exit, sets $!
#
# scripts/nightly sets WIZ98_LONG=1 (crash tests: every point, not a choice) and WIZ98_ACCEPTOR=tcp-pool (servers that a
# test starts: the setting acceptor).
#
# $BIN: the programs (absolute).  $TOP: the tree.  $T: an empty directory of this test, removed at exit.

TOP=$PWD
[ -f "$TOP/tests/lib.sh" ] || { echo "Bail out! run the tests from the top of the tree"; exit 1; }
BIN=${WIZ98_BIN:-build/bin}
case $BIN in /*) ;; *) BIN=$TOP/$BIN ;; esac
T=$(mktemp -d "${TMPDIR:-/tmp}/wiz98-test.XXXXXX") || { echo "Bail out! no temporary directory"; exit 1; }
unset WIZ98_HOME OUTPUT_LEVEL DNSCACHEIP LANGUAGE
# The system's own programs first: a version manager's wrapper of python3 takes ten times as long to start.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export LC_ALL=C.UTF-8 TZ=UTC

checks_made=0 checks_planned=0 checks_failed=0
deferred=()

plan() { checks_planned=$1; echo "1..$1"; }
diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

ok() {
  checks_made=$((checks_made + 1))
  if [ "$1" = 0 ]; then echo "ok $checks_made - $2"; return 0; fi
  checks_failed=$((checks_failed + 1))
  echo "not ok $checks_made - $2"
  diag "at ${BASH_SOURCE[${3:-1}]##*/}:${BASH_LINENO[$((${3:-1} - 1))]}"
  return 1
}

is() {
  [ "$1" = "$2" ]
  ok $? "$3" 2 || { diag "got:  $1"; diag "want: $2"; return 1; }
}

like() {
  [[ $1 =~ $2 ]]
  ok $? "$3" 2 || { diag "got: $1"; diag "does not match: $2"; return 1; }
}

unlike() {
  ! [[ $1 =~ $2 ]]
  ok $? "$3" 2 || { diag "got: $1"; diag "matches: $2"; return 1; }
}

exits() {
  local want=$1 text=$2 got
  shift 2
  "$@" >"$T/out" 2>"$T/err"
  got=$?
  [ $got = "$want" ]
  ok $? "$text" 2 || { diag "exit code $got, not $want, of: $*"; diag "$(tail -n 20 "$T/out" "$T/err")"; return 1; }
}

skip() {
  local i
  for ((i = 0; i < $1; i++)); do
    checks_made=$((checks_made + 1))
    echo "ok $checks_made # SKIP $2"
  done
}

skip_all() { checks_planned=$checks_made; echo "1..0 # SKIP $1"; exit 0; }

# Outside the range from which the kernel takes ports for outgoing connections (32768 and up).
port() {
  perl -MSocket -e '
    my ($used, $range) = @ARGV; my ($low, $high) = ($range // "") =~ /^(\d+)-(\d+)$/ ? ($1, $2) : (10240, 32000);
    my %seen; if (open my $in, "<", $used) { chomp, $seen{$_} = 1 while <$in> }
    for (1 .. 1000) {
      my $p = $low + int rand($high - $low + 1);
      next if $seen{$p};
      socket(my $s, PF_INET, SOCK_STREAM, 0) or die "socket: $!\n";
      next unless bind $s, sockaddr_in($p, INADDR_ANY);
      open my $out, ">>", $used or die "$used: $!\n"; print $out "$p\n"; print "$p\n"; exit 0 }
    die "no free port\n"' "$T/.ports" "${WIZ98_PORTS:-}"
}

wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -le $end ] || return 1
    sleep 0.05
  done
}

defer() { deferred+=("$(printf '%q ' "$@")"); }

background() {
  "$@" &
  local pid=$!
  defer stop_pid $pid
  return 0
}

stop_pid() {
  local i
  kill "$1" 2>/dev/null || return 0
  for ((i = 0; i < 60; i++)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.05
  done
  kill -9 "$1" 2>/dev/null
  wait "$1" 2>/dev/null
  return 0
}

at_exit() {
  local status=$? i
  trap - EXIT
  for ((i = ${#deferred[@]} - 1; i >= 0; i--)); do eval "${deferred[i]}"; done
  cd "$TOP" || exit 1
  rm -rf "$T"
  [ $checks_made = "$checks_planned" ] || diag "$checks_made checks were made, $checks_planned planned"
  if [ $status = 0 ] && { [ $checks_failed != 0 ] || [ $checks_made != "$checks_planned" ]; }; then status=1; fi
  exit $status
}
trap at_exit EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
