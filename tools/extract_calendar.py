"""Writes data/calendar/cn-2004-2026.csv from the npm package chinese-days (MIT).

usage: extract_calendar.py PACKAGE_FOLDER   (of an unpacked `npm pack chinese-days@1.5.7`)
Rows: day,kind,name; kind is `rest` (a working day of the week that is free, or a free weekend day
inside a holiday) or `work` (a weekend day that was swapped for one). All other days follow the week.
"""
import json
import sys

# Saturday 31 December 2005 was worked for New Year 2006; the package leaves it out, and the npm
# package tyme4ts 1.5.2 (MIT), compared day by day, has it. Where else they differ (7 April and
# 12 October 2013, both worked) chinese-days is right.
MENDED = [("2005-12-31", "work", "元旦")]

source = json.load(open(sys.argv[1] + "/dist/chinese-days.json"))
rows = list(MENDED)
for kind, days in (("rest", source["holidays"]), ("work", source["workdays"])):
    for day, text in days.items():
        rows.append((day, kind, text.split(",")[1]))
with open("data/calendar/cn-2004-2026.csv", "w") as out:
    out.write("day,kind,name\n")
    for row in sorted(set(rows)):
        out.write(",".join(row) + "\n")
