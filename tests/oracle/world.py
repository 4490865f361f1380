"""A random world: units that live in time and facts that were known from a day on.

Days are ordinals (datetime.date). Nothing is summed or kept here: the evaluator (rules.py) asks
again for every value."""

import datetime
from fractions import Fraction

FOREVER = datetime.date(9999, 12, 31).toordinal()


def day(text):
    return datetime.date.fromisoformat(text).toordinal()


def show_day(ordinal):
    return datetime.date.fromordinal(ordinal).isoformat()


# ---- periods: (kind, first, last); a range has no other name than its days ----

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def add_months(ordinal, months):
    d = datetime.date.fromordinal(ordinal)
    y, m = divmod(d.year * 12 + d.month - 1 + months, 12)
    for last in (d.day, 30, 29, 28):
        if last <= d.day:
            try:
                return datetime.date(y, m + 1, last).toordinal()
            except ValueError:
                pass
    raise ValueError


def period_at(kind, ordinal):
    d = datetime.date.fromordinal(ordinal)
    n = MONTHS[kind]
    first = datetime.date(d.year, (d.month - 1) // n * n + 1, 1).toordinal()
    return (kind, first, add_months(first, n) - 1)


def period_of(text):
    if "Q" in text:
        year, q = text.split("Q")
        return period_at("quarter", datetime.date(int(year), int(q) * 3, 1).toordinal())
    if "-" in text:
        return period_at("month", day(text + "-01"))
    return period_at("year", day(text + "-01-01"))


def whole_months(p):
    a = datetime.date.fromordinal(p[1])
    b = datetime.date.fromordinal(p[2] + 1)
    return (b.year - a.year) * 12 + b.month - a.month if a.day == 1 and b.day == 1 else 0


def shift_by(p, months):
    if p[0] in MONTHS:
        return period_at(p[0], add_months(p[1], months))
    return ("range", add_months(p[1], months), add_months(p[2] + 1, months) - 1)


def prev(p):
    return shift_by(p, -MONTHS.get(p[0], whole_months(p)))


def periods_inside(kind, first, last):
    q = period_at(kind, first)
    while q[2] <= last:
        if q[1] >= first:
            yield q
        q = period_at(kind, q[2] + 1)


# ---- units ----

class Unit:
    def __init__(self, slot, code, kind):
        self.slot, self.code, self.kind = slot, code, kind


class World:
    """Everything that was ever said, each with the day from which it is known."""

    def __init__(self):
        self.units = []
        self.events = []  # (known, what, …) in order
        self.facts = []  # dicts: book unit period key rid state values known

    def unit(self, code, kind):
        u = Unit(len(self.units), code, kind)
        self.units.append(u)
        return u

    def at(self, known):
        return View(self, known)


class View:
    """The world as known on a day."""

    def __init__(self, world, known):
        self.world, self.known = world, known
        self.born, self.end, self.parents, self.out = {}, {}, {}, {}
        for e in world.events:
            if e[0] <= known:
                getattr(self, e[1])(*e[2:])
        self.rows = {}
        for fact in world.facts:
            if fact["known"] <= known:
                self.rows.setdefault(fact["book"], {})[fact["cell"]] = fact

    def create(self, u, parent, on):
        self.born[u], self.end[u], self.parents[u], self.out[u] = on, FOREVER, [(on, parent)], []

    def move(self, u, parent, on):
        self.parents[u].append((on, parent))

    def merge(self, old, new, on):
        for u in old:
            self.end[u] = on
            self.out[u] = [(new, Fraction(1))]

    def split(self, old, shares, on):
        self.end[old] = on
        self.out[old] = [(u, Fraction(n, d)) for u, n, d in shares]

    def close(self, u, on):
        self.end[u] = on

    def alive(self, u, on):
        return u in self.born and self.born[u] <= on < self.end[u]

    def parent(self, u, on):
        found = None
        for start, p in self.parents[u]:
            if start <= on:
                found = p
        return found

    def above(self, u, on):
        while u is not None:
            yield u
            u = self.parent(u, on)

    def under(self, u, on):
        """u and all units below it on the day, in tree order of no importance."""
        return [v for v in self.world.units if self.alive(v, on) and u in self.above(v, on)]

    def forward(self, u, on):
        """Where what u holds stands in the tree of the day: unit -> share."""
        if u not in self.born or self.born[u] > on:
            return {}
        if self.alive(u, on):
            return {u: Fraction(1)}
        found = {}
        for v, share in self.out[u]:
            for w, part in self.forward(v, on).items():
                found[w] = found.get(w, 0) + share * part
        return found

    def birth(self, u, after):
        return self.born[u] if u in self.born and self.born[u] > after else None


def split_amount(amount, shares):
    """An integer by shares: floors, then one each to the largest remainders, ties by slot. What went
    nowhere takes part like a unit after all others."""
    sign = -1 if amount < 0 else 1
    amount = abs(amount)
    parts = dict(shares)
    lost = 1 - sum(parts.values())
    order = [(u, s) for u, s in parts.items()] + ([(None, lost)] if lost else [])
    whole = {u: amount * s.numerator // s.denominator for u, s in order}
    rest = amount - sum(whole.values())
    order.sort(key=lambda p: (-(amount * p[1] - whole[p[0]]), p[0].slot if p[0] else 10 ** 9))
    for u, _ in order[:rest]:
        whole[u] += 1
    return {u: sign * n for u, n in whole.items() if u is not None}
