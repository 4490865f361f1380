#!/usr/bin/env python3
"""Do the held rows rest on the facts? One fact is taken away, then one is added, under every row.

    demo/guards.py [--seed N] [--other N] [ID…]      last line: N passed, N failed

For each held row a store is made in which one fact that its trace names was never entered (or was
voided), and one in which one more fact stands: both times the row must fail. Another seed must
hold every row and give other numbers to the villages. All of it goes through the ordinary commands.
"""

import argparse
import csv
import shutil
import sys
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path

import tian

# figures that count kinds of things: the fact to take away is the only one of its kind
KINDS = {"departments_sending_officers": "sender", "condolence_classes": "class"}
# adding a fact to these means a unit or a kind that had none
NEW_KIND = {"departments_sending_officers": ("sender", "transport market safety".split()),
            "condolence_classes": ("class", ["retired"])}
NEW_UNIT = {"townships_streets_docked", "townships_served", "streets_served", "priority_villages_supported"}
MONTHLY, WEAK, CLASSES = "income", 50_000, ("own", "contract", "invest", "other")


class Facts:
    """The CSV files of one seed."""

    def __init__(self, folder):
        self.files = {p.stem: p for p in sorted(folder.glob("*.csv"))}
        self.lines = {}
        for stem, path in self.files.items():
            with open(path, encoding="utf-8", newline="") as f:
                self.lines[stem] = list(csv.DictReader(f))

    @staticmethod
    def book(stem):
        return stem[:-5] if stem[-4:].isdigit() and stem[-5] == "-" else stem

    def of(self, book):
        return [line for stem in self.files if self.book(stem) == book for line in self.lines[stem]]


def import_all(store, facts):
    for stem, path in facts.files.items():
        tian.run("import", store, facts.book(stem), path)


def write_csv(path, lines):
    with open(path, "w", encoding="utf-8", newline="") as f:
        w = csv.DictWriter(f, list(dict.fromkeys(k for line in lines for k in line)), restval="", lineterminator="\n")
        w.writeheader()
        w.writerows(lines)


def number(text):
    """A cell as a number: 12.5, 60%, 3万; 0 for anything else."""
    text = str(text)
    try:
        return Decimal(text.rstrip("%元亩万") or 0) * (10000 if text.endswith("万") else 1)
    except InvalidOperation:
        return Decimal(0)


class Bench:
    """Stores to try things in: `base` has units and packs, `full` all facts as well."""

    def __init__(self, work, facts):
        self.work, self.facts, self.books = work, facts, tian.book_titles()
        self.base, self.full = work / "base", work / "full"
        tian.make_store(self.base)
        shutil.copytree(self.base, self.full)
        import_all(self.full, facts)
        self.n = 0

    def copy(self, of):
        self.n += 1
        to = self.work / f"try{self.n}"
        shutil.copytree(of, to)
        return to

    def neighbours(self, unit):
        """Units of the same county and length of code."""
        text = (tian.ROOT / "data" / "divisions" / "2202-2021.csv").read_text(encoding="utf-8")
        codes = [line.split(",")[0] for line in text.splitlines()]
        return [c for c in codes if len(c) == len(unit) and c[:6] == unit[:6]]

    def with_lines(self, book, lines):
        """A store with these lines of one book and nothing else."""
        store = self.copy(self.base)
        path = self.work / f"{store.name}.csv"
        write_csv(path, lines)
        tian.run("import", store, book, path)
        path.unlink()
        return store

    def fails(self, row, store):
        try:
            return tian.fault(row, tian.figure(store, row["figure"], row["unit"], row["period"]))
        finally:
            shutil.rmtree(store)


def yearly(lines, year):
    """Income of each village in a year, from the lines."""
    total = {}
    for line in lines:
        if line["period"].startswith(year):
            total[line["unit"]] = total.get(line["unit"], 0) + sum(int(line[c]) for c in CLASSES)
    return total


def chosen_line(bench, row, facts):
    """Book and place of the line that stands for the weightiest fact under the row."""
    book = bench.books[facts[0]["book"]]
    lines = bench.facts.of(book)
    places = range(len(lines))
    if row["figure"] == "weak_villages_transformed":  # a village that was weak the year before
        weak = [u for u, t in yearly(lines, "2020").items() if t < WEAK]
        return book, next(i for i in places if lines[i]["unit"] == weak[0] and lines[i]["period"] == "2020-06")
    if row["figure"] == "villages_income_lt_50k":  # the best month of the poorest village
        now = yearly(lines, "2021")
        poorest = min((u for u in now if len({1 for x in lines if x["unit"] == u}) == 1), key=now.get)
        own = [i for i in places if lines[i]["unit"] == poorest and lines[i]["period"].startswith("2021")]
        return book, max(own, key=lambda i: sum(int(lines[i][c]) for c in CLASSES))
    named = {f["unit"] for f in facts}
    under = [i for i in places if lines[i]["unit"] in named]
    if row["figure"] in KINDS:
        kinds = [lines[i][KINDS[row["figure"]]] for i in under]
        return book, min(under, key=lambda i: kinds.count(lines[i][KINDS[row["figure"]]]))
    best = max(facts, key=lambda f: abs(number(f["value"])))
    same = [i for i in under if lines[i]["unit"] == best["unit"] and
            ("period" not in lines[i] or lines[i]["period"] == best["period"])]
    exact = [i for i in same if number(best["value"]) in [number(v) for v in lines[i].values()]]
    return book, (exact or same)[0]


def take_away(bench, row, facts):
    book, at = chosen_line(bench, row, facts)
    lines = bench.facts.of(book)
    if book == MONTHLY:
        store = bench.copy(bench.full)
        tian.run("do", store, "record.void", f"book={book}", f"unit={lines[at]['unit']}",
                 f"period={lines[at]['period']}", "reason=guard")
    elif len(lines) == 1:
        store = bench.copy(bench.base)
    else:
        store = bench.with_lines(book, lines[:at] + lines[at + 1:])
    return bench.fails(row, store)


def later(book, row, line):
    """A later fact on the cell of a return, far enough away to be seen in any print."""
    if book == MONTHLY:
        cells = "0" if row["figure"] == "villages_income_lt_50k" else "3000000"
        return {**{c: cells for c in CLASSES}, "note": "guard"}
    if book == "matter_month":
        return {k: int(line[k]) + (1000 if k != "waiting" else 0) for k in ("accepted", "closed", "disputes", "waiting")}
    changed = {}
    for name, value in line.items():
        if name in ("star", "lowest_star"):
            changed[name] = 1 if value != "1" else 2
        elif name == "share_100k":
            changed[name] = f"{int(value.rstrip('%')) + 1}%"
        elif name not in ("unit", "period", "decided") and value:
            changed[name] = int(value) * 2 + 1
    return changed


def one_more(bench, row, facts):
    """A second fact like the weightiest one; on a return, a later fact on the same cell."""
    book, at = chosen_line(bench, row, facts)
    lines = bench.facts.of(book)
    line = dict(lines[at])
    if row["figure"] in NEW_KIND:
        column, kinds = NEW_KIND[row["figure"]]
        have = {x[column] for x in lines if x["unit"].startswith(row["unit"])}
        line[column] = next((k for k in kinds if k not in have), line[column])
    if row["figure"] in NEW_UNIT:
        have = {x["unit"] for x in lines}
        line["unit"] = next((u for u in bench.neighbours(line["unit"]) if u not in have), line["unit"])
    if "period" not in line:
        return bench.fails(row, bench.with_lines(book, lines + [line]))
    line.update(later(book, row, line))
    store = bench.copy(bench.full)
    path = bench.work / "more.csv"
    write_csv(path, [line])
    tian.run("import", store, book, path)
    return bench.fails(row, store)


def tree_row(bench, row, more):
    """The count of villages rests on the list: one line less, one line more."""
    def change(lines):
        at = next(i for i, line in enumerate(lines) if ",village," in line)
        code, name, kind, parent = lines[at].split(",")
        return lines + [f"{parent}399,{name}二,{kind},{parent}"] if more else lines[:at] + lines[at + 1:]
    store = bench.work / ("more" if more else "less")
    tian.make_store(store, change)
    return bench.fails(row, store)


def guard(bench, row):
    if row["figure"] == "villages":
        return tree_row(bench, row, False), tree_row(bench, row, True)
    traced = tian.trace(bench.full, row["figure"], row["unit"], row["period"])
    facts = [f for atom in traced["atoms"] for f in atom["facts"]]
    return take_away(bench, row, facts), one_more(bench, row, facts)


def other_seed(work, bench, facts, seed):
    """Every row holds; the villages' own numbers are others."""
    out = work / "other-facts"
    tian.generate(seed, out)
    other = Facts(out)
    store = bench.copy(bench.base)
    import_all(store, other)
    faults = [r["id"] for r in tian.held_rows()
              if tian.fault(r, tian.figure(store, r["figure"], r["unit"], r["period"]))]
    village = [line["unit"] for line in facts.of("village_result")[:60]]
    moved = sum(tian.figure(store, "village_income_total", u, "2021")["value"] !=
                tian.figure(bench.full, "village_income_total", u, "2021")["value"] for u in village)
    shutil.rmtree(store)
    return faults, moved, len(village)


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--other", type=int, default=2)
    p.add_argument("ids", nargs="*")
    a = p.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="guards-") as name:
        work = Path(name)
        tian.generate(a.seed, work / "facts")
        facts = Facts(work / "facts")
        bench = Bench(work, facts)
        for row in tian.held_rows():
            if a.ids and row["id"] not in a.ids:
                continue
            less, more = guard(bench, row)
            ok = bool(less) and bool(more)
            passed, failed = passed + ok, failed + (not ok)
            if not ok:
                print(f"{row['id']} {row['figure']}: one less: {less or 'HOLDS'}; one more: {more or 'HOLDS'}")
        if not a.ids:
            faults, moved, asked = other_seed(work, bench, facts, a.other)
            ok = not faults and moved == asked
            passed, failed = passed + ok, failed + (not ok)
            print(f"seed {a.other}: rows that fail: {', '.join(faults) or 'none'}; villages moved: {moved} of {asked}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
