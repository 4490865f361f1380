"""Monthly income of every village for two years, leading to the printed totals.

Villages come and go with the lists of divisions: a return is written under the code and for the
villages that stand on the last day of its month. A village that ends without a successor files
until then; no total of its last year holds it, because the year is counted over the tree of its
last day.
"""

import datetime

from common import City, split, uneven

WEAK, STRONG = 50_000, 100_000
CLASSES = ("own", "contract", "invest", "other")
NOTES = ("发包款集中入账", "年底结算入账", "出租机动地", "处置闲置资产", "上级补助到账", "联营分红到账")
# the day from which a list stands, as its publisher says (data/divisions/README.md)
STANDS_FROM = {2019: "2019-10-31", 2020: "2020-06-30", 2021: "2021-10-31"}
COUNTY_UP, ASSISTED, ADDED = "220284", "220282204210", "220221171303"


def last_day(period):
    year, month = (int(x) for x in period.split("-"))
    return (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)).isoformat()


class Lives:
    """Which village files under which code in which month. A village is named by its last code."""

    def __init__(self, divisions):
        self.lists = {y: City(divisions / f"2202-{y}.csv") for y in STANDS_FROM}
        self.next = {}
        years = sorted(self.lists)
        for a, b in zip(years, years[1:]):
            self.recoded(self.lists[a], self.lists[b])

    def recoded(self, old, new):
        """One code gone and one come with the same name and county is one village."""
        def by_name(here, there):
            found = {}
            for c in here.under("2202", "village"):
                if there.kind.get(c) != "village":
                    found.setdefault((c[:6], here.name[c]), []).append(c)
            return found
        come = by_name(new, old)
        for key, codes in by_name(old, new).items():
            if len(codes) == 1 and len(come.get(key, [])) == 1:
                self.next[codes[0]] = come[key][0]

    def month(self, period):
        """code on that month's last day, by village"""
        year = max(y for y, day in STANDS_FROM.items() if day <= last_day(period))
        codes = self.lists[year].under("2202", "village")
        return {self.next.get(c, c): c for c in codes}

    def year(self, year):
        """periods and codes of each village that stood in some month"""
        lives = {}
        for m in range(1, 13):
            period = f"{year}-{m:02d}"
            for village, code in self.month(period).items():
                lives.setdefault(village, {})[period] = code
        return lives


def above_floor(rng, villages, total, pinned):
    """Yearly totals, each at least WEAK, adding up to `total`; `pinned` ones are given."""
    free = [v for v in villages if v not in pinned]
    rest = total - sum(pinned[v] for v in villages if v in pinned)
    parts = split(rng, rest, uneven(rng, len(free), 0.9), WEAK)
    return {**{v: pinned[v] for v in villages if v in pinned}, **dict(zip(free, parts))}


def year_before(rng, now, others, weak_count, total, pinned):
    """Totals of the year before: `weak_count` of the villages in `now` below WEAK, all else not."""
    order = sorted((v for v in now if v not in pinned), key=lambda v: now[v] * rng.lognormvariate(0, 0.7))
    weak, rest = order[:weak_count], order[weak_count:] + others
    result = {v: rng.randint(6_000, WEAK - 100) for v in weak}
    result.update(pinned)
    base = [max(now.get(v, 90_000) * rng.uniform(0.6, 1.15) - WEAK, 500) for v in rest]
    result.update(zip(rest, split(rng, total - sum(result.values()), base, WEAK)))
    return result


def by_class(rng, totals, class_totals):
    """Splits each village's total into the four sources so that the sources add up as well."""
    names = list(totals)
    rows = [[rng.gammavariate(0.9, t) + 1 for t in class_totals] for _ in names]
    for _ in range(60):
        for r, n in zip(rows, names):
            f = totals[n] / sum(r)
            r[:] = [x * f for x in r]
        for k, want in enumerate(class_totals):
            f = want / sum(r[k] for r in rows)
            for r in rows:
                r[k] *= f
    whole = {n: split(rng, totals[n], r) for n, r in zip(names, rows)}
    gap = [want - sum(r[k] for r in whole.values()) for k, want in enumerate(class_totals)]
    return close_gap(whole, gap)


def close_gap(whole, gap):
    """Moves single yuan between sources inside villages until no source is over or short."""
    names = sorted(whole, key=lambda n: (-sum(whole[n]), n))
    i = 0
    while any(gap):
        give = min(range(4), key=lambda k: gap[k])
        take = max(range(4), key=lambda k: gap[k])
        row = whole[names[i % len(names)]]
        move = min(-gap[give], gap[take], row[give] // 2)
        row[give] -= move
        row[take] += move
        gap[give] += move
        gap[take] -= move
        i += 1
    return whole


def months_of_class(rng, name, total, months):
    """Rents come in spring and at the end of the year; the rest is spread more evenly."""
    w = uneven(rng, 12, 0.35)
    if name == "contract":
        w = [x * f for x, f in zip(w, (1, 1, 4, 6, 3, 1, 1, 1, 1, 2, 4, 5))]
    elif name in ("invest", "other"):
        for i in rng.sample(range(12), 5):
            w[i] /= 1000
    return split(rng, total, [w[m - 1] for m in months])


def write(rng, out, year, lives, parts, before):
    """Returns in order of months; a jump past five times the month before needs a word."""
    cells = {}
    for v, periods in lives.items():
        months = [int(p[5:]) for p in periods]
        columns = [months_of_class(rng, c, t, months) for c, t in zip(CLASSES, parts[v])]
        cells[v] = dict(zip(periods, zip(*columns)))
    last = dict(before)
    for m in range(1, 13):
        period = f"{year}-{m:02d}"
        for v, periods in lives.items():
            if period not in periods:
                continue
            row = cells[v][period]
            note = rng.choice(NOTES) if v in last and sum(row) > 5 * last[v] else ""
            last[v] = sum(row)
            out.add(f"income-{year}", unit=periods[period], period=period, **dict(zip(CLASSES, row)), note=note)
    return last


def grown(rng, rows, unit, total):
    """The total of the year before that gives the printed growth."""
    growth = float(rows.by["village_income_growth", unit]["value"]) + rng.uniform(-0.04, 0.04)
    return round(total / (1 + growth / 100))


def ended(rng, lives, alive, parts):
    """Villages that did not live to the end of the year: a plausible share of a year."""
    for v, periods in lives.items():
        if v not in alive:
            parts[v] = split(rng, rng.randint(55_000, 140_000) * len(periods) // 12, uneven(rng, 4))


def make(rng, rows, divisions, out):
    """Writes both years; returns each village's total of the later one."""
    lives = Lives(divisions)
    this, last = lives.year(2021), lives.year(2020)
    alive, alive_before = lives.month("2021-12"), lives.month("2020-12")
    classes = [rows.yuan(rng, f"income_{n}", "2202") for n in ("own_business", "contracting", "investment", "other")]
    total, part = sum(classes), rows.yuan(rng, "village_income_total", COUNTY_UP)
    pinned = {ASSISTED: round(STRONG * rng.uniform(1.03, 1.35)), ADDED: rng.randint(190_000, 320_000)}
    inside = above_floor(rng, [v for v in alive if v.startswith(COUNTY_UP)], part, {})
    outside = above_floor(rng, [v for v in alive if v not in inside], total - part, pinned)

    weak, weak_inside = rows.whole("weak_villages_transformed", "2202"), rng.randint(135, 165)
    part_before, total_before = grown(rng, rows, COUNTY_UP, part), grown(rng, rows, "2202", total)
    was = year_before(rng, inside, [], weak_inside, part_before, {})
    was.update(year_before(rng, {v: t for v, t in outside.items() if v in alive_before},
                           sorted(v for v in alive_before if v not in alive), weak - weak_inside,
                           total_before - part_before,
                           {ADDED: outside[ADDED] - rows.whole("village_income_added", ADDED)}))
    shares = [round(total_before * c / total) for c in classes[:3]]
    parts = by_class(rng, was, shares + [total_before - sum(shares)])
    ended(rng, last, alive_before, parts)
    december = write(rng, out, 2020, last, parts, {})
    now = {**inside, **outside}
    parts = by_class(rng, now, classes)
    ended(rng, this, alive, parts)
    write(rng, out, 2021, this, parts, december)
    return now
