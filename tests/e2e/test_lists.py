# SPDX-License-Identifier: Apache-2.0
"""The UN's list against OFAC's: the private match finds exactly what a plain join finds."""

import datetime
import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle"))

from harness import SHARED, SkipTest, Suite, accord, draft, purpose, put_in_force  # noqa: E402
from lists import read_ofac, read_un  # noqa: E402
from palermo_oracle import record_keys  # noqa: E402

suite = Suite()
LISTS = os.path.join(SHARED, "lists")
COMMON_VALUE_RECORDS = 50


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


def plain_join():
    un = keys_of(read_un(only("un-consolidated*.xml")))
    ofac = keys_of(read_ofac(only("ofac-sdn*.csv"), only("ofac-alt*.csv")))
    shared = un.keys() & ofac.keys()
    return tuple({(number, key[0]) for key in shared for number in side[key]}
                 for side in (un, ofac))


def private_match(nodes, learns):
    a, b = nodes.node("UN-LIST"), nodes.node("US-OFAC")
    options = ("--role", "listed", "--offence", "UNSC.41", "--quiet")
    assert a.run("load", only("un-consolidated*.xml"), "--register", "un", "--format", "un",
                 *options).code in (0, 3)
    assert b.run("load", only("ofac-sdn*.csv"), only("ofac-alt*.csv"), only("ofac-add*.csv"),
                 "--register", "ofac", "--format", "ofac", *options).code in (0, 3)
    rules = draft(nodes.root, [])["purposes"][0]["rules"]
    terms = purpose("sanctions", learns=learns, rules=rules, offences=["UNSC.41"], pad_to=1000,
                    roles={"asker": ["listed"], "holder": ["listed"]})
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], [terms]))
    b.serve("--timeout", 60)
    a.match(b, "sanctions", timeout_s=60, timeout=300).expect()
    b.stop()
    return a.hit_set(), b.hit_set()


def compare(name, got, want):
    assert got == want, (f"{name}: only in the private match {sorted(got - want)[:20]}, only in "
                         f"the plain join {sorted(want - got)[:20]}")


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


suite.run()
