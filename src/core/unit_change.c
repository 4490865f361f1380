/* Commands of units: judged fully, then one fact each. They run inside core_begin … core_commit. */
#include "core/unit_int.h"

#include "base/limits.h"
#include "core/core.h"

const char *unit_say(Work *w, const Units *u, int32_t unit, int32_t day)
{
    Str name = unit_name(u, unit, day, KNOWN_NOW), code = unit_code(u, unit, day, KNOWN_NOW);
    return arena_printf(w->arena, "%.*s %.*s", STR_ARG(name), STR_ARG(code));
}

static bool judge_day(Work *w, int32_t day)
{
    if (day > DAY_MIN && day < DAY_FOREVER)
        return true;
    return fail(w, ERR_BAD_INPUT, "unit.day_bad");
}

/* A change of this aspect from the day on holds until the next one, or the unit's end. */
static int32_t change_end(const Units *u, int32_t unit, UnitAspect aspect, int32_t tree,
                          int32_t day)
{
    int32_t from, to;
    bool lived = unit_life(u, unit, KNOWN_NOW, &from, &to);
    CHECK(lived);
    const Span *s = unit_span_after(u, unit, aspect, tree, day, KNOWN_NOW);
    int32_t end = !s ? DAY_FOREVER : s->from_day > day ? s->from_day : s->to_day;
    return end < to ? end : to;
}

static bool put_fact(Work *w, Core *core, Verb verb, int32_t unit, Canon *open, int32_t day,
                     Str basis)
{
    Str clean;
    TRY(judge_text(w, basis, LIMIT_TEXT_BYTES, &clean));
    if (clean.n)
        canon_text(open, "basis", clean);
    canon_int(open, "day", day);
    Fact fact = { .unit = unit, .verb = (int32_t)verb, .subject = unit, .prev = -1 };
    if (unit < core->units->count)
        fact.prev = unit_row(core->units, unit)->last_seq;
    fact.open = canon_bytes(w, open);
    TRY(fact.open.n > 0);
    return core_put(w, core, &fact);
}

bool unit_create(Work *w, struct Core *core, const NewUnit *unit, int32_t *ret_unit)
{
    const Units *u = core->units;
    int32_t number = units_count(u);
    if (number >= LIMIT_UNITS)
        return fail(w, ERR_LIMIT, "unit.too_many limit=%d", LIMIT_UNITS);
    Str name, code;
    TRY(judge_day(w, unit->day));
    TRY(judge_name(w, unit->name, &name));
    TRY(judge_code(w, u, UNIT_NONE, unit->code, unit->day, DAY_FOREVER, &code));
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    TRY(set);
    if (!set_kind_number(set, unit->kind))
        return fail(w, ERR_NOT_FOUND, "unit.kind_unknown kind=%d", unit->kind);
    TRY(judge_parent(w, core, number, unit->kind, 0, unit->parent, unit->day, DAY_FOREVER));
    Canon *open = canon_open(w->arena);
    canon_text(open, "code", code);
    canon_int(open, "kind", unit->kind);
    canon_text(open, "name", name);
    if (unit->parent != UNIT_NONE)
        canon_int(open, "parent", unit->parent);
    TRY(put_fact(w, core, VERB_UNIT_CREATE, number, open, unit->day, unit->basis));
    *ret_unit = number;
    return true;
}

static bool refuse_same(Work *w, const Units *u, int32_t unit, int32_t day)
{
    return fail(w, ERR_CONFLICT, "unit.same unit=%s", unit_say(w, u, unit, day));
}

static bool rename_unit(Work *w, Core *core, int32_t unit, Str name, int32_t day, Str basis,
                        bool spelling)
{
    const Units *u = core->units;
    Str clean;
    TRY(judge_day(w, day));
    TRY(judge_alive(w, u, unit, day));
    TRY(judge_name(w, name, &clean));
    if (str_eq(unit_name(u, unit, day, KNOWN_NOW), clean))
        return refuse_same(w, u, unit, day);
    Canon *open = canon_open(w->arena);
    canon_text(open, "name", clean);
    if (spelling)
        canon_int(open, "spelling", 1);
    return put_fact(w, core, VERB_UNIT_RENAME, unit, open, day, basis);
}

bool unit_rename(Work *w, struct Core *core, int32_t unit, Str name, int32_t day, Str basis)
{
    return rename_unit(w, core, unit, name, day, basis, false);
}

bool unit_restyle(Work *w, struct Core *core, int32_t unit, Str name, int32_t day, Str basis)
{
    return rename_unit(w, core, unit, name, day, basis, true);
}

bool unit_recode(Work *w, struct Core *core, int32_t unit, Str code, int32_t day, Str basis)
{
    const Units *u = core->units;
    Str clean;
    TRY(judge_day(w, day));
    TRY(judge_alive(w, u, unit, day));
    TRY(judge_code(w, u, unit, code, day, change_end(u, unit, ASPECT_CODE, 0, day), &clean));
    if (str_eq(unit_code(u, unit, day, KNOWN_NOW), clean))
        return refuse_same(w, u, unit, day);
    Canon *open = canon_open(w->arena);
    canon_text(open, "code", clean);
    return put_fact(w, core, VERB_UNIT_RECODE, unit, open, day, basis);
}

bool unit_move(Work *w, struct Core *core, int32_t unit, int32_t tree, int32_t parent, int32_t day,
               Str basis)
{
    const Units *u = core->units;
    TRY(judge_day(w, day));
    TRY(judge_alive(w, u, unit, day));
    TRY(judge_parent(w, core, unit, unit_kind(u, unit, day, KNOWN_NOW), tree, parent, day,
                     change_end(u, unit, ASPECT_PARENT, tree, day)));
    if (unit_parent(u, unit, tree, day, KNOWN_NOW) == parent)
        return refuse_same(w, u, unit, day);
    Canon *open = canon_open(w->arena);
    canon_int(open, "parent", parent);
    canon_int(open, "tree", tree);
    return put_fact(w, core, VERB_UNIT_MOVE, unit, open, day, basis);
}

bool unit_rekind(Work *w, struct Core *core, int32_t unit, int32_t kind, int32_t day, Str basis)
{
    const Units *u = core->units;
    TRY(judge_day(w, day));
    TRY(judge_alive(w, u, unit, day));
    TRY(judge_rekind(w, core, unit, kind, day, change_end(u, unit, ASPECT_KIND, 0, day)));
    if (unit_kind(u, unit, day, KNOWN_NOW) == kind)
        return refuse_same(w, u, unit, day);
    Canon *open = canon_open(w->arena);
    canon_int(open, "kind", kind);
    return put_fact(w, core, VERB_UNIT_REKIND, unit, open, day, basis);
}

bool unit_calendar_set(Work *w, Core *core, int32_t unit, const Calendar *calendar, int32_t day)
{
    const Units *u = core->units;
    Str name = calendar ? calendar->name : STR("");
    TRY(judge_day(w, day));
    TRY(judge_alive(w, u, unit, day));
    if (str_eq(unit_calendar_name(u, unit, day, KNOWN_NOW), name))
        return refuse_same(w, u, unit, day);
    Canon *open = canon_open(w->arena);
    if (calendar)
        canon_text(open, "calendar", name);
    return put_fact(w, core, VERB_UNIT_CALENDAR, unit, open, day, STR(""));
}

/* One unit that ends and one born that day: the same place under another number. */
static LineageHow merge_how(const Units *u, size_t n, int32_t into, int32_t day)
{
    int32_t born, end;
    bool lived = unit_life(u, into, KNOWN_NOW, &born, &end);
    CHECK(lived);
    return n == 1 && born == day ? LINEAGE_RECODE : LINEAGE_MERGE;
}

bool unit_merge(Work *w, struct Core *core, const int32_t *from, size_t n, int32_t into,
                int32_t day, Str basis)
{
    const Units *u = core->units;
    TRY(judge_day(w, day));
    if (n < 1 || n > LIMIT_LINEAGE_PARTS)
        return fail(w, ERR_LIMIT, "unit.parts limit=%d", LIMIT_LINEAGE_PARTS);
    TRY(judge_alive(w, u, into, day));
    int64_t *numbers = arena_array(w->arena, int64_t, n);
    for (size_t i = 0; i < n; i++) {
        TRY(judge_end(w, u, from[i], day, from, n));
        bool twice = from[i] == into;
        for (size_t j = 0; j < i; j++)
            twice = twice || from[j] == from[i];
        if (twice)
            return fail(w, ERR_BAD_INPUT, "unit.twice unit=%s", unit_say(w, u, from[i], day));
        TRY(judge_shares(w, u, from[i], &(Share){ .unit = into, .num = 1, .den = 1 }, 1));
        numbers[i] = from[i];
    }
    Canon *open = canon_open(w->arena);
    canon_ints(open, "from", numbers, n);
    canon_int(open, "how", merge_how(u, n, into, day));
    return put_fact(w, core, VERB_UNIT_MERGE, into, open, day, basis);
}

bool unit_split(Work *w, struct Core *core, int32_t from, const Share *into, size_t n, int32_t day,
                Str basis)
{
    const Units *u = core->units;
    TRY(judge_day(w, day));
    TRY(judge_end(w, u, from, day, &from, 1));
    for (size_t i = 0; i < n; i++) {
        if (into[i].unit == from)
            return fail(w, ERR_BAD_INPUT, "unit.split_self unit=%s", unit_say(w, u, from, day));
        TRY(judge_alive(w, u, into[i].unit, day));
    }
    TRY(judge_shares(w, u, from, into, n));
    Canon **parts = arena_array(w->arena, Canon *, n);
    for (size_t i = 0; i < n; i++) {
        parts[i] = canon_open(w->arena);
        canon_int(parts[i], "den", into[i].den);
        canon_int(parts[i], "num", into[i].num);
        canon_int(parts[i], "unit", into[i].unit);
    }
    Canon *open = canon_open(w->arena);
    canon_list(open, "into", parts, n);
    return put_fact(w, core, VERB_UNIT_SPLIT, from, open, day, basis);
}

bool unit_close(Work *w, struct Core *core, int32_t unit, int32_t day, Str basis)
{
    TRY(judge_day(w, day));
    TRY(judge_end(w, core->units, unit, day, NULL, 0));
    return put_fact(w, core, VERB_UNIT_CLOSE, unit, canon_open(w->arena), day, basis);
}
