# SPDX-License-Identifier: Apache-2.0
"""palermo rules: explain, tables, table, add, drop; accords that name tables of the parties' own."""

import hashlib
import os

from harness import (FAILED, INPUT, NOT_FOUND, REFUSED, USAGE, Suite, accord, palermo, purpose,
                     put_in_force, write_accord)

suite = Suite()
GIVEN = ("Ana", "Bora", "Cedo", "Dara", "Ema")
SURNAMES = ("Kovac", "Petrov", "Zupan")
TITLE = ("--name", "hills", "--population", "people of the hills", "--date", "2026-11")


def people(n, **values):
    """Every surname and given name often; one record with names that nobody else has."""
    rows = [{"id": f"p{i}", "name": f"{GIVEN[i % 5]} {SURNAMES[i % 3]}",
             "birth": f"{1950 + i % 4}-03-{1 + i % 28:02}", "role": "suspect", "offence": "TIP.5",
             **values} for i in range(n)]
    return rows + [dict(rows[0], id="rare", name="Quirin Xylander", birth="1911-11-11")]


def rows_of(path):
    """(header, {(type, value): count}) of a table of frequencies."""
    with open(path, encoding="utf-8") as f:
        head, body = f.read().split("\n\n")
    lines = head.split("\n")
    assert lines[0] == "palermo-frequencies/1"
    rows = [line.split("\t") for line in body.splitlines()]
    return dict(line.split(": ", 1) for line in lines[1:]), {
        (kind, value): int(n) for kind, value, n in rows}


def hash_of(path):
    with open(path, "rb") as f:
        return hashlib.blake2b(f.read(), digest_size=32).hexdigest()


def person_purpose(code, table, **more):
    budgets = {"tokens_per_run": 1000000, "tokens_per_day": 10000000, "runs_per_day": 1000,
               "lookups_per_hour": 10000}
    return purpose(code, rules=["person"], engine="by-size", budgets=budgets, person_rules={
        "tables": [table], "records": 200, "expected_overlap": 100, "c": 1, "second_look": True,
        **more})


@suite.test
def explain_says_what_the_rules_ask_for(_nodes):
    plain = palermo("rules", "explain").expect().out
    for words in ("name+birthDate", "date+name", "T = 25.00", "international", "bits"):
        assert words in plain, plain
    strict = palermo("rules", "explain", "--size-a", 1000, "--size-b", 1000, "--overlap", 1000,
                     "--c", 3).expect().out
    assert "T = 13.00 bits" in strict, strict  # log2(1000 * 1000 / 1000) = 9.97, and 3
    shown = palermo("rules", "explain", "--table", "us", "--name", "John Щербаков", "--birth-date",
                    "1974-05-12").expect().out
    for words in ("shcherbakov", "XRBK", "1974-05-12", "Its tokens"):
        assert words in shown, shown
    common = bits(shown, "folded", "john")
    assert 4 < common < 7 and bits(shown, "folded", "shcherbakov") > 15, shown
    palermo("rules", "explain", "--table", "/nowhere/x.tsv").expect(FAILED, "no table of this name")
    palermo("rules", "explain", "--birth-date", "1974-02-30").expect(INPUT, "birthDate")
    palermo("rules", "nonsense").expect(USAGE, "no verb")


def bits(text, kind, value):
    line = next(line for line in text.splitlines() if line.split()[:2] == [kind, value])
    return float(line.split()[2])


@suite.test
def the_shipped_tables_have_the_hashes_that_are_listed(_nodes):
    folder = os.path.join(os.path.dirname(__file__), "..", "..", "src", "ident", "tables")
    want = {name[5:-4]: hash_of(os.path.join(folder, name)) for name in os.listdir(folder)
            if name.startswith("freq-")}
    listed = palermo("rules", "tables", "--json").expect().json()
    assert {t["name"]: t["hash"] for t in listed if t["shipped"]} == want


@suite.test
def a_table_of_a_loaded_register_has_nothing_rare(nodes):
    node = nodes.node("AA-ONE")
    rows = people(60)
    node.load_rows(rows)
    node.load_rows([dict(r, id="o" + r["id"], name="Olaf Other") for r in rows], register="others")
    out = os.path.join(nodes.root, "hills.tsv")
    made = node.run("rules", "table", "--register", "people", "--out", out, *TITLE,
                    "--json").expect().json()
    head, counted = rows_of(out)
    assert made["hash"] == hash_of(out) and made["persons"] == 61, made
    assert head["name"] == "hills" and head["persons"] == "60" and "10 persons" in head["made"]
    assert counted == {**{("name", n.lower()): 10 for n in GIVEN},
                       **{("name", n.lower()): 20 for n in SURNAMES},
                       **{("birthDate", str(1950 + i)): 15 for i in range(4)}}, counted
    assert made["left_out"] == 3, made
    # from the file it was loaded from: the same table
    file, mapping = (os.path.join(nodes.root, f"AA-ONE-{n}") for n in ("people.csv", "mapping.json"))
    again = os.path.join(nodes.root, "again.tsv")
    palermo("rules", "table", file, "--mapping", mapping, "--out", again, *TITLE).expect()
    assert hash_of(again) == hash_of(out)
    node.run("rules", "table", "--register", "people", "--out", out, *TITLE, "--least", 21).expect()
    assert rows_of(out)[1] == {}
    node.run("rules", "table", "--register", "none", "--out", out, *TITLE).expect(INPUT, "no person")
    node.run("rules", "table", "--register", "people", "--out", out, *TITLE, "--least",
             4).expect(USAGE)
    node.run("rules", "table", "--out", out, *TITLE).expect(USAGE, "--register")


@suite.test
def tables_are_added_listed_and_dropped(nodes):
    node = nodes.node("AA-ONE")
    node.load_rows(people(60))
    out = os.path.join(nodes.root, "hills.tsv")
    node.run("rules", "table", "--register", "people", "--out", out, *TITLE).expect()
    added = node.run("rules", "add", out).expect().out.strip()
    assert added == hash_of(out)
    node.run("rules", "add", out).expect()
    names = node.write("names.txt", "# ours\nquirin kirin corin\n")
    classes = node.run("rules", "add", "--equivalents", names, "--json").expect().json()["hash"]
    own = [t for t in node.run("rules", "tables", "--json").expect().json() if not t["shipped"]]
    assert [(t["name"], t["kind"], t["hash"]) for t in own] == [
        ("AA-ONE-names.txt", "equivalents", classes), ("hills", "frequencies", added)], own
    bad = node.write("bad.tsv", "palermo-frequencies/1\nname: x\n\n")
    node.run("rules", "add", bad).expect(INPUT, "bad.tsv:3:population: the header lacks it")
    node.run("rules", "add", "--equivalents", node.write("bad.txt", "one\n")).expect(
        INPUT, "bad.txt:1: a class has two names or more")
    node.run("rules", "drop", classes).expect()
    node.run("rules", "drop", classes).expect(NOT_FOUND)
    node.run("rules", "drop", "xyz").expect(USAGE, "64 hexadecimal")


@suite.test
def an_accord_names_tables_of_the_parties_own(nodes):
    """Neither given name is a form of the other but by the parties' own table."""
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    a.load_rows(people(60)[:-1] + [{"id": "q", "name": "Quirin Petrov", "birth": "1971",
                               "role": "suspect", "offence": "TIP.5"}])
    b.load_rows(people(60, birth="1931-05-05")[:-1] + [
        {"id": "z", "name": "Zebulon Petrov", "birth": "1971", "role": "suspect",
         "offence": "TIP.5"}])
    out = os.path.join(nodes.root, "hills.tsv")
    a.run("rules", "table", "--register", "people", "--out", out, *TITLE).expect()
    names = a.write("names.txt", "quirin zebulon\n")
    table, classes = hash_of(out), hash_of(names)
    document = accord(nodes.root, [a, b], [
        person_purpose("plain", table), person_purpose("suspects", table, equivalents=classes)])
    a.run("accord", "adopt", write_accord(nodes.root, document)).expect()
    adopting = a.run("accord", "adopt", write_accord(nodes.root, document)).expect()
    assert f"warning: /purposes/0/person_rules/tables/0: " in adopting.err, adopting.err
    assert classes in adopting.err, adopting.err
    adopted = adopting.out.strip()
    refused = a.run("accord", "ratify", adopted, "--out", os.path.join(nodes.root, "r")).expect(
        NOT_FOUND, f"/purposes/0/person_rules/tables/0: .*{table}")
    assert f"/purposes/1/person_rules/equivalents: " in refused.err and classes in refused.err
    for node in (a, b):
        node.run("rules", "add", out).expect()
        node.run("rules", "add", "--equivalents", names).expect()
    put_in_force(nodes.root, [a, b], document)
    b.serve("--timeout", 10)
    a.match(b, "plain").expect()
    assert a.hits() == [] and b.hits() == []
    a.match(b).expect()
    assert {h["record"] for h in a.hits()} == {"q"}, a.hits()
    assert {h["record"] for h in b.hits()} == {"z"}, b.hits()
    # A lookup goes by the same tables.
    for code, wanted in (("plain", "no-hit"), ("suspects", "hit")):
        palermo("index", "rotate", "--purpose", code, "--home", b.home, "--key-file",
                b.key).expect()
        (answer,) = palermo("lookup", "--purpose", code, "--case", a.case(), "--home", a.home,
                            "--key-file", a.key, "--id", "name=Quirin Petrov", "--id",
                            "birthDate=1971", "--json").expect().json()["answers"]
        assert answer["answer"] == wanted, answer
    b.run("rules", "drop", table).expect()
    a.match(b).expect(REFUSED + 8, "refused by BB-TWO: .*recipes.*/purposes/1/person_rules")
    a.run("rules", "drop", classes).expect()
    a.match(b).expect(REFUSED + 8, "our own policy: .*names a table that this node lacks")
    b.stop()


suite.run()
