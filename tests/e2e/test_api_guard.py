#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the local API does not let pass: other sites, stolen cookies without their token, guessed
passwords, repeated and oversized requests, clients that are slow or say nothing; and what becomes
of it when one of its processes is killed."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time

import harness
from api_client import Client, add_user, serve, staff, token_of
from harness import Suite, wait_until

suite = Suite()
PASSWORD = "a password of the tests"
CASE = {"reference": "C-1", "offences": ["TIP.5"], "penalty_years": 8, "transnational": "a",
        "supervisor": "sup", "purpose": "to find them"}


def change(node, sql, *values):
    with sqlite3.connect(os.path.join(node.home, "palermo.db"), timeout=20) as db:
        db.execute(sql, values)


@suite.test
def sessions_need_their_token_and_end(nodes):
    node = nodes.node("AA-ONE")
    add_user(node, "sup", "supervisor")
    serve(node)
    c = Client(node)
    c.sign_in("sup", PASSWORD)
    csrf, c.csrf = c.csrf, "0" * 64
    c.post("/v1/cases", {**CASE, "supervisor": "other"}, expect=403)
    c.csrf = ""
    assert c.call("DELETE", "/v1/session", expect=403).json()["code"] == "csrf"
    c.csrf = csrf
    c.get("/v1/session")
    # Another session's token does not go with this cookie.
    other = Client(node)
    other.sign_in("sup", PASSWORD)
    other.csrf = csrf
    other.call("DELETE", "/v1/session", expect=403)
    change(node, "UPDATE api_session SET seen_ms = seen_ms - ?", 31 * 60 * 1000)
    c.get("/v1/session", expect=401)
    c.sign_in("sup", PASSWORD)
    change(node, "UPDATE api_session SET created_ms = created_ms - ?", 13 * 3600 * 1000)
    c.get("/v1/session", expect=401)
    c.sign_in("sup", PASSWORD)
    # The store has nothing by which a session or a token could be taken over.
    token = token_of(node, "sup")
    with open(os.path.join(node.home, "palermo.db"), "rb") as f:
        kept = f.read()
    with open(os.path.join(node.home, "palermo.db-wal"), "rb") as f:
        kept += f.read()
    for secret in (c.cookie.split("=")[1], token.split("-")[1], PASSWORD):
        assert secret.encode() not in kept and bytes.fromhex(
            secret if len(secret) == 64 else "ff" * 32) not in kept
    harness.palermo("user", "remove", "--home", node.home, "sup").expect()
    c.get("/v1/session", expect=401)
    Client(node, token).get("/v1/session", expect=401)


@suite.test
def other_sites_and_names_are_refused(nodes):
    node = nodes.node("AA-ONE")
    token = (add_user(node, "ana", "analyst"), token_of(node, "ana"))[1]
    serve(node)
    c = Client(node, token)
    good = f"127.0.0.1:{node.api_port}"
    for headers, status in (
            ({"Host": "evil.example"}, 421), ({"Host": f"evil.example:{node.api_port}"}, 421),
            ({"Host": "127.0.0.1.evil.example"}, 421), ({"Host": ""}, 421),
            ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403),
            ({"Origin": f"http://{good}", "Sec-Fetch-Site": "same-origin"}, 200),
            ({"Host": f"localhost:{node.api_port}"}, 200)):
        answer = c.raw("GET", "/v1/session", None, {**c.headers("GET", {}), **headers})
        assert answer.status == status, (headers, answer.status, answer.bytes)
    # A form of another site can send text, but no JSON.
    c.call("POST", "/v1/session", b'{"name": "ana", "password": "x"}', expect=415,
           Content_Type="text/plain")
    for target in ("/v1/session/", "/v1//session", "/v1/cases/%zz", "/v1/cases/a%00b",
                   "/v1/hits?state=%ff", "/v1/../etc/passwd", "/v1/session?x=1",
                   "/v1/cases/" + "x" * 9000):
        answer = c.raw("GET", target, None, c.headers("GET", {}))
        assert 400 <= answer.status < 500, (target, answer.status)


@suite.test
def guessing_a_password_takes_time(nodes):
    node = nodes.node("AA-ONE")
    for name in ("ann", "bob"):
        add_user(node, name, "officer")
    serve(node)
    c = Client(node)
    for _ in range(5):
        c.sign_in("ann", "a wrong one", expect=401)
    answer = c.sign_in("ann", PASSWORD, expect=429)
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after"] >= 1
    c.sign_in("nobody", PASSWORD, expect=401)
    Client(node).sign_in("bob", PASSWORD)
    change(node, "UPDATE api_attempt SET next_ms = 0")
    c.sign_in("ann", PASSWORD)
    # Nor can who has a session, or a token, guess the password that goes with it.
    bob = Client(node, token_of(node, "bob"))
    wrong = {"old": "a wrong one", "new": "another password"}
    for _ in range(5):
        bob.call("PUT", "/v1/session/password", wrong, expect=403)
    bob.call("PUT", "/v1/session/password", wrong, expect=429)
    change(node, "UPDATE api_attempt SET next_ms = 0")
    bob.call("PUT", "/v1/session/password", {**wrong, "old": PASSWORD})
    # The same wait for a name that there is not: nothing tells them apart.
    for _ in range(5):
        c.sign_in("nobody2", "a wrong one", expect=401)
    c.sign_in("nobody2", "a wrong one", expect=429)


@suite.test
def the_same_request_is_done_once(nodes):
    node = nodes.node("AA-ONE")
    c = staff(node)["analyst"]
    serve(node)
    key = {"Idempotency_Key": "0123456789abcdef"}
    first = c.post("/v1/cases", CASE, **key)
    again = c.post("/v1/cases", CASE, **key)
    assert again.bytes == first.bytes and again.headers["Idempotency-Replayed"] == "true"
    c.post("/v1/cases", {**CASE, "reference": "C-2"}, expect=422, **key)
    c.post("/v1/cases/C-1/close", expect=422, **key)
    c.post("/v1/cases", CASE, expect=409)
    # What failed is not kept: it may succeed under the same key later.
    key = {"Idempotency_Key": "fedcba9876543210"}
    c.post("/v1/cases", {**CASE, "reference": "C-3", "supervisor": "x"}, expect=422, **key)
    c.post("/v1/cases", {**CASE, "reference": "C-3"}, **key)
    assert len(c.pages("/v1/cases")) == 2


@suite.test
def large_and_slow_clients_do_no_harm(nodes):
    node = nodes.node("AA-ONE")
    c = staff(node)["analyst"]
    serve(node)
    assert c.call("POST", "/v1/ident", b"{" + b" " * (70 << 10), expect=413,
                  Content_Type="application/json").json()["code"] == "too-large"
    c.call("POST", "/v1/ident", b"[" * 5000, expect=400, Content_Type="application/json")
    answer = c.raw("POST", "/v1/ident", iter([b" " * 65536] * 8),
                   {**c.headers("POST", {}), "Content-Type": "application/json",
                    "Transfer-Encoding": "chunked"})
    assert answer.status in (400, 413), answer.status
    # Nobody's body is taken: the answer comes before it is sent.
    with socket.create_connection(("127.0.0.1", node.api_port)) as s:
        s.sendall(b"POST /v1/uploads?name=x HTTP/1.1\r\nHost: localhost\r\n"
                  b"Content-Length: 1000000000\r\n\r\n")
        assert s.recv(100).startswith(b"HTTP/1.1 401"), "refused before its body"
    with socket.create_connection(("127.0.0.1", node.api_port)) as s:
        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40000 + b"\r\n\r\n")
        assert b" 4" in s.recv(100)[:14]
    # A body for which nobody needs to be signed in, and which never comes to its end.
    body = socket.create_connection(("127.0.0.1", node.api_port))
    body.sendall(b"POST /v1/session HTTP/1.1\r\nHost: localhost\r\n"
                 b"Content-Type: application/json\r\nContent-Length: 2000\r\n\r\n{")
    slow = []
    for _ in range(59):
        s = socket.create_connection(("127.0.0.1", node.api_port))
        s.sendall(b"GET /v1/health HT")
        slow.append(s)
    started = time.monotonic()
    c.get("/v1/session")
    assert time.monotonic() - started < 10
    for s in (slow[0], body):
        s.settimeout(60)
        assert s.recv(1) == b"", "a client that never comes to its headers' or body's end is cut off"
    assert time.monotonic() - started < 55
    for s in [*slow, body]:
        s.close()
    c.get("/v1/session")


def processes(node):
    """Process ids under the serving one, with their command lines."""
    out = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True,
                         check=True).stdout
    rows = [line.split(None, 2) for line in out.splitlines()[1:]]
    family = {node.process.pid}
    for _ in range(4):
        family |= {int(r[0]) for r in rows if int(r[1]) in family}
    return {int(r[0]): r[2] for r in rows if int(r[0]) in family - {node.process.pid}}


@suite.test
def a_stream_that_nobody_reads_any_more_ends(nodes):
    """Of a run in which nothing happens: it says something every 15 seconds only."""
    node = nodes.node("AA-ONE")
    token = (add_user(node, "ana", "analyst"), token_of(node, "ana"))[1]
    serve(node, "--deliver-every", "0")
    change(node, "INSERT INTO run VALUES (?, 0, 'BB-TWO', zeroblob(32), 'p', 'c', 'o', 'running', "
                 "NULL, NULL, 1, 1, 1, 1, 0, x'00', x'00', x'')", b"r" * 16)
    Client(node, token).get("/v1/session")
    wait_until(lambda: len(processes(node)) == 3, 20, "desk and fronts alone")
    with socket.create_connection(("127.0.0.1", node.api_port)) as s:
        s.sendall(f"GET /v1/runs/{b'r'.hex() * 16}/events HTTP/1.1\r\nHost: localhost\r\n"
                  f"Authorization: Bearer {token}\r\n\r\n".encode())
        assert s.recv(12) == b"HTTP/1.1 200"
        assert len(processes(node)) == 4
    wait_until(lambda: len(processes(node)) == 3, 12, "the end of the clerk")


@suite.test
def processes_that_are_killed_come_back(nodes):
    node = nodes.node("AA-ONE")
    c = staff(node)["analyst"]
    serve(node)
    c.get("/v1/session")

    def answers():
        try:
            return c.raw("GET", "/v1/session", None, c.headers("GET", {})).status == 200
        except OSError:
            return False

    for word in ("front-process web", "palermo serve"):
        for pid, line in processes(node).items():
            if word in line.replace(harness.PALERMO, "palermo"):
                os.kill(pid, signal.SIGKILL)
        wait_until(answers, 30, "an answer after the kill")
    assert "front of the API was ended by signal 9" in node.read_log()
    for pid, line in processes(node).items():
        if "front-process" not in line:
            continue
        with open(f"/proc/{pid}/status", encoding="utf-8") as f:
            status = f.read()
        assert "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status, status
        assert not any("palermo.db" in os.readlink(f"/proc/{pid}/fd/{d}")
                       for d in os.listdir(f"/proc/{pid}/fd"))
    node.stop()
    wait_until(lambda: not os.path.exists(f"/proc/{pid}/status"), 10, "the end of a front")


@suite.test
def the_socket_is_the_operators(nodes):
    node = nodes.node("AA-ONE")
    add_user(node, "ana", "analyst")
    serve(node, "--api-origin", "https://console.example")
    local = Client(node, local=True)
    assert os.stat(os.path.join(node.home, "api.sock")).st_mode & 0o777 == 0o600
    assert local.call("GET", "/v1/session", Palermo_Officer="Inspector").json() == {
        "user": "Inspector", "role": "operator", "csrf": None, "expires": None,
        "authority": "AA-ONE"}
    local.call("GET", "/v1/session", expect=401, X_Forwarded_For="10.0.0.1")
    Client(node).call("GET", "/v1/session", expect=401, Palermo_Officer="Inspector")
    # Behind a proxy with TLS cookies go over TLS alone, and to no other name.
    answer = Client(node).raw("POST", "/v1/session", json.dumps({"name": "ana", "password":
                                                                 PASSWORD}),
                              {"Host": "console.example", "Origin": "https://console.example",
                               "Content-Type": "application/json"})
    assert answer.status == 201, answer.bytes
    assert answer.headers["Set-Cookie"].startswith("__Host-palermo="), answer.headers
    assert "; Secure" in answer.headers["Set-Cookie"]


@suite.test
def the_command_line_asks_whoever_serves(nodes):
    a, b = nodes.pair([{"id": f"A{i}", "name": f"Per Son{i}", "phone": f"+3932012345{i}0",
                        "role": "suspect", "offence": "TIP.5"} for i in range(3)],
                      [{"id": f"B{i}", "name": f"Per Son{i}", "phone": f"+3932012345{i}0",
                        "role": "suspect", "offence": "TIP.5"} for i in range(1, 4)])
    a.match(b).expect()
    a.match(b).expect()
    said = {}
    for word in ("stopped", "served"):
        if word == "served":
            serve(a)
        said[word] = [a.run(c, "--json").expect().json() for c in ("hits", "runs")]
        status = a.run("status", "--json").expect().json()
        assert status["serving"] == (word == "served") and status["counts"]["runs"] == 2
    assert said["stopped"] == said["served"] and len(said["served"][0]) == 4
    socket_path = os.path.join(a.home, "api.sock")
    elsewhere = harness.palermo("runs", "--home", nodes.root, "--api", socket_path, "--json")
    assert elsewhere.expect().json() == said["served"][1]
    a.stop()
    harness.palermo("runs", "--home", a.home, "--api", socket_path).expect(10, "no node serves")
    a.run("runs").expect()


@suite.test
def files_of_the_console_are_served(nodes):
    node = nodes.node("AA-ONE")
    serve(node)
    c = Client(node)
    page = c.raw("GET", "/", None, {})
    assert page.status == 200 and page.type == "text/html"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert c.raw("GET", "/hits/of/a/run", None, {}).bytes == page.bytes
    assert c.raw("GET", "/", None, {"If-None-Match": page.headers["ETag"]}).status == 304
    packed = c.raw("GET", "/", None, {"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert __import__("gzip").decompress(packed.bytes) == page.bytes
    assert c.raw("GET", "/no/such.js", None, {}).status == 404
    assert c.raw("POST", "/", "x", {}).status == 405
    harness.palermo("serve", "--home", node.home, "--key-file", node.key, "--api",
                    "0.0.0.0:0").expect(1, "served already")
    node.stop()
    harness.palermo("serve", "--home", node.home, "--key-file", node.key, "--api",
                    "0.0.0.0:0").expect(5, "not of this machine alone")


if __name__ == "__main__":
    suite.run()
