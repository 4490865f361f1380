"""Random packs: books and figures over the rules, and their text in the pack language.

Expressions are tuples; text() prints one, type_of() gives its type as the checker does."""

from dataclasses import dataclass, field

from world import show_day

KINDS = ["city", "county", "township", "village"]
HEAD = """tian 1
pack world "世" version 1 {{
  owner  office at city
  basis  "办法", approval "示例1号"
  from   {first} to {last}
}}
kind city "市"
kind county "县" in city
kind township "乡镇" in county
kind village "村" in township
role office "办公室" at city
role checker "复核" at city
role clerk "村里" at village
calendar office_hours "作息" {{
  hours 09:00 to 12:00, 13:00 to 17:00
  rest weekend
}}
list band "档" ordered {{
  b1 "一"
  b2 "二"
  b3 "三"
}}
"""


@dataclass
class Field:
    name: str
    type: str
    stock: bool = False
    optional: bool = False
    computed: tuple = None

    def text(self):
        kind = {"item": "band", "unit": "unit village"}.get(self.type, self.type)
        tail = " = " + text(self.computed) if self.computed else ""
        again = "" if self.computed else ' again "各有所用"'
        return f'  {self.name} {kind} "{self.name}"{tail}' + " stock" * self.stock + " optional" * self.optional + again


@dataclass
class Book:
    name: str
    form: str  # per, of
    kinds: list
    fields: list
    every: str = None
    keyed: bool = False
    dated: str = None
    lives: tuple = None
    where: tuple = None

    def field(self, name):
        return next(f for f in self.fields if f.name == name)

    def key_items(self):
        return [1, 2, 3] if self.keyed else [None]

    def text(self):
        head = f'book {self.name} "{self.name}" {self.form} {" | ".join(self.kinds)}' + ", band" * self.keyed
        if self.where:
            head += " where " + text(self.where)
        if self.every:
            head += f" every {self.every}"
        if self.dated:
            head += f" dated {self.dated}"
        if self.lives:
            head += f" lives {self.lives[0]} to {self.lives[1]}"
        return "\n".join([head + " {", *(f.text() for f in self.fields), "  read anyone", "  write office at city", "}", ""])


@dataclass
class Figure:
    name: str
    expr: tuple
    type: str
    scale: int = 0
    every: str = None
    of: str = None
    family: bool = False
    same: str = None
    least: int = 0
    coverage: int = 0  # millionths

    def text(self):
        line = f"figure {self.name}" + "(x band)" * self.family
        if self.of:
            line += f" of {self.of}"
        if self.every:
            line += f" every {self.every}"
        line += f' "{self.name}" = {text(self.expr)}'
        if self.same:
            line += f" same {self.same}"
        if self.least:
            line += f" least {self.least}"
        if self.coverage:
            line += f" needs coverage {self.coverage // 10000}%"
        return line + "\n"


@dataclass
class Pack:
    first: int
    last: int
    books: list = field(default_factory=list)
    figures: list = field(default_factory=list)
    kinds = KINDS

    def book(self, name):
        return next(b for b in self.books if b.name == name)

    def figure(self, name):
        return next(f for f in self.figures if f.name == name)

    def text(self):
        parts = [HEAD.format(first=show_day(self.first), last=show_day(self.last))]
        return "".join(parts + [b.text() for b in self.books] + [f.text() for f in self.figures])

    def type_of(self, e, book=None):
        return self.type_scale(e, book)[0]

    def scale_of(self, e, book=None):
        return self.type_scale(e, book)[1]

    def type_scale(self, e, book=None):
        """As the checker: numbers widen, × adds scales, number / constant has four digits more."""
        what = e[0]
        if what == "case":
            used = "duration" if e[1][1] == "task" else "work"
            return ("int" if e[1][0] == "times" else used if e[1][0] == "used" else "bool"), 0
        plain = {"int": 0, "money": 2, "ratio": 6, "bool": 0, "item": 0, "date": 0}
        if what == "num":
            return e[1], e[3]
        if what == "field":
            kind = book.field(e[1]).type
            return kind, plain[kind]
        if what in ("item", "arg", "step"):
            return "item", 0
        if what in ("=", "!=", "<", "<=", ">", ">=", "and", "or", "not", "known"):
            return "bool", 0
        if what == "figure":
            f = self.figure(e[1])
            return f.type, f.scale
        if what == "agg":
            return self.agg_type(e[1])
        if what in ("shift", "above"):
            return self.type_scale(e[1], book)
        if what == "if":
            return self.joined(e[2], e[3], book)
        if what in ("min", "max", "default"):
            return self.joined(e[1], e[2], book)
        return self.arith_type(e, book)

    def joined(self, a, b, book):
        (x, s), (y, t) = self.type_scale(a, book), self.type_scale(b, book)
        if x == y and x != "decimal":
            return x, s
        if "ratio" in (x, y):
            return "ratio", 6
        return ("decimal", max(s, t)) if {x, y} <= {"int", "decimal"} else (x, s)

    def arith_type(self, e, book):
        (x, s), (y, t) = self.type_scale(e[1], book), self.type_scale(e[2], book)
        if e[0] in "+-":
            return self.joined(e[1], e[2], book)
        if e[0] == "*":
            if "money" in (x, y):
                return "money", 2
            if x == y == "ratio":
                return "ratio", 6
            return ("int", 0) if x == y == "int" else ("decimal", min(9, s + t))
        if x in ("int", "decimal") and y in ("int", "decimal") and e[2][0] == "num":
            return "decimal", min(9, max(s, t) + 4)
        if x == y or {x, y} <= {"int", "decimal"}:
            return "ratio", 6
        if y == "ratio":
            return "decimal", 6
        return x, s

    def agg_type(self, a):
        op, value = a[0], a[5]
        if op == "count":
            return "int", 0
        if op == "share":
            return "ratio", 6
        if op in ("any", "all"):
            return "bool", 0
        kind, scale = self.type_scale(value, None if a[2] in KINDS else self.book(a[2]))
        if op in ("avg", "median") and kind in ("int", "decimal"):
            return "decimal", min(9, scale + 4)
        return kind, scale


# ---- text ----

def case_text(e):
    """What a word of flows looks like."""
    what = e[0]
    if what in ("is", "was"):
        return f"{what} {e[1]}"
    if what == "was now":
        return f"was {e[1]}[now]"
    if what == "times":
        return f"times({e[1]})"
    if what == "holder":
        return f"holder.kind = {e[1]}"
    if what in ("late", "used"):
        return f"{e[1]}.{what}"
    if what == "due":
        return f"{e[1]}.due <= {e[2] if e[2] == 'end' else show_day(e[2])}"
    if what in ("first", "last"):
        return f"{e[1]}.{what} <= {show_day(e[2])}"
    if what == "actor":
        return f"{e[1]}.actor = {e[2]}"
    return f"{e[1]}.unit.kind in ({', '.join(e[2])})"


def number(kind, num, scale):
    if kind == "duration":
        return f"{num / 60000:.6f}".rstrip("0").rstrip(".") + "min"
    if kind == "work":
        return f"{num / 3600000:.6f}".rstrip("0").rstrip(".") + "wh"
    sign, num = ("-", -num) if num < 0 else ("", num)
    digits = str(num).rjust(scale + 1, "0")
    plain = (digits[:-scale] + "." + digits[-scale:]).rstrip("0").rstrip(".") if scale else digits
    return sign + plain + ("元" if kind == "money" else "")


def percent(num, scale):
    return number("ratio", num, scale - 2) + "%"


def text(e):
    what = e[0]
    if what == "num":
        return percent(e[2], e[3]) if e[1] == "ratio" else number(e[1], e[2], e[3])
    if what == "item":
        return e[1]
    if what == "field":
        return e[1]
    if what == "case":
        return case_text(e[1])
    if what == "arg":
        return "x"
    if what in ("+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", "and", "or"):
        return f"({text(e[1])} {what} {text(e[2])})"
    if what == "not":
        return f"(not {text(e[1])})"
    if what == "if":
        return f"(if {text(e[1])} then {text(e[2])} else {text(e[3])})"
    if what in ("known", "default", "min", "max"):
        return f"{what}({', '.join(text(x) for x in e[1:])})"
    if what == "step":
        return f"step({text(e[1])}, {text(e[2])}, " + ", ".join(f"{text(b)}: {text(v)}" for b, v in e[3]) + ")"
    if what == "figure":
        return e[1] + (f"(b{e[2][0]})" if e[2] else "")
    if what == "shift":
        return f"{text(e[1])}[{bracket(e[2])}]"
    if what == "above":
        return f"({text(e[1])} @ {e[2]})"
    if what == "agg":
        return aggregate(e[1])
    raise ValueError(what)


def bracket(how):
    if how[0] == "year":
        return f"year-{how[1]}"
    if how[0] == "last":
        return f"last {how[1]} {how[2]}s"
    if how[0] in ("at", "known"):
        return f"{how[0]} {show_day(how[1])}"
    return how[0]


def aggregate(a):
    op, scope, source, when, where, value = a
    inside = source
    if scope:
        inside += " " + scope
    if when and when[2]:
        inside += f" via {when[2]}"
    if when and when[0] == "by":
        inside += f" by {when[1]}"
    elif when and when[0]:
        inside += " " + when[0]
    if where:
        inside += " where " + text(where)
    if value:
        inside += ": " + text(value)
    return f"{op}({inside})"
