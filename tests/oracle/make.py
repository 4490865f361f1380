"""Makes a random pack, a random life of units and a random order of facts, and asks the evaluator
what every figure must say. The result is the text of one pack with a test section."""

import random

import cases
from cases import CaseBook, Made
from packs import Book, Field, Figure, Pack, number, percent, text
from rules import Evaluator, context, half
from world import World, add_months, day, period_at, period_of, show_day

START = day("2018-01-01")


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.world = World()
        self.steps = []
        self.names = 0
        self.today = START

    def chance(self, p):
        return self.r.random() < p

    # ---- books ----

    def make_pack(self):
        r = self.r
        self.pack = Pack(day("2019-01-01"), day("2023-12-31"))
        if self.chance(0.4):
            self.pack.books.append(self.life_book("r0"))
        for i in range(r.randint(1, 2)):
            self.pack.books.append(self.return_book(f"p{i}"))
        for i in range(r.randint(1, 2)):
            self.pack.books.append(self.life_book(f"l{i}") if self.chance(0.4) else self.dated_book(f"d{i}"))
        for i in range(r.choice([0, 1, 1, 1])):
            self.pack.books.append(self.case_book(f"c{i}"))
        count = r.randint(7, 12)
        while len(self.pack.figures) < count:
            f = self.figure(f"f{len(self.pack.figures)}")
            if f:
                self.pack.figures.append(f)

    def value_fields(self):
        fields = [Field("a", "int"), Field("m", "money", optional=True), Field("o", "int", optional=True),
                  Field("g", "item", optional=self.chance(0.5))]
        if self.chance(0.4):
            fields.append(Field("z", "int", computed=("+", ("field", "a"), ("field", "o"))))
        return fields

    def return_book(self, name):
        r = self.r
        kinds = r.choice([["village"], ["village"], ["township"]])
        fields = self.value_fields()
        if self.chance(0.5):
            fields.append(Field("s", "int", stock=True, optional=True))
        book = Book(name, "per", kinds, fields, every=r.choice(["month", "quarter", "year"]), keyed=self.chance(0.2))
        lives = [b for b in self.pack.books if b.lives and b.kinds == ["village"]]
        if kinds == ["village"] and lives and self.chance(0.3) and book.every != "year":
            figure = Figure(f"on_{name}", (">", ("agg", ("count", None, lives[0].name, None, None, None)), ("num", "int", 0, 0)),
                            "bool", of="village")
            self.pack.figures.append(figure)
            book.where = ("figure", figure.name, ())
        return book

    def life_book(self, name):
        fields = self.value_fields() + [Field("begun", "date"), Field("ended", "date", optional=True),
                                        Field("to_unit", "unit", optional=True)]
        return Book(name, "of", ["village"], fields, lives=("begun", "ended"))

    def case_book(self, name):
        fields = self.value_fields()
        return CaseBook(name, "of", ["village"], fields,
                        by_state=self.r.choice(["accepted.first", "accepted.first", "answered.last", "reported.first"]))

    def dated_book(self, name):
        fields = self.value_fields() + [Field("d1", "date", optional=True), Field("d2", "date", optional=True),
                                        Field("to_unit", "unit", optional=True)]
        return Book(name, "of", self.r.choice([["village"], ["village", "township", "county"]]), fields, dated="d1")

    # ---- expressions of rows ----

    def lit(self, kind):
        r = self.r
        if kind == "money":
            return ("num", "money", r.choice([0, 100, 1234, 5000, 20000]), 2)
        return ("num", "int", r.choice([0, 1, 2, 3, 5, 8, 13]), 0)

    def row_number(self, book, depth=1):
        r = self.r
        names = [f.name for f in book.fields if f.type == "int"]
        pick = ("field", r.choice(names))
        if depth == 0 or self.chance(0.6):
            return pick
        return r.choice([
            lambda: ("+", pick, self.row_number(book, 0)),
            lambda: ("-", pick, self.row_number(book, 0)),
            lambda: ("*", pick, ("num", "int", r.randint(2, 4), 0)),
            lambda: ("default", pick, ("num", "int", 0, 0)),
            lambda: ("if", self.row_condition(book, 0), pick, self.row_number(book, 0)),
        ])()

    def row_value(self, book):
        return ("field", "m") if self.chance(0.25) else self.row_number(book)

    def case_condition(self):
        r = self.r
        state = r.choice(cases.STATES)
        on = START + r.randint(700, 1500)
        return ("case", r.choice([
            ("is", state), ("is", state), ("was", state), ("was", state), ("was now", state),
            ("late", "total"), ("late", "turn"), ("late", "task"), ("due", "total", "end"), ("due", "task", on),
            ("due", "turn", on),
            ("first", state, on), ("last", state, on), ("actor", state, r.choice(["reporter", "seat"])),
            ("unit kind", state, r.choice([("village",), ("city", "county"), ("village", "township")])),
            ("holder", r.choice(["village", "township"]))]))

    def row_condition(self, book, depth=1):
        r = self.r
        if isinstance(book, CaseBook) and self.chance(0.65):
            if self.chance(0.15):
                return (r.choice(["=", ">"]), ("case", ("times", r.choice(["unsolved", "lift", "pause"]))), self.lit("int"))
            a = self.case_condition()
            if depth and self.chance(0.4):
                return r.choice([("and", a, self.row_condition(book, 0)), ("or", self.row_condition(book, 0), a), ("not", a)])
            return a
        op = r.choice(["=", "!=", "<", "<=", ">", ">="])
        plain = [
            lambda: (op, ("field", r.choice(["a", "o"])), self.lit("int")),
            lambda: (op, ("field", "m"), self.lit("money")),
            lambda: (op, ("field", "g"), self.item()),
            lambda: ("known", ("field", r.choice(["o", "m"]))),
        ]
        if depth and self.chance(0.4):
            a, b = self.row_condition(book, 0), self.row_condition(book, 0)
            return r.choice([("and", a, b), ("or", a, b), ("not", a)])
        return r.choice(plain)()

    def item(self):
        n = self.r.randint(1, 3)
        return ("item", f"b{n}", n)

    # ---- expressions of units ----

    def book_agg(self, op):
        r = self.r
        book = r.choice(self.pack.books)
        scope = r.choice([None] * 6 + ["own", "above"])
        mode = by = via = None
        if book.form == "of":
            if self.chance(0.15):
                via = "to_unit"
            if book.lives and self.chance(0.5):
                mode = r.choice(["alive", "during", "ever"])
            if book.dated and self.chance(0.3):
                mode, by = "by", "d2"
            if isinstance(book, CaseBook):
                via = r.choice([None, None, None, "holder", "lead"])
                mode, by = r.choice([(None, None), (None, None), ("ever", None), ("by", "answered.first"),
                                     ("by", "answered.last"), ("by", "handling.last"), ("by", "reported.first")])
        where = self.row_condition(book) if op == "share" or self.chance(0.4) else None
        value = self.row_value(book) if op not in ("count", "share", "any", "all") else None
        if op in ("any", "all"):
            if self.chance(0.5):
                where = where or self.row_condition(book)
            else:
                value = self.row_condition(book)
        if op == "avg":
            value = ("field", r.choice(["a", "o", "m"]))
        return ("agg", (op, scope, book.name, (mode, by, via) if mode or via else None, where, value))

    def unit_agg(self, op):
        r = self.r
        kind = r.choice(["village", "village", "township", "county"])
        where = self.condition(1, kind) if op == "share" or self.chance(0.5) else None
        value = None
        if op in ("any", "all"):
            if self.chance(0.5):
                where = where or self.condition(1, kind)
            else:
                value = self.condition(1, kind)
        elif op not in ("count", "share"):
            value = self.number(0, kind, ("int", "money"))
            if op == "avg" and value[0] != "figure":
                value = self.book_agg("count")
        return ("agg", (op, None, kind, None, where, value))

    def agg(self, op):
        return self.unit_agg(op) if self.chance(0.35) else self.book_agg(op)

    def refs(self, types, kind, inside=True):
        """Figures that may be read at a unit of the kind (None = any)."""
        found = []
        for f in self.pack.figures:
            if f.type in types and (f.of is None or f.of == kind) and f.every is None:
                found.append(("figure", f.name, (self.r.randint(1, 3),) if f.family else ()))
        return found

    def shift(self, e):
        r = self.r
        how = r.choice([("prev",), ("year", r.randint(1, 2)), ("ytd",), ("last", r.randint(2, 6), "month"),
                        ("last", 2, "quarter"), ("now",), ("at", START + r.randint(400, 1500)),
                        ("known", START + r.randint(800, 1500))])
        return ("shift", e, how)

    def number(self, depth, kind=None, types=("int",)):
        """A number; at depth 0 an atom or a figure."""
        r = self.r
        refs = self.refs(types, kind)
        if refs and self.chance(0.35):
            e = r.choice(refs)
            return self.shift(e) if depth and self.chance(0.5) else e
        if depth == 0:
            return self.book_agg(r.choice(["sum", "sum", "count"])) if "money" in types or True else None
        e = r.choice([
            lambda: self.agg("sum"), lambda: self.agg("sum"), lambda: self.agg("count"), lambda: self.agg("count"),
            lambda: self.shift(self.agg("sum")),
            lambda: self.agg(r.choice(["least", "most", "median", "p90", "avg"])),
            lambda: ("default", self.number(0, kind), ("num", "int", 0, 0)),
            lambda: ("above", self.number(0, "county"), "county"),
        ])()
        return e

    def same_type(self, make):
        """Two numbers that may be added."""
        for _ in range(20):
            a, b = make(), make()
            x, y = self.pack.type_of(a), self.pack.type_of(b)
            if x == y or {x, y} <= {"int", "decimal"}:
                return a, b
        a = make()
        return a, a

    def sum_expr(self, kind):
        r = self.r
        e = self.number(1, kind)
        if self.chance(0.5):
            return e
        a, b = self.same_type(lambda: self.number(1, kind))
        return r.choice([
            lambda: ("+", a, b), lambda: ("-", a, b), lambda: ("*", e, ("num", "int", r.randint(2, 3), 0)),
            lambda: ("min", a, b), lambda: ("max", a, b),
            lambda: ("if", self.condition(1, kind), a, b),
        ])()

    def ratio_expr(self, kind):
        r = self.r
        a, b = self.same_type(lambda: self.number(1, kind))
        e = r.choice([lambda: ("/", a, b), lambda: ("/", a, ("shift", a, ("year", 1))), lambda: self.agg("share")])()
        return ("-", e, ("num", "ratio", 1000000, 6)) if self.chance(0.3) else e

    def condition(self, depth, kind=None):
        r = self.r
        op = r.choice(["=", "<", "<=", ">", ">=", "!="])
        if depth and self.chance(0.35):
            a, b = self.condition(0, kind), self.condition(0, kind)
            return r.choice([("and", a, b), ("or", a, b), ("not", a)])
        if self.chance(0.1):
            return ("known", self.number(0, kind))
        if depth and self.chance(0.1):
            return self.agg(r.choice(["any", "all"]))
        if self.chance(0.15):
            refs = self.refs(("ratio",), kind)
            if refs:
                return (op, r.choice(refs), ("num", "ratio", r.choice([0, 250000, 500000, 900000]), 6))
        e = self.number(0, kind, ("int", "money"))
        return (op, e, self.lit("money" if self.pack.type_of(e) == "money" else "int"))

    # ---- figures ----

    def figure(self, name):
        r = self.r
        shape = r.choice(["sum"] * 4 + ["ratio"] * 3 + ["bool", "item", "same", "same", "least", "family"])
        books = [b for b in self.pack.books if isinstance(b, CaseBook)]
        if books and self.chance(0.15):
            shape, book = "hours", r.choice(books)
        kind = r.choice([None, None, None, "village", "county"])
        f = Figure(name, None, None, of=kind)
        if shape == "family":
            items = [g for g in self.pack.figures if g.type == "item" and g.of == "village" and not g.family]
            if not items:
                return None
            where = ("=", ("figure", r.choice(items).name, ()), ("arg",))
            f.of, f.family = None, True
            f.expr = ("agg", ("count", None, "village", None, where, None))
        elif shape == "item":
            f.of = r.choice(["village", "village", None])
            bounds = sorted(r.sample([1, 3, 6, 10, 20], 2))
            x = self.number(0, f.of)
            if self.pack.type_of(x) != "int":
                return None
            f.expr = ("step", x, ("item", "b1", 1), tuple((("num", "int", b, 0), ("item", f"b{i + 2}", i + 2))
                                                          for i, b in enumerate(bounds)))
        elif shape == "least":
            books = [b for b in self.pack.books if b.form == "of"]
            book = r.choice(books)
            f.of, f.least = None, r.randint(2, 4)
            op = r.choice(["count", "share"])
            f.expr = ("agg", (op, None, book.name, None, self.row_condition(book) if op == "share" else None, None))
        elif shape == "hours":
            f.of = None
            op, clock = r.choice(["median", "median", "p90", "most", "least", "sum"]), r.choice(["total", "task", "turn"])
            where = self.row_condition(book) if self.chance(0.3) else None
            when = r.choice([None, ("by", "answered.first", None), ("by", "answered.last", "holder"), ("ever", None, None)])
            f.expr = ("agg", (op, None, book.name, when, where, ("case", ("used", clock))))
        elif shape == "bool":
            f.expr = self.condition(1, kind)
        elif shape == "ratio":
            f.expr = self.ratio_expr(kind)
        else:
            f.expr = self.sum_expr(kind)
        if shape == "same":
            f.same = r.choice(["village", "village", "township"])
            a = self.number(1, kind)
            f.expr = r.choice([("-", a, ("shift", a, ("year", 1))), ("/", a, ("shift", a, ("prev",)))])
        f.type, f.scale = self.pack.type_scale(f.expr)
        if not f.same and not f.least and self.chance(0.2):
            f.coverage = r.choice([300000, 500000, 900000])
        return f

    # ---- units ----

    def step(self, line):
        self.steps.append("  " + line)

    def create(self, code, kind, parent, on):
        u = self.world.unit(code, kind)
        self.world.events.append((self.today, "create", u, parent, on))
        self.step(f"unit {kind} {code}" + (f" in {parent.code}" if parent else "") + f" on {show_day(on)}")
        return u

    def make_units(self):
        r = self.r
        city = self.create("Z", "city", None, START)
        for i in range(r.randint(1, 2)):
            county = self.create(f"A{i}", "county", city, START)
            for k in range(r.randint(1, 2)):
                township = self.create(f"T{i}{k}", "township", county, START)
                for v in range(r.randint(1, 3)):
                    self.create(f"V{i}{k}{v}", "village", township, START)

    def new_village(self, on):
        self.names += 1
        townships = [u for u in self.world.units if u.kind == "township"]
        return self.create(f"N{self.names}", "village", self.r.choice(townships), on)

    def change_units(self):
        """One thing that happens to villages, on a day not after today."""
        r = self.r
        view = self.world.at(self.today)
        on = self.today - r.randint(0, 200)
        last = max((e[-1] for e in self.world.events), default=START)
        on = max(on, last + 1)
        if on > self.today:
            return
        alive = [u for u in self.world.units if u.kind == "village" and view.alive(u, on)]
        if len(alive) < 2:
            return
        what = r.choice(["move", "merge", "split", "close", "new"])
        u = r.choice(alive)
        if what == "move":
            to = r.choice([t for t in self.world.units if t.kind == "township"])
            if to is view.parent(u, on):
                return
            self.world.events.append((self.today, "move", u, to, on))
            self.step(f"put {u.code} in {to.code} on {show_day(on)}")
        elif what == "merge":
            v = r.choice([x for x in alive if x is not u])
            into = self.new_village(on)
            self.world.events.append((self.today, "merge", [u, v], into, on))
            self.step(f"merge {u.code}, {v.code} into {into.code} on {show_day(on)}")
        elif what == "split":
            a, b = self.new_village(on), self.new_village(on)
            n = r.randint(1, 4)
            self.world.events.append((self.today, "split", u, [(a, n, 5), (b, 5 - n, 5)], on))
            self.step(f"split {u.code} into {a.code} {n}/5, {b.code} {5 - n}/5 on {show_day(on)}")
        elif what == "close":
            if any(u in [x[0] for x in shares] for shares in view.out.values()):
                return
            self.world.events.append((self.today, "close", u, on))
            self.step(f"close {u.code} on {show_day(on)}")
        else:
            self.new_village(on)

    # ---- facts ----

    def cell_value(self, f, on):
        r = self.r
        if f.computed or (f.optional and self.chance(0.35)):
            return None
        if f.type == "int":
            return r.choice([0, 1, 2, 3, 4, 5, 7, 10, 15])
        if f.type == "money":
            return r.choice([0, 1, 99, 1000, 1234, 5000, 33333])
        if f.type == "item":
            return r.randint(1, 3)
        if f.type == "date":
            on = r.randint(day("2019-06-01"), day("2022-03-01"))
            month = period_at("month", on)  # the edges of periods decide most
            return r.choice([on, on, month[1], month[2]])
        alive = self.alive(["village"], on)
        return r.choice(alive) if alive else None

    def alive(self, kinds, on):
        view = self.world.at(self.today)
        return [u for u in self.world.units if u.kind in kinds and view.alive(u, on)]

    def print_value(self, f, x):
        if f.type == "money":
            return number("money", x, 2)
        if f.type == "item":
            return f"b{x}"
        if f.type == "date":
            return show_day(x)
        return x.code if f.type == "unit" else str(x)

    def values(self, book):
        """Units are named as they stood on the row's own day, when that is past."""
        values = {f.name: self.cell_value(f, None) for f in book.fields if f.type != "unit"}
        own = values.get(book.dated)
        self.own_day = own if own is not None and own < self.today else self.today
        for f in book.fields:
            if f.type == "unit":
                values[f.name] = self.cell_value(f, self.own_day)
        if book.lives and values["ended"] is not None and values["ended"] < values["begun"]:
            values["ended"] = None
        return values

    def put(self, book, cell, unit, period, values, line, state="filed", old=None):
        """What a correction leaves out stays as it was."""
        inside = "; ".join(f"{f.name} {self.print_value(f, values[f.name])}"
                           for f in book.fields if values.get(f.name) is not None)
        self.step(line + (f" {{ {inside} }}" if state == "filed" else ""))
        kept = {name: x if x is not None or not old else old["values"][name] for name, x in values.items()}
        self.world.facts.append(dict(book=book.name, cell=cell, unit=unit, period=period, values=kept,
                                     state=state, known=self.today))

    def file_return(self, book):
        r = self.r
        q = period_at(book.every, r.randint(day("2019-11-01"), self.today))
        if q[2] >= self.today:
            return
        c = context(self.world, None, q, self.today)
        open_ = list(Evaluator(self.world, self.pack).asked(c, book, q))
        if not open_:
            return
        u = r.choice(open_)
        key = r.choice(book.key_items())
        place = f"{book.name} {u.code}" + (f" b{key}" if key else "") + f" {show_period(q)}"
        old = c.view.rows.get(book.name, {}).get((u, q, key))
        if old and old["state"] == "filed" and self.chance(0.2):
            self.put(book, (u, q, key), u, q, old["values"], f"void file {place}", "void")
        elif not old or old["state"] == "filed":
            self.put(book, (u, q, key), u, q, self.values(book), f"file {place}", old=old)

    def add_row(self, book):
        r = self.r
        view = self.world.at(self.today)
        values = self.values(book)
        owners = self.alive(book.kinds, self.own_day)
        rows = [f for f in self.world.facts if f["book"] == book.name]
        live = [f for f in view.rows.get(book.name, {}).values() if f["state"] == "filed"]
        if live and self.chance(0.1):
            row = r.choice(live)
            self.put(book, row["cell"], row["unit"], None, row["values"], f"void {row['cell']}", "void")
        elif owners:
            u = r.choice(owners)
            name = f"{book.name}_{len(rows)}"
            self.put(book, name, u, None, values, f"add {book.name} {name} {u.code}")

    def some_facts(self, n):
        for _ in range(n):
            book = self.r.choice(self.pack.books)
            if book.form == "per":
                self.file_return(book)
            elif not isinstance(book, CaseBook):
                self.add_row(book)

    # ---- cases: raised and moved on any day, before noon of the next clock ----

    def case_life(self, until):
        r = self.r
        books = [b for b in self.pack.books if isinstance(b, CaseBook)]
        if not books:
            return
        first, last = (self.today * cases.DAY + 726) // 6, (until * cases.DAY + 660) // 6
        moments = sorted(6 * m for m in r.sample(range(first, last), r.randint(10, 30)))
        before = 6 * first
        for at in moments:
            noon = at // cases.DAY * cases.DAY + 720
            if before < noon < at and noon > day("2020-01-01") * cases.DAY and self.chance(0.4):
                self.clock(at // cases.DAY)
                for _ in range(2):
                    self.expectation()
            before = at
            self.today = at // cases.DAY
            book = r.choice(books)
            view = self.world.at(self.today)
            live = [f for f in view.rows.get(book.name, {}).values()
                    if f["state"] == "filed" and view.alive(f["unit"], self.today)]
            when = f"at {show_day(self.today)} {at % cases.DAY // 60:02}:{at % 60:02} "
            if live and self.chance(0.8):
                self.move_case(book, r.choice(live), at, when)
            else:
                self.raise_case(book, at, when)

    def raise_case(self, book, at, when):
        rows = {f["cell"] for f in self.world.facts if f["book"] == book.name}
        owners = self.alive(book.kinds, self.today)
        if not owners:
            return
        u = self.r.choice(owners)
        name = f"{book.name}_{len(rows)}"
        self.put(book, name, u, None, self.values(book), f"{when}add {book.name} {name} {u.code}")
        self.world.facts[-1]["moves"] = [Made("", "reported", at, "seat", u, u)]

    def move_case(self, book, row, at, when):
        r = self.r
        moves = row["moves"]
        view = self.world.at(self.today)
        holder = moves[-1].holder
        above = view.parent(holder, self.today) if view.alive(holder, self.today) else None
        open_ = [m for m in cases.MOVES if moves[-1].to in m.froms and (m.hold != "up" or above)]
        if self.chance(0.04):
            self.step(f"{when}void {row['cell']}")
            self.world.facts.append(dict(row, state="void", known=self.today))
            return
        if not open_:
            return
        m = r.choice(open_)
        values, asked = dict(row["values"]), ""
        if m.hold == "field":
            holder = values["lead"] = r.choice(self.alive(["village"], self.today))
            asked = f" {{ lead {holder.code} }}"
        elif m.hold == "up":
            holder = above
        elif m.asks:
            asked = ' { reply "好" }'
        who = m.who if m.who == "reporter" else f'"Z {m.who}"'
        self.step(f"{when}move {row['cell']} {m.name} by {who}{asked}")
        seat = moves[0].unit if m.who == "reporter" else self.world.units[0]
        made = Made(m.name, m.to, at, "reporter" if m.who == "reporter" else "seat", seat, holder)
        self.world.facts.append(dict(row, values=values, known=self.today, moves=moves + [made]))

    def whole_period(self):
        """Every unit answers, so that some values are complete."""
        books = [b for b in self.pack.books if b.form == "per" and not b.keyed]
        if not books:
            return
        book = self.r.choice(books)
        q = period_at(book.every, self.r.randint(day("2020-01-01"), self.today))
        if q[2] >= self.today:
            return
        c = context(self.world, None, q, self.today)
        for u in Evaluator(self.world, self.pack).asked(c, book, q):
            if (u, q, None) not in c.view.rows.get(book.name, {}):
                place = f"{book.name} {u.code} {show_period(q)}"
                self.put(book, (u, q, None), u, q, self.values(book), f"file {place}")

    # ---- expectations ----

    def expectation(self):
        r = self.r
        f = r.choice(self.pack.figures)
        view = self.world.at(self.today)
        unit = r.choice([u for u in self.world.units if u in view.born])
        if f.of and unit.kind != f.of:
            others = [u for u in self.world.units if u.kind == f.of and u in view.born]
            unit = r.choice(others)
        kind = r.choice(["month", "quarter", "year", "year"])
        last = min(self.today + 20, day("2022-06-30"))
        p = period_at(kind, r.randint(day("2020-01-01"), last))
        args = (r.randint(1, 3),) if f.family else ()
        draft = bool(f.coverage) and self.chance(0.3)
        v = Evaluator(self.world, self.pack).figure(
            context(self.world, unit, p, self.today, draft), f, args)
        what = text(("figure", f.name, args)) + f" @ {unit.code} [{show_period(p)}{', draft' * draft}]"
        expected, reported = v.cover or (0, 0)
        self.step(f"expect coverage {what} = {reported} of {expected}")
        if not v.ok:
            because = {"no unit": ""}.get(v.state, f" because {v.state}")
            self.step(f"expect missing {what}{because}")
        elif v.type == "bool":
            self.step(f"expect {what}" if v.num else f"expect not {what}")
        else:
            self.step(f"expect {what} = {show_value(v)}")

    # ---- all of it ----

    def make(self):
        r = self.r
        self.make_pack()
        clock = day("2019-12-01")
        self.clock(clock)
        self.make_units()
        while clock < day("2022-02-01"):
            clock = min(add_months(clock, 0) + r.randint(60, 200), day("2022-02-01"))
            self.case_life(clock)
            self.clock(clock)
            for _ in range(r.randint(1, 3)):
                if self.chance(0.35):
                    self.change_units()
                if self.chance(0.6):
                    self.whole_period()
                self.some_facts(r.randint(3, 9))
                for _ in range(r.randint(2, 5)):
                    self.expectation()
        return self.pack.text() + 'test "世界" {\n' + "\n".join(self.steps) + "\n}\n"

    def clock(self, on):
        self.today = on
        self.step(f"clock {show_day(on)}")


def show_period(p):
    text = show_day(p[1])
    year, month = int(text[:4]), int(text[5:7])
    return {"month": text[:7], "quarter": f"{year}Q{(month + 2) // 3}", "year": text[:4]}[p[0]]


def show_value(v):
    if v.type == "ratio":
        return percent(half(v.num * 10 ** 6, v.den), 6)
    if v.type == "item":
        return f"b{v.num}"
    return number(v.type, v.num, v.scale)
