"""Books of cases in random worlds: the flow and its text, the moves of a row, and what the words of
flows say of a row at a moment, worked out from its moves alone.

Moments are minutes of office time from day 0; a day is an ordinal as everywhere here."""

from dataclasses import dataclass, replace

from packs import Book
from world import FOREVER

DAY = 1440
MS = 60000


@dataclass(frozen=True)
class Move:
    name: str
    froms: tuple
    to: str
    who: str  # as a test names who makes it: clerk, office, reporter
    words: str  # what stands behind the who
    hold: str = "same"  # same, field, up
    keeps: tuple = ()
    asks: tuple = ()


HOURS = [(9 * 60, 12 * 60), (13 * 60, 17 * 60)]  # on weekdays: ordinal 1 was a Monday


def works(day):
    return (day - 1) % 7 < 5


def worked(a, b):
    """Minutes of working time from a to b."""
    total = 0
    for day in range(a // DAY, b // DAY + 1):
        if works(day):
            for x, y in HOURS:
                total += max(0, min(b, day * DAY + y) - max(a, day * DAY + x))
    return total


def work_on(at, minutes):
    """The first instant by which so much was worked from `at` on; nothing = `at` itself."""
    day = at // DAY
    while minutes:
        if works(day):
            for x, y in HOURS:
                start, end = max(at, day * DAY + x), day * DAY + y
                if start < end and minutes <= end - start:
                    return start + minutes
                minutes -= max(0, end - start)
        day += 1
    return at


def days_on(at, n):
    """24:00 of the n-th working day after the day; none: of the day, or of the next working one."""
    day = at // DAY
    if n == 0:
        while not works(day):
            day += 1
    while n:
        day += 1
        n -= works(day)
    return (day + 1) * DAY


@dataclass(frozen=True)
class Clock:
    name: str
    start: str
    first: bool
    until: tuple
    stops: tuple
    limit: int  # minutes, or working days
    unit: str = "h"

    def due(self, at, limit):
        if self.unit == "wd":
            return days_on(at, limit)
        return work_on(at, limit) if self.unit == "wh" else at + limit

    def left(self, at, due):
        """Of the limit at the stop; None = it was late by then."""
        if at > due:
            return None
        if self.unit == "wd":
            return sum(works(d) for d in range(at // DAY + 1, due // DAY))
        return worked(at, due) if self.unit == "wh" else due - at

    def spent(self, a, b):
        if b <= a:
            return 0
        return b - a if self.unit == "h" else worked(a, b)

    def text(self):
        stops = " stops " + ", ".join(self.stops) if self.stops else ""
        first = ".first" if self.first else ""
        limit = self.limit if self.unit == "wd" else self.limit // 60
        return (f'  clock {self.name} "{self.name}" from {self.start}{first} until {", ".join(self.until)}'
                f" limit {limit}{self.unit}{stops}\n")


STATES = ["reported", "accepted", "handling", "waiting", "answered", "closed"]
FINAL = "closed"
CLOCKS = [Clock("total", "accepted", True, ("answered",), ("waiting",), 15, "wd"),
          Clock("task", "handling", False, ("waiting", "answered"), (), 6 * DAY),
          Clock("turn", "accepted", False, ("answered",), ("waiting",), 40 * 60, "wh")]
NEW = Move("", (), "reported", "", "by clerk at village to owner", "owner")
MOVES = [
    Move("accept", ("reported",), "accepted", "office", "by office at city"),
    Move("give", ("accepted",), "handling", "office", "by office at city to lead { lead unit village \"交给\" }", "field",
         asks=("lead",)),
    Move("take", ("accepted",), "handling", "office", "by office at city"),
    Move("lift", ("accepted", "handling"), "accepted", "office", "by office at city to up keeps total", "up", ("total",)),
    Move("pause", ("handling",), "waiting", "office", "by office at city"),
    Move("resume", ("waiting",), "handling", "office", "by office at city"),
    Move("answer_", ("handling",), "answered", "office", "by office at city { reply text(20) \"答复\" }", asks=("reply",)),
    Move("agree", ("answered",), "closed", "reporter", "by reporter except answered.actor"),
    Move("checked", ("answered",), "closed", "checker", "by checker at city except answered.actor"),
    Move("unsolved", ("answered",), "handling", "reporter", "by reporter keeps total", keeps=("total",)),
    Move("reopen", ("closed",), "handling", "reporter", "by reporter keeps total, task", keeps=("total", "task")),
]


@dataclass
class CaseBook(Book):
    by_state: str = None  # dated S.first, S.last

    def text(self):
        plain = super().text()
        head, rest = plain.split(" {\n", 1)
        flow = f"flow_{self.name}"
        return f"{head} dated {self.by_state} {{\n{rest[:-2]}  flow {flow}\n}}\n" + flow_text(flow)


def flow_text(name):
    lines = [f'flow {name} "办" {{\n']
    lines += [f'  state {s} "{s}"' + " final" * (s == FINAL) + "\n" for s in STATES]
    lines += [c.text() for c in CLOCKS]
    for m in [NEW] + MOVES:
        title = (m.words.split(" {")[0], " {" + m.words.split(" {")[1] if " {" in m.words else "")
        named = f"{m.name}: " if m.name else ""
        lines.append(f'  {named}{", ".join(m.froms) or "new"} -> {m.to} "{m.name or "报"}" {title[0]}{title[1]}\n')
    return "".join(lines) + "}\n"


@dataclass(frozen=True)
class Made:
    """A move that was made."""
    move: str
    to: str
    at: int
    actor: str
    unit: object  # of the seat
    holder: object


# ---- a case at a moment ----

class Case:
    """What the moves up to the end of the moment's day made of it; what runs, runs to now."""

    def __init__(self, moves, last_day, now):
        self.moves = [m for m in moves if m.at < (last_day + 1) * DAY]
        self.t = min((last_day + 1) * DAY, now)

    @property
    def state(self):
        return self.moves[-1].to if self.moves else None

    @property
    def holder(self):
        return self.moves[-1].holder if self.moves else None

    def entries(self, state):
        return [m for m in self.moves if m.to == state]

    def times(self, move):
        return sum(m.move == move for m in self.moves)

    def clock(self, clock):
        """None, or (due, used, late) as minutes and truth."""
        runs, used, due, left, stopped = None, 0, None, None, None
        state = None  # running, stopped, done
        for m in self.moves:
            keeps = next((x.keeps for x in MOVES if x.name == m.move), ())
            if m.to == FINAL or m.to in clock.until:
                if state == "running":
                    used, left, stopped = used + clock.spent(runs, m.at), clock.left(m.at, due), m.at
                state = state and "done"
                continue
            starts = m.to == clock.start and clock.name not in keeps and state != "stopped"
            if m.to == clock.start and state is None or starts and state and not clock.first:
                state, runs, used, due = "running", m.at, 0, clock.due(m.at, clock.limit)
            elif state == "done" and clock.name in keeps or state == "stopped" and m.to not in clock.stops:
                state, runs = "running", m.at
                due = due if left is None else clock.due(m.at, left)
            if state == "running" and m.to in clock.stops:
                used, left, stopped = used + clock.spent(runs, m.at), clock.left(m.at, due), m.at
                state = "stopped"
        if state is None:
            return None
        if state == "running":
            return due, used + clock.spent(runs, self.t), self.t > due
        return due, used, stopped > due


def in_time(c, case, state, last):
    entries = case.entries(state)
    if not entries:
        return False
    d = entries[-1 if last else 0].at // DAY
    return c.period[1] <= d <= c.period[2]


def case_of(c, row):
    return Case(row["moves"], c.t, c.now)


def begun(row):
    return row["moves"][0].at // DAY if row["moves"] else FOREVER


def at_now(c):
    return replace(c, moment="now")
