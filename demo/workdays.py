"""Working time of an office by the project's calendar: 08:30-12:00 and 13:00-17:00 on working days."""

import csv
import datetime
from pathlib import Path

CALENDAR = next((Path(__file__).resolve().parent.parent / "data" / "calendar").glob("cn-*.csv"))
SPANS = ((8 * 60 + 30, 12 * 60), (13 * 60, 17 * 60))
DAY = datetime.timedelta(days=1)


def swapped():
    with open(CALENDAR, encoding="utf-8", newline="") as f:
        return {datetime.date.fromisoformat(r["day"]): r["kind"] == "work" for r in csv.DictReader(f)}


SWAPPED = swapped()


def works(day):
    return SWAPPED.get(day, day.weekday() < 5)


def day_after(day, n):
    """The n-th working day after `day`."""
    while n > 0:
        day += DAY
        n -= works(day)
    return day


def at(day, minute):
    return datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minute)


def add(moment, minutes):
    """`minutes` of working time on from `moment`."""
    day, now = moment.date(), moment.hour * 60 + moment.minute
    while True:
        for begin, end in SPANS if works(day) else ():
            room = end - max(begin, now)
            if room > minutes:
                return at(day, max(begin, now) + minutes) + datetime.timedelta(seconds=moment.second)
            minutes -= max(room, 0)
        day, now = day + DAY, 0


def on(rng, day, after=None):
    """A working moment on `day`, later than `after`."""
    begin, end = rng.choice(SPANS)
    moment = at(day, rng.randint(begin, end - 1)) + datetime.timedelta(seconds=rng.randint(0, 59))
    return max(moment, add(after, rng.randint(2, 20))) if after and moment <= after else moment
