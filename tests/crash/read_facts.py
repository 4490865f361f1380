#!/usr/bin/env python3
"""A second reader of the log, written from docs/facts.md alone: reads a backup file, checks its
digest, the canonical bytes and the order of every fact, builds every leaf and the root.

    read_facts.py FILE      prints "facts N size N root HEX", exit 1 with a reason if anything differs
"""
import hashlib
import hmac
import struct
import sys
import unicodedata

MAGIC = b"tian backup 1\n"
ABSENT = 2**32 - 1


class Broken(Exception):
    pass


def need(claim, reason):
    if not claim:
        raise Broken(reason)


def sha(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        need(self.at + n <= len(self.data), "cut short")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, form):
        return struct.unpack(">" + form, self.take(struct.calcsize(">" + form)))[0]

    def opt(self):
        n = self.number("I")
        return None if n == ABSENT else self.take(n)

    def end(self):
        need(self.at == len(self.data), "bytes too many")


class Canon:
    """canonical bytes, by the grammar"""

    def __init__(self, data):
        self.s, self.at = data.decode("utf-8", "strict"), 0

    def eat(self, char):
        if self.s[self.at:self.at + 1] != char:
            return False
        self.at += 1
        return True

    def must(self, char):
        need(self.eat(char), f"expected {char!r} at {self.at}")

    def whole(self):
        value = self.object(1)
        need(self.at == len(self.s), "something behind the object")
        return value

    def object(self, depth):
        need(depth <= 8, "too deep")
        self.must("{")
        value, before = {}, None
        while not self.eat("}"):
            if before is not None:
                self.must(",")
            key = self.text()
            need(1 <= len(key) <= 64 and all(c.isascii() and (c.isalnum() or c in "_.-") for c in key), "key")
            need(before is None or before < key, "order of keys")
            self.must(":")
            value[key], before = self.value(depth), key
        return value

    def value(self, depth):
        char = self.s[self.at:self.at + 1]
        if char == '"':
            return self.text()
        if char == "{":
            return self.object(depth + 1)
        if char != "[":
            return self.int()
        self.at += 1
        items, objects = [], self.s[self.at:self.at + 1] == "{"
        while not self.eat("]"):
            if items:
                self.must(",")
            items.append(self.object(depth + 1) if objects else self.int())
        return items

    def int(self):
        start = self.at
        self.eat("-")
        while self.s[self.at:self.at + 1] in tuple("0123456789"):
            self.at += 1
        spelled = self.s[start:self.at]
        need(spelled not in ("", "-"), "number")
        value = int(spelled)
        need(str(value) == spelled and -2**63 <= value < 2**63, "spelling of a number")
        return value

    def text(self):
        self.must('"')
        made = []
        while not self.eat('"'):
            char = self.s[self.at:self.at + 1]
            need(char and char >= " ", "control character or end")
            self.at += 1
            if char == "\\":
                char = self.s[self.at:self.at + 1]
                self.at += 1
                if char == "u":
                    digits = self.s[self.at:self.at + 4]
                    need(len(digits) == 4 and digits[:2] == "00" and digits[2] in "01"
                         and digits[3] in "0123456789abcdef", "escape")
                    char = chr(int(digits, 16))
                    self.at += 4
                else:
                    need(char and char in '"\\', "escape")
            made.append(char)
        text = "".join(made)
        need(unicodedata.is_normalized("NFC", text), "not NFC")
        return text


class Tree:
    def __init__(self):
        self.size, self.roots = 0, []

    def add(self, leaf):
        size = self.size
        while size & 1:
            leaf = sha(b"\1", self.roots.pop(), leaf)
            size >>= 1
        self.roots.append(leaf)
        self.size += 1

    def root(self):
        if not self.roots:
            return sha()
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = sha(b"\1", left, root)
        return root


def read_part(reader, index):
    reader.number("i")  # class
    reader.number("i")  # keep until
    state, there = reader.number("B"), reader.number("B")
    made = None
    if state != 2:
        salt, body = reader.take(16), reader.take(reader.number("I"))
        Canon(body).whole()
        made = sha(b"\2\1", bytes([index]), salt, body)
    if there:
        kept = reader.take(32)
        need(made is None or made == kept, f"commitment of part {index}")
        made = kept
    need(made is not None, f"part {index} is erased without a commitment")
    return made, body if state != 2 else None


class Log:
    def __init__(self):
        self.tree, self.at, self.facts, self.act_facts = Tree(), -2**63, 0, 0
        self.id, self.size, self.last_act = None, None, b""

    def header(self, r):
        self.id = r.take(16)
        need(r.number("I") == 1 and r.number("I") == 1, "format or algorithm")
        r.number("q")
        self.size = r.number("q")
        r.take(32)

    def fact(self, r):
        envelope, salt = r.take(70), r.take(16)
        version, kind, seq, _, at = struct.unpack(">BBqiq", envelope[:22])
        need(version == 1 and kind in (0, 1) and seq == self.tree.size, f"envelope of {seq}")
        need(at >= self.at, f"time of {seq}")
        commits = [sha(b"\2\1\0", salt, envelope)]
        for index in range(1, r.number("B") + 1):
            commit, body = read_part(r, index)
            commits.append(commit)
            if seq == 0:
                log, era = struct.unpack(">qq", self.id)
                need(Canon(body).whole() == {"alg": 1, "era": era, "format": 1, "log": log}, "first leaf")
        need(2 <= len(commits) <= 64 and (kind == 1) >= (seq == 0), f"parts of {seq}")
        self.tree.add(sha(b"\0\1", bytes([kind]), self.id, bytes([len(commits)]), *commits))
        self.at, self.facts = at, self.facts + (kind == 0)

    def act(self, r):
        act = r.take(16)
        need(act > self.last_act, "order of acts")
        self.last_act = act
        r.number("i"), r.number("i")
        first, count = r.number("q"), r.number("i")
        need(0 <= first and first + count <= self.size, "facts of an act")
        self.act_facts += count
        r.take(32)

    def head(self, r):
        need(r.number("q") >= 1 and r.number("q") <= self.size, "head")
        r.number("q"), r.opt(), r.number("I"), r.opt(), r.opt(), r.opt()

    def blob(self, r):
        r.opt(), r.number("q"), r.number("q"), r.opt(), r.number("q")
        for _ in range(2):
            r.number("B"), r.number("q")

    def last(self, r):
        need(r.number("q") == self.size == self.tree.size, "size")
        need(hmac.compare_digest(r.take(32), self.tree.root()), "root")


def read(data):
    need(data.startswith(MAGIC) and len(data) >= len(MAGIC) + 32, "no backup")
    need(sha(data[:-32]) == data[-32:], "digest of the file")
    file, log = Reader(data[:-32]), Log()
    file.take(len(MAGIC))
    kinds = {b"H": log.header, b"F": log.fact, b"A": log.act, b"T": log.head, b"B": log.blob, b"Z": log.last}
    letter = None
    while letter != b"Z":
        first = letter is None
        letter = file.take(1)
        need(letter in kinds and first == (letter == b"H"), "frame")
        frame = Reader(file.take(file.number("I")))
        kinds[letter](frame)
        frame.end()
    file.end()
    need(log.act_facts <= log.facts, "acts tell of too many facts")
    return log


def main():
    try:
        with open(sys.argv[1], "rb") as file:
            log = read(file.read())
    except (Broken, UnicodeDecodeError, IndexError) as why:
        print(f"broken: {why}")
        return 1
    print(f"facts {log.facts} size {log.size} root {log.tree.root().hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
