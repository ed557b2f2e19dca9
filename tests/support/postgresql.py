#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the tests' own: in a temporary directory, on a UNIX socket in it.

As a module: Server. As a program: postgresql.py PROGRAM... runs TAP programs, two at a time, with
STORE=postgresql and PALERMO_TEST_POSTGRESQL naming the server, and prints one TAP stream. Where the
server is not installed, all is skipped.
"""
import concurrent.futures
import contextlib
import glob
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def find_binaries():
    """The directory of the newest server's programs, or None."""
    def version(path):
        return [int(n) for n in re.findall(r"\d+", path)]
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=version)
    in_path = shutil.which("initdb")
    return os.path.dirname(found[-1] if found else in_path) if found or in_path else None


PSQL = ["psql", "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d"]
END_OF_ROWS = "the end of these rows"

# What tests say of a store in SQLite's words.
SQLITES_FUNCTIONS = """
CREATE FUNCTION instr(t text, u text) RETURNS int LANGUAGE sql AS $$SELECT strpos(t, u)$$;
CREATE FUNCTION instr(t bytea, u text) RETURNS int LANGUAGE sql AS
    $$SELECT position(convert_to(u, 'UTF8') IN t)$$;
CREATE FUNCTION hex(b bytea) RETURNS text LANGUAGE sql AS $$SELECT upper(encode(b, 'hex'))$$;
"""


class Server:
    """initdb refuses root: then everything runs as the user `postgres`."""

    def __init__(self, durable=False, settings=()):
        """durable: with what a loss of power would need; for measuring. settings: NAME=VALUE."""
        small = ["fsync=off", "full_page_writes=off", "shared_buffers=32MB", "wal_level=minimal",
                 "max_wal_senders=0", "max_wal_size=4GB", "autovacuum=off"]
        self.settings = []
        for setting in [*(() if durable else small), *settings]:
            self.settings += ["-c", setting]
        self.binaries = find_binaries()
        if self.binaries is None:
            raise FileNotFoundError("PostgreSQL's server is not installed")
        self.directory = tempfile.mkdtemp(prefix="plm-pg-", dir="/tmp")
        self.as_user = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.directory, user.pw_uid, user.pw_gid)
            self.as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}",
                            "--clear-groups", "--"]
        self.process = None
        self.sessions = {}
        self.n_databases = 0
        self.log = open(os.path.join(self.directory, "log"), "ab")
        try:
            # A default collation that is not by bytes: the store's own must hold.
            self._run("initdb", "--no-sync", "--auth=trust", "--username=palermo",
                      "--encoding=UTF8", "--locale=C", "--locale-provider=icu",
                      "--icu-locale=en", "-D", self.data)
            self.start()
            self.sql(SQLITES_FUNCTIONS, self.uri("template1"))
        except BaseException:
            self.close()
            raise

    @property
    def data(self):
        return os.path.join(self.directory, "data")

    def _command(self, name, *arguments):
        return [*self.as_user, os.path.join(self.binaries, name), *arguments]

    def _run(self, name, *arguments, **options):
        return subprocess.run(self._command(name, *arguments), check=True, cwd=self.directory,
                              stdin=subprocess.DEVNULL,
                              **{"stdout": self.log, "stderr": self.log, **options})

    def start(self):
        """Crash safety is PostgreSQL's own matter: no syncing here."""
        self.process = subprocess.Popen(
            self._command("postgres", "-D", self.data, "-k", self.directory,
                          "-c", "listen_addresses=", "-c", "max_connections=200",
                          *self.settings),
            cwd=self.directory, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            start_new_session=True)
        end = time.monotonic() + 60
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server did not start: " + self.read_log())
            time.sleep(0.02)

    def _is_ready(self):
        """The eighth line of the server's own file says how far it is."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as f:
                lines = f.read().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def stop(self, number=signal.SIGINT):
        """SIGINT: ends sessions and shuts down; SIGQUIT: as after a crash."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(60)
        self.process = None

    def read_log(self):
        with open(os.path.join(self.directory, "log"), encoding="utf-8", errors="replace") as f:
            return f.read()

    def uri(self, database="postgres"):
        return f"postgresql:///{database}?host={self.directory}&user=palermo"

    @staticmethod
    def name_of(uri):
        """The database's."""
        return re.fullmatch(r"postgresql:///(\w+)\?.*", uri)[1]

    def make_database(self):
        """A new, empty one; its URI."""
        self.n_databases += 1
        name = f"node{self.n_databases}"
        self.sql(f"CREATE DATABASE {name}")
        return self.uri(name)

    def sql(self, text, uri=None):
        """Rows, each a list of texts."""
        done = self._run(*PSQL, uri or self.uri(), "-c", text, stdout=subprocess.PIPE, text=True)
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def ask(self, text, uri):
        """The rows of one statement, by a psql that stays: starting one costs more than most answers."""
        for is_new in (False, True):
            if is_new or uri not in self.sessions:
                self.end_session(uri)
                self.sessions[uri] = subprocess.Popen(
                    self._command(*PSQL, uri), cwd=self.directory, stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=self.log, text=True)
            rows = self._ask_session(self.sessions[uri], text)
            if rows is not None:
                return rows
        raise RuntimeError(f"{text}: {self.read_log()[-500:]}")

    @staticmethod
    def _ask_session(session, text):
        """None if it has ended: by an error, or as the server was stopped."""
        rows = []
        with contextlib.suppress(BrokenPipeError):
            session.stdin.write(f"{text};\nSELECT '{END_OF_ROWS}';\n")
            session.stdin.flush()
            for line in session.stdout:
                if line == END_OF_ROWS + "\n":
                    return rows
                rows.append(line.rstrip("\n").split("\x1f"))
        return None

    def end_session(self, uri):
        """Of `ask`, if there is one: it holds a connection of the server."""
        session = self.sessions.pop(uri, None)
        if session is not None:
            session.kill()
            session.wait()
            session.stdout.close()
            with contextlib.suppress(BrokenPipeError):
                session.stdin.close()

    @contextlib.contextmanager
    def asking_for_passwords(self, password):
        """Whoever connects meanwhile needs this one; sessions that are there go on."""
        path = os.path.join(self.data, "pg_hba.conf")
        with open(path, encoding="utf-8") as f:
            before = f.read()
        self.sql(f"ALTER ROLE palermo PASSWORD '{password}'")
        try:
            self._let_in(path, "local all all scram-sha-256\n")
            yield
        finally:
            self._let_in(path, before)

    def _let_in(self, path, rules):
        """Returns when the server goes by them: it says so in its log, behind all before."""
        seen = len(self.read_log())
        with open(path, "w", encoding="utf-8") as f:
            f.write(rules)
        self.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 60
        while "reloading configuration files" not in self.read_log()[seen:]:
            if time.monotonic() > end:
                raise RuntimeError("the server did not read its rules: " + self.read_log()[-500:])
            time.sleep(0.02)

    def dump(self, uri):
        """All of a database, as SQL."""
        return self._run("pg_dump", "-d", uri, stdout=subprocess.PIPE).stdout

    def close(self):
        for uri in list(self.sessions):
            self.end_session(uri)
        self.stop()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def run_programs(server, programs):
    """Their test points, numbered through; two programs at a time."""
    n = 0
    failed = False
    environment = {**os.environ, "STORE": "postgresql",
                   "PALERMO_TEST_POSTGRESQL": server.uri()}

    def run(program):
        return subprocess.run([program], env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for program, done in zip(programs, pool.map(run, programs)):
            name = os.path.basename(program)
            plan = re.search(r"^1\.\.(\d+)$", done.stdout, re.M)
            points = 0
            for line in done.stdout.splitlines():
                point = re.match(r"(ok|not ok)(?: \d+)?(.*)", line)
                if point:
                    n += 1
                    points += 1
                    failed = failed or point[1] != "ok"
                    print(f"{point[1]} {n}{point[2].replace(' - ', f' - {name}: ', 1)}")
                elif line.startswith("#"):
                    print(line)
            if done.returncode != 0 or plan is None or int(plan[1]) != points:
                n += 1
                failed = True
                print(f"not ok {n} - {name}: ended with {done.returncode} after {points} points")
            sys.stdout.flush()
    print(f"1..{n}")
    return 1 if failed else 0


def main():
    try:
        server = Server()
    except FileNotFoundError as e:
        print(f"1..0 # SKIP {e}")
        return 0
    try:
        return run_programs(server, sys.argv[1:])
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(main())
