# SPDX-License-Identifier: Apache-2.0
"""A node's store: moved between SQLite and PostgreSQL, backed up under load, restored, checked; and
what happens when the database server goes away."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

from api_client import Client
from harness import (FAILED, INPUT, NOT_FOUND, PALERMO, STORE, TAMPERED, USAGE, SkipTest, Suite,
                     accord, palermo, purpose, put_in_force, server, wait_until)
from test_data import A, B, COMMON_A, COMMON_B

suite = Suite()
ROUNDS = int(os.environ.get("COUNT", "2"))


def show(node):
    return node.run("store", "show", "--json").expect().json()


def rows(n):
    return [{"id": f"p{i}", "name": f"Ivan Petrov{i}", "birth": "1970-01-02", "nationality": "RU",
             "phone": f"+7916{i:07}", "role": "suspect", "offence": "TIP.5"} for i in range(n)]


@suite.test
def a_node_moves_to_postgresql_and_back_and_goes_on(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    b.stop()
    before = show(a)
    assert before["database"] == "sqlite" and before["rows"] > 50, before
    uri = server().make_database()
    done = a.run("store", "copy", "--to", uri, "--switch", "--json").expect().json()
    assert done["digest"] == before["digest"] and done["rows"] == before["rows"], done
    now = show(a)
    assert now["database"] == "postgresql" and now["digest"] == before["digest"], now
    # It goes on: numbers that the database gives out, runs, ledger.
    a.load_rows(rows(3), "more")
    b.serve("--timeout", 10)
    a.match(b).expect()
    b.stop()
    a.run("ledger", "verify").expect()
    assert a.hit_set() == COMMON_A
    # And back, into the file's place.
    middle = show(a)
    assert middle["digest"] != before["digest"]
    os.unlink(os.path.join(a.home, "palermo.db"))
    a.run("store", "copy", "--to", "palermo.db", "--switch").expect()
    assert show(a)["digest"] == middle["digest"] and show(a)["database"] == "sqlite"
    a.load_rows(rows(4), "more")
    a.run("ledger", "verify").expect()


@suite.test
def a_copy_is_refused_where_it_would_do_harm(nodes):
    a = nodes.node("AA-ONE")
    a.load_rows(rows(5))
    b = nodes.node("BB-TWO")
    other = os.path.join(nodes.root, "other.db")
    a.serve()
    a.run("store", "copy", "--to", other).expect(FAILED, "is being served: stop it first")
    assert not os.path.exists(other)
    a.stop()
    a.run("store", "copy", "--to", os.path.join(b.home, "palermo.db")).expect(
        FAILED, "something else in it already")
    a.run("store", "copy", "--to", "palermo.db").expect(FAILED, "is the store itself")
    a.run("store", "copy").expect(USAGE)
    out = b.run("store", "copy", "--from", os.path.join(a.home, "palermo.db"), "--to",
                other).expect().out
    assert f"still uses {os.path.realpath(b.home)}/palermo.db." in out, out
    a.run("store", "copy", "--to", "postgresql://u:secret@/x").expect(
        FAILED, r"postgresql://u:\.\.\.@/x: a password does not belong there")
    for uri in ("postgresql://u:secret@h/x", "postgresql://u:s%zsecret@h/x",
                "postgresql://u@h/x?password=secret", "postgresql://u:s@secret@h/x",
                "postgresql:///x?password=%zsecret"):
        with open(os.path.join(a.home, "palermo.conf"), "w", encoding="utf-8") as f:
            f.write(f"store = {uri}\n")
        for words in (["status"], ["check"], ["store", "show"]):
            done = a.run(*words)
            assert done.code != 0 and "postgresql://" in done.err, done.err
            assert "secret" not in done.err + done.out, (uri, words, done.err, done.out)
    assert show(b)["rows"] < 20


@suite.test
def a_killed_copy_leaves_nothing(nodes):
    uri = server().make_database()
    a = nodes.node("AA-ONE")
    a.load_rows(rows(20000))
    for to, killed in ((uri, server().sql), (os.path.join(nodes.root, "b.db"), None)):
        process = subprocess.Popen([PALERMO, "store", "copy", "--home", a.home, "--to", to],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if killed:
            wait_until(lambda: server().sql(
                "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY %'"), 30, "a COPY")
        else:
            wait_until(lambda: os.path.exists(to + "-wal") and os.path.getsize(to + "-wal") > 1e6,
                       30, "a write")
        assert process.poll() is None, "it was too fast to be killed"
        process.kill()
        process.wait()
        for table in ("setting", "record", "record_value", "ledger"):
            count = f"SELECT count(*) FROM {table}"
            if killed:
                wait_until(lambda: not server().sql(
                    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'palermo'"))
                assert server().sql(count, uri) == [["0"]]
            else:
                with sqlite3.connect(to) as db:
                    assert db.execute(count).fetchone() == (0,)
        a.run("store", "copy", "--to", to).expect()


@suite.test
def two_nodes_do_not_share_a_database(nodes):
    uri = server().make_database()
    a = nodes.node("AA-ONE", store=uri)
    home = os.path.join(nodes.root, "second")
    again = palermo("init", "--home", home, "--code", "BB-TWO", "--name", "x", "--address",
                    "127.0.0.1:1", "--key-file", a.key, "--store", uri)
    again.expect(FAILED, "there is a node in it already")
    assert not os.path.exists(os.path.join(home, "identity.key"))
    assert not os.path.exists(os.path.join(home, "palermo.conf"))
    missing = palermo("init", "--home", home, "--code", "BB-TWO", "--name", "x", "--address",
                      "127.0.0.1:1", "--key-file", a.key, "--store",
                      server().uri("no_such_database"))
    missing.expect(STORE, 'database "no_such_database" does not exist')
    with open(os.path.join(a.home, "palermo.conf"), "a", encoding="utf-8") as f:
        f.write("colour = red\n")
    a.run("authority").expect(INPUT, r'palermo.conf:3: there is no setting "colour"')


@suite.test
def a_backup_under_load_is_one_state_and_comes_back(nodes):
    a, b = nodes.pair(A, B)
    stop = threading.Event()

    def load():
        n = 0
        while not stop.is_set():
            n += 1
            b.load_rows(rows(50 * n), f"r{n % 3}")
            a.match(b).expect()
    thread = threading.Thread(target=load)
    thread.start()
    try:
        for i in range(ROUNDS):
            path = os.path.join(nodes.root, f"backup-{i}")
            done = b.run("backup", path, "--json").expect().json()
            assert os.stat(path).st_mode & 0o077 == 0
            home = os.path.join(nodes.root, f"restored-{i}")
            back = palermo("restore", path, "--home", home, "--json").expect().json()
            assert back["digest"] == done["digest"] and not back["identity_key"], back
            assert back["ledger_entries"] > 0
            palermo("ledger", "verify", "--home", home).expect()
            # A load is in it wholly or not at all.
            for r in palermo("register", "list", "--home", home, "--json").expect().json():
                assert r["name"] == "people" or r["records"] % 50 == 0, r
    finally:
        stop.set()
        thread.join()
    b.run("backup", path).expect(FAILED, "is there already")
    first = home  # with the last backup in it
    palermo("restore", path, "--home", first).expect()
    b.open_case("LATER")
    later = os.path.join(nodes.root, "backup-later")
    b.run("backup", later).expect()
    palermo("restore", later, "--home", first).expect(FAILED, "something else in it already")
    assert not [f for f in os.listdir(nodes.root) if "partial" in f]
    # With the key it is the same party again: runs go on, and with another database too.
    b.stop()
    b.run("backup", path + "k", "--with-key").expect(6, "sealed under a key file")
    b.run("store", "show").expect()
    os.rename(b.home, b.home + "-lost")
    palermo("restore", path, "--home", b.home, "--store", server().make_database()).expect()
    os.rename(os.path.join(b.home + "-lost", "identity.key"),
              os.path.join(b.home, "identity.key"))
    assert show(b)["database"] == "postgresql"
    # A node that is there stays as it is, whether it serves or not.
    b.serve()
    palermo("restore", path, "--home", b.home).expect(FAILED, "is being served: stop it first")
    b.stop()
    for home, store in ((first, nodes.root + "/x.db"), (b.home, "y.db")):
        palermo("restore", path, "--home", home, "--store", store).expect(
            FAILED, "a node's already, whose store is elsewhere")
    # What fails leaves a directory in which another try does not.
    empty = os.path.join(nodes.root, "empty")
    palermo("restore", path, "--home", empty, "--store", "postgresql:///x?host=/nonexistent").expect(
        STORE, "nonexistent")
    palermo("restore", path, "--home", empty).expect()
    assert not os.path.exists(os.path.join(first, "palermo.conf"))


@suite.test
def a_backup_with_the_key_and_one_that_was_changed(nodes):
    home = os.path.join(nodes.root, "pass")
    secret = os.path.join(nodes.root, "secret")
    with open(secret, "w", encoding="utf-8") as f:
        f.write("correct horse battery staple\n")
    palermo("init", "--home", home, "--code", "CC-PASS", "--name", "x", "--address", "127.0.0.1:1",
            "--passphrase-file", secret).expect()
    path = os.path.join(nodes.root, "backup")
    palermo("backup", path, "--with-key", "--home", home).expect()
    again = os.path.join(nodes.root, "again")
    back = palermo("restore", path, "--home", again, "--json").expect().json()
    assert back["identity_key"]
    with open(os.path.join(home, "identity.key"), "rb") as one, \
            open(os.path.join(again, "identity.key"), "rb") as two:
        assert one.read() == two.read()
    palermo("check", "--home", again, "--passphrase-file", secret).expect()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE setting SET value = 'DD-EVIL' WHERE key = 'authority.code'")
    third = os.path.join(nodes.root, "third")
    palermo("restore", path, "--home", third).expect(TAMPERED, "damaged, or was changed")
    palermo("restore", os.path.join(home, "palermo.db"), "--home", third).expect(
        INPUT, "is a store, but no backup")
    assert not os.path.exists(os.path.join(third, "identity.key"))


@suite.test
def check_says_what_is_wrong(nodes):
    a, b = nodes.pair(A, B)

    def check(*more, code=0):
        found = a.run("check", "--key-file", a.key, "--json", *more).expect(code).json()["findings"]
        return {(f["area"], f["finding"]): f["words"] for f in found}
    found = check()
    assert "answers, with its certificate" in found["peer", "ok"], found
    assert "in force with 1 party" in found["accord", "ok"]
    assert "opens, and is the store's" in found["keys", "ok"]
    with open(a.key, encoding="ascii") as key:
        subprocess.run([PALERMO, "check", "--offline", "--home", a.home, "--key-file", "-"], stdin=key,
                       stdout=subprocess.DEVNULL, check=True)
    os.chmod(a.key, 0o440)
    a.run("check", "--offline", env={"PALERMO_KEY_FILE": a.key}).expect(FAILED)
    os.chmod(a.key, 0o400)
    text = a.run("check").expect().out
    assert re.search(r"^ok +peer +BB-TWO at 127.0.0.1:\d+: answers; its cert.* not looked at", text,
                     re.M), text
    # Somebody else at the peer's address, and then nobody.
    b.stop()
    c = nodes.node("CC-MEAN")
    put_in_force(nodes.root, [c, a], accord(nodes.root, [c, a], [purpose()], title="Another"))
    c.serve("--address", f"127.0.0.1:{b.port}")
    found = a.run("check", "--key-file", a.key, "--json").expect(FAILED).json()["findings"]
    assert any(f["finding"] == "error" and "BB-TWO" in f["words"] for f in found), found
    c.stop()
    assert ("peer", "warning") in check()
    assert ("peer", "warning") not in check("--offline")
    os.chmod(os.path.join(a.home, "identity.key"), 0o440)
    assert "others may read" in check("--offline", code=FAILED)["keys", "error"]
    os.chmod(os.path.join(a.home, "identity.key"), 0o400)
    a.sql("UPDATE ledger SET time_ms = time_ms + 86400000")
    assert "behind the ledger" in check("--offline", code=FAILED)["clock", "error"]


@suite.test
def what_a_connection_is_made_with_is_there_for_a_serving_node(nodes):
    """A password and a service in files that are nowhere near the node's, which gives up all others."""
    a = nodes.node("AA-ONE", store=server().make_database())
    name = server().name_of(a.uri)
    place = tempfile.mkdtemp(prefix="elsewhere-", dir=os.path.dirname(os.path.realpath(PALERMO)))
    passwords, services = (os.path.join(place, n) for n in ("passwords", "services"))
    try:
        with open(passwords, "w", encoding="utf-8") as f:
            f.write("*:*:*:*:secret\n")
        os.chmod(passwords, 0o600)
        with open(services, "w", encoding="utf-8") as f:
            f.write(f"[node]\nhost={server().directory}\nuser=palermo\npassfile={passwords}\n")
        for uri, env in ((f"{a.uri}&passfile={passwords}", {}),
                         (f"postgresql:///{name}?service=node", {"PGSERVICEFILE": services})):
            with open(os.path.join(a.home, "palermo.conf"), "w", encoding="utf-8") as f:
                f.write(f"store = {uri}\n")
            with server().asking_for_passwords("secret"):
                a.serve("--api", "socket", env=env)
                assert Client(a, local=True).get("/v1/ready").json()["ready"], a.read_log()
                a.stop()
    finally:
        shutil.rmtree(place)


@suite.test
def the_server_goes_in_the_middle_and_comes_back(nodes):
    a = nodes.node("AA-ONE", store=server().make_database())
    b = nodes.node("BB-TWO", store=server().make_database())
    a.load_rows(A)
    b.load_rows(B)
    put_in_force(nodes.root, [a, b], accord(nodes.root, [a, b], [purpose()]))
    b.serve("--timeout", 10)
    a.match(b).expect()
    before = show(a)["digest"]
    # In the middle of a load: nothing of it is there.
    path = a.write("many.csv", "".join(["id,name\n"] + [f"m{i},Ivan Petrov{i}\n"
                                                      for i in range(60000)]))
    mapping = a.write("many.json", json.dumps({
        "format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
        "kind": {"constant": "person"}, "properties": [{"type": "name", "column": "name"}]}))
    words = ["load", path, "--home", a.home, "--register", "many", "--format", "csv", "--mapping",
             mapping]
    process = subprocess.Popen([PALERMO, *words], stderr=subprocess.PIPE, text=True,
                               stdout=subprocess.DEVNULL)
    wait_until(lambda: server().sql("SELECT 1 FROM record, loading WHERE record.id >= first_record "
                                    "LIMIT 1", a.uri), 60, "a write")
    server().stop(signal.SIGQUIT)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == STORE and "nothing was loaded" in said, (process.returncode, said)
    # A run now: both sides say what is wrong, and nothing is half-written.
    a.run("store", "show").expect(STORE, "server|socket")
    server().start()
    # A database that follows another can be read, and that is not enough.
    name = server().name_of(a.uri)
    server().sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    assert "takes no changes" in a.run("check", "--offline").expect(FAILED).out
    server().sql(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    a.run("ledger", "verify").expect()
    assert not [r for r in a.run("register", "list", "--json").expect().json()
                if r["name"] == "many"]
    assert show(a)["digest"] != before  # rows that nobody sees
    a.run("register", "expire").expect()
    assert show(a)["digest"] == before, "what a dead load left is not taken away"
    # The node that served all the while goes on.
    a.match(b).expect()
    palermo(*words).expect()
    # In the middle of a run: it is broken on both sides, and the next one is not.
    done = threading.Event()
    codes = []

    def ask():
        while not done.is_set():
            codes.append(a.match(b, timeout_s=5).code)
    thread = threading.Thread(target=ask)
    thread.start()
    for i in range(ROUNDS):
        n = len(codes)
        wait_until(lambda: len(codes) > n, 60)
        server().stop(signal.SIGQUIT)
        time.sleep(0.1 * i)
        server().start()
    done.set()
    thread.join()
    a.match(b).expect()
    b.stop()
    for node in (a, b):
        node.run("ledger", "verify").expect()
        assert node.sql("SELECT count(*) FROM run WHERE state IN ('proposed', 'running')") == [(0,)]
    assert a.hit_set() == COMMON_A and b.hit_set() == COMMON_B
    done_a = set(a.sql("SELECT id FROM run WHERE state = 'done'"))
    assert done_a <= set(b.sql("SELECT id FROM run WHERE state = 'done'"))


suite.run()
