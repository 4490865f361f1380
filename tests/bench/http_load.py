"""HTTP: server CPU a request, by net, by a bare epoll loop, and by nginx serving the same page as a file.

Rounds alternate between the servers and the median of the ratios counts, since the machine is shared.
"""
import os
import re
import shutil
import socket
import statistics
import subprocess
import time

SERVER = "build/tests/bench/http_bench"
THREADS, CONNECTIONS, ROUNDS, STREAMS = 2, 32, 5, 500

NGINX = """daemon off; worker_processes {threads}; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; default_type text/html;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{ listen 127.0.0.1:{port} backlog=512; root {folder}; }}
}}
"""


def cpu_of(pid):
    with open("/proc/%d/stat" % pid) as f:
        fields = f.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) / 1024


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        return [int(p) for p in f.read().split()]


class Server:
    """A server of our program, until its input is closed."""

    def __init__(self, kind, page=None):
        command = [SERVER, kind, str(THREADS)] + ([page] if page else [])
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def cpu(self):
        return cpu_of(self.process.pid)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Nginx:
    def __init__(self, folder, port):
        self.port = port
        conf = os.path.join(folder, "nginx.conf")
        with open(conf, "w") as f:
            f.write(NGINX.format(threads=THREADS, folder=folder, port=port))
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([program, "-e", os.path.join(folder, "error.log"), "-c", conf],
                                        stderr=subprocess.DEVNULL)

    def cpu(self):
        return sum(cpu_of(p) for p in children_of(self.process.pid) + [self.process.pid])

    def close(self):
        self.process.terminate()
        self.process.wait()


def load(server, path, seconds):
    """Server CPU in microseconds a request."""
    before = server.cpu()
    made = subprocess.run(["wrk", "-t1", "-c%d" % CONNECTIONS, "-d%ds" % seconds,
                           "http://127.0.0.1:%d%s" % (server.port, path)], capture_output=True, text=True, check=True)
    spent = server.cpu() - before
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", made.stdout)
    if bad:
        raise RuntimeError("wrk against %s: %s" % (path, bad[0]))
    return spent / int(re.search(r"(\d+) requests in", made.stdout)[1]) * 1e6


def compare(mine, peer, path, seconds):
    """Medians of both costs, and of their ratio round by round."""
    load(mine, path, 1)
    load(peer, path, 1)
    pairs = [(load(mine, path, seconds), load(peer, path, seconds)) for _ in range(ROUNDS)]
    return (statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs),
            statistics.median(a / b for a, b in pairs))


def percentile(times, share):
    return sorted(times)[int(len(times) * share)]


def waits(port, count):
    """Seconds that each of some plain requests took, on one connection."""
    times = []
    with socket.create_connection(("127.0.0.1", port)) as s:
        for _ in range(count):
            start = time.monotonic()
            s.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            if not s.recv(4096).startswith(b"HTTP/1.1 200"):
                raise RuntimeError("a plain request was not answered")
            times.append(time.monotonic() - start)
            time.sleep(0.001)
    return times


def bench_streams(say, net):
    """500 event streams, each told three times a second, beside plain requests."""
    alone = waits(net.port, 1000)
    streams = []
    for _ in range(STREAMS):
        s = socket.create_connection(("127.0.0.1", net.port))
        s.sendall(b"GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        streams.append(s)
    time.sleep(1)
    start = time.monotonic()
    beside = waits(net.port, 1000)
    spent = time.monotonic() - start
    got = []
    for s in streams:
        s.setblocking(False)
        got.append(s.recv(1 << 20).count(b"data: "))
    say("plain request beside %d event streams, 99 of 100 within" % STREAMS,
        "%.2f ms (alone %.2f ms)" % (percentile(beside, 0.99) * 1000, percentile(alone, 0.99) * 1000))
    least = int(spent / 0.35)
    say("  events that each stream got", "%d to %d in %.1f s" % (min(got), max(got), spent + 1),
        "goal: none left out", min(got) >= least and max(got) - min(got) <= 2)
    say("  resident with them", "%.1f MB" % resident_mb(net.process.pid))
    for s in streams:
        s.close()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def bench_http(say, work, quick):
    seconds = 1 if quick else 3
    if not shutil.which("wrk"):
        return say("HTTP", "left out: wrk is not installed")
    folder = os.path.abspath(os.path.join(work, "http"))
    os.makedirs(folder, exist_ok=True)
    net = Server("net", os.path.join(folder, "page.html"))
    bare = Server("bare")
    try:
        bench_streams(say, net)
        mine, peer, ratio = compare(net, bare, "/", seconds)
        say("small JSON reply, server CPU, of a bare epoll loop", "%.2f x (%.1f us, bare %.1f us)" % (ratio, mine, peer),
            "goal <= 1.25", ratio <= 1.25)
        if not (shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")):
            return say("  nginx", "left out: it is not installed")
        nginx = Nginx(folder, free_port())
        try:
            mine, peer, ratio = compare(net, nginx, "/page.html", seconds)
        finally:
            nginx.close()
        say("page of 15 KB from memory, of nginx with a file", "%.2f x (%.1f us, nginx %.1f us)" % (ratio, mine, peer),
            "goal <= 1.0", ratio <= 1.0)
    finally:
        net.close()
        bare.close()
