"""The rules of the pack language, evaluated naively: every value is worked out from the facts each
time, by walking the expression. No roll-ups, no caches, nothing shared with the program.

An expression is a tuple whose first word says what it is (see packs.py for their text)."""

from dataclasses import dataclass, field, replace

import cases
from world import FOREVER, MONTHS, period_at, periods_inside, prev, shift_by, split_amount, whole_months

SCALE = {"int": 0, "money": 2, "bool": 0, "item": 0, "date": 0, "duration": 0, "work": 0}
WORST = ["forbidden", "undefined", "no unit", "least", "coverage", "base", "missing"]


def half(a, b):
    """a / b to the nearest whole number, half away from zero."""
    sign = -1 if (a < 0) != (b < 0) else 1
    a, b = abs(a), abs(b)
    return sign * ((2 * a + b) // (2 * b))


@dataclass
class Val:
    """A number num at scale, a ratio num/den, a bool or an item; or the reasons why there is none."""
    type: str
    num: int = 0
    scale: int = 0
    den: int = 1
    why: frozenset = frozenset()
    partial: bool = False
    cover: tuple = None  # expected, reported
    rests: int = None

    @property
    def ok(self):
        return not self.why

    @property
    def state(self):
        return next(w for w in WORST if w in self.why) if self.why else "ok"


def none(type_, why):
    return Val(type_, why=frozenset([why]))


def ratio(num, den):
    if den == 0:
        return none("ratio", "base")
    return Val("ratio", num if den > 0 else -num, den=abs(den))


def bare(v):
    """Without coverage, to be joined anew in the order of writing."""
    return replace(v, partial=False, cover=None, rests=None)


def worse(a, b):
    """Is coverage a lower than b?"""
    part = lambda c: (c[1], c[0]) if c[0] else (1, 1)
    (x, y), (z, w) = part(a), part(b)
    return x * w < z * y


def join(to, *others):
    for o in others:
        to = replace(to, why=to.why | o.why, partial=to.partial or o.partial)
        if o.rests is not None and (to.rests is None or o.rests < to.rests):
            to = replace(to, rests=o.rests)
        if o.cover and (to.cover is None or worse(o.cover, to.cover)):
            to = replace(to, cover=o.cover)
    return to


def covered(v, expected, reported):
    v = replace(v, cover=(expected, reported), partial=0 < reported < expected)
    if reported == 0 < expected and (v.ok or v.why == {"base"}):
        v = replace(v, why=frozenset(["missing"]))
    return v


def scaled(v):
    """A ratio is taken at 10^-9, half away from zero (rule 17)."""
    return (half(v.num * 10 ** 9, v.den), 9) if v.type == "ratio" else (v.num, v.scale)


def order(a, b):
    x = a.num * (b.den if b.type == "ratio" else 10 ** b.scale)
    y = b.num * (a.den if a.type == "ratio" else 10 ** a.scale)
    return (x > y) - (x < y)


def made(type_, num, scale):
    return ratio(num, 10 ** scale) if type_ == "ratio" else Val(type_, num, scale)


def arith(op, a, b, type_):
    if not (a.ok and b.ok):
        return join(Val(type_), a, b)
    (x, s), (y, t) = scaled(a), scaled(b)
    if op in "+-":
        n = max(s, t)
        x, y = x * 10 ** (n - s), y * 10 ** (n - t)
        v = made(type_, x + y if op == "+" else x - y, n)
    elif op == "*":
        v = made(type_, x * y, s + t)
    elif y == 0:
        v = none(type_, "base")
    elif type_ == "ratio":
        n = max(s, t)
        v = ratio(x * 10 ** (n - s), y * 10 ** (n - t))
    else:
        n = max(s, t) + 4
        v = made(type_, half(x * 10 ** (n + t - s), y), n)
    return join(v, a, b)


def truth(v):
    return None if not v.ok else bool(v.num)


def boolean(b):
    return Val("bool", int(b))


def compare(op, a, b):
    v = join(boolean(False), a, b)
    if not v.ok:
        return v
    if v.partial:
        return replace(v, why=frozenset(["missing"]), partial=False)
    o = order(a, b)
    return replace(v, num=int({"=": o == 0, "!=": o != 0, "<": o < 0, "<=": o <= 0, ">": o > 0, ">=": o >= 0}[op]))


def decide(a, b, deciding):
    v = join(boolean(deciding), a, b)
    if deciding in (truth(a), truth(b)):
        return replace(v, why=frozenset())
    return replace(v, num=int(not deciding))


def kleene_and(x, y):
    return False if False in (x, y) else True if x and y else None


def kleene_not(x):
    return None if x is None else not x


# ---- context ----

@dataclass(frozen=True)
class Ctx:
    view: object
    unit: object
    period: tuple
    known: int  # day of k
    ended: int  # the last day that is over at k
    today: int
    moment: object = None  # None = end of the period, "now", or a day
    tree: int = None  # None = last day of the period
    draft: bool = False
    args: tuple = ()
    mask: object = None  # a predicate on units: `same K`
    row: dict = None

    @property
    def now(self):
        """The instant of k in minutes: noon, where tests stand, or the end of an earlier day."""
        return self.today * cases.DAY + cases.DAY // 2 if self.known >= self.today else (self.known + 1) * cases.DAY

    @property
    def t(self):
        if self.moment == "now":
            return self.known
        return self.moment if self.moment is not None else min(self.period[2], self.known)

    @property
    def tree_day(self):
        return self.tree if self.tree is not None else min(self.period[2], self.known)


def context(world, unit, period, today, draft=False):
    return Ctx(world.at(today), unit, period, today, today - 1, today, draft=draft)


def placed(c):
    """The context in whose tree the unit stands: before its birth that of its first day."""
    if c.view.alive(c.unit, c.tree_day):
        return c
    birth = c.view.birth(c.unit, c.tree_day)
    if birth is None or birth > c.known:
        return None
    return replace(c, tree=birth)


def shifted(c, how, world):
    p = c.period
    if how[0] == "prev":
        return replace(c, period=prev(p))
    if how[0] == "year":
        return replace(c, period=shift_by(p, -12 * how[1]))
    if how[0] == "ytd":
        return replace(c, period=("range", period_at("year", p[2])[1], p[2]))
    if how[0] == "last":
        first = period_at(how[2], p[2])
        return replace(c, period=("range", shift_by(first, -(how[1] - 1) * MONTHS[how[2]])[1], p[2]))
    if how[0] == "now":
        return replace(c, moment="now")
    if how[0] == "at":
        return replace(c, moment=how[1])
    if how[0] == "known":
        if how[1] >= c.known:
            return c
        return replace(c, known=how[1], ended=how[1], view=world.at(how[1]))
    raise ValueError(how)


class Evaluator:
    def __init__(self, world, pack):
        self.world, self.pack = world, pack

    # ---- cells and rows ----

    def periods(self, c, book):
        first = max(c.period[1], self.pack.first)
        last = min(c.period[2], c.ended)
        if first > last:
            return []
        start = period_at(book.every, first)[1]
        return [q for q in periods_inside(book.every, start, last)
                if q[1] >= c.period[1] and q[2] >= self.pack.first and q[1] <= self.pack.last]

    def asked(self, c, book, q):
        for u in self.world.units:
            if u.kind in book.kinds and c.view.alive(u, q[2]) and self.held(c, book, u, q):
                yield u

    def held(self, c, book, u, q):
        if not book.where:
            return True
        at = replace(c, unit=u, period=q, tree=None, draft=False, args=(), mask=None, row=None)
        days = range(max(q[1], self.pack.first), min(q[2], self.pack.last) + 1)
        return any(truth(self.eval(replace(at, moment=d), book.where)) for d in days)

    def cells(self, c, book):
        """(unit, row or None) of each expected cell."""
        for q in self.periods(c, book):
            for u in self.asked(c, book, q):
                for key in book.key_items():
                    row = c.view.rows.get(book.name, {}).get((u, q, key))
                    yield u, row if row and row["state"] in ("filed", "confirmed") else None

    def last_period_only(self, c, book, value):
        if not self.reads_stock(book, value):
            return c
        inside = self.periods(c, book)
        return replace(c, period=inside[-1]) if inside else c

    def reads_stock(self, book, e):
        if not isinstance(e, tuple):
            return False
        if e[0] == "field":
            f = book.field(e[1])
            return f.stock or self.reads_stock(book, f.computed)
        return any(self.reads_stock(book, x) for x in e[1:])

    def in_time(self, c, book, when, by, row):
        get = lambda name: row["values"].get(name)
        if "moves" in row and when != "ever":
            state, which = (by or book.by_state).split(".")
            return cases.in_time(c, cases.case_of(c, row), state, which == "last")
        if "moves" in row:
            return cases.begun(row) <= c.t
        if when == "by" or (when is None and book.dated):
            d = get(by or book.dated)
            return d is not None and c.period[1] <= d <= c.period[2]
        a, b = get(book.lives[0]), get(book.lives[1])
        if a is None:
            return False
        b = FOREVER if b is None else b
        if when == "ever":
            return a <= c.t
        if when == "during":
            return a <= c.period[2] and b > c.period[1] and a < b
        return a <= c.t and b > c.t

    def rows(self, c, book, when, by):
        for row in c.view.rows.get(book.name, {}).values():
            if row["state"] in ("filed", "confirmed") and self.in_time(c, book, when, by, row):
                yield row

    def field(self, book, row, name):
        f = book.field(name)
        if f.computed:
            v = self.eval_row(book, row, f.computed)
            return self.store(v, f.type)
        x = row["values"].get(name)
        return none(f.type, "missing") if x is None else Val(f.type, x, SCALE[f.type])

    # ---- aggregates ----

    def atom(self, c, e):
        c = placed(c)
        kind = self.pack.agg_type(e)[0]
        if c is None:
            return none(kind, "no unit")
        roots = [c.unit]
        if c.mask and e[1] != "above":
            roots = [u for u in c.view.under(c.unit, c.tree_day) if c.mask(u)]
        adds = self.unit_adds(c, e, roots) if e[2] in self.pack.kinds else self.book_adds(c, e, roots)
        return self.total(e, list(adds), kind)

    def unit_adds(self, c, e, roots):
        """(share of the amount, value, truth or known, expected) of every unit."""
        _, scope, source, _, where, value = e[0], e[1], e[2], e[3], e[4], e[5]
        for root in roots:
            for u in c.view.under(root, c.tree_day):
                if u.kind == source:
                    inside = replace(c, unit=u, mask=None, row=None)
                    w = truth(self.eval(inside, where)) if where else True
                    v = self.eval(inside, value) if value and (w or e[0] in ("any", "all")) else None
                    yield dict(cell=True, where=w, value=v, share=None, amount=None)

    def book_adds(self, c, e, roots):
        _, scope, source, when, where, value = e
        book = self.pack.book(source)
        targets = set()
        for root in roots:
            if scope == "own":
                targets.add(root)
            elif scope == "above":
                targets.update(c.view.above(root, c.tree_day))
            else:
                targets.update(c.view.under(root, c.tree_day))
        via = when[2] if when else None
        if book.form == "per":
            at = self.last_period_only(c, book, value) if value else c
            items = [(u, row) for u, row in self.cells(at, book)]
        else:
            mode, by = (when[0], when[1]) if when else (None, None)
            items = [(row["unit"], row) for row in self.rows(c, book, mode, by)]
        for owner, row in items:
            if via == "holder":
                owner = cases.case_of(c, row).holder
            elif via:
                owner = row["values"].get(via) if row else None
            if via:
                if owner is None:
                    continue
            shares = c.view.forward(owner, c.tree_day)
            mine = [u for u in shares if u in targets]
            if not mine:
                continue
            add = dict(cell=book.form == "per", where=None, value=None, shares=shares, mine=mine)
            if row:
                add["where"] = truth(self.eval_row(book, row, where, c)) if where else True
                if value and (add["where"] or e[0] in ("any", "all")):
                    add["value"] = self.eval_row(book, row, value, c)
            yield add

    def total(self, e, adds, kind):
        op = e[0]
        register = e[2] not in self.pack.kinds and self.pack.book(e[2]).form != "per"
        n = expected = reported = false = known = 0
        values = []
        for a in adds:
            w, v = a["where"], a["value"]
            if op in ("any", "all"):
                x = truth(v) if v is not None else None
                if e[5] is None:
                    x = w
                elif e[4] is None:
                    pass
                elif op == "any":
                    x = kleene_and(w, x)
                else:
                    x = kleene_not(kleene_and(w, kleene_not(x)))
                expected += 1
                reported += x is not None
                n += x is True
                false += x is False
            elif op in ("count", "share"):
                expected += 1
                n += w is True
                reported += w is not None
            elif w is True:
                expected += 1
                if v is not None and v.ok and not v.partial:
                    reported += 1
                    n += 1
                    values.append((a, v))
            elif a["cell"]:
                expected += 1
                reported += w is False
        v = self.result(op, e, values, n, reported, false, kind)
        known = reported if op in ("share", "any", "all") else n
        whole = register and op in ("count", "any")
        if op in ("any", "all"):
            unknown = reported < expected and not (register and op == "any")
            x = (True if n else None if unknown else False) if op == "any" else \
                (False if false else None if unknown else True)
            v = none("bool", "missing") if x is None else boolean(x)
        if register:
            silent = 0 if whole else expected - reported
            expected = 1 if whole else max(expected, 1)
            reported = expected - silent
        v = covered(v, expected, reported)
        return replace(v, rests=known)

    def result(self, op, e, values, n, reported, false, kind):
        if op == "count":
            return Val("int", n)
        if op == "share":
            return ratio(n, reported)
        if op in ("any", "all"):
            return boolean(False)
        if op == "sum":
            return self.add_up(values, kind)
        if not values:
            return none(kind, "base")
        plain = [bare(v) for _, v in values]
        if op == "avg":
            scale = max(scaled(v)[1] for v in plain)
            total = sum(scaled(v)[0] * 10 ** (scale - scaled(v)[1]) for v in plain)
            digits = self.pack.scale_of(e[5], None if e[2] in self.pack.kinds else self.pack.book(e[2])) + 4
            return made(kind, half(total * 10 ** digits, len(plain) * 10 ** scale), digits)
        plain = sorted(plain, key=SortKey)
        if op == "least":
            return plain[0]
        if op == "most":
            return plain[-1]
        if op == "p90":
            return plain[(len(plain) * 9 + 9) // 10 - 1]
        low, high = plain[(len(plain) - 1) // 2], plain[len(plain) // 2]
        if len(plain) % 2 or kind == "item":
            return low
        return arith("/", arith("+", low, high, low.type), Val("int", 2), kind)

    def add_up(self, values, kind):
        scale = max([scaled(v)[1] for _, v in values], default=SCALE.get(kind, 0))
        total = 0
        for a, v in values:
            num, s = scaled(v)
            if a.get("shares"):
                parts = split_amount(num, a["shares"])
                num = sum(parts[u] for u in a["mine"])
            total += num * 10 ** (scale - s)
        return made(kind, total, scale)

    # ---- expressions ----

    def eval_row(self, book, row, e, c=None):
        def say(name):
            return self.field(book, row, name) if isinstance(name, str) else self.case_word(c, row, name)
        return self.walk(e, say, None, book)

    def case_word(self, c, row, e):
        """What a word of flows says of the row."""
        case = cases.case_of(cases.at_now(c) if e[0] == "was now" else c, row)
        if e[0] == "is":
            return boolean(case.state == e[1])
        if e[0] in ("was", "was now"):
            return boolean(bool(case.entries(e[1])))
        if e[0] == "times":
            return Val("int", case.times(e[1]))
        if e[0] == "holder":
            return boolean(case.holder.kind == e[1])
        if e[0] in ("late", "due", "used"):
            clock = next(x for x in cases.CLOCKS if x.name == e[1])
            k = case.clock(clock)
            kind = "duration" if clock.unit == "h" else "work"
            if e[0] == "late":
                return boolean(bool(k and k[2]))
            if e[0] == "due":
                day = c.period[2] if e[2] == "end" else e[2]  # what is due at 24:00 is of the day that ends
                return boolean((k[0] - 1) // cases.DAY <= day) if k else none("bool", "missing")
            return Val(kind, k[1] * cases.MS) if k else none(kind, "missing")
        entries = case.entries(e[1])
        if not entries:
            return none("bool", "missing")
        if e[0] in ("first", "last"):
            return boolean(entries[0 if e[0] == "first" else -1].at // cases.DAY <= e[2])
        if e[0] == "actor":
            return boolean(entries[-1].actor == e[2])
        return boolean(entries[-1].unit.kind in e[2])

    def eval(self, c, e):
        return self.walk(e, None, c, None)

    def walk(self, e, field, c, book):
        again = lambda x: self.walk(x, field, c, book)
        what = e[0]
        if what == "num":
            return made(e[1], e[2], e[3])
        if what == "item":
            return Val("item", e[2])
        if what == "field":
            return field(e[1])
        if what == "case":
            return field(e[1])
        if what in ("+", "-", "*", "/"):
            return arith(what, again(e[1]), again(e[2]), self.pack.type_of(e, book))
        if what in ("=", "!=", "<", "<=", ">", ">="):
            return compare(what, again(e[1]), again(e[2]))
        if what == "and":
            return decide(again(e[1]), again(e[2]), False)
        if what == "or":
            return decide(again(e[1]), again(e[2]), True)
        if what == "not":
            v = again(e[1])
            return replace(v, num=int(not v.num))
        if what == "if":
            return self.branch(again(e[1]), e, again, book)
        if what == "known":
            v = again(e[1])
            return Val("bool", int(v.ok), cover=v.cover, rests=v.rests)
        if what == "default":
            v = again(e[1])
            if v.ok or v.state in ("forbidden", "undefined"):
                return v
            d = again(e[2])
            return replace(d, cover=v.cover) if v.cover else d
        if what in ("min", "max"):
            return self.extreme(again(e[1]), again(e[2]), what == "max")
        if what == "step":
            return self.step(e, again)
        if what == "agg":
            return self.atom(c, e[1])
        if what == "figure":
            return self.figure(c, self.pack.figure(e[1]), e[2])
        if what == "arg":
            return Val("item", c.args[0])
        if what == "shift":
            return self.eval(shifted(c, e[2], self.world), e[1])
        if what == "above":
            return self.eval_above(c, e)
        raise ValueError(what)

    def branch(self, condition, e, again, book):
        x = truth(condition)
        if x is None:
            return join(Val(self.pack.type_of(e, book)), condition)
        v = again(e[2] if x else e[3])
        return join(bare(v), condition, v)

    def extreme(self, a, b, larger):
        if not (a.ok and b.ok):
            return join(Val(a.type), a, b)
        o = order(a, b)
        picked = b if (o > 0) != larger else a
        return join(bare(picked), a, b)

    def step(self, e, again):
        x = again(e[1])
        first = again(e[2])
        result = join(bare(first), x, first)
        for bound, value in e[3]:
            reached = compare(">=", x, again(bound))
            if not reached.ok:
                return join(none("item", "missing"), reached)
            if truth(reached):
                v = again(value)
                result = join(bare(v), x, v)
        return replace(result, partial=False)

    def eval_above(self, c, e):
        at = placed(c)
        above = [u for u in at.view.above(at.unit, at.tree_day) if u.kind == e[2]] if at else []
        if not above:
            return none(self.pack.type_of(e[1]), "no unit")
        return self.eval(replace(c, unit=above[0], row=None), e[1])

    # ---- figures ----

    def store(self, v, type_, scale=None):
        if not v.ok:
            return v
        if type_ == "ratio":
            return v if v.type == "ratio" else join(ratio(v.num, 10 ** v.scale), v)
        if type_ in ("int", "money", "decimal", "duration", "work"):
            num, s = scaled(v)
            to = SCALE.get(type_, scale)
            num = num * 10 ** (to - s) if to >= s else half(num, 10 ** (s - to))
            return replace(v, num=num, scale=to, den=1, type=type_)
        return v

    def exists(self, c, figure):
        if figure.every:
            p = c.period
            if period_at(figure.every, p[1])[1] != p[1] or period_at(figure.every, p[2])[2] != p[2]:
                return "forbidden"
        if figure.of:
            at = placed(c)
            return "no unit" if at is None else "ok" if at.unit.kind == figure.of else "forbidden"
        return "ok"

    def figure(self, c, figure, args=()):
        c = replace(c, args=args, row=None)
        exists = self.exists(c, figure)
        if exists != "ok":
            return none(figure.type, exists)
        v = self.same(c, figure) if figure.same and not c.mask else self.eval(c, figure.expr)
        v = self.store(v, figure.type, figure.scale)
        if figure.least and v.ok and v.rests is not None:
            v = self.least(c, figure, v)
        if figure.coverage and v.cover and v.cover[0]:
            if v.cover[1] * 10 ** 6 < figure.coverage * v.cover[0] and not c.draft:
                return replace(v, why=v.why | {"coverage"})
        return v

    # ---- same K ----

    def atoms(self, c, e):
        """Every aggregate leaf with the context in which it is read; x @ K is met at the unit."""
        if not isinstance(e, tuple):
            return
        if e[0] == "agg":
            yield c, e[1]
        elif e[0] == "figure":
            yield from self.atoms(replace(c, args=e[2]), self.pack.figure(e[1]).expr)
        elif e[0] == "shift":
            yield from self.atoms(shifted(c, e[2], self.world), e[1])
        elif e[0] == "step":
            for x in (e[1], e[2], *(y for pair in e[3] for y in pair)):
                yield from self.atoms(c, x)
        else:
            for x in e[1:]:
                yield from self.atoms(c, x)

    def same(self, c, figure):
        latest = max([at.tree_day for at, _ in self.atoms(c, figure.expr)], default=c.tree_day)
        c = replace(c, tree=max(latest, c.tree_day) if c.tree is None else c.tree)
        c = placed(c)
        if c is None:
            return none(figure.type, "no unit")

        def whole(u):
            if u.kind != figure.same or not c.view.alive(u, c.tree_day):
                return False  # M is of the tree of the later period, also for what was [known] earlier
            for at, e in self.atoms(replace(c, unit=u), figure.expr):
                v = self.atom(at, e)
                if not v.ok or v.cover[0] == 0 or v.cover[1] < v.cover[0]:
                    return False
            return True

        all_ = [u for u in c.view.under(c.unit, c.tree_day) if u.kind == figure.same]
        mine = [u for u in all_ if whole(u)]
        if all_ and not mine:
            return replace(none(figure.type, "missing"), cover=(len(all_), 0))
        v = self.eval(replace(c, mask=whole), figure.expr)
        return replace(v, cover=(len(all_), len(mine)), partial=0 < len(mine) < len(all_))

    # ---- least n ----

    def rests_at(self, c, figure, unit):
        v = self.eval(replace(c, unit=unit), figure.expr)
        return max(v.rests or 0, 0)

    def least(self, c, figure, v):
        hide = replace(v, why=frozenset(["least"]))
        if v.rests < figure.least:
            return hide
        at = placed(c)
        parent = at.view.parent(at.unit, at.tree_day)
        if parent is None:
            return v
        groups = [(self.rests_at(at, figure, u), u.slot, u) for u in self.world.units
                  if at.view.alive(u, at.tree_day) and at.view.parent(u, at.tree_day) == parent]
        rest = max(0, self.rests_at(at, figure, parent) - sum(g[0] for g in groups))
        hidden = rest
        for rows, _, u in sorted(groups, key=lambda g: g[:2]):
            if rows >= figure.least and not 0 < hidden < figure.least:
                break
            hidden += rows
            if u is at.unit:
                return hide
        return v


class SortKey:
    def __init__(self, v):
        self.v = v

    def __lt__(self, other):
        return order(self.v, other.v) < 0
