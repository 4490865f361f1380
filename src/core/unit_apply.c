/* Facts of units become spans and links, in memory and in the view tables: the only code that
 * writes either. Live commands and rebuild come the same way. Db NULL = memory only.
 *
 * What a fact says, as canonical bytes of its open part (fact.unit is the unit changed):
 *   create  {basis? code day kind name parent?}        rename {basis? day name spelling?}
 *   recode  {basis? code day}                          rekind {basis? day kind}
 *   move    {basis? day parent tree}  parent -1: out of the tree
 *   merge   {basis? day from:[unit…] how}              fact.unit = the one that takes over
 *   calendar {basis? calendar? day}  without one: as the unit above
 *   split   {basis? day into:[{den num unit}…]}        close  {basis? day} */
#include "core/unit_int.h"

#include "core/core.h"

typedef struct Applying {
    Work *w;
    Units *u;
    Db *db;
    int64_t seq;
    int32_t day;
    Str basis;
} Applying;

static void put_text(Stmt *s, int at, Str text)
{
    if (text.n)
        stmt_text(s, at, text);
    else
        stmt_null(s, at);
}

static bool save_span(Applying *a, const Span *span)
{
    units_add_span(a->u, span);
    if (!a->db)
        return true;
    Stmt *s = db_stmt(a->w, a->db, SQL_UNIT_SPAN_INSERT);
    TRY(s);
    stmt_int(s, 1, span->aspect);
    stmt_int(s, 2, span->tree);
    stmt_int(s, 3, span->unit);
    stmt_int(s, 4, span->from_day);
    stmt_int(s, 5, span->seq);
    stmt_int(s, 6, span->to_day);
    stmt_int(s, 7, span->gone);
    stmt_int(s, 8, span->value);
    put_text(s, 9, span->text);
    put_text(s, 10, span->basis);
    return stmt_run(a->w, s);
}

static bool end_span(Applying *a, Span *span)
{
    CHECK(span->gone == KNOWN_NOW && span->seq < a->seq);
    span->gone = a->seq;
    if (!a->db)
        return true;
    Stmt *s = db_stmt(a->w, a->db, SQL_UNIT_SPAN_GONE);
    TRY(s);
    stmt_int(s, 1, span->aspect);
    stmt_int(s, 2, span->tree);
    stmt_int(s, 3, span->unit);
    stmt_int(s, 4, span->from_day);
    stmt_int(s, 5, span->seq);
    stmt_int(s, 6, a->seq);
    return stmt_run(a->w, s);
}

/* From the day on until the next change the aspect has this value: what stood there before ends
 * as known, and what it said of earlier days is written again. */
static bool set_span(Applying *a, Span span)
{
    span.from_day = a->day;
    span.seq = a->seq;
    span.gone = KNOWN_NOW;
    span.basis = a->basis;
    const Span *after = unit_span_after(a->u, span.unit, span.aspect, span.tree, a->day, KNOWN_NOW);
    if (!after || after->from_day > a->day) {
        span.to_day = after ? after->from_day : DAY_FOREVER;
        return save_span(a, &span);
    }
    Span *old = unit_span(a->u, span.unit, span.aspect, span.tree, a->day, KNOWN_NOW);
    CHECK(old);
    Span before = *old; /* adding moves the array */
    TRY(end_span(a, old));
    span.to_day = before.to_day;
    if (before.from_day < a->day) {
        before.to_day = a->day;
        before.seq = a->seq;
        before.gone = KNOWN_NOW;
        TRY(save_span(a, &before));
    }
    return save_span(a, &span);
}

static bool bad_fact(Work *w, const Fact *fact)
{
    return fail(w, ERR_STORE, "unit.bad_fact seq=%lld", (long long)fact->seq);
}

static bool apply_create(Applying *a, const CanonView *v, const Fact *fact)
{
    Str code, name;
    int64_t kind, parent = UNIT_NONE;
    if (fact->unit != units_count(a->u) || !canon_get_text(v, "code", &code) ||
        !canon_get_text(v, "name", &name) || !canon_get_int(v, "kind", &kind))
        return bad_fact(a->w, fact);
    if (canon_get_int(v, "parent", &parent) && (parent < 0 || parent >= fact->unit))
        return bad_fact(a->w, fact);
    int32_t unit = fact->unit, shard = 0;
    if (parent != UNIT_NONE) {
        int32_t above = unit_parent(a->u, (int32_t)parent, 0, a->day, KNOWN_NOW);
        shard = above == UNIT_NONE ? unit : unit_shard(a->u, (int32_t)parent, a->day);
    }
    units_add(a->u, shard, a->seq);
    if (a->db) {
        Stmt *s = db_stmt(a->w, a->db, SQL_UNIT_INSERT);
        TRY(s);
        stmt_int(s, 1, unit);
        stmt_int(s, 2, shard);
        stmt_int(s, 3, a->seq);
        TRY(stmt_run(a->w, s));
    }
    TRY(set_span(a, (Span){ .unit = unit, .aspect = ASPECT_LIFE, .value = 1 }));
    TRY(set_span(a, (Span){ .unit = unit, .aspect = ASPECT_KIND, .value = kind }));
    TRY(set_span(a, (Span){ .unit = unit, .aspect = ASPECT_NAME, .text = name }));
    TRY(set_span(a, (Span){ .unit = unit, .aspect = ASPECT_CODE, .text = code }));
    if (parent == UNIT_NONE)
        return true;
    return set_span(a, (Span){ .unit = unit, .aspect = ASPECT_PARENT, .value = parent });
}

static bool apply_text(Applying *a, const CanonView *v, const Fact *fact)
{
    bool is_name = fact->verb == VERB_UNIT_RENAME;
    Str text;
    int64_t spelling = 0;
    if (!canon_get_text(v, is_name ? "name" : "code", &text))
        return bad_fact(a->w, fact);
    if (is_name)
        (void)canon_get_int(v, "spelling", &spelling);
    return set_span(a, (Span){ .unit = fact->unit,
                               .aspect = is_name ? ASPECT_NAME : ASPECT_CODE,
                               .value = spelling,
                               .text = text });
}

static bool apply_number(Applying *a, const CanonView *v, const Fact *fact)
{
    bool is_kind = fact->verb == VERB_UNIT_REKIND;
    int64_t value, tree = 0;
    if (!canon_get_int(v, is_kind ? "kind" : "parent", &value))
        return bad_fact(a->w, fact);
    if (!is_kind && (!canon_get_int(v, "tree", &tree) || value < UNIT_NONE || value >= a->u->count))
        return bad_fact(a->w, fact);
    return set_span(a, (Span){ .unit = fact->unit,
                               .aspect = is_kind ? ASPECT_KIND : ASPECT_PARENT,
                               .tree = (int32_t)tree,
                               .value = value });
}

static bool apply_calendar(Applying *a, const CanonView *v, const Fact *fact)
{
    Str name = { 0 };
    (void)canon_get_text(v, "calendar", &name);
    return set_span(a, (Span){ .unit = fact->unit, .aspect = ASPECT_CALENDAR, .text = name });
}

/* Life ends on the day; nothing when it ended on that very day already. */
static bool end_life(Applying *a, int32_t unit)
{
    Span *life = unit_span(a->u, unit, ASPECT_LIFE, 0, a->day, KNOWN_NOW);
    if (!life)
        return true;
    Span before = *life;
    TRY(end_span(a, life));
    before.to_day = a->day;
    before.seq = a->seq;
    before.gone = KNOWN_NOW;
    before.basis = a->basis;
    return save_span(a, &before);
}

static bool save_link(Applying *a, const Link *link)
{
    units_add_link(a->u, link);
    if (!a->db)
        return true;
    Stmt *s = db_stmt(a->w, a->db, SQL_LINEAGE_INSERT);
    TRY(s);
    stmt_int(s, 1, link->to);
    stmt_int(s, 2, link->from);
    stmt_int(s, 3, link->day);
    stmt_int(s, 4, link->seq);
    stmt_int(s, 5, link->gone);
    stmt_int(s, 6, link->how);
    stmt_int(s, 7, link->num);
    stmt_int(s, 8, link->den);
    return stmt_run(a->w, s);
}

/* A merge or split told again for the same end takes the place of the first. */
static bool end_links(Applying *a, int32_t from)
{
    const UnitRow *row = unit_row(a->u, from);
    for (int32_t i = 0; i < row->out_count; i++) {
        Link link = row->out[i];
        if (!link_known(&link, KNOWN_NOW))
            continue;
        units_link_gone(a->u, &link, a->seq);
        if (!a->db)
            continue;
        Stmt *s = db_stmt(a->w, a->db, SQL_LINEAGE_GONE);
        TRY(s);
        stmt_int(s, 1, link.to);
        stmt_int(s, 2, link.from);
        stmt_int(s, 3, link.day);
        stmt_int(s, 4, link.seq);
        stmt_int(s, 5, a->seq);
        TRY(stmt_run(a->w, s));
    }
    return true;
}

static bool apply_merge(Applying *a, const CanonView *v, const Fact *fact)
{
    int64_t how;
    size_t n = canon_ints_size(v, "from");
    if (n == 0 || !canon_get_int(v, "how", &how))
        return bad_fact(a->w, fact);
    for (size_t i = 0; i < n; i++) {
        int64_t from = canon_ints_at(v, "from", i);
        if (from < 0 || from >= a->u->count || from == fact->unit)
            return bad_fact(a->w, fact);
        TRY(end_links(a, (int32_t)from));
        TRY(end_life(a, (int32_t)from));
        Link link = { .to = fact->unit,
                      .from = (int32_t)from,
                      .day = a->day,
                      .seq = a->seq,
                      .gone = KNOWN_NOW,
                      .how = (LineageHow)how,
                      .num = 1,
                      .den = 1 };
        TRY(save_link(a, &link));
    }
    return true;
}

static bool apply_split(Applying *a, const CanonView *v, const Fact *fact)
{
    size_t n = canon_list_size(v, "into");
    if (n == 0)
        return bad_fact(a->w, fact);
    TRY(end_links(a, fact->unit));
    TRY(end_life(a, fact->unit));
    for (size_t i = 0; i < n; i++) {
        const CanonView *part = canon_list_at(v, "into", i);
        int64_t unit, num, den;
        if (!part || !canon_get_int(part, "unit", &unit) || !canon_get_int(part, "num", &num) ||
            !canon_get_int(part, "den", &den) || unit < 0 || unit >= a->u->count || num < 1 ||
            den < num)
            return bad_fact(a->w, fact);
        Link link = { .to = (int32_t)unit,
                      .from = fact->unit,
                      .day = a->day,
                      .seq = a->seq,
                      .gone = KNOWN_NOW,
                      .how = LINEAGE_SPLIT,
                      .num = num,
                      .den = den };
        TRY(save_link(a, &link));
    }
    return true;
}

static bool apply_verb(Applying *a, const CanonView *v, const Fact *fact)
{
    switch ((Verb)fact->verb) {
    case VERB_UNIT_CREATE: return apply_create(a, v, fact);
    case VERB_UNIT_RENAME:
    case VERB_UNIT_RECODE: return apply_text(a, v, fact);
    case VERB_UNIT_MOVE:
    case VERB_UNIT_REKIND: return apply_number(a, v, fact);
    case VERB_UNIT_MERGE: return apply_merge(a, v, fact);
    case VERB_UNIT_SPLIT: return apply_split(a, v, fact);
    case VERB_UNIT_CLOSE: return end_life(a, fact->unit);
    case VERB_UNIT_CALENDAR: return apply_calendar(a, v, fact);
    default: return bad_fact(a->w, fact);
    }
}

bool unit_apply(Work *w, Units *u, Db *db, const Fact *fact)
{
    const CanonView *v = canon_read(w, fact->open);
    TRY(v);
    int64_t day;
    if (!canon_get_int(v, "day", &day) || day < DAY_MIN || day >= DAY_FOREVER || fact->unit < 0 ||
        fact->unit > u->count || (fact->unit == u->count && fact->verb != VERB_UNIT_CREATE))
        return bad_fact(w, fact);
    Applying a = { .w = w, .u = u, .db = db, .seq = fact->seq, .day = (int32_t)day };
    (void)canon_get_text(v, "basis", &a.basis);
    units_forget_trees(u);
    TRY(apply_verb(&a, v, fact));
    units_add_seq(u, fact->seq);
    return true;
}
