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


def memory_mb(pid):
    """What the node's processes have together: each page counted once among those that share it."""
    total = 0
    for p in processes(pid):
        with contextlib.suppress(OSError), open(f"/proc/{p}/smaps_rollup", encoding="ascii") as f:
            total += sum(int(line.split()[1]) for line in f if line.startswith("Pss:"))
    return total / 1024


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))
