#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile text in every field that the local API takes: each operation of api/openapi.json with a body
or parameters gets markup, a megabyte, control characters, turned text, formulas, and values of other
types, one field at a time. It is inert or refused: an answer that is described, never a failure of
the node, never markup in a page. COUNT=8 tries every value in every field; without it each field gets one, in turn.
"""

import json
import os
import urllib.parse

from api_client import Client, add_user, operations, serve, staff, validate
from harness import Suite, accord, put_in_force, purpose

suite = Suite()
IMAGE = '<img src=x onerror="window.forged=1">'
HOSTILE = [
    IMAGE + "</script><script>forged</script>{{7*7}}${7*7}",
    "A" * 1_000_000,
    "bell\u0007 escape\u001b[31m nul\u0000 next\u0085line",
    "\u202egnp.exe\u202c \u2066x\u2069 \U000e0041 zero\u200bwidth",
    '=HYPERLINK("http://evil.example","x")',
    "'; DROP TABLE hit; --%00 ../../../etc/passwd %n%s",
    10 ** 17,
    {"a": [{"b": [None, True, -1, 1.5e300]}]},
]
RUN = "0" * 32
MRZ = ("P<ITAERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
       "L898902C36ITA7408122F1204159ZE184226B<<<<<10")
DOCUMENT = {"palermo": "request/1", "kind": "information", "case": "C/1", "offences": ["TIP.5"],
            "subject": "s", "nature": "n", "conducted_by": "c", "facts": "f", "assistance": "a",
            "procedure": "p", "purpose": "p", "urgent": True,
            "authority": {"name": "a", "contact": "c"},
            "person": {"name": "n", "birth_date": "1980-01-02", "nationality": "IT"},
            "conditions": {"purpose": "suspects", "confidential": True, "retention": "2099-01-01"}}
MAPPING = {"format": "palermo-mapping/1", "separator": ",", "header": True, "id": {"column": "id"},
           "kind": {"constant": "person"}, "role": {"column": "r", "values": {"S": "suspect"}},
           "properties": [{"type": "name", "column": "name"}]}
TABLE = "A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,35\n1,1,0,9\n1,0,1,8\n0,1,1,7\n1,1,1,2\n"


def bodies(world):
    """A good body, or nearly, for every operation that takes JSON."""
    party = {"code": "AA-ONE", "name": "n", "kind": "police", "identity_key": "0" * 64,
             "address": "h:1", "contact": "c", "languages": ["en"], "death_penalty": False}
    case = {"reference": "C/2", "offences": ["TIP.5"], "penalty_years": 8, "group": True,
            "transnational": "a", "supervisor": "sup", "purpose": "to find them"}
    estimate = {"table": TABLE, "name": "t", "noise": "laplace:1", "missed_links": 0,
                "false_links": 0, "seed": 1, "bootstrap": 100, "simulations": 0, "quick": True}
    return {
        "signIn": {"name": "nobody", "password": "a password"},
        "changePassword": {"old": "a password", "new": "another password"},
        "makeToken": {"label": "l", "days": 1},
        "loadRegister": {"format": "csv", "uploads": [world.upload], "mapping": MAPPING,
                         "dry_run": True},
        "openCase": case,
        "adoptAccord": world.document,
        "draftAccord": {"parties": [party, party], "title": "t", "expires": "2099-01-01"},
        "addDocument": {"palermo": "ratification/2", "accord": world.accord, "party": "AA-ONE",
                        "time": "2026-03-01T12:34:56.789Z", "catalogue": ["TIP.5"],
                        "reservations": [{"reason": "r", "refuses": True}], "signature": "0" * 128},
        "ratifyAccord": {"catalogue": ["TIP.5"],
                         "reservations": [{"reason": "r", "purposes": ["suspects"],
                                           "approval": "officer", "budgets": {"runs_per_day": 1}}]},
        "denounceAccord": {"reason": "r", "last_day": "2020-01-01"},
        "startRun": {"with": "ZZ-NONE", "purpose": "suspects", "case": "C/1", "offence": "TIP.5",
                     "accord": "0" * 64, "timeout": 1},
        "startStanding": {"with": "BB-TWO", "purpose": "suspects", "case": "C/1",
                          "every_minutes": 60},
        "approveHit": {"clear": ["all"], "because": "b"},
        "lapseHit": {"because": "b"},
        "setOutcome": {"outcome": "wrong", "because": "b"},
        "draftRequest": {"with": "BB-TWO", "hit": RUN + "/x", "document": DOCUMENT},
        "checkDocument": DOCUMENT,
        "editDraft": DOCUMENT,
        "takeStep": {"action": "answer", "text": "t", "ground": "torture", "until": "2099-01-01",
                     "step": "r1", "outcome": "wrong",
                     "conditions": {"purpose": "suspects", "retention": "2099-01-01"}},
        "verifyLedger": {"party": "BB-TWO"},
        "searchSubject": {"type": "phone", "value": "+390612345678", "record": "x",
                          "reason": "asked"},
        "acknowledgeFinding": {"reason": "r"},
        "proposeTally": {"with": ["BB-TWO"], "purpose": "victims", "by": ["sex"],
                         "years": {"first": 2020, "last": 2021}, "accord": "0" * 64},
        "estimate": estimate,
        "estimatePage": estimate,
        "explainIdent": {"type": "phone", "value": "+390612345678", "country": "IT"},
        "readMrz": {"mrz": MRZ},
        "askLookup": {"purpose": "suspects", "case": "C/1", "subject": {"mrz": MRZ}},
        "askLookups": {"purpose": "suspects", "case": "C/1", "subjects": [{"mrz": MRZ}],
                       "with": ["BB-TWO"], "offence": "TIP.5", "at_once": 2},
        "findRecords": {"values": ["+390612345678"], "type": "phone", "country": "IT", "limit": 1},
        "workOnIndex": {"purpose": "suspects", "accord": world.accord, "labels": True,
                        "handling": "h", "urgent": ["wanted"], "overlap_hours": 1, "threads": 1},
        "fetchIndexes": {"purpose": "suspects", "case": "C/1", "offence": "TIP.5", "timeout": 1,
                         "with": ["BB-TWO"], "most_index_mib": 1},
    }


def leaves(value, path=()):
    """Paths to everything that stands in a body, the whole members too."""
    for key, inner in (value.items() if isinstance(value, dict) else
                       enumerate(value) if isinstance(value, list) else ()):
        yield path + (key,)
        yield from leaves(inner, path + (key,))


def put(value, path, new):
    copy = json.loads(json.dumps(value))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return copy


def chosen(turn):
    """Which hostile values field number `turn` gets."""
    count = min(int(os.environ.get("COUNT", 1)), len(HOSTILE))
    return [HOSTILE[(turn + k) % len(HOSTILE)] for k in range(count)]


class World:
    """One node with an accord in force and a draft, and its staff."""

    def __init__(self, nodes):
        self.node, other = nodes.node("AA-ONE"), nodes.node("BB-TWO")
        self.document = accord(nodes.root, [self.node, other], [purpose()])
        self.accord = put_in_force(nodes.root, [self.node, other], self.document)
        self.clients = staff(self.node)
        add_user(self.node, "nobody", "analyst")
        serve(self.node, "--deliver-every", 0)
        analyst = self.clients["analyst"]
        analyst.post("/v1/cases", {"reference": "C/1", "offences": ["TIP.5"], "penalty_years": 8,
                                   "transnational": "a", "supervisor": "sup", "purpose": "p"})
        self.upload = analyst.post("/v1/uploads?name=x.csv", b"id,name,r\n1,A,S\n").json()["upload"]
        self.request = analyst.post("/v1/requests", {"with": "BB-TWO", "document": DOCUMENT}
                                    ).json()["request"]
        self.n = 0
        self.refused = 0

    def target(self, path, values):
        """The path with what is there in it, or what `values` says."""
        there = {"run": RUN, "hit": "1", "hash": self.accord, "request": self.request,
                 "reference": "C/1", "upload": "0" * 32, "token": "0" * 32, "name": "people",
                 "number": "1", "sequence": "1", "party": "BB-TWO", "step": "r1", "tally": RUN,
                 "work": "update",
                 **values}
        for name, value in there.items():
            path = path.replace("{" + name + "}", urllib.parse.quote(str(value), safe=""))
        return path

    def ask(self, method, target, operation, body=None):
        """Asks as somebody who may; the answer is one that a page can live with."""
        roles = operation.get("x-roles", [])
        able = [r for r in ("analyst", "officer", "supervisor", "auditor") if r in roles]
        client = self.clients[able[0] if able else "analyst"]
        headers = client.headers(method, {})
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/octet-stream"
        elif body is not None:
            body = json.dumps(body)
            headers["Content-Type"] = "application/json"
        answer = client.raw(method, target, body, headers)
        what = f"{operation['operationId']} {target[:120]} -> {answer.status} {answer.bytes[:300]!r}"
        self.n += 1
        self.refused += answer.status >= 400
        assert answer.status < 500 or answer.status == 503 and b'"no-lookups"' in answer.bytes, what
        assert answer.headers["X-Content-Type-Options"] == "nosniff", what
        if answer.status >= 400:
            assert answer.type == "application/problem+json", what
            problem = answer.json()
            validate({"$ref": "#/components/schemas/Problem"}, problem, what)
            assert problem.get("detail") or problem.get("errors") or problem["title"], what
            assert len(answer.bytes) < 100_000, f"a refusal that repeats it all: {what}"
        elif answer.type == "text/html":
            assert b"<img" not in answer.bytes and b"<script" not in answer.bytes, what
        return answer


@suite.test
def in_every_member_of_every_body(nodes):
    world = World(nodes)
    samples = bodies(world)
    taken = {o["operationId"]: (m, p, o) for m, p, o in operations()
             if "application/json" in o.get("requestBody", {}).get("content", {})}
    assert set(samples) == set(taken), set(samples) ^ set(taken)
    turn = 0
    for name, (method, path, operation) in taken.items():
        for place in leaves(samples[name]):
            turn += 1
            for hostile in chosen(turn):
                world.ask(method, world.target(path, {}), operation,
                          put(samples[name], place, hostile))
        world.ask(method, world.target(path, {}), operation, {**samples[name], IMAGE: 1})
        world.ask(method, world.target(path, {}), operation, {})
        world.ask(method, world.target(path, {}), operation, b"\xff\xfe")
    print(f"# {world.n} requests, {world.refused} refused")
    # What is text is let in, and told as it was given.
    world.ask(*taken["openCase"][:2], taken["openCase"][2],
              {**samples["openCase"], "reference": "C/3", "purpose": IMAGE})
    cases = world.clients["auditor"].pages("/v1/cases")
    assert any(IMAGE == c["purpose"] for c in cases), [c["purpose"] for c in cases]
    assert not any("\u0007" in json.dumps(c, ensure_ascii=False) for c in cases)
    world.clients["auditor"].post("/v1/ledger/verify", {})


@suite.test
def in_every_parameter(nodes):
    world = World(nodes)
    turn = 0
    for method, path, operation in operations():
        if operation["operationId"] == "watchRun":
            continue  # a stream: its id is that of getRun
        if operation["operationId"] == "dropRegister":
            continue  # as getJunkReport, and it would take away what others look at
        for parameter in operation.get("parameters", []):
            if parameter.get("in") not in ("query", "path"):
                continue
            turn += 1
            for hostile in chosen(turn):
                text = (hostile if isinstance(hostile, str) else json.dumps(hostile))[:6000]
                query = [(p["name"], "suspects") for p in operation["parameters"]
                         if p.get("in") == "query" and p.get("required")]
                values = {}
                if parameter["in"] == "path":
                    values[parameter["name"]] = text
                else:
                    query = [(k, v) for k, v in query if k != parameter["name"]]
                    query.append((parameter["name"], text))
                target = world.target(path, values)
                target += "?" + urllib.parse.urlencode(query) if query else ""
                body = b"x" if "requestBody" in operation else None
                world.ask(method, target, operation, body)
    print(f"# {world.n} requests, {world.refused} refused")
    assert Client(world.node, local=True).get("/v1/ready").json()["ready"]


if __name__ == "__main__":
    suite.run()
