# SPDX-License-Identifier: Apache-2.0
"""Each allocation, read, write, sync, send, receive, random number, open and fork of what a node
does - load, migrate, run, release, request, ledger - fails once: the error is clear, nothing is
half-written, and the next try succeeds. The same where the process is gone before such a call, as by
kill -9: every write, sync and send is a step that it may not come to.

    FAULTS=places python3 tests/e2e/test_every_fault.py build/palermo libfaulty.so

ONLY: one scenario. What else may be asked for: fault_series.py.
"""

import contextlib
import errno
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import time

import api_client
from fault_series import (FAULTS, KINDS, LIBRARY, SILENCE_S, Network, Problems, check_files, check_words,
                          choose, draw, error_of, local_faults, network_faults, rows_of)
from faulty import COMMAND, DIED, FRONT, PRINCIPAL, Faulty
from harness import PALERMO, SOURCE, Suite, palermo, purpose, wait_until
from processes import cpu_s, descriptors
from test_data import A, B

suite = Suite()
FIRST = purpose("first", learns="holder", engine="vole", approval="automatic",
                release={"slots": 4, "minutes": 1, "batches": 2})


@suite.test
def load(nodes):
    node = nodes.node("AA-ONE")
    node.load_rows(A)  # writes the files
    csv, mapping = (os.path.join(nodes.root, f"AA-ONE-{n}") for n in ("people.csv", "mapping.json"))
    local_faults(nodes, node, ["load", csv, "--register", "others", "--format", "csv",
                               "--mapping", mapping])


@suite.test
def drop(nodes):
    node = nodes.node("AA-ONE")
    node.load_rows(A)
    local_faults(nodes, node, ["register", "drop", "people"])


@suite.test
def init(nodes):
    """A node is there whole or not at all."""
    faulty = Faulty(os.path.join(nodes.root, "faulty"), LIBRARY)
    home, key = os.path.join(nodes.root, "new"), os.path.join(nodes.root, "new.key")
    words = ["init", "--home", home, "--code", "NN-NEW", "--name", "New", "--kind", "police",
             "--address", "127.0.0.1:1", "--contact", "desk", "--key-file", key]

    def again():
        shutil.rmtree(home, ignore_errors=True)
        with contextlib.suppress(FileNotFoundError):
            os.remove(key)

    problems = Problems(faulty)
    for kind in draw(KINDS):
        again()
        faulty.set(kind, trace=True)
        palermo(*words, **faulty.how).expect()
        for n in problems.in_time(choose(faulty, kind)):
            again()
            faulty.set(kind, n=n, error=error_of(kind))
            with problems.trial(f"{kind} {n}"):
                done = palermo(*words, **faulty.how)
                problems.note(faulty, done)
                check_words(done)
                if done.code != 0 and palermo("runs", "--home", home).code != 0:
                    retry = palermo(*words)
                    assert retry.code == 0, f"{done.err} and then {retry.err}"
                palermo("ledger", "verify", "--home", home).expect()
                if done.code != DIED:  # it could not take anything away any more
                    check_files(home)
    faulty.close()
    problems.tell("init")


@suite.test
def migrate(nodes):
    """A store of the first version becomes one of the newest, or stays what it was."""
    node = nodes.node("AA-ONE")
    folder = os.path.join(SOURCE, "src", "store", "sqlite", "migrations")

    def prepare():
        first = sorted(os.listdir(folder))[0]
        path = os.path.join(node.home, "palermo.db")
        with contextlib.closing(sqlite3.connect(path)) as db:
            settings = db.execute("SELECT * FROM setting").fetchall()
            digest = db.execute("SELECT * FROM migration WHERE number = 1").fetchall()
            app = db.execute("PRAGMA application_id").fetchone()[0]
        for name in os.listdir(node.home):
            if name.startswith("palermo.db"):
                os.remove(os.path.join(node.home, name))
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            with open(os.path.join(folder, first), encoding="utf-8") as f:
                db.executescript(f.read())
            db.execute("CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                       "digest TEXT NOT NULL) STRICT")
            db.executemany("INSERT INTO migration VALUES (?, ?, ?)", digest)
            db.executemany("INSERT INTO setting VALUES (?, ?)", settings)
            db.execute("PRAGMA user_version = 1")
            db.execute(f"PRAGMA application_id = {app}")

    local_faults(nodes, node, ["runs", "--json"], prepare, is_reader=True)


def pair_with_a_hit(nodes, **options):
    """Two nodes; one run is done, its hits wait at the holder's, a request has been sent."""
    a, b = nodes.pair(A, B, [{**FIRST, **options}, purpose("both")])
    b.serve("--deliver-every", 0, "--threads", 1)
    a.match(b, "first").expect()
    return a, b


@suite.test
def ledger(nodes):
    a, _ = pair_with_a_hit(nodes)
    nodes.close()
    local_faults(nodes, a, ["ledger", "verify"], is_reader=True)


@suite.test
def case(nodes):
    node = nodes.node("AA-ONE")
    local_faults(nodes, node, ["case", "open", "C-1", "--offence", "TIP.5", "--penalty", 8,
                               "--transnational", "a", "--officer", "One", "--supervisor", "Two",
                               "--purpose", "x"])


@suite.test
def decide(nodes):
    _, b = pair_with_a_hit(nodes, approval="officer")
    nodes.close()
    hit = b.hits()[0]
    local_faults(nodes, b, ["release", "approve", f"{hit['run'][:12]}/{hit['hit']}", "--officer",
                            "Officer One", "--clear", "all"])


@suite.test
def post(nodes):
    """One batch in all: what the next try makes does not depend on when it comes."""
    _, b = pair_with_a_hit(nodes, release={"slots": 4, "minutes": 1, "batches": 1})
    nodes.close()

    def hurry():
        with contextlib.closing(sqlite3.connect(os.path.join(b.home, "palermo.db"))) as db, db:
            db.execute("UPDATE run_release SET since_ms = since_ms - 10 * every_ms")

    local_faults(nodes, b, ["release", "post", "--key-file", b.key], hurry)


FIELDS = ["subject=s", "nature=n", "offences=TIP.5", "conducted_by=c", "facts=f", "assistance=a",
          "purpose=p", "conditions.purpose=both"]


@suite.test
def request(nodes):
    a, b = nodes.pair(A, B, [FIRST, purpose("both")])
    sets = [w for f in FIELDS for w in ("--set", f)]
    local_faults(nodes, a, ["request", "new", "--with", b.code, *sets])
    number = a.run("request", "new", "--with", b.code, *sets).expect().out.strip()
    shutil.rmtree(os.path.join(nodes.root, "faulty"))
    local_faults(nodes, a, ["request", "send", number])


def states(node):
    with contextlib.closing(sqlite3.connect(os.path.join(node.home, "palermo.db"),
                                            timeout=20)) as db:
        return db.execute("SELECT state, count(*) FROM run GROUP BY state").fetchall()


def check_states(*nodes):
    """No run is left as if it were still going on: what ended in the midst of it, the node mends."""
    for node in nodes:
        wait_until(lambda: {s for s, _ in states(node)} <= {"done", "broken", "refused"}, 10,  # noqa: B023
                   f"the end of {node.code}'s runs")


def check_pair(a, b):
    for node in (a, b):
        rows_of(node.home)
        check_files(node.home)
        node.run("ledger", "verify").expect()
    check_states(a, b)


def conversation(nodes, a, b, name, variants, check=lambda done: None, **how):
    """Of a command with a node that serves; in the end both are well."""
    network = Network(nodes, a, b, **how)
    network.serve(lambda **how: b.serve("--deliver-every", 0, "--threads", 1, "--timeout", SILENCE_S, **how))
    network_faults(network, name, variants, check)
    check_pair(a, b)


def runs_end(a, b):
    """Of both, after a failure: but a command that was gone at once left its run to the next one."""
    def check(done):
        was_gone = done.code == DIED or "no randomness" in done.err
        check_states(*([] if was_gone else [a]), b)
    return check


@suite.test
def run(nodes):
    a, b = nodes.pair(A, B, [FIRST, purpose("both")])
    case_reference = a.case()

    def words(code):
        return lambda: ("match", "--with", b.code, "--purpose", code, "--case", case_reference,
                        "--threads", 1, "--timeout", SILENCE_S)

    conversation(nodes, a, b, "match", [words("first"), words("both")], runs_end(a, b))


@suite.test
def repetition(nodes):
    """A standing run that is due again and again."""
    terms = {"shortest_minutes": 60, "whole_days": 7, "last_day": "2099-01-01", "started_by": "officer"}
    a, b = nodes.pair(A, B, [{**FIRST, "standing": terms}])
    series = a.run("standing", "start", "--with", b.code, "--purpose", "first", "--case", a.case(),
                   "--officer", "Inspector One", "--json").expect().json()["standing"]

    def words():
        for node in (a, b):  # an hour passes, and more
            node.sql("UPDATE standing SET next_ms = next_ms - ?, last_ms = last_ms - ? "
                     "WHERE last_ms > 0", *[7200 * 1000] * 2)
        return "standing", "run", series, "--timeout", SILENCE_S

    conversation(nodes, a, b, "standing run", [words], runs_end(a, b))


@suite.test
def deliver(nodes):
    a, b = nodes.pair(A, B, [FIRST, purpose("both")])
    sets = [w for f in FIELDS for w in ("--set", f)]
    number = a.run("request", "new", "--with", b.code, *sets).expect().out.strip()
    a.run("request", "send", number).expect()
    a.run("deliver", "--with", b.code).expect()
    n = [0]

    def words():
        n[0] += 1
        a.run("request", "consult", number, "--text", f"question {n[0]}").expect()
        return "deliver", "--with", b.code, "--timeout", SILENCE_S

    def check(done):
        steps = []
        for node in (a, b):
            with contextlib.closing(sqlite3.connect(os.path.join(node.home, "palermo.db"),
                                                    timeout=20)) as db:
                steps.append(db.execute("SELECT side, sequence, id FROM request_step "
                                        "ORDER BY 1, 2").fetchall())
        assert len(steps[0]) > n[0] and len({s[2] for s in steps[0]}) == len(steps[0])
        if done.code == 0:
            assert steps[0] == steps[1], "a step did not come"
        else:  # the last question may still wait
            assert set(steps[0]) - set(steps[1]) <= {max(steps[0], key=lambda s: s[1])}, steps

    conversation(nodes, a, b, "deliver", [words], check)


@suite.test
def lookup(nodes):
    """One traveller, in the index of a node that serves."""
    budgets = {"tokens_per_run": 1000, "tokens_per_day": 1000, "runs_per_day": 10,
               "lookups_per_hour": 100000}
    a, b = nodes.pair(A, B, [purpose("border", learns="asker", budgets=budgets)])
    for verb in ("build", "publish"):
        palermo("index", verb, "--home", b.home, "--purpose", "border", "--key-file", b.key).expect()
    words = ("lookup", "--purpose", "border", "--case", a.case(), "--id", "phone=+390612345678",
             "--deadline", 1000 * SILENCE_S, "--json", "--key-file", a.key)

    def check(done):
        if done.code == 0:
            assert [answer["answer"] for answer in done.json()["answers"]] == ["hit"], done.out

    conversation(nodes, a, b, "lookup", [lambda: words], check,
                 says=r'^palermo|"answer": "no-answer"')


@suite.test
def a_load_through_the_api(nodes):
    """A command; and of a node that serves, the front, the desk and the clerk."""
    node = nodes.node("AA-ONE")
    node.load_rows(A)
    csv, mapping = (os.path.join(nodes.root, f"AA-ONE-{n}") for n in ("people.csv", "mapping.json"))
    n = [0]

    def words():
        n[0] += 1
        return "load", csv, "--register", f"r{n[0]}", "--format", "csv", "--mapping", mapping

    def check(done):
        registers = node.run("register", "list", "--json").expect().json()
        assert {r["records"] for r in registers} == {len(A)}, (registers, done.err)
        assert done.code != 0 or any(r["name"] == f"r{n[0]}" for r in registers), (done.err, registers)

    network = Network(nodes, node, node, ours=(COMMAND,), theirs=(PRINCIPAL, FRONT))
    network.serve(lambda **how: api_client.serve(node, "--deliver-every", 0, **how), n_at_rest=4)
    network_faults(network, "load through the API", [words], check)
    node.stop()
    # A file that came and was not loaded goes after an hour, whether anybody comes again or not.
    uploads = os.path.join(node.home, "uploads")
    left = os.path.join(uploads, "0" * 32)
    for path in [left, *(os.path.join(uploads, name) for name in os.listdir(uploads))]:
        with open(path, "ab"):
            os.utime(path, (time.time() - 3700,) * 2)
    node.serve("--deliver-every", 1)
    wait_until(lambda: not os.listdir(uploads), 60, "the sweep")
    node.stop()
    rows_of(node.home)
    check_files(node.home)
    node.run("ledger", "verify").expect()


@suite.test
def an_output_that_is_full(nodes):
    """What could not be printed is not said to have gone well."""
    node = nodes.node("AA-ONE")
    node.load_rows(A)
    node.open_case()
    for words in (["authority"], ["authority", "--json"], ["register", "list"], ["case", "list"],
                  ["case", "show", "CASE-1"], ["ledger", "verify"], ["ledger", "report"],
                  ["--version"], ["--help"], ["ident", "email", "a@example.org"], ["rules", "tables"]):
        home = [] if words[0] in ("--version", "--help", "ident", "rules") else ["--home", node.home]
        verbs = 2 if words[0] in ("register", "case", "ledger", "rules") else 1
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([PALERMO, *words[:verbs], *home, *words[verbs:]], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False, timeout=60)
        assert done.returncode == 1 and "standard output" in done.stderr, (words, done)


@suite.test
def standard_descriptors_that_are_closed(nodes):
    """The store must not become the standard output."""
    node = nodes.node("AA-ONE")
    done = subprocess.run(["bash", "-c", 'exec "$@" <&- >&- 2>&-', "-", PALERMO, "case", "open",
                           "C-1", "--home", node.home, "--offence", "TIP.5", "--penalty", "8",
                           "--transnational", "a", "--officer", "One", "--supervisor", "Two",
                           "--purpose", "x"], check=False, timeout=60)
    assert done.returncode == 0
    assert rows_of(node.home)["case_file"] == 1
    node.run("ledger", "verify").expect()


def with_few(most, *words):
    """A command that may have that many descriptors."""
    return subprocess.run([PALERMO, *words], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=60, preexec_fn=lambda:
                          resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)))


@suite.test
def few_descriptors(nodes):
    a, b = nodes.pair(A, B, [purpose("both")])
    case_reference = a.case()
    for words in (("runs", "--home", a.home), ("ledger", "verify", "--home", a.home),
                  ("match", "--home", a.home, "--key-file", a.key, "--with", b.code, "--purpose",
                   "both", "--case", case_reference, "--timeout", "5")):
        went_well = False
        for most in (3, 4, 5, 6, 8, 10, 14, 40):
            done = with_few(most, *words)
            assert done.returncode in range(0, 128), (words, most, done)
            assert done.returncode == 0 or done.stderr != "", (words, most)
            went_well = done.returncode == 0
        assert went_well, words
    check_pair(a, b)


@suite.test
def a_listener_with_few_descriptors(nodes):
    """It serves as many as it can, and whoever comes later; with too few to begin, it says so."""
    a, b = nodes.pair(A, B, [purpose("both")])
    words = ("match", "--with", b.code, "--purpose", "both", "--case", a.case(), "--timeout", SILENCE_S)
    b.stop()
    for most in (3, 4, 5):
        done = with_few(most, "serve", "--home", b.home, "--key-file", b.key)
        assert done.returncode in range(1, 128) and done.stderr != "", (most, done)
    b.serve("--deliver-every", 0, "--timeout", SILENCE_S)
    own = descriptors(b.process.pid)
    resource.prlimit(b.process.pid, resource.RLIMIT_NOFILE, (own + 14, own + 14))
    idle = [socket.create_connection(("127.0.0.1", b.port)) for _ in range(16)]
    wait_until(lambda: descriptors(b.process.pid) >= own + 14, 30, "the last one")
    spent = cpu_s(b.process.pid)
    time.sleep(0.5)
    assert cpu_s(b.process.pid) - spent < 0.25, "it spins"
    for s in idle:
        s.close()
    wait_until(lambda: a.run(*words).code == 0, 60, "a run")
    check_pair(a, b)


@suite.test
def a_disk_that_is_full(nodes):
    """From some write on, until there is room again."""
    a, b = nodes.pair(A, B, [purpose("both")])
    faulty = Faulty(os.path.join(nodes.root, "faulty"), LIBRARY)
    words = ("match", "--with", b.code, "--purpose", "both", "--case", a.case(), "--timeout", 5)
    for n in (1, 2, 5, 12, 25):
        faulty.set("write", COMMAND, n, sticky=True, error=errno.ENOSPC)
        done = a.run(*words, **faulty.how)
        check_words(done)
        assert done.code != 0 and faulty.failed() > 0, (n, done.code)
    faulty.set()
    a.run(*words, **faulty.how).expect()
    check_pair(a, b)


@suite.test
def a_clock_that_jumps(nodes):
    """An hour ahead, an hour behind, into 2039, and back: refused where the two differ, and every
    ledger verifies."""
    year_ms = 365 * 86400 * 1000
    a, b = nodes.pair(A, B, [purpose("both")])
    ours = Faulty(os.path.join(nodes.root, "ours"), LIBRARY)
    theirs = Faulty(os.path.join(nodes.root, "theirs"), LIBRARY)
    b.serve("--deliver-every", 0, "--timeout", 5, **theirs.how)
    words = ("match", "--with", b.code, "--purpose", "both", "--case", a.case(), "--timeout", 5)
    # What is linked into the program does not reach the libraries, which know certificates' times.
    for ahead_ms in (3600 * 1000, -3600 * 1000, *([13 * year_ms] if ".so" in LIBRARY else [])):
        ours.set(clock_ms=ahead_ms)
        theirs.set()
        done = a.run(*words, **ours.how)
        assert done.code not in (0, 1) and done.err != "", (ahead_ms, done.code, done.err)
        theirs.set(clock_ms=ahead_ms)  # while it serves
        # By 2039 every record is past its retention date: there is nothing to compare.
        a.run(*words, **ours.how).expect(0 if ahead_ms < year_ms else 30 + 16)
    for faulty in (ours, theirs):
        faulty.set()
    a.run(*words, **ours.how).expect()
    check_pair(a, b)


@suite.test
def a_clock_far_ahead_deletes_nothing(nodes):
    """What is past its date by a clock that has leapt stays until somebody says the time is right."""
    day_ms = 86400 * 1000
    node = nodes.node("AA-ONE")
    node.load_rows([{**row, "retention": "2099-01-01"} for row in A],
                   columns=["id", "name", "birth", "nationality", "phone", "role", "offence",
                            "retention"])
    faulty = Faulty(os.path.join(nodes.root, "faulty"), LIBRARY)
    leap = (2101 - time.gmtime().tm_year) * 366 * day_ms
    faulty.set(clock_ms=leap)
    for _ in range(2):
        node.serve("--deliver-every", 0, **faulty.how)
        node.stop()
        assert rows_of(node.home)["record"] == len(A)
    assert "nothing is deleted for its age" in node.read_log(), node.read_log()
    held = node.run("register", "expire", **faulty.how)
    assert held.code != 0 and "check --clock-is-right" in held.err, held.err
    checked = node.run("check", "--offline", **faulty.how).expect(1)
    assert "nothing is deleted for its age" in checked.out, checked.out
    faulty.set()  # the clock is right again, and nothing has happened
    node.serve("--deliver-every", 0, **faulty.how)
    node.stop()
    assert rows_of(node.home)["record"] == len(A)
    faulty.set(clock_ms=leap)  # and this time it really is
    node.run("check", "--offline", "--clock-is-right", **faulty.how)
    node.run("register", "expire", **faulty.how).expect()
    assert rows_of(node.home)["record"] == 0
    node.run("ledger", "verify").expect()


suite.run()
