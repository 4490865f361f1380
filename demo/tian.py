"""Runs the program for the scripts of this folder: figures as exact decimals, imports, traces."""

import csv
import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TIAN = os.environ.get("TIAN", str(ROOT / "build" / "tian"))


class Refused(Exception):
    """The program said no; its words."""


def run(*args, check=True):
    done = subprocess.run([TIAN, *map(str, args)], capture_output=True, text=True, check=False)
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
