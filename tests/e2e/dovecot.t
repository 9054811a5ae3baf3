#!/bin/bash
# Dovecot on our mailboxes, with the configuration that doc/imap.*.md show: mail comes in by SMTP, is read, marked, moved
# and removed by IMAP, and seen the same by our POP3.
. tests/roles.sh
[ -x /usr/lib/dovecot/imap ] || skip_all "dovecot-imapd is not installed"
[ -n "${WIZ98_LONG:-}" ] || skip_all "it takes a minute: WIZ98_LONG=1"
case $BIN in *san*) skip_all "Dovecot limits the memory of what it starts" ;; esac
plan 26
chmod 711 "$T"
imap=$(port) imaps=$(port)
instance a example.test --user taro:geheim --user hanako:sesam; ok $? "a server" || diag "$(cat "$T/a.start")"

# --- the configuration from the document, with the names of this test ---
block() { sed -n '/^<!-- dovecot.conf -->$/,/^<!--$\|^## /p' "$1" | sed -n '/^```$/,/^```$/p' | grep -v '^```'; }
is "$(block doc/imap.ja.md | grep -v '^#')" "$(block doc/imap.en.md | grep -v '^#')" "both documents show the same configuration"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$T/key" -out "$T/crt" >/dev/null 2>&1
mkdir "$T/d" && cat "$T/crt" "$T/key" >"$T/d/cert.pem"
{
  block doc/imap.en.md | sed -e "s|/var/wiz98/conf/tls/mail.example.jp.pem|$T/d/cert.pem|" -e "s|/var/wiz98|$T/a|g" -e "s|/usr/local/bin|$BIN|" \
    -e "s|example\.jp|example.test|"
  # Where the test differs from a real one: places, ports, no pauses after wrong passwords.
  cat <<END2
base_dir = $T/d/run
state_dir = $T/d/state
log_path = $T/d/log
auth_failure_delay = 0
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = $imap
  }
  inet_listener imaps {
    address = 127.0.0.1
    port = $imaps
  }
}
END2
} >"$T/d/dovecot.conf"
exits 0 "Dovecot takes it" doveconf -n -c "$T/d/dovecot.conf"
is "$(cat "$T/err")" "" "without a remark"
dovecot -c "$T/d/dovecot.conf" >"$T/out" 2>&1; ok $? "Dovecot starts" || diag "$(cat "$T/out" "$T/d/log")"
defer eval "kill \$(cat $T/d/run/master.pid)"

# --- mail in ---
printf 'From: x@example.org\nTo: taro@example.test\nSubject: one\n\nfirst\n' >"$T/one"
printf 'From: x@example.org\nTo: taro@example.test\nSubject: two\n\n.second\n..\n' >"$T/two"
printf 'From: x@example.org\nTo: taro@example.test\nSubject: three\n\nthird\n' >"$T/three"
for n in one two three; do
  send "${smtp[a]}" x@example.org taro@example.test "$T/$n"
  sleep 1.1   # the order within one second is anybody's
  wait_for 20 eval '[ "$(ls '"$T/a/mail/example.test/taro/new"' | wc -l)" = '$((++sent))' ]'
done
uidl() { pop_list UIDL | sort; }
pop_list() { curl -sS --max-time 20 -u taro:geheim -X "$1" "pop3://127.0.0.1:${pop3[a]}/" | tr -d '\r' | cut -d' ' -f2; }
uidl >"$T/uidl"
is "$(wc -l <"$T/uidl")" 3 "three messages have come"

# --- IMAP; it prints NAME VALUE lines ---
cat >"$T/imap.py" <<'END2'
import imaplib, re, socket, ssl, sys, time
step, imap, imaps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
context = ssl._create_unverified_context()
def login(user='taro', word='geheim'):
    m = imaplib.IMAP4_SSL('127.0.0.1', imaps, ssl_context=context)
    m.login(user, word)
    return m
def say(name, value): print(name, value)
def subjects(m):
    n = m.select('INBOX')[1][0].decode()
    if n == '0': return ''
    parts = m.fetch('1:*', '(BODY.PEEK[HEADER.FIELDS (SUBJECT)])')[1]
    return ' '.join(p[1].decode().split()[1] for p in parts if isinstance(p, tuple))
if step == 'login':
    s = socket.create_connection(('127.0.0.1', imap), source_address=('127.0.0.2', 0))   # to Dovecot 127.0.0.1 is as good as TLS
    s.recv(1000)
    s.send(b'a LOGIN taro geheim\r\n')
    say('clear', s.recv(1000).decode()[:24])
    plain = imaplib.IMAP4('127.0.0.1', imap)
    plain.starttls(ssl_context=context)
    say('starttls', plain.login('taro@example.test', 'geheim')[0])
    plain.logout()
    say('name', login('TARO@Example.Test').logout()[0])
    for user, word in (('taro', 'falsch'), ('nobody', 'geheim'), ('hanako', 'geheim')):
        try: login(user, word); say('wrong', 'accepted')
        except imaplib.IMAP4.error as e: say('wrong', 'AUTHENTICATIONFAILED' in str(e))
elif step == 'read':
    m = login()
    say('folders', ' '.join(sorted(re.sub(r'.* ', '', f.decode()) for f in m.list()[1])))
    say('subjects', subjects(m))
    sizes = m.fetch('1:*', '(RFC822.SIZE)')[1]
    say('sizes', ' '.join(re.search(r'SIZE (\d+)', s.decode()).group(1) for s in sizes))
    body = m.fetch('2', '(BODY.PEEK[])')[1][0][1]
    open(sys.argv[4], 'wb').write(body)
    m.store('1', '+FLAGS', r'(\Seen \Flagged)')
    m.store('3', '+FLAGS', r'(\Answered $Label1)')
    m.logout()
elif step == 'change':
    m = login()
    say('flags', m.select('INBOX') and ' '.join(sorted(re.search(r'FLAGS \((.*)\)', m.fetch('1', '(FLAGS)')[1][0].decode()).group(1).split())))
    say('create', m.create('Projects.Ship')[0])
    say('copy', m.copy('2', 'Projects.Ship')[0])
    m.store('2', '+FLAGS', r'(\Deleted)')
    m.expunge()
    say('inbox', subjects(m))
    say('folder', m.select('Projects.Ship')[1][0].decode())
    say('append', m.append('INBOX', '', time.time(), b'Subject: four\r\n\r\nby IMAP\r\n')[0])
    m.logout()
elif step == 'after':
    m = login()
    say('subjects', subjects(m))
    m.logout()
elif step == 'idle':
    m = login()
    m.select('INBOX')
    m.send(b'x IDLE\r\n')
    m.readline()
    open(sys.argv[4], 'w').close()
    m.sock.settimeout(40)
    say('idle', m.readline().decode().strip())
END2
imap() { python3 "$T/imap.py" "$1" "$imap" "$imaps" "${@:2}" >"$T/said" 2>"$T/err" || diag "$(cat "$T/err" "$T/d/log")"; }
said() { sed -n "s/^$1 //p" "$T/said" | tr '\n' ' '; }

imap login
is "$(said clear)" "* BAD [ALERT] Plaintext  " "no password is taken without TLS"
is "$(said starttls)$(said name)" "OK BYE " "the address and its password log in, over STARTTLS and TLS, in any case of letters"
is "$(said wrong)" "True True True " "wrong passwords, unknown users, another's password do not"
grep -qE 'AU00[34]I' "$T/d/log"; ok $? "our words about them are in Dovecot's log"
! grep -qE 'geheim|falsch|sesam|\$y\$' "$T/d/log"; ok $? "no password, no hash is"

imap read "$T/second"
is "$(said folders)" "Drafts INBOX Junk Sent Trash " "no folder of ours shows up as one of the user's"
is "$(said subjects)" "one two three " "IMAP has the messages"
is "$(said sizes)" "$(curl -sS -u taro:geheim -X LIST "pop3://127.0.0.1:${pop3[a]}/" | tr -d '\r' | cut -d' ' -f2 | tr '\n' ' ')" "in the sizes that POP3 says"
fetch "${pop3[a]}" taro geheim 2 >"$T/by-pop"
tr -d '\r' <"$T/second" | cmp - "$T/by-pop"; ok $? "and byte for byte"
is "$(uidl)" "$(cat "$T/uidl")" "Dovecot moved them to cur/ and wrote flags: each UIDL of POP3 is as it was"
is "$(ls "$T/a/mail/example.test/taro/new" | wc -l) $(ls "$T/a/mail/example.test/taro/cur" | grep -c ',S=[0-9]*,W=[0-9]*:2,')" "0 3" "(so it did)"

# --- one removes what the other has listed ---
exec {pop}<>"/dev/tcp/127.0.0.1/${pop3[a]}"
pop() { printf '%s\r\n' "$1" >&"$pop"; read -r -t 10 -u "$pop" answer; }
read -r -t 10 -u "$pop" answer
pop 'USER taro'; pop 'PASS geheim'
imap change
like "$(said flags)" '^.Flagged .Seen' "flags stay"
is "$(said create)$(said copy)$(said folder)" "OK OK 1 " "a message is copied into a folder below a folder"
is "$(said inbox)" "one three " "and removed from INBOX"
pop 'RETR 2'
like "$answer" '^-ERR' "the POP3 session that was open says so"
pop 'DELE 1'; pop QUIT
like "$answer" '^\+OK' "and removes another one itself"
exec {pop}>&-
imap after
is "$(said subjects)" "three four " "which IMAP then lacks; what IMAP put there is there"
is "$(pop_list LIST | wc -l) $(comm -12 <(uidl) "$T/uidl" | wc -l)" "2 1" "POP3 shows INBOX alone"

# --- delivery beside an open IMAP session, into wiz98.tmp's neighbours ---
[ -d "$T/a/mail/example.test/taro/wiz98.tmp" ]; ok $? "Dovecot leaves wiz98.tmp alone"
imap idle "$T/idle" &
idle=$!
wait_for 20 test -e "$T/idle"
send "${smtp[a]}" x@example.org taro@example.test "$T/one"
wait $idle
like "$(said idle)" '^\* 3 EXISTS' "an IMAP program that waits is told of new mail at once"
