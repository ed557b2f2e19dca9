# SPDX-License-Identifier: Apache-2.0
"""A client of the local API that validates every answer against api/openapi.json."""

import http.client
import json
import os
import re
import socket
import urllib.parse

import jsonschema

import harness
from harness import palermo

with open(os.path.join(harness.SOURCE, "api", "openapi.json"), encoding="utf-8") as f:
    DESCRIPTION = json.load(f)


def token(node, role):
    """A file with a token of a user with that role."""
    name = f"{role}.one"
    palermo("user", "add", name, "--home", node.home, "--role", role, "--no-password").expect()
    secret = palermo("user", "token", name, "--home", node.home, "--label", "test").expect().out
    return node.write(f"{role}.token", secret)


def operations():
    """(METHOD, path, operation) of all that is described."""
    for path, methods in DESCRIPTION["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def find_operation(method, target):
    path = target.split("?")[0]
    best = None
    for m, template, operation in operations():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if m == method and re.fullmatch(pattern, path):
            if best is None or "{" not in template:
                best = operation
    return best


def validate(schema, value, what):
    document = {**schema, "components": DESCRIPTION["components"]}
    validator = jsonschema.Draft202012Validator(document)
    errors = [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(value)]
    assert not errors, f"{what}: {errors[:3]}; {json.dumps(value)[:600]}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.type = (response.getheader("Content-Type") or "").split(";")[0]
        self.bytes = response.read()

    def json(self):
        return json.loads(self.bytes)


class LocalConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Client:
    """One user of one node. seen: operationIds that were answered as described."""

    seen = set()

    def __init__(self, node, token=None, local=False):
        self.node = node
        self.token = token
        self.local = local
        self.cookie = None
        self.csrf = None

    def connect(self):
        if self.local:
            return LocalConnection(os.path.join(self.node.home, "api.sock"))
        return http.client.HTTPConnection("127.0.0.1", self.node.api_port, timeout=60)

    def raw(self, method, target, body=None, headers=None):
        connection = self.connect()
        try:
            connection.request(method, target, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def headers(self, method, more):
        headers = {}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        if self.cookie:
            headers["Cookie"] = self.cookie
            if method != "GET":
                headers["Palermo-CSRF"] = self.csrf
        headers.update(more)
        return headers

    def call(self, method, target, body=None, expect=None, **more):
        """body: JSON, or bytes. expect: a status, or the one of the description."""
        operation = find_operation(method, target)
        headers = self.headers(method, {k.replace("_", "-"): v for k, v in more.items()})
        if isinstance(body, bytes):
            headers.setdefault("Content-Type", "application/octet-stream")
        elif body is not None:
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        answer = self.raw(method, target, body, headers)
        what = f"{method} {target} -> {answer.status}"
        described = operation["responses"] if operation else {}
        wanted = expect or int(next(s for s in described if s != "default"))
        assert answer.status == wanted, f"{what}, not {wanted}: {answer.bytes[:800]!r}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff", what
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], what
        assert answer.headers["Cache-Control"] == "no-store", what
        if answer.status >= 400:
            assert answer.type == "application/problem+json", what
            validate({"$ref": "#/components/schemas/Problem"}, answer.json(), what)
        elif operation:
            content = described[str(answer.status)]["content"]
            assert answer.type in content, f"{what}: {answer.type}"
            if answer.type == "application/json":
                validate(content[answer.type]["schema"], answer.json(), what)
            Client.seen.add(operation["operationId"])
        return answer

    def get(self, path, expect=None, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query)
        return self.call("GET", path, expect=expect)

    def post(self, path, body=None, expect=None, **more):
        return self.call("POST", path, body, expect, **more)

    def pages(self, path, **query):
        """All items of all pages."""
        items = []
        while True:
            page = self.get(path, **query).json()
            items += page["items"]
            if page["next"] is None:
                return items
            query["cursor"] = page["next"]

    def sign_in(self, name, password, expect=None):
        answer = self.call("POST", "/v1/session", {"name": name, "password": password}, expect)
        if answer.status == 201:
            cookie = answer.headers["Set-Cookie"]
            assert "HttpOnly" in cookie and "SameSite=Strict" in cookie, cookie
            self.cookie = cookie.split(";")[0]
            self.csrf = answer.json()["csrf"]
        return answer


def add_user(node, name, role, password="a password of the tests"):
    path = node.write(f"{name}.password", password + "\n")
    harness.palermo("user", "add", "--home", node.home, name, "--role", role,
                    "--passphrase-file", path).expect()


def token_of(node, name):
    return harness.palermo("user", "token", "--home", node.home, name, "--label",
                           "tests").expect().out.strip()


def serve(node, *more, **how):
    """Serves the node with its API; the port is node.api_port."""
    node.serve("--api", "127.0.0.1:0", *more, **how)
    line = node.process.stdout.readline()
    node.api_port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", line).group(1))
    node.process.stdout.readline()
    return node


def staff(node):
    """A client with a token for each role."""
    clients = {}
    for role in ("analyst", "officer", "supervisor", "auditor"):
        add_user(node, role[:3], role)
        clients[role] = Client(node, token_of(node, role[:3]))
    return clients
