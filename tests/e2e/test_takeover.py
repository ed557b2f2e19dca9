# SPDX-License-Identifier: Apache-2.0
"""An attacker has taken over the process that speaks to the peer, and then the listener
(tests/support/taken.c): what it tries is denied, and what it can say reaches nobody but the peer."""

import errno
import os
import re
import shutil
import subprocess
import sys

from harness import PALERMO, SOURCE, Suite, purpose, wait_until
from test_data import A, B

suite = Suite()
TAKEN = sys.argv[2] if len(sys.argv) > 2 else "build/tests/e2e/palermo-taken"
DENIED = {errno.EPERM, errno.EACCES, errno.ENOSYS}
# Whatever happens to a descriptor that could not be made.
BESIDE = {"bind": DENIED | {errno.EINVAL, errno.EBADF}, "ioctl": DENIED | {errno.EBADF},
          "memory": {errno.ENOMEM}}


def look(nodes, stage, timeout_s=5):
    """The holder is taken over; what comes down to the asker in plain."""
    a, b = nodes.pair(A, B, [purpose()])
    b.stop()
    program = os.path.join(nodes.root, stage)
    shutil.copy(TAKEN, program)
    shutil.copy(TAKEN + "-worker", program + "-worker")
    b.serve("--timeout", timeout_s, "--deliver-every", 0, program=program,
            env={"SECRET_OF_THE_NODE": "not for the peer"})
    down = bytearray()

    def listen(way, offset, data):
        if way == "down":
            down.extend(data)
        return data
    proxy = nodes.proxy(b, listen)
    return a, b, proxy, down


def read_report(text):
    report = re.search(rb"TAKEN(.*?)\nEND" if isinstance(text, bytes) else r"TAKEN(.*)", text, re.S)
    assert report, f"nothing was reported: {text[-300:]}"
    report = report.group(1)
    report = report.decode() if isinstance(report, bytes) else report
    tried = [w.split("=") for w in report.split() if "=" in w]
    found = dict(w.split(":", 1) for w in report.split() if ":" in w)
    return [(name, int(error)) for name, error in tried], found


def check_denied(tried):
    worked = [f"{name}: {os.strerror(error)}" if error else f"{name} worked" for name, error in tried
              if error not in BESIDE.get(name, DENIED)]
    assert not worked, worked


def check_worker(nodes, stage):
    a, b, proxy, down = look(nodes, stage)
    match = a.match(b, "suspects", "--address", proxy.address)
    assert match.code != 0
    wait_until(lambda: b"\nEND" in down, 10, "the attacker's report")
    tried, found = read_report(bytes(down))
    assert len(tried) > 40, tried
    check_denied(tried)
    assert found["environment"] == "-", found
    assert found["name-on-heap"] == "no" and int(found["heap"]) > 100000, found
    assert b.process.poll() is None
    # The run is broken at the holder's, and its store is whole.
    wait_until(lambda: "broken" in b.read_log(), 10, "the holder's word")
    b.run("ledger", "verify").expect()
    assert all(r["state"] == "broken" for r in b.runs()), b.runs()
    return b


@suite.test
def before_a_run(nodes):
    assert check_worker(nodes, "taken-hello").runs() == []


@suite.test
def during_a_run(nodes):
    assert len(check_worker(nodes, "taken-run").runs()) == 1


@suite.test
def it_takes_all_the_memory_it_can(nodes):
    """It ends alone, having got little; the run is broken, and the next one is not."""
    a, b, proxy, down = look(nodes, "taken-greedy", timeout_s=60)
    match = a.match(b, "suspects", "--address", proxy.address, timeout_s=60)
    assert match.code != 0 and match.err != "", match.code
    wait_until(lambda: b"\nEND" in down, 60, "the attacker's report")
    _, found = read_report(bytes(down))
    assert 50 < int(found["memory"]) < 1024, found
    wait_until(lambda: "the process that speaks to the peer died" in b.read_log(), 10, "its word")
    assert b.process.poll() is None
    assert [r["state"] for r in b.runs()] == ["broken"], b.runs()
    b.serve("--timeout", 10, "--deliver-every", 0)
    a.match(b).expect()


@suite.test
def the_listener(nodes):
    """It forks principals, and so may do what its authority may; but nothing to the machine."""
    a, b, proxy, _ = look(nodes, "taken-listener")
    a.match(b, "suspects", "--address", proxy.address).expect()
    tried, _ = read_report(b.read_log())
    assert len(tried) > 15, tried
    by_landlock = {"open-proc", "make-program", "kill", "proc-mem", "proc-environ", "bind"}
    beside = {"socket"} | (by_landlock if "no Landlock" in b.read_log() else set())
    check_denied([(n, e) for n, e in tried if n not in beside])


@suite.test
def the_program_that_users_get_has_none_of_it(nodes):
    with open(TAKEN + "-worker", "rb") as f:
        assert b"SECRET_OF_THE_NODE" in f.read()
    for path in (PALERMO, PALERMO + "-worker"):
        with open(path, "rb") as f:
            program = f.read()
        assert b"SECRET_OF_THE_NODE" not in program and b"name-on-heap" not in program
        listed = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
        assert "attack_from" not in listed and "__wrap_" not in listed
    for folder, _, names in os.walk(os.path.join(SOURCE, "src")):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                assert b"taken.c" not in f.read(), name


suite.run()
