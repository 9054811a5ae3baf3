#!/bin/bash
# relay-check: the decision for a client, a sender and a recipient, rule by rule; marks of POP before SMTP.
. tests/lib.sh
. tests/conf.sh
home=$T/home
make_home "$home" example.jp taro:x hanako:x || { echo "Bail out! no home"; exit 1; }
export WIZ98_HOME=$home
cat >"$home/conf/address_permits_relay" <<'END'
192.0.2.10
198.51.100.0/24 any-sender
2001:db8:5::/48
2001:db8:9::1 any-sender
END
echo 'info: taro' >>"$home/conf/aliases"
reload_home "$home" || exit 1
relay() { "$BIN/relay-check" "$@"; }
mark() { : >"$home/run/popmark/$1"; touch -d "-$2 seconds" "$home/run/popmark/$1"; }
mark 203.0.113.7 60
mark 203.0.113.8 3600
mark 20010db800070001 60

# WHAT | arguments | exit code | reason | rules that apply (void ones in brackets)
rows='
ours from a stranger|203.0.113.1 x@elsewhere.example taro@example.jp|0|RL211I|RL001I
ours by an alias|203.0.113.1 x@elsewhere.example info@example.jp|0|RL211I|RL001I
ours by an extension|203.0.113.1 x@elsewhere.example taro+news@example.jp|0|RL211I|RL001I
ours from the null sender|203.0.113.1 <> taro@example.jp|0|RL211I|RL001I
ours over IPv6|2001:db8::1 x@elsewhere.example hanako@example.jp|0|RL211I|RL001I
postmaster|203.0.113.1 x@elsewhere.example postmaster|0|RL211I|RL001I
unknown user of ours|203.0.113.1 x@elsewhere.example nobody@example.jp|100|LO201E|RL002I
unknown user of ours from a listed client|192.0.2.10 taro@example.jp nobody@example.jp|100|LO201E|RL002I
a stranger|203.0.113.1 x@elsewhere.example y@far.example|100|RL201E|
a stranger with our sender|203.0.113.1 taro@example.jp y@far.example|100|RL201E|RL010I
a stranger with the null sender|203.0.113.1 <> y@far.example|100|RL201E|
listed with our sender|192.0.2.10 taro@example.jp y@far.example|0|RL213I|RL004I [RL006I] RL010I
listed with a sender of an alias|192.0.2.10 info@example.jp y@far.example|0|RL213I|RL004I [RL006I] RL010I
listed with a foreign sender|192.0.2.10 x@elsewhere.example y@far.example|100|RL201E|RL004I [RL006I]
listed with a sender of ours who is not there|192.0.2.10 nobody@example.jp y@far.example|100|RL201E|RL004I [RL006I]
listed with the null sender|192.0.2.10 <> y@far.example|0|RL216I|RL004I [RL006I] RL009I
beside the listed address|192.0.2.11 taro@example.jp y@far.example|100|RL201E|RL010I
any-sender|198.51.100.77 x@elsewhere.example y@far.example|0|RL215I|RL004I [RL006I] RL011I
any-sender over IPv6|2001:db8:9::1 x@elsewhere.example y@far.example|0|RL215I|RL004I [RL006I] RL011I
beside it in the same /64|2001:db8:9::2 x@elsewhere.example y@far.example|100|RL201E|
listed by an IPv6 prefix|2001:db8:5:1:2:3:4:5 taro@example.jp y@far.example|0|RL213I|RL004I [RL006I] RL010I
outside that prefix|2001:db8:6::1 taro@example.jp y@far.example|100|RL201E|RL010I
an IPv4 address written as IPv6|::ffff:192.0.2.10 taro@example.jp y@far.example|0|RL213I|RL004I [RL006I] RL010I
loopback is listed by nobody|127.0.0.1 taro@example.jp y@far.example|100|RL201E|RL010I
POP a minute ago|203.0.113.7 taro@example.jp y@far.example|0|RL214I|RL005I RL010I
POP a minute ago, foreign sender|203.0.113.7 x@elsewhere.example y@far.example|100|RL201E|RL005I
POP a minute ago, null sender|203.0.113.7 <> y@far.example|100|RL201E|RL005I
POP an hour ago|203.0.113.8 taro@example.jp y@far.example|100|RL201E|RL010I
POP over IPv6, another address of the /64|2001:db8:7:1::abcd taro@example.jp y@far.example|0|RL214I|RL005I RL010I
POP over IPv6, another /64|2001:db8:7:2::abcd taro@example.jp y@far.example|100|RL201E|RL010I
authenticated|--auth taro@example.jp 203.0.113.1 taro@example.jp y@far.example|0|RL212I|RL013I RL003I RL010I
authenticated by name alone|--auth Taro 203.0.113.1 taro@example.jp y@far.example|0|RL212I|RL013I RL003I RL010I
authenticated, sender an alias|--auth taro@example.jp 203.0.113.1 info@example.jp y@far.example|0|RL212I|RL013I RL003I RL010I
authenticated with a foreign sender|--auth taro@example.jp 203.0.113.1 x@elsewhere.example y@far.example|100|SM328E|
authenticated with a foreign sender, to us|--auth taro@example.jp 203.0.113.1 x@elsewhere.example hanako@example.jp|100|SM328E|
authenticated with another user as sender|--auth taro@example.jp 203.0.113.1 hanako@example.jp y@far.example|100|SM328E|
authenticated with the null sender|--auth taro@example.jp 203.0.113.1 <> y@far.example|0|RL216I|RL013I RL003I RL009I
authenticated and listed with any-sender|--auth taro@example.jp 198.51.100.7 x@elsewhere.example y@far.example|0|RL215I|RL013I RL003I RL004I RL011I
our domain in the local part is not ours|203.0.113.1 x@elsewhere.example y%far.example@elsewhere.example|100|RL201E|
an address literal is not ours|203.0.113.1 x@elsewhere.example taro@[203.0.113.9]|100|RL201E|
'
count=$(grep -c '|' <<<"$rows")
plan $((count + 45))

check() { # what, arguments, exit code, reason, rules
  local got
  # shellcheck disable=SC2086
  relay --json $2 >"$T/json" 2>"$T/remarks"
  got="$? $(python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
rules = [r["rule"] if r["outcome"] == "yes" else "[%s]" % r["rule"] for r in d["rules"] if r["outcome"] != "no"]
print(d["reason"], " ".join(rules))' "$T/json")"
  is "${got% }" "$3 $4${5:+ $5}" "$1"
}
while IFS='|' read -r what arguments code reason rules; do
  [ -z "$what" ] || check "$what" "$arguments" "$code" "$reason" "$rules"
done <<<"$rows"

# --- what is shown
relay 203.0.113.1 taro@example.jp y@far.example >"$T/out"
like "$(cat "$T/out")" '550 5\.7\.1 Relay does not accept \(RL201E\)' "the reply as it goes over the wire"
like "$(cat "$T/out")" 'RL012I' "the remedy \"receive once by POP\" where it would help"
like "$(cat "$T/out")" 'no	POP before SMTP: .*\(RL005I\)' "each rule with its outcome"
relay 203.0.113.1 x@elsewhere.example y@far.example >"$T/out"
unlike "$(cat "$T/out")" 'RL012I' "no such remedy where it would not help"
relay 192.0.2.10 taro@example.jp y@far.example >"$T/out"
like "$(cat "$T/out")" 'RL004I\): 192\.0\.2\.10' "the prefix that matched"
like "$(cat "$T/out")" 'void	.*RL006I' "POP before SMTP is void for the listed, and that is said"
relay --lang ja 203.0.113.1 x@elsewhere.example y@far.example >"$T/out"
like "$(cat "$T/out")" '拒否: 550 5\.7\.1 Relay does not accept' "in Japanese, the reply as it is"
relay 203.0.113.7 taro@example.jp y@far.example >"$T/out"
like "$(cat "$T/out")" 'RL005I\): age=[0-9]+ limit=600' "the age of the mark and how long it counts"
exits 100 "several recipients, one refused" relay 203.0.113.1 x@elsewhere.example taro@example.jp y@far.example
is "$(grep -c -- '->' "$T/out")" 2 "a decision for each recipient"
exits 0 "several recipients, all permitted" relay 203.0.113.1 x@elsewhere.example taro@example.jp hanako@example.jp
for ip in 300.1.1.1 192.0.2 010.0.0.1 192.0.2.1:25 fe80::1%eth0 '[::1]' ''; do
  exits 100 "no address: \"$ip\"" relay "$ip" a@b.example c@d.example
done
like "$(cat "$T/err")" 'RL304E' "and that is said"
exits 100 "no recipient" relay 192.0.2.1 a@b.example
exits 100 "a recipient that is no address" relay 192.0.2.1 a@b.example 'c@d.example>'

relay --auth taro 203.0.113.1 hanako@example.jp y@far.example >"$T/out" 2>"$T/err"
like "$(cat "$T/out")" 'RL013I\): taro@example\.jp' "whose address it would have to be"
like "$(cat "$T/out")" '550 5\.7\.1 This sender address is not yours \(SM328E\)' "the reply to MAIL"
like "$(cat "$T/err")" 'RL305W' "while SMTP AUTH is off a remark says that nobody can authenticate"
exits 100 "a user that there is not" relay --auth jiro 203.0.113.1 taro@example.jp y@far.example
like "$(cat "$T/err")" 'US105E' "is said"

# --- marks fail closed
: >"$home/run/popmark/203.0.113.20"
touch -d '+1 hour' "$home/run/popmark/203.0.113.20"
check "a mark of the future does not count" "203.0.113.20 taro@example.jp y@far.example" 100 RL201E RL010I
mkdir "$home/run/popmark/203.0.113.21"
check "a directory is no mark" "203.0.113.21 taro@example.jp y@far.example" 100 RL201E RL010I
ln -s 203.0.113.7 "$home/run/popmark/203.0.113.22"
check "a link to a mark is no mark" "203.0.113.22 taro@example.jp y@far.example" 100 RL201E RL010I
touch -d '-601 seconds' "$home/run/popmark/203.0.113.7"
check "a second too old" "203.0.113.7 taro@example.jp y@far.example" 100 RL201E RL010I
touch -d '-500 seconds' "$home/run/popmark/203.0.113.7"
check "just young enough" "203.0.113.7 taro@example.jp y@far.example" 0 RL214I "RL005I RL010I"
mv "$home/run/popmark" "$home/run/away"
check "without the directory" "203.0.113.7 taro@example.jp y@far.example" 100 RL201E RL010I
: >"$home/run/popmark"
exits 100 "with a file in its place" relay 203.0.113.7 taro@example.jp y@far.example
like "$(cat "$T/err")" 'RL301E' "which is reported"
rm "$home/run/popmark"
mv "$home/run/away" "$home/run/popmark"

# --- settings
mark 203.0.113.7 60
echo 'smtp_auth = on' >"$home/conf/settings"; reload_home "$home"
check "off while SMTP AUTH is on" "203.0.113.7 taro@example.jp y@far.example" 100 RL201E "[RL007I] RL010I"
unlike "$(relay 203.0.113.1 taro@example.jp y@far.example)" RL012I "then POP is no remedy"
relay --auth taro 203.0.113.7 taro@example.jp y@far.example >"$T/out" 2>"$T/err"
is "$? $(cat "$T/err")" "0 " "who authenticates needs no POP, and nothing is remarked"
printf 'smtp_auth = on\nauth_sender = any\n' >"$home/conf/settings"; reload_home "$home"
check "any sender where that is wished" "--auth taro 203.0.113.1 x@elsewhere.example y@far.example" 0 RL217I "[RL013I] RL003I RL014I"
check "… not without AUTH" "203.0.113.1 x@elsewhere.example y@far.example" 100 RL201E "[RL007I]"
printf 'smtp_auth = on\npop_before_smtp = on\n' >"$home/conf/settings"; reload_home "$home"
check "on beside SMTP AUTH where that is wished" "203.0.113.7 taro@example.jp y@far.example" 0 RL214I "RL005I RL010I"
echo 'pop_before_smtp = off' >"$home/conf/settings"; reload_home "$home"
check "off by the setting" "203.0.113.7 taro@example.jp y@far.example" 100 RL201E "[RL008I] RL010I"
echo 'pop_before_smtp_time = 30s' >"$home/conf/settings"; reload_home "$home"
check "pop_before_smtp_time counts" "203.0.113.7 taro@example.jp y@far.example" 100 RL201E RL010I
rm -r "$home/run/conf"
exits 111 "nothing in force" relay 203.0.113.7 taro@example.jp y@far.example
like "$(cat "$T/err")" CF301E "is said"
exits 111 "no home" relay --home "$T" 203.0.113.7 taro@example.jp y@far.example
