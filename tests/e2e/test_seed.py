# SPDX-License-Identifier: Apache-2.0
"""Test persons that both parties derive from the accord: they take part in runs, and in nothing
else; what a run misses of them is measured."""

import os
import sqlite3

from harness import FAILED, NOT_FOUND, USAGE, Suite, purpose
from test_data import A, B, COMMON_A, COMMON_B

suite = Suite()
N = 40
PROTECTION = purpose("victims", aim="protection", roles={"asker": ["victim"],
                                                         "holder": ["victim"]})


def sql(node, text):
    with sqlite3.connect(os.path.join(node.home, "palermo.db"), timeout=10) as db:
        return db.execute(text).fetchall()


def seeded(nodes, purposes):
    a, b = nodes.pair(A, B, purposes)
    for node in (a, b):
        loaded = node.run("seed", "load", "--accord", nodes.accord_hash[:8], "--n", N,
                          "--json").expect().json()
        assert loaded["new"] == N * len(purposes), loaded
    return a, b


def report(node, *more):
    return node.run("seed", "report", "--json", *more).expect().json()


@suite.test
def what_a_run_misses_is_measured_on_both_sides(nodes):
    a, b = seeded(nodes, [purpose(), PROTECTION])
    ids = "SELECT source_id FROM record JOIN register r ON r.id = register_id WHERE format = 'seed'"
    assert sorted(sql(a, ids)) == sorted(sql(b, ids))
    names = "SELECT group_concat(raw) FROM record_value WHERE type = 'name' AND record_id IN " \
            "(SELECT record.id FROM record JOIN register r ON r.id = register_id WHERE " \
            "format = 'seed')"
    assert sql(a, names) != sql(b, names)  # each in its own spelling
    for code, n in (("suspects", len({r for r, _ in COMMON_A})), ("victims", 0)):
        assert a.match(b, code, "--json").expect().json()["hits"] == n  # without test persons
    for node in (a, b):
        runs = {r["purpose"]: r for r in report(node)["runs"]}
        assert set(runs) == {"suspects", "victims"}, runs
        for run in runs.values():
            assert run["planted"] == N and N * 0.6 < run["found"] <= N, run
            assert abs(run["miss_rate"] - (N - run["found"]) / N) < 1e-9
            assert 0 <= run["low"] <= run["miss_rate"] <= run["high"] < 0.6, run
        one = report(node, "--run", runs["victims"]["run"][:8])["runs"]
        assert one == [runs["victims"]], one
    # Both sides found the same persons: a run is a set in common.
    found = "SELECT DISTINCT source_id FROM hit JOIN record ON record.id = hit.record_id " \
            "WHERE source_id LIKE 'seed:%' ORDER BY 1"
    assert sql(a, found) == sql(b, found) != []
    assert "test persons found" in a.run("seed", "report").expect().out
    # Real hits are listed as if there were no others.
    assert a.hit_set() == COMMON_A and b.hit_set() == COMMON_B
    seeds = a.run("hits", "--seeds", "--json").expect().json()
    assert seeds and all(h["register"] == "seed" and h["state"] == "known" for h in seeds)
    b.stop()
    for node in (a, b):
        node.run("ledger", "verify").expect()


@suite.test
def they_are_never_decided_on_nor_disclosed(nodes):
    first = purpose(learns="holder", engine="vole", approval="automatic",
                    release={"slots": 64, "minutes": 60, "batches": 2})
    a, b = seeded(nodes, [first])
    run = a.match(b, "suspects", "--json").expect().json()["run"]
    assert {h["state"] for h in b.hits()} == {"releasing"}
    assert sql(b, "SELECT DISTINCT state FROM hit JOIN record ON record.id = hit.record_id WHERE "
                  "source_id LIKE 'seed:%'") == [("known",)]
    seed = b.run("hits", "--seeds", "--json").expect().json()[0]
    place = f"{run[:12]}/{seed['hit']}"
    b.run("release", "approve", place, "--officer", "One", "--clear", "all").expect(FAILED)
    b.run("release", "lapse", place, "--officer", "One").expect(FAILED)
    b.run("request", "new", "--hit", f"{run[:12]}/{seed['record']}").expect(NOT_FOUND)
    sql(b, "UPDATE run_release SET since_ms = since_ms - every_ms")
    b.run("release", "post", "--key-file", b.key).expect()
    a.run("deliver", "--with", b.code).expect()
    assert a.hit_set() == COMMON_A
    assert sql(a, "SELECT count(*) FROM hit JOIN record ON record.id = hit.record_id WHERE "
                  "source_id LIKE 'seed:%'") == [(0,)]
    assert report(a)["runs"] == []  # the asker learned nothing, so it can't tell
    assert [r["planted"] for r in report(b)["runs"]] == [N]
    b.stop()


@suite.test
def one_side_alone_finds_none_and_is_told_why(nodes):
    a, b = nodes.pair(A, B)
    a.run("seed", "load", "--accord", nodes.accord_hash, "--n", N).expect()
    a.match(b).expect()
    assert [(r["planted"], r["found"]) for r in report(a)["runs"]] == [(N, 0)]
    assert "has the other side loaded" in a.run("seed", "report").expect().out
    assert report(b)["runs"] == []
    b.stop()


@suite.test
def no_real_record_becomes_one_nor_the_other_way(nodes):
    a, b = nodes.pair(A, B)
    b.stop()
    path = a.write("s.csv", "id,name\n1,Ivan Petrov\n")
    mapping = a.write("m.json", '{"format":"palermo-mapping/1","header":true,"id":{"column":"id"},'
                                '"kind":{"constant":"person"},"properties":[{"type":"name",'
                                '"column":"name"}]}')
    a.load(path, "--register", "seed", "--format", "csv", "--mapping", mapping, code=USAGE)
    sql(a, "INSERT INTO register (name, format, loaded_ms) VALUES ('seed', 'csv', 1)")
    a.run("seed", "load", "--accord", nodes.accord_hash).expect(FAILED, "real records")
    a.run("seed", "load").expect(USAGE, "--accord")
    a.run("seed", "load", "--accord", "00000000").expect(NOT_FOUND)
    again = b.run("seed", "load", "--accord", nodes.accord_hash, "--n", 3, "--json").expect().json()
    assert again["new"] == 3
    again = b.run("seed", "load", "--accord", nodes.accord_hash, "--n", 3, "--json").expect().json()
    assert again == {"new": 0, "changed": 0, "unchanged": 3}


@suite.test
def what_officers_said_gives_error_rates(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    hits = a.hits()
    for hit, outcome in zip(hits, ("confirmed", "wrong")):
        a.run("release", "outcome", f"{hit['run'][:12]}/{hit['hit']}", outcome, "--officer",
              "One").expect()
    counts = {(o["purpose"], o["rule"]): o for o in report(a)["outcomes"]}
    for hit, outcome in zip(hits, ("confirmed", "wrong")):
        for rule in hit["rules"]:
            assert counts[("suspects", rule)][outcome] == 1, counts
    assert all(o["open"] == 1 for o in report(b)["outcomes"]), report(b)
    assert "confirmed" in a.run("seed", "report").expect().out
    b.stop()


suite.run()
