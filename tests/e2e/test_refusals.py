# SPDX-License-Identifier: Apache-2.0
"""What must be refused is refused: each with its own message, clause and exit status."""

import os
import subprocess
import sys

from harness import (AUTH, PROTOCOL, REFUSED, REPLAYED, TAMPERED, TIMEOUT, TRUNCATED, UNREACHABLE,
                     Suite, accord, engine_by_size, free_port, palermo, purpose, put_in_force,
                     wait_until)
from test_data import A, B

ROGUE = sys.argv[2]
suite = Suite()

NOT_IN_FORCE, PARTY, PURPOSE, OFFENCE, RULES, ENGINE, LEARNS, RECIPE = range(1, 9)
BUDGET_RUN, BUDGET_DAY, BUDGET_RUNS, SMALLEST_SET, REPLAY, CLOCK, SIGNATURE = range(9, 16)
UNAVAILABLE, PADDING = 16, 17


def ask_altered(nodes, a, b, change, purpose_code="suspects"):
    done = subprocess.run([ROGUE, "ask", a.home, a.key, b.code, purpose_code, change],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()


def speak(a, b, mode, timeout_s=60):
    done = subprocess.run([ROGUE, "connect", a.home, a.key, f"127.0.0.1:{b.port}", b.code,
                           b.party["identity_key"], mode],
                          capture_output=True, text=True, timeout=timeout_s)
    return done


@suite.test
def an_accord_that_is_not_in_force(nodes):
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    a.load_rows(A)
    b.load_rows(B)
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], [purpose()]), ratify=[a])
    b.serve()
    a.match(b).expect(REFUSED + NOT_IN_FORCE, "own policy: .*force")
    # Even a party whose own software looks away is refused by the other side.
    assert ask_altered(nodes, a, b, "none")[:2] == ["refused", "not-in-force"]


@suite.test
def an_accord_that_has_expired(nodes):
    a, b = nodes.pair(A, B, expires="2020-01-01")
    a.match(b).expect(REFUSED + NOT_IN_FORCE, "clause /expires")


@suite.test
def an_accord_that_the_holder_does_not_know(nodes):
    a, b = nodes.pair(A, B)
    assert ask_altered(nodes, a, b, "accord")[:2] == ["refused", "not-in-force"]


@suite.test
def an_unknown_purpose(nodes):
    a, b = nodes.pair(A, B)
    a.match(b, "harassment").expect(REFUSED + PURPOSE, "no such purpose|purpose")
    assert ask_altered(nodes, a, b, "purpose")[:2] == ["refused", "purpose"]


@suite.test
def an_offence_outside_the_catalogue(nodes):
    a, b = nodes.pair(A, B)
    a.match(b, "suspects", "--offence", "OPINION.1").expect(REFUSED + OFFENCE, "clause /purposes/0")
    a.match(b, "suspects", "--offence", "UNTOC.6").expect(REFUSED + OFFENCE)
    assert ask_altered(nodes, a, b, "offence") == ["refused", "offence", "/purposes/0/offences"]


@suite.test
def a_proposal_that_names_no_case(nodes):
    """Nor one whose case or officer is a name and not what a node makes up."""
    a, b = nodes.pair(A, B)
    for change in ("case", "case-name", "officer"):
        assert ask_altered(nodes, a, b, change) == ["refused", "case", "-"], change
    assert {r["failure"] for r in b.runs()} == {"case"}


@suite.test
def a_different_recipe(nodes):
    a, b = nodes.pair(A, B)
    assert ask_altered(nodes, a, b, "recipe") == ["refused", "recipe", "/recipe"]


@suite.test
def an_accord_for_another_recipe(nodes):
    a, b = nodes.pair(A, B, recipe="00" * 32)
    a.match(b).expect(REFUSED + RECIPE, "recipe")


@suite.test
def other_terms_than_the_purpose_has(nodes):
    a, b = nodes.pair(A, B, [purpose(learns="holder", pad_to=16, smallest_set=2)])
    assert ask_altered(nodes, a, b, "rules")[:2] == ["refused", "rules"]
    assert ask_altered(nodes, a, b, "learns")[:2] == ["refused", "learns"]
    assert ask_altered(nodes, a, b, "padding")[:2] == ["refused", "padding"]
    assert ask_altered(nodes, a, b, "few")[:2] == ["refused", "smallest-set"]
    assert ask_altered(nodes, a, b, "holder")[:2] == ["refused", "party"]
    assert ask_altered(nodes, a, b, "party")[:2] == ["refused", "party"]


@suite.test
def another_engine_than_the_purpose_gives(nodes):
    """Also where the purpose goes by size: few tokens are for the one engine, many for the other."""
    many = engine_by_size()
    purposes = [purpose("small"), purpose("large", engine="vole"),
                purpose("by-size-small", engine="by-size"),
                purpose("by-size-large", engine="by-size", pad_to=many)]
    a, b = nodes.pair(A, B, purposes)
    for i, p in enumerate(purposes):
        clause = f"/purposes/{i}/engine"
        assert ask_altered(nodes, a, b, "engine", p["code"]) == ["refused", "engine", clause], p
    assert [r["clause"] for r in b.runs()] == [f"/purposes/{i}/engine" for i in range(4)], b.runs()


@suite.test
def the_engine_by_size_goes_with_the_padded_number(nodes):
    """One token fewer than the mark, and exactly as many: what was right there is wrong here."""
    many = engine_by_size()
    a, b = nodes.pair(A, B, [purpose("below", engine="by-size", pad_to=many - 1),
                             purpose("from", engine="by-size", pad_to=many)])
    assert ask_altered(nodes, a, b, "vole", "below")[:2] == ["refused", "engine"]
    assert ask_altered(nodes, a, b, "oprf", "from")[:2] == ["refused", "engine"]
    assert ask_altered(nodes, a, b, "oprf", "below")[0] == "ok"


@suite.test
def budgets(nodes):
    few = {"tokens_per_run": 1000, "tokens_per_day": 100, "runs_per_day": 2}
    a, b = nodes.pair(A, B, [purpose(budgets=few, pad_to=30)])
    a.match(b).expect()
    a.match(b).expect()
    a.match(b).expect(REFUSED + BUDGET_RUNS, "refused by BB-TWO.*clause .*runs_per_day")
    b.stop()


@suite.test
def a_budget_of_tokens_per_day(nodes):
    few = {"tokens_per_run": 1000, "tokens_per_day": 50, "runs_per_day": 100}
    a, b = nodes.pair(A, B, [purpose(budgets=few, pad_to=30)])
    a.match(b).expect()
    a.match(b).expect(REFUSED + BUDGET_DAY, "clause .*tokens_per_day")


@suite.test
def a_budget_of_tokens_per_run(nodes):
    few = {"tokens_per_run": 10, "tokens_per_day": 1000, "runs_per_day": 100}
    a, b = nodes.pair(A, B, [purpose(budgets=few, pad_to=30)])
    a.match(b).expect(REFUSED + BUDGET_RUN, "own policy.*clause .*tokens_per_run")
    assert ask_altered(nodes, a, b, "tokens")[:2] == ["refused", "budget-run"]


@suite.test
def a_forged_receipt_does_not_save_budget(nodes):
    """An asker that has had all its answers can't get its budget back by a receipt that is none."""
    for i, (learns, engine) in enumerate((("asker", "oprf"), ("both", "oprf"), ("asker", "vole"),
                                          ("both", "vole"))):
        nodes.root = os.path.join(nodes.root, str(i))
        os.mkdir(nodes.root)
        few = {"tokens_per_run": 60, "tokens_per_day": 60, "runs_per_day": 10}
        a, b = nodes.pair(A, B, [purpose(learns=learns, budgets=few, pad_to=60, engine=engine)])
        assert ask_altered(nodes, a, b, "receipt")[0] != "ok"
        run = wait_until(lambda: [r for r in b.runs() if r["state"] == "broken"], what="the end")[0]
        assert run["charged"] == 60 if engine == "oprf" else run["charged"] >= 60, run
        a.match(b).expect(REFUSED + BUDGET_DAY)
        b.stop()


@suite.test
def a_refused_run_costs_no_budget(nodes):
    few = {"tokens_per_run": 1000, "tokens_per_day": 50, "runs_per_day": 1}
    a, b = nodes.pair(A, B, [purpose(budgets=few, pad_to=30)])
    for change in ("recipe", "offence", "rules"):
        assert ask_altered(nodes, a, b, change)[0] == "refused"
    a.match(b).expect()
    assert [r["state"] for r in b.runs()] == ["refused"] * 3 + ["done"]


@suite.test
def too_small_a_set(nodes):
    a, b = nodes.pair(A, B, [purpose(smallest_set=1000)])
    a.match(b).expect(REFUSED + SMALLEST_SET, "own policy")


@suite.test
def a_holder_with_too_small_a_set_does_not_say_how_small(nodes):
    many = [{**A[0], "id": f"m{i}", "name": f"Name{'abcdefghij'[i % 10]} Surname{i}",
             "phone": f"+3906{10000000 + i * 7}"} for i in range(40)]
    a, b = nodes.pair(many, B, [purpose(smallest_set=20)])
    done = a.match(b, "suspects", "--json").expect(REFUSED + UNAVAILABLE)
    assert done.json()["peer_tokens"] == 0


@suite.test
def a_replayed_proposal(nodes):
    a, b = nodes.pair(A, B)
    assert ask_altered(nodes, a, b, "channel")[:2] == ["refused", "replayed"]
    assert ask_altered(nodes, a, b, "run-id")[0] == "ok"
    with_same_id = ask_altered(nodes, nodes_copy(a), b, "run-id")
    assert with_same_id[:2] == ["refused", "replayed"], with_same_id


def nodes_copy(a):
    """The same authority with its store as it was before: the id is free again on its side."""
    import sqlite3
    import os
    with sqlite3.connect(os.path.join(a.home, "palermo.db")) as db:
        db.execute("PRAGMA foreign_keys=ON")
        db.execute("DELETE FROM hit")
        db.execute("DELETE FROM run")
    return a


@suite.test
def a_proposal_from_another_time(nodes):
    a, b = nodes.pair(A, B)
    assert ask_altered(nodes, a, b, "clock")[:2] == ["refused", "clock"]


@suite.test
def a_holder_with_another_key(nodes):
    a, b = nodes.pair(A, B)
    b.stop()
    import os
    import shutil
    shutil.move(b.home, b.home + ".old")
    os.rename(b.key, b.key + ".old")
    palermo("init", "--home", b.home, "--code", "BB-TWO", "--name", "Impostor", "--address",
            f"127.0.0.1:{b.port}", "--key-file", b.key).expect()
    impostor_accord = accord(nodes.root, [a, b], [purpose()])
    impostor_accord["parties"][1] = b.run("authority", "--json").expect().json()
    import json
    path = b.write("a.json", json.dumps(impostor_accord))
    b.run("accord", "adopt", path).expect()
    b.serve()
    a.match(b).expect(AUTH, "not who the accord says")
    wait_until(lambda: "broken" in b.read_log(), what="the impostor's log")


@suite.test
def an_asker_with_another_key(nodes):
    a, b = nodes.pair(A, B)
    import json
    c = nodes.node("AA-ONE-EVIL")
    c.load_rows(A)
    palermo("init", "--home", c.home + "2", "--code", "AA-ONE", "--name", "Impostor", "--address",
            "127.0.0.1:1", "--key-file", c.key + "2").expect()
    party = palermo("authority", "--home", c.home + "2", "--json").expect().json()
    document = accord(nodes.root, [a, b], [purpose()])
    document["parties"][0] = party
    path = c.write("a.json", json.dumps(document))
    palermo("accord", "adopt", "--home", c.home + "2", path).expect()
    done = subprocess.run([ROGUE, "ask", c.home + "2", c.key + "2", "BB-TWO", "suspects", "none"],
                          capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[0] == "auth", done.stdout + done.stderr
    wait_until(lambda: "not who the accord says" in b.read_log(), what="the holder's log")
    assert b.runs() == []


@suite.test
def nobody_at_the_address(nodes):
    a, b = nodes.pair(A, B)
    b.stop()
    a.match(b).expect(UNREACHABLE, "could not be reached")
    assert a.runs() == []


FRAME_FAULTS = {
    "replay": (REPLAYED, "had been taken before"),
    "tamper": (TAMPERED, "changed on its way"),
    "truncate": (TRUNCATED, "ended in the middle"),
    "order": (PROTOCOL, "does not allow"),
    "engine": (PROTOCOL, "does not allow"),
    "early": (PROTOCOL, "does not allow"),
    "garbage": (PROTOCOL, "does not allow"),
    "huge": (PROTOCOL, "does not allow"),
}


@suite.test
def an_asker_that_breaks_the_protocol(nodes):
    a, b = nodes.pair(A, B)
    for mode, (_, words) in FRAME_FAULTS.items():
        before = len(b.read_log())
        speak(a, b, mode)
        wait_until(lambda: words in b.read_log()[before:], what=f"{mode}: {words}")
    before = len(b.read_log())
    speak(a, b, "signature")
    wait_until(lambda: "signature" in b.read_log()[before:], what="a word on the signature")
    assert b.runs() == []
    a.match(b).expect()  # and the node is as well as before


@suite.test
def a_holder_that_breaks_the_protocol(nodes):
    a, b = nodes.pair(A, B)
    b.stop()
    for mode, (code, words) in FRAME_FAULTS.items():
        port = free_port()
        rogue = subprocess.Popen([ROGUE, "listen", b.home, b.key, f"127.0.0.1:{port}", a.code,
                                  a.party["identity_key"], mode], stdout=subprocess.PIPE, text=True)
        assert rogue.stdout.readline() == "listens\n"
        done = a.match(b, "suspects", "--address", f"127.0.0.1:{port}")
        rogue.communicate(timeout=30)
        done.expect(code, words)
    assert {r["state"] for r in a.runs()} == {"broken"}
    assert a.hits() == []


@suite.test
def a_peer_that_only_pings(nodes):
    """It is heard, but what it owes needs no computing: it can't keep a run's place by that."""
    a, b = nodes.pair(A, B)
    b.serve("--timeout", 2)
    rogue = subprocess.Popen([ROGUE, "connect", a.home, a.key, f"127.0.0.1:{b.port}", b.code,
                              b.party["identity_key"], "ping"], stdout=subprocess.DEVNULL)
    try:
        # It pings for ten seconds.
        wait_until(lambda: "silent for too long" in b.read_log(), 7, what="the time-out")
    finally:
        rogue.kill()
        rogue.wait()
    assert b.runs() == []


@suite.test
def a_peer_that_stalls(nodes):
    a, b = nodes.pair(A, B)
    b.stop()
    port = free_port()
    rogue = subprocess.Popen([ROGUE, "listen", b.home, b.key, f"127.0.0.1:{port}", a.code,
                              a.party["identity_key"], "stall"], stdout=subprocess.PIPE, text=True)
    assert rogue.stdout.readline() == "listens\n"
    done = a.match(b, "suspects", "--address", f"127.0.0.1:{port}", timeout_s=2, timeout=20)
    rogue.kill()
    rogue.communicate()
    done.expect(TIMEOUT, "silent for too long")


suite.run()
