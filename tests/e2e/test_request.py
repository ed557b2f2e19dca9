# SPDX-License-Identifier: Apache-2.0
"""Requests and offers between two real nodes: from a hit to a closed request, and everything that
must not be possible on the way."""

import json
import os
import subprocess
import sys
import time

from harness import (AUTH, INPUT, NOT_FOUND, OK, UNREACHABLE, USAGE, Suite, accord, purpose,
                     put_in_force, wait_until)

suite = Suite()
ROGUE = sys.argv[2] if len(sys.argv) > 2 else "build/rogue"

ROWS_A = [{"id": "a1", "name": "Ivan Horvat", "birth": "1980-02-03", "nationality": "HR",
           "phone": "+385912345678", "role": "suspect", "offence": "TIP.5"}]
ROWS_B = [{**ROWS_A[0], "id": "b7"}]

FIELDS = ["subject=Trafficking in persons", "nature=investigation", "offences=TIP.5",
          "conducted_by=Prosecutor, first section", "facts=Two victims named the suspect.",
          "assistance=All addresses on record", "purpose=To find the suspect",
          "conditions.purpose=suspects"]


def sets(*fields):
    return [w for f in fields for w in ("--set", f)]


def two(nodes, serve=(), terms=None, **changes):
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    document = accord(nodes.root, [a, b],
                      [purpose(**(terms or {})), purpose("other", title="Another purpose")], **changes)
    put_in_force(nodes.root, [a, b], document)
    for n in serve:
        (a, b)[n].serve("--timeout", 10, "--deliver-every", 0)
    return a, b


def draft(a, with_code="BB-TWO", *more, fields=FIELDS):
    return a.run("request", "new", "--with", with_code, *sets(*fields), *more).expect().out.strip()


def sent(a, *more, fields=FIELDS):
    request = draft(a, "BB-TWO", *more, fields=fields)
    a.run("request", "send", request).expect()
    return request


def show(node, request):
    return node.run("request", "show", request, "--json").expect().json()


def state(node, request):
    return show(node, request)["state"]


def actions(node, request):
    return [(s["step"], s["action"]) for s in show(node, request)["steps"]]


def deliver(a, code=OK):
    return a.run("deliver", "--with", "BB-TWO" if a.code == "AA-ONE" else "AA-ONE", "--timeout", 5,
                 "--json").expect(code)


def ledger_kinds(node):
    node.run("ledger", "verify").expect()
    return [e["kind"] for e in node.run("ledger", "list", "--json").expect().json()]


@suite.test
def from_a_hit_to_a_closed_request(nodes):
    a, b = nodes.pair(ROWS_A, ROWS_B)
    a.match(b).expect()
    hit = a.hits()[0]
    request = a.run("request", "new", "--hit", f"{hit['run'][:8]}/a1",
                    *sets("subject=Trafficking in persons", "nature=investigation",
                          "conducted_by=Prosecutor", "facts=Two victims named him.",
                          "purpose=To find him", "assistance=His addresses")).expect().out.strip()
    document = show(a, request)["document"]
    assert document["person"]["name"] == "Ivan Horvat" and document["offences"] == ["TIP.5"]
    assert document["person"]["birth_date"] == "1980-02-03", document
    assert document["conditions"] == {"purpose": "suspects"}
    assert document["hit"] == {"run": hit["run"], "rules": hit["rules"]}
    assert state(a, request) == "draft"
    a.run("request", "send", request).expect()
    assert state(a, request) == "sent"
    deliver(a)
    assert state(a, request) == "received" and state(b, request) == "received"
    assert show(b, request)["document"] == document
    b.run("request", "consult", request, "--text", "Which period?").expect()
    b.run("deliver").expect(UNREACHABLE)  # the asker does not serve
    deliver(a)  # who connects drains both directions
    assert state(a, request) == "consulting"
    a.run("request", "consult", request, "--text", "Since 2024.").expect()
    deliver(a)
    b.run("request", "accept", request, "--condition", "confidential=yes").expect()
    b.run("request", "answer", request, "--text", "Two addresses: ...", "--condition",
          "purpose=suspects", "--condition", "retention=2099-12-31").expect()
    b.run("request", "answer", request, "--text", "And a third.").expect()
    deliver(a)
    assert state(a, request) == "answered"
    a.run("request", "close", request, "--outcome", "confirmed").expect()
    deliver(a)
    for n in (a, b):
        view = show(n, request)
        assert view["state"] == "closed", view["state"]
        assert [s["action"] for s in view["steps"] if s["step"][0] == "r"] == [
            "send", "consult", "close"]
        assert [s["action"] for s in view["steps"] if s["step"][0] == "h"] == [
            "receive", "consult", "accept", "answer", "answer"]
        kinds = ledger_kinds(n)
        assert kinds.count("transition") == 7, kinds
        assert kinds.count("acknowledgement") == (3 if n is a else 5)
    assert "request-sent" in ledger_kinds(a) and "request-received" in ledger_kinds(b)
    for n in (a, b):  # no name in any ledger body
        for (body,) in n.sql("SELECT body FROM ledger WHERE kind LIKE 'request%' OR kind IN "
                              "('transition', 'acknowledgement')"):
            assert b"Horvat" not in body and b"address" not in body


@suite.test
def what_is_missing_is_told_and_an_incomplete_request_is_not_sent(nodes):
    a, b = two(nodes)
    request = a.run("request", "new", "--with", "BB-TWO", "--kind", "extradition",
                    *sets("subject=x")).expect().out.strip()
    check = a.run("request", "check", request).expect(INPUT)
    for field, article in (("/facts", "18(15)(c)"), ("/warrant", "Model Treaty"),
                           ("/person/name", "18(15)(e)"), ("/purpose", "18(15)(f)"),
                           ("/assistance", "18(15)(d)"), ("/conducted_by", "18(15)(b)")):
        line = [x for x in check.out.splitlines() if x.startswith(field + " ")]
        assert len(line) == 1 and article in line[0], (field, check.out)
    refused = a.run("request", "send", request).expect(INPUT, err="incomplete")
    assert "/warrant" in refused.out and state(a, request) == "draft"
    assert a.sql("SELECT count(*) FROM outbox") == [(0,)]
    a.run("request", "edit", request, *sets(*FIELDS), "--kind", "information").expect()
    a.run("request", "check", request).expect()
    for wrong, err in ((["--set", "religion=x"], "no field"), (["--set", "facts"], "FIELD=VALUE"),
                       (["--set", "urgent=perhaps"], "yes or no"), (["--kind", "favour"], "/kind"),
                       (["--set", "offences=EXTREMISM"], "catalogue"),
                       (["--set", "person.birth_date=1980-13-01"], "/person/birth_date")):
        a.run("request", "edit", request, *wrong).expect(INPUT, err=err)
    a.run("request", "edit", request, *sets("conditions.purpose=nothing")).expect()
    a.run("request", "send", request).expect(INPUT, err="no accord|/conditions/purpose")
    a.run("request", "edit", request, *sets("conditions.purpose=suspects",
                                            "offences=UNTOC.6")).expect()
    a.run("request", "send", request).expect(INPUT, err="/offences")
    a.run("request", "new", "--with", "ZZ-TEN").expect(NOT_FOUND, err="no accord here")
    document = a.write("request.json", json.dumps({"palermo": "request/1", "kind": "information",
                                                   "ethnicity": "x"}))
    a.run("request", "check", "--file", document).expect(INPUT, err="ethnicity")


@suite.test
def each_side_does_only_what_is_its_own(nodes):
    a, b = two(nodes, serve=[1])
    request = sent(a)
    deliver(a)
    a.run("request", "accept", request).expect(INPUT, err="requester may not accept")
    b.run("request", "withdraw", request, "--text", "x").expect(INPUT, err="may not withdraw")
    b.run("request", "close", request).expect(INPUT, err="may not close")
    b.run("request", "refuse", request, "--text", "x").expect(INPUT, err="--ground")
    b.run("request", "refuse", request, "--ground", "fiscal", "--text", "x").expect(
        INPUT, err=r"18\(22\)")
    b.run("request", "refuse", request, "--ground", "bank-secrecy", "--text", "x").expect(
        INPUT, err=r"18\(8\)")
    b.run("request", "refuse", request, "--ground", "dual-criminality").expect(INPUT, err="--text")
    b.run("request", "refuse", request, "--ground", "dual-criminality", "--text",
          "It is no offence here.").expect()
    deliver(a)
    refusal = [s for s in show(a, request)["steps"] if s["action"] == "refuse"][0]
    assert refusal["ground"] == "dual-criminality" and "18(9)" in refusal["ground_source"]
    assert refusal["content"]["text"] == "It is no offence here."
    b.run("request", "answer", request, "--text", "x").expect(INPUT, err="may not answer")
    a.run("request", "close", request).expect()
    deliver(a)
    assert state(a, request) == state(b, request) == "closed"


@suite.test
def what_crosses_ends_the_same_on_both_sides(nodes):
    """The withdrawal wins over the answer it crossed, and what the answer said is not kept."""
    a, b = two(nodes, serve=[1])
    request = sent(a)
    deliver(a)
    b.run("request", "accept", request).expect()
    b.run("request", "answer", request, "--text", "CROSSING-SECRET").expect()
    a.run("request", "withdraw", request, "--text", "Found him.").expect()
    deliver(a)
    for n in (a, b):
        view = show(n, request)
        assert view["state"] == "withdrawn"
        assert {s["step"] for s in view["steps"] if s["void"]} == {"h2", "h3"}, view["steps"]
    assert [s["erased"] for s in show(a, request)["steps"] if s["step"] == "h3"] == ["void"]
    assert "CROSSING-SECRET" not in a.run("request", "show", request).expect().out
    assert a.sql("SELECT count(*) FROM request_step WHERE instr(content, 'CROSSING') > 0") == [(0,)]
    assert "erased" in ledger_kinds(a)
    ledger_kinds(b)


@suite.test
def an_offer_is_accepted_or_refused_and_not_answered(nodes):
    a, b = two(nodes, serve=[1])
    offer = sent(a, "--offer")
    deliver(a)
    assert show(b, offer)["direction"] == "offer"
    b.run("request", "answer", offer, "--text", "x").expect(INPUT)
    b.run("request", "postpone", offer, "--text", "x").expect(INPUT)
    b.run("request", "accept", offer).expect()
    deliver(a)
    a.run("request", "close", offer).expect()
    deliver(a)
    assert state(b, offer) == "closed"


@suite.test
def a_peer_that_does_not_keep_to_the_protocol_gets_nowhere(nodes):
    a, b = two(nodes)
    b.serve("--timeout", 2, "--deliver-every", 0)
    b.run("request", "send", b.run("request", "new", "--with", a.code,
                                   *sets(*FIELDS)).expect().out.strip()).expect()
    before = b.sql("SELECT (SELECT count(*) FROM outbox WHERE ended_ms = 0), (SELECT count(*) "
                    "FROM request_step), (SELECT count(*) FROM inbox)")
    for n, (mode, said) in enumerate((
            ("parcel", "does not allow"), ("deliver-parcel", "does not allow"),
            ("deliver-run", "does not allow"), ("deliver-word", "does not allow"),
            ("deliver-turn", "does not allow"), ("deliver-ping", "silent"))):
        rogue = subprocess.Popen([ROGUE, "connect", a.home, a.key, f"127.0.0.1:{b.port}", b.code,
                                  b.party["identity_key"], mode], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        try:
            log = wait_until(lambda n=n: len(b.read_log().splitlines()) > n and b.read_log(),
                             15, mode).splitlines()[-1]
        finally:
            rogue.kill()
            rogue.wait()
        assert "with AA-ONE: broken" in log and said in log, (mode, log)
    assert before == b.sql("SELECT (SELECT count(*) FROM outbox WHERE ended_ms = 0), (SELECT "
                            "count(*) FROM request_step), (SELECT count(*) FROM inbox)")
    deliver(a)  # and whoever does is served
    assert b.sql("SELECT count(*) FROM outbox WHERE ended_ms = 0") == [(0,)]


@suite.test
def an_outage_delays_and_loses_nothing(nodes):
    a, b = two(nodes)
    a.serve("--timeout", 5, "--deliver-every", 1)
    request = sent(a)
    wait_until(lambda: "it will be tried again" in a.read_log(), what="a failed delivery")
    assert [s["delivery"] for s in show(a, request)["steps"]] == ["waiting"]
    b.serve("--timeout", 5, "--deliver-every", 1)
    wait_until(lambda: state(a, request) == "received", 20, "delivery after the outage")
    a.stop()
    b.run("request", "answer", request, "--text", "late").expect()
    time.sleep(1.5)
    a.serve("--timeout", 5, "--deliver-every", 1)
    wait_until(lambda: state(a, request) == "answered", 20, "the answer after the outage")
    assert ledger_kinds(a).count("transition") == 2
    assert ledger_kinds(b).count("transition") == 2


@suite.test
def a_parcel_that_comes_again_does_nothing(nodes):
    a, b = two(nodes, serve=[1])
    request = sent(a)
    [(bytes_,)] = a.sql("SELECT bytes FROM outbox")
    deliver(a)
    a.sql("UPDATE outbox SET ended_ms = 0, bytes = ?", bytes_)
    again = deliver(a).json()[0]
    assert again["delivered"] == 1 and again["taken"] == 0, again
    assert actions(b, request) == [("r1", "send"), ("h1", "receive")]
    assert ledger_kinds(b).count("request-received") == 1


@suite.test
def attachments_are_for_the_peer_alone(nodes):
    a, b = two(nodes, serve=[1])
    request = sent(a)
    secret = bytes(range(256)) * 5000  # three chunks
    path = os.path.join(nodes.root, "photo.bin")
    with open(path, "wb") as f:
        f.write(b"TOP-SECRET" + secret)
    a.run("request", "attach", request, path, "--text", "A photograph").expect()
    assert a.sql("SELECT count(*) FROM outbox WHERE instr(bytes, 'TOP-SECRET') > 0") == [(0,)]
    deliver(a)
    assert b.sql("SELECT count(*) FROM request_chunk") == [(3,)]
    assert b.sql("SELECT count(*) FROM request_chunk WHERE instr(bytes, 'TOP-SECRET') > 0") == [(0,)]
    out = os.path.join(nodes.root, "out.bin")
    b.run("request", "export", request, "--purpose", "suspects", "--attachment", "r2", "--out",
          out).expect()
    with open(out, "rb") as f:
        assert f.read() == b"TOP-SECRET" + secret
    assert "attachment" in ledger_kinds(b) and "request-export" in ledger_kinds(b)
    # the sender's own node can't open it again
    a.run("request", "export", request, "--purpose", "suspects", "--attachment", "r2", "--out",
          out).expect(NOT_FOUND, err="no attachment from the other side")
    b.sql("UPDATE request_chunk SET number = number + 10 WHERE number < 2")
    b.sql("UPDATE request_chunk SET number = 11 - number WHERE number >= 10")
    b.run("request", "export", request, "--purpose", "suspects", "--attachment", "r2", "--out",
          out).expect(AUTH, err="not what was announced")
    a.run("request", "recall", request, "--step", "r2", "--text", "wrong person").expect()
    deliver(a)
    assert b.sql("SELECT count(*) FROM request_chunk") == [(0,)]


@suite.test
def recall_reaches_the_copy_and_is_acknowledged(nodes):
    a, b = two(nodes, serve=[1])
    request = sent(a)
    deliver(a)
    b.run("request", "answer", request, "--text", "WRONG-PERSON").expect()
    deliver(a)
    b.run("request", "recall", request, "--step", "r1", "--text", "x").expect(NOT_FOUND,
                                                                                    err="no step")
    b.run("request", "recall", request, "--step", "h2", "--text", "it was somebody else").expect()
    deliver(a)
    step = [s for s in show(a, request)["steps"] if s["step"] == "h2"][0]
    assert step["erased"] == "recalled" and "content" not in step
    assert a.sql("SELECT count(*) FROM request_step WHERE instr(content, 'WRONG') > 0") == [(0,)]
    assert actions(b, request)[-1] == ("r2", "recalled"), actions(b, request)
    assert show(b, request)["steps"][-1]["target"] == "h2"
    assert "erased" in ledger_kinds(a)
    exported = a.run("request", "export", request, "--purpose", "suspects").expect()
    assert "WRONG-PERSON" not in exported.out


@suite.test
def an_export_keeps_to_the_conditions(nodes):
    a, b = two(nodes, serve=[1])
    request = sent(a)
    deliver(a)
    b.run("request", "consult", request, "--text", "Why?").expect()
    deliver(a)  # what says nothing of conditions has the request's purpose, and is not passed on
    a.run("request", "export", request, "--purpose", "other").expect(INPUT, err=r"h2.*18\(19\)")
    a.run("request", "export", request, "--purpose", "suspects", "--to", "CC-THREE").expect(
        INPUT, err="h2.*third party")
    request = sent(a)
    deliver(a)
    b.run("request", "answer", request, "--text", "The address", "--condition", "purpose=suspects",
          "--condition", "retention=2099-12-31", "--condition", "assurances=no-death-penalty"
          ).expect()
    deliver(a)
    before = ledger_kinds(a).count("request-export")
    a.run("request", "export", request, "--purpose", "other").expect(INPUT, err=r"h2.*18\(19\)")
    a.run("request", "export", request, "--purpose", "suspects", "--to", "CC-THREE").expect(
        INPUT, err="h2.*third party")
    a.run("request", "print", request, "--purpose", "other").expect(INPUT, err="another purpose")
    a.run("request", "export", request).expect(USAGE)
    assert ledger_kinds(a).count("request-export") == before
    a.run("request", "export", request, "--purpose", "suspects").expect()
    a.run("request", "export", request, "--purpose", "suspects", "--to", "BB-TWO").expect()
    assert ledger_kinds(a).count("request-export") == before + 2
    b.run("request", "answer", request, "--text", "More", "--condition", "confidential=yes",
          "--condition", "third_parties=yes").expect()
    deliver(a)
    a.run("request", "export", request, "--purpose", "suspects", "--to", "CC-THREE").expect(
        INPUT, err="third party|confidential")


@suite.test
def what_was_lent_is_given_up_on_its_day(nodes):
    a, b = two(nodes, serve=[1])
    request = sent(a)
    deliver(a)
    b.run("request", "answer", request, "--text", "OLD-ADDRESS", "--condition",
          "retention=2020-01-01").expect()
    deliver(a)
    # the next look at it finds the day past
    assert "OLD-ADDRESS" not in a.run("request", "show", request).expect().out
    assert [s["erased"] for s in show(a, request)["steps"] if s["step"] == "h2"] == ["expired"]
    assert a.sql("SELECT count(*) FROM request_step WHERE instr(content, 'OLD') > 0") == [(0,)]
    assert ledger_kinds(a).count("erased") == 1
    assert "OLD-ADDRESS" in b.run("request", "show", request).expect().out  # it is theirs


@suite.test
def deadlines_run_and_are_escalated_once(nodes):
    a, b = two(nodes, serve=[1], terms={"deadlines": {"urgent_hours": 47, "ordinary_days": 13}})
    urgent, ordinary = sent(a, "--urgent"), sent(a)
    deliver(a)
    due = {r["request"]: r for r in b.run("request", "list", "--due", "--json").expect().json()}
    assert due[urgent]["alarm"] == due[ordinary]["alarm"] == "due"
    hour = 3600 * 1000
    [(sent_ms, due_ms)] = b.sql("SELECT sent_ms, due_ms FROM request WHERE is_urgent = 1")
    assert due_ms - sent_ms == 47 * hour
    [(sent_ms, due_ms)] = b.sql("SELECT sent_ms, due_ms FROM request WHERE is_urgent = 0")
    assert due_ms - sent_ms == 13 * 24 * hour
    for back, alarm, entries in ((49, "overdue", 1), (49, "escalated", 2), (1, "escalated", 2)):
        b.sql("UPDATE request SET sent_ms = sent_ms - ?, due_ms = due_ms - ? WHERE is_urgent = 1",
              back * hour, back * hour)
        due = {r["request"]: r for r in b.run("request", "list", "--due", "--json").expect().json()}
        assert due[urgent]["alarm"] == alarm and due[ordinary]["alarm"] == "due", due
        assert ledger_kinds(b).count("request-late") == entries
    b.run("request", "answer", urgent, "--text", "x").expect()
    assert urgent not in b.run("request", "list", "--due").expect().out


@suite.test
def the_page_escapes_everything(nodes):
    a, _ = two(nodes)
    evil = "<script>alert(1)</script>\"'&amp;</td>"
    request = draft(a, fields=FIELDS + [f"facts={evil}", f"person.name={evil}"])
    page = a.run("request", "print", request, "--purpose", "suspects").expect().out
    assert "<script" not in page and page.count("</td>") == page.count("<td>")
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;amp;&lt;/td&gt;") == 2
    assert "default-src 'none'" in page and "http://" not in page and "https://" not in page


suite.run()
