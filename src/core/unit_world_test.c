/* Random worlds of units against a naive evaluator: it keeps the list of accepted events, replays
 * it for each question into one value per unit and day, and walks trees and lineage by plain
 * recursion. Whether a change may be made it finds by trying: every day must still be in order. */
#include "base/test.h"
#include "core/core.h"

enum {
    DAYS = 24,
    MOST_UNITS = 32,
    MOST_PARTS = 4,
    STEPS = 60,
    WORLDS = 200,
    UNSET = -9,
    NEVER = 999
};

typedef enum Attr { ATTR_KIND, ATTR_NAME, ATTR_CODE, ATTR_PARENT, ATTR_SECOND, ATTRS } Attr;

typedef struct Event {
    int64_t seq;
    Verb verb;
    int unit, day, tree, n;
    int value[ATTRS]; /* create: all; changes: the one */
    Attr attr;
    int part[MOST_PARTS], num[MOST_PARTS], den;
} Event;

typedef struct World {
    Event events[STEPS + 1];
    int count;
    uint64_t random;
    Work *w;
    Core *core;
    const PackSet *set;
    int kinds[5];
} World;

typedef struct Naive { /* all that holds, by unit and day */
    int born[MOST_UNITS], end[MOST_UNITS];
    int point[MOST_UNITS][ATTRS][DAYS + 1];
    const Event *fate[MOST_UNITS]; /* merge or split that told where it went */
    int units;
} Naive;

static const char worlds_pack[] =
    "tian 1\n\n"
    "kind land  \"境\"\n"
    "kind zone  \"片\" in land | zone\n"
    "kind place \"处\" in zone\n"
    "kind spot  \"点\" in zone | place\n"
    "kind club  \"会\" in land\n\n"
    "tree second \"另一\" {\n  place in club\n  spot in place\n}\n\n"
    "role keeper \"看护\" at land\n\n"
    "pack worlds \"试验\" version 1 {\n  owner keeper at land\n"
    "  basis \"试验\", approval \"试〔2020〕1号\"\n  from 2000-01-01\n}\n";
static const char *const kind_names[] = { "land", "zone", "place", "spot", "club" };

static uint32_t pick(World *x, int below)
{
    x->random ^= x->random << 13;
    x->random ^= x->random >> 7;
    x->random ^= x->random << 17;
    return (uint32_t)(x->random >> 11) % (uint32_t)below;
}

static int pick_int(World *x, int below)
{
    return (int)pick(x, below);
}

static int32_t real_day(int day)
{
    return day >= DAYS ? day_make(2090, 1, 1) : day_make(2020, 1, 1) + day;
}

static Str code_text(Arena *arena, int code)
{
    return str_printf(arena, "c%03d", code);
}

static Str name_text(Arena *arena, int name)
{
    return str_printf(arena, "名%d", name);
}

/* ---- the naive world ---- */

static void replay_one(Naive *n, const Event *e)
{
    switch (e->verb) {
    case VERB_UNIT_CREATE:
        n->units = e->unit + 1;
        n->born[e->unit] = e->day;
        n->end[e->unit] = NEVER;
        for (int a = 0; a < ATTRS; a++)
            for (int d = 0; d <= DAYS; d++)
                n->point[e->unit][a][d] = UNSET;
        for (int a = 0; a < ATTR_SECOND; a++)
            n->point[e->unit][a][e->day] = e->value[a];
        n->fate[e->unit] = NULL;
        return;
    case VERB_UNIT_MERGE:
        for (int i = 0; i < e->n; i++) {
            n->end[e->part[i]] = e->day;
            n->fate[e->part[i]] = e;
        }
        return;
    case VERB_UNIT_SPLIT:
        n->fate[e->unit] = e;
        n->end[e->unit] = e->day;
        return;
    case VERB_UNIT_CLOSE: n->end[e->unit] = e->day; return;
    default: n->point[e->unit][e->attr][e->day] = e->value[e->attr];
    }
}

static void replay(const World *x, int64_t known_seq, Naive *n)
{
    n->units = 0;
    for (int i = 0; i < x->count; i++)
        if (x->events[i].seq <= known_seq)
            replay_one(n, &x->events[i]);
}

static int value_at(const Naive *n, int unit, Attr attr, int day)
{
    for (int d = day; d >= 0; d--)
        if (n->point[unit][attr][d] != UNSET)
            return n->point[unit][attr][d];
    return UNSET;
}

static int parent_at(const Naive *n, int unit, int tree, int day)
{
    int parent = value_at(n, unit, tree ? ATTR_SECOND : ATTR_PARENT, day);
    return parent == UNSET ? UNIT_NONE : parent;
}

static bool lives(const Naive *n, int unit, int day)
{
    return unit < n->units && n->born[unit] <= day && day < n->end[unit];
}

/* Written down by hand from the pack: kind under kind, in tree 0 and 1. */
static bool fits(int tree, int kind, int above)
{
    static const char *const rows[2][5] = {
        { "", "land zone", "zone", "zone place", "land" },
        { "", "", "club", "place", "" },
    };
    return strstr(rows[tree][kind], kind_names[above]) != NULL;
}

static bool unit_in_order(const Naive *n, int unit, int day)
{
    int kind = value_at(n, unit, ATTR_KIND, day);
    for (int tree = 0; tree < 2; tree++) {
        int parent = parent_at(n, unit, tree, day);
        if (parent == UNIT_NONE)
            continue;
        if (!lives(n, parent, day) || !fits(tree, kind, value_at(n, parent, ATTR_KIND, day)))
            return false;
        int up = parent, steps = 0;
        while (up != UNIT_NONE && up != unit && steps++ < MOST_UNITS)
            up = parent_at(n, up, tree, day);
        if (up == unit)
            return false;
    }
    for (int other = 0; other < n->units; other++)
        if (other != unit && lives(n, other, day) &&
            value_at(n, other, ATTR_CODE, day) == value_at(n, unit, ATTR_CODE, day))
            return false;
    return true;
}

static bool fate_in_order(const Naive *n, int unit)
{
    const Event *e = n->fate[unit];
    if (!e)
        return true;
    if (n->end[unit] != e->day)
        return false;
    if (e->verb == VERB_UNIT_MERGE)
        return lives(n, e->unit, e->day);
    for (int i = 0; i < e->n; i++)
        if (!lives(n, e->part[i], e->day))
            return false;
    return true;
}

static bool in_order(const Naive *n)
{
    for (int unit = 0; unit < n->units; unit++) {
        if (!fate_in_order(n, unit))
            return false;
        for (int day = 0; day <= DAYS; day++)
            if (lives(n, unit, day) && !unit_in_order(n, unit, day))
                return false;
    }
    return true;
}

static bool may_end(const Naive *n, int unit, int day, bool again)
{
    return day > n->born[unit] && (n->end[unit] == NEVER || (again && n->end[unit] == day));
}

/* A unit and what is below it do not end in one act: those below go first. */
static bool stands_under(const Naive *n, int unit, int above, int day)
{
    for (int d = day; d <= DAYS; d++)
        if (lives(n, unit, d) &&
            (parent_at(n, unit, 0, d) == above || parent_at(n, unit, 1, d) == above))
            return true;
    return false;
}

/* At the top stands what nothing else there could hold on that day. */
static bool may_top(const Naive *n, int unit, int kind, int day)
{
    for (int other = 0; other < n->units; other++)
        if (other != unit && lives(n, other, day) &&
            fits(0, kind, value_at(n, other, ATTR_KIND, day)))
            return false;
    return true;
}

/* A change that leaves the unit at the top, or changes what it is there. */
static bool top_in_order(const Naive *n, const Event *e)
{
    int now = e->verb == VERB_UNIT_CREATE ? UNIT_NONE : parent_at(n, e->unit, 0, e->day);
    if (e->verb == VERB_UNIT_CREATE && e->value[ATTR_PARENT] == UNIT_NONE)
        return may_top(n, e->unit, e->value[ATTR_KIND], e->day);
    if (e->verb == VERB_UNIT_REKIND && now == UNIT_NONE)
        return may_top(n, e->unit, e->value[ATTR_KIND], e->day);
    if (e->verb == VERB_UNIT_MOVE && e->tree == 0 && e->value[ATTR_PARENT] == UNIT_NONE)
        return may_top(n, e->unit, value_at(n, e->unit, ATTR_KIND, e->day), e->day);
    return true;
}

static bool naive_allows(const World *x, const Event *e)
{
    static Naive n;
    replay(x, INT64_MAX, &n);
    if (e->verb != VERB_UNIT_CREATE && e->verb < VERB_UNIT_MERGE && !lives(&n, e->unit, e->day))
        return false;
    if (!top_in_order(&n, e))
        return false;
    switch (e->verb) {
    case VERB_UNIT_CREATE: break;
    case VERB_UNIT_CLOSE:
        if (!may_end(&n, e->unit, e->day, false))
            return false;
        break;
    case VERB_UNIT_MERGE:
        if (!lives(&n, e->unit, e->day))
            return false;
        for (int i = 0; i < e->n; i++) {
            if (e->part[i] == e->unit || !may_end(&n, e->part[i], e->day, true))
                return false;
            for (int j = 0; j < e->n; j++)
                if ((j < i && e->part[j] == e->part[i]) ||
                    stands_under(&n, e->part[j], e->part[i], e->day))
                    return false;
        }
        break;
    case VERB_UNIT_SPLIT:
        if (!may_end(&n, e->unit, e->day, true))
            return false;
        for (int i = 0, sum = 0; i < e->n; i++) {
            sum += e->num[i];
            if (e->part[i] == e->unit || e->num[i] < 1 || (i == e->n - 1 && sum != e->den))
                return false;
            for (int j = 0; j < i; j++)
                if (e->part[j] == e->part[i])
                    return false;
        }
        break;
    default: {
        int now = value_at(&n, e->unit, e->attr, e->day);
        if (now == e->value[e->attr] || (now == UNSET && e->value[e->attr] == UNIT_NONE))
            return false;
    }
    }
    replay_one(&n, e);
    return in_order(&n);
}

typedef struct Part {
    int64_t num, den;
} Part;

static Part part_times(Part a, Part b)
{
    int64_t num = a.num * b.num, den = a.den * b.den;
    int64_t x = num, y = den;
    while (y) {
        int64_t rest = x % y;
        x = y;
        y = rest;
    }
    return (Part){ num / x, den / x };
}

static void part_add(Part *sum, Part b)
{
    if (sum->num == 0)
        *sum = b;
    else
        *sum = part_times((Part){ 1, 1 },
                          (Part){ sum->num * b.den + b.num * sum->den, sum->den * b.den });
}

/* Adds to sums[] where `share` of a unit's value is on the day. */
static void naive_forward(const Naive *n, int unit, int day, Part share, Part *sums)
{
    if (day < n->born[unit])
        return;
    if (day < n->end[unit]) {
        part_add(&sums[unit], share);
        return;
    }
    const Event *e = n->fate[unit];
    if (e && e->verb == VERB_UNIT_MERGE)
        naive_forward(n, e->unit, day, share, sums);
    for (int i = 0; e && e->verb == VERB_UNIT_SPLIT && i < e->n; i++)
        naive_forward(n, e->part[i], day, part_times(share, (Part){ e->num[i], e->den }), sums);
}

static void naive_backward(const Naive *n, int unit, int day, Part share, Part *sums)
{
    if (day >= n->end[unit])
        return;
    if (n->born[unit] <= day) {
        part_add(&sums[unit], share);
        return;
    }
    for (int from = 0; from < n->units; from++) {
        const Event *e = n->fate[from];
        if (!e)
            continue;
        if (e->verb == VERB_UNIT_MERGE && e->unit == unit)
            naive_backward(n, from, day, share, sums);
        for (int i = 0; e->verb == VERB_UNIT_SPLIT && i < e->n; i++)
            if (e->part[i] == unit)
                naive_backward(n, from, day, part_times(share, (Part){ e->num[i], e->den }), sums);
    }
}

/* Pre-order by recursion: children by code, then number. */
static int naive_walk(const Naive *n, int tree, int day, int above, int *out, int count)
{
    bool done[MOST_UNITS] = { false };
    for (;;) {
        int next = -1;
        for (int unit = 0; unit < n->units; unit++) {
            if (done[unit] || !lives(n, unit, day) || parent_at(n, unit, tree, day) != above)
                continue;
            if (next < 0 || value_at(n, unit, ATTR_CODE, day) < value_at(n, next, ATTR_CODE, day))
                next = unit;
        }
        if (next < 0)
            return count;
        done[next] = true;
        bool member = tree == 0 || above != UNIT_NONE;
        for (int unit = 0; !member && unit < n->units; unit++)
            member = lives(n, unit, day) && parent_at(n, unit, tree, day) == next;
        if (!member)
            continue;
        out[count++] = next;
        count = naive_walk(n, tree, day, next, out, count);
    }
}

/* ---- random events ---- */

static void draw_parts(World *x, Event *e, int units)
{
    e->n = 1 + pick_int(x, MOST_PARTS);
    e->den = 0;
    for (int i = 0; i < e->n; i++) {
        e->part[i] = pick_int(x, units);
        e->num[i] = 1 + pick_int(x, 3);
        e->den += e->num[i];
    }
    if (pick(x, 20) == 0)
        e->den++; /* shares that do not add up */
}

/* A parent, mostly one of a kind that fits, so that most moves are worth judging. */
static int draw_parent(World *x, const Naive *n, int tree, int kind, int day)
{
    int parent = pick_int(x, n->units + 1) - 1;
    for (int tries = 0; tries < 6; tries++) {
        if (parent >= 0 && lives(n, parent, day) &&
            fits(tree, kind, value_at(n, parent, ATTR_KIND, day)))
            return parent;
        parent = pick_int(x, n->units + 1) - 1;
    }
    return parent;
}

static void draw_event(World *x, Event *e)
{
    static Naive n;
    replay(x, INT64_MAX, &n);
    *e = (Event){ .verb = VERB_UNIT_CREATE, .unit = n.units, .day = pick_int(x, DAYS) };
    e->value[ATTR_KIND] = n.units ? pick_int(x, 5) : 0;
    e->value[ATTR_NAME] = pick_int(x, 20);
    e->value[ATTR_CODE] = pick_int(x, 120);
    bool early = n.units < 6;
    e->day = early ? pick_int(x, 4) : e->day;
    e->value[ATTR_PARENT] = draw_parent(x, &n, 0, e->value[ATTR_KIND], e->day);
    if (early || (n.units < MOST_UNITS && pick(x, 3) == 0))
        return;
    static const Verb verbs[] = { VERB_UNIT_RENAME, VERB_UNIT_RECODE, VERB_UNIT_MOVE,
                                  VERB_UNIT_MOVE,   VERB_UNIT_MOVE,   VERB_UNIT_REKIND,
                                  VERB_UNIT_MERGE,  VERB_UNIT_MERGE,  VERB_UNIT_SPLIT,
                                  VERB_UNIT_SPLIT,  VERB_UNIT_CLOSE };
    e->verb = verbs[pick(x, sizeof verbs / sizeof *verbs)];
    e->unit = pick_int(x, n.units);
    e->tree = pick_int(x, 2);
    e->attr = e->verb == VERB_UNIT_RENAME   ? ATTR_NAME
              : e->verb == VERB_UNIT_RECODE ? ATTR_CODE
              : e->verb == VERB_UNIT_REKIND ? ATTR_KIND
              : e->tree                     ? ATTR_SECOND
                                            : ATTR_PARENT;
    int kind = value_at(&n, e->unit, ATTR_KIND, e->day);
    if (kind != UNSET && e->attr >= ATTR_PARENT)
        e->value[e->attr] = draw_parent(x, &n, e->tree, kind, e->day);
    draw_parts(x, e, n.units);
}

static bool send_parts(World *x, const Event *e)
{
    Share shares[MOST_PARTS];
    int32_t from[MOST_PARTS];
    for (int i = 0; i < e->n; i++) {
        from[i] = e->part[i];
        shares[i] = (Share){ .unit = e->part[i], .num = e->num[i], .den = e->den };
    }
    if (e->verb == VERB_UNIT_MERGE)
        return unit_merge(x->w, x->core, from, (size_t)e->n, e->unit, real_day(e->day), STR(""));
    return unit_split(x->w, x->core, e->unit, shares, (size_t)e->n, real_day(e->day), STR(""));
}

static bool send(World *x, const Event *e)
{
    Work *w = x->w;
    int32_t day = real_day(e->day), unit;
    switch (e->verb) {
    case VERB_UNIT_CREATE:
        return unit_create(w, x->core,
                           &(NewUnit){ .code = code_text(w->arena, e->value[ATTR_CODE]),
                                       .name = name_text(w->arena, e->value[ATTR_NAME]),
                                       .kind = x->kinds[e->value[ATTR_KIND]],
                                       .parent = e->value[ATTR_PARENT],
                                       .day = day },
                           &unit);
    case VERB_UNIT_RENAME:
        return unit_rename(w, x->core, e->unit, name_text(w->arena, e->value[ATTR_NAME]), day,
                           STR("会议决定"));
    case VERB_UNIT_RECODE:
        return unit_recode(w, x->core, e->unit, code_text(w->arena, e->value[ATTR_CODE]), day,
                           STR(""));
    case VERB_UNIT_MOVE:
        return unit_move(w, x->core, e->unit, e->tree, e->value[e->attr], day, STR(""));
    case VERB_UNIT_REKIND:
        return unit_rekind(w, x->core, e->unit, x->kinds[e->value[ATTR_KIND]], day, STR(""));
    case VERB_UNIT_CLOSE: return unit_close(w, x->core, e->unit, day, STR(""));
    default: return send_parts(x, e);
    }
}

/* One event through the real commands; refused by them exactly when the naive world refuses. */
static void step(World *x)
{
    Event *e = &x->events[x->count];
    draw_event(x, e);
    bool allowed = naive_allows(x, e);
    e->seq = core_known(x->core);
    EXPECT(core_begin(x->w, x->core, NULL));
    bool done = send(x, e);
    if (done != allowed)
        printf("# verb %d unit %d day %d: %s, naive says %d\n", e->verb, e->unit, e->day,
               done ? "done" : x->w->err.what, allowed);
    EXPECT(done == allowed);
    work_clear(x->w);
    EXPECT(done ? core_commit(x->w, x->core) : core_rollback(x->w, x->core));
    if (done)
        x->count++;
}

/* ---- questions ---- */

static bool same_attributes(const World *x, const Naive *n, int unit, int day, int64_t known)
{
    const Units *u = x->core->units;
    Arena *arena = x->w->arena;
    int32_t at = real_day(day);
    if (unit_alive(u, unit, at, known) != lives(n, unit, day))
        return false;
    if (!lives(n, unit, day))
        return true;
    Str code = code_text(arena, value_at(n, unit, ATTR_CODE, day));
    return str_eq(unit_code(u, unit, at, known), code) &&
           str_eq(unit_name(u, unit, at, known),
                  name_text(arena, value_at(n, unit, ATTR_NAME, day))) &&
           unit_kind(u, unit, at, known) == x->kinds[value_at(n, unit, ATTR_KIND, day)] &&
           unit_parent(u, unit, 0, at, known) == parent_at(n, unit, 0, day) &&
           unit_parent(u, unit, 1, at, known) == parent_at(n, unit, 1, day) &&
           unit_find_code(u, code, at, known) == unit;
}

static bool same_tree(World *x, const Naive *n, int tree, int day, int64_t known)
{
    int slots[MOST_UNITS];
    int count = naive_walk(n, tree, day, UNIT_NONE, slots, 0);
    const TreeVersion *t = units_tree(x->w, x->core->units, tree, real_day(day), known);
    if (t->count != count || t->first_day > real_day(day) || t->last_day < real_day(day))
        return false;
    for (int pre = 0; pre < count; pre++) {
        int unit = slots[pre], inside = 0;
        for (int i = pre + 1; i < count; i++) {
            int up = slots[i];
            while (up != UNIT_NONE && up != unit)
                up = parent_at(n, up, tree, day);
            inside += up == unit;
        }
        int parent = parent_at(n, unit, tree, day);
        int32_t above = t->parent[pre] < 0 ? UNIT_NONE : t->slot_of[t->parent[pre]];
        if (t->slot_of[pre] != unit || t->pre_of[unit] != pre || above != parent ||
            t->last[pre] != pre + inside ||
            t->kind[pre] != x->kinds[value_at(n, unit, ATTR_KIND, day)])
            return false;
    }
    return true;
}

static bool same_shares(const Shares *shares, const Part *sums, int units)
{
    size_t at = 0;
    for (int unit = 0; unit < units; unit++) {
        if (sums[unit].num == 0)
            continue;
        if (at >= shares->n || shares->at[at].unit != unit ||
            shares->at[at].num != sums[unit].num || shares->at[at].den != sums[unit].den)
            return false;
        at++;
    }
    return at == shares->n;
}

static bool same_lineage(World *x, const Naive *n, int unit, int day, int64_t known)
{
    Part sums[MOST_UNITS] = { 0 };
    Shares shares;
    naive_forward(n, unit, day, (Part){ 1, 1 }, sums);
    unit_forward(x->w->arena, x->core->units, unit, real_day(day), known, &shares);
    if (!same_shares(&shares, sums, n->units))
        return false;
    memset(sums, 0, sizeof sums);
    naive_backward(n, unit, day, (Part){ 1, 1 }, sums);
    unit_backward(x->w->arena, x->core->units, unit, real_day(day), known, &shares);
    return same_shares(&shares, sums, n->units);
}

/* What all units have on one day is, on a later day, with their successors to the last piece;
 * what went with a unit that ended alone is missing by less than one for each such unit. */
static bool total_kept(World *x, const Naive *n, int day, int later_day)
{
    int64_t before = 0, after = 0;
    int lossy = 0;
    Part lost = { 0, 1 };
    (void)lost;
    for (int unit = 0; unit < n->units; unit++) {
        if (!lives(n, unit, day))
            continue;
        int64_t amount = (int64_t)pick(x, 2000) - 700;
        Shares shares;
        unit_forward(x->w->arena, x->core->units, unit, real_day(later_day), KNOWN_NOW, &shares);
        Part whole = { 0, 1 };
        for (size_t i = 0; i < shares.n; i++)
            part_add(&whole, (Part){ shares.at[i].num, shares.at[i].den });
        if (whole.num != whole.den) {
            lossy++;
            continue;
        }
        int64_t amounts[MOST_UNITS];
        shares_split(amount, shares.at, shares.n, amounts);
        before += amount;
        for (size_t i = 0; i < shares.n; i++) {
            /* no part is a whole one away from its exact share */
            int64_t off = amounts[i] * shares.at[i].den - amount * shares.at[i].num;
            if (off <= -shares.at[i].den || off >= shares.at[i].den)
                return false;
            after += amounts[i];
        }
    }
    return before == after && lossy <= n->units;
}

static void ask(World *x)
{
    static Naive n;
    ARENA_SCOPE(x->w->arena);
    bool now = pick(x, 2) == 0;
    int64_t known = now ? KNOWN_NOW : (int64_t)pick(x, (int)core_known(x->core) + 1) - 1;
    int day = pick_int(x, DAYS + 1);
    replay(x, known, &n);
    EXPECT(same_tree(x, &n, 0, day, known));
    EXPECT(same_tree(x, &n, 1, day, known));
    for (int unit = 0; unit < n.units; unit++) {
        EXPECT(same_attributes(x, &n, unit, day, known));
        EXPECT(same_lineage(x, &n, unit, day, known));
    }
    if (now)
        EXPECT(total_kept(x, &n, pick_int(x, day + 1), day));
}

static bool open_world(World *x, uint64_t seed)
{
    *x = (World){ .random = seed * UINT64_C(0x9E3779B97F4A7C15) + 1 };
    x->w = work_open(env_real(), 64 << 20);
    SourceFile file = { .name = STR("worlds.tian"), .text = str_of(worlds_pack) };
    Source source = { .files = &file, .n = 1 };
    Problems problems = { 0 };
    bool ok = core_memory(x->w, &x->core) && core_begin(x->w, x->core, NULL) &&
              pack_load(x->w, x->core, &source, &problems) && core_commit(x->w, x->core);
    EXPECT(ok);
    x->set = ok ? packs_set(x->w, x->core, KNOWN_NOW) : NULL;
    for (int i = 0; x->set && i < 5; i++)
        x->kinds[i] = set_kind(x->set, str_of(kind_names[i]))->number;
    return x->set != NULL;
}

static void close_world(World *x)
{
    core_close(&x->core);
    work_close(&x->w);
}

/* At any time known, the spans of one aspect follow each other without meeting. */
static bool spans_apart(const World *x, int64_t known)
{
    for (int32_t unit = 0; unit < units_count(x->core->units); unit++) {
        size_t n;
        const Span *spans = unit_spans(x->core->units, unit, &n), *before = NULL;
        for (size_t i = 0; i < n; i++) {
            const Span *s = &spans[i];
            if (s->seq > known || s->gone <= known)
                continue;
            if (before && before->aspect == s->aspect && before->tree == s->tree &&
                before->to_day > s->from_day)
                return false;
            before = s;
        }
    }
    return true;
}

/* The view tables made again from the log are the same, byte for byte, and so is memory. */
static void rebuild_world(World *x)
{
    Str before, after;
    EXPECT(unit_digest_ok(x->w, x->core->units, x->core->store.db));
    EXPECT(store_digest(x->w, x->core->store.db, &before));
    EXPECT(core_rebuild(x->w, x->core));
    EXPECT(store_digest(x->w, x->core->store.db, &after));
    EXPECT(str_eq(before, after));
    EXPECT(unit_digest_ok(x->w, x->core->units, x->core->store.db));
}

TEST(two_hundred_random_worlds_agree_with_plain_recursion)
{
    int accepted = 0, merged = 0, moved = 0, second = 0, before = test_failures;
    for (uint64_t seed = 1; seed <= WORLDS && test_failures == before; seed++) {
        static World x;
        if (!open_world(&x, seed))
            return;
        for (int tries = 0; tries < STEPS * 6 && x.count < STEPS; tries++) {
            ARENA_SCOPE(x.w->arena);
            step(&x);
        }
        for (int i = 0; i < x.count; i++) {
            merged += x.events[i].verb == VERB_UNIT_MERGE || x.events[i].verb == VERB_UNIT_SPLIT;
            moved += x.events[i].verb == VERB_UNIT_MOVE;
            second += x.events[i].verb == VERB_UNIT_MOVE && x.events[i].tree == 1;
        }
        accepted += x.count;
        for (int i = 0; i < 30; i++)
            ask(&x);
        for (int64_t known = 0; known < core_known(x.core); known++)
            EXPECT(spans_apart(&x, known));
        if (seed % 10 == 0)
            rebuild_world(&x);
        if (test_failures != before)
            printf("# world %d\n", (int)seed);
        close_world(&x);
    }
    /* the worlds are worth asking */
    EXPECT(accepted > WORLDS * 30 && merged > WORLDS && moved > WORLDS && second > WORLDS);
}
