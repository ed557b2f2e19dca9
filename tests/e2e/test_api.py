#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The local API: every operation of api/openapi.json is called on running nodes and answers as it
says; roles hold; the whole way from a case to a closed request goes through it."""

import json
import time

import harness
from api_client import Client, add_user, operations, serve, staff
from harness import Suite, purpose, wait_until

suite = Suite()
OFFENCE = "TIP.5"
MAPPING = harness.mapping_for(["id", "name", "birth", "phone", "offence"])


def people(n, first=0):
    rows = ["id,name,birth,phone,offence"]
    for i in range(first, first + n):
        rows.append(f"P{i},Person Number{i} Name,19{60 + i % 30}-0{1 + i % 9}-1{i % 9},"
                    f"+39320123{4000 + i},{OFFENCE}")
    return ("\n".join(rows) + "\nBAD,,,,NO.SUCH\n").encode()


def load(client, data, register="people", dry_run=False):
    upload = client.post("/v1/uploads?name=people.csv", data).json()
    assert upload["columns"] == ["id", "name", "birth", "phone", "offence"], upload
    assert len(upload["rows"]) >= 4 and upload["separator"] == ","
    body = {"format": "csv", "uploads": [upload["upload"]], "mapping": MAPPING, "dry_run": dry_run}
    key = {"Idempotency_Key": f"load-{upload['upload']}"}
    answer = client.post(f"/v1/registers/{register}/load", body, **key)
    again = client.post(f"/v1/registers/{register}/load", body, **key)
    assert again.headers["Idempotency-Replayed"] == "true", again.headers
    assert again.json() == answer.json()
    return answer.json()


def walk_registers(c):
    analyst = c["analyst"]
    seen = load(analyst, people(12), dry_run=True)
    assert seen["records"] == 12 and seen["quarantined"] == 1 and seen["new"] == 0, seen
    assert seen["sample"][0]["record"] == "P0" and seen["diagnostics"], seen
    assert analyst.get("/v1/registers").json()["items"] == []
    seen = load(analyst, people(12))
    assert seen["new"] == 12, seen
    assert analyst.get("/v1/registers").json()["items"][0]["quarantined"] == 1
    rows = analyst.pages("/v1/registers/people/quarantine")
    assert len(rows) == 1 and rows[0]["line"] == 14 and rows[0]["file"] == "people.csv", rows
    assert seen["diagnostics"][0]["file"] == "people.csv", seen
    assert analyst.pages("/v1/quarantine") == rows
    assert analyst.pages("/v1/quarantine", register="other") == []
    report = analyst.get("/v1/registers/people/report").json()
    assert {t["type"] for t in report["types"]} >= {"name", "phone"} and report["reasons"]
    found = analyst.get("/v1/records", type="phone", value="0039 320 1234003").json()["items"]
    assert [r["record"] for r in found] == ["P3"], found
    assert analyst.get("/v1/records", id="P4").json()["items"][0]["record"] == "P4"
    assert len(analyst.pages("/v1/records", limit=5)) == 12
    one = analyst.get(f"/v1/records/{found[0]['number']}").json()
    assert one == found[0]
    analyst.post("/v1/registers/expire")
    upload = analyst.post("/v1/uploads?name=x", b"nothing of use").json()["upload"]
    assert analyst.get(f"/v1/uploads/{upload}").json() == {
        "upload": upload, "name": "x", "bytes": 14, "loading": None}
    analyst.call("DELETE", f"/v1/uploads/{upload}")
    analyst.call("GET", f"/v1/uploads/{upload}", expect=404)
    load(analyst, people(3), "other")
    analyst.call("DELETE", "/v1/registers/other", expect=403)
    c["supervisor"].call("DELETE", "/v1/registers/other")


def walk_accords(a, b, nodes):
    parties = [n["analyst"].get("/v1/authority").json() for n in (a, b)]
    draft = a["analyst"].post("/v1/accords/draft", {"parties": parties, "title": "A draft"}).json()
    draft["purposes"] = [purpose(learns="holder", approval="two-officers", rules=["phone"],
                                 standing={"shortest_minutes": 60, "last_day": "2099-01-01",
                                           "started_by": "officer"})]
    first = harness.json.dumps(draft).encode()
    hashes = set()
    for n in (a, b):
        answer = n["supervisor"].post("/v1/accords", first, Content_Type="application/json")
        hashes.add(answer.json()["accord"])
    accord = hashes.pop()
    assert not hashes
    a["officer"].post(f"/v1/accords/{accord}/ratify", {}, expect=403)
    for one, other in ((a, b), (b, a)):
        signed = one["supervisor"].post(f"/v1/accords/{accord}/ratify", {}).json()
        other["supervisor"].post("/v1/accords/documents", signed["document"])
    a["supervisor"].post(f"/v1/accords/{accord}/ratify", {}, expect=409)
    listed = a["auditor"].get("/v1/accords").json()["items"]
    assert [p["in_force_with_us"] for p in listed[0]["parties"]] == [False, True], listed
    assert a["auditor"].get(f"/v1/accords/{accord}/text").bytes == first
    assert len(a["auditor"].get(f"/v1/accords/{accord}").json()["documents"]) == 2
    words = a["auditor"].get(f"/v1/accords/{accord}/explanation", **{"with": b["node"].code})
    assert "suspects" in words.json()["explanation"]
    assert a["auditor"].get(f"/v1/parties/{b['node'].code}/explanation").json() == words.json()
    amended = a["analyst"].get(f"/v1/accords/{accord}/amendment").json()
    amended["title"] = "An amendment"
    second = a["supervisor"].post("/v1/accords", amended).json()["accord"]
    changes = a["auditor"].get(f"/v1/accords/{second}/changes", **{"from": accord}).json()
    assert "An amendment" in changes["explanation"], changes
    return accord


def watch(client, run):
    """The events of a run, to its end."""
    connection = client.connect()
    connection.request("GET", f"/v1/runs/{run}/events", headers=client.headers("GET", {}))
    response = connection.getresponse()
    assert response.status == 200
    assert response.getheader("Content-Type") == "text/event-stream"
    text = response.read().decode()
    connection.close()
    Client.seen.add("watchRun")
    return [(e.split("\n")[0][7:], json.loads(e.split("\n")[1][6:]))
            for e in text.split("\n\n") if e.startswith("event: ")]


def walk_runs(a, b):
    analyst = a["analyst"]
    case = {"reference": "CASE/7", "offences": [OFFENCE], "penalty_years": 8, "transnational": "a",
            "supervisor": "sup", "purpose": "to find them"}
    analyst.post("/v1/cases", {**case, "supervisor": "off"}, expect=422)
    a["supervisor"].post("/v1/cases", {**case, "supervisor": "sup"}, expect=422)
    analyst.post("/v1/cases", {**case, "officer": "someone else"}, expect=422)
    opened = analyst.post("/v1/cases", case).json()
    assert opened["officer"] == "ana"
    assert a["auditor"].get("/v1/cases/CASE%2F7").json() == opened
    assert [c["reference"] for c in analyst.pages("/v1/cases", state="open")] == ["CASE/7"]
    want = {"with": b["node"].code, "purpose": "suspects", "case": "CASE/7"}
    analyst.post("/v1/runs", {**want, "case": "NONE"}, expect=422)
    analyst.post("/v1/runs", {**want, "purpose": "nothing"}, expect=409)
    started = analyst.post("/v1/runs", want, Idempotency_Key="run-of-the-test")
    again = analyst.post("/v1/runs", want, Idempotency_Key="run-of-the-test")
    assert again.json() == started.json() and again.headers["Idempotency-Replayed"] == "true"
    run = started.json()["run"]
    events = watch(analyst, run)
    assert events[-1][0] == "end" and events[-1][1]["state"] == "done", events
    analyst.post(f"/v1/runs/{run}/cancel", expect=409)
    assert a["auditor"].get(f"/v1/runs/{run}").json()["state"] == "done"
    assert len(analyst.pages("/v1/runs", limit=1)) == 1
    return run


def walk_standing(a, b):
    analyst = a["analyst"]
    want = {"with": b["node"].code, "purpose": "suspects", "case": "CASE/7"}
    refused = a["officer"].post("/v1/standing", want, expect=409).json()
    assert refused["clause"].endswith("standing/started_by"), refused
    analyst.post("/v1/standing", {**want, "every_minutes": 59}, expect=409)
    analyst.post("/v1/standing", {**want, "with": "CC-NONE"}, expect=422)
    started = analyst.post("/v1/standing", want).json()
    assert (started["officer"], started["due"], started["every_minutes"]) == ("ana", True, 60)
    analyst.post("/v1/standing", want, expect=409)
    at = f"/v1/standing/{started['standing']}"
    assert a["auditor"].get(at).json() == started
    assert a["auditor"].get("/v1/standing").json()["items"] == [started]
    a["auditor"].post(at + "/pause", expect=403)
    assert a["officer"].post(at + "/pause").json()["state"] == "paused"
    a["officer"].post(at + "/pause", expect=409)
    assert a["officer"].post(at + "/resume").json()["state"] == "active"
    assert 'palermo_standing{state="active"} 1' in a["auditor"].get("/metrics").bytes.decode()
    assert a["supervisor"].post(at + "/stop").json()["state"] == "stopped"
    a["auditor"].get("/v1/standing/" + "0" * 32, expect=404)


def walk_hits(b, run, a_code):
    analyst, officer, supervisor = b["analyst"], b["officer"], b["supervisor"]
    hits = officer.pages("/v1/hits", limit=2, run=run)
    assert len(hits) == 6 and {h["state"] for h in hits} == {"pending"}, hits
    assert officer.pages("/v1/hits", state="released") == []
    assert len(officer.pages("/v1/hits", q="number9", state="pending,approved")) == 1
    officer.get("/v1/hits", expect=422, state="no-such")
    officer.get("/v1/hits", expect=422, sate="pending")
    for filters, n in (({}, 6), ({"rule": "phone"}, 6), ({"rule": "iban"}, 0),
                       ({"q": "number9", "state": "pending,approved"}, 1), ({"side": "asker"}, 0),
                       ({"with": a_code, "run": run}, 6), ({"with": "ZZ-NONE"}, 0)):
        assert officer.get("/v1/hits/count", **filters).json()["total"] == n, filters
        assert len(officer.pages("/v1/hits", **filters)) == n, filters
    officer.get("/v1/hits", expect=422, rule="phon")
    officer.get("/v1/hits/count", expect=422, limit=5)
    place = f"/v1/hits/{run}/{hits[0]['hit']}"
    one = officer.get(place).json()
    assert one["approvals_needed"] == 2 and one["can"]["approve"] and one["next_batch"], one
    assert not analyst.get(place).json()["can"]["approve"]
    analyst.post(place + "/approve", {"clear": ["all"]}, expect=403)
    officer.post(place + "/approve", {}, expect=409)
    decided = officer.post(place + "/approve", {"clear": ["all"]}).json()
    assert decided["state"] == "approved", decided
    # The second of two officers is another person, whatever way the first one comes again.
    officer.post(place + "/approve", {"clear": ["all"]}, expect=409)
    officer.post(place + "/approve", {"clear": ["all"]}, expect=409, Palermo_Officer="sup")
    in_browser = Client(b["node"])
    in_browser.sign_in("off", "a password of the tests")
    in_browser.post(place + "/approve", {"clear": ["all"]}, expect=409)
    decided = supervisor.post(place + "/approve", {"clear": ["all"]}).json()
    assert decided["state"] == "releasing", decided
    one = officer.get(place).json()
    assert (one["officer"], one["second"]) == ("off", "sup"), one
    lapsed = officer.post(f"/v1/hits/{run}/{hits[1]['hit']}/lapse", {"because": "too old"}).json()
    assert lapsed["state"] == "lapsed"
    analyst.post(f"/v1/hits/{run}/{hits[1]['hit']}/outcome", {"outcome": "perhaps"}, expect=422)
    analyst.post(f"/v1/hits/{run}/{hits[1]['hit']}/outcome", {"outcome": "wrong"})


DOCUMENT = {
    "palermo": "request/1", "kind": "information", "case": "CASE/7", "offences": [OFFENCE],
    "subject": "A group that moves people", "nature": "investigation", "conducted_by": "the police",
    "facts": "They were seen.", "assistance": "What is known of them?", "purpose": "to stop them",
    "conditions": {"purpose": "suspects"}}


def walk_requests(a, b):
    analyst, officer = a["analyst"], a["officer"]
    draft = analyst.post("/v1/requests", {"with": b["node"].code,
                                          "document": {"kind": "information"}}).json()
    assert {m["field"] for m in draft["missing"]} >= {"/facts", "/subject"}, draft
    request = draft["request"]
    officer.post(f"/v1/requests/{request}/send", expect=422)
    whole = {**DOCUMENT, "authority": {"name": "Office", "contact": "desk"}}
    assert analyst.post("/v1/requests/check", whole).json() == {"complete": True, "missing": []}
    assert analyst.call("PUT", f"/v1/requests/{request}", whole).json()["missing"] == []
    assert analyst.get(f"/v1/requests/{request}/check").json()["complete"]
    analyst.post(f"/v1/requests/{request}/send", expect=403)
    assert officer.post(f"/v1/requests/{request}/send").json()["state"] == "sent"
    analyst.call("PUT", f"/v1/requests/{request}", whole, expect=409)
    officer.post(f"/v1/requests/{request}/attachments?name=note.txt&type=text/plain", b"a file")
    a["node"].run("deliver").expect()
    theirs = b["officer"]
    assert theirs.get(f"/v1/requests/{request}").json()["state"] in ("sent", "received")
    steps = f"/v1/requests/{request}/steps"
    theirs.post(steps, {"action": "refuse", "text": "no", "ground": "bank-secrecy"}, expect=422)
    theirs.post(steps, {"action": "accept", "text": "Yes."})
    theirs.post(steps, {"action": "answer", "text": "They are known here."})
    page = theirs.get(f"/v1/requests/{request}/page", purpose="suspects")
    assert b"A group that moves people" in page.bytes
    theirs.get(f"/v1/requests/{request}/export", purpose="suspects")
    theirs.get(f"/v1/requests/{request}/export", expect=409, purpose="something-else")
    got = theirs.get(f"/v1/requests/{request}/attachments/r2", purpose="suspects")
    assert got.bytes == b"a file"
    b["node"].run("deliver").expect()
    view = officer.get(f"/v1/requests/{request}").json()
    assert view["state"] == "answered" and "close" in view["can"], view
    assert officer.post(steps, {"action": "close", "outcome": "confirmed"}).json()["state"] == \
        "closed"
    assert [r["state"] for r in analyst.pages("/v1/requests", limit=1)] == ["closed"]


def walk_ledger(a):
    auditor, supervisor = a["auditor"], a["supervisor"]
    entries = auditor.pages("/v1/ledger", limit=7)
    assert [e["sequence"] for e in entries] == list(range(len(entries), 0, -1))
    assert auditor.pages("/v1/ledger", limit=7, order="oldest") == entries[::-1]
    added = auditor.pages("/v1/ledger", limit=2, order="oldest", kind="user-add")
    assert added == [e for e in entries[::-1] if e["kind"] == "user-add"] and len(added) > 2
    assert {e["kind"] for e in auditor.pages("/v1/ledger", kind="user-add")} == {"user-add"}
    assert len(auditor.pages("/v1/ledger", q="as supervisor")) == 1
    auditor.get("/v1/ledger/1")
    auditor.get("/v1/ledger/999999", expect=404)
    proof = auditor.get("/v1/ledger/2/proof").json()
    path = a["node"].write("proof.json", json.dumps(proof))
    harness.palermo("ledger", "check-proof", path, "--identity",
                    a["node"].party["identity_key"]).expect()
    verified = auditor.post("/v1/ledger/verify", {}).json()
    assert verified["good"] and verified["entries"] == len(entries), verified
    report = auditor.get("/v1/ledger/report", by="purpose").json()
    assert report["groups"][0]["done"] == 1, report
    export = auditor.get("/v1/ledger/export").bytes
    path = a["node"].root + "/export.bin"
    with open(path, "wb") as f:
        f.write(export)
    harness.palermo("ledger", "verify", "--file", path).expect()
    found = auditor.post("/v1/ledger/subject", {"record": "P7", "reason": "asked for access"})
    assert found.json()["records"][0]["runs"], found.json()
    auditor.get("/v1/peers")
    supervisor.post("/v1/peers/BB-TWO/acknowledge", {"reason": "x"}, expect=404)
    a["analyst"].get("/v1/ledger", expect=403)


def walk_others(a):
    analyst = a["analyst"]
    nobody = Client(a["node"])
    nobody.get("/v1/health")
    assert nobody.get("/v1/ready").json()["ready"]
    assert nobody.call("GET", "/v1/openapi.json").json() == \
        harness.json.loads(harness.json.dumps(__import__("api_client").DESCRIPTION))
    overview = a["officer"].get("/v1/overview").json()
    assert overview["counts"]["records"] == 12, overview
    assert analyst.get("/v1/words").json()["offences"]
    asked = {"values": ["Person Number0 Name", "no such"], "type": "name", "limit": 1}
    found = analyst.post("/v1/records/find", asked).json()["searches"]
    assert [(len(f["records"]), f["valid"], f["more"]) for f in found] == \
        [(1, True, False), (0, True, False)], found
    for wrong, field in (({"values": []}, "/values"), ({"values": ["", "x"]}, "/values/0"),
                         ({"type": "none"}, "/type"), ({"country": "Nowhere"}, "/country"),
                         ({"limit": 10001}, "/limit")):
        problem = analyst.post("/v1/records/find", {**asked, **wrong}, expect=422).json()
        assert [e["field"] for e in problem["errors"]] == [field], (wrong, problem)
    parties = analyst.get("/v1/parties").json()["items"]
    assert [p["is_us"] for p in parties] == [True, False], parties
    metrics = a["auditor"].get("/metrics").bytes.decode()
    assert "palermo_hits{state=" in metrics and "palermo_http_answers_total" in metrics
    assert "BB-TWO" not in metrics and "Person" not in metrics
    assert analyst.post("/v1/ident", {"type": "phone", "value": "+39 320 1234567"}).json()["accepted"]
    mrz = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
           "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
    assert analyst.post("/v1/ident/mrz", {"mrz": mrz}).json()["accepted"]
    lookup = {"purpose": "suspects", "case": "CASE/7", "subject": {"mrz": mrz}}
    absent = analyst.post("/v1/lookups", lookup, expect=503).json()
    assert "start palermo serve with --lookups" in absent["detail"], absent
    assert a["auditor"].get("/v1/tallies").json()["items"] == []
    for path in ("/v1/indexes", "/v1/indexes/watch?hours=1", "/v1/indexes/notices"):
        assert analyst.get(path).json()["items"] == []
    analyst.get("/v1/indexes/watch?hours=0", expect=422)
    a["auditor"].get("/v1/tallies/" + "0" * 32, expect=404)
    table = "A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,35\n1,1,0,9\n1,0,1,8\n0,1,1,7\n1,1,1,2\n"
    asked = {"table": table, "quick": True, "bootstrap": 100}
    assert analyst.post("/v1/estimates", asked).json()
    assert b"<svg" in analyst.post("/v1/estimates/page", asked).bytes
    analyst.post("/v1/estimates", {"table": "A,B\n1,x\n"}, expect=422)
    assert a["auditor"].get("/v1/users").json()["items"][0]["role"] == "analyst"


def walk_session(node):
    add_user(node, "otto", "officer")
    c = Client(node)
    c.sign_in("otto", "a password of the tests")
    assert c.get("/v1/session").json()["role"] == "officer"
    made = c.post("/v1/tokens", {"label": "mine", "days": 1}).json()
    assert c.get("/v1/tokens").json()["items"][0]["token"] == made["token"]
    with_token = Client(node, made["secret"])
    with_token.get("/v1/session")
    with_token.post("/v1/tokens", {"label": "another"}, expect=403)
    c.call("DELETE", f"/v1/tokens/{made['token']}")
    with_token.get("/v1/session", expect=401)
    c.call("PUT", "/v1/session/password",
           {"old": "a password of the tests", "new": "another one, longer"})
    c.call("DELETE", "/v1/session")
    c.get("/v1/session", expect=401)


def walk_ends(a, b, accord):
    """Last of all: what a cancelled run, a closed case and a denounced accord are."""
    analyst = a["analyst"]
    b["node"].stop()
    listener = __import__("socket").socket()
    host, port = "127.0.0.1", b["node"].port
    listener.setsockopt(1, 2, 1)
    listener.bind((host, port))
    listener.listen()
    want = {"with": b["node"].code, "purpose": "suspects", "case": "CASE/7"}
    run = analyst.post("/v1/runs", want).json()["run"]
    wait_until(lambda: analyst.get(f"/v1/runs/{run}").json()["progress"], what="progress")
    analyst.post(f"/v1/runs/{run}/cancel")
    events = watch(analyst, run)
    assert events[-1][1]["failure"] == "cancelled", events
    listener.close()
    assert analyst.post("/v1/cases/CASE%2F7/close").json()["state"] == "closed"
    analyst.post("/v1/runs", want, expect=422)
    a["supervisor"].post(f"/v1/accords/{accord}/denounce", {"reason": "enough"})


@suite.test
def every_operation_answers_as_it_is_described(nodes):
    a, b = ({"node": nodes.node(code)} for code in ("AA-ONE", "BB-TWO"))
    for n in (a, b):
        n.update(staff(n["node"]))
        serve(n["node"], "--deliver-every", 0)
    walk_registers(a)
    load(b["analyst"], people(12, first=6))
    accord = walk_accords(a, b, nodes)
    run = walk_runs(a, b)
    walk_standing(a, b)
    walk_hits(b, run, a["node"].code)
    walk_requests(a, b)
    walk_ledger(a)
    walk_others(a)
    walk_session(a["node"])
    walk_ends(a, b, accord)
    missing = {o["operationId"] for _, _, o in operations()} - Client.seen
    # Good answers that need a peer's ledger that was rewritten (test_ledger.py does that), an
    # index (test_lookup.py), and a tally of several parties (test_tally.py).
    assert missing == {"acknowledgeFinding", "askLookup", "askLookups", "workOnIndex",
                       "fetchIndexes", "getTally", "proposeTally", "joinTally",
                       "cancelTally"}, sorted(missing)


@suite.test
def roles_hold_for_every_operation(nodes):
    node = nodes.node("AA-ONE")
    clients = staff(node)
    serve(node)
    started = time.monotonic()
    for method, path, operation in operations():
        target = path.replace("{run}", "0" * 32).replace("{hash}", "0" * 64)
        target = target.replace("{request}", "0" * 32).replace("{token}", "0" * 32)
        target = target.replace("{tally}", "0" * 32).replace("{standing}", "0" * 32)
        target = target.replace("{work}", "build")
        for word in ("{hit}", "{number}", "{sequence}", "{party}", "{step}", "{name}",
                     "{reference}", "{upload}"):
            target = target.replace(word, "1")
        roles = operation["x-roles"]
        wrong = [r for r in clients if r not in roles][:1]
        for role in wrong if roles else []:
            answer = clients[role].raw(method, target, None, clients[role].headers(method, {}))
            assert answer.status == 403, f"{role} {method} {target}: {answer.status}"
        if roles:
            answer = Client(node).raw(method, target)
            assert answer.status == 401, f"{method} {target}: {answer.status}"
    print(f"# roles: {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    suite.run()
