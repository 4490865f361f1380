"""The server of a store and the people signed in to it, over real sockets on loopback."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import secrets
import select
import signal
import socket
import struct
import subprocess
import time
import urllib.parse

import world


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, folder, env=None, binary=None):
        self.port = free_port()
        self.began = time.time()
        self.log = open(folder + ".log", "ab")
        self.process = subprocess.Popen(
            [binary or world.TIAN, "serve", folder, "--listen", f"127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log,
            env={**os.environ, "TIAN_CLOCK": world.CLOCK, "LC_ALL": "zh_CN.UTF-8", **(env or {})})
        self.wait()

    def wait(self):
        for _ in range(300):
            if self.process.poll() is not None:
                raise SystemExit(f"the server ended with {self.process.returncode}, see {self.log.name}")
            try:
                c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                c.request("GET", "/healthz")
                if c.getresponse().status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("the server does not answer")

    def last_words(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as f:
            return "".join(f.readlines()[-30:])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.returncode


def totp(secret, at):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


class Person:
    """One signed-in browser; seat None = nobody is signed in."""

    def __init__(self, port, seat=None):
        self.port, self.seat, self.cookie, self.token = port, seat, None, None
        self.connection = None

    def request(self, method, path, body=None, headers=None):
        sent = {"Origin": f"http://127.0.0.1:{self.port}", **(headers or {})}
        if self.cookie:
            sent["Cookie"] = "tian=" + self.cookie
        if self.token and method != "GET":
            sent.setdefault("X-Tian-Token", self.token)
        for again in (False, True):
            try:
                if not self.connection:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                try:
                    self.connection.request(method, path, body, sent)
                except BrokenPipeError:
                    pass  # refused before the whole body was sent: the answer is there already
                answer = self.connection.getresponse()
                return answer.status, answer.headers, answer.read()
            except (http.client.HTTPException, OSError):
                self.connection = None
                if again:
                    raise

    def sign_in(self, login, password=world.PASSWORD, secret=None, at=None):
        body = {"login": login, "password": password}
        if secret:
            body["code"] = totp(secret, at)
        status, headers, text = self.request("POST", "/api/sign-in", json.dumps(body), {"Content-Type": "application/json"})
        found = re.search(r"tian=([0-9a-f]+)", headers.get("Set-Cookie") or "")
        if status == 200 and found:
            self.cookie = found[1]
            self.token = json.loads(text)["data"]["token"]
        return status, text

    def query(self, path, **args):
        if self.seat:
            args["seat"] = self.seat
        return path + "?" + urllib.parse.urlencode({k: v for k, v in args.items() if v is not None})

    def get(self, path, **args):
        return self.request("GET", self.query(path, **args))

    def view(self, view_name, **args):
        status, _, text = self.get("/api/view/" + view_name, **args)
        return status, (json.loads(text).get("data") if status == 200 else None), text

    def do(self, command, act=None, **fields):
        body = {"act": act or new_act(), "made": 0, "fields": {k: str(v) for k, v in fields.items() if v is not None}}
        if self.seat:
            body["seat"] = self.seat
        status, _, text = self.request("POST", "/api/do/" + command, json.dumps(body), {"Content-Type": "application/json"})
        return status, text

    def stream(self, watch):
        """An event stream on a connection that is used for nothing else, and its status."""
        s = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        path = self.query("/api/events", open=watch)
        s.sendall((f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: text/event-stream\r\n"
                   + (f"Cookie: tian={self.cookie}\r\n" if self.cookie else "") + "\r\n").encode())
        got = b""
        while b"\r\n\r\n" not in got and select.select([s], [], [], 5)[0]:
            piece = s.recv(4096)
            if not piece:
                break
            got += piece
        found = re.match(rb"HTTP/1\.1 (\d+)", got)
        return s, int(found[1]) if found else 0

    def opens(self, watch):
        """Does an event stream with this one view open?"""
        s, status = self.stream(watch)
        s.close()
        return status


def new_act():
    ms = int(time.time() * 1000)
    return f"{ms:012x}7{secrets.token_hex(2)[:3]}8{secrets.token_hex(8)[:15]}"
