# SPDX-License-Identifier: Apache-2.0
"""Each allocation, read, write, sync, send, receive, random number, open and fork of what a node
does - load, migrate, run, release, request, ledger - fails once: the error is clear, nothing is
half-written, and the next try succeeds. The same where the process is gone before such a call, as by
kill -9: every write, sync and send is a step that it may not come to.

    FAULTS=places python3 tests/e2e/test_every_fault.py build/palermo libfaulty.so

FAULTS: "sample" (the default: a few of each scenario), "places" (one call, drawn by lot, from each place of
the program), "all" (every call). SEED: of the sample (printed). ONLY: one scenario. KINDS: of calls, with
commas between. MINUTES: after which a scenario draws no more, and says how far it came. DIES=1: the process ends at each, of writes, syncs and sends unless KINDS says otherwise.
"""

import contextlib
import errno
import itertools
import os
import random
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import time

from faulty import COMMAND, DIED, DIES, KINDS as ALL_KINDS, PRINCIPAL, WORKER, Faulty
from harness import PALERMO, SOURCE, Suite, palermo, purpose, wait_until
from processes import cpu_s, descriptors
from test_data import A, B

suite = Suite()
LIBRARY = sys.argv[-1]
FAULTS = os.environ.get("FAULTS", "sample")
ALWAYS_DIES = bool(os.environ.get("DIES"))
STEPS = ("write", "sync", "send")  # what others will see of a process
KINDS = (tuple(os.environ["KINDS"].split(",")) if "KINDS" in os.environ
         else STEPS if ALWAYS_DIES else ALL_KINDS)
SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))
MOST = int(os.environ.get("MOST", "3"))  # of a sample: kinds of calls, and calls of each
MINUTES = float(os.environ.get("MINUTES", "6000"))
SILENCE_S = 15  # ends a conversation: long enough for what is well on a busy machine
FIRST = purpose("first", learns="holder", engine="vole", approval="automatic",
                release={"slots": 4, "minutes": 1, "batches": 2})
FILES = {"palermo.db", "palermo.db-wal", "palermo.db-shm", "identity.key", "serve.lock",
         "match.lock", "standing.lock", "palermo.db-load"}
dice = random.Random(SEED)


def choose(faulty, kind, n_calls):
    """Which calls of this kind fail."""
    numbers = list(range(1, n_calls + 1)) if FAULTS == "all" else faulty.places(dice)
    dice.shuffle(numbers)  # a run that is broken off has been everywhere
    return numbers[:MOST] if FAULTS == "sample" else numbers


def error_of(kind):
    """What is usual for the call, or that the process does not come to it."""
    may_die = ALWAYS_DIES or (FAULTS == "sample" and kind in STEPS and dice.random() < 0.5)
    return DIES if may_die else 0


def ledger_of(home):
    with contextlib.closing(sqlite3.connect(os.path.join(home, "palermo.db"), timeout=20)) as db:
        return db.execute("SELECT * FROM ledger ORDER BY sequence").fetchall()


def rows_of(home):
    """How many rows each table has."""
    with contextlib.closing(sqlite3.connect(os.path.join(home, "palermo.db"), timeout=20)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = [t for (t,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        counts = {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}
        counts["version"] = db.execute("PRAGMA user_version").fetchone()[0]
        return counts


def check_words(done):
    """It ended by itself, and a failure was said; or it was ended."""
    if done.code == DIED:
        return
    assert done.code in range(0, 128), f"ended by {done.code}: {done.err}"
    if done.code != 0:
        assert re.search(r"^palermo", done.err, re.M), f"{done.code}, said {done.err!r}"


def check_files(home):
    extra = set(os.listdir(home)) - FILES
    assert not extra, f"left {extra} behind"


def draw(all_there_are):
    """What is gone through in a sample; else all."""
    things = list(all_there_are)
    return dice.sample(things, min(MOST, len(things))) if FAULTS == "sample" else things


class Problems:
    """Collected, so that one run of the test tells all."""

    def __init__(self, *faulties):
        self.faulties = faulties
        self.found = []
        self.end = time.monotonic() + 60 * MINUTES
        self.n_left_out = 0
        self.n_tried = 0
        self.n_said = 0

    def in_time(self, numbers):
        """Those calls for which there is time."""
        for i, n in enumerate(numbers):
            if time.monotonic() > self.end:
                self.n_left_out += len(numbers) - i
                return
            yield n

    @contextlib.contextmanager
    def trial(self, what):
        self.n_tried += 1
        try:
            yield
            for faulty in self.faulties:
                reports = faulty.reports()  # leaks, above all
                assert not reports, "\n".join(reports)
        except AssertionError as e:
            self.found.append(f"{what}: {e}")
            print(f"# {self.found[-1]}".replace("\n", " | "), flush=True)

    def tell_progress(self, what):
        """Of a long run that may be broken off."""
        if FAULTS != "sample":
            print(f"# {what}: {self.n_tried} so far, {self.n_said} ended the command", flush=True)

    def tell(self, name):
        print(f"# {name}, seed {SEED}: {self.n_tried} failures, {self.n_said} ended the command, "
              f"{self.n_left_out} left out")
        assert not self.found, f"{len(self.found)} of {self.n_tried}:\n" + "\n".join(self.found)


def one_local(node, words, how, before, after, out, ledger):
    """One command whose n-th call fails; True if it ended for that reason. ledger: it verifies."""
    done = node.run(*words, **how)
    check_words(done)
    now = rows_of(node.home)
    if done.code != DIED:  # it could not take anything away any more
        check_files(node.home)
    changed = {t: (before.get(t), n) for t, n in now.items() if before.get(t) != n}
    # A load works in pieces that nobody sees before its end; the next one settles what it left.
    is_left = done.code == DIED and now.get("loading", 0) > 0
    assert is_left or now in (before, after), f"half-written: {changed}, said {done.err}"
    assert done.code != 0 or now == after, f"claimed success: {done.err}"
    assert done.code != 0 or out is None or done.out == out, f"other output: {done.out}"
    if ledger_of(node.home) != ledger:
        node.run("ledger", "verify").expect()
    if is_left or now == before:
        node.run(*words).expect()
        retried = rows_of(node.home)
        tables = ("loading", "register", "record", "record_value") if is_left else after
        assert all(retried[t] == after[t] for t in tables), "the next try"
        check_files(node.home)
    return done.code != 0


def local_faults(nodes, node, words, prepare=None, is_reader=False):
    """A command that works on the store alone, from the same beginning each time."""
    golden = os.path.join(nodes.root, "golden")
    faulty = Faulty(os.path.join(nodes.root, "faulty"), LIBRARY)
    if prepare:
        prepare()
    shutil.copytree(node.home, golden)
    before = rows_of(golden)
    ledger = ledger_of(golden)
    node.run("ledger", "verify").expect()

    def again():
        shutil.rmtree(node.home)
        shutil.copytree(golden, node.home)

    again()
    out = node.run(*words).expect().out
    after = rows_of(node.home)
    problems = Problems(faulty)
    for kind in draw(KINDS):
        again()
        faulty.set(kind, trace=True)
        node.run(*words, **faulty.how).expect()
        for n in problems.in_time(choose(faulty, kind, faulty.calls()[kind])):
            again()
            faulty.set(kind, n=n, error=error_of(kind))
            with problems.trial(f"{kind} {n}"):
                problems.n_said += one_local(node, words, faulty.how, before, after,
                                             out if is_reader else None, ledger)
        problems.tell_progress(kind)
    faulty.close()
    problems.tell(" ".join(words[:2]))


@suite.test
def load(nodes):
    node = nodes.node("AA-ONE")
    node.load_rows(A)  # writes the files
    csv, mapping = (os.path.join(nodes.root, f"AA-ONE-{n}") for n in ("people.csv", "mapping.json"))
    local_faults(nodes, node, ["load", csv, "--register", "others", "--format", "csv",
                               "--mapping", mapping])


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
        for n in problems.in_time(choose(faulty, kind, faulty.calls()[kind])):
            again()
            faulty.set(kind, n=n, error=error_of(kind))
            with problems.trial(f"{kind} {n}"):
                done = palermo(*words, **faulty.how)
                check_words(done)
                problems.n_said += done.code != 0
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
    number = a.run("request", "list", "--json").expect().json()[0]["request"]
    shutil.rmtree(os.path.join(nodes.root, "golden"))
    shutil.rmtree(os.path.join(nodes.root, "faulty"))
    local_faults(nodes, a, ["request", "send", number])


def states(node):
    with contextlib.closing(sqlite3.connect(os.path.join(node.home, "palermo.db"),
                                            timeout=20)) as db:
        return db.execute("SELECT state, count(*) FROM run GROUP BY state").fetchall()


def check_pair(a, b):
    for node in (a, b):
        rows_of(node.home)
        check_files(node.home)
        node.run("ledger", "verify").expect()
    assert {s for s, _ in states(a)} <= {"done", "broken", "refused"}, states(a)


def network_faults(nodes, a, b, name, words):
    """A conversation of two nodes, in which a call of one process of one of them fails.

    The nodes go on from where the failure left them.
    """
    ours = Faulty(os.path.join(nodes.root, "ours"), LIBRARY)
    theirs = Faulty(os.path.join(nodes.root, "theirs"), LIBRARY)
    b.serve("--deliver-every", 0, "--threads", 1, "--timeout", SILENCE_S, **theirs.how)
    problems = Problems(ours, theirs)
    roles = ((ours, COMMAND), (ours, WORKER), (theirs, PRINCIPAL), (theirs, WORKER))
    for (who, role), kind in draw(itertools.product(roles, KINDS)):
        who.set(kind, role, trace=True)
        a.run(*words(), **ours.how).expect()
        wait_until(lambda: not busy(b), 30, "the holder's end")
        for n in problems.in_time(choose(who, kind, who.calls()[kind])):
            with problems.trial(f"{'ours' if who is ours else 'theirs'} {role} {kind} {n}"):
                who.set(kind, role, n, error=error_of(kind))
                began = time.monotonic()
                done = a.run(*words(), **ours.how)
                check_words(done)
                problems.n_said += done.code != 0
                assert time.monotonic() - began < 60, "it took too long"
                wait_until(lambda: not busy(b), 30, "the holder's end")
                assert b.process.poll() is None, "the listener died"
        who.set()
        problems.tell_progress(f"{'ours' if who is ours else 'theirs'} {role} {kind}")
    a.run(*words()).expect()
    check_pair(a, b)
    problems.tell(name)


def busy(node):
    """It has a principal at work."""
    with open(f"/proc/{node.process.pid}/task/{node.process.pid}/children", encoding="ascii") as f:
        return f.read().strip() != ""


@suite.test
def run(nodes):
    a, b = nodes.pair(A, B, [FIRST, purpose("both")])
    case_reference = a.case()
    n = [0]

    def words():
        n[0] += 1
        return ("match", "--with", b.code, "--purpose", "first" if n[0] % 2 else "both", "--case",
                case_reference, "--threads", 1, "--timeout", SILENCE_S)

    network_faults(nodes, a, b, "match", words)


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

    network_faults(nodes, a, b, "deliver", words)
    a.run("deliver", "--with", b.code).expect()
    steps = []
    for node in (a, b):
        with contextlib.closing(sqlite3.connect(os.path.join(node.home, "palermo.db"))) as db:
            steps.append(db.execute("SELECT side, sequence, id FROM request_step "
                                    "ORDER BY 1, 2").fetchall())
    assert steps[0] == steps[1] and len(steps[0]) > n[0], (len(steps[0]), n)
    assert len({s[2] for s in steps[0]}) == len(steps[0])


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
