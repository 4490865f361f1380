/* Views `case_loads` and `case_board`: who has how much, and where cases stop. Only cases that the
 * seat may read are counted. */
#include <stdlib.h>

#include "view/case/case_int.h"

static int by_late(const void *x, const void *y)
{
    const CaseLoad *a = x, *b = y;
    if (a->late != b->late)
        return a->late > b->late ? -1 : 1;
    if (a->open != b->open)
        return a->open > b->open ? -1 : 1;
    return (a->holder > b->holder) - (a->holder < b->holder);
}

static bool read_below(Work *w, const Asking *a, CaseAsk *ask, CaseScope *scope)
{
    *scope = case_scope(w, a, false);
    *ask = (CaseAsk){ .below = UNIT_NONE,
                      .holder = UNIT_NONE,
                      .may = case_scope_may,
                      .may_unit = case_scope_unit,
                      .self = scope };
    if (asking_text(a, "book").n) {
        TRY(asking_book(w, a, &ask->book));
        if (!ask->book->cases)
            return view_not_found(w);
    }
    return asking_unit(w, a, "unit", a->today, &ask->below);
}

bool view_case_loads(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    CaseAsk ask;
    CaseScope scope;
    CaseLoad *loads = NULL;
    size_t count = 0;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(read_below(w, &a, &ask, &scope));
    ask.open = true;
    TRY(cases_loads(w, case_memory(&a), &ask, &loads, &count));
    if (count > 1)
        qsort(loads, count, sizeof *loads, by_late);
    json_object(out, NULL);
    json_array(out, "loads");
    for (size_t i = 0; i < count; i++) {
        json_object(out, NULL);
        json_unit(w, &a, out, "holder", loads[i].holder, a.today);
        json_int(out, "open", loads[i].open);
        json_int(out, "late", loads[i].late);
        json_int(out, "soon", loads[i].soon);
        json_object_end(out);
    }
    json_array_end(out);
    json_object_end(out);
    return true;
}

static void put_columns(const Asking *a, Buf *out, const CaseAsk *ask, bool by_item)
{
    const Flow *flow = ask->book->flow_type;
    const List *list = by_item ? ask->field->type.list : NULL;
    json_array(out, "columns");
    for (size_t i = 0; !by_item && i < flow->state_count; i++)
        json_case_state(a, out, NULL, ask->book, flow->states[i].number);
    for (size_t i = 0; by_item && i < list->item_count; i++)
        json_name(out, NULL, list->items[i].name, item_title(a, list, ask->book, &list->items[i]));
    json_array_end(out);
}

static void put_counts(Buf *out, const char *key, const int64_t *cells, size_t n)
{
    json_array(out, key);
    for (size_t i = 0; i < n; i++)
        json_int(out, NULL, cells[i]);
    json_array_end(out);
}

bool view_case_board(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    CaseAsk ask;
    CaseScope scope;
    CaseBoard board = { 0 };
    TRY(asking_open(w, reader, given, n, &a));
    TRY(read_below(w, &a, &ask, &scope));
    Str by = asking_text(&a, "by");
    bool by_item = str_is(by, "item");
    if (by.n && !by_item && !str_is(by, "state"))
        return fail(w, ERR_BAD_INPUT, "view.choice name=by given=%.*s", STR_ARG(by));
    ask.field = by_item ? case_item_field(ask.book) : NULL;
    if (by_item && !ask.field)
        return view_not_found(w);
    TRY(cases_board(w, case_memory(&a), &ask, by_item, &board));
    json_object(out, NULL);
    put_columns(&a, out, &ask, by_item);
    json_array(out, "rows");
    for (size_t i = 0; i < board.unit_n; i++) {
        json_object(out, NULL);
        json_unit(w, &a, out, "unit", board.units[i], a.today);
        put_counts(out, "all", &board.all[i * board.columns], board.columns);
        put_counts(out, "open", &board.open[i * board.columns], board.columns);
        put_counts(out, "late", &board.late[i * board.columns], board.columns);
        json_object_end(out);
    }
    json_array_end(out);
    json_object_end(out);
    return true;
}
