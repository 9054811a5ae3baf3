#!/bin/bash
# kill -9 of every program of the mail path at random moments of a run of 200 messages, a POP3 client reading and deleting
# meanwhile: none acknowledged is missing, none is delivered twice.  WIZ98_LONG=1: five runs of 1000.
. tests/lib.sh
. tests/e2e/lib.sh
messages=200 runs=1
[ -z "${WIZ98_LONG:-}" ] || messages=1000 runs=5

sinks=$(port)
mkdir -m 777 "$T/sink"
chmod 755 "$T"
background /usr/sbin/smtp-sink -u nobody -R "$T" -d "sink/%H%M%S." "127.0.0.1:$sinks" 50 2>/dev/null
make_instance k example.test --listen 127.0.0.1 --user taro@example.test:pw --user hanako@example.test:pw
echo "127.0.0.1 any-sender" >>"${home[k]}/conf/address_permits_relay"
echo "elsewhere.example: [127.0.0.1]:$sinks" >>"${home[k]}/conf/routes"
printf '%s\n' "retry_first = 1s" "retry_max = 2s" "connections_per_address = 100" >>"${home[k]}/conf/settings"
wiz start k >"$T/start" 2>&1
plan $((8 * runs + 1))
ok $? "the server starts" || diag "$(cat "$T/start")"
for ((r = 1; r <= runs; r++)); do
  seed=${WIZ98_SEED:-$RANDOM}
  diag "seed $seed"
  python3 tests/crash/kills.py "${home[k]}" "${smtp[k]}" "${pop3[k]}" "$T/sink" "$messages" "$seed" >"$T/tap"
  while read -r line; do
    case $line in
    "ok "*) ok 0 "${line#ok * - }" ;;
    "not ok "*) ok 1 "${line#not ok * - }" ;;
    "#"*) echo "$line" ;;
    esac
  done <"$T/tap"
  rm -f "$T"/sink/*
done
