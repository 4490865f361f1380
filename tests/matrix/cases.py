"""Cases: who reads, moves, joins, lets through and raises them, in every state, with the village, the
town, the county, another county and who once had it; rows that stand under them. The oracle is made
of the words of pack/cases.tian and of what was done to each case, and of nothing of the kernel."""
import json

import more
import oracle
import world

NAMED = {"secretary", "organisation", "clerk"}  # roles of m_turning: at the holder they are the holder
HELPING = {"agriculture"}  # of m_helping, whose rows are read as those of m_turn, too
ALIVE = [more.ALIVE[0], more.ALIVE[-1]]  # of two counties
CITY = "9900"


class Case:
    """What was done to one case, step by step."""

    def __init__(self, unit, number, seq):
        self.unit, self.number, self.state = unit, number, "raised"
        self.holders, self.answered, self.first = [unit], [], seq
        self.text = f"转办{number}号雀"

    @property
    def holder(self):
        return self.holders[-1]


def role_at(seat, roles, unit):
    return oracle.acts(seat) and any(seat == f"{role}@{unit}" for role in roles)


def reporter(seat, c):
    return person(seat) == person(f"secretary@{c.unit}")


def person(seat):
    return world.login_of(seat)


def may_move(seat, c, move):
    """By whom the flow says, whatever the state asks."""
    if not oracle.acts(seat) or oracle.is_duty(seat):
        return False
    if move == "take":
        return role_at(seat, ["secretary"], c.unit)
    if move in ("hand", "answer"):
        return role_at(seat, NAMED, c.holder)
    if move == "again":
        return reporter(seat, c)
    county = next(u for u in world.chain(c.unit) if world.kind_of(u) == "county")
    named = reporter(seat, c) or role_at(seat, ["organisation"], county)
    return named and person(seat) not in c.answered


NEXT = {"raised": ["take"], "taken": ["hand", "answer"], "answered": ["agree", "again"], "over": []}


def named_next(seat, c):
    """Is it the seat's turn? Whom a move bars is still named by it."""
    county = next(u for u in world.chain(c.unit) if world.kind_of(u) == "county")
    turns = {"raised": [("secretary", c.unit)], "taken": [(r, c.holder) for r in NAMED],
             "answered": [("secretary", c.unit), ("organisation", county)], "over": []}
    return oracle.acts(seat) and tuple(oracle.parts(seat)) in turns[c.state]


def reads(seat, c):
    if not oracle.acts(seat) or oracle.is_duty(seat):
        return False
    lines = role_at(seat, ["organisation"], CITY) or role_at(seat, ["secretary"], c.unit) or oracle.audits(seat, c.unit)
    had = any(role_at(seat, NAMED, unit) for unit in c.holders)
    return lines or had or named_next(seat, c)


def make(server):
    """One case of each fate in each village; the moves are done by those whom the flow names."""
    people, cases = {}, []

    def act(seat, command, **fields):
        if seat not in people:
            people[seat] = more.signed_in(server, seat)
        status, text = people[seat].do(command, **fields)
        if status != 200:
            raise SystemExit(f"{seat} · {command} {fields}: {status} {text.decode()}")
        return json.loads(text)["data"]

    def move(c, seat, name, **fields):
        act(seat, "record.move", book="m_turn", unit=c.unit, number=c.number, move=name, **fields)
        c.state = {"take": "taken", "hand": "taken", "answer": "answered", "agree": "over"}[name]

    for unit in ALIVE:
        own, town = f"secretary@{unit}", world.parent_of(unit)
        county = world.parent_of(town)
        for fate in ("raised", "taken", "town", "answered", "by county", "over"):
            told = act(own, "record.file", book="m_turn", unit=unit, topic="road", what="某处损坏", phone="13900000000")
            c = Case(unit, told["answer"]["number"], told["seq"])
            act(own, "record.file", book="m_turn", unit=unit, no_=c.number, what=c.text)
            cases.append(c)
            if fate == "raised":
                continue
            move(c, own, "take")
            if fate == "taken":
                continue
            to, seat = (county, f"organisation@{county}") if fate == "by county" else (town, f"clerk@{town}")
            move(c, own, "hand", dept=to)
            c.holders.append(to)
            if fate == "town":
                act(seat, "record.file", book="m_help", unit=unit, parent=c.number, whom=county, need=f"协办{c.number}号雀")
                c.helper = county
                continue
            move(c, seat, "answer", reply="已办")
            c.answered.append(person(seat))
            if fate == "over":
                move(c, own, "agree")
    return cases


def place(c):
    return dict(book="m_turn", unit=c.unit, number=c.number)


def reading_cells(cells, p, cases):
    for c in cases:
        may = bool(p.seat) and reads(p.seat, c)
        where = f"{c.unit} {c.state} {c.holder}"
        for view in "case", "form", "record":
            status, _, text = p.view(view, **place(c))
            cells.cell("case", p.seat, view, where, may, status == 200, text[:160])
            cells.cell("case", p.seat, f"text in {view}", where, may, c.text in text.decode())
            cells.cell("case", p.seat, f"number of a resident in {view}", where, False, "13900000000" in text.decode())
        status = p.opens(f"case:m_turn:{c.number}")
        cells.cell("case", p.seat, "stream", where, may, status == 200)
    expected = {c.number for c in cases if p.seat and reads(p.seat, c)}
    for view, key, args in (("cases", "lines", dict(which="all", unit=CITY, limit=500)), ("rows", "rows", dict(book="m_turn", unit=CITY, limit=500))):
        status, data, text = p.view(view, **args)
        got = {line["number"] for line in (data or {}).get(key, []) if line.get("book", "m_turn") == "m_turn"}
        cells.cell("case", p.seat, view, CITY, expected, got, text[:160])
        birds = {c.number for c in cases if c.text in text.decode() and c.number not in expected}
        cells.cell("case", p.seat, f"texts in {view}", CITY, set(), birds)
    open_now = {c.number for c in cases if c.number in expected and c.state != "over"}
    helps = {c.number for c in cases if hasattr(c, "helper") and p.seat and reads_help(p.seat, c)}
    _, data, _ = p.view("case_loads", unit=CITY, book="m_turn")
    cells.cell("case", p.seat, "loads", CITY, len(open_now), sum(line["open"] for line in (data or {}).get("loads", [])))
    _, data, _ = p.view("case_board", book="m_turn", unit=CITY, by="state")
    cells.cell("case", p.seat, "board", CITY, len(expected), sum(sum(row["all"]) for row in (data or {}).get("rows", [])))
    _, data, _ = p.view("cases", book="m_help", which="all", unit=CITY, limit=500)
    cells.cell("case", p.seat, "rows under cases", CITY, len(helps), (data or {}).get("total", 0))
    own = {c.number for c in cases if p.seat and oracle.parts(p.seat)[1] == c.holder and any(may_move(p.seat, c, m) for m in NEXT[c.state])}
    _, data, _ = p.view("todo")
    got = {line["number"] for line in (data or {}).get("items", []) if line["kind"] == "case" and line["book"] == "m_turn"}
    cells.cell("case", p.seat, "to do", "-", own, got)


def reads_help(seat, c):
    return reads(seat, c) or role_at(seat, HELPING, c.helper) or role_at(seat, HELPING | NAMED, c.holder)


def moving_cells(cells, p, cases):
    """Each move with a field that nothing has: who may make it is told of the field (422), nobody else
    of anything."""
    for c in cases:
        where = f"{c.unit} {c.state} {c.holder}"
        for moves in NEXT.values():
            for move in moves:
                status, text = p.do("record.move", **place(c), move=move, zzz="雀")
                may = bool(p.seat) and reads(p.seat, c) and may_move(p.seat, c, move)
                cells.cell("case", p.seat, f"move {move}", where, 422 if may else more.refused(p.seat), status, text[:200])
                reasons = {f["reason"] for f in json.loads(text)["error"]["fields"]} if may and status == 422 else set()
                cells.cell("case", p.seat, f"move {move} open", where, may and move in NEXT[c.state], "column" in reasons, text[:200])
        seat = bool(p.seat) and reads(p.seat, c)
        status, text = p.do("record.join", **place(c))
        cells.cell("case", p.seat, "join", where, (422 if c.state == "over" else 200) if seat else more.refused(p.seat), status, text[:200])
        releases = seat and (any(may_move(p.seat, c, m) for m in NEXT[c.state]) or role_at(p.seat, ["organisation"], CITY)
                             or role_at(p.seat, ["secretary"], c.unit) or oracle.audits(p.seat, c.unit))
        status, text = p.do("record.release", **place(c), seq=c.first)
        wanted = more.refused(p.seat) if not releases else 422 if reporter(p.seat, c) else 200
        cells.cell("case", p.seat, "release", where, wanted, status, text[:200])
        shows = seat and (role_at(p.seat, ["organisation"], CITY) or role_at(p.seat, ["secretary"], c.unit) or any(may_move(p.seat, c, m) for m in NEXT[c.state]))
        status, text = p.do("private.show", **place(c), field="phone", why="试")
        cells.cell("case", p.seat, "private.show", where, 200 if shows else more.refused(p.seat), status, text[:200])
        cells.cell("case", p.seat, "number of a resident shown", where, shows, "13900000000" in text.decode())
        corrects = seat and c.state != "over" and (role_at(p.seat, ["secretary"], c.unit) or any(may_move(p.seat, c, m) for m in NEXT[c.state]))
        status, text = p.do("record.file", book="m_turn", unit=c.unit, no_=c.number, topic="zzz")
        over = seat and c.state == "over" and role_at(p.seat, ["secretary"], c.unit)
        over = over or (seat and c.state == "over" and reporter(p.seat, c))
        cells.cell("case", p.seat, "correct", where, 422 if corrects or over else more.refused(p.seat), status, text[:200])
    for unit in ALIVE:
        status, text = p.do("record.file", book="m_turn", unit=unit, topic="zzz", what="雀")
        may = bool(p.seat) and role_at(p.seat, ["secretary"], unit)
        cells.cell("case", p.seat, "raise", unit, 422 if may else more.refused(p.seat), status, text[:200])
        number = next(c.number for c in cases if c.unit == unit and hasattr(c, "helper"))
        c = next(c for c in cases if c.number == number)
        status, text = p.do("record.file", book="m_help", unit=unit, parent=number, need="雀", whom="zzz")
        may = bool(p.seat) and role_at(p.seat, NAMED, c.holder)
        cells.cell("case", p.seat, "raise under a case", unit, 422 if may else more.refused(p.seat), status, text[:200])
