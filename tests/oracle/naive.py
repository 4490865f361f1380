#!/usr/bin/env python3
"""Random worlds against the program: every figure of every world must be what the rules say.

    tests/oracle/naive.py [--worlds N] [--seed FIRST] [--keep DIR] [--program TIAN]

Each world is one pack with a test section, written out by make.py with the expectations of rules.py,
which knows the thirty rules and nothing else. `tian check` runs it through the ordinary commands and
asks every expectation of live columns and again of columns computed anew.
Last line: N passed, N failed. A world that fails is kept in DIR."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from make import Maker

ROOT = Path(__file__).resolve().parent.parent.parent


def run_world(program, folder, seed):
    """True, or what the program said."""
    path = folder / f"world-{seed}.tian"
    path.write_text(Maker(seed).make(), encoding="utf-8")
    done = subprocess.run([program, "check", str(path)], capture_output=True, text=True, check=False, timeout=300)
    if done.returncode == 0 and done.stdout.strip().endswith("1 passed, 0 failed"):
        path.unlink()
        return True
    return done.stdout + done.stderr


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--worlds", type=int, default=150)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--keep", type=Path)
    p.add_argument("--program", default=str(ROOT / "build" / "tian"))
    a = p.parse_args()
    folder = a.keep or Path(tempfile.mkdtemp(prefix="oracle-"))
    folder.mkdir(parents=True, exist_ok=True)
    passed = failed = 0
    for seed in range(a.seed, a.seed + a.worlds):
        said = run_world(a.program, folder, seed)
        if said is True:
            passed += 1
            continue
        failed += 1
        print(f"world {seed}: {folder}/world-{seed}.tian")
        print("\n".join(said.splitlines()[:12]))
    if not failed and not a.keep:
        folder.rmdir()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
