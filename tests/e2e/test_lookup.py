# SPDX-License-Identifier: Apache-2.0
"""Lookups: indexes of real nodes, asked about travellers over real connections."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess

import harness
from api_client import Client, serve, token
from harness import (CANCELLED, INPUT, NOT_FOUND, PROTOCOL, REFUSED, Suite, TAMPERED, UNREACHABLE,
                     USAGE, accord, palermo, purpose, put_in_force, wait_until)
from processes import processes

suite = Suite()
DEADLINE_MS = 30000  # an answer takes milliseconds where the machine has nothing else to do
# The specimen of ICAO Doc 9303 part 4, issued by a country instead of by Utopia.
ZONE = ("P<ITAERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
        "L898902C36ITA7408122F1204159ZE184226B<<<<<10")


def border(code="border", **changes):
    budgets = {"tokens_per_run": 1000, "tokens_per_day": 1000, "runs_per_day": 10,
               "lookups_per_hour": changes.pop("lookups", 100000)}
    return purpose(code, budgets=budgets, learns=changes.pop("learns", "asker"), **changes)


def person(number, role="suspect", **more):
    return {"id": f"r{number}", "name": f"Person Number{number}", "birth": "1980-01-02",
            "phone": f"+3902{number:08d}", "role": role, "offence": "TIP.5", **more}


def world(nodes, holders=1, rows=None, **changes):
    """An asker and holders with five persons each and an index of them; all serve but the asker."""
    asker = nodes.node("AA-ASK")
    others = [nodes.node(f"H{i}-HOLD") for i in range(holders)]
    document = accord(nodes.root, [asker, *others], [border(**changes)])
    put_in_force(nodes.root, [asker, *others], document)
    for i, h in enumerate(others):
        h.load_rows(rows or [person(100 * i + k) for k in range(5)])
        index(h, "build", "--labels")
        index(h, "publish")
        h.serve("--timeout", 10)
    return asker, others


def index(node, verb, *more, code=0):
    words = ["--purpose", "border"] if verb in ("build", "publish", "rotate", "update",
                                                "fetch") else []
    if verb == "fetch":
        words += ["--case", node.case()]
    if words:
        words += ["--key-file", node.key]
    return palermo("index", verb, "--home", node.home, *words, *more).expect(code)


def lookup(node, *more, code=0, **options):
    run = palermo("lookup", "--home", node.home, "--key-file", node.key, "--purpose", "border",
                  "--case", node.case(), "--json", "--deadline", DEADLINE_MS, *more,
                  **options).expect(code)
    return {a["party"]: a for a in run.json()["answers"]} if run.out else {}


def phone(number):
    return ("--id", f"phone=+3902{number:08d}")


@suite.test
def hit_no_hit_no_answer_told_apart(nodes):
    asker, (one, two, three) = world(nodes, 3)
    answers = lookup(asker, *phone(103))
    assert {p: a["answer"] for p, a in answers.items()} == {
        "H0-HOLD": "no-hit", "H1-HOLD": "hit", "H2-HOLD": "no-hit"}, answers
    hit = answers["H1-HOLD"]
    assert hit["rules"] == ["phone"] and hit["label"]["contact"] == "duty desk", hit
    assert not hit["label"]["urgent"] and len(hit["label"]["reference"]) == 32
    # One is stopped, another has no index any more of this purpose: nobody is taken for a no-hit.
    three.stop()
    answers = lookup(asker, *phone(103), code=UNREACHABLE)
    assert answers["H2-HOLD"]["answer"] == "no-answer", answers
    assert answers["H2-HOLD"]["status"] == "unreachable"
    assert answers["H1-HOLD"]["answer"] == "hit"
    # Ledgers: opened, summarised, verified; nothing of whom was asked about.
    entries = one.run("ledger", "list").expect().out
    assert " lookup-open " in entries and " index " in entries
    wait_until(lambda: " lookups " in one.run("ledger", "list").out, what="the summary")
    assert "3902" not in entries
    for n in (asker, one):
        n.run("ledger", "verify").expect()
    reported(asker, two)


def reported(asker, holder):
    """What an oversight body is told: three lookups of one token, two of them with a hit of one."""
    wait_until(lambda: sum(" lookups " in line for line in holder.run("ledger", "list").out.split(
        "\n")) == 2, what="summaries")
    rows = {r["party"]: r for r in asker.run("ledger", "report", "--json").expect().json()["lookups"]}
    assert rows["H1-HOLD"]["hits"] == 2 and rows["H1-HOLD"]["hit_ratio"] == 1, rows
    assert rows["H0-HOLD"]["hits"] == 0 and rows["H2-HOLD"]["evaluated"] == 1, rows
    hours = holder.run("ledger", "report", "--by", "hour", "--json").expect().json()["lookups"]
    assert sum(h["evaluated"] for h in hours) == 2 and hours[0]["party"] == "AA-ASK", hours
    for h in hours:
        assert h["hour"] == h["busiest_hour"] and h["busiest_hour_evaluated"] == h["evaluated"]
    lines = holder.run("ledger", "report", "--csv", "--lookups").expect().out.splitlines()
    assert len(lines) == 2 and lines[1].startswith("AA-ASK,border,answered,2,0,2,0,2,0,"), lines
    assert " answered " in holder.run("ledger", "report").expect().out.splitlines()[-1]
    holder.run("ledger", "report", "--lookups").expect(USAGE)


@suite.test
def withdrawn_added_rotated(nodes):
    asker, (holder,) = world(nodes)
    assert lookup(asker, *phone(3))["H0-HOLD"]["answer"] == "hit"
    before = index(holder, "update", "--json").json()
    assert before[0]["changed"] is False and before[0]["sequence"] == 0
    holder.run("register", "drop", "people").expect()
    holder.load_rows([person(k) for k in (0, 1, 2, 4, 9)])
    made = index(holder, "update", "--json").json()[0]
    assert made["changed"] and made["sequence"] > 0 and made["withdrawn"] and made["added"], made
    # The asker has the index of before: it may not say hit, and without fetching it may not say
    # no-hit either.
    old = lookup(asker, *phone(3), "--no-fetch", code=NOT_FOUND)["H0-HOLD"]
    assert old["answer"] == "index-old", old
    answer = lookup(asker, *phone(3))["H0-HOLD"]
    assert answer["answer"] == "no-hit" and answer["sequence"] == made["sequence"], answer
    assert lookup(asker, *phone(9))["H0-HOLD"]["answer"] == "hit"
    assert lookup(asker, *phone(1), "--no-fetch")["H0-HOLD"]["answer"] == "hit"
    # The key is rotated.
    assert index(holder, "rotate", "--labels", "--overlap", 1, "--json").json()["epoch"] == 2
    # During the overlap the old index is answered for; a newer one is fetched by who fetches.
    assert lookup(asker, *phone(2), "--no-fetch")["H0-HOLD"]["epoch"] == 1
    assert index(asker, "fetch", "--json").json()[0]["epoch"] == 2
    assert lookup(asker, *phone(2))["H0-HOLD"]["epoch"] == 2
    # Without one the old one says that it is old.
    index(holder, "rotate", "--labels", "--overlap", 0)
    old = lookup(asker, *phone(2), "--no-fetch", code=NOT_FOUND)["H0-HOLD"]
    assert old["answer"] == "index-old", old
    new = lookup(asker, *phone(2))["H0-HOLD"]
    assert new["answer"] == "hit" and new["epoch"] == 3, new
    states = {e["epoch"]: e["state"] for e in index(holder, "list", "--json").json()}
    assert states[3] == "published" and states[2] == "gone", states


@suite.test
def exactly_the_budget(nodes):
    asker, (holder,) = world(nodes, lookups=7)
    rows = "id,phone\n" + "".join(f"{i},+3902{i:08d}\n" for i in range(12))
    table = asker.write("table.csv", rows)

    def batch():
        run = palermo("lookup", "--home", asker.home, "--key-file", asker.key, "--purpose",
                      "border", "--case", asker.case(), "--batch", table, "--at-once", 1, "--deadline",
                      DEADLINE_MS)
        lines = [json.loads(line) for line in run.expect().out.splitlines()]
        assert [line["row"] for line in lines] == list(range(1, 13))
        return [line["answers"][0] for line in lines]

    first = batch()
    answered = [a for a in first if a["answer"] in ("hit", "no-hit")]
    refused = [a for a in first if a["answer"] == "refused"]
    used = len(answered)
    assert used == 7 and len(refused) == 5, first
    assert {a["refusal"]["code"] for a in refused} == {"budget-lookups"}
    # It outlives the connection and the holder's process.
    holder.serve("--timeout", 10)
    assert {a["answer"] for a in batch()} == {"refused"}
    watched = index(holder, "watch", "--json").json()
    assert watched[0]["evaluated"] == 7 and "budget-reached" in watched[0]["remarks"], watched


@suite.test
def holder_first(nodes):
    rows = [person(1), person(2, role="wanted")]
    asker, (holder,) = world(nodes, rows=rows, learns="holder")
    index(holder, "rotate", "--urgent", "wanted", "--handling", "detain", "--overlap", 0)
    # What is not urgent looks like nothing; its holder hears of it.
    hit = lookup(asker, *phone(1))["H0-HOLD"]
    assert hit["answer"] == "with-holder"
    nothing = lookup(asker, *phone(77))["H0-HOLD"]
    assert hit.keys() == nothing.keys() and all(
        a["took_ms"] > 0 and a["took_ms"] % 100 == 0 for a in (hit, nothing)), (hit, nothing)
    assert nothing["answer"] == "with-holder" and "label" not in nothing and "rules" not in nothing
    urgent = lookup(asker, *phone(2))["H0-HOLD"]
    assert urgent["answer"] == "hit" and urgent["label"]["urgent"], urgent
    assert urgent["label"]["handling"] == "detain"
    notices = wait_until(lambda: [n for n in index(holder, "notices", "--json").json()],
                         what="a notice")
    wait_until(lambda: len(index(holder, "notices", "--json").json()) == 2, what="both notices")
    notices = index(holder, "notices", "--json").json()
    assert {n["record"] for n in notices} == {1, 2}, notices
    assert index(holder, "watch", "--json").json()[0]["hits"] == 2
    holder.run("ledger", "verify").expect()


def goes_on_where_it_broke_off(asker):
    table = asker.write("list.csv", "id,phone,mrz\n" + "".join(
        f"p{i},+3902{i:08d},\n" for i in range(6)) + "bad,,P<\n")
    out = os.path.join(asker.root, "answers.jsonl")
    run = ["lookup", "--home", asker.home, "--key-file", asker.key, "--purpose", "border",
           "--case", asker.case(), "--batch", table, "--out", out, "--deadline", DEADLINE_MS]
    palermo(*run).expect(3)
    with open(out, encoding="utf-8") as f:
        whole = f.read()
    lines = [json.loads(line) for line in whole.splitlines()]
    assert [line["id"] for line in lines] == [f"p{i}" for i in range(6)] + ["bad"]
    assert [line["answers"][0]["answer"] for line in lines[:6]] == ["hit"] * 5 + ["no-hit"]
    assert "mrz" in lines[6]["error"]
    with open(out, "w", encoding="utf-8") as f:
        f.write("".join(line + "\n" for line in whole.splitlines()[:3]) + '{"row": 4, "an')
    palermo(*run).expect(3)
    with open(out, encoding="utf-8") as f:
        again = [json.loads(line) for line in f]
    # A file that is something else is left as it is.
    for other in ("id,phone\np0,1\n", whole.splitlines()[1] + "\n", "no line"):
        with open(out, "w", encoding="utf-8") as f:
            f.write(other)
        palermo(*run).expect(INPUT, "something else")
        with open(out, encoding="utf-8") as f:
            assert f.read() == other
    assert [line["row"] for line in again] == [1, 2, 3, 4, 5, 6, 7]
    assert again[3]["answers"][0]["answer"] == "hit"


@suite.test
def lists_refusals_and_damage(nodes):
    asker, (holder,) = world(nodes, rows=[*(person(k) for k in range(5)), {
        "id": "z", "name": "Anna Maria Eriksson", "birth": "1974-08-12", "role": "wanted",
        "offence": "TIP.5", "phone": "+390212345678"}])
    good = lookup(asker, "--mrz", ZONE)["H0-HOLD"]
    assert good["answer"] == "hit" and good["rules"] == ["name+birthDate"], good
    palermo("lookup", "--home", asker.home, "--key-file", asker.key, "--purpose", "border",
            "--case", asker.case(), "--mrz", "P<ITA").expect(INPUT, "mrz")
    goes_on_where_it_broke_off(asker)
    other = nodes.node("ZZ-NONE")
    palermo("lookup", "--home", other.home, "--key-file", other.key, "--purpose", "border",
            "--case", "NONE", *phone(1)).expect(NOT_FOUND)
    palermo("lookup", "--home", asker.home, "--key-file", asker.key, "--purpose", "border",
            "--case", "NONE", *phone(1)).expect(REFUSED + 18, "no case of that reference")
    assert lookup(asker, *phone(1))["H0-HOLD"]["answer"] == "hit"
    # Any altered byte of what was fetched: it is fetched anew, or the lookup fails; never no-hit.
    peers = os.path.join(asker.home, "peers")
    (name,) = [n for n in os.listdir(peers) if n.endswith(".index")]
    path = os.path.join(peers, name)
    size = os.path.getsize(path)
    with open(path, "r+b") as f:
        f.seek(size - 1 if size < 2000 else 1024 + 9)
        byte = f.read(1)
        f.seek(-1, os.SEEK_CUR)
        f.write(bytes([byte[0] ^ 1]))
    palermo("index", "show", path).expect(TAMPERED, "was changed")
    answer = lookup(asker, *phone(1), "--no-fetch", code=TAMPERED)["H0-HOLD"]
    assert answer["answer"] == "no-answer" and answer["status"] == "tampered", answer
    assert lookup(asker, *phone(1))["H0-HOLD"]["answer"] == "hit"
    palermo("index", "show", path).expect()
    longer_than_is_taken(asker, holder)
    # A case about something that the purpose is not for: the code says so, and the clause.
    run = palermo("lookup", "--home", asker.home, "--key-file", asker.key, "--purpose", "border",
                  "--case", asker.open_case("OTHER", ["DRUGS88.3.1"]), "--json", *phone(1))
    (answer,) = run.expect(REFUSED + 4).json()["answers"]
    assert answer["refusal"] == {"code": "offence", "clause": "/purposes/0/offences"}, answer


def longer_than_is_taken(asker, holder):
    """A holder whose file has a length that nobody has room for: not a byte of it is taken."""
    directory = os.path.join(holder.home, "index")
    (name,) = [n for n in os.listdir(directory) if n.endswith(".index")]
    path = os.path.join(directory, name)
    size = os.path.getsize(path)
    peers = os.path.join(asker.home, "peers")
    fetched = f"{holder.code}-{name}"

    def offer(bytes_, code, *more):
        if os.path.exists(os.path.join(peers, fetched)):
            os.unlink(os.path.join(peers, fetched))
        os.truncate(path, bytes_)
        return palermo("index", "fetch", "--home", asker.home, "--key-file", asker.key,
                       "--purpose", "border", "--case", asker.case(), *more).expect(code)

    # What a process that was killed left behind goes, what another is making stays.
    left, held = (os.path.join(peers, f"{fetched}.{ending}") for ending in ("ABCDEF", "abcdef"))
    with open(left, "wb"), open(held, "wb") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        assert "8,589,934,592 bytes" in offer(8 << 30, 1).err
        assert "--most-index" in offer(2 << 20, 1, "--most-index", 1).err
        assert os.path.exists(left) and not os.path.exists(os.path.join(peers, fetched))
        offer(size + 1000, PROTOCOL)  # a length that is not the index's own
        offer(size, 0, "--most-index", 1)
        assert sorted(os.listdir(peers)) == [fetched, f"{fetched}.abcdef"]
    os.unlink(held)


def connected(path):
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(60)
    try:
        s.connect(path)
    except OSError:
        s.close()
        return None
    return s


def the_same_by_http(client, case):
    def ask(number, expect=None, **changes):
        subject = {"identifiers": [{"type": "phone", "value": f"+3902{number:08d}"}]}
        request = {"purpose": "border", "case": case, "subject": subject,
                   "deadline_ms": DEADLINE_MS, **changes}
        return client.post("/v1/lookups", request, expect).json()

    assert [a["answer"] for a in ask(3)["answers"]] == ["hit"]
    assert [a["answer"] for a in ask(78)["answers"]] == ["no-hit"]
    wrong = ask(3, 422, subject={"mrz": "P<\nP<"})
    assert [e["field"] for e in wrong["errors"]] == ["/subject/mrz"], wrong
    refused = ask(3, 409, case="NONE")
    assert "no case of that reference" in refused["detail"], refused
    ask(3, 422, purpose="other")
    person, nobody, thing = ({"identifiers": [{"type": t, "value": v}]} for t, v in (
        ("phone", "+390200000003"), ("phone", "+390200000078"), ("name", "Ivan Petrov")))
    many = {"purpose": "border", "case": case, "deadline_ms": DEADLINE_MS}
    results = client.post("/v1/lookups/batch", {**many, "subjects": [person, nobody, thing],
                                                "at_once": 2}).json()["results"]
    assert [r["answers"][0]["answer"] for r in results[:2]] == ["hit", "no-hit"], results
    assert "nothing can be asked" in results[2]["error"], results
    for path, changes, field in (
            ("/v1/lookups/batch", {"subjects": []}, "/subjects"),
            ("/v1/lookups/batch", {"subjects": [person] * 1025}, "/subjects"),
            ("/v1/lookups/batch", {"subjects": [person, {"mrz": "P<"}]}, "/subjects/1/mrz"),
            ("/v1/lookups/batch", {"subjects": [person], "at_once": 0}, "/at_once"),
            ("/v1/lookups/batch", {"subject": person}, "/subject"),
            ("/v1/lookups", {"subjects": [person]}, "/subjects"),
            ("/v1/lookups", {"subject": person, "with": []}, "/with")):
        wrong = client.post(path, {**many, **changes}, 422).json()
        assert [e["field"] for e in wrong["errors"]] == [field], (changes, wrong)


def the_same_both_ways(asker, case):
    """palermo lookup by the lookups of the serving node and with connections of its own."""
    def settled(text):
        return re.sub(r'"took_ms": *[0-9.e-]+| *\d+\.\d ms', " TOOK", text)

    def ways(*words, code=0, case=case, purpose="border"):
        done = []
        for way in ([], ["--direct", "--key-file", asker.key]):
            run = palermo("lookup", "--home", asker.home, "--purpose", purpose, "--case", case,
                          "--deadline", DEADLINE_MS, *words, *way).expect(code)
            done.append((settled(run.out), run.err))
        assert done[0] == done[1], (words, done)
        return done[0][0]

    for words in (["list"], ["list", "--json"]):
        done = [palermo("index", *words, "--home", asker.home, *way).expect().out
                for way in ([], ["--direct"])]
        assert done[0] == done[1], (words, done)
    assert "H0-HOLD" in palermo("index", "list", "--home", asker.home).out
    assert '"hit"' in ways(*phone(3), "--json") and " hit " in ways(*phone(3))
    assert "no-hit" in ways(*phone(77), "--with", "H0-HOLD", "--offence", "TIP.5")
    ways(*phone(3), "--with", "ZZ-NONE", code=NOT_FOUND)
    ways(*phone(3), code=NOT_FOUND, purpose="other")
    ways(*phone(3), code=REFUSED + 18, case="NONE")
    ways("--id", "name=Ivan Petrov", code=INPUT)  # no rule of the purpose asks with it
    ways("--id", "phone=x", code=INPUT)
    ways("--mrz", "P<ITA", code=INPUT)
    table = asker.write("both.csv", "id,country,phone,name,mrz\n" + "".join(
        f"p{i},IT,02{i:08d},,\n" for i in range(300)) + "bad,,,,P<\nship,,,Ivan Petrov,\n")
    lines = [json.loads(line) for line in ways("--batch", table, code=3).replace(
        "TOOK", '"took_ms":0').splitlines()]
    assert [line["row"] for line in lines] == list(range(1, 303))
    assert sum(line.get("answers", [{}])[0].get("answer") == "hit" for line in lines) == 5, lines[:9]
    assert "mrz" in lines[300]["error"] and "nothing can be asked" in lines[301]["error"], lines
    # With a token what its user may; what the API does not take is done by the store's owner.
    analyst, auditor = (token(asker, role) for role in ("analyst", "auditor"))
    words = ["lookup", "--home", asker.home, "--purpose", "border", "--case", case, *phone(3)]
    key = ["--key-file", asker.key]
    for way in ([], ["--direct", *key]):
        palermo(*words, "--token-file", analyst, *way).expect()
        palermo(*words, "--token-file", auditor, *way).expect(9, "the role auditor may not")
    palermo(*words, "--no-fetch", "--token-file", analyst).expect(USAGE, "by its owner")
    palermo(*words, "--no-fetch", *key).expect()


def indexes_both_ways(asker, holder, case):
    """The verbs of palermo index by the node that serves, and on the store itself."""
    def ways(node, verb, *words, code=0, err=None):
        done = []
        for way in ([], ["--direct", "--key-file", node.key]):
            run = palermo("index", verb, "--home", node.home, *words, *way).expect(code, err)
            done.append((re.sub(r'epoch"?:? \d+', "EPOCH", run.out), run.err))
        assert done[0] == done[1], (verb, words, done)

    border = ("--purpose", "border")
    for verb, words in (("update", border), ("rotate", (*border, "--overlap", 1)),
                        ("build", (*border, "--urgent", "wanted", "--json"))):
        ways(holder, verb, *words)
    palermo("index", "publish", *border, "--home", holder.home).expect()
    ways(holder, "publish", *border, code=NOT_FOUND, err="nothing was built")
    ways(holder, "rotate", "--purpose", "other", code=NOT_FOUND, err="no accord")
    ways(holder, "rotate", *border, "--urgent", "none", code=USAGE, err="--urgent: ")
    ways(holder, "rotate", *border, "--accord", "x", code=USAGE, err="--accord: ")
    ways(asker, "fetch", *border, "--case", case, "--json")
    ways(asker, "fetch", *border, "--case", "NONE", code=REFUSED + 18)
    ways(asker, "fetch", *border, "--case", case, "--with", "ZZ-9", code=NOT_FOUND)
    officer, analyst = (token(holder, role) for role in ("officer", "analyst"))
    for way in ([], ["--direct", "--key-file", holder.key]):
        words = ["index", "update", *border, "--home", holder.home, *way, "--token-file"]
        palermo(*words, officer).expect()
        palermo(*words, analyst).expect(9, "the role analyst may not")
    address = ["--with", holder.code, "--address", f"127.0.0.1:{holder.port}"]
    fetch = ["index", "fetch", *border, "--case", case, "--home", asker.home]
    palermo(*fetch, *address).expect()
    palermo(*fetch, *address, "--token-file", os.path.join(asker.root, "AA-ASK-analyst.token")).expect(
        USAGE, "owner of the node")
    # A holder that takes the connection and says nothing: Ctrl-C, and the node's process ends too.
    holder.stop()
    before = len(processes(asker.process.pid))
    for way in ([], ["--direct", "--key-file", asker.key]):
        with socket.socket() as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            silent.bind(("127.0.0.1", holder.port))
            silent.listen(8)
            process = subprocess.Popen([harness.PALERMO, *fetch, *way], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
            held, _ = silent.accept()
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
            held.close()
        assert process.returncode == CANCELLED and "index fetch: cancelled; " in said, (way, said)
    wait_until(lambda: len(processes(asker.process.pid)) <= before, what="the end of the clerk")


def is_confined(pid):
    """It has given up system calls that it does not need."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return "Seccomp:\t2\n" in status.read()
    except FileNotFoundError:  # it was one that came and went
        return True


@suite.test
def programs_of_this_machine(nodes):
    asker, (holder,) = world(nodes)
    serve(asker, "--timeout", 10, "--lookups")
    path = os.path.join(asker.home, "lookup.sock")
    s = wait_until(lambda: connected(path), what="the socket")
    assert os.stat(path).st_mode & 0o077 == 0
    wait_until(lambda: all(map(is_confined, processes(asker.process.pid))), what="confinement")
    with s:
        f = s.makefile("rw")

        def ask(**request):
            f.write(json.dumps({"deadline_ms": DEADLINE_MS, **request}) + "\n")
            f.flush()
            return json.loads(f.readline())

        case = asker.case()
        for number, wanted in ((3, "hit"), (77, "no-hit"), (4, "hit")):
            answers = ask(purpose="border", case=case, subject={
                "identifiers": [{"type": "phone", "value": f"+3902{number:08d}"}]})["answers"]
            assert [a["answer"] for a in answers] == [wanted], answers
        # A holder that is restarted is asked again by itself.
        holder.serve("--timeout", 10)
        again = ask(purpose="border", case=case, subject={
            "identifiers": [{"type": "phone", "value": "+390200000003"}]})
        assert again["answers"][0]["answer"] == "hit", again
        wrong = ask(purpose="border", case=case, subject={"mrz": "P<"})["error"]
        assert wrong["field"] == "/subject/mrz", wrong
        assert ask(purpose="border", case="NONE", subject={
            "identifiers": [{"type": "phone", "value": "+390200000003"}]})["error"]["status"] == \
            "refused"
        assert ask(purpose=3)["error"]["field"] == "/purpose"
        subject = {"identifiers": [{"type": "phone", "value": "+390200000003"}]}
        # More cases than there is room for: each is answered, in the place of the oldest.
        for i in range(7):
            number = asker.open_case(f"C{i}")
            answers = ask(purpose="border", case=number, subject=subject)["answers"]
            assert answers[0]["answer"] == "hit", (i, answers)
        # A case that was closed is asked under no longer, though its connection stood.
        asker.run("case", "close", "C6").expect()
        refused = wait_until(lambda: [a for a in ask(
            purpose="border", case="C6", subject=subject)["answers"] if a["answer"] == "refused"],
            what="the closed case")
        assert refused[0]["refusal"]["code"] == "case", refused
    the_same_by_http(Client(asker, local=True), case)
    the_same_both_ways(asker, case)
    # A node that serves its API and no lookups: from here, by who owns the store.
    serve(asker, "--timeout", 10)
    assert "hit" in palermo("lookup", "--home", asker.home, "--key-file", asker.key, "--purpose",
                            "border", "--case", case, *phone(3)).expect().out
    table = asker.write("few.csv", "phone\n+390200000003\n")
    assert '"hit"' in palermo("lookup", "--home", asker.home, "--key-file", asker.key, "--purpose",
                              "border", "--case", case, "--batch", table).expect().out
    serve(holder, "--timeout", 10)
    indexes_both_ways(asker, holder, case)
    asker.stop()
    assert not os.path.exists(path)


suite.run()
