"""A small city for the permission matrix: units, seats, people and records, all 演示数据, made through
the program's own doors. Every value that somebody may not see holds a canary, a text or number that
stands nowhere else; `canaries` says in which cell each stands."""
import calendar
import os
import re
import subprocess
import time

TIAN = os.environ["TIAN"]
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CLOCK = "2022-03-15T09:00"
PASSWORD = "yanshi-mi-ma-2022"

# code: (name, kind, parent)
UNITS = {
    "9900": ("演示市", "city", ""),
    "990001": ("甲县", "county", "9900"),
    "990002": ("乙县", "county", "9900"),
    "990001101": ("甲一镇", "township", "990001"),
    "990001102": ("甲二镇", "township", "990001"),
    "990002101": ("乙一镇", "township", "990002"),
    "990001101201": ("甲一东村", "village", "990001101"),
    "990001101202": ("甲一西村", "village", "990001101"),
    "990001101203": ("甲一旧村", "village", "990001101"),
    "990001102201": ("甲二村", "village", "990001102"),
    "990002101201": ("乙一村", "village", "990002101"),
}
CLOSED, SUCCESSOR, CLOSED_DAY = "990001101203", "990001101202", "2022-03-01"
ROLES = {"city": ["organisation", "agriculture", "editor", "auditor", "system_officer", "people_officer", "audit_officer"],
         "county": ["organisation", "agriculture"], "township": ["clerk"], "village": ["secretary"]}
DUTY = {"system_officer": "system", "people_officer": "people", "audit_officer": "audit"}
AUDITED = "990001"  # auditor@9900 reads the pack below this unit, by grant.read
MONTHS = ["2022-01"]
# Months whose rows were moved on, by the state that they stand in.
STATES = {"2021-09": "confirmed", "2021-10": "returned", "2021-11": "void"}
# One person with two seats; who stands in for whom (today is 2022-03-15), before, now and later.
SECOND_SEAT = {"organisation@990002": "agriculture@990002"}
STAND_INS = [("secretary@990002101201", "secretary@990001102201", "2022-01-05", "2022-01-31"),
             ("clerk@990001101", "clerk@990001102", "2022-03-10", "2022-03-20"),
             ("secretary@990001101201", "secretary@990001101202", "2022-04-01", "2022-04-30")]
TODAY = CLOCK[:10]
# What the second city of a pair says otherwise: nobody but its readers may be able to tell.
OTHERWISE = [("m_near", "990001101201"), ("m_case", "990001101201"), ("m_far", "990001")]
SAME_IN_BOTH = {"came", "what"}  # what some of those compared do read


def kind_of(code):
    return UNITS[code][1]


def parent_of(code):
    return UNITS[code][2]


def chain(code):
    while code:
        yield code
        code = parent_of(code)


def below(code):
    return [u for u in UNITS if code in chain(u)]


SEATS = [f"{role}@{code}" for code, (_, kind, _) in UNITS.items() for role in ROLES.get(kind, [])]


def run(*words, env=None, check=True, given=None):
    done = subprocess.run([TIAN, *words], capture_output=True, text=True, input=given,
                          env={**os.environ, "TIAN_CLOCK": CLOCK, "LC_ALL": "zh_CN.UTF-8", **(env or {})})
    if check and done.returncode:
        raise SystemExit(f"world: tian {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def canaries(other=False):
    """(book, unit, field) -> the text that must be seen by nobody else; of the second city."""
    out = {}
    for n, code in enumerate(c for c in UNITS if kind_of(c) == "village"):
        out["m_near", code, "note"] = f"镇内{n}号雀"
        out["m_near", code, "days"] = str(710001 + n * 17)
        out["m_case", code, "what"] = f"事项{n}号雀"
        out["m_case", code, "cost"] = f"{820003 + n * 19}.00"
        out["m_case", code, "name"] = f"王雀{'甲乙丙丁戊'[n]}"
    for n, code in enumerate(c for c in UNITS if kind_of(c) == "county"):
        out["m_far", code, "word"] = f"县级{n}号雀"
        out["m_far", code, "heads"] = str(930007 + n * 23)
    for book, unit, field in out if other else ():
        if (book, unit) in OTHERWISE and field not in SAME_IN_BOTH:
            text = out[book, unit, field]
            out[book, unit, field] = "7" if text[0].isdigit() else "另外一只很长很长的雀"
    return out


def moved(book, unit, month, field):
    """The values of rows that were moved on."""
    n = 100 * list(STATES).index(month) + list(UNITS).index(unit)
    return {"tons": f"{640011 + n}.25", "days": str(530029 + n * 3), "note": f"态{n}号雀"}[field]


def make(folder, store=None):
    """The whole city in a new store. Later days come later: the clock moves with what is told."""
    base(folder, store)
    rest(folder, canaries())


def base(folder, store=None):
    """Units, seats and people."""
    early = {"TIAN_CLOCK": "2021-12-20T09:00"}
    run("init", folder, *(["--store", store] if store else []), env=early)
    run("pack", folder, "load", os.path.join(ROOT, "packs/base"), env=early)
    run("pack", folder, "load", os.path.join(HERE, "pack"), env=early)
    for code, (name, kind, parent) in UNITS.items():
        words = [f"code={code}", f"name={name}", f"kind={kind}", "day=2021-01-01"]
        run("do", folder, "unit.create", *words, *([f"parent={parent}"] if parent else []), env=early)
    for seat in SEATS:
        role, unit = seat.split("@")
        run("do", folder, "seat.create", f"role={role}", f"unit={unit}", "day=2021-01-01", env=early)
    people(folder)
    run("do", folder, "grant.read", "seat=auditor@9900", "pack=matrix", f"unit={AUDITED}", "to=2029-12-31")


def rest(folder, birds):
    """Records, and a village that ends."""
    records(folder, lambda code: code == CLOSED, birds)
    run("do", folder, "unit.merge", f"from={CLOSED}", f"into={SUCCESSOR}", f"day={CLOSED_DAY}")
    records(folder, lambda code: code != CLOSED, birds)


def people(folder):
    secret = folder + ".password"
    early = {"TIAN_CLOCK": "2021-12-21T09:00"}
    with open(secret, "w", encoding="utf-8") as f:
        f.write(PASSWORD)
    for seat in SEATS:
        if seat not in SECOND_SEAT:
            run("people", folder, "open", login_of(seat), f"演示{seat}", "--seat", seat, "--password-from", secret, env=early)
    os.remove(secret)
    for seat in SECOND_SEAT:
        run("do", folder, "seat.hold", f"seat={seat}", f"login={login_of(seat)}", "day=2021-12-21", env=early)
    for own, seat, first, last in STAND_INS:
        run("do", folder, "seat.stand_in", f"seat={seat}", f"login={login_of(own)}", f"from={first}", f"to={last}", env=early)
    for seat in (s for s in SEATS if s.split("@")[0] in DUTY):
        SECRETS[seat] = re.search(r"secret=([A-Z2-7]+)", run("people", folder, "second", login_of(seat)))[1]


SECRETS = {}


def second(seat):
    """The secret of the second factor, which duty seats sign in with."""
    return SECRETS.get(seat)


def now(began):
    """The server's clock: TIAN_CLOCK is UTC+8 and goes on from when the server began."""
    day = time.strptime(CLOCK, "%Y-%m-%dT%H:%M")
    return calendar.timegm(day) - 8 * 3600 + time.time() - began


def login_of(seat):
    """Of the person who holds the seat."""
    return SECOND_SEAT.get(seat, seat).replace("@", "-")


def records(folder, which, birds):
    for code in (c for c in UNITS if kind_of(c) == "village" and which(c)):
        seat = f"secretary@{code}"
        day = "2022-02-05T09:00" if code == CLOSED else CLOCK
        for month in MONTHS:
            file(folder, seat, "m_open", code, month, day, tons="12.50")
            file(folder, seat, "m_near", code, month, day, days=birds["m_near", code, "days"], note=birds["m_near", code, "note"])
        file(folder, seat, "m_case", code, None, day, came="2022-01-10", what=birds["m_case", code, "what"],
             cost=birds["m_case", code, "cost"], name=birds["m_case", code, "name"])
    for code in (c for c in UNITS if kind_of(c) == "county" and which(c)):
        file(folder, f"agriculture@{code}", "m_far", code, "2021", CLOCK, heads=birds["m_far", code, "heads"], word=birds["m_far", code, "word"])


def file(folder, seat, book, unit, period, day, **fields):
    run("do", folder, "record.file", f"book={book}", f"unit={unit}", *([f"period={period}"] if period else []),
        *(f"{k}={v}" for k, v in fields.items()), "--as", seat, env={"TIAN_CLOCK": day})
