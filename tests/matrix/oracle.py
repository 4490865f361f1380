"""Who may do what, worked out from the words of the pack and the design, apart from the kernel: no
line here is taken from it, and nothing here asks it.

A seat is "role@unit". Rights are default deny; a duty seat reads no record; `ROLE at KIND` is whoever
holds the role at the nearest unit of that kind from the row's unit upward. A unit that has ended is
answered for by its successor's seats, and a seat of it answers no more: it is in nobody's list, not
even "anyone" is said of it (decided: whoever works there now works for the successor)."""
import world

# book: form, kind that is asked, who reads which fields (None = all), who writes, who confirms
BOOKS = {
    "m_open": dict(kind="village", form="per", fields=["tons"], reads=[("anyone", None, None)], writes=[("secretary", "village")], confirms=("clerk", "township")),
    "m_near": dict(kind="village", form="per", fields=["days", "note"], reads=[("clerk", "township", None)], writes=[("secretary", "village")], confirms=("clerk", "township")),
    "m_far": dict(kind="county", form="per", fields=["heads", "word"], reads=[("organisation", "city", None)], writes=[("agriculture", "county")], confirms=None),
    "m_case": dict(kind="village", form="of", fields=["came", "what", "cost", "photo", "name"], reads=[("clerk", "township", None), ("organisation", "county", ["came", "what"])],
                   writes=[("secretary", "village")], confirms=None),
}
PRIVATE = {("m_case", "name")}
FIGURES = {"m_pub": dict(public=True, book="m_open", field="tons"), "m_days": dict(public=False, book="m_near", field="days"),
           "m_heads": dict(public=False, book="m_far", field="heads"), "m_cost": dict(public=False, book="m_case", field="cost")}


def parts(seat):
    return seat.split("@") if seat else (None, None)


def is_duty(seat):
    return bool(seat) and parts(seat)[0] in world.DUTY


def answering(unit):
    """The unit itself, and who answers for it now."""
    return [unit, world.SUCCESSOR] if unit == world.CLOSED else [unit]


def acts(seat):
    return bool(seat) and parts(seat)[1] != world.CLOSED


def seats_of(login):
    """Seats that a person acts in today: held ones first, then those stood in for."""
    held = [s for s in world.SEATS if world.login_of(s) == login]
    held.sort(key=lambda s: s in world.SECOND_SEAT)  # in the order of taking them
    stood = [s for own, s, first, last in world.STAND_INS if world.login_of(own) == login and first <= world.TODAY <= last]
    return [s for s in held + stood if acts(s)]


def holds(seat, role, kind, unit):
    own_role, own_unit = parts(seat)
    if not acts(seat):
        return False
    for at in answering(unit):
        near = next((u for u in world.chain(at) if world.kind_of(u) == kind), None)
        if own_role == role and own_unit == near:
            return True
    return False


def asked_at(book, unit):
    return world.kind_of(unit) == BOOKS[book]["kind"]


def may_write(seat, book, unit):
    return not is_duty(seat) and any(holds(seat, role, kind, unit) for role, kind in BOOKS[book]["writes"])


def audits(seat, unit):
    return seat == "auditor@9900" and world.AUDITED in world.chain(unit)


def fields_read(seat, book, unit):
    """Names of the fields that the seat reads of a row at the unit; empty = not the row either."""
    b = BOOKS[book]
    if not acts(seat) or is_duty(seat):
        return set()
    out = set()
    if may_write(seat, book, unit):
        out |= set(b["fields"])
    if audits(seat, unit):  # by pack, and never what is private
        out |= {f for f in b["fields"] if (book, f) not in PRIVATE}
    for role, kind, some in b["reads"]:
        if role == "anyone" or holds(seat, role, kind, unit):
            out |= set(some or b["fields"])
    return out


def may_read(seat, book, unit):
    return bool(fields_read(seat, book, unit))


def may_show_private(seat, book, unit, field):
    return field in fields_read(seat, book, unit)


def may_confirm(seat, book, unit):
    who = BOOKS[book]["confirms"]
    return bool(who) and not is_duty(seat) and holds(seat, who[0], who[1], unit)


def rows_read(seat, book, unit):
    """Units below whose rows the seat gets in a table."""
    return {u for u in world.below(unit) if asked_at(book, u) and may_read(seat, book, u)}


def may_figure(seat, figure, unit):
    f = FIGURES[figure]
    if f["public"]:
        return acts(seat)
    if not acts(seat) or is_duty(seat):
        return False
    b = BOOKS[f["book"]]
    row = asked_at(f["book"], unit) or world.kind_of(unit) != b["kind"]
    whole = [(r, k) for r, k, some in b["reads"] if some is None and r != "anyone"] + b["writes"]
    if row and (may_write(seat, f["book"], unit) or audits(seat, unit) or any(holds(seat, r, k, unit) for r, k in whole)):
        return True
    own_role, own_unit = parts(seat)
    for role, kind in whole:
        if own_role != role:
            continue
        near = next((u for u in world.chain(unit) if world.kind_of(u) == kind), unit)
        if own_unit in world.chain(near):
            return True
    return False


def may_read_figure_of(seat, book, unit):
    """Any figure of the book's rows, at the unit or above it: who has one may tell what the row says."""
    return any(may_figure(seat, name, up) for name, f in FIGURES.items() if f["book"] == book for up in world.chain(unit))


def sees_name(seat, unit):
    """The name of who holds a post: those who name people and those who audit, and the units above."""
    duty = world.DUTY.get(parts(seat)[0])
    return acts(seat) and (duty in ("people", "audit") or (duty is None and parts(seat)[1] in world.chain(unit)))


def may_view(seat, view):
    """Views that a duty has for itself."""
    return acts(seat) and world.DUTY.get(parts(seat)[0]) == {"audit": "audit", "health": "system"}[view]


def may_grant(seat, name, unit):
    """To read the pack: its owner (organisation at county) at or above the unit, or the system. To
    act as secretary: who holds that at or above the unit."""
    role, own = parts(seat)
    if not acts(seat):
        return False
    if name == "grant.read":
        return world.DUTY.get(role) == "system" or (role == "organisation" and own in world.chain(unit))
    return role == "secretary" and own in world.chain(unit)


def may_command(seat, name, unit):
    """Commands that are not about records."""
    role, own = parts(seat)
    duty = world.DUTY.get(role)
    if not acts(seat):
        return False
    if name.startswith("unit.") or name in ("seat.create", "seat.close", "param.set"):
        return duty == "system"
    if name in ("person.open", "person.link", "person.close", "seat.hold", "seat.leave"):
        return duty == "people"
    raise KeyError(name)
