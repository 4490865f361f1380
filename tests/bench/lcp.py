"""First load on a phone with a poor network, in Chromium: when the largest piece of a page stands."""
import json
import os
import shutil
import subprocess

TIAN = "build/tian"


def bench_lcp(say, work, _quick):
    if not shutil.which("node") or not shutil.which(os.environ.get("CHROMIUM", "chromium")):
        return say("largest contentful paint", "left out: node or chromium is not installed")
    city = os.path.join(work, "lcp-city")
    if not os.path.exists(city + "-people.tsv"):
        env = dict(os.environ, TIAN_DEMO_PASSWORD="kan-shou-ping-2022")
        subprocess.run(["tools/demo", city, TIAN], env=env, check=True, capture_output=True)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd="tests/browser", check=True)
    made = subprocess.run(["node", "tests/browser/lcp.mjs", TIAN, city], capture_output=True, text=True, check=True)
    got = json.loads(made.stdout.strip().splitlines()[-1])
    for name, key in (("todo of the staff app", "todo"), ("a village's public page", "public")):
        ms = got[key + "_ms"]
        say("largest contentful paint, %s" % name, "%.1f s (%d KB)" % (ms / 1000, got[key + "_kb"]), "goal <= 2.0 s", ms <= 2000)
    return None
