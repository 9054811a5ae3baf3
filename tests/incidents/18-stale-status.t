#!/bin/bash
# Postfix 2026-07-08: the client kept an enhanced status from an earlier reply.  A set of replies, each given alone first;
# then all of them in random order in one conversation: each recipient's cause and words are the same.
. tests/lib.sh
replies=("550 5.1.1 one" "550 two" "450 4.2.2 three" "450 four" "554 5.7.1 five" "554 six" "552 5.2.2 seven" "552 eight" "451 4.3.0 nine"
  "451 ten" "550-5.7.25 eleven\r\n550 5.7.25 more" "550-twelve\r\n550 more" "553 5.1.3 thirteen" "553 fourteen" "450-4.7.1 fifteen\r\n550 mixed")
plan $((3 * ${#replies[@]} + 3))

python3 tests/generation.py "$T/home" hostname=mail.example.test
printf 'A: b\n\nx\n' >"$T/message"

# converse NAME ORDER…: recipients 0, 1, … get the replies of these numbers, in one conversation
converse() {
  local name=$1 steps=("say 220 x" "read 1" "say 250-x" "say 250 PIPELINING") rcpts=() i
  shift
  steps+=("read $(($# + 2))" "say 250 2.1.0 s")
  for i in "$@"; do
    steps+=("say ${replies[i]}")
    rcpts+=("r$i@example.net")
  done
  P=$(port)
  background python3 tests/programs/peer.py "127.0.0.1:$P" "$T/$name.peer" "${steps[@]}" "say 503 5.5.1 nobody" "read 1"
  wait_for 10 test -e "$T/$name.peer.ready" || diag "the peer did not start"
  "$BIN/remote-send" --home "$T/home" "127.0.0.1:$P" a@example.test "${rcpts[@]}" <"$T/message" 2>/dev/null
}

for i in "${!replies[@]}"; do converse "alone$i" "$i"; done >"$T/alone"
for run in 1 2 3; do
  order=$(shuf -i "0-$((${#replies[@]} - 1))" | tr '\n' ' ')
  converse "run$run" $order >"$T/run$run"
  is "$(wc -l <"$T/run$run")" ${#replies[@]} "run $run: a result for each (order $order)"
  while IFS= read -r line; do
    is "$(grep "^${line%%:*}:" "$T/run$run")" "$line" "run $run: ${line%%@*}"
  done <"$T/alone"
done
