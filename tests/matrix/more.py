"""Further cells: rows in each state, rows of other units under one's own name, files that come in,
the views of the three officers, seats of a person; and that nothing of it changed any row."""
import json
import re
import select

import oracle
import site_of as site
import world

OTHER = "999999999"  # a version that no row has
NOWHERE = 99999  # a number that no row has
ALIVE = [u for u in world.UNITS if world.kind_of(u) == "village" and u != world.CLOSED]
MOVED = ("m_open", "m_near")


def refused(seat):
    return 404 if seat else 401


def signed_in(server, seat):
    p = site.Person(server.port, seat)
    status, text = p.sign_in(world.login_of(seat), secret=world.second(seat), at=world.now(server.began))
    if status != 200:
        raise SystemExit(f"{seat} cannot sign in: {text}")
    return p


def clerk_of(unit):
    return "clerk@" + world.parent_of(unit)


def done(p, command, **fields):
    status, text = p.do(command, **fields)
    if status != 200:
        raise SystemExit(f"{p.seat} · {command} {fields}: {status} {text.decode()}")


def move_rows(server):
    """Rows in every state, in months of their own."""
    people = {seat: signed_in(server, seat) for u in ALIVE for seat in (f"secretary@{u}", clerk_of(u))}
    for unit in ALIVE:
        for month, state in world.STATES.items():
            for book in MOVED:
                place = dict(book=book, unit=unit, period=month)
                fields = ["tons"] if book == "m_open" else ["days", "note"]
                done(people[f"secretary@{unit}"], "record.file", **place, **{f: world.moved(book, unit, month, f) for f in fields})
                if state == "void":
                    done(people[f"secretary@{unit}"], "record.void", **place, reason="填错")
                else:
                    done(people[clerk_of(unit)], "record.confirm" if state == "confirmed" else "record.return", **place,
                         **({} if state == "confirmed" else {"reason": "请核对"}))


def state_cells(cells, p):
    for month, state in world.STATES.items():
        for book in MOVED:
            field = oracle.BOOKS[book]["fields"][0]
            for unit in ALIVE:
                place = dict(book=book, unit=unit, period=month)
                may = field in oracle.fields_read(p.seat, book, unit)
                status, data, text = p.view("form", **place)
                cells.cell("state", p.seat, f"form {book} {state}", unit, may, status == 200, text[:120])
                if data:
                    cells.cell("state", p.seat, f"state {book} {state}", unit, state, data["state"])
                    may_now = (False, state == "confirmed" and oracle.may_confirm(p.seat, book, unit), state != "void" and oracle.may_write(p.seat, book, unit))
                    cells.cell("state", p.seat, f"what may be done {book} {state}", unit, may_now, tuple(data["may_" + m] for m in ("confirm", "return", "void")))
                told = world.moved(book, unit, month, field) in text.decode()
                cells.cell("state", p.seat, f"value {book} {state}", unit, may and state != "void", told)
                status, _, text = p.view("record", **place)
                cells.cell("state", p.seat, f"record {book} {state}", unit, may, status == 200, text[:120])
                told = world.moved(book, unit, month, field) in text.decode()
                cells.cell("state", p.seat, f"history {book} {state}", unit, may, told)
                acts = [("record.void", oracle.may_write(p.seat, book, unit), {"reason": "试"}),
                        ("record.confirm", oracle.may_confirm(p.seat, book, unit), {}), ("record.return", oracle.may_confirm(p.seat, book, unit), {"reason": "试"})]
                for command, allowed, more in acts:
                    status, text = p.do(command, **place, **more, **({"expect": OTHER} if allowed else {}))
                    cells.cell("state", p.seat, f"{command} {book} {state}", unit, 409 if allowed else refused(p.seat), status, text[:160])
            expected = oracle.rows_read(p.seat, book, "9900") & set(ALIVE)
            _, data, _ = p.view("rows", book=book, unit="9900", period=month, state=state, limit=500)
            got = {r["unit"]["code"] for r in (data or {}).get("rows", [])}
            cells.cell("state", p.seat, f"rows {book} {state}", "9900", expected, got)
            cells.cell("state", p.seat, f"total {book} {state}", "9900", len(expected), (data or {}).get("total", 0))


def other_row_cells(cells, p, number, pictures):
    """The number of another unit's row, named with one's own unit, is a number that nothing has."""
    own = oracle.parts(p.seat)[1]
    if own not in number:
        return
    for unit in ALIVE:
        if unit in (own, world.CLOSED):
            continue
        theirs, nothing = str(number[unit]), str(NOWHERE)
        for what in ("form", "record"):
            a, b = (p.view(what, book="m_case", unit=own, number=n)[::2] for n in (theirs, nothing))
            cells.cell("other row", p.seat, what, unit, b, a)
        place = dict(book="m_case", unit=own)
        asks = [("record.file", "no_", dict(came="2022-01-11", what="雀", cost="1", expect=OTHER)), ("record.file", "no_", dict(came="2022-01-11", what="雀", cost="-1")),
                ("record.void", "number", dict(reason="试")), ("record.void", "number", dict(reason="试", expect=OTHER)),
                ("private.show", "number", dict(field="name", why="试"))]
        for command, key, more in asks:
            a, b = (p.do(command, **place, **{key: n}, **more) for n in (theirs, nothing))
            cells.cell("other row", p.seat, command + (" expect" if "expect" in more else ""), unit, b, a)
        name = pictures[unit][0]
        status, _, _ = p.get("/api/blob/" + name, **place, number=theirs, field="photo")
        cells.cell("other row", p.seat, "blob", unit, 404, status)


def import_cells(cells, p):
    """A file is a way to write: tried or real, each line needs the right."""
    for unit in world.UNITS:
        if world.kind_of(unit) != "village":
            continue
        may = oracle.may_write(p.seat, "m_near", unit)
        file = f"unit,period,天数\n{unit},2022-01,3\n".encode()
        for dry in ("1",) if may else ("1", None):
            path = p.query("/api/import", book="m_near", name="a.csv", dry=dry)
            status, _, text = p.request("POST", path, file, {"Content-Type": "text/csv", "X-Tian-Act": site.new_act()})
            what = "import" if not dry else "import tried"
            cells.cell("import", p.seat, what, unit, 200 if oracle.acts(p.seat) else refused(p.seat), status, text[:200])
            data = json.loads(text).get("data") if status == 200 else None
            if data:
                right = "right" in {f["reason"] for f in data["faults"]}
                cells.cell("import", p.seat, what + " right", unit, not may, right, text[:300])
                cells.cell("import", p.seat, what + " written", unit, False, data["written"], text[:300])
                told = (data["same"], data["changed"]) != (0, 0)
                cells.cell("import", p.seat, what + " tells of the row", unit, may, told, text[:300])


def officer_cells(cells, p):
    for view in ("audit", "health"):
        status, _, text = p.view(view)
        cells.cell("officer", p.seat, view, "-", 200 if oracle.may_view(p.seat, view) else refused(p.seat), status, text[:160])
    status, data, text = p.view("people", unit="9900", limit=500)
    cells.cell("officer", p.seat, "people", "-", 200 if oracle.acts(p.seat) else refused(p.seat), status, text[:160])
    for post in (data or {}).get("posts", []):
        seat = post["seat"]["seat"]
        cells.cell("officer", p.seat, "name in people", seat, oracle.sees_name(p.seat, oracle.parts(seat)[1]), post["holder"] is not None)
        duty = world.DUTY.get(oracle.parts(p.seat)[0])
        cells.cell("officer", p.seat, "login in people", seat, duty == "people", bool((post["holder"] or {}).get("login")))
    for unit in world.UNITS:
        asks = [("grant.read", dict(seat="auditor@9900", pack="matrix", unit=unit, to="2022-12-31"))]
        if world.kind_of(unit) == "village" and unit != world.CLOSED:
            asks.append(("grant.give", dict(seat="clerk@990002101", role="secretary", unit=unit, to="2022-12-31")))
        for command, fields in asks:
            if not oracle.may_grant(p.seat, command, unit):
                status, text = p.do(command, **fields)
                cells.cell("officer", p.seat, command, unit, refused(p.seat), status, text[:160])


def seat_cells(cells, p):
    """A person acts in the seats that they hold, or stand in for today, and in no others."""
    login = world.login_of(p.seat) if p.seat else None
    mine = oracle.seats_of(login) if login else []
    own = p.seat
    for seat in world.SEATS:
        p.seat = seat
        status, data, text = p.view("me")
        cells.cell("seat", own, f"acting as {seat}", "-", 401 if not own else 200 if seat in mine else 404, status, text[:100])
        if data:
            cells.cell("seat", own, f"seats in me as {seat}", "-", mine, [s["seat"] for s in data["seats"]])
        if seat not in mine:
            status, text = p.do("record.file", book="m_open", unit=oracle.parts(seat)[1], period="2022-01", tons="1")
            cells.cell("seat", own, f"filing as {seat}", "-", refused(own), status, text[:100])
            status = p.opens("todo")
            cells.cell("seat", own, f"stream as {seat}", "-", refused(own), status)
            for path in (f"/cal/{seat}", f"/cal/{seat}.ics"):
                status, _, text = p.request("GET", p.query(path))
                cells.cell("seat", own, f"calendar {path}", "-", refused(own), status, text[:100])
    p.seat = None
    status, data, text = p.view("me")
    cells.cell("seat", own, "first seat", "-", mine[:1], [data["seat"]["seat"]] if data and data["seat"] else [], text[:100])
    p.seat = own


def told_of(s, seconds):
    """Views that a stream names within the time."""
    got = b""
    while select.select([s], [], [], seconds)[0]:
        piece = s.recv(65536)
        if not piece:
            break
        got += piece
    return set(re.findall(r'"view":"([^"]*)"', got.decode()))


def told_cells(cells, people):
    """One row changes: whose open views are told so, of all that asked for the same ones."""
    place = dict(book="m_near", unit=ALIVE[0], period="2022-01")
    units = list(world.chain(ALIVE[0]))
    watches = [f"rows:m_near:{u}" for u in units] + [f"figure:m_days:{units[1]}", f"unit:{ALIVE[0]}", "todo", f"form:m_near:{ALIVE[0]}:2022-01"]
    open_now = []
    for seat in world.SEATS:
        if oracle.acts(seat):
            s, status = people[seat].stream(",".join(watches))
            cells.cell("told", seat, "a stream of some that may be watched", "-", 200, status)
            open_now.append((seat, s))
    done(people[f"secretary@{ALIVE[0]}"], "record.file", **place, days="4", note="试")
    for n, (seat, s) in enumerate(open_now):
        got = told_of(s, 0.05 if n else 2)
        row = oracle.may_read(seat, "m_near", ALIVE[0])
        works = oracle.may_write(seat, "m_near", ALIVE[0]) or oracle.may_confirm(seat, "m_near", ALIVE[0])
        for watch in watches:
            kind = watch.split(":")[0]
            expected = {"figure": oracle.may_figure(seat, "m_days", units[1]), "todo": works}.get(kind, row)
            cells.cell("told", seat, watch, ALIVE[0], expected, watch in got)
        s.close()


def versions(server):
    """What stands in every row: nothing of all that was asked may change it."""
    out = {}
    readers = {u: signed_in(server, f"secretary@{u}") for u in ALIVE}
    readers.update({u: signed_in(server, f"agriculture@{u}") for u in world.UNITS if world.kind_of(u) == "county"})
    for unit, p in readers.items():
        for book in oracle.BOOKS:
            if oracle.asked_at(book, unit):
                for month in [*world.MONTHS, *world.STATES, "2021"]:
                    _, data, _ = p.view("rows", book=book, unit=unit, period=month, limit=500)
                    out[book, unit, month] = [(r["seq"], r["state"], r["values"]) for r in (data or {}).get("rows", [])]
    return out
