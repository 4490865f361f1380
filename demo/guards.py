#!/usr/bin/env python3
"""Do the held rows rest on the facts? One fact is taken away, then one is added, under every row.

    demo/guards.py [--seed N] [--other N] [ID…]      last line: N passed, N failed

For each held row a store is made in which one fact that its trace names was never entered (or was
voided), and one in which one more fact stands: both times the row must fail. Another seed must
hold every row and give other numbers to the villages. All of it goes through the ordinary commands.
"""

import argparse
import csv
import json
import shutil
import sys
import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path

import guards_matters
import tian

# figures that count kinds of things: the fact to take away is the only one of its kind
KINDS = {"departments_sending_officers": "sender", "condolence_classes": "class"}
# adding a fact to these means a unit or a kind that had none
NEW_KIND = {"departments_sending_officers": ("sender", "transport market safety".split()),
            "condolence_classes": ("class", ["retired"])}
NEW_UNIT = {"townships_streets_docked", "townships_served", "streets_served", "priority_villages_supported"}
COUNT_ANSWERS = {"villages_rated", "townships_rated"}
NOTHING_LEFT = "every unit and kind stands in it already"
MONTHLY, CLASSES = "income", ("own", "contract", "invest", "other")


class Facts:
    """The CSV files of one seed."""

    def __init__(self, folder):
        self.files = {p.stem: p for p in sorted(folder.glob("*.csv"))}
        self.lines = {}
        self.acts = folder / "matters-2021.acts"
        for stem, path in self.files.items():
            with open(path, encoding="utf-8", newline="") as f:
                self.lines[stem] = list(csv.DictReader(f))

    @staticmethod
    def book(stem):
        return stem[:-5] if stem[-4:].isdigit() and stem[-5] == "-" else stem

    def of(self, book):
        return [line for stem in self.files if self.book(stem) == book for line in self.lines[stem]]


def import_all(store, facts):
    """Returns the log position at which each file begins: one fact a line, in order of lines."""
    begins = {}
    tian.run("run", store, "--acts", facts.acts)
    for stem, path in facts.files.items():
        begins[stem] = json.loads(tian.run("verify", store, "--json"))["size"]
        tian.run("import", store, facts.book(stem), path)
    return begins


def write_csv(path, lines):
    with open(path, "w", encoding="utf-8", newline="") as f:
        w = csv.DictWriter(f, list(dict.fromkeys(k for line in lines for k in line)), restval="", lineterminator="\n")
        w.writeheader()
        w.writerows(lines)


def number(text):
    """A traced value as a number; 0 for anything else."""
    try:
        return Decimal(text.rstrip("%元亩") or 0)
    except InvalidOperation:
        return Decimal(0)


class Bench:
    """Stores to try things in: `base` has units and packs, `full` all facts as well."""

    def __init__(self, work, facts, seed):
        self.work, self.facts, self.seed, self.played = work, facts, seed, {}
        self.base, self.full = work / "base", work / "full"
        tian.make_store(self.base)
        shutil.copytree(self.base, self.full)
        self.begins = import_all(self.full, facts)
        self.n = 0

    def line_of(self, fact):
        """Book of a traced fact and its place among the book's lines."""
        stem = max((b for b in self.begins if self.begins[b] <= fact["seq"]), key=self.begins.get)
        at = fact["seq"] - self.begins[stem]
        book = self.facts.book(stem)
        assert self.facts.lines[stem][at]["unit"] == fact["unit"], "a fact stands on another line"
        for other in self.facts.files:
            if other < stem and self.facts.book(other) == book:
                at += len(self.facts.lines[other])
        return book, at

    def copy(self, of):
        self.n += 1
        to = self.work / f"try{self.n}"
        shutil.copytree(of, to)
        return to

    def neighbours(self, unit):
        """Units of the same county and length of code."""
        text = (tian.ROOT / "data" / "divisions" / "2202-2021.csv").read_text(encoding="utf-8")
        codes = [line.split(",")[0] for line in text.splitlines()]
        return [c for c in codes if len(c) == len(unit) and c[:6] == unit[:6] and (len(c) < 12 or c[9] in "23")]

    def with_lines(self, book, lines):
        """A store with these lines of one book and nothing else."""
        store = self.copy(self.base)
        path = self.work / f"{store.name}.csv"
        write_csv(path, lines)
        tian.run("import", store, book, path)
        path.unlink()
        return store

    def with_one(self, book, line):
        """A store with all facts and this one more."""
        store = self.copy(self.full)
        path = self.work / f"{store.name}.csv"
        write_csv(path, [line])
        tian.run("import", store, book, path)
        return store

    def fails(self, row, store):
        try:
            return tian.fault(row, tian.figure(store, row["figure"], row["unit"], row["period"]))
        finally:
            shutil.rmtree(store)


def yearly(lines, year):
    """Income in a year of each village that filed all of its months."""
    total, months = {}, {}
    for line in lines:
        if line["period"].startswith(year):
            total[line["unit"]] = total.get(line["unit"], 0) + sum(int(line[c]) for c in CLASSES)
            months[line["unit"]] = months.get(line["unit"], 0) + 1
    return {u: t for u, t in total.items() if months[u] == 12}


def income_line(bench, row):
    """The month that decides: of a village once weak, or of the poorest village."""
    lines = bench.facts.of(MONTHLY)
    was, now = yearly(lines, "2020"), yearly(lines, "2021")
    if row["figure"] == "weak_villages_transformed":
        unit = min((u for u in was if u in now), key=was.get)
        year = "2020"
    else:
        unit, year = min((u for u in now if u in was), key=now.get), "2021"
    own = [i for i, line in enumerate(lines) if line["unit"] == unit and line["period"].startswith(year)]
    return MONTHLY, max(own, key=lambda i: sum(int(lines[i][c]) for c in CLASSES))


def chosen_line(bench, row, facts):
    """Book and place of the line that holds the weightiest fact under the row."""
    if row["figure"] in ("weak_villages_transformed", "villages_income_lt_50k"):
        return income_line(bench, row)
    if row["figure"] in KINDS:
        found = [bench.line_of(f) for f in facts]
        book, column = found[0][0], KINDS[row["figure"]]
        kinds = [bench.facts.of(book)[at][column] for _, at in found]
        return min(found, key=lambda f: kinds.count(bench.facts.of(book)[f[1]][column]))
    return bench.line_of(max(facts, key=lambda f: abs(number(f["value"]))))


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
    changed = {}
    for name, value in line.items():
        if name in ("star", "lowest_star"):
            changed[name] = 1 if value != "1" else 2
        elif name == "share_100k":
            changed[name] = f"{int(value.rstrip('%')) + 1}%"
        elif name not in ("unit", "period", "decided") and value:
            changed[name] = int(value) * 2 + 1
    return changed


def like(bench, row, lines, line):
    """One more line of a register that the figure must see; None when nothing is left to add."""
    line = dict(line)
    if row["figure"] in NEW_KIND:
        column, kinds = NEW_KIND[row["figure"]]
        have = {x[column] for x in lines if x["unit"].startswith(row["unit"])}
        line[column] = next((k for k in kinds if k not in have), None)
        return line if line[column] else None
    if row["figure"] in NEW_UNIT:
        have = {x["unit"] for x in lines}
        line["unit"] = next((u for u in bench.neighbours(line["unit"]) if u not in have), None)
        return line if line["unit"] else None
    if row["relation"] != "equal":  # the print leaves room above: be seen beyond it
        line.update({k: int(v) * 20 for k, v in line.items() if v.isdigit() and k != "unit"})
    return line


def one_more(bench, row, facts):
    """A second fact like the weightiest one; on a return, a later fact on the same cell."""
    book, at = chosen_line(bench, row, facts)
    lines = bench.facts.of(book)
    line = dict(lines[at])
    if "period" not in line:
        line = like(bench, row, lines, line)
        return bench.fails(row, bench.with_lines(book, lines + [line])) if line else NOTHING_LEFT
    if row["figure"] in COUNT_ANSWERS:
        return one_more_answer(bench, row, book, lines, line)
    line.update(later(book, row, line))
    return bench.fails(row, bench.with_one(book, line))


def one_more_answer(bench, row, book, lines, line):
    """A return of a unit that has not answered yet, if one is left that is asked at all."""
    have = {x["unit"] for x in lines}
    for unit in bench.neighbours(line["unit"]):
        try:
            if unit not in have:
                return bench.fails(row, bench.with_one(book, {**line, "unit": unit}))
        except tian.Refused:
            pass  # not asked
    return NOTHING_LEFT


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
    if row["figure"] in guards_matters.FIGURES:
        return guards_matters.guard(bench, row)
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
    passed = failed = whole = 0
    with tempfile.TemporaryDirectory(prefix="guards-") as name:
        work = Path(name)
        tian.generate(a.seed, work / "facts")
        facts = Facts(work / "facts")
        bench = Bench(work, facts, a.seed)
        for row in tian.held_rows():
            if a.ids and row["id"] not in a.ids:
                continue
            less, more = guard(bench, row)
            ok = bool(less) and bool(more)
            whole += more == NOTHING_LEFT
            passed, failed = passed + ok, failed + (not ok)
            if not ok:
                print(f"{row['id']} {row['figure']}: one less: {less or 'HOLDS'}; one more: {more or 'HOLDS'}")
        if not a.ids:
            faults, moved, asked = other_seed(work, bench, facts, a.other)
            ok = not faults and moved == asked
            passed, failed = passed + ok, failed + (not ok)
            print(f"{whole} rows have no place left for one more fact; under these one is only taken away")
            print(f"seed {a.other}: rows that fail: {', '.join(faults) or 'none'}; villages moved: {moved} of {asked}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
