#!/usr/bin/env python3
"""A server with a hole on purpose: it builds SQL from what it is asked, so that a scanner that finds
nothing here is known to look at nothing. Prints its port; ends when its input does. Loopback only."""
import http.server
import json
import sqlite3
import sys
import threading
import urllib.parse

DB = sqlite3.connect(":memory:", check_same_thread=False)
DB.executescript("CREATE TABLE unit(code TEXT, name TEXT); INSERT INTO unit VALUES('1', '甲村'), ('2', '乙村'), ('3', '丙村');")
LOCK = threading.Lock()


class Holed(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def give(self, code):
        try:
            with LOCK:
                rows = DB.execute("SELECT code, name FROM unit WHERE code = '" + code + "'").fetchall()
            status, body = 200, json.dumps({"rows": rows})
        except sqlite3.Error as e:
            status, body = 500, json.dumps({"error": f"sqlite3.{type(e).__name__}: {e}"})
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        self.give(query.get("unit", [""])[0])

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.give(str(body["fields"]["unit"]))

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Holed)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
