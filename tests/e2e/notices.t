#!/bin/bash
# What people are told: the bounce in each language, the notice of delay, and the operator of what is our own fault and of its
# end.  A server refuses as the test says; Python's email library reads what comes.
. tests/lib.sh
. tests/e2e/lib.sh
plan 42

P=$(port)
mkdir "$T/say"
background python3 tests/programs/refuser.py "127.0.0.1:$P" "$T/say"
make_instance a example.test --user taro@example.test:geheim --user postmaster@example.test:geheim
H=$T/a
printf 'example.jp language=ja\nexample.com language=en\n' >>"$H/conf/domains"
printf '%s\n' '@example.jp: taro@example.test' '@example.com: taro@example.test' >>"$H/conf/aliases"
for d in net org; do echo "example.$d: [127.0.0.1]:$P"; done >>"$H/conf/routes"
printf '%s\n' 'delay_notice = 3s' 'retry_first = 2s' 'retry_max = 2s' >>"$H/conf/settings"
wiz start a >"$T/start" 2>&1; ok $? "the server starts" || diag "$(cat "$T/start")"
export WIZ98_HOME=$H TZ=UTC

put() { "$BIN/queue-put" "$@" 2>>"$T/put.err" >"$T/id"; }
fetched() { fetch "${pop3[a]}" "$1" geheim "$2" >"$T/m" && [ -s "$T/m" ]; }
mail() { printf 'From: taro@example.test\nSubject: =?utf-8?B?6KaL56mN5pu4?= 2026-11\n%s\nhello\n' "${HEAD:+$HEAD
}"; }
n=0 p=0
next() { n=$((n + 1)); wait_for 20 fetched taro $n; }
next_of_postmaster() { p=$((p + 1)); wait_for 20 fetched postmaster $p; }
of() { python3 tests/programs/report.py "$T/m" "$1"; }
log() { cat "$H"/log/queue/current; }

# --- a bounce in both languages, with the address that was meant
mail | put -f taro@example.test hanako@example.net
wait_for 10 grep -q hanako@example.net "$H/state/reached/addresses"; ok $? "an address delivered to is remembered"
echo '550 5.1.1 <hanoko@example.net>: no such user here' >"$T/say/hanoko"
mail | put -f taro@example.test hanoko@example.net
next; ok $? "the sender gets a bounce" || diag "$(tail "$H/log/error/current")"
is "$(of 'm["Subject"]')" "メールを届けられませんでした / Mail not delivered: 見積書 2026-11" "its subject says what happened to which mail"
text=$(of text) flat=$(tr -s '\n ' ' ' <<<"$text")
like "$flat" 'に送信されたメールを hanoko@example.net に届けられませんでした。' "the first paragraph in Japanese"
like "$flat" 'was not delivered to hanoko@example.net\. It will' "and in English"
like "$text" 'アドレスに打ち間違い' "what the sender can do"
like "$flat" 'Did you mean hanako@example.net\?' "the address that was meant"
like "$text" '550 5.1.1 <hanoko@example.net>: no such user here' "the other server's words"
like "$flat" 'user_unknown \(CL101E, .*\(a\)-3 \(a\)-1 \(a\)-2\)' "the cause, with the manual's letter and number"
like "$text" 'Tried: once, .* UTC' "how often it was tried, and when"
is "$(of 'm.get_content_type(), m.get_param("report-type"), [q.get_content_type() for q in parts]')" \
  "('multipart/report', 'delivery-status', ['text/plain', 'message/delivery-status', 'text/rfc822-headers'])" "the form of RFC 3464"
is "$(of '[status[1][k] for k in ("Final-Recipient", "Action", "Status", "Diagnostic-Code")]')" \
  "['rfc822; hanoko@example.net', 'failed', '5.1.1', 'smtp; 550 5.1.1 <hanoko@example.net>: no such user here']" "the fields for programs"
is "$(of 'status[0]["Reporting-MTA"], m["Auto-Submitted"], m["Return-Path"]')" "('dns; mail.example.test', 'auto-replied', '<>')" "who reports; no answer is wanted"

# --- in the language of the sender's domain; where only the operator can do something
echo '550 5.7.25 PTR record not found' >"$T/say/ptr"
mail | put -f taro@example.jp ptr@example.net
next; ok $? "a bounce to a domain with language=ja"
is "$(of 'm["Subject"], parts[0]["Content-Language"]')" "('メールを届けられませんでした: 見積書 2026-11', 'ja')" "in Japanese alone"
unlike "$(of text)" 'What you can do' "no English in it"
like "$(of text | tr -d '\n ')" '管理者だけです。この通知をそのまままpostmaster@example.test|この通知をそのままpostmaster@example.test' "who can mend it, and where to send the notice"
mail | put -f taro@example.com ptr@example.net
next; is "$(of 'm["Subject"], any(ord(c) > 0x3000 for c in text)')" "('Mail not delivered: 見積書 2026-11', False)" "to a domain with language=en in English alone"

# --- the operator hears of it, once
next_of_postmaster; ok $? "the postmaster is told that our reverse DNS is refused" || diag "$(tail "$H/log/error/current")"
like "$(of 'm["Subject"]')" '^【要対応】逆引きの不備を理由に.* / Action needed: ' "in the subject"
text=$(of text)
like "$text" '550 5.7.25 PTR record not found' "with the other server's words"
like "$(tr -d '\n' <<<"$text")" 'Ask your Internet provider to set the PTR.*msg-explain OP103E' "the remedy, and where to read more"
is "$(of 'm["Auto-Submitted"], m["Return-Path"]')" "('auto-generated', '<>')" "as an automatic message"
is "$(log | grep -c ' OP103E ')" 1 "the error log has it once, though it happened twice"
rm "$T/say/ptr"
mail | put -f taro@example.test ptr@example.net
next_of_postmaster; ok $? "when that server accepts again"
like "$(of 'm["Subject"]')" '^【復旧】.* / Over: ' "the postmaster is told that it is over"
echo '550 5.7.25 PTR record not found' >"$T/say/ptr"
mail | put -f taro@example.test ptr@example.net
next
is "$(log | grep -c ' OP201I ')" 2 "that it begins anew on the same day is not told"

# --- delay
echo '450 4.7.1 Greylisted, come back later' >"$T/say/grey"
mail | put -f taro@example.test grey@example.net
next; ok $? "a notice of delay"
is "$(of 'm["Subject"], status[1]["Action"], status[1]["Status"]')" \
  "('メールの配送が遅れています(送り直し不要) / Mail delayed (no need to send it again): 見積書 2026-11', 'delayed', '4.7.1')" "says so"
like "$(of 'status[1]["Will-Retry-Until"]')" '[0-9]{4}' "until when it is tried"
like "$(of text)" '送り直す必要はありません' "nothing is to be done"
like "$(of text | tr -d '\n')" '急ぎの場合は、電話' "but where it is urgent"
mail | put -f '' grey@example.org
HEAD='Precedence: bulk' mail | put -f taro@example.test grey@example.org
wait_for 10 grep -q "$(cat "$T/id") state=tried" "$H/log/error/current"
sleep 4
is "$(curl -sS -u taro:geheim "pop3://127.0.0.1:${pop3[a]}/" | grep -c .)" $n "once; not for bulk mail, not to the null sender" || diag "$(log | grep BO0)"

# --- no notice about a notice
echo '554 5.7.1 Service unavailable; 192.0.2.1 is listed at zen.example.org' >"$T/say/listed"
sed -i '/^postmaster/d' "$H/conf/settings"; echo 'postmaster = boss@example.net' >>"$H/conf/settings"
echo '550 5.1.1 no boss' >"$T/say/boss"
wiz reload a >"$T/out" 2>&1; ok $? "another postmaster" || diag "$(cat "$T/out")"
mail | put -f taro@example.test listed@example.net
wait_for 20 grep -q ' BO102E ' "$H/log/error/current"; ok $? "a notice that cannot be delivered is dropped, with a line in the error log" || diag "$(log | tail)"
is "$(log | grep -c ' BO004I ')" 0 "and makes no notice about itself"
next

# --- the disk
sed -i '/^postmaster/d' "$H/conf/settings"; echo 'free_space_min = 900000g' >>"$H/conf/settings"
wiz reload a >/dev/null 2>&1
printf x >"$H/run/trigger"   # queue-run looks at once, not within 10 s
next_of_postmaster; ok $? "the postmaster is told of a full disk"
like "$(of text)" 'free_space_min is' "with the figures"
sed -i '/^free_space/d' "$H/conf/settings"; wiz reload a >/dev/null 2>&1
printf x >"$H/run/trigger"
next_of_postmaster; ok $? "and when there is room again"
like "$(of 'm["Subject"]')" 'スプールのディスクに空きができました' "says so"
is "$(ls "$H/spool/damaged" | wc -l) $(find "$H/state/trouble" -type f | wc -l)" "0 1" "the conditions are kept in one file"
