/* View `form`: one return or row to fill in, with the earlier rows that its checks read. */
#include "view/case/case_int.h"

/* ---- which row ---- */

/* item,item of the keys in order, as `items` of a row */
bool asking_ord(Work *w, const Asking *a, const Book *book, int64_t *ret)
{
    int32_t items[8] = { 0 };
    Str rest = asking_text(a, "items");
    Str name;
    *ret = 0;
    if (!book->key_count)
        return true;
    for (size_t i = 0; i < book->key_count && i < 8; i++) {
        const Item *item =
            str_next(&rest, ',', &name) ? list_item(book->keys[i], str_trim(name)) : NULL;
        if (!item)
            return fail(w, ERR_BAD_INPUT, "fault.required.key");
        items[i] = item->number;
    }
    *ret = book_ord(book, items);
    return true;
}

/* A row of cases, or under one: who sees it is asked of the case itself; a new one may be drawn up
 * by whoever may raise it. */
static bool case_row_place(Work *w, const Asking *a, RowPlace *p)
{
    const CaseActor actor = case_reader(a);
    int64_t parent;
    TRY(asking_int(w, a, "parent", 0, 0, INT64_MAX / 2, &parent));
    if (p->ord) {
        p->row = record_find(w, a->core, p->book, p->unit, 0, p->ord, KNOWN_NOW);
        TRY(p->row || w->err.code == ERR_NONE);
        if (!p->row || p->row->unit != p->unit)
            return view_not_found(w);
        TRY(case_sight(w, a, p->book, p->row, &p->sight));
        if (!p->sight.any)
            return view_not_found(w);
        return case_row_writes(w, a, p->book, p->row, &p->writes);
    }
    if (actor.seat && p->book->cases)
        TRY(case_may_begin(w, a->r->k, p->book, p->unit, parent, &actor, &p->writes));
    TRY(may_see(w, a, p->book, p->unit, &p->sight));
    if (!p->sight.any && p->writes)
        p->sight = whole_sight(w, p->book);
    return p->sight.any || view_not_found(w);
}

bool row_place(Work *w, const Asking *a, RowPlace *ret)
{
    *ret = (RowPlace){ 0 };
    TRY(asking_book(w, a, &ret->book));
    TRY(asking_period(w, a, ret->book, &ret->period));
    if (book_has_period(ret->book) && book_is_return(ret->book) && ret->period.kind == PERIOD_NONE)
        return fail(w, ERR_BAD_INPUT, "view.lacks view=form name=period");
    bool past = ret->period.kind != PERIOD_NONE && ret->period.last_day < a->today;
    ret->day = past ? ret->period.last_day : a->today;
    TRY(asking_unit(w, a, "unit", ret->day, &ret->unit));
    if (book_is_return(ret->book))
        TRY(asking_ord(w, a, ret->book, &ret->ord));
    else
        TRY(asking_int(w, a, "number", 0, 0, INT64_MAX / 2, &ret->ord));
    if (of_cases(ret->book))
        return case_row_place(w, a, ret);
    TRY(may_see(w, a, ret->book, ret->unit, &ret->sight));
    TRY(may_write(w, a, ret->book, ret->unit, &ret->writes));
    if (!ret->sight.any)
        return view_not_found(w);
    if (!book_is_return(ret->book) && !ret->ord)
        return true;
    ret->row = record_find(w, a->core, ret->book, ret->unit, ret->period.code, ret->ord, KNOWN_NOW);
    if (!ret->row)
        return w->err.code == ERR_NONE && (book_is_return(ret->book) || view_not_found(w));
    if (ret->row->unit != ret->unit) /* the number is another unit's row */
        return view_not_found(w);
    return true;
}

/* ---- earlier rows ---- */

typedef struct Shifts {
    struct {
        ShiftOp op;
        int32_t k;
    } at[16];
    size_t n;
} Shifts;

static void shifts_add(Shifts *s, ShiftOp op, int32_t k)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->at[i].op == op && s->at[i].k == k)
            return;
    if (s->n < sizeof s->at / sizeof *s->at) {
        s->at[s->n].op = op;
        s->at[s->n++].k = k;
    }
}

static void shifts_of(const Expr *e, Shifts *s, int depth)
{
    if (!e || depth > LIMIT_EXPR_DEPTH)
        return;
    for (size_t i = 0; i < e->shift_count; i++)
        if (e->shifts[i].op == SHIFT_PREV || e->shifts[i].op == SHIFT_YEAR)
            shifts_add(s, e->shifts[i].op, e->shifts[i].op == SHIFT_PREV ? 1 : e->shifts[i].n);
    for (size_t i = 0; i < e->arg_count; i++)
        shifts_of(e->args[i], s, depth + 1);
}

/* [prev] always (last values are shown beside the new ones), and what the expressions read. */
static void shifts_of_book(const Book *book, Shifts *s)
{
    shifts_add(s, SHIFT_PREV, 1);
    shifts_add(s, SHIFT_YEAR, 1);
    for (size_t i = 0; i < book->check_count; i++)
        shifts_of(book->checks[i].expr, s, 0);
    for (size_t i = 0; i < book->field_count; i++) {
        shifts_of(book->fields[i]->computed, s, 0);
        shifts_of(book->fields[i]->low, s, 0);
        shifts_of(book->fields[i]->high, s, 0);
        shifts_of(book->fields[i]->required_when, s, 0);
    }
}

static bool counts(const RecordRow *row)
{
    return row && (row->state == RECORD_FILED || row->state == RECORD_CONFIRMED);
}

static bool put_earlier(Work *w, const Asking *a, Buf *out, const RowPlace *p, const char *how,
                        int32_t k, Period q, const RecordRow **ret)
{
    const RecordRow *row = record_find(w, a->core, p->book, p->unit, q.code, p->ord, KNOWN_NOW);
    TRY(row || w->err.code == ERR_NONE);
    json_object(out, NULL);
    json_z(out, "sh", how);
    json_int(out, "k", k);
    json_text(out, "period", period_code_text(w, q.code));
    json_z(out, "state", state_name(row ? row->state : RECORD_NONE));
    json_values(w, a, out, "values", p->book, &p->sight, counts(row) ? row : NULL);
    json_object_end(out);
    *ret = counts(row) ? row : NULL;
    return true;
}

/* Of the same unit's rounds that began before this one the latest; code 0 = it is the first. */
static bool round_before(Work *w, const Asking *a, const RowPlace *p, Period *ret)
{
    const RecordRow *const *rows;
    size_t n;
    const Book *rounds = p->book->every_book;
    *ret = (Period){ .kind = PERIOD_NONE };
    const RecordRow *own =
        record_find(w, a->core, rounds, 0, 0, p->period.code - PERIOD_RECORD_BASE, KNOWN_NOW);
    TRY(own);
    int32_t owner = own->unit;
    TRY(records_rows(w, a->core, rounds, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        Period q;
        if (rows[i]->unit != owner)
            continue;
        TRY(round_period(w, a, rounds, rows[i]->ord, &q));
        if (q.first_day < p->period.first_day && (!ret->code || q.first_day > ret->first_day))
            *ret = q;
    }
    return true;
}

static bool put_before(Work *w, const Asking *a, Buf *out, const RowPlace *p,
                       const RecordRow **ret_prev)
{
    const Book *book = p->book;
    Shifts shifts = { 0 };
    bool timed = book_is_return(book) && book->every != PERIOD_NONE && !book->every_book;
    *ret_prev = NULL;
    shifts_of_book(book, &shifts);
    json_array(out, "before");
    for (size_t i = 0; timed && i < shifts.n; i++) {
        const RecordRow *row;
        int32_t k = shifts.at[i].k;
        bool prev = shifts.at[i].op == SHIFT_PREV;
        Period q = prev ? period_shift(p->period, -1) : period_shift_years(p->period, -k);
        TRY(put_earlier(w, a, out, p, prev ? "prev" : "year", k, q, &row));
        *ret_prev = prev && row ? row : *ret_prev;
    }
    if (book->every_book && book_is_return(book)) {
        Period q;
        TRY(round_before(w, a, p, &q));
        TRY(!q.code || put_earlier(w, a, out, p, "prev", 1, q, ret_prev));
    }
    json_array_end(out);
    return true;
}

/* What stands from one period to the next: stocks, items, texts of names. The rest is asked anew.
 */
static void put_carried(Work *w, const Asking *a, Buf *out, const RowPlace *p,
                        const RecordRow *prev)
{
    json_object(out, "carried");
    bool fresh = !p->row || p->row->state == RECORD_VOID;
    for (size_t i = 0; fresh && prev && i < p->book->field_count; i++) {
        const Field *f = p->book->fields[i];
        bool known = row_known(prev, f->number);
        if (!known || f->computed || field_is_private(f) || !f->stock || !sight_has(&p->sight, f))
            continue;
        json_key(out, f->name);
        json_value(w, a, out, NULL, f, prev);
    }
    json_object_end(out);
}

/* ---- what may be done ---- */

static const char *why_not(const Asking *a, const RowPlace *p)
{
    const Pack *pack = p->book->pack;
    if (!p->writes)
        return "fault.right";
    if (p->period.kind != PERIOD_NONE) {
        if (p->period.last_day < pack->first_day || p->period.first_day > pack->last_day)
            return "fault.expired";
        if (p->period.first_day > a->today)
            return "fault.closed.not_begun";
        if (p->book->due.kind == DUE_AFTER_END && p->period.last_day >= a->today)
            return "fault.closed.not_over";
    } else if (a->today > pack->last_day && !p->book->dated && !p->book->lives_from) {
        return "fault.expired";
    }
    return NULL;
}

static bool put_may(Work *w, const Asking *a, Buf *out, const RowPlace *p)
{
    static const struct {
        const char *key;
        RecordState to;
    } moves[] = { { "may_confirm", RECORD_CONFIRMED },
                  { "may_return", RECORD_RETURNED },
                  { "may_void", RECORD_VOID } };
    const char *why = why_not(a, p);
    RecordState state = p->row ? p->row->state : RECORD_NONE;
    json_bool(out, "may_write", !why);
    json_text(out, "why_not", why ? say(w, a, why) : STR(""));
    for (size_t i = 0; i < 3; i++) {
        bool open = state == RECORD_FILED || state == RECORD_CONFIRMED || state == RECORD_RETURNED;
        bool may = false;
        if (moves[i].to == RECORD_CONFIRMED)
            open = p->book->confirms && state == RECORD_FILED;
        if (moves[i].to == RECORD_RETURNED)
            open = p->book->confirms && (state == RECORD_FILED || state == RECORD_CONFIRMED);
        if (p->row && p->row->cas) /* a case ends by its own moves */
            open = open && moves[i].to == RECORD_VOID;
        if (open)
            TRY(may_move_row(w, a, p->book, p->unit, p->row->seq, moves[i].to, &may));
        json_bool(out, moves[i].key, may);
    }
    return true;
}

static bool put_row(Work *w, const Asking *a, Buf *out, const RowPlace *p, FactHead *head)
{
    const RecordRow *row = p->row;
    json_int(out, "number", book_is_return(p->book) ? 0 : p->ord);
    json_items(out, "items", p->book, p->ord);
    json_int(out, "parent", row ? row->parent : 0);
    json_z(out, "state", state_name(row ? row->state : RECORD_NONE));
    json_int(out, "seq", row ? row->seq : 0);
    if (row)
        TRY(fact_head(w, a, row->seq, head));
    if (row)
        json_by(w, a, out, "by", head);
    else
        json_null(out, "by");
    bool back = row && row->state == RECORD_RETURNED;
    json_text(out, "reason", back && head->reason.p ? head->reason : (Str){ 0 });
    json_values(w, a, out, "values", p->book, &p->sight, row);
    json_text(out, "receipt", row ? hex_print(w->arena, &head->receipt, 32) : (Str){ 0 });
    return true;
}

bool view_form(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    RowPlace p;
    FactHead head = { 0 };
    DueDay due;
    const RecordRow *prev;
    bool expected = false;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(row_place(w, &a, &p));
    if (book_is_return(p.book))
        TRY(cell_expected(w, reader->k->figures, p.book, p.unit, p.period, p.ord, &expected));
    TRY(due_of(w, &a, p.book, p.period, &due));
    json_object(out, NULL);
    json_text(out, "book", p.book->name);
    json_unit(w, &a, out, "unit", p.unit, p.day);
    json_text(out, "period", period_code_text(w, p.period.code));
    TRY(put_row(w, &a, out, &p, &head));
    TRY(put_before(w, &a, out, &p, &prev));
    put_carried(w, &a, out, &p, prev);
    json_bool(out, "expected", expected);
    TRY(put_may(w, &a, out, &p));
    json_due(w, &a, out, "due", &due);
    json_object_end(out);
    return true;
}
