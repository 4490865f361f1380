#!/usr/bin/env python3
"""What the process asks of the system in a busy time: it connects to nobody, starts nothing, listens once,
and opens no file outside of its folder.

usage: calls.py SCRATCH [SECONDS]      TIAN = the program; last line "N passed, N failed"
"""
import os
import re
import shutil
import sys
import time

import own
import stand
from stand import CLERK, OWN, SECRETARY, site, world

counts = stand.Counts()
CALLS = "connect,execve,execveat,fork,vfork,ptrace,bind,listen,socket,openat,open,unlink,unlinkat,rename,renameat2,chmod,setuid"
# Read by the C library and by those that it loads: time zone, locale, numbers of the machine.
SYSTEM = ("/etc/ld.so", "/lib", "/usr/lib", "/usr/share/", "/etc/localtime", "/proc/", "/sys/", "/dev/", "/etc/ssl/openssl.cnf", "/etc/gai.conf", "/etc/nsswitch.conf",
          "/usr/local/", "/etc/host.conf", "/etc/resolv.conf", "/etc/hosts")


def busy(server, seconds):
    """Everything that people do, again and again."""
    village, clerk = stand.person(server, SECRETARY), stand.person(server, CLERK)
    officer = stand.person(server, "people_officer@9900")
    number, end, rounds = village.view("me")[1]["person"], time.monotonic() + seconds, 0
    sheet = None
    while time.monotonic() < end:
        rounds += 1
        for path, args in stand.reads(CLERK):
            if path != "/api/events":
                clerk.request("GET", stand.with_query(path, args))
        for page in stand.PAGES:
            clerk.request("GET", page)
        village.do("record.file", book="m_near", unit=OWN, period="2022-02", days=str(rounds % 28))
        village.do("private.show", book="m_case", unit=OWN, number="1", field="name", why="回访")
        village.opens("todo")
        village.request("PUT", "/api/blob/" + site.new_act(), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0")
        sheet = sheet or village.get("/api/export", book="m_near", unit=OWN, period="2022-01")[2]
        village.request("POST", village.query("/api/import", book="m_near", period="2022-01", name="a.xlsx", dry="1"), sheet)
        village.request("POST", village.query("/api/import", book="m_near", period="2022-01", name="a.xlsx", dry="1"), own.outside())
        if rounds % 4 == 1:
            officer.do("person.link", person=number)
            stand.person(server, SECRETARY)
    return rounds


def judge(lines, folder):
    """Calls of the running server: after its own start."""
    kinds = {}
    for line in lines:
        found = re.search(r"(\w+)\(", line)
        if found and "ENOENT" not in line:
            kinds.setdefault(found[1], []).append(line.strip())
    out = [x for x in kinds.get("connect", []) if "AF_UNIX" not in x]
    counts.check("it connects to nobody", not out and not [x for x in kinds.get("connect", []) if "nscd" not in x], kinds.get("connect"))
    counts.check("it starts one program: itself", len(kinds.get("execve", [])) == 1 and not kinds.get("execveat") and not kinds.get("fork") and not kinds.get("vfork"), kinds.get("execve"))
    nets = [x for x in kinds.get("bind", []) if "AF_INET" in x]
    counts.check("it takes one port, of this machine", len(nets) == 1 and "127.0.0.1" in nets[0], nets)
    files = {m[1] for x in kinds.get("openat", []) + kinds.get("open", []) if (m := re.search(r'"([^"]*)"', x))}
    foreign = sorted(f for f in files if f.startswith("/") and not f.startswith((folder, *SYSTEM)) and not f.startswith("/tmp/") and not f.startswith("/var/tmp/"))
    counts.check(f"it opens no file but those of its folder and of the system ({len(files)} names)", not foreign, foreign[:8])
    secrets = [f for f in files if f.startswith(("/etc/passwd", "/etc/shadow", "/root", "/home"))]
    counts.check("and none that a table or a path asked for", not secrets, secrets)


def main():
    scratch, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    folder, trace = os.path.join(scratch, "calls"), os.path.join(scratch, "calls.trace")
    shutil.copytree(stand.city(os.path.join(scratch, "city")), folder)
    wrapper = os.path.join(scratch, "traced.sh")
    with open(wrapper, "w") as f:
        f.write(f'#!/bin/sh\nexec strace -D -f --seccomp-bpf -qq -e trace={CALLS} -o {trace} -- {world.TIAN} "$@"\n')
    os.chmod(wrapper, 0o755)
    server = site.Server(folder, binary=wrapper)
    try:
        rounds = busy(server, seconds)
    finally:
        code = server.stop()  # the tracer stands apart (-D), so that this is the server's own end
        time.sleep(0.5)
    counts.check(f"{rounds} rounds of everything in {seconds} s, and it ends as asked", rounds > 3 and code == 0, rounds, code)
    with open(trace, encoding="utf-8", errors="replace") as f:
        judge(list(f), folder)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())
