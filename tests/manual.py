#!/usr/bin/env python3
"""Plays the manual of the pack language: writes the files it shows, checks its packs, and runs its
session as printed. A fence named after a file is that file; the fences of `tian` are the packs, in
the order of PACKS; a fence without a name is a session: `> ` before what is typed, and every other
line must stand in what that command prints.

usage: manual.py PAGE FOLDER      last line: N passed, N failed
"""
import os
import re
import shlex
import subprocess
import sys

TIAN = os.environ["TIAN"]
PACKS = ["packs/base/pack.tian", "packs/wells/pack.tian", "packs/wells/tests.tian"]
FILES = {"words/en.txt": "packs/base/words/en.txt"}
LIMIT_S = 120


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def play(folder, text):
    """(command, what is wrong or None) of each command of a session."""
    for part in re.split(r"^> ", text, flags=re.M)[1:]:
        command, *lines = part.splitlines()
        words = shlex.split(command)
        done = subprocess.run([TIAN] + words[1:], cwd=folder, capture_output=True, timeout=LIMIT_S,
                              text=True)
        lost = [line for line in lines if line not in done.stdout]
        wrong = done.returncode or lost
        yield command, f"exit {done.returncode}, lost {lost}\n{done.stdout}{done.stderr}" if wrong else None


def main(page, folder):
    with open(page, encoding="utf-8") as file:
        fences = re.findall(r"^```(\S*)\n(.*?)^```$", file.read(), flags=re.M | re.S)
    packs = iter(PACKS)
    for name, text in fences:
        if name:
            write(folder, next(packs) if name == "tian" else FILES.get(name, name), text)
    good = bad = 0
    for command, wrong in [c for name, text in fences if not name for c in play(folder, text)]:
        print(f"{'not ok' if wrong else 'ok'} {command}" + (f"\n{wrong}" if wrong else ""))
        good, bad = good + (not wrong), bad + bool(wrong)
    print(f"{good} passed, {bad} failed")
    return 0 if good and not bad else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
