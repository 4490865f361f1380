/* Units read from the view tables, and the proof that memory and tables say the same. */
#include "core/unit_int.h"

static bool load_rows(Work *w, Units *u, Db *db)
{
    Stmt *s = db_stmt(w, db, SQL_UNIT_ALL);
    TRY(s);
    for (bool row = true;;) {
        TRY(stmt_next(w, s, &row));
        if (!row)
            return true;
        if (col_int(s, 0) != u->count) {
            stmt_reset(s);
            return fail(w, ERR_STORE, "unit.gap unit=%d", u->count);
        }
        units_add(u, (int32_t)col_int(s, 1), col_int(s, 2));
    }
}

static bool known_unit(Work *w, const Units *u, Stmt *s, int at)
{
    if (col_int(s, at) >= 0 && col_int(s, at) < u->count)
        return true;
    int64_t unit = col_int(s, at);
    stmt_reset(s);
    return fail(w, ERR_STORE, "unit.gap unit=%lld", (long long)unit);
}

static bool load_spans(Work *w, Units *u, Db *db)
{
    Stmt *s = db_stmt(w, db, SQL_UNIT_SPAN_ALL);
    TRY(s);
    for (bool row = true;;) {
        TRY(stmt_next(w, s, &row));
        if (!row)
            return true;
        TRY(known_unit(w, u, s, 2));
        units_add_span(u, &(Span){ .aspect = (UnitAspect)col_int(s, 0),
                                   .tree = (int32_t)col_int(s, 1),
                                   .unit = (int32_t)col_int(s, 2),
                                   .from_day = (int32_t)col_int(s, 3),
                                   .seq = col_int(s, 4),
                                   .to_day = (int32_t)col_int(s, 5),
                                   .gone = col_int(s, 6),
                                   .value = col_int(s, 7),
                                   .text = col_null(s, 8) ? STR("") : col_text(s, 8),
                                   .basis = col_null(s, 9) ? STR("") : col_text(s, 9) });
    }
}

static bool load_links(Work *w, Units *u, Db *db)
{
    Stmt *s = db_stmt(w, db, SQL_LINEAGE_ALL);
    TRY(s);
    for (bool row = true;;) {
        TRY(stmt_next(w, s, &row));
        if (!row)
            return true;
        TRY(known_unit(w, u, s, 0));
        TRY(known_unit(w, u, s, 1));
        units_add_link(u, &(Link){ .to = (int32_t)col_int(s, 0),
                                   .from = (int32_t)col_int(s, 1),
                                   .day = (int32_t)col_int(s, 2),
                                   .seq = col_int(s, 3),
                                   .gone = col_int(s, 4),
                                   .how = (LineageHow)col_int(s, 5),
                                   .num = col_int(s, 6),
                                   .den = col_int(s, 7) });
    }
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Every fact of units left its seq on a span or a link. */
static void load_seqs(Units *u)
{
    size_t n = (size_t)u->link_count, at = 0;
    for (int32_t i = 0; i < u->count; i++)
        n += (size_t)u->at[i].span_count;
    int64_t *seqs = heap_zeroed(n, sizeof *seqs);
    for (int32_t i = 0; i < u->link_count; i++)
        seqs[at++] = u->links[i].seq;
    for (int32_t i = 0; i < u->count; i++)
        for (int32_t j = 0; j < u->at[i].span_count; j++)
            seqs[at++] = u->at[i].spans[j].seq;
    qsort(seqs, n, sizeof *seqs, by_number);
    for (size_t i = 0; i < n; i++)
        units_add_seq(u, seqs[i]);
    heap_free(seqs);
}

bool units_load(Work *w, Units *u, Db *db)
{
    units_clear(u);
    TRY(load_rows(w, u, db));
    TRY(load_spans(w, u, db));
    TRY(load_links(w, u, db));
    load_seqs(u);
    return true;
}

static bool span_same(const Span *a, const Span *b)
{
    return a->unit == b->unit && a->aspect == b->aspect && a->tree == b->tree &&
           a->from_day == b->from_day && a->to_day == b->to_day && a->seq == b->seq &&
           a->gone == b->gone && a->value == b->value && str_eq(a->text, b->text) &&
           str_eq(a->basis, b->basis);
}

static bool link_same(const Link *a, const Link *b)
{
    return a->to == b->to && a->from == b->from && a->day == b->day && a->seq == b->seq &&
           a->gone == b->gone && a->how == b->how && a->num == b->num && a->den == b->den;
}

static bool row_same(const UnitRow *a, const UnitRow *b)
{
    if (a->span_count != b->span_count || a->shard != b->shard || a->born_seq != b->born_seq ||
        a->last_seq != b->last_seq)
        return false;
    for (int32_t i = 0; i < a->span_count; i++)
        if (!span_same(&a->spans[i], &b->spans[i]))
            return false;
    return true;
}

static bool units_same(const Units *a, const Units *b)
{
    if (a->count != b->count || a->link_count != b->link_count || a->seq_count != b->seq_count ||
        a->day_count != b->day_count)
        return false;
    for (int32_t i = 0; i < a->count; i++)
        if (!row_same(&a->at[i], &b->at[i]))
            return false;
    for (int32_t i = 0; i < a->link_count; i++)
        if (!link_same(&a->links[i], &b->links[i]))
            return false;
    for (int32_t i = 0; i < a->seq_count; i++)
        if (a->seqs[i] != b->seqs[i])
            return false;
    for (int32_t i = 0; i < a->day_count; i++)
        if (a->days[i] != b->days[i])
            return false;
    return true;
}

bool unit_digest_ok(Work *w, const Units *u, Db *db)
{
    CLEANUP(units_close) Units *stored = units_open();
    TRY(units_load(w, stored, db));
    return units_same(u, stored) || fail(w, ERR_STORE, "unit.memory_differs");
}
