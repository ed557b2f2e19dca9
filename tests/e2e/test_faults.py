# SPDX-License-Identifier: Apache-2.0
"""Kills, cuts, stalls and flipped bits: a clear error within the time-out, nothing half-written,
and the next run succeeds."""

import fcntl
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

from harness import (CANCELLED, PALERMO, PEER_CANCEL, PEER_FAILED, TAMPERED, TIMEOUT, TRUNCATED,
                     UNREACHABLE, WORKER_DIED, AUTH, PROTOCOL, Suite, purpose, wait_until)
from processes import cpu_s

suite = Suite()

N = 1500  # records a side: enough engine time to be interrupted in the middle of it


def rows(prefix, n=N):
    return [{"id": f"{prefix}{i}", "name": f"Given{chr(97 + i % 26)} Family{i:05d}",
             "birth": f"19{50 + i % 40}-0{1 + i % 9}-1{i % 9}", "nationality": "IT",
             "phone": f"+39065{i if i < 10 else i + (0 if prefix == 'a' else 500000):07d}",
             "role": "suspect", "offence": "TIP.5"} for i in range(n)]


def check_nothing_half_written(*many):
    for node in many:
        with sqlite3.connect(os.path.join(node.home, "palermo.db")) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            half = db.execute("SELECT count(*) FROM hit JOIN run ON hit.run_id = run.id "
                              "WHERE run.state != 'done'").fetchone()[0] if state_is_text(db) else 0
            assert half == 0
        node.run("ledger", "verify").expect()
        done = {r["run"] for r in node.runs() if r["state"] == "done"}
        assert {h["run"] for h in node.hits()} <= done


def state_is_text(db):
    return any(c[1] == "state" and c[2] == "TEXT" for c in db.execute("PRAGMA table_info(run)"))


def check_next_run_succeeds(a, b):
    done = a.match(b, "suspects", "--json", timeout_s=10).expect()
    assert done.json()["hits"] >= 10
    check_nothing_half_written(a, b)
    states = [r["state"] for r in a.runs()]
    assert states[-1] == "done" and set(states[:-1]) <= {"broken", "refused"}, states
    assert all(r["state"] in ("broken", "done", "refused") for r in a.runs()), a.runs()


def start_match(a, b, *more, timeout_s=10):
    return subprocess.Popen([PALERMO, "match", "--home", a.home, "--key-file", a.key, "--with",
                             b.code, "--purpose", "suspects", "--case", a.case(), "--timeout",
                             str(timeout_s), *more],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            stdin=subprocess.DEVNULL, start_new_session=True)


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as f:
                    fields = f.read().rsplit(")", 1)[1].split()
                if int(fields[1]) == pid and fields[0] != "Z":
                    found.append(int(entry))
            except (OSError, IndexError):
                continue
    return found


def is_worker(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return b"worker-process" in f.read()
    except OSError:
        return False


def worker_of(pid):
    return wait_until(lambda: next((c for c in children(pid) if is_worker(c)), None), 10,
                      "a worker")


def engine_runs(node):
    """A run of this node is past its acceptance."""
    with sqlite3.connect(os.path.join(node.home, "palermo.db"), timeout=10) as db:
        kinds = [k for (k,) in db.execute("SELECT kind FROM ledger ORDER BY sequence")]
    return kinds and kinds[-1] == "acceptance"


PHASES = {"at once": lambda a, b: None,
          "in the engine": lambda a, b: wait_until(lambda: engine_runs(a), 20, "the engine"),
          "later in the engine": lambda a, b: (wait_until(lambda: engine_runs(a), 20, "the engine"),
                                               time.sleep(0.4))}


@suite.test
def the_askers_worker_is_killed(nodes):
    a, b = nodes.pair(rows("a"), rows("b"))
    for wait in PHASES.values():
        match = start_match(a, b)
        worker = worker_of(match.pid)
        wait(a, b)
        os.kill(worker, signal.SIGKILL)
        out, err = match.communicate(timeout=30)
        assert match.returncode == WORKER_DIED, (match.returncode, err)
        assert "the process that speaks to the peer died" in err, err
    check_next_run_succeeds(a, b)


@suite.test
def the_askers_worker_is_missing(nodes):
    """Or is no program, or another version's: that is what it says, and not that the peer is away."""
    a, b = nodes.pair(rows("a", 20), rows("b", 20))
    alone = shutil.copy(PALERMO, os.path.join(nodes.root, "palermo"))
    for text in ("\x7fELF", "#!/bin/sh\nexit 2\n"):
        with open(alone + "-worker", "w", encoding="ascii") as worker:
            os.fchmod(worker.fileno(), 0o755)
            worker.write(text)
        a.match(b, "suspects", program=alone).expect(
            WORKER_DIED, f"palermo-worker.* is missing.*: {re.escape(alone)}-worker is not")
    b.stop()
    a.match(b, "suspects", program=alone).expect(UNREACHABLE)
    os.remove(alone + "-worker")
    if "-worker" in a.run("check", "--offline", program=alone).out:  # nor is one installed
        for words in (("match", "--purpose", "suspects", "--case", a.case()), ("deliver",)):
            a.run(*words, "--with", b.code, program=alone).expect(
                WORKER_DIED, f"neither {re.escape(alone)}-worker \\(No such file.* nor /.*worker")
    b.serve()
    a.match(b, "suspects").expect()


@suite.test
def the_asker_is_killed(nodes):
    a, b = nodes.pair(rows("a"), rows("b"))
    for phase, wait in PHASES.items():
        before = len(b.read_log())
        match = start_match(a, b)
        worker_of(match.pid)
        wait(a, b)
        match.kill()
        match.communicate(timeout=30)
        if phase != "at once":  # then the holder has not heard a word yet
            wait_until(lambda: "broken" in b.read_log()[before:], 15, "the holder's word")
    check_next_run_succeeds(a, b)


@suite.test
def the_holders_principal_and_worker_are_killed(nodes):
    a, b = nodes.pair(rows("a"), rows("b"))
    for who in ("worker", "principal"):
        for wait in list(PHASES.values())[1:]:
            match = start_match(a, b)
            wait(a, b)
            principal = wait_until(lambda: next(iter(children(b.process.pid)), None), 5,
                                   "a principal")
            os.kill(worker_of(principal) if who == "worker" else principal, signal.SIGKILL)
            out, err = match.communicate(timeout=30)
            assert match.returncode in (TRUNCATED, PEER_FAILED), (who, match.returncode, err)
    assert b.process.poll() is None, "the listener must live on"
    # Nobody waits for a restart to read that a run is broken: another would be refused beside it.
    wait_until(lambda: all(r["state"] in ("broken", "refused", "done") for r in b.runs()), 20,
               "the end of every run")
    b.run("ledger", "verify").expect()
    b.stop()
    b.serve("--timeout", 10)
    check_next_run_succeeds(a, b)


@suite.test
def the_whole_holder_is_killed_and_comes_back(nodes):
    a, b = nodes.pair(rows("a"), rows("b"))
    match = start_match(a, b)
    wait_until(lambda: engine_runs(a), 20, "the engine")
    os.killpg(b.process.pid, signal.SIGKILL)
    out, err = match.communicate(timeout=30)
    assert match.returncode in (TRUNCATED, PEER_FAILED), (match.returncode, err)
    b.process.wait()
    a.match(b).expect(UNREACHABLE)
    b.serve("--timeout", 10)
    assert [r["state"] for r in b.runs()] == ["broken"], b.runs()
    check_next_run_succeeds(a, b)


@suite.test
def the_listener_alone_is_killed(nodes):
    """What it began ends with it: whoever starts the node again need not wait for a silent peer."""
    _, b = nodes.pair(rows("a"), rows("b"))
    b.serve("--timeout", 600)
    with socket.create_connection(("127.0.0.1", b.port)) as peer:
        peer.sendall(b"\x16\x03\x01\x00\x40\x01\x00\x00\xff" + bytes(60))  # the first half of a HELLO
        wait_until(lambda: any(is_worker(w) for c in children(b.process.pid) for w in children(c)),
                   20, "a worker")
        b.process.kill()
        b.process.wait()

        def is_free():
            with open(os.path.join(b.home, "serve.lock"), "rb") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return False
            return True
        wait_until(is_free, 60, "the end of the principal")


@suite.test
def the_cable_is_cut_at_many_places(nodes):
    a, b = nodes.pair(rows("a", 300), rows("b", 300))
    for direction in ("up", "down"):
        for at in (0, 50, 700, 1500, 2500, 20000, 60000):
            def cut(way, offset, data, direction=direction, at=at):
                return None if way == direction and offset + len(data) > at else data
            proxy = nodes.proxy(b, cut)
            started = time.monotonic()
            done = a.match(b, "suspects", "--address", proxy.address)
            assert done.code in (TRUNCATED, PEER_FAILED), (direction, at, done.code, done.err)
            assert time.monotonic() - started < 15
            assert "ended in the middle" in done.err or "peer ended the run" in done.err, done.err
            proxy.close()
    check_next_run_succeeds(a, b)


@suite.test
def a_bit_flips_on_the_way(nodes):
    a, b = nodes.pair(rows("a", 300), rows("b", 300))
    seen = set()
    for direction in ("up", "down"):
        for at in (3000, 20000, 50000):
            def flip(way, offset, data, direction=direction, at=at):
                if way == direction and offset <= at < offset + len(data):
                    data = bytearray(data)
                    data[at - offset] ^= 0x10
                return bytes(data)
            proxy = nodes.proxy(b, flip)
            done = a.match(b, "suspects", "--address", proxy.address, timeout_s=3)
            assert done.code in (TAMPERED, TRUNCATED, PROTOCOL, PEER_FAILED, TIMEOUT), (
                direction, at, done.code, done.err)
            seen.add(done.code)
            proxy.close()
    assert TAMPERED in seen, seen
    check_next_run_succeeds(a, b)


def twice(data):
    return data + data


def swapped(data):
    return data[len(data) // 2:] + data[:len(data) // 2]


def lost(data):
    return data[:len(data) // 2]


@suite.test
def bytes_that_come_twice_or_in_another_order_or_not_at_all(nodes):
    """TCP mends packets like these; when its stream is so, somebody stands between the two."""
    a, b = nodes.pair(rows("a", 300), rows("b", 300))
    seen = set()
    for direction in ("up", "down"):
        for change, at in ((twice, 3000), (swapped, 3000), (lost, 3000), (twice, 20000),
                           (swapped, 20000), (lost, 20000)):
            changed = []

            def meddle(way, offset, data, direction=direction, change=change, at=at,
                       changed=changed):
                if way != direction or changed or offset + len(data) <= at:
                    return data
                changed.append(offset)
                return change(data)
            proxy = nodes.proxy(b, meddle)
            done = a.match(b, "suspects", "--address", proxy.address, timeout_s=3)
            assert changed and done.code in (TAMPERED, TRUNCATED, PROTOCOL, PEER_FAILED, TIMEOUT), (
                direction, at, change, done.code, done.err)
            assert done.err != ""
            seen.add(done.code)
            proxy.close()
    assert TAMPERED in seen, seen
    check_next_run_succeeds(a, b)


@suite.test
def a_line_that_is_slow(nodes):
    """What comes late and in crumbs is only late."""
    a, b = nodes.pair(rows("a", 300), rows("b", 300))
    b.serve("--timeout", 30)
    dice = random.Random(1)
    waited = {"up": 0, "down": 0}

    def delay(way, _offset, data):
        pause = 0.01 + 0.04 * dice.random()
        waited[way] += pause
        time.sleep(pause)
        return data
    proxy = nodes.proxy(b, delay)
    proxy.most = 2000
    done = a.match(b, "suspects", "--address", proxy.address, "--json", timeout_s=30).expect()
    assert done.json()["hits"] >= 10 and min(waited.values()) > 0.1, (done.out, waited)
    proxy.close()
    check_nothing_half_written(a, b)


@suite.test
def a_line_that_stalls(nodes):
    a, b = nodes.pair(rows("a", 300), rows("b", 300))
    b.serve("--timeout", 5)  # longer than the asker's, so that the asker is the first to give up
    for at in (0, 2500, 30000):
        def stall(way, offset, data, at=at):
            return "stall" if offset + len(data) > at else data
        before = len(b.read_log())
        proxy = nodes.proxy(b, stall)
        started = time.monotonic()
        done = a.match(b, "suspects", "--address", proxy.address, timeout_s=2)
        assert done.code == TIMEOUT, (at, done.code, done.err)
        assert time.monotonic() - started < 8
        if at > 0:  # else the holder has not heard a word
            wait_until(lambda: "broken" in b.read_log()[before:], 15, "the holder's word")
        proxy.close()
    check_next_run_succeeds(a, b)


@suite.test
def a_worker_that_is_stopped(nodes):
    a, b = nodes.pair(rows("a"), rows("b"))
    match = start_match(a, b, timeout_s=2)
    wait_until(lambda: engine_runs(a), 20, "the engine")
    principal = children(b.process.pid)[0]
    worker = worker_of(principal)
    os.kill(worker, signal.SIGSTOP)
    out, err = match.communicate(timeout=20)
    os.kill(worker, signal.SIGKILL)
    assert match.returncode == TIMEOUT, (match.returncode, err)
    wait_until(lambda: not children(b.process.pid), 10, "the end of the principal")
    check_next_run_succeeds(a, b)


@suite.test
def ctrl_c_cancels_cleanly_on_both_sides(nodes):
    a, b = nodes.pair(rows("a"), rows("b"))
    match = start_match(a, b)
    wait_until(lambda: engine_runs(a), 20, "the engine")
    os.killpg(match.pid, signal.SIGINT)
    out, err = match.communicate(timeout=10)
    assert match.returncode == CANCELLED, (match.returncode, err)
    assert "cancelled" in err
    wait_until(lambda: "the peer cancelled the run" in b.read_log(), 10, "the holder's word")
    assert [r["state"] for r in a.runs()] == ["broken"]
    assert a.runs()[0]["failure"] == "cancelled" and b.runs()[0]["failure"] == "peer-cancel"
    check_next_run_succeeds(a, b)


@suite.test
def the_holder_can_stop_a_run_too(nodes):
    a, b = nodes.pair(rows("a"), rows("b"))
    match = start_match(a, b)
    wait_until(lambda: engine_runs(a), 20, "the engine")
    os.kill(children(b.process.pid)[0], signal.SIGTERM)
    out, err = match.communicate(timeout=20)
    assert match.returncode == PEER_CANCEL, (match.returncode, err)
    check_next_run_succeeds(a, b)


@suite.test
def sigterm_drains(nodes):
    a, b = nodes.pair(rows("a"), rows("b"))
    match = start_match(a, b)
    wait_until(lambda: engine_runs(a), 20, "the engine")
    b.process.send_signal(signal.SIGTERM)
    out, err = match.communicate(timeout=60)
    assert match.returncode == 0, (match.returncode, err)
    assert b.process.wait(20) == 0
    assert [r["state"] for r in b.runs()] == ["done"]


@suite.test
def a_broken_run_costs_no_budget_where_the_holder_learns(nodes):
    few = {"tokens_per_run": 100000, "tokens_per_day": 100000, "runs_per_day": 1}
    a, b = nodes.pair(rows("a"), rows("b"), [purpose(learns="holder", budgets=few)])
    for _ in range(2):
        match = start_match(a, b)
        wait_until(lambda: engine_runs(a), 20, "the engine")
        match.kill()
        match.communicate()
        wait_until(lambda: not children(b.process.pid), 10, "the holder's end")
    a.match(b).expect()
    a.match(b).expect(30 + 11)


@suite.test
def where_the_asker_learns_what_was_evaluated_stays_charged(nodes):
    few = {"tokens_per_run": 100000, "tokens_per_day": 100000, "runs_per_day": 1}
    a, b = nodes.pair(rows("a"), rows("b"), [purpose(learns="asker", budgets=few)])
    # By the holder's work, not by the clock, however busy the machine is: later and later, until
    # it has evaluated something for the asker.
    for work_s in (0.3, 0.45, 0.6, 0.75, 0.9):
        match = start_match(a, b)
        principal = wait_until(lambda: next(iter(children(b.process.pid)), None), 20, "a caller")
        worker = worker_of(principal)
        wait_until(lambda w=worker, u=work_s: cpu_s(w) > u, 60, "the holder's work")
        match.kill()
        match.communicate()
        wait_until(lambda: not children(b.process.pid), 10, "the holder's end")
        run = b.runs()[-1]
        assert run["state"] == "broken", run
        if run["charged"] > 0:
            break
    assert run["charged"] > 0, run
    a.match(b).expect(30 + 11)


@suite.test
def a_full_disk_at_the_end_of_a_run(nodes):
    """The store of the asker can't be written: the run is broken there, and nothing is half there."""
    a, b = nodes.pair(rows("a", 300), rows("b", 300))
    done = subprocess.run(["bash", "-c", "ulimit -f 8; exec \"$@\"", "-", PALERMO, "match", "--home",
                           a.home, "--key-file", a.key, "--with", b.code, "--purpose", "suspects",
                           "--case", a.case()],
                          capture_output=True, text=True, timeout=60,
                          preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
    assert done.returncode not in (0, None), done.stderr
    check_nothing_half_written(a)
    check_next_run_succeeds(a, b)


suite.run()
