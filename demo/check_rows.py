#!/usr/bin/env python3
"""Asks the program for the figure of every held row and compares it with what was printed.

    demo/check_rows.py STORE [ID…]      last line: N passed, N failed

A row rests on complete returns unless its column `coverage` says how many were in.
"""

import sys

import tian


def main():
    if len(sys.argv) < 2:
        print(__doc__.strip())
        return 2
    store, only = sys.argv[1], set(sys.argv[2:])
    passed = failed = 0
    for row in tian.held_rows():
        if only and row["id"] not in only:
            continue
        try:
            why = tian.fault(row, tian.figure(store, row["figure"], row["unit"], row["period"]))
        except tian.Refused as e:
            why = str(e)
        passed += why is None
        failed += why is not None
        if why:
            print(f"{row['id']} {row['figure']} @ {row['unit']} [{row['period']}]: {why}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
