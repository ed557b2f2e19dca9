# SPDX-License-Identifier: Apache-2.0
"""Runs that go well: what each side learns, and what is kept of it."""

import json
import os
import re

from harness import (FAILED, INPUT, NOT_FOUND, OK, PALERMO, QUARANTINED, USAGE, SkipTest, Suite,
                     free_port, palermo, purpose)
from test_data import A, B, COMMON_A, COMMON_B

suite = Suite()

@suite.test
def both_sides_learn_what_they_have_in_common_and_nothing_else(nodes):
    a, b = nodes.pair(A, B)
    result = a.match(b, "suspects", "--json").expect().json()
    assert result["hits"] == 2 and result["learned"], result
    assert result["peer_tokens"] > 0
    b.stop()
    assert a.hit_set() == COMMON_A, a.hits()
    assert b.hit_set() == COMMON_B, b.hits()
    for node, own_rows, other_rows in ((a, A, B), (b, B, A)):
        stored = node.stored()
        assert own_rows[0]["name"].encode() in stored  # so that the search can find anything
        for field in ("name", "birth"):
            for row in other_rows:
                if row[field] not in {own[field] for own in own_rows}:
                    assert row[field].encode() not in stored, row
        for phone in ("+79161234567", "+4915112345678"):  # each in one register only
            if phone not in {own["phone"] for own in own_rows}:
                assert phone.encode() not in stored


@suite.test
def only_the_holder_learns_where_the_accord_says_so(nodes):
    a, b = nodes.pair(A, B, [purpose(learns="holder")])
    result = a.match(b, "suspects", "--json").expect().json()
    assert not result["learned"] and result["hits"] == 0
    b.stop()
    assert a.hit_set() == set()
    assert b.hit_set() == COMMON_B


@suite.test
def only_the_asker_learns_where_the_accord_says_so(nodes):
    a, b = nodes.pair(A, B, [purpose(learns="asker")])
    assert a.match(b, "suspects", "--json").expect().json()["learned"]
    b.stop()
    assert a.hit_set() == COMMON_A
    assert b.hit_set() == set()


@suite.test
def the_same_receipt_signed_by_both_stands_in_both_stores(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    b.stop()
    receipts = []
    for node in (a, b):
        ((receipt,),) = node.sql("SELECT receipt FROM run")
        receipts.append(bytes(receipt))
        kinds = [e["kind"] for e in node.run("ledger", "list", "--json").expect().json()]
        for kind in ("proposal", "acceptance", "receipt"):
            assert kind in kinds, kinds
        node.run("ledger", "verify").expect()
    assert receipts[0] == receipts[1] and len(receipts[0]) > 128
    (run_a,), (run_b,) = a.runs(), b.runs()
    assert run_a["run"] == run_b["run"] and run_a["state"] == run_b["state"] == "done"
    assert (run_a["side"], run_b["side"]) == ("asker", "holder")


@suite.test
def numbers_of_tokens_are_padded_where_the_accord_asks(nodes):
    a, b = nodes.pair(A, B, [purpose(pad_to=64)])
    result = a.match(b, "suspects", "--json").expect().json()
    assert result["tokens"] == 64 and result["peer_tokens"] == 64, result
    assert a.hit_set() == COMMON_A


@suite.test
def an_empty_register_matches_nothing(nodes):
    a, b = nodes.pair(A, [{**B[2], "name": "Quite Different"}])
    assert a.match(b, "suspects", "--json").expect().json()["hits"] == 0


@suite.test
def runs_can_be_repeated_and_go_on_at_the_same_time(nodes):
    import threading
    a, b = nodes.pair(A, B)
    codes = []

    def ask():
        codes.append(a.match(b).code)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert codes == [OK] * 4, codes
    assert [r["state"] for r in a.runs()] == ["done"] * 4


@suite.test
def loading_again_changes_nothing_and_a_bad_row_is_quarantined(nodes):
    a = nodes.node("AA-ONE")
    rows = A + [{**A[0], "id": "bad", "role": "emperor"}]
    first = a.load_rows(rows, code=QUARANTINED, more=("--json",))
    assert first.json()["new"] == 3 and first.json()["quarantined"] == 1
    assert "people.csv:5:role" in first.err, first.err
    again = a.load_rows(rows, code=QUARANTINED, more=("--json",)).json()
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3), again
    (row,) = a.run("register", "quarantine", "people", "--json").expect().json()
    assert row["line"] == 5 and row["field"] == "role", row
    changed = a.load_rows([{**A[0], "phone": "+79169999999"}] + A[1:], more=("--json",)).json()
    assert (changed["new"], changed["changed"], changed["unchanged"]) == (0, 1, 2), changed


@suite.test
def a_dry_run_writes_nothing(nodes):
    a = nodes.node("AA-ONE")
    done = a.load_rows(A, more=("--dry-run", "--json")).json()
    assert done["records"] == 3 and done["new"] == 0
    assert a.run("register", "list", "--json").expect().json() == []


@suite.test
def mistakes_on_the_command_line_are_told(nodes):
    a = nodes.node("AA-ONE")
    palermo().expect(USAGE)
    palermo("frobnicate").expect(USAGE, "no command")
    palermo("match", "--home", a.home, "--with").expect(USAGE, "needs a value")
    a.run("match", "--wiht", "X").expect(USAGE, "no option")
    a.run("match", "--with", "BB-TWO", "--purpose", "suspects").expect(USAGE, "no run without a case")
    a.match("BB-TWO").expect(NOT_FOUND, "no accord")
    a.run("load", "/nonexistent.csv", "--register", "x", "--format", "un").expect(
        FAILED, "nonexistent")
    a.run("accord", "adopt", a.write("bad.json", '{"palermo": "accord/1", "title": 7}')).expect(
        INPUT, r"bad.json")
    palermo("init", "--home", a.home, "--code", "AA-ONE", "--name", "x", "--address", "h:1",
            "--key-file", a.key).expect(FAILED, "already")
    palermo("match", "--home", "/nonexistent", "--with", "X", "--purpose", "y", "--case",
            "z").expect(NOT_FOUND)
    palermo("ident", "imei", "490154203237518", "--json").expect()
    palermo("ident", "imei", "49").expect(INPUT)


@suite.test
def every_listing_prints_json(nodes):
    a, b = nodes.pair(A, B)
    a.match(b).expect()
    for words in (["hits"], ["runs"], ["register", "list"], ["register", "quarantine"],
                  ["ledger", "list"], ["ledger", "verify"], ["accord", "list"], ["accord", "status"], ["case", "list"],
                  ["authority"]):
        json.loads(a.run(*words, "--json").expect().out)
    text = a.run("accord", "explain", nodes.accord_hash, "--with", "BB-TWO").expect().out
    assert "BB-TWO" in text and "TIP.5" in text, text
    assert max(len(line) for line in text.splitlines()) <= 100
    assert a.run("accord", "show", nodes.accord_hash).expect().json()["palermo"] == "accord/2"
    assert len(palermo("accord", "offences", "--json").expect().json()) > 30


@suite.test
def the_identity_key_opens_with_its_key_file_only(nodes):
    a, b = nodes.pair(A, B)
    wrong = a.write("wrong.key", "not the key\n")
    done = palermo("match", "--home", a.home, "--key-file", wrong, "--with", b.code, "--purpose",
                   "suspects", "--case", a.case()).expect(6, "wrong passphrase or key file")
    assert done.out == ""


@suite.test
def a_passphrase_file_serves_as_well(nodes):
    home = os.path.join(nodes.root, "pass")
    secret = os.path.join(nodes.root, "pass.txt")
    with open(secret, "w") as f:
        f.write("correct horse battery staple\n")
    palermo("init", "--home", home, "--code", "CC-PASS", "--name", "x", "--address",
            f"127.0.0.1:{free_port()}", "--passphrase-file", secret).expect()
    mode = os.stat(os.path.join(home, "identity.key")).st_mode & 0o777
    assert mode & 0o077 == 0, oct(mode)
    assert os.stat(os.path.join(home, "palermo.db")).st_mode & 0o077 == 0


@suite.test
def the_benchmark_measures_both_and_finds_what_is_in_common(nodes):
    figures = palermo("bench", "match", "--engine", "oprf", "--n", 600, "--json").expect().json()
    for name in ("engine", "security", "n", "seconds", "cpu_seconds", "bytes_sent",
                 "bytes_received", "bits_per_token", "peak_rss_bytes", "naive_seconds",
                 "ratio_to_naive"):
        assert name in figures, name
    assert figures["n"] == 600 and figures["hits"] == 60
    assert figures["bytes_sent"] >= 600 * 32 and figures["bytes_received"] >= 600 * 48
    assert 0 < figures["naive_seconds"] < figures["seconds"]
    assert figures["peak_rss_bytes"] < 200e6


@suite.test
def the_benchmark_knows_both_engines(nodes):
    for more in ([], ["--security", "semi-honest"], ["--base", "kept"], ["--channel", "frames"],
                 ["--labels", 9], ["--n-receiver", 20, "--n-sender", "2^10"]):
        figures = palermo("bench", "match", "--engine", "vole", "--n", "1k", "--json",
                          *more).expect().json()
        assert figures["hits"] == min(figures["n_receiver"], figures["n_sender"]) // 10
        for side in ("sender", "receiver"):
            assert figures[side]["cpu_seconds"] > 0 and "trees" in figures[side]["phases"]
    for wrong in (["--security", "semi-honest"], ["--base", "kept"], ["--labels", 9],
                  ["--n", "9"], ["--n", "2^"], ["--channel", "pigeon"]):
        palermo("bench", "match", "--engine", "oprf", *wrong).expect(2)
    palermo("bench", "match", "--engine", "quick").expect(2)


@suite.test
def the_benchmark_of_a_tally_measures_all_parties(nodes):
    """It compares the table with the one that its lists must give, and fails otherwise."""
    figures = palermo("bench", "tally", "--parties", 4, "--n", 50, "--tokens", 2,
                      "--json").expect().json()
    assert figures["multiplications"] == 4 * 4 * 50 * 2
    assert figures["bytes_sent"] >= 4 * 3 * 50 * (1 + 2 * 32)
    assert 0 < figures["share_of_processor_time"] < 1.5
    for wrong in (["--parties", 1], ["--parties", 9], ["--tokens", 0], ["--n", "2^26"]):
        palermo("bench", "tally", *wrong).expect(2)


@suite.test
def the_progress_line_tells_phase_percent_rate_and_time_left(nodes):
    """On a terminal only: the line is redrawn in place and taken away at the end."""
    import pty
    import subprocess
    rows = [{**A[0], "id": f"r{i}", "name": f"Given Family{i}", "phone": f"+39065{i:07d}"}
            for i in range(1500)]
    a, b = nodes.pair(rows, rows[:1400])
    try:
        main, terminal = pty.openpty()
    except OSError as error:
        raise SkipTest(f"no pseudo-terminal here: {error}") from None
    match = subprocess.Popen([PALERMO, "match", "--home", a.home, "--key-file", a.key, "--with",
                              b.code, "--purpose", "suspects", "--case", a.case()],
                             stdout=subprocess.DEVNULL,
                             stderr=terminal, stdin=subprocess.DEVNULL)
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(main, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert match.wait(60) == OK
    os.close(main)
    text = shown.decode()
    assert "prepare" in text and " %" in text, text
    assert re.search(r"verify +\d+ %  [\d,]+ steps/s  \d+:\d\d left", text), text
    assert text.endswith("\r\x1b[K"), text[-80:]


suite.run()
