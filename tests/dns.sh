# tests/dns.sh: nsd and unbound below $T; needs tests/lib.sh.  Zones are files of $T/zones.
#
#   nsd_conf NAME IP PORT ZONE…        $T/NAME.conf: nsd, serving ZONE (root: ".") from the file of that name
#   unbound_conf IP PORT <SETTINGS     $T/unbound.conf: a resolver that validates nothing and knows .test; further settings of
#                                      "server", then clauses
#   dns_start ZONE…                    both on ports of 127.0.0.1; unbound asks nsd for ZONE… and, without an answer, for all
#                                      else; sets DNSCACHEIP and waits until the first ZONE answers
mkdir -p "$T/zones"

nsd_conf() {
  local name=$1 z
  {
    cat <<CONF
server:
  ip-address: $2
  port: $3
  username: ""
  chroot: ""
  zonesdir: "$T/zones"
  database: ""
  pidfile: "$T/$name.pid"
  xfrdfile: "$T/$name.xfrd"
  zonelistfile: "$T/$name.list"
  rrl-ratelimit: 0
remote-control:
  control-enable: no
CONF
    for z in "${@:4}"; do printf 'zone:\n  name: "%s"\n  zonefile: "%s"\n' "${z/#root/.}" "$z"; done
  } >"$T/$name.conf"
}

unbound_conf() {
  {
    cat <<CONF
server:
  interface: $1@$2
  username: ""
  chroot: ""
  directory: "$T"
  pidfile: "$T/unbound.pid"
  do-daemonize: no
  use-syslog: no
  logfile: "$T/unbound.log"
  module-config: "iterator"
  local-zone: "test." nodefault
CONF
    cat
    printf 'remote-control:\n  control-enable: no\n'
  } >"$T/unbound.conf"
}

dns_answers() { dig +time=1 +tries=1 -p "$1" @127.0.0.1 "$2" SOA +short | grep -q .; }
dns_start() {
  local nsd unbound z
  nsd=$(port) unbound=$(port)
  nsd_conf nsd 127.0.0.1 "$nsd" "$@"
  {
    printf '  do-not-query-localhost: no\n'
    for z; do printf '  local-zone: "%s." nodefault\n' "$z"; done
    for z in "${@/%/.}" broken.test. .; do printf 'stub-zone:\n  name: "%s"\n  stub-addr: 127.0.0.1@%s\n' "$z" "$nsd"; done
  } | unbound_conf 127.0.0.1 "$unbound"
  background nsd -d -c "$T/nsd.conf" 2>"$T/nsd.log"
  background unbound -d -c "$T/unbound.conf"
  export DNSCACHEIP=127.0.0.1:$unbound
  wait_for 10 dns_answers "$nsd" "$1" && wait_for 10 dns_answers "$unbound" "$1" || diag "the name servers did not start: $(tail "$T"/*.log)"
}
