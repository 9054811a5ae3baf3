"""say.py smtp|pop3 [from=IP] [to=IP] PORT LINE…: a conversation; each line is sent when the reply before has come.
Prints the last line of each SMTP reply, the first line of each POP3 reply (the greeting is not printed)."""
import socket
import sys

kind, *rest = sys.argv[1:]
options = dict(a.split('=', 1) for a in rest if a.startswith(('from=', 'to=')))
port, *lines = [a for a in rest if not a.startswith(('from=', 'to='))]
source = (options['from'], 0) if options.get('from') else None
s = socket.create_connection((options.get('to') or '127.0.0.1', int(port)), 30, source)
stream = s.makefile('rb')


def reply():
    line = stream.readline().decode('utf-8', 'replace').rstrip('\r\n')
    while kind == 'smtp' and line[3:4] == '-':
        line = stream.readline().decode('utf-8', 'replace').rstrip('\r\n')
    return line


reply()
for line in lines:
    s.sendall(line.encode() + b'\r\n')
    print(reply(), flush=True)
