/* The tables of classify for what a peer says.  Order is precedence, doc/causes.md has the reasons.  Words are compared as
 * classify/plain.c makes them: small letters, one space between words, no punctuation but the dots within a word; they must
 * begin where a word begins, and end where one ends if the last character is a space; '|' stands between phrases, '*' for a
 * few words between, a name in capitals for any word of that set. */
#include "classify/classify.h"

#define AT(stage) (1u << STAGE_##stage)
enum { ANY = 0 };

/* What is said in so many words. */
const struct phrase classify_phrases[] = {
  /* --- so plain that nothing behind may hide it --- */
  {CAUSE_SPF_DKIM_DMARC, ANY,
   "dmarc|aligned with either|must pass either spf|unauthenticated email|unauthenticated mail|mi spf|mi dma"},
  {CAUSE_GREYLISTED, ANY, "greylist|graylist|grey list|gray list|greylst|postgrey|gl01 |first time sender|using grey."},
  {CAUSE_MAIL_LOOP, ANY,
   "loop detection|hop count|too many hops|mail loop|too many received|received * headers * exceed|"
   "received headers exceed|loop count|loopback|configured in a loop|loops back|points back to"},
  {CAUSE_SENDER_REJECTED, ANY, "sender verify failed"},
  {CAUSE_BLOCKED, WHEN_FAIL, "service refuse "},
  {CAUSE_DOMAIN_BAD, WHEN_FAIL, "system not accepting network messages"},
  {CAUSE_SYSTEM_ERROR, ANY,
   "server configuration problem|mail system full|message expired|delivery time expired|no such file|cannot write|"
   "temporarily rejected message|temporarily rejected this message|unknown error|unknown mailer error|"
   "unknown failure|cant create output|create user output|error sending message|could not be saved|"
   "could not be stored|cannot create output"},
  {CAUSE_ADDRESS_SYNTAX, ANY, "need fully qualified address|need fully qualified email"},
  {CAUSE_SENDER_REJECTED, ANY, "sender address rejected"},
  {CAUSE_PROTOCOL_ERROR, ANY,
   "no recipients * specified|no recipient specified|rcpt first|pipelining|command is disabled|command disabled|"
   "command line too long|command too long|syntax rcpt|syntax mail|syntax helo|syntax ehlo|helo requires|"
   "ehlo requires|syntactically invalid helo|syntactically invalid ehlo|sender yet|sender already|sender not yet"},
  {CAUSE_VIRUS, ANY, "virus or spam"},
  {CAUSE_USER_UNKNOWN, ANY,
   "user unknown in * table|handle mail for that user|may not exist|inactive email address|mail not.local.user|"
   "not listed in|recipient address rejected unverified|recipient address rejected undeliverable|"
   "recipient verification failed|recipient verify failed"},
  {CAUSE_MAILBOX_DISABLED, ANY,
   "account locked|deactivated due to|incoming * suspended|enable receiving|destinataire * bloque|compte * bloque|"
   "account is not allowed"},
  {CAUSE_POLICY, ANY,
   "anti spoofing|spoofing policy|potential security issue|presents a potential|illegal attachment|"
   "recipient preferences|user reject |user refuse|due to user rules|refuse to receive|refuses to receive|"
   "you have been blocked by the recipient|organizational settings|members only|closed mailing list|"
   "not subscribed to|only accepting mail from|only accept mail from|accepts mail only from|mass mailer|low priority|"
   "captcha|not authorized to send to|not allowed to send to|not accepting mail with|executable files|file type|"
   "file extension|banned file|banned attach|attachment type|human verification|not allowed to receive|"
   "not allowed to post|recipients policy|sender not in allowed|allowed senders|from that country|from your country|"
   "geographic|geolocation|host network not allowed|by destination domain|sender was not authenticated|"
   "delivery restriction|not authenticated for|multi recipient bounce|receiver denied|recipient denied|"
   "want your mail|does not want|doesnt want|von bestimmten|known senders|specific senders|identity changes|"
   "recipient not authorized|rejected block rcpt|as dangerous|are dangerous|is dangerous|refused to accept your|"
   "legitimate bounces|rejected by recipients"},
  {CAUSE_MALFORMED_MESSAGE, ANY,
   "line too long|duplicate header|rfcmessagenoncompliant|message header size|header size exceeds maximum|"
   "headers too large|header are not accepted|addresses in from|multiple from|rfc 5322|rfc5322|rfc 2822|rfc2822|"
   "rfc compliant|header error|bad header|unicode character|encoded word|blank from|not allowed as a from|"
   "message id * not accepted|missing * message id|missing * from|field given|from field|missing * header|"
   "no from header|improperly formatted|unnecessary base64|bare lf|bare line|bare newline|bare cr |line is too long|"
   "line length|line limit|too many mime|parse message|parse header|dt sum"},
  {CAUSE_REVERSE_DNS, ANY,
   "fix reverse|dns reverse|reverse look|your real hostname|saying helo|ip name lookup failed|ptr * required|rtr rd|"
   "dns nr|rp rdn|mi nhd|dns check"},
  {CAUSE_BLOCKED, ANY,
   "identified as * spammer|geoip|poor reputation|one or more recipients blocked|spam sender|spam source|"
   "source of spam|dictionary attack|harvest attack|directory harvest|list rbl |list rbl.|list dnsbl|"
   "sender ip * LIST|senders ip * LIST|sending ip * LIST|block for spam|restrictions ip based|rejected ers |"
   "from this range|your ip is generating|your ip is sending|ts01 |ts02 |ts03 "},
  {CAUSE_RELAY_DENIED, ANY,
   "relaying|credentials for relay|mail relay denied|relay access denied|unauthorized relay|relay traffic|"
   "permitted to relay|relay through|local user only|unable to relay|relay not permitted|not allowed to relay|"
   "no longer relays|of forward path"},
  {CAUSE_TLS_OR_AUTH_REQUIRED, ANY,
   "requires authentication|turn on smtp auth|authentication is required|without authentication|smtp authentication|"
   "failed authentication|password transition|encryption needed|with an encryption|with encryption"},
  {CAUSE_DOMAIN_BAD, ANY, "rejected no domain|mx do not point|mx does not point"},
  {CAUSE_SENDER_REJECTED, ANY,
   "mail sending denied|sendasdenied|SENDER * must be|sending for this account|sender domain listed|"
   "sender * is blacklisted|sender * has been blacklisted|sender blacklisted|sender is in * black|"
   "sender is on * black|sender black|sending account|send from this address|sender address must|unregistered domain|"
   "spam abuse detected|sender is * blocklist|your email address has been blacklisted|purported responsible|batv|"
   "backscatter|unsigned dsn|badmailfrom|from this sender|sender identity|verified sender|permissions to send as|"
   "send as this|address is not liked|different than the sender|not verified|dns mx or|mx or a |mi imf|mi spb|wm blu|"
   "null sender|rejected block sender|rejected block send er|domain * banned"},
  {CAUSE_MAILBOX_FULL, ANY, "mailbox is full"},
  {CAUSE_USER_UNKNOWN, ANY,
   "WHO GONE or |WHO GONE oder|WHO GONE ou |WHO GONE o |WHO not exist or |WHO is GONE or |GONE WHO or "},
  {CAUSE_MAILBOX_DISABLED, ANY, "WHO OFF|WHO is OFF|WHO has been OFF"},
  {CAUSE_BLOCKED, ANY,
   "aup cdrbl|aup cxbl|aup ipbl|ofr * 101|lpn * 101|ofr * 102|lpn * 102|ofr * 103|lpn * 103|ofr * 999|lpn * 999|"
   "lpn * 630|looks suspiciously like spammer|spams from your ip|access from mail server|to submit messages to this|"
   "a problem occurred * postmaster|connections not accepted from|accepting mail from your ip|mail from your ip|"
   "client host rejected blocked|confirm this mail server|server requires confirmation|listed as abusive|"
   "use the smtp server of your isp|unwanted messages have been sent|refused see|not allowed to send mail from|"
   "you are not allowed to send|action not taken invalid ip |invalid ip for sending|unknown rcpt to addresses from|"
   "rtr bb|rtr du|rtr sc|rtr bl|rtr ge|rly bl|rly ir|con b1|hl rep|hl mep|hl ihu|hl ipb|wm bli|dt rbl|"
   "sending activity|denial of service"},
  {CAUSE_RATE_LIMITED, ANY,
   "frequency limited|in the last * minute|in the last * hour|queue quota|hourly quota|hourly limit|"
   "too many errors from|credits exceeded|unusual rate of mail|blocked temporarily * too many|too many unrecognized|"
   "aup in 13|aup in 14|aup cxcnct|aup cxmxrt|retrying too fast|try again slower|MANY * connection|MANY * session|"
   "connection slots|out of connection|maximum connection|max connection|connections reached|dyn t|rly b1|rly b2|"
   "rly b3|hl icc|hl ifc|mi cel|mi dmc|mi ccl|rp drc|rp ccl|mi sfq|rp qrc|mi stc|rp rcl|rp trc|limite de envio"},
  {CAUSE_MAILBOX_FULL, ANY,
   "mailbox size limit|user has too many messages|mail file size exceeds|mailbox is full|maximum mailbox size|"
   "allowed message count|mails auf dem|too many messages on|too many messages in|too much mail data|mailbox exceeds"},
  {CAUSE_SPAM_CONTENT, ANY,
   "spam or virus|blocked by our filter|blocked for abuse|drbl.imedia|spam virus|spam and virus|blacklisted url|"
   "blacklisted link|url blacklist|aup urlbl|rejected bulk email|as bulk|spam pattern|antispam checks|"
   "detected as spam|identified as spam|classified as spam|considered spam|is spam |spam message|spam filter|"
   "url in this * is listed|domain in this * is listed|fortispam|blocking url|is considered * spam|hvu b|rly bd|"
   "dt spm"},
  /* the message goes round */
  {CAUSE_MAIL_LOOP, ANY,
   "maximum hops|exceeded * hops|forwarding loop|routing loop|message loop|loop was found|loop detected|is looping|"
   "loops back to|mailschleife|looping message|message looping"},
  /* what is in the message */
  {CAUSE_VIRUS, ANY,
   "virus|viral traffic|malware|worm |worm.|trojan|infected|clamav|eicar|potentially executable attachment|malicious"},
  /* the way back to our address's name, and the name that we say */
  {CAUSE_REVERSE_DNS, ANY,
   "ptr record|ptr |dns ptr|no ptr|pointer ptr|fcrdns|rdns|reverse dns|reverse lookup|reverse map|reverse host|"
   "reverse domain|reverse name|reverse resolution|reverse ip|reverse address|reverse entry|reverse pointer|"
   "reverse record|find your hostname|find your reverse|unresolvable relay host name|ip name lookup failed|"
   "ip name possibly forged|resolve your ip|resolve ip address to|ip must resolve|cannot resolve your address|"
   "all hosts without dns|rückwärtsauflösung|forward dns entry|mismatches client ip|unverifyable sending|aup cxdns|"
   "aup in 11|helo command rejected|helo rejected|helo ehlo rejected|ehlo invalid|helo invalid|invalid helo|bad helo|"
   "helo * not found|helo name|your helo|helo * dns|helo * resolve|ehlo * resolve|ehlo command rejected|invalid ehlo|"
   "hostname * resolve"},
  /* who the sender's domain lets send */
  {CAUSE_SPF_DKIM_DMARC, ANY,
   "dmarc|spf |spf.|openspf|sender policy framework|sender id|domainkeys|arc validation|arc fail|"
   "unauthenticated email from|it is unauthenticated|sender is unauthenticated|fails to pass authentication|"
   "authentication information|authentication checks|authentication level|dkim|not allowed to send mail * 401|"
   "aup cxsndr|antispoof|required authentication level"},
  /* a list, or our address's repute */
  {CAUSE_SPAM_CONTENT, ANY, "uribl|surbl|url * LIST|mail score|blocked by spamassassin"},
  {CAUSE_BLOCKED, ANY,
   "LIST|real time block|zen.spamhaus|www.spamhaus|www.spamcop|bl.spamcop|senderbase|senderscore|sender score|"
   "cbl.abuseat|spamrl|ipcheck.proofpoint|csi.cloudmark|uceprotect|is listed|listed by|listed at|listed in|listed on|"
   "blocked using|blocked by ip|not in whitelist|bad ip|bad sender ip|banned send|banned * ip |spam ip|"
   "user complaints|spam complaints|permanently deferred|reputation|unusual rate of unsolicited|dynamic ip|"
   "dynamic host|dynamic address|dialup|open proxy|mail * from ip * REFUSED|ip * deferred|mail refused ip|"
   "REFUSED from ip|HOST * blocked|HOST is filtered|HOST address * REFUSED|ip * REFUSED|from ip * REFUSED|"
   "client host rejected access denied|client host rejected abus|client host rejected spam|blocked for spam|"
   "blocked see|block lookup|connect from your|connections from your|not allowed to connect|"
   "not accepting connections|connections will not be accepted|currently sending spam|you are sending spam|"
   "much spam from|spam from your|does not accept email over ipv6|suspected bounce attacks|ip address deferred|"
   "access for this ip|account ip exception|ip is hangup|denyip|client host bypass|abuse|black ip|"
   "connection was refused|connection rejected|connection refused|not accept * from this|not accepted from|"
   "intrusion prevention|no smtp service"},
  {CAUSE_POLICY, ANY,
   "policy reasons|policy restrictions|due to policy|policy rejection|rejected by policy|blocked by policy|"
   "denied by policy"},
  /* what the reply asks of us first */
  {CAUSE_TLS_OR_AUTH_REQUIRED, ANY,
   "starttls command first|starttls is required|starttls first|starttls required|must issue * starttls|"
   "must issue * auth|must use tls|tls required|tls is required|tls connection|requires tls|require tls|"
   "must support tls|must be encrypted|encryption * required|requires encryption|requires * tls|use tls ssl|"
   "session encryption|authentication * required|auth * required|authentication failed|authentication failure|"
   "authentication unsuccessful|authentication not allowed|authentication credentials|authentication requise|"
   "authentication mechanism|authentication invalid|authentication error|authenticate first|must authenticate|"
   "need to authenticate|not authenticated|username and password|user name and password|incorrect password|"
   "incorrect authentication|application specific password|too many login attempts|code dauthentification|log in|"
   "smtp auth |pop before smtp|check * mail first|authentication turned on|authentification|tls * not supported|"
   "please authenticate|auth failed|authorization required|login required|log on|unauthenticated senders|"
   "unauthenticated connection|authenticate before|auth error|credentials|failed authentication|"
   "authentication attempts|authentication type|cipher|for this certificate|authentication is not permitted|"
   "login or password|invalid login|failed login|before sending"},
  /* not for this server to pass on */
  {CAUSE_RELAY_DENIED, ANY,
   "relay * denied|relay * not permitted|relay * not allowed|relay prohibited|relay operation rejected|"
   "relay does not accept|relay rejected|relaying|not relay|dont relay|for relay|to relay|no relay|relay of mail|"
   "open relay|denies relay|not authorized to send email directly|is not local|not a gateway|insecure mail relay|"
   "as mail gate|allowed rcpthost|handle mail for|only allowed for local users|not local host|non local e mail|"
   "specified domain is not allowed"},
  /* too much at once */
  {CAUSE_RATE_LIMITED, ANY,
   "rate limit|ratelimit|throttl|too quickly|too fast|slow down|try again slower|too much mail from|unusual rate|"
   "rate that prevents|receiving mail at a rate|rate exceeded|sending rate|relay limit exceeded|sending limit|"
   "sending quota|submission quota|message quota exceeded|quota for sending|daily limit|daily quota|per hour|"
   "per minute|per second|per session|per connection|this hour|per day|connection limit|thread limit|concurrent|"
   "simultaneous|exceeded permitted limits|exceeded threshold|reached its limit for|limits for your account|"
   "MANY * connection|MANY * session|MANY * recipient|MANY * rcpt|MANY messages|MANY mails|MANY email|short period|"
   "received too m|MANY e mails|MANY mail |too many * messages|MANY errors|MANY * invalid|MANY bad|MANY unknown|"
   "message threshold|maximum number of|excessive volume|unexpected volume|MANY requests|MANY transactions|mail bomb|"
   "try again in * hour|exceeded the limit|over limit of|limit reached|allow rcpt|rcpt numbers|too many|too much|"
   "trop de|zu viele|demasiad"},
  /* the size of the message */
  {CAUSE_MESSAGE_TOO_BIG, ANY,
   "message size|mail size|message length|size exceed|size limit|size too|maximum size|maximum * size|too large|"
   "too big|message file too|number of attachments|individual header size|exceeded googles message|exceeds googles|"
   "taille limite|zu groß|zu gross|message is too long|message too long|mail too long|attachment is too long|"
   "mailsize|MSG * exceeds * size|more than * bytes|MSG is larger|troppo grande|demasiado grande"},
  /* no room for this recipient */
  {CAUSE_MAILBOX_FULL, ANY,
   "WHO * FULL|FULL * mailbox|FULL * inbox|quota|overquota|over quote|out of storage|disk space limit|storage limit|"
   "storage allocation|mailbox size|mailbox space|mailbox * exceed|mailbox limit|no space left for|"
   "not enough storage|enough * space|space not enough|enough diskspace|not sufficient disk|has reached * storage|"
   "too much mail data|space has been used up|space has used up|too many messages on|too many messages in|"
   "exceeding receiving limits|exceeded * storage|storage exceeded|storage full|exhausted * storage|zuviele mails|"
   "zu viele mails|storage space|allowed size|speichervolumen|speicherplatz|kapazität|capacity|would exceed"},
  /* known, and takes nothing */
  {CAUSE_MAILBOX_DISABLED, ANY,
   "recipient address rejected OFF|recipient address rejected blocked|account * blocked|mailbox * blocked|"
   "user * blocked|WHO is blocked|WHO has been blocked|WHO has been OFF|WHO is OFF|WHO OFF|WHO ist OFF|WHO wurde OFF|"
   "WHO est OFF|WHO esta OFF|WHO does not accept|WHO is not accepting|WHO * disabled|WHO * suspended|WHO * locked|"
   "WHO * frozen|WHO * inactiv|WHO * ha expirado|WHO * bloccato|WHO * expired|WHO * closed|WHO * deactivated|"
   "WHO * terminated|WHO * not active|WHO * on hold|OFF WHO|is OFF|suspend the service|domain is * suspended|"
   "domain * suspended|user is terminated|not used for more|not currently accepting mail|not accepting mail|"
   "not accepting messages|not accepting any mail|cannot receive|cant receive|unable to receive|receiving disabled|"
   "enable receiving|cannot be accessed|banned recipient|no longer accepts|temporarily unavailable * mailbox|"
   "inactivity|noactivity|no * activity since|mailbox unavailable or access|rule imposed mailbox access|"
   "out of service|is restricted|now disabled|account is not allowed|has been locked|administratively disabled|"
   "on hold|never logged|hasnt entered|WHO does not receive"},
  /* the sender's address, where it is named as the sender's */
  {CAUSE_SENDER_REJECTED, ANY,
   "sender domain|sender verif|SENDER * REFUSED|SENDER address|SENDER not|SENDER is|SENDER GONE|"
   "sender * does not exist|SENDER blocked|SENDER * match|SENDER * has no|sender * must exist|envelope blocked|"
   "invalid SENDER|unknown SENDER|blocked sender|bad SENDER|incorrect SENDER|wrong SENDER|domain must resolve|"
   "unverified sender|bad from|not owned by user|send as |from domain is invalid|mail from * not exist|mail from is|"
   "mail from invalid|unresolvable rfc|unresolvable from|unresolvable sender|emetteur|absender|message that you send|"
   "bogus mail from|address is not verified|sending this from a different|verify failed|verification failed|callout|"
   "callback|no third party dsn|valid address filter|different address or alias|emails from this|mailfrom failed|"
   "sender email|sender mailbox|fake sender|empty sender|null sender|empty envelope|domain of sender|sending domain"},
  /* the form of an address */
  {CAUSE_ADDRESS_SYNTAX, ANY,
   "address must contain|characters in address|characters in the address|fully qualified address|"
   "not a valid rfc 5321 address|address syntax|syntax error in mailbox|syntax error in address|malformed address|"
   "malformed email|invalid address format|address format|single label domains|invalid rcpt to address|"
   "rcpt to address|illegal address|malformed recipient|invalid character|domain part|fully qualified email|"
   "bad address syntax|adresssyntax|mailbox name not allowed"},
  /* the recipient's domain */
  {CAUSE_DOMAIN_BAD, ANY,
   "host unknown|unknown host|unknown domain|domain unknown|domain * GONE|domain must exist|no such domain|"
   "nonexistent domain|non existant domain|non existent domain|find the recipient domain|invalid recipient domain|"
   "invalid domain|domain is not hosted|domain isnt hosted|not accept mail |null mx|nullmx|mx * reserved by rfc|"
   "address reserved by rfc|name server * not found|resolving mx|host or domain name|host unreachable|"
   "domain is not reachable|domain mentioned in email|name or service not known|account or domain may|unrouteable|"
   "unroutable|mx record * found|no mx|no route for|dead domain|domain not local|domain isnt local|"
   "not for a local domain|not a local domain|no such host|domain name not|could not resolve|unresolvable domain|"
   "dominio * non valido|bad destination system|host not found|dns resolve|mail exchanger"},
  /* nobody of that name */
  {CAUSE_USER_UNKNOWN, ANY,
   "GONE WHO|GONE * user|GONE * recipient|GONE * mailbox|WHO * GONE|no WHO|no such|no one at this|nobody|"
   "no * entry for|no valid recipient|no valid rcpt|not a user|illegal user|illegal alias|unknown or|"
   "envelope recipient|recipient is not|recipient not|recipient no longer|rejected recipients|user doesnt|"
   "doesnt exist|dosnt exist|not exist|doesnt have|this is user have no|recipient rejected|recipient refused|"
   "recipient verify|this recipient is not|recipient address rejected undeliverable|unverified address|"
   "undeliverable address|recipient address rejected access denied|exrecipnotfound|address not present|"
   "not found by smtp address|not listed|inactive email address|bad destination mailbox|badrcptto|validrcptto|"
   "account is unavailable|not deliver to|deliver mail for|not used|cannot be verified|lookup in domain map|"
   "path no exist|wrong recipient|unresolvable address|nosuchuser|member of domain|user is not|user does not|"
   "keinen benutzer|nessun utente"},
  /* spam, said plainly */
  {CAUSE_SPAM_CONTENT, ANY,
   "spam|mcspam|antispam|antyspam|junk mail|junkmail|junk |unsolicited|ube |bulk mail|phishing|content * rejected|"
   "content denied|content restrict|nature of the content|content filter|pourriel|mail rejete|message filtered|"
   "unacceptable content|mail content|pattern detection|advertising|banned content|considered * unwanted|"
   "content reject|reject content|spam scale|spamtrap|score too high|content blocked|sensitive words|message scored|"
   "by dcc|url phone|bad words|profanity|prohibited words|word in the message"},
  /* the form of the message */
  {CAUSE_MALFORMED_MESSAGE, ANY,
   "rfc 822|header|malformed|mime |stray newline|lone cr|8 bit|message id|invalid message content|invalid characters|"
   "invalid data in message|invalid structure|mismatched with message header|data format error|not conform|"
   "does not comply|media error|conversion"},
  /* commands not understood */
  {CAUSE_PROTOCOL_ERROR, ANY,
   "syntax error|protocol deviation|bad sequence|improper sequence|protocol violation|protocol error|"
   "synchronization error|improper command pipelining|unrecognized|unknown command|command not|command unrecog|"
   "not implemented|unimplemented|out of sequence|out of order|hello first|helo first|ehlo first|need mail|need rcpt|"
   "no recipients specified|argument|please say|sequence error|must precede|unable to accommodate"},
  /* its own trouble */
  {CAUSE_SYSTEM_ERROR, ANY,
   "service currently unavailable|service unavailable|service is unavailable|insufficient * resource|"
   "insufficient system|insufficient disk|insufficient storage|insufficient space|service refuse|disk full|"
   "disk space|no space left|system error|system problem|system config|internal error|server error|local error|"
   "local problem|lookup failure|lookup error|ldap|server busy|configuration error|incorrectly configured|"
   "misconfigured|write error|service not available|service not active|shutting down|maintenance|out of memory|"
   "load average|temporary failure|temporarily unavailable|timeout|timed out|unable to process|delivery time expired|"
   "message expired|create user output|could not load|interrupted system|encountered an error|there is no mdb|"
   "transaction failed|connection expired|recipient error|policy size per transaction|connection dropped|"
   "connection reset|connection was dropped|nameserver|name server failure|resources|overload|try reconnecting|"
   "error in processing|cannot allocate|mail action aborted|action aborted|service is currently|come back later|"
   "failed to connect|unable to contact|try again in a while|mailer error|technical difficult|spool|session closed|"
   "database error|queue unavailable|too busy|upstream error|closing connection|internal software|software error|"
   "internal failure|list expansion|missing certificate"},
  /* a rule of its own */
  {CAUSE_POLICY, ANY,
   "policy|policies|not authorized|not authorised|not permitted|insufficient permission|prohibited|security issue|"
   "attachment|spoof|only in the same domain|html tag|security reason|security regulation|violates|violation|"
   "have permission"},
  {CAUSE_NONE, ANY, NULL},
};
