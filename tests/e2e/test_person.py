# SPDX-License-Identifier: Apache-2.0
"""The rule "person" in a run: names across scripts, grades and words, the second look."""

import os
import sqlite3

from harness import Suite, accord, palermo, purpose, write_accord

suite = Suite()

A = [
    {"id": "a1", "name": "Ivan Shcherbakov", "birth": "1974-05-12", "role": "suspect"},
    {"id": "a2", "name": "Mohamed al-Khatib", "birth": "1981-11-03", "role": "suspect"},
    {"id": "a3", "name": "Giuseppina Bartolomei", "birth": "1966-02-27", "role": "suspect"},
    {"id": "a4", "name": "Somebody Else", "birth": "1990-07-19", "role": "suspect"},
    {"id": "a5", "name": "Wolfgang Zimmermann", "birth": "1959-09-30", "role": "suspect"},
]
B = [
    {"id": "b1", "name": "Щербаков Иван", "birth": "1974-12-05", "role": "wanted"},
    {"id": "b2", "name": "محمد الخطيب", "birth": "1981-11-03", "role": "wanted"},
    {"id": "b3", "name": "Giusepina Bartolomei", "birth": "1966-02-27", "role": "wanted"},
    {"id": "b4", "name": "Nobody Known", "birth": "1944-01-23", "role": "wanted"},
    {"id": "b5", "name": "Wolfgang Zimmermann", "birth": "1959-09-30", "role": "wanted"},
]
TRUTH = {("a1", "b1"), ("a2", "b2"), ("a3", "b3"), ("a5", "b5")}


def rows(those):
    return [dict(row, nationality="", phone="", offence="TIP.5") for row in those]


def table_hash(name="international"):
    listed = palermo("rules", "tables").expect().out.splitlines()
    return next(line.split()[1] for line in listed if line.split()[0] == name)


def persons(second_look, **changes):
    return purpose(rules=["person", "phone"], engine="by-size", pad_to=16,
                   person_rules={"tables": [table_hash()], "records": 1000,
                                 "expected_overlap": 500, "c": 0 if second_look else 2,
                                 "second_look": second_look}, **changes)


def found(node):
    return {h["record"]: h for h in node.hits()}


@suite.test
def names_across_scripts_and_swapped_dates_are_found(nodes):
    a, b = nodes.pair(rows(A), rows(B), [persons(False)])
    a.match(b, "suspects", "--json").expect()
    at_a, at_b = found(a), found(b)
    assert set(at_a) == {x for x, _ in TRUTH}, at_a
    assert set(at_b) == {y for _, y in TRUTH}, at_b
    for hit in (*at_a.values(), *at_b.values()):
        assert hit["rules"] == ["person"] and hit["grade"] in ("possible", "probable", "strong")
        assert hit["score"] > 0 and hit["words"], hit
    b.stop()


@suite.test
def the_second_look_finds_them_too_and_says_more(nodes):
    a, b = nodes.pair(rows(A), rows(B), [persons(True)])
    seen = a.match(b, "suspects", "--json").expect().json()
    assert set(found(a)) == {x for x, _ in TRUTH}, found(a)
    assert set(found(b)) == {y for _, y in TRUTH}, found(b)
    words = found(b)["b3"]["words"]
    assert "one letter" in words or "near" in words, words
    assert "equal" in found(b)["b5"]["words"], found(b)["b5"]
    assert seen["peer_tokens"] % 16 == 0
    b.stop()
    for node in (a, b):
        node.run("ledger", "verify").expect()


@suite.test
def two_records_of_one_person_are_looked_at_again_on_both_sides(nodes):
    """They are candidates for one record of the other side, and share features under its link. Where
    nothing differs both are hits, and their partner is one twice."""
    a, b = nodes.pair(rows(A + [dict(A[0], id="a6")]), rows(B + [dict(B[4], id="b6")]),
                      [persons(True)])
    a.match(b, "suspects", "--json").expect()
    assert {"a2", "a3"} <= set(found(a)) and "a4" not in found(a), found(a)
    assert {"b2", "b3", "b5", "b6"} <= set(found(b)) and "b4" not in found(b), found(b)
    of_a5 = [h for h in a.hits() if h["record"] == "a5"]
    assert [h["grade"] for h in of_a5] == ["strong", "strong"], of_a5
    b.stop()


@suite.test
def the_holder_alone_learns_and_the_released_hit_has_its_grade(nodes):
    a, b = nodes.pair(rows(A), rows(B), [persons(
        True, learns="holder", approval="automatic", labels=["role"],
        release={"slots": 8, "minutes": 60, "batches": 2})])
    result = a.match(b, "suspects", "--json").expect().json()
    assert not result["learned"] and a.hits() == []
    assert set(found(b)) == {y for _, y in TRUTH}
    with sqlite3.connect(os.path.join(b.home, "palermo.db"), timeout=10) as db:
        db.execute("UPDATE run_release SET since_ms = since_ms - every_ms")
    b.run("release", "post", "--key-file", b.key).expect()
    a.run("deliver", "--with", b.code).expect()
    got = found(a)
    assert set(got) == {x for x, _ in TRUTH}, got
    assert all(h["grade"] and h["state"] == "received" for h in got.values()), got
    b.stop()


@suite.test
def what_the_sender_sees_does_not_depend_on_the_hits(nodes):
    """The asker sends and receives as much, and stores as much, whoever is on the other side."""
    wanted = [persons(True, learns="holder")]
    a, b = nodes.pair(rows(A), rows(B), wanted)
    seen = []
    others = [dict(row, name=f"{'Qwertz' + 'u' * i} Nemo{'x' * i}", birth=f"1930-0{i + 1}-15")
              for i, row in enumerate(B)]
    for those in (B, others):
        b.run("register", "drop", "people").expect()
        b.load_rows(rows(those))
        result = a.match(b, "suspects", "--json").expect().json()
        with sqlite3.connect(os.path.join(a.home, "palermo.db"), timeout=10) as db:
            n_hits = db.execute("SELECT count(*) FROM hit").fetchone()[0]
        seen.append((result["tokens"], n_hits))
        assert result["peer_tokens"] > 0
    assert seen[0] == seen[1], seen
    b.stop()


@suite.test
def an_accord_without_what_the_rule_needs_is_none(nodes):
    a, b = nodes.pair(rows(A), rows(B))
    bad = purpose(rules=["person", "phone"])
    path = write_accord(nodes.root, accord(nodes.root, [a, b], [bad]), "bad.json")
    result = a.run("accord", "adopt", path)
    assert result.code != 0 and "person_rules" in result.err, result.err
    b.stop()


suite.run()
