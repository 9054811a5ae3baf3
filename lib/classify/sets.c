/* Words that servers use for the same thing, for the phrases of classify/words.c: "WHO * FULL".  Of each word the
 * beginning counts, or all of it where a space ends it. */
#include "classify/classify.h"

const struct word_set classify_sets[] = {
  /* the recipient */
  {"WHO",
   "user|account|useraccount|mailbox|mail box|mail account|inbox|recipient|receipient|addressee|mailaddress|email|"
   "address|alias|maildir|mailfolder|mail folder|customer|subscriber|person|local part|destinat|utilisateur|adresse|"
   "compte|boite|boîte|empfänger|empfanger|empfaenger|benutzer|nutzer|postfach|mailkonto|konto|utente|indirizzo|"
   "casella|casilla|usuario|cuenta|buzon|buzón|usuário|conta |caixa|endereço|odbiorca|adresat|adressat|пользовател|"
   "ящик|получател|адрес|gebruiker|ontvanger|mottagare"},
  /* … is not there */
  {"GONE",
   "unknown|unkn |not found|notfound|not exist|doesnt exist|dont exist|dosnt exist|nonexist|non exist|not known|"
   "not a known|recognized|not recognised|unrecognized|unrecognised|not present|not listed|not in our|not our|"
   "not valid|not a valid|invalid|incorrect|misspelled|could not be found|couldnt be found|cannot be found|"
   "cant be found|cant find|not registered|not a registered|not defined|not local|not ok |has moved|was deleted|"
   "been deleted|been removed|deleted by|been replaced|no longer exist|no longer here|no longer at|no longer with|"
   "no longer on|inconnu|inexistant|invalide|nexiste|unbekannt|nicht gefunden|nicht bekannt|existiert nicht|"
   "nicht vorhanden|ungültig|sconosciut|non esiste|non trovat|inesistente|desconocid|no existe|no encontrad|"
   "inexistente|não existe|desconhecid|não encontrad|nie istnieje|nieznan|не найден|не существует|неизвест|onbekend|"
   "bestaat niet|okänd|ukjent"},
  {"FULL",
   "full |over quota|overquota|over the|over its|over their|over his|over disk|over allowed|over limit|over storage|"
   "overdrawn|quota|reached its|exceeds allowed|exceeding its|exceeded its|exceeded his|exceeded her|exceeded their|"
   "exceeded storage|exceeded the storage|exceeded email|exceeded disk|out of space|out of storage|out of quota|"
   "no space|no room|pleine|plein |saturee|saturée|voll |überfüllt|ueberfuellt|pien|llen|chei|lotad|pełn|переполнен"},
  /* … takes nothing */
  {"OFF",
   "disabled|deactivated|suspended|suspend |locked|frozen|inactiv|expired|ha expirado|closed|terminated|discontinued|"
   "archive|disactivated|unactivated|no longer active|no longer in use|no longer valid|no longer used|"
   "no longer accept|not active|not activated|not yet active|not enabled|on hold|dormant|cancelled|canceled|"
   "abandoned|desactive|désactivé|suspendu|gesperrt|deaktiviert|stillgelegt|disattivat|disabilitat|bloccato per|"
   "deshabilitad|desactivad|suspendid|bloquead|desativad|zablokowan|nieaktywn|заблокирован|отключен|geblokkeerd"},
  /* our address, host, connection */
  {"HOST",
   "ip |ips |ipv4|ipv6|client|host|hosts|connection|connections|connecting|network|mail server|mailserver|mta |"
   "server|servers|remotehost|netblock|subnet|isp |provider"},
  {"REFUSED",
   "rejected|rejecting|reject |refused|refusing|denied|blocked|blocking|is block|banned|barred|forbidden|prohibited|"
   "not accept|not currently accept|do not accept|does not accept|dont accept|wont accept|will not accept|not allow|"
   "not permitted|disallowed|not welcome|not authorized|not authorised|refuse |unacceptable|bloque|refusee|refusée|"
   "refusé |abgelehnt|abgewiesen|gesperrt|rifiutat|rechazad|bloquead|bloccat|rejeitad|zablokowan|отклонен|отказано|"
   "заблокирован|nicht akzeptiert"},
  {"MSG",
   "message|mail |mails |email|emails|e mail|e mails|content|contents|body|letter|mensaje|mensagem|nachricht|"
   "messaggio|courrier|письмо|сообщение"},
  /* the sender's address */
  {"SENDER",
   "sender|senders|mail from|mailfrom|from address|envelope from|envelope sender|return path|reverse path|emetteur|"
   "expediteur|expéditeur|absender|mittente|remitente|remetente|отправител|nadawc"},
  {"LIST",
   "blacklist|black list|blacklists|blocklist|block list|denylist|deny list|banlist|ban list|block lists|blocklists|"
   "realtime|rbl |rbls |rbl.|dnsbl|dnsbls |spamhaus|spamcop|sorbs|barracudacentral|blacklisted|blocklisted"},
  {"MANY",
   "too many|too much|to many |trop de|zu viele|zuviele|demasiad|troppi|troppe|muitas|excessive|"
   "exceeded the maximum number|max number|maximum number|exceeds the maximum number"},
  {NULL, NULL},
};
