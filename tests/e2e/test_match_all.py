# SPDX-License-Identifier: Apache-2.0
"""One command against every party: runs at the same time, one merged list."""

import json
import os
import signal
import socket
import subprocess

import harness
from harness import (CANCELLED, NOT_FOUND, OK, USAGE, Suite, accord, palermo, purpose,
                     put_in_force)
from test_data import A, B

suite = Suite()

C = [{"id": "c1", "name": "Ivan Petrov", "birth": "1974-05-21", "nationality": "RU",
      "phone": "+390612345678", "role": "suspect", "offence": "TIP.5"}]


def three(nodes, purposes):
    a, b, c = nodes.node("AA-ONE"), nodes.node("BB-TWO"), nodes.node("CC-THREE")
    put_in_force(nodes.root, [a, b, c], accord(nodes.root, [a, b, c], purposes))
    for node, rows in ((a, A), (b, B), (c, C)):
        node.load_rows(rows)
    return a, b, c


def match_all(a, *more, code=0):
    return a.run("match", "--with", "all", "--purpose", "suspects", "--case", a.case(),
                 "--timeout", 10, "--json", *more).expect(code)


@suite.test
def one_list_of_what_others_know(nodes):
    a, b, c = three(nodes, [purpose()])
    b.serve()
    c.serve()
    seen = match_all(a).json()
    assert sorted(r["with"] for r in seen["runs"]) == ["BB-TWO", "CC-THREE"], seen
    assert all(r["status"] == "ok" for r in seen["runs"]), seen
    known = {r["record"]: {k: set(v.split()) for k, v in r["parties"].items()}
             for r in seen["records"]}
    assert known == {
        "a1": {"BB-TWO": {"name+birthDate", "name+birthYear+nationality"},
               "CC-THREE": {"name+birthDate", "name+birthYear+nationality"}},
        "a2": {"BB-TWO": {"phone"}, "CC-THREE": {"phone"}}}, known
    text = a.run("match", "--with", "all", "--purpose", "suspects", "--case",
                 a.case()).expect().out
    assert "2 records of ours are known to others" in text, text
    # Through the API of the serving node: its runs, the same words.
    a.serve("--api", "127.0.0.1:0")
    asked = ["match", "--with", "all", "--purpose", "suspects", "--case", a.case()]
    served = palermo(*asked, "--home", a.home).expect(OK)
    assert (served.out, served.err) == (text, "")
    seen = palermo(*asked, "--home", a.home, "--json").expect(OK).json()
    assert {r["with"]: r["status"] for r in seen["runs"]} == {"BB-TWO": "ok", "CC-THREE": "ok"}
    assert len(a.runs()) == 8, a.runs()
    palermo(*asked, "--home", a.home, "--threads", 1, "--api",
            os.path.join(a.home, "api.sock")).expect(USAGE, "by its owner")
    # One that takes the connection and says nothing: Ctrl-C ends the runs at the node, says so.
    c.stop()
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        silent.bind(("127.0.0.1", c.port))
        silent.listen(8)
        process = subprocess.Popen([harness.PALERMO, *asked, "--home", a.home, "--json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   stdin=subprocess.DEVNULL)
        held, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=30)
        held.close()
    states = {r["with"]: r["status"] for r in json.loads(out)["runs"]}
    assert process.returncode == CANCELLED and states["CC-THREE"] == "cancelled", (out, said)
    assert "CC-THREE: cancelled" in said, said
    assert all(r["state"] in ("done", "broken") for r in a.runs()), a.runs()
    a.stop()
    b.stop()
    for node in (a, b, c):
        node.run("ledger", "verify").expect()


@suite.test
def one_that_can_not_be_reached_stops_no_other(nodes):
    a, b, c = three(nodes, [purpose()])
    b.serve()
    result = match_all(a, code=10)
    seen = result.json()
    assert {r["with"]: r["status"] for r in seen["runs"]} == {"BB-TWO": "ok",
                                                             "CC-THREE": "unreachable"}, seen
    assert {r["record"] for r in seen["records"]} == {"a1", "a2"}
    assert "CC-THREE" in result.err
    b.stop()


@suite.test
def nobody_to_ask(nodes):
    a, _, _ = three(nodes, [purpose()])
    a.run("match", "--with", "all", "--purpose", "other", "--case",
          a.case()).expect(NOT_FOUND, "no accord in force")
    match_all(a, "--address", "127.0.0.1:1", code=USAGE)
    assert os.path.exists(a.home)


suite.run()
