#!/usr/bin/env python3
"""What residents send and read, over HTTP: forms as browsers send them and as nobody should, what is told
and what never is, how often one may.

usage: way.py FOLDER [STORE_URL]      TIAN = the program; last line "N passed, N failed"
"""
import re
import struct
import sys
import zlib

import ground
from ground import GRID, LOWER, TOWN, UPPER, filled, receipt

counts = ground.Counts()
check = counts.check
FORM = f"/r/{UPPER}?book=repair&kind=lamp"
CANARY = ("王五", "13800138000", "43.8378", "126.5496", "内部暗语", "6222021234567890128", "11010519491231002X")
PUBLIC = ["/", f"/u/{UPPER}", f"/u/{TOWN}", f"/w/{UPPER}", f"/w/{TOWN}", f"/w/{UPPER}/poster", f"/w/{UPPER}?part=over", f"/w/{UPPER}?lang=en", FORM,
          f"/r/{TOWN}", "/open311/v2/requests.json", "/open311/v2/requests.xml", "/open311/v2/servicerequestupdates.json"]


def png(wide, high, rows=None):
    """A PNG of one colour; its head may lie about its size."""
    def piece(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    body = zlib.compress(b"".join(b"\0" + b"\x80\x90\xa0" * 40 for _ in range(rows or 30)))
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)) + piece(b"tEXt", b"Comment\0GPS 43.8378 126.5496") + piece(b"IDAT", body) + piece(b"IEND", b"")


def report(server, what="三组路灯不亮", files=(), page=FORM, headers=None, **more):
    hidden = server.get(page).hidden(-1)
    return server.post(page.split("?")[0], filled(hidden, what=what, **more), list(files), headers)


def accept(server, tag, move="take", *more):
    server.staff("record.move", "book=repair", f"unit={UPPER}", f"number={tag.split('-')[1]}", f"move={move}", *more)


def filing(server):
    hidden = server.get(FORM).hidden(-1)
    fields = filled(hidden, what="三组路灯不亮", caller="王五 13800138000", spot="桥头", place="43.838,126.550")
    first = server.post(f"/r/{UPPER}", fields, [("photo", "a.png", png(40, 30))])
    again = server.post(f"/r/{UPPER}", fields, [("photo", "a.png", png(40, 30))])
    check("a report is received", first.status == 200 and "收到了" in first.text, first.status, first.words())
    check("sent twice it is one, with the same receipt", receipt(first) == receipt(again))
    other = server.post(f"/r/{UPPER}", filled(fields, what="别的事"), [])
    check("the same form with other words is a conflict, and tells no secret", other.status in (409, 422) and receipt(first)[1] not in other.text.replace(" ", ""), other.status)
    check("a receipt is kept by nobody and found by no engine", first.headers["Cache-Control"] == "no-store" and "noindex" in first.text)
    for sentence, change in (("the office's field", {"source": "walk"}), ("a note of the office", {"inner": "内部暗语"}), ("a made number", {"no": "1"}), ("an answer", {"answer": "好"})):
        page = server.get(FORM)
        done = server.post(f"/r/{UPPER}", filled(page.hidden(-1), what="夹带", **change), [])
        tag = receipt(done)[2]
        shown = server.staff("record.move", "book=repair", f"unit={UPPER}", f"number={tag.split('-')[1]}", "move=take")
        check(f"{sentence} cannot be sent along", done.status == 200 and "内部暗语" not in server.get(f"/c/{tag}").text and '"state":"taken"' in shown)
    check("a grid below may be chosen, a village beside may be too by its own code alone", report(server, unit=GRID).status == 200 and report(server, unit=TOWN).status == 422)
    faulty = report(server, what="")
    check("without a sentence the form comes back, with what is wrong at its field", faulty.status == 422 and 'aria-invalid="true"' in faulty.text and "<form" in faulty.text, faulty.status, faulty.words()[:400])
    long = report(server, what="长" * 300)
    check("a sentence that is too long too, with its words", long.status == 422 and "长长长" in long.text, long.status)
    return receipt(first)


def forms_that_nobody_sends(server):
    hidden = server.get(FORM).hidden(-1)
    fields = filled(hidden, what="不该收的")
    for sentence, headers in (("another site's", {"Origin": "http://evil.example"}), ("one without a site", {"Origin": ""}), ("a null site's", {"Origin": "null"})):
        a = server.post(f"/r/{UPPER}", fields, [], headers)
        check(f"{sentence} form is refused", a.status == 403, a.status)
    check("a form without its number is refused", server.post(f"/r/{UPPER}", [(n, v) for n, v in fields if n != "once"], []).status == 400)
    for sentence, kind, body in (("no boundary", "multipart/form-data", b"x"), ("cut off", "multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\nx"),
                                 ("65 parts", "multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n" * 65 + b"--b--"),
                                 ("a NUL", "multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\na\0b\r\n--b--"),
                                 ("broken UTF-8", "multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\n\xff\xfe\r\n--b--"),
                                 ("a JSON body", "application/json", b"{}")):
        a = server.request("POST", f"/r/{UPPER}", body, {"Origin": server.origin(), "Content-Type": kind})
        check(f"a body with {sentence} is refused with words", a.status in (400, 415) and "<h1>" in a.text, a.status)
    five = [("photo", f"{i}.png", png(40, 30)) for i in range(5)]
    check("five photos are too many", server.post(f"/r/{UPPER}", fields, five).status == 413)
    for sentence, bytes_ in (("30000 x 30000", png(30000, 30000)), ("65535 x 65535", png(65535, 65535)), ("half of it", png(40, 30, 3)), ("no picture", b"MZ\x90\0"), ("a page", b"<svg onload='alert(1)'/>"),
                             ("a JPEG's head alone", b"\xff\xd8\xff\xe0\0\x10JFIF\0")):
        a = report(server, files=[("photo", "x.jpg", bytes_)])
        check(f"a photo of {sentence} comes back with words, and nothing is filed", a.status == 422 and "照片" in a.words() and "<form" in a.text, a.status, a.words()[:300])
    a = report(server, files=[("what", "x.jpg", png(40, 30))])
    check("a file in the place of a text is refused", a.status in (400, 422), a.status)
    check("27 MB are told to be too much", server.post(f"/r/{UPPER}", fields, [("photo", "x.jpg", b"\xff\xd8\xff" + b"\0" * (27 << 20))]).status == 413)
    check("it goes on", server.get("/healthz").status == 200)


def following(server, number, secret, tag):
    none = server.post("/q", [("number", "9900012099000001"), ("secret", "0" * 12)])
    wrong = server.post("/q", [("number", number), ("secret", "0" * 12)])
    plain = lambda a: re.sub(r'value="[^"]*"', "", a.text)
    check("no such number and a wrong secret are one answer", none.status == wrong.status == 404 and plain(none) == plain(wrong))
    right = server.post("/q", [("number", number), ("secret", secret.lower())])
    check("number and secret open it, small letters too", right.status == 200 and "三组路灯不亮" in right.text)
    check("only who reported sees it before a public move", server.get(f"/c/{tag}").status == 404 and tag not in server.get(f"/w/{UPPER}").text)
    image = re.search(r'/i/[^"]+', right.text)
    check("and no picture of it", image is None or server.get(image[0]).status == 404)
    for secret_ in secret[:-1], secret + "0", "", "*" * 12, "' or 1=1 --":
        check(f"{secret_!r} is no secret", server.post("/q", [("number", number), ("secret", secret_)]).status in (404, 429))


def never_told(server, tag, secret):
    accept(server, tag)
    accept(server, tag, "answer_", "answer=打 13800138000 问王五的卡 6222021234567890128")
    page = server.get(f"/c/{tag}")
    image = re.search(r'src="(/i/[^"]+)"', page.text)[1]
    shown = server.get(image)
    check("its picture is shown, drawn again", shown.status == 200 and shown.body[:3] == b"\xff\xd8\xff" and b"GPS" not in shown.body and b"43.8" not in shown.body and shown.headers["Content-Type"] == "image/jpeg")
    check("a picture is found by no other case and no other name", server.get(image.replace(tag, "1-2")).status == 404 and server.get(image[:-1] + ("0" if image[-1] != "0" else "1")).status == 404)
    found = []
    for path in [*PUBLIC, f"/c/{tag}", f"/c/{tag}?lang=en", f"/open311/v2/requests/{tag}.json", f"/open311/v2/requests/{tag}.xml", "/public.js", "/q", "/robots.txt"]:
        body = server.get(path).text
        found += [(path, c) for c in (*CANARY, secret) if c in body]
    check(f"nothing private stands in {len(PUBLIC) + 7} public pages", not found, found)
    mine = server.post("/q", [("number", tag), ("secret", secret)])
    check("nor on the page of who reported it", not [c for c in CANARY if c in mine.text])
    check("the withheld text says that it is withheld", "隐去" in page.words(), page.words()[:600])


def moves(server):
    number, secret, tag = receipt(report(server, what="五组路灯"))
    early = server.post("/q", [("number", tag), ("secret", secret), ("move", "agree"), ("once", "ab" * 32)])
    check("who reported cannot close what was not answered", early.status in (404, 422), early.status)
    accept(server, tag)
    accept(server, tag, "answer_", "answer=修好了")
    page = server.post("/q", [("number", tag), ("secret", secret)])
    unsolved = page.hidden(1)
    check("a word that is missing comes back at its field", server.post("/q", filled(unsolved, complaint="")).status == 422)
    first = server.post("/q", filled(unsolved, complaint="还是不亮"))
    again = server.post("/q", filled(unsolved, complaint="还是不亮"))
    check("not solved, sent twice, is said once", first.status == 200 and again.status == 200 and again.text.count("还是不亮") == first.text.count("还是不亮"), first.status, again.status, again.words()[:300])
    check("the office's moves are not theirs", server.post("/q", filled(unsolved, move="answer_", answer="自己答")).status in (404, 422))
    stolen = [(n, "1-1" if n == "number" else v) for n, v in unsolved]
    check("a secret opens no other case", server.post("/q", stolen).status == 404)


def joining(server):
    number, secret, tag = receipt(report(server, what="六组路灯"))
    check("what is not shown cannot be joined", server.post(f"/c/{tag}", [("once", "cd" * 32)]).status == 404)
    accept(server, tag)
    page = server.get(f"/c/{tag}")
    a = server.post(f"/c/{tag}", page.hidden(0))
    b = server.post(f"/c/{tag}", server.get(f"/c/{tag}").hidden(0))
    check("me too is counted once for a while from one place", "1 人也反映" in a.words() and "1 人也反映" in b.words(), a.words()[:200], b.words()[:200])
    check("joining is for this site's forms", server.post(f"/c/{tag}", page.hidden(0), None, {"Origin": "http://evil.example"}).status == 403)


def releasing(server):
    """A village office's own telephone may stand in an answer, once a second person has looked."""
    number, secret, tag = receipt(report(server, what="七组路灯"))
    accept(server, tag)
    said = server.staff("record.move", "book=repair", f"unit={UPPER}", f"number={tag.split('-')[1]}", "move=answer_", "answer=值班电话 13700137000")
    seq = re.search(r'"seq":(\d+)', said)[1]
    check("an answer with a telephone in it is withheld", "13700137000" not in server.get(f"/c/{tag}").text and "隐去" in server.get(f"/c/{tag}").text)
    server.staff("record.release", "book=repair", f"unit={UPPER}", f"number={tag.split('-')[1]}", f"seq={seq}", seat=ground.CLERK)
    page = server.get(f"/c/{tag}").text
    check("after a second person let it through, it stands there as a whole", "值班电话 1370 0137 000" in page, ground.html.unescape(page)[2000:2600])
    unsolved = server.post("/q", [("number", tag), ("secret", secret)]).hidden(1)
    server.post("/q", filled(unsolved, complaint="打 13600136000 找我"))
    check("what is written after that is withheld again", "13600136000" not in server.get(f"/c/{tag}").text)


def throttles(folder):
    """Behind a proxy, which names the clients; this machine itself is not throttled."""
    server = ground.Server(folder, "2022-02-11T09:00", "--origin", "http://127.0.0.1:1")
    proxied = {"Origin": "http://127.0.0.1:1", "X-Forwarded-For": "203.0.113.7"}
    try:
        codes = []
        for i in range(22):
            hidden = server.get(f"/r/{LOWER}?book=repair&kind=road").hidden(-1)
            a = server.post(f"/r/{LOWER}", filled(hidden, what=f"第 {i} 件"), [], proxied)
            codes.append(a.status)
        check("twenty reports of one address, then it waits", codes == [200] * 20 + [429] * 2, codes)
        check("it is told how long, in words", int(a.headers["Retry-After"]) > 0 and "分钟" in a.words(), a.words()[:300])
        other = {**proxied, "X-Forwarded-For": "203.0.113.8"}
        check("another address is not held up", server.post(f"/r/{LOWER}", filled(server.get(f"/r/{LOWER}?book=repair&kind=road").hidden(-1), what="别处"), [], other).status == 200)
        guess = {**proxied, "X-Forwarded-For": "203.0.113.9"}
        codes = [server.post("/q", [("number", "1-1"), ("secret", f"{i:012d}")], None, guess).status for i in range(13)]
        check("ten wrong secrets, then it waits", codes == [404] * 10 + [429] * 3, codes)
        codes = [server.post("/q", [("number", "1-2"), ("secret", f"{i:012d}")], None, {**proxied, "X-Forwarded-For": f"198.51.100.{i}"}).status for i in range(60)]
        check("and so does one number, wherever they come from", codes.count(404) == 50 and codes[-1] == 429, codes)
        hidden = server.get(f"/r/{LOWER}?book=repair&kind=road").hidden(-1)
        _, secret, tag = receipt(server.post(f"/r/{LOWER}", filled(hidden, what="被人堵的一件"), [], other))
        send = lambda secret, i: server.post("/q", [("number", tag), ("secret", secret), ("move", "agree"), ("once", "%064x" % (100 + i))], None, {**proxied, "X-Forwarded-For": f"198.18.0.{i // 8}"}).status
        codes = [send(f"{i:012d}", i) for i in range(24)]
        check("wrong secrets do not use up the words of who reported", 429 not in codes and send(secret, 99) in (404, 422), codes)
        codes = []
        for i in range(70):
            hidden = server.get(f"/r/{UPPER}?book=repair&kind=road").hidden(-1)
            codes.append(server.post(f"/r/{UPPER}", filled(hidden, what=f"洪水 {i}"), [], {**proxied, "X-Forwarded-For": f"192.0.2.{i}"}).status)
        check("a flood over one village waits too", codes.count(200) == 60 and codes[-1] == 429, codes)
    finally:
        server.stop()


def main():
    folder = ground.city(sys.argv[1] + "/way", *(["--store", sys.argv[2]] if len(sys.argv) > 2 else []))
    server = ground.Server(folder)
    try:
        number, secret, tag = filing(server)
        forms_that_nobody_sends(server)
        following(server, number, secret, tag)
        never_told(server, tag, secret)
        moves(server)
        joining(server)
        releasing(server)
        with open(folder + ".log", encoding="utf-8", errors="replace") as f:
            log = f.read()
        check("the server's log holds no secret, no number, no name", not [c for c in (*CANARY, secret, number) if c in log])
    finally:
        check("the server ends as asked", server.stop() == 0)
    throttles(folder)
    ground.run("verify", folder)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())
