#!/bin/bash
# A provider that takes tokens only: Dovecot's submission service, which checks signed ones (JWT).  token-refresh gets them
# by a command, as a service and in time; mail waits while there is none, and goes when there is.
. tests/lib.sh
. tests/e2e/lib.sh
. tests/ca.sh
[ -n "$WIZ98_LONG" ] || skip_all "takes a minute; WIZ98_LONG=1 runs it"
[ -x /usr/lib/dovecot/submission ] || skip_all "dovecot-submissiond is not installed"
[ "$(id -u)" = 0 ] && command -v smtp-sink >/dev/null || skip_all "needs root, and smtp-sink of Postfix"
plan 13

ca_make
certificate provider smtp.provider.test
export SSL_CERT_FILE=$CA/ca.pem SSL_CERT_DIR=/nowhere
P=$(port) sink=$(port)
chmod 755 "$T"
mkdir -p "$T"/d/keys/default/HS256 "$T/sink"
printf 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTMyYiE=' >"$T/d/keys/default/HS256/default"
cat >"$T/d/oauth2.conf" <<CONF
introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$T/d/keys/
username_attribute = sub
CONF
cat >"$T/d/dovecot.conf" <<CONF
protocols = submission
listen = 127.0.0.1
base_dir = $T/d/run
state_dir = $T/d/state
log_path = $T/d/log
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
hostname = smtp.provider.test
auth_mechanisms = xoauth2
auth_failure_delay = 0
auth_verbose = yes
ssl = required
ssl_cert = <$CA/provider.crt
ssl_key = <$CA/provider.key
submission_relay_host = 127.0.0.1
submission_relay_port = $sink
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = $T/d/oauth2.conf
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$T/d/home
}
mail_location = maildir:$T/d/mail
service anvil {
  chroot =
}
service stats {
  chroot =
}
service submission-login {
  chroot =
  inet_listener submission {
    port = $P
  }
}
CONF
chown -R nobody "$T/d"
dovecot -c "$T/d/dovecot.conf" >"$T/out" 2>&1
ok $? "Dovecot starts" || diag "$(cat "$T/out" "$T/d/log")"
defer eval "kill \$(cat $T/d/run/master.pid)"
chown nobody "$T/sink"
(cd "$T/sink" && exec smtp-sink -u nobody -d "$T/sink/m" "127.0.0.1:$sink" 10) >/dev/null 2>&1 &
defer stop_pid $!

# The operator's command: signs a token for a user and a time; without the file "allowed" it fails as a provider would.
cat >"$T/get-token" <<'COMMAND'
#!/bin/bash
b64() { openssl base64 -A | tr '+/' '-_' | tr -d =; }
T=$(dirname "$0")
[ -e "$T/allowed" ] || { echo '{"error":"invalid_grant","error_description":"not allowed"}'; exit 0; }
now=$(date +%s)
head=$(printf '{"alg":"HS256","typ":"JWT"}' | b64)
body=$(printf '{"sub":"%s","iat":%d,"exp":%d}' "$1" "$now" $((now + $2)) | b64)
sign=$(printf '%s.%s' "$head" "$body" | openssl dgst -sha256 -hmac 'secret-secret-secret-secret-32b!' -binary | b64)
printf '{"access_token":"%s.%s.%s","token_type":"Bearer","expires_in":%d}' "$head" "$body" "$sign" "$2"
COMMAND
chmod 755 "$T/get-token"

make_instance a example.test --user taro@example.test:geheim
echo "*: [127.0.0.1]:$P" >>"$T/a/conf/routes"
echo "[127.0.0.1]:$P: verify smtp.provider.test" >>"$T/a/conf/tls_policy"
echo "[127.0.0.1]:$P: office@example.test xoauth2 office" >>"$T/a/conf/credentials"
echo "office: $T/get-token office@example.test 12" >>"$T/a/conf/tokens"
wiz start a >"$T/out" 2>&1
ok $? "the server starts" || diag "$(cat "$T/out")"
error() { grep -qE "$1" "$T/a/log/error/current"; }
put() { printf 'From: taro@example.test\nTo: x@example.org\nSubject: %s\n\nhello\n' "$1" | "$BIN/queue-put" --home "$T/a" -f taro@example.test x@example.org >"$T/out" 2>&1; }
put first
wait_for 20 error 'TK206E .*token=office .*words="invalid_grant: not allowed"'
ok $? "the provider's refusal of a token is told"
wait_for 20 error 'CL149E .*state=tried .*cause=tls_or_auth_required'
ok $? "the message waits for want of a token" || diag "$(cat "$T/a/log/error/current")"

touch "$T/allowed"
exits 0 "token-refresh --once" "$BIN/token-refresh" --once --home "$T/a" office
"$BIN/queue-edit" --home "$T/a" now "$("$BIN/queue-list" --home "$T/a" | sed -n '1s/ .*//p')" >"$T/out" 2>&1
mails() { local f=("$T"/sink/m*); [ -e "${f[0]}" ] && [ ${#f[@]} -ge "$1" ]; }
wait_for 20 mails 1
ok $? "then it goes" || diag "$(tail -n 3 "$T/a/log/queue/current" "$T/d/log")"
like "$(grep SC101I "$T/a/log/queue/current")" 'tls="TLSv1\.3 [A-Z0-9_]* verified" ' "over verified TLS"
like "$(cat "$T/d/log")" 'office@example\.test.*' "as the user that conf/credentials names"
expires() { sed -n 1p "$T/a/run/token/office" 2>/dev/null; }
first=$(expires)
later() { sleep 0.5; [ "$(expires)" -gt "$first" ]; }
wait_for 40 later
ok $? "the service gets the next one by itself, though it failed before"
first=$(expires)
wait_for 20 later
[ $? = 0 ] && [ "$(date +%s)" -le "$first" ]
ok $? "and one more before that expires" || diag "$first, now $(date +%s)"

echo "office: $T/get-token somebody.else@example.test 600" >"$T/a/conf/tokens"
wiz reload a >"$T/out" 2>&1
second=$(expires)
other() { sleep 0.5; [ "$(expires)" -gt $((second + 300)) ]; }
wait_for 20 other
ok $? "a new command is run when it is in force"
put second
wait_for 20 error 'CL148E .*state=tried .*cause=tls_or_auth_required'
ok $? "a token of somebody else is refused, which is told" || diag "$(tail -n 3 "$T/a/log/error/current" "$T/d/log")"
! grep -qrE '"ey[A-Za-z0-9]|Bearer|=ey[A-Z]' "$T/a/log"
ok $? "no log has a token"
