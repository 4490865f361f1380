#!/usr/bin/env python3
"""Adds the facts of a trace up again, by its own short code, and compares with the figure.

    demo/add_up.py STORE [ID…]      last line: N passed, N failed

From the trace only the facts and the written formulas are taken: each atom is added up from its
facts (sum, most, count of records, count or share of units), the atoms are put together as the
figure's formula says, and the result must be the figure that `tian figure` gives.
"""

import re
import sys
from decimal import Decimal

import tian

BEST = {"万元": 10000, "亿元": 100_000_000}


def units_of(atom):
    return {f["unit"] for f in atom["facts"]}


def add_atom(atom):
    """One aggregate from its facts alone."""
    word, inside = re.match(r"(\w+)\((.*)", atom["formula"], re.S).groups()
    facts = atom["facts"]
    over_units = re.match(r"(village|township|community|county)\b", inside)
    if over_units and word == "sum":  # the condition's facts come first, the values last
        facts = [f for f in facts if f["book"] == facts[-1]["book"]]
    values = [Decimal(f["value"].rstrip("%元亩")) for f in facts]
    if word == "sum":
        return sum(values, Decimal(0))
    if word == "most":
        return max(values)
    if word == "count":
        return Decimal(len(units_of(atom)) if over_units else len(values))
    if word == "share":  # true among those that reported
        return Decimal(len(units_of(atom))) / atom["coverage"]["reported"] * 100
    raise ValueError(f"no rule to add up {atom['formula']}")


def put_together(trace):
    """The atoms in the order in which the formula names them."""
    parts = [add_atom(a) for a in trace["atoms"]]
    formula = trace["formula"]
    if trace["figure"] in ("departments_sending_officers", "condolence_classes"):
        return Decimal(sum(p > 0 for p in parts))
    if formula.startswith("village_income_total / village_income_total[year-1] - 1"):
        return (parts[0] / parts[1] - 1) * 100
    if formula.startswith("village_income_total - village_income_total[year-1]"):
        return parts[0] - parts[1]
    if trace["figure"] == "grid_matter_closure_rate":  # each side: matters one by one, and monthly returns
        return (parts[0] + parts[1]) / (parts[2] + parts[3]) * 100
    if re.match(r"\w+ / \w+( as| |$)", formula):
        return parts[0] / parts[1] * 100
    return sum(parts, Decimal(0))


def villages_of_list(row):
    path = tian.ROOT / "data" / "divisions" / f"2202-{row['period']}.csv"
    return Decimal(sum(",village," in line for line in path.read_text(encoding="utf-8").splitlines()))


def in_measure(value, got):
    return value / BEST.get(got["unit_of_measure"], 1)


def main():
    if len(sys.argv) < 2:
        print(__doc__.strip())
        return 2
    store, only = sys.argv[1], set(sys.argv[2:])
    passed = failed = 0
    for row in tian.held_rows():
        if only and row["id"] not in only:
            continue
        got = tian.figure(store, row["figure"], row["unit"], row["period"])
        if row["figure"] == "villages":  # rests on the tree, not on facts of a book
            mine = villages_of_list(row)
        else:
            mine = in_measure(put_together(tian.trace(store, row["figure"], row["unit"], row["period"])), got)
        digits = max(-Decimal(got["value"]).as_tuple().exponent, 0)
        ok = tian.round_half(mine, digits) == Decimal(got["value"])
        passed, failed = passed + ok, failed + (not ok)
        if not ok:
            print(f"{row['id']} {row['figure']}: facts give {mine}, the figure says {got['value']}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
