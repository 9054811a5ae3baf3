#!/bin/bash
# Faults of the network, of the resolver, of our domains in the DNS, of what others see of this server: in a small internet.
. tests/lab.sh
. tests/faults/lib.sh
[ -n "${WIZ98_LONG:-}" ] || skip_all "it takes two minutes: WIZ98_LONG=1"
plan 61

# 203.0.113.1 is this server's public address, 10.98.0.0/24 the way to it.
ip addr add 203.0.113.1/24 dev office && ip addr add 203.0.113.3/24 dev office && ip route add default via 10.98.0.2 src 203.0.113.1
for i in 2 {20..31}; do world ip addr add 203.0.113.$i/24 dev world; done
LAB_ROOT='com. NS ns.com.
ns.com. A 10.98.0.3
org. NS ns.org.
ns.org. A 10.98.0.3
net. NS ns.net.
ns.net. A 10.98.0.3
113.0.203.in-addr.arpa. NS ns.113.0.203.in-addr.arpa.
ns.113.0.203.in-addr.arpa. A 10.98.0.3
'
zone com - <<<'gmail MX 10 mx.gmail
gmail A 203.0.113.21
mx.gmail A 203.0.113.20
outlook MX 10 mx.outlook
outlook A 203.0.113.23
mx.outlook A 203.0.113.22'
zone org - <<<'2.0.0.127.zen.spamhaus A 127.0.0.2'
zone net - <<<'2.0.0.127.bl.spamcop A 127.0.0.2'
reverse() { zone 113.0.203.in-addr.arpa - <<<"$1"; }
ours() { zone example.test <<<"${1:-@ MX 10 mail
@ TXT \"v=spf1 ip4:203.0.113.1 -all\"
mail A 203.0.113.1}"; }
reverse '1 PTR mail.example.test.'
ours
zone other.test <<<'@ MX 10 mx
mx A 203.0.113.25'
LAB_TEST='lame.test. NS ns.lame.test.
ns.lame.test. A 10.98.0.3
half.test. NS ns.half.test.
half.test. NS ns.lame.test.
ns.half.test. A 10.98.0.3
'
zone half.test - <<<'@ MX 10 mail
@ TXT "v=spf1 ip4:203.0.113.1 -all"
mail A 203.0.113.1'
lab_start
peer_at 203.0.113.20 25 accept
peer_at 203.0.113.22 25 accept
peer_at 203.0.113.21 443 "read 1"
peer_at 203.0.113.23 443 "read 1"
peer 203.0.113.25 accept
peers_ready

# The resolver keeps nothing between two faults: it is another process.
fresh_resolver() {
  kill "$(cat "$T/unbound.pid")" 2>/dev/null
  wait_for 5 eval '! lab_answers 10.98.0.53 test'
  world unbound -d -c "$T/unbound.conf" 2>/dev/null &
  defer stop_pid $!
  wait_for 10 lab_answers 10.98.0.53 test
}
dns() { "$@"; lab_reload example.test; fresh_resolver; }
clear_filter() { world nft flush chain inet lab in; }

make_home a example.test --user taro:geheim || exit 1
healthy "a public address, all well"
is "$(for id in D011 D012 D013 D014 D015 D211 D212 D301 D302 D303 D304 D305 D311 D312 D314 D316; do result $id; done | sort | uniq -c | tr -d '\n ')" 16PASS "the network, the resolver, the way out, our domain, what others see" ||
  diag "$(python3 -c 'import json,sys; [print(r["id"], r["result"], r["message"], r["evidence"]) for r in json.load(open(sys.argv[1])) if r["id"][1] in "023"]' "$T/doctor.json")"

# --- the resolver
fault D012 "the resolver is dead" 'kill -STOP "$(cat "$T/unbound.pid")"' 'kill -CONT "$(cat "$T/unbound.pid")"'
is "$(result D302)" CANNOT-TELL "without it nothing is said of our domain"
fault D012 "the resolver refuses us" 'export DNSCACHEIP=10.98.0.3' 'export DNSCACHEIP=10.98.0.53'
warns D012 "one of two resolvers is dead" 'export DNSCACHEIP="10.98.0.53 10.98.0.99"' 'export DNSCACHEIP=10.98.0.53'
lies() { LIE=$1; zone com - <<<"$(tail -n +6 "$T/zones/com")
* A 203.0.113.30"; lab_reload com; fresh_resolver; }
cp "$T/zones/com" "$T/com.kept"
fault D013 "the resolver has an address for every name" lies 'cp "$T/com.kept" "$T/zones/com"; sed -i "s/hostmaster [0-9]*/hostmaster $(date +%s%N | cut -c 4-12)/" "$T/zones/com"; lab_reload com; fresh_resolver'
warns D015 "TCP port 53 is blocked" 'filter tcp dport 53 drop' clear_filter

# --- our domain
fault D302 "the domain does not exist" 'settings; keep conf/domains; echo nowhere.test >"$H/conf/domains"; sed -i s/@example.test/@nowhere.test/ "$H/conf/users" "$H/conf/aliases"; reload' \
  'restore conf/domains; sed -i s/@nowhere.test/@example.test/ "$H/conf/users" "$H/conf/aliases"; reload'
fault D301 "the delegation is lame" 'keep conf/domains; echo lame.test >"$H/conf/domains"; sed -i s/@example.test/@lame.test/ "$H/conf/users" "$H/conf/aliases"; reload' \
  'restore conf/domains; sed -i s/@lame.test/@example.test/ "$H/conf/users" "$H/conf/aliases"; reload'
warns D301 "one of two name servers does not know the domain" 'settings "hostname = mail.example.test"; keep conf/domains; echo half.test >"$H/conf/domains"; sed -i s/@example.test/@half.test/ "$H/conf/users" "$H/conf/aliases"; reload' \
  'restore conf/domains; sed -i s/@half.test/@example.test/ "$H/conf/users" "$H/conf/aliases"; sed -i "/^hostname/d" "$H/conf/settings"; reload'
spf='@ TXT "v=spf1 ip4:203.0.113.1 -all"
mail A 203.0.113.1'
fault D302 "no MX, no address" "dns ours '$spf'" 'dns ours'
fault D302 "a null MX" "dns ours '@ MX 0 .
$spf'" 'dns ours'
fault D304 "MX names a host that does not exist" "dns ours '@ MX 10 mali
$spf'" 'dns ours'
fault D305 "MX leads to another server" "dns ours '@ MX 10 mx.other.test.
$spf'" 'dns ours'
fault D303 "the resolver has old data" "ours '@ MX 10 mx.other.test.
$spf'; lab_reload example.test; dig +short @10.98.0.53 example.test MX >/dev/null; fresh_resolver; dig +short @10.98.0.53 example.test MX mx.other.test >/dev/null; ours; lab_reload example.test" 'fresh_resolver'

# --- what others see
fault D311 "the name that we say does not exist" 'settings "hostname = mial.example.test"' unset_settings
fault D312 "no reverse DNS" 'reverse "2 PTR x.test."; lab_reload 113.0.203.in-addr.arpa; fresh_resolver' 'reverse "1 PTR mail.example.test."; lab_reload 113.0.203.in-addr.arpa; fresh_resolver'
fault D314 "SPF forbids our address" "dns ours '@ MX 10 mail
@ TXT \"v=spf1 ip4:203.0.113.9 -all\"
mail A 203.0.113.1'" 'dns ours'
fault D211 "the source address is none of ours" 'settings "remote_source_ipv4 = 203.0.113.99"' unset_settings
fault D212 "the provider blocks port 25" 'filter tcp dport 25 drop' clear_filter
list() { zone org - <<<"2.0.0.127.zen.spamhaus A 127.0.0.2
1.113.0.203.zen.spamhaus A $1"; lab_reload org; fresh_resolver; }
fault D316 "our address is listed" 'list 127.0.0.4' :
near "the list refuses our question" 'list 127.255.255.254' 'zone org - <<<"2.0.0.127.zen.spamhaus A 127.0.0.2"; lab_reload org; fresh_resolver'

# --- near misses
near "one slow answer of the DNS" 'world tc qdisc add dev world root netem delay 300ms 2>/dev/null' 'world tc qdisc del dev world root 2>/dev/null'
near "behind a router" 'settings "remote_source_ipv4 = 10.98.0.1"' unset_settings
is "$(result D312)" CANNOT-TELL "behind a router our name is not judged"
near "without IPv6" 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' :
near "without any network" 'ip route del default; ip addr flush dev office' :
is "$(result D011) $(result D012)" "WARN CANNOT-TELL" "which is said, and nothing is judged"
