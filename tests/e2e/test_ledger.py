# SPDX-License-Identifier: Apache-2.0
"""The ledger nobody can rewrite: real nodes of which one rewrites its past, forks it, cuts it or is
restored from a backup; proofs, exports and reports that are checked elsewhere.

The RFC 6962 tree is made a second time here, in Python, from the rows of the store.
A number behind the two programs says how often to kill while appending (30).
"""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time

from harness import AUTH, INPUT, NOT_FOUND, PALERMO, PROOF, STORE, USAGE, Suite, palermo

suite = Suite()

LEDGER_REFUSED = 30 + 19
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3].isdigit() else 30

A = [{"id": f"a{i}", "name": f"Given{i} Family{i}", "birth": "1980-01-02", "nationality": "IT",
      "phone": f"+3906555{i:04d}", "role": "suspect", "offence": "TIP.5"} for i in range(8)]
B = [dict(row, id="b" + row["id"][1:]) for row in A[:5]]


def database(node):
    return os.path.join(node.home, "palermo.db")


def sql(node, *statements):
    with sqlite3.connect(database(node)) as db:
        for s in statements:
            db.execute(s)
    db.close()


def rows(node):
    with sqlite3.connect(database(node)) as db:
        found = db.execute("SELECT sequence, time_ms, kind, body, hash FROM ledger "
                           "ORDER BY sequence").fetchall()
    db.close()
    return found


def entries_of(node):
    """The entries' encodings after spec/ledger.md section 2, and the chain, checked."""
    out, previous = [], b"\0" * 32
    for sequence, time_ms, kind, body, stored in rows(node):
        kind = kind.encode()
        e = (previous + struct.pack(">QQH", sequence, time_ms, len(kind)) + kind +
             struct.pack(">I", len(body)) + body)
        previous = hashlib.blake2b(e, digest_size=32).digest()
        assert previous == stored, sequence
        out.append(e)
    return out


def mth(d):
    """RFC 6962 section 2.1."""
    if not d:
        return hashlib.sha256().digest()
    if len(d) == 1:
        return hashlib.sha256(b"\0" + d[0]).digest()
    k = 1
    while 2 * k < len(d):
        k *= 2
    return hashlib.sha256(b"\1" + mth(d[:k]) + mth(d[k:])).digest()


def head_of(signed):
    """party, size, root, chain, time: spec/wire.md section 4.7."""
    n = struct.unpack(">H", signed[:2])[0]
    size = struct.unpack(">Q", signed[2 + n:10 + n])[0]
    return signed[2:2 + n].decode(), size, signed[10 + n:42 + n], signed[42 + n:74 + n]


def kinds(node):
    return [r[2] for r in rows(node)]


def backup(node, name):
    target = os.path.join(node.root, name)
    with sqlite3.connect(database(node)) as source, sqlite3.connect(target) as copy:
        source.backup(copy)
    source.close()
    copy.close()
    return target


def restore(node, source):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(database(node) + suffix):
            os.remove(database(node) + suffix)
    shutil.copy(source, database(node))


def peers(node):
    return {p["party"]: p for p in node.run("ledger", "peers", "--json").expect().json()}


def rewrite(node, sequence):
    """Changes an entry and makes chain and tree fit again, as who owns the machine can."""
    script = os.path.join(os.path.dirname(__file__), "..", "support", "rewrite_ledger.py")
    subprocess.run([sys.executable, script, database(node), str(sequence)], check=True)


@suite.test
def two_nodes_countersign_each_other(nodes):
    a, b = nodes.pair(A, B)
    for _ in range(3):
        a.match(b).expect()
    for node, other in ((a, b), (b, a)):
        good = node.run("ledger", "verify", "--json").expect().json()
        assert good["good"] and good["heads"] >= 3 and good["countersignatures"] >= 3, good
        assert good["signatures"] >= 12 and good["open_findings"] == 0, good
        peer = peers(node)[other.code]
        assert peer["seen"] and peer["finding"] is None, peer
        assert kinds(node).count("head") == 3
    encoded = entries_of(a)
    with sqlite3.connect(database(a)) as db:
        heads = [h for (h,) in db.execute("SELECT signed FROM ledger_head ORDER BY size")]
    db.close()
    for signed in heads:
        party, size, root, chain = head_of(signed)
        assert party == a.code and root == mth(encoded[:size])
        assert chain == hashlib.blake2b(encoded[size - 1], digest_size=32).digest()


@suite.test
def a_ledger_from_before_there_was_a_tree(nodes):
    a, b = nodes.pair(A, B)
    sql(a, "DELETE FROM ledger_tree", "DELETE FROM ledger_head")
    a.run("ledger", "verify").expect()
    a.match(b).expect()
    good = a.run("ledger", "verify", "--json").expect().json()
    assert good["heads"] == 1
    with sqlite3.connect(database(a)) as db:
        n, trees = db.execute("SELECT (SELECT count(*) FROM ledger), "
                              "(SELECT count(*) FROM ledger_tree)").fetchone()
    db.close()
    assert n == trees


@suite.test
def a_restored_backup_is_found_and_explained(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    kept = backup(a, "backup.db")
    for _ in range(2):  # a run's own entries are under the head that is shown next
        a.match(b).expect()
    restore(a, kept)
    a.run("ledger", "verify").expect()  # by itself it is as good as ever
    a.match(b).expect(LEDGER_REFUSED, "/ledger/rollback")
    assert peers(b)[a.code]["finding"] == "rollback", peers(b)
    assert "finding" in kinds(b) and "witness" in kinds(a)
    a.match(b).expect(LEDGER_REFUSED, "ledger")  # still
    # The holder can't ask the other way round either.
    b.stop()
    a.serve("--timeout", 10)
    b.match(a).expect(LEDGER_REFUSED, "our own policy")
    a.stop()
    b.run("ledger", "acknowledge", a.code).expect(USAGE)
    b.run("ledger", "acknowledge", "ZZ-NONE", "--officer", "o", "--reason", "r").expect(NOT_FOUND)
    b.run("ledger", "acknowledge", a.code, "--officer", "officer-7", "--reason",
          "disk failure, backup of Monday").expect()
    b.serve("--timeout", 10)
    a.match(b).expect()
    assert "acknowledge" in kinds(b)
    lines = [e["line"] for e in b.run("ledger", "list", "--json").expect().json()]
    assert any("backup of Monday" in line for line in lines), lines
    assert not any("officer-7" in line for line in lines), lines
    a.run("ledger", "verify").expect()
    b.run("ledger", "verify").expect()


@suite.test
def a_fork_is_found(nodes):
    """Two copies of one node go on apart: whichever comes second shows another history."""
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    kept = backup(a, "twin.db")
    for _ in range(2):
        a.match(b).expect()
    restore(a, kept)
    for i in range(12):  # longer than what was shown
        a.run("ledger", "subject", "--record", "nobody", "--officer", "o", "--reason",
              f"r{i}").expect(NOT_FOUND)
    a.match(b).expect(LEDGER_REFUSED, "/ledger/rewritten")
    assert peers(b)[a.code]["finding"] == "rewritten"


@suite.test
def a_rewritten_past_is_found(nodes):
    """The owner changes an entry and makes everything on its own disk fit again."""
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    rewrite(a, 2)
    sql(a, "DELETE FROM ledger_head", "DELETE FROM ledger_witness")
    assert a.run("ledger", "verify", "--json").expect().json()["good"]
    a.match(b).expect(LEDGER_REFUSED, "/ledger/rewritten")
    assert peers(b)[a.code]["finding"] == "rewritten"
    before = len(a.runs())
    a.match(b).expect(LEDGER_REFUSED)
    assert len(a.runs()) == before  # nothing was even proposed


@suite.test
def the_holder_rewrites_its_past(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    b.stop()
    rewrite(b, 3)
    b.serve("--timeout", 10)
    a.match(b).expect(LEDGER_REFUSED, "our own policy.*/ledger/rewritten")
    assert peers(a)[b.code]["finding"] == "rewritten"


@suite.test
def what_was_signed_gives_the_rewriter_away(nodes):
    """With the heads left where they are, one's own verification finds it."""
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    rewrite(a, 2)
    a.run("ledger", "verify").expect(STORE, "not of this ledger")
    rewrite(b, 1)
    sql(b, "DELETE FROM ledger_head")
    b.run("ledger", "verify").expect(STORE, "countersignature")


@suite.test
def a_forged_signature_in_an_entry_is_found(nodes):
    """Where no head was kept and chain and tree fit again, what others signed still does not."""
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    whole = f"{a.home}.whole"
    shutil.copytree(a.home, whole)
    for kind in ("proposal", "acceptance", "receipt", "head"):
        shutil.rmtree(a.home)
        shutil.copytree(whole, a.home)
        sequence = kinds(a).index(kind) + 1
        rewrite(a, sequence)
        sql(a, "DELETE FROM ledger_head", "DELETE FROM ledger_witness")
        a.run("ledger", "verify", "--quick").expect()
        a.run("ledger", "verify").expect(STORE, f"signature in the body.* {sequence}$")


@suite.test
def the_end_cut_off_is_found(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    a.match(b).expect()
    with sqlite3.connect(database(a)) as db:
        newest = db.execute("SELECT max(size) FROM ledger_head").fetchone()[0]
    db.close()
    sql(a, f"DELETE FROM ledger WHERE sequence >= {newest}")
    a.run("ledger", "verify").expect(STORE, "cut off")
    sql(a, f"DELETE FROM ledger_tree WHERE sequence >= {newest}")
    a.run("ledger", "verify").expect(STORE, "cut off")


@suite.test
def a_proof_stands_by_itself(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    encoded = entries_of(a)
    key = a.party["identity_key"]
    for number in range(1, len(encoded) + 1):
        proof = a.run("ledger", "prove", str(number)).expect().json()
        assert bytes.fromhex(proof["entry"]["encoded"]) == encoded[number - 1]
        path = a.write(f"proof{number}.json", json.dumps(proof))
        good = palermo("ledger", "check-proof", path, "--identity", key, "--json").expect().json()
        assert good["sequence"] == number and good["party"] == a.code
    covered = json.load(open(a.write("p1.json", a.run("ledger", "prove", "1").expect().out)))
    assert [w["party"] for w in covered["countersignatures"]] == [b.code]

    def check(change, code):
        changed = json.loads(json.dumps(covered))
        change(changed)
        palermo("ledger", "check-proof", a.write("bad.json", json.dumps(changed)), "--identity",
                key).expect(code)

    def flip(text, at):
        return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:]

    check(lambda p: p["entry"].update(encoded=flip(p["entry"]["encoded"], 90)), PROOF)
    check(lambda p: p["inclusion"].pop(), PROOF)
    check(lambda p: p.update(inclusion=[flip(p["inclusion"][0], 3)] + p["inclusion"][1:]), PROOF)
    check(lambda p: p.update(head=flip(p["head"], 40)), AUTH)
    check(lambda p: p["countersignatures"][0].update(
        signed=flip(p["countersignatures"][0]["signed"], 60)), AUTH)
    check(lambda p: p.update(extra=1), INPUT)
    palermo("ledger", "check-proof", a.write("good.json", json.dumps(covered)), "--identity",
            b.party["identity_key"]).expect(AUTH)
    a.run("ledger", "prove", "0").expect(NOT_FOUND)
    a.run("ledger", "prove", "999").expect(NOT_FOUND)


@suite.test
def an_export_is_checked_elsewhere(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    path = os.path.join(a.root, "a.ledger")
    a.run("ledger", "export", path).expect()
    key = a.party["identity_key"]
    good = palermo("ledger", "verify", "--file", path, "--identity", key, "--json").expect().json()
    here = a.run("ledger", "verify", "--json").expect().json()
    assert good == here, (good, here)
    palermo("ledger", "verify", "--file", path, "--identity",
            b.party["identity_key"]).expect(AUTH, "another identity")
    with open(path, "rb") as f:
        whole = f.read()
    changed = os.path.join(a.root, "changed.ledger")
    step = max(1, len(whole) // 150)
    for at in list(range(0, len(whole), step)) + [len(whole) - 1]:
        with open(changed, "wb") as f:
            f.write(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        done = palermo("ledger", "verify", "--file", changed, "--identity", key)
        assert done.code in (STORE, INPUT, AUTH), (at, done.code, done.out)
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        with open(changed, "wb") as f:
            f.write(whole[:cut])
        done = palermo("ledger", "verify", "--file", changed)
        assert done.code in (INPUT, STORE), (cut, done.code)


@suite.test
def a_report_without_a_name(nodes):
    a, b = nodes.pair(A, B)
    case = a.open_case("CASE-42", officer="o-1")
    for _ in range(6):
        a.match(b, "suspects", "--case", case).expect()
    b.run("ledger", "subject", "--record", "b1", "--officer", "dpo", "--reason", "access").expect()
    report = b.run("ledger", "report", "--json").expect().json()
    (group,) = report["groups"]
    assert group["party"] == a.code and group["we"] == "answered"
    assert group["proposed"] == 6 and group["done"] == 6 and not group["small"]
    assert report["subject_searches"] == 1
    by_purpose = a.run("ledger", "report", "--by", "purpose", "--csv").expect().out.splitlines()
    assert by_purpose[0] == "purpose,we,proposed,done,refused,broken,tokens,small"
    assert by_purpose[1].startswith("suspects,asked,6,6,0,0,")
    by_month = a.run("ledger", "report", "--by", "month", "--small", "7", "--json").expect().json()
    assert by_month["groups"][0]["month"] == time.strftime("%Y-%m", time.gmtime())
    assert by_month["groups"][0]["small"]
    assert a.run("ledger", "report", "--to", "2020-01-01", "--json").expect().json()["groups"] == []
    for text in (b.run("ledger", "report").expect().out, json.dumps(report)):
        assert "CASE-42" not in text and "Family" not in text and "o-1" not in text
    a.run("ledger", "report", "--by", "name").expect(USAGE)
    a.run("ledger", "report", "--from", "yesterday").expect(USAGE)


@suite.test
def a_search_for_one_person(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    who = ["--officer", "dpo-3", "--reason", "request for access 7"]
    by_id = b.run("ledger", "subject", "--record", "b2", *who, "--json").expect().json()
    by_phone = b.run("ledger", "subject", "--value", A[2]["phone"], "--type", "phone", *who,
                     "--json").expect().json()
    assert by_id == by_phone
    (record,) = by_id
    (run,) = record["runs"]
    assert run["with"] == a.code and run["purpose"] == "suspects" and "phone" in run["hit_by"]
    unmatched = a.run("ledger", "subject", "--record", "a7", *who, "--json").expect().json()
    assert unmatched[0]["runs"][0]["hit_by"] == []
    assert "Family" not in json.dumps(by_id)
    b.run("ledger", "subject", "--value", "+390600000", "--type", "phone", *who).expect(NOT_FOUND)
    b.run("ledger", "subject", "--record", "b2").expect(USAGE)
    bodies = [r[3] for r in rows(b) if r[2] == "subject"]
    assert len(bodies) == 3
    for body in bodies:
        assert b"request for access 7" in body
        for secret in (b"dpo-3", b"b2", A[2]["phone"].encode(), b"Family"):
            assert secret not in body


@suite.test
def deletion_by_retention_is_entered(nodes):
    a = nodes.node("AA-ONE")
    columns = ["id", "name", "birth", "nationality", "phone", "role", "offence", "retention"]
    a.load_rows([dict(A[0], retention="2020-01-01"), dict(A[1], retention="2999-01-01")],
                columns=columns)
    a.run("hits").expect()
    (entry,) = [e for e in a.run("ledger", "list", "--json").expect().json()
                if e["kind"] == "expire"]
    assert entry["line"] == "retention deleted 1 records and 0 hits"
    a.run("hits").expect()
    assert kinds(a).count("expire") == 1


@suite.test
def killed_while_appending(nodes):
    """What a command said was done stands in the ledger; what is there verifies."""
    a = nodes.node("AA-ONE")
    a.load_rows(A)
    command = [PALERMO, "ledger", "subject", "--home", a.home, "--record", "none", "--officer", "o",
               "--reason"]
    acknowledged = 0
    started = time.monotonic()
    subprocess.run([*command, "first"], stdout=subprocess.DEVNULL)
    span = time.monotonic() - started
    for i in range(KILLS):
        process = subprocess.Popen([*command, f"kill {i}"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(span * 1.3 * (i % 23) / 23)
        process.send_signal(signal.SIGKILL)
        if process.wait() == NOT_FOUND:
            acknowledged += 1
            assert f"kill {i}".encode() in rows(a)[-1][3]
        if i % 10 == 9:
            a.run("ledger", "verify").expect()
    reasons = [r[3] for r in rows(a) if r[2] == "subject"]
    assert len(reasons) == len(set(reasons)) and len(reasons) >= acknowledged + 1
    a.run("ledger", "verify").expect()
    entries_of(a)


suite.run()
