# SPDX-License-Identifier: Apache-2.0
"""Connections that say nothing, say it slowly, say something else or stay: the node keeps its memory
and answers an honest peer soon.

    IDLE=200 ACTIVE=50 python3 tests/e2e/test_crowd.py build/palermo crowd

IDLE and ACTIVE: how many (40 and 6). TIMES: how often the peer is measured (5). What it measured is
in docs/reliability.md.
"""

import contextlib
import os
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time

from harness import Suite, purpose, wait_until
from processes import descriptors, memory_mb, own_mb, processes
from test_data import A, B

suite = Suite()
CROWD = sys.argv[-1]
IDLE = int(os.environ.get("IDLE", "40"))
ACTIVE = int(os.environ.get("ACTIVE", "6"))
TIMES = int(os.environ.get("TIMES", "5"))
PER_CONNECTION_MB = 24  # of memory of its own that a principal and a worker may take together
LISTENER_MB = 24


class Crowd:
    def __init__(self, a, b, n):
        self.process = subprocess.Popen(
            [CROWD, "hold", a.home, a.key, f"127.0.0.1:{b.port}", b.code, b.party["identity_key"],
             str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.n = int(self.process.stdout.readline().split()[1])
        assert self.n >= n - n // 5, self.n  # a busy machine may lose one

    def measure(self):
        times = []
        for _ in range(TIMES):
            self.process.stdin.write("\n")
            self.process.stdin.flush()
            ms, status = self.process.stdout.readline().split()
            assert status == "ok", status
            times.append(float(ms))
        return statistics.median(times), sorted(times)[len(times) * 9 // 10], max(times)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)


def strangers(b, n, spread=True):
    """Connected, and silent; from addresses of their own, or all from one."""
    found = []
    for i in range(n):
        s = socket.socket()
        s.bind((f"127.0.{1 + i // 200}.{1 + i % 200}" if spread else "127.0.0.9", 0))
        s.connect(("127.0.0.1", b.port))
        found.append(s)
    return found


def client_hello():
    """As any program sends it that speaks TLS 1.3."""
    out = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out,
                                              server_hostname="node").do_handshake()
    return out.read()


HELLO = client_hello()


def serve(nodes, *more):
    a, b = nodes.pair(A, B, [purpose()])
    b.serve("--timeout", 600, "--deliver-every", 0, "--threads", 1, "--most-runs", ACTIVE + 8,
            "--most-of-party", ACTIVE + 8, *more)
    return a, b


@suite.test
def idle_active_slow_and_wrong(nodes):
    a, b = serve(nodes)
    pid = b.process.pid
    alone = Crowd(a, b, 0)
    quiet = alone.measure()
    alone.close()
    empty, own = memory_mb(pid), own_mb(pid)
    idle = strangers(b, IDLE)
    wrong = []
    for first in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"x" * 4000, b"\x16\x02",
                  b"\x16\x03\x01\x00\x00", os.urandom(3000), b"\x80\x2e\x01\x03\x01"):
        s = strangers(b, 1)[0]
        with contextlib.suppress(OSError):
            s.sendall(first)
        wrong.append(s)
    for s in wrong:  # closed at once, without a process
        s.settimeout(10)
        with contextlib.suppress(ConnectionResetError):
            assert s.recv(100) == b""
    slow, over = strangers(b, 12), threading.Event()

    def drip():
        for byte in HELLO:
            for s in slow:
                with contextlib.suppress(OSError):
                    s.sendall(bytes([byte]))
            if over.wait(0.3):
                return
    dripping = threading.Thread(target=drip)
    dripping.start()
    # At the handshake, and silent from there on: the only ones that cost processes.
    stuck = strangers(b, 20)
    for s in stuck:
        s.sendall(HELLO)
    active = Crowd(a, b, ACTIVE)
    crowded = active.measure()
    memory = memory_mb(pid)
    n = len(processes(pid))
    over.set()
    dripping.join()
    active.close()
    told = ["/".join(f"{ms:.0f}" for ms in times) for times in (quiet, crowded)]
    print(f"# answer (median/nine in ten/longest): {told[0]} ms alone; {told[1]} ms with {IDLE} "
          f"idle, {len(slow)} slow, {len(stuck)} stuck and {active.n} active; memory {empty:.0f} MB, then {memory:.0f} MB in {n} processes")
    assert memory < LISTENER_MB + PER_CONNECTION_MB * (ACTIVE + 16), memory
    assert crowded[0] < max(100, 4 * quiet[0]), (quiet, crowded)
    # All of that goes away.
    for s in idle + wrong + slow + stuck:
        s.close()
    wait_until(lambda: len(processes(pid)) == 1, 20, "the end of the crowd")
    wait_until(lambda: descriptors(pid) < 10, 20, "the end of its descriptors")
    assert own_mb(pid) < own + 4
    a.match(b).expect()


@suite.test
def one_address_does_not_keep_others_out(nodes):
    a, b = serve(nodes)
    crowd = strangers(b, 100, spread=False)
    wait_until(lambda: descriptors(b.process.pid) < 30, 10, "its share")
    a.match(b).expect()
    for s in crowd:
        s.close()


@suite.test
def silence_has_an_end(nodes):
    a, b = serve(nodes)
    began = time.monotonic()
    silent = strangers(b, 1)[0]
    silent.settimeout(20)
    assert silent.recv(1) == b"" and 8 < time.monotonic() - began < 18


@suite.test
def a_party_has_its_share_of_places(nodes):
    a, b = nodes.pair(A, B, [purpose()])
    b.serve("--timeout", 60, "--deliver-every", 0, "--most-runs", 4)
    crowd = Crowd(a, b, 2)  # half of them
    refused = a.match(b, "suspects")
    assert refused.code != 0 and "the peer ended the run: a declared maximum" in refused.err, (
        refused.err)
    crowd.close()
    wait_until(lambda: len(processes(b.process.pid)) == 1, 20, "the end of the crowd")
    a.match(b).expect()


@suite.test
def who_is_refused_too_often_is_turned_away(nodes):
    """Each refusal is a row and an entry of the ledger: a party can make so many of them an hour."""
    few = {"tokens_per_run": 100000, "tokens_per_day": 10**9, "runs_per_day": 1}
    a, b = nodes.pair(A, B, [purpose(learns="holder", engine="vole", approval="automatic",
                                     budgets=few,
                                     release={"slots": 4, "minutes": 1, "batches": 2})])
    b.serve("--timeout", 10, "--deliver-every", 0, "--refusals-per-hour", 2)
    a.match(b).expect()
    for _ in range(2):
        a.match(b).expect(30 + 11)
    before = len(b.runs())
    turned_away = a.match(b)
    assert turned_away.code not in (0, 30 + 11), turned_away.code
    assert len(b.runs()) == before == 3


@suite.test
def a_run_has_a_longest_time(nodes):
    """A party that stays awake and does nothing keeps its place for so long and no longer."""
    a, b = nodes.pair(A, B, [purpose()])
    b.serve("--timeout", 3, "--deliver-every", 0)
    crowd = Crowd(a, b, 1)  # pings, and proposes nothing
    wait_until(lambda: len(processes(b.process.pid)) == 1, 20, "the end of its patience")
    crowd.close()


suite.run()
