#!/usr/bin/python3
"""queue-run's side of a worker: hands it messages over a SOCK_SEQPACKET socket on its descriptor 0, prints its
answers, without the remarks behind the results.

usage: jobs.py COMMAND... -- FILE:DESTINATION:N[,N...] ...     ("pause:SECONDS" waits)

FILE's name is the queue ID.  Exit: the worker's, after its socket was closed."""
import array
import os
import socket
import subprocess
import sys
import time

cut = sys.argv.index("--")
ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
ours.settimeout(30)
worker = subprocess.Popen(sys.argv[1:cut], stdin=theirs)
theirs.close()
for job in sys.argv[cut + 1:]:
    path, rest = job.split(":", 1)
    if path == "pause":
        time.sleep(float(rest))
        continue
    destination, numbers = rest.rsplit(":", 1)
    fd = os.open(path, os.O_RDWR | os.O_APPEND)
    text = f"{os.path.basename(path)}\t{destination}\t{numbers.replace(',', ' ')}"
    ours.sendmsg([text.encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
    os.close(fd)
    results, end, _ = ours.recv(1 << 17).decode().partition("\n\n")
    print(results + end[:1], end="", flush=True)
ours.close()
sys.exit(worker.wait(30))
