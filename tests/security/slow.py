#!/usr/bin/env python3
"""slowhttptest with slow heads, slow bodies and slow reading, while ordinary people ask and file: each of
their requests is answered within five seconds.

usage: slow.py SCRATCH [SECONDS]      TIAN = the program; last line "N passed, N failed"
"""
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import stand
from stand import OWN, SECRETARY, site, world

counts = stand.Counts()
LIMIT_S, CONNECTIONS, RATE = 5, 400, 200
KINDS = {"slow heads": ["-H", "-i", "5", "-t", "GET"], "slow bodies": ["-B", "-i", "5", "-s", "8000", "-t", "POST"],
         "slow reading": ["-X", "-w", "10", "-y", "20", "-n", "5", "-z", "8", "-k", "3"]}


class Ordinary(threading.Thread):
    """Reads a page and a view, files a return, again and again."""

    def __init__(self, server, seat):
        super().__init__(daemon=True)
        self.p, self.times, self.bad, self.stop = stand.person(server, seat), [], [], threading.Event()
        self.p.connection.timeout = LIMIT_S + 5
        self.start()

    def run(self):
        n = 0
        while not self.stop.is_set():
            n += 1
            self.timed(lambda: self.p.request("GET", "/u/9900")[0])
            self.timed(lambda: self.p.view("todo")[0])
            self.timed(lambda: self.p.do("record.file", book="m_open", unit=self.p.seat.split("@")[1], period="2022-01", tons=str(10 + n % 80))[0])
            if n % 10 == 0:
                self.p.connection.close()  # and as somebody who comes anew
                self.p.connection = None
            time.sleep(0.02)

    def timed(self, ask):
        began = time.monotonic()
        try:
            status = ask()
        except Exception as e:  # no answer at all, of whatever kind
            status, self.p.connection = repr(e), None
        took = time.monotonic() - began
        self.times.append(took)
        if status != 200 or took > LIMIT_S:
            self.bad.append((status, round(took, 2)))


def attack(server, scratch, name, words, seconds):
    url = f"http://127.0.0.1:{server.port}" + ("/login" if "-B" in words else "/u/9900")
    if "-B" in words:  # a form of this site: the program has no word for a head of one's own
        words = [*words, "-f", f"application/x-www-form-urlencoded\r\nOrigin: http://127.0.0.1:{server.port}"]
    people = [Ordinary(server, "secretary@" + u) for u in (OWN, "990001102201", "990002101201")]
    done = subprocess.run(["slowhttptest", *words, "-c", str(CONNECTIONS), "-r", str(RATE), "-l", str(seconds), "-p", "5", "-u", url],
                          capture_output=True, text=True, timeout=seconds + 30, cwd=scratch)
    for p in people:
        p.stop.set()
    for p in people:
        p.join(LIMIT_S + 10)
    times = sorted(t for p in people for t in p.times)
    bad = [b for p in people for b in p.bad]
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    opened = max([int(x) for x in re.findall(r"connected:\s+(\d+)", said)] + [0])
    closed = max([int(x) for x in re.findall(r"closed:\s+(\d+)", said)] + [0])
    p50, p99 = (times[int(len(times) * share)] * 1000 for share in (0.5, 0.99))
    counts.check(f"{name}: {len(times)} requests of others answered, half within {p50:.1f} ms, 99 of 100 within {p99:.0f} ms, at most {times[-1] * 1000:.0f} ms",
                 len(times) > 50 and not bad, bad[:5])
    counts.check(f"  while up to {opened} slow connections were open, {closed} of them ended", opened >= CONNECTIONS // 4 or closed >= CONNECTIONS // 4, done.returncode, said[-400:])


def main():
    scratch = sys.argv[1]
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    folder = os.path.join(scratch, "slow")
    shutil.copytree(stand.city(os.path.join(scratch, "city")), folder)
    server = site.Server(folder)
    try:
        for name, words in KINDS.items():
            attack(server, scratch, name, words, seconds)
        time.sleep(1)
        text = site.Person(server.port).request("GET", "/metrics")[2].decode()
        left = int(re.search(r"^tian_connections (\d+)", text, re.M)[1])
        counts.check("no connection is kept for one that has gone", left < 20, left)
    finally:
        counts.check("the server ends as asked", server.stop() == 0)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())
