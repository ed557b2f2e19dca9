#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bench_store.py PALERMO [--records N] [--store sqlite|postgresql]...: loads a register and searches it.

A synthetic register of persons with several identifiers each (palermo synth) is loaded into an empty
node, on SQLite and on a PostgreSQL server of its own (tests/support/postgresql.py, here with fsync
on). Told are wall and CPU time, the loader's largest memory, how long the same load takes when
nothing has changed, and how long it takes to find a record by each kind of its identifiers.
"""
import argparse
import csv
import glob
import json
import os
import random
import resource
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


def server_cpu():
    """CPU seconds of all PostgreSQL processes, and of those of them that have ended."""
    ticks = 0
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path, encoding="ascii", errors="replace") as f:
                text = f.read()
        except OSError:
            continue
        if "(postgres)" in text:
            ticks += sum(map(int, text.rsplit(")", 1)[1].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def timed(command):
    """Wall and CPU seconds, largest memory in MiB."""
    server, start = server_cpu(), time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench_store: {' '.join(command)}: exit status {process.returncode}")
    return {"wall": time.monotonic() - start, "cpu": used.ru_utime + used.ru_stime,
            "server": server_cpu() - server, "memory": used.ru_maxrss / 1024}


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
    """Milliseconds in the store for one search, by type: median and slowest."""
    times = {}
    for kind, sample in values.items():
        done = subprocess.run([palermo, "register", "find", "--home", home, "--type", kind, "--json",
                               *sample], capture_output=True, text=True, check=True)
        took = sorted(v["microseconds"] / 1000 for v in json.loads(done.stdout)["searches"])
        times[kind] = (took[len(took) // 2], took[-1])
    return times


def measure(palermo, root, source, n, store):
    home = os.path.join(root, store)
    where = []
    server = None
    if store == "postgresql":
        server = postgresql.Server(durable=True)
        where = ["--store", server.make_database()]
    try:
        subprocess.run([palermo, "init", "--home", home, "--code", "BENCH", "--name", "x",
                        "--address", "127.0.0.1:1", "--key-file", home + ".key", *where],
                       stdout=subprocess.DEVNULL, check=True)
        load = [palermo, "load", "--home", home, "--register", "r", "--format", "csv", "--mapping",
                os.path.join(source, "mapping.json"), "--quiet", os.path.join(source, "a.csv")]
        for name in ("first load", "again, unchanged"):
            t = timed(load)
            print(f"{store:11} {name:17} {n / t['wall']:9,.0f} records/s   {t['wall']:7.1f} s wall"
                  f"  {t['cpu']:7.1f} s CPU  {t['server']:7.1f} s server's  {t['memory']:5.0f} MiB",
                  flush=True)
        for kind, (middle, worst) in search(palermo, home,
                                            values_of(os.path.join(source, "a.csv"),
                                                      SEARCHES)).items():
            print(f"{store:11} search by {kind:13} {middle:6.2f} ms median  {worst:6.2f} ms slowest")
    finally:
        if server:
            server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("palermo")
    parser.add_argument("--records", type=int, default=100000)
    parser.add_argument("--store", action="append", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="palermo-bench-") as root:
        source = os.path.join(root, "source")
        subprocess.run([options.palermo, "synth", "--out", source, "--persons-a",
                        str(options.records), "--persons-b", "10", "--common", "5"],
                       stdout=subprocess.DEVNULL, check=True)
        size = os.path.getsize(os.path.join(source, "a.csv")) / 1e6
        print(f"{options.records:,} records, {size:,.0f} MB of CSV, load average "
              f"{os.getloadavg()[0]:.1f}", flush=True)
        for store in options.store or ["sqlite", "postgresql"]:
            measure(options.palermo, root, source, options.records, store)
    print(f"largest memory of all: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}"
          " MiB")


main()
