# SPDX-License-Identifier: Apache-2.0
"""kill -9 at the steps of what works on a whole store - the deletion of a large register, a copy, a backup,
a restoration -, and calls of it that fail: nothing half-done is seen by anybody, and the next try ends well.
On SQLite, and on PostgreSQL where its server is installed.

    COUNT=50 python3 tests/e2e/test_kills_store.py build/palermo libfaulty.so
    FAULTS=places ONLY=copied python3 tests/e2e/test_kills_store.py build/palermo libfaulty.so

COUNT: at how many writes, syncs and sends of each, drawn by lot, the process is gone; 0: all. Without it, at
one of each on databases drawn by lot. SEED: of the lot (printed). FAULTS=places: the process does not end, one
call of each place of the program fails (KINDS, MINUTES: fault_series.py). ON: databases, "sqlite" or
"sqlite-postgresql".
"""

import contextlib
import os
import random
import shutil
import sys

from fault_series import FAULTS, KINDS, Problems, check_words
from faulty import DIED, DIES, Faulty
from harness import NOT_FOUND, Nodes, Suite, palermo, server
from test_data import A

import postgresql  # noqa: I001 - the harness says where it stands

suite = Suite()
LIBRARY = sys.argv[-1]
COUNT = int(os.environ.get("COUNT", "1"))
SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))
STEPS = ("write", "sync", "send")  # after which others see something else of a process
AT_ONCE_MAX = 20000  # src/store/loading_drop.c: a register of more goes in pieces
HAS_POSTGRESQL = postgresql.find_binaries() is not None
dice = random.Random(SEED)
print(f"# seed {SEED}")


def rows(n):
    return [{"id": f"m{i}", "name": f"Many Person{i}", "birth": "1971-02-03", "nationality": "SE",
             "role": "suspect", "offence": "TIP.5"} for i in range(n)]


def store_of(nodes, database):
    """A node's, by the name of the database."""
    node = nodes.node("AA-ONE", store=server().make_database() if database == "postgresql" else None)
    node.load_rows(A)
    return node


class Gone:
    """A command, from the same beginning each time, that is gone before one of its steps, or in which a
    call fails."""

    def __init__(self, nodes, run, again):
        self.faulty = Faulty(os.path.join(nodes.root, "faulty"), LIBRARY)
        self.run = run
        self.again = again

    def each(self):
        """Where it has just happened to the command, each time."""
        for where in self.failures() if FAULTS == "places" else self.deaths():
            self.faulty.set()
            yield where
        self.faulty.close()

    def deaths(self):
        self.again()
        self.run(**self.faulty.how).expect()
        calls = self.faulty.calls()
        steps = [(kind, n) for kind in STEPS for n in range(1, calls[kind] + 1)]
        assert len(steps) > 5, calls
        n_died = 0
        for kind, n in steps if COUNT == 0 else dice.sample(steps, min(COUNT, len(steps))):
            self.again()
            self.faulty.set(kind, n=n, error=DIES)
            done = self.run(**self.faulty.how)
            # How many there are depends a little on where rows happen to lie.
            assert done.code == DIED or (done.code == 0 and self.faulty.failed() == 0), done.err
            n_died += done.code == DIED
            yield f"{kind} {n} of {calls[kind]}"
        print(f"# gone at {n_died} of {len(steps)} steps: {calls}")
        assert n_died > 0

    def failures(self):
        problems = Problems(self.faulty)
        for kind in KINDS:
            self.again()
            self.faulty.set(kind, trace=True)
            self.run(**self.faulty.how).expect()
            for n in problems.in_time(self.faulty.places(dice)):
                self.again()
                self.faulty.set(kind, n=n)
                with problems.trial(f"{kind} {n}"):
                    done = self.run(**self.faulty.how)
                    problems.note(self.faulty, done)
                    check_words(done)
                yield f"{kind} {n}, which said {done.code} {done.err!r}"
            problems.tell_progress(kind)
        problems.tell("calls")


def counts(node):
    """Rows, seen or not."""
    return [node.sql(f"SELECT count(*) FROM {table}")[0][0]
            for table in ("loading", "loading_record", "loading_value", "record", "record_value",
                          "record_search", "quarantine", "register")]


def seen(node):
    """What others see of the registers, and whether the ledger has it that one is gone."""
    found = node.run("register", "find", "Many Person7", "--type", "name", "--json").expect().json()
    registers = node.run("register", "list", "--json").expect().json()
    n_entries, = node.sql("SELECT count(*) FROM ledger WHERE kind = 'drop'")[0]
    return ({r["name"]: r["records"] for r in registers},
            len(found["searches"][0]["records"]), n_entries)


def keep(nodes, node):
    """A function that gives the node its store of now back."""
    golden = os.path.join(nodes.root, "golden")
    if node.uri is None:
        shutil.copytree(node.home, golden)
    else:
        server().end_session(node.uri)
        server().sql(f"CREATE DATABASE golden TEMPLATE {server().name_of(node.uri)}")

    def again():
        if node.uri is None:
            shutil.rmtree(node.home)
            shutil.copytree(golden, node.home)
        else:
            name = server().name_of(node.uri)
            server().end_session(node.uri)
            server().sql(f"DROP DATABASE {name} WITH (FORCE)")
            server().sql(f"CREATE DATABASE {name} TEMPLATE golden")
    return again


def drop(nodes, database):
    node = store_of(nodes, database)
    clean = counts(node)
    node.load_rows(rows(AT_ONCE_MAX + 1), "many")
    words = ("register", "drop", "many")
    whole, without = ({"people": len(A), "many": AT_ONCE_MAX + 1}, 1, 0), ({"people": len(A)}, 0, 1)
    gone = Gone(nodes, lambda **how: node.run(*words, **how), keep(nodes, node))
    for step in gone.each():
        now = seen(node)
        assert now in (whole, without), (step, now)
        node.run("ledger", "verify").expect()
        node.run(*words).expect(0 if now == whole else NOT_FOUND)
        assert seen(node) == without, step
        node.run("register", "expire").expect()
        assert counts(node) == clean, (step, counts(node), clean)
    if database == "postgresql":
        server().end_session(node.uri)
        server().sql("DROP DATABASE golden")


def show(home):
    return palermo("store", "show", "--json", "--home", home)


def copy(nodes, database, to):
    """With the switch: the node has all that it had, whichever store it uses."""
    node = store_of(nodes, database)
    node.load_rows(rows(1500), "many")
    before = show(node.home).expect().json()
    golden = os.path.join(nodes.root, "golden")
    shutil.copytree(node.home, golden)
    place = [""]

    def again():
        shutil.rmtree(node.home)
        shutil.copytree(golden, node.home)
        place[0] = server().make_database() if to == "postgresql" else "other.db"

    def run(**how):
        return node.run("store", "copy", "--to", place[0], "--switch", **how)
    gone = Gone(nodes, run, again)
    for step in gone.each():
        now = show(node.home).expect().json()
        assert now["digest"] == before["digest"], (step, now, before)
        if now["store"] == before["store"]:
            run().expect()
        now = show(node.home).expect().json()
        assert now["digest"] == before["digest"] and now["database"] == to, (step, now, before)
        node.run("ledger", "verify").expect()


def cut_load(nodes, node):
    """A load that was killed has left rows that nobody sees."""
    faulty = Faulty(os.path.join(nodes.root, "cut"), LIBRARY)
    path, mapping = (os.path.join(nodes.root, f"AA-ONE-{n}") for n in ("many.csv", "mapping.json"))
    words = ("load", path, "--register", "cut", "--format", "csv", "--mapping", mapping)
    for n in range(100, 0, -3):
        faulty.set("send" if node.uri else "write", n=n, error=DIES)
        assert node.run(*words, **faulty.how).code in (0, DIED)
        if counts(node)[0] > 0:
            break
        node.run("register", "drop", "cut")
    assert counts(node)[0] == 1, counts(node)
    faulty.close()


def backup(nodes, database):
    node = store_of(nodes, database)
    node.load_rows(rows(1500), "many")
    cut_load(nodes, node)
    before = show(node.home).expect().json()
    folder = os.path.join(nodes.root, "backups")
    path = os.path.join(folder, "backup")

    def again():
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
    gone = Gone(nodes, lambda **how: node.run("backup", path, **how), again)
    for i, step in enumerate(gone.each()):
        assert show(node.home).expect().json()["digest"] == before["digest"], step
        was_there = os.path.exists(path)
        node.run("backup", path).expect(1 if was_there else 0, "there already" if was_there else None)
        assert os.listdir(folder) == ["backup"], (step, os.listdir(folder))
        for turn in ("once", "twice"):  # the backup stays what it is
            home = os.path.join(nodes.root, f"restored-{i}-{turn}")
            back = palermo("restore", path, "--home", home, "--json").expect().json()
            assert back["digest"] == before["digest"], (step, back, before)
        registers = palermo("register", "list", "--json", "--home", home).expect().json()
        assert sorted(r["records"] for r in registers) == [len(A), 1500], registers


def restore(nodes, database):
    node = store_of(nodes, "sqlite")
    node.load_rows(rows(1500), "many")
    path = os.path.join(nodes.root, "backup")
    digest = node.run("backup", path, "--json").expect().json()["digest"]
    home = os.path.join(nodes.root, "restored")
    where = []

    def again():
        shutil.rmtree(home, ignore_errors=True)
        where[:] = ["--store", server().make_database()] if database == "postgresql" else []

    def run(**how):
        return palermo("restore", path, "--home", home, *where, **how)
    gone = Gone(nodes, run, again)
    for step in gone.each():
        half = show(home)
        assert half.code != 0 or half.json()["rows"] == 0 or half.json()["digest"] == digest, (
            step, half.out)
        run().expect()
        assert show(home).expect().json()["digest"] == digest, step
        palermo("ledger", "verify", "--home", home).expect()


JOBS = {drop: [("sqlite",), ("postgresql",)],
        copy: [("sqlite", "sqlite"), ("sqlite", "postgresql"), ("postgresql", "sqlite")],
        backup: [("sqlite",), ("postgresql",)], restore: [("sqlite",), ("postgresql",)]}


def each(nodes, job):
    """On each pair of databases that there are; in a short run on one, drawn by lot."""
    there = [on for on in JOBS[job] if "postgresql" not in on or HAS_POSTGRESQL]
    there = [on for on in there if os.environ.get("ON", "-".join(on)) == "-".join(on)]
    for on in there if "COUNT" in os.environ or FAULTS == "places" else [dice.choice(there)]:
        print(f"# {job.__name__} {' to '.join(on)}")
        place = os.path.join(nodes.root, "-".join(on))
        os.mkdir(place)
        with contextlib.closing(Nodes(place)) as apart:
            job(apart, *on)


@suite.test
def a_large_register_is_deleted(nodes):
    each(nodes, drop)


@suite.test
def a_store_is_copied(nodes):
    each(nodes, copy)


@suite.test
def a_store_is_backed_up(nodes):
    each(nodes, backup)


@suite.test
def a_store_is_restored(nodes):
    each(nodes, restore)


suite.run()
