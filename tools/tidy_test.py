#!/usr/bin/env python3
"""Plants each fault in a small tree and expects tools/tidy to name it; the clean tree passes."""
import importlib.machinery
import importlib.util
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
loader = importlib.machinery.SourceFileLoader("tidy", os.path.join(HERE, "tidy"))
sys.dont_write_bytecode = True
tidy = importlib.util.module_from_spec(importlib.util.spec_from_loader("tidy", loader))
loader.exec_module(tidy)

CLEAN = {
    "src/LAYERS": "base:\nstore: base\ncore: base store\nbook flow: base store core\n"
                  "figure: base store core\n",
    "src/base/str.h": "#pragma once\nint str_len(void);\n",
    "src/base/words.def": '/* WORD(rows) */\nWORD("unit.unknown", "没有单位 {code}",\n'
                          '     "no unit " "{code}")\n',
    "src/store/store.h": "#pragma once\n",
    "src/store/sql/log.sql": "-- act_find\nselect 1;\n",
    "src/core/core.h": "#pragma once\n",
    "src/core/unit.h": "#pragma once\n",
    "src/book/book.h": '#pragma once\n#include "core/unit.h"\n',
    "src/book/book_int.h": "#pragma once\n",
    "src/book/book.c": '#include "book/book.h"\n\n#include <stdio.h>\n\n#include "base/str.h"\n'
                       '#include "book/book_int.h"\n\nstatic const int rows[] = { 1, 2 };\n\n'
                       "/* goto in a comment, free() too */\n"
                       "bool book_need(Work *w, const char *code)\n{\n"
                       "    for (int i = 0; i < 2; i++) {\n        if (rows[i] > 1) {\n"
                       "            while (store_run(SQL_ACT_FIND)) {\n                code++;\n"
                       "            }\n        }\n    }\n"
                       '    return fail(w, ERR_NOT_FOUND, "unit.unknown code=%s", code);\n}\n',
    "src/book/book_test.c": "TEST(book_needs_its_unit)\n{\n    EXPECT(1);\n}\n",
    "src/flow/flow.h": "#pragma once\n",
    "src/figure/figure.h": "#pragma once\n",
    "packs/base/pack.tian": "pack base {}\n",
    "packs/library_loans/pack.tian": "pack library_loans {}\n",
    "tests/scenarios/book/a_late_return_is_named.case": "x\n",
    "README.md": "Tian\n",
}
BOOK = CLEAN["src/book/book.c"]
LONG = "int f(void)\n{\n" + "    g();\n" * 69 + "}\n"
DEEP = "int f(void)\n{\n    if (a) {\n        if (b) {\n            for (;;) {\n" \
       "                if (c) {\n                    g();\n                }\n            }\n" \
       "        }\n    }\n}\n"

# name of the case · rule · path · the file's new text · what the advice must say, where it matters
FAULTS = [
    ("a lower folder includes a higher one", "layers", "src/store/a.c", '#include "book/book.h"\n'),
    ("nouns of one tier include each other", "layers", "src/flow/a.c", '#include "book/book.h"\n'),
    ("an include without its folder", "layers", "src/book/a.c", '#include "book.h"\n'),
    ("a folder that LAYERS does not know", "layers", "src/extra/a.c", "int x(void);\n"),
    ("a private header used from outside", "header", "src/figure/a.c",
     '#include "core/apply_int.h"\n'),
    ("a second header of another folder", "header", "src/core/a.c", '#include "store/pool.h"\n'),
    ("a header without pragma once", "header", "src/book/b.h", "int b(void);\n"),
    ("a function too long", "size", "src/book/a.c", LONG),
    ("a test too long", "size", "src/book/a_test.c", LONG),
    ("a file too long", "size", "src/book/a.c", "int a(void);\n" * 801),
    ("a header too long", "size", "src/book/b.h", "#pragma once\n" + "int a(void);\n" * 300),
    ("base too large", "size", "src/base/a.c", "int a(void);\n" * 3000),
    ("blocks too deep", "nesting", "src/book/a.c", DEEP),
    ("goto", "banned", "src/book/a.c", "int f(void)\n{\n    goto end;\n}\n"),
    ("strcpy", "banned", "src/book/a.c", "int f(void)\n{\n    strcpy(a, b);\n}\n"),
    ("malloc outside a driver", "banned", "src/book/a.c", "int f(void)\n{\n    malloc(1);\n}\n"),
    ("the clock outside Env", "banned", "src/book/a.c", "int f(void)\n{\n    usleep(1);\n}\n"),
    ("strtol in a driver", "banned", "src/store/a.c",
     '#include "base/driver.h"\nint f(void)\n{\n    strtol(a, b, 1);\n}\n'),
    ("double in figure", "float", "src/figure/a.c", "double half(void);\n"),
    ("float in core", "float", "src/core/a.c", "float half(void);\n"),
    ("a global that changes", "global", "src/book/a.c", "static int calls;\n"),
    ("a global with a value", "global", "src/book/a.c", "Counter counter = { 0 };\n"),
    ("a pack's name", "pack word", "src/book/a.c", "int library_loans_total(void);\n"),
    ("a pack's name in a comment", "pack word", "src/book/a.c", "/* for library_loans */\n"),
    ("a campaign word in Chinese", "pack word", "src/base/words.def",
     CLEAN["src/base/words.def"].replace("没有单位", "没有星级")),
    ("TODO without an issue", "todo", "src/book/a.c", "/* TODO later */\n"),
    ("a message without a row", "words", "src/book/book.c", BOOK.replace("unit.unknown", "unit.gone"),
     "unit.gone has none"),
    ("a row that nobody uses", "words", "src/book/book.c", BOOK.replace('"unit.unknown code=%s"', "x"), "take the row out"),
    ("a key that is not given", "words", "src/book/book.c", BOOK.replace(" code=%s", ""), "code not given"),
    ("a message that is no id", "words", "src/book/book.c", BOOK.replace("unit.unknown code=%s", "no!"),
     "a message id"),
    ("a row without English", "words", "src/base/words.def",
     'WORD("unit.unknown", "没有单位 {code}", "")\n'),
    ("a row without Chinese", "words", "src/base/words.def",
     'WORD("unit.unknown", "no {code}", "no {code}")\n'),
    ("keys that differ between the languages", "words", "src/base/words.def",
     'WORD("unit.unknown", "没有单位 {code}", "no unit {name}")\n'),
    ("two rows of one id", "words", "src/base/words.def", CLEAN["src/base/words.def"] * 2),
    ("a statement that nobody runs", "dead sql", "src/store/sql/log.sql", "-- act_drop\nselect 2;\n"),
    ("a test whose name is no sentence", "test name", "src/book/a_test.c",
     "TEST(book1)\n{\n}\n"),
    ("a scenario named by number", "test name", "tests/scenarios/book/01-late.case", "x\n"),
    ("a place of one machine", "place", "README.md", "see /wo" "rk/main\n"),
    ("a registry's address", "place", "tests/browser/package-lock.json",
     '{ "resol' 'ved": "https://x" }\n'),
]


def complaints(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as f:
                f.write(text)
        tree = tidy.Tree(root)
        return [c for rule in tidy.RULES for c in rule(tree)]


def main():
    passed = failed = 0

    def tell(good, name, found):
        nonlocal passed, failed
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok' if good else 'not ok'} {name}")
        if not good:
            print("\n".join(f"#   {c}" for c in found) or "#   no complaint")

    found = complaints(CLEAN)
    tell(not found, "a clean tree has no complaint", found)
    with_driver = dict(CLEAN)
    with_driver["src/store/a.c"] = '#include "base/driver.h"\nint f(void)\n{\n    free(p);\n}\n'
    found = complaints(with_driver)
    tell(not found, "a driver may call free", found)
    family = dict(CLEAN)
    family["src/base/words.def"] += 'WORD("unit.how.moved", "划转", "moved")\n'
    family["src/book/a.c"] = 'Str how(void)\n{\n    return say("unit.how.%s", name);\n}\n'
    found = complaints(family)
    tell(not found, "a family of messages is used by its head", found)
    for name, rule, path, text, *more in FAULTS:
        advice = more[0] if more else ""
        found = complaints({**CLEAN, path: text})
        found = [c for c in found if advice in c.advice]
        tell(any(c.rule == rule and (c.path == path or path.startswith(c.path)
                                     or c.path.endswith("words.def")) for c in found),
             f"{rule}: {name}", found)
    planted = {rule for _, rule, *_ in FAULTS}
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or len(planted) < 11 else 0


if __name__ == "__main__":
    sys.exit(main())
