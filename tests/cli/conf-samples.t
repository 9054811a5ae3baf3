#!/bin/bash
# What is made from the table of settings is up to date, and the samples are a good set.
. tests/lib.sh
. tests/conf.sh
plan 6
home=$T/home
make_home "$home" example.jp taro:x || { echo "Bail out! no home"; exit 1; }
cp conf/samples/* "$home/conf/" && chmod 600 "$home/conf"/*
exits 0 "the samples are a good set" "$BIN/conf-check" --home "$home"
is "$(grep -c '^conf/' "$T/out")" 0 "without a warning"
is "$(ls conf/samples | tr '\n' ' ')" "address_permits_relay aliases credentials domains reply_causes routes settings tls_policy tokens users version " "there is one of each file"
"$BIN/conf-check" --print-sample | diff -u conf/samples/settings - >"$T/diff"
ok $? "conf/samples/settings is what conf-check --print-sample prints" || diag "$(cat "$T/diff")"
for lang in en ja; do
  scripts/settings-page $lang | diff -u doc/man/$lang/settings.5 - >"$T/diff"
  ok $? "doc/man/$lang/settings.5 is what scripts/settings-page prints" || diag "$(cat "$T/diff")"
done
