"""Makes the C table of the working-day calendar: calendar_table.py IN.csv OUT.c

One byte a day from 1 January of the first year to 31 December of the last: 1 = working day.
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
rows = [",".join(days[i:i + 64]) for i in range(0, len(days), 64)]
with open(sys.argv[2], "w") as out:
    out.write('#include "core/calendar_table.h"\n\n')
    out.write("const int32_t calendar_first_day = %d;\nconst int32_t calendar_day_count = %d;\n" % (epoch, len(days)))
    out.write("const uint8_t calendar_working[] = {\n%s\n};\n" % ",\n".join(rows))
