#!/usr/bin/env python3
"""Numbers the named SQL statements of src/store/sql/*.sql at build time.

    gen_sql.py FOLDER IDS_H TEXT_C DEPFILE

A file holds statements like

    -- name: unit_insert
    insert into unit (unit, shard, born_seq) values (?1, ?2, ?3);
    -- pg:
    (only where PostgreSQL needs other words)

A name stands once in all files. The PostgreSQL text is made from the SQLite one: ?1 becomes $1,
and in `create table` integer/blob/text become bigint/bytea/text collate "C" while STRICT and
WITHOUT ROWID go. For every table of a schema_*.sql file the statements make_T, drop_T and dump_T
(all columns in key order) are made as well, and a row of sql_tables[]. sql_makes[] lists all
statements of the schema files, indexes too, in their order.
"""
import os
import re
import sys

NAME = re.compile(r"^--\s*name:\s*([a-z][a-z0-9_]*)\s*$")
PG = re.compile(r"^--\s*pg:\s*$")
TABLE = re.compile(r'^create table ("?)(\w+)\1 \((.*)\)\s*(.*)$', re.S)


def stop(place, text):
    sys.exit(f"{place}: {text}")


def clean(lines):
    """Without comments and with single blanks."""
    text = " ".join(re.sub(r"--.*", "", line).strip() for line in lines)
    return re.sub(r"\s+", " ", text).strip().rstrip(";").strip()


def read_file(path):
    """[(name, sqlite text, pg text or None, place)]"""
    found, name, place, lite, pg, into = [], None, None, [], None, None

    def close():
        if name:
            text = clean(lite)
            if not text:
                stop(place, f"statement {name} is empty")
            found.append((name, text, clean(pg) if pg is not None else None, place))

    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            match = NAME.match(line.strip())
            if match:
                close()
                name, place, lite, pg = match.group(1), f"{path}:{number}", [], None
                into = lite
            elif PG.match(line.strip()):
                if not name:
                    stop(f"{path}:{number}", "-- pg: before any -- name:")
                pg = into = []
            elif into is not None:
                into.append(line)
            elif clean([line]):
                stop(f"{path}:{number}", "SQL before the first -- name:")
    close()
    return found


def to_pg(text):
    text = re.sub(r"\?(\d+)", r"$\1", text)
    if re.search(r"\?", text):
        stop(text, "placeholders are numbered: ?1 ?2 …")
    if text.startswith("create table"):
        head, body = text.split("(", 1)
        body = re.sub(r"\binteger\b", "bigint", body)
        body = re.sub(r"\bblob\b", "bytea", body)
        body = re.sub(r"\btext\b", 'text collate "C"', body)
        body = re.sub(r"\)\s*(strict|without rowid)(\s*,\s*(strict|without rowid))*$", ")", body)
        text = f"{head}({body}"
    return text


def split_top(text):
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return parts


def table_of(text, place):
    """(table, quoted table, columns, key columns) of a create table statement"""
    match = TABLE.match(text)
    if not match:
        stop(place, "a schema statement is `create table NAME (…) STRICT` on both stores")
    quote, table, body, _ = match.groups()
    columns, key, numbers = [], [], ""
    for part in split_top(body):
        whole = re.match(r"^primary key \((.*)\)$", part)
        if whole:
            key = [item.strip() for item in whole.group(1).split(",")]
            continue
        column, kind = re.match(r'^("?\w+"?) (\w+)', part).groups()
        columns.append(column)
        numbers += "i" if kind == "integer" else "b"
        if "primary key" in part:
            key = [column]
    if not key:
        stop(place, f"table {table} has no primary key")
    return table, f"{quote}{table}{quote}", columns, key, numbers


def c_text(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def gather(folder):
    statements, tables, schema, files = [], [], [], []
    for file in sorted(os.listdir(folder)):
        if not file.endswith(".sql"):
            continue
        files.append(os.path.join(folder, file))
        group = re.match(r"^schema_(log|view|cache|account)\.sql$", file)
        for name, lite, pg, place in read_file(files[-1]):
            statements.append((name, lite, pg or to_pg(lite), place))
            if group:
                schema.append((name, group.group(1)))
            if not group or not lite.startswith("create table"):
                continue
            table, quoted, columns, key, numbers = table_of(lite, place)
            if name != f"make_{table}":
                stop(place, f"the statement is named make_{table}")
            drop = f"drop table if exists {quoted}"
            dump = f"select {', '.join(columns)} from {quoted} order by {', '.join(key)}"
            statements.append((f"drop_{table}", drop, drop, place))
            statements.append((f"dump_{table}", dump, dump, place))
            tables.append((table, group.group(1), numbers))
    return statements, tables, schema, files


def check_once(statements):
    seen = {}
    for name, _, _, place in statements:
        if name in seen:
            stop(place, f"statement {name} stands already at {seen[name]}")
        seen[name] = place


def main():
    folder, ids_path, text_path, dep_path = sys.argv[1:5]
    statements, tables, schema, files = gather(folder)
    check_once(statements)
    ids = ["/* Made by tools/gen_sql.py from src/store/sql. */", "#pragma once", "enum SqlId {"]
    ids += [f"    SQL_{name.upper()}," for name, _, _, _ in statements] + ["    SQL_COUNT", "};", ""]
    rows = ["/* Made by tools/gen_sql.py from src/store/sql. */", '#include "store/sql_text.h"', "",
            "const SqlText sql_text[SQL_COUNT] = {"]
    for name, lite, pg, _ in statements:
        count = max([int(n) for n in re.findall(r"\?(\d+)", lite)] or [0])
        rows.append(f"    {{ {c_text(name)}, {count}, {{ {c_text(lite)},\n      {c_text(pg)} }} }},")
    rows += ["};", "", "const SqlTable sql_tables[] = {"]
    for table, group, numbers in tables:
        up = table.upper()
        rows.append(f'    {{ "{table}", TABLE_{group.upper()}, {len(numbers)}, "{numbers}", '
                    f"SQL_MAKE_{up}, SQL_DROP_{up}, SQL_DUMP_{up} }},")
    rows += ["};", "const size_t sql_table_count = sizeof sql_tables / sizeof *sql_tables;", "",
             "const SqlMake sql_makes[] = {"]
    rows += [f"    {{ SQL_{name.upper()}, TABLE_{group.upper()} }}," for name, group in schema]
    rows += ["};", "const size_t sql_make_count = sizeof sql_makes / sizeof *sql_makes;", ""]
    for path, lines in ((ids_path, ids), (text_path, rows)):
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(lines))
    with open(dep_path, "w", encoding="utf-8") as out:
        out.write(f"{ids_path} {text_path}: {' '.join(files)} {folder} {os.path.abspath(__file__)}\n")


main()
