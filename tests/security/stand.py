"""The small city of the permission matrix behind a real server, for the checks of this folder: its
people, its routes, and how a check is counted. Loopback only."""
import json
import os
import re
import subprocess
import sys
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "matrix"))
import site_of as site  # noqa: E402
import world  # noqa: E402

SECRETARY, CLERK = "secretary@990001101201", "clerk@990001101"
OWN, BESIDE, NOWHERE = "990001101201", "990001102201", "990009999299"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAGES = ["/", "/login", "/signed-out", "/app", "/app/", "/app/sw.js", "/public.css", "/healthz", "/metrics", "/api/openapi.json",
         "/u/9900", "/u/" + OWN, "/f/m_pub?unit=9900&period=2022-01", "/b/2022-1", "/?q=%E7%94%B2", "/cal/" + SECRETARY + ".ics",
         "/invite/" + "a" * 64, "/q", "/q/1-1", "/r/" + OWN, "/w/" + OWN, "/w/" + OWN + "/poster", "/c/1-1", "/i/1-1/" + "0" * 32, "/public.js",
         "/open311/v2/discovery.json", "/open311/v2/services.xml", "/open311/v2/requests.json", "/nowhere", "/api/nowhere", "/api/do/record.file", "/api/import", "/sign-out", "/api/sign-in"]


class Counts:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, good, *why):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        print(("ok " if good else "not ok ") + name, flush=True)
        for line in () if good else why:
            print("#   " + str(line)[:700], flush=True)
        return bool(good)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


def city(folder):
    """The city's folder; made once and kept, with the secrets of second factors beside it."""
    beside = folder + ".secrets"
    if os.path.exists(beside):
        with open(beside, encoding="utf-8") as f:
            world.SECRETS.update(json.load(f))
        return folder
    world.make(folder)
    with open(beside, "w", encoding="utf-8") as f:
        json.dump(world.SECRETS, f)
    return folder


signed_in = {}


def person(server, seat):
    """Officers sign in once: a code of theirs is not good twice."""
    p = site.Person(server.port, seat)
    if (server.port, seat) in signed_in:
        p.cookie, p.token = signed_in[server.port, seat]
    elif seat:
        status, text = p.sign_in(world.login_of(seat), secret=world.second(seat), at=world.now(server.began))
        if status != 200:
            raise SystemExit(f"{seat} does not sign in: {status} {text}")
        if world.second(seat):
            signed_in[server.port, seat] = p.cookie, p.token
    return p


def facts(server):
    text = site.Person(server.port).request("GET", "/metrics")[2].decode()
    return int(re.search(r"^tian_facts (\d+)", text, re.M)[1])


def openapi():
    return json.loads(subprocess.run([world.TIAN, "api", "openapi"], capture_output=True, check=True).stdout)


# A value that fits for each argument of a read, so that a request goes as deep as it can.
FITTING = {"book": "m_near", "unit": OWN, "period": "2022-01", "name": "m_days", "from": "", "to": "2022-01", "kind": "village",
           "number": "1", "field": "photo", "seat_of": SECRETARY, "open": "todo", "limit": "20", "find": "村", "known": "", "tree_day": "",
           "day": "2022-01-31", "tree": "", "state": "", "parent": "", "items": "", "id": "0" * 32, "dry": "1"}
SERIES = {"from": "2022-01", "to": "2022-01"}


def fitting(path, name):
    return SERIES[name] if "series" in path and name in SERIES else FITTING.get(name, "")


def reads(seat=None):
    """(path, arguments) of every GET of the OpenAPI document, with values that fit."""
    out = []
    for path, methods in openapi()["paths"].items():
        if "get" not in methods:
            continue
        names = [p["name"] for p in methods["get"].get("parameters", []) if p["in"] == "query"]
        args = {n: (seat if n == "seat" else fitting(path, n)) for n in names}
        out.append((path.replace("{id}", FITTING["id"]), {k: v for k, v in args.items() if v}))
    return out


def commands():
    """(name, names of fields) of every command."""
    out = []
    for path, methods in openapi()["paths"].items():
        if path.startswith("/api/do/"):
            schema = methods["post"]["requestBody"]["content"]["application/json"]["schema"]
            out.append((path[len("/api/do/"):], list(schema["properties"]["fields"].get("properties", {}))))
    return out


def with_query(path, args):
    return path + ("?" + urllib.parse.urlencode(args) if args else "")
