# SPDX-License-Identifier: Apache-2.0
"""A series of runs over random changes on both sides, against an oracle that keeps all of it: each
run tells what is new of it and nothing else, and all of them together tell what one run with
everything tells, each pair once.

COUNT in the environment: how many repetitions; SEED: of the random choices.
"""

import os
import random

from harness import Suite, accord, purpose, put_in_force

suite = Suite()
HOUR_MS = 3600000
WEEK_MS = 7 * 24 * HOUR_MS
COLUMNS = ["id", "name", "phone", "email", "role", "offence"]


def phone(i):
    return f"+3906123456{i:02}"


def email(i):
    return f"somebody{i}@example.org"


class Side:
    """A register: {record: {"phone": i, "email": j}}, either may be missing."""

    def __init__(self, node, prefix, chance):
        self.node, self.prefix, self.chance = node, prefix, chance
        self.records, self.n_made = {}, 0

    def carriers(self, kind, value):
        return sum(r.get(kind) == value for r in self.records.values())

    def change(self):
        """A record comes, or gets other identifiers; no value stands in more than two records,
        since a label names no more."""
        if len(self.records) < 3 or self.chance.random() < 0.4:
            self.n_made += 1
            record = f"{self.prefix}{self.n_made}"
            self.records[record] = {}
        else:
            record = self.chance.choice(sorted(self.records))
        for kind in ("phone", "email"):
            value = self.chance.randrange(10)
            if self.chance.random() < 0.6 and self.carriers(kind, value) < 2:
                self.records[record][kind] = value

    def load(self):
        self.node.load_rows(
            [{"id": r, "name": "Somebody", "role": "suspect", "offence": "TIP.5",
              "phone": phone(v["phone"]) if "phone" in v else "",
              "email": email(v["email"]) if "email" in v else ""}
             for r, v in self.records.items()], columns=COLUMNS)

    def tokens(self):
        return {(r, kind, value) for r, v in self.records.items() for kind, value in v.items()}


def agreements(entered, holder):
    """(asker's record, holder's record, rule, value) of what was entered."""
    return {(a, b, kind, value) for a, kind, value in entered
            for b, other, same in holder.tokens() if (kind, value) == (other, same)}


def news_of(told, found, mine):
    """What a run tells: of each pair of which something is new, all rules that agreed in it; by the
    record of who learns (mine: 0, the asker's, or 1)."""
    pairs = {(a, b) for a, b, _, _ in found - told}
    told |= {f for f in found if (f[0], f[1]) in pairs}
    return sorted((pair[mine], tuple(sorted({k for a, b, k, _ in found if (a, b) == pair})))
                  for pair in pairs)


def shift(nodes, ms):
    for node in nodes:
        node.sql("UPDATE standing SET next_ms = next_ms - ?, last_ms = last_ms - ?, "
                 "whole_ms = whole_ms - ? WHERE last_ms > 0", ms, ms, ms)


def series(nodes, learns, engine):
    chance = random.Random(int(os.environ.get("SEED", "7")) + len(learns))
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    from_a, from_b = Side(a, "a", chance), Side(b, "b", chance)
    for side in (from_a, from_b):
        for _ in range(6):
            side.change()
        side.load()
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], [purpose(
        learns=learns, engine=engine, rules=["email", "phone"],
        standing={"shortest_minutes": 60, "whole_days": 7, "last_day": "2099-01-01",
                  "started_by": "officer"})]))
    b.serve("--timeout", 10)
    a.run("standing", "start", "--with", b.code, "--purpose", "suspects", "--case", a.case(),
          "--officer", "Inspector One").expect()
    learner, mine = (b, 1) if learns == "holder" else (a, 0)
    entered_before, told, seen = set(), set(), set()
    count = int(os.environ.get("COUNT", "3"))
    for i in range(count + 1):
        is_whole = i == 0 or i == count or chance.random() < 0.2
        if i > 0:
            for side in (from_a, from_b):
                for _ in range(chance.randrange(3)):
                    side.change()
                side.load()
            shift((a, b), WEEK_MS if is_whole else HOUR_MS)
        (run,) = a.run("standing", "run", "--json").expect().json()
        assert run["status"] == "ok"
        # A value that is new of one record is entered, and stands for all that have it.
        new = {(kind, value) for _, kind, value in from_a.tokens() - entered_before}
        entered = {t for t in from_a.tokens() if is_whole or t[1:] in new}
        entered_before = from_a.tokens()
        wanted = news_of(told, agreements(entered, from_b), mine)
        hits = [h for h in learner.hits() if (h["run"], h["hit"]) not in seen]
        seen |= {(h["run"], h["hit"]) for h in hits}
        got = sorted((h["record"], tuple(sorted(h["rules"]))) for h in hits)
        assert got == wanted, f"run {i}, whole: {is_whole}: {got}, not {wanted}"
    # Everything that one run with everything would tell was told.
    assert agreements(from_a.tokens(), from_b) <= told
    b.stop()
    for node in (a, b):
        node.run("ledger", "verify").expect()


@suite.test
def where_the_holder_learns_first(nodes):
    series(nodes, "holder", "vole")


@suite.test
def where_the_asker_learns(nodes):
    series(nodes, "asker", "vole")


suite.run()
