#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench_store.py PALERMO [--records N] [--source DIR] [--store sqlite|postgresql]... [--step STEP]...
[--set NAME=VALUE]...:
loads a register, searches it, loads it again, copies it, backs it up and drops it.

A synthetic register of persons with several identifiers each (palermo synth) is loaded into an empty
node, on SQLite and on a PostgreSQL server of its own (tests/support/postgresql.py, here with fsync
on). Steps, all of them unless some are named: `load`; `search` by each kind of identifiers; `again`,
with nothing changed; `changed`, with one record in a hundred changed; `backup` and `restore`; `copy`
into a store of the other database, and `back` into one of the first; `drop`. Told are wall and CPU
time, the server's CPU time and the largest memory. --source: a register that palermo synth made
before. --set: of PostgreSQL's configuration.
"""
import argparse
import csv
import glob
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "tests", "support"))
import postgresql  # noqa: E402 - it stands in another folder

# Of the synthetic register, those that need no second column.
COLUMNS = {"name": "name", "phones": "phone", "email": "email", "iban": "iban", "imei": "imei",
           "vin": "vin"}
SEARCHES = 200


def server_cpu(server):
    """CPU seconds of the server's processes, and of those of them that have ended."""
    if server is None:
        return 0
    ticks = 0
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="ascii", errors="replace") as f:
                text = f.read()
        except OSError:
            continue
        pid = int(text.split(None, 1)[0])
        fields = text.rsplit(")", 1)[1].split()
        if server.process.pid in (pid, int(fields[1])):
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(server, command):
    """Wall and CPU seconds, largest memory in MiB."""
    before, start = server_cpu(server), time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench_store: {' '.join(command)}: exit status {process.returncode}")
    return {"wall": time.monotonic() - start, "cpu": used.ru_utime + used.ru_stime,
            "server": server_cpu(server) - before, "memory": used.ru_maxrss / 1024}


def values_of(path, n):
    """Some of the register's identifiers, by type."""
    dice = random.Random(1)
    found = {}
    with open(path, encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            if dice.random() < 0.05:
                for column, kind in COLUMNS.items():
                    if row.get(column):
                        found.setdefault(kind, []).append(row[column].split(";")[0])
            if len(found.get("name", ())) > 20 * n:
                break
    return {kind: dice.sample(v, min(n, len(v))) for kind, v in found.items()}


def search(palermo, home, values):
    """Milliseconds in the store for one search, by type: the first, which opens what it reads and
    plans; of the others, median, 99th of a hundred and slowest."""
    times = {}
    for kind, sample in values.items():
        done = subprocess.run([palermo, "register", "find", "--home", home, "--type", kind, "--json",
                               *sample], capture_output=True, text=True, check=True)
        first, *others = [v["microseconds"] / 1000 for v in json.loads(done.stdout)["searches"]]
        others.sort()
        times[kind] = (first, others[len(others) // 2], others[len(others) * 99 // 100],
                       others[-1])
    return times


def change(source, out):
    """The register with another name in one record of a hundred."""
    with open(source, encoding="utf-8") as f, open(out, "w", encoding="utf-8") as g:
        for i, line in enumerate(f):
            if i > 0 and i % 100 == 0:
                cells = line.split(",")
                cells[3] += " B"
                line = ",".join(cells)
            g.write(line)


def tell(store, what, n, t):
    print(f"{store:11} {what:17} {n / t['wall']:9,.0f} records/s   {t['wall']:7.1f} s wall"
          f"  {t['cpu']:7.1f} s CPU  {t['server']:7.1f} s server's  {t['memory']:5.0f} MiB",
          flush=True)


def init(palermo, home, where):
    subprocess.run([palermo, "init", "--home", home, "--code", "BENCH", "--name", "x",
                    "--address", "127.0.0.1:1", "--key-file", home + ".key", *where],
                   stdout=subprocess.DEVNULL, check=True)


def home_on(home, store):
    """The same node on another store."""
    other = home + ".other"
    shutil.copytree(home, other, ignore=shutil.ignore_patterns("palermo.db*"))
    with open(os.path.join(other, "palermo.conf"), "w", encoding="utf-8") as f:
        f.write(f"store = {store}\n")
    return other


def measure(palermo, root, source, n, store, steps, settings):
    home = os.path.join(root, store)
    server = None
    where = []
    if store == "postgresql" or "copy" in steps:
        server = postgresql.Server(durable=True, settings=settings)
    if store == "postgresql":
        where = ["--store", server.make_database()]
    try:
        init(palermo, home, where)
        register = os.path.join(source, "a.csv")
        load = [palermo, "load", "--home", home, "--register", "r", "--format", "csv", "--mapping",
                os.path.join(source, "mapping.json"), "--quiet"]
        if "load" in steps:
            tell(store, "load", n, timed(server, [*load, register]))
        if "search" in steps:
            for kind, found in search(palermo, home, values_of(register, SEARCHES)).items():
                print(f"{store:11} search by {kind:13}" +
                      "".join(f"  {name} {took:6.2f} ms" for name, took in
                              zip(("first", "median", "99 %", "slowest"), found)), flush=True)
        if "again" in steps:
            tell(store, "again, unchanged", n, timed(server, [*load, register]))
        if "changed" in steps:
            changed = os.path.join(root, "changed.csv")
            change(register, changed)
            tell(store, "one in a hundred", n, timed(server, [*load, changed]))
        backup = os.path.join(root, store + ".backup")
        if "backup" in steps:
            tell(store, "backup", n, timed(server, [palermo, "backup", "--home", home, backup]))
        if "restore" in steps:
            tell(store, "restore", n, timed(server, [palermo, "restore", "--home",
                                                     home + ".restored", backup]))
        if "copy" in steps:
            to = os.path.join(root, "copied.db") if where else server.make_database()
            copy = [palermo, "store", "copy", "--home"]
            tell(store, "copy to the other", n, timed(server, [*copy, home, "--to", to]))
            if "back" in steps:
                back = server.make_database() if where else os.path.join(root, "back.db")
                tell(store, "and back", n, timed(server, [*copy, home_on(home, to), "--to", back]))
        if "drop" in steps:
            tell(store, "drop", n,
                 timed(server, [palermo, "register", "drop", "--home", home, "r"]))
    finally:
        if server:
            server.close()


STEPS = ["load", "search", "again", "changed", "backup", "restore", "copy", "back", "drop"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("palermo")
    parser.add_argument("--records", type=int, default=100000)
    parser.add_argument("--source")
    parser.add_argument("--store", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--step", action="append", choices=STEPS)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="palermo-bench-") as root:
        source = options.source or os.path.join(root, "source")
        if not options.source:
            subprocess.run([options.palermo, "synth", "--out", source, "--persons-a",
                            str(options.records), "--persons-b", "10", "--common", "5"],
                           stdout=subprocess.DEVNULL, check=True)
        with open(os.path.join(source, "a.csv"), "rb") as f:
            n = sum(block.count(b"\n") for block in iter(lambda: f.read(1 << 20), b"")) - 1
        size = os.path.getsize(os.path.join(source, "a.csv")) / 1e6
        print(f"{n:,} records, {size:,.0f} MB of CSV, load average {os.getloadavg()[0]:.1f}",
              flush=True)
        for store in options.store or ["sqlite", "postgresql"]:
            measure(options.palermo, root, source, n, store, options.step or STEPS,
                    options.set)


main()
