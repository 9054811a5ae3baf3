# This tree's build over tcp-pool, with the hashes that user-edit makes: what a login really costs.
ACCEPTOR=tcp-pool OUR_SMTP_PORT=12542 OUR_POP_PORT=12642 HASH=
. "$CONTENDERS/ours.sh"
CAPS=pop3
