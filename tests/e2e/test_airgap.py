# SPDX-License-Identifier: Apache-2.0
"""Runs between two nodes that share nothing but files: the same hits and receipts as over the
network, whatever becomes of the files on their way."""

import glob
import os
import shutil
import signal
import subprocess
import time

from harness import OK, PALERMO, Suite, accord, engine_by_size, purpose, put_in_force
from test_data import A, B, COMMON_A, COMMON_B

suite = Suite()
KILLS = int(os.environ.get("COUNT", 4))


class Gap:
    """Two nodes, each with a folder of its own, and a stick between them."""

    def __init__(self, nodes, purposes=None):
        self.a, self.b = nodes.node("AA-ONE"), nodes.node("BB-TWO")
        self.a.load_rows(A)
        self.b.load_rows(B)
        document = accord(nodes.root, [self.a, self.b], purposes or [purpose()])
        put_in_force(nodes.root, [self.a, self.b], document)
        self.folders = {}
        for node in (self.a, self.b):
            self.folders[node.code] = os.path.join(nodes.root, node.code + "-stick")
            os.mkdir(self.folders[node.code])

    def folder(self, node):
        return self.folders[node.code]

    def begin(self, code="suspects"):
        begun = self.a.match(self.b, code, "--folder", self.folder(self.a), "--json").expect()
        return begun.json()["runs"][0]

    def step(self, node):
        """What `carry` says, and how it ended."""
        done = node.run("carry", "--folder", self.folder(node), "--key-file", node.key, "--json")
        return done.json(), done.code

    def carry(self, path, to):
        return shutil.copy(path, self.folder(to))

    def finish(self, written, node):
        """Carries to and fro until the asker is done; its last word, and the files."""
        files = [written]
        for _ in range(40):
            self.carry(files[-1], node)
            said, code = self.step(node)
            (run,) = [r for r in said["runs"] if "-" + r["run"][:8] + "-" in files[-1]]
            if run["side"] == "asker" and run["status"] != "waiting":
                return run, files
            assert code == 0 and run["file"], (code, said)
            files.append(run["file"])
            node = self.a if node is self.b else self.b
        raise AssertionError("the run does not come to its end")


def receipts(node):
    return [bytes(r) for (r,) in node.sql("SELECT receipt FROM run WHERE state = 'done'")]


def check_done(gap, common_a=frozenset(), common_b=frozenset(COMMON_B)):
    (ours,), (theirs,) = receipts(gap.a), receipts(gap.b)
    assert ours == theirs and len(ours) > 128, "both have the same receipt"
    for node, common in ((gap.a, common_a), (gap.b, common_b)):
        assert node.hit_set() == common, (node.code, node.hit_set())
        node.run("ledger", "verify").expect()


@suite.test
def a_carried_run_finds_the_same_and_leaves_the_same_receipt(nodes):
    gap = Gap(nodes, [purpose(learns="holder")])
    # The holder has other partners besides.
    other = nodes.node("DD-TEN")
    put_in_force(nodes.root, [gap.b, other],
                 accord(nodes.root, [gap.b, other], [purpose()], title="Another accord"))
    run, files = gap.finish(gap.begin()["file"], gap.b)
    print(f"# oprf: {len(files)} files, {sum(map(os.path.getsize, files))} bytes")
    assert run["status"] == "ok", run
    check_done(gap)


@suite.test
def engine_vole_both_learn_and_the_next_run_goes_on_from_the_base(nodes):
    gap = Gap(nodes, [purpose(learns="both", engine="vole")])
    for n in (1, 2):
        run, files = gap.finish(gap.begin()["file"], gap.b)
        print(f"# vole: {len(files)} files, {sum(map(os.path.getsize, files))} bytes")
        assert run["status"] == "ok", run
        assert sorted(receipts(gap.a)) == sorted(receipts(gap.b)) and len(receipts(gap.a)) == n
        for node, common in ((gap.a, COMMON_A), (gap.b, COMMON_B)):
            assert node.hit_set() == common
            (n_bases,), = node.sql("SELECT count(*) FROM base")
            assert n_bases == 2, "one in each role"


def verdicts(said):
    return {os.path.basename(f["file"]): f["verdict"] for f in said["files"]}


@suite.test
def wrong_files_are_named_and_the_right_one_can_still_come(nodes):
    gap = Gap(nodes)
    first = gap.begin()["file"]
    with open(first, "rb") as f:
        good = f.read()
    name = os.path.basename(first)
    path = os.path.join(gap.folder(gap.b), name)

    def judged(content, want, node=gap.b, file=path):
        with open(file, "wb") as f:
            f.write(content)
        before = (node.sql("SELECT * FROM carry"), node.runs())
        said, code = gap.step(node)
        assert verdicts(said)[os.path.basename(file)] == want, said
        assert code != 0 or want in ("own", "replayed"), (want, code)
        assert before == (node.sql("SELECT * FROM carry"), node.runs()), "as it was"
        os.unlink(file)

    judged(good[:-1], "cut")
    judged(b"", "cut")
    judged(good + b"x", "cut")
    for at in (9, 60, len(good) // 2, len(good) - 70, len(good) - 1):
        judged(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:],
               "changed" if at != 9 else "changed")
    # What is no file, or can't be one of ours, keeps nobody from taking the others.
    junk = {n: os.path.join(gap.folder(gap.b), n + ".carried") for n in ("dir", "fifo", "large", "link")}
    os.mkdir(junk["dir"])
    os.mkfifo(junk["fifo"])
    with open(junk["large"], "wb") as f:
        f.truncate(3 << 30)
    os.symlink("/dev/zero", junk["link"])
    gap.carry(first, gap.b)
    said, code = gap.step(gap.b)
    second = said["runs"][0]["file"]
    assert code != 0 and second
    judgements = verdicts(said)
    assert all(judgements[n + ".carried"] == "unreadable" for n in junk), judgements
    os.rmdir(junk.pop("dir"))
    for path_of_junk in junk.values():
        os.unlink(path_of_junk)
    said, code = gap.step(gap.b)
    assert verdicts(said)[name] == "replayed" and said["runs"][0]["file"] == second
    # The asker's own file comes back to it; one of another run; one too early.
    judged(good, "own", gap.a, os.path.join(gap.folder(gap.a), "back.carried"))
    other = gap.begin()["file"]
    gap.carry(other, gap.b)
    said, _ = gap.step(gap.b)
    answers = {r["run"]: r["file"] for r in said["runs"]}
    run, files = gap.finish(first, gap.b)
    assert run["status"] == "ok"
    with open(files[4], "rb") as f:
        third = f.read()
    gap2 = os.path.join(gap.folder(gap.b), "x.carried")
    judged(third, "replayed", gap.b, gap2)
    with open(files[2], "rb") as f:
        judged(f.read(), "replayed", gap.b, gap2)
    # The second run is where it was, and comes to its end.
    (answer,) = [f for r, f in answers.items() if r[:8] in other]
    gap.carry(answer, gap.a)
    said, code = gap.step(gap.a)
    (written,) = [r["file"] for r in said["runs"] if r["file"] and r["run"][:8] in other]
    run, _ = gap.finish(written, gap.b)
    assert run["status"] == "ok", run
    assert len(receipts(gap.a)) == len(receipts(gap.b)) == 2


@suite.test
def a_missing_and_a_foreign_file_are_named(nodes):
    gap = Gap(nodes)
    files = [gap.begin()["file"]]
    for node in (gap.b, gap.a, gap.b, gap.a):
        gap.carry(files[-1], node)
        said, code = gap.step(node)
        assert code == 0
        files.append(said["runs"][0]["file"])
    # Another holder, with the same accord's asker, gets what is not for it.
    folder = os.path.join(nodes.root, "elsewhere")
    os.mkdir(folder)
    shutil.copy(files[0], folder)
    stranger = nodes.node("CC-SIX")
    said = stranger.run("carry", "--folder", folder, "--key-file", stranger.key, "--json")
    assert verdicts(said.json()) == {os.path.basename(files[0]): "foreign"} and said.code != 0
    # The holder's store as it was before the run: it has only the last file.
    gap.b.sql("DELETE FROM carry")
    gap.b.sql("DELETE FROM carry_note")
    for path in glob.glob(os.path.join(gap.folder(gap.b), "*")):
        os.unlink(path)
    gap.carry(files[4], gap.b)
    said, code = gap.step(gap.b)
    assert verdicts(said)[os.path.basename(files[4])] == "missing" and code != 0


@suite.test
def killed_at_any_moment_a_step_is_done_again(nodes):
    gap = Gap(nodes)
    node, path = gap.b, gap.begin()["file"]
    delay, run = 0.0, None
    for n in range(60):
        gap.carry(path, node)
        for _ in range(KILLS if n % 3 == 0 else 0):
            victim = subprocess.Popen(
                [PALERMO, "carry", "--home", node.home, "--folder", gap.folder(node), "--key-file",
                 node.key], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True)
            delay = (delay + 0.037) % 0.4
            time.sleep(delay)
            os.killpg(victim.pid, signal.SIGKILL)
            victim.wait()
        if n == 6:
            gap.b.serve()  # mends runs that died, and this one has not
            gap.b.stop()
        said, code = gap.step(node)
        run = said["runs"][-1]
        if run["side"] == "asker" and not run["file"]:
            break
        assert code == 0 and run["file"], (code, said)
        path, node = run["file"], gap.a if node is gap.b else gap.b
    check_done(gap, COMMON_A, COMMON_B)
    for node in (gap.a, gap.b):
        kinds = [k for (k,) in node.sql("SELECT kind FROM ledger ORDER BY sequence")]
        for kind in ("proposal", "acceptance", "receipt"):
            assert kinds.count(kind) == 1, kinds


@suite.test
def a_refusal_is_carried_and_names_its_clause(nodes):
    gap = Gap(nodes, [purpose(budgets={"tokens_per_run": 1000, "tokens_per_day": 1000,
                                       "runs_per_day": 1})])
    # The holder has this run reserved for a file that does not come.
    waiting = gap.begin()["file"]
    node = gap.b
    for _ in range(7):
        gap.carry(waiting, node)
        waiting = gap.step(node)[0]["runs"][0]["file"]
        node = gap.a if node is gap.b else gap.b
    for folder in gap.folders.values():
        for old in glob.glob(os.path.join(folder, "*")):
            os.unlink(old)
    path, node = gap.begin()["file"], gap.b
    for _ in range(10):
        gap.carry(path, node)
        said, code = gap.step(node)
        run = said["runs"][-1]
        if run["side"] == "asker" and run["status"] != "waiting":
            break
        path, node = run["file"], gap.a if node is gap.b else gap.b
    assert run["status"] == "refused" and code != 0, said
    assert sorted(r["state"] for r in gap.a.runs()) == ["refused", "running"]
    assert [r["state"] for r in gap.b.runs()][-1] == "refused"


FIELDS = ["subject=s", "nature=n", "offences=TIP.5", "conducted_by=c", "facts=f", "assistance=a",
          "purpose=p", "conditions.purpose=suspects"]


@suite.test
def requests_and_answers_are_carried(nodes):
    gap = Gap(nodes)
    a, b = gap.a, gap.b
    request = a.run("request", "new", "--with", b.code, *[w for f in FIELDS for w in ("--set", f)]).expect().out.strip()
    a.run("request", "send", request).expect()

    def deliver():
        begun = a.run("deliver", "--with", b.code, "--folder", gap.folder(a), "--json").expect()
        path, node, n = begun.json()[0]["file"], b, 1
        while True:
            gap.carry(path, node)
            said, code = gap.step(node)
            (run,) = [r for r in said["runs"] if "-" + r["run"][:8] + "-" in path]
            assert code == 0, said
            if run["file"] is None:
                return n
            path, node, n = run["file"], a if node is b else b, n + 1

    def states():
        return [n.run("request", "show", request, "--json").expect().json()["state"]
                for n in (a, b)]

    assert deliver() == 3
    assert states() == ["received", "received"], states()
    b.run("request", "consult", request, "--text", "when?").expect()
    b.run("request", "accept", request).expect()
    assert deliver() == 3
    assert states() == ["accepted", "accepted"], states()
    for node in (a, b):
        assert node.sql("SELECT count(*) FROM outbox WHERE ended_ms = 0") == [(0,)]
        node.run("ledger", "verify").expect()


if __name__ == "__main__":
    suite.run()
