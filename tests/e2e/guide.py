#!/usr/bin/python3
"""Runs the commands of a guide and compares what they say with the sample behind each; TAP lines on standard output.

usage: guide.py GUIDE.md            compares
       guide.py --count GUIDE.md    prints how many commands there are
       guide.py --commands GUIDE.md prints them
       guide.py --write GUIDE.md    puts what was said in the place of samples that differ

A block that begins with ```console is run: a line "$ COMMAND", then what it says.  In a sample a line "..." stands for any
lines, "..." at the end of a line for the rest of it.  Between blocks, not seen by the reader: <!-- do: COMMAND --> makes the
situation, <!-- input: TEXT --> is the standard input of the next command.  Times, numbers of processes, IDs of messages and
conversations, durations and the like are not compared."""
import re
import subprocess
import sys

VARIABLE = [
    (r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d+ \w+ \d{4}( \d\d:\d\d(:\d\d)?( [+-]\d{4})?)?", "<date>"),
    (r"\b\d{8}T\d{6}Z-\d+", "<id>"),
    (r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(\.\d+)?( ?[+-]\d{4}|Z| UTC)?)?", "<time>"),
    (r"\b\d+:\d\d(:\d\d)?(\.\d+)?\b", "<clock>"),
    (r"\b(pid|PID)( +|=)\d+", "<pid>"),
    (r"\b(sid|qid|mid|ms|\w+_ms|when|size|uid|by|bytes|port)=\S+", r"\1=*"),
    (r"\b(?=\w*\d)[0-9a-z]{13,}\b|\b\d{9,}\b", "<id>"),
    (r"\b\d+(\.\d+)? ?(ms|B|KB|MB|GB|GiB|MiB|KiB|bytes|seconds|s|%|秒|バイト|ミリ秒)(?![a-z])", "<amount>"),
    (r"\s+", " "),
]


def mask(line):
    for pattern, by in VARIABLE:
        line = re.sub(pattern, by, line)
    return line.strip()


def line_fits(want, got):
    if want.endswith("..."):
        return mask(got).startswith(mask(want[:-3]))
    return mask(want) == mask(got)


def fits(want, got):
    if not want:
        return not got
    if want[0].strip() == "...":
        return any(fits(want[1:], got[n:]) for n in range(len(got) + 1))
    return bool(got) and line_fits(want[0], got[0]) and fits(want[1:], got[1:])


def run(command, text):
    done = subprocess.run(["sh", "-c", command], input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=100)
    lines = [line.rstrip() for line in done.stdout.decode("utf-8", "replace").splitlines()]
    return [line for line in lines if "warning: setlocale" not in line]   # bash, where the machine has no Japanese


class Guide:
    def __init__(self, path, mode):
        self.lines = open(path, encoding="utf-8").read().split("\n")
        self.path, self.mode, self.out, self.input, self.number, self.bad = path, mode, [], "", 0, 0

    def command(self, command, sample):
        self.number += 1
        if self.mode == "--commands":
            print(command)
        if self.mode in ("--commands", "--count"):
            return sample
        got, self.input = run(command, self.input), ""
        good = fits(sample, got) and not (self.mode == "--write" and sample == ["..."] and got)
        print(f"{'ok' if good else 'not ok'} {self.number} - {self.path}: {command.splitlines()[0][:90]}", flush=True)
        if not good:
            self.bad += 1
            print("\n".join("# want: " + line for line in sample) + "\n" + "\n".join("# got:  " + line for line in got))
        return sample if good else got

    def block(self, lines):
        at = 0
        while at < len(lines):
            end = at + 1
            while lines[end - 1].endswith("\\"):
                end += 1
            command, start = "\n".join(lines[at:end])[2:], end
            while end < len(lines) and not lines[end].startswith("$ "):
                end += 1
            self.out += lines[at:start] + self.command(command, lines[start:end])
            at = end

    def hidden(self, line):
        match = re.fullmatch(r"<!-- (do|input): (.*) -->", line)
        if not match or self.mode in ("--commands", "--count"):
            return
        if match[1] == "input":
            self.input = match[2] + "\n"
            return
        said = run(match[2] + " || echo FAILED", "")
        if said and said[-1] == "FAILED":
            print("\n".join("# " + line for line in [match[2]] + said), flush=True)

    def walk(self):
        block = None
        for line in self.lines:
            if block is not None and line == "```":
                self.block(block)
                block = None
            elif block is not None:
                block.append(line)
                continue
            elif line == "```console":
                block = []
            else:
                self.hidden(line)
            self.out.append(line)


def main():
    mode, path = ([""] + sys.argv[1:])[-2:]
    guide = Guide(path, mode)
    guide.walk()
    if mode == "--count":
        print(guide.number)
    if mode == "--write":
        open(path, "w", encoding="utf-8").write("\n".join(guide.out))


main()
