# SPDX-License-Identifier: Apache-2.0
"""The UN's list against OFAC's: the private match finds exactly what a plain join finds."""

import datetime
import glob
import os
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle"))

from harness import SHARED, SkipTest, Suite, accord, draft, purpose, put_in_force  # noqa: E402
from lists import read_ofac, read_un  # noqa: E402
from palermo_oracle import record_keys  # noqa: E402

suite = Suite()
LISTS = os.path.join(SHARED, "lists")
COMMON_VALUE_RECORDS = 50
READ = {"name": "names", "birthDate": "birthDates", "nationality": "nationalities",
        "document": "documents"}


def only(pattern):
    found = glob.glob(os.path.join(LISTS, pattern))
    if len(found) != 1:
        raise SkipTest("the published lists are not here")
    return found[0]


def may_be_minor(record):
    """Born, by the latest reading of any of the dates, less than 18 years ago."""
    today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    limit = f"{int(today[:4]) - 18}{today[4:]}"
    return record["kind"] == "person" and any(
        date.replace("XX-XX", "12-31").replace("XX", "31") > limit
        for date in record["birthDates"])


def keys_of(records):
    """{key: ids}, without keys that too many records carry."""
    found = {}
    for number, record in records.items():
        if not may_be_minor(record):
            for key in record_keys(record):
                found.setdefault(key, set()).add(number)
    return {k: ids for k, ids in found.items() if len(ids) <= COMMON_VALUE_RECORDS}


def read_lists():
    return (read_un(only("un-consolidated*.xml")),
            read_ofac(only("ofac-sdn*.csv"), only("ofac-alt*.csv")))


def plain_join():
    un, ofac = map(keys_of, read_lists())
    shared = un.keys() & ofac.keys()
    return tuple({(number, key[0]) for key in shared for number in side[key]}
                 for side in (un, ofac))


def load_lists(nodes):
    a, b = nodes.node("UN-LIST"), nodes.node("US-OFAC")
    options = ("--role", "listed", "--offence", "UNSC.41", "--quiet")
    assert a.run("load", only("un-consolidated*.xml"), "--register", "un", "--format", "un",
                 *options).code in (0, 3)
    assert b.run("load", only("ofac-sdn*.csv"), only("ofac-alt*.csv"), only("ofac-add*.csv"),
                 "--register", "ofac", "--format", "ofac", *options).code in (0, 3)
    return a, b


def private_match(nodes, learns):
    a, b = load_lists(nodes)
    rules = draft(nodes.root, [])["purposes"][0]["rules"]
    terms = purpose("sanctions", learns=learns, rules=rules, offences=["UNSC.41"], pad_to=1000,
                    roles={"asker": ["listed"], "holder": ["listed"]})
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], [terms]))
    b.serve("--timeout", 60)
    a.match(b, "sanctions", timeout_s=60, timeout=300).expect()
    b.stop()
    return a.hit_set(), b.hit_set()


def stored(node):
    """{(id, kind is person): {(type, canonical form)}} of the types read here."""
    found = {}
    with sqlite3.connect(os.path.join(node.home, "palermo.db")) as db:
        for number, kind, what, value in db.execute(
                "SELECT source_id, kind, type, canonical FROM record"
                " LEFT JOIN record_value ON record_id = record.id"):
            values = found.setdefault((number, kind == "person"), set())
            if what in READ:
                values.add((what, value))
    return found


def compare(name, got, want):
    more, less = (sorted(found, key=repr)[:20] for found in (got - want, want - got))
    assert got == want, f"{name}: only the program has {more}, only the plain reading {less}"


@suite.test
def the_hits_are_those_of_a_plain_join_record_for_record(nodes):
    want_un, want_ofac = plain_join()
    got_un, got_ofac = private_match(nodes, "both")
    for name, got in (("UN", got_un), ("OFAC", got_ofac)):
        rules = {rule: sum(r == rule for _, r in got) for rule in sorted({r for _, r in got})}
        print(f"# {name}: {len({number for number, _ in got})} records in common, {rules}")
    compare("UN", got_un, want_un)
    compare("OFAC", got_ofac, want_ofac)
    assert len(want_un) > 300 and {"document", "name+birthDate"} <= {r for _, r in want_un}


@suite.test
def where_the_holder_learns_the_asker_gets_nothing_of_it(nodes):
    _, want_ofac = plain_join()
    got_un, got_ofac = private_match(nodes, "holder")
    assert got_un == set()
    compare("OFAC", got_ofac, want_ofac)


@suite.test
def every_record_of_both_lists_is_read_alike(nodes):
    """Those that are not in common too, and spellings that give equal keys."""
    for name, node, records in zip(("UN", "OFAC"), load_lists(nodes), read_lists()):
        want = {(number, record["kind"] == "person"): {
            (what, value) for what, place in READ.items() for value in record[place]}
            for number, record in records.items()}
        got = stored(node)
        print(f"# {name}: {len(got)} records, {sum(map(len, got.values()))} values")
        compare(name, {(r, v) for r in got for v in got[r] or [None]},
                {(r, v) for r in want for v in want[r] or [None]})


suite.run()
