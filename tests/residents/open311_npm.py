#!/usr/bin/env python3
"""The npm client (client/client.mjs) beside an office that works on what it files.

usage: open311_npm.py FOLDER      TIAN = the program; last line "N passed, N failed"
"""
import os
import subprocess
import sys

import ground
from ground import UPPER

MOVES = {"take": ["move=take"], "answer": ["move=answer_", "answer=修好了"]}


def main():
    folder = ground.city(sys.argv[1] + "/npm")
    key = ground.run("open311", folder, "key", "add", "npm").strip().rsplit("：", 1)[-1]
    server = ground.Server(folder)
    client = subprocess.Popen(["node", os.path.join(ground.HERE, "client/client.mjs"), server.origin(), key, UPPER], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "NODE_NO_WARNINGS": "1"})
    last = "0 passed, 1 failed"
    for line in client.stdout:
        line = line.rstrip("\n")
        if line.startswith("OFFICE "):
            _, word, number = line.split()
            server.staff("record.move", "book=repair", f"unit={UPPER}", f"number={number.split('-')[1]}", *MOVES[word])
            client.stdin.write("done\n")
            client.stdin.flush()
        elif line.endswith(" failed"):
            last = line
        else:
            print(line)
    code = client.wait(60)
    server.stop()
    print(last)
    return code


if __name__ == "__main__":
    sys.exit(main())
