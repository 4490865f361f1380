"""The rows that rest on matters: a year is played again without one matter and some answers, and with some more.

A rate printed to a tenth of a percent does not move for one matter in six thousand: as many answers are taken
away, or matters added, as that rounding swallows.
"""

import datetime

import matters
import tian
from common import City, Rows

FIGURES = ("grid_matters_accepted", "grid_matter_closure_rate", "disputes_and_petitions_closed")
SWALLOWED = 8
YEAR_END = datetime.datetime(matters.YEAR, 12, 31, 23, 0)


def the_year(seed):
    city = City(tian.ROOT / "data" / "divisions" / "2202-2021.csv")
    old = City(tian.ROOT / "data" / "divisions" / "2202-2019.csv")
    for code in [c for c in city.kind if len(c) == 12 and c not in old.kind]:
        del city.kind[code]
    acts, made, _ = matters.acts_of(seed, Rows(tian.HERE / "rows-2022-1.csv"), city)
    acts.lines = [a for a in acts.lines if a[0] < YEAR_END]
    return acts, made


def subject(act):
    """The matter that an act is about; an assist's is the one above it."""
    cells = act[4]
    about = cells.get("made", cells.get("number"))
    return cells.get("parent", getattr(about, "above", about))


def without(acts, made):
    """One dispute never came; some others were never answered."""
    twins = {a[4]["same_as"] for a in acts.lines if "same_as" in a[4]}
    plain = [m for m in made if m.dispute and m.answered < YEAR_END and not m.twist and m not in twins]
    gone, *silent = plain[: SWALLOWED + 1]
    acts.lines = [a for a in acts.lines if subject(a) is not gone and not (subject(a) in silent and a[0] >= subject(a).answered)]
    return acts


def with_more(acts, made):
    """Some more came in December and were accepted; one of them, a dispute, was answered."""
    model = next(m for m in made if m.dispute)
    for n in range(SWALLOWED):
        m = matters.Matter(model.kind, "line1", model.unit)
        m.what, m.reported = "演示：多出来的一件", datetime.datetime(matters.YEAR, 12, 30, 9, n)
        seat = f"desk@{m.unit}"
        matters.report(None, acts, m)
        acts.of(m.reported + datetime.timedelta(minutes=30), m, seat, "accept_quietly")
        if n == 0:
            acts.of(m.reported + datetime.timedelta(minutes=60), m, seat, "take_on")
            acts.of(m.reported + datetime.timedelta(minutes=90), m, seat, "answer_", answer="已调解", shown_="paper")
    return acts


def played(bench, name, change):
    """One store for all three rows."""
    if name not in bench.played:
        store = bench.copy(bench.base)
        path = bench.work / f"{name}.acts"
        matters.write(path, matters.number(change(*the_year(bench.seed))))
        tian.run("run", store, "--acts", path)
        bench.played[name] = store
    return bench.played[name]


def guard(bench, row):
    return tuple(tian.fault(row, tian.figure(played(bench, name, change), row["figure"], row["unit"], row["period"]))
                 for name, change in (("less", without), ("more", with_more)))
