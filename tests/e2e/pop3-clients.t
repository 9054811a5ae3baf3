#!/bin/bash
# Real POP3 clients over real tcpserver: what they get is the mailbox's file with CRLF line ends, byte for byte.
. tests/pop3.sh
plan 29

H=$T/home
pop3_home "$H" connections_per_address=50
box=$H/mail/example.test/taro
python3 - "$T" "$box/new" <<'PY'
import os, random, sys
random.seed(110)
top, new = sys.argv[1:]
head = b"Return-Path: <hanako@example.test>\nFrom: hanako@example.test\nTo: taro@example.test\nSubject: %d\n\n"
bodies = [
    b"plain\n", b"", b"no final newline", b".\n..\n.dot first\nmiddle.\n", b"\n\n\n", "日本語の本文\n".encode(), "日本語\n".encode("iso-2022-jp"),
    bytes(range(128, 256)) * 3 + b"\n", b"x" * 20000 + b"\n", b"\n".join(b"." * n for n in range(100)), b"ends with a dot\n.", b"tab\there \n trailing \n",
    b"From the beginning of a line\n>From\n", b"".join(random.randbytes(60).replace(b"\n", b"").replace(b"\r", b"").replace(b"\0", b"") + b"\n" for _ in range(90000)),
]
os.mkdir(top + "/want")
for i, body in enumerate(bodies):
    m = (head % i) + body
    sized = "" if i % 3 == 0 else ",S=%d,W=%d" % (len(m), len(m) + m.count(b"\n") + (0 if m.endswith(b"\n") else 2))
    open(f"{new}/17000000{i:02d}.M{i}P1.host{sized}", "wb").write(m)
    open(f"{top}/want/{i + 1}", "wb").write((m if m.endswith(b"\n") else m + b"\n").replace(b"\n", b"\r\n"))
PY
count=$(ls "$T/want" | wc -l)
pop3_auth "$H"
pop3_listen "$H"
url=pop3://127.0.0.1:$pop3_port
reset_box() { local f; for f in "$box"/cur/*; do [ -e "$f" ] && mv "$f" "$box/new/$(basename "${f%%:*}")"; done; }
# same WANT GOT: each of the messages in GOT/N is WANT/N
same() { local i; for i in $(seq "$count"); do cmp -s "$1/$i" "$2/$i" || { diag "message $i differs"; return 1; }; done; }

mkdir "$T/curl"
for i in $(seq "$count"); do curl -s -u taro:pw "$url/$i" >"$T/curl/$i"; done
same "$T/want" "$T/curl"; ok $? "curl"
like "$(curl -s -u taro:pw "$url")" "^1 [0-9]+.*$count [0-9]+" "curl: LIST"
curl -s -u taro:bad "$url"; is $? 67 "curl: a wrong password is told as such"

mkdir "$T/poplib"
python3 - "$pop3_port" "$T" >"$T/poplib.out" 2>&1 <<'PY'
import poplib, sys
poplib._MAXLINE = 1 << 20
port, top = int(sys.argv[1]), sys.argv[2]
p = poplib.POP3("127.0.0.1", port, 30)
print(sorted(p.capa()))
p.user("taro@example.test"); p.pass_("pw")
n, size = p.stat()
total = 0
uids = p.uidl()[1]
for i in range(1, n + 1):
    _, lines, _ = p.retr(i)
    data = b"".join(l + b"\r\n" for l in lines)
    open(f"{top}/poplib/{i}", "wb").write(data)
    listed = int(p.list(i).split()[2])
    assert listed == len(data), (i, listed, len(data))
    total += len(data)
    head = p.top(i, 0)[1]
    assert head[-1] == b"" and head == lines[:len(head)], i
assert total == size, (total, size)
assert len({u.split()[1] for u in uids}) == n
p.rset(); p.noop(); p.quit()
p = poplib.POP3("127.0.0.1", port, 30); p.user("taro"); p.pass_("pw")
assert p.uidl()[1] == uids
p.quit()
try:
    p = poplib.POP3("127.0.0.1", port, 30); p.user("taro"); p.pass_("no")
except poplib.error_proto as e:
    print(e)
print("done")
PY
like "$(cat "$T/poplib.out")" 'done$' "poplib: sizes, UIDs (also in the next conversation), TOP" || diag "$(cat "$T/poplib.out")"
like "$(cat "$T/poplib.out")" "'EXPIRE', 'IMPLEMENTATION', 'LOGIN-DELAY', 'PIPELINING', 'RESP-CODES', 'SASL', 'TOP', 'UIDL', 'USER'" "poplib: CAPA"
same "$T/want" "$T/poplib"; ok $? "poplib: the messages"
is "$(ls "$box/new" | wc -l)" 0 "what was retrieved is in cur/ after QUIT"
is "$(ls "$box/cur" | grep -c ':2,S$')" "$count" "… marked as seen"

# mpop pipelines its commands
reset_box
mkdir -p "$T/mpop"/{new,cur,tmp}
mpop --host=127.0.0.1 --port="$pop3_port" --tls=off --user=taro@example.test --auth=user --passwordeval='echo pw' --delivery=maildir,"$T/mpop" \
  --received-header=off --keep=on --uidls-file="$T/uidls" >"$T/mpop.out" 2>&1
is $? 0 "mpop ends well" || diag "$(cat "$T/mpop.out")"
sums() { for f in "$@"; do tr -d '\r' <"$f" | md5sum; done | sort; }
is "$(sums "$T/mpop/new"/*)" "$(sums "$T/want"/*)" "mpop: the messages"
mpop --host=127.0.0.1 --port="$pop3_port" --tls=off --user=taro@example.test --auth=user --passwordeval='echo pw' --delivery=maildir,"$T/mpop" \
  --received-header=off --keep=on --uidls-file="$T/uidls" >"$T/mpop.out" 2>&1
is "$(ls "$T/mpop/new" | wc -l)" "$count" "mpop: the second time nothing is new: UIDs are stable"

# fetchmail changes headers and cuts the line of 20,000 bytes (message 8): the other bodies are compared; and it deletes
reset_box
cat >"$T/fetchmailrc" <<RC
poll 127.0.0.1 service $pop3_port protocol pop3 auth password user "taro@example.test" password "pw" fetchall nokeep sslproto "" mda "cat >$T/fetched/\$\$"
RC
cat >"$T/mda" <<SH
#!/bin/sh
exec cat >"$T/fetched/\$\$"
SH
chmod +x "$T/mda"; mkdir "$T/fetched"
sed -i "s|mda .*|mda \"$T/mda\"|" "$T/fetchmailrc"; chmod 600 "$T/fetchmailrc"
HOME=$T FETCHMAILHOME=$T fetchmail -f "$T/fetchmailrc" --nodetach --nosyslog -s >"$T/fetchmail.out" 2>&1
code=$?
[ $code = 0 ]; ok $? "fetchmail ends well" || diag "$code: $(tail -5 "$T/fetchmail.out")"
bodies() { for f in $(grep -La '^Subject: 8.\?$' "$@"); do tr -d '\r' <"$f" | sed '1,/^$/d' | md5sum; done | sort; }
is "$(bodies "$T/fetched"/*)" "$(bodies "$T/want"/*)" "fetchmail: the bodies"
is "$(find "$box" -type f | wc -l)" 0 "fetchmail deleted what it fetched"

# --- two conversations about one box
for i in 1 2 3 4; do printf 'Subject: %d\n\n' $i >"$box/new/170000000$i.x,S=12,W=16"; done
two=$(python3 - "$pop3_port" <<'PY'
import poplib, sys
def login():
    p = poplib.POP3("127.0.0.1", int(sys.argv[1]), 20); p.user("taro"); p.pass_("pw"); return p
a, b = login(), login()
print(a.stat()[0], b.stat()[0])
a.dele(1); a.retr(2); a.quit()
try: b.retr(1)
except poplib.error_proto as e: print(e.args[0].decode())
print(b.retr(2)[1][0].decode(), b.retr(3)[1][0].decode())
b.dele(2); b.dele(1)
print(b.quit().decode())
c = login(); print([u.decode() for u in c.uidl()[1]]); c.quit()
PY
)
is "$two" "4 4
-ERR The message was removed meanwhile (MB202W)
Subject: 2 Subject: 3
+OK Good bye
['1 1700000003.x,S=12,W=16', '2 1700000004.x,S=12,W=16']" "two conversations: a message that one removed or moved harms the other nowhere"

# --- the session is killed at QUIT: only what was to be deleted can be missing
rm -f "$box"/*/*
partly=0
for try in 1 2 3 4 5 6; do
  python3 - "$box/new" <<'PY'
import sys
for i in range(4000): open(f"{sys.argv[1]}/{1700000000 + i}.k,S=1,W=2", "w").write("x")
PY
  { seq 2000 | sed 's/.*/DELE &\r/'; printf 'QUIT\r\n'; } >"$T/commands"
  mkfifo "$T/pipe"
  "$BIN/pop3-session" --home "$H" taro <"$T/pipe" >"$T/killed" 2>>"$H/log" &
  session=$!
  exec 7>"$T/pipe"
  cat "$T/commands" >&7
  perl -e 'select undef, undef, undef, $ARGV[0] / 1000' $((try * 7))
  kill -9 $session 2>/dev/null
  exec 7>&-
  wait $session 2>/dev/null
  rm "$T/pipe"
  left=$(ls "$box/new" "$box/cur" | grep -c '\.k')
  kept=$(ls "$box/new" "$box/cur" | grep '\.k' | awk -F. '$1 >= 1700002000' | wc -l)
  [ "$left" -gt 2000 ] && [ "$left" -lt 4000 ] && partly=$((partly + 1))
  is "$kept" 2000 "killed after $((try * 7)) ms ($((left - 2000)) of 2000 still there): nothing else is missing"
  rm -f "$box"/*/*
done
diag "$partly of 6 kills fell into the middle of the removal"

# --- 100,000 messages
case $BIN in *san*) skip 6 "a session may not have the memory that sanitizers need" ;;
*)
python3 - "$box/new" <<'PY'
import os, sys
new = sys.argv[1]
for block in range(2):
    first = f"{new}/{1700000000 + block * 50000}.M0P1.mail.example.test,S=20,W=22"
    open(first, "w").write("Subject: x\n\nmessage\n")
    for i in range(1, 50000):
        os.link(first, f"{new}/{1700000000 + block * 50000 + i}.M{i}P{i % 32768}.mail.example.test,S=20,W=22")
PY
printf 'STAT\r\nQUIT\r\n' >"$T/stat"
"$BIN/pop3-session" --home "$H" taro <"$T/stat" >"$T/big" 2>"$T/big.log"
is "$(tail -n +2 "$T/big" | head -1 | tr -d '\r')" "+OK 100000 2200000" "100,000 messages"
ms=$(grep -o ' ms=[0-9]*' "$T/big.log" | cut -d= -f2)
diag "opening 100,000 messages, STAT, QUIT: $ms ms"
strace -f -e trace=openat,open,stat,newfstatat,statx,fstat -o "$T/strace" "$BIN/pop3-session" --home "$H" taro <"$T/stat" >/dev/null 2>&1
calls=$(grep -c . "$T/strace")
[ "$calls" -lt 60 ]; ok $? "… opened without opening or asking for any of them ($calls calls)"
peak=$(sed -n 's/^Maximum.*: //p' <(python3 - "$BIN/pop3-session" "$H" "$T/stat" <<'PY'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "--home", sys.argv[2], "taro"], stdin=open(sys.argv[3]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print("Maximum: %d" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
))
diag "largest process: $peak KiB"
[ "$peak" -lt 80000 ]; ok $? "… in less than 80 MB"
printf 'UIDL\r\nRETR 99999\r\nDELE 100000\r\nQUIT\r\n' >"$T/use"
"$BIN/pop3-session" --home "$H" taro <"$T/use" >"$T/big" 2>/dev/null
is "$(tr -d '\r' <"$T/big" | sed -n '100002p')" "100000 1700099999.M49999P17231.mail.example.test,S=20,W=22" "… UIDL in the order of their times"
like "$(tail -n 5 "$T/big" | tr -d '\r\n')" 'message\.\+OK Will be deleted at QUIT\+OK Good bye' "… RETR, DELE"
is "$(find "$box" -type f | wc -l)" 99999 "… one was deleted"
;; esac

is "$(grep -ac '^0 ' "$H/log")" 0 "the error log is empty"
ended=$(grep -ac 'PO002I' "$H/log")
[ "$ended" -ge 20 ]; ok $? "each conversation is one line of the log"
