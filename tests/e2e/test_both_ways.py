#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line through the API of a serving node and on the store itself: the same words, the
same output, the same exit status, the same rights."""

import contextlib
import itertools
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import threading

import harness
from api_client import LocalConnection, token
from harness import (CANCELLED, FAILED, INPUT, NOT_FOUND, OK, QUARANTINED, REFUSED, TRUNCATED,
                     UNREACHABLE, USAGE, SkipTest, Suite, palermo)
from test_data import A, B
from test_release import holder_first, place, run_once

suite = Suite()
FORBIDDEN, CASE, STANDING = 9, 18, 22
FIELDS = ["subject=A name", "facts=What happened", "purpose=suspects"]


def sets(fields):
    return [w for f in fields for w in ("--set", f)]


def settled(text):
    """Output without what each command draws anew: ids, hashes, times."""
    seen = {}
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME", text)
    text = re.sub(r'"microseconds": \d+', "TOOK", text)
    return re.sub(r"\b[0-9a-f]{8,64}\b", lambda m: f"ID{seen.setdefault(m[0], len(seen))}", text)


def told(done):
    return done.code, done.out, done.err


def alike(words, served, direct):
    """Byte for byte; else the lines that differ."""
    if told(served) != told(direct):
        lines = [(a, b) for a, b in itertools.zip_longest(
            [str(served.code), *served.out.splitlines(), *served.err.splitlines()],
            [str(direct.code), *direct.out.splitlines(), *direct.err.splitlines()]) if a != b]
        raise AssertionError(f"{words}: {lines[:5]}")


def reading(run, hit, accord, request):
    """Commands that change nothing, with the exit status of each."""
    return [
        (OK, "status"), (OK, "runs"), (OK, "hits"), (OK, "hits", "--run", run[:8]),
        (USAGE, "hits", "--run", "zz"), (OK, "hits", "--seeds"),
        (OK, "release", "show", hit), (NOT_FOUND, "release", "show", f"{run[:12]}/99"),
        (USAGE, "release", "show", "nonsense"),
        (USAGE, "release", "approve", hit), (USAGE, "release", "approve", hit, "--officer", "X",
                                             "--clear", "opinion"),
        (FAILED, "release", "approve", hit, "--officer", "X", "--clear", "political"),
        (USAGE, "release", "outcome", hit, "perhaps", "--officer", "X"),
        (OK, "case", "list"), (OK, "case", "show", "CASE/1"), (NOT_FOUND, "case", "show", "NONE"),
        (USAGE, "case", "open", "C", "--offence", "TIP.5"),
        (OK, "register", "list"), (OK, "register", "quarantine"),
        (OK, "authority"),
        (OK, "register", "find", "b1", "+39 06 5550002", "Boris Example", "--limit", "1"),
        (OK, "register", "find", "Boris Example", "--type", "name"),
        (USAGE, "register", "find", "x", "--type", "none"),
        (USAGE, "register", "find", "x", "--country", "Nowhere"),
        (USAGE, "register", "find", "x", "y" * 600),
        (OK, "index", "list"), (OK, "index", "notices"), (OK, "index", "watch"),
        (USAGE, "index", "watch", "--hours", "0"),
        (OK, "tally", "list"), (NOT_FOUND, "tally", "show", "0000"),
        (NOT_FOUND, "tally", "table", "0000"), (NOT_FOUND, "tally", "estimate", "0000"),
        (USAGE, "tally", "propose", "--with", "AA-ONE", "--purpose", "suspects"),
        (USAGE, "tally", "propose", "--with", "AA-ONE", "--purpose", "suspects", "--officer", "X",
         "--by", "year", "--years", "1066"),
        (REFUSED, "tally", "propose", "--with", "AA-ONE", "--purpose", "suspects", "--officer", "X"),
        (OK, "register", "quarantine", "people"), (NOT_FOUND, "register", "drop", "none"),
        (OK, "accord", "list"), (OK, "accord", "status"), (OK, "accord", "status", accord[:12]),
        (NOT_FOUND, "accord", "status", "0" * 12), (OK, "accord", "show", accord),
        (NOT_FOUND, "accord", "show", "0" * 64), (OK, "accord", "amend", accord[:8]),
        (OK, "accord", "explain", "--with", "AA-ONE"), (USAGE, "accord", "explain"),
        (OK, "accord", "explain", accord, "--with", "AA-ONE"),
        (USAGE, "accord", "explain", accord, "--with", "ZZ"),
        (OK, "accord", "diff", accord, accord), (FAILED, "accord", "ratify", accord),
        (OK, "request", "list"), (OK, "request", "list", "--due"),
        (OK, "request", "show", request[:8]), (NOT_FOUND, "request", "show", "00"),
        (INPUT, "request", "check", request), (INPUT, "request", "send", request),
        (INPUT, "request", "accept", request), (INPUT, "request", "edit", request, "--kind", "x"),
        (USAGE, "request", "export", request),
        (INPUT, "request", "new", "--hit", hit),
        (NOT_FOUND, "request", "new", "--with", "ZZ-TEN"),
        (OK, "ledger", "list"), (OK, "ledger", "list", "--kind", "user-add"),
        (USAGE, "ledger", "list", "--from", "yesterday"),
        (OK, "ledger", "verify"), (OK, "ledger", "report"), (OK, "ledger", "report", "--csv"),
        (USAGE, "ledger", "report", "--by", "name"), (OK, "ledger", "peers"),
        (NOT_FOUND, "ledger", "acknowledge", "AA-ONE", "--officer", "X", "--reason", "r"),
        (USAGE, "ledger", "acknowledge", "AA-ONE", "--reason", "r"),
        (OK, "ledger", "prove", "1"), (NOT_FOUND, "ledger", "prove", "9999"),
        (USAGE, "ledger", "subject", "--record", "b1"), (OK, "user", "list"),
        (OK, "standing", "list"), (NOT_FOUND, "standing", "show", "0"),
        (NOT_FOUND, "standing", "stop", "0", "--officer", "X"),
        (USAGE, "standing", "start", "--with", "AA-ONE"),
        (REFUSED + STANDING, "standing", "start", "--with", "AA-ONE", "--purpose", "suspects",
         "--case", "CASE/1", "--officer", "Inspector One"),
    ]


def changing(hits, request, register):
    """Commands that change something, and how they end."""
    return [
        (OK, "case", "open", "NEW", "--offence", "TIP.5", "--penalty", "8", "--transnational", "a",
         "--officer", "Anna", "--supervisor", "Boris", "--purpose", "a test"),
        (OK, "case", "close", "NEW"),
        (OK, "release", "approve", hits[0], "--officer", "X", "--clear", "all"),
        (OK, "release", "lapse", hits[1], "--officer", "X", "--because", "a test"),
        (OK, "request", "edit", request, *sets(["facts=More of it"])),
        (OK, "request", "new", "--with", "AA-ONE", *sets(FIELDS)),
        (OK, "ledger", "subject", "--record", "b1", "--officer", "X", "--reason", "asked"),
        (QUARANTINED, "load", *register, "--register", "more"),
        (QUARANTINED, "load", *register, "--register", "more", "--json", "--quiet"),
        (INPUT, "load", register[2], *register[1:], "--register", "more"),
        (USAGE, "load", *register, "--register", "more", "--role", "none"),
        (OK, "register", "expire"), (OK, "register", "drop", "people"),
    ]


def ready(nodes):
    """The holder of a run with two hits to decide on, serving its API; and a twin of its store."""
    a, b = nodes.pair(A, B, [holder_first()])
    run = run_once(a, b)
    b.stop()
    b.load_rows([*B, {"id": "bad", "offence": "NO.SUCH"}], code=QUARANTINED)
    b.open_case("CASE/1")
    request = b.run("request", "new", "--with", a.code, *sets(FIELDS)).expect().out.strip()
    twin = os.path.join(nodes.root, "twin")
    tokens = {role: token(b, role) for role in ("analyst", "officer", "auditor")}
    shutil.copytree(b.home, twin)
    b.api = f"127.0.0.1:{harness.free_port()}"
    b.serve("--api", b.api)
    return b, twin, run, request, tokens


def both(node, words, *more, twin=None):
    """What a command does through the node and on the store, told alike."""
    key = ["--key-file", node.key] if words[:2] in (
        ("accord", "ratify"), ("request", "send"), ("request", "accept"),
        ("ledger", "prove"), ("tally", "propose")) else []
    served = palermo(*words, "--home", node.home, *key, *more)
    direct = palermo(*words, "--home", twin or node.home, *key, *more, "--direct")
    return served, direct


def compare_changes(b, twin, run, request):
    """The same commands on the same states: through the node, and on its twin."""
    hits = [place(run, h) for h in b.hits()]
    path = b.write("more.csv", "id,name,birth,offence\nm1,Anna Example,1990-01-01,TIP.5\n"
                               "m2,Boris Example,1990-13-01,TIP.5\nm3,,,NO.SUCH\n")
    mapping = b.write("more.json", json.dumps(harness.mapping_for(["id", "name", "birth",
                                                                   "offence"])))
    register = (path, "--mapping", mapping, "--format", "csv")
    for code, *words in changing(hits, request, register):
        served, direct = both(b, tuple(words), twin=twin)
        assert served.code == code, f"{words}: {told(served)}"
        for done in (served, direct):
            done.out, done.err = settled(done.out), settled(done.err)
        alike(words, served, direct)
    kinds = [[e["kind"] for e in palermo("ledger", "list", "--home", home, "--json",
                                         "--direct").expect().json()] for home in (b.home, twin)]
    assert kinds[0] == kinds[1], kinds


def compare_rights(b, hit, tokens):
    """A token's role counts on both ways, and nobody takes another name."""
    for more, expected in (
            (["--token-file", tokens["analyst"]], FORBIDDEN),
            (["--token-file", tokens["auditor"]], FORBIDDEN),
            (["--token-file", b.write("wrong.token", "palermo-" + "0" * 64)], FORBIDDEN),
            (["--token-file", b.write("none.token", "\n")], INPUT),
            (["--token-file", tokens["officer"], "--officer", "X"], USAGE),
            (["--token-file", tokens["officer"]], FAILED)):  # it may, but a gate is open
        served, direct = both(b, ("release", "approve", hit), *more)
        alike(more, served, direct)
        assert served.code == expected, (more, told(served))
    for words, code in ((("ledger", "list"), FORBIDDEN), (("hits",), OK), (("user", "list"), FORBIDDEN)):
        served, direct = both(b, words, "--token-file", tokens["analyst"])
        alike(words, served, direct)
        assert served.code == code, (words, told(served))
    # On the web's listener too, where nobody is the operator; there is no such thing elsewhere.
    for more, code in ((["--token-file", tokens["analyst"]], OK), ([], FORBIDDEN)):
        palermo("hits", "--api", b.api, *more).expect(code)
    palermo("hits", "--api", "127.0.0.1:1").expect(UNREACHABLE, "no node serves")
    in_environment = palermo("release", "approve", hit, "--home", b.home,
                             env={"PALERMO_TOKEN_FILE": tokens["analyst"]})
    in_environment.expect(FORBIDDEN, "the role analyst may not do this")


def cut_short(path):
    """A node's socket at which half of what was announced is told."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(8)

    def answer():
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                if client.recv(65536):
                    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"x" * 50)
    threading.Thread(target=answer, daemon=True).start()
    return listener


def compare_exports(nodes, b, tokens):
    """The whole ledger: the same file both ways, which is a whole one or none."""
    paths = [os.path.join(nodes.root, f"{way}.ledger") for way in ("served", "direct")]
    done = [palermo("ledger", "export", path, "--home", b.home, *way).expect()
            for path, way in zip(paths, ([], ["--direct"]))]
    assert told(done[0]) == told(done[1]) == (OK, "", "")
    files = []
    for path in paths:
        with open(path, "rb") as f:
            files.append(f.read())
    assert files[0] == files[1] and len(files[0]) > 1000
    palermo("ledger", "verify", "--file", paths[0]).expect()
    nowhere = os.path.join(nodes.root, "none", "x")
    for words, more, code in (((nowhere,), [], FAILED),
                              ((paths[0] + ".a",), ["--token-file", tokens["analyst"]], FORBIDDEN),
                              ((paths[0] + ".b",), ["--token-file", tokens["auditor"]], OK)):
        served, direct = both(b, ("ledger", "export", *words), *more)
        alike(words, served, direct)
        assert served.code == code, (words, told(served))
    assert not os.path.exists(paths[0] + ".a")
    path = os.path.join(nodes.root, "cut.sock")
    with cut_short(path):
        palermo("ledger", "export", paths[0] + ".cut", "--api", path).expect(TRUNCATED)
    assert not [n for n in os.listdir(nodes.root) if ".cut" in n or ".part" in n]


class Losing:
    """Stands before a node's socket and loses the answers of the first connections."""

    def __init__(self, path, behind, n_lost):
        self.n_lost = n_lost
        self.behind = behind
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen(8)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            with client:
                self.pass_on(client)

    def pass_on(self, client):
        request = b""
        client.settimeout(5)
        while b"\r\n\r\n" not in request:
            piece = client.recv(65536)
            if not piece:
                return  # the look whether anybody listens
            request += piece
        head, body = request.split(b"\r\n\r\n", 1)
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        while len(body) < length:
            body += client.recv(65536)
        node = LocalConnection(self.behind)
        node.connect()
        node.sock.sendall(head + b"\r\n\r\n" + body)
        answer = b""
        while piece := node.sock.recv(65536):
            answer += piece
        node.close()
        self.n_lost -= 1
        if self.n_lost < 0:
            client.sendall(answer)

    def close(self):
        self.socket.close()


def lose_answers(nodes, b):
    """A change whose answer was lost is done once; one that stays lost is not called done."""
    path = os.path.join(nodes.root, "losing.sock")
    words = ["--offence", "TIP.5", "--penalty", "8", "--transnational", "a", "--officer", "Anna",
             "--supervisor", "Boris", "--purpose", "a test", "--home", b.home, "--api", path]
    losing = Losing(path, os.path.join(b.home, "api.sock"), 1)
    palermo("case", "open", "LOST", *words).expect(OK, None)
    losing.n_lost = 99
    palermo("case", "open", "GONE", *words).expect(UNREACHABLE, "look whether it was done")
    palermo("case", "list", "--home", b.home, "--api", path).expect(UNREACHABLE, "stopped")
    losing.close()
    listed = [c["reference"] for c in b.run("case", "list", "--json").expect().json()]
    assert listed.count("LOST") == 1 and listed.count("GONE") == 1, listed


@suite.test
def whichever_way_a_command_goes(nodes):
    b, twin, run, request, tokens = ready(nodes)
    hit = place(run, b.hits()[0])
    n_told = 0
    for code, *words in reading(run, hit, nodes.accord_hash, request):
        for more in ([], ["--json"]) if code in (OK, FAILED) else ([],):
            served, direct = both(b, tuple(words), *more)
            if words == ["status"]:  # the one that says which way it went, and what time it is
                served.out = served.out.replace("the node serves its API",
                                                "the node's API is not served")
                served.out = served.out.replace('"serving": true', '"serving": false')
                served.out, direct.out = settled(served.out), settled(direct.out)
            elif words[:2] == ["register", "find"]:  # it says how long it took
                served.out, direct.out = settled(served.out), settled(direct.out)
            alike(words, served, direct)
            assert served.code == code, (words, told(served))
            n_told += len(served.out) + len(served.err)
    assert n_told > 20000, n_told  # there was something to compare
    compare_rights(b, hit, tokens)
    compare_changes(b, twin, run, request)
    compare_exports(nodes, b, tokens)
    lose_answers(nodes, b)
    # A node that ended leaves no socket; one that was killed does: the store itself, and a word.
    b.stop()
    assert palermo("case", "list", "--home", b.home).expect().err == ""
    b.serve("--api", b.api)
    b.stop(signal.SIGKILL)
    harness.wait_until(lambda: palermo("case", "list", "--home", b.home).err, what="the note")
    done = palermo("case", "list", "--home", b.home).expect(OK, "nobody serves at .*api.sock")
    quiet = palermo("case", "list", "--home", b.home, "--direct").expect()
    assert quiet.err == "" and quiet.out == done.out
    palermo("case", "list", "--home", b.home, "--api",
            os.path.join(b.home, "api.sock")).expect(UNREACHABLE, "no node serves")
    palermo("case", "list", "--home", b.home, "--api", "x", "--direct").expect(USAGE, "two ways")


def shown_on_terminal(words):
    """Standard error of a command on a terminal, and its exit status."""
    try:
        main, terminal = pty.openpty()
    except OSError as error:
        raise SkipTest(f"no pseudo-terminal here: {error}") from None
    process = subprocess.Popen([harness.PALERMO, *map(str, words)], stdout=subprocess.DEVNULL,
                               stderr=terminal, stdin=subprocess.DEVNULL)
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError):
        while part := os.read(main, 4096):
            shown += part
    os.close(main)
    return process.wait(60), shown.decode()


@suite.test
def a_run_through_the_node(nodes):
    """Started, watched and cancelled there; told as a run that the command makes itself."""
    rows = [{**A[0], "id": f"r{i}", "name": f"Given Family{i}", "phone": f"+39065{i:07d}"}
            for i in range(300)]
    a, b = nodes.pair(rows, rows[:200])
    a.open_case("CLOSED")
    a.run("case", "close", "CLOSED").expect()
    analyst, auditor = token(a, "analyst"), token(a, "auditor")
    a.serve("--api", "127.0.0.1:0")
    ask = ["match", "--home", a.home, "--with", b.code, "--purpose", "suspects", "--case", a.case()]
    key = ["--key-file", a.key]
    for words, code in (
            (ask, OK), ([*ask[:-1], "CLOSED"], REFUSED + CASE), ([*ask[:-1], "NONE"], REFUSED + CASE),
            ([*ask, "--offence", "DRUGS88.3.1"], None), ([*ask, "--accord", "00"], None),
            ([*ask[:3], "--with", "ZZ-TEN", *ask[5:]], NOT_FOUND),
            ([*ask[:5], "--purpose", "nothing", *ask[7:]], None)):
        for more in ([], ["--json"]) if code is not None else ([],):
            served, direct = (palermo(*words, *more, *way) for way in ([], [*key, "--direct"]))
            for done in (served, direct):
                done.out, done.err = settled(done.out), settled(done.err)
                done.out = re.sub(r'"bytes_(sent|received)": \d+', "BYTES", done.out)
            alike(words, served, direct)
            assert code in (None, served.code) and (code == OK) == (served.code == OK), words
    palermo(*ask, "--token-file", analyst).expect(OK)
    palermo(*ask, "--token-file", auditor).expect(FORBIDDEN, "the role auditor may not")
    palermo(*ask, "--token-file", analyst, "--direct", *key).expect(OK)
    palermo(*ask, "--token-file", auditor, "--direct", *key).expect(FORBIDDEN, "the role auditor")
    palermo(*ask, "--threads", 1, "--token-file", analyst, *key).expect(USAGE, "by its owner")
    code, shown = shown_on_terminal(ask)
    phases = ("prepare", "connect", "evaluate", "blind", "verify", "receipt")
    assert code == OK and any(p in shown for p in phases) and shown.endswith("\r\x1b[K"), shown
    # A peer that takes the connection and says nothing: Ctrl-C ends the run at the node.
    b.stop()
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        silent.bind(("127.0.0.1", b.port))
        silent.listen(8)
        process = subprocess.Popen([harness.PALERMO, *map(str, ask)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        held, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        held.close()
    assert process.returncode == CANCELLED, (process.returncode, said)
    assert a.runs()[-1]["state"] != "running", a.runs()[-1]
    # The node goes away in the middle of a run: said, and not called done.
    with socket.socket() as silent:
        silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        silent.bind(("127.0.0.1", b.port))
        silent.listen(8)
        process = subprocess.Popen([harness.PALERMO, *map(str, ask)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        held, _ = silent.accept()
        a.stop(signal.SIGKILL)
        _, said = process.communicate(timeout=30)
    assert process.returncode == UNREACHABLE and "stopped in the middle" in said, said


if __name__ == "__main__":
    suite.run()
