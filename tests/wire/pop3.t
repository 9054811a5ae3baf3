#!/bin/bash
# The POP3 dialogue through pop3-serve, auth-serve and pop3-session: in a pipeline and over TCP.
. tests/pop3.sh
plan 51

H=$T/home
pop3_home "$H" errors_max=6
export OUTPUT_LEVEL=99
printf 'Subject: one\n\nbody\n' | pop3_put "$H" taro '1700000001.a,S=19,W=22'
printf 'Subject: two\n\n.dot\n..\nlast' | pop3_put "$H" taro '1700000002.b'
pop3_auth "$H"

OK3='+OK mail.example.test wiz98 POP3 ready'
login=("USER taro" "PASS pw")
answers() { pop3_say "$H" "$@" | tail -n +3; }      # what follows greeting and USER

is "$(pop3_say "$H" QUIT)" "$OK3
+OK Good bye" "greeting and farewell"
is "$(answers "${login[@]}" STAT LIST UIDL QUIT)" "+OK 2 messages (54 octets)
+OK 2 54
+OK 2 messages (54 octets)
1 22
2 32
.
+OK 2 messages (54 octets)
1 1700000001.a,S=19,W=22
2 1700000002.b
.
+OK Good bye" "one pipeline of commands behind the password is answered in order"
is "$(answers "${login[@]}" 'TOP 2 1' 'RETR 2' QUIT)" "+OK 2 messages (54 octets)
+OK Header and the lines asked for
Subject: two

..dot
.
+OK 32 octets
Subject: two

..dot
...
last
.
+OK Good bye" "TOP and RETR double dots and complete the last line"
is "$(cd "$H/mail/example.test/taro" && ls new cur)" "cur:
1700000002.b:2,S

new:
1700000001.a,S=19,W=22" "what was retrieved has moved to cur/, the rest has not"
is "$(answers "${login[@]}" 'UIDL 2' 'LIST 2' QUIT)" "+OK 2 messages (54 octets)
+OK 2 1700000002.b
+OK 2 32
+OK Good bye" "its UID and size are what they were"
is "$(answers "${login[@]}" 'DELE 1' 'RETR 1' RSET 'DELE 2' 'RETR 9')" "+OK 2 messages (54 octets)
+OK Will be deleted at QUIT
-ERR That message is marked as deleted (PO106W)
+OK 2 messages (54 octets)
+OK Will be deleted at QUIT
-ERR There is no message with that number (PO105W)" "DELE and RSET"
is "$(find "$H/mail/example.test/taro" -type f | wc -l)" 2 "without QUIT nothing is deleted"
like "$(cat "$H/log")" '10 PO109W .*user=taro@example.test' "… and the log says that the client left"
touch "$H/run/full/taro@example.test"
is "$(answers "${login[@]}" 'DELE 1' QUIT | tail -1)" "+OK Good bye" "QUIT deletes"
is "$(cd "$H/mail/example.test/taro" && ls new cur)" "cur:
1700000002.b:2,S

new:" "… that message, and no other"
[ ! -e "$H/run/full/taro@example.test" ]; ok $? "the mark of a full mailbox is gone"
touch "$H/run/full/taro@example.test"
answers "${login[@]}" QUIT >/dev/null
[ -e "$H/run/full/taro@example.test" ]; ok $? "… but not where nothing was deleted"
is "$(answers "USER hanako@example.test" "PASS pw" LIST QUIT)" "+OK 0 messages (0 octets)
+OK 0 messages (0 octets)
.
+OK Good bye" "an empty box"
rm -r "$H/mail/example.test/hanako"
is "$(answers "USER hanako" "PASS pw" STAT QUIT | head -2)" "+OK 0 messages (0 octets)
+OK 0 0" "a box that nobody has written to yet is empty"

# --- refusals
began=$SECONDS
is "$(answers "USER taro" "PASS wrong" "USER nobody" "PASS pw" QUIT)" "-ERR [AUTH] User name or password is wrong (AU201W)
+OK Password please
-ERR [AUTH] User name or password is wrong (AU201W)
+OK Good bye" "a wrong password and an unknown user get the same answer, and the conversation goes on"
[ $((SECONDS - began)) -ge 2 ]; ok $? "… late"
is "$(answers "USER taro" "PASS x" "${login[@]}" STAT QUIT | tail -2)" "+OK 1 32
+OK Good bye" "right at the second try"
is "$(answers STAT 'AUTH XOAUTH2' 'USER' XYZZY 'PASS pw' STLS QUIT | tail -2)" "-ERR The user name (USER) comes first (PO107W)
-ERR Too many errors (PO104W)" "too many errors end it"
is "$(pop3_say "$H" "USER $(printf 'a%.0s' {1..100000})" QUIT | tail -2)" "-ERR The command is too long (PO103W)
+OK Good bye" "a line of 100,000 bytes"
like "$(printf 'USER a\0b\r\nQUIT\r\n' | WIZ98_HOME=$H "$BIN/pop3-serve" 2>>"$H/log")" '-ERR The command holds a NUL byte \(PO110W\)' "a NUL"
like "$(pop3_say "$H" CAPA QUIT | tr '\n' ' ')" 'TOP UIDL USER SASL PLAIN RESP-CODES AUTH-RESP-CODE PIPELINING EXPIRE NEVER LOGIN-DELAY 0 IMPLEMENTATION wiz98 \. ' "CAPA"
is "$(printf 'USER taro\nPASS pw\nQUIT\n' | WIZ98_HOME=$H "$BIN/pop3-serve" 2>>"$H/log" | wc -l)" 4 "bare LF ends a command"
is "$(grep -c 'PASS' "$H/log")" "$(grep -c 'PO004I.*command=PASS$\|PO004I.*command=PASS at=' "$H/log")" "the log shows PASS and nothing behind it"
unlike "$(sed 's/ sid=[^ ]*//' "$H/log")" '[^a-z.]pw[^a-z]|wrong[^ _]*$' "… no password anywhere, at OUTPUT_LEVEL 99"

# --- what a mailbox may hold
box=$H/mail/example.test/taro
ln -s /etc/passwd "$box/new/1700000003.link"
mkdir "$box/new/1700000004.dir"
mkfifo "$box/cur/1700000005.fifo"
is "$(answers "${login[@]}" STAT QUIT | sed -n 2p)" "+OK 1 32" "links, directories, pipes are no messages"
rm -r "$box"/new/*.link "$box"/new/*.dir "$box"/cur/*.fifo
printf 'x\n' >"$box/new/$(printf 'n%.0s' {1..120})"
printf 'x\n' >"$box/new/with blank"
uids=$(answers "${login[@]}" UIDL QUIT)
is "$(grep -cE '^[0-9]+ [!-~]{1,70}$' <<<"$uids")" 3 "every UID is one of RFC 1939, whatever the file's name"
is "$(answers "${login[@]}" UIDL QUIT)" "$uids" "… and stays"
rm "$box"/new/*
printf 'x\n' >"$box/new/1700000009.z,S=2,W=3"
# gone OTHER…: the message is removed while the conversation is open
opened() { [ "$(wc -l <"$T/gone")" -ge 4 ]; }
gone() {
  : >"$T/gone"
  { printf 'USER taro\r\nPASS pw\r\nSTAT\r\n'; wait_for 20 opened; "$@"; printf 'RETR 2\r\nRETR 1\r\nDELE 2\r\nQUIT\r\n'; } | WIZ98_HOME=$H "$BIN/pop3-serve" >"$T/gone" 2>>"$H/log"
  tr -d '\r' <"$T/gone"
}
is "$(gone rm "$box/new/1700000009.z,S=2,W=3" | tail -n +5 | grep -v '^[^+-]' | grep .)" "-ERR The message was removed meanwhile (MB202W)
+OK 32 octets
+OK Will be deleted at QUIT
+OK Good bye" "a message that another program removed is refused, the others are there"
printf 'x\n' >"$box/new/1700000009.z,S=2,W=3"
like "$(gone mv "$box/new/1700000009.z,S=2,W=3" "$box/cur/1700000009.z,S=2,W=3:2,FS")" '\+OK 3 octets' "one that another program moved is found"
is "$(find "$box" -name '*.z,*')" "" "… and deleted"
chmod 000 "$box/cur"/*.b*
if [ "$(id -u)" != 0 ]; then like "$(answers "${login[@]}" 'RETR 1' QUIT)" '-ERR \[SYS/PERM\] The message cannot be read \(MB203E\)' "an unreadable message"; else skip 1 "root reads everything"; fi
chmod 600 "$box/cur"/*.b*
mv "$box" "$box.away"; ln -s "$box.away" "$box"
like "$(answers "${login[@]}" STAT)" '^-ERR \[SYS/TEMP\] The mailbox cannot be read \(MB201E\)$' "a mailbox that is a symbolic link is refused"
like "$(grep MB201E "$H/log")" 'path=mail/example.test/taro errno="(Not a directory|Too many levels of symbolic links)"' "… the log says why"
rm "$box"; mv "$box.away" "$box"

# --- a user that only the password program knows
pop3_home "$T/half" "p:half@example.test=$pop3_hash"
mv "$T/half/run/generations/1/auth.cdb" "$H/run/generations/1/auth.cdb"
sleep 0.1
python3 tests/generation.py "$H" d:=example.test d:example.test=1 'u:taro@example.test=mail/example.test/taro\00' "p:half@example.test=$pop3_hash" "p:taro@example.test=$pop3_hash" >/dev/null
is "$(answers "USER half" "PASS pw" QUIT | head -1)" "-ERR [SYS/TEMP] The password is right, but the user has no mailbox here (AU202E)" "a login without a mailbox is a temporary failure"
is "$(answers "USER hanako" "PASS pw" QUIT | head -1)" "-ERR [AUTH] User name or password is wrong (AU201W)" "a new generation is in force at the next login"

# --- over TCP
pop3_home "$H" connections_per_address=3 'n:=127.0.0.2/32\0'
pop3_listen "$H"
tcp() { python3 - "$pop3_port" "$@" <<'PY'
import socket, sys
port, source, commands = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
s = socket.create_connection(("127.0.0.1", port), 20, (source, 0))
f = s.makefile("rwb")
print(f.readline().decode().rstrip())
for c in commands:
    f.write(c.encode() + b"\r\n"); f.flush()
    print(f.readline().decode().rstrip())
PY
}
is "$(tcp 127.0.0.1 'USER taro' | tail -1)" "-ERR [AUTH] No passwords in the clear from this address (PO201W)" "from elsewhere no password is taken in the clear"
unlike "$(tcp 127.0.0.1 CAPA; pop3_home "$H" 'n:=127.0.0.2/32\0')" '^USER' "… and USER is not offered"
like "$(tcp 127.0.0.2 'USER taro' 'PASS pw' QUIT)" 'messages' "from a network that is named it is"
[ -e "$H/run/popmark/127.0.0.2" ]; ok $? "the login marks the address for POP before SMTP"
[ ! -e "$H/run/popmark/127.0.0.1" ]; ok $? "… and no other"
rm "$H/run/popmark/127.0.0.2"
TCPREMOTEIP=127.0.0.2 pop3_say "$H" "${login[@]}" QUIT >/dev/null
is "$(ls "$H/run/popmark")" "" "an address that only the environment claims is not marked"
like "$(tcp 127.0.0.2 'USER taro' 'PASS no')" 'AU201W' "a refused login"
is "$(ls "$H/run/popmark")" "" "… marks nothing"

# --- the process of a session: kept for its user
pop3_home "$H"
mkdir -p "$H"/mail/example.test/hanako/{new,cur,tmp}
template=$(pgrep -P "$auth_pid" pop3-session)
sessions() { sort -n <(pgrep -P "$template" pop3-session) | tr '\n' ' '; }
count() { sessions | wc -w; }
user_says() { pop3_say "$H" "USER $1" "PASS pw" "${@:2}" QUIT | tail -n +3; }
user_says taro STAT >/dev/null
before=$(count)
user_says hanako >/dev/null      # a mailbox that a process cannot know
mv "$H/mail/example.test/hanako" "$T/replaced"
mkdir -p "$H"/mail/example.test/hanako/{new,cur,tmp}
sleep 1.5
first=$(user_says taro STAT 'RETR 1') again=$(user_says taro STAT 'RETR 1')
is "$again $(count)" "$first $before" "the next conversation of the same user needs no new process and begins afresh"
like "$(user_says hanako STAT)" '^\+OK 0 messages' "another user gets another process"
is "$(count)" $((before + 1)) "… which is a new one"
for pid in $(sessions); do kill -9 "$pid"; done
is "$(user_says taro STAT 'RETR 1')" "$first" "where a process that was kept has died another one takes over"
for i in {1..101}; do user_says taro >/dev/null || break; done
is "$(user_says taro STAT 'RETR 1')" "$first" "a process ends after a hundred conversations, and its successor goes on"

pop3_home "$H" connections_per_address=3
hold() { python3 - "$pop3_port" <<'PY'
import socket, sys
def connect():
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
    f = s.makefile("rwb")
    return s, f, f.readline().decode().rstrip()
def login(f):
    for c in (b"USER taro\r\n", b"PASS pw\r\n"):
        f.write(c); f.flush(); line = f.readline()
    return line.decode().rstrip()
held = [connect() for _ in range(2)] + [connect()]
print(login(held[0][1])[:3], login(held[1][1])[:3])
print(connect()[2])
held[0][1].write(b"QUIT\r\n"); held[0][1].flush(); held[0][1].readline()
import time
for _ in range(100):
    time.sleep(0.05)
    s, f, line = connect()
    if line.startswith("+OK"): break
print(line[:3])
PY
}
is "$(hold)" "+OK +OK
-ERR [SYS/TEMP] Too many connections from your address (PO202W)
+OK" "the limit per address counts conversations until they end, also after the login"
grep -q 'PO201W .*ip=127.0.0.1' "$H/log"; ok $? "each refusal is a line of the log"
is "$(grep -ac '^0 ' "$H/log")" "$(grep -acE '^0 (AU202E|MB201E|MB203E) ' "$H/log")" "the error log has only what was provoked"
