# tests/lab.sh: a small internet in namespaces of its own: "office" is where the test runs (10.98.0.1), "world" the rest.
# Source it first, instead of tests/lib.sh; the test is run again inside, as root of nothing but itself, and all that it
# starts ends with it.  Where that cannot be had (not root, no namespaces, nsd, unbound, nft missing) it is skipped.
#
#   lab_start                nsd at 10.98.0.2 (the root, test.) and 10.98.0.3 (all zones below), unbound at 10.98.0.53
#   zone NAME [NS] <<DATA    a zone below test. of these records, served by 10.98.0.3 (NS: the delegation instead of ns.NAME,
#                            "-": there is none); before lab_start, or changed after it with lab_reload NAME
#   lab_reload               nsd reads its zones again; the resolver keeps what it has
#   LAB_TEST LAB_ROOT        further records of test. and of the root
#   world CMD…               runs CMD there
#   filter RULE              an nft rule for what comes into the world: "ip daddr 10.98.0.40 tcp dport 25 drop"
#   peer IP STEP…            a scripted server on port 25 of IP (tests/programs/peer.py); its log is $T/peer-IP
#   peers_ready              waits until all of them are there
if [ -z "${WIZ98_INSIDE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "1..0 # SKIP it needs root"; exit 0; }
  for program in nsd unbound nft ip python3; do
    command -v $program >/dev/null || { echo "1..0 # SKIP $program is missing"; exit 0; }
  done
  unshare --net --mount --pid --fork --kill-child --mount-proc true 2>/dev/null || { echo "1..0 # SKIP no namespaces here"; exit 0; }
  WIZ98_INSIDE=1 exec unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0"
fi
. tests/lib.sh
mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && ip netns add world 2>/dev/null &&
  ip link add office type veth peer name world netns world || skip_all "no network namespaces here"
world() { ip netns exec world "$@"; }
declare -A LAB_ZONES
LAB_PEERS=()
. tests/dns.sh

# addresses: .2 to .5 name servers, .53 the resolver, .10 and up mail servers; a few in IPv6
lab_network() {
  local i
  ip link set lo up && ip addr add 10.98.0.1/24 dev office && ip -6 addr add fd98::1/64 dev office nodad && ip link set office up
  world ip link set lo up && world ip link set world up
  for i in {2..250}; do echo "addr add 10.98.0.$i/24 dev world"; done | world ip -batch -
  for i in {2..99}; do echo "addr add fd98::$i/64 dev world nodad"; done | world ip -batch -
  world nft -f - <<<'table inet lab { chain in { type filter hook input priority 0; }; }'
}
lab_network
filter() { world nft add rule inet lab in "$@"; }

zone() {
  local name=$1 ns=${2:-ns.$1.}
  LAB_ZONES["$name"]=$ns
  { printf '$ORIGIN %s.\n$TTL 3600\n@ SOA ns hostmaster %s 3600 600 86400 3600\n@ NS ns\nns A 10.98.0.3\n' "$name" "$(date +%s%N | cut -c 4-12)"
    cat; } >"$T/zones/$name"
}

lab_parents() {
  local z
  { printf '$ORIGIN .\n$TTL 86400\n@ SOA ns.root. hostmaster.root. 1 3600 600 86400 3600\n@ NS ns.root.\nns.root. A 10.98.0.2\ntest. NS ns.test.\nns.test. A 10.98.0.2\n'
    printf '%s' "${LAB_ROOT:-}"; } >"$T/zones/root"
  { printf '$ORIGIN test.\n$TTL 3600\n@ SOA ns hostmaster %s 3600 600 86400 3600\n@ NS ns\nns A 10.98.0.2\n' "$(date +%s%N | cut -c 4-12)"
    for z in "${!LAB_ZONES[@]}"; do
      [ "${LAB_ZONES[$z]}" = - ] || printf '%s. NS %s\nns.%s. A 10.98.0.3\n' "$z" "${LAB_ZONES[$z]}" "$z"
    done
    printf '%s' "${LAB_TEST:-}"; } >"$T/zones/test"
}

# lab_nsd NAME IP ZONE…: each zone from the file of its name
lab_nsd() {
  local name=$1 ip=$2
  shift 2
  nsd_conf "$name" "$ip" 53 "$@"
  [ ! -e "$T/$name.pid" ] || return 0
  background world nsd -d -c "$T/$name.conf" 2>"$T/$name.log"
}

lab_nsds() {
  lab_parents
  lab_nsd nsd-parent 10.98.0.2 root test
  lab_nsd nsd 10.98.0.3 "${!LAB_ZONES[@]}"
}

# The counterpart of a cache at a provider: nothing but patience empties it.
lab_unbound() {
  echo '. 86400 IN NS ns.root.
ns.root. 86400 IN A 10.98.0.2' >"$T/root.hints"
  unbound_conf 10.98.0.53 53 <<CONF
  outgoing-interface: 10.98.0.53
  access-control: 10.98.0.0/24 allow
  do-ip6: no
  root-hints: "$T/root.hints"
  local-zone: "113.0.203.in-addr.arpa." nodefault
  private-address: 192.168.255.255/32
CONF
  background world unbound -d -c "$T/unbound.conf"
  export DNSCACHEIP=10.98.0.53
}

lab_answers() { dig +time=1 +tries=1 "@$1" "$2" SOA +short | grep -q .; }
lab_start() {
  lab_nsds
  lab_unbound
  wait_for 10 lab_answers 10.98.0.2 . && wait_for 10 lab_answers 10.98.0.3 "${!LAB_ZONES[@]}" && wait_for 10 lab_answers 10.98.0.53 test ||
    { diag "$(tail -n 5 "$T"/*.log)"; echo "Bail out! the name servers did not start"; exit 1; }
}

# nsd reads on SIGHUP what changed; the serial numbers tell when it has.
lab_serves() { [ "$(dig +time=1 +tries=1 "@$1" "$2" SOA +short | cut -d ' ' -f 3)" = "$(sed -n 's/^@ SOA [^ ]* [^ ]* \([0-9]*\) .*/\1/p' "$T/zones/$2")" ]; }
lab_reload() {
  local name
  lab_nsds
  kill -HUP "$(cat "$T/nsd-parent.pid")" "$(cat "$T/nsd.pid")"
  wait_for 10 lab_serves 10.98.0.2 test
  for name; do wait_for 10 lab_serves 10.98.0.3 "$name" || diag "$name was not read again"; done
}

peer() { peer_at "$1" 25 "${@:2}"; }
peer_at() { # IP PORT ACTION…
  LAB_PEERS+=("$1")
  world python3 tests/programs/peer.py "[$1]:$2" "$T/peer-$1" "${@:3}" 2>>"$T/peers.log" &   # ends with the namespaces
}
peers_ready() {
  local ip
  for ip in "${LAB_PEERS[@]}"; do wait_for 20 test -e "$T/peer-$ip.ready" || diag "no peer at $ip"; done
}
