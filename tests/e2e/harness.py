# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: nodes, accords, a proxy that breaks connections, TAP output.

Everything runs on 127.0.0.1 in a temporary directory; standard library only. With STORE=postgresql
in the environment the nodes keep their data in databases of a server that is started for it.
"""

import atexit
import contextlib
import fcntl
import functools
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from proxy import Proxy

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "support"))
import postgresql  # noqa: E402 - it stands in another folder

PALERMO = sys.argv[1] if len(sys.argv) > 1 else "build/palermo"
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SHARED = os.path.join(SOURCE, "..", "shared", "data")

OK, FAILED, USAGE, QUARANTINED, NOT_FOUND, INPUT, LOCKED, STORE, CANCELLED = range(9)
UNREACHABLE, TIMEOUT, TRUNCATED, TAMPERED, REPLAYED, AUTH, PROTOCOL, PROOF = range(10, 18)
PEER_CANCEL, PEER_FAILED, WORKER_DIED = 18, 19, 20
REFUSED = 30


class Run:
    """A finished command."""

    def __init__(self, arguments, completed):
        self.arguments = arguments
        self.code = completed.returncode
        self.out = completed.stdout
        self.err = completed.stderr

    def json(self):
        return json.loads(self.out)

    def expect(self, code=0, err=None):
        text = f"{' '.join(self.arguments)}\n-> {self.code}\n{self.out}{self.err}"
        assert self.code == code, f"exit status {self.code}, not {code}: {text}"
        if err is not None:
            assert re.search(err, self.err), f"{err!r} not said: {text}"
        return self


def palermo(*arguments, timeout=120, env=None, program=None):
    arguments = [program or PALERMO, *map(str, arguments)]
    environment = {**os.environ, **(env or {})}
    environment.pop("PALERMO_HOME", None)
    completed = subprocess.run(arguments, capture_output=True, text=True, timeout=timeout,
                               env=environment, stdin=subprocess.DEVNULL)
    return Run(arguments, completed)


class Ports:
    """Ports that no other test program gives out: tests run side by side, and a node that is made
    from a memory (Nodes.pair) has the port that it had before.

    Below those that the system gives to connections; a block of them belongs to who locks its file.
    """
    FIRST, LAST, BLOCK = 10240, 32768, 64
    left = []
    locks = []

    @classmethod
    def take_block(cls):
        while True:
            first = random.SystemRandom().randrange(cls.FIRST, cls.LAST, cls.BLOCK)
            lock = os.open(os.path.join(tempfile.gettempdir(), f"palermo-ports-{first}"),
                           os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                cls.locks.append(lock)
                cls.left = list(range(first, first + cls.BLOCK))
                return
            os.close(lock)


def free_port():
    while True:
        if not Ports.left:
            Ports.take_block()
        port = Ports.left.pop()
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def wait_until(condition, seconds=10, what="it"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen within {seconds} s")


@functools.cache
def server():
    """The PostgreSQL server of this program."""
    try:
        s = postgresql.Server()
    except FileNotFoundError as e:
        raise SkipTest(str(e)) from e
    atexit.register(s.close)
    return s


def literal(value):
    if isinstance(value, (bytes, bytearray)):
        return f"'\\x{value.hex()}'::bytea"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def cell(text):
    """A value as SQLite gives it, from psql's text."""
    if text.startswith("\\x"):
        return bytes.fromhex(text[2:])
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def is_on_postgresql():
    return os.environ.get("STORE") == "postgresql"


class Node:
    def __init__(self, root, code, store=None, like=None, **kind):
        """store: the URI of a database; by default what STORE says. like: one that was made before,
        whose files are in `root` already."""
        self.root = root
        self.code = code
        self.home = os.path.join(root, code)
        self.key = os.path.join(root, code + ".key")
        self.port = like.port if like else free_port()
        if store is None and is_on_postgresql():
            store = server().make_database()
        self.uri = store
        where = ["--store", store] if store is not None else []
        self.init = like.init if like else palermo(
            "init", "--home", self.home, "--code", code, "--name", f"Office {code}",
            "--kind", kind.get("kind", "police"), "--address", f"127.0.0.1:{self.port}",
            "--contact", "duty desk", "--key-file", self.key, "--json", *where).expect()
        self.party = self.init.json()
        self.process = None
        self.case_reference = None
        self.case_lock = threading.Lock()
        self.log_path = os.path.join(root, code + ".log")

    def run(self, *arguments, **options):
        words = list(arguments)
        verbs = 2 if words[0] in ("accord", "register", "ledger", "case", "request", "rules",
                                  "release", "seed", "store", "tally", "standing") else 1
        signs = words[0] == "request" and words[1] in (
            "send", "accept", "refuse", "postpone", "consult", "answer", "close", "withdraw",
            "recall", "attach", "export")
        signs = signs or words[:2] in (["accord", "ratify"], ["accord", "denounce"],
                                      ["ledger", "prove"], ["standing", "run"])
        if words[0] in ("match", "serve", "deliver") or signs:
            words += ["--key-file", self.key]
        return palermo(*words[:verbs], "--home", self.home, *words[verbs:], **options)

    def sql(self, text, *values):
        """Rows of the store, behind the program's back."""
        if self.uri is None:
            path = os.path.join(self.home, "palermo.db")
            with contextlib.closing(sqlite3.connect(path, timeout=20)) as db, db:
                return db.execute(text, values).fetchall()
        for value in values:
            text = text.replace("?", literal(value), 1)
        text = re.sub(r"\bx'([0-9a-f]*)'", r"'\\x\1'::bytea", text)
        return [tuple(map(cell, row)) for row in server().ask(text, self.uri)]

    def stored(self):
        """Everything that the store holds, as bytes to be searched."""
        if self.uri is not None:
            text = server().dump(self.uri)
            return text + b"".join(bytes.fromhex(h.decode())
                                   for h in re.findall(rb"\\\\x((?:[0-9a-f]{2})+)", text))
        found = b""
        for name in ("palermo.db", "palermo.db-wal"):
            with contextlib.suppress(FileNotFoundError), \
                    open(os.path.join(self.home, name), "rb") as f:
                found += f.read()
        return found

    def write(self, name, text):
        path = os.path.join(self.root, f"{self.code}-{name}")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def load(self, path, *more, code=0):
        return self.run("load", path, *more).expect(code)

    def load_rows(self, rows, register="people", columns=None, code=0, more=()):
        """rows: dicts with the columns of MAPPING."""
        columns = columns or ["id", "name", "birth", "nationality", "phone", "role", "offence"]
        lines = [",".join(columns)]
        for row in rows:
            lines.append(",".join('"%s"' % str(row.get(c, "")).replace('"', '""')
                                  for c in columns))
        path = self.write(f"{register}.csv", "\n".join(lines) + "\n")
        mapping = self.write("mapping.json", json.dumps(mapping_for(columns)))
        return self.load(path, "--register", register, "--format", "csv", "--mapping", mapping,
                         *more, code=code)

    def serve(self, *more, env=None, program=None):
        self.stop()
        self.log = open(self.log_path, "a", encoding="utf-8")
        self.process = subprocess.Popen(
            [program or PALERMO, "serve", "--home", self.home, "--key-file", self.key, *map(str, more)],
            stdout=subprocess.PIPE, stderr=self.log, text=True, stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})}, start_new_session=True)
        line = self.process.stdout.readline()
        assert "listens on" in line, f"serve said {line!r}; {self.read_log()}"
        return self

    def stop(self, number=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(number)
            try:
                self.process.wait(20)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
                self.process.stdout.close()
                self.log.close()
                self.process = None

    def read_log(self):
        with open(self.log_path, encoding="utf-8") as f:
            return f.read()

    def open_case(self, reference="CASE-1", offences=("TIP.5", "UNTOC.5", "UNSC.41"), penalty=8,
                  code=0, err=None, **changes):
        """Opens a case; the reference, for --case."""
        values = {"officer": "Inspector One", "supervisor": "Chief Two", "purpose": "a test",
                  "transnational": "a", **changes}
        words = [w for k, v in values.items() if v is not None for w in ("--" + k, v)]
        words += [w for o in offences for w in ("--offence", o)]
        self.run("case", "open", reference, "--penalty", penalty, *words).expect(code, err)
        return reference

    def case(self):
        """The reference of an open case that fits the harness's purposes."""
        with self.case_lock:
            if self.case_reference is None:
                self.case_reference = self.open_case("CASE-0")
            return self.case_reference

    def match(self, other, purpose="suspects", *more, timeout_s=10, **options):
        if "--case" not in more:
            more = ("--case", self.case(), *more)
        return self.run("match", "--with", getattr(other, "code", other), "--purpose", purpose,
                        "--timeout", timeout_s, *more, **options)

    def hits(self):
        return self.run("hits", "--json").expect().json()

    def runs(self):
        return self.run("runs", "--json").expect().json()

    def hit_set(self):
        return {(h["record"], rule) for h in self.hits() for rule in h["rules"]}


def mapping_for(columns):
    types = {"name": "name", "birth": "birthDate", "nationality": "nationality", "phone": "phone",
             "email": "email", "iban": "iban", "imo": "imo"}
    properties = []
    for c in columns:
        if c in types:
            cell = {"type": types[c], "column": c}
            if c == "birth":
                cell["dateFormat"] = ["YYYY-MM-DD", "YYYY-MM", "YYYY"]
            properties.append(cell)
    mapping = {"format": "palermo-mapping/1", "header": True, "id": {"column": "id"},
               "kind": {"column": "kind"} if "kind" in columns else {"constant": "person"},
               "properties": properties}
    if "role" in columns:
        mapping["role"] = {"column": "role"}
    if "offence" in columns:
        mapping["offences"] = {"column": "offence", "split": ";"}
    if "retention" in columns:
        mapping["retention"] = {"column": "retention", "dateFormat": "YYYY-MM-DD"}
    if "minor" in columns:
        mapping["minor"] = {"column": "minor", "values": {"yes": "true", "no": "false"}}
    if "grading" in columns:
        mapping["grading"] = {"column": "grading"}
    return mapping


def purpose(code="suspects", **changes):
    base = {
        "code": code, "title": "Persons suspected of treaty offences", "aim": "suspect",
        "offences": ["TIP.5", "UNTOC.5"],
        "roles": {"asker": ["convicted", "listed", "suspect", "wanted"],
                  "holder": ["convicted", "listed", "suspect", "wanted"]},
        "rules": ["document", "email", "iban", "imo", "name+birthDate",
                  "name+birthYear+nationality", "phone"],
        "engine": "oprf", "learns": "both",
        "budgets": {"tokens_per_run": 1000000, "tokens_per_day": 10000000, "runs_per_day": 1000,
                    "lookups_per_hour": 0},
        "smallest_set": 1, "pad_to": 1, "retention_days": 365, "approval": "officer",
        "labels": ["kind", "role", "offences"],
        "deadlines": {"urgent_hours": 48, "ordinary_days": 14},
    }
    base.update(changes)
    base["budgets"] = {"lookups_per_hour": 0, **base["budgets"]}
    return base


def engine_by_size():
    """From how many tokens of the asker's on "by-size" means the vector-OLE engine."""
    with open(os.path.join(SOURCE, "src", "accord", "policy.h"), encoding="utf-8") as f:
        return int(re.search(r"PLM_ENGINE_BY_SIZE = (\d+)", f.read()).group(1))


def recipe_digest(root):
    """The digest of this program's recipe, from a draft it makes itself."""
    return draft(root, [])["recipe"]


def draft(root, parties):
    paths = []
    for i, party in enumerate(parties or [fake_party("AA-ONE", 1), fake_party("BB-TWO", 2)]):
        paths.append(os.path.join(root, f"party-{i}.json"))
        with open(paths[-1], "w", encoding="utf-8") as f:
            json.dump(party, f)
    arguments = [w for p in paths for w in ("--party", p)]
    return palermo("accord", "draft", *arguments).expect().json()


def fake_party(code, number):
    return {"code": code, "name": code, "kind": "police", "identity_key": "%064x" % number,
            "address": "127.0.0.1:1", "contact": "-", "languages": ["en"], "death_penalty": []}


def accord(root, nodes, purposes, **changes):
    document = {"palermo": "accord/2", "title": "Test accord", "recipe": recipe_digest(root),
                "in_force_after": 2, "expires": "2099-12-31", "notice_days": 30,
                "parties": [n.party for n in nodes], "purposes": purposes}
    document.update(changes)
    return document


def write_accord(root, document, name="accord.json"):
    path = os.path.join(root, name)
    with open(path, "w", encoding="utf-8") as f:
        json.dump(document, f, ensure_ascii=False, indent=1)
    return path


def put_in_force(root, nodes, document, ratify=None, reservations=None):
    """Adopts on all nodes, ratifies by those in `ratify` (all), exchanges; gives the hash.

    reservations: {code: {"catalogue": [...], "reservations": [...]}}, either may be missing.
    """
    path = write_accord(root, document)
    hashes = {n.run("accord", "adopt", path).expect().out.strip() for n in nodes}
    assert len(hashes) == 1
    accord_hash = hashes.pop()
    for n in nodes if ratify is None else ratify:
        out = os.path.join(root, f"{n.code}.ratification.json")
        more = []
        if n.code in (reservations or {}):
            more = ["--reservations", n.write("wish.json", json.dumps(reservations[n.code]))]
        n.run("accord", "ratify", accord_hash, "--out", out, *more).expect()
        for other in nodes:
            if other is not n:
                other.run("accord", "add", out).expect()
    return accord_hash


class Suite:
    """TAP: each decorated function is a test point; a fixture directory is made for it."""

    def __init__(self):
        self.tests = []

    def test(self, function):
        self.tests.append(function)
        return function

    def run(self):
        only = os.environ.get("ONLY")
        tests = [t for t in self.tests if only is None or only in t.__name__]
        print(f"1..{len(tests)}")
        failed = 0
        for i, test in enumerate(tests, 1):
            root = tempfile.mkdtemp(prefix="palermo-test-")
            nodes = Nodes(root)
            try:
                test(nodes)
                print(f"ok {i} - {test.__name__}")
            except SkipTest as skip:
                print(f"ok {i} - {test.__name__} # SKIP {skip}")
            except BaseException:  # noqa: BLE001 - every failure is reported as one
                failed += 1
                print(f"not ok {i} - {test.__name__}")
                for line in traceback.format_exc().splitlines():
                    print("# " + line)
                for n in nodes.made:
                    if os.path.exists(n.log_path):
                        for line in n.read_log().splitlines()[-20:]:
                            print(f"# {n.code}: {line}")
            finally:
                nodes.close()
                shutil.rmtree(root, ignore_errors=True)
            sys.stdout.flush()
        sys.exit(1 if failed else 0)


class SkipTest(Exception):
    pass


class Memory:
    """Directories of tests as they were when two nodes had just been made: making them takes half
    of the processor time of a short test."""
    kept = {}

    @classmethod
    def keep(cls, key, root, nodes, what):
        if is_on_postgresql():  # the databases would have to be kept too
            return
        if not cls.kept:
            cls.place = tempfile.mkdtemp(prefix="palermo-kept-")
            atexit.register(shutil.rmtree, cls.place, ignore_errors=True)
        path = os.path.join(cls.place, str(len(cls.kept)))
        shutil.copytree(root, path)
        cls.kept[key] = (path, nodes, what)

    @classmethod
    def recall(cls, key, nodes):
        """What was kept with them, and the nodes in the directory of these; or nothing."""
        if key not in cls.kept or nodes.made or os.listdir(nodes.root) or is_on_postgresql():
            return None
        path, like, what = cls.kept[key]
        shutil.copytree(path, nodes.root, dirs_exist_ok=True)
        return what, [nodes.node(n.code, like=n) for n in like]


class Nodes:
    """The nodes and proxies of one test."""

    def __init__(self, root):
        self.root = root
        self.made = []
        self.proxies = []

    def node(self, code, **kind):
        n = Node(self.root, code, **kind)
        self.made.append(n)
        return n

    def proxy(self, node, act):
        p = Proxy(node.port, act)
        self.proxies.append(p)
        return p

    def pair(self, rows_a, rows_b, purposes=None, **accord_changes):
        """Two nodes with loaded registers and an accord in force; the second one serves."""
        key = json.dumps([rows_a, rows_b, purposes, accord_changes])
        made = Memory.recall(key, self)
        if made is None:
            a, b = self.loaded_pair(rows_a, rows_b)
            document = accord(self.root, [a, b], purposes or [purpose()], **accord_changes)
            made = put_in_force(self.root, [a, b], document), [a, b]
            if len(self.made) == 2:
                Memory.keep(key, self.root, [a, b], made[0])
        self.accord_hash, (a, b) = made
        b.serve("--timeout", 10)
        return a, b

    def loaded_pair(self, rows_a, rows_b):
        """Two nodes with loaded registers."""
        key = json.dumps([rows_a, rows_b])
        made = Memory.recall(key, self)
        if made is None:
            made = None, [self.node("AA-ONE"), self.node("BB-TWO")]
            for node, rows in zip(made[1], (rows_a, rows_b)):
                node.load_rows(rows)
            if len(self.made) == 2:
                Memory.keep(key, self.root, made[1], None)
        return made[1]

    def close(self):
        for p in self.proxies:
            p.close()
        for n in self.made:
            with contextlib.suppress(Exception):
                n.stop(signal.SIGKILL)
            if n.uri is not None:
                server().end_session(n.uri)
