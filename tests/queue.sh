# tests/queue.sh: a home $H (taro, hanako of example.test) whose queue-run, in $T/bin, has workers that fail as the test wants
# (tests/fake/worker, which logs its jobs in $FAKE_LOG); queue-run's log is $T/log.
. tests/lib.sh
. tests/conf.sh

H=$T/home
make_home "$H" example.test taro:pw hanako:pw
export WIZ98_HOME=$H FAKE_LOG=$T/jobs OUTPUT_LEVEL=30
mkdir "$T/bin"
cp "$BIN/queue-run" "$BIN/local-deliver" "$T/bin/"
cp tests/fake/worker "$T/bin/remote-send"
cp tests/fake/worker "$T/bin/bounce-make"

put() { printf 'Subject: x\n\nbody\n' | "$BIN/queue-put" -f "${SENDER-taro@example.test}" "$@" 2>>"$T/log"; }
once() { "$T/bin/queue-run" --once 2>>"$T/log"; }
