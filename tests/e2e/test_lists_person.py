# SPDX-License-Identifier: Apache-2.0
"""The rule "person" on the UN's list against OFAC's: what it finds beyond the first rules.

Every pair it took for one person was judged by reading both entries (un-ofac-pairs.tsv). The bounds
are what was counted then (docs/evaluation.md). With LONG=1 the second look is tried too.
"""

import collections
import csv
import glob
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle"))

from harness import SHARED, SkipTest, Suite, palermo  # noqa: E402
from lists import read_ofac, read_un  # noqa: E402
from palermo_oracle import record_keys  # noqa: E402

suite = Suite()
LISTS = os.path.join(SHARED, "lists")
JUDGED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "un-ofac-pairs.tsv")
DOCUMENTS = 16
COMMON_VALUE_RECORDS = 50


def only(pattern):
    found = glob.glob(os.path.join(LISTS, pattern))
    if len(found) != 1:
        raise SkipTest("the published lists are not here")
    return found[0]


def read_lists():
    lists = (read_un(only("un-consolidated*.xml")),
             read_ofac(only("ofac-sdn*.csv"), only("ofac-alt*.csv")))
    return [{number: record for number, record in records.items() if record["kind"] == "person"}
            for records in lists]


def judged():
    """{(UN, OFAC): (persons, found)}"""
    with open(JUDGED, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    return {(un, ofac): (persons, found) for un, ofac, persons, found in rows}


def write_list(root, name, records):
    path = os.path.join(root, name)
    with open(path, "w", encoding="utf-8", newline="") as f:
        rows = csv.writer(f)
        columns = [c for i in range(DOCUMENTS) for c in (f"number{i}", f"issuer{i}")]
        rows.writerow(["id", "names", "births", "nationalities", *columns])
        for number, record in records.items():
            documents = [part for text in record["documents"] for part in text.split(":")[::-2]]
            assert len(documents) <= 2 * DOCUMENTS and not any("|" in n for n in record["names"])
            rows.writerow([number, *("|".join(record[what]) for what in (
                "names", "birthDates", "nationalities")), *documents,
                *[""] * (2 * DOCUMENTS - len(documents))])
    return path


def write_files(root, un, ofac, truth):
    mapping = {"format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
               "kind": {"constant": "person"}, "properties": [
                   {"type": "name", "column": "names", "split": "|"},
                   {"type": "birthDate", "column": "births", "split": "|",
                    "dateFormat": ["YYYY-MM-DD", "YYYY-MM", "YYYY"]},
                   {"type": "nationality", "column": "nationalities", "split": "|"},
                   *({"type": "document", "column": f"number{i}",
                      "country": {"column": f"issuer{i}"}} for i in range(DOCUMENTS))]}
    paths = [os.path.join(root, name) for name in ("mapping.json", "truth.csv", "pairs.csv")]
    with open(paths[0], "w", encoding="utf-8") as f:
        json.dump(mapping, f)
    with open(paths[1], "w", encoding="utf-8") as f:
        f.write("un,ofac\n" + "".join(f"{a},{b}\n" for a, b in truth))
    return write_list(root, "un.csv", un), write_list(root, "ofac.csv", ofac), *paths


def first_rules(un, ofac):
    def by_key(records):
        found = collections.defaultdict(set)
        for number, record in records.items():
            for key in record_keys(record):
                found[key].add(number)
        return {key: ids for key, ids in found.items() if len(ids) <= COMMON_VALUE_RECORDS}

    a, b = by_key(un), by_key(ofac)
    return {(x, y) for key in a.keys() & b.keys() for x in a[key] for y in b[key]}


def found_by_person(root, lists, pairs, look, c):
    truth = [pair for pair, (persons, _) in pairs.items() if persons == "one"]
    a, b, mapping, truth_file, out = write_files(root, *lists, truth)
    palermo("evaluate", a, b, "--mapping", mapping, "--truth", truth_file, "--table",
            "international", "--expected", 400, "--look", look, "--c", c, "--pairs", out,
            timeout=300).expect()
    with open(out, encoding="utf-8", newline="") as f:
        return {(row["a"], row["b"]) for row in csv.DictReader(f) if row["grade"] != "none"}


def check_look(root, look, c, more, theirs, wrong):
    """At least `more` pairs of one person that the first rules miss, and `theirs` that they find; at
    most `wrong` of two persons."""
    lists, pairs = read_lists(), judged()
    got = found_by_person(root, lists, pairs, look, c)
    unread = sorted(got - pairs.keys())
    new = collections.Counter(pairs[p][0] for p in got & pairs.keys() if pairs[p][1] == "person")
    n_first = sum(pairs[p][1] == "first" for p in got & pairs.keys())
    print(f"# {look} look, c = {c}: {dict(new)} beyond the first rules, {n_first} of theirs, "
          f"{len(unread)} that nobody read")
    assert new["one"] >= more and n_first >= theirs, (new, n_first)
    assert new["two"] + new["unsure"] + len(unread) <= wrong, (new, unread)


@suite.test
def the_first_rules_find_the_pairs_that_were_read(_nodes):
    want = {pair for pair, (_, found) in judged().items() if found == "first"}
    got = first_rules(*read_lists())
    assert got == want, (sorted(got - want), sorted(want - got))
    assert len(got) == 408


@suite.test
def tokens_alone_find_134_pairs_more(nodes):
    check_look(nodes.root, "first", 2, 134, 407, 11)


@suite.test
def the_second_look_finds_134_pairs_more(nodes):
    if "LONG" not in os.environ:
        raise SkipTest("LONG=1 tries it")
    check_look(nodes.root, "second", 0, 134, 408, 8)


suite.run()
