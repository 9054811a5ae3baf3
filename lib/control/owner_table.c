/* Whose each path is.  mail is the last row: that it is the role's says that all the rest is done (role_state). */
#include "control/owner.h"

const struct owner owners[] = {
  {".", 'd', ROLE_ROOT, ROLE_ROOT, 0755, 0700},
  /* definition files: root's alone; the role tls passes through to the keys */
  {"conf", 'd', ROLE_ROOT, ROLE_TLS, 0710, 0700},
  {"conf/tls", 'd', ROLE_ROOT, ROLE_TLS, 02750, 0700},
  {"conf/tls/*", 'f', ROLE_ROOT, ROLE_TLS, 0640, 0},
  {"conf/*", 'f', ROLE_ROOT, ROLE_ROOT, 0600, 0},
  /* what is in force: everybody's but the secrets */
  {"run", 'd', ROLE_ROOT, ROLE_ROOT, 0711, 0700},
  {"run/attempt", 'd', ROLE_ROOT, ROLE_ROOT, 0700, 0700},
  {"run/generations", 'd', ROLE_ROOT, ROLE_ROOT, 0711, 0700},
  {"run/generations/*", 'd', ROLE_ROOT, ROLE_ROOT, 0755, 0755},
  {"run/generations/*/conf.cdb", 'f', ROLE_ROOT, ROLE_ROOT, 0644, 0644},
  {"run/secrets", 'd', ROLE_ROOT, ROLE_ROOT, 0711, 0700},
  {"run/secrets/auth", 'd', ROLE_ROOT, ROLE_AUTH, 0710, 0700},
  {"run/secrets/auth/*.cdb", 'f', ROLE_ROOT, ROLE_AUTH, 0640, 0600},
  {"run/secrets/remote", 'd', ROLE_ROOT, ROLE_REMOTE, 0710, 0700},
  {"run/secrets/remote/*.cdb", 'f', ROLE_ROOT, ROLE_REMOTE, 0640, 0600},
  {"run/secrets/token", 'd', ROLE_ROOT, ROLE_TOKEN, 0710, 0700},
  {"run/secrets/token/*.cdb", 'f', ROLE_ROOT, ROLE_TOKEN, 0640, 0600},
  {"run/token", 'd', ROLE_TOKEN, ROLE_REMOTE, 02750, 0700},
  /* marks: one role writes; receivers may ask for a name they know */
  {"run/popmark", 'd', ROLE_AUTH, ROLE_AUTH, 0711, 0700},
  {"run/guess", 'd', ROLE_AUTH, ROLE_AUTH, 0700, 0700},
  {"run/guess/address", 'd', ROLE_AUTH, ROLE_AUTH, 0700, 0700},
  {"run/guess/account", 'd', ROLE_AUTH, ROLE_AUTH, 0700, 0700},
  {"run/guess/known", 'd', ROLE_AUTH, ROLE_AUTH, 0700, 0700},
  {"run/full", 'd', ROLE_MAIL, ROLE_MAIL, 0711, 0700},
  {"run/conn", 'd', ROLE_ROOT, ROLE_ROOT, 0711, 0700},
  {"run/conn/smtp", 'f', ROLE_RECEIVE, ROLE_RECEIVE, 0600, 0600},
  {"run/conn/pop3", 'f', ROLE_POP, ROLE_POP, 0600, 0600},
  /* the queue's: destinations, wishes, the trigger that receivers pull */
  {"run/dest", 'd', ROLE_QUEUE, ROLE_QUEUE, 0700, 0700},
  {"run/wish", 'd', ROLE_QUEUE, ROLE_QUEUE, 0700, 0700},
  {"run/trigger", 'p', ROLE_QUEUE, ROLE_QUEUE, 0620, 0600},
  {"run/queue-run.lock", 'f', ROLE_QUEUE, ROLE_QUEUE, 0600, 0600},
  {"run/log.pipe", 'p', ROLE_ROOT, ROLE_ROOT, 0600, 0600},
  /* sockets: who connects is asked by SO_PEERCRED; submit is everybody's */
  {"run/tls", 'd', ROLE_TLS, ROLE_TLS, 0711, 0700},
  {"run/auth", 's', ROLE_ROOT, ROLE_ROOT, 0666, 0600},
  {"run/submit", 's', ROLE_ROOT, ROLE_ROOT, 0666, 0666},
  {"state", 'd', ROLE_ROOT, ROLE_ROOT, 0711, 0700},
  {"state/sent", 'd', ROLE_RECEIVE, ROLE_RECEIVE, 0700, 0700},
  {"state/submit", 'd', ROLE_SUBMIT, ROLE_SUBMIT, 0700, 0700},
  /* the spool: what is in tmp and incoming is group wiz98-drop's, what is in queue the queue's alone */
  {"spool", 'd', ROLE_ROOT, ROLE_ROOT, 0711, 0700},
  {"spool/tmp", 'd', ROLE_QUEUE, ROLE_QUEUE, 03730, 0700},
  {"spool/incoming", 'd', ROLE_QUEUE, ROLE_QUEUE, 03730, 0700},
  {"spool/queue", 'd', ROLE_QUEUE, ROLE_QUEUE, 0700, 0700},
  {"spool/queue/*", 'd', ROLE_QUEUE, ROLE_QUEUE, 0700, 0700},
  {"spool/damaged", 'd', ROLE_QUEUE, ROLE_QUEUE, 0700, 0700},
  {"log", 'd', ROLE_LOG, ROLE_LOG, 0700, 0700},
  {"log/smtp", 'd', ROLE_LOG, ROLE_LOG, 0700, 0700},
  {"log/pop3", 'd', ROLE_LOG, ROLE_LOG, 0700, 0700},
  {"log/queue", 'd', ROLE_LOG, ROLE_LOG, 0700, 0700},
  {"log/error", 'd', ROLE_LOG, ROLE_LOG, 0700, 0700},
  {"service", 'd', ROLE_ROOT, ROLE_ROOT, 0700, 0700},
  {"crash", 'd', ROLE_ROOT, ROLE_ROOT, 0700, 0700},
  {"mail", 'd', ROLE_MAIL, ROLE_MAIL, 0700, 0700},
};
const size_t owners_count = sizeof owners / sizeof *owners;
