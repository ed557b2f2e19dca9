#!/usr/bin/env python3
"""Adds up test points. Usage: tools/summarise.py FILE...

A file is TAP, or Meson's testlog.json (one JSON object a line, TAP in its "stdout"). A test that
speaks TAP counts each of its points, and one more failure if it failed as a whole though no point
did (a crash, a time-out, a plan that was not kept). Any other test is one point. Skipped points
are neither passed nor failed. A log that is missing or empty is a failure.

The last line is "N passed, N failed"; the exit status is 0 iff something passed and nothing failed.
"""
import json
import pathlib
import re
import sys
import tempfile

POINT = re.compile(r"^(not )?ok\b(.*)$", re.M)
SKIPPED = re.compile(r"#\s*skip", re.I)


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.names = []

    def fail(self, name):
        self.failed += 1
        self.names.append(name)

    def points(self, text, name):
        """Counts the points of TAP text; gives how many there are, and how many failed."""
        n = bad = 0
        for found in POINT.finditer(text):
            n += 1
            if SKIPPED.search(found.group(2)):
                self.skipped += 1
            elif found.group(1):
                bad += 1
                self.fail(name + ":" + found.group(2))
            else:
                self.passed += 1
        return n, bad

    def test(self, entry, name):
        result = entry["result"]
        n, bad = self.points(entry.get("stdout") or "", name)
        if result in ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"):
            if bad == 0:
                self.fail(f"{name}: {result.lower()}")
        elif n == 0:
            if result == "SKIP":
                self.skipped += 1
            else:
                self.passed += 1

    def file(self, path):
        path = pathlib.Path(path)
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        before = self.passed + self.failed + self.skipped
        if path.suffix == ".json":
            for line in text.splitlines():
                entry = json.loads(line)
                self.test(entry, f"{path.parts[0]}: {entry['name']}")
        else:
            self.points(text, path.stem)
        if self.passed + self.failed + self.skipped == before:
            self.fail(f"{path}: no results")

    def print(self):
        for name in self.names:
            print(f"failed: {name}")
        if self.skipped:
            print(f"{self.skipped} skipped")
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed > 0 and self.failed == 0 else 1


def self_test():
    cases = [
        ([{"name": "a", "result": "OK", "stdout": "ok 1 - x\nok 2 - y\n1..2\n"}], (2, 0, 0)),
        ([{"name": "a", "result": "FAIL", "stdout": "ok 1\nnot ok 2 - y\n# no\n"}], (1, 1, 0)),
        ([{"name": "a", "result": "ERROR", "stdout": "ok 1\n"}], (1, 1, 0)),
        ([{"name": "a", "result": "TIMEOUT", "stdout": ""}], (0, 1, 0)),
        ([{"name": "a", "result": "OK", "stdout": "done\n"}], (1, 0, 0)),
        ([{"name": "a", "result": "SKIP", "stdout": ""}], (0, 0, 1)),
        ([{"name": "a", "result": "OK", "stdout": "ok 1 # SKIP no data\nok 2\n"}], (1, 0, 1)),
        ([], (0, 1, 0)),
    ]
    bad = 0
    with tempfile.TemporaryDirectory() as directory:
        for i, (entries, expected) in enumerate(cases):
            path = pathlib.Path(directory) / f"{i}.json"
            path.write_text("".join(json.dumps(e) + "\n" for e in entries), encoding="utf-8")
            count = Count()
            count.file(path)
            got = (count.passed, count.failed, count.skipped)
            if got != expected:
                print(f"summarise: self-test {i}: {got}, not {expected}")
                bad += 1
        missing = Count()
        missing.file(pathlib.Path(directory) / "none.tap")
        bad += missing.failed != 1
    return 1 if bad else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    count = Count()
    for path in arguments:
        count.file(path)
    return count.print()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
