# tests/roles.sh: a machine that has the users of the roles, for tests of an installation as root.  Source it first, instead of
# tests/lib.sh: the test is run again in namespaces of its own, where /etc is a copy that vanishes and every process ends
# with the test; the machine's own users are not touched, however the test ends.  The programs are in $BIN, below $T, where all
# users may enter.  Where that cannot be had (not root, no namespaces) the test is skipped.
if [ -z "${WIZ98_INSIDE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "1..0 # SKIP it needs root"; exit 0; }
  unshare --mount --pid --fork --kill-child --mount-proc true 2>/dev/null || { echo "1..0 # SKIP no namespaces here"; exit 0; }
  WIZ98_INSIDE=1 exec unshare --mount --pid --fork --kill-child --mount-proc bash "$0"
fi
. tests/lib.sh
. tests/e2e/lib.sh
chmod 711 "$T"
mkdir -p "$T/over" "$T/tree/conf" "$T/tree/build"
defer umount -l "$T/over"
mount -t tmpfs -o mode=700 tmpfs "$T/over" && mkdir "$T/over/upper" "$T/over/work" &&
  mount -t overlay overlay -o "lowerdir=/etc,upperdir=$T/over/upper,workdir=$T/over/work" /etc || skip_all "no overlays here"
cp -r "$BIN" "$T/tree/build/bin" && cp -r conf/service "$T/tree/conf/" && chmod -R a+rX "$T/tree"
BIN=$T/tree/build/bin
scripts/setup-users --yes >"$T/setup-users" 2>&1 || { echo "Bail out! setup-users: $(tail -n 1 "$T/setup-users")"; exit 1; }
