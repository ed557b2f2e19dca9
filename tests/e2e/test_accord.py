# SPDX-License-Identifier: Apache-2.0
"""Cases, and the life of an accord: reservations, amendment, denunciation; and ways around them."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys

from harness import (FAILED, INPUT, OK, REFUSED, USAGE, Suite, accord, palermo, purpose,
                     put_in_force, write_accord)

ROGUE = sys.argv[2]
suite = Suite()

NOT_IN_FORCE, PURPOSE, OFFENCE, RULES, ENGINE, LEDGER = 1, 3, 4, 5, 6, 19
BUDGET_RUN, SMALLEST_SET, CASE = 9, 12, 18


def person(number, **changes):
    letter = "abcdefghijklmnop"[number]
    return {"id": f"p{number}", "name": f"Given{letter} Family", "birth": f"1971-03-1{number}",
            "nationality": "IT", "phone": f"+3906123450{number:02d}", "role": "suspect",
            "offence": "TIP.5", **changes}


ROWS = [person(i) for i in range(3)]


def pair(nodes, purposes=None, reservations=None, rows_a=ROWS, rows_b=ROWS):
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    a.load_rows(rows_a)
    b.load_rows(rows_b)
    nodes.accord_hash = put_in_force(
        nodes.root, [a, b], accord(nodes.root, [a, b], purposes or [purpose()]),
        reservations=reservations)
    b.serve()
    return a, b


def rogue(a, b, change):
    done = subprocess.run([ROGUE, "ask", a.home, a.key, b.code, "suspects", change],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()


def reserved(**members):
    return {"reservations": [{"reason": "our law says so", **members}]}


# --- cases -----------------------------------------------------------------------------------------

@suite.test
def no_run_without_an_open_case_that_fits(nodes):
    a, b = pair(nodes)
    a.run("match", "--with", b.code, "--purpose", "suspects").expect(USAGE, "no run without a case")
    a.match(b, "suspects", "--case", "NONE").expect(REFUSED + CASE, "no case of that reference")
    a.open_case("DRUGS", offences=["DRUGS88.3.1"])
    a.match(b, "suspects", "--case", "DRUGS").expect(
        REFUSED + OFFENCE, "none of the case's offences.*clause /purposes/0/offences")
    a.open_case("TIP", offences=["TIP.5"])
    a.match(b, "suspects", "--case", "TIP", "--offence", "UNTOC.5").expect(
        REFUSED + CASE, "not about that offence")
    a.match(b, "suspects", "--case", "TIP").expect(OK)
    a.run("case", "close", "TIP").expect(OK)
    a.match(b, "suspects", "--case", "TIP").expect(REFUSED + CASE, "the case is closed")
    a.run("case", "close", "TIP").expect(FAILED, "closed already")
    assert len(b.runs()) == 1


@suite.test
def a_case_needs_all_its_parts(nodes):
    a = nodes.node("AA-ONE")
    a.open_case("1", officer="Anna Rossi", supervisor="anna  rossi", code=USAGE, err="two persons")
    a.open_case("1", officer=None, code=USAGE, err="officer")
    a.open_case("1", transnational="e", code=USAGE, err="transnational")
    a.open_case("1", offences=[], code=USAGE, err="offence")
    a.open_case("1", offences=["EXTREMISM"], code=USAGE, err="catalogue")
    a.open_case("1", offences=["UNTOC.2b"], code=USAGE, err="organised criminal group")
    a.open_case("1", penalty=0, code=USAGE)
    assert a.run("case", "list", "--json").expect().json() == []
    a.open_case("1")
    a.open_case("1", code=FAILED, err="a case of that reference before")
    shown = a.run("case", "show", "1", "--json").expect().json()
    assert shown["state"] == "open" and shown["officer"] == "Inspector One", shown
    text = a.run("case", "show", "1").expect().out
    assert "committed in more than one state" in text and "Trafficking in persons" in text, text


@suite.test
def nobody_outside_sees_what_the_case_is(nodes):
    """The peer gets a random reference and a pseudonym, the ledger no name."""
    a, b = pair(nodes)
    for i in range(2):
        a.open_case(f"Operation Red {i}", offences=["TIP.5"], officer="Anna Rossi")
        a.match(b, "suspects", "--case", f"Operation Red {i}").expect(OK)
    runs = b.runs()
    assert all(re.fullmatch("[0-9a-f]{32}", r["case"]) for r in runs), runs
    assert all(re.fullmatch("[0-9a-f]{16}", r["officer"]) for r in runs), runs
    assert len({r["case"] for r in runs}) == 2 and len({r["officer"] for r in runs}) == 1, runs
    for node in (a, b):
        with sqlite3.connect(os.path.join(node.home, "palermo.db")) as db:
            ledger = b"".join(row[0] for row in db.execute("SELECT body FROM ledger"))
        for secret in (b"Operation", b"Rossi", b"Chief"):
            assert secret not in ledger, secret
    kinds = [e["kind"] for e in a.run("ledger", "list", "--json").expect().json()]
    assert kinds.count("case-open") == 2, kinds
    a.run("ledger", "verify").expect(OK)


# --- reservations ----------------------------------------------------------------------------------

@suite.test
def a_reserved_offence_opens_nothing(nodes):
    rows = [person(0), person(1, offence="UNTOC.5"), person(2)]
    a, b = pair(nodes, reservations={"BB-TWO": reserved(offences=["UNTOC.5"])}, rows_a=rows,
                rows_b=rows)
    clause = "/ratifications/BB-TWO/reservations/0/offences"
    a.open_case("GROUP", offences=["UNTOC.5"])
    a.match(b, "suspects", "--case", "GROUP").expect(REFUSED + OFFENCE, "own policy.*" + clause)
    assert rogue(a, b, "reserved-offence") == ["refused", "offence", clause]
    result = a.match(b, "suspects", "--json").expect().json()
    assert {h["record"] for h in a.hits()} == {"p0", "p2"}, a.hits()
    assert result["selection"]["excluded"]["offence"] == 1, result


@suite.test
def what_one_law_does_not_punish_is_not_matched_for(nodes):
    """Dual criminality: the asker's own catalogue binds it as the holder's does."""
    rows = [person(0), person(1, offence="UNTOC.5"), person(2)]
    for code in ("AA-ONE", "BB-TWO"):
        inner = type(nodes)(os.path.join(nodes.root, code))
        os.mkdir(inner.root)
        a, b = pair(inner, reservations={code: {"catalogue": ["TIP.5"]}}, rows_a=rows, rows_b=rows)
        nodes.made += inner.made
        clause = f"/ratifications/{code}/catalogue"
        a.open_case("GROUP", offences=["UNTOC.5"])
        a.match(b, "suspects", "--case", "GROUP").expect(REFUSED + OFFENCE, "clause " + clause)
        assert rogue(a, b, "reserved-offence") == ["refused", "offence", clause]
        a.match(b).expect(OK)
        assert {h["record"] for h in a.hits()} == {"p0", "p2"}, a.hits()


@suite.test
def reserved_rules_categories_and_budgets(nodes):
    rows = [person(0), person(1, role="convicted"), person(2)]
    wish = {"reservations": [
        {"reason": "too many share a phone", "rules": ["phone"]},
        {"reason": "sentences are spent", "categories": ["convicted"]},
        {"reason": "hits first to us", "holder_first": True}]}
    a, b = pair(nodes, reservations={"BB-TWO": wish}, rows_a=rows, rows_b=rows)
    assert rogue(a, b, "reserved-rules") == [
        "refused", "rules", "/ratifications/BB-TWO/reservations/0/rules"]
    assert rogue(a, b, "learns")[:2] == ["refused", "learns"]
    a.match(b).expect(OK)
    assert a.hits() == []  # the accord says both learn; the reservation, the holder first
    assert {h["record"] for h in b.hits()} == {"p0", "p2"}, b.hits()
    assert all("phone" not in h["rules"] for h in b.hits()), b.hits()


@suite.test
def a_lower_budget_binds_who_does_not_keep_to_it(nodes):
    low = reserved(budgets={"tokens_per_run": 1}, purposes=["suspects"])
    a, b = pair(nodes, reservations={"BB-TWO": low})
    clause = "/ratifications/BB-TWO/reservations/0/budgets/tokens_per_run"
    a.match(b).expect(REFUSED + BUDGET_RUN, "own policy.*" + clause)
    assert rogue(a, b, "none") == ["refused", "budget-run", clause]


@suite.test
def a_reservation_can_refuse_a_purpose_and_an_engine(nodes):
    no = reserved(purposes=["suspects"], refuses=True)
    a, b = pair(nodes, reservations={"AA-ONE": no})
    a.match(b).expect(REFUSED + PURPOSE, "/ratifications/AA-ONE/reservations/0/purposes")
    assert rogue(a, b, "none")[:2] == ["refused", "purpose"]
    inner = type(nodes)(os.path.join(nodes.root, "engine"))
    os.mkdir(inner.root)
    a, b = pair(inner, reservations={"BB-TWO": reserved(engines=["oprf"])})
    nodes.made += inner.made
    a.match(b).expect(REFUSED + ENGINE, "/ratifications/BB-TWO/reservations/0/engines")
    assert rogue(a, b, "none")[:2] == ["refused", "engine"]


@suite.test
def a_reservation_that_means_nothing_is_refused(nodes):
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    path = write_accord(nodes.root, accord(nodes.root, [a, b], [purpose()]))
    accord_hash = a.run("accord", "adopt", path).expect().out.strip()
    for wish, blamed in (
            (reserved(purposes=["suspect"], refuses=True), "/reservations/0/purposes/0"),
            (reserved(counterparties=["ZZ"], refuses=True), "/reservations/0/counterparties/0"),
            (reserved(), "/reservations/0"), ({"catalogue": ["OPINION.1"]}, "/catalogue/0"),
            ({"reservations": [{"offences": ["TIP.5"]}]}, "/reservations/0/reason")):
        done = a.run("accord", "ratify", accord_hash, "--reservations",
                     a.write("wish.json", json.dumps(wish)))
        done.expect(INPUT, re.escape(blamed))
    assert a.run("accord", "status", "--json").expect().json()[0]["ratifications"] == 0


@suite.test
def a_ratification_can_not_be_changed_on_its_way_or_afterwards(nodes):
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    path = write_accord(nodes.root, accord(nodes.root, [a, b], [purpose()]))
    for node in (a, b):
        accord_hash = node.run("accord", "adopt", path).expect().out.strip()
    out = os.path.join(nodes.root, "b.json")
    wish = b.write("wish.json", json.dumps(reserved(offences=["UNTOC.5"])))
    twin = os.path.join(nodes.root, "twin")
    shutil.copytree(b.home, twin)
    b.run("accord", "ratify", accord_hash, "--reservations", wish, "--out", out).expect()
    with open(out, encoding="utf-8") as f:
        document = json.load(f)
    for change in ({"reservations": []}, {"catalogue": ["TIP.5", "UNTOC.5", "SOM.6"]},
                   {"party": "AA-ONE"}, {"time": "2026-01-01T00:00:00.000Z"}):
        forged = a.write("forged.json", json.dumps({**document, **change}))
        assert a.run("accord", "add", forged).code != OK, change
    a.run("accord", "add", out).expect()
    a.run("accord", "add", out).expect()  # again: nothing new
    b.run("accord", "ratify", accord_hash).expect(FAILED, "has ratified it before")
    # A party that tells one thing here and another there.
    other = os.path.join(nodes.root, "b2.json")
    palermo("accord", "ratify", "--home", twin, accord_hash, "--key-file", b.key, "--out",
            other).expect()
    a.run("accord", "add", other).expect(FAILED, "gave another ratification before")


# --- more than two parties, amendment, denunciation ------------------------------------------------

def three(nodes, **changes):
    made = [nodes.node(code) for code in ("AA-ONE", "BB-TWO", "CC-3")]
    for node in made:
        node.load_rows(ROWS)
    return made, accord(nodes.root, made, [purpose()], **changes)


@suite.test
def three_parties_of_which_two_do_not_accept_each_other(nodes):
    (a, b, c), document = three(nodes, in_force_after=3)
    put_in_force(nodes.root, [a, b, c], document, reservations={
        "CC-3": reserved(counterparties=["AA-ONE"], refuses=True)})
    b.serve()
    c.serve()
    a.match(b).expect(OK)
    b.match(c).expect(OK)
    clause = "/ratifications/CC-3/reservations/0/counterparties"
    a.match(c).expect(REFUSED + NOT_IN_FORCE, "own policy.*" + clause)
    assert rogue(a, c, "none") == ["refused", "not-in-force", clause]
    (status,) = a.run("accord", "status", "--json").expect().json()
    assert {p["code"]: p["in_force_with_us"] for p in status["parties"]} == {
        "AA-ONE": False, "BB-TWO": True, "CC-3": False}, status


@suite.test
def in_force_only_when_as_many_as_it_asks_for_have_ratified(nodes):
    (a, b, c), document = three(nodes, in_force_after=3)
    put_in_force(nodes.root, [a, b, c], document, ratify=[a, b])
    b.serve()
    a.match(b).expect(REFUSED + NOT_IN_FORCE, "clause /in_force_after")
    assert rogue(a, b, "none") == ["refused", "not-in-force", "/in_force_after"]


@suite.test
def an_amendment_takes_the_place_between_those_who_ratified_it(nodes):
    (a, b, c), document = three(nodes)
    old = put_in_force(nodes.root, [a, b, c], document)
    as_it_was = os.path.join(nodes.root, "a-as-it-was")
    shutil.copytree(a.home, as_it_was)
    draft = a.run("accord", "amend", old).expect().json()
    assert draft["amends"] == old
    draft["purposes"][0]["budgets"]["runs_per_day"] = 999
    path = write_accord(nodes.root, draft, "amended.json")
    said = a.run("accord", "diff", old, path).expect().out
    assert "runs_per_day: was 1,000, is 999 (less)" in said, said
    new = put_in_force(nodes.root, [a, b, c], draft, ratify=[a])
    b.serve()
    c.serve()
    assert a.match(b, "suspects", "--json").expect().json()["accord"] == old  # not yet
    out = os.path.join(nodes.root, "b-new.json")
    b.run("accord", "ratify", new, "--out", out).expect()
    a.run("accord", "add", out).expect()
    assert a.match(b, "suspects", "--json").expect().json()["accord"] == new
    assert a.match(c, "suspects", "--json").expect().json()["accord"] == old
    clause = "/amendments/" + new
    a.match(b, "suspects", "--accord", old).expect(REFUSED + NOT_IN_FORCE, "clause " + clause)
    # A party that goes on with the old one is told by the other side.
    # A node as it was is a ledger rolled back, first of all: an officer there has to know of it.
    a.home = as_it_was
    a.match(b, "suspects", "--case", a.open_case("OLD")).expect(REFUSED + LEDGER)
    b.run("ledger", "acknowledge", a.code, "--officer", "B", "--reason",
          "brought back from a backup").expect()
    a.match(b, "suspects", "--case", "OLD").expect(
        REFUSED + NOT_IN_FORCE, "refused by BB-TWO.*" + clause)


@suite.test
def a_denunciation_needs_its_notice_and_its_signature(nodes):
    a, b = pair(nodes)  # 30 days of notice
    a.run("accord", "denounce", nodes.accord_hash, "--reason", "a new law", "--last-day",
          "2026-01-01").expect(INPUT, "30 days of notice")
    a.run("accord", "denounce", nodes.accord_hash).expect(USAGE, "--reason")
    out = os.path.join(nodes.root, "denunciation.json")
    a.run("accord", "denounce", nodes.accord_hash, "--reason", "a new law", "--out", out).expect()
    with open(out, encoding="utf-8") as f:
        document = json.load(f)
    for change in ({"last_day": "2020-01-01"}, {"last_day": "2099-01-01"}, {"party": "BB-TWO"},
                   {"reason": "none"}):
        forged = b.write("forged.json", json.dumps({**document, **change}))
        assert b.run("accord", "add", forged).code != OK, change
    b.run("accord", "add", out).expect()
    for node in (a, b):
        (status,) = node.run("accord", "status", nodes.accord_hash[:12], "--json").expect().json()
        (party,) = [p for p in status["parties"] if p["code"] == "AA-ONE"]
        assert party["bound_until"] == document["last_day"], status
    a.match(b).expect(OK)  # bound until then
    a.run("accord", "denounce", nodes.accord_hash, "--reason", "x").expect(FAILED, "before")
    assert "denounce" in [e["kind"] for e in b.run("ledger", "list", "--json").expect().json()]


@suite.test
def explain_says_what_counts_and_why(nodes):
    a, b = pair(nodes, reservations={
        "BB-TWO": reserved(offences=["UNTOC.5"], budgets={"tokens_per_run": 50})})
    for words in (["--with", "BB-TWO"], [nodes.accord_hash, "--with", "BB-TWO"]):
        text = " ".join(a.run("accord", "explain", *words).expect().out.split())
        for said in ("in force between the two", "our law says so", "without the offence UNTOC.5",
                     "up to 50 tokens a run", "One officer decides"):
            assert said in text or said == "One officer decides", (said, text)
        assert "UNTOC.5: " not in text, text


@suite.test
def an_accord_of_version_1_is_told_to_be_drafted_anew(nodes):
    a = nodes.node("AA-ONE")
    old = accord(nodes.root, [a, nodes.node("BB-TWO")], [purpose()], palermo="accord/1")
    a.run("accord", "adopt", write_accord(nodes.root, old)).expect(INPUT, "version 1")


# --- records ---------------------------------------------------------------------------------------

@suite.test
def every_record_has_an_end_and_a_grading_has_words(nodes):
    rows = [{**person(0), "grading": "B2/6x6"}, {**person(1), "grading": "X4"}]
    columns = ["id", "name", "birth", "phone", "role", "offence", "grading"]
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    a.load_rows(rows, columns=columns)
    b.load_rows(ROWS)
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], [purpose()]))
    b.serve()
    with sqlite3.connect(os.path.join(a.home, "palermo.db")) as db:
        dates = [row[0] for row in db.execute("SELECT retention FROM record")]
    assert len(dates) == 2 and all(d % 10000 == 1231 for d in dates), dates
    again = a.load_rows(rows, columns=columns, more=["--json"]).json()
    assert again["unchanged"] == 2, again
    a.match(b).expect(OK)
    hits = {h["record"]: h for h in a.hits()}
    assert hits["p0"]["grading_words"] == "source usually reliable; probably true (6x6)", hits
    assert hits["p1"]["grading"] == "X4/4x4", hits


@suite.test
def a_religion_can_not_come_in_as_a_name(nodes):
    a = nodes.node("AA-ONE")
    for column in ("religion", "Ethnic group", "political_opinion"):
        mapping = {"format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
                   "kind": {"constant": "person"},
                   "properties": [{"type": "phone", "column": "phone"},
                                  {"type": "name", "column": column}]}
        rows = a.write("r.csv", f"id,phone,{column}\n1,+390612345678,y\n")
        a.run("load", rows, "--register", "r", "--format", "csv", "--mapping",
              a.write("m.json", json.dumps(mapping))).expect(INPUT, "no record may hold")
    assert a.run("register", "list", "--json").expect().json() == []


suite.run()
