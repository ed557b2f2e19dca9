# SPDX-License-Identifier: Apache-2.0
"""The tour of docs/tour.md, as a reader would start it; and that it stops where something fails."""

import os
import re
import sqlite3
import subprocess
import time

from harness import PALERMO, SOURCE, Suite

suite = Suite()
TOUR = os.path.join(SOURCE, "tools", "tour.sh")


def tour(program, folder):
    return subprocess.run([TOUR, program, folder], capture_output=True, text=True, timeout=280,
                          stdin=subprocess.DEVNULL)


@suite.test
def from_a_case_to_a_closed_request(nodes):
    folder = os.path.join(nodes.root, "tour")
    began = time.monotonic()
    done = tour(PALERMO, folder)
    print(f"# the tour took {time.monotonic() - began:.0f} s")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    headings = re.findall(r"^(\d+)\. ", done.stdout, re.M)
    assert headings == [str(i) for i in range(1, 13)], headings
    assert done.stdout.rstrip().endswith("Every step did what it should.")
    assert "\033" not in done.stdout  # no colours where nobody looks

    def sql(code, text):
        with sqlite3.connect(os.path.join(folder, code, "palermo.db")) as db:
            return db.execute(text).fetchall()

    # The asker holds what was released, and nothing of what lapsed or still waits.
    received = "SELECT source_id, state FROM hit JOIN record ON record.id = hit.record_id"
    assert set(sql("IT-GDF", received)) == {(r, "received") for r in ("IT-01", "IT-03", "IT-05")}
    assert set(sql("AL-POL", received)) == {("AL-11", "released"), ("AL-12", "lapsed")}
    assert set(sql("RO-NAT", received)) == {("RO-21", "released"), ("RO-22", "released"),
                                            ("RO-24", "pending")}
    # Two officers where the ratification says so, one elsewhere.
    second = "SELECT source_id FROM hit JOIN record ON record.id = hit.record_id WHERE second <> ''"
    assert sql("RO-NAT", second) == [("RO-21",)] and sql("AL-POL", second) == []
    # What was recalled is nowhere in the copy.
    with open(os.path.join(folder, "IT-GDF", "palermo.db"), "rb") as f:
        assert "Durrës".encode() not in f.read()


@suite.test
def it_stops_at_the_first_step_that_fails(nodes):
    broken = nodes.root + "/palermo"
    with open(broken, "w", encoding="utf-8") as f:
        f.write(f"#!/bin/sh\n[ \"$1\" = load ] && exit 5\nexec '{os.path.abspath(PALERMO)}' \"$@\"\n")
    os.chmod(broken, 0o755)
    done = tour(broken, os.path.join(nodes.root, "tour"))
    assert done.returncode == 1 and "exit status 5, not 0" in done.stderr, done.stderr
    assert "Every step" not in done.stdout


suite.run()
