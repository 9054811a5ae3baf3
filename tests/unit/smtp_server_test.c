/* smtp_server: transcripts of the receiving engine, whole, bytewise and cut at every position. */
#include "unit.h"

#include "smtp_play.h"

#define GREETING "220 mx.test ESMTP wiz98\n"
#define HI "HELO c\r\n"
#define HI_OK "250 mx.test\n"
#define START "HELO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@y>\r\n"
#define START_OK HI_OK "250 2.1.0 Sender accepted\nRCPT x@y\n250 2.1.5 Recipient accepted\n"
#define BEGIN_OK "BEGIN a@b\n354 Send the message; end with a line that holds only a dot\n"
#define DONE "250 2.0.0 Accepted, queue ID QID\nFORGET\n"
#define BYE "221 2.0.0 Goodbye\nCLOSE SM102I\n"
#define MAIL_OK "250 2.1.0 Sender accepted\n"
#define RCPT_OK "250 2.1.5 Recipient accepted\n"
#define ROW(name, in, out) {name, in, sizeof(in) - 1, GREETING out}

struct row {
  const char *name, *in;
  size_t n;
  const char *want;
};

static const struct row strict_rows[] = {
    ROW("a whole message", START "DATA\r\nSubject: x\r\n\r\nhi\r\n.\r\nQUIT\r\n",
        START_OK BEGIN_OK "END Subject: x||hi|\n" DONE BYE),
    ROW("EHLO tells what there is", "EHLO [127.0.0.1]\r\n",
        "250-mx.test\n250-PIPELINING\n250-SIZE 1000\n250-8BITMIME\n250-SMTPUTF8\n250-DSN\n250-LIMITS RCPTMAX=3\n250 ENHANCEDSTATUSCODES\n"),
    ROW("lower case, blanks around and behind", "  helo   my pc \r\nmail from : < a@b>\r\nmail from: <a@b>  size=12 \r\nrcpt  to:\t<x@y>\r\n",
        HI_OK "501 5.1.7 The part before the @ is wrong (SM534W)\nREFUSED SM534W mail from : < a@b>\n" MAIL_OK "RCPT x@y\n" RCPT_OK),
    ROW("an empty message", START "DATA\r\n.\r\n", START_OK BEGIN_OK "END \n" DONE),
    ROW("dots are unstuffed", START "DATA\r\n..\r\n...x\r\n.y\r\nz.\r\n.\r\n", START_OK BEGIN_OK "END .|..x|y|z.|\n" DONE),
    ROW("two messages in one conversation", START "DATA\r\n1\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nDATA\r\n2\r\n.\r\n",
        START_OK BEGIN_OK "END 1|\n" DONE MAIL_OK "RCPT postmaster\n" RCPT_OK "BEGIN \n354 Send the message; end with a line that holds only a dot\nEND 2|\n" DONE),
    ROW("all parameters",
        "EHLO c\r\nMAIL FROM:<\xc3\xa9@b> SIZE=10 body=8BITMIME SMTPUTF8 RET=hdrs ENVID=a+2Bb\r\nRCPT TO:<x@y> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+3Dq@y\r\nDATA\r\n.\r\n",
        "250-mx.test\n250-PIPELINING\n250-SIZE 1000\n250-8BITMIME\n250-SMTPUTF8\n250-DSN\n250-LIMITS RCPTMAX=3\n250 ENHANCEDSTATUSCODES\n" MAIL_OK
        "RCPT x@y notify=10 orcpt=rfc822;x+3Dq@y\n" RCPT_OK "BEGIN \xc3\xa9@b size=10 8bit utf8 ret=H envid=a+2Bb\n354 Send the message; end with a line that holds only a dot\nEND \n" DONE),
    ROW("MAIL before HELO", "MAIL FROM:<a@b>\r\nRCPT TO:<x@y>\r\nDATA\r\n",
        "503 5.5.1 Say EHLO or HELO first (SM503W)\nREFUSED SM503W MAIL FROM:<a@b>\n503 5.5.1 Say EHLO or HELO first (SM503W)\nREFUSED SM503W RCPT TO:<x@y>\n"
        "503 5.5.1 Say EHLO or HELO first (SM503W)\nREFUSED SM503W DATA\n"),
    ROW("MAIL twice leaves the first", HI "MAIL FROM:<a@b>\r\nMAIL FROM:<c@d>\r\nRCPT TO:<x@y>\r\nDATA\r\n.\r\n",
        HI_OK MAIL_OK "503 5.5.1 A message is begun already; RSET forgets it (SM504W)\nREFUSED SM504W MAIL FROM:<c@d>\nRCPT x@y\n" RCPT_OK BEGIN_OK "END \n" DONE),
    ROW("RCPT and DATA before MAIL", HI "RCPT TO:<x@y>\r\nDATA\r\n",
        HI_OK "503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W RCPT TO:<x@y>\n503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W DATA\n"),
    ROW("only refused recipients", HI "MAIL FROM:<a@b>\r\nRCPT TO:<unknown@y>\r\nDATA\r\nRCPT TO:<x@y>\r\nDATA\r\n.\r\n",
        HI_OK MAIL_OK "RCPT unknown@y\n550 5.1.1 No such user here (SM301E)\n554 5.5.1 No valid recipients (SM318W)\nREFUSED SM318W DATA\nRCPT x@y\n" RCPT_OK BEGIN_OK "END \n" DONE),
    ROW("one refused, one accepted", HI "MAIL FROM:<a@b>\r\nRCPT TO:<full@y>\r\nRCPT TO:<x@y>\r\nDATA\r\n.\r\n",
        HI_OK MAIL_OK "RCPT full@y\n452 4.2.2 The mailbox is full (SM302E)\nRCPT x@y\n" RCPT_OK BEGIN_OK "END \n" DONE),
    ROW("one recipient too many", HI "MAIL FROM:<a@b>\r\nRCPT TO:<1@y>\r\nRCPT TO:<2@y>\r\nRCPT TO:<3@y>\r\nRCPT TO:<4@y>\r\nDATA\r\n.\r\n",
        HI_OK MAIL_OK "RCPT 1@y\n" RCPT_OK "RCPT 2@y\n" RCPT_OK "RCPT 3@y\n" RCPT_OK "452 4.5.3 Too many recipients in one message (SM305E)\nREFUSED SM305E RCPT TO:<4@y>\n" BEGIN_OK "END \n" DONE),
    ROW("RSET forgets", START "RSET\r\nDATA\r\nRSET\r\n",
        START_OK "250 2.0.0 Forgotten; begin again\nFORGET\n503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W DATA\n250 2.0.0 Forgotten; begin again\n"),
    ROW("EHLO forgets, a refused one does not", START "EHLO\r\nDATA\r\n.\r\n",
        START_OK "501 5.5.4 The command lacks its argument (SM509W)\nREFUSED SM509W EHLO\n" BEGIN_OK "END \n" DONE),
    ROW("HELO forgets", START "HELO d\r\nDATA\r\n", START_OK HI_OK "FORGET\n503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W DATA\n"),
    ROW("NOOP, VRFY, HELP leave the transaction", START "NOOP x\r\nVRFY a\r\nHELP\r\nVRFY\r\nDATA\r\n.\r\n",
        START_OK "250 2.0.0 Nothing done, as asked\n252 2.5.0 Not told here; RCPT will tell\n214 2.0.0 Commands: EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT\n"
        "501 5.5.4 The command lacks its argument (SM509W)\nREFUSED SM509W VRFY\n" BEGIN_OK "END \n" DONE),
    ROW("a refused DATA leaves the transaction", HI "MAIL FROM:<nospace@b>\r\nRCPT TO:<x@y>\r\nDATA\r\nDATA x\r\nRSET\r\n",
        HI_OK MAIL_OK "RCPT x@y\n" RCPT_OK "BEGIN nospace@b\n452 4.3.1 Not enough free space for new mail (SM303E)\n"
        "501 5.5.4 The command takes no argument (SM510W)\nREFUSED SM510W DATA x\n250 2.0.0 Forgotten; begin again\nFORGET\n"),
    ROW("a message that fails at its end is over", HI "MAIL FROM:<late@b>\r\nRCPT TO:<x@y>\r\nDATA\r\n.\r\nDATA\r\n",
        HI_OK MAIL_OK "RCPT x@y\n" RCPT_OK "BEGIN late@b\n354 Send the message; end with a line that holds only a dot\nEND \n"
        "451 4.3.0 The message could not be stored (SM304E)\nFORGET\n503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W DATA\n"),
    ROW("a refused MAIL begins nothing", HI "MAIL FROM:<a@b> SIZE=1001\r\nRCPT TO:<x@y>\r\nMAIL FROM:<a@b> SIZE=1000\r\n",
        HI_OK "552 5.3.4 The message is too large (SM308E)\nREFUSED SM308E MAIL FROM:<a@b> SIZE=1001\n503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W RCPT TO:<x@y>\n" MAIL_OK),
    ROW("commands that are not offered", "EXPN x\r\nAUTH PLAIN secret\r\nc2VjcmV0\r\nSTARTTLS\r\n",
        "502 5.5.1 Command not offered here (SM502W)\nREFUSED SM502W EXPN x\n502 5.5.1 Command not offered here (SM502W)\nREFUSED SM502W AUTH\n"
        "500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W (hidden)\n502 5.5.1 Command not offered here (SM502W)\nREFUSED SM502W STARTTLS\n"),
    ROW("a bare LF ends a command, with an error, at once", "HELO c\nNOOP\r\n",
        "500 5.5.2 The command ends with a bare LF instead of CR LF (SM507W)\nREFUSED SM507W HELO c\n250 2.0.0 Nothing done, as asked\n"),
    ROW("a bare CR in a command", "HELO c\rNOOP\r\n", "500 5.5.2 The command contains a control byte (SM508W)\nREFUSED SM508W HELO c\rNOOP\n"),
    ROW("NUL in a command", "NOOP\0x\r\nNOOP\r\n", "500 5.5.2 The command contains a control byte (SM508W)\nREFUSED SM508W NOOP"),
    ROW("too many errors", "X\r\nX\r\nX\r\nX\r\nX\r\nX\r\nNOOP\r\n",
        "500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n"
        "500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n"
        "500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n"
        "421 4.7.0 Too many errors; closing (SM313E)\nREFUSED SM313E X\nCLOSE SM313E\n"),
    ROW("too many refused recipients", HI "MAIL FROM:<a@b>\r\nRCPT TO:<unknown@1>\r\nRCPT TO:<unknown@2>\r\nRCPT TO:<unknown@3>\r\nRCPT TO:<unknown@4>\r\nRCPT TO:<x@y>\r\n",
        HI_OK MAIL_OK "RCPT unknown@1\n550 5.1.1 No such user here (SM301E)\nRCPT unknown@2\n550 5.1.1 No such user here (SM301E)\n"
        "RCPT unknown@3\n550 5.1.1 No such user here (SM301E)\nRCPT unknown@4\n550 5.1.1 No such user here (SM301E)\n"
        "421 4.7.0 Too many refused recipients; closing (SM314E)\nREFUSED SM314E RCPT TO:<unknown@4>\nCLOSE SM314E\n"),
    ROW("QUIT ends, what follows is not read", "QUIT\r\nNOOP\r\n", BYE),
    ROW("QUIT with an argument", "QUIT now\r\n", "501 5.5.4 The command takes no argument (SM510W)\nREFUSED SM510W QUIT now\n"),
    ROW("a bare LF in the message: refused at CRLF.CRLF, then closed", START "DATA\r\na\nb\r\n.\r\nNOOP\r\n",
        START_OK BEGIN_OK "550 5.6.11 A line of the message ends with a bare LF (SM310E)\nDROP\nREFUSED SM310E DATA\nFORGET\nCLOSE SM310E\n"),
    ROW("a bare CR in the message", START "DATA\r\na\rb\r\n.\r\n",
        START_OK BEGIN_OK "550 5.6.11 The message contains a bare CR (SM311E)\nDROP\nREFUSED SM311E DATA\nFORGET\nCLOSE SM311E\n"),
    ROW("NUL in the message", START "DATA\r\na\0b\r\n.\r\n",
        START_OK BEGIN_OK "550 5.6.11 The message contains a NUL byte (SM312E)\nDROP\nREFUSED SM312E DATA\nFORGET\nCLOSE SM312E\n"),
    ROW("a loop is refused, the conversation goes on", START "DATA\r\nReceived: 1\r\nreceived: 2\r\nReceived: 3\r\n\r\n.\r\nDATA\r\n",
        START_OK BEGIN_OK "554 5.4.6 The message goes round in a loop (SM309E)\nDROP\nREFUSED SM309E DATA\nFORGET\n503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W DATA\n"),
    ROW("Received in the body is text", START "DATA\r\nReceived: 1\r\nReceived: 2\r\n\r\nReceived: 3\r\n.\r\n",
        START_OK BEGIN_OK "END Received: 1|Received: 2||Received: 3|\n" DONE),
};

#define BAD_MAIL(name, text, reply) ROW(name, HI "MAIL " text "\r\n", HI_OK reply "MAIL " text "\n")
#define BAD_RCPT(name, text, reply) ROW(name, HI "MAIL FROM:<a@b>\r\nRCPT " text "\r\n", HI_OK MAIL_OK reply "RCPT " text "\n")
#define WRONG_VALUE "501 5.5.4 The value of a parameter is wrong (SM515W)\nREFUSED SM515W "

static const struct row syntax_rows[] = {
    BAD_MAIL("no FROM", "<a@b>", "501 5.5.4 Expected MAIL FROM:<address> (SM512W)\nREFUSED SM512W "),
    BAD_MAIL("nothing", "FROM:", "501 5.1.7 The address must stand in angle brackets (SM531W)\nREFUSED SM531W "),
    BAD_MAIL("no brackets", "FROM:a@b", "501 5.1.7 The address must stand in angle brackets (SM531W)\nREFUSED SM531W "),
    BAD_MAIL("something behind the bracket", "FROM:<a@b>SIZE=1", "501 5.5.4 Expected MAIL FROM:<address> (SM512W)\nREFUSED SM512W "),
    BAD_MAIL("shell characters and an empty domain (OpenSMTPD 2020)", "FROM:<;sleep 66;@>", "501 5.1.7 The part before the @ is wrong (SM534W)\nREFUSED SM534W "),
    BAD_MAIL("an empty domain", "FROM:<a@>", "501 5.1.7 The address lacks its domain (SM533W)\nREFUSED SM533W "),
    BAD_MAIL("UTF-8 without SMTPUTF8", "FROM:<\xc3\xa9@b>", "553 5.6.7 An address beyond ASCII needs SMTPUTF8 (SM517W)\nREFUSED SM517W "),
    BAD_MAIL("an unknown parameter", "FROM:<a@b> AUTH=<>", "555 5.5.4 Parameter not known here (SM514W)\nREFUSED SM514W "),
    BAD_MAIL("a parameter of RCPT", "FROM:<a@b> NOTIFY=NEVER", "555 5.5.4 Parameter not known here (SM514W)\nREFUSED SM514W "),
    BAD_MAIL("a parameter without name", "FROM:<a@b> =1", "555 5.5.4 Parameter not known here (SM514W)\nREFUSED SM514W "),
    BAD_MAIL("a parameter twice", "FROM:<a@b> SIZE=1 size=1", "501 5.5.4 A parameter is given twice (SM516W)\nREFUSED SM516W "),
    BAD_MAIL("SIZE without value", "FROM:<a@b> SIZE", WRONG_VALUE),
    BAD_MAIL("SIZE negative", "FROM:<a@b> SIZE=-1", WRONG_VALUE),
    BAD_MAIL("SIZE of 21 digits", "FROM:<a@b> SIZE=000000000000000000001", WRONG_VALUE),
    BAD_MAIL("SIZE beyond 64 bits", "FROM:<a@b> SIZE=99999999999999999999", "552 5.3.4 The message is too large (SM308E)\nREFUSED SM308E "),
    BAD_MAIL("BODY=BINARYMIME", "FROM:<a@b> BODY=BINARYMIME", WRONG_VALUE),
    BAD_MAIL("SMTPUTF8 with a value", "FROM:<a@b> SMTPUTF8=", WRONG_VALUE),
    BAD_MAIL("RET wrong", "FROM:<a@b> RET=BODY", WRONG_VALUE),
    BAD_MAIL("ENVID with +00", "FROM:<a@b> ENVID=a+00b", WRONG_VALUE),
    BAD_MAIL("ENVID with a line end", "FROM:<a@b> ENVID=a+0Ab", WRONG_VALUE),
    BAD_MAIL("ENVID cut off", "FROM:<a@b> ENVID=a+2", WRONG_VALUE),
    BAD_MAIL("ENVID in lower case", "FROM:<a@b> ENVID=a+2b", WRONG_VALUE),
    BAD_MAIL("ENVID empty", "FROM:<a@b> ENVID=", WRONG_VALUE),
    BAD_RCPT("the null recipient", "TO:<>", "501 5.1.3 The address is empty (SM532W)\nREFUSED SM532W "),
    BAD_RCPT("no domain", "TO:<taro>", "501 5.1.3 The address lacks its domain (SM533W)\nREFUSED SM533W "),
    BAD_RCPT("no TO", "FROM:<a@b>", "501 5.5.4 Expected RCPT TO:<address> (SM513W)\nREFUSED SM513W "),
    BAD_RCPT("NOTIFY mixed with NEVER", "TO:<a@b> NOTIFY=NEVER,DELAY", WRONG_VALUE),
    BAD_RCPT("NOTIFY empty", "TO:<a@b> NOTIFY=", WRONG_VALUE),
    BAD_RCPT("NOTIFY without value", "TO:<a@b> NOTIFY", WRONG_VALUE),
    BAD_RCPT("NOTIFY with an empty word", "TO:<a@b> NOTIFY=DELAY,", WRONG_VALUE),
    BAD_RCPT("ORCPT without type", "TO:<a@b> ORCPT=a@b", WRONG_VALUE),
    BAD_RCPT("ORCPT without address", "TO:<a@b> ORCPT=rfc822;", WRONG_VALUE),
    BAD_RCPT("ORCPT with +00", "TO:<a@b> ORCPT=rfc822;+00", WRONG_VALUE),
    BAD_RCPT("ORCPT utf-8 without SMTPUTF8", "TO:<a@b> ORCPT=utf-8;\xc3\xa9", WRONG_VALUE),
    BAD_RCPT("ORCPT with a bad type", "TO:<a@b> ORCPT=rf(c;a@b", WRONG_VALUE),
};

static const struct row lenient_rows[] = {
    ROW("LF ends lines and the message", "HELO c\nMAIL FROM:a@b\nRCPT TO:x@y\nDATA\nhi\n.\nQUIT\n", START_OK BEGIN_OK "END hi|\n" DONE BYE),
    ROW("CR ends lines and the message", "HELO c\rMAIL FROM:<a@b>\rRCPT TO:<x@y>\rDATA\rhi\r\r..\r.\rQUIT\r", START_OK BEGIN_OK "END hi||.|\n" DONE BYE),
    ROW("CRLF as well", START "DATA\r\nhi\r\n\r\n.\r\nQUIT\r\n", START_OK BEGIN_OK "END hi||\n" DONE BYE),
    ROW("CR CR LF is one line end", "HELO c\r\r\nMAIL FROM:<a@b>\r\r\nRCPT TO:<x@y>\r\r\nDATA\r\r\na\r\r\n\r\r\nb\r\r\n.\r\r\nQUIT\r\r\n", START_OK BEGIN_OK "END a||b|\n" DONE BYE),
    ROW("mixed", START "DATA\na\rb\nc\r\n\n.\r\nQUIT\n", START_OK BEGIN_OK "END a|b|c||\n" DONE BYE),
    ROW("NUL is dropped", "HE\0LO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@y>\r\nDATA\r\na\0b\r\0\n\0.\0\r\n", START_OK BEGIN_OK "END ab|\n" DONE),
    ROW("HELO without a name", "HELO\r\n", HI_OK),
};

#define CAN "250-mx.test\n250-PIPELINING\n250-SIZE 1000\n250-8BITMIME\n250-SMTPUTF8\n250-DSN\n250-LIMITS RCPTMAX=3\n"
#define CAN_END "250 ENHANCEDSTATUSCODES\n"
#define CAN_AUTH CAN "250-AUTH PLAIN LOGIN\n" CAN_END
#define CAN_TLS CAN "250-STARTTLS\n" CAN_END
#define TLS_OK "TLS\n220 2.0.0 Ready to start TLS\nHANDSHAKE\n"
#define INJECTED "554 5.7.0 Commands came before TLS began; closing (SM320E)\nREFUSED SM320E STARTTLS\nCLOSE SM320E\n"
#define LOGGED_IN "235 2.7.0 Authenticated\n"
#define REFUSED_AUTH(reply, id) reply " (" id ")\nREFUSED " id " AUTH\n"
#define NEED_AUTH "530 5.7.0 Authenticate before you send (SM324W)\nREFUSED SM324W MAIL FROM:<a@b>\n"
#define TARO_PASS "AHRhcm8AcGFzcw=="      /* \0taro\0pass */
#define TARO_WRONG "AHRhcm8Ad3Jvbmc="     /* \0taro\0wrong */
#define WRONG_PASS "AUTH taro\n535 5.7.8 User name or password is wrong (SM325W)\n"
#define BAD_BASE64 "501 5.5.2 The answer is not valid base64"

/* STARTTLS is offered, and AUTH behind it. */
static const struct row tls_rows[] = {
    ROW("a mail program's way", "EHLO c\r\nSTARTTLS\r\n\x16" "EHLO c\r\nAUTH PLAIN " TARO_PASS "\r\nMAIL FROM:<a@b> SIZE=9 BODY=8BITMIME\r\nRCPT TO:<x@y>\r\nDATA\r\nhi\r\n.\r\nQUIT\r\n",
        CAN_TLS TLS_OK CAN_AUTH "AUTH taro\n" LOGGED_IN MAIL_OK "RCPT x@y\n" RCPT_OK "BEGIN a@b size=9 8bit\n354 Send the message; end with a line that holds only a dot\nEND hi|\n" DONE BYE),
    ROW("without EHLO before it, in lower case", "starttls \r\n\x16HELO c\r\n", TLS_OK HI_OK),
    ROW("nothing is kept: EHLO", "EHLO c\r\nSTARTTLS\r\n\x16MAIL FROM:<a@b>\r\n", CAN_TLS TLS_OK "503 5.5.1 Say EHLO or HELO first (SM503W)\nREFUSED SM503W MAIL FROM:<a@b>\n"),
    ROW("nothing is kept: a transaction", START "STARTTLS\r\n\x16HELO c\r\nDATA\r\n",
        START_OK TLS_OK "FORGET\n" HI_OK "503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W DATA\n"),
    ROW("a second time", "STARTTLS\r\n\x16STARTTLS\r\nNOOP\r\n",
        TLS_OK "503 5.5.1 TLS is in use already (SM518W)\nREFUSED SM518W STARTTLS\n250 2.0.0 Nothing done, as asked\n"),
    ROW("with an argument", "STARTTLS now\r\nNOOP\r\n", "501 5.5.4 The command takes no argument (SM510W)\nREFUSED SM510W STARTTLS now\n250 2.0.0 Nothing done, as asked\n"),
    ROW("with a bare LF", "STARTTLS\nNOOP\r\n",
        "500 5.5.2 The command ends with a bare LF instead of CR LF (SM507W)\nREFUSED SM507W STARTTLS\n250 2.0.0 Nothing done, as asked\n"),
    ROW("a command behind it (Postfix 2011)", "EHLO c\r\nSTARTTLS\r\nRSET\r\n\x16" "EHLO c\r\n", CAN_TLS INJECTED),
    ROW("half a command behind it", "STARTTLS\r\nMAIL FR\x16OM:<a@b>\r\n", INJECTED),
    ROW("one byte behind it", "STARTTLS\r\n\r", INJECTED),
    ROW("AUTH behind it", "EHLO c\r\nSTARTTLS\r\nAUTH PLAIN " TARO_PASS "\r\n", CAN_TLS INJECTED),
    ROW("AUTH before it", "EHLO c\r\nAUTH PLAIN " TARO_PASS "\r\nAUTH LOGIN\r\nNOOP\r\n",
        CAN_TLS REFUSED_AUTH("538 5.7.11 Passwords are taken under TLS only; use STARTTLS first", "SM322W")
        REFUSED_AUTH("538 5.7.11 Passwords are taken under TLS only; use STARTTLS first", "SM322W") "250 2.0.0 Nothing done, as asked\n"),
    ROW("in the middle of DATA it is text", START "DATA\r\nSTARTTLS\r\n.\r\n", START_OK BEGIN_OK "END STARTTLS|\n" DONE),
    ROW("errors are counted on", "X\r\nX\r\nX\r\nSTARTTLS\r\n\x16X\r\nX\r\nX\r\nNOOP\r\n",
        "500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n"
        TLS_OK
        "500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W X\n"
        "421 4.7.0 Too many errors; closing (SM313E)\nREFUSED SM313E X\nCLOSE SM313E\n"),
};

/* A listed device with STARTTLS. */
static const struct row lenient_tls_rows[] = {
    ROW("CR LF", "HELO c\r\nSTARTTLS\r\n\x16HELO c\r\n", HI_OK TLS_OK HI_OK),
    ROW("LF", "HELO c\nSTARTTLS\n\x16HELO c\n", HI_OK TLS_OK HI_OK),
    ROW("something behind it", "STARTTLS\r\n\n", INJECTED),
    ROW("something behind its CR", "STARTTLS\rNOOP\r", INJECTED),
};

/* AUTH is offered, and needed before MAIL. */
static const struct row auth_rows[] = {
    ROW("PLAIN at once", "EHLO c\r\nAUTH PLAIN " TARO_PASS "\r\nMAIL FROM:<a@b>\r\n", CAN_AUTH "AUTH taro\n" LOGGED_IN MAIL_OK),
    ROW("PLAIN after the challenge", "EHLO c\r\nauth plain\r\n" TARO_PASS "\r\nMAIL FROM:<a@b>\r\n", CAN_AUTH "334 \nAUTH taro\n" LOGGED_IN MAIL_OK),
    ROW("LOGIN", "HELO c\r\nAUTH LOGIN\r\ndGFybw==\r\ncGFzcw==\r\nMAIL FROM:<a@b>\r\n", HI_OK "334 VXNlcm5hbWU6\n334 UGFzc3dvcmQ6\nAUTH taro\n" LOGGED_IN MAIL_OK),
    ROW("LOGIN with the user at once", "HELO c\r\nAUTH LOGIN dGFybw==\r\ncGFzcw==\r\n", HI_OK "334 UGFzc3dvcmQ6\nAUTH taro\n" LOGGED_IN),
    ROW("the answer may look like a command", "HELO c\r\nAUTH LOGIN\r\nQUIT\r\nDATA\r\nNOOP\r\n",
        HI_OK "334 VXNlcm5hbWU6\n334 UGFzc3dvcmQ6\nAUTH A\x42\x13\n535 5.7.8 User name or password is wrong (SM325W)\n250 2.0.0 Nothing done, as asked\n"),
    ROW("cancelled", "HELO c\r\nAUTH PLAIN\r\n*\r\nNOOP\r\n", HI_OK "334 \n" REFUSED_AUTH("501 5.7.0 Authentication cancelled by the client", "SA201W") "250 2.0.0 Nothing done, as asked\n"),
    ROW("an empty initial response", "HELO c\r\nAUTH PLAIN =\r\n", HI_OK REFUSED_AUTH("501 5.5.2 User name and password are not where they should be", "SA205W")),
    ROW("bad base64", "HELO c\r\nAUTH PLAIN secret!\r\nAUTH LOGIN\r\nsecret!\r\n", HI_OK REFUSED_AUTH(BAD_BASE64, "SA202W") "334 VXNlcm5hbWU6\n" REFUSED_AUTH(BAD_BASE64, "SA202W")),
    ROW("two initial responses", "HELO c\r\nAUTH PLAIN " TARO_PASS " x\r\n", HI_OK REFUSED_AUTH(BAD_BASE64, "SA202W")),
    ROW("a bare LF ends the answer", "HELO c\r\nAUTH PLAIN\r\n" TARO_PASS "\nNOOP\r\n",
        HI_OK "334 \n" REFUSED_AUTH("500 5.5.2 The command ends with a bare LF instead of CR LF", "SM507W") "250 2.0.0 Nothing done, as asked\n"),
    ROW("an unknown mechanism, its answer hidden", "HELO c\r\nAUTH CRAM-MD5 secret\r\nc2VjcmV0\r\n",
        HI_OK REFUSED_AUTH("504 5.5.4 This authentication mechanism is not offered; PLAIN and LOGIN are", "SA204W") "500 5.5.1 Unknown command (SM501W)\nREFUSED SM501W (hidden)\n"),
    ROW("no mechanism", "HELO c\r\nAUTH\r\n", HI_OK REFUSED_AUTH("501 5.5.4 The command lacks its argument", "SM509W")),
    ROW("before EHLO", "AUTH PLAIN " TARO_PASS "\r\n", REFUSED_AUTH("503 5.5.1 Say EHLO or HELO first", "SM503W")),
    ROW("twice", "HELO c\r\nAUTH PLAIN " TARO_PASS "\r\nAUTH PLAIN " TARO_PASS "\r\n", HI_OK "AUTH taro\n" LOGGED_IN REFUSED_AUTH("503 5.5.1 Authenticated already", "SM519W")),
    ROW("in a transaction", "HELO c\r\nAUTH PLAIN " TARO_PASS "\r\nMAIL FROM:<a@b>\r\nAUTH PLAIN " TARO_PASS "\r\n",
        HI_OK "AUTH taro\n" LOGGED_IN MAIL_OK REFUSED_AUTH("503 5.5.1 Authenticated already", "SM519W")),
    ROW("a wrong password, then the right one", "HELO c\r\nAUTH PLAIN " TARO_WRONG "\r\nMAIL FROM:<a@b>\r\nAUTH PLAIN " TARO_PASS "\r\nMAIL FROM:<a@b>\r\n",
        HI_OK WRONG_PASS NEED_AUTH "AUTH taro\n" LOGGED_IN MAIL_OK),
    ROW("three wrong passwords", "HELO c\r\nAUTH PLAIN " TARO_WRONG "\r\nAUTH PLAIN " TARO_WRONG "\r\nAUTH LOGIN dGFybw==\r\nYQ==\r\nAUTH PLAIN " TARO_PASS "\r\n",
        HI_OK WRONG_PASS WRONG_PASS "334 UGFzc3dvcmQ6\n" WRONG_PASS "421 4.7.0 Too many refused logins; closing (SM327W)\nREFUSED SM327W AUTH\nCLOSE SM327W\n"),
    ROW("it cannot be checked", "HELO c\r\nAUTH PLAIN AGRvd24AcGFzcw==\r\nAUTH PLAIN " TARO_PASS "\r\n",
        HI_OK "AUTH down\n454 4.7.0 The password cannot be checked at the moment (SM326E)\nAUTH taro\n" LOGGED_IN),
    ROW("pipelined behind AUTH, all in order", "EHLO c\r\nAUTH PLAIN " TARO_PASS "\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@y>\r\nDATA\r\nhi\r\n.\r\n",
        CAN_AUTH "AUTH taro\n" LOGGED_IN MAIL_OK "RCPT x@y\n" RCPT_OK BEGIN_OK "END hi|\n" DONE),
    ROW("pipelined behind a refused AUTH", "EHLO c\r\nAUTH PLAIN " TARO_WRONG "\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@y>\r\n",
        CAN_AUTH WRONG_PASS NEED_AUTH "503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W RCPT TO:<x@y>\n"),
    ROW("MAIL before AUTH", "HELO c\r\nMAIL FROM:<a@b>\r\n", HI_OK NEED_AUTH),
    ROW("STARTTLS is not offered", "STARTTLS\r\nNOOP\r\n", "502 5.5.1 Command not offered here (SM502W)\nREFUSED SM502W STARTTLS\n250 2.0.0 Nothing done, as asked\n"),
    ROW("AUTH= of MAIL is read and forgotten", "HELO c\r\nAUTH PLAIN " TARO_PASS "\r\nMAIL FROM:<a@b> AUTH=<>\r\nRSET\r\nMAIL FROM:<a@b> AUTH=a+40b\r\nRSET\r\nMAIL FROM:<a@b> AUTH=a+4\r\n",
        HI_OK "AUTH taro\n" LOGGED_IN MAIL_OK "250 2.0.0 Forgotten; begin again\nFORGET\n" MAIL_OK "250 2.0.0 Forgotten; begin again\nFORGET\n" WRONG_VALUE "MAIL FROM:<a@b> AUTH=a+4\n"),
    ROW("somebody else's sender, then one's own", "HELO c\r\nAUTH PLAIN " TARO_PASS "\r\nMAIL FROM:<other@b>\r\nRCPT TO:<x@y>\r\nMAIL FROM:<a@b>\r\nRCPT TO:<x@y>\r\n",
        HI_OK "AUTH taro\n" LOGGED_IN "550 5.7.1 This sender address is not yours (SM328E)\n503 5.5.1 MAIL must come first (SM505W)\nREFUSED SM505W RCPT TO:<x@y>\n" MAIL_OK "RCPT x@y\n" RCPT_OK),
    ROW("RSET, EHLO leave the authentication", "HELO c\r\nAUTH PLAIN " TARO_PASS "\r\nRSET\r\nEHLO c\r\nMAIL FROM:<a@b>\r\n",
        HI_OK "AUTH taro\n" LOGGED_IN "250 2.0.0 Forgotten; begin again\n" CAN_AUTH MAIL_OK),
};

/* AUTH is possible but not needed: a port for other servers. */
static const struct row open_auth_rows[] = {
    ROW("in a transaction", "HELO c\r\nMAIL FROM:<a@b>\r\nAUTH PLAIN " TARO_PASS "\r\nRSET\r\nAUTH PLAIN " TARO_PASS "\r\n",
        HI_OK MAIL_OK REFUSED_AUTH("503 5.5.1 Authenticate before MAIL, not after it", "SM520W") "250 2.0.0 Forgotten; begin again\nFORGET\nAUTH taro\n" LOGGED_IN),
};

static void check_row(const struct row *r, const struct smtp_server_limits *limits, size_t first, size_t piece) {
  struct play p;
  play_begin(&p, limits);
  play_all(&p, bytes_of(r->in, r->n), first, piece);
  struct bytes got = bytes_sa(&p.record), want = bytes_str(r->want);
  if (!bytes_istarts(got, want) || (got.n != want.n && !memchr(r->in, 0, r->n))) {   /* a NUL cuts the wanted text short */
    print_error("row \"%s\" (first piece %zu, then %zu):\n--- got\n%.*s--- want\n%s", r->name, first, piece, (int)got.n, got.s, r->want);
    fail();
  }
  play_end(&p);
}

static void check_limited(const struct row *rows, size_t count, struct smtp_server_limits limits) {
  for (size_t i = 0; i < count; i++) {
    check_row(&rows[i], &limits, 0, rows[i].n + 1);
    check_row(&rows[i], &limits, 0, 1);
    check_row(&rows[i], &limits, 0, 3);
    for (size_t cut = 1; cut < rows[i].n; cut++)
      check_row(&rows[i], &limits, cut, rows[i].n);
  }
}

static void check_rows(const struct row *rows, size_t count, bool lenient) {
  struct smtp_server_limits limits = play_limits;
  limits.lenient = lenient;
  check_limited(rows, count, limits);
}

static void secured_conversations(void **state) {
  struct smtp_server_limits limits = play_limits;
  (void)state;
  limits.starttls = limits.auth_after_tls = true;
  check_limited(tls_rows, COUNT(tls_rows), limits);
  limits.lenient = true;
  check_limited(lenient_tls_rows, COUNT(lenient_tls_rows), limits);
}

static void authenticated_conversations(void **state) {
  struct smtp_server_limits limits = play_limits;
  (void)state;
  limits.auth = true;
  check_limited(open_auth_rows, COUNT(open_auth_rows), limits);
  limits.auth_required = true;
  check_limited(auth_rows, COUNT(auth_rows), limits);
}

static void strict_conversations(void **state) { (void)state; check_rows(strict_rows, COUNT(strict_rows), false); }
static void faulty_syntax(void **state) { (void)state; check_rows(syntax_rows, COUNT(syntax_rows), false); }
static void lenient_conversations(void **state) { (void)state; check_rows(lenient_rows, COUNT(lenient_rows), true); }

static void send_text(struct play *p, const char *text) { play_feed(p, bytes_str(text)); }

static bool ends_with(const struct play *p, const char *text) {
  size_t n = strlen(text);
  return p->record.len >= n && !memcmp(p->record.s + p->record.len - n, text, n);
}

/* A line of any length costs no more memory than the longest command. */
static void long_lines(void **state) {
  struct play p;
  char block[4000];
  (void)state;
  memset(block, 'a', sizeof block);
  play_begin(&p, &play_limits);
  send_text(&p, "NOOP ");
  play_feed(&p, bytes_of(block, SERVER_LINE_MAX - 7 < sizeof block ? SERVER_LINE_MAX - 7 : sizeof block));
  send_text(&p, "\r\n");
  assert_true(ends_with(&p, "250 2.0.0 Nothing done, as asked\n"));
  for (int i = 0; i < 100; i++)
    play_feed(&p, bytes_of(block, sizeof block));
  send_text(&p, "\n");
  assert_true(ends_with(&p, "250 2.0.0 Nothing done, as asked\n"));
  send_text(&p, "\r\nNOOP\r\n");
  assert_true(ends_with(&p, "250 2.0.0 Nothing done, as asked\n") && memmem(p.record.s, p.record.len, "500 5.5.2 The command is too long (SM506W)", 40));
  assert_true(p.s.line.a <= 2 * SERVER_LINE_MAX);
  for (int i = 0; i < 300 && !p.closed; i++)
    play_feed(&p, bytes_of(block, sizeof block));
  assert_true(p.closed && ends_with(&p, "CLOSE SM506W\n"));
  play_end(&p);
}

static void exact_line_limit(void **state) {
  (void)state;
  for (size_t n = SERVER_LINE_MAX - 2; n <= SERVER_LINE_MAX + 2; n++) {
    struct play p;
    stralloc line = {0};
    sa_cats(&line, "NOOP ");
    while (line.len < n - 2)
      sa_catc(&line, 'a');
    sa_cats(&line, "\r\n");
    play_begin(&p, &play_limits);
    play_feed(&p, bytes_sa(&line));
    if (ends_with(&p, "as asked\n") != (n <= SERVER_LINE_MAX + 1))   /* the LF is not kept */
      fail_msg("a line of %zu bytes: %.*s", n, 80, p.record.s);
    stralloc_free(&line);
    play_end(&p);
  }
}

static void messages_too_large(void **state) {
  struct play p;
  (void)state;
  for (size_t n = 997; n <= 1100; n++) {
    stralloc in = {0};
    sa_cats(&in, START "DATA\r\n");
    for (size_t i = 0; i < n - 2; i++)
      sa_catc(&in, 'a');
    sa_cats(&in, "\r\n.\r\nNOOP\r\n");
    play_begin(&p, &play_limits);
    play_all(&p, bytes_sa(&in), 0, n % 7 + 1);
    bool refused = memmem(p.record.s, p.record.len, "552 5.3.4 The message is too large (SM308E)\nDROP\nREFUSED SM308E DATA\nFORGET\n250 ", 80) != NULL;
    if (refused != (n > 1000) || p.content.len > 1000)
      fail_msg("a message of %zu bytes, %zu kept", n, p.content.len);
    stralloc_free(&in);
    play_end(&p);
  }
}

/* Silence: the reply depends on what is waited for. */
static void ends(void **state) {
  static const struct {
    const char *name, *in, *tail;
    bool impatient;
  } rows[] = {
      {"idle", HI, "421 4.4.2 Waited too long for the client (SM315W)\nREFUSED SM315W \nCLOSE SM315W\n", false},
      {"in a command", "HEL", "421 4.4.2 Waited too long for the client (SM315W)\nREFUSED SM315W \nCLOSE SM315W\n", false},
      {"in a transaction", START, "421 4.4.2 Waited too long for the client (SM315W)\nREFUSED SM315W \nFORGET\nCLOSE SM315W\n", false},
      {"in a message", START "DATA\r\nabc", "421 4.4.2 Waited too long for the client (SM315W)\nDROP\nREFUSED SM315W \nFORGET\nCLOSE SM315W\n", false},
      {"in a spoilt message", START "DATA\r\nabc\n.\n", "550 5.6.11 A line of the message ends with a bare LF (SM310E)\nDROP\nREFUSED SM310E \nFORGET\nCLOSE SM310E\n", true},
      {"after QUIT", "QUIT\r\n", "221 2.0.0 Goodbye\nCLOSE SM102I\n", false},
  };
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    struct play p;
    play_begin(&p, &play_limits);
    send_text(&p, rows[i].in);
    row_check(rows[i].name, smtp_server_is_impatient(&p.s) == rows[i].impatient);
    smtp_server_end(&p.s, SM315W_command_timeout);
    send_text(&p, "");
    row_check(rows[i].name, p.closed && ends_with(&p, rows[i].tail));
    play_end(&p);
  }
}

/* A million recipients with a small limit: none is kept; in the end the client is sent away. */
static void a_million_recipients(void **state) {
  struct play p;
  struct smtp_server_limits limits = play_limits;
  (void)state;
  limits.recipients_max = 1000;
  play_begin(&p, &limits);
  send_text(&p, HI "MAIL FROM:<a@b>\r\n");
  int sent = 0;
  for (; sent < 1000000 && !p.closed; sent++) {
    p.record.len = 0;
    send_text(&p, "RCPT TO:<x@y>\r\n");
    if (sent >= 1000 && !p.closed && !ends_with(&p, "REFUSED SM305E RCPT TO:<x@y>\n"))
      fail_msg("recipient %d: %.*s", sent, (int)p.record.len, p.record.s);
  }
  assert_int_equal(p.s.id, SM314E_too_many_refused);
  assert_int_equal(sent, 1000 + SERVER_BEYOND * 1000 + 1);
  assert_true(p.s.line.a <= 2 * SERVER_LINE_MAX && p.s.out.a <= 65536);
  play_end(&p);
}

static void commands_are_told(void **state) {
  struct play p;
  struct smtp_server_limits limits = play_limits;
  (void)state;
  limits.tell = true;
  play_begin(&p, &limits);
  send_text(&p, "HELO c\r\nAUTH PLAIN secret\r\n");
  row_string("told", bytes_sa(&p.record),
             GREETING "COMMAND HELO c\n" HI_OK "COMMAND AUTH\n502 5.5.1 Command not offered here (SM502W)\nREFUSED SM502W AUTH\n");
  play_end(&p);
}

/* After AUTH, however it ended, no byte of the password is left in the engine's memory. */
static void passwords_are_wiped(void **state) {
  static const char *const rows[] = {
      "AUTH PLAIN " TARO_PASS "\r\n", "AUTH PLAIN\r\n" TARO_PASS "\r\n", "AUTH LOGIN dGFybw==\r\ncGFzcw==\r\n", "AUTH PLAIN " TARO_WRONG "\r\n",
      "AUTH CRAM-MD5 " TARO_PASS "\r\n", "AUTH PLAIN " TARO_PASS "\n", "AUTH PLAIN\r\n" TARO_PASS "\n", "AUTH PLAIN " TARO_PASS "!\r\n"};
  struct smtp_server_limits limits = play_limits;
  (void)state;
  limits.tell = true;
  for (size_t i = 0; i < 2 * COUNT(rows); i++) {
    struct play p;
    limits.auth = i % 2;                  /* refused as a whole, too */
    limits.auth_after_tls = !limits.auth;
    play_begin(&p, &limits);
    send_text(&p, HI);
    send_text(&p, rows[i / 2]);
    row_check(rows[i / 2], p.s.secretive && !p.s.sasl.user.s && !p.s.sasl.pass.s);
    for (size_t k = 0; k < p.s.line.a; k++)
      row_check(rows[i / 2], !p.s.line.s[k]);
    row_check(rows[i / 2], !memmem(p.record.s, p.record.len, "cGFzcw", 6) && !memmem(p.record.s, p.record.len, "cm8AcG", 6));
    play_end(&p);
  }
}

/* RFC 4954 4: what is too long is answered 500 5.5.6, and nothing is kept of it. */
static void long_answers(void **state) {
  struct smtp_server_limits limits = play_limits;
  (void)state;
  limits.auth = true;
  for (size_t n = SASL_LINE_MAX - 4; n < 3 * SERVER_LINE_MAX; n += 4) {
    struct play p;
    stralloc answer = {0};
    for (size_t i = 0; i < n; i++)
      sa_catc(&answer, 'B');
    sa_cats(&answer, "\r\n");
    play_begin(&p, &limits);
    send_text(&p, HI "AUTH PLAIN\r\n");
    play_feed(&p, bytes_sa(&answer));
    send_text(&p, "AUTH PLAIN ");
    play_feed(&p, bytes_sa(&answer));
    const char *want = n > SASL_LINE_MAX ? "500 5.5.6 The answer is too long (SA203W)\nREFUSED SA203W AUTH\n500 5.5.6 The answer is too long (SA203W)\nREFUSED SA203W AUTH\n"
                                         : "501 5.5.2 User name and password are not where they should be (SA205W)\nREFUSED SA205W AUTH\n";
    if (!ends_with(&p, want))
      fail_msg("an answer of %zu bytes: %.*s", n, (int)p.record.len, p.record.s);
    stralloc_free(&answer);
    play_end(&p);
  }
}

/* RFC 5321's state after every reply (incidents 8 and 15): a model of five lines walks along random conversations. */
struct model {
  bool helo, mail, auth, tls;
  unsigned rcpt;
};

static const char *const steps[] = {
    "HELO c\r\n", "EHLO\r\n", "EHLO c\r\n", "MAIL FROM:<a@b>\r\n", "MAIL FROM:<a@b> SIZE=9999\r\n", "MAIL FROM:<late@b>\r\n",
    "RCPT TO:<x@y>\r\n", "RCPT TO:<unknown@y>\r\n", "RCPT TO:<>\r\n", "DATA\r\n", "DATA x\r\n", "RSET\r\n", "RSET x\r\n", "VRFY x\r\n", "NOOP\r\n",
    "HELP\r\n", "BDAT 3 LAST\r\n", "NOOP\n", "X\r\n", "MAIL FROM:<nospace@b>\r\n", "AUTH PLAIN " TARO_PASS "\r\n",
    "AUTH LOGIN\r\n*\r\n", "AUTH PLAIN AGRvd24AcGFzcw==\r\n", "MAIL FROM:<other@b>\r\n", "STARTTLS\r\n"};
enum { S_HELO = 0, S_EHLO = 2, S_MAIL = 3, S_MAIL_LATE = 5, S_RCPT = 6, S_DATA = 9, S_RSET = 11, S_MAIL_NOSPACE = 19, S_AUTH = 20, S_STARTTLS = 24 };

static void expect(struct model *m, int step, bool refused_begin) {
  if (step == S_HELO || step == S_EHLO)
    *m = (struct model){.helo = true, .auth = m->auth, .tls = m->tls};
  else if (step == S_STARTTLS && !m->tls)
    *m = (struct model){.tls = true};
  else if (step == S_AUTH)
    m->auth |= m->helo && !m->mail;
  else if (step == S_MAIL || step == S_MAIL_LATE || step == S_MAIL_NOSPACE)
    m->mail |= m->helo;
  else if (step == S_RCPT && m->mail && m->rcpt < 3)
    m->rcpt++;
  else if (step == S_RSET || (step == S_DATA && m->rcpt && !refused_begin))
    m->mail = false, m->rcpt = 0;
}

static void states_follow_the_model(void **state) {
  uint32_t seed = 98;
  struct smtp_server_limits limits = play_limits;
  (void)state;
  limits.errors_max = 1u << 30;
  limits.starttls = limits.auth = limits.auth_after_tls = true;
  for (int walk = 0; walk < 300; walk++) {
    struct play p;
    struct model m = {0};
    play_begin(&p, &limits);
    for (int i = 0; i < 60 && !p.closed; i++) {
      seed = seed * 1664525 + 1013904223;
      int step = (int)((seed >> 16) % COUNT(steps));
      bool nospace = play_starts(bytes_sa(&p.s.mail.sender), "nospace@");
      p.waiting = bytes_of("\x16", step == S_STARTTLS);
      send_text(&p, steps[step]);
      if (smtp_server_in_data(&p.s))
        send_text(&p, ".\r\n");
      expect(&m, step, nospace);
      if (!p.closed && (m.mail != p.s.has_mail || m.rcpt != p.s.accepted || m.helo != (p.s.helo.len > 0) || m.auth != p.s.authenticated || m.tls != p.s.tls || (!m.mail && p.s.mail.sender.len)))
        fail_msg("walk %d, step %d %s: %.*s", walk, i, steps[step], (int)p.record.len, p.record.s);
    }
    play_end(&p);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(strict_conversations), cmocka_unit_test(faulty_syntax), cmocka_unit_test(lenient_conversations),
      cmocka_unit_test(secured_conversations), cmocka_unit_test(authenticated_conversations),
      cmocka_unit_test(long_lines), cmocka_unit_test(exact_line_limit), cmocka_unit_test(messages_too_large), cmocka_unit_test(ends),
      cmocka_unit_test(a_million_recipients), cmocka_unit_test(commands_are_told), cmocka_unit_test(passwords_are_wiped), cmocka_unit_test(long_answers), cmocka_unit_test(states_follow_the_model)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
