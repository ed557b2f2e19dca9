# SPDX-License-Identifier: Apache-2.0
"""Runs that repeat by themselves: what changed, told once, within the budgets, through failures."""

import os
import signal
import time

from harness import FAILED, INPUT, REFUSED, Suite, accord, purpose, put_in_force, wait_until
from test_data import A, B

suite = Suite()
STANDING = REFUSED + 22
NO_RUN = "00" * 16
HOUR = 60
DAY = 24 * HOUR


def standing(terms=None, **changes):
    values = {
        "learns": "holder", "engine": "vole", "release": {"slots": 4, "minutes": 60, "batches": 2},
        "standing": {"shortest_minutes": HOUR, "whole_days": 7, "last_day": "2099-01-01",
                     "started_by": "officer", **(terms or {})}, **changes}
    return purpose(**{k: v for k, v in values.items() if v is not None})


def start(a, b, *more, code=0, err=None, officer="Inspector One", case=None):
    answer = a.run("standing", "start", "--with", b.code, "--purpose", "suspects", "--case",
                   case or a.case(), "--officer", officer, "--json", *more).expect(code, err)
    return answer.json()["standing"] if code == 0 else None


def show(a, series):
    return a.run("standing", "show", series, "--json").expect().json()


def repeat(a, series, *more, code=0, err=None):
    return a.run("standing", "run", series, "--json", "--timeout", 10,
                 *more).expect(code, err).json()[0]


def let_pass(minutes, *nodes):
    """What passes in hours is made to have passed."""
    ms = minutes * 60000
    for node in nodes:
        node.sql("UPDATE standing SET next_ms = next_ms - ?, last_ms = last_ms - ?, "
                 "whole_ms = whole_ms - ? WHERE last_ms > 0", ms, ms, ms)


def until(a, condition, what):
    """Waits for what a serving node does by itself; nobody waits a minute after a slow machine's
    failure."""
    def look():
        a.sql("UPDATE standing SET next_ms = 0 WHERE failures > 0")
        return condition()
    return wait_until(look, 90, what)


def news(b, seen):
    """Hits that were not there before, as (record, rules), and remembers them."""
    new = [h for h in b.hits() if (h["run"], h["hit"]) not in seen]
    seen.update((h["run"], h["hit"]) for h in new)
    return sorted((h["record"], tuple(sorted(h["rules"]))) for h in new)


@suite.test
def what_changes_on_either_side_is_told_once(nodes):
    a, b = nodes.pair(A, B, [standing()])
    series, seen = start(a, b), set()
    assert show(a, series)["due"] and show(a, series)["every_minutes"] == HOUR
    whole = repeat(a, series)
    first = news(b, seen)
    assert [r for r, _ in first] == ["b1", "b2"], first
    # Nothing changed: one token of padding is asked, and nothing is told.
    let_pass(HOUR, a, b)
    assert repeat(a, series)["tokens"] < whole["tokens"] and news(b, seen) == []
    # A new record of the asker's; and one more thing in common with a pair that was told.
    a.load_rows([{"id": "a4", "name": "A New One", "phone": B[2]["phone"], "role": "suspect",
                  "offence": "TIP.5"}], register="more")
    let_pass(HOUR, a, b)
    repeat(a, series)
    assert news(b, seen) == [("b9", ("phone",))]
    # A new record of the holder's waits for the next run with everything.
    b.load_rows([{"id": "b4", "name": "John Smithson", "birth": "1990-07-30", "nationality": "GB",
                  "role": "convicted", "offence": "UNTOC.5"}], register="more")
    let_pass(HOUR, a, b)
    repeat(a, series)
    assert news(b, seen) == []
    let_pass(7 * DAY, a, b)
    assert repeat(a, series)["tokens"] == whole["tokens"] + 1
    assert news(b, seen) == [("b4", ("name+birthDate", "name+birthYear+nationality"))]
    # Something else that agrees between two records that are known is news; a change that does not
    # agree is none.
    a.load_rows([{**A[1], "email": "maria@example.org"}, {**A[0], "phone": "+79169999999"}, A[2]],
                columns=[*A[0], "email"])
    b.load_rows([{**B[1], "email": "maria@example.org"}, B[0], B[2]], columns=[*B[0], "email"])
    let_pass(HOUR, a, b)
    repeat(a, series)
    assert news(b, seen) == [("b2", ("email",))]
    # What is withdrawn is asked and told no more, and leaves nothing.
    a.run("register", "drop", "more").expect()
    b.run("register", "drop", "more").expect()
    let_pass(7 * DAY, a, b)
    repeat(a, series)
    assert news(b, seen) == [] and len(b.hits()) == 4
    assert a.sql("SELECT count(*) FROM standing_mark") == [(3,)]
    assert b.sql("SELECT count(DISTINCT record_id) FROM standing_told") == [(3,)]
    for node in (a, b):
        node.run("ledger", "verify").expect()


@suite.test
def test_persons_are_no_hits_of_a_repetition(nodes):
    """Where the asker learns, it counts what it found: of its own records, and nobody invented."""
    a, b = nodes.pair(A, B, [standing(learns="both", release=None)])
    for node in (a, b):
        node.run("seed", "load", "--accord", nodes.accord_hash[:8], "--n", 10).expect()
    found = repeat(a, start(a, b))
    assert found["hits"] == len({h["record"] for h in a.hits()}) > 0, found
    assert a.run("hits", "--seeds", "--json").expect().json() != []


@suite.test
def a_hit_that_lapsed_is_not_asked_anew(nodes):
    a, b = nodes.pair(A, B, [standing({"shortest_minutes": 1})])
    series, seen = start(a, b), set()
    run = repeat(a, series)["run"]
    news(b, seen)
    for hit in b.hits():
        b.run("release", "lapse", f"{run[:12]}/{hit['hit']}", "--officer", "Officer One").expect()
    # Neither a run with everything, nor records that the asker touches, bring it back.
    let_pass(7 * DAY, a, b)
    repeat(a, series)
    a.load_rows([{**r, "phone": r["phone"] and "+7916000000%d" % i} for i, r in enumerate(A)])
    let_pass(HOUR, a, b)
    repeat(a, series)
    a.load_rows(A)
    let_pass(HOUR, a, b)
    repeat(a, series)
    # An asker that claims to remember nothing gets no further.
    a.sql(f"UPDATE standing SET last_run = x'{NO_RUN}', last_ms = 0, whole_ms = 0, next_ms = 0")
    a.sql("DELETE FROM standing_mark")
    let_pass(8 * DAY, b)
    repeat(a, series)
    assert news(b, seen) == [] and {h["state"] for h in b.hits()} == {"lapsed"}
    # Stopped and started again it is the same series.
    a.run("standing", "stop", series, "--officer", "Chief Two").expect()
    assert a.sql("SELECT count(*) FROM standing_mark") == [(0,)]
    assert start(a, b) == series
    let_pass(8 * DAY, a, b)
    repeat(a, series)
    assert news(b, seen) == []


@suite.test
def a_receipt_that_was_lost_loses_no_hit(nodes):
    """Done with the holder, broken with the asker: told again; what was open there has lapsed."""
    a, b = nodes.pair(A, B, [standing()])
    series, seen = start(a, b), set()
    first = repeat(a, series)["run"]
    both = news(b, seen)
    b.run("release", "lapse", f"{first[:12]}/1", "--officer", "Officer One").expect()
    a.sql(f"UPDATE standing SET last_run = x'{NO_RUN}', last_ms = 0, whole_ms = 0, n_done = 0")
    a.sql("DELETE FROM standing_mark")
    let_pass(HOUR, b)
    second = repeat(a, series)["run"]
    assert news(b, seen) == both[1:], "what the officer let lapse is not asked again"
    states = {(h["run"], h["hit"]): h["state"] for h in b.hits()}
    assert states == {(first, 1): "lapsed", (first, 2): "lapsed", (second, 1): "pending"}, states


@suite.test
def nothing_repeats_more_often_or_longer_than_agreed(nodes):
    a, b = nodes.pair(A, B, [standing()])
    start(a, b, "--every", 59, code=STANDING, err="more often than the accord allows")
    start(a, b, officer="Somebody Else", code=STANDING, err="officer or the supervisor")
    series = start(a, b, "--every", 2 * HOUR)
    start(a, b, code=FAILED, err="standing already")
    repeat(a, series)
    refused = repeat(a, series, code=STANDING, err="our own policy")
    assert refused["refusal"]["clause"] == "/purposes/0/standing/shortest_minutes", refused
    let_pass(HOUR, a, b)
    assert repeat(a, series, "--whole", code=STANDING)["refusal"]["clause"].endswith("whole_days")
    # The holder looks too, whatever the asker's own store says.
    a.sql("UPDATE standing SET whole_ms = 0")
    whole = repeat(a, series, code=STANDING)["refusal"]
    assert whole["by_peer"] and whole["clause"].endswith("whole_days"), whole
    let_pass(7 * DAY, a, b)
    repeat(a, series)
    a.sql("UPDATE standing SET last_ms = 0")
    soon = repeat(a, series, code=STANDING)["refusal"]
    assert soon["by_peer"] and soon["clause"].endswith("shortest_minutes"), soon
    # Two at once: the one that goes on counts.
    let_pass(HOUR, a, b)
    b.sql("UPDATE run SET state = 'running' WHERE started_ms = (SELECT max(started_ms) FROM run "
          "WHERE state = 'done')")
    assert repeat(a, series, code=STANDING)["refusal"]["by_peer"]
    # A clock that was wrong once does not stop it for ever.
    b.sql("UPDATE run SET state = 'done' WHERE state = 'running'")
    for node in (a, b):
        node.sql("UPDATE standing SET last_ms = last_ms + 315360000000, next_ms = next_ms + "
                 "315360000000, whole_ms = whole_ms + 315360000000")
    assert show(a, series)["due"]
    repeat(a, series)
    # A run by itself is none of it; and the case has to be open.
    a.match(b).expect()
    a.run("case", "close", a.case()).expect()
    let_pass(DAY, a, b)
    assert repeat(a, series, code=REFUSED + 18, err="the case is closed")
    assert show(a, series)["failure"] == "case"


@suite.test
def only_where_and_by_whom_the_accord_says(nodes):
    plain = purpose(learns="holder", engine="vole")
    a, b = nodes.pair(A, B, [plain])
    start(a, b, code=STANDING, err="clause /purposes/0$")
    case = a.open_case("CASE-9")
    for name, terms, reserved, err in (
            ("supervisor", {"started_by": "supervisor"}, None, "supervisor of the case"),
            ("past", {"last_day": "2020-01-01"}, None, "last_day"),
            ("reserved", {}, [{"reason": "law", "no_standing": True}], "no_standing")):
        root = os.path.join(nodes.root, name)
        os.mkdir(root)
        document = accord(root, [a, b], [standing(terms)], title=name)
        put_in_force(root, [a, b], document,
                     reservations={b.code: {"reservations": reserved or []}})
        start(a, b, code=STANDING, err=err, case=case)
        if name == "supervisor":
            start(a, b, officer="Chief Two", case=case)


@suite.test
def a_budget_that_is_used_up_is_there_again_tomorrow(nodes):
    budgets = {"tokens_per_run": 100, "tokens_per_day": 100, "runs_per_day": 2}
    a, b = nodes.pair(A, B, [standing(budgets=budgets, engine="oprf")])
    series, seen = start(a, b), set()
    repeat(a, series)
    let_pass(HOUR, a, b)
    repeat(a, series)
    let_pass(HOUR, a, b)
    refused = repeat(a, series, code=REFUSED + 11)["refusal"]
    assert refused["clause"] == "/purposes/0/budgets/runs_per_day" and refused["by_peer"], refused
    shown = show(a, series)
    tomorrow = time.time() // 86400 * 86400 + 86400
    assert (shown["failure"], shown["failures"]) == ("budget-runs", 1)
    assert shown["next"] == time.strftime("%Y-%m-%dT00:10:00Z", time.gmtime(tomorrow)), shown
    assert not shown["due"] and a.run("standing", "run", "--json").expect().json() == []
    # The next day: it is due, and goes through.
    news(b, seen)
    b.sql("UPDATE run SET started_ms = started_ms - 86400000")
    let_pass(DAY + 10, a, b)
    (done,) = a.run("standing", "run", "--json").expect().json()
    assert done["status"] == "ok" and show(a, series)["failures"] == 0
    # Each of the three stands in the ledger, with what came of it.
    assert a.sql("SELECT count(*) FROM ledger WHERE kind = 'standing'") == [(5,)]


@suite.test
def a_serving_node_repeats_by_itself_through_failures(nodes):
    a, b = nodes.pair(A, B, [standing()])
    series, seen = start(a, b), set()
    b.stop()
    a.serve("--deliver-every", 1, "--timeout", 30)
    failed = wait_until(lambda: show(a, series)["failures"] and show(a, series), 90, "a failure")
    assert failed["failure"] == "unreachable" and not failed["due"], failed
    # Killed in the middle of a run it is done anew.
    a.stop()
    a.sql("UPDATE standing SET next_ms = 0")
    assert show(a, series)["due"]
    b.serve("--timeout", 30)
    a.serve("--deliver-every", 1, "--timeout", 30)
    until(a, lambda: a.sql("SELECT count(*) FROM run") != [(0,)], "a run")
    a.stop(signal.SIGKILL)
    a.serve("--deliver-every", 1, "--timeout", 30)
    done = until(a, lambda: show(a, series)["done"] and show(a, series), "a run that is done")
    assert done["failures"] == 0 and not done["due"] and done["next"]
    assert [r for r, _ in news(b, seen)] == ["b1", "b2"]
    # Paused it stays so, however long; the slots that were missed are one run.
    a.run("standing", "pause", series, "--officer", "Chief Two").expect()
    let_pass(9 * DAY, a, b)
    assert a.run("standing", "run", series, "--json").expect(FAILED, "paused")
    time.sleep(1.5)
    assert show(a, series)["done"] == done["done"]
    a.run("standing", "resume", series, "--officer", "Chief Two").expect()
    until(a, lambda: show(a, series)["done"] == done["done"] + 1, "the next")
    time.sleep(1.5)
    assert show(a, series)["done"] == done["done"] + 1 and news(b, seen) == []
    log = a.read_log()
    assert f"standing runs {series[:8]}" in log
    assert not any(word in log for word in ("Petrov", "Rossi", "Inspector", "79161234567"))


@suite.test
def status_and_lists_say_how_it_stands(nodes):
    a, b = nodes.pair(A, B, [standing()])
    series = start(a, b)
    overview = a.run("status", "--json").expect().json()
    assert overview["counts"]["standing"] == 1
    assert {w["kind"] for w in overview["waiting"]} >= {"standing-due"}
    b.stop()
    repeat(a, series, code=10)
    overview = a.run("status", "--json").expect().json()
    assert {w["kind"] for w in overview["waiting"]} >= {"standing-failing"}
    assert "failed: unreachable" in a.run("standing", "list").expect().out
    b.serve("--timeout", 10)
    repeat(a, series)
    (asked,) = b.run("standing", "list", "--json").expect().json()
    assert (asked["side"], asked["state"], asked["with"]) == ("holder", "asked", a.code)
    assert asked["case"] != a.case() and asked["officer"] is None
    b.run("standing", "stop", series, "--officer", "X").expect(INPUT, "asked of us")
    explained = a.run("accord", "explain", "--with", b.code).expect().out
    assert "once in 1 hour at most" in " ".join(explained.split()), explained


suite.run()
