#!/bin/bash
# token-refresh: a command of the operator's, well and badly behaved; the service through changes of conf/tokens.
. tests/lib.sh
. tests/conf.sh
plan 30

H=$T/home
make_home "$H" example.test taro:x
cat >"$T/get-token" <<'COMMAND'
#!/bin/sh
echo "$1 $#" >>"$(dirname "$0")/calls"
case $1 in
json) echo '{"token_type":"Bearer","expires_in":3599,"access_token":"ey.secret-1"}' ;;
lines) printf 'ey.secret-2\n8\n' ;;
refused) echo '{"error":"invalid_grant","error_description":"AADSTS700082: expired"}'; exit 22 ;;
fails) echo first >&2; echo "no network" >&2; exit 7 ;;
killed) kill -9 $$ ;;
big) head -c 70000 /dev/zero | tr '\0' x ;;
junk) echo '<html>ey.secret-3 </html>' ;;
over) echo '{"accessToken":"ey.secret-4","expires_on":1000}' ;;
leaves) echo ey.secret-5; sleep 311.7 & ;;
argument) [ "$2" = 'a "b # $(touch x)' ] && echo ey.secret-6 ;;
input) cat; echo ey.secret-7 ;;
esac
COMMAND
chmod 755 "$T/get-token"
tokens() { for k; do printf '%s: %s %s\n' "$k" "$T/get-token" "$k"; done >"$H/conf/tokens"; }
once() { "$BIN/token-refresh" --once --home "$H" "$@" >"$T/out" 2>"$T/err"; }
in_force() { reload_home "$H"; }

tokens json lines refused fails killed big junk over leaves input
printf 'argument: %s argument "a \\"b # $(touch x)"\nmissing: /nonexistent/get-token\n' "$T/get-token" >>"$H/conf/tokens"
in_force
now=$(date +%s)
once json
is $? 0 "a token endpoint's answer"
is "$(sed -n 2p "$H/run/token/json")" ey.secret-1 "the token is in run/token"
expires=$(sed -n 1p "$H/run/token/json")
[ $((expires - now)) -ge 3599 ] && [ $((expires - now)) -le 3610 ]
ok $? "with the time at which it expires"
is "$(stat -c %a "$H/run/token" "$H/run/token/json" | tr '\n' ' ')" "700 640 " "others cannot reach it"
once lines argument input leaves
is $? 0 "a line; an argument with everything in it; standard input; a process left behind"
is "$(sed -n 2p "$H/run/token/argument")" ey.secret-6 "no shell has seen the argument"
[ ! -e "$H/x" ]
ok $? "and nothing was executed"
wait_for 5 sh -c "! pgrep -f '^sleep 311[.]7'"
ok $? "what a command leaves behind ends with it"

# failing NAME ID "what its line has"
failing() {
  once "$1"
  is "$? $(grep -c "$2" "$T/err")" "111 1" "$1: $2"
  like "$(grep -a "$2" "$T/err")" "$3" "$1: its words"
}
failing refused TK206E 'invalid_grant: AADSTS700082: expired'
failing fails TK202E 'code=7 words="no network"'
failing killed TK202E 'signal=9'
failing big TK204E 'bytes=65536'
failing junk TK205E 'bytes=26'
failing over TK208E 'get-token'
failing missing TK201E 'No such file'
once json nobody
is "$? $(grep -c TK209E "$T/err")" "100 1" "a name that is not there"
unlike "$(OUTPUT_LEVEL=99 "$BIN/token-refresh" --once --home "$H" json junk over 2>&1)" 'ey.secret' "no level shows a token"

# --- the service
tokens json lines
in_force
: >"$T/calls"
background "$BIN/token-refresh" --home "$H" 2>"$T/log"
service=$!
wait_for 5 grep -q lines "$T/calls"
is "$(sort "$T/calls" | tr '\n' ' ')" "json 1 lines 1 " "the service gets all tokens when it begins"
wait_for 5 sh -c "! [ -e '$H/run/token/argument' ]"
ok $? "tokens that are gone from conf/tokens are removed"
if [ -n "$WIZ98_LONG" ]; then
  tokens json lines fails
  in_force
  wait_for 15 grep -q lines.*lines <(tr '\n' ' ' <"$T/calls")
  wait_for 15 grep -q fails "$T/calls"
  ok $? "a line that was added is seen"
  is "$(grep -c json "$T/calls") $(($(grep -c lines "$T/calls") > 1))" "1 1" "a token with a short life is got anew, others are not"
else
  skip 2 "takes 10 s; WIZ98_LONG=1 runs it"
fi
kill "$service"
wait_for 5 sh -c "! kill -0 $service"
ok $? "it ends when it is told to"
is "$(grep -c TK101I "$T/log")" "$(grep -cE 'json|lines' "$T/calls")" "a line of the log for each token"
