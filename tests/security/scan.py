#!/usr/bin/env python3
"""wapiti over the pages and the reads, as nobody and as somebody signed in: it finds nothing of medium
weight or above, no anomaly, and must see what a server with a hole has.

usage: scan.py SCRATCH      TIAN = the program; last line "N passed, N failed"
"""
import json
import os
import re
import shutil
import subprocess
import sys

import stand
from stand import CLERK, site, world

counts = stand.Counts()
# Left out: modules that ask servers elsewhere (nikto, wapp, ssrf, xxe) or look for other programs (wp_enum, drupal_enum).
MODULES = "backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss"
MEDIUM = 2
# Known and meant: TLS is the proxy's (docs/operate.md); browsers have dropped X-XSS-Protection for the policy; the form of
# signing in is guarded by Origin and SameSite instead of a token, which own.py and tests/web try.
MEANT = ("Strict-Transport-Security is not set", "X-XSS-Protection is not set")


def is_meant(x):
    return x[4] in MEANT or (x[0] == "Cross Site Request Forgery" and x[3] == "/login" and x[4] == "Lack of anti CSRF token")


def prepare(config):
    """wapiti asks the net for a list of products, even when that module is not wanted, unless it has one."""
    os.makedirs(config, exist_ok=True)
    with open(os.path.join(config, "apps.json"), "w", encoding="utf-8") as f:
        json.dump({"technologies": {}, "categories": {}}, f)


def wapiti(scratch, name, base, starts, modules, seconds, cookie=None):
    report = os.path.join(scratch, name + ".json")
    prepare(os.path.join(scratch, name + "-config"))
    words = ["wapiti", "-u", base + "/", "-m", modules, "--scope", "domain", "-d", "3", "--max-links-per-page", "30", "--max-files-per-dir", "8", "--max-scan-time", str(seconds),
             "--max-attack-time", "8", "-S", "normal", "-t", "5", "-v", "0", "-f", "json", "-o", report, "--flush-session", "--no-bugreport",
             "--store-session", os.path.join(scratch, name + "-session"), "--store-config", os.path.join(scratch, name + "-config")]
    for start in starts:
        words += ["-s", base + start]
    if cookie:
        words += ["-H", "Cookie: tian=" + cookie]
    with open(os.path.join(scratch, name + ".said"), "w", encoding="utf-8") as out:
        return subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "HOME": scratch}), report


def results(job, report, seconds):
    try:
        job.wait(seconds)
    except subprocess.TimeoutExpired:
        job.terminate()
        job.wait()
    if not os.path.exists(report):
        return None, [], []
    with open(report, encoding="utf-8") as f:
        said = json.load(f)
    weigh = lambda part: [(kind, x["level"], x["method"], x["path"], x["info"], x.get("parameter")) for kind, all_of in said.get(part, {}).items() for x in all_of]
    return pages_of(report.replace(".json", ".said")), weigh("vulnerabilities"), weigh("anomalies")


def pages_of(path):
    with open(path, encoding="utf-8", errors="replace") as f:
        text = f.read()
    if "Downloading from the web" in text:
        return None  # it asked somebody elsewhere
    found = re.search(r"Wapiti found (\d+) URLs", text)
    return int(found[1]) if found else None


def judge(name, got, least):
    pages, found, odd = got
    bad = [x for x in found if int(x[1]) >= MEDIUM and not is_meant(x)]
    low = [x for x in found if int(x[1]) < MEDIUM and not is_meant(x)]
    counts.check(f"wapiti {name}: {pages} pages, nothing of medium weight or above", pages is not None and pages >= least and not bad, pages, *bad[:6])
    counts.check(f"wapiti {name}: no anomaly", not odd, *odd[:6])
    counts.check(f"wapiti {name}: nothing of low weight either", not low, *low[:6])


def main():
    scratch = sys.argv[1]
    folder = os.path.join(scratch, "scan")
    shutil.copytree(stand.city(os.path.join(scratch, "city")), folder)
    server = site.Server(folder)
    holed = subprocess.Popen([sys.executable, os.path.join(stand.HERE, "holed.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    base, hole = f"http://127.0.0.1:{server.port}", f"http://127.0.0.1:{holed.stdout.readline().strip()}"
    try:
        before = stand.facts(server)
        clerk = stand.person(server, CLERK)
        reads = [stand.with_query(path, args) for path, args in stand.reads(CLERK) if path != "/api/events"]
        jobs = [("as nobody", wapiti(scratch, "nobody", base, ["/login", "/u/9900", "/f/m_pub?unit=9900&period=2022-01", "/?q=x", "/app/", "/signed-out"], MODULES, 15), 10),
                ("signed in", wapiti(scratch, "clerk", base, reads, MODULES, 10, clerk.cookie), 15),
                ("hole", wapiti(scratch, "hole", hole, ["/api/view/unit?unit=1"], "sql", 5), 1)]
        got = {name: (results(job, report, 60), least) for name, (job, report), least in jobs}
        counts.check("wapiti finds the hole of a server that has one", any("SQL" in x[0] for x in got["hole"][0][1]), got["hole"])
        for name in "as nobody", "signed in":
            judge(name, *got[name])
        counts.check("the server answers, and nothing was written", clerk.view("me")[0] == 200 and stand.facts(server) == before, before, stand.facts(server))
    finally:
        holed.stdin.close()
        holed.wait()
        counts.check("the server ends as asked", server.stop() == 0)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())
