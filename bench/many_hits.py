#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""many_hits.py PALERMO HOME [N]: N hits (100,000) in the store of a node of an authority, to be listed.

Loads a register of N persons and writes runs of 5,000 hits each into the store, as runs between this
node and the party OT-HER would have left them: two rules, three grades, five states, both sides. It
is for measuring lists; no accord and no receipt stands behind these runs.
"""
import os
import random
import sqlite3
import subprocess
import sys
import tempfile

DAY_MS = 86_400_000
BEGIN_MS = 1_790_000_000_000
RUN_HITS = 5_000
FIRST = ["Anna", "Besnik", "Chiara", "Dmitri", "Elena", "Fatima", "Goran", "Helga", "Ivan", "Olena"]
LAST = ["Rossi", "Hoxha", "Popescu", "Petrov", "Kovalenko", "Al-Masri", "Novak", "Silva", "Kaya"]
MAPPING = """{"format": "palermo-mapping/1", "header": true, "id": {"column": "id"},
 "kind": {"constant": "person"}, "role": {"column": "role"}, "offences": {"constant": "TIP.5"},
 "properties": [{"type": "name", "column": "name"},
  {"type": "birthDate", "column": "birth", "dateFormat": ["YYYY-MM-DD"]}]}"""


def load(palermo, home, n):
    draw = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        table = os.path.join(folder, "many.csv")
        mapping = os.path.join(folder, "mapping.json")
        with open(mapping, "w", encoding="utf-8") as f:
            f.write(MAPPING)
        with open(table, "w", encoding="utf-8") as f:
            f.write("id,name,birth,role\n")
            for i in range(n):
                role = ("suspect", "wanted", "convicted")[i % 3]
                f.write(f"M-{i:06},{draw.choice(FIRST)} {draw.choice(LAST)} {i},"
                        f"19{50 + i % 49}-0{1 + i % 9}-1{i % 9},{role}\n")
        subprocess.run([palermo, "load", table, "--register", "many", "--format", "csv",
                        "--mapping", mapping, "--home", home, "--quiet"], check=True)


def write_hits(home, n):
    draw = random.Random(2)
    db = sqlite3.connect(os.path.join(home, "palermo.db"))
    records = [row[0] for row in db.execute(
        "SELECT record.id FROM record JOIN register ON register.id = register_id "
        "WHERE register.name = 'many' ORDER BY record.id LIMIT ?", (n,))]
    for first in range(0, n, RUN_HITS):
        run = draw.randbytes(16)
        ours = first // RUN_HITS % 2
        started = BEGIN_MS + first // RUN_HITS * DAY_MS
        db.execute("INSERT INTO run VALUES (?, ?, 'OT-HER', ?, 'organised-crime', '', '', 'done', "
                   "NULL, NULL, ?, ?, 0, ?, ?, x'', x'', x'')",
                   (run, ours, bytes(32), n, n, started, started + 1000))
        states = ("received",) if ours else ("pending", "released", "lapsed", "releasing")
        db.executemany(
            "INSERT INTO hit (run_id, number, record_id, link, grade, score, rules, words, state, "
            "cleared, officer, second, remark, peer_number, fields, outcome, retention) "
            "VALUES (?, ?, ?, x'', ?, 0, ?, '', ?, 0, '', '', '', 0, '', '', 20991231)",
            ((run, i + 1, record, i % 3 + 1,
              "name+birthDate" if i % 5 else "name+birthDate phone", states[i % len(states)])
             for i, record in enumerate(records[first:first + RUN_HITS])))
    db.commit()
    db.close()


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    n = int(sys.argv[3]) if len(sys.argv) == 4 else 100_000
    load(sys.argv[1], sys.argv[2], n)
    write_hits(sys.argv[2], n)


if __name__ == "__main__":
    main()
