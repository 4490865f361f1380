#!/usr/bin/env python3
"""Tables to fill in, through the real program and with a reader of its own (zipfile and ElementTree):
a template is made, filled as an editor would, read back, and the difference must be exactly what was
filled in. Then every hostile workbook and text of the fuzz corpora must be refused in words, with
nothing changed. usage: tables.py FOLDER       last line: N passed, N failed
"""
import glob
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile

TIAN = os.environ["TIAN"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEET = "xl/worksheets/sheet1.xml"
counts = {True: 0, False: 0}


def check(name, good, why=""):
    counts[bool(good)] += 1
    print(("ok " if good else "not ok ") + name)
    if not good and why:
        print("\n".join("#   " + line for line in str(why).split("\n")))


def tian(*words):
    done = subprocess.run([TIAN, *words], capture_output=True, timeout=120, env={**os.environ, "LC_ALL": "zh_CN.UTF-8"})
    return done.returncode, (done.stdout + done.stderr).decode()


def need(*words):
    code, out = tian(*words)
    if code:
        sys.exit("%s ended with %d\n%s" % (" ".join(words), code, out))
    return out


def imported(book, file, *options):
    code, out = tian("import", "d", book, file, "--json", *options)
    return code, json.loads(out)


class Workbook:
    """The first sheet as {reference: element}, to read and to fill in place."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as z:
            self.parts = {n: z.read(n) for n in z.namelist()}
        self.strings = ["".join(t.text or "" for t in si.iter(MAIN + "t"))
                        for si in ET.fromstring(self.parts["xl/sharedStrings.xml"])]
        self.sheet = ET.fromstring(self.parts[SHEET])
        self.cells = {c.get("r"): c for c in self.sheet.iter(MAIN + "c")}

    def text(self, reference):
        cell = self.cells.get(reference)
        value = None if cell is None else cell.find(MAIN + "v")
        if value is None:
            return ""
        return self.strings[int(value.text)] if cell.get("t") == "s" else value.text

    def row(self, number):
        letters = (chr(c) for c in range(ord("A"), ord("Z") + 1))
        return {letter: self.text(letter + str(number)) for letter in letters if self.text(letter + str(number))}

    def put(self, reference, value):
        cell = self.cells[reference]
        for child in list(cell):
            cell.remove(child)
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            ET.SubElement(ET.SubElement(cell, MAIN + "is"), MAIN + "t").text = value
        else:
            cell.attrib.pop("t", None)
            ET.SubElement(cell, MAIN + "v").text = repr(value)

    def save(self, path):
        self.parts[SHEET] = ET.tostring(self.sheet, encoding="utf-8", xml_declaration=True)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
            for name, data in self.parts.items():
                z.writestr(name, data)


def fill_and_read_back():
    need("template", "d", "loan", "--period", "2021-03", "t.xlsx")
    book = Workbook("t.xlsx")
    column = {name: letter for letter, name in book.row(2).items()}
    check("the second row names the columns", set(column) == {"unit", "unit_name", "period", "books", "lost", "share", "day", "kind", "note"}, column)
    rows = {book.text(column["unit"] + str(n)): str(n) for n in range(3, 6)}
    check("every village has a row", list(rows) == ["229901001201", "229901001202", "229901001203"], rows)
    check("names and periods stand beside the codes", book.text(column["unit_name"] + "4") == "中村" and
          book.text(column["period"] + "3") == "2021-03")
    check("titles show measure and what must be filled", book.text(column["books"] + "1") == "借出册数*" and
          book.text(column["share"] + "1") == "上架率（%）")
    up, mid = rows["229901001201"], rows["229901001202"]
    book.put(column["books"] + up, 20)
    book.put(column["lost"] + up, 0)
    book.put(column["share"] + up, 0.1 + 0.2)  # 0.30000000000000004 as editors write it
    book.put(column["day"] + up, 44260)
    book.put(column["kind"] + up, "儿童")
    book.put(column["note"] + up, "=1+1，照登")
    book.put(column["books"] + mid, "30册")
    book.put(column["lost"] + mid, 0)
    book.save("f.xlsx")
    code, made = imported("loan", "f.xlsx")
    fault = made["faults"][0] if made["faults"] else {}
    check("a wrong cell refuses the whole table by line and title", code == 1 and not made["written"] and
          [fault.get(k) for k in ("row", "column", "given")] == [int(mid), "借出册数", "30册"], made)
    book.put(column["books"] + mid, 30)
    book.save("f.xlsx")
    want = ["+ %s 229901001201 上村 2021-03  借出册数：20；丢失册数：0；上架率：30%%；盘点日：2021-03-05；读者：儿童；说明：=1+1，照登" % up,
            "+ %s 229901001202 中村 2021-03  借出册数：30；丢失册数：0" % mid]
    code, made = imported("loan", "f.xlsx", "--dry-run")
    check("the dry run tells exactly what was filled in", code == 0 and made["difference"] == want and made["blank"] == 1, made)
    code, made = imported("loan", "f.xlsx")
    check("the import does what the dry run told", code == 0 and made["written"] and made["difference"] == want, made)
    figure = need("figure", "d", "books_lent", "--unit", "2299", "--period", "2021-03")
    check("the figure holds it", "50" in figure and "应报 3，已报 2" in figure, figure)
    for file in "t2.xlsx", "t2.csv":
        need("template", "d", "loan", "--period", "2021-03", file)
        code, made = imported("loan", file)
        check("%s of what is known changes nothing" % file, code == 0 and made["same"] == 2 and not made["written"], made)
    again = Workbook("t2.xlsx")
    again.put(column["share"] + up, 0.305)
    again.save("f.xlsx")
    code, made = imported("loan", "f.xlsx")
    check("one cell changed is one fact", made["changed"] == 1 and made["same"] == 1 and
          made["difference"] == ["~ %s 229901001201 上村 2021-03  上架率：30%% → 30.5%%" % up], made)


def refuse_hostile_files():
    before = need("digest", "d")
    for path in sorted(glob.glob(ROOT + "/tests/fuzz/xlsx/*") + glob.glob(ROOT + "/tests/fuzz/csv/*")):
        code, out = tian("import", "d", "loan", path, "--period", "2021-03")
        words = out.strip().split("\n")[0]
        good = code == 1 and words and "没有说明的情况" not in out
        check("%s is refused in words" % os.path.basename(path), good, "exit %d: %s" % (code, out))
    check("no refused file changed anything", need("digest", "d") == before)


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    os.chdir(sys.argv[1])
    with open("places.csv", "w") as f:
        f.write("code,name,kind,parent\n2299,试市,city,\n229901,东县,county,2299\n229901001,河镇,township,229901\n"
                "229901001201,上村,village,229901001\n229901001202,中村,village,229901001\n229901001203,下村,village,229901001\n")
    with open("loans.tian", "w") as f:
        f.write('tian 1\n\npack loans "农家书屋" version 1 {\n  owner  organisation at county\n'
                '  basis  "办法", approval "示例〔2021〕1号"\n  from   2021-01-01 to 2023-12-31\n  needs  base 1\n}\n\n'
                'book loan "借阅月报" per village every month {\n  books int "借出册数" min 0\n  lost  int "丢失册数" min 0\n'
                '  share percent "上架率" min 0% max 100% optional\n  day   date "盘点日" optional\n'
                '  kind  choice(adult "成人", child "儿童") "读者" optional\n  note  text(20) "说明" optional\n'
                '  check lost <= books "丢失不能多于借出"\n  minutes 2\n  read  anyone\n  write secretary at village\n}\n\n'
                'figure books_lent "借出册数" = sum(loan: books)\n')
    need("init", "d")
    need("pack", "d", "load", ROOT + "/packs/base")
    need("units", "d", "import", "places.csv", "--day", "2020-01-01")
    need("pack", "d", "load", "loans.tian")
    fill_and_read_back()
    refuse_hostile_files()
    print("%d passed, %d failed" % (counts[True], counts[False]))
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
