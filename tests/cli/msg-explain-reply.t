#!/bin/bash
# msg-explain --reply: what another server's refusal means; the operator's rows; labelled replies.
. tests/lib.sh
. tests/conf.sh
plan 23
unset WIZ98_HOME

is "$("$BIN/msg-explain" --lang en --reply "550 5.1.1 <a@b.example>: User unknown")" $'user_unknown\tfail\t(a)-3\tThe other server does not know the recipient' "a reply in one argument"
is "$("$BIN/msg-explain" --lang ja --reply 452 4.2.2 over quota)" $'mailbox_full\tdefer\t(a)-4\t宛先のメールボックスが満杯です' "in several, in Japanese"
is "$("$BIN/msg-explain" --lang en --reply --json "421 4.7.0 try later")" \
  '{"class":"system_error","action":"defer","manual":"(a)-4","text":"The other server has a fault of its own","id":"CL119E"}' "as JSON"
printf '450 4.2.0 Greylisted\n\n554-5.7.1 blocked using zen.spamhaus.org\r\n5.7.26 unauthenticated' >"$T/in"
exits 0 "replies from standard input" "$BIN/msg-explain" --lang en --reply <"$T/in"
"$BIN/msg-explain" --lang en --reply <"$T/in" >"$T/out"
is "$(cut -f 1-3 "$T/out" | tr '\t\n' ' ;')" "greylisted defer (b)-6;blocked fail (b)-6;spf_dkim_dmarc fail (b)-6;" "each has a line, empty lines have none"
printf '550 no\nhello\n' | "$BIN/msg-explain" --lang en --reply >"$T/out" 2>"$T/err"
is "$? $(wc -l <"$T/out")" "100 1" "a line that is no reply"
like "$(cat "$T/err")" "LG109E.*hello" "is reported"
exits 100 "a good reply is no refusal" "$BIN/msg-explain" --reply "250 ok"
exits 100 "--json is for --reply" "$BIN/msg-explain" --json RL201E
exits 0 "10 MiB in one line" sh -c "{ printf '550 '; head -c 10485760 /dev/zero | tr '\\0' x; } | '$BIN/msg-explain' --reply"

# --- the operator's rows ---
make_home "$T/home" example.jp taro:x >/dev/null
row() { "$BIN/msg-explain" --home "$T/home" --reply "$1" | cut -f 1; }
is "$(row "550 5.1.1 left the company")" user_unknown "without a row the built-in rules count"
cat >"$T/home/conf/reply_causes" <<'EOF'
mailbox_disabled: left * company
greylisted: code=450 come back
blocked: host=mx.example.net
EOF
exits 0 "rows are put in force" "$BIN/wiz98" reload --home "$T/home"
is "$(row "550 5.1.1 She LEFT (the) company!")" mailbox_disabled "words in any case, others between"
is "$(row "550 5.1.1 the company left")" user_unknown "not in another order"
is "$(row "450 please come back")" greylisted "with its code"
is "$(row "550 please come back")" user_unknown "not with another"
exits 0 "a row for a host" "$BIN/msg-explain" --home "$T/home" --reply "550 no"
is "$(cut -f 1 "$T/out")" user_unknown "is not for a reply from nowhere"
exits 111 "a home that is none" "$BIN/msg-explain" --home "$T/none" --reply "550 no"

# --- labelled replies: class, action, (source,) reply ---
# sample FILE COLUMN: at least 95 % of FILE, whose replies stand in COLUMN, are told as labelled.
sample() {
  grep -v '^#' "$1" >"$T/labelled"
  cut -f "$2" "$T/labelled" | "$BIN/msg-explain" --reply | cut -f 1,2 >"$T/is"
  is "$(wc -l <"$T/is")" "$(wc -l <"$T/labelled")" "each reply of $1 is answered"
  paste "$T/is" "$T/labelled" | awk -F '\t' '$1 != $3 || $2 != $4' >"$T/missed"
  ok $(($(wc -l <"$T/missed") * 100 > 5 * $(wc -l <"$T/labelled"))) "at least 95 % as labelled ($(wc -l <"$T/missed") missed)" ||
    diag "$(cat "$T/missed")"
}
sample tests/data/replies.tsv 4           # from public sources
sample tests/data/replies-written.tsv 3   # written for this test
