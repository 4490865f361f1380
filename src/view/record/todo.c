/* View `todo`: what is due, late, returned and waits to be confirmed, for one seat. Only cells of
 * units that it writes for, or confirms, are looked at: nothing else can move a count. */
#include "view/case/case_int.h"

enum { TODO_LINES = 200 };

typedef enum TodoKind { TODO_LATE, TODO_RETURNED, TODO_DUE, TODO_CONFIRM } TodoKind;
typedef struct TodoCell {
    int32_t unit;
    int64_t ord;
    int64_t seq; /* of the return */
} TodoCell;
typedef struct TodoGroup {
    TodoKind kind;
    const Book *book;
    Period period;
    DueDay due;
    list_of(TodoCell) cells;
} TodoGroup;
typedef struct Todo {
    Work *w;
    const Asking *a;
    list_of(TodoGroup) groups;
    TodoCounts counts;
    Stands units; /* of the running book: written for */
    CaseMine cases;
} Todo;

static TodoGroup *group_new(Todo *t, TodoKind kind, const Book *book, Period period)
{
    TodoGroup *g = list_push(t->w->arena, &t->groups);
    *g = (TodoGroup){ .kind = kind, .book = book, .period = period };
    return g;
}

static void cell_add(Todo *t, TodoGroup *g, int32_t unit, int64_t ord, int64_t seq)
{
    *list_push(t->w->arena, &g->cells) = (TodoCell){ unit, ord, seq };
}

static void group_count(Todo *t, const TodoGroup *g)
{
    int64_t n = (int64_t)g->cells.n;
    switch (g->kind) {
    case TODO_LATE: t->counts.late += n; break;
    case TODO_RETURNED: t->counts.returned += n; break;
    case TODO_DUE: t->counts.due += n; break;
    case TODO_CONFIRM: t->counts.confirm += n; break;
    }
}

/* ---- which periods ---- */

/* Those that can be filed today: begun, and over where the book waits for the end. */
static bool periods_open(Todo *t, const Book *book, Periods *ret)
{
    const Pack *pack = book->pack;
    *ret = (Periods){ 0 };
    if (book->every_book) {
        const RecordRow *const *rows;
        size_t n;
        TRY(records_rows(t->w, t->a->core, book->every_book, KNOWN_NOW, &rows, &n));
        for (size_t i = 0; i < n; i++) {
            Period p;
            TRY(round_period(t->w, t->a, book->every_book, rows[i]->ord, &p));
            if (p.first_day <= t->a->today)
                *list_push(t->w->arena, ret) = p;
        }
        return true;
    }
    if (book->every == PERIOD_NONE) {
        *list_push(t->w->arena, ret) = (Period){ .kind = PERIOD_NONE };
        return true;
    }
    int32_t end = pack->last_day < t->a->today ? pack->last_day : t->a->today;
    bool waits = book->due.kind == DUE_AFTER_END;
    for (Period p = period_of_day(book->every, pack->first_day); p.first_day <= end;
         p = period_shift(p, 1))
        if (!waits || p.last_day < t->a->today)
            *list_push(t->w->arena, ret) = p;
    return true;
}

/* ---- what is missing, and what came back ---- */

static bool cell_state(Todo *t, const Book *book, const Block *block, int32_t unit, int64_t ord,
                       RecordState *ret, int64_t *ret_seq)
{
    *ret = RECORD_NONE;
    *ret_seq = 0;
    if (!block) { /* a standing return */
        const RecordRow *row = record_find(t->w, t->a->core, book, unit, 0, ord, KNOWN_NOW);
        if (row) {
            *ret = row->state;
            *ret_seq = row->seq;
        }
        return row || t->w->err.code == ERR_NONE;
    }
    if (unit < block->slots && ord < block->keys) {
        int64_t cell = (int64_t)unit * block->keys + ord;
        *ret = block->state[cell];
        *ret_seq = block->seq[cell];
    }
    return true;
}

static bool look_at_cell(Todo *t, const Block *block, TodoGroup *missing, TodoGroup *returned,
                         int32_t unit, int64_t ord)
{
    RecordState state;
    int64_t seq;
    bool expected = false;
    const Book *book = missing->book;
    TRY(cell_state(t, book, block, unit, ord, &state, &seq));
    if (state == RECORD_RETURNED)
        cell_add(t, returned, unit, ord, seq);
    if (state != RECORD_NONE && state != RECORD_VOID)
        return true;
    TRY(cell_expected(t->w, t->a->r->k->figures, book, unit, missing->period, ord, &expected));
    if (expected)
        cell_add(t, missing, unit, ord, 0);
    return true;
}

static bool look_at_period(Todo *t, const Book *book, Period p)
{
    TodoGroup missing = { .kind = TODO_DUE, .book = book, .period = p };
    TodoGroup returned = { .kind = TODO_RETURNED, .book = book, .period = p };
    const Block *block = NULL;
    int64_t cells = book_cells(book);
    TRY(due_of(t->w, t->a, book, p, &missing.due));
    returned.due = missing.due;
    if (missing.due.known && missing.due.late)
        missing.kind = TODO_LATE;
    for (size_t i = 0; i < t->units.n; i++) {
        if (p.kind != PERIOD_NONE) { /* asked again: what is expected may read other blocks */
            block = records_block(t->w, t->a->core, book, p.code, KNOWN_NOW);
            TRY(block);
        }
        for (int64_t ord = 0; ord < cells; ord++)
            TRY(look_at_cell(t, block, &missing, &returned, t->units.at[i], ord));
    }
    if (missing.cells.n)
        *list_push(t->w->arena, &t->groups) = missing;
    if (returned.cells.n)
        *list_push(t->w->arena, &t->groups) = returned;
    group_count(t, &missing);
    group_count(t, &returned);
    return true;
}

static bool has_unit(const Stands *units, int32_t unit)
{
    for (size_t i = 0; i < units->n; i++)
        if (units->at[i] == unit)
            return true;
    return false;
}

/* `nil every`: for each period that is over a row, or the word that there was nothing. Registers
 * have no due day, so none is late. */
static bool look_at_nils(Todo *t, const Book *book)
{
    const Pack *pack = book->pack;
    int32_t end = pack->last_day < t->a->today ? pack->last_day : t->a->today;
    bool *lacks = arena_array(t->w->arena, bool, t->units.n + 1);
    for (Period p = period_of_day(book->nil_every, pack->first_day);
         p.first_day <= end && p.last_day < t->a->today; p = period_shift(p, 1)) {
        TodoGroup missing = { .kind = TODO_DUE, .book = book, .period = p };
        TRY(nil_missing(t->w, t->a->r->k->figures, book, p, t->units.at, t->units.n, lacks));
        for (size_t i = 0; i < t->units.n; i++)
            if (lacks[i])
                cell_add(t, &missing, t->units.at[i], 0, 0);
        if (missing.cells.n)
            *list_push(t->w->arena, &t->groups) = missing;
        group_count(t, &missing);
    }
    return true;
}

/* Rows of a register that came back, and periods that nobody answered for. */
static bool look_at_rows(Todo *t, const Book *book)
{
    const RecordRow *const *rows;
    size_t n;
    TodoGroup *g = NULL;
    TRY(records_rows(t->w, t->a->core, book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (rows[i]->state != RECORD_RETURNED || !has_unit(&t->units, rows[i]->unit))
            continue;
        if (!g)
            g = group_new(t, TODO_RETURNED, book, (Period){ .kind = PERIOD_NONE });
        cell_add(t, g, rows[i]->unit, rows[i]->ord, rows[i]->seq);
    }
    if (g)
        group_count(t, g);
    return book->nil_every == PERIOD_NONE || look_at_nils(t, book);
}

static bool is_below(const Todo *t, int32_t unit, const Stands *stands, int32_t tree)
{
    for (size_t i = 0; i < stands->n; i++)
        if (unit_is_under(t->a->core->units, unit, stands->at[i], tree, t->a->today))
            return true;
    return false;
}

/* Does the unit that ended live on in one where the seat works? */
static bool lives_on(Todo *t, int32_t unit, const Stands *stands, int32_t tree)
{
    Shares next = { 0 };
    unit_forward(t->w->arena, t->a->core->units, unit, t->a->today, KNOWN_NOW, &next);
    for (size_t i = 0; i < next.n; i++)
        if (is_below(t, next.at[i].unit, stands, tree))
            return true;
    return false;
}

/* Units that ended while the pack was in force: their periods stay with who answers for their
 * successors. */
static bool ended_units(Todo *t, const Book *book)
{
    size_t n;
    Stands stands;
    const Units *units = t->a->core->units;
    const Link *links = unit_links(units, &n);
    int32_t tree = book->pack->tree ? book->pack->tree->number : 0;
    seat_stands(t->w, t->a, &stands);
    for (size_t i = 0; i < n; i++) {
        int32_t from = links[i].from;
        bool writes = false;
        if (links[i].day <= book->pack->first_day || has_unit(&t->units, from) ||
            unit_alive(units, from, t->a->today, KNOWN_NOW) || !lives_on(t, from, &stands, tree))
            continue;
        TRY(may_write(t->w, t->a, book, from, &writes));
        if (writes)
            *list_push(t->w->arena, &t->units) = from;
    }
    return true;
}

static bool written_units(Todo *t, const Book *book)
{
    Stands all;
    t->units = (Stands){ 0 };
    TRY(book_units(t->w, t->a, book, &all));
    for (size_t i = 0; i < all.n; i++) {
        bool writes = false;
        TRY(may_write(t->w, t->a, book, all.at[i], &writes));
        if (writes)
            *list_push(t->w->arena, &t->units) = all.at[i];
    }
    return ended_units(t, book);
}

static bool look_at_book(Todo *t, const Book *book)
{
    Periods periods;
    TRY(written_units(t, book));
    if (!t->units.n)
        return true;
    if (!book_is_return(book))
        return look_at_rows(t, book);
    TRY(periods_open(t, book, &periods));
    for (size_t i = 0; i < periods.n; i++)
        TRY(look_at_period(t, book, periods.at[i]));
    return true;
}

/* ---- what waits to be confirmed ---- */

static bool look_at_waiting(Todo *t, const Book *book)
{
    Waiting waiting;
    TodoGroup *g = NULL;
    TRY(waiting_of(t->w, t->a, book, &waiting));
    for (size_t i = 0; i < waiting.n; i++) {
        const WaitingCell *c = &waiting.at[i];
        if (!g || g->period.code != c->period) {
            Period p = { .kind = PERIOD_NONE };
            if (c->period >= PERIOD_RECORD_BASE)
                p = (Period){ .kind = PERIOD_RECORD, .code = c->period };
            else
                (void)period_of_code(c->period, &p);
            g = group_new(t, TODO_CONFIRM, book, p);
        }
        cell_add(t, g, c->unit, c->ord, c->seq);
        t->counts.confirm++;
    }
    return true;
}

static bool collect(Todo *t)
{
    if (!t->a->r->seat) /* the system has no work of its own */
        return true;
    for (size_t i = 0; i < t->a->set->book_count; i++) {
        if (of_cases(t->a->set->books[i]))
            continue;
        TRY(look_at_book(t, t->a->set->books[i]));
        TRY(look_at_waiting(t, t->a->set->books[i]));
        TRY(work_ok(t->w));
    }
    TRY(cases_mine(t->w, t->a, TODO_LINES, &t->cases));
    TRY(cases_told(t->w, t->a, TODO_LINES, &t->cases));
    t->counts.cases = t->cases.total;
    t->counts.cases_late = t->cases.late;
    return true;
}

bool todo_counts(Work *w, const Asking *a, TodoCounts *ret)
{
    Todo t = { .w = w, .a = a };
    TRY(collect(&t));
    *ret = t.counts;
    return true;
}

void json_counts(Buf *out, const char *key, const TodoCounts *c)
{
    json_object(out, key);
    json_int(out, "due", c->due);
    json_int(out, "late", c->late);
    json_int(out, "returned", c->returned);
    json_int(out, "confirm", c->confirm);
    json_int(out, "cases", c->cases);
    json_int(out, "cases_late", c->cases_late);
    json_object_end(out);
}

/* ---- writing ---- */

static int by_need(const void *x, const void *y)
{
    const TodoGroup *a = x, *b = y;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int32_t a_day = a->due.known ? a->due.day : DAY_FOREVER;
    int32_t b_day = b->due.known ? b->due.day : DAY_FOREVER;
    if (a_day != b_day)
        return a_day < b_day ? -1 : 1;
    if (a->book->number != b->book->number)
        return a->book->number < b->book->number ? -1 : 1;
    return (a->period.code > b->period.code) - (a->period.code < b->period.code);
}

static int32_t units_in(const TodoGroup *g)
{
    int32_t n = 0;
    for (size_t i = 0; i < g->cells.n; i++) /* cells of a unit stand together */
        n += i == 0 || g->cells.at[i].unit != g->cells.at[i - 1].unit;
    return n;
}

/* One cell, or (cell NULL) the whole group. */
static bool put_line(Todo *t, Buf *out, const TodoGroup *g, const TodoCell *cell)
{
    static const char *const words[] = { "late", "returned", "due", "confirm" };
    const Asking *a = t->a;
    FactHead head = { 0 };
    int32_t units = cell ? 1 : units_in(g);
    if (!cell && g->cells.n == 1)
        cell = &g->cells.at[0];
    if (g->kind == TODO_RETURNED && cell)
        TRY(fact_head(t->w, a, cell->seq, &head));
    json_object(out, NULL);
    json_z(out, "kind", words[g->kind]);
    json_text(out, "book", g->book->name);
    json_text(out, "title", title_of(a, g->book->pack, "book", g->book->name, g->book->title));
    json_text(out, "pack", pack_title(a, g->book->pack));
    if (units == 1)
        json_unit(t->w, a, out, "unit", cell ? cell->unit : g->cells.at[0].unit, a->today);
    else
        json_null(out, "unit");
    json_int(out, "units", units);
    json_text(out, "period", period_code_text(t->w, g->period.code));
    bool numbered = cell && !book_is_return(g->book);
    json_int(out, "number", numbered ? cell->ord : 0);
    if (cell) {
        json_items(out, "items", g->book, cell->ord);
    } else {
        json_array(out, "items");
        json_array_end(out);
    }
    json_int(out, "count", cell ? 1 : (int64_t)g->cells.n);
    json_due(t->w, a, out, "due", g->kind == TODO_CONFIRM ? NULL : &g->due);
    json_text(out, "reason", head.reason.n ? head.reason : (Str){ 0 });
    json_int(out, "minutes", g->book->minutes);
    json_null(out, "no");
    json_null(out, "head");
    json_null(out, "state");
    json_object_end(out);
    return true;
}

/* What is left of a case, as lines of returns say it. */
static bool case_due_day(Todo *t, const CaseDueRow *c, CaseLeft *ret_left, bool *ret_runs)
{
    const FlowClock *clock = NULL;
    return case_due_left(t->w, t->a, c->book, c->row, ret_left, ret_runs, &clock);
}

static void put_case_due(Todo *t, Buf *out, const CaseLeft *left)
{
    int32_t day = day_of_ms(left->at_ms - 1);
    json_object(out, "due");
    json_text(out, "day", day_print(t->w->arena, day));
    json_text(out, "time", str_sub(left->at, left->at.n - 5, 5));
    json_text(out, "text", left->text);
    json_int(out, "days", working_between(t->a->today, day));
    json_bool(out, "late", left->late);
    json_bool(out, "soon", left->soon);
    json_object_end(out);
}

static bool put_case(Todo *t, Buf *out, const CaseDueRow *c)
{
    const Asking *a = t->a;
    CaseLeft left;
    Sight sight;
    bool runs;
    TRY(case_due_day(t, c, &left, &runs));
    TRY(case_sight(t->w, a, c->book, c->row, &sight));
    json_object(out, NULL);
    json_z(out, "kind", "case");
    json_text(out, "book", c->book->name);
    json_text(out, "title", title_of(a, c->book->pack, "book", c->book->name, c->book->title));
    json_text(out, "pack", pack_title(a, c->book->pack));
    json_unit(t->w, a, out, "unit", c->row->unit, a->today);
    json_int(out, "units", 1);
    json_null(out, "period");
    json_int(out, "number", c->row->ord);
    json_array(out, "items");
    json_array_end(out);
    json_int(out, "count", 1);
    if (runs)
        put_case_due(t, out, &left);
    else
        json_null(out, "due");
    json_null(out, "reason");
    json_int(out, "minutes", c->book->minutes);
    json_text(out, "no", case_no(t->w, c->book, c->row));
    json_text(out, "head", case_head(t->w, a, c->book, c->row, &sight));
    json_case_state(a, out, "state", c->book, c->row->cas->state);
    json_object_end(out);
    return true;
}

/* Cases come before what is due by the day: late ones first. */
static bool put_cases(Todo *t, Buf *out, size_t *lines, size_t *more)
{
    for (size_t i = 0; i < t->cases.n; i++, ++*lines)
        TRY(put_case(t, out, &t->cases.at[i]));
    *more += (size_t)t->cases.total - t->cases.n;
    return true;
}

bool view_todo(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    TRY(asking_open(w, reader, given, n, &a));
    Todo t = { .w = w, .a = &a };
    TRY(collect(&t));
    if (t.groups.n > 1)
        qsort(t.groups.at, t.groups.n, sizeof *t.groups.at, by_need);
    size_t single = 0, lines = 0, more = 0;
    for (size_t i = 0; i < t.groups.n; i++)
        single += t.groups.at[i].kind == TODO_CONFIRM ? 1 : t.groups.at[i].cells.n;
    bool grouped = single > TODO_LINES;
    json_object(out, NULL);
    json_text(out, "today", day_print(w->arena, a.today));
    json_counts(out, "counts", &t.counts);
    json_array(out, "items");
    TRY(put_cases(&t, out, &lines, &more));
    for (size_t i = 0; i < t.groups.n; i++) {
        const TodoGroup *g = &t.groups.at[i];
        size_t parts = grouped || g->kind == TODO_CONFIRM ? 1 : g->cells.n;
        for (size_t k = 0; k < parts; k++) {
            more += lines >= TODO_LINES;
            if (lines++ >= TODO_LINES)
                continue;
            bool whole = grouped || g->kind == TODO_CONFIRM;
            TRY(put_line(&t, out, g, whole ? NULL : &g->cells.at[k]));
        }
    }
    json_array_end(out);
    json_int(out, "more", (int64_t)more);
    json_object_end(out);
    return true;
}
