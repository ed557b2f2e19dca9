# SPDX-License-Identifier: Apache-2.0
"""Makes calls of a program fail, one by one (tests/support/faulty.c).

A driver counts the calls of each kind first, with the stack of each, and then lets one after the
other fail.
"""

import mmap
import os
import shutil
import struct

KINDS = ("allocation", "read", "write", "sync", "send", "receive", "random", "open", "fork")
COMMAND, PRINCIPAL, WORKER, FRONT, ANY = 0, 1, 2, 3, 255
DIES, DIED = -1, 137  # for an error: the process is gone before the call; its exit status then
HEAD = struct.Struct("<IIIIQiIqQ9QQQ")
ROOM = 1 << 18
MAGIC = 0x46414C54


class Faulty:
    """One set of processes whose calls are counted and made to fail together.

    what: the library that goes before all others, or a program that has it in it.
    """

    def __init__(self, directory, what):
        os.makedirs(directory)
        path = shutil.copy(what, directory)
        if ".so" not in what:
            shutil.copy(what + "-worker", directory)
        self.directory = directory
        self.how = {"env": {"LD_PRELOAD": path}} if ".so" in what else {
            "program": path, "env": {"ASAN_OPTIONS": f"log_path={directory}/report"}}
        path = os.path.join(directory, "faulty.state")
        size = HEAD.size + 8 * ROOM
        with open(path, "wb") as f:
            f.truncate(size)
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), size)
        self.set()

    def set(self, kind="allocation", role=COMMAND, n=0, sticky=False, error=0, trace=False,
            clock_ms=0):
        """From now on; counts begin anew."""
        values = (MAGIC, KINDS.index(kind), role, sticky, n, error, trace, clock_ms, 0,
                  *[0] * len(KINDS), 0, ROOM)
        self.map[:HEAD.size] = HEAD.pack(*values)

    def failed(self):
        """How many calls were made to fail."""
        return HEAD.unpack(self.map[:HEAD.size])[8]

    def reports(self):
        """What sanitizers have found in any of the processes since this was last asked."""
        found = []
        for name in sorted(os.listdir(self.directory)):
            if name.startswith("report."):
                path = os.path.join(self.directory, name)
                with open(path, encoding="utf-8", errors="replace") as f:
                    found.append(f.read())
                os.remove(path)
        return found

    def calls(self):
        values = HEAD.unpack(self.map[:HEAD.size])
        return dict(zip(KINDS, values[9:9 + len(KINDS)]))

    def places(self, dice, seen=None):
        """After a traced run: one call, drawn by lot, of each place in the program that is not among
        those seen; they are added to them."""
        n = min(HEAD.unpack(self.map[:HEAD.size])[-2], ROOM)
        seen = set() if seen is None else seen
        calls = {}
        for i, trace in enumerate(struct.unpack_from(f"<{n}Q", self.map, HEAD.size)):
            calls.setdefault(trace, []).append(i + 1)
        new = [numbers for trace, numbers in calls.items() if trace not in seen]
        seen.update(calls)
        return sorted(dice.choice(numbers) for numbers in new)

    def close(self):
        self.map.close()
        self.file.close()
