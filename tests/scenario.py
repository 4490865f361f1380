#!/usr/bin/env python3
"""Plays scenarios: what a clerk types and what must come back, through the real program.

    # one sentence that says what is shown
    file loans/pack.tian         the indented lines below are the file's text
        tian 1
    > tian init d                must end with exit 0; `tian`, files and folders are the scenario's own
    | 已建立                      must stand in what it printed, in this order
    ~ 错误                       must not stand there
    ! 1                          the last command ends with this exit instead

The project's folders packs/ and data/ can be named as they are.

A folder made by `tian init` is proven at the end: verify, digest, rebuild, the same digest again; a
backup restored elsewhere has that digest too. With --store URL every `tian init` gets a fresh schema
of that server, and the backup goes back into SQLite: the same digest on both stores.

usage: scenario.py [--store URL] FILE.case...      last line: N passed, N failed
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

TIAN = os.environ["TIAN"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIMIT_S = 120


class Fault(Exception):
    pass


def psql(url, sql):
    subprocess.run(["psql", "-qAt", url, "-c", sql], check=True, capture_output=True)


class Stage:
    """One scenario's folder, and its databases when it plays on a server."""

    def __init__(self, folder, store):
        self.folder, self.store = folder, store
        self.folders, self.databases = [], []

    def database(self):
        name = f"s{os.getpid()}_{len(self.databases)}"
        psql(self.store, f"create database {name}")
        self.databases.append(name)
        return re.sub(r"^(postgresql://[^/]*/)[^?]*", r"\g<1>" + name, self.store)

    def run(self, words, store=True):
        if words[0] == "tian":
            words = [TIAN] + words[1:]
            if words[1:2] == ["init"] and len(words) > 2:
                self.folders.append(words[2])
                if self.store and store:
                    words += ["--store", self.database()]
        done = subprocess.run(words, cwd=self.folder, capture_output=True, timeout=LIMIT_S,
                              env={**os.environ, "LC_ALL": "zh_CN.UTF-8"})
        return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")

    def need(self, *words):
        code, out = self.run(list(words), store=False)
        if code != 0:
            raise Fault(f"{' '.join(words)} ended with {code}:\n{out}")
        return out

    def prove(self):
        for n, folder in enumerate(self.folders):
            if not os.path.isdir(os.path.join(self.folder, folder)):
                continue
            self.need("tian", "verify", folder)
            before = self.need("tian", "digest", folder)
            self.need("tian", "rebuild", folder)
            if self.need("tian", "digest", folder) != before:
                raise Fault(f"{folder}: rebuild gives other views than the scenario left")
            self.need("tian", "backup", folder, f"proof{n}.backup")
            self.need("tian", "restore", f"proof{n}.backup", f"proof{n}")
            if self.need("tian", "digest", f"proof{n}") != before:
                raise Fault(f"{folder}: a restored backup has another digest")

    def close(self):
        for name in self.databases:
            psql(self.store, f"drop database if exists {name} with (force)")


def read_case(path):
    """(line number, sign, text) of each step; a file step carries its whole text."""
    steps = []
    with open(path, encoding="utf-8") as f:
        for n, line in enumerate(f.read().split("\n"), 1):
            if line.startswith("    ") and steps and steps[-1][1] == "file":
                steps[-1][3].append(line[4:])
            elif line.startswith("file "):
                steps.append((n, "file", line[5:].strip(), []))
            elif line[:2] in ("> ", "| ", "~ ", "! "):
                steps.append((n, line[0], line[2:].rstrip(), None))
            elif not line.strip() and steps and steps[-1][1] == "file" and steps[-1][3]:
                steps[-1][3].append("")
            elif line.strip() and not line.startswith("#"):
                raise Fault(f"line {n} is no step: {line}")
    return steps


def write_file(folder, name, lines):
    path = os.path.normpath(os.path.join(folder, name))
    if not path.startswith(folder + os.sep):
        raise Fault(f"{name} stands outside the scenario")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    while lines and not lines[-1]:
        lines.pop()
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


def play(stage, steps):
    for i, (n, sign, text, lines) in enumerate(steps):
        if sign == "file":
            write_file(stage.folder, text, lines)
        if sign != ">":
            continue
        after = []
        for step in steps[i + 1:]:
            if step[1] in (">", "file"):
                break
            after.append(step)
        wanted = next((int(t) for _, s, t, _ in after if s == "!"), 0)
        code, out = stage.run(shlex.split(text))
        if code != wanted:
            raise Fault(f"line {n}: {text}\nended with {code}, not {wanted}:\n{out}")
        at = 0
        for line, s, t, _ in after:
            found = out.find(t, at) if s == "|" else -1
            if s == "|" and found < 0:
                raise Fault(f"line {line}: expected '{t}' in the answer to {text}\n{out}")
            if s == "|":
                at = found + len(t)
            if s == "~" and t in out:
                raise Fault(f"line {line}: '{t}' must not stand in the answer to {text}\n{out}")


def main():
    args = sys.argv[1:]
    store = args.pop(1) if args[:1] == ["--store"] else None
    if store:
        args.pop(0)
    passed = failed = 0
    for path in args:
        name = re.sub(r"^.*scenarios/", "", path)[:-5].replace("_", " ")
        with tempfile.TemporaryDirectory() as folder:
            stage = Stage(os.path.realpath(folder), store)
            for name_there in ("packs", "data"):
                os.symlink(os.path.join(ROOT, name_there), os.path.join(folder, name_there))
            try:
                play(stage, read_case(path))
                stage.prove()
                print(f"ok {name}")
                passed += 1
            except (Fault, subprocess.SubprocessError, OSError, ValueError) as fault:
                print(f"not ok {name}\n#   " + str(fault).replace("\n", "\n#   "))
                failed += 1
            finally:
                stage.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
