"""A client of the server over loopback, and the server itself, for tests: standard library only."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import secrets
import signal
import struct
import subprocess
import time
import urllib.parse

LISTEN = "127.0.0.1:0"


def act():
    """A UUIDv7 as 32 hex digits."""
    ms = int(time.time() * 1000)
    bits = (ms << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return "%032x" % bits


def totp(secret, now, step=0):
    counter = struct.pack(">Q", int(now) // 30 + step)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[19] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]

    @property
    def data(self):
        return self.json["data"]


class Client:
    def __init__(self, port, origin=None):
        self.port = port
        self.origin = origin or "http://127.0.0.1:%d" % port
        self.cookie = self.token = None
        self.connection = None

    def raw(self, method, path, body=None, headers=None):
        for again in (False, True):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                self.connection.request(method, path, body, headers or {})
                got = self.connection.getresponse()
                return Answer(got.status, got.headers, got.read())
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.close()
                if again or method not in ("GET", "HEAD"):
                    raise

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def ask(self, method, path, body=None, **more):
        headers = {"Origin": self.origin}
        if self.cookie:
            headers["Cookie"] = "tian=" + self.cookie
        if self.token:
            headers["X-Tian-Token"] = self.token
        headers.update({k: v for k, v in more.get("headers", {}).items() if v is not None})
        for name in [k for k, v in more.get("headers", {}).items() if v is None]:
            headers.pop(name, None)
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        return self.raw(method, path, body, headers)

    def get(self, path, **query):
        if query:
            path += ("&" if "?" in path else "?") + urllib.parse.urlencode(query)
        return self.ask("GET", path)

    def view(self, name, **query):
        return self.get("/api/view/" + name, **query)

    def sign_in(self, login, password, code=""):
        answer = self.ask("POST", "/api/sign-in", {"login": login, "password": password, "code": code})
        if answer.status == 200:
            self.cookie = re.match(r"tian=([0-9a-f]{64});", answer.headers["Set-Cookie"])[1]
            self.token = answer.data["token"]
        return answer

    def do(self, command, fields, seat=None, an_act=None, **more):
        body = {"act": an_act or act(), "made": int(time.time() * 1000), "fields": fields}
        if seat:
            body["seat"] = seat
        return self.ask("POST", "/api/do/" + command, body, **more)


class Server:
    """`tian serve` on a free port of loopback."""

    def __init__(self, tian, folder, *options, clock="2022-02-10T09:20", log=None, env=None):
        self.folder, self.log = folder, log or folder + ".serve-log"
        self.errors = open(self.log, "ab")
        words = [tian, "serve", folder, "--listen", LISTEN, *options]
        if clock:
            words += ["--clock", clock]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self.errors,
                                        env={**os.environ, **(env or {})})
        line = self.process.stdout.readline().decode()
        found = re.search(r"127\.0\.0\.1:(\d+)", line)
        if not found:
            self.process.wait()
            self.errors.flush()
            with open(self.log, "rb") as file:
                raise RuntimeError("the server did not start: " + file.read()[-500:].decode())
        self.port = int(found[1])

    def client(self, **more):
        return Client(self.port, **more)

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.errors.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop(signal.SIGKILL if error[0] else signal.SIGTERM)
