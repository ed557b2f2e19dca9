# SPDX-License-Identifier: Apache-2.0
"""kill -9 of either side at random points of a delivery, many times: nothing that was acknowledged
is lost, nothing is doubled, both ledgers verify.

KILLS in the environment: how many; SECONDS: for how long at most; SEED: of the random choices.
"""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import time

from harness import PALERMO, Suite, accord, purpose, put_in_force

suite = Suite()
KILLS = int(os.environ.get("KILLS", "24"))
SECONDS = float(os.environ.get("SECONDS", "1e9"))
SEED = int(os.environ.get("SEED", str(random.randrange(10**6))))
CHUNK = 1 << 19

FIELDS = ["subject=s", "nature=n", "offences=TIP.5", "conducted_by=c", "facts=f", "assistance=a",
          "purpose=p", "conditions.purpose=suspects"]


def sql(node, statement):
    path = os.path.join(node.home, "palermo.db")
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as db:
        return db.execute(statement).fetchall()


class Work:
    """What was said on each side, so that it can be compared in the end."""

    def __init__(self, root, a, b, dice):
        self.a, self.b, self.dice, self.root = a, b, dice, root
        sets = [w for f in FIELDS for w in ("--set", f)]
        self.request = a.run("request", "new", "--with", b.code, *sets).expect().out.strip()
        a.run("request", "send", self.request).expect()
        self.files = {}

    def attach(self):
        data = self.dice.randbytes(self.dice.randrange(4, 12) * CHUNK - self.dice.randrange(CHUNK))
        path = os.path.join(self.root, f"file-{len(self.files)}.bin")
        with open(path, "wb") as f:
            f.write(data)
        self.a.run("request", "attach", self.request, path).expect()
        self.files[os.path.basename(path)] = data

    def more(self):
        self.attach()
        if sql(self.b, "SELECT count(*) FROM request") != [(0,)]:
            for n in range(2):
                self.b.run("request", "consult", self.request, "--text", f"question {n}").expect()
            self.a.run("request", "consult", self.request, "--text", "word").code


def start_delivery(a, b):
    return subprocess.Popen([PALERMO, "deliver", "--home", a.home, "--key-file", a.key, "--with",
                             b.code, "--timeout", "5"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                            start_new_session=True)


def children_of(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True,
                            text=True, check=False)
    return [int(p) for p in listed.stdout.split()]


def kill_somewhere(dice, a_process, b):
    """The asker's side whole, the holder's whole, or one process of the holder's."""
    victim = dice.choice(["a", "b", "one"])
    if victim == "a":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(a_process.pid, signal.SIGKILL)
    elif victim == "b":
        os.killpg(b.process.pid, signal.SIGKILL)
        b.process.wait()
    else:
        principals = children_of(b.process.pid)
        everyone = principals + [w for p in principals for w in children_of(p)]
        if everyone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(everyone), signal.SIGKILL)
    return victim


def acknowledged_is_there(sender, receiver):
    taken = {i for (i,) in sql(sender, "SELECT id FROM outbox WHERE ended_ms > 0 AND verdict = 0")}
    there = {i for (i,) in sql(receiver, "SELECT id FROM inbox")}
    assert taken <= there, f"{len(taken - there)} acknowledged and not there"
    return len(taken)


def check_end(work):
    a, b, request = work.a, work.b, work.request
    steps = [n.run("request", "show", request, "--json").expect().json()["steps"] for n in (a, b)]
    for side in "rh":
        ids = [[s["id"] for s in all_ if s["step"][0] == side] for all_ in steps]
        assert ids[0] == ids[1] and len(set(ids[0])) == len(ids[0])
    words = [sorted(str(s.get("content")) for s in all_) for all_ in steps]
    assert words[0] == words[1]
    for n, other in ((a, b), (b, a)):
        assert sql(n, "SELECT count(*) FROM outbox WHERE ended_ms = 0 OR verdict != 0") == [(0,)]
        assert sorted(sql(n, "SELECT id FROM outbox")) == sorted(sql(other, "SELECT id FROM inbox"))
        n.run("ledger", "verify").expect()
        kinds = [k for (k,) in sql(n, "SELECT kind FROM ledger")]
        assert kinds.count("transition") == len(steps[0]) - 1, kinds
        assert kinds.count("acknowledgement") == sql(n, "SELECT count(*) FROM outbox")[0][0]
        assert "parcel-refused" not in kinds
    assert [k for (k,) in sql(b, "SELECT kind FROM ledger")].count("request-received") == 1
    assert [k for (k,) in sql(b, "SELECT kind FROM ledger")].count("attachment") == len(work.files)
    for step in steps[1]:
        if step["action"] == "attach":
            out = os.path.join(work.root, "opened")
            b.run("request", "export", request, "--purpose", "suspects", "--attachment",
                  step["step"], "--out", out).expect()
            with open(out, "rb") as f:
                assert f.read() == work.files[step["content"]["attachment"]["name"]]
    return len(steps[0])


@suite.test
def kill_9_at_random_points_of_a_delivery(nodes):
    dice = random.Random(SEED)
    print(f"# {KILLS} kills, seed {SEED}")
    a, b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], [purpose()]))
    serving = ["--timeout", 5, "--deliver-every", 0]
    b.serve(*serving)
    work = Work(nodes.root, a, b, dice)
    kills = {"a": 0, "b": 0, "one": 0}
    midway = 0
    started = time.monotonic()
    while sum(kills.values()) < KILLS and time.monotonic() - started < SECONDS:
        if sql(a, "SELECT count(*) FROM outbox WHERE ended_ms = 0")[0][0] < 6:
            work.more()
        process = start_delivery(a, b)
        before = sql(a, "SELECT count(*) FROM outbox WHERE ended_ms = 0")[0][0]
        # Until the first word is there, and then a random while.
        end = time.monotonic() + 10
        while (time.monotonic() < end and process.poll() is None and
               sql(a, "SELECT count(*) FROM outbox WHERE ended_ms = 0")[0][0] == before):
            if dice.random() < 0.02:
                break
        time.sleep(dice.random() ** 2 * 0.3)
        running = process.poll() is None
        victim = kill_somewhere(dice, process, b)
        kills[victim] += 1
        midway += running
        if victim == "b":
            b.serve(*serving)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(12)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        acknowledged_is_there(a, b)
        acknowledged_is_there(b, a)
    for _ in range(3):
        a.run("deliver", "--with", b.code).expect()
    n_steps = check_end(work)
    n = acknowledged_is_there(a, b)
    print(f"# {kills}, {midway} while a delivery was on its way; {n} parcels, {n_steps} steps, "
          f"{len(work.files)} attachments")
    assert midway > sum(kills.values()) // 4, "the kills came too late to test anything"


suite.run()
