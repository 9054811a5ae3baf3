#!/usr/bin/python3
"""A DNS server over UDP that gives broken answers: for faults that no real one makes.

usage: dnsfake.py HOST:PORT READY-FILE

The first label of the question says what is wrong; MX, A and AAAA alike:
  rdata-N      a record whose data is cut to N bytes (and says so)
  cut-N        a packet cut to N bytes
  loop         a name that points to itself
  chain        a CNAME that leads to itself
  id  other    an answer with another ID, an answer to another question (then nothing)
  late         first a forged answer with a wrong ID, then the right one
  noedns       FORMERR to questions with EDNS, the truth to others
  tc           truncated over UDP, and nobody listens on TCP
  silent       nothing
anything else  10 mx.good. / 127.0.0.1 / nothing
"""
import socket
import struct
import sys

MX, A, AAAA, CNAME = 15, 1, 28, 5


def name(text):
    return b"".join(bytes([len(x)]) + x.encode() for x in text.split(".") if x) + b"\0"


def rr(kind, data):
    return b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def answer(query):
    end = 12
    while query[end]:
        end += query[end] + 1
    question = query[12:end + 5]
    label = query[13:13 + query[12]].decode("latin-1").lower()
    kind = struct.unpack(">H", query[end + 1:end + 3])[0]
    data = {MX: struct.pack(">H", 10) + name("mx.good"), A: bytes([127, 0, 0, 1]), AAAA: b""}.get(kind, b"")
    records, flags, ident = [rr(kind, data)] if data else [], 0x8180, query[:2]
    what, _, n = label.partition("-")
    if what == "rdata":
        data = {MX: struct.pack(">H", 10) + name("mx.good"), A: bytes([127, 0, 0, 1]), AAAA: bytes(16)}[kind]
        records = [rr(kind, data[:int(n)])]
    elif what == "loop":
        records = [rr(kind, b"\0\x0a" + struct.pack(">H", 0xC000 | (12 + len(question) + 14)))]
    elif what == "chain":
        records = [rr(CNAME, b"\xc0\x0c")]
    elif what == "id":
        ident = bytes([query[0] ^ 1, query[1]])
    elif what == "other":
        question = name("another.test") + question[-4:]
    elif what == "noedns" and query[11]:
        flags, records = 0x8181, []
    elif what == "tc":
        flags, records = 0x8380, []
    elif what == "silent":
        return []
    packet = ident + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) + question + b"".join(records)
    if what == "cut":
        packet = packet[:int(n)]
    if what == "late":
        forged = bytes([query[0], query[1] ^ 1]) + packet[2:].replace(b"good", b"evil")
        return [forged, packet]
    return [packet]


host, port = sys.argv[1].rsplit(":", 1)
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind((host, int(port)))
open(sys.argv[2], "w").close()
while True:
    query, client = sock.recvfrom(65536)
    for packet in answer(query):
        sock.sendto(packet, client)
