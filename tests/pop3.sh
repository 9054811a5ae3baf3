# tests/pop3.sh: what the tests of the reading side share; needs tests/lib.sh.
#
#   pop3_home HOME [SETTING=VALUE | KIND:NAME=VALUE]…   a home with the users taro and hanako of example.test, password "pw"
#   pop3_put HOME USER NAME <MESSAGE                     a message in new/
#   pop3_auth HOME                                       starts auth-serve (log: HOME/log), waits until it answers; sets $auth_pid
#   pop3_listen HOME [OPTION…]                           tcpserver before pop3-serve on 127.0.0.1; sets $pop3_port
#   pop3_say HOME LINE…                                  a conversation in a pipeline: the lines with CRLF; prints the answers
#   crypted PASSWORD [SETTING]                           crypt(3) of PASSWORD
. tests/lib.sh

crypted() { python3 -W ignore -c 'import crypt, sys; print(crypt.crypt(sys.argv[1], sys.argv[2]))' "$1" "${2:-\$6\$rounds=1000\$saltsalt\$}"; }

pop3_hash=$(crypted pw)

pop3_home() {
  local home=$1 user
  shift
  python3 tests/generation.py "$home" d:=example.test d:example.test=1 \
    'u:taro@example.test=mail/example.test/taro\00' 'u:hanako@example.test=mail/example.test/hanako\00' \
    "p:taro@example.test=$pop3_hash" "p:hanako@example.test=$pop3_hash" \
    'n:=127.0.0.0/8\0::1/128\0' "$@" || return 1
  for user in taro hanako; do mkdir -p "$home"/mail/example.test/$user/{new,cur,tmp}; done
  mkdir -p "$home"/run/{popmark,full,conn}
}

pop3_put() { cat >"$1/mail/example.test/$2/new/$3"; }

# Something answers on the socket, and a spare session waits.
pop3_ready() { grep -q AU002I "$1/log" && [ -n "$(pgrep -P "$(pgrep -P "$auth_pid" pop3-session)" pop3-session)" ]; }

pop3_auth() {
  WIZ98_HOME=$1 background "$BIN/auth-serve" >>"$1/log" 2>&1
  auth_pid=$!
  wait_for 10 pop3_ready "$1"
}

pop3_listen() {
  local home=$1
  shift
  pop3_port=$(port)
  WIZ98_HOME=$home background tcpserver -D -H -R -l0 -c 100 "$@" 127.0.0.1 "$pop3_port" "$BIN/pop3-serve" >>"$home/log" 2>&1
  wait_for 10 nc_greets "$pop3_port"
}

nc_greets() { (exec 9<>"/dev/tcp/127.0.0.1/$1" && read -r -t 5 line <&9 && [[ $line == +OK* ]]) 2>/dev/null; }

pop3_say() {
  local home=$1
  shift
  printf '%s\r\n' "$@" | WIZ98_HOME=$home "$BIN/pop3-serve" 2>>"$home/log" | tr -d '\r'
}
