#!/usr/bin/env python3
"""A second program for the moments of `tian due`, written from the rules alone.

It reads the same list of holidays (data/calendar) and walks day by day and span by span; nothing
of it is shared with the C program, which counts by sums. The rules:
  n wd   24:00 of the n-th working day after the day of the moment; 0 wd: of its own day if it is
         worked, else of the next working day
  n wh   working time of the calendar from the next opening on; an end at closing time stays there
  h d min w   real time
  stop … go   what was left at the stop is left when it goes on: of wd the working days after the
         stop's day up to the due day, of wh the working time; a limit that was over stays over
usage: second.py CASES SEED >lines   (each: calendar, what tian due reads, what it must answer)
"""
import csv
import datetime
import os
import random
import sys

DAY, MINUTE = datetime.timedelta(days=1), datetime.timedelta(minutes=1)
CALENDARS = {  # as in pack.tian
    "office": ("state", [("08:30", "12:00"), ("13:00", "17:00")]),
    "shift": ("weekend", [("09:00", "17:30")]),
    "always": ("none", [("00:00", "24:00")]),
}
here = os.path.dirname(os.path.abspath(__file__))
listed = {}
for row in csv.DictReader(open(os.path.join(here, "../../data/calendar/cn-2004-2026.csv"))):
    listed[datetime.date.fromisoformat(row["day"])] = row["kind"]


def worked(rest, day):
    if rest == "none":
        return True
    weekday = day.isoweekday() <= 5
    if rest == "weekend":
        return weekday
    if day in listed:
        return listed[day] == "work"
    return weekday


def at_clock(day, text):
    hour, minute = map(int, text.split(":"))
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(hours=hour, minutes=minute)


def spans_from(calendar, moment):
    """The open stretches of time from the moment on, one after another."""
    rest, hours = CALENDARS[calendar]
    day = moment.date()
    while True:
        if worked(rest, day):
            for opens, closes in hours:
                start, end = max(moment, at_clock(day, opens)), at_clock(day, closes)
                if start < end:
                    yield start, end
        day += DAY


def next_worked(calendar, day):
    while not worked(CALENDARS[calendar][0], day):
        day += DAY
    return day


def end_of_days(calendar, moment, n):
    day = moment.date()
    if n == 0:
        return next_worked(calendar, day)
    for _ in range(n):
        day = next_worked(calendar, day + DAY)
    return day


def end_of_work(calendar, moment, left):
    for start, end in spans_from(calendar, moment):
        if left <= end - start:
            return start + left
        left -= end - start


def work_between(calendar, start, end):
    total = datetime.timedelta()
    for opens, closes in spans_from(calendar, start):
        if opens >= end:
            return total
        total += min(closes, end) - opens


REAL = {"h": 60, "d": 24 * 60, "min": 1, "w": 7 * 24 * 60}


class Clock:
    """A running limit; `due` is a date for wd (its 24:00), else a moment."""

    def __init__(self, calendar, start, number, unit):
        self.calendar, self.unit = calendar, unit
        self.run(start, number if unit in ("wd",) else number * MINUTE * {"wh": 60, **REAL}[unit])

    def run(self, start, left):
        if self.unit == "wd":
            self.due = end_of_days(self.calendar, start, left)
        elif self.unit == "wh" and left:
            self.due = end_of_work(self.calendar, start, left)
        else:
            self.due = start + left

    def moment(self):
        if self.unit == "wd":
            return datetime.datetime.combine(self.due + DAY, datetime.time())
        return self.due

    def stop(self, stop, go):
        if stop >= self.moment():
            return
        if self.unit == "wd":
            left, day = 0, stop.date() + DAY
            while day <= self.due:
                left += worked(CALENDARS[self.calendar][0], day)
                day += DAY
        elif self.unit == "wh":
            left = work_between(self.calendar, stop, self.due)
        else:
            left = self.due - stop
        self.run(go, left)

    def text(self):
        if self.unit == "wd":
            return f"{self.due} 24:00"
        return self.due.strftime("%Y-%m-%d %H:%M")


def pick_start(rng):
    """Mostly where it is hard: about holidays, swapped days, year ends; all hours of the day."""
    kind = rng.randrange(4)
    if kind == 0:
        day = rng.choice(sorted(listed)) + DAY * rng.randint(-3, 2)
    elif kind == 1:
        day = datetime.date(rng.randint(2016, 2025), 12, rng.randint(24, 31))
    else:
        day = datetime.date(2016, 1, 1) + DAY * rng.randrange(10 * 365 + 300)
    if day < datetime.date(2004, 1, 1) or day > datetime.date(2026, 11, 20):
        day = datetime.date(2021, 6, 10)
    minute = rng.choice([rng.randrange(1440), 0, 8 * 60 + 30, 12 * 60, 12 * 60 + rng.randrange(60),
                         13 * 60, 17 * 60, 17 * 60 + rng.randrange(420), rng.randrange(510), 9 * 60, 1439])
    return at_clock(day, "00:00") + MINUTE * minute


def pick_limit(rng):
    unit = rng.choice(["wd", "wd", "wd", "wh", "wh", "wh", "h", "d", "min", "w"])
    most = {"wd": 25, "wh": 60, "h": 100, "d": 30, "min": 3000, "w": 4}[unit]
    return rng.choice([0, 1, 2, 3]) if rng.random() < 0.3 else rng.randint(0, most), unit


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M")


def case(rng):
    calendar = rng.choice(["office", "office", "office", "shift", "always"])
    start = pick_start(rng)
    number, unit = pick_limit(rng)
    clock = Clock(calendar, start, number, unit)
    words = [stamp(start), f"{number}{unit}"]
    at = start
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        room = max(int((clock.moment() - at) / MINUTE), 1)
        stop = at + MINUTE * rng.randint(0, room + room // 10)
        go = stop + MINUTE * rng.choice([0, rng.randrange(600), rng.randrange(20000)])
        if go > datetime.datetime(2026, 11, 20):
            break
        clock.stop(stop, go)
        words += ["stop", stamp(stop), "go", stamp(go)]
        at = go
    return calendar, " ".join(words), clock.text()


def main():
    rng = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[1])):
        print("\t".join(case(rng)))


main()
