#!/usr/bin/env python3
"""What scanners do not know of this program: reading never writes, nothing that was sent in a head comes
back, cookies, links, throttles, heads of safety, paths, bombs, and one answer for "not there" and "not
yours".

usage: own.py SCRATCH      TIAN = the program; last line "N passed, N failed"
"""
import html
import io
import json
import os
import re
import shutil
import socket
import statistics
import sys
import time
import urllib.parse
import zipfile

import stand
from stand import BESIDE, CLERK, FORM, NOWHERE, OWN, PAGES, SECRETARY, site, world

counts = stand.Counts()
check = counts.check
# Answers that the HTTP library makes before it knows a request; their text is fixed.
LIBRARY = {414, 431}


def bird(birds, kind):
    """A mark that stands nowhere else."""
    birds.append(f"{kind}-{len(birds)}-canary.example")
    return birds[-1]


# ---- reading ----

def reading_writes_nothing(server):
    before, asked, codes, cookies = stand.facts(server), 0, {}, []
    for seat in [*world.SEATS, None]:
        p = stand.person(server, seat)
        paths = [stand.with_query(path, args) for path, args in stand.reads(seat) if path != "/api/events"] + PAGES
        for path in paths:
            for method in "GET", "HEAD", "OPTIONS":
                status, headers, _ = p.request(method, path)
                asked += 1
                codes.setdefault(status, path)
                if headers["Set-Cookie"]:
                    cookies.append((method, path))
        p.connection.close()
    check(f"{asked} GET, HEAD and OPTIONS by every seat append nothing", asked >= 3000 and stand.facts(server) == before,
          asked, before, stand.facts(server))
    check("no read ends in an error of the server", set(codes) <= {200, 303, 400, 401, 404}, codes)
    check("no read sets a cookie", not cookies, cookies[:5])


def nothing_sent_comes_back(server):
    p = stand.person(server, SECRETARY)
    birds, found = [], []
    paths = [stand.with_query(path, args) for path, args in stand.reads(SECRETARY) if path != "/api/events"] + PAGES
    for path in paths:
        for method in "GET", "POST":
            sent = {"Host": bird(birds, "host"), "X-Forwarded-Host": bird(birds, "forwarded"), "X-Forwarded-Proto": "ftp",
                    "X-Forwarded-Server": bird(birds, "server"), "Forwarded": "host=" + bird(birds, "rfc7239"),
                    "X-Original-URL": "/" + bird(birds, "original"), "X-Rewrite-URL": "/" + bird(birds, "rewrite"),
                    "Referer": "http://" + bird(birds, "referer") + "/", "User-Agent": bird(birds, "agent")}
            status, headers, body = p.request(method, path, b"" if method == "POST" else None, sent)
            said = (str(headers) + body.decode("utf-8", "replace")).lower()
            found += [(method, path, b) for b in birds if b.lower() in said]
            birds.clear()
            if headers["Location"] and not headers["Location"].startswith("/"):
                found.append((method, path, headers["Location"]))
    check("no Host, forwarded host, referer or agent that was sent comes back", not found, found[:5])
    split = []
    for path in paths:
        for tail in "%0d%0aX-Bird:%20flew", "%0aX-Bird:flew", "%E5%98%8D%E5%98%8AX-Bird:flew":
            status, headers, _ = p.request("GET", path.split("?")[0] + tail)
            split += [path] if headers["X-Bird"] or status >= 500 else []
            status, headers, _ = p.request("GET", path + ("&" if "?" in path else "?") + "lang=" + tail + "&unit=" + tail)
            split += [path] if headers["X-Bird"] or status >= 500 else []
    check("no line break of a request stands in a head of an answer", not split, split[:5])


# ---- sessions ----

def sessions(server):
    p = site.Person(server.port, SECRETARY)
    own = "f" * 64
    p.cookie = own
    status, headers, text = p.request("POST", "/api/sign-in", json.dumps({"login": world.login_of(SECRETARY), "password": world.PASSWORD}),
                                      {"Content-Type": "application/json"})
    given = headers.get_all("Set-Cookie") or []
    check("signing in sets one cookie, HttpOnly, SameSite=Strict, for this site's paths", status == 200 and len(given) == 1 and
          {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(given[0].split("; ")) and "Domain" not in given[0], given)
    fresh = re.search(r"tian=([0-9a-f]{64});", given[0])[1]
    check("a cookie brought along is not taken over", fresh != own and p.view("me")[0] == 401)
    p.cookie, first = fresh, fresh
    clerk = site.Person(server.port, CLERK)
    clerk.cookie = fresh
    status, text = clerk.sign_in(world.login_of(CLERK))
    check("signing in over somebody's session gives another one", clerk.cookie != first and clerk.view("me")[1]["login"] == world.login_of(CLERK))
    for wrong in "", "0" * 64, first[:-1], first + "0", first.upper(), first[:63] + "g", "'" * 64:
        p.cookie = wrong
        if p.view("me")[0] != 401:
            check("only the exact session is one", False, wrong)
    p = stand.person(server, SECRETARY)
    known = p.cookie
    p.request("POST", "/sign-out", "", FORM)
    check("signing out ends the session on the server", p.view("me")[0] == 401, known)
    for method, path in (("POST", "/login"), ("POST", "/api/sign-in"), ("POST", "/sign-out"), ("POST", "/api/do/person.open"), ("PUT", "/api/blob/" + "0" * 32)):
        headers = p.request(method, path, b"", {"Origin": "http://elsewhere.example", **FORM})
        check(f"{method} {path} of another site is forged", headers[0] in (401, 403) and not headers[1]["Set-Cookie"], headers[0])


def link_of(officer, account):
    status, text = officer.do("person.link", person=account)
    if status != 200:
        raise SystemExit(f"no link: {status} {text}")
    return re.search(r"[0-9a-f]{32,64}", json.dumps(json.loads(text)["data"]["answer"]))[0]


def links(server, folder):
    seat = "people_officer@9900"
    officer = stand.person(server, seat)
    number = stand.person(server, SECRETARY).view("me")[1]["person"]
    old, link = link_of(officer, number), link_of(officer, number)
    nobody = site.Person(server.port)
    get = lambda t: nobody.request("GET", "/invite/" + t)[0]
    check("only the newest link of a person is good", get(old) == 404 and get(link) == 200)
    nobody.request("HEAD", "/invite/" + link)
    nobody.request("GET", "/invite/" + link)
    check("looking at a link, as mail and chat programs do, does not use it up", get(link) == 200)
    session = stand.person(server, SECRETARY)
    form = urllib.parse.urlencode({"password": world.PASSWORD + "-neu", "again": world.PASSWORD + "-neu"})
    weak = nobody.request("POST", "/invite/" + link, urllib.parse.urlencode({"password": "1234567890", "again": "1234567890"}), FORM)[0]
    check("a weak password is refused and the link stays good", weak == 422 and get(link) == 200, weak)
    first = nobody.request("POST", "/invite/" + link, form, FORM)
    second = nobody.request("POST", "/invite/" + link, form, FORM)
    check("a link sets a password once", first[0] == 303 and second[0] == 404 and get(link) == 404, first[0], second[0])
    check("a new password ends the sessions before it", session.view("me")[0] == 401)
    check("and the old password", site.Person(server.port, SECRETARY).sign_in(world.login_of(SECRETARY))[0] == 401)
    link = link_of(officer, number)
    server.stop()
    for hours, expected in ((71, 200), (73, 404)):
        day = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.mktime(time.strptime(world.CLOCK, "%Y-%m-%dT%H:%M")) - time.timezone + hours * 3600))
        later = site.Server(folder, env={"TIAN_CLOCK": day})
        status = site.Person(later.port).request("GET", "/invite/" + link)[0]
        check(f"a link after {hours} hours: {expected}", status == expected, day, status)
        later.stop()


# ---- heads of safety ----

def heads_missing(status, headers):
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}
    out = [k for k, v in wanted.items() if headers[k] != v]
    policy = headers["Content-Security-Policy"] or ""
    out += [] if "default-src 'none'" in policy or "default-src 'self'" in policy else ["policy"]
    out += [w for w in ("unsafe-inline", "unsafe-eval", "*") if w in policy] + ([] if "frame-ancestors 'none'" in policy else ["frame-ancestors"])
    out += [k for k in ("Referrer-Policy", "Cache-Control") if not headers[k]]
    return out + [k for k in headers if k.lower().startswith("access-control-") or k.lower() in ("server", "x-powered-by")]


def kinds_of_answers(server):
    """Answers of every status that the server gives, each (name, status, headers)."""
    nobody, p = site.Person(server.port), stand.person(server, SECRETARY)
    act = site.new_act()
    put = lambda body, **more: p.request("PUT", "/api/blob/" + act, body, more)
    out = [("page", *nobody.request("GET", "/u/9900")), ("app", *nobody.request("GET", "/app/")), ("style", *nobody.request("GET", "/public.css")),
           ("login", *nobody.request("GET", "/login")), ("to the app", *nobody.request("GET", "/app")), ("health", *nobody.request("GET", "/healthz")),
           ("no page", *nobody.request("GET", "/nowhere")), ("no view", *nobody.request("GET", "/api/view/nowhere")), ("signed out", *nobody.request("GET", "/api/view/me")),
           ("forged", *nobody.request("POST", "/api/sign-in", "{}", {"Origin": "http://x.example"})),
           ("bad body", *p.request("POST", "/api/do/record.file", "{")), ("too large", *p.request("POST", "/api/do/record.file", b"x" * (1 << 21))),
           ("view", *p.get("/api/view/me")), ("lacks", *p.get("/api/view/form")), ("not mine", *p.get("/api/view/form", book="m_near", unit=BESIDE, period="2022-01")),
           ("template", *p.get("/api/template", book="m_near", unit=OWN, period="2022-01")), ("export", *p.get("/api/export", book="m_near", unit=OWN, period="2022-01")),
           ("calendar", *p.get("/cal/" + SECRETARY + ".ics")), ("openapi", *nobody.request("GET", "/api/openapi.json")), ("options", *nobody.request("OPTIONS", "/")),
           ("zero in a path", *nobody.request("GET", "/%00")), ("metrics", *nobody.request("GET", "/metrics")), ("no link", *nobody.request("GET", "/invite/" + "a" * 64)),
           ("no picture", *put(b"GIF89a")), ("done", 200, *done(p))]
    tag = nobody.request("GET", "/u/9900")[1]["ETag"]
    out.append(("not changed", *nobody.request("GET", "/u/9900", None, {"If-None-Match": tag})))
    status, text = p.do("record.file", book="m_near", unit=OWN, period="2022-02", days="x")
    out.append(("refused", *p.request("POST", "/api/do/record.file", json.dumps({"act": site.new_act(), "fields": {"book": "m_near", "unit": OWN, "period": "2022-02", "days": "x"}}))))
    out.append(("conflict", *p.request("POST", "/api/do/record.file", json.dumps({"act": site.new_act(), "fields": {"book": "m_near", "unit": OWN, "period": "2022-01", "days": "1", "expect": "9999"}}))))
    out.append(("form wrong", *nobody.request("POST", "/login", "login=nobody&password=x", FORM)))
    out.append(("events", *stream_heads(p)))
    return out


def done(p):
    return p.request("POST", "/api/do/record.file", json.dumps({"act": site.new_act(), "seat": SECRETARY, "fields": {"book": "m_open", "unit": OWN, "period": "2022-01", "tons": "12.75"}}))[1:]


def stream_heads(p):
    import http.client
    c = http.client.HTTPConnection("127.0.0.1", p.port, timeout=10)
    c.request("GET", "/api/events?open=todo", headers={"Cookie": "tian=" + p.cookie})
    answer = c.getresponse()
    out = answer.status, answer.headers, b""
    c.close()
    return out


def heads(server):
    seen = {}
    for name, status, headers, _ in kinds_of_answers(server):
        seen.setdefault(status, name)
        lacks = [] if status in LIBRARY else heads_missing(status, headers)
        check(f"heads of safety: {name} ({status})", not lacks, lacks, dict(headers))
    check("answers of many kinds were looked at", {200, 303, 304, 400, 401, 403, 404, 409, 413, 422} <= set(seen), sorted(seen))
    raw = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(b"GET /" + b"x" * 40000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        while piece := s.recv(4096):
            raw += piece
    check("a line that is too long is refused, and not said back", raw[9:12] in (b"414", b"431", b"400") and b"xxxxx" not in raw, raw[:200])


# ---- paths, texts ----

DOTS = ["../../../../etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/%2e%2e/etc/passwd", "..%252f..%252fetc%252fpasswd", "....//....//etc/passwd",
        "..%c0%af..%c0%afetc/passwd", "..\\..\\..\\etc\\passwd", "..%5c..%5cetc%5cpasswd", "/etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "tian.db", "../tian.db",
        "..%2ftian.db", "..%00/tian.db", "index.html%00.png", "./././tian.db", "assets/../../tian.db", "~root/.ssh/id_rsa", ".git/config", ".env", "proc/self/environ", "%2e%2e%2fproc%2fself%2fmaps"]
STEMS = ["/", "/app/", "/app/assets/", "/invite/", "/u/", "/f/", "/b/", "/cal/", "/api/blob/", "/api/view/", "/api/do/", "/public.css/", "/healthz/"]


def raw_get(server, target, cookie):
    """As it stands: a client library would tidy the path."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: tian={cookie}\r\nConnection: close\r\n\r\n".encode())
        got = b""
        while piece := s.recv(65536):
            got += piece
    return int(got[9:12] or b"0"), got


def paths(server):
    p = stand.person(server, CLERK)
    bad, tried = [], 0
    leaks = b"root:", b"SQLite format 3", b"[core]", b"PATH=", b"BEGIN OPENSSH", b"r-xp"
    targets = [stem + dots for stem in STEMS for dots in DOTS]
    targets += [f"/api/{what}?book={dots}&unit={dots}&period={dots}&field={dots}" for what in ("export", "template", "view/form", "blob/" + "0" * 32) for dots in DOTS]
    targets += [f"/f/m_pub?unit={dots}&period={dots}&known={dots}" for dots in DOTS] + [f"/?pack={dots}&before={dots}" for dots in DOTS]
    for target in targets:
        status, got = raw_get(server, target, p.cookie)
        tried += 1
        known = status == 200 and (target.startswith(("/?", "/f/m_pub")))
        if any(x in got for x in leaks) or not (status in (400, 401, 404, 405) or known):
            bad.append((target, status, got[:80]))
    check(f"{tried} paths that climb reach nothing", not bad, bad[:6])
    answer = p.request("POST", p.query("/api/import", book="m_near", period="2022-01", dry="1", name="../../../../tmp/sec-import.csv"), b"a,b\n1,2\n")
    check("the name of a file that comes in is only a name", answer[0] in (200, 400, 404, 422) and not os.path.exists("/tmp/sec-import.csv"), answer[0], answer[2][:200])


def texts(server):
    """What people write stays text: in pages, in answers, in tables that leave."""
    tag = "<img src=x onerror=alert(1)>"
    officer, p = stand.person(server, "system_officer@9900"), stand.person(server, SECRETARY)
    status, said = officer.do("unit.rename", unit=OWN, name=tag, day="2022-03-15")
    status2, said2 = p.do("record.file", book="m_near", unit=OWN, period="2022-02", days="3", note="=HYPERLINK(\"http://x\")" + tag[:15])
    check("a unit may be called and a note may say such a thing", (status, status2) == (200, 200), said[:200], said2[:200])
    nobody = site.Person(server.port)
    raw = [path for path in ("/", f"/u/{OWN}", "/u/990001101", f"/f/m_pub?unit={OWN}&period=2022-01", "/f/m_pub?unit=990001101&period=2022-01", "/?q=" + urllib.parse.quote(tag))
           if tag.encode() in nobody.request("GET", path)[2]]
    shown = html.escape(tag, quote=False).encode() in nobody.request("GET", f"/u/{OWN}")[2]
    check("its name is text on every page", not raw and shown, raw, shown)
    kind = p.view("unit", unit=OWN)
    check("and in answers, which say that they are JSON", p.get("/api/view/unit", unit=OWN)[1]["Content-Type"].startswith("application/json") and tag in json.dumps(kind[1], ensure_ascii=False))
    body = stand.person(server, CLERK).get("/api/export", book="m_near", unit=OWN, period="2022-02")[2]
    with zipfile.ZipFile(io.BytesIO(body)) as z:
        sheets = "".join(z.read(n).decode() for n in z.namelist() if n.endswith(".xml"))
    check("a note like a formula leaves as text", "HYPERLINK" in sheets and not re.search(r"<f>[^<]*HYPERLINK", sheets), sheets[:300])


# ---- bombs ----

def sheet_of(rows, extra="", head=""):
    """An xlsx file with one sheet of raw XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
                   '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>')
        z.writestr("_rels/.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
                   'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        z.writestr("xl/workbook.xml", '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
                   'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
                   'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        with z.open("xl/worksheets/sheet1.xml", "w") as f:
            f.write(f'<?xml version="1.0"?>{head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'.encode())
            for piece in rows:
                f.write(piece)
            f.write(f'</sheetData>{extra}</worksheet>'.encode())
    return out.getvalue()


def laughs():
    head = "<!DOCTYPE w [<!ENTITY a0 \"ha\">" + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
    return sheet_of([b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'], head=head)


def outside():
    return sheet_of([b'<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>'], head='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>')


def memory_mb(server):
    with open(f"/proc/{server.process.pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) >> 10


def worded(status, text):
    try:
        error = json.loads(text).get("error") or {}
    except ValueError:
        return False
    return status in (400, 413, 422) and bool(error.get("zh")) and bool(error.get("en"))


def bombs(server):
    p = stand.person(server, SECRETARY)
    before = stand.facts(server)
    deep = b'{"act":"' + b"0" * 32 + b'","fields":' + b'{"a":' * 100000 + b"1" + b"}" * 100000 + b"}"
    act = site.new_act()
    many = json.dumps({"act": act, "fields": {f"f{n}": "x" for n in range(50000)}}).encode()
    long = json.dumps({"act": act, "fields": {"book": "m_near", "unit": OWN, "period": "2022-02", "days": "9" * 900000}}).encode()
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + b"\0" * 100
    do = lambda body, **h: p.request("POST", "/api/do/record.file", body, {"Content-Type": "application/json", **h})
    bring = lambda body, name: p.request("POST", p.query("/api/import", book="m_near", period="2022-01", name=name, dry="1"), body)
    row = b'<row r="1">' + b'<c r="A1"><v>0</v></c>' * 4000 + b"</row>"
    bombs_of = {"JSON, 100000 deep": lambda: do(deep), "JSON of 10 MB": lambda: do(b'{"act":"' + b"x" * (10 << 20) + b'"}'),
                "JSON of 50000 members": lambda: do(many), "a number of 900 KB": lambda: do(long),
                "a packed body": lambda: do(b"\x1f\x8b" + b"\0" * 100, **{"Content-Encoding": "gzip"}),
                "a picture of 60000 x 60000": lambda: p.request("PUT", "/api/blob/" + site.new_act(), picture),
                "a zip bomb as a table": lambda: bring(sheet_of(row for _ in range(8000)), "a.xlsx"),
                "a billion laughs": lambda: bring(laughs(), "a.xlsx"), "an entity from a file": lambda: bring(outside(), "a.xlsx"),
                "a table of a million columns": lambda: bring(b"a," * 1000000 + b"\n", "a.csv"),
                "a cell of 30 MB": lambda: bring(b'"' + b"x" * (30 << 20) + b'"\n', "a.csv"), "a table of 33 MB": lambda: bring(b"x" * (33 << 20), "a.csv")}
    for name, throw in bombs_of.items():
        began = time.monotonic()
        status, _, text = throw()
        took = time.monotonic() - began
        plain = text.decode("utf-8", "replace")
        said = worded(status, text) or (status == 200 and json.loads(text)["data"]["errors"] > 0 and not json.loads(text)["data"]["written"])
        check(f"{name} is refused in words", said and took < 5 and "root:" not in plain, status, f"{took:.1f} s", plain[:300])
        p.connection = None
    check("the server still answers and wrote nothing", p.view("me")[0] == 200 and stand.facts(server) == before)
    check("and is no larger than 300 MB", memory_mb(server) <= 300, memory_mb(server))


# ---- one answer ----

def both(p, ask, mine, none):
    """Answers for what is somebody else's and for what is not there, without the date."""
    out = []
    for value in mine, none:
        status, headers, body = ask(value)
        out.append((status, [(k, v) for k, v in headers.items() if k != "Date"], body))
    return out


def one_answer(server):
    p, clerk, other = stand.person(server, SECRETARY), stand.person(server, CLERK), stand.person(server, "secretary@" + BESIDE)
    get = lambda path, **args: (lambda value: p.get(path, **{k: (value if v == "?" else v) for k, v in args.items()}))
    send = lambda command, **fields: (lambda value: p.request("POST", "/api/do/" + command, json.dumps(
        {"act": site.new_act(), "seat": SECRETARY, "fields": {k: (value if v == "?" else v) for k, v in fields.items()}})))
    seat = lambda value: p.request("GET", "/api/view/me?seat=" + value)
    photo = lambda value: p.get("/api/blob/" + value, book="m_case", unit=OWN, number="1", field="photo")
    stream = lambda value: (p.opens(value), {}, b"")
    foreign = site.new_act()
    other.request("PUT", "/api/blob/" + foreign, bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080001000101011100ffd9"))
    pairs = {f"view {v} of a unit": (get("/api/view/" + v, book="m_near", unit="?", period="2022-01"), BESIDE, NOWHERE) for v in ("form", "record")}
    pairs |= {f"view {v} of a figure's unit": (get("/api/view/" + v, name="m_days", unit="?", period="2022-01"), BESIDE, NOWHERE) for v in ("figure", "trace")}
    pairs |= {"a figure": (get("/api/view/figure", name="?", unit="9900", period="2022-01"), "m_heads", "m_none"),
              "a book": (get("/api/view/form", book="?", unit="990002", period="2021"), "m_far", "m_none"),
              "rows": (get("/api/view/rows", book="?", unit="990002", period="2021"), "m_far", "m_none"),
              "a table": (get("/api/export", book="?", unit="990002", period="2021"), "m_far", "m_none"),
              "a seat": (seat, CLERK, "clerk@990009999"), "a role": (seat, "clerk@990001102", "nobody@990001102"),
              "an attachment": (photo, foreign, "0" * 32), "a stream": (stream, "rows:m_near:" + BESIDE, "rows:m_near:" + NOWHERE),
              "a calendar": (lambda v: p.request("GET", f"/cal/{v}.ics"), CLERK, "clerk@990009999"),
              "filing": (send("record.file", book="m_near", unit="?", period="2022-01", days="1"), BESIDE, NOWHERE),
              "withdrawing": (send("record.void", book="m_near", unit="?", period="2022-01", reason="试"), BESIDE, NOWHERE),
              "a private value": (send("private.show", book="m_case", unit="?", number="1", field="name", why="试"), BESIDE, NOWHERE),
              "an officer's command": (send("unit.rename", unit="?", name="某村", day="2022-03-15"), BESIDE, NOWHERE),
              "a person": (send("person.link", person="?"), str(clerk.view("me")[1]["person"]), "7")}
    for name, (ask, mine, none) in pairs.items():
        theirs, nothing = both(p, ask, mine, none)
        check(f"not yours and not there are one answer: {name}", theirs == nothing and theirs[0] in (200, 404), theirs, nothing)


# ---- throttle ----

def throttle(server):
    """Last: this address has to wait afterwards."""
    nobody = site.Person(server.port)

    def tried(login, password="no-such-word-at-all", n=0):
        began = time.monotonic()
        status, headers, text = nobody.request("POST", "/api/sign-in", json.dumps({"login": login, "password": password}),
                                               {"Content-Type": "application/json", "X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}"})
        return status, headers, text, time.monotonic() - began
    known, unknown = [], []
    for n in range(5):
        known.append(tried(world.login_of(world.SEATS[n])))
        unknown.append(tried(f"nobody-{n}"))
    check("a wrong password and an unknown login are one answer", {(s, t) for s, _, t, _ in known} == {(s, t) for s, _, t, _ in unknown} and known[0][0] == 401,
          known[0][2], unknown[0][2])
    a, b = statistics.median(k[3] for k in known), statistics.median(u[3] for u in unknown)
    check("and cost the same time", max(a, b) < 1.6 * min(a, b), f"{a * 1000:.0f} ms and {b * 1000:.0f} ms")
    codes = [tried(world.login_of(CLERK))[0] for _ in range(7)]
    check("the sixth wrong try of a login makes the next wait", codes[:5] == [401] * 5 and codes[-1] == 429, codes)
    status, headers, text, took = tried(world.login_of(CLERK), world.PASSWORD)
    check("so does the right password then, at once, with the time said", status == 429 and int(headers["Retry-After"]) > 0 and took < 0.1, status, took)
    codes = [tried(f"stranger-{n}", n=n)[0] for n in range(24)]
    check("many tries of one address wait too, whatever it says of itself", codes[-1] == 429 and codes.count(401) <= 31 - 15, codes)


def main():
    scratch = sys.argv[1]
    folder = os.path.join(scratch, "own")
    shutil.copytree(stand.city(os.path.join(scratch, "city")), folder)
    server = site.Server(folder)
    try:
        for part in reading_writes_nothing, nothing_sent_comes_back, sessions, heads, paths, one_answer, bombs, texts:
            part(server)
        links(server, folder)
        server.stop()
        server = site.Server(folder, env={"TIAN_CLOCK": "2022-03-19T09:00"})
        throttle(server)
    except OSError as e:  # the server went away: a finding, with its last words
        check("the server answers", False, e, server.last_words()[-600:])
    finally:
        check("the server ends as asked", server.stop() == 0)
    with open(folder + ".log", encoding="utf-8", errors="replace") as f:
        log = f.read()
    known = [w for w in ("canary.example", world.PASSWORD, OWN, world.login_of(SECRETARY), "127.0.0.1 ", "root:") if w in log.split("提供服务", 1)[-1]]
    check("the log of the server names nobody and holds nothing that was sent", not known, known)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())
