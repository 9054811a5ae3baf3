# This tree's build over tcp-pool.
ACCEPTOR=tcp-pool OUR_SMTP_PORT=12541 OUR_POP_PORT=12641
. "$CONTENDERS/ours.sh"
