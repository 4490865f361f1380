"""What stands open on the demo's today, 10 February 2022, for those who try the demo (演示数据): matters at every level
of one village, the echo wall of one estate, and some rows of each of the smaller packs."""

import datetime

from matters import COUNTY, DESK, OF_KIND, OFFICE, Matter

TOWN, VILLAGE, GRID = "220283101", "220283101200", "220283101200G1"
STREET, COMMUNITY = "220283001", "220283001001"
ESTATE, BUILDING = COMMUNITY + "E1", COMMUNITY + "E1B3"
ROAD = OF_KIND["road"]
VILLAGE_DESK, TOWN_DESK, WORKER = f"desk@{VILLAGE}", f"desk@{TOWN}", f"worker@{GRID}"
STEWARD, ORGANISATION = f"steward@{ESTATE}", f"organisation@{COUNTY}"


class Row:
    """A row of another book, numbered like matters."""

    def __init__(self, book, unit):
        self.book, self.unit, self.number = book, unit, 0

    def __str__(self):
        return str(self.number)


def moment(text):
    return datetime.datetime.fromisoformat(f"2022-{text}")


class Scene:
    def __init__(self, acts, rng):
        self.acts, self.rng = acts, rng

    def post(self, seat):
        role, unit = seat.split("@")
        self.acts.add(moment("01-10T08:00"), "-", "seat.create", role=role, unit=unit, day="2022-01-10")

    def unit(self, code, name, kind, parent):
        self.acts.add(moment("01-10T07:50"), "-", "unit.create", code=code, name=name, kind=kind, parent=parent,
                      day="2022-01-01")

    def secret(self):
        return "".join(self.rng.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12))

    def matter(self, when, seat, kind, what, unit=VILLAGE, **cells):
        m = Matter(kind, "round", unit)
        if seat == "resident":
            m.secret = cells["secret"] = self.secret()
        self.acts.add(moment(when), seat, "record.file", made=m, book="matter", unit=unit, kind=kind, what=what, **cells)
        return m

    def move(self, when, seat, row, move, book="matter", **cells):
        self.acts.add(moment(when), seat, "record.move", book=book, unit=row.unit, number=row, move=move, **cells)

    def row(self, when, seat, book, unit, **cells):
        r = Row(book, unit)
        if seat == "resident":
            cells["secret"] = self.secret()
        self.acts.add(moment(when), seat, "record.file", made=r, book=book, unit=unit, **cells)
        return r


def places(s):
    s.unit(GRID, "白旗村第一网格", "grid", VILLAGE)
    s.unit(VILLAGE + "G2", "白旗村第二网格", "grid", VILLAGE)
    s.unit(ESTATE, "育才小区", "estate", COMMUNITY)
    s.unit(BUILDING, "育才小区三号楼", "building", ESTATE)
    for seat in (WORKER, f"worker@{VILLAGE}G2", STEWARD, f"steward@{BUILDING}", ORGANISATION, f"clerk@{TOWN}"):
        s.post(seat)


def at_the_village(s):
    s.matter("02-10T08:40", WORKER, "road", "三组路口积雪结冰，校车上不来", GRID, spot="三组路口", source="round")
    s.matter("02-10T08:52", "resident", "safety", "村口井盖丢了，晚上看不见", spot="村口")
    m = s.matter("02-09T08:45", "resident", "water", "老井旁自来水管漏水，路上结了冰", spot="老井旁")
    s.move("02-09T09:10", VILLAGE_DESK, m, "accept")
    s.move("02-09T09:30", VILLAGE_DESK, m, "take_on")
    for when in ("02-09T11:00", "02-09T18:20"):
        s.acts.add(moment(when), "resident", "record.join", book="matter", unit=VILLAGE, number=m)
    m = s.matter("02-08T10:00", WORKER, "rubbish", "供销社旁垃圾箱坏了没有盖", GRID, spot="供销社旁", source="round")
    s.move("02-08T10:30", VILLAGE_DESK, m, "accept")
    s.move("02-08T10:40", VILLAGE_DESK, m, "take_on")
    s.move("02-09T15:00", VILLAGE_DESK, m, "answer_", answer="换了新垃圾箱", shown_="photo")
    m = s.matter("02-09T19:30", "resident", "power", "路灯不亮，电工答应来没来，请打13800138000找我", spot="二组路口")
    s.move("02-10T08:45", VILLAGE_DESK, m, "accept")
    s.move("02-10T08:50", VILLAGE_DESK, m, "take_on")


def higher_up(s):
    m = s.matter("02-07T09:00", f"secretary@{VILLAGE}", "heat", "村部供热管道漏水", spot="村部门前", source="point")
    s.move("02-07T09:20", VILLAGE_DESK, m, "accept")
    s.move("02-07T10:00", VILLAGE_DESK, m, "raise")
    s.move("02-07T10:30", TOWN_DESK, m, "take_on")  # two working days: late since midnight
    m = s.matter("02-08T13:20", DESK, "road", "进村路护栏断了一截", spot="桥头", source="line1")
    s.move("02-08T13:50", VILLAGE_DESK, m, "accept")
    s.move("02-08T14:20", VILLAGE_DESK, m, "raise")
    s.move("02-08T15:00", TOWN_DESK, m, "hand_over", dept=ROAD)
    a = Row("assist", VILLAGE)
    s.acts.add(moment("02-09T09:00"), f"desk@{ROAD}", "record.file", book="assist", unit=VILLAGE, parent=m, made=a,
               help_dept=OFFICE["供电公司"], ask="护栏处有电杆，请到场断电")
    m = s.matter("02-07T14:00", DESK, "road", "砂石路冲出深沟，要从外地运料", spot="南山脚", source="app")
    s.move("02-07T14:30", VILLAGE_DESK, m, "accept_quietly")
    s.move("02-07T15:00", VILLAGE_DESK, m, "raise")
    s.move("02-07T15:30", TOWN_DESK, m, "hand_over", dept=ROAD)
    s.move("02-09T16:10", f"desk@{ROAD}", m, "ask_more", ground="砂石料场初十才开")
    m = s.matter("02-08T09:00", DESK, "road", "水渠堵了，雪水漫上路", spot="二组路口", source="line1")
    s.move("02-08T09:30", VILLAGE_DESK, m, "accept")
    s.move("02-08T09:50", VILLAGE_DESK, m, "hand_over", dept=ROAD)
    s.move("02-09T10:00", f"desk@{ROAD}", m, "pause", waits_for="等化冻后清淤设备进场", wait_to="2022-02-14")
    m = s.matter("02-10T08:31", DESK, "road", "县道与村道路口缺警示牌", spot="村口", source="line2")
    s.move("02-10T08:50", VILLAGE_DESK, m, "accept")
    s.move("02-10T08:58", VILLAGE_DESK, m, "raise")


def echo_wall(s):
    wall = {"book": "concern"}
    s.row("02-08T09:00", STEWARD, "minutes_book", ESTATE, held="2022-02-07", topic="停车位划线", decided="开春后统一划线", homes=18)
    c = s.row("02-08T18:00", "resident", "concern", BUILDING, sort="repair", what="单元门关不严，楼道进风", term="d7")
    s.move("02-09T08:20", f"steward@{BUILDING}", c, "promise_", **wall, plan="联系门厂换闭门器")
    c = s.row("02-01T10:00", "resident", "concern", ESTATE, sort="clean", what="车棚旁堆着旧家具", term="d3")
    s.move("02-02T09:00", STEWARD, c, "promise_", **wall, plan="先找物主，再统一清运")  # three days: late
    c = s.row("02-07T09:00", STEWARD, "concern", ESTATE, sort="green", what="枯枝压着电线", term="d7")
    s.move("02-07T10:00", STEWARD, c, "promise_", **wall, plan="报园林修剪")
    s.move("02-07T10:10", STEWARD, c, "lift", **wall)
    c = s.row("02-06T09:00", "resident", "concern", ESTATE, sort="parking", what="北门消防通道停了车", term="d3")
    s.move("02-06T10:00", STEWARD, c, "at_once", **wall, answer="联系车主挪走，补画了禁停线")
    s.row("02-09T20:10", "resident", "concern", BUILDING, sort="noise", what="二楼装修周末也施工", term="d7")


def smaller_packs(s):
    street = f"desk@{STREET}"
    o = s.row("02-08T09:30", f"secretary@{COMMUNITY}", "order_", COMMUNITY, sort="legal", what="请来讲一次赡养协议怎么写")
    s.move("02-08T11:00", street, o, "dispatch", book="order_", mate=OFFICE["司法局"])
    s.row("02-09T10:00", f"secretary@{COMMUNITY}", "order_", COMMUNITY, sort="repair", what="活动室门把手坏了")
    s.acts.add(moment("01-20T09:00"), f"desk@{OFFICE['司法局']}", "record.file", book="offer", unit=OFFICE["司法局"],
               since_="2022-01-20", sort="legal", what="每周三到社区坐班")
    f = s.row("02-07T09:30", ORGANISATION, "finding", VILLAGE, problem="四季度账目晚公开十天", level="common", source="inspect")
    s.move("02-08T09:00", f"secretary@{VILLAGE}", f, "plan_", book="finding", measure="本月起每月五日前张榜")
    t = s.row("01-11T08:30", DESK, "task_list", COUNTY, adopted_on="2022-01-10", title="2022 年民生实事清单", paper="示例〔2022〕1号")
    t = s.row("01-11T09:00", DESK, "task", COUNTY, of_list=t, what="修复冻损村道 20 处", lead=ROAD, span="half_")
    s.move("01-11T14:00", f"desk@{ROAD}", t, "take_on", book="task")
    s.move("02-08T14:00", f"desk@{ROAD}", t, "report", book="task", share="15%", stands="查清 20 处，备料完成")
    s.row("02-07T15:00", f"clerk@{TOWN}", "file_entry", TOWN, no="BQ-0001", present="apply,form,train")
    r = s.row("02-08T10:10", f"clerk@{TOWN}", "firm_request", TOWN, firm_name="示例米业（演示）", need="permit", what="食品生产许可证换证要几天")
    s.move("02-08T11:10", DESK, r, "send", book="firm_request", lead=OFFICE["市场监督管理局"])


def whistles(s):
    """永吉: one call on its way up."""
    town, village = "220221100", "220221100200"
    for seat in (f"secretary@{village}", f"desk@{village}", f"desk@{town}", "desk@220221"):
        s.post(seat)
    w = s.row("02-09T09:00", f"secretary@{village}", "whistle_call", village, sort="service", what="村卫生室门前路灯不亮")
    s.move("02-09T09:40", f"desk@{town}", w, "louder", book="whistle_call")
    s.row("02-09T16:00", f"secretary@{village}", "whistle_call", village, sort="safety", what="桥栏杆松动")


def add(rng, acts):
    s = Scene(acts, rng)
    places(s)
    at_the_village(s)
    higher_up(s)
    echo_wall(s)
    smaller_packs(s)
    whistles(s)
    late = s.matter("01-18T09:00", f"secretary@{VILLAGE}", "other", "公交末班车太早", source="point")
    s.move("01-18T09:30", VILLAGE_DESK, late, "accept")
    s.move("01-18T09:40", VILLAGE_DESK, late, "take_on")
    s.move("01-19T09:40", VILLAGE_DESK, late, "answer_", answer="已请公交公司延后半小时", shown_="paper")  # for the checker
