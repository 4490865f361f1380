"""Makes a C file of a folder of built web files: embed_app.py FOLDER OUT. No folder, no files: the
program builds all the same and says on its page that the app is not in it. OUT is left alone when
nothing has changed, so that nothing is compiled again."""
import gzip
import hashlib
import os
import re
import sys

folder, target = sys.argv[1:3]
TYPES = {
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8", "json": "application/json; charset=utf-8",
    "svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon",
    "webmanifest": "application/manifest+json", "txt": "text/plain; charset=utf-8",
}
PACKED = ("text/", "application/json", "application/manifest", "image/svg")


def literal(data):
    # A digit behind an octal escape of three digits is a letter of its own.
    table = ["\\%03o" % b for b in range(256)]
    for b in range(32, 127):
        table[b] = chr(b)
    table[34], table[92], table[63] = '\\"', "\\\\", "\\?"
    text = [table[b] for b in data]
    rows = ['"%s"' % "".join(text[i:i + 120]) for i in range(0, len(text), 120)] or ['""']
    return "\n".join(rows)


rows = []
for where, names, files in os.walk(folder):
    names.sort()
    for name in sorted(files):
        path = os.path.relpath(os.path.join(where, name), folder).replace(os.sep, "/")
        kind = TYPES.get(path.rsplit(".", 1)[-1])
        if not kind:
            continue
        with open(os.path.join(where, name), "rb") as file:
            data = file.read()
        packed = gzip.compress(data, 9, mtime=0) if kind.startswith(PACKED) else b""
        if len(packed) >= len(data):
            packed = b""
        tag = hashlib.sha256(data).hexdigest()[:24]
        hashed = bool(re.search(r"[-.][A-Za-z0-9_-]{8,}\.(js|css|svg|png|json)$", path)) and (
            path.startswith("assets/"))
        rows.append('{ "%s", "%s", "\\"%s\\"",\n%s, %d,\n%s, %d, %s },\n' % (
            path, kind, tag, literal(data), len(data), literal(packed), len(packed),
            "true" if hashed else "false"))
text = '#include "web/app_files.h"\n\nconst AppFile app_files[] = {\n%s    { 0 },\n};\n' % "".join(rows)
text += "const size_t app_file_count = %d;\n" % len(rows)
try:
    with open(target) as file:
        same = file.read() == text
except FileNotFoundError:
    same = False
if not same:
    with open(target, "w") as file:
        file.write(text)
