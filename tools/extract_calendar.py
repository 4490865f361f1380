"""Writes data/calendar/cn-2016-2026.csv from the npm package chinese-days (MIT).

usage: extract_calendar.py PACKAGE_FOLDER   (of an unpacked `npm pack chinese-days@1.5.7`)
Rows: day,kind,name; kind is `rest` (a working day of the week that is free, or a free weekend day
inside a holiday) or `work` (a weekend day that was swapped for one). All other days follow the week.
"""
import json
import sys

source = json.load(open(sys.argv[1] + "/dist/chinese-days.json"))
rows = []
for kind, days in (("rest", source["holidays"]), ("work", source["workdays"])):
    for day, text in days.items():
        if "2016" <= day[:4] <= "2026":
            rows.append((day, kind, text.split(",")[1]))
with open("data/calendar/cn-2016-2026.csv", "w") as out:
    out.write("day,kind,name\n")
    for row in sorted(rows):
        out.write(",".join(row) + "\n")
