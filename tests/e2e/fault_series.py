# SPDX-License-Identifier: Apache-2.0
"""Series of commands in each of which one call fails, or the process is gone before it: which calls, what is
asked after each, and what has been gone through.

FAULTS: "sample" (the default: a few of each scenario), "places" (one call, drawn by lot, from each place of
the program), "all" (every call), "count" (nothing fails: how many there are). SEED: of the lot (printed).
KINDS: of calls, ROLES: of processes (ours-command, theirs-worker...), with commas between. MOST: of a sample,
how many kinds, and calls of each. MINUTES: after which a scenario draws no more, and says how far it came.
DIES=1: the process ends at each, of writes, syncs and sends unless KINDS says otherwise. SILENCE: seconds that
end a conversation.
"""

import contextlib
import filecmp
import itertools
import os
import random
import re
import shutil
import sqlite3
import sys
import time

from faulty import COMMAND, DIED, DIES, FRONT, KINDS as ALL_KINDS, PRINCIPAL, WORKER, Faulty
from harness import wait_until

LIBRARY = sys.argv[-1]
FAULTS = os.environ.get("FAULTS", "sample")
ALWAYS_DIES = bool(os.environ.get("DIES"))
STEPS = ("write", "sync", "send")  # what others will see of a process
KINDS = (tuple(os.environ["KINDS"].split(",")) if "KINDS" in os.environ
         else STEPS if ALWAYS_DIES else ALL_KINDS)
SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))
MOST = int(os.environ.get("MOST", "3"))
MINUTES = float(os.environ.get("MINUTES", "6000"))
SILENCE_S = int(os.environ.get("SILENCE", "15"))  # long enough for what is well on a busy machine
ROLES = {COMMAND: "command", PRINCIPAL: "principal", WORKER: "worker", FRONT: "front"}
FILES = {"palermo.db", "palermo.db-wal", "palermo.db-shm", "identity.key", "serve.lock",
         "match.lock", "standing.lock", "palermo.db-load", "api.sock", "index", "peers", "uploads"}
dice = random.Random(SEED)


def choose(faulty, kind, seen=None):
    """Which calls of this kind fail, after a traced run: those of places not yet seen, or all."""
    if FAULTS == "count":
        print(f"# {kind}: {faulty.calls()[kind]} calls, {len(faulty.places(dice, seen))} places")
        return []
    numbers = (list(range(1, faulty.calls()[kind] + 1)) if FAULTS == "all"
               else faulty.places(dice, seen))
    dice.shuffle(numbers)  # a run that is broken off has been everywhere
    return numbers[:MOST] if FAULTS == "sample" else numbers


def error_of(kind):
    """What is usual for the call, or that the process does not come to it."""
    may_die = ALWAYS_DIES or (FAULTS == "sample" and kind in STEPS and dice.random() < 0.5)
    return DIES if may_die else 0


def draw(all_there_are):
    """What is gone through in a sample; else all."""
    things = list(all_there_are)
    return dice.sample(things, min(MOST, len(things))) if FAULTS == "sample" else things


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


def check_words(done, says=r"^palermo"):
    """It ended by itself, and a failure was said; or it was ended."""
    if done.code == DIED:
        return
    assert done.code in range(0, 128), f"ended by {done.code}: {done.err}"
    if done.code != 0:
        assert re.search(says, done.err + done.out, re.M), f"{done.code}, said {done.err!r}"


def check_files(home):
    extra = set(os.listdir(home)) - FILES
    with contextlib.suppress(FileNotFoundError):  # of the local API: what comes in
        extra |= set(os.listdir(os.path.join(home, "uploads")))
    assert not extra, f"left {extra} behind"


def is_same(one, other):
    """Two directories with the same files, byte for byte."""
    names = os.listdir(one)
    return (os.path.isdir(other) and sorted(names) == sorted(os.listdir(other)) and
            filecmp.cmpfiles(one, other, names, shallow=False)[0] == names)


class Problems:
    """Collected, so that one run of the test tells all."""

    def __init__(self, *faulties):
        self.faulties = faulties
        self.found = []
        self.end = time.monotonic() + 60 * MINUTES
        self.n_left_out = 0
        self.n_tried = 0
        self.n_said = 0
        self.n_missed = 0
        self.words = {}

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
        self.what = what
        try:
            yield
            for faulty in self.faulties:
                reports = faulty.reports()  # leaks, above all
                assert not reports, "\n".join(reports)
        except AssertionError as e:
            self.found.append(f"{what}: {e}")
            print(f"# {self.found[-1]}".replace("\n", " | "), flush=True)

    def note(self, faulty, done):
        """How the command ended, and whether the call was made at all: what a process does depends a
        little on what another one does meanwhile."""
        self.n_missed += faulty.failed() == 0
        self.n_said += done.code != 0
        if done.code != 0:
            said = next((line for line in done.err.splitlines() if line.startswith("palermo")), "")
            self.words.setdefault(f"{done.code}: {said}", []).append(self.what)

    def figures(self):
        return (f"{self.n_tried} failures, {self.n_said} ended the command, "
                f"{self.n_missed} did not come up")

    def tell_progress(self, what):
        """Of a long run that may be broken off."""
        if FAULTS != "sample":
            print(f"# {what}: {self.figures()}", flush=True)

    def tell(self, name):
        if FAULTS != "sample":
            for words, trials in sorted(self.words.items()):
                print(f"# {len(trials)} x {words} (as {trials[0]})")
        print(f"# {name}, seed {SEED}: {self.figures()}, {self.n_left_out} left out")
        assert not self.found, f"{len(self.found)} of {self.n_tried}:\n" + "\n".join(self.found)


class Local:
    """A command that works on the store alone, from the same beginning each time."""

    def __init__(self, nodes, node, words, prepare=None, is_reader=False):
        self.node = node
        self.words = words
        self.golden = os.path.join(nodes.root, "golden")
        if prepare:
            prepare()
        node.run("ledger", "verify").expect()
        shutil.rmtree(self.golden, ignore_errors=True)
        shutil.copytree(node.home, self.golden)
        self.late = []  # failures that were said when everything had been done
        self.before = rows_of(node.home)
        self.ledger = ledger_of(node.home)
        out = node.run(*words).expect().out
        self.out = out if is_reader else None
        self.after = rows_of(node.home)

    def begin(self):
        if not is_same(self.golden, self.node.home):
            shutil.rmtree(self.node.home)
            shutil.copytree(self.golden, self.node.home)

    def check(self, done):
        """What is there is what was there before or what is there after, and the next try succeeds."""
        check_words(done)
        node, before, after = self.node, self.before, self.after
        assert done.code != 0 or self.out is None or done.out == self.out, f"other output: {done.out}"
        if is_same(self.golden, node.home):  # nothing happened: the next try is the first once more
            assert done.code != 0 or before == after, f"claimed success: {done.err}"
            return
        now = rows_of(node.home)
        if done.code != DIED:  # it could not take anything away any more
            check_files(node.home)
        changed = {t: (before.get(t), n) for t, n in now.items() if before.get(t) != n}
        # A load works in pieces that nobody sees before its end; the next one settles what it left.
        is_left = done.code == DIED and now.get("loading", 0) > 0
        assert is_left or now in (before, after), f"half-written: {changed}, said {done.err}"
        assert done.code != 0 or now == after, f"claimed success: {done.err}"
        if ledger_of(node.home) != self.ledger:
            node.run("ledger", "verify").expect()
        if done.code not in (0, DIED) and now == after != before:
            self.late.append(done.err.strip())
        if is_left or now == before:
            node.run(*self.words).expect()
            retried = rows_of(node.home)
            tables = ("loading", "register", "record", "record_value") if is_left else after
            assert all(retried[t] == after[t] for t in tables), "the next try"
            check_files(node.home)


def local_faults(nodes, node, words, prepare=None, is_reader=False):
    """Each call of a command on the store; is_reader: what it prints is the same each time."""
    local = Local(nodes, node, words, prepare, is_reader)
    faulty = Faulty(os.path.join(nodes.root, "faulty"), LIBRARY)
    problems = Problems(faulty)
    for kind in draw(KINDS):
        local.begin()
        faulty.set(kind, trace=True)
        node.run(*words, **faulty.how).expect()
        for n in problems.in_time(choose(faulty, kind)):
            local.begin()
            faulty.set(kind, n=n, error=error_of(kind))
            with problems.trial(f"{kind} {n}"):
                done = node.run(*words, **faulty.how)
                problems.note(faulty, done)
                local.check(done)
        problems.tell_progress(kind)
    faulty.close()
    if local.late:
        print(f"# all was done where it said ({len(local.late)}): {sorted(set(local.late))}")
    problems.tell(" ".join(words[:2]))


def n_processes(pid):
    """A process and all below it."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError), \
            open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return 1 + sum(n_processes(int(child)) for child in f.read().split())
    return 0


class Network:
    """A command that speaks to a node that serves, in which a call of one process of either fails.

    Both go on from where the failure left them. ours, theirs: which processes of either; says: what stands
    in the words of a failure.
    """

    def __init__(self, nodes, a, b, ours=(COMMAND, WORKER), theirs=(PRINCIPAL, WORKER), says=r"^palermo"):
        self.a, self.b, self.says = a, b, says
        self.ours, self.theirs = (Faulty(os.path.join(nodes.root, side), LIBRARY)
                                  for side in ("ours", "theirs"))
        roles = [(self.ours, "ours", r) for r in ours] + [(self.theirs, "theirs", r) for r in theirs]
        wanted = os.environ.get("ROLES")
        self.roles = [(who, f"{side} {ROLES[role]}", role) for who, side, role in roles
                      if wanted is None or f"{side}-{ROLES[role]}" in wanted.split(",")]

    def serve(self, serve, n_at_rest=1):
        """n_at_rest: processes that the node has while nobody wants anything."""
        serve(**self.theirs.how)
        self.at_rest = n_at_rest

    def run(self, words):
        """One conversation, and the end of what it began at the node that serves."""
        began = time.monotonic()
        done = self.a.run(*words, **self.ours.how)
        check_words(done, self.says)
        assert time.monotonic() - began < 60, "it took too long"
        wait_until(lambda: n_processes(self.b.process.pid) == self.at_rest or
                   self.b.process.poll() is not None, 60, "the end of what it began")
        assert self.b.process.poll() is None, "the listener died"
        return done


def network_faults(network, name, variants, check=lambda done: None):
    """variants: functions that make the words of a conversation; of the second one only what the first
    did not come to. check: what is asked after each beside what is asked of any."""
    problems = Problems(network.ours, network.theirs)
    for (who, role_name, role), kind in draw(itertools.product(network.roles, KINDS)):
        seen = set()
        for make in variants if FAULTS != "sample" else [dice.choice(variants)]:
            who.set(kind, role, trace=True)
            network.run(make()).expect()
            assert sum(who.calls().values()) > 0, f"nothing was seen of {role_name}"
            for n in problems.in_time(choose(who, kind, seen)):
                with problems.trial(f"{role_name} {kind} {n}"):
                    words = make()
                    who.set(kind, role, n, error=error_of(kind))
                    done = network.run(words)
                    problems.note(who, done)
                    who.set()
                    check(done)
                    if done.code != 0:
                        check(network.run(make()).expect())
        who.set()
        problems.tell_progress(f"{role_name} {kind}")
    problems.tell(name)
