#!/usr/bin/env python3
"""A client of Open311 GeoReport v2 written from the public specification alone (wiki.open311.org/
GeoReport_v2): it knows the endpoint, a key and a place, files a request, follows it, and says that it is
not solved. In both formats; every member that the specification names is looked at.

usage: open311_spec.py FOLDER      TIAN = the program; last line "N passed, N failed"
"""
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as xml

import ground
from ground import DESK, TOWN, UPPER

counts = ground.Counts()
check = counts.check
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$")
SERVICE = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
REQUEST = {"service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
           "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat",
           "long", "media_url"}
ATTRIBUTE = {"variable", "code", "datatype", "required", "datatype_description", "order", "description"}


class Client:
    def __init__(self, url, form, key=None):
        self.url, self.form, self.key = url, form, key

    def ask(self, what, data=None, **query):
        url = f"{self.url}/{what}.{self.form}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        try:
            with urllib.request.urlopen(urllib.request.Request(url, urllib.parse.urlencode(data).encode() if data else None), timeout=30) as r:
                return r.status, self.read(r.read(), r.headers["Content-Type"])
        except urllib.error.HTTPError as e:
            return e.code, self.read(e.read(), e.headers["Content-Type"])

    def read(self, body, kind):
        if self.form == "json":
            assert kind.startswith("application/json"), kind
            return json.loads(body)
        assert kind.startswith("text/xml"), kind
        return self.plain(xml.fromstring(body))

    def plain(self, node):
        """A list where all children have one name that the parent's is the plural of, else an object."""
        plural = {"services": "service", "attributes": "attribute", "values": "value", "service_requests": "request", "errors": "error",
                  "service_request_updates": "request_update", "endpoints": "endpoint", "formats": "format"}
        if node.tag in plural:
            assert all(c.tag == plural[node.tag] for c in node), node.tag
            return [self.plain(c) for c in node]
        return {c.tag: self.plain(c) for c in node} if len(node) else node.text

    def post(self, what, **data):
        return self.ask(what, {"api_key": self.key, **data})


def reading(c, other):
    n = c.form
    status, found = c.ask("discovery")
    urls = [e["url"] for e in found["endpoints"] if "GeoReport_v2" in e["specification"]]
    check(f"{n}: discovery names the endpoint and both formats", status == 200 and urls == [c.url] and
          set(found["endpoints"][0]["formats"]) == {"application/json", "text/xml"}, found)
    status, services = c.ask("services")
    codes = [s["service_code"] for s in services]
    check(f"{n}: services have what the specification names", status == 200 and all(SERVICE <= set(s) for s in services) and
          codes == ["repair.lamp", "repair.road", "repair.pipe"], services)
    status, one = c.ask("services/repair.lamp")
    attributes = {a["code"]: a for a in one["attributes"]}
    check(f"{n}: a service tells what it asks", status == 200 and one["service_code"] == "repair.lamp" and
          all(ATTRIBUTE <= set(a) for a in one["attributes"]) and str(attributes["unit"]["required"]).lower() == "true" and
          not {"caller", "photo", "place", "kind", "source", "no", "answer", "inner"} & set(attributes), one)
    for what, code in ("services/none", 404), ("requests/9-9", 404), ("requests/x", 404), ("tokens/9-1", 404), ("nothing", 404):
        status, said = c.ask(what)
        check(f"{n}: {what} is {code} with code and description", status == code and str(said[0]["code"]) == str(code) and said[0]["description"], status, said)
    check(f"{n}: another jurisdiction is 404, this one is served", c.ask("services", jurisdiction_id="boston.gov")[0] == 404 and
          c.ask("services", jurisdiction_id=ground.CITY)[0] == 200)
    check(f"{n}: a date that is none is 400", c.ask("requests", start_date="yesterday")[0] == 400)


def filing(c, server):
    n = c.form
    good = {"service_code": "repair.lamp", "description": f"{n} 路灯不亮", "attribute[unit]": UPPER}
    for sentence, code, change in (("without a key", 403, {"api_key": ""}), ("with a wrong key", 403, {"api_key": "0" * 64}),
                                   ("with an unknown service", 404, {"service_code": "repair.moon"}), ("without a description", 400, {"description": ""}),
                                   ("without a place", 400, {"attribute[unit]": ""}), ("at a place that takes none", 400, {"attribute[unit]": TOWN})):
        status, said = c.ask("requests", {"api_key": c.key, **good, **change})
        check(f"{n}: a request {sentence} is {code}", status == code and str(said[0]["code"]) == str(code), status, said)
    status, made = c.post("requests", **good, phone="13800138000", first_name="张", last_name="三", email="z@example.cn", lat="43.83782", long="126.54963")
    check(f"{n}: a request is taken", status in (200, 201) and re.fullmatch(r"\d+-\d+", made[0]["service_request_id"] or ""), status, made)
    number = made[0]["service_request_id"]
    check(f"{n}: it is not shown before the office looked at it", c.ask(f"requests/{number}")[0] == 404 and
          not [r for r in c.ask("requests")[1] if r["service_request_id"] == number])
    check(f"{n}: nor is there anything to say yet", c.post("servicerequestupdates", service_request_id=number, status="open", description="?")[0] == 400)
    ord = number.split("-")[1]
    server.staff("record.move", "book=repair", f"unit={UPPER}", f"number={ord}", "move=take")
    return number, ord


def following(c, server, number, ord):
    n = c.form
    status, found = c.ask(f"requests/{number}")
    r = found[0]
    check(f"{n}: then it is, with all members", status == 200 and set(r) == REQUEST and r["status"] == "open" and r["description"] == f"{n} 路灯不亮" and
          r["service_code"] == "repair.lamp" and r["address_id"] == UPPER and r["agency_responsible"] == "上河村" and
          all(MOMENT.match(r[k]) for k in ("requested_datetime", "updated_datetime", "expected_datetime")), r)
    check(f"{n}: its token gives its number", c.ask(f"tokens/{number}")[1][0]["service_request_id"] == number)
    ids = lambda **q: [r["service_request_id"] for r in c.ask("requests", **q)[1]]
    check(f"{n}: it is found by number, service, status and span", number in ids(service_request_id=f"{number},9-9") and
          number in ids(service_code="repair.lamp", status="open") and number not in ids(service_code="repair.road") and
          number not in ids(status="closed") and number in ids(start_date="2022-02-01T00:00:00Z", end_date="2022-03-01T00:00:00Z") and
          number not in ids(end_date="2022-02-01T00:00:00Z") and number not in ids(start_date="2022-03-01") and
          number in ids(updated_after="2022-02-10T00:00:00+08:00"))
    check(f"{n}: pages have a size", len(ids(page_size=1)) == 1 and ids(page=99) == [])
    server.staff("record.move", "book=repair", f"unit={UPPER}", f"number={ord}", "move=answer_", "answer=换了灯泡")
    r = c.ask(f"requests/{number}")[1][0]
    check(f"{n}: the answer stands in its notes", "换了灯泡" in r["status_notes"], r)
    other = Client(c.url, c.form, server.other_key)
    check(f"{n}: another's key cannot speak for it", other.post("servicerequestupdates", service_request_id=number, status="open", description="x")[0] == 404)
    status, made = c.post("servicerequestupdates", service_request_id=number, status="open", description="又不亮了", update_id="7", updated_datetime="2022-02-10T09:30:00+08:00")
    check(f"{n}: who filed it says that it is not solved", status in (200, 201) and made[0]["update_id"], status, made)
    server.staff("record.move", "book=repair", f"unit={UPPER}", f"number={ord}", "move=answer_", "answer=换了整盏灯")
    status, made = c.post("servicerequestupdates", service_request_id=number, status="closed", description="好了")
    check(f"{n}: and then that it is", status in (200, 201) and c.ask(f"requests/{number}")[1][0]["status"] == "closed", made)
    status, updates = c.ask("servicerequestupdates", start_date="2022-02-10T00:00:00+08:00", end_date="2022-02-12T00:00:00+08:00")
    own = [u for u in updates if u["service_request_id"] == number]
    check(f"{n}: the updates tell each step once, in order", [u["status"] for u in own] == ["open"] * 5 + ["closed"] and
          len({u["update_id"] for u in own}) == 6 and "又不亮了" in own[3]["description"], own)


def main():
    folder = ground.city(sys.argv[1] + "/spec")
    key = ground.run("open311", folder, "key", "add", "spec").strip().rsplit("：", 1)[-1]
    other = ground.run("open311", folder, "key", "add", "other").strip().rsplit("：", 1)[-1]
    with open(folder + "/open311-keys") as f:
        check("the key itself is not kept", key not in f.read())
    server = ground.Server(folder)
    server.other_key = other
    try:
        for form in "json", "xml":
            c = Client(f"{server.origin()}/open311/v2", form, key)
            reading(c, other)
            number, ord = filing(c, server)
            following(c, server, number, ord)
        everything = "".join(server.get(p).text for p in ("/open311/v2/requests.json", "/open311/v2/requests.xml", "/open311/v2/servicerequestupdates.json", f"/w/{UPPER}"))
        check("no telephone, name or address of who filed stands in what everybody reads", not re.search("13800138000|张三|example.cn|43.83|126.5", everything), everything[:300])
        ground.run("open311", folder, "key", "drop", "spec")
        check("a key that was taken away opens nothing", Client(f"{server.origin()}/open311/v2", "json", key).post("requests", service_code="repair.lamp")[0] == 403)
    finally:
        check("the server ends as asked", server.stop() == 0)
    return counts.finish()


if __name__ == "__main__":
    sys.exit(main())
