# SPDX-License-Identifier: Apache-2.0
"""Tallies among real nodes: the table equals the plain one, safeguards, and who drops out."""

import os
import signal
import sqlite3

import api_client

from harness import (FAILED, INPUT, NOT_FOUND, OK, REFUSED, USAGE, Suite, accord, purpose,
                     put_in_force)

suite = Suite()
COLUMNS = ["id", "name", "birth", "phone", "role", "offence", "sex", "form", "year"]
CODES = ["AA-ONE", "BB-TWO", "CC-3", "DD-4"]


def statistics(code="victims", **changes):
    terms = {"strata": ["age-group", "sex", "year", "exploitation"], "tokens_each": 6,
             "smallest_list": 10, "pad_to": 10,
             "release": {"mechanism": "suppression", "threshold": 2},
             "budget": {"days": 365, "epsilon_milli": 0, "tallies": 5}, "hours": 24}
    terms.update(changes.pop("tally", {}))
    roles = ["missing", "victim"]
    return purpose(**{"code": code, "title": "Victims on several lists", "aim": "statistics",
                      "offences": ["TIP.5"], "roles": {"asker": roles, "holder": roles},
                      "rules": ["phone", "name+birthDate"], "approval": "automatic", "labels": [],
                      "tally": terms, **changes})


def person(n, **changes):
    """Person number n, the same on every list; every third one a child, every second a woman."""
    year = 2012 if n % 3 == 0 else 1985
    return {"id": f"r{n}", "name": f"Person Number{n}", "birth": f"{year}-03-{1 + n % 28:02}",
            "phone": f"+3556720{n:05}", "role": "victim", "offence": "TIP.5",
            "sex": "f" if n % 2 == 0 else "m", "form": "labour", "year": "2024", **changes}


def load(node, rows):
    types = {"name": "name", "birth": "birthDate", "phone": "phone"}
    properties = [{"type": t, "column": c} for c, t in types.items()]
    properties[1]["dateFormat"] = ["YYYY-MM-DD"]
    mapping = {"format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
               "kind": {"constant": "person"}, "role": {"column": "role"},
               "offences": {"column": "offence", "split": ";"}, "properties": properties,
               "sex": {"column": "sex", "values": {"f": "female", "m": "male"}},
               "exploitation": {"column": "form"}, "year": {"column": "year"}}
    import json
    lines = [",".join(COLUMNS)] + [",".join(str(r[c]) for c in COLUMNS) for r in rows]
    path = node.write("list.csv", "\n".join(lines) + "\n")
    node.run("load", path, "--register", "list", "--format", "csv", "--mapping",
             node.write("mapping.json", json.dumps(mapping))).expect()


def world(nodes, lists, purposes=None, **more):
    """As many nodes as lists, and an accord in force."""
    made = [nodes.node(code) for code in CODES[:len(lists)]]
    for node, rows in zip(made, lists):
        if rows:
            load(node, rows)
    document = accord(nodes.root, made, purposes or [statistics()])
    nodes.accord_hash = put_in_force(nodes.root, made, document, **more)
    return made


def serve(made):
    for node in made:
        node.serve("--deliver-every", 0, "--timeout", 10)


def tally(node, *arguments, **options):
    words = ["tally", *arguments]
    if arguments[0] in ("propose", "join", "cancel"):
        words += ["--key-file", node.key]
    return node.run(*words, **options)


def propose(node, with_, *more, purpose="victims", code=OK, err=None):
    words = [w for n in with_ for w in ("--with", n.code)]
    result = tally(node, "propose", *words, "--purpose", purpose, "--officer", "Statistician One",
                   "--json", *more).expect(code, err)
    return result.json()["tally"] if code == OK else None


def state(node, identity):
    return tally(node, "show", identity, "--json").expect().json()


def go(made, identity, until=("done", "ended"), rounds=12):
    """Everybody delivers in turn until all have come so far."""
    for _ in range(rounds):
        for node in made:
            node.run("deliver", "--json")
        if state(made[0], identity)["state"] in until:
            states = [state(n, identity) for n in made]
            if all(s["state"] in until for s in states):
                return states
    raise AssertionError([state(n, identity) for n in made])


def cells(node, identity):
    """{(lists, strata): count} of the table, from its JSON."""
    out = {}
    for row in tally(node, "table", identity, "--json").expect().json()["cells"]:
        lists = tuple(row.pop("lists"))
        count = row.pop("count")
        out[lists, tuple(sorted(row.items()))] = count
    return out


def plain(lists, key=lambda n: ()):
    """The same table, counted by whoever sees all lists; what is below 2 is left out."""
    out = {}
    for n in set().union(*(set(numbers) for numbers in lists.values())):
        on = tuple(code for code, numbers in lists.items() if n in numbers)
        out[on, key(n)] = out.get((on, key(n)), 0) + 1
    return {k: v for k, v in out.items() if v >= 2}


def secrets(node):
    with sqlite3.connect(os.path.join(node.home, "palermo.db"), timeout=10) as db:
        return (db.execute("SELECT max(length(secret)) FROM tally").fetchone()[0],
                db.execute("SELECT count(*) FROM tally_piece").fetchone()[0])


def hours_pass(node, hours=25):
    with sqlite3.connect(os.path.join(node.home, "palermo.db"), timeout=10) as db:
        db.execute("UPDATE tally SET deadline_ms = deadline_ms - ?", (hours * 3600000,))


def the_same_by_http(node, identity, made):
    api_client.serve(node)
    client = api_client.Client(node, local=True)
    (row,) = client.get("/v1/tallies").json()["items"]
    assert row["tally"] == identity and row["state"] == "done" and row["reason"] is None, row
    one = client.get(f"/v1/tallies/{identity}").json()
    assert {k: v for k, v in one.items() if k in row} == row, one
    assert [p["code"] for p in one["parties"]] == [n.code for n in made], one["parties"]
    assert one["table"] == tally(node, "table", identity, "--json").expect().json()
    assert one["csv"] == tally(node, "table", identity).expect().out
    client.get("/v1/tallies/1", expect=404)
    assert client.get(f"/v1/tallies/{identity[:4]}").json() == one
    for words in (["list"], ["show", identity[:8]], ["table", identity],
                  ["estimate", identity, "--quick", "--bootstrap", 100, "--only", "sex=female"]):
        for more in ([], ["--json"]):
            ways = [tally(node, *words, *more, *way) for way in ([], ["--direct"])]
            assert len({(w.code, w.out, w.err) for w in ways}) == 1 and ways[0].out, (words, more)


@suite.test
def four_lists_one_table(nodes):
    numbers = {"AA-ONE": range(0, 60), "BB-TWO": range(30, 90), "CC-3": range(50, 120),
               "DD-4": [*range(10, 40), *range(80, 110)]}
    made = world(nodes, [[person(n) for n in r] for r in numbers.values()])
    serve(made)
    a = made[0]
    identity = propose(a, made[1:], "--by", "sex", "--by", "age-group")
    ended = go(made, identity)
    assert {e["state"] for e in ended} == {"done"}, ended

    def strata(n):
        return (("age-group", "0-17" if n % 3 == 0 else "30 and over"),
                ("sex", "female" if n % 2 == 0 else "male"))
    expected = plain({c: set(r) for c, r in numbers.items()}, strata)
    tables = [cells(n, identity) for n in made]
    assert {k: v for k, v in tables[0].items() if v is not None} == expected
    assert len(tables[0]) == 15 * 16 and all(t == tables[0] for t in tables)
    # The same bytes, signed by all, at all; nothing that made them is kept.
    signed = [tally(n, "table", identity, "--json").expect().json() for n in made]
    assert all(s["signed"] == signed[0]["signed"] and s["signatures"] == signed[0]["signatures"]
               for s in signed) and set(signed[0]["signatures"]) == set(CODES)
    for n in made:
        assert secrets(n) == (0, 0)
        n.run("ledger", "verify").expect()
        log = n.run("ledger", "list").expect().out
        assert "tally-table" in log and "tally-closed" in log and "Statistician" not in log
    header = tally(a, "table", identity).expect().out.splitlines()[0]
    assert header == "AA-ONE,BB-TWO,CC-3,DD-4,age-group,sex,count", header
    the_same_by_http(a, identity, made)
    # And straight on to the estimate, of all and of some; by HTTP the same.
    client = api_client.Client(a, local=True)
    for only in ([], ["sex=female"]):
        more = [word for wish in only for word in ("--only", wish)]
        result = tally(a, "estimate", identity, "--quick", "--bootstrap", 100, "--json", *more)
        methods = {m["method"] for m in result.expect().json()["methods"]}
        assert {"stepwise", "errors"} <= methods, methods
        asked = {"tally": identity[:8], "only": only, "quick": True, "bootstrap": 100}
        assert client.post("/v1/estimates", asked).json() == result.json()
    tally(a, "estimate", identity, "--only", "form=x").expect(INPUT, "not by")
    for wrong, field in (({"only": ["form=x"]}, "/only"), ({"only": ["sex=nothing"]}, "/only"),
                         ({"noise": "laplace:1"}, "/noise"), ({"tally": "zz"}, "/tally"),
                         ({"tally": None}, "/only")):
        asked = {"tally": identity, "only": [], "quick": True, **wrong}
        asked = {key: value for key, value in asked.items() if value is not None}
        problem = client.post("/v1/estimates", asked, expect=422).json()
        assert [e["field"] for e in problem["errors"]] == [field], (wrong, problem)


@suite.test
def officers_begin_and_answer_by_http(nodes):
    made = world(nodes, [[person(n) for n in r] for r in (range(0, 30), range(10, 50))],
                 [statistics(approval="officer")])
    clients = [api_client.staff(node) for node in made]
    for node in made:
        api_client.serve(node, "--deliver-every", 0)
    asked = {"with": ["BB-TWO"], "purpose": "victims", "by": ["sex", "year"],
             "years": {"first": 2023, "last": 2025}}
    (a, b) = clients
    a["analyst"].post("/v1/tallies", asked, expect=403)
    for wrong, field in (({"years": None}, "/years"), ({"by": ["sex"]}, "/years"),
                         ({"by": ["eyes"]}, "/by/0"), ({"with": []}, "/with"),
                         ({"years": {"first": 1990, "last": 1980}}, "/years/last"),
                         ({"years": {"first": 1950, "last": 2020}}, "/years"),
                         ({"with": ["ZZ-NONE"]}, "/with")):
        body = {k: v for k, v in {**asked, **wrong}.items() if v is not None}
        problem = a["officer"].post("/v1/tallies", body, expect=422).json()
        assert field in [e["field"] for e in problem["errors"]], (wrong, problem)
    refused = a["officer"].post("/v1/tallies", {**asked, "purpose": "nothing"}, expect=409).json()
    assert (refused["code"], refused["clause"]) == ("refused", "/purposes"), refused
    key = {"Idempotency_Key": "a tally, once"}
    first = a["officer"].post("/v1/tallies", asked, **key).json()["tally"]
    assert a["officer"].post("/v1/tallies", asked, **key).json()["tally"] == first
    second = a["supervisor"].post("/v1/tallies", {"with": ["BB-TWO"], "purpose": "victims"}).json()
    made[0].run("deliver").expect()
    waiting = {w["kind"]: w["count"] for w in b["officer"].get("/v1/overview").json()["waiting"]}
    assert waiting["tally"] == 2, waiting
    one = b["auditor"].get(f"/v1/tallies/{first}").json()
    assert one["terms"]["by"] == ["sex", "year"] and one["waits_for"] == "BB-TWO", one
    assert (one["terms"]["mechanism"], one["terms"]["threshold"]) == ("suppression", 2), one
    b["auditor"].post(f"/v1/tallies/{first}/join", expect=403)
    b["officer"].post(f"/v1/tallies/{first}/join")
    b["officer"].post(f"/v1/tallies/{first}/join", expect=409)
    b["officer"].post(f"/v1/tallies/{'0' * 32}/join", expect=404)
    b["officer"].post(f"/v1/tallies/{second['tally']}/cancel")
    go(made, first)
    assert b["officer"].get(f"/v1/tallies/{first}").json()["state"] == "done"
    a["officer"].post(f"/v1/tallies/{first}/cancel", expect=409)
    ended = a["officer"].get(f"/v1/tallies/{second['tally']}").json()
    assert (ended["state"], ended["reason"], ended["blamed"]) == ("ended", "cancelled", "BB-TWO")
    assert "sex,year,count" in a["officer"].get(f"/v1/tallies/{first}").json()["csv"]


@suite.test
def killed_on_the_way_and_going_on(nodes):
    numbers = {"AA-ONE": range(0, 30), "BB-TWO": range(10, 50)}
    made = world(nodes, [[person(n) for n in r] for r in numbers.values()],
                 [statistics(approval="officer")])
    serve(made)
    a, b = made
    cancelled = propose(a, [b])
    identity = propose(a, [b])
    a.run("deliver").expect()
    tally(b, "join", identity[:10], "--officer", "Officer Two").expect()
    tally(b, "join", identity[:10], "--officer", "Officer Two").expect(FAILED, "not to be joined")
    tally(b, "cancel", cancelled, "--officer", "Officer Two").expect()
    for _ in range(8):
        for node in made:
            node.stop(signal.SIGKILL)  # and begun anew between any two deliveries
            node.serve("--deliver-every", 0, "--timeout", 10)
            node.run("deliver", "--json")
        if all(state(n, identity)["state"] == "done" for n in made):
            break
    expected = plain({k: set(r) for k, r in numbers.items()})
    for n in made:
        assert state(n, identity)["state"] == "done", state(n, identity)
        assert {k: v for k, v in cells(n, identity).items() if v is not None} == expected
        ended = state(n, cancelled)
        assert (ended["reason"], ended["blamed"]) == ("cancelled", "BB-TWO"), ended
        tally(n, "cancel", identity, "--officer", "X").expect(FAILED, "not to be ended")


@suite.test
def who_drops_out_is_named_and_nothing_is_left(nodes):
    numbers = [range(0, 20), range(10, 30), range(5, 25)]
    made = world(nodes, [[person(n) for n in r] for r in numbers])
    serve(made)
    a, b, c = made
    identity = propose(a, [b, c])
    for n in (a, c, b):
        n.run("deliver")
    c.stop(signal.SIGKILL)  # after it has consented; it never comes back
    for n in (a, b, a, b):
        n.run("deliver")
    assert state(a, identity)["state"] == "running"
    assert state(a, identity)["waits_for"] == "CC-3", state(a, identity)
    hours_pass(a)
    a.run("deliver", "--with", "BB-TWO").expect()
    for n in (a, b):
        n.run("deliver")
        ended = state(n, identity)
        assert (ended["state"], ended["reason"], ended["blamed"]) == ("ended", "silent", "CC-3")
        assert secrets(n) == (0, 0)
        tally(n, "table", identity).expect(NOT_FOUND, "no table that all have signed")
        assert "ended (silent): CC-3 was waited for in vain" in n.run("ledger", "list").expect().out
    # Nobody can have counted: it cost nothing.
    assert " 0 of them took" in tally(a, "list").expect().out


@suite.test
def what_the_accord_does_not_allow(nodes):
    noise = {"release": {"mechanism": "laplace", "epsilon_milli": 400},
             "budget": {"days": 30, "epsilon_milli": 1000, "tallies": 50}, "strata": []}
    gaussian = {"release": {"mechanism": "gaussian", "rho_milli": 5},
                "budget": {**noise["budget"], "delta_exponent": 6}, "strata": []}
    purposes = [purpose(), statistics(tally=noise), statistics("large", tally={"smallest_list": 40}),
                statistics("thin", tally={"tokens_each": 1}),
                statistics("shield", aim="protection", engine="vole", tally=gaussian)]
    made = world(nodes, [[person(n) for n in range(30)], [person(n) for n in range(15, 60)],
                         [person(n) for n in range(9)]], purposes)
    a, b, c = made
    serve([a, b, c])
    # Against suspects: the purpose has no tallies, and victims are in no match of any purpose.
    propose(a, [b], purpose="suspects", code=REFUSED, err="/purposes/0/aim")
    a.match(b, "victims").expect(REFUSED + 3, "/purposes/1/aim")
    result = a.match(b, "suspects", "--json")
    assert result.code != 0 or result.json()["hits"] == 0
    assert a.hits() == [] and b.hits() == []
    # Too small, at home and at the other's; too many tokens.
    propose(a, [b], purpose="large", code=REFUSED, err="smallest_list")
    propose(a, [b], purpose="thin", code=REFUSED, err="tokens_each")
    identity = propose(a, [b, c])
    ended = go(made, identity)
    assert {(e["reason"], e["blamed"]) for e in ended} == {("small", "CC-3")}, ended
    # Strata beyond the accord, parties that are none.
    propose(a, [b], "--by", "sex", code=REFUSED, err="strata")
    propose(a, [b], "--by", "religion", code=USAGE, err="--by takes")
    tally(a, "propose", "--with", "ZZ-9", "--purpose", "victims", "--officer",
          "X").expect(NOT_FOUND, "no accord")
    # The budget holds across tallies and purposes, whatever the noise: 0.4, and rho 0.005, which is
    # 0.531 at 10^-6; a third is too much.
    tables = []
    for name in ("victims", "shield"):
        identity = propose(a, [b], purpose=name)
        assert {e["state"] for e in go([a, b], identity)} == {"done"}
        tables.append(tally(a, "table", identity, "--json").expect().json())
    propose(a, [b], code=REFUSED, err="budget/epsilon_milli")
    propose(a, [b], purpose="shield", code=REFUSED, err="budget/epsilon_milli")
    # Cells with noise say so, and the sum of a table is not exact by chance alone.
    stated = [(t["mechanism"], t["epsilon_milli"], t["rho_milli"], t["sensitivity"]) for t in tables]
    assert stated == [("laplace", 400, 0, 2), ("gaussian", 0, 5, 2)], stated
    assert "epsilon of 0.400 together and a rho of 0.005" in tally(b, "list").expect().out
    assert "rho 0.005" in tally(b, "show", identity).expect().out
    tally(a, "estimate", identity, "--quick").expect(INPUT)  # two lists tell nothing
    for n in (a, b):
        n.run("ledger", "verify").expect()


suite.run()
