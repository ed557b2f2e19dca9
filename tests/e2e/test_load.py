# SPDX-License-Identifier: Apache-2.0
"""A load that takes its time keeps nobody waiting, is seen by nobody before its end, and leaves nothing
when it dies: on SQLite, and on PostgreSQL where its server is installed."""

import json
import os
import signal
import subprocess

from harness import CANCELLED, PALERMO, SkipTest, Suite, mapping_for, server, wait_until
from test_data import A, B, COMMON_A

suite = Suite()
COLUMNS = ["id", "name", "birth", "nationality", "phone", "role", "offence"]


class SlowLoad:
    """palermo load, fed by hand."""

    def __init__(self, node, register):
        mapping = node.write("slow-mapping.json", json.dumps(mapping_for(COLUMNS)))
        self.node = node
        self.n = 0
        self.process = subprocess.Popen(
            [PALERMO, "load", "-", "--home", node.home, "--register", register, "--format", "csv",
             "--mapping", mapping], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.process.stdin.write(",".join(COLUMNS) + "\n")

    def feed(self, n):
        """Persons whom nobody has; among them, one that the asker has."""
        for i in range(self.n, self.n + n):
            self.process.stdin.write(f"s{i},Slow Loader{i},1961-03-0{i % 9 + 1},SE,+4670{i:07},"
                                     "suspect,TIP.5\n")
        self.process.stdin.write(f"t{self.n},John Smithson,1990-07-30,GB,,suspect,TIP.5\n")
        self.process.stdin.flush()
        self.n += n

    def wait_for_rows(self, n):
        """There are that many in the store, though nobody sees them."""
        wait_until(lambda: self.node.sql("SELECT count(*) FROM record")[0][0] >= n, 60, "a batch")

    def end(self, number=None):
        if number is not None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def registers(node):
    return node.run("register", "list", "--json").expect().json()


def number_left(node):
    return [node.sql(f"SELECT count(*) FROM {table}")[0][0]
            for table in ("loading", "loading_record", "loading_value", "record", "record_value",
                          "record_search", "quarantine", "register")]


def others_go_on(a, b):
    b.serve("--timeout", 20)
    before = registers(b)
    left = number_left(b)
    load = SlowLoad(b, "slow")
    load.feed(6000)
    load.wait_for_rows(3000)
    # A run, a search, a list, a change: nobody waits, and nobody sees anything of it.
    a.match(b, timeout_s=20).expect()
    assert a.hit_set() == COMMON_A, a.hit_set()
    b.open_case("MEANWHILE")
    found = b.run("register", "find", "Slow Loader1", "--type", "name", "--json").expect().json()
    assert found["searches"][0]["records"] == [], found
    assert registers(b) == before
    # The process dies: the next finds nothing of it but what it takes away.
    assert load.end(signal.SIGKILL)[0] == -signal.SIGKILL
    assert registers(b) == before
    b.run("register", "expire").expect()
    assert number_left(b) == left, (number_left(b), left)
    # Somebody thinks better of it.
    load = SlowLoad(b, "slow")
    load.feed(6000)
    load.wait_for_rows(3000)
    code, _, err = load.end(signal.SIGINT)
    assert code == CANCELLED and "nothing was loaded" in err, (code, err)
    assert number_left(b) == left, (number_left(b), left)
    # And one that ends well is there as a whole.
    load = SlowLoad(b, "slow")
    load.feed(3000)
    code, out, err = load.end()
    assert code == 0 and "3,001 records new" in out, (code, out, err)
    assert {r["name"]: r["records"] for r in registers(b)} == {"people": 3,
                                                                            "slow": 3001}
    found = b.run("register", "find", "Slow Loader1", "--type", "name", "--json").expect().json()
    assert len(found["searches"][0]["records"]) == 1, found
    a.match(b, timeout_s=20).expect()
    assert len({record for record, _ in a.hit_set()}) == 3, a.hit_set()
    b.stop()
    b.run("ledger", "verify").expect()


@suite.test
def a_load_keeps_nobody_waiting(nodes):
    a, b = nodes.pair(A, B)
    others_go_on(a, b)


@suite.test
def a_load_keeps_nobody_waiting_on_postgresql(nodes):
    if os.environ.get("STORE") == "postgresql":
        raise SkipTest("the test above was on it")
    server()
    os.environ["STORE"] = "postgresql"
    try:
        a, b = nodes.pair(A, B)
    finally:
        del os.environ["STORE"]
    others_go_on(a, b)


suite.run()
