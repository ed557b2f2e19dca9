# SPDX-License-Identifier: Apache-2.0
"""kill -9 of any process of either node, at random times of a run, a release, a request's delivery
and an append to the ledger: nothing that was acknowledged is lost, nothing is doubled, both ledgers
verify, and the next try succeeds.

    COUNT=1000 STORE=postgresql python3 tests/e2e/test_kills.py build/palermo

COUNT: how many kills (25); MINUTES: after which there are no more; STORE: postgresql, or SQLite; SEED: of the random choices (printed).
"""

import contextlib
import os
import random
import signal
import subprocess
import time
from collections import Counter

from harness import PALERMO, Suite, purpose, wait_until
from test_data import A, B, COMMON_A, COMMON_B

suite = Suite()
COUNT = int(os.environ.get("COUNT", "25"))
END = time.monotonic() + 60 * float(os.environ.get("MINUTES", "600"))
SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))
MANY = {"tokens_per_run": 1000000, "tokens_per_day": 10**12, "runs_per_day": 10**6}
SERVING = ("--timeout", 5, "--deliver-every", 0, "--refusals-per-hour", 0)
FIELDS = ["subject=s", "nature=n", "offences=TIP.5", "conducted_by=c", "facts=f", "assistance=a",
          "purpose=p", "conditions.purpose=both"]


def start(node, *words):
    verbs = 2 if words[0] in ("release", "request", "case") else 1
    words = [*words[:verbs], "--home", node.home, *words[verbs:]]
    if words[0] in ("match", "deliver", "release") or words[1] in ("send", "consult"):
        words += ["--key-file", node.key]
    return subprocess.Popen([PALERMO, *map(str, words)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                            start_new_session=True)


def descendants(pid):
    children = []
    with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{pid}/children",
                                            encoding="ascii") as f:
        children = [int(p) for p in f.read().split()]
    return children + [d for c in children for d in descendants(c)]


class World:
    def __init__(self, nodes, dice):
        first = purpose("first", learns="holder", engine="vole", approval="automatic",
                        budgets=MANY, release={"slots": 4, "minutes": 1, "batches": 2})
        both = purpose("both", budgets=MANY)
        self.a, self.b = nodes.pair(A, B, [first, both])
        self.b.serve(*SERVING)
        self.dice = dice
        self.case = self.a.case()
        self.request = None
        self.n = 0
        self.texts = set()  # of steps that were acknowledged
        self.cases = {self.a: set(), self.b: set()}
        self.n_matched = 0  # commands that said so
        self.seen = {self.a: 0, self.b: 0}  # entries of the ledgers
        self.left_at = {}  # job -> what stood in the ledgers when it was left, how often
        self.took = {}      # job -> seconds within which it is killed, at first those it takes

    def jobs(self):
        return {"run": self.run, "look": self.look, "post": self.post, "deliver": self.deliver,
                "request": self.say, "ledger": self.enter}

    def run(self):
        return self.a, ("match", "--with", self.b.code, "--purpose", "first", "--case", self.case,
                        "--timeout", 5), None

    def look(self):
        return self.a, ("match", "--with", self.b.code, "--purpose", "both", "--case", self.case,
                        "--timeout", 5), None

    def post(self):
        """What is due within a minute is due now."""
        self.b.sql("UPDATE run_release SET since_ms = since_ms - every_ms")
        return self.b, ("release", "post"), None

    def deliver(self):
        return self.a, ("deliver", "--with", self.b.code, "--timeout", 5), None

    def say(self):
        """A step of a request: once the command has ended well, it is on its way for good."""
        self.n += 1
        text = f"question {self.n}."
        return self.a, ("request", "consult", self.request, "--text", text), (self.texts, text)

    def enter(self):
        """A case is a row and an entry of the ledger, or neither."""
        self.n += 1
        name = f"CASE-K{self.n}"
        node = self.dice.choice([self.a, self.b])
        return node, ("case", "open", name, "--offence", "TIP.5", "--penalty", 8,
                      "--transnational", "a", "--officer", "One", "--supervisor", "Two",
                      "--purpose", "x"), (self.cases[node], name)

    def keep(self, words, promise):
        """What a command that ended well has acknowledged."""
        self.n_matched += words[0] == "match"
        if promise is not None:
            kept, name = promise
            kept.add(name)

    def time_jobs(self):
        """Each job once, undisturbed: kills are to come while it works, on any machine."""
        for name, job in self.jobs().items():
            node, words, promise = job()
            began = time.monotonic()
            process = start(node, *words)
            _, said = process.communicate(timeout=60)
            assert process.returncode == 0, (name, said)
            self.took[name] = time.monotonic() - began
            self.keep(words, promise)

    def entries(self):
        """What either ledger has gained since this was last asked; that a run broke is said later."""
        found = []
        for node in (self.a, self.b):
            kinds = [k for (k,) in node.sql(
                "SELECT kind FROM ledger WHERE sequence > ? ORDER BY sequence", self.seen[node])]
            self.seen[node] += len(kinds)
            found.append(" ".join(k for k in kinds if k != "broken"))
        return f"[{found[0]} | {found[1]}]"

    def begin_request(self):
        sets = [w for f in FIELDS for w in ("--set", f)]
        self.request = self.a.run("request", "new", "--with", self.b.code,
                                  *sets).expect().out.strip()
        self.a.run("request", "send", self.request).expect()
        self.a.run("deliver", "--with", self.b.code).expect()


def kill_somewhere(world, process):
    """Its whole process group, one process of it, the peer whole, or one process of the peer's."""
    dice = world.dice
    how = dice.choice(["all", "one", "peer", "one of peer"])
    pids = [process.pid, *descendants(process.pid)]
    if how == "all":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    elif how == "peer":
        os.killpg(world.b.process.pid, signal.SIGKILL)
        world.b.process.wait()
    else:
        pids = pids if how == "one" else descendants(world.b.process.pid) or pids
        with contextlib.suppress(ProcessLookupError):
            os.kill(dice.choice(pids), signal.SIGKILL)
    return how


def check_between(world):
    """What holds at any moment, also between two kills."""
    a, b = world.a, world.b
    done = {i for (i,) in a.sql("SELECT id FROM run WHERE state = 'done'")}
    assert len(done) >= world.n_matched
    assert done <= {i for (i,) in b.sql("SELECT id FROM run WHERE state = 'done'")}
    for sender, receiver in ((a, b), (b, a)):
        told = {i for (i,) in sender.sql("SELECT id FROM outbox WHERE ended_ms > 0 AND verdict = 0")}
        assert told <= {i for (i,) in receiver.sql("SELECT id FROM inbox")}
    for node in (a, b):
        n_of = Counter(name for (name,) in node.sql("SELECT reference FROM case_file"))
        assert all(n_of[name] == 1 for name in world.cases[node]), (n_of, world.cases[node])
    contents = [c for (c,) in a.sql("SELECT content FROM request_step")]
    for text in world.texts:
        assert sum(text.encode() in c for c in contents) == 1, text
    next_of = dict(b.sql("SELECT run_id, next FROM run_release"))
    for run, n in a.sql("SELECT run_id, next FROM run_release"):
        assert n <= next_of[run]


def check_hits(world):
    """Each run that is done has the hits it should, each once."""
    for node, common, kinds in ((world.a, COMMON_A, ("both",)),
                                (world.b, COMMON_B, ("both", "first"))):
        for kind in kinds:
            for (run,) in node.sql("SELECT id FROM run WHERE state = 'done' AND purpose = ?",
                              kind):
                found = node.sql("SELECT source_id, rules FROM hit JOIN record ON record.id = "
                                  "hit.record_id WHERE run_id = ?", run)
                assert sorted(found) == sorted(
                    (r, " ".join(sorted(x for y, x in common if y == r)))
                    for r in {r for r, _ in common}), (node.code, kind, found)


def check_end(world):
    a, b = world.a, world.b
    for node in (a, b):  # a listener writes down what it sees of its processes' ends
        wait_until(lambda node=node: node.sql("SELECT count(*) FROM run WHERE state IN ('proposed', "
                                    "'running')") == [(0,)], 20, "the end of every run")
    check_between(world)
    check_hits(world)
    kinds = {n: [k for (k,) in n.sql("SELECT kind FROM ledger")] for n in (a, b)}
    for node in (a, b):
        node.run("ledger", "verify").expect()
        assert kinds[node].count("receipt") == node.sql(
            "SELECT count(*) FROM run WHERE state = 'done'")[0][0]
        assert kinds[node].count("case-open") == node.sql("SELECT count(*) FROM case_file")[0][0]
        assert node.sql("SELECT count(*) FROM outbox WHERE ended_ms = 0") == [(0,)]
    # Every batch was made once, entered once, taken once; of a run that broke for the asker none.
    assert kinds[b].count("release") == b.sql("SELECT sum(next) FROM run_release")[0][0]
    assert kinds[a].count("released") == a.sql("SELECT sum(next) FROM run_release")[0][0]
    steps = [n.sql("SELECT side, sequence, id FROM request_step ORDER BY 1, 2") for n in (a, b)]
    assert steps[0] == steps[1] and len({s[2] for s in steps[0]}) == len(steps[0])
    for (run,) in a.sql("SELECT id FROM run WHERE state = 'done' AND purpose = 'first'"):
        got = a.sql("SELECT source_id, peer_number FROM hit JOIN record ON record.id = "
                     "hit.record_id WHERE run_id = ?", run)
        gone = b.sql("SELECT number FROM hit WHERE run_id = ? AND state = 'released'", run)
        assert sorted(n for _, n in got) == sorted(n for (n,) in gone), (got, gone)
        assert {r for r, _ in got} == {r for r, _ in COMMON_A}


def one_kill(world, counts):
    dice = world.dice
    name = dice.choice(sorted(world.jobs()))
    node, words, promise = world.jobs()[name]()
    process = start(node, *words)
    time.sleep(dice.random() * world.took[name])
    is_midway = process.poll() is None
    how = kill_somewhere(world, process)
    counts[name] = counts.get(name, 0) + 1
    counts["midway"] = counts.get("midway", 0) + is_midway
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(15)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    world.left_at.setdefault(name, Counter())[world.entries()] += 1
    # By this, about four in five kills come while the job works, however busy the machine becomes.
    world.took[name] *= 1.03 if is_midway else 0.9
    if process.returncode == 0:
        world.keep(words, promise)
    if how == "peer":
        world.b.serve(*SERVING)
    check_between(world)


@suite.test
def kill_9_at_random_times(nodes):
    dice = random.Random(SEED)
    print(f"# {COUNT} kills, seed {SEED}")
    world = World(nodes, dice)
    world.begin_request()
    world.time_jobs()
    world.entries()
    counts = {}
    n = 0
    while n < COUNT and time.monotonic() < END:
        one_kill(world, counts)
        n += 1
        if n % 100 == 0:
            print(f"# {n}: {counts}", flush=True)
    a, b = world.a, world.b
    for kind in ("first", "both"):  # the next try succeeds
        a.match(b, kind, "--case", world.case).expect()
    for _ in range(2):
        b.sql("UPDATE run_release SET since_ms = since_ms - every_ms")
        b.run("release", "post", "--key-file", b.key).expect()
    a.run("deliver", "--with", b.code).expect()
    check_end(world)
    runs = a.sql("SELECT state, count(*) FROM run GROUP BY state")
    print(f"# {n}: {counts}; runs of the asker {dict(runs)}, "
          f"{b.sql('SELECT count(*) FROM outbox WHERE kind = 3')[0][0]} batches, "
          f"{a.sql('SELECT count(*) FROM request_step')[0][0]} steps of a request")
    for name, steps in sorted(world.left_at.items()):
        print(f"# {name} was left at {dict(steps.most_common())}")
    assert counts.get("midway", 0) > n // 4, "the kills came too late to test anything"


suite.run()
