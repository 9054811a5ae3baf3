#!/bin/bash
# mail-doctor reputation, and what of it mail-doctor send shows: this server as its peers see it, in a world with a provider's
# reverse DNS, great providers, and a line that blocks port 25.
. tests/lab.sh
plan 32

ip addr add 203.0.113.1/24 dev office && ip addr add 203.0.113.3/24 dev office && ip route add default via 10.98.0.2 src 203.0.113.1
for i in 2 {20..31}; do world ip addr add 203.0.113.$i/24 dev world; done
for z in gmail.com outlook.com 113.0.203.in-addr.arpa; do LAB_ROOT+="$z. NS ns.$z."$'\n'"ns.$z. A 10.98.0.3"$'\n'; done
zone gmail.com - <<<'@ MX 10 mx
@ A 203.0.113.21
mx A 203.0.113.20'
zone outlook.com - <<<'@ MX 10 mx
@ A 203.0.113.23
mx A 203.0.113.22'
zone 113.0.203.in-addr.arpa - <<<'1 PTR mail.example.test.'
zone example.test <<<'@ TXT "v=spf1 ip4:203.0.113.1 -all"
mail A 203.0.113.1'
zone well.test <<<'@ MX 10 mx
mx A 203.0.113.24'
zone ptr.test <<<'@ MX 10 mx
mx A 203.0.113.25'
zone unknown.test <<<'@ MX 10 mx
mx A 203.0.113.26'
zone dead.test <<<'@ MX 10 mx
mx A 203.0.113.27'
lab_start
peer_at 203.0.113.20 25 accept
peer_at 203.0.113.22 25 accept
peer_at 203.0.113.21 443 "read 1"
peer_at 203.0.113.23 443 "read 1"
peer 203.0.113.24 accept
peer 203.0.113.25 "say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 550 5.7.25 no PTR record" "read 9"
peer 203.0.113.26 "say 220 x" "read 1" "say 250 x" "read 1" "say 250 s" "read 1" "say 550 5.1.1 who" "read 9"
peers_ready

conf() { python3 tests/generation.py "$T/home" hostname=mail.example.test d:example.test=1 d:=example.test remote_port=25 smtp_port=2525 remote_connect_timeout=1s remote_ipv6=on "$@"; }
doctor() { timeout 60 "$BIN/mail-doctor" "$@" --home "$T/home" >"$T/out" 2>"$T/err"; }
found() { doctor "$@"; grep -o '(RP[0-9A-Z]*)' "$T/out" | tr -d '()\n'; }
clear_filter() { world nft flush chain inet lab in; }

# --- the command
conf
exits 0 "all is well" timeout 60 "$BIN/mail-doctor" reputation --home "$T/home" well.test
is "$(found reputation well.test)" RP101IRP111IRP121IRP141I "reverse DNS, EHLO name, SPF, port 25"
like "$(cat "$T/out")" "this server sends from 203.0.113.1 \(chosen by the system\)" "the source address is told"
like "$(cat "$T/out")" "tried=\"203.0.113.24:25 open, 203.0.113.20:25 open, 203.0.113.21:443 open, 203.0.113.22:25 open" "what was tried is told"
is "$(wc -c <"$T/err")" 0 "nothing goes to the log"
doctor reputation --json
is "$(python3 -c 'import json,sys
for line in open(sys.argv[1]):
  d = json.loads(line)
  print(d.get("source") or d["id"], d.get("chosen_by") or d["reputation"])' "$T/out" | tr '\n' ';')" "203.0.113.1 system;RP101I good;RP111I good;RP121I good;RP141I good;" "for programs"
is "$(found reputation --from a@well.test)" RP101IRP111IRP124WRP141I "the sender's domain says whose SPF is asked"
is "$(found reputation --from '')" RP101IRP111IRP124WRP141I "the null sender's is that of the EHLO name"
conf remote_source_ipv4=203.0.113.3
exits 2 "an address without a name" timeout 60 "$BIN/mail-doctor" reputation --home "$T/home"
is "$(found reputation)" RP102ERP113WRP122ERP141I "and what else is wrong with it"
like "$(cat "$T/out")" "sends from 203.0.113.3 \(remote_source_ipv4\)" "the setting is told"
conf remote_source_ipv4=203.0.113.99
is "$(found reputation | cut -c 1-6)" RP132E "an address that this machine has not"
conf remote_source_ipv4=10.98.0.1
exits 1 "a private address" timeout 60 "$BIN/mail-doctor" reputation --home "$T/home"
is "$(found reputation)" RP131WRP141I "whose public one is not known"
conf remote_source_ipv4=10.98.0.1 public_address=203.0.113.1
is "$(found reputation)" RP101IRP111IRP121IRP141I "and when it is"
like "$(cat "$T/out")" "10.98.0.1 \(remote_source_ipv4\), seen as 203.0.113.1 \(public_address\)" "both are told"
conf t:\*=smtp.provider.test:587
is "$(found reputation)" RP134IRP145I "behind a smart host nobody sees this server"
conf
clear_filter
filter tcp dport 25 drop
exits 2 "a line that blocks port 25" timeout 60 "$BIN/mail-doctor" reputation --home "$T/home"
is "$(found reputation)" RP101IRP111IRP121IRP142E "is told from a dead one"
doctor reputation --lang ja
like "$(cat "$T/out")" "OP25B.*587番" "by its name, with the remedy"
filter tcp dport 443 drop
is "$(found reputation)" RP101IRP111IRP121IRP143E "a dead line is told as such"
clear_filter

# --- behind a rehearsal
is "$(found send b@well.test)" "" "nothing where nothing fails"
is "$(found send b@unknown.test)" "" "nor where it is not about us"
is "$(found send b@ptr.test)" RP101IRP111IRP121I "a server that says we have no reverse DNS: we have"
like "$(cat "$T/out")" "\(CL107E reverse_dns\).*this server sends from 203.0.113.1" "behind its result"
is "$(found send b@dead.test)" RP141I "a server that is dead alone"
is "$(found send 'b@[203.0.113.24]')" RP151W "an address literal is remarked"
is "$(found send --from a@example.test b@ptr.test b@dead.test)" RP101IRP111IRP121IRP141I "several"
filter tcp dport 25 drop
is "$(found send b@well.test)" RP142E "port 25 blocked"
filter tcp dport 443 drop
is "$(found send b@well.test)" RP143E "nothing is reached"

# --- without a way
ip route del default
is "$(found reputation)" RP133E "no route"
exits 100 "another option of send" timeout 60 "$BIN/mail-doctor" reputation --home "$T/home" --size 5
