"""Runs the program for the scripts of this folder: figures as exact decimals, imports, traces."""

import csv
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TIAN = os.environ.get("TIAN", str(ROOT / "build" / "tian"))


class Refused(Exception):
    """The program said no; its words."""


def run(*args, check=True, clock=None):
    env = {**os.environ, "TIAN_CLOCK": clock} if clock else None
    done = subprocess.run([TIAN, *map(str, args)], capture_output=True, text=True, check=False, env=env)
    if check and done.returncode != 0:
        raise Refused(f"{' '.join(map(str, args))}\n{done.stdout}{done.stderr}")
    return done.stdout


def figure(store, name, unit, period):
    out = subprocess.run([TIAN, "figure", str(store), name, "--unit", unit, "--period", period, "--json"],
                         capture_output=True, text=True, check=False)
    if out.returncode not in (0, 1) or not out.stdout.strip():
        raise Refused(f"figure {name} {unit} {period}: {out.stderr.strip()}")
    return json.loads(out.stdout)


def trace(store, name, unit, period):
    return json.loads(run("trace", store, name, "--unit", unit, "--period", period, "--json"))


def packs():
    """Folders of packs, each after those it needs."""
    found = {p.name: p for p in sorted((ROOT / "packs").iterdir()) if (p / "pack.tian").exists()}
    order = []

    def put(name):
        needs = re.search(r"^\s*needs\s+(.*)$", (found[name] / "pack.tian").read_text(encoding="utf-8"), re.M)
        for need in re.findall(r"(\w+)\s+\d+", needs.group(1)) if needs else []:
            put(need)
        if found[name] not in order:
            order.append(found[name])

    for name in found:
        put(name)
    return order


# the lists of divisions and the days from which they stand, as data/divisions/README.md says
LISTS = {2016: "2016-07-31", 2017: "2017-10-31", 2018: "2018-10-31", 2019: "2019-10-31", 2020: "2020-06-30",
         2021: "2021-10-31", 2022: "2022-10-31", 2023: "2023-06-30"}


def make_store(folder, change=None):
    """A store with packs and units and no other fact, made before the year of the facts, so that acts can be
    played at their times. `change` edits the lines of each list."""
    begin = "2020-01-02T09:00"
    run("init", folder, clock=begin)
    first, *rest = packs()
    run("pack", folder, "load", first, clock=begin)
    for year, day in LISTS.items():
        path = ROOT / "data" / "divisions" / f"2202-{year}.csv"
        if change:
            lines = change(path.read_text(encoding="utf-8").splitlines())
            path = Path(f"{folder}-{year}.csv")
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        run("units", folder, "import", path, "--day", day, clock=begin)
    for pack in rest:
        run("pack", folder, "load", pack, clock=begin)


def generate(seed, out):
    subprocess.run([sys.executable, HERE / "generate.py", "--seed", str(seed), "--out", out], check=True,
                   stdout=subprocess.DEVNULL)


def held_rows(path=None):
    with open(path or HERE / "rows-2022-1.csv", encoding="utf-8", newline="") as f:
        return [r for r in csv.DictReader(f) if r["status"] == "held"]


def round_half(value, decimals):
    """Half away from zero to `decimals` digits; negative decimals round before the point."""
    unit = Decimal(1).scaleb(-decimals)
    return (value / unit).quantize(Decimal(1), rounding="ROUND_HALF_UP") * unit


def fault(row, got):
    """Why `got` does not hold the row, or None."""
    if got["state"] != "ok":
        return f"state {got['state']}"
    value, want = Decimal(got["value"]), Decimal(row["value"])
    if row["relation"] == "equal":
        right = round_half(value, int(row["decimals"])) == want
    elif row["relation"] == "at_least":
        right = want <= value < Decimal(row["bound"])
    else:
        right = Decimal(row["bound"]) <= value <= want
    if not right:
        return f"{got['value']} is not {row['relation']} {row['value']}"
    have = f"{got['coverage']['reported']}/{got['coverage']['expected']}"
    full = got["coverage"]["reported"] == got["coverage"]["expected"]
    if have != row["coverage"] if row["coverage"] else not full:
        return f"coverage {have}"
    return None
