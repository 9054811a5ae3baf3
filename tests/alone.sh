# tests/alone.sh: a machine of its own, for tests that install: /usr/local, /etc and /var/wiz98 are copies that vanish, the ports
# are the usual ones of a network where nobody else is.  Source it first, instead of tests/lib.sh (see tests/roles.sh); where
# it cannot be had the test is skipped.
if [ -z "${WIZ98_ALONE:-}" ] && [ "$(id -u)" = 0 ] && unshare --net true 2>/dev/null; then
  WIZ98_ALONE=1 exec unshare --net bash "$0"
fi
. tests/roles.sh
case $BIN in *san*) skip_all "the product's build is installed" ;; esac
[ -n "${WIZ98_ALONE:-}" ] || skip_all "no network namespaces here"
ip link set lo up
mkdir "$T/over/local" "$T/over/local.work" "$T/over/wiz98"
mount -t overlay overlay -o "lowerdir=/usr/local,upperdir=$T/over/local,workdir=$T/over/local.work" /usr/local || exit 1
mkdir -p /var/wiz98 && mount -t tmpfs -o mode=755 tmpfs /var/wiz98 || exit 1
defer umount /var/wiz98
export PATH=/usr/local/bin:$PATH
