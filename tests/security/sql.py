#!/usr/bin/env python3
"""sqlmap over every argument of every read and every field of every command, as who may do most with
each; and over a server with a hole, which it must find.

usage: sql.py SCRATCH      TIAN = the program; last line "N passed, N failed"
"""
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import urllib.parse

import stand
from stand import BESIDE, CLERK, OWN, SECRETARY, site, world

counts = stand.Counts()
LIMIT_S, PARTS = 75, 4
# Fields that fit, so that a command is judged as far as it goes; the version is one that no row has.
FIELDS = {**stand.FITTING, "days": "3", "note": "说明", "expect": "999999999", "reason": "试", "why": "试", "role": "secretary", "login": "nobody-new",
          "name": "某村", "person": "7", "seat": SECRETARY, "day": "2022-03-15", "code": "990001101299", "kind": "village", "parent": "990001101", "from": OWN,
          "into": BESIDE, "parts": OWN + "=1", "pack": "matrix", "to": "2022-12-31", "number": "1", "field": "name", "book": "m_near", "value": "1", "param": "p"}


def request_of(port, method, path, p, body=None):
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: application/json"]
    if p:
        lines += [f"Cookie: tian={p.cookie}", f"Origin: http://127.0.0.1:{port}", f"X-Tian-Token: {p.token}"]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    return "\n".join(lines) + "\n\n" + (body or "")


def marked(text):
    """sqlmap tries what ends in a star."""
    return text + "*"


def asked(server):
    """One request for each read and command; each argument of each is tried once."""
    people = {seat: stand.person(server, seat) for seat in (SECRETARY, CLERK, "system_officer@9900", "people_officer@9900", "audit_officer@9900")}
    out, places, tried = [], 0, set()
    for path, args in stand.reads(CLERK):
        names = [n for n in args if n != "seat" or "seat" not in tried]
        tried.add("seat")
        if path in ("/healthz", "/metrics", "/api/events", "/api/openapi.json") or not names:
            continue
        query = "&".join(n + "=" + (marked(urllib.parse.quote(v)) if n in names else urllib.parse.quote(v)) for n, v in args.items())
        officer = {"/api/view/audit": "audit_officer@9900"}.get(path, CLERK)
        out.append(request_of(server.port, "GET", path + "?" + query.replace(urllib.parse.quote(CLERK), urllib.parse.quote(officer)), people[officer]))
        places += len(names)
    for path in ("/u/9900*", "/f/m_pub*?unit=9900*&period=2022-01*", "/?q=x*&pack=matrix*", "/b/2022-1*"):
        out.append(request_of(server.port, "GET", path, None))
        places += path.count("*")
    out.append(request_of(server.port, "POST", "/api/sign-in", people[CLERK], json.dumps({"login": "nobody*", "password": "x", "code": "1*"})))
    for name, fields in stand.commands():
        seat = SECRETARY if name.startswith(("record.file", "record.void", "private")) else CLERK if name.startswith("record") else \
            "people_officer@9900" if name.startswith(("person", "seat.hold", "seat.leave", "seat.stand")) else "system_officer@9900"
        given = {f: FIELDS.get(f, "1") for f in fields} | ({"days": "3", "note": "说明"} if name == "record.file" else {})
        body = json.dumps({"act": site.new_act(), "seat": seat, "fields": {f: marked(v) for f, v in given.items() if v}}, ensure_ascii=False)
        out.append(request_of(server.port, "POST", "/api/do/" + name, people[seat], body))
        places += body.count('*')
    return out, places


def sqlmap(name, requests, scratch, level):
    """sqlmap over a list of requests as a Burp log; what it said."""
    file, out = os.path.join(scratch, name + ".log"), os.path.join(scratch, name)
    with open(file, "w", encoding="utf-8") as f:
        for request in requests:
            f.write("=" * 54 + "\n12:00:00  http://127.0.0.1:" + re.search(r"Host: 127\.0\.0\.1:(\d+)", request)[1] + "  [127.0.0.1]\n" + "=" * 54 + "\n" + request + "\n" + "=" * 54 + "\n\n\n\n")
    terminal = pty.openpty()[1]  # without one it takes its input for a list of targets
    return subprocess.Popen(["sqlmap", "-l", file, "--batch", "--disable-coloring", "--output-dir", out, "--dbms", "sqlite", "--technique", "BEUSTQ", "--level", str(level),
                             "--risk", "1", "--time-sec", "1", "--timeout", "5", "--retries", "0", "--threads", "1", "--keep-alive", "--skip-waf", "--disable-precon",
                             "--ignore-code", "*", "--union-cols", "2", "--answers", "test this=Y,exploiting=N,injection marker=Y"],
                            stdout=open(out + ".said", "w"), stderr=subprocess.STDOUT, stdin=terminal, env={**os.environ, "HOME": scratch})


def said(scratch, name):
    with open(os.path.join(scratch, name + ".said"), encoding="utf-8", errors="replace") as f:
        return f.read()


def found(text):
    return re.findall(r"(?:Parameter: .*|.* is vulnerable.*|.*appears to be .*injectable.*)", text)


def the_hole_is_found(scratch):
    holed = subprocess.Popen([sys.executable, os.path.join(stand.HERE, "holed.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    port = int(holed.stdout.readline())
    requests = [request_of(port, "GET", "/api/view/unit?unit=1*", None), request_of(port, "POST", "/api/do/x", None, json.dumps({"act": "1", "fields": {"unit": "1*"}}))]
    try:
        jobs = [sqlmap(f"holed-{n}", [r], scratch, 1) for n, r in enumerate(requests)]
        for job in jobs:
            job.wait(60)
    finally:
        holed.stdin.close()
        holed.wait()
    for n, kind in enumerate(("a read", "a command")):
        counts.check(f"sqlmap finds the hole of {kind} in a server that has one", found(said(scratch, f"holed-{n}")), said(scratch, f"holed-{n}")[-600:])


def none_is_found(server, scratch):
    requests, places = asked(server)
    before = stand.facts(server)
    jobs = {f"part-{n}": sqlmap(f"part-{n}", requests[n::PARTS], scratch, 1) for n in range(PARTS)}
    late = []
    for name, job in jobs.items():
        try:
            job.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            job.terminate()
            job.wait()
            late.append(name)
    texts = {n: said(scratch, n) for n in jobs}
    tested = sum(len(re.findall(r"^\[.*?(?:does not seem to be injectable|is vulnerable)", t, re.M)) for t in texts.values())
    hits = [x for t in texts.values() for x in found(t)]
    counts.check(f"sqlmap finds no hole in {len(requests)} requests, {tested} of {places} arguments tried to the end", not hits, hits[:5])
    counts.check("it tried them in its time", not late and tested >= places, late, *(t[-500:] for t in texts.values()))
    # A name or a note may say anything, so that some changes were good ones; the units and the log are what they were.
    units = stand.person(server, CLERK).view("units", find="镇")[1]
    counts.check("the server answers, and tables stand", bool(units and units["units"]) and stand.facts(server) >= before, units)


def main():
    scratch = sys.argv[1]
    folder = os.path.join(scratch, "sql")
    shutil.copytree(stand.city(os.path.join(scratch, "city")), folder)
    the_hole_is_found(scratch)
    server = site.Server(folder)
    try:
        none_is_found(server, scratch)
    finally:
        counts.check("the server ends as asked", server.stop() == 0)
    counts.check("the log is whole afterwards", "坏" not in world.run("verify", folder))
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())
