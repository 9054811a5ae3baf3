# tests/postfix.sh: a Postfix of its own below $T/pf, started by root; needs tests/lib.sh.
#
#   postfix_conf HOSTNAME DOMAIN BOXES <SETTINGS    main.cf: the mailboxes BOXES (an inline map) of DOMAIN, and further settings
#   postfix_listen ADDRESS [-o SETTING=VALUE]…      an smtpd at ADDRESS
#   postfix_start [COMMAND…]                        starts it, by way of COMMAND; $T/pf.out and $T/pf/log are what it says

postfix_conf() {
  chmod 711 "$T"
  mkdir -p "$T"/pf/{etc,queue,data,box}
  chown postfix "$T/pf/data"
  chown nobody "$T/pf/box"
  cat >"$T/pf/etc/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $T/pf/queue
data_directory = $T/pf/data
mail_owner = postfix
setgid_group = postdrop
myhostname = $1
mydestination =
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
maillog_file = $T/pf/log
maillog_file_prefixes = $T
virtual_mailbox_domains = $2
virtual_mailbox_base = $T/pf/box
virtual_mailbox_maps = inline:{ $3 }
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
CONF
  cat >>"$T/pf/etc/main.cf"
  cat >"$T/pf/etc/master.cf" <<CONF
smtp unix - - n - - smtp
tlsmgr unix - - n 1000? 1 tlsmgr
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
error unix - - n - - error
discard unix - - n - - discard
retry unix - - n - - error
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
CONF
}

postfix_listen() { echo "$1 inet n - n - - smtpd ${*:2}" >>"$T/pf/etc/master.cf"; }

# What "postfix start" would check and make, in a tenth of its time.
postfix_folders() {
  local name
  for name in incoming active deferred bounce defer corrupt hold trace flush saved private; do
    install -d -m 700 -o postfix "$T/pf/queue/$name"
  done
  install -d -m 755 "$T/pf/queue/pid"
  install -d -m 730 -o postfix -g postdrop "$T/pf/queue/maildrop"
  install -d -m 710 -o postfix -g postdrop "$T/pf/queue/public"
}

postfix_start() {
  postfix_folders
  background "$@" "$(postconf -h daemon_directory)/master" -c "$T/pf/etc" >"$T/pf.out" 2>&1
}
