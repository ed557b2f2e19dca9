# SPDX-License-Identifier: Apache-2.0
"""Runs with each engine: the same hits whichever it is, and what one run leaves for the next."""

import json
import os
import sqlite3
import subprocess
import sys
import threading

from harness import (OK, QUARANTINED, Suite, accord, engine_by_size, palermo, purpose, put_in_force,
                     wait_until)
from test_data import A, B, COMMON_A, COMMON_B

ROGUE = sys.argv[2]
DAY_MS = 24 * 60 * 60 * 1000
suite = Suite()


def bases(node):
    """What the node keeps: {(peer, is it receiver): (bytes, since when)}."""
    with sqlite3.connect(os.path.join(node.home, "palermo.db")) as db:
        rows = db.execute("SELECT peer, is_receiver, bytes, created_ms FROM base").fetchall()
    return {(peer, bool(role)): (bytes(kept), since) for peer, role, kept, since in rows}


def change_store(node, sql, *values):
    with sqlite3.connect(os.path.join(node.home, "palermo.db"), timeout=10) as db:
        return db.execute(sql, values).rowcount


def engine_of_last_run(node):
    """As the signed proposal has it: the byte after the last rule's name."""
    with sqlite3.connect(os.path.join(node.home, "palermo.db")) as db:
        (proposal,) = db.execute("SELECT proposal FROM run ORDER BY started_ms DESC").fetchone()
    at = 16
    for _ in range(2):
        at += 2 + int.from_bytes(proposal[at:at + 2], "big")
    at += 3 * 32
    for _ in range(2):
        at += 2 + int.from_bytes(proposal[at:at + 2], "big")
    n_rules, at = int.from_bytes(proposal[at:at + 2], "big"), at + 2
    for _ in range(n_rules):
        at += 2 + int.from_bytes(proposal[at:at + 2], "big")
    return proposal[at]


def match(a, b, code="suspects"):
    return a.match(b, code, "--json").expect().json()


def hits_of_last_run(node):
    run = node.runs()[-1]["run"]
    return {(h["record"], rule) for h in node.run("hits", "--run", run, "--json").expect().json()
            for rule in h["rules"]}


@suite.test
def both_engines_find_the_same(nodes):
    """The demo's registers, which have as many tokens as "by-size" needs for the large engine."""
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    out = os.path.join(nodes.root, "synth")
    palermo("synth", "--seed", 2000, "--persons-a", 2000, "--persons-b", 3000, "--common", 400,
            "--out", out).expect()
    for node, name in ((a, "a"), (b, "b")):
        done = node.run("load", f"{out}/{name}.csv", "--register", "r", "--format", "csv",
                        "--mapping", f"{out}/mapping.json", "--quiet")
        assert done.code in (OK, QUARANTINED), done.err
    parties = [word for n in (a, b) for word in ("--party", n.write("p.json", json.dumps(n.party)))]
    drafted = palermo("accord", "draft", *parties, "--learns", "both").expect().json()
    base = drafted["purposes"][0]
    purposes = [{**base, "code": engine, "engine": engine} for engine in ("oprf", "vole", "by-size")]
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], purposes))
    b.serve("--timeout", 30)
    found = {}
    for code, engine in (("oprf", 1), ("vole", 2), ("by-size", 2)):
        result = match(a, b, code)
        assert result["tokens"] >= engine_by_size(), result
        assert engine_of_last_run(a) == engine_of_last_run(b) == engine, code
        found[code] = (hits_of_last_run(a), hits_of_last_run(b))
    assert len(found["oprf"][0]) > 300 and len(found["oprf"][1]) > 300
    assert found["vole"] == found["oprf"] and found["by-size"] == found["oprf"]



@suite.test
def who_learns_with_vector_ole(nodes):
    purposes = [purpose(learns, learns=learns, engine="vole", pad_to=16)
                for learns in ("holder", "asker", "both")]
    a, b = nodes.pair(A, B, purposes)
    for learns, at_a, at_b in (("holder", set(), COMMON_B), ("asker", COMMON_A, set()),
                               ("both", COMMON_A, COMMON_B)):
        result = match(a, b, learns)
        assert result["tokens"] == result["peer_tokens"] == 16, result
        assert (hits_of_last_run(a), hits_of_last_run(b)) == (at_a, at_b), learns


@suite.test
def an_empty_side_with_vector_ole(nodes):
    a, b = nodes.pair(A, [{**B[2], "name": "Quite Different"}], [purpose(engine="vole")])
    assert match(a, b)["hits"] == 0


@suite.test
def padding_hides_the_number_with_vector_ole(nodes):
    """From what goes over the line, nobody can tell how many tokens a padded side has."""
    seen = []
    for i, rows in enumerate((B[2:], B)):
        nodes.root = os.path.join(nodes.root, str(i))
        os.mkdir(nodes.root)
        a, b = nodes.pair([{**A[0], "name": "Quite Different", "phone": ""}], rows,
                          [purpose(engine="vole", pad_to=256)])
        seen.append(match(a, b))
        b.stop()
    assert [r["hits"] for r in seen] == [0, 0] and seen[0]["peer_tokens"] == 256, seen
    for side in ("bytes_sent", "bytes_received"):
        assert abs(seen[0][side] - seen[1][side]) < 64, seen  # coding of random values, pings


@suite.test
def by_size_goes_by_the_askers_padded_number(nodes):
    many = engine_by_size()
    a, b = nodes.pair(A, B, [purpose("few", engine="by-size", pad_to=many - 1),
                             purpose("many", engine="by-size", pad_to=many)])
    for code, engine in (("few", 1), ("many", 2)):
        match(a, b, code)
        assert engine_of_last_run(a) == engine_of_last_run(b) == engine
        assert (hits_of_last_run(a), hits_of_last_run(b)) == (COMMON_A, COMMON_B)


@suite.test
def a_run_leaves_a_base_for_the_next(nodes):
    a, b = nodes.pair(A, B, [purpose(engine="vole"), purpose("other", engine="oprf")])
    match(a, b, "other")
    assert bases(a) == bases(b) == {}  # the other engine keeps nothing
    first = match(a, b)
    kept = bases(a), bases(b)
    assert set(kept[0]) == {("BB-TWO", True), ("BB-TWO", False)}, kept
    assert set(kept[1]) == {("AA-ONE", True), ("AA-ONE", False)}, kept
    second = match(a, b)
    assert (hits_of_last_run(a), hits_of_last_run(b)) == (COMMON_A, COMMON_B)
    # The base transfers were not sent again: two questions and an answer for each of 128.
    for side in ("bytes_sent", "bytes_received"):
        assert first[side] - second[side] > 128 * 96, (first, second)
    for before, after in zip(kept, (bases(a), bases(b))):
        for role in before:
            assert after[role][0] != before[role][0]  # none is used twice,
            assert after[role][1] == before[role][1]  # and none gets younger by being used
    match(a, b, "other")
    assert bases(a) != {} and bases(b) != {}


@suite.test
def a_base_serves_whoever_of_the_two_asks(nodes):
    """It belongs to a role: whoever learns in this run is whoever learned in that one."""
    a, b = nodes.pair(A, B, [purpose("ask", engine="vole", learns="asker"),
                             purpose("tell", engine="vole", learns="holder")])
    first = match(a, b, "ask")
    assert list(bases(a)) == [("BB-TWO", True)] and list(bases(b)) == [("AA-ONE", False)]
    a.serve("--timeout", 10)
    second = match(b, a, "tell")
    assert list(bases(a)) == [("BB-TWO", True)] and list(bases(b)) == [("AA-ONE", False)]
    assert hits_of_last_run(a) == COMMON_A and hits_of_last_run(b) == set()
    assert first["bytes_received"] - second["bytes_sent"] > 1000, (first, second)
    # In the other roles there is none yet.
    match(a, b, "tell")
    assert len(bases(a)) == len(bases(b)) == 2


@suite.test
def a_side_that_lost_its_base_makes_a_new_one(nodes):
    a, b = nodes.pair(A, B, [purpose(engine="vole")])
    for loses in ([a], [b], [a, b]):
        match(a, b)
        for node in loses:
            assert change_store(node, "DELETE FROM base") == 2
        match(a, b)
        assert (hits_of_last_run(a), hits_of_last_run(b)) == (COMMON_A, COMMON_B)
        assert len(bases(a)) == len(bases(b)) == 2


@suite.test
def a_base_that_is_no_base_does_no_harm(nodes):
    """Of another run, of another role, or not of this world: the engine makes a new one."""
    a, b = nodes.pair(A, B, [purpose(engine="vole")])
    for change in ("UPDATE base SET bytes = x'00'", "UPDATE base SET bytes = zeroblob(8234)",
                   "UPDATE base SET bytes = randomblob(100)",
                   "UPDATE base SET bytes = zeroblob(100000)", "UPDATE base SET bytes = x''",
                   "UPDATE base SET is_receiver = 2 - is_receiver"):
        match(a, b)
        change_store(a, change)
        change_store(a, "UPDATE base SET is_receiver = 0 WHERE is_receiver = 2")
        match(a, b)
        assert (hits_of_last_run(a), hits_of_last_run(b)) == (COMMON_A, COMMON_B), change


@suite.test
def an_old_base_is_not_used(nodes):
    a, b = nodes.pair(A, B, [purpose(engine="vole")])
    first = match(a, b)
    old = bases(a)
    change_store(a, "UPDATE base SET created_ms = created_ms - ?", 30 * DAY_MS + 60000)
    second = match(a, b)
    assert abs(first["bytes_sent"] - second["bytes_sent"]) < 1000, (first, second)
    assert all(since >= old[role][1] for role, (_, since) in bases(a).items())
    # Nor kept by a node that does not match any more.
    change_store(b, "UPDATE base SET created_ms = created_ms - ?", 32 * DAY_MS)
    b.run("hits").expect()
    assert bases(b) == {}


@suite.test
def a_broken_run_leaves_no_base(nodes):
    a, b = nodes.pair(A, B, [purpose(engine="vole")])
    match(a, b)
    proxy = nodes.proxy(b, lambda direction, offset, data: data if offset < 30000 else None)
    done = a.match(b, "suspects", "--address", proxy.address)
    assert done.code != OK
    wait_until(lambda: b.runs()[-1]["state"] == "broken", what="the end at the holder")
    assert a.runs()[-1]["state"] == "broken"
    assert b.runs()[-1]["charged"] == 0  # it was the holder's leg: nothing was evaluated for A
    assert bases(a) == bases(b) == {}
    match(a, b)
    assert (hits_of_last_run(a), hits_of_last_run(b)) == (COMMON_A, COMMON_B)


@suite.test
def a_refused_run_takes_no_base(nodes):
    a, b = nodes.pair(A, B, [purpose(engine="vole")])
    match(a, b)
    kept = bases(a), bases(b)
    done = subprocess.run([ROGUE, "ask", a.home, a.key, b.code, "suspects", "engine"],
                          capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[:2] == ["refused", "engine"], done.stdout + done.stderr
    assert (bases(a), bases(b)) == kept


@suite.test
def two_runs_at_once_share_no_base(nodes):
    a, b = nodes.pair(A, B, [purpose(engine="vole")])
    match(a, b)
    codes = []
    threads = [threading.Thread(target=lambda: codes.append(a.match(b).code)) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert codes == [OK] * 4, codes
    assert [r["state"] for r in a.runs()] == [r["state"] for r in b.runs()] == ["done"] * 5
    # Whatever is left of it, the next run goes well.
    match(a, b)
    assert (hits_of_last_run(a), hits_of_last_run(b)) == (COMMON_A, COMMON_B)


suite.run()
