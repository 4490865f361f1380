"""Two cities that differ in nothing but values that a reader may not see answer that reader alike:
status, headers, length, counts, every byte but the clock, the salted hashes and the random numbers
of persons and sessions."""
import re

import oracle
import world

NOISE = [(rb'"(receipt|head_root|token|session|id|key)":"[0-9a-f]*"', rb'"\1":""'), (rb'"(at|at_ms|made_ms|seen_ms|last_ms|person|up_ms)":-?\d+', rb'"\1":0'),
         (rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", b"TIME"), (rb"[0-9a-f]{64}", b"HASH"), (rb"DTSTAMP:\w+", b"DTSTAMP"), (rb"<code>[0-9a-f]{12}</code>", b"<code></code>"), (rb"127\.0\.0\.1:\d+", b"HERE")]


def blind(seat):
    """May the seat see nothing at all of what differs?"""
    for book, unit in world.OTHERWISE:
        fields = set(oracle.BOOKS[book]["fields"]) - world.SAME_IN_BOTH
        if fields & oracle.fields_read(seat, book, unit) or oracle.may_read_figure_of(seat, book, unit):
            return False
    return True


def plain(body):
    for pattern, instead in NOISE:
        body = re.sub(pattern, instead, body)
    return body


def answer(p, path, words_of):
    status, headers, body = p.request("GET", path)
    if body[:2] == b"PK":
        return status, sorted(plain(w.encode()) for w in words_of(body))
    kept = {k: v for k, v in headers.items() if k.lower() not in ("date", "set-cookie", "content-length", "etag")}
    # an ETag and a length may follow the clock and the hashes; where there are none, they must be alike
    if plain(body) == body:
        kept.update({k: v for k, v in headers.items() if k.lower() in ("content-length", "etag")})
    return status, kept, plain(body)


def cells(count, pair, seat, paths, words_of):
    a, b = pair
    for path in paths:
        left, right = answer(a, path, words_of), answer(b, path, words_of)
        count.cell("pair", seat, "two cities answer alike", path.split("&seat=")[0][:120], True, left == right,
                   "" if left == right else f"{difference(left, right)}")


def difference(left, right):
    for x, y in zip(left, right):
        if x != y and isinstance(x, bytes):
            at = next((i for i, (m, n) in enumerate(zip(x, y)) if m != n), 0)
            return x[max(0, at - 60):at + 60], y[max(0, at - 60):at + 60]
        if x != y:
            return str(x)[:300], str(y)[:300]
    return ""
