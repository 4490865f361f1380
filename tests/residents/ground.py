"""A small city with one book that residents report to, its server on loopback, and forms as a browser
sends them without a script."""
import html
import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TIAN = os.environ.get("TIAN", os.path.join(ROOT, "build/tian"))
CITY, COUNTY, TOWN, UPPER, LOWER, GRID = "9900", "990001", "990001100", "990001100201", "990001100202", "9900011002011"
DESK, CLERK = f"desk@{UPPER}", f"clerk@{TOWN}"
UNITS = [("city", CITY, "试验市", None), ("county", COUNTY, "甲县", CITY), ("township", TOWN, "青山镇", COUNTY),
         ("village", UPPER, "上河村", TOWN), ("village", LOWER, "下河村", TOWN), ("grid", GRID, "上河一网格", UPPER)]


class Counts:
    def __init__(self):
        self.good = self.bad = 0

    def check(self, sentence, claim, *seen):
        print(("ok " if claim else "not ok ") + sentence)
        self.good, self.bad = self.good + bool(claim), self.bad + (not claim)
        if not claim:
            for s in seen:
                print("#  ", str(s)[:1500].replace("\n", "\n#   "))
        return bool(claim)

    def finish(self):
        print(f"{self.good} passed, {self.bad} failed")
        return 1 if self.bad or not self.good else 0


def run(*words, clock="2022-02-08T09:00", check=True):
    done = subprocess.run([TIAN, *words], capture_output=True, text=True, env={**os.environ, "TIAN_CLOCK": clock, "LC_ALL": "zh_CN.UTF-8"})
    if check and done.returncode:
        raise SystemExit(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def city(folder, *more):
    run("init", folder, *more, clock="2021-01-02T09:00")
    for pack in os.path.join(ROOT, "packs/base"), os.path.join(HERE, "pack"):
        run("pack", folder, "load", pack, clock="2021-01-02T09:00")
    for kind, code, name, parent in UNITS:
        run("do", folder, "unit.create", f"kind={kind}", f"code={code}", f"name={name}", *([f"parent={parent}"] if parent else []),
            "day=2021-01-01", clock="2021-01-03T09:00")
    for seat in DESK, CLERK, f"desk@{LOWER}":
        role, unit = seat.split("@")
        run("do", folder, "seat.create", f"role={role}", f"unit={unit}", "day=2021-01-01", clock="2021-01-04T09:00")
    return folder


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, folder, clock="2022-02-10T09:20", *more):
        self.port, self.folder = free_port(), folder
        self.log = open(folder + ".log", "ab")
        self.process = subprocess.Popen([TIAN, "serve", folder, "--listen", f"127.0.0.1:{self.port}", *more], stdout=self.log, stderr=self.log,
                                        env={**os.environ, "TIAN_CLOCK": clock, "LC_ALL": "zh_CN.UTF-8"})
        for _ in range(200):
            if self.process.poll() is not None:
                raise SystemExit("the server ended: " + open(self.log.name).read()[-2000:])
            try:
                if self.get("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the server does not answer")

    def request(self, method, path, body=None, headers=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        c.request(method, path, body, headers or {})
        r = c.getresponse()
        answer = Answer(r.status, r.headers, r.read())
        c.close()
        return answer

    def get(self, path, **headers):
        return self.request("GET", urllib.parse.quote(path, safe="/?&=%+-.:,"), None, headers)

    def origin(self):
        return f"http://127.0.0.1:{self.port}"

    def post(self, path, fields, files=None, headers=None):
        """fields: (name, text); files: (name, file name, bytes)."""
        head = {"Origin": self.origin(), **(headers or {})}
        if files is None:
            head["Content-Type"] = "application/x-www-form-urlencoded"
            return self.request("POST", path, urllib.parse.urlencode(fields).encode(), head)
        mark = "----" + secrets.token_hex(12)
        body = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields)
        body += b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{n}"; filename="{f}"\r\nContent-Type: image/jpeg\r\n\r\n'.encode() + b + b"\r\n" for n, f, b in files)
        head["Content-Type"] = f"multipart/form-data; boundary={mark}"
        return self.request("POST", path, body + f"--{mark}--\r\n".encode(), head)

    def staff(self, command, *words, seat=DESK):
        """The office works by the command line, through the running server."""
        done = subprocess.run([TIAN, "do", self.folder, command, *words, "--as", seat], capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "zh_CN.UTF-8"})
        if done.returncode:
            raise SystemExit(f"{command} {words}: {done.stdout}{done.stderr}")
        return done.stdout

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        self.log.close()
        return self.process.returncode


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode("utf-8", "replace")

    def words(self):
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text)))

    def hidden(self, form=0):
        """Fields of a form that stand there already, as (name, value)."""
        forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", self.text, re.S)
        return [(n, html.unescape(v)) for n, v in re.findall(r'<input type="hidden"[^>]*? name="([^"]*)" value="([^"]*)"', forms[form])]


def filled(hidden, **fields):
    return [(n, v) for n, v in hidden if n not in fields] + list(fields.items())


def receipt(answer):
    """Number and secret of a receipt, and the tag of its address."""
    codes = [c.replace(" ", "") for c in re.findall(r"<code[^>]*>([^<]*)</code>", answer.text)]
    tag = re.search(r'name="number" value="(\d+-\d+)"', answer.text)
    return codes[0], codes[1], tag[1]


if __name__ == "__main__":  # ground.py FOLDER: the city alone, for tests in another language
    import sys
    city(sys.argv[1])
