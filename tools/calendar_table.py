"""Makes the C table of the working-day calendar: calendar_table.py IN.csv OUT.c

One byte a day from 1 January of the first year to 31 December of the last: 1 = working day. Beside
it how many working days of the table stand before each day, and the day of each working day, so
that counting them needs no walk.
"""
import csv
import datetime
import sys

listed = {row["day"]: row["kind"] for row in csv.DictReader(open(sys.argv[1]))}
first = datetime.date(int(min(listed)[:4]), 1, 1)
last = datetime.date(int(max(listed)[:4]), 12, 31)
days = []
day = first
while day <= last:
    kind = listed.get(day.isoformat())
    days.append("1" if kind == "work" or (kind is None and day.weekday() < 5) else "0")
    day += datetime.timedelta(days=1)
epoch = (first - datetime.date(1970, 1, 1)).days
before = [0]
for works in days:
    before.append(before[-1] + int(works))


def table(numbers):
    texts = [str(n) for n in numbers]
    return ",\n".join(",".join(texts[i:i + 32]) for i in range(0, len(texts), 32))


with open(sys.argv[2], "w") as out:
    out.write('#include "core/calendar/table.h"\n\n')
    out.write("const int32_t calendar_first_day = %d;\nconst int32_t calendar_day_count = %d;\n" % (epoch, len(days)))
    out.write("const int32_t calendar_worked_count = %d;\n" % before[-1])
    out.write("const uint8_t calendar_working[] = {\n%s\n};\n" % table(days))
    out.write("const uint16_t calendar_before[] = {\n%s\n};\n" % table(before))
    nth = [i for i, works in enumerate(days) if works == "1"]
    out.write("const uint16_t calendar_nth[] = {\n%s\n};\n" % table(nth))
