# tests/conf.sh: homes for tests; after tests/lib.sh.
#
#   make_home DIR DOMAIN USER:PASSWORD…   a home whose set is in force: settings empty (defaults), the first user is postmaster
#   add_setting DIR NAME=VALUE…           more lines of conf/settings; then reload_home DIR
#   reload_home DIR                       puts changed definition files in force; shows why not where it cannot

reload_home() { "$BIN/conf-check" --reload --home "$1" >"$T/reload.out" 2>&1 || { diag "$(cat "$T/reload.out")"; return 1; }; }

add_setting() {
  local dir=$1
  shift
  printf '%s\n' "$@" >>"$dir/conf/settings"
}

# Cheap on purpose: tests log in often.
cheap_hash() { perl -e 'print crypt($ARGV[0], "\$6\$rounds=1000\$wiz98test\$")' -- "$1"; }

make_home() {
  local dir=$1 domain=$2 user shard
  shift 2
  mkdir -p -m 700 "$dir" && (
    cd "$dir" && umask 077 || exit
    mkdir -p conf run/{generations,attempt,popmark,full,conn,dest} spool/{tmp,incoming,queue,damaged} mail log/{smtp,pop3,queue,error} state crash
    for shard in {00..31}; do mkdir -p "spool/queue/$shard"; done
    cp "$TOP/conf/samples/version" conf/
    echo "$domain" >conf/domains
    echo "${WIZ98_ACCEPTOR:+acceptor = $WIZ98_ACCEPTOR}" >conf/settings
    : >conf/routes
    : >conf/address_permits_relay
    : >conf/users
    : >conf/aliases
    for user; do
      echo "${user%%:*}@$domain: $(cheap_hash "${user#*:}")" >>conf/users
      mkdir -p "mail/$domain/${user%%:*}"/{cur,new,tmp,wiz98.tmp}
    done
    [ $# = 0 ] || [[ " $*" = *" postmaster:"* ]] || echo "postmaster@$domain: ${1%%:*}@$domain" >conf/aliases
  ) && reload_home "$dir"
}
