# tests/peer.sh: scripted servers (tests/programs/peer.py) on ports of 127.0.0.1; needs tests/lib.sh.
#
#   peer NAME STEP…     a server on a port of its own, $P; its log is $T/NAME, its process $PEER
peer() {
  local name=$1
  shift
  P=$(port)
  background python3 tests/programs/peer.py "127.0.0.1:$P" "$T/$name" "$@"
  PEER=$!
  wait_for 10 test -e "$T/$name.ready" || diag "peer $name did not start"
}
