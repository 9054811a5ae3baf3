#!/usr/bin/python3
"""Makes a home with a configuration in force, for tests of one program: no definition files, no conf-check.

usage: generation.py HOME [SETTING=VALUE | KIND:NAME=VALUE]...      (KIND: d u a c t r n e k o, see lib/conf/conf.h; p: auth.cdb; remote/c: remote.cdb)
Settings that are not named have their defaults from lib/conf/settings.def."""
import os
import re
import struct
import sys

UNITS = {"SIZE": {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}, "DURATION": {"s": 1, "m": 60, "h": 3600, "d": 86400}}


def compiled(kind, value):
    unit = UNITS.get(kind, {}).get(value[-1:])
    return str(int(value[:-1]) * unit) if unit else value


def settings():
    table = {}
    for line in open("lib/conf/settings.def", encoding="utf-8"):
        m = re.match(r'SETTING\((\w+), (\w+)[^"]*"([^"]*)"', line)
        if m:
            table[m[1]] = (m[2], m[3])
    return table


def cdb_hash(key):
    h = 5381
    for byte in key:
        h = ((h << 5) + h ^ byte) & 0xFFFFFFFF
    return h


def cdb(entries):
    out, tables, at = bytearray(2048), [[] for _ in range(256)], 2048
    for key, value in entries:
        h = cdb_hash(key)
        tables[h & 255].append((h, at))
        record = struct.pack("<II", len(key), len(value)) + key + value
        out += record
        at += len(record)
    for i, table in enumerate(tables):
        slots = [(0, 0)] * (2 * len(table))
        for h, position in table:
            k = (h >> 8) % len(slots)
            while slots[k][1]:
                k = (k + 1) % len(slots)
            slots[k] = (h, position)
        struct.pack_into("<II", out, 8 * i, at, len(slots))
        for slot in slots:
            out += struct.pack("<II", *slot)
        at += 8 * len(slots)
    return bytes(out)


def main():
    home, table, entries = sys.argv[1], settings(), {}
    for name, (kind, value) in table.items():
        entries["s:" + name] = compiled(kind, value)
    for word in sys.argv[2:]:
        key, value = word.split("=", 1)
        if ":" in key:
            entries[key] = value
        elif key in table:
            entries["s:" + key] = compiled(table[key][0], value)
        else:
            sys.exit("no setting " + key)
    for directory in ("conf", "run/generations/1", "spool/tmp", "spool/incoming", "spool/queue"):
        os.makedirs(os.path.join(home, directory), exist_ok=True)
    number = 1
    while os.path.exists(f"{home}/run/generations/{number}/conf.cdb"):
        number += 1
    os.makedirs(f"{home}/run/generations/{number}", exist_ok=True)
    files = {"conf.cdb": [], "auth.cdb": [], "remote.cdb": []}
    for k, v in entries.items():
        name = "auth.cdb" if k.startswith("p:") else "remote.cdb" if k.startswith("remote/") else "conf.cdb"
        files[name].append((k.removeprefix("remote/").encode(), v.replace("\\0", "\0").encode()))
    for name, pairs in files.items():
        with open(f"{home}/run/generations/{number}/{name}", "wb") as f:
            f.write(cdb(pairs))
    link = f"{home}/run/conf"
    if os.path.lexists(link):
        os.unlink(link)
    os.symlink(f"generations/{number}", link)


main()
