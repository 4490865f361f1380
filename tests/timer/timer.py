#!/usr/bin/env python3
"""The timer of the server under kill -9 and jumps of its clock: what is due happens once.

usage: timer.py TIAN FOLDER [STORE_URL]

Cases are filed, then a server whose clock stands after all their due moments is killed again and
again while it works through them. In the end every case has each of its four late facts once, at
its moment. A second store goes the same way without a kill: both tell the same."""
import collections
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time

TIAN, FOLDER = sys.argv[1:3]
URL = sys.argv[3] if len(sys.argv) > 3 else None
HERE = os.path.dirname(os.path.abspath(__file__))
CASES, KILLS = 1500, 12
MOVE, LATE = 35, 36
FILED, DUE, BACK = "2021-06-07T09:00", "2021-06-08T09:00", "2021-06-07T09:45"
good = bad = 0


def check(name, claim, why=""):
    global good, bad
    print("%s %s" % ("ok" if claim else "not ok", name))
    if claim:
        good += 1
    else:
        bad += 1
        print("#   %s" % (why,))
    sys.stdout.flush()


def run(*words, clock=FILED):
    env = {**os.environ, "TIAN_CLOCK": clock, "LC_ALL": "C"}
    got = subprocess.run([TIAN, *words], env=env, capture_output=True, text=True)
    if got.returncode:
        raise RuntimeError("%s: %s" % (" ".join(words), got.stderr))
    return got.stdout


def serve(store, clock):
    words = [TIAN, "serve", store, "--listen", "127.0.0.1:0", "--clock", clock]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def port_of(server):
    return int(re.search(r":(\d+)", server.stdout.readline())[1])


def end(server, how):
    server.send_signal(how)
    server.wait(timeout=60)
    server.stdout.close()


def say(store, *words):
    """To the server over DIR/tian.sock, as `tian do` does it."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(os.path.join(store, "tian.sock"))
        line.sendall(b"".join(word.encode() + b"\0" for word in words))
        line.shutdown(socket.SHUT_WR)
        got = b""
        while piece := line.recv(65536):
            got += piece
    return got[:1] == b"0", got[1:].decode()


def metric(port, name):
    import urllib.request
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port) as page:
        return int(re.search(r"^%s (\d+)$" % name, page.read().decode(), re.M)[1])


def make(store, url):
    run("init", store, *(["--store", url] if url else []))
    run("pack", store, "load", os.path.join(HERE, "pack.tian"))
    run("units", store, "import", os.path.join(HERE, "units.csv"), "--day", "2021-01-01")
    server = serve(store, FILED)
    port_of(server)
    for i in range(CASES):
        ok, said = say(store, "do", "record.file", "book=errand", "unit=F%d" % (i % 2 + 1), "what=差事%d" % i)
        if not ok:
            raise RuntimeError(said)
    end(server, signal.SIGTERM)


def facts(store, url):
    """{(case, verb, which late step or move, its moment)} with how often, of what the timer did."""
    query = ("select f.subject, f.verb, p.body from fact f join part p on p.seq = f.seq and p.part = 1 "
             "where f.verb in (%d, %d)" % (MOVE, LATE))
    if url:
        query = query.replace("p.body", "convert_from(p.body, 'UTF8')")
        text = subprocess.run(["psql", "-qtAXF", "\t", "-d", url, "-c", query], capture_output=True,
                              text=True, check=True).stdout
        rows = [line.split("\t") for line in text.splitlines()]
    else:
        db = sqlite3.connect("file:%s/tian.db?mode=ro" % store, uri=True)
        rows = db.execute(query).fetchall()
        db.close()
    import json
    seen = collections.Counter()
    for subject, verb, body in rows:
        said = json.loads(body)
        seen[int(subject), int(verb), str(said.get("l", said.get("v")))] += 1
    return seen


def wait_done(port, seconds=60):
    until = time.time() + seconds
    while time.time() < until and metric(port, "tian_timer_waiting"):
        time.sleep(0.1)
    return metric(port, "tian_timer_waiting")


def killed(store, url):
    random.seed(57)
    between = 0
    for i in range(KILLS):
        server = serve(store, DUE)
        time.sleep(random.uniform(0.02, 0.25))
        end(server, signal.SIGKILL)
        between += 0 < sum(facts(store, url).values()) < CASES * 4
    check("kills fell among the late steps (%d of %d)" % (between, KILLS), between > 0)
    server = serve(store, DUE)
    port = port_of(server)
    left = wait_done(port)
    check("nothing waits in the end", left == 0, left)
    end(server, signal.SIGTERM)


def jumps(store, url):
    server = serve(store, BACK)  # told, and not yet raised
    port = port_of(server)
    time.sleep(1.5)
    ok, said = say(store, "tick")
    check("a tick when nothing is due does nothing", ok and said.strip() == "0", said)
    some = sum(facts(store, url).values())
    check("45 minutes on, a quarter of it is done", some == CASES, some)
    end(server, signal.SIGTERM)
    server = serve(store, "2021-06-06T09:00")  # before all of it
    port = port_of(server)
    time.sleep(1.5)
    check("a clock set back does nothing twice", sum(facts(store, url).values()) == some)
    check("and keeps what waits", metric(port, "tian_timer_waiting") == CASES)
    end(server, signal.SIGTERM)
    server = serve(store, DUE)
    port = port_of(server)
    check("forward again, all of it is done", wait_done(port) == 0)
    end(server, signal.SIGTERM)


def main():
    urls = [None, None]
    if URL:
        urls = [re.sub(r"^(postgresql://[^/]*/)[^?]*", r"\1tian_timer%d" % i, URL) for i in (1, 2)]
        for i in (1, 2):
            subprocess.run(["psql", "-qXd", URL, "-c", "create database tian_timer%d" % i], check=True)
    one, two = os.path.join(FOLDER, "killed"), os.path.join(FOLDER, "jumped")
    make(one, urls[0])
    killed(one, urls[0])
    make(two, urls[1])
    jumps(two, urls[1])
    for name, store, url in (("killed", one, urls[0]), ("jumped", two, urls[1])):
        seen = facts(store, url)
        check("%s: four facts for each of %d cases" % (name, CASES), len(seen) == CASES * 4, len(seen))
        twice = [key for key, count in seen.items() if count != 1]
        check("%s: none of them twice" % name, not twice, twice[:5])
        run("verify", store, clock=DUE)
        before = run("digest", store, clock=DUE)
        run("rebuild", store, clock=DUE)
        check("%s: the views are made again from the log" % name, run("digest", store, clock=DUE) == before)
    check("both tell the same", facts(one, urls[0]) == facts(two, urls[1]))
    print("%d passed, %d failed" % (good, bad))
    return 1 if bad else 0


sys.exit(main())
