/* View `cases`: a page of the cases that a seat may read, and what of them waits for it. */
#include <stdlib.h>

#include "view/case/case_int.h"

enum { PAGE_ROWS = 50, PAGE_MOST = 500, MINE_MOST = 1000, TOLD_MOST = 100 };

Cases *case_memory(const Asking *a)
{
    return a->r->k->cases;
}

CaseScope case_scope(Work *w, const Asking *a, bool movable)
{
    CaseScope scope = { .a = a, .movable = movable };
    size_t n = 0, most = sizeof scope.read / sizeof *scope.read;
    for (size_t i = 0; i < a->set->book_count && n < most; i++) {
        if (!a->set->books[i]->cases)
            continue;
        scope.read[n].book = a->set->books[i];
        scope.read[n++].units =
            arena_array(w->arena, uint8_t, (size_t)units_count(a->core->units) + 1);
    }
    return scope;
}

/* Where the book's lines let the seat read a unit's rows, each of its cases may be read. */
bool case_scope_unit(Work *w, void *self, const Book *book, int32_t unit)
{
    CaseScope *scope = self;
    const Asking *a = scope->a;
    size_t i = 0, most = sizeof scope->read / sizeof *scope->read;
    Sight sight;
    while (i < most && scope->read[i].book != book)
        i++;
    if (i == most || unit < 0 || unit >= units_count(a->core->units))
        return false;
    uint8_t *known = &scope->read[i].units[unit];
    if (!*known) {
        ARENA_SCOPE(w->arena);
        TRY(may_see(w, a, book, unit, &sight));
        *known = sight.any || PLANTED("case_list") ? 2 : 1;
    }
    return *known == 2;
}

bool case_scope_may(Work *w, void *self, const Book *book, const RecordRow *row)
{
    CaseScope *scope = self;
    const Asking *a = scope->a;
    const CaseActor actor = case_reader(a);
    bool may = case_scope_unit(w, scope, book, row->unit);
    if (!may && (!case_may_read(w, a->core, a->r->seat, book, row, a->today, &may) || !may))
        return false;
    if (!scope->movable)
        return true;
    return case_may_move(w, a->r->k, book, row, &actor, &may) && may;
}

/* Units whose cases the seat answers for: where it stands, and where it was given a role. */
static bool holds_for(Work *w, const Asking *a, Stands *ret)
{
    RoleAt *roles = NULL;
    size_t n = 0;
    *ret = (Stands){ 0 };
    if (a->r->seat)
        seat_roles(w, a->core, a->r->seat, a->today, &roles, &n);
    for (size_t i = 0; i < n; i++) {
        bool again = false;
        for (size_t k = 0; k < ret->n; k++)
            again = again || ret->at[k] == roles[i].unit;
        if (!again)
            *list_push(w->arena, ret) = roles[i].unit;
    }
    return w->err.code == ERR_NONE;
}

static bool is_late(Work *w, const Book *book, const RecordRow *row)
{
    const FlowClock *clock = NULL;
    int64_t due_ms = 0;
    return case_due(book, row, &due_ms, &clock) && due_ms < w->now_ms;
}

static int by_due(const void *x, const void *y)
{
    const CaseDueRow *a = x, *b = y;
    if (a->due_ms != b->due_ms)
        return a->due_ms < b->due_ms ? -1 : 1;
    return (a->row->seq > b->row->seq) - (a->row->seq < b->row->seq);
}

bool cases_mine(Work *w, const Asking *a, size_t most, CaseMine *ret)
{
    Stands units;
    CaseScope scope = { .a = a, .movable = true }; /* few rows: each is asked about */
    list_of(CaseDueRow) found = { 0 };
    *ret = (CaseMine){ 0 };
    TRY(holds_for(w, a, &units));
    for (size_t i = 0; case_memory(a) && i < units.n; i++) {
        CasePage page = { 0 };
        const CaseAsk ask = { .below = UNIT_NONE,
                              .holder = units.at[i],
                              .open = true,
                              .may = case_scope_may,
                              .self = &scope,
                              .limit = MINE_MOST };
        TRY(cases_page(w, case_memory(a), &ask, &page));
        ret->total += page.total;
        for (size_t k = 0; k < page.n; k++) {
            const FlowClock *clock = NULL;
            int64_t due_ms = INT64_MAX;
            (void)case_due(page.books[k], page.rows[k], &due_ms, &clock);
            *list_push(w->arena, &found) = (CaseDueRow){ page.books[k], page.rows[k], due_ms };
            ret->late += is_late(w, page.books[k], page.rows[k]);
        }
    }
    if (found.n > 1)
        qsort(found.at, found.n, sizeof *found.at, by_due);
    ret->at = found.at;
    ret->n = found.n < most ? found.n : most;
    return true;
}

/* Without a unit it is asked about the seat's own: what is raised or held there and below, or, of
 * `held`, what it holds itself. A department raises nothing: it has what others raised. */
static void scope_of_home(const Asking *a, CaseAsk *ask, int32_t home, bool held)
{
    ask->holder = held ? home : UNIT_NONE;
    ask->below = held ? UNIT_NONE : home;
    ask->or_held = a->r->seat && !held;
}

/* Did a clock that still runs tell this seat that it is late? */
static bool tells(Work *w, const Asking *a, const Book *book, const RecordRow *row, bool *ret)
{
    *ret = false;
    for (size_t i = 0; i < row->cas->clock_n && !*ret; i++) {
        const ClockRow *r = &row->cas->clocks[i];
        const FlowClock *clock = flow_clock_number(book->flow_type, r->clock);
        for (size_t k = 0; clock && r->state == CLOCK_RUNNING && k < clock->late_count; k++) {
            const Who *who = &clock->late[k].tell;
            if (r->steps >> k & 1 && who->n && !*ret)
                TRY(flow_names(w, a->core, who, book, row, a->r->seat, a->today, ret));
        }
    }
    return true;
}

bool cases_told(Work *w, const Asking *a, size_t most, CaseMine *mine)
{
    CaseScope scope = case_scope(w, a, false);
    CasePage page = { 0 };
    CaseAsk ask = { .open = true,
                    .late = true,
                    .may = case_scope_may,
                    .may_unit = case_scope_unit,
                    .self = &scope,
                    .limit = TOLD_MOST };
    list_of(CaseDueRow) all = { 0 };
    if (!case_memory(a) || !a->r->seat)
        return true;
    scope_of_home(a, &ask, asking_home(w, a), false);
    ask.holder = UNIT_NONE;
    TRY(cases_page(w, case_memory(a), &ask, &page));
    for (size_t i = 0; i < mine->n; i++)
        *list_push(w->arena, &all) = mine->at[i];
    for (size_t i = 0; i < page.n; i++) {
        bool told = false, again = false;
        const FlowClock *clock = NULL;
        CaseDueRow row = { page.books[i], page.rows[i], INT64_MAX };
        TRY(tells(w, a, row.book, row.row, &told));
        for (size_t k = 0; k < mine->n; k++)
            again = again || mine->at[k].row == row.row;
        if (!told || again)
            continue;
        (void)case_due(row.book, row.row, &row.due_ms, &clock);
        mine->total++;
        mine->late++;
        *list_push(w->arena, &all) = row;
    }
    if (all.n > 1)
        qsort(all.at, all.n, sizeof *all.at, by_due);
    mine->at = all.at;
    mine->n = all.n < most ? all.n : most;
    return true;
}

/* ---- the question ---- */

const Field *case_item_field(const Book *book)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->type.kind == TYPE_ITEM && !book->fields[i]->of_move)
            return book->fields[i];
    return NULL;
}

static bool read_which(Work *w, const Asking *a, CaseAsk *ask, CaseScope *scope)
{
    Str which = asking_text(a, "which");
    if (!which.n || str_is(which, "open"))
        ask->open = true;
    else if (str_is(which, "mine"))
        ask->open = scope->movable = true;
    else if (str_is(which, "late"))
        ask->open = ask->late = true;
    else if (str_is(which, "soon"))
        ask->open = ask->soon = true;
    else if (str_is(which, "closed"))
        ask->closed = true;
    else if (!str_is(which, "all"))
        return fail(w, ERR_BAD_INPUT, "view.choice name=which given=%.*s", STR_ARG(which));
    return true;
}

static bool read_sort(Work *w, const Asking *a, CaseAsk *ask)
{
    Str sort = asking_text(a, "sort");
    ask->sort = CASE_BY_DUE;
    if (str_is(sort, "newest"))
        ask->sort = CASE_NEWEST;
    else if (str_is(sort, "oldest"))
        ask->sort = CASE_OLDEST;
    else if (sort.n && !str_is(sort, "due"))
        return fail(w, ERR_BAD_INPUT, "view.choice name=sort given=%.*s", STR_ARG(sort));
    return true;
}

static bool read_of_book(Work *w, const Asking *a, CaseAsk *ask)
{
    Str state = asking_text(a, "state"), item = asking_text(a, "item");
    if (asking_text(a, "book").n) {
        TRY(asking_book(w, a, &ask->book));
        if (!ask->book->cases)
            return view_not_found(w);
    }
    if (!ask->book)
        return (!state.n && !item.n) || fail(w, ERR_BAD_INPUT, "view.lacks view=cases name=book");
    if (state.n) {
        ask->state = flow_state(ask->book->flow_type, state);
        if (!ask->state)
            return fail(w, ERR_BAD_INPUT, "view.choice name=state given=%.*s", STR_ARG(state));
    }
    ask->field = item.n ? case_item_field(ask->book) : NULL;
    const Item *chosen = ask->field ? list_item(ask->field->type.list, item) : NULL;
    if (item.n && !chosen)
        return fail(w, ERR_BAD_INPUT, "view.choice name=item given=%.*s", STR_ARG(item));
    ask->item = chosen ? chosen->number : 0;
    return true;
}

static bool read_ask(Work *w, const Asking *a, CaseAsk *ask, CaseScope *scope)
{
    *ask = (CaseAsk){ .below = UNIT_NONE, .holder = UNIT_NONE };
    TRY(read_of_book(w, a, ask));
    TRY(read_which(w, a, ask, scope));
    TRY(read_sort(w, a, ask));
    bool unit = asking_text(a, "unit").n, holder = asking_text(a, "holder").n;
    if (unit)
        TRY(asking_unit(w, a, "unit", a->today, &ask->below));
    if (holder)
        TRY(asking_unit(w, a, "holder", a->today, &ask->holder));
    if (!unit && !holder && a->r->seat)
        scope_of_home(a, ask, asking_home(w, a), scope->movable);
    return true;
}

/* ---- finding ---- */

typedef struct Finding {
    CaseScope scope; /* first: it is the same self */
    Str text;
} Finding;

static bool finding_may(Work *w, void *self, const Book *book, const RecordRow *row)
{
    Finding *f = self;
    if (!case_scope_may(w, &f->scope, book, row))
        return false;
    if (!f->text.n)
        return true;
    ARENA_SCOPE(w->arena);
    Sight sight;
    bool fits = str_find(case_no(w, book, row), f->text) != SIZE_MAX;
    if (!fits && case_sight(w, f->scope.a, book, row, &sight))
        for (size_t i = 0; i < book->field_count && !fits; i++) {
            const Field *field = book->fields[i];
            fits = field->type.kind == TYPE_TEXT && sight_has(&sight, field) &&
                   !field_is_private(field) && row_known(row, field->number) &&
                   str_find(row->texts[field->number], f->text) != SIZE_MAX;
        }
    return fits;
}

/* ---- counts of the scope ---- */

static bool put_counts(Work *w, const Asking *a, Buf *out, const CaseAsk *asked,
                       const CaseScope *scope)
{
    CaseMine mine;
    CaseLoad *loads = NULL;
    size_t n = 0;
    int64_t open = 0, late = 0, soon = 0;
    CaseAsk ask = *asked;
    CaseScope reads = *scope; /* what it found out about units serves here, too */
    reads.movable = false;
    ask.closed = ask.late = ask.soon = false;
    ask.open = true;
    ask.state = NULL;
    ask.field = NULL;
    if (!asking_text(a, "unit").n && !asking_text(a, "holder").n && a->r->seat)
        scope_of_home(a, &ask, asking_home(w, a), false); /* the same counts over every list */
    ask.may = case_scope_may;
    ask.may_unit = case_scope_unit;
    ask.self = &reads;
    TRY(cases_mine(w, a, 0, &mine));
    TRY(cases_loads(w, case_memory(a), &ask, &loads, &n));
    for (size_t i = 0; i < n; i++) {
        open += loads[i].open;
        late += loads[i].late;
        soon += loads[i].soon;
    }
    json_object(out, "counts");
    json_int(out, "mine", mine.total);
    json_int(out, "late", late);
    json_int(out, "soon", soon);
    json_int(out, "open", open);
    json_object_end(out);
    return true;
}

static bool put_lines(Work *w, const Asking *a, Buf *out, const CasePage *page)
{
    json_array(out, "lines");
    for (size_t i = 0; i < page->n; i++) {
        Sight sight;
        TRY(case_sight(w, a, page->books[i], page->rows[i], &sight));
        TRY(json_case_line(w, a, out, NULL, page->books[i], page->rows[i], &sight));
    }
    json_array_end(out);
    return true;
}

bool view_cases(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    int64_t from, limit;
    CaseAsk ask;
    CasePage page = { 0 };
    Finding finding;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_int(w, &a, "from", 0, 0, INT32_MAX, &from));
    TRY(asking_int(w, &a, "limit", PAGE_ROWS, 1, PAGE_MOST, &limit));
    finding = (Finding){ .scope = case_scope(w, &a, false), .text = asking_text(&a, "find") };
    TRY(read_ask(w, &a, &ask, &finding.scope));
    CHECK(case_memory(&a));
    ask.may = finding_may;
    ask.may_unit = finding.text.n || finding.scope.movable ? NULL : case_scope_unit;
    ask.self = &finding;
    ask.from = (size_t)from;
    ask.limit = (size_t)limit;
    TRY(cases_page(w, case_memory(&a), &ask, &page));
    json_object(out, NULL);
    json_int(out, "total", page.total);
    json_int(out, "from", from);
    if (page.more)
        json_int(out, "next", from + (int64_t)page.n);
    else
        json_null(out, "next");
    TRY(put_counts(w, &a, out, &ask, &finding.scope));
    TRY(put_lines(w, &a, out, &page));
    json_object_end(out);
    return true;
}
