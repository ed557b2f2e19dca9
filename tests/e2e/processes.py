# SPDX-License-Identifier: Apache-2.0
"""What the processes of a node have."""

import contextlib
import os
import subprocess


def processes(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True,
                            text=True, check=False)
    children = [int(p) for p in listed.stdout.split()]
    return [pid] + [d for c in children for d in processes(c)]


def _summed_mb(pid, field):
    total = 0
    for p in processes(pid):
        with contextlib.suppress(OSError), open(f"/proc/{p}/smaps_rollup", encoding="ascii") as f:
            total += sum(int(line.split()[1]) for line in f if line.startswith(field + ":"))
    return total / 1024


def memory_mb(pid):
    """What the node's processes have together: each page counted once among those that share it,
    be they the node's or others'. Programs that start or end beside them change it."""
    return _summed_mb(pid, "Pss")


def own_mb(pid):
    """What they have written themselves (no pages of programs and libraries): what a leak adds to."""
    return _summed_mb(pid, "Anonymous")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def cpu_s(pid):
    """Seconds of processor time a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
