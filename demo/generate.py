#!/usr/bin/env python3
"""Makes facts (演示数据) over the real villages that lead to the rows of rows-2022-1.csv.

The periodical prints results; the facts under them were never printed. This script invents them:
any split that adds up to the printed figure will do, and another seed gives another split. Nothing
here is known about any village, and no code that computes figures reads a file of this folder.

    demo/generate.py [--seed N] [--out DIR] [--divisions DIR] [--rows FILE]

One CSV a book, first line = names of columns, ready for `tian import DIR BOOK FILE`.
"""

import argparse
import datetime
import random
import sys
from pathlib import Path

import income
import matters
import matters_now
from common import City, Out, Rows, day_between, split, uneven

HERE = Path(__file__).resolve().parent
MONTHS = [f"2021-{m:02d}" for m in range(1, 13)]


# ---- targets, funds and helpers ------------------------------------------------------------

def income_side(rng, rows, city, out):
    for unit in ("220284", "220221"):
        share = rows.whole("share_villages_income_ge_100k_target", unit)
        left = rows.by.get(("villages_income_lt_50k_target", unit))
        out.add("income_target", unit=unit, period=2022, share_100k=f"{share}%",
                weak_left=left["value"] if left else "")
    out.add("reward_pot", unit="220284", period=2021, reward=rows.yuan(rng, "reward_fund", "220284"))
    out.add("funds", unit="220284", period=2021,
            integrated=rows.yuan(rng, "agricultural_funds_integrated", "220284"))
    helped = ["220282204210"] + rng.sample(city.under("220221", "village"), 12)
    for v in helped:
        out.add("assistance", unit=v, helper="包保单位（演示）",
                began=day_between(rng, "2019-03-01", "2020-11-30"))


# ---- stars ---------------------------------------------------------------------------------

def star_order(rng, units, worth):
    return sorted(units, key=lambda u: -worth.get(u, 1) * rng.lognormvariate(0, 0.5))


def stars(rng, rows, city, earned, out):
    for (figure, unit) in [k for k in rows.by if k[0] == "villages_rated"] + [("villages_rated", "220284")]:
        villages = star_order(rng, city.under(unit, "village"), earned)
        give(rng, rows, out, "village_result", "villages_star", unit, villages)
    for unit in ("220284", "220204", "220202", "220203"):
        held = [t for t in city.under(unit, "township") if city.under(t, "village")]
        towns = [t for t in held if "100" <= t[6:] < "400"]
        streets = [t for t in held if t not in towns]
        rng.shuffle(towns)
        give(rng, rows, out, "township_result", "townships_star", unit, towns + streets)
    unit = "220221"
    out.add("star_target", unit=unit, period=2022,
            five_villages=rows.whole("villages_star_5_target", unit),
            five_townships=rows.whole("townships_star_5_target", unit),
            lowest_star=rows.whole("min_village_star_target", unit))


def give(rng, rows, out, book, figure, county, units):
    """Stars from the top down, as many of each as printed."""
    todo = [s for s in range(5, 0, -1) for _ in range(
        rows.whole(f"{figure}_{s}", county) if (f"{figure}_{s}", county) in rows.by else 0)]
    day = day_between(rng, "2022-01-25", "2022-02-20")
    for u, s in zip(units, todo, strict=False):
        out.add(book, unit=u, period=2021, star=s, decided=day)


# ---- grids ---------------------------------------------------------------------------------

def grids(rng, rows, city, out, county="220283"):
    villages, communities = city.under(county, "village"), city.under(county, "community")
    rural = split(rng, rows.whole("rural_grids", county), uneven(rng, len(villages), 0.35), 2)
    urban = split(rng, rows.whole("urban_grids", county), uneven(rng, len(communities), 0.35), 2)
    spare = rows.whole("grid_workers", county) - sum(rural) - sum(urban)
    more = split(rng, spare, [g + 0.0 for g in rural + urban])
    for book, units, counts, extra in (("village_grid", villages, rural, more),
                                       ("community_grid", communities, urban, more[len(rural):])):
        for u, g, e in zip(units, counts, extra):
            out.add(book, unit=u, period=2021, grids=g, workers=g + e)
    towns = city.under(county, "township")
    sent = split(rng, rows.whole("cadres_assigned_to_grids", county), uneven(rng, len(towns), 0.4), 15)
    for t, n in zip(towns, sent):
        out.add("cadres_sent", unit=t, period=2021, cadres=n)
    out.add("platform", unit=county, period=2021, departments=rows.whole("departments_connected", county))
    village = "220221171309"
    for sort, n in (("leak", rows.whole("water_leaks_found_and_fixed", village)), ("lamp", 2), ("ditch", 3)):
        for _ in range(n):
            found = day_between(rng, "2021-04-01", "2021-10-20")
            out.add("small_repair", unit=village, sort=sort, found=found,
                    fixed=found + datetime.timedelta(days=rng.randint(0, 9)))


# ---- the three assets ----------------------------------------------------------------------

def recoveries(rng, rows, city, out, county):
    villages = city.under(county, "village")
    land = split(rng, rows.scaled(rng, "land_recovered", county, 100),
                 uneven(rng, rng.randint(150, 190), 0.9), 30)
    cash = split(rng, rows.yuan(rng, "cash_recovered", county), uneven(rng, rng.randint(50, 70), 0.8), 500)
    assets = []
    if ("assets_recovered", county) in rows.by:
        n = rng.randint(24, 30)
        assets = split(rng, rows.whole("assets_recovered", county), uneven(rng, n, 0.3), 1)
    for name, parts in (("land", [f"{p // 100}.{p % 100:02d}" for p in land]), ("cash", cash),
                        ("assets", assets)):
        for p in parts:
            cells = {"land": "", "cash": "", "assets": "", name: p}
            out.add("recovery", unit=rng.choice(villages),
                    recovered=day_between(rng, "2021-03-01", "2021-12-28"), **cells)


def contracts(rng, rows, city, out, county):
    villages = city.under(county, "village")
    n = rows.whole("unreasonable_contracts", county)
    amounts = split(rng, rows.yuan(rng, "unreasonable_contracts_amount", county), uneven(rng, n, 0.8), 300)
    for finding, parts in (("unfair", amounts),
                           ("fair", [rng.randint(500, 60_000) for _ in range(n * 2)]),
                           ("disputed", [rng.randint(500, 20_000) for _ in range(n // 12)])):
        for a in parts:
            out.add("contract_check", unit=rng.choice(villages), finding=finding, amount=a,
                    checked=day_between(rng, "2021-03-01", "2021-12-20"))


def three_assets(rng, rows, city, out):
    for county in ("220283", "220284"):
        recoveries(rng, rows, city, out, county)
        contracts(rng, rows, city, out, county)
    county, later = "220284", datetime.timedelta
    taken, relet = rows.whole("ponds_recovered", county), rows.whole("ponds_recontracted", county)
    for i in range(rows.whole("ponds_surveyed", county)):
        seen = day_between(rng, "2021-02-01", "2021-06-30")
        back = seen + later(days=rng.randint(5, 90))
        again = back + later(days=rng.randint(5, 80))
        out.add("pond", unit=rng.choice(city.under(county, "village")), surveyed=seen,
                taken=back if i < taken else "", relet=again if i < relet else "")
    county = "220221"
    n = rows.whole("property_exchange_deals", county)
    for a in split(rng, rows.yuan(rng, "property_exchange_amount", county), uneven(rng, n, 0.7), 6_000):
        out.add("exchange_deal", unit=rng.choice(city.under(county, "village")), amount=a,
                dealt=day_between(rng, "2021-02-01", "2021-12-15"))
    village = "220282104202"
    for q in split(rng, rows.whole("greenhouses_owned", village), [1, 1], 1):
        out.add("asset", unit=village, sort="greenhouse", quantity=q,
                acquired=day_between(rng, "2018-04-01", "2021-09-30"))
    out.add("asset", unit=village, sort="house", quantity=1, acquired=day_between(rng, "2016-04-01", "2019-09-30"))
    for a in split(rng, rows.whole("annual_advert_rent", village), uneven(rng, 2, 0.3), 5_000):
        out.add("lease", unit=village, purpose="advert", rent=a, starts="2021-01-01", ends="2023-12-31")


# ---- projects ------------------------------------------------------------------------------

SORTS = {"planting": "种植园", "breeding": "养殖场", "processing": "加工车间", "trade": "农货店",
         "tourism": "乡村旅游点", "energy": "光伏棚顶", "letting": "厂房出租", "road": "村路",
         "water": "灌渠", "homestead": "村容改造"}
PLAIN = ["planting"] * 5 + ["breeding"] * 4 + ["processing"] * 3 + list(SORTS)


def planned_projects(rng, rows, city, out, county):
    n = rows.whole("village_projects_planned", county)
    held = ("project_investment_planned", county) in rows.by
    total = rows.yuan(rng, "project_investment_planned", county) if held else n * rng.randint(250_000, 420_000)
    for invest in split(rng, total, uneven(rng, n, 0.8), 20_000):
        sort = rng.choice(PLAIN)
        out.add("project", unit=rng.choice(city.under(county, "village")), title=SORTS[sort] + "（演示）",
                sort=sort, planned=day_between(rng, "2022-01-04", "2022-02-15"), started="", invest=invest)


def started_projects(rng, rows, city, out):
    three, site = "220221171303", "220211270307"
    units = [three] * rows.whole("industry_projects", three) + [site]
    free = [v for v in city.under("2202", "village") if v not in (three, site)]
    units += [rng.choice(free) for _ in range(rows.whole("projects_started", "2202") - len(units))]
    for u in units:
        sort = rng.choice(PLAIN[:12] if u in (three, site) else PLAIN)
        planned = day_between(rng, "2021-01-05", "2021-08-31")
        cells = {"site": "", "yearly_income": ""}
        if u == site:
            cells = {"site": rows.whole("project_area", site),
                     "yearly_income": rows.yuan(rng, "expected_annual_income", site)}
        out.add("project", unit=u, title=SORTS[sort] + "（演示）", sort=sort, planned=planned,
                started=planned + datetime.timedelta(days=rng.randint(10, 110)),
                invest=rng.randint(30, 900) * 1000, **cells)


def town_project(rng, rows, out, town="220281100"):
    out.add("project", unit=town, title="菌类产业园（演示）", sort="planting",
            planned=day_between(rng, "2022-01-04", "2022-02-10"), started="",
            invest=rng.randint(300, 500) * 10000, covers=rows.whole("villages_covered", town),
            output_value=rows.yuan(rng, "expected_output_value", town))
    for item, figure, n in (("shed", "greenhouses", 5), ("logs", "ganoderma_logs", 4),
                            ("spore", "annual_processing_capacity", 2)):
        for q in split(rng, rows.whole(figure, town), uneven(rng, n, 0.3), 1):
            out.add("scale", unit=town, item=item, stage="built", qty=q,
                    stated=day_between(rng, "2022-01-10", "2022-02-20"))
    village = "220211270307"
    for q in split(rng, rows.whole("greenhouses_capacity", village), uneven(rng, 2, 0.3), 1):
        out.add("scale", unit=village, item="shed", stage="planned", qty=q, stated="2021-10-12")


def hundredths(n):
    return f"{n // 100}.{n % 100:02d}"


def diaries(rng, rows, out):
    fruit, built, shoots = "220284200213", "220221171309", "220204102207"
    road = rows.scaled(rng, "road_length_planned", fruit, 100)
    money = split(rng, rows.yuan(rng, "road_investment_planned", fruit), [1.0, 1.1], 100_000)
    for q, m in zip(split(rng, road, uneven(rng, 2, 0.2), 20), money):
        out.add("works", unit=fruit, sort="road", planned="2021-06-20", built="", qty=hundredths(q), invest=m)
    for sort, figure, n in (("road", "road_built", 2), ("ditch", "ditches_built", 3), ("toilet", "toilets_built", 4)):
        whole = rows.scaled(rng, figure, built, 1 if sort == "toilet" else 100)
        for q in split(rng, whole, uneven(rng, n, 0.1), 1):
            out.add("works", unit=built, sort=sort, planned=day_between(rng, "2021-02-20", "2021-04-30"),
                    built=day_between(rng, "2021-06-01", "2021-11-10"),
                    qty=q if sort == "toilet" else hundredths(q))
    for t in split(rng, rows.scaled(rng, "fruit_output", fruit, 1), uneven(rng, 3, 0.3), 200):
        out.add("growing", unit=fruit, product="fruit", tonnes=t, seen=day_between(rng, "2021-08-01", "2021-11-10"))
    for n in split(rng, rows.whole("shoots_planted", shoots), uneven(rng, 3, 0.2), 500):
        out.add("growing", unit=shoots, product="shoot", planted=n, seen=day_between(rng, "2021-03-01", "2021-11-10"))
    sales(rng, rows, out, fruit, shoots)


def sales(rng, rows, out, fruit, shoots):
    fairs = split(rng, rows.scaled(rng, "fruit_sold_via_fairs", fruit, 1), uneven(rng, 5, 0.1), 5_000)
    ways = ["fair"] * 5 + ["store"] * 3 + ["online"] * 2 + ["direct"] * 4
    money = split(rng, rows.yuan(rng, "fruit_sales", fruit), uneven(rng, len(ways), 0.1), 50_000)
    for i, (way, m) in enumerate(zip(ways, money)):
        out.add("selling", unit=fruit, product="fruit", way=way, amount=m,
                qty=fairs[i] if way == "fair" else rng.randint(8_000, 300_000),
                sold=day_between(rng, "2021-08-05", "2021-12-20"))
    for q in split(rng, rows.scaled(rng, "shoots_sold", shoots, 1), uneven(rng, 4, 0.2), 1_500):
        out.add("selling", unit=shoots, product="shoot", way="direct", qty=q,
                sold=day_between(rng, "2021-03-05", "2021-12-20"))
    for i in range(rows.whole("supermarket_stores_entered", fruit)):
        out.add("outlet", unit=fruit, store=f"门店{i + 1}（演示）", entered_on=day_between(rng, "2021-05-01", "2021-11-30"))


def projects(rng, rows, city, out):
    started_projects(rng, rows, city, out)
    for county in ("220284", "220203"):
        planned_projects(rng, rows, city, out, county)
    town_project(rng, rows, out)
    diaries(rng, rows, out)
    county = "220283"
    chosen = rng.sample(city.under(county, "village"), rows.whole("priority_villages_supported", county))
    for v in chosen:
        out.add("priority", unit=v, chosen=day_between(rng, "2022-01-04", "2022-02-10"))


# ---- condolence and enforcement ------------------------------------------------------------

def condolence(rng, rows, out):
    unit = "220211"
    for item, figure in (("frontline", "frontline_workers"), ("bereaved", "bereaved_families"),
                         ("veteran", "veteran_backbone"), ("hardship", "hardship_residents"),
                         ("staff", "party_workers"), ("member", "hardship_members")):
        people = rows.whole(f"condolence_{figure}", unit)
        for n in split(rng, people, uneven(rng, 1 if item == "bereaved" else 3, 0.3), 1):
            out.add("visit", unit=unit, ended=day_between(rng, "2022-01-12", "2022-01-30"), **{"class": item},
                    people=n, amount="")
    out.add("visit_fund", unit=unit, period=2022,
            above=round(float(rows.by["condolence_fund_from_above", unit]["value"]) * 10000),
            district=round(float(rows.by["condolence_fund_district_match", unit]["value"]) * 10000))
    unit, batches = "220284", 6
    people = split(rng, rows.scaled(rng, "retired_cadres_visited", unit, 1), uneven(rng, batches, 0.1), 9)
    money = split(rng, rows.yuan(rng, "condolence_value", unit), [float(p) for p in people], 1_000)
    for n, m in zip(people, money):
        out.add("visit", unit=unit, ended=day_between(rng, "2022-01-12", "2022-01-30"), **{"class": "retired"},
                people=n, amount=m)


SENDERS = ("agriculture labour hygiene civil housing forestry safety market transport environment water "
           "resources culture cityworks").split()


def posted(rng, rows, city, out, county):
    towns = [t for t in city.under(county, "township") if t[6:] < "400"]
    senders = SENDERS[: rows.whole("departments_sending_officers", county)]
    officers = rows.whole("enforcement_officers_assigned", county)
    # the last department posts to one place only: without that posting it has sent nobody
    pairs = [(t, senders[-1] if i == 0 else senders[i % (len(senders) - 1)])
             for i, t in enumerate(rng.sample(towns, len(towns)))]
    spare = [(t, s) for t in towns for s in senders[:-1] if (t, s) not in pairs]
    pairs += rng.sample(spare, max(0, min(len(spare), officers // 2 - len(pairs))))
    for (t, s), n in zip(pairs, split(rng, officers, uneven(rng, len(pairs), 0.4), 1)):
        out.add("posting", unit=t, sender=s, officers=n, arrived=day_between(rng, "2022-01-10", "2022-02-10"))
    for t in towns:
        out.add("docking", unit=t, form="town" if t[6:] >= "100" else "street",
                done=day_between(rng, "2022-01-08", "2022-02-10"))


def enforcement(rng, rows, city, out):
    for county in ("220203", "220211", "220283"):
        posted(rng, rows, city, out, county)
    for day in ("2021-12-16", "2022-01-14")[: rows.whole("docking_meetings", "220203")]:
        out.add("docking_meeting", unit="220203", held=day)


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--out", type=Path, default=HERE / "out")
    p.add_argument("--rows", type=Path, default=HERE / "rows-2022-1.csv")
    p.add_argument("--divisions", type=Path, default=HERE.parent / "data" / "divisions")
    a = p.parse_args()
    rng, rows, out = random.Random(a.seed), Rows(a.rows), Out()
    city = City(a.divisions / "2202-2021.csv")
    old = City(a.divisions / "2202-2019.csv")
    for code in [c for c in city.kind if len(c) == 12 and c not in old.kind]:
        del city.kind[code]  # too young to have filed all year: no fact is put on it
    earned = income.make(rng, rows, a.divisions, out)
    income_side(rng, rows, city, out)
    stars(rng, rows, city, earned, out)
    grids(rng, rows, city, out)
    three_assets(rng, rows, city, out)
    projects(rng, rows, city, out)
    condolence(rng, rows, out)
    enforcement(rng, rows, city, out)
    count = out.write(a.out, a.seed)
    acts, _, more = matters.acts_of(a.seed, rows, city)
    matters_now.add(more, acts)
    lines = matters.number(acts)
    matters.write_files(a.out, lines)
    print(f"演示数据 {count} 条，{len(out.books)} 个文件，办事 {len(lines)} 步，种子 {a.seed}：{a.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
