# tests/tls.sh: tls-serve and a program that speaks by way of it; needs tests/lib.sh and tests/conf.sh.
#
#   tls_start HOME                  starts tls-serve (log: HOME/log/tls), waits until it answers; sets $tls_pid
#   tls_listen HOME MODE            tcpserver before tests/programs' tlstalk (MODE: tls, starttls; log: HOME/log/talk); sets $tls_port
make -s build/test/tlstalk >/dev/null 2>&1 || skip_all "no tlstalk"

tls_start() {
  WIZ98_HOME=$1 background "$BIN/tls-serve" 2>"$1/log/tls"
  tls_pid=$!
  wait_for 10 grep -q TL103I "$1/log/tls"
}

tls_accepts() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
tls_listen() {
  tls_port=$(port)
  (cd "$1" && exec tcpserver -DHR -l0 -c 100 127.0.0.1 "$tls_port" "$TOP/build/test/tlstalk" "$2") 2>>"$1/log/talk" &
  defer stop_pid $!
  wait_for 10 tls_accepts "$tls_port"
}
