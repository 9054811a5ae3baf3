"""peak.py PROGRAM HOME: until it is stopped, watches the processes of PROGRAM that work in HOME; then prints the largest
peak of one of them in KB (VmHWM of /proc/PID/status) and how many there were."""
import glob
import os
import signal
import sys
import time

program, home = sys.argv[1], os.path.realpath(sys.argv[2])
peak, seen, stopped = 0, set(), []
signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
while not stopped:
    for place in glob.glob("/proc/[0-9]*"):
        try:
            with open(place + "/status") as f:
                status = dict(line.rstrip("\n").split(":", 1) for line in f)
            if status["Name"].strip() == program[:15] and os.readlink(place + "/cwd") == home and "VmHWM" in status:
                peak = max(peak, int(status["VmHWM"].split()[0]))
                seen.add(place)
        except OSError:
            continue
    time.sleep(0.02)
print(peak, len(seen))
