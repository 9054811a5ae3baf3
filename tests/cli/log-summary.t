#!/bin/bash
# log-filter --summary: the day in figures, as text, JSON and one page, in both languages; of a home, of files, of a gigabyte.
. tests/lib.sh
plan 30

begin=1732406400   # 2024-11-24 00:00 UTC
python3 tests/programs/daylog.py $begin 86400 600 >"$T/log"
lines() { grep -c "$@" "$T/log"; }

exits 0 "a summary" "$BIN/log-filter" --summary "$T/log"
cp "$T/out" "$T/text"
figure() { sed -n "s|^ *\([0-9/]*\)  *$1.*|\1|p" "$T/text" | head -n 1; }
is "$(figure 'Received (')" "$(lines ' SM107I ')" "received"
is "$(figure Delivered)" "$(lines -E ' (LD001I|SC101I) ')" "delivered"
is "$(figure '  into mailboxes')" "$(lines ' LD001I ')" "into mailboxes"
is "$(figure Refused)" "$(lines -E ' (SM301E|SM302E|RL201E) ')" "refused"
is "$(figure 'Attempts in vain')" "$(lines state=tried)" "attempts in vain"
is "$(figure 'Failed for good')" "$(lines state=failed)" "failed"
is "$(figure 'Logins')" "$(lines ' AU001I ')/$(lines ' AU201W ')" "logins"
like "$(grep SM301E "$T/text")" "^ +$(lines ' SM301E ')  SM301E  2024-11-2[45] [0-9:]{8}  No such user here$" "by reason, with the title of each"
like "$(cat "$T/text")" "Not delivered, by cause.* $(lines ' CL110E ')  +0  CL110E .* $(lines ' CL101E ')  +$(lines ' CL101E ')  CL101E .*Other errors.* 1  SY102E " "causes and errors"
top=$(grep -o 'user=[a-z]*@example.jp tls' "$T/log" | sort | uniq -c | sort -rn | awk 'NR == 1 {print $1}')
like "$(sed -n '/^Users/,/^$/p' "$T/text" | sed -n 3p)" "^ +$top +$top  [a-z]+@example.jp$" "the top user"
like "$(sed -n '/^How long/,$p' "$T/text")" "90 %.* in the queue" "how long it took"

exits 0 "in Japanese" "$BIN/log-filter" --summary --lang ja "$T/log"
like "$(cat "$T/out")" "メールの集計.*受信.*拒否した理由.*該当するユーザがいません.*所要時間" "with the titles of the catalogue"
"$BIN/log-filter" --summary --json "$T/log" >"$T/json"
is "$(python3 -c '
import json, sys
s = json.load(open(sys.argv[1]))
print(s["received"], s["refused"] == sum(x["count"] for x in s["refused_by"]), s["delayed"] + s["failed"] == sum(x["count"] for x in s["undelivered_by"]),
      sum(x["received"] for x in s["slots"]) == s["received"], s["ms"]["queue"]["p50"], s["clients"][0]["count"] >= s["clients"][1]["count"], s["errors"][0]["title"])' "$T/json")" \
  "$(lines ' SM107I ') True True True 0 True A file could not be used" "JSON: sums agree"
is "$("$BIN/log-filter" --summary --address keiri@example.jp --json "$T/log" | grep -o '"received":[0-9]*' | head -n 1)" \
  "\"received\":$(grep ' SM107I ' "$T/log" | grep -c 'from=keiri@example.jp')" "filters come first"

"$BIN/log-filter" --summary --html "$T/log" >"$T/en.html"
"$BIN/log-filter" --summary --html --lang ja "$T/log" >"$T/ja.html"
is "$(python3 - "$T/en.html" "$T/ja.html" <<'END'
import sys, html.parser, re
void = {"meta"}
class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(); self.open = []; self.faults = []; self.count = {}; self.lang = None
    def handle_starttag(self, tag, attrs):
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag == "html": self.lang = dict(attrs)["lang"]
        for name, value in attrs:
            if name in ("src", "href", "action", "srcset", "data") or name.startswith("on"): self.faults.append(name)
        if tag not in void: self.open.append(tag)
    def handle_startendtag(self, tag, attrs): self.count[tag] = self.count.get(tag, 0) + 1
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag: self.faults.append("/" + tag)
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read(); p = Page(); p.feed(text)
    print(p.lang, p.faults + p.open, p.count["svg"] > 20, "script" in p.count, bool(re.search(r"https?:|url\(|@import", text)), "default-src 'none'" in text)
END
)" "en [] True False False True
ja [] True False False True" "the page: every tag closed, nothing of it elsewhere, no script"
like "$(cat "$T/ja.html")" "<summary>該当するユーザがいません</summary><p>原因: .*</p><p>対処: " "with cause and remedy"

exits 100 "--html wants --summary" "$BIN/log-filter" --html "$T/log"
is "$("$BIN/log-filter" --summary --html --json "$T/log" | head -c 1)" "{" "of --html and --json the last counts"
exits 100 "a summary does not follow" "$BIN/log-filter" --summary --follow "$T/log"
is "$("$BIN/log-filter" --summary </dev/null - | head -n 1)" "The log has no line of this time." "an empty log says so"

# The last day of a home; log/error repeats what stands elsewhere.
mkdir -p "$T/home/log"/{smtp,queue,pop3,error} "$T/home"/{conf,run,spool}
now=$(date +%s)
python3 tests/programs/daylog.py $((now - 3 * 86400)) $((3 * 86400 - 60)) 900 >"$T/three"
grep program=smtp-recv "$T/three" >"$T/home/log/smtp/current"
grep program=auth "$T/three" >"$T/home/log/pop3/current"
grep -v 'program=smtp-recv\|program=auth' "$T/three" >"$T/home/log/queue/current"
grep '^@[0-9a-f]* 0 ' "$T/three" >"$T/home/log/error/current"
stamp=$(printf '@40000000%08x' $((now - 86400 + 10)))
is "$("$BIN/log-filter" --summary --json --home "$T/home" | grep -o '"received":[0-9]*' | head -n 1)" \
  "\"received\":$(awk -v s="$stamp" '$1 >= s && / SM107I /' "$T/three" | wc -l)" "the last day of a home"
is "$("$BIN/log-filter" --summary --json --since 1w --home "$T/home" | grep -o '"errors":\[{"id":"SY102E","title":"[^"]*","count":1,')" \
  '"errors":[{"id":"SY102E","title":"A file could not be used","count":1,' "each error counts once"

# Much of it: memory stays, time grows with the length.
size=40
[ -z "$WIZ98_LONG" ] || size=1000
copies=$((size * 1000000 / $(stat -c %s "$T/log")))
peak() { python3 -c '
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)' "$@"; }
few=$(peak "$BIN/log-filter" --summary "$T/log")
for ((i = 0; i < copies; i++)); do cat "$T/log"; done >"$T/large"
start=$(date +%s%N)
much=$(peak "$BIN/log-filter" --summary "$T/large")
ms=$((($(date +%s%N) - start) / 1000000))
diag "$(stat -c %s "$T/large") bytes: $ms ms, ${much#* } MB (short log: ${few#* } MB)"
is "${much% *} ${few% *}" "0 0" "a large log is read"
case $BIN in
*san*) skip 1 "sanitizers take memory of their own" ;;
*) [ "${much#* }" -le $((${few#* } + 4)) ]; ok $? "in the same memory: ${much#* } MB" ;;
esac
[ $ms -lt $((size * 300)) ]; ok $? "in $ms ms"
is "$("$BIN/log-filter" --summary "$T/large" | sed -n 's|^ *\([0-9]*\)  Received .*|\1|p')" "$((copies * $(lines ' SM107I ')))" "and all of it counts"
python3 -c '
for i in range(100000): print("30 SM107I program=smtp-recv ip=%d.%d.%d.%d host=- from=u%d@x.example size=1" % (i >> 24, i >> 16 & 255, i >> 8 & 255, i & 255, i))' >"$T/strangers"
many=$(peak "$BIN/log-filter" --summary "$T/strangers")
case $BIN in
*san*) skip 1 "sanitizers take memory of their own" ;;
*) [ "${many#* }" -le $((${few#* } + 4)) ]; ok $? "as do 100,000 strangers: ${many#* } MB" ;;
esac
like "$("$BIN/log-filter" --summary "$T/strangers")" "~[0-9]+ .*~: at most" "of whom it says that it could not count each"
