#!/bin/bash
# The page of log-filter --summary --html in a real browser: it is drawn, in both languages and colour schemes, and the browser
# has nothing to complain of.  scripts/nightly installs one (Debian's chromium-headless-shell, and a font with Japanese).
. tests/lib.sh
browser=$(command -v chromium-headless-shell || command -v chromium) || skip_all "no Chromium (scripts/packages: night)"
[ -n "$WIZ98_LONG" ] || skip_all "it takes long: WIZ98_LONG=1"
plan 14

python3 tests/programs/daylog.py 1732406400 86400 600 >"$T/log"
echo '30 SM107I program=smtp-recv ip=192.0.2.66 host="<script>console.error(1)</script>" from="<img src=x onerror=console.error(2)>@x" size=1' >>"$T/log"

# visit NAME SCHEME: a picture, the text as the browser sees it, and what it says in its console.
visit() {
  timeout 60 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$T/profile" --window-size=800,1000 --blink-settings=preferredColorScheme="$2" \
    --virtual-time-budget=3000 --enable-logging=stderr --v=0 --screenshot="$T/$1.$2.png" "file://$T/$1.html" >"$T/$1.out" 2>"$T/$1.console"
}
# Pixels of the picture that have the colour of the bars, by the places where bars are; how many colours there are.
colours() {
  python3 - "$1" "$2" <<'END'
import struct, sys, zlib
data, want = open(sys.argv[1], "rb").read(), bytes.fromhex(sys.argv[2])
at, idat = 8, b""
while at < len(data):
    n, kind = struct.unpack(">I4s", data[at:at + 8]); body = data[at + 8:at + 8 + n]; at += 12 + n
    if kind == b"IHDR": width, height, depth, colour = struct.unpack(">IIBB", body[:10])
    if kind == b"IDAT": idat += body
size = {2: 3, 6: 4}[colour]; raw = zlib.decompress(idat); row = bytearray(width * size); seen = 0; all_ = set(); columns = set()
for y in range(height):
    filter_ = raw[y * (width * size + 1)]; line = bytearray(raw[y * (width * size + 1) + 1:(y + 1) * (width * size + 1)])
    for i in range(width * size):
        a = line[i - size] if i >= size else 0; b = row[i]; c = row[i - size] if i >= size else 0
        if filter_ == 1: line[i] = line[i] + a & 255
        elif filter_ == 2: line[i] = line[i] + b & 255
        elif filter_ == 3: line[i] = line[i] + (a + b) // 2 & 255
        elif filter_ == 4:
            p = a + b - c; line[i] = line[i] + min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2] & 255
    row = line
    for x in range(0, width, 3):
        pixel = bytes(line[x * size:x * size + 3]); all_.add(pixel)
        if pixel == want: seen += 1; columns.add(x)
print(seen > 800 and len(columns) > 60, len(all_) > 20, "%02x%02x%02x" % tuple(row[:3]))
END
}
for lang in en ja; do
  "$BIN/log-filter" --summary --html --lang $lang "$T/log" >"$T/$lang.html"
  visit $lang 1; [ -s "$T/$lang.1.png" ]; ok $? "$lang: a picture" || diag "$(tail -n 5 "$T/$lang.console")"
  is "$(colours "$T/$lang.1.png" 3f7396)" "True True fcfcfa" "$lang: bars are drawn, on light paper"
  is "$(grep -c 'CONSOLE\|Refused to' "$T/$lang.console")" 0 "$lang: nothing in the console" || diag "$(grep 'CONSOLE\|Refused' "$T/$lang.console")"
  visit $lang 0
  is "$(colours "$T/$lang.0.png" 6ba3c7)" "True True 15191c" "$lang: and on dark paper"
  timeout 60 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$T/profile" --dump-dom "file://$T/$lang.html" >"$T/$lang.dom" 2>/dev/null
  is "$(grep -c '<script\|<img' "$T/$lang.dom") $(grep -c '<rect class="bar"' "$T/$lang.dom" | awk '{print ($1 > 100)}')" "0 1" "$lang: what strangers wrote is text to the browser"
done
like "$(cat "$T/ja.dom")" '<html lang="ja">.*メールの集計.*拒否した理由' "Japanese words"

# That the test would see a fault: a page with an error in its console, and one without plots.
printf '<!DOCTYPE html><title>x</title><script>console.error("seen")</script>' >"$T/bad.html"
visit bad 1
is "$(grep -c CONSOLE "$T/bad.console")" 1 "an error in the console would be seen"
sed 's/<rect class="bar"[^>]*>//g' "$T/en.html" >"$T/bare.html"
visit bare 1
is "$(colours "$T/bare.1.png" 3f7396 | cut -d' ' -f1)" False "missing bars would be seen"
sed "s/default-src 'none'; style-src 'unsafe-inline'/default-src 'none'/" "$T/en.html" >"$T/plain.html"
visit plain 1
[ "$(grep -c CONSOLE "$T/plain.console")" -gt 0 ]; ok $? "what the page's policy refuses would be seen"
