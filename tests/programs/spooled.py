#!/usr/bin/python3
"""spooled.py HOME: writes the message of the one file in spool/incoming without our Received field, and removes the file."""
import glob
import os
import sys

files = glob.glob(sys.argv[1] + "/spool/incoming/*")
if len(files) != 1:
    sys.exit("%d files in spool/incoming" % len(files))
with open(files[0], "rb") as f:
    header, _, message = f.read().partition(b"\n\n")
size = int([line.split()[1] for line in header.split(b"\n") if line.startswith(b"size ")][0])
if len(message) != size:
    sys.exit("size %d, message of %d bytes" % (size, len(message)))
lines = message.split(b"\n")
end = 1
while lines[end][:1] in (b" ", b"\t"):
    end += 1
sys.stdout.buffer.write(b"\n".join(lines[end:]))
os.unlink(files[0])
