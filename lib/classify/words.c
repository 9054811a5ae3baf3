/* The tables of classify for what a peer says.  Order is precedence, doc/causes.md has the reasons.  Words are compared as
 * classify/plain.c makes them: small letters, one space between words, no punctuation but the dots within a word; they must begin where a word
 * begins, and end where one ends if the last character is a space; '|' stands between phrases, '*' for words between. */
#include "classify/classify.h"

#define AT(stage) (1u << STAGE_##stage)
enum { ANY = 0 };

/* What is said in so many words. */
const struct phrase classify_phrases[] = {
  /* so plain that nothing behind may hide it */
  {CAUSE_SPF_DKIM_DMARC, ANY, "aligned with either"},
  {CAUSE_POLICY, ANY,
   "anti spoofing|spoofing policy|potential security issue|presents a potential|illegal attachment|recipient preferences|"
   "user reject |user refuse|due to user rules|refuse to receive|you have been blocked by the recipient|organizational settings|"
   "members only|closed mailing list|not subscribed to|only accepting mail from|mass mailer|low priority|captcha|not authorized to send to|"
   "not accepting mail with attachments|not accepting mail with embedded|executable files|file type|banned file"},
  {CAUSE_MALFORMED_MESSAGE, ANY,
   "line too long|duplicate header|rfcmessagenoncompliant|message header size|header size exceeds maximum|headers too large|header are not accepted|addresses in from|multiple from|rfc 5322|rfc5322|rfc 2822|rfc2822|"
   "header error|unicode character|encoded word|blank from|not allowed as a from|message id * not accepted|missing * message id|"
   "missing * from|no from header|improperly formatted|unnecessary base64"},
  {CAUSE_REVERSE_DNS, ANY, "fix reverse"},
  {CAUSE_RELAY_DENIED, ANY, "credentials for relay|mail relay denied|relay access denied|unauthorized relay|relay traffic|permitted to relay|relay through|local user only"},
  {CAUSE_SENDER_REJECTED, ANY,
   "mail sending denied|sender address rejected|sender domain listed|sender * is blacklisted|sender * has been blacklisted|"
   "sender blacklisted|sender is in my black|your email address has been blacklisted|purported responsible|batv|backscatter|unsigned dsn"},
  {CAUSE_BLOCKED, ANY,
   "aup cdrbl|aup cxbl|aup ipbl|ofr * 101|lpn * 101|ofr * 102|lpn * 102|ofr * 103|lpn * 103|ofr * 999|lpn * 999|lpn * 630|"
   "identified as spammer|looks suspiciously like spammer|spams from your ip|access from mail server|to submit messages to this|"
   "a problem occurred * postmaster|connections not accepted from|accepting mail from your ip|mail from your ip|"
   "client host rejected blocked|confirm this mail server|server requires confirmation|listed as abusive|use the smtp server of your isp|"
   "unwanted messages have been sent|refused see|not allowed to send mail from|invalid ip for sending"},
  {CAUSE_RATE_LIMITED, ANY, "frequency limited|too many errors from|credits exceeded|unusual rate of mail|blocked temporarily * too many|too many unrecognized|aup in 13|aup in 14|aup cxcnct|aup cxmxrt"},
  {CAUSE_MAILBOX_FULL, ANY, "mailbox size limit|user has too many messages|mail file size exceeds|mailbox is full"},
  {CAUSE_SPAM_CONTENT, ANY, "spam or virus|blocked by our filter|blocked for abuse|drbl.imedia|spam virus|spam and virus|blacklisted url|url blacklist|aup urlbl|rejected bulk email|as bulk email"},
  /* a try later that is meant so */
  {CAUSE_GREYLISTED, ANY,
   "greylist|graylist|grey list|gray list|greylst|postgrey|first time sender|using grey."},
  /* the message goes round */
  {CAUSE_MAIL_LOOP, ANY,
   "hop count|too many hops|maximum hops|exceeded * hops|mail loop|forwarding loop|routing loop|message loop|"
   "loop was found|loop detected|is looping|loops back to|too many received|mailschleife|"
   "looping message"},
  /* what is in the message */
  {CAUSE_VIRUS, ANY,
   "virus|malware|worm |worm.|trojan|infected|clamav|eicar|potentially executable attachment"},
  /* the way back to our address's name */
  {CAUSE_REVERSE_DNS, ANY,
   "ptr record|dns ptr|ptr lookup|no ptr|missing ptr|invalid ptr|pointer ptr|ptr rr|fcrdns|rdns|reverse dns|"
   "reverse lookup|reverse map|reverse host|reverse domain|reverse name|reverse resolution|reverse ip|reverse address|"
   "reverse entry|find your hostname|find your reverse|unresolvable relay host name|ip name lookup failed|"
   "ip name possibly forged|resolve your ip|resolve ip address to|cannot resolve your address|all hosts without dns|"
   "rückwärtsauflösung|"
   "forward dns entry|mismatches client ip|unverifyable sending|fix reverse|aup cxdns|aup in 11"},
  /* who the sender's domain lets send */
  {CAUSE_SPF_DKIM_DMARC, ANY,
   "dmarc|spf |spf.|openspf|sender policy framework|sender id|domainkeys|unauthenticated email from|"
   "it is unauthenticated|sender is unauthenticated|fails to pass authentication|authentication information|"
   "doesnt meet the required authentication level|dkim|"
   "not allowed to send mail * 401|aup cxsndr|antispoof"},
  /* a list, or our address's repute */
  {CAUSE_SPAM_CONTENT, ANY,
   "uribl|surbl|url * blacklist|url * blocklist"},
  {CAUSE_BLOCKED, ANY,
   "dnsbl|rbl |rbls |rbl.|real time block|realtime black|spamhaus|zen.spamhaus|spamcop|www.spamhaus|www.spamcop|"
   "bl.spamcop|sorbs|barracudacentral|senderbase|senderscore|sender score|cbl.abuseat|spamrl|ipcheck.proofpoint|"
   "csi.cloudmark|uceprotect|blacklist|black list|blocklist|block list|denylist|is listed|listed by|listed at|"
   "listed in|listed on|blocked using|not in whitelist|bad ip|bad sender ip|ip * blocked|ip * banned|ip * rejected|"
   "ip * denied|ip * refused|ip * refusee|ip * bloquee|ip * bloquée|banned sending ip|banned * ip |blocked ip|"
   "banned sender|spam ip|spams from your ip|user complaints|permanently deferred|reputation|"
   "unusual rate of unsolicited|dynamic ip|dynamic host|dynamic address|dialup|open proxy|client host * blocked|"
   "client host rejected access denied|client host rejected abus|your host * blocked|your server * blocked|"
   "your network * blocked|mail server * is blocked|mailserver * blocked|blocked for spam|blocked see|"
   "not allowed to connect|not accepting connections|connections not accepted from|connections will not be accepted|"
   "currently sending spam|you are sending spam|does not accept email over ipv6|suspected bounce attacks|"
   "ip address deferred|access for this ip|account ip exception|refused from|ip is hangup|denyip|client host bypass|mail refused ip|abuse|"
   "black ip|connection was refused"},
  /* what the reply asks of us first */
  {CAUSE_TLS_OR_AUTH_REQUIRED, ANY,
   "starttls command first|starttls is required|starttls first|must issue * starttls|must use tls|tls required|"
   "tls is required|tls connection|requires tls|must support tls|must be encrypted|encryption * required|use tls ssl|"
   "session encryption|authentication * required|authentication required|auth * required|requires authentication|"
   "authentication failed|authentication failure|authentication unsuccessful|authentication not allowed|"
   "authentication credentials|authentication requise|authentication mechanism|authenticate first|must authenticate|"
   "need to authenticate|not authenticated|username and password|incorrect authentication|"
   "application specific password|too many login attempts|code dauthentification|log in|smtp auth|pop before smtp|"
   "check * mail first|"
   "authentication turned on|turn on smtp auth|unauthenticated senders|authentification|tls * not supported|please authenticate|without authentication|"
   "auth failed|authorization required|login required|log on|authenticate before|"
   "auth error"},
  /* not for this server to pass on */
  {CAUSE_RELAY_DENIED, ANY,
   "relay * denied|relay not permitted|relay not allowed|relay is not allowed|relay prohibited|"
   "relay operation rejected|relay does not accept|relay rejected|relaying|not relay|dont relay|for relay|to relay|"
   "no relay|open relay|allowed rcpthosts|not authorized to send email directly|is not local|not a gateway|"
   "insecure mail relay|as mail gate|"
   "allowed rcpthost|handle mail for|not local host|non local e mail|specified domain is not allowed"},
  /* too much at once */
  {CAUSE_RATE_LIMITED, ANY,
   "rate limit|ratelimit|throttl|too quickly|too fast|slow down|try again slower|too much mail from|unusual rate|"
   "rate that prevents|rate exceeded|sending rate|relay limit exceeded|sending limit|sending quota|submission quota|"
   "message quota exceeded|quota for sending|daily limit|per hour|this hour|per day|connection limit|thread limit|"
   "exceeded permitted limits|exceeded threshold|too many connections|too many concurrent|too many simultaneous|"
   "too many sessions|too many * sessions|too many * connections|too many recipients|too many * recipients|"
   "too many rcpt|too many messages|too many mails|too many emails|too many e mails|too many errors|too many invalid|"
   "too many bad|max number of messages|max message per connection|message threshold|maximum number of|"
   "frequency limited|excessive volume|unexpected volume|trop de|zu viele|demasiad|"
   "mail bomb|credits exceeded|too many mails|try again in * hour|exceeded the limit|over limit of|limit reached|"
   "allow rcpt|rcpt numbers|too many same|too many bad"},
  /* the size of the message */
  {CAUSE_MESSAGE_TOO_BIG, ANY,
   "message size|message length|size exceed|size limit|email size|maximum size|too large|too big|message file too|"
   "number of attachments|individual header size|exceeded googles message|exceeds googles|taille limite|zu groß|"
   "zu gross|"
   "message is too long|message too long|attachment is too long|mailsize"},
  /* no room for this recipient */
  {CAUSE_SYSTEM_ERROR, ANY,
   "mail system full"},
  {CAUSE_MAILBOX_FULL, ANY,
   "mailbox * full|mailbox full|mailfolder is full|inbox * full|mail box full|mail box * full|account * full|"
   "maildir * full|folder * full|user * full|full mailbox|quota|overquota|out of storage|disk space limit|"
   "storage limit|storage allocation|mailbox size|mailbox space|mailbox exceed|mailbox * exceed|no space left for|"
   "not enough storage|not enough space|has reached * storage|too much mail data|boite * pleine|boîte * pleine|"
   "postfach * voll|casella * piena|buzon * lleno|ящик * переполнен|"
   "have enough space|space has been used up|too many messages on the server|exceeding receiving limits|mailbox limit|exceeded * storage|storage exceeded|over limit|"
   "storage full|exhausted * storage|zuviele mails|zu viele mails|storage space|allowed size|recipient * full|destination mailbox * full"},
  /* known, and takes nothing */
  {CAUSE_MAILBOX_DISABLED, ANY,
   "account * disabled|account disabled|mailbox * disabled|mailbox disabled|user * disabled|recipient * disabled|"
   "address * disabled|disabled recipient|disabled mailbox|disabled account|is disabled|deactivated|suspended|"
   "suspend the service|temporary locked|temporarily locked|is locked|account locked|account * blocked|"
   "mailbox * blocked|mailbox * frozen|is frozen|account expired|account * expired|account closed|discontinued|"
   "no longer valid|is inactive|account inactive|inactive account|inactive user|inactive recipient|mailbox * inactive|"
   "not used for more|not active|not currently accepting mail|not accepting mail|not accepting messages|"
   "cannot be accessed|archived recipient|destinataire archivee|destinataire est bloque|banned recipient|"
   "no longer accepts|temporarily unavailable * mailbox|"
   "user is terminated|extended inactivity|mailbox unavailable or access|receiving disabled|temporarily inactive|not accepting any mail|out of service|mailbox locked|rule imposed mailbox access|"
   "not activated|now disabled|is restricted|inactivity|disabled with|account is not allowed|inactivated|has been locked|no longer active|terminated|on hold"},
  /* the sender's address, where it is named as the sender's */
  {CAUSE_SENDER_REJECTED, ANY,
   "sender address|senders address|sender domain|sender verify|sender verification|sender rejected|sender denied|"
   "sender refused|sender not|sender is not|sender unknown|sender blocked|sender * does not exist|envelope sender|"
   "envelope blocked|invalid sender|unknown sender|blocked sender|bad sender|unverified sender|not owned by user|"
   "send as |from domain is invalid|from address|return path|mail from * not exist|badmailfrom|mail sending denied|"
   "unresolvable rfc|unresolvable from|unresolvable sender|rejected by recipients|emetteur|absender|message that you send|"
   "bogus mail from|address is not verified|sending this from a different|verify failed|verification failed|callout|callback|no third party dsn|valid address filter|different address or alias|emails from this|"
   "mailfrom failed|mail from is|sender email|sender mailbox|sender is rejected|sender is denied|fake sender|sender is|"
   "mail from invalid|sender address invalid"},
  /* the form of an address */
  {CAUSE_ADDRESS_SYNTAX, ANY,
   "not a valid rfc 5321 address|address syntax|syntax error in mailbox|syntax error in address|malformed address|"
   "invalid address format|single label domains|"
   "invalid rcpt to address|rcpt to address|illegal address|bad address format|malformed recipient|invalid character|domain part|fully qualified email"},
  /* the recipient's domain */
  {CAUSE_DOMAIN_BAD, ANY,
   "host unknown|unknown host|unknown domain|domain unknown|domain not found|domain does not exist|domain must exist|"
   "no such domain|nonexistent domain|find the recipient domain|recipient domain * not|invalid recipient domain|invalid domain|domain invalid|domain is not hosted|"
   "domain isnt hosted|not accept mail |null mx|nullmx|mx * reserved by rfc|address reserved by rfc|"
   "name server * not found|resolving mx|"
   "host or domain name|host unreachable|domain is not reachable|domain mentioned in email|name or service not known|account or domain may|unrouteable|unroutable|mx record * found|no mx|no route for|dead domain|domain not hosted|domain not local|domain isnt local|"
   "not for a local domain|not a local domain|no such host|domain name not|could not resolve|unresolvable domain|"
   "domain doesnt exist"},
  /* nobody of that name */
  {CAUSE_USER_UNKNOWN, ANY,
   "envelope recipient|recipient is not|rejected recipients|user unknown|userunknown|unknown user|unknown recipient|unknown mailbox|unknown local|unknown address|"
   "unknown account|unknown or|addressee unknown|account unknown|recipient unknown|address unknown|mailbox unknown|"
   "recipient is unknown|recipients * unknown|addresses were unknown|no such|no account|no mailbox|no mail box|"
   "no user|no valid recipient|no one at this|nobody|user not found|user not local|user * not found|user doesnt|"
   "user not valid|doesnt exist|not exist|doesnt have|mailbox * not found|mailbox not found|mailbox invalid|"
   "recipient not found|recipientnotfound|recipient notfound|exrecipnotfound|recipient * not found|"
   "recipient address rejected access denied|recipient address rejected undeliverable|unverified address|"
   "undeliverable address|recipient rejected|recipient refused|recipient not accepted|recipient no longer|"
   "recipient verify|recipient invalid|account * not found|address * not found|address not found|address not present|"
   "could not be found|not found by smtp address|not listed|invalid recipient|invalid mailbox|invalid user|"
   "invalid or unknown virtual|illegal user|illegal alias|inactive email address|invalid address|address invalid|"
   "bad destination mailbox|not a valid|not a known|not known|not our customer|badrcptto|validrcptto|has moved|"
   "has been replaced|account is unavailable|not deliver to|"
   "destinataire invalide|utilisateur inconnu|destinataire inconnu|unbekannt|nicht gefunden|nessun utente|"
   "utente sconosciuto|no existe|usuario desconocido|não existe|"
   "not found recipient|not our user|not a registered|no valid recipients|recipient not|user is not|unknown * user|"
   "user does not|member of domain|cannot be verified|lookup in domain map|path no exist|wrong recipient|recipients are invalid|unresolvable address|nosuchuser|user unkn|not listed in|unknown address"},
  /* spam, said plainly */
  {CAUSE_SPAM_CONTENT, ANY,
   "spam|mcspam|antispam|junk mail|junkmail|junk |unsolicited|ube |bulk mail|phishing|content * rejected|"
   "content denied|content rejected|nature of the content|content filter|pourriel|mail rejete|"
   "message filtered|unacceptable content|mail content|pattern detection|advertising|banned content|considered * unwanted|"
   "content reject|reject content|spam scale|spamtrap|score too high|content blocked"},
  /* the form of the message */
  {CAUSE_MALFORMED_MESSAGE, ANY,
   "rfc 5322|rfc5322|rfc 2822|rfc 822|rfc compliant|header|malformed|mime |bare lf|bare line|bare newline|"
   "stray newline|lone cr|line too long|8 bit|blank from|not allowed as a from|message id|encoded word|"
   "invalid message content|invalid characters|"
   "invalid data in message|invalid structure|invalid header|header from address|mismatched with message header"},
  /* commands not understood */
  {CAUSE_PROTOCOL_ERROR, ANY,
   "syntax error|bad sequence|protocol violation|protocol error|synchronization error|improper command pipelining|"
   "unrecognized|unknown command|command not|not implemented|unimplemented|out of sequence|out of order|hello first|"
   "helo first|need mail|need rcpt|argument|"
   "please say|sequence error"},
  /* its own trouble */
  {CAUSE_SYSTEM_ERROR, ANY,
   "service currently unavailable|insufficient|service refuse|disk full|disk space|no space left|system error|system problem|"
   "system config|internal error|server error|local error|local problem|lookup failure|lookup error|ldap|server busy|"
   "configuration error|incorrectly configured|misconfigured|write error|service not available|service not active|"
   "shutting down|maintenance|out of memory|load average|temporary failure|temporarily unavailable|timeout|timed out|"
   "unable to process|delivery time expired|message expired|"
   "create user output|could not load|interrupted system|encountered an error|there is no mdb|transaction failed|connection expired|recipient error|policy size per transaction|connection dropped|connection reset|connection was dropped|nameserver|name server failure|resources|overload|try reconnecting|"
   "error in processing|cannot allocate|mail action aborted|action aborted|out of service|service is currently|come back later|failed to connect|unable to contact|try again in a while|"
   "spool|session closed|database error|queue unavailable"},
  /* a rule of its own */
  {CAUSE_POLICY, ANY,
   "policy|policies|not authorized|not authorised|not permitted|prohibited|security issue|attachment|spoof|"
   "only in the same domain"},
  {CAUSE_NONE, ANY, NULL},
};

/* What only hints at a cause: heard where neither words nor the enhanced code said it. */
const struct phrase classify_hints[] = {
  {CAUSE_BLOCKED, ANY, "client host rejected|your ip|connecting ip|approved list|your network|go away|connection refused|connection denied|blocked|bloque|host network"},
  {CAUSE_BLOCKED, AT(GREETING), "access denied"},
  {CAUSE_GREYLISTED, ANY, "try again in * minute|try again in * second"},
  {CAUSE_POLICY, AT(RCPT), "recipient address rejected message|recipient address rejected delivery"},
  {CAUSE_USER_UNKNOWN, AT(RCPT), "mailbox unavailable|account unavailable|mailbox not available|address rejected|recipient rejected|invalid|unknown|incorrect address|wrong address"},
  {CAUSE_SENDER_REJECTED, ANY, "sender|senders|from domain"},
  {CAUSE_SYSTEM_ERROR, ANY, "try again later|try later|busy|temporary|temporarily"},
  {CAUSE_TLS_OR_AUTH_REQUIRED, ANY, "authenticat"},
  {CAUSE_RELAY_DENIED, ANY, "relay"},
  {CAUSE_POLICY, ANY, "rejected|reject |no permit|denied|refused|not allowed|not accepted|filtered|failed to deliver|restricted|not accept|cannot accept|unacceptable|send * to yourself|prohibition"},
  {CAUSE_USER_UNKNOWN, AT(RCPT), "recipient|user|mailbox|account"},
  {CAUSE_NONE, ANY, NULL},
};

/* RFC 3463, the IANA registry of enhanced status codes, RFC 7372, RFC 7505.  1.10 as reply: the peer says of a domain that it
 * takes no mail; what the DNS says is null_mx. */
const struct status_row classify_statuses[] = {
  {"1.1", CAUSE_USER_UNKNOWN},      {"1.2", CAUSE_DOMAIN_BAD},        {"1.3", CAUSE_ADDRESS_SYNTAX},
  {"1.4", CAUSE_USER_UNKNOWN},      {"1.6", CAUSE_USER_UNKNOWN},      {"1.7", CAUSE_SENDER_REJECTED},
  {"1.8", CAUSE_SENDER_REJECTED},   {"1.9", CAUSE_SENDER_REJECTED},   {"1.10", CAUSE_DOMAIN_BAD},
  {"2.1", CAUSE_MAILBOX_DISABLED},  {"2.2", CAUSE_MAILBOX_FULL},      {"2.3", CAUSE_MESSAGE_TOO_BIG},
  {"3.1", CAUSE_SYSTEM_ERROR},      {"3.2", CAUSE_SYSTEM_ERROR},      {"3.4", CAUSE_MESSAGE_TOO_BIG},
  {"3.5", CAUSE_SYSTEM_ERROR},      {"4.1", CAUSE_SYSTEM_ERROR},      {"4.2", CAUSE_SYSTEM_ERROR},
  {"4.3", CAUSE_SYSTEM_ERROR},      {"4.4", CAUSE_DOMAIN_BAD},        {"4.5", CAUSE_SYSTEM_ERROR},
  {"4.6", CAUSE_MAIL_LOOP},         {"4.14", CAUSE_MAIL_LOOP},        {"4.7", CAUSE_SYSTEM_ERROR},
  {"5.1", CAUSE_PROTOCOL_ERROR},    {"5.2", CAUSE_PROTOCOL_ERROR},    {"5.3", CAUSE_RATE_LIMITED},
  {"5.4", CAUSE_PROTOCOL_ERROR},    {"5.5", CAUSE_PROTOCOL_ERROR},    {"5.6", CAUSE_PROTOCOL_ERROR},
  {"6.0", CAUSE_MALFORMED_MESSAGE}, {"6.1", CAUSE_MALFORMED_MESSAGE}, {"6.3", CAUSE_MALFORMED_MESSAGE},
  {"6.7", CAUSE_SMTPUTF8_MISSING},  {"6.9", CAUSE_SMTPUTF8_MISSING},  {"6.11", CAUSE_MALFORMED_MESSAGE},
  {"7.2", CAUSE_POLICY},            {"7.8", CAUSE_TLS_OR_AUTH_REQUIRED},
  {"7.10", CAUSE_TLS_OR_AUTH_REQUIRED}, {"7.11", CAUSE_TLS_OR_AUTH_REQUIRED}, {"7.13", CAUSE_MAILBOX_DISABLED},
  {"7.20", CAUSE_SPF_DKIM_DMARC},   {"7.21", CAUSE_SPF_DKIM_DMARC},   {"7.22", CAUSE_SPF_DKIM_DMARC},
  {"7.23", CAUSE_SPF_DKIM_DMARC},   {"7.24", CAUSE_SPF_DKIM_DMARC},   {"7.25", CAUSE_REVERSE_DNS},
  {"7.26", CAUSE_SPF_DKIM_DMARC},   {"7.27", CAUSE_SENDER_REJECTED},  {"7.28", CAUSE_RATE_LIMITED},
  {"7.29", CAUSE_TLS_OR_AUTH_REQUIRED}, {"7.30", CAUSE_SPF_DKIM_DMARC}, {NULL, CAUSE_NONE},
};
/* These say so little that hints in the text are heard before them. */
const struct status_row classify_vague_statuses[] = {
  {"1.0", CAUSE_ADDRESS_SYNTAX},    {"2.0", CAUSE_SYSTEM_ERROR},      {"3.0", CAUSE_SYSTEM_ERROR},
  {"4.0", CAUSE_SYSTEM_ERROR},      {"7.1", CAUSE_POLICY},            {"7.0", CAUSE_POLICY},
  {"7.5", CAUSE_POLICY},            {"7.6", CAUSE_POLICY},
  {"7.7", CAUSE_POLICY},            {"7.9", CAUSE_TLS_OR_AUTH_REQUIRED},
  {"3.*", CAUSE_SYSTEM_ERROR},      {"4.*", CAUSE_SYSTEM_ERROR},      {"5.*", CAUSE_PROTOCOL_ERROR},
  {"6.*", CAUSE_MALFORMED_MESSAGE}, {"7.*", CAUSE_POLICY},            {NULL, CAUSE_NONE},
};

/* Where nothing else says more. */
const struct code_row classify_codes[] = {
  {500, ANY, CAUSE_PROTOCOL_ERROR},
  {501, AT(MAIL) | AT(RCPT), CAUSE_ADDRESS_SYNTAX},
  {501, ANY, CAUSE_PROTOCOL_ERROR},
  {502, ANY, CAUSE_PROTOCOL_ERROR},
  {503, ANY, CAUSE_PROTOCOL_ERROR},
  {504, ANY, CAUSE_PROTOCOL_ERROR},
  {555, ANY, CAUSE_PROTOCOL_ERROR},
  {530, ANY, CAUSE_TLS_OR_AUTH_REQUIRED},
  {535, ANY, CAUSE_TLS_OR_AUTH_REQUIRED},
  {534, ANY, CAUSE_TLS_OR_AUTH_REQUIRED},
  {538, ANY, CAUSE_TLS_OR_AUTH_REQUIRED},
  {521, ANY, CAUSE_DOMAIN_BAD},
  {556, ANY, CAUSE_DOMAIN_BAD},
  {452, ANY, CAUSE_SYSTEM_ERROR},
  {552, AT(RCPT), CAUSE_MAILBOX_FULL},
  {552, ANY, CAUSE_MESSAGE_TOO_BIG},
  {421, ANY, CAUSE_SYSTEM_ERROR},
  {550, AT(RCPT), CAUSE_USER_UNKNOWN},
  {551, AT(RCPT), CAUSE_USER_UNKNOWN},
  {553, AT(RCPT), CAUSE_ADDRESS_SYNTAX},
  {553, AT(MAIL), CAUSE_SENDER_REJECTED},
  {0, ANY, CAUSE_NONE},
};
