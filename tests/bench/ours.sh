# Adapter of the benchmark harness (its README says what each name means): this tree's build, under tcpserver.
# ours-pool.sh is the same over tcp-pool.  Everything runs as one user, as `wiz98 start` does for an ordinary user.
CAPS="smtp relay pop3 tls" SMTP_PORT=${OUR_SMTP_PORT:-12540} POP_PORT=${OUR_POP_PORT:-12640}
SMTPS_PORT=$((SMTP_PORT + 200)) POPS_PORT=$((POP_PORT + 200))
ACCEPTOR=${ACCEPTOR:-tcpserver}
HASH=${HASH-'$6$rounds=1000$benchbenchbench$'}   # of "pw": the peers' passwords are in the clear, so ours are cheap; empty: yescrypt
PROGRAMS=$(cd "$CONTENDERS/../../build/bin" && pwd)
H=$DATA/home

version() { echo "wiz98 $(git -C "$CONTENDERS" describe --always --dirty 2>/dev/null) $ACCEPTOR"; }
maildir() { echo "$H/mail/$DOMAIN/u$1"; }
popmaildir() { echo "$H/mail/$DOMAIN/p$1"; }
mkmaildir() { rm -rf "$1"; mkdir -p "$1"/{cur,new,tmp,wiz98.tmp}; chmod -R u=rwX,go= "$1"; }

hash_pw() { # yescrypt: what init made for u0
  if [ -n "$HASH" ]; then perl -e 'print crypt("pw", $ARGV[0])' "$HASH"; else sed -n "s/^u0@$DOMAIN: *//p" "$H/conf/users"; fi
}

put_setting() { # NAME VALUE: replaces the line of conf/settings, or adds one
  sed -i "/^$1 *=/d" "$H/conf/settings"
  echo "$1 = $2" >>"$H/conf/settings"
}

use_tls() { # submission_port is not measured, but has to be free
  put_setting smtp_auth on
  put_setting submission_port $((SMTP_PORT + 400))
  put_setting smtps_port "$SMTPS_PORT"
  put_setting pop3s_port "$POPS_PORT"
  rm -f "$H"/conf/tls/*
  mkdir -p "$H/conf/tls"
  cat "$TLS_CERT" "$TLS_KEY" >"$H/conf/tls/mail.$DOMAIN.pem"
}

prepare() {
  local i hash
  rm -rf "$H"
  "$PROGRAMS/wiz98" init "$H" --domain "$DOMAIN" --listen 127.0.0.1 --smtp "$SMTP_PORT" --pop3 "$POP_PORT" --pop3s "$POPS_PORT" --user "u0@$DOMAIN:pw" >"$DATA/init.log" 2>&1 || return 1
  hash=$(hash_pw)
  { grep -v "^u0@" "$H/conf/users"
    for ((i = 0; i < RCPTS; i++)); do echo "u$i@$DOMAIN: $hash"; done
    for ((i = 0; i < 50; i++)); do echo "p$i@$DOMAIN: $hash"; done; } >"$H/conf/users.new"
  cat "$H/conf/users.new" >"$H/conf/users"; rm "$H/conf/users.new"
  grep -q '^postmaster' "$H/conf/aliases" || echo "postmaster: u0@$DOMAIN" >>"$H/conf/aliases"
  echo "127.0.0.1 any-sender" >>"$H/conf/address_permits_relay"
  echo "$REMOTE: [127.0.0.1]:$SINK_PORT" >>"$H/conf/routes"
  put_setting acceptor "$ACCEPTOR"
  put_setting connections_max 300
  put_setting connections_per_address 300
  [ -z "$TLS" ] || use_tls
  "$PROGRAMS/wiz98" reload --home "$H" >"$DATA/reload.log" 2>&1
  grep -q CF303I "$DATA/reload.log" || return 1
  for ((i = 0; i < RCPTS; i++)); do mkmaildir "$(maildir $i)"; done
}
start() { "$PROGRAMS/wiz98" start --home "$H"; }
stop() { "$PROGRAMS/wiz98" stop --home "$H"; }
