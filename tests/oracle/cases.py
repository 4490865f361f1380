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


@dataclass(frozen=True)
class Clock:
    name: str
    start: str
    first: bool
    until: tuple
    stops: tuple
    minutes: int

    def text(self):
        stops = " stops " + ", ".join(self.stops) if self.stops else ""
        first = ".first" if self.first else ""
        hours = self.minutes // 60
        return (f'  clock {self.name} "{self.name}" from {self.start}{first} until {", ".join(self.until)}'
                f" limit {hours}h{stops}\n")


STATES = ["reported", "accepted", "handling", "waiting", "answered", "closed"]
FINAL = "closed"
CLOCKS = [Clock("total", "accepted", True, ("answered",), ("waiting",), 30 * DAY),
          Clock("task", "handling", False, ("waiting", "answered"), (), 6 * DAY)]
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
                    used, left, stopped = used + m.at - runs, due - m.at, m.at
                state = state and "done"
                continue
            starts = m.to == clock.start and clock.name not in keeps and state != "stopped"
            if m.to == clock.start and state is None or starts and state and not clock.first:
                state, runs, used, due = "running", m.at, 0, m.at + clock.minutes
            elif state == "done" and clock.name in keeps or state == "stopped" and m.to not in clock.stops:
                state, runs = "running", m.at
                due = m.at + left if left >= 0 else due
            if state == "running" and m.to in clock.stops:
                used, left, stopped, state = used + m.at - runs, due - m.at, m.at, "stopped"
        if state is None:
            return None
        if state == "running":
            return due, used + max(0, self.t - runs), self.t > due
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
