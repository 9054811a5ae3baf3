#!/usr/bin/python3
"""What a configuration in force says: every key and value of its compiled files, sorted, a line each; \\0 stands for NUL.

usage: meaning.py HOME"""
import struct
import sys


def entries(path):
    data = open(path, "rb").read()
    at, end = 2048, min(struct.unpack_from("<I", data, 8 * i)[0] for i in range(256))
    while at < end:
        k, v = struct.unpack_from("<II", data, at)
        yield data[at + 8:at + 8 + k], data[at + 8 + k:at + 8 + k + v]
        at += 8 + k + v


def text(b):
    return b.replace(b"\\", b"\\\\").replace(b"\0", b"\\0").decode("utf-8", "backslashreplace")


for name in ("conf", "auth", "remote", "token"):
    for key, value in sorted(entries(f"{sys.argv[1]}/run/conf/{name}.cdb")):
        print(f"{name} {text(key)}={text(value)}")
