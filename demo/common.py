"""What the makers of demo facts share: uneven splits, the lists of divisions, the held rows, the files."""

import csv
import datetime
from pathlib import Path

def split(rng, total, weights, floor=0):
    """Whole parts of `total` in proportion to `weights`, each at least `floor`."""
    room = total - floor * len(weights)
    if room < 0:
        raise ValueError(f"{total} cannot give {len(weights)} parts of {floor}")
    whole = sum(weights)
    exact = [room * w / whole for w in weights]
    parts = [int(x) for x in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], rng.random()))
    for i in order[: room - sum(parts)]:
        parts[i] += 1
    return [p + floor for p in parts]


def uneven(rng, n, sigma=0.6):
    """n weights of a plausible unevenness."""
    return [rng.lognormvariate(0, sigma) for _ in range(n)]


def day_between(rng, first, last):
    a, b = (datetime.date.fromisoformat(d) for d in (first, last))
    return a + datetime.timedelta(days=rng.randint(0, (b - a).days))


class City:
    """The divisions of one year: what stands where."""

    def __init__(self, path):
        self.kind, self.name = {}, {}
        with open(path, encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                self.kind[row["code"]] = row["kind"]
                self.name[row["code"]] = row["name"]

    def under(self, unit, kind):
        return [c for c in self.kind if self.kind[c] == kind and c.startswith(unit)]


class Rows:
    """The held rows: what must come out."""

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as f:
            held = [r for r in csv.DictReader(f) if r["status"] == "held"]
        self.by = {(r["figure"], r["unit"]): r for r in held}

    def whole(self, figure, unit):
        return int(self.by[figure, unit]["value"])

    def scaled(self, rng, figure, unit, scale):
        """A whole number of 1/scale of the figure's unit that rounds to the printed value."""
        row = self.by[figure, unit]
        value = round(float(row["value"]) * scale)
        if row["relation"] == "at_least":
            return round(value * rng.uniform(1.01, 1.04))
        if row["relation"] == "at_most":
            return round(value * rng.uniform(0.97, 0.99))
        slack = scale * 10 ** -int(row["decimals"]) / 2 * 0.9
        return value + rng.randint(-int(slack), int(slack))

    def yuan(self, rng, figure, unit):
        """Money rows are printed in 万元."""
        return self.scaled(rng, figure, unit, 10000)


class Out:
    """Rows of one CSV a book; written together at the end."""

    def __init__(self):
        self.books = {}

    def add(self, file, **cells):
        self.books.setdefault(file, []).append(cells)

    def write(self, folder, seed):
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.csv"):
            old.unlink()
        for file, rows in self.books.items():
            names = list(dict.fromkeys(n for r in rows for n in r))
            with open(folder / f"{file}.csv", "w", encoding="utf-8", newline="") as f:
                w = csv.DictWriter(f, names, restval="", lineterminator="\n")
                w.writeheader()
                w.writerows(rows)
        (folder / "演示数据.txt").write_text(
            f"演示数据：由 demo/generate.py --seed {seed} 生成，不是任何村的真实数据。\n", encoding="utf-8")
        return sum(len(r) for r in self.books.values())
