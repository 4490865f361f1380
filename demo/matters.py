"""A county's year of matters, one by one (演示数据), as acts with their times for `tian run`.

The printed rows say how many were accepted, how many answered and how many of these were disputes; all
the rest is invented: who reported what, which office answered, how fast. What the system does of itself
(late steps, raising what is long overdue, ending a pause) is not written here: the program does it.
"""

import datetime
import random

import matter_texts as texts
import workdays
from common import split, uneven

COUNTY, YEAR = "220283", 2021
LAST = datetime.datetime(2022, 2, 10, 9, 0)  # the demo's today; what would come later is left open
FIRST_DAY = datetime.date(2021, 1, 4)
DESK, CHECKER = f"desk@{COUNTY}", f"checker@{COUNTY}"
OFFICE = {name: f"{COUNTY}D{i + 1:02d}" for i, name in enumerate(texts.OFFICES)}
OF_KIND = {kind: OFFICE[name] for name, kinds in texts.OFFICES.items() for kind in kinds.split()}


class Acts:
    """Lines of time, seat, command and cells; the log's time never runs back."""

    def __init__(self):
        self.lines = []

    def add(self, moment, seat, command, **cells):
        self.lines.append((moment, len(self.lines), seat, command, cells))

    def of(self, moment, matter, seat, move, **cells):
        self.add(moment, seat, "record.move", book="matter", unit=matter.unit, number=matter, move=move, **cells)


class Matter:
    """Numbers are given in the order of reporting, when all is known."""

    def __init__(self, kind, channel, unit):
        self.kind, self.channel, self.unit, self.number = kind, channel, unit, 0
        self.limit = (texts.KINDS | texts.DISPUTES)[kind][0]
        self.dispute = kind in texts.DISPUTES
        self.town = unit[:9]
        self.reporter = f"desk@{COUNTY}" if channel in ("line1", "line2", "app") else f"secretary@{unit}"
        self.secret = ""

    def __str__(self):
        return str(self.number)


class Assist(Matter):
    def __init__(self, matter):
        self.unit, self.number, self.above = matter.unit, 0, matter


# ---- when it was accepted and answered -----------------------------------------------------

def draw_day(rng, month, days):
    return rng.choice([d for d in days if d.month == month])


def make(rng, kinds, month, unit, urban, day, channels):
    names = [k for k in kinds if kinds[k][texts.season(month)]]
    kind = rng.choices(names, [kinds[k][texts.season(month)] for k in names])[0]
    m = Matter(kind, rng.choices(list(channels), list(channels.values()))[0], unit)
    m.what = texts.sentence(rng, kind, urban)
    m.reported = workdays.on(rng, day)
    slow = rng.random() < 0.03
    m.accepted = workdays.add(m.reported, rng.randint(150, 400) if slow else rng.randint(4, 110))
    plan(rng, m)
    return m


def plan(rng, m):
    """How long it takes; a matter is either plainly late, very late, paused, prolonged, or none of these."""
    roll = rng.random()
    m.way = "village" if rng.random() < (0.72 if m.limit <= 3 else 0.55) else rng.choice(["town", "town", "dept", "county"])
    m.twist = ""
    days = min(rng.randint(0, m.limit), rng.randint(0, m.limit))
    if roll < 0.06:
        days, m.twist = m.limit + rng.randint(1, 2), "late"
    elif roll < 0.068:
        days, m.twist = m.limit + rng.randint(5, 6), "raised"
    elif roll < 0.12 and m.limit >= 3:
        days, m.twist = rng.randint(1, 2), "paused"
    elif roll < 0.16 and m.limit >= 5:
        days, m.twist = m.limit + rng.randint(0, 3), "prolonged"
    m.answered = answer_moment(rng, m, days)


def answer_moment(rng, m, days):
    day = workdays.day_after(m.accepted.date(), days)
    m.paused = rng.randint(1, 3) if rng.random() < 0.85 else 7  # the ceiling is five
    if m.twist == "paused":
        day = workdays.day_after(day, m.paused)
    return workdays.on(rng, day, workdays.add(m.accepted, 90 + rng.randint(0, 40)))


def hurry(rng, m, before):
    """Answers it sooner, within the year."""
    m.twist = ""
    while m.answered >= before:
        m.accepted = m.reported = workdays.on(rng, m.reported.date() - datetime.timedelta(days=rng.randint(1, 9)))
        m.accepted = workdays.add(m.reported, rng.randint(4, 110))
        m.answered = answer_moment(rng, m, rng.randint(0, min(m.limit, 4)))


def wait(rng, m, since):
    """Leaves it unanswered beyond the year's end, within its limit where that can be."""
    m.twist, n = "", m.limit
    m.answered = answer_moment(rng, m, n)
    while m.answered < since:
        n += 1
        m.twist = "late" if n > m.limit else ""
        if n > m.limit + 2:  # too old to be open still: it came later
            m.reported = workdays.on(rng, since.date() - datetime.timedelta(days=rng.randint(2, 12)))
            m.accepted, n = workdays.add(m.reported, rng.randint(4, 110)), 0
        m.answered = answer_moment(rng, m, n)


def hit(rng, matters, answered):
    """Exactly `answered` of these are answered within the year."""
    since = datetime.datetime(YEAR + 1, 1, 1)
    for m in matters:
        if m.accepted >= since:
            hurry(rng, m, since)
    out = sorted((m for m in matters if m.answered >= since), key=lambda m: m.answered)
    inside = sorted((m for m in matters if m.answered < since), key=lambda m: -m.answered.timestamp())
    need = len(inside) - answered
    for m in out[: max(0, -need)]:
        hurry(rng, m, since)
    for m in inside[: max(0, need)]:
        wait(rng, m, since)


# ---- from the moments to the acts ----------------------------------------------------------

def handlers(rng, m):
    """The seats that have it one after the other, from the village up."""
    village, town, dept = f"desk@{m.unit}", f"desk@{m.town}", f"desk@{OF_KIND[m.kind]}"
    return {"village": [village], "town": [village, town], "dept": [village, town, dept],
            "county": [village, town, DESK, dept]}[m.way]


def between(rng, a, b, part):
    return a + (b - a) * part + datetime.timedelta(seconds=rng.randint(1, 50))


def report(rng, acts, m):
    cells = {"book": "matter", "unit": m.unit, "kind": m.kind, "what": m.what}
    if m.channel == "page":
        m.secret = "".join(rng.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12))
        acts.add(m.reported, "resident", "record.file", made=m, secret=m.secret, **cells)
    else:
        acts.add(m.reported, m.reporter, "record.file", made=m, source=m.channel, **cells)


def asker(acts, moment, m, move, **cells):
    if m.secret:
        acts.of(moment, m, "reporter", move, secret=m.secret, **cells)
    else:
        acts.of(moment, m, m.reporter, move, **cells)


def hand(rng, acts, m, chain):
    """Raises and hands over until the last of the chain has it; returns when."""
    when = m.accepted
    quick = min((m.answered - m.accepted) / 6, datetime.timedelta(hours=5))
    for one, to in zip(chain, chain[1:]):
        when = between(rng, when, when + quick, 0.8)
        if "D" not in to:
            acts.of(when, m, one, "raise")
        elif rng.random() < 0.04 and m.twist != "raised":
            acts.of(when, m, one, "hand_over", dept=rng.choice([d for d in OFFICE.values() if d != OF_KIND[m.kind]]))
            wrong = f"desk@{acts.lines[-1][4]['dept']}"
            when = between(rng, when, when + quick, 0.4)
            acts.of(when, m, wrong, "hand_back", ground="不归我局")
            when = between(rng, when, when + quick, 0.3)
            acts.of(when, m, one, "hand_over", dept=to[5:])
        else:
            acts.of(when, m, one, "hand_over", dept=to[5:])
    if "D" not in chain[-1]:
        when = between(rng, when, when + quick, 0.5)
        acts.of(when, m, chain[-1], "take_on")
    return when


def handle(rng, acts, m):
    last = handlers(rng, m)
    acts.of(m.accepted, m, last[0], "accept_quietly" if m.dispute or rng.random() < 0.08 else "accept")
    when, seat = hand(rng, acts, m, last), last[-1]
    if m.twist == "paused":
        when = between(rng, when, min(m.answered, when + datetime.timedelta(hours=20)), 0.3)
        back = workdays.on(rng, workdays.day_after(when.date(), m.paused))
        m.answered = max(m.answered, workdays.add(back, 60))
        acts.of(when, m, seat, "pause", waits_for="等当事人补材料", wait_to=back.date())
        if m.paused <= 5:
            acts.of(back, m, seat, "resume")
            when = back
    if m.twist == "prolonged":
        when = between(rng, when, when + datetime.timedelta(hours=10), 0.3)
        acts.of(when, m, seat, "ask_more", ground="要等外地配件")
        when += datetime.timedelta(minutes=rng.randint(20, 300))
        acts.of(when, m, CHECKER if seat == DESK else DESK, "grant")
    if m.twist == "raised":
        seat = seat_above(m, seat)
        acts.of(m.answered - datetime.timedelta(minutes=rng.randint(20, 60)), m, seat, "take_on")
    elif "D" in seat and not m.twist and rng.random() < 0.08 and m.answered - when > datetime.timedelta(days=1):
        assist(rng, acts, m, seat, when)
    answer(rng, acts, m, seat)


def seat_above(m, seat):
    """Where the system takes what is three working days late; the county has nobody above."""
    if seat == f"desk@{m.unit}":
        return f"desk@{m.town}"
    return DESK


def assist(rng, acts, m, seat, when):
    a = Assist(m)
    helper = rng.choice([d for d in OFFICE.values() if d != seat[5:]])
    acts.add(between(rng, when, m.answered, 0.1), seat, "record.file", book="assist", unit=m.unit, parent=m, made=a,
             help_dept=helper, ask="请协助核对情况")
    acts.add(between(rng, when, m.answered, 0.8), f"desk@{helper}", "record.move", book="assist", unit=m.unit,
             number=a, move="replied", reply_text="已核对")


def answer(rng, acts, m, seat):
    said = {"answer": texts.ANSWERS[m.kind], "shown_": rng.choice(("photo", "photo", "paper", "site", "call"))}
    acts.of(m.answered, m, seat, "answer_", **said)
    when = m.answered
    calm = m.twist not in ("late", "raised")  # what is late already would be raised before it is answered again
    if rng.random() < 0.05 and calm:
        when += datetime.timedelta(hours=rng.randint(5, 90))
        asker(acts, when, m, "unsolved", complaint="还是老样子")
        when = workdays.on(rng, workdays.day_after(when.date(), rng.randint(1, 2)))
        acts.of(when, m, seat, "answer_", **said)
        calm = False
    if rng.random() < 0.16 or seat == m.reporter:  # nobody agrees to their own answer
        when = workdays.on(rng, workdays.day_after(when.date() + datetime.timedelta(days=15), rng.randint(1, 5)))
        acts.of(when, m, CHECKER, "checked")
        return
    when += datetime.timedelta(hours=rng.randint(2, 200))
    asker(acts, when, m, "agree")
    if rng.random() < 0.014 and calm:
        when += datetime.timedelta(days=rng.randint(2, 20))
        asker(acts, when, m, "reopen", complaint="过几天又出了同样的问题")
        when = workdays.on(rng, workdays.day_after(when.date(), rng.randint(1, 3)))
        acts.of(when, m, seat, "answer_", **said)
        asker(acts, when + datetime.timedelta(hours=rng.randint(3, 60)), m, "agree")


def at_the_door(rng, acts, some):
    """What never was accepted: the same as another matter, or no matter of the county's."""
    for m in rng.sample(some, 150):
        twin = Matter(m.kind, "line1", m.unit)
        twin.what, twin.reported = m.what, between(rng, m.accepted, m.answered, 0.02)
        when = twin.reported + datetime.timedelta(minutes=rng.randint(5, 50))
        report(rng, acts, twin)
        acts.of(when, twin, f"desk@{m.unit}", "merge", same_as=m)
    for m in rng.sample(some, 60):
        other = Matter("other", "walk", m.unit)
        other.what, other.reported = rng.choice(("问外省的办事流程", "法院已经判了的事", "没有写明事由")), m.accepted
        report(rng, acts, other)
        acts.of(other.reported + datetime.timedelta(minutes=rng.randint(5, 50)), other, f"desk@{m.unit}", "refuse_",
                ground="不属受理范围，已当面说明")


# ---- the county's posts --------------------------------------------------------------------

def posts(city, acts, units):
    begin = datetime.datetime.combine(FIRST_DAY, datetime.time(8, 20))
    def put(command, **cells):
        acts.add(begin, "-", command, **cells)
    for name, code in OFFICE.items():
        put("unit.create", code=code, name=f"舒兰市{name}", kind="department", parent=COUNTY, day="2021-01-01")
    put("param.set", name="by_case", value=1, unit=COUNTY, day="2021-01-01")
    seats = [DESK, CHECKER] + [f"desk@{d}" for d in OFFICE.values()]
    seats += [f"desk@{t}" for t in city.under(COUNTY, "township")]
    seats += [f"{role}@{u}" for u in units for role in ("desk", "secretary")]
    for seat in seats:
        role, unit = seat.split("@")
        put("seat.create", role=role, unit=unit, day="2021-01-01")
    for kind, dept in OF_KIND.items():
        acts.add(begin, DESK, "record.file", book="route", unit=COUNTY, matter_kind=kind, dept=dept)


def year(rng, rows, city, units):
    """The matters accepted in the year: exactly as many, answered and disputes as printed."""
    accepted = rows.whole("grid_matters_accepted", COUNTY)
    rate = float(rows.by["grid_matter_closure_rate", COUNTY]["value"]) + rng.uniform(-0.04, 0.04)
    done = round(accepted * rate / 100)
    disputes = rows.whole("disputes_and_petitions_closed", COUNTY)
    open_disputes = round((accepted - done) * rng.uniform(0.3, 0.4))
    days = [FIRST_DAY + datetime.timedelta(days=i) for i in range(362)]
    days = [d for d in days if workdays.works(d) and d.year == YEAR]
    weights = uneven(rng, len(units), 0.5)
    made = []
    for kinds, n, answered in ((texts.DISPUTES, disputes + open_disputes, disputes),
                               (texts.KINDS, accepted - disputes - open_disputes, done - disputes)):
        months = split(rng, n, [len([d for d in days if d.month == k]) * sum(v[texts.season(k)] for v in kinds.values())
                                for k in range(1, 13)])
        some = []
        for month, count in enumerate(months, 1):
            for unit in rng.choices(units, weights, k=count):
                day = draw_day(rng, month, days)
                some.append(make(rng, kinds, month, unit, city.kind[unit] == "community", day, texts.CHANNELS))
        hit(rng, some, answered)
        made += some
    return made


def this_winter(rng, city, units):
    """The new year up to the demo's today: what is not done by then stays open."""
    days = [datetime.date(2022, 1, 4) + datetime.timedelta(days=i) for i in range(37)]
    days = [d for d in days if workdays.works(d)]
    made = []
    for _ in range(140):
        unit, day = rng.choice(units), rng.choice(days)
        kinds = texts.DISPUTES if rng.random() < 0.2 else texts.KINDS
        made.append(make(rng, kinds, day.month, unit, city.kind[unit] == "community", day, texts.CHANNELS))
    return made


def number(acts):
    """In the order of time, each matter and each assist numbered as the books will number them."""
    lines = sorted((a for a in acts.lines if a[0] <= LAST), key=lambda a: (a[0].replace(microsecond=0), a[1]))
    given = {}
    for _, _, _, _, cells in lines:
        if "made" in cells:
            book = cells["book"]
            given[book] = given.get(book, 0) + 1
            cells["made"].number = given[book]
    return lines


def write(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.write("# 演示数据：时间、岗位、动作、内容；resident 是没有账号的居民，reporter 是凭编号和查询码的反映人\n")
        for moment, _, seat, command, cells in lines:
            words = [f"{k}={v}" for k, v in cells.items() if k != "made"]
            f.write("\t".join([moment.strftime("%Y-%m-%dT%H:%M:%S"), seat, command, *words]) + "\n")


def acts_of(seed, rows, city):
    rng = random.Random(f"matters {seed}")
    units = city.under(COUNTY, "village") + city.under(COUNTY, "community")
    acts = Acts()
    posts(city, acts, units)
    matters = year(rng, rows, city, units)
    at_the_door(rng, acts, matters)
    for m in matters + this_winter(rng, city, units):
        report(rng, acts, m)
        handle(rng, acts, m)
    return acts, matters, rng


def write_files(folder, lines):
    """Two files, apart at the moment when the yearly returns come in."""
    cut = datetime.datetime(2022, 1, 25, 7, 30)
    write(folder / "matters-2021.acts", [a for a in lines if a[0] < cut])
    write(folder / "matters-2022.acts", [a for a in lines if a[0] >= cut])
