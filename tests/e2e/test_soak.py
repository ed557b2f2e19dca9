# SPDX-License-Identifier: Apache-2.0
"""Many small runs, one after the other: the serving process keeps its memory and its descriptors,
and the store grows by what each run has to leave behind and by nothing else.

    RUNS=10000 python3 tests/e2e/test_soak.py build/palermo crowd

RUNS: how many (50), in steps of at most 100; MINUTES: after which it takes no further step. What it measured is in docs/reliability.md.
"""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time

from harness import Suite, purpose, wait_until
from processes import descriptors, own_mb, processes
from test_data import A, B

suite = Suite()
CROWD = sys.argv[-1]
RUNS = int(os.environ.get("RUNS", "50"))
EACH = min(max(RUNS // 10, 1), 100)
END = time.monotonic() + 60 * float(os.environ.get("MINUTES", "600"))
MANY = {"tokens_per_run": 1000000, "tokens_per_day": 10**12, "runs_per_day": 10**6}


def sql(node, text):
    with contextlib.closing(sqlite3.connect(os.path.join(node.home, "palermo.db"),
                                            timeout=20)) as db, db:
        return db.execute(text).fetchall()


def payload_kb(node):
    """What the tables and indices of the store hold: bytes of content, whatever pages they fill."""
    return sql(node, "SELECT sum(payload) FROM dbstat")[0][0] / 1024


def ask(a, b, n):
    out = subprocess.run([CROWD, "ask", a.home, a.key, b.code, "suspects", a.case(), str(n)],
                         capture_output=True, text=True, check=True, timeout=7200).stdout
    assert out == f"ok {n}\n", out


@suite.test
def many_small_runs(nodes):
    a, b = nodes.pair(A, B, [purpose(engine="vole", learns="holder", approval="automatic",
                                     budgets=MANY,
                                     release={"slots": 4, "minutes": 1, "batches": 1})])
    b.serve("--timeout", 60, "--deliver-every", 0, "--threads", 1)
    pid = b.process.pid
    resting = len(processes(pid))
    ask(a, b, 5)
    marks = []
    while len(marks) * EACH < RUNS and time.monotonic() < END:
        began = time.monotonic()
        before = payload_kb(b)
        ask(a, b, EACH)
        wait_until(lambda: len(processes(pid)) == resting, 30, "the end of the runs' processes")
        marks.append((own_mb(pid), descriptors(pid), (payload_kb(b) - before) / EACH,
                      (time.monotonic() - began) / EACH))
        print(f"# {len(marks) * EACH} runs: the listener has {marks[-1][0]:.1f} MB and "
              f"{marks[-1][1]} descriptors; the store grew by {marks[-1][2]:.1f} KB a run; "
              f"{marks[-1][3]:.2f} s a run", flush=True)
    assert min(m[0] for m in marks[-3:]) < max(m[0] for m in marks[:3]) + 1, "memory"
    assert len({m[1] for m in marks}) <= 2, "descriptors"
    half = len(marks) // 2
    first, second = (sum(m[2] for m in part) for part in (marks[:half], marks[-half:]))
    assert 0 < second < 1.2 * first, f"the store grows faster and faster: {first} {second}"
    b.run("ledger", "verify").expect()
    # Retention: what a run has found goes with the record it was found for.
    hits = sql(b, "SELECT count(*) FROM hit")[0][0]
    assert hits == 2 * (5 + len(marks) * EACH), hits
    before = payload_kb(b)
    sql(b, "UPDATE record SET retention = 20010101")
    sql(b, "UPDATE hit SET retention = 20010101")
    b.serve("--timeout", 20, "--deliver-every", 0)
    assert sql(b, "SELECT (SELECT count(*) FROM hit), (SELECT count(*) FROM record)") == [(0, 0)]
    print(f"# retention: {before:.0f} KB, then {payload_kb(b):.0f} KB")
    assert payload_kb(b) < before


suite.run()
