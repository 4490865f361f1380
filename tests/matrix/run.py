#!/usr/bin/env python3
"""The permission matrix over HTTP: who (each seat, and nobody) x what (views, commands, figures,
files, event streams, pages) x where (every unit: own, below, beside, above, ended), each cell against
an oracle that was written apart from the kernel. A cell is one answer that could be wrong.

usage: run.py [--store URL] [--stop-early] [--world FOLDER] [--only PART,…]
--world keeps the made city in the folder, and takes it from there the next time.
last line: N passed, N failed
"""
import argparse
import collections
import io
import json
import os
import re
import shutil
import sys
import tempfile
import urllib.parse
import zipfile

import cases as case_part
import more
import oracle
import pairs
import site_of as site
import world

# The smallest picture that a reader of heads takes for a JPEG of one point.
PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b080001000101011100ffd9")
OTHER = "999999999"  # a version that no row has: who may act is told of the difference, nobody is harmed


class Cells:
    def __init__(self, stop):
        self.passed, self.failed, self.stop = 0, 0, stop
        self.seen, self.bad = collections.Counter(), collections.Counter()

    def cell(self, channel, who, what, where, expected, got, note=""):
        self.seen[channel] += 1
        if expected == got:
            self.passed += 1
            return
        self.failed += 1
        kind = (channel, what.split(" below ")[0], str(expected))
        self.bad[kind] += 1
        if self.bad[kind] <= 3:
            print(f"not ok {channel}: {who or 'nobody'} · {what} · {where}: expected {expected}, got {got} {note}")
        if self.stop:
            raise StopIteration


def period_of(book):
    return {"per": "2022-01" if book != "m_far" else "2021", "of": None}[oracle.BOOKS[book]["form"]]


def numbers():
    """Number of each register row, by unit: rows are numbered in the order of filing."""
    villages = sorted((u for u in world.UNITS if world.kind_of(u) == "village"), key=lambda u: u != world.CLOSED)
    return {u: n + 1 for n, u in enumerate(villages)}


def row_cells(cells, p, number):
    """One row: its form and its history, field by field."""
    for book, b in oracle.BOOKS.items():
        for unit in world.UNITS:
            if not oracle.asked_at(book, unit):
                continue
            args = dict(book=book, unit=unit, period=period_of(book), number=number.get(unit) if b["form"] == "of" else None)
            may = oracle.fields_read(p.seat, book, unit)
            for view in "form", "record":
                status, data, text = p.view(view, **args)
                cells.cell("view", p.seat, f"{view} {book}", unit, bool(may), status == 200, text[:200])
                values = (data or {}).get("values", {})
                for field in b["fields"]:
                    value = values.get(field)
                    shown = value is not None and not isinstance(value, dict)
                    has = not (field == "photo" and unit == world.CLOSED)
                    expected = has and field in may and (book, field) not in oracle.PRIVATE
                    cells.cell("field", p.seat, f"{view} {book}.{field}", unit, expected, shown, str(value)[:80])


def table_cells(cells, p):
    """Tables over a subtree: exactly the rows that may be read, on the page and as a file."""
    for book in oracle.BOOKS:
        for unit in world.UNITS:
            expected = oracle.rows_read(p.seat, book, unit)
            status, data, text = p.view("rows", book=book, unit=unit, period=period_of(book), limit=500)
            got = {r["unit"]["code"] for r in (data or {}).get("rows", [])}
            for row in sorted(set(world.below(unit)) & {u for u in world.UNITS if oracle.asked_at(book, u)}):
                cells.cell("table", p.seat, f"rows {book} below {unit}", row, row in expected, row in got, text[:120] if status != 200 else "")
            if data:
                cells.cell("count", p.seat, f"rows {book} total", unit, len(expected), data["total"])
            status, _, body = p.get("/api/export", book=book, unit=unit, period=period_of(book))
            words = words_of(body) if status == 200 else set()
            for (of, row, field), text in world.canaries().items():
                if of == book and row in world.below(unit):
                    may = field in oracle.fields_read(p.seat, book, row) and (book, field) not in oracle.PRIVATE
                    cells.cell("export", p.seat, f"value of {book}.{field}", row, may, bool({text, text.removesuffix(".00")} & words), f"{status}")
            for row in sorted(set(world.below(unit)) & {u for u in world.UNITS if oracle.asked_at(book, u)}):
                cells.cell("export", p.seat, f"export {book} below {unit}", row, row in expected, row in words, f"{status}")


def words_of(body):
    """Every text and number of an xlsx file."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as z:
            parts = [z.read(n).decode("utf-8", "replace") for n in z.namelist() if n.endswith(".xml")]
    except zipfile.BadZipFile:
        return {"no xlsx"}
    return {w for part in parts for w in re.findall(r">([^<>]+)<", part)}


def figure_cells(cells, p):
    for figure in oracle.FIGURES:
        for unit in world.UNITS:
            may = oracle.may_figure(p.seat, figure, unit)
            period = "2021" if figure == "m_heads" else "2022-01"
            for view in "figure", "trace":
                status, data, text = p.view(view, name=figure, unit=unit, period=period)
                cells.cell("figure", p.seat, f"{view} {figure}", unit, may, status == 200, text[:160])
                for atom in (data or {}).get("atoms", []):
                    for fact in atom["facts"]:
                        cells.cell("trace", p.seat, f"fact of {figure}", fact["unit"]["code"], True,
                                   oracle.FIGURES[figure]["field"] in oracle.fields_read(p.seat, oracle.FIGURES[figure]["book"], fact["unit"]["code"]))
            status = p.opens(f"figure:{figure}:{unit}")
            cells.cell("event", p.seat, f"figure:{figure}", unit, may, status == 200, str(status))


def event_cells(cells, p):
    for book in oracle.BOOKS:
        for unit in world.UNITS:
            may = bool(oracle.rows_read(p.seat, book, unit))
            status = p.opens(f"rows:{book}:{unit}")
            cells.cell("event", p.seat, f"rows:{book}", unit, may, status == 200, str(status))


def attach(server, number):
    """A photo for each register row: a small picture that ends in a canary."""
    pictures = {}
    for unit, n in number.items():
        if unit == world.CLOSED:
            continue
        seat = f"secretary@{unit}"
        p = site.Person(server.port, seat)
        status, text = p.sign_in(world.login_of(seat))
        name = site.new_act()
        bird = f"photo-bird-{n}".encode()
        put, _, said = p.request("PUT", p.query("/api/blob/" + name), PICTURE + bird, {"Content-Type": "image/jpeg"})
        filed, told = p.do("record.file", book="m_case", unit=unit, no_=n, photo=name)
        if (status, put, filed) != (200, 200, 200):
            raise SystemExit(f"no picture for {unit}: {status} {text} {put} {said} {filed} {told}")
        pictures[unit] = (name, bird)
    return pictures


def blob_cells(cells, p, number, pictures):
    for unit, (name, bird) in pictures.items():
        may = "photo" in oracle.fields_read(p.seat, "m_case", unit)
        status, _, body = p.get("/api/blob/" + name, book="m_case", unit=unit, number=number[unit], field="photo")
        cells.cell("blob", p.seat, "photo of m_case", unit, 200 if may else 404 if p.seat else 401, status)
        cells.cell("blob", p.seat, "bytes of the photo", unit, may, bird in body)
        status, _, _ = p.get("/api/blob/" + name)
        cells.cell("blob", p.seat, "photo by its bare name", unit, True, status in (400, 401, 404, 422), str(status))


def command_cells(cells, p, number):
    """A version that no row has is told to who may act (409); to everybody else there is nothing."""
    for book, b in oracle.BOOKS.items():
        field = b["fields"][0]
        for unit in world.UNITS:
            if not oracle.asked_at(book, unit):
                continue
            place = dict(book=book, unit=unit, period=period_of(book))
            row = {**place, "number": number.get(unit)} if b["form"] == "of" else place
            write, confirm = oracle.may_write(p.seat, book, unit), oracle.may_confirm(p.seat, book, unit)
            value = "2022-01-10" if field == "came" else "3"
            acts = [("record.file", write, {**place, field: value, **({"no_": number[unit]} if b["form"] == "of" else {})}),
                    ("record.void", write, {**row, "reason": "试"})]
            if b["confirms"]:
                acts += [("record.confirm", confirm, row), ("record.return", confirm, {**row, "reason": "试"})]
            for command, may, fields in acts:
                status, text = p.do(command, expect=OTHER, **fields)
                cells.cell("command", p.seat, f"{command} {book}", unit, 409 if may else 404 if p.seat else 401, status, text[:200])
    for (book, field) in sorted(oracle.PRIVATE):
        for unit in world.UNITS:
            if oracle.asked_at(book, unit):
                status, text = p.do("private.show", book=book, unit=unit, number=number[unit], field=field, why="试")
                may = oracle.may_show_private(p.seat, book, unit, field)
                cells.cell("private", p.seat, f"private.show {book}.{field}", unit, 200 if may else 404 if p.seat else 401, status, text[:200])
                told = world.canaries()[book, unit, field] in text.decode()
                cells.cell("private", p.seat, f"value of {book}.{field}", unit, may, told)


def duty_cells(cells, p):
    """Commands of the three officers, with content that is refused (422) or not there when one may."""
    for unit in world.UNITS:
        asks = [("unit.rename", dict(unit=unit, name="")), ("unit.close", dict(unit=unit, day="某天")), ("seat.create", dict(role="nobody", unit=unit)),
                ("person.open", dict(login="", name="")), ("person.link", dict(person="0")), ("seat.hold", dict(seat=f"secretary@{unit}", person="x"))]
        for command, fields in asks:
            status, text = p.do(command, **fields)
            may = oracle.may_command(p.seat, command, unit) if p.seat else False
            if not p.seat:
                cells.cell("duty", p.seat, command, unit, 401, status, text[:160])
            elif may:
                cells.cell("duty", p.seat, command, unit, True, status in (400, 422, 404) and b'"not_yours"' not in text, text[:160])
            else:
                cells.cell("duty", p.seat, command, unit, 404, status, text[:160])


def method_cells(cells, p):
    """Reading never writes: no GET of a change, and none without the token."""
    for command in "record.file", "record.void", "unit.rename", "person.open", "grant.give", "private.show":
        status, _, _ = p.request("GET", "/api/do/" + command)
        cells.cell("method", p.seat, "GET " + command, "-", True, status in (401, 404, 405), str(status))
        status, _, _ = p.request("POST", "/api/do/" + command, "{}", {"Content-Type": "application/json", "X-Tian-Token": "0" * 32})
        cells.cell("token", p.seat, "POST without token " + command, "-", True, status in (401, 403), str(status))
        status, _, _ = p.request("POST", "/api/do/" + command, "{}", {"Content-Type": "application/json", "Origin": "http://elsewhere.example"})
        cells.cell("origin", p.seat, "POST from elsewhere " + command, "-", True, status in (401, 403), str(status))


def paths_of(p, number):
    """Every address that a reader could ask for, pages of residents too."""
    views = ("me", "books", "figures", "todo", "review", "commands", "people", "rights", "audit", "sessions", "units")
    paths = [p.query("/api/view/" + v) for v in views]
    for unit in world.UNITS:
        paths += [p.query("/api/view/" + v, unit=unit) for v in ("unit", "units", "people", "figures", "rights")]
        paths += [f"/u/{unit}", f"/u/{unit}?period=2022-01", f"/u/{unit}?pack=matrix&before=5"]
        for book in oracle.BOOKS:
            paths += [p.query("/api/view/" + v, book=book, unit=unit, period=period_of(book), number=number.get(unit)) for v in ("form", "record", "rows", "book")]
            paths += [p.query("/api/export", book=book, unit=unit, period=period_of(book)), p.query("/api/template", book=book, unit=unit, period=period_of(book))]
        paths += [p.query("/api/view/" + v, name=f, unit=unit, period="2022-01") for f in oracle.FIGURES for v in ("figure", "trace")]
        paths += [p.query("/api/view/figure_each", name=f, unit=unit, period="2022-01", kind="village") for f in oracle.FIGURES]
        paths += [f"/f/{f}?unit={unit}&period=2022-01" for f in oracle.FIGURES]
    paths += [p.query("/api/view/figure_series", name=f, unit="9900", **{"from": "2021-12", "to": "2022-02"}) for f in oracle.FIGURES]
    return paths + ["/", "/b/x", "/api/openapi.json", "/app/", "/login", "/nowhere"]


def crawl_cells(cells, p, number):
    """Every answer that one can ask for; none holds a canary that is not the reader's."""
    birds = world.canaries()
    foreign = {text: key for key, text in birds.items()
               if key[2] not in oracle.fields_read(p.seat, key[0], key[1]) or (key[0], key[2]) in oracle.PRIVATE}
    if oracle.parts(p.seat)[0] in ("organisation", "agriculture"):
        # an office that has a figure of one village knows what the one row says: 0015
        foreign = {t: k for t, k in foreign.items() if k[2] not in ("days", "cost", "heads")}
    for path in paths_of(p, number):
        status, headers, body = p.request("GET", path)
        text = " ".join(words_of(body)) if body[:2] == b"PK" else body.decode("utf-8", "replace")
        found = [foreign[t] for t in foreign if t in text and not (t.isdigit() and not re.search(rf"(?<!\d){t}(?!\d)", text))]
        cells.cell("crawl", p.seat, urllib.parse.unquote(path.split("&seat=")[0])[:120], "-", [], found[:3])
        said = str(headers) + text
        cells.cell("secret", p.seat, "cookie or token in an answer", path[:60], False,
                   bool(p.cookie and p.cookie in said) or bool(p.token and p.token in said and "/view/me" not in path))


def made_city(folder, args):
    """The city, and a second one that says something else where few may look."""
    kept = args.world and os.path.join(args.world, "second.json")
    if kept and os.path.exists(kept):
        for name in ("city", "other"):
            shutil.copytree(os.path.join(args.world, name), os.path.join(folder, name))
        with open(kept, encoding="utf-8") as f:
            world.SECRETS.update(json.load(f))
        return
    city, other = folder + "/city", folder + "/other"
    world.base(city, args.store)
    if not args.store:
        shutil.copytree(city, other)
        world.rest(other, world.canaries(other=True))
    world.rest(city, world.canaries())
    if args.world:
        for name in ("city", "other"):
            shutil.copytree(os.path.join(folder, name), os.path.join(args.world, name))
        with open(kept, "w", encoding="utf-8") as f:
            json.dump(world.SECRETS, f)


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--store")
    ask.add_argument("--stop-early", action="store_true")
    ask.add_argument("--world")
    ask.add_argument("--only", default="")
    args = ask.parse_args()
    cells = Cells(args.stop_early)
    with tempfile.TemporaryDirectory() as folder:
        made_city(folder, args)
        if not args.store:
            shutil.copytree(folder + "/city", folder + "/same")
        server = site.Server(folder + "/city")
        try:
            play(cells, server, args.only.split(",") if args.only else None)
        except StopIteration:
            pass
        except OSError as e:  # the server went away: that is a finding, with its last words
            cells.stop = False
            cells.cell("server", None, "the server answers", "-", True, False, f"{e}\n{server.last_words()}")
        finally:
            code = server.stop()
        try:
            if not cells.failed:
                cells.cell("stop", None, "the server stops as asked", "-", 0, code)
            if not args.store and not cells.failed and (not args.only or "pairs" in args.only):
                compare(cells, folder)
        except StopIteration:
            pass
    for kind, n in cells.bad.items():
        print("wrong:", n, *kind)
    print(" ".join(f"{k} {n}" for k, n in sorted(cells.seen.items())))
    print(f"{cells.passed} passed, {cells.failed} failed")
    return 1 if cells.failed else 0


PARTS = {
    "rows": lambda c, p, k: row_cells(c, p, k.number),
    "tables": lambda c, p, k: table_cells(c, p),
    "commands": lambda c, p, k: command_cells(c, p, k.number),
    "blobs": lambda c, p, k: blob_cells(c, p, k.number, k.pictures),
    "figures": lambda c, p, k: figure_cells(c, p),
    "events": lambda c, p, k: event_cells(c, p),
    "duties": lambda c, p, k: duty_cells(c, p),
    "methods": lambda c, p, k: method_cells(c, p),
    "seats": lambda c, p, k: more.seat_cells(c, p),
    "states": lambda c, p, k: more.state_cells(c, p),
    "others": lambda c, p, k: more.other_row_cells(c, p, k.number, k.pictures),
    "imports": lambda c, p, k: more.import_cells(c, p),
    "officers": lambda c, p, k: more.officer_cells(c, p),
    "cases": lambda c, p, k: (case_part.reading_cells(c, p, k.cases), case_part.moving_cells(c, p, k.cases)),
    "crawl": lambda c, p, k: crawl_cells(c, p, k.number),
}
Known = collections.namedtuple("Known", "number pictures cases")


def play(cells, server, only):
    number = numbers()
    wants = lambda *parts: not only or bool({*parts} & {*only})  # what a part looks at is made for it
    known = Known(number, attach(server, number) if wants("rows", "blobs", "others") else {}, case_part.make(server) if wants("cases") else [])
    if wants("states"):
        more.move_rows(server)
    before = more.versions(server) if not cells.stop else {}
    signed = {}
    people = [(world.login_of(seat), seat, PARTS) for seat in world.SEATS] + [(None, None, PARTS)]
    people += [(world.login_of(own), seat, ("rows", "tables", "commands", "blobs", "states"))
               for own, seat, first, last in world.STAND_INS if first <= world.TODAY <= last]
    for login, seat, parts in people:
        p = site.Person(server.port, seat)
        if login:
            status, text = p.sign_in(login, secret=world.second(seat), at=world.now(server.began))
            cells.cell("sign-in", seat, "sign in", "-", 200, status, text[:200])
        signed.setdefault(seat, p)
        for name in parts:
            if not only or name in only:
                PARTS[name](cells, p, known)
    for place, rows in more.versions(server).items() if before else ():
        cells.cell("unchanged", None, "nobody has changed a row", " ".join(place), before[place], rows)
    if wants("told"):
        more.told_cells(cells, signed)


def compare(cells, folder):
    """The pair of cities, for everybody who may see nothing of what differs."""
    number = numbers()
    two = [site.Server(folder + "/same"), site.Server(folder + "/other")]
    try:
        for seat in [*(s for s in world.SEATS if pairs.blind(s)), None]:
            pair = [site.Person(server.port, seat) for server in two]
            for p, server in zip(pair, two):
                if seat:
                    status, text = p.sign_in(world.login_of(seat), secret=world.second(seat), at=world.now(server.began))
                    cells.cell("sign-in", seat, "sign in to one of two", "-", 200, status, text[:200])
            pairs.cells(cells, pair, seat, paths_of(pair[0], number), words_of)
    finally:
        for server in two:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
