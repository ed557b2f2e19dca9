# SPDX-License-Identifier: Apache-2.0
"""The safeguards, each with a test that tries to get around it."""

import contextlib
import datetime
import json
import os
import shutil
import sqlite3

from harness import INPUT, Suite, accord, palermo, purpose, put_in_force, write_accord

suite = Suite()

COLUMNS = ["id", "name", "birth", "phone", "role", "offence", "minor", "retention"]
TODAY = datetime.datetime.now(datetime.timezone.utc).date()


def person(number, **changes):
    row = {"id": f"p{number}", "name": f"Given{'abcdefghijklmnop'[number]} Family", "birth":
           f"197{number % 10}-03-1{number % 10}", "phone": f"+3906123450{number:02d}",
           "role": "suspect", "offence": "TIP.5", "minor": "no", "retention": "2090-01-01"}
    row.update(changes)
    return row


def pair(nodes, rows_a, rows_b, purposes):
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    a.load_rows(rows_a, columns=COLUMNS)
    b.load_rows(rows_b, columns=COLUMNS)
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], purposes))
    b.serve()
    return a, b


def common_records(a, b, purpose_code="suspects"):
    result = a.match(b, purpose_code, "--json").expect().json()
    return {h["record"] for h in a.hits()}, result["selection"]


@suite.test
def victims_and_witnesses_are_in_no_suspect_match_on_either_side(nodes):
    rows_a = [person(0), person(1, role="victim"), person(2), person(3, role="witness"), person(4)]
    rows_b = [person(0), person(1), person(2, role="victim"), person(3), person(4, role="witness")]
    a, b = pair(nodes, rows_a, rows_b, [purpose()])
    found, selection = common_records(a, b)
    assert found == {"p0"}, found
    assert selection["excluded"]["protected"] == 2, selection


@suite.test
def an_accord_can_not_let_victims_into_a_suspect_match(nodes):
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    for role in ("victim", "witness"):
        bad = purpose(roles={"asker": ["suspect", role], "holder": ["suspect"]})
        path = write_accord(nodes.root, accord(nodes.root, [a, b], [bad]))
        a.run("accord", "adopt", path).expect(INPUT, r"/purposes/0/roles/asker")


@suite.test
def minors_are_in_no_suspect_match(nodes):
    eighteen = TODAY.replace(year=TODAY.year - 18, day=min(TODAY.day, 28))
    older = eighteen - datetime.timedelta(days=40)
    rows = [person(0), person(1, birth=str(TODAY.year - 16)),
            person(2, birth=f"{TODAY.year - 10}-01-15"), person(3, minor="yes"),
            person(4, birth=(eighteen + datetime.timedelta(days=1)).isoformat()),
            person(5, birth=older.isoformat()), person(6, birth=str(TODAY.year - 18))]
    a, b = pair(nodes, rows, [{**r, "birth": "1970-01-02", "minor": "no"} for r in rows],
                [purpose()])
    found, selection = common_records(a, b)
    assert found == {"p0", "p5"}, found
    assert selection["excluded"]["minor"] == 5, selection


@suite.test
def victims_are_matched_for_their_protection(nodes):
    protect = purpose("protection", aim="protection",
                      roles={"asker": ["missing", "victim"], "holder": ["missing", "victim"]})
    a, b = pair(nodes, [person(0, role="missing"), person(1, role="victim", minor="yes"),
                        person(2)],
                [person(0, role="victim"), person(1, role="missing"), person(2)], [protect])
    found, _ = common_records(a, b, "protection")
    assert found == {"p0", "p1"}, found


@suite.test
def a_record_takes_part_only_if_its_offence_is_in_the_purpose(nodes):
    rows_a = [person(0), person(1, offence="UNTOC.6"), person(2, offence="UNTOC.6;TIP.5"),
              person(3, offence="")]
    a, b = pair(nodes, rows_a, [person(i) for i in range(4)], [purpose(offences=["TIP.5"])])
    found, selection = common_records(a, b)
    assert found == {"p0", "p2"}, found
    assert selection["excluded"]["offence"] == 2, selection


@suite.test
def the_holders_records_need_the_offence_too(nodes):
    rows_b = [person(0), person(1, offence="UNTOC.6")]
    a, b = pair(nodes, [person(0), person(1)], rows_b, [purpose(offences=["TIP.5"])])
    assert common_records(a, b)[0] == {"p0"}


@suite.test
def opinions_are_no_offences(nodes):
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    for made_up in ("OPINION.1", "EXTREMISM", "ASSEMBLY.1", "ILLEGAL-ENTRY"):
        path = write_accord(nodes.root, accord(nodes.root, [a, b], [purpose(offences=[made_up])]))
        a.run("accord", "adopt", path).expect(INPUT, r"/purposes/0/offences/0")
        done = a.load_rows([person(0, offence=made_up)], columns=COLUMNS, register="r" + made_up)
        assert "not in the catalogue" in done.err, done.err  # and without it, it is in no run
        a.run("load", a.write("x.csv", "id\n"), "--register", "x", "--format", "un", "--offence",
              made_up).expect(2, "catalogue")


@suite.test
def what_is_past_its_retention_date_takes_no_part_and_is_deleted(nodes):
    past = (TODAY - datetime.timedelta(days=1)).isoformat()
    rows = [person(0), person(1, retention=past), person(2, retention=TODAY.isoformat())]
    a, b = pair(nodes, rows, [person(i) for i in range(3)], [purpose()])
    twin = os.path.join(nodes.root, "twin")
    shutil.copytree(a.home, twin)
    found, selection = common_records(a, b)
    assert found == {"p0", "p2"}, found
    assert selection["excluded"]["retention"] == 1
    a.serve().stop()  # serving deletes what has expired
    (register,) = a.run("register", "list", "--json").expect().json()
    assert register["records"] == 2
    a.home = twin  # and so does a command
    assert a.run("register", "list", "--json").expect().json()[0]["records"] == 3
    assert a.run("register", "expire", "--json").expect().json() == {"deleted": 1}
    assert a.run("register", "list", "--json").expect().json()[0]["records"] == 2


@suite.test
def a_hit_is_gone_when_its_date_has_passed(nodes):
    """Also at a node that never serves."""
    a, _ = pair(nodes, [person(0), person(1)], [person(0), person(1)], [purpose()])
    a.match("BB-TWO").expect()
    assert len(a.hits()) == 2
    yesterday = int((TODAY - datetime.timedelta(days=1)).strftime("%Y%m%d"))
    with contextlib.closing(sqlite3.connect(os.path.join(a.home, "palermo.db"))) as db, db:
        stored = db.execute("SELECT max(retention) FROM hit").fetchone()[0]
        assert stored > yesterday, stored
        db.execute("UPDATE hit SET retention = ? WHERE record_id = (SELECT min(id) FROM record)",
                   (yesterday,))
    assert len(a.hits()) == 1


@suite.test
def there_is_no_field_for_ethnicity_religion_or_opinion(nodes):
    a = nodes.node("AA-ONE")
    for forbidden in ("ethnicity", "religion", "politicalOpinion", "sexualOrientation", "race"):
        mapping = {"format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
                   "kind": {"constant": "person"},
                   "properties": [{"type": "phone", "column": "phone"},
                                  {"type": forbidden, "column": "x"}]}
        a.run("load", a.write("r.csv", "id,phone,x\n1,+390612345678,y\n"), "--register", "r",
              "--format", "csv", "--mapping", a.write("m.json", json.dumps(mapping))).expect(
                  INPUT, "/properties/1")
    assert a.run("register", "list", "--json").expect().json() == []


@suite.test
def a_no_hit_tells_nothing(nodes):
    """With padding, the asker can't tell one disjoint register of the holder from another."""
    seen = []
    for i, rows_b in enumerate(([person(5)], [person(6), person(7), person(8)])):
        root = os.path.join(nodes.root, str(i))
        os.mkdir(root)
        inner = type(nodes)(root)
        nodes.made += inner.made
        a, b = pair(inner, [person(0), person(1)], rows_b, [purpose(pad_to=64)])
        nodes.made += inner.made
        result = a.match(b, "suspects", "--json").expect().json()
        seen.append((result["peer_tokens"], result["hits"], result["bytes_sent"],
                     result["bytes_received"]))
    (tokens_1, hits_1, sent_1, got_1), (tokens_2, hits_2, sent_2, got_2) = seen
    assert (tokens_1, hits_1) == (tokens_2, hits_2) == (64, 0), seen
    assert abs(sent_1 - sent_2) < 64 and abs(got_1 - got_2) < 64, seen  # pings, if any


@suite.test
def neither_secrets_nor_names_are_in_the_logs(nodes):
    a, b = pair(nodes, [person(0)], [person(0)], [purpose()])
    done = a.match(b)
    with open(a.key) as f:
        key = f.read().strip()
    for text in (b.read_log(), done.out, done.err):
        assert key not in text and "Family" not in text and "+3906" not in text, text


suite.run()
