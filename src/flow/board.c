/* Lists, loads and boards: one pass over the columns, then the few rows that are shown. */
#include "flow/flow_int.h"

enum { LOOK_MOST = 5000 }; /* rows that one page asks `may` of */

typedef struct Scan { /* what is asked, ready for the pass */
    const Cases *c;
    const CaseAsk *ask;
    const TreeVersion *tree;
    int64_t now_ms, soon_ms, to_ms;
    int32_t low, high;   /* pre-order of the subtree; low > high: nothing */
    const int32_t *item; /* column, or NULL */
    uint8_t state;
    uint8_t must, must_not; /* flags */
    size_t looked;          /* rows that `may` was asked of */
} Scan;

static bool scan_open(Work *w, Cases *c, const CaseAsk *ask, Scan *ret)
{
    TRY(cases_settle(w, c));
    *ret = (Scan){ .c = c, .ask = ask, .now_ms = w->now_ms, .must = CASE_THERE };
    ret->tree = units_tree(w, c->core->units, 0, work_today(w), KNOWN_NOW);
    TRY(ret->tree);
    if (ask->soon)
        ret->soon_ms =
            case_soon_ms(w, c->core, ask->below == UNIT_NONE ? 0 : ask->below, w->now_ms);
    ret->to_ms = ask->to_ms ? ask->to_ms : INT64_MAX;
    ret->high = ret->tree->count - 1;
    if (ask->below != UNIT_NONE) {
        bool there = ask->below >= 0 && ask->below < ret->tree->slots;
        ret->low = there ? ret->tree->pre_of[ask->below] : -1;
        ret->high = ret->low < 0 ? -1 : ret->tree->last[ret->low];
        ret->low = ret->low < 0 ? 0 : ret->low;
    }
    ret->must |= (ask->closed ? CASE_FINAL : 0) | (ask->shown ? CASE_SHOWN : 0);
    ret->must_not |= ask->open ? CASE_FINAL : 0;
    return true;
}

/* Ready for one book: how many rows to look at. */
static size_t scan_book(Scan *s, const CaseBook *b)
{
    const CaseAsk *ask = s->ask;
    if (ask->book && ask->book->number != b->book->number)
        return 0;
    s->state = CASE_NO_STATE;
    s->item = NULL;
    for (size_t i = 0; ask->state && i < b->book->flow_type->state_count; i++)
        if (b->book->flow_type->states[i].number == ask->state->number)
            s->state = (uint8_t)i;
    for (size_t i = 0; ask->field && i < b->item_n; i++)
        if (b->fields[i]->number == ask->field->number)
            s->item = b->items[i];
    bool any = (!ask->state || s->state != CASE_NO_STATE) && (!ask->field || s->item);
    return any ? b->n : 0;
}

static int32_t pre_of(const Scan *s, int32_t unit)
{
    int32_t now = s->c->answers[unit];
    return now >= 0 && now < s->tree->slots ? s->tree->pre_of[now] : -1;
}

static bool matches(const Scan *s, const CaseBook *b, size_t i)
{
    const CaseAsk *ask = s->ask;
    if ((b->flags[i] & s->must) != s->must || (b->flags[i] & s->must_not))
        return false;
    if (s->ask->state && b->state[i] != s->state)
        return false;
    if (s->item && ask->item && s->item[i] != ask->item)
        return false;
    if (ask->late && b->due[i] >= s->now_ms)
        return false;
    if (ask->soon && (b->due[i] < s->now_ms || b->due[i] > s->soon_ms))
        return false;
    if (ask->holder != UNIT_NONE && s->c->answers[b->holder[i]] != ask->holder &&
        b->holder[i] != ask->holder)
        return false;
    if (b->begun[i] < ask->from_ms || b->begun[i] >= s->to_ms)
        return false;
    if (ask->below == UNIT_NONE)
        return true;
    int32_t pre = pre_of(s, b->unit[i]);
    if (pre >= s->low && pre <= s->high)
        return true;
    pre = ask->or_held && b->holder[i] >= 0 ? pre_of(s, b->holder[i]) : -1;
    return pre >= s->low && pre >= 0 && pre <= s->high;
}

/* Asked of each where the unit's are not open as a whole; past the most that one answer asks, what
 * was not looked at is left out. */
static bool lets(Work *w, Scan *s, const CaseBook *b, size_t i)
{
    const CaseAsk *ask = s->ask;
    if (!ask->may || (ask->may_unit && ask->may_unit(w, ask->self, b->book, b->unit[i])))
        return true;
    if (s->looked++ >= LOOK_MOST)
        return false;
    ARENA_SCOPE(w->arena);
    const RecordRow *row =
        record_find(w, s->c->core, b->book, UNIT_NONE, 0, (int64_t)i + 1, KNOWN_NOW);
    return row && ask->may(w, ask->self, b->book, row);
}

/* ---- pages ---- */

typedef struct Pick {
    int64_t key, ord; /* ord negative where the newest come first */
    const CaseBook *book;
} Pick;

static bool first(const Pick *a, const Pick *b)
{
    if (a->key != b->key)
        return a->key < b->key;
    return a->ord != b->ord ? a->ord < b->ord : a->book < b->book;
}

static Pick pick_of(const Scan *s, const CaseBook *b, size_t i)
{
    int64_t ord = (int64_t)i + 1;
    switch (s->ask->sort) {
    case CASE_BY_DUE: return (Pick){ b->due[i], ord, b };
    case CASE_NEWEST: return (Pick){ -b->begun[i], -ord, b };
    case CASE_OLDEST: return (Pick){ b->begun[i], ord, b };
    case CASE_BY_UNIT: break;
    }
    return (Pick){ pre_of(s, b->unit[i]), ord, b };
}

/* Puts it where it belongs below `at`; up: the last in order is on top. */
static void sink(Pick *heap, size_t n, size_t at, Pick pick, bool up)
{
    for (;;) {
        size_t child = at * 2 + 1;
        if (child >= n)
            break;
        if (child + 1 < n && first(&heap[child + 1], &heap[child]) != up)
            child++;
        if (first(&heap[child], &pick) == up)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = pick;
}

static void heapify(Pick *heap, size_t n, bool up)
{
    for (size_t at = n / 2; at-- > 0;)
        sink(heap, n, at, heap[at], up);
}

/* Takes the first `from` + `limit` in order, whatever the order they come in. */
typedef struct Best {
    Pick *heap; /* the last in order on top, once it is full */
    size_t n, most;
} Best;

static void best_add(Best *best, Pick pick)
{
    if (best->n < best->most) {
        best->heap[best->n++] = pick;
        if (best->n == best->most)
            heapify(best->heap, best->n, true);
    } else if (best->most && first(&pick, &best->heap[0])) {
        sink(best->heap, best->n, 0, pick, true);
    }
}

static int by_order(const void *a, const void *b)
{
    return first(a, b) ? -1 : first(b, a);
}

static const RecordRow *row_of(Work *w, const Cases *c, const Pick *pick)
{
    int64_t ord = pick->ord < 0 ? -pick->ord : pick->ord;
    return record_find(w, c->core, pick->book->book, UNIT_NONE, 0, ord, KNOWN_NOW);
}

static bool page_add(Work *w, const Cases *c, const Pick *pick, CasePage *ret)
{
    const RecordRow *row = row_of(w, c, pick);
    TRY(row);
    ret->books[ret->n] = pick->book->book;
    ret->rows[ret->n++] = row;
    return true;
}

static bool page_all(Work *w, Scan *s, CasePage *ret)
{
    const CaseAsk *ask = s->ask;
    Best best = { .most = ask->from + ask->limit };
    best.heap = heap_zeroed(best.most + 1, sizeof *best.heap);
    for (size_t k = 0; k < s->c->book_n; k++) {
        const CaseBook *b = &s->c->books[k];
        size_t rows = scan_book(s, b);
        for (size_t n = 0; n < rows; n++) { /* the likely first ones first: the rest is let go */
            size_t i = ask->sort == CASE_NEWEST ? rows - 1 - n : n;
            if (!matches(s, b, i) || !lets(w, s, b, i))
                continue;
            ret->total++;
            best_add(&best, pick_of(s, b, i));
        }
    }
    if (best.n)
        qsort(best.heap, best.n, sizeof *best.heap, by_order);
    bool ok = true;
    for (size_t i = ask->from; ok && i < best.n; i++)
        ok = page_add(w, s->c, &best.heap[i], ret);
    heap_free(best.heap);
    ret->more = ret->total > (int64_t)(ask->from + ask->limit);
    return ok;
}

static size_t collect(Scan *s, Pick **ret)
{
    size_t room = 0, n = 0;
    for (size_t k = 0; k < s->c->book_n; k++)
        room += s->c->books[k].n;
    Pick *all = heap_zeroed(room + 1, sizeof *all);
    for (size_t k = 0; k < s->c->book_n; k++) {
        const CaseBook *b = &s->c->books[k];
        size_t rows = scan_book(s, b);
        for (size_t i = 0; i < rows; i++)
            if (matches(s, b, i))
                all[n++] = pick_of(s, b, i);
    }
    *ret = all;
    return n;
}

/* In order, asking each until the page is full. */
static bool page_may(Work *w, Scan *s, CasePage *ret)
{
    const CaseAsk *ask = s->ask;
    Pick *heap = NULL;
    size_t n = collect(s, &heap), looked = 0;
    bool ok = true;
    heapify(heap, n, false);
    while (ok && n > 0 && ret->n < ask->limit && looked < LOOK_MOST + ask->from) {
        Pick pick = heap[0];
        n--;
        sink(heap, n, 0, heap[n], false);
        looked++;
        const RecordRow *row = row_of(w, s->c, &pick);
        bool may = row && ask->may(w, ask->self, pick.book->book, row);
        ok = row && w->err.code == ERR_NONE;
        ret->total += may;
        if (may && ret->total > (int64_t)ask->from)
            ok = page_add(w, s->c, &pick, ret);
    }
    ret->more = n > 0;
    heap_free(heap);
    return ok;
}

bool cases_page(Work *w, Cases *c, const CaseAsk *ask, CasePage *ret)
{
    Scan s;
    TRY(scan_open(w, c, ask, &s));
    *ret = (CasePage){ .books = arena_array(w->arena, const Book *, ask->limit + 1),
                       .rows = arena_array(w->arena, const RecordRow *, ask->limit + 1) };
    return ask->may && !ask->may_unit ? page_may(w, &s, ret) : page_all(w, &s, ret);
}

/* ---- loads ---- */

int64_t case_soon_ms(Work *w, Core *core, int32_t unit, int64_t now_ms)
{
    const Calendar *calendar = case_calendar(w, core, unit, now_ms);
    return calendar ? moment_add(calendar, now_ms, 8 * INT64_C(3600000), true) : now_ms;
}

static int most_first(const void *a, const void *b)
{
    const CaseLoad *x = a, *y = b;
    if (x->late != y->late)
        return x->late > y->late ? -1 : 1;
    if (x->open != y->open)
        return x->open > y->open ? -1 : 1;
    return (x->holder > y->holder) - (x->holder < y->holder);
}

bool cases_loads(Work *w, Cases *c, const CaseAsk *ask, CaseLoad **ret, size_t *ret_n)
{
    Scan s;
    CaseAsk open = *ask;
    open.open = true;
    TRY(scan_open(w, c, &open, &s));
    CaseLoad *loads = arena_array(w->arena, CaseLoad, (size_t)c->slots + 1);
    int64_t soon = case_soon_ms(w, c->core, ask->below == UNIT_NONE ? 0 : ask->below, w->now_ms);
    size_t n = 0;
    for (size_t k = 0; k < c->book_n; k++) {
        const CaseBook *b = &c->books[k];
        size_t rows = scan_book(&s, b);
        for (size_t i = 0; i < rows; i++) {
            if (!matches(&s, b, i) || !lets(w, &s, b, i))
                continue;
            CaseLoad *load = &loads[c->answers[b->holder[i]]];
            load->open++;
            load->late += b->due[i] < w->now_ms;
            load->soon += b->due[i] >= w->now_ms && b->due[i] <= soon;
        }
    }
    for (int32_t unit = 0; unit < c->slots; unit++)
        if (loads[unit].open) {
            loads[n] = loads[unit];
            loads[n++].holder = unit;
        }
    if (n)
        qsort(loads, n, sizeof *loads, most_first);
    *ret = loads;
    *ret_n = n;
    return true;
}

/* ---- boards ---- */

/* Which line of the board each unit of the subtree belongs to, by pre-order; -1 = none. */
static int32_t *board_lines(Work *w, const Scan *s, CaseBoard *ret)
{
    const TreeVersion *t = s->tree;
    int32_t *line = arena_array(w->arena, int32_t, (size_t)t->count + 1);
    int32_t now = -1;
    ret->units = arena_array(w->arena, int32_t, (size_t)t->count + 1);
    bool one_top = s->ask->below == UNIT_NONE && t->count > 0 && t->last[0] == t->count - 1;
    int32_t top = s->ask->below != UNIT_NONE || one_top ? s->low : -1;
    for (int32_t pre = s->low; pre <= s->high; pre++) {
        if (pre == top || t->parent[pre] == top) {
            now = (int32_t)ret->unit_n;
            ret->units[ret->unit_n++] = t->slot_of[pre];
        }
        line[pre] = now;
    }
    return line;
}

static size_t board_columns(const CaseAsk *ask, bool by_item)
{
    return by_item ? ask->field->type.list->item_count : ask->book->flow_type->state_count;
}

static size_t item_column(const List *list, int32_t number)
{
    for (size_t i = 0; i < list->item_count; i++)
        if (list->items[i].number == number)
            return i;
    return SIZE_MAX;
}

/* The top's own line goes when nothing stands at it. */
static void drop_empty_top(const Scan *s, CaseBoard *ret)
{
    int64_t any = 0;
    for (size_t i = 0; i < ret->columns; i++)
        any += ret->all[i];
    bool own = ret->unit_n > 1 && s->tree->pre_of[ret->units[0]] == s->low &&
               s->tree->last[s->low] > s->low;
    if (any || !own)
        return;
    ret->units++;
    ret->unit_n--;
    ret->all += ret->columns;
    ret->open += ret->columns;
    ret->late += ret->columns;
}

bool cases_board(Work *w, Cases *c, const CaseAsk *ask, bool by_item, CaseBoard *ret)
{
    Scan s;
    CHECK(ask->book && (!by_item || ask->field));
    TRY(scan_open(w, c, ask, &s));
    *ret = (CaseBoard){ .columns = board_columns(ask, by_item) };
    const int32_t *line = board_lines(w, &s, ret);
    size_t cells = ret->unit_n * ret->columns + 1;
    ret->all = arena_array(w->arena, int64_t, cells);
    ret->open = arena_array(w->arena, int64_t, cells);
    ret->late = arena_array(w->arena, int64_t, cells);
    for (size_t k = 0; k < c->book_n; k++) {
        const CaseBook *b = &c->books[k];
        size_t rows = scan_book(&s, b);
        for (size_t i = 0; i < rows; i++) {
            int32_t pre = matches(&s, b, i) ? pre_of(&s, b->unit[i]) : -1;
            if (pre < 0 || line[pre] < 0 || !lets(w, &s, b, i))
                continue;
            size_t at = by_item ? item_column(ask->field->type.list, s.item[i]) : b->state[i];
            if (at >= ret->columns)
                continue;
            at += (size_t)line[pre] * ret->columns;
            ret->all[at]++;
            ret->open[at] += !(b->flags[i] & CASE_FINAL);
            ret->late[at] += b->due[i] < w->now_ms;
        }
    }
    drop_empty_top(&s, ret);
    return true;
}
