# tests/e2e/lib.sh: whole servers.  Source it behind tests/lib.sh.
#
#   make_instance NAME DOMAIN [OPTION of init]…   a home in $T/NAME on free ports, not started
#   instance NAME DOMAIN [OPTION of init]…        the same, started; stopped at exit
#   ${home[NAME]}  ${smtp[NAME]}  ${pop3s[NAME]} …   its home and its ports
#   wiz VERB NAME [ARG…]                          wiz98 VERB for that home
#   smtp_say PORT LINE…                           one SMTP conversation, each line sent when the reply before has come;
#                                                 prints the last line of each reply; from=IP in front: from that address
#   send PORT FROM TO FILE                        sends FILE (LF line ends) by SMTP; fails unless the data was accepted
#   pop_say PORT USER PASSWORD LINE…              logs in, sends the lines, prints the first line of each reply
#   fetch PORT USER PASSWORD N                    prints message N as stored (LF line ends, without dots added)
#   arrived PORT USER PASSWORD N                  true when N messages are there: wait_for 20 arrived …
#
# WIZ98_ACCEPTOR=tcp-pool: all instances use it.
declare -A home smtp submission smtps pop3 pop3s

# softlimit's "=" is the hard limit: sanitizers reserve terabytes of addresses.
case $BIN in *san*) export MEMORY== ;; esac

stop_instance() { "$BIN/wiz98" stop --home "$1" >/dev/null 2>&1; }

make_instance() {
  local name=$1 domain=$2
  shift 2
  home[$name]=$T/$name smtp[$name]=$(port) submission[$name]=$(port) smtps[$name]=$(port) pop3[$name]=$(port) pop3s[$name]=$(port)
  "$BIN/wiz98" init "$T/$name" --domain "$domain" --smtp "${smtp[$name]}" --submission "${submission[$name]}" \
    --smtps "${smtps[$name]}" --pop3 "${pop3[$name]}" --pop3s "${pop3s[$name]}" "$@" >"$T/$name.init" 2>&1 ||
    { diag "init $name failed:"; diag "$(cat "$T/$name.init")"; return 1; }
  defer stop_instance "$T/$name"
  [ -z "$WIZ98_ACCEPTOR" ] || echo "acceptor = $WIZ98_ACCEPTOR" >>"$T/$name/conf/settings"
}

instance() {
  make_instance "$@" || return 1
  wiz start "$1" >"$T/$1.start" 2>&1 && return 0
  diag "start $1 failed:"
  diag "$(cat "$T/$1.start" "$T/$1/log/error/current" 2>/dev/null)"
  return 1
}

wiz() {
  local verb=$1 name=$2
  shift 2
  "$BIN/wiz98" "$verb" "$@" --home "${home[$name]}"
}

smtp_say() { python3 tests/e2e/say.py smtp "from=${from:-}" "$@"; }
pop_say() { python3 tests/e2e/say.py pop3 "from=${from:-}" "$1" "USER $2" "PASS $3" "${@:4}"; }

send() { curl -sS --max-time 60 --mail-from "$2" --mail-rcpt "$3" --crlf -T "$4" "smtp://127.0.0.1:$1/e2e.test" 2>"$T/curl.err"; }
fetch() { curl -sS --max-time 60 -u "$2:$3" "pop3://127.0.0.1:$1/$4" | tr -d '\r'; }
arrived() { [ "$(curl -sS --max-time 60 -u "$2:$3" "pop3://127.0.0.1:$1/" | grep -c .)" = "$4" ]; }
