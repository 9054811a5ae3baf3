#!/bin/bash
# mail-trace: stored logs told as stories: what is asked for, both languages, both forms, large logs.
. tests/lib.sh
plan 43

Q=06qk81xw0r4t7v3b8n5c1 R=06qk9fd20s8m3k5x1z7h4
mkdir "$T/smtp" "$T/queue"
cat >"$T/smtp/@4000000065a0a0c000000000.s" <<END
@4000000065a0a0a100000000 30 RL214I program=smtp-recv sid=0abcdefghjkmn ip=192.0.2.7 host=pc.example helo=pc from=taro@example.test to=hanako@example.net domain=example.net pop=RL005I pop_helps=no
@4000000065a0a0a200000000 30 SM107I program=smtp-recv sid=0abcdefghjkmn qid=$Q ip=192.0.2.7 host=pc.example helo=pc user=- tls=- from=taro@example.test mid=<m1@pc.example> size=2048 recipients=1 ms=300
END
cat >"$T/smtp/current" <<END
@4000000065a0b0a100000000 0 RL201E program=smtp-recv sid=0abcdefghjkmp ip=198.51.100.1 host=- helo=x from=evil@example.org to=hanako@example.net domain=example.net pop=RL012I pop_helps=yes text="Relay does not accept"
@4000000065a0c0a200000000 30 SM107I program=smtp-recv sid=0abcdefghjkmq qid=$R ip=192.0.2.7 host=pc.example helo=pc user=- tls=- from=taro@example.test mid=<m2@pc.example> size=100 recipients=1 ms=10
END
cat >"$T/queue/current" <<END
@4000000065a0a0a400000000 0 CL110E program=remote-send qid=$Q state=tried from=taro@example.test to=hanako@example.net host=mx.example.net ip=192.0.2.9 size=2048 stage=rcpt cause=greylisted reply="450 4.7.1 later" connect_ms=500 ms=900 text="The other server wants the message later (greylisting)"
@4000000065a0a0b400000000 0 CL101E program=remote-send qid=$Q state=failed from=taro@example.test to=hanako@example.net host=mx.example.net ip=192.0.2.9 size=2048 stage=rcpt cause=user_unknown reply="550 5.1.1 who" connect_ms=100 ms=200 text="x"
@4000000065a0a0b500000000 30 BO001I program=bounce-make qid=$Q to=taro@example.test bounce=$Q.b0 recipients=1
@4000000065a0a0b600000000 30 QU302I program=queue-run qid=$Q done=0 bounced=1 seconds=20
@4000000065a0a0b700000000 30 LD001I program=local-deliver qid=$Q.b0 from="" to=taro@example.test original=taro@example.test path=mail/example.test/taro/new/1 size=900 ms=20
@4000000065a0a0b800000000 30 QU302I program=queue-run qid=$Q.b0 done=1 bounced=0 seconds=3
@4000000065a0c0a400000000 30 SC101I program=remote-send qid=$R from=taro@example.test to=jiro@example.com host=mx.example.com ip=192.0.2.10 size=100 tls="TLSv1.3 X verified" reply="250 2.0.0 taken" connect_ms=700 ms=1000
@4000000065a0c0a500000000 30 QU302I program=queue-run qid=$R done=1 bounced=0 seconds=3
END
trace() { "$BIN/mail-trace" "$@" "$T/smtp" "$T/queue"; }

exits 0 "by queue ID" "$BIN/mail-trace" "$Q" "$T/smtp" "$T/queue"
cp "$T/out" "$T/story"
is "$(sed -n 1,9p "$T/story")" "Message $Q
  From: taro@example.test
  Message-ID: <m1@pc.example>
  2024-01-12 02:14:47  The client named the recipient hanako@example.net
  2024-01-12 02:14:48  Received from 192.0.2.7 (pc.example), 2.0 KB (it took 0.3 s)
  2024-01-12 02:14:50  hanako@example.net: not delivered yet: The other server wants the message later (greylisting) (CL110E), server mx.example.net [192.0.2.9], when it was told the recipient (RCPT); answer: 450 4.7.1 later; connecting 0.5 s, transferring 0.4 s
  2024-01-12 02:15:06  hanako@example.net: failed for good: The other server does not know the recipient (CL101E), server mx.example.net [192.0.2.9], when it was told the recipient (RCPT); answer: 550 5.1.1 who; connecting 0.1 s, transferring 0.1 s
  2024-01-12 02:15:07  The sender is told that it failed: message $Q.b0
  2024-01-12 02:15:08  Left the queue, 20 s after it came; recipients done: 0, failed: 1" "all programs in order of time"
like "$(cat "$T/story")" "hanako@example.net: not delivered, and the sender was told: .*What to do: " "the end, with its remedy"
like "$(cat "$T/story")" "receiving 0\.3 s, in the queue 16\.9 s, connecting 0\.6 s, transferring 0\.5 s" "where the time went"
like "$(cat "$T/story")" "Message $Q\.b0 \(written by this server about message $Q\).*taro@example.test: delivered into the mailbox; the log does not say that it was fetched by POP3" "the bounce's own story follows"
trace --lang ja "$Q" >"$T/ja"
like "$(cat "$T/ja")" "差出人: taro@example.test.*配送失敗.*差出人に配送失敗を通知.*時間の内訳.*受信 0\.3秒、キューで待機 16\.9秒、接続 0\.6秒、転送 0\.5秒" "Japanese"
is "$(trace "$Q.b0" | head -n 1)" "Message $Q" "a bounce's ID leads to the whole"
is "$(cat "$T/queue/current" "$T"/smtp/* | "$BIN/mail-trace" "$Q" -)" "$(cat "$T/story")" "standard input, in any order"
is "$("$BIN/mail-trace" "$Q" "$T/queue" "$T/smtp" "$T/queue")" "$(cat "$T/story")" "a line that comes twice counts once"

is "$(trace '<m2@pc.example>' | head -n 1) $(trace m2@pc.example | head -n 1)" "Message $R Message $R" "by Message-ID, with brackets or without"
is "$(trace mx.example.com | head -n 1) $(trace 192.0.2.10 | head -n 1)" "Message $R Message $R" "by the other server's name or address"
trace taro@example.test >"$T/list"
is "$(wc -l <"$T/list")" 3 "an address that has several: a line each"
is "$(sed -n 1p "$T/list")" "2024-01-12 04:31:20  $R  taro@example.test -> jiro@example.com: delivered" "the newest first, with its end"
is "$(sed -n 2p "$T/list")" "2024-01-12 02:14:48  $Q  taro@example.test -> hanako@example.net: failed" "what failed"
is "$(sed -n 3p "$T/list" | cut -c 22-)" "$Q.b0  nobody -> taro@example.test: delivered" "its bounce behind it"
exits 0 "--limit" "$BIN/mail-trace" --limit 1 taro@example.test "$T/smtp" "$T/queue"
like "$(cat "$T/err")" "LG106I.*limit=1" "says that there are more"
is "$(head -n 1 "$T/out")" "Message $R" "and tells the only one that is left"
like "$(trace --full taro@example.test)" "Message $R.*Message $Q" "--full: each story"
is "$(trace --since 2024-01-12T04:00:00Z taro@example.test | head -n 1)" "Message $R" "--since"
is "$(trace --until 2024-01-12T02:14:48Z taro@example.test | sed -n '1p;7p' | cut -c 1-43)" "Message $Q
  2024-01-12 02:15:06  hanako@example.net: " "--until, and the story is whole"
like "$(trace evil@example.org)" "Conversation 0abcdefghjkmp: no message came of it.*hanako@example.net was refused: Relay does not accept \(RL201E\).*What to do:" "refused at RCPT: there is only a conversation"
like "$(trace 0abcdefghjkmp | head -n 1)" "^Conversation 0abcdefghjkmp" "by its session ID"
like "$("$BIN/mail-trace" "$R" "$T/queue")" "How it came in is not known: the log has no line about that\. The log goes back to 2024-01-12 02:14:50\..*in the queue: not known, delivering 1\.0 s" \
  "what was rotated away is not known"
like "$("$BIN/mail-trace" "$R" "$T/smtp")" "Not known: the log has no line about its delivery" "nor is the end, where its lines are missing"

trace --json taro@example.test >"$T/json"
python3 - "$T/json" "$Q" "$R" >"$T/checked" 2>&1 <<'END'
import json, sys
q, r = sys.argv[2:]
a, b, c = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
assert a["id"] == r and a["state"] == "delivered" and a["recipients"][0]["connect_ms"] == 700 and a["recipients"][0]["transfer_ms"] == 300, a
assert a["received"] == "2024-01-12T04:31:20.000000Z" and a["recipients"][0]["wait_ms"] == 1000, a
assert b["id"] == q and b["state"] == "failed" and b["bounces"] == [q + ".b0"] and b["recipients"][0]["cause"] == "user_unknown", b
assert b["recipients"][0]["reason_id"] == "CL101E" and b["recipients"][0]["sender_told"] and len(b["lines"]) == 6, b
assert c["id"] == q + ".b0" and c["about"] == q and c["begin_known"] and c["place"] == "not looked up", c
print("good")
END
is "$(cat "$T/checked")" good "JSON: an object a message, newest first"

exits 100 "nothing found" "$BIN/mail-trace" nobody@example.jp "$T/smtp"
like "$(cat "$T/err")" "LG105E.*wanted=nobody@example.jp.*log_begins=\"2024-01-12 02:14:47\"" "says how far the log goes back"
exits 100 "an ID that nobody knows" "$BIN/mail-trace" 06qk81xw0r4t7v3b8n5c9 "$T/smtp"
exits 100 "nothing asked" "$BIN/mail-trace"
exits 100 "--limit 0" "$BIN/mail-trace" --limit 0 x "$T/smtp"
exits 100 "a time that is none" "$BIN/mail-trace" --since yesterday x "$T/smtp"
exits 111 "a file that is not there" "$BIN/mail-trace" "$Q" "$T/none" "$T/smtp" "$T/queue"
is "$(head -n 1 "$T/out")" "Message $Q" "the others are read"

# A forward and an alias, fetched by a mail program: smtp-recv, remote-send, local-deliver, pop3-session say it in lines of their own.
F=06qkb2c3d0r4t7v3b8n5c
mkdir "$T/office"
cat >"$T/office/current" <<END
@4000000065a0d0a200000000 30 SM107I program=smtp-recv sid=0abcdefghjkmr qid=$F ip=192.0.2.7 host=pc.example helo=pc user=- tls=- from=ken@example.org mid=<m3@pc.example> size=100 recipients=3 ms=10 rcpt=office@example.test>taro@example.test,office@example.test>jiro@example.com,hanako@example.test
@4000000065a0d0a300000000 30 LD001I program=local-deliver qid=$F from=ken@example.org to=taro@example.test original=office@example.test path=mail/example.test/taro/new/1 size=100 ms=20
@4000000065a0d0a300000001 30 LD001I program=local-deliver qid=$F from=ken@example.org to=hanako@example.test original=hanako@example.test path=mail/example.test/hanako/new/1 size=100 ms=20
@4000000065a0d0a400000000 0 CL101E program=remote-send qid=$F state=failed from=ken@example.org to=jiro@example.com original=office@example.test host=mx.example.com ip=192.0.2.10 size=100 stage=rcpt cause=user_unknown reply="550 5.1.1 who" connect_ms=100 ms=200 text="x"
@4000000065a0d0d400000000 30 PO006I program=pop3-session sid=0abcdefghjkms qid=$F user=taro@example.test ip=192.0.2.60 fetched=yes removed=yes
@4000000065a0d0d500000000 30 PO002I program=pop3-session sid=0abcdefghjkms user=taro@example.test ip=192.0.2.60 messages=1 retrieved=1 deleted=1 size=100 ms=20
END
exits 0 "by the alias" "$BIN/mail-trace" office@example.test "$T/office"
cp "$T/out" "$T/forward"
like "$(cat "$T/forward")" "Received from 192\.0\.2\.7 \(pc\.example\), 100 B \(it took 0\.1 s\); for office@example\.test \(-> taro@example\.test, jiro@example\.com\), hanako@example\.test" "the recipients, and where each leads"
like "$(cat "$T/forward")" "jiro@example.com: failed for good: .* \(addressed to office@example.test\), server mx.example.com" "the forward tells where it came from"
like "$(cat "$T/forward")" "taro@example.test: delivered, fetched by POP3 at 2024-01-12 05:40:26 from 192\.0\.2\.60, and removed from the mailbox.*hanako@example.test: delivered into the mailbox; the log does not say" "who fetched it, and who did not"
is "$("$BIN/mail-trace" --lang ja taro@example.test "$T/office" | grep -c "192.0.2.60 が POP3 で受信し、メールボックスから削除しました\|宛先: office@example.test(→ taro@example.test、jiro@example.com)、hanako@example.test")" 2 "in Japanese; a fetching conversation is no message of its own"
is "$("$BIN/mail-trace" --json taro@example.test "$T/office" | python3 -c '
import json, sys
t = {r["address"]: r for r in json.loads(sys.stdin.read())["recipients"]}
print(len(t), t["taro@example.test"]["fetched_by"], t["taro@example.test"]["removed"][:19], t["jiro@example.com"]["original"], "fetched" in t["hanako@example.test"])')" \
  "3 192.0.2.60 2024-01-12T05:40:26 office@example.test False" "as JSON"

# A large log: 300,000 lines of other messages, about 50 MB; little of it is kept.
python3 - "$T/large" <<'END'
import sys
with open(sys.argv[1], "w") as f:
    for i in range(100000):
        q = "06qk81xw%013d" % i
        t = "@40000000%08x00000000 " % (0x65a0d000 + i)
        f.write(t + "30 SM107I program=smtp-recv sid=s%d qid=%s ip=192.0.2.7 host=pc.example helo=pc user=- tls=- from=x%d@example.test mid=<%d@pc> size=2048 recipients=1 ms=3\n" % (i, q, i, i))
        f.write(t + "30 SC101I program=remote-send qid=%s from=x%d@example.test to=y%d@example.org host=mx.example.org ip=192.0.2.9 size=2048 tls=none reply=\"250 2.0.0 Ok: queued as 12345\" connect_ms=1 ms=2\n" % (q, i, i))
        f.write(t + "30 QU302I program=queue-run qid=%s done=1 bounced=0 seconds=1\n" % q)
END
begun=$(date +%s%N)
(case $BIN in *san*) ;; *) ulimit -v 60000 ;; esac; exec "$BIN/mail-trace" mx.example.org "$T/large") >"$T/out" 2>"$T/err"
took=$((($(date +%s%N) - begun) / 1000000))
is "$(wc -l <"$T/out") $(sed -n 1p "$T/out" | cut -d ' ' -f 4)" "20 06qk81xw0000000099999" "a large log: the newest twenty, in 60 MB"
[ $took -lt 10000 ]; ok $? "in seconds" || diag "$took ms"
diag "$(($(stat -c %s "$T/large") / 1000000)) MB in $took ms"
like "$("$BIN/mail-trace" x5@example.test "$T/large")" "^Message 06qk81xw0000000000005.*y5@example.org: handed to mx.example.org" "one of a hundred thousand"
