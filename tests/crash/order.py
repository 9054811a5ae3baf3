"""order.py TRACE STEP…: the system calls of a trace (strace -f -y) that match the STEPs come in the order given.  A STEP is a
regular expression; "!RE" says that nothing between its neighbours matches RE.  A call counts when it has returned.
Prints what is wrong; exit code 1."""
import re, sys

def calls(path):
    begun = {}
    for line in open(path, errors="replace"):
        pid, _, text = line.rstrip("\n").partition(" ")
        text = text.strip()
        if text.endswith("<unfinished ...>"):
            begun[pid] = text[:-len("<unfinished ...>")].rstrip()
        elif text.startswith("<..."):
            yield begun.pop(pid, "") + text.split("resumed>", 1)[1]
        else:
            yield text

def main(trace, steps):
    all_calls, at = list(calls(trace)), 0
    forbidden = []
    for step in steps:
        if step[0] == "!":
            forbidden.append(step[1:])
            continue
        for i in range(at, len(all_calls)):
            if re.search(step, all_calls[i]):
                break
            for f in forbidden:
                if re.search(f, all_calls[i]):
                    sys.exit(f"too early, before {step}: {all_calls[i]}")
        else:
            sys.exit(f"missing, or not after the step before it: {step}")
        at, forbidden = i + 1, []
    for c in all_calls[at:]:
        for f in forbidden:
            if re.search(f, c):
                sys.exit(f"too late: {c}")

main(sys.argv[1], sys.argv[2:])
