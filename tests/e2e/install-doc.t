#!/bin/bash
# The commands of doc/install.*.md, as they stand there, on a machine of its own.  systemd is not there: its unit's own command
# line stands for "systemctl enable --now wiz98".
. tests/alone.sh
plan 16

block() { awk -v name="$2" '$0 == "<!-- " name " -->" {on = 1; next} on && /^```/ {if (seen++) exit; next} on' "doc/install.$1.md"; }
run() { bash -e -o pipefail -x -c "$(block en "$1")" >"$T/$1" 2>&1; }

for name in install start hook look upgrade uninstall; do
  [ -n "$(block en $name)" ] && [ "$(block en $name)" = "$(block ja $name)" ] || diag "$name differs"
done >"$T/differs"
is "$(cat "$T/differs")" "" "both documents have the same commands"

run install <<<geheim; ok $? "installed" || diag "$(tail -n 5 "$T/install")"
like "$(tail -n 1 "$T/install")" '^[a-z0-9.-]+$' "the server says its name"

unit=/usr/local/lib/systemd/system/wiz98.service
background $(sed -n 's/^ExecStart=//p' $unit) >"$T/started" 2>&1
stop=$(sed -n 's/^ExecStop=//p' $unit)
stop_server() { [ ! -x "${stop%% *}" ] || $stop >/dev/null 2>&1; }
defer stop_server
wait_for 30 eval 'wiz98 status >"$T/status" 2>&1'; ok $? "the unit's command starts it: every service is up" || diag "$(cat "$T/status" "$T/started")"
is "$(block en start)" $'systemctl enable --now wiz98\nwiz98 status' "which the document does with systemctl"
for port in 25 110 465 587 995; do (exec 3<>/dev/tcp/127.0.0.1/$port) || echo $port; done >"$T/closed" 2>&1
is "$(cat "$T/closed")" "" "the usual ports are open"

printf 'Subject: x\n\nhello\n' >"$T/m"
curl -sSk --max-time 30 --ssl-reqd -u taro@example.jp:geheim --mail-from taro@example.jp --mail-rcpt taro@example.jp --crlf -T "$T/m" smtps://127.0.0.1:465/e2e.test
ok $? "a user sends through 465"
wait_for 20 arrived 110 taro@example.jp geheim 1; ok $? "and it arrives"

mkdir "$T/mail.example.jp"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9 -subj /CN=mail.example.jp -addext subjectAltName=DNS:mail.example.jp \
  -keyout "$T/mail.example.jp/privkey.pem" -out "$T/mail.example.jp/fullchain.pem" 2>/dev/null
RENEWED_LINEAGE=$T/mail.example.jp sh -c "$(block en hook)"; ok $? "the hook puts a certificate into place"
served() { openssl s_client -connect 127.0.0.1:995 -servername mail.example.jp </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256; }
is "$(served)" "$(openssl x509 -noout -fingerprint -sha256 -in "$T/mail.example.jp/fullchain.pem")" "the next connection gets it" || diag "$(tail -n 3 /var/wiz98/log/error/current)"
is "$(stat -c '%a %G' /var/wiz98/conf/tls/mail.example.jp.pem)" "640 wiz98-tls" "of the users only tls-serve can read it"

bash -c "$(block en look)" >"$T/look" 2>&1
like "$(cat "$T/look")" 'RL[0-9]+E(.|\n)*permitted' "the first relay decision refuses, the second permits"

run upgrade; ok $? "a newer version goes over it while it runs" || diag "$(tail -n 5 "$T/upgrade")"
wait_for 20 arrived 110 taro@example.jp geheim 1; ok $? "and the server goes on"
stop_server
run uninstall; ok $? "uninstalled" || diag "$(tail -n 5 "$T/uninstall")"
is "$(ls /usr/local/bin | grep -cxE 'wiz98|smtp-recv|tls-serve') $(find /var/wiz98/mail -type f -path '*/new/*' | wc -l)" "0 1" "programs are gone, mail is there"
