# SPDX-License-Identifier: Apache-2.0
"""Hits that their holder sees first: gates, officers, batches that are all alike, lapses."""

import json
import os
import time

from harness import FAILED, INPUT, NOT_FOUND, USAGE, Suite, purpose
from test_data import A, B, COMMON_A, COMMON_B

suite = Suite()


def holder_first(**changes):
    return purpose(**{"learns": "holder", "engine": "vole", "approval": "officer",
                      "labels": ["role", "offences", "name"],
                      "release": {"slots": 4, "minutes": 60, "batches": 3}, **changes})


def hurry(*nodes):
    """The next batch is due: what passes in hours is made to have passed."""
    for node in nodes:
        node.sql("UPDATE run_release SET since_ms = since_ms - every_ms")


def run_once(a, b):
    result = a.match(b, "suspects", "--json").expect().json()
    assert not result["learned"] and result["hits"] == 0
    return result["run"]


def deliver(a, b):
    """The holder is served; the asker fetches. What is due is posted first."""
    b.run("release", "post", "--key-file", b.key).expect()
    return a.run("deliver", "--with", b.code, "--json").expect().json()


def place(run, hit):
    return f"{run[:12]}/{hit['hit']}"


def gates_of(shown):
    return {g["gate"]: g["state"] for g in shown["gates"]}


def approve(node, run, hit, officer="Officer One", *more, code=0, clear="all"):
    return node.run("release", "approve", place(run, hit), "--officer", officer, "--clear", clear,
                    "--json", *more).expect(code)


@suite.test
def a_hit_is_the_holders_until_its_officer_releases_it(nodes):
    a, b = nodes.pair(A, B, [holder_first()])
    run = run_once(a, b)
    assert a.hits() == [] and b.hit_set() == COMMON_B
    first, second = b.hits()
    assert {first["state"], second["state"]} == {"pending"}
    shown = b.run("release", "show", place(run, first), "--json").expect().json()
    gates = gates_of(shown)
    assert gates["political"] == "open" and gates["victim"] == "clear", shown
    # Nobody may approve with a gate open, without a name, or what is not there.
    refused = approve(b, run, first, clear="political", code=FAILED).json()
    assert refused["code"] == "decision" and gates_of(refused)["political"] == "clear", refused
    b.run("release", "approve", place(run, first)).expect(USAGE, "who decides")
    b.run("release", "approve", f"{run[:12]}/99", "--officer", "X").expect(NOT_FOUND)
    b.run("release", "approve", place(run, first), "--officer", "X", "--clear",
          "opinion").expect(USAGE, "no gate")
    assert approve(b, run, first).json()["state"] == "releasing"
    assert [h["state"] for h in b.hits()] == ["releasing", "pending"]
    deliver(a, b)
    assert a.hits() == []  # its time has not come
    hurry(b)
    deliver(a, b)
    got = a.hits()
    assert len(got) == 1 and got[0]["state"] == "received", got
    assert (got[0]["record"], frozenset(got[0]["rules"])) in {
        (record, frozenset(r for x, r in COMMON_A if x == record)) for record, _ in COMMON_A}
    shown = a.run("release", "show", place(run, got[0]), "--json").expect().json()
    fields = shown["fields"]
    assert set(fields) <= {"role", "offences", "name"} and fields["role"], fields
    own = b.run("release", "show", place(run, first), "--json").expect().json()
    assert fields["name"][0] in [v["value"] for v in own["of_record"]["values"]]
    assert [h["state"] for h in b.hits()] == ["released", "pending"]
    # Whoever is searched for is told what of it left the house, and what came.
    for node, hit, state in ((a, got[0], "received"), (b, first, "released")):
        (record,) = node.run("ledger", "subject", "--record", hit["record"], "--officer", "One",
                             "--reason", "asked", "--json").expect().json()
        (told,) = record["runs"][0]["disclosures"]
        assert (told["hit"], told["state"]) == (hit["hit"], state), told
        assert ("name" in told["fields"]) == (state == "received")
    (record,) = b.run("ledger", "subject", "--record", second["record"], "--officer", "One",
                      "--reason", "asked", "--json").expect().json()
    assert record["runs"][0]["hit_by"] and record["runs"][0]["disclosures"] == []
    b.stop()
    for node in (a, b):
        node.run("ledger", "verify").expect()


@suite.test
def to_the_asker_a_lapse_is_as_no_hit(nodes):
    """The same batches, the same sizes, whether all is released, nothing, or there was nothing."""
    seen = []
    a, b = nodes.pair(A, B, [holder_first()])
    for what in ("release", "lapse", "wait", "nothing"):
        if what == "nothing":
            b.run("register", "drop", "people").expect()
            b.load_rows([row for row in B if row["id"] not in {r for r, _ in COMMON_B}])
        run = run_once(a, b)
        for hit in (h for h in b.hits() if h["run"] == run):
            if what == "release":
                approve(b, run, hit)
            elif what == "lapse":
                b.run("release", "lapse", place(run, hit), "--officer", "Officer One").expect()
        batches = []
        for _ in range(4):
            hurry(b)
            b.run("release", "post", "--key-file", b.key).expect()
            waiting = b.sql("SELECT kind, length(bytes) FROM outbox WHERE ended_ms = 0")
            report = deliver(a, b)[0]
            batches.append((waiting, report["taken"]))
        assert [len(w) for w, _ in batches] == [1, 1, 1, 0] and batches[0][0][0][1] > 4096
        for node in (a, b):
            assert node.sql("SELECT next FROM run_release WHERE run_id = ?",
                       bytes.fromhex(run)) == [(3,)]
        assert a.sql("SELECT count(*) FROM run_link") == [(0,)]
        states = {h["state"] for h in b.hits() if h["run"] == run}
        assert states == {"release": {"released"}, "lapse": {"lapsed"}, "wait": {"lapsed"},
                          "nothing": set()}[what], (what, states)
        assert any(h["run"] == run for h in a.hits()) == (what == "release")
        seen.append(batches)
    b.stop()
    assert all(s == seen[0] for s in seen), seen


@suite.test
def two_officers_where_the_accord_says_so(nodes):
    a, b = nodes.pair(A, B, [holder_first(approval="two-officers")])
    run = run_once(a, b)
    hit = b.hits()[0]
    assert approve(b, run, hit).json()["state"] == "approved"
    assert approve(b, run, hit, code=FAILED).json()["code"] == "decision"  # the same officer again
    hurry(b)
    deliver(a, b)
    assert a.hits() == []
    assert approve(b, run, hit, "Officer Two").json()["state"] == "releasing"
    hurry(b)
    deliver(a, b)
    assert len(a.hits()) == 1
    b.stop()


@suite.test
def a_request_is_no_way_around_the_gates(nodes):
    a, b = nodes.pair(A, B, [holder_first()])
    run = run_once(a, b)
    first, second = b.hits()
    offer = ["request", "new", "--offer", "--hit"]
    b.run(*offer, place(run, first)).expect(INPUT, "not been released")
    b.run(*offer, f"{run[:12]}/{first['record']}").expect(INPUT, "not been released")
    approve(b, run, first)
    b.run("release", "lapse", place(run, second), "--officer", "Officer One").expect()
    for hit in (first, second):  # decided, but not gone; and never to go
        b.run(*offer, place(run, hit)).expect(INPUT, "not been released")
    hurry(b)
    deliver(a, b)
    b.run(*offer, place(run, first)).expect()
    b.run(*offer, place(run, second)).expect(INPUT, "not been released")
    a.run("request", "new", "--hit", place(run, a.hits()[0])).expect()
    b.stop()


@suite.test
def automatic_release_stops_at_a_raised_gate(nodes):
    a, b = nodes.pair(A, B, [holder_first(approval="automatic")])
    run_once(a, b)
    assert {h["state"] for h in b.hits()} == {"releasing"}
    hurry(b)
    deliver(a, b)
    assert a.hit_set() == COMMON_A
    b.stop()


@suite.test
def a_victim_is_released_for_protection_only_and_with_words(nodes):
    rows_a = [dict(A[0], role="victim", id="a-v")]
    rows_b = [dict(A[0], role="victim", id="b-v")]
    wanted = holder_first(aim="protection", roles={"asker": ["victim"], "holder": ["victim"]},
                          approval="automatic", offences=["TIP.5", "UNTOC.5"])
    a, b = nodes.pair(rows_a, rows_b, [wanted])
    run = run_once(a, b)
    (hit,) = b.hits()
    assert hit["state"] == "pending"  # though the accord says automatic
    shown = b.run("release", "show", place(run, hit), "--json").expect().json()
    assert gates_of(shown)["victim"] == "raised"
    b.run("release", "approve", place(run, hit), "--officer", "One", "--clear",
          "all").expect(USAGE, "words")
    assert approve(b, run, hit, "One", "--because", "the shelter asks for her").json()["state"] == "releasing"
    hurry(b)
    deliver(a, b)
    assert [h["record"] for h in a.hits()] == ["a-v"]
    b.stop()


@suite.test
def nothing_is_disclosed_under_an_accord_that_ended(nodes):
    a, b = nodes.pair(A, B, [holder_first(approval="automatic")])
    run = run_once(a, b)
    assert {h["state"] for h in b.hits()} == {"releasing"}
    b.sql("DELETE FROM ratification WHERE party = ?", a.code)  # as if it never had been in force
    hurry(b)
    b.run("release", "post", "--key-file", b.key).expect()
    assert b.sql("SELECT next FROM run_release") == [(1,)]  # the batch went all the same
    assert {h["state"] for h in b.hits()} == {"releasing"}
    assert approve(b, run, b.hits()[0], code=FAILED).json()["code"] == "decision"
    b.stop()


@suite.test
def the_engine_without_links_releases_too(nodes):
    a, b = nodes.pair(A, B, [holder_first(engine="oprf", approval="automatic")])
    run_once(a, b)
    hurry(b)
    deliver(a, b)
    assert a.hit_set() == COMMON_A
    b.stop()


@suite.test
def more_hits_than_slots_go_with_the_next_batch(nodes):
    a, b = nodes.pair(A, B, [holder_first(approval="automatic",
                                          release={"slots": 1, "minutes": 60, "batches": 3})])
    run_once(a, b)
    for expected in (1, 2, 2):
        hurry(b)
        deliver(a, b)
        assert len(a.hits()) == expected
    b.stop()


@suite.test
def what_came_of_a_hit_is_recorded(nodes):
    a, b = nodes.pair(A, B, [holder_first(approval="automatic")])
    run = run_once(a, b)
    hurry(b)
    deliver(a, b)
    for node, outcome in ((a, "wrong"), (b, "confirmed")):
        hit = node.hits()[0]
        node.run("release", "outcome", place(run, hit), outcome, "--officer", "One").expect()
        node.run("release", "outcome", place(run, hit), "perhaps", "--officer",
                 "One").expect(USAGE)
        assert node.hits()[0]["outcome"] == outcome
        log = node.run("ledger", "list").expect().out
        assert outcome in log and "One" not in log
    b.stop()
    b.run("ledger", "verify").expect()


@suite.test
def serve_makes_the_batches_and_delivers_them_by_itself(nodes):
    a, b = nodes.pair(A, B, [holder_first(approval="automatic")])
    run_once(a, b)
    hurry(b)
    a.serve()
    for _ in range(120):
        if a.hits():
            break
        time.sleep(0.5)
    assert a.hit_set() == COMMON_A
    a.stop()
    b.stop()


if __name__ == "__main__":
    suite.run()
