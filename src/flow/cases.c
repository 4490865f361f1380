/* All cases in memory: a column for each thing that lists ask for, and the queue of what is due.
 * Records tell of each change; the moments of a case that changed are computed when somebody asks,
 * so that a change pays for no calendar. */
#include "flow/flow_int.h"

/* ---- columns ---- */

static void book_close(CaseBook *b)
{
    heap_free(b->flags);
    heap_free(b->state);
    heap_free(b->unit);
    heap_free(b->holder);
    heap_free(b->begun);
    heap_free(b->due);
    heap_free(b->next);
    for (size_t i = 0; i < CASE_ITEMS; i++)
        heap_free(b->items[i]);
}

static void book_grow(CaseBook *b, size_t n)
{
    size_t old = b->room, room = old ? old : 64;
    if (n > b->n)
        b->n = n;
    if (n <= old)
        return;
    while (room < n)
        room *= 2;
    b->flags = heap_grow(b->flags, old, room, sizeof *b->flags);
    b->state = heap_grow(b->state, old, room, sizeof *b->state);
    b->unit = heap_grow(b->unit, old, room, sizeof *b->unit);
    b->holder = heap_grow(b->holder, old, room, sizeof *b->holder);
    b->begun = heap_grow(b->begun, old, room, sizeof *b->begun);
    b->due = heap_grow(b->due, old, room, sizeof *b->due);
    b->next = heap_grow(b->next, old, room, sizeof *b->next);
    for (size_t i = 0; i < b->item_n; i++)
        b->items[i] = heap_grow(b->items[i], old, room, sizeof **b->items);
    for (size_t i = old; i < room; i++)
        b->due[i] = b->next[i] = NEVER_MS;
    b->room = room;
}

static CaseBook book_open(const Book *book)
{
    CaseBook b = { .book = book };
    for (size_t i = 0; i < book->field_count && b.item_n < CASE_ITEMS; i++) {
        const Field *f = book->fields[i];
        if (f->type.kind == TYPE_ITEM && !f->computed && !field_is_private(f))
            b.fields[b.item_n++] = f;
    }
    return b;
}

static uint8_t state_index(const Flow *flow, int32_t number)
{
    for (size_t i = 0; i < flow->state_count && i < CASE_NO_STATE; i++)
        if (flow->states[i].number == number)
            return (uint8_t)i;
    return CASE_NO_STATE;
}

static void book_put(CaseBook *b, const RecordRow *row)
{
    const Flow *flow = b->book->flow_type;
    const CaseRow *cas = row->cas;
    const FlowClock *clock = NULL;
    size_t at = (size_t)row->ord - 1;
    book_grow(b, (size_t)row->ord);
    uint8_t touched = b->flags[at] & CASE_TOUCHED;
    b->state[at] = state_index(flow, cas->state);
    bool final = b->state[at] != CASE_NO_STATE && flow->states[b->state[at]].final;
    b->flags[at] =
        (uint8_t)(touched | CASE_THERE | (final ? CASE_FINAL : 0) | (cas->shown ? CASE_SHOWN : 0));
    b->unit[at] = row->unit;
    b->holder[at] = cas->holder >= 0 ? cas->holder : row->unit;
    b->begun[at] = cas->moves[0].at_ms;
    b->due[at] = NEVER_MS;
    (void)case_due(b->book, row, &b->due[at], &clock);
    for (size_t i = 0; i < b->item_n; i++) {
        int32_t f = b->fields[i]->number;
        b->items[i][at] = row_known(row, f) ? (int32_t)row->nums[f] : 0;
    }
}

static void touch(Cases *c, size_t book, int64_t ord)
{
    uint8_t *flags = &c->books[book].flags[ord - 1];
    if (*flags & CASE_TOUCHED)
        return;
    *flags |= CASE_TOUCHED;
    if (c->touched_n == c->touched_room) {
        size_t room = c->touched_room ? c->touched_room * 2 : 256;
        c->touched = heap_grow(c->touched, c->touched_room, room, sizeof *c->touched);
        c->touched_room = room;
    }
    c->touched[c->touched_n++] = (Touched){ (int32_t)book, ord };
}

/* ---- listening ---- */

static void forget(Cases *c)
{
    for (size_t i = 0; i < c->book_n; i++)
        book_close(&c->books[i]);
    heap_free(c->books);
    c->books = NULL;
    c->book_n = 0;
    c->queue.n = 0;
    c->touched_n = 0;
    c->waiting = 0;
    c->filled = false;
}

static void on_record(void *self, const RecordChange *change)
{
    Cases *c = self;
    const RecordRow *row = change->after ? change->after : change->before;
    for (size_t i = 0; c->filled && row && i < c->book_n; i++) {
        CaseBook *b = &c->books[i];
        if (b->book->number != change->book->number || row->ord <= 0)
            continue;
        book_grow(b, (size_t)row->ord);
        if (change->after && row->cas) {
            book_put(b, row);
        } else {
            b->flags[row->ord - 1] &= CASE_TOUCHED;
            b->due[row->ord - 1] = NEVER_MS;
        }
        touch(c, i, row->ord);
    }
}

static void on_unit(void *self)
{
    ((Cases *)self)->units_old = true;
}

static void on_pack(void *self)
{
    forget(self);
}

Cases *cases_open(Core *core)
{
    Cases *c = heap_zeroed(1, sizeof *c);
    c->core = core;
    c->units_old = true;
    core_listen(core, (Listener){ c, on_record, on_unit, on_pack });
    return c;
}

void cases_close(Cases **ref)
{
    Cases *c = *ref;
    *ref = NULL;
    if (!c)
        return;
    forget(c);
    queue_close(&c->queue);
    heap_free(c->touched);
    heap_free(c->answers);
    heap_free(c->hours);
    heap_free(c);
}

Core *cases_core(const Cases *c)
{
    return c->core;
}

size_t cases_bytes(const Cases *c)
{
    size_t bytes = c->queue.room * sizeof(QueueItem) + c->touched_room * sizeof(Touched) +
                   (size_t)c->slots * (sizeof *c->answers + sizeof *c->hours);
    for (size_t i = 0; i < c->book_n; i++)
        bytes += c->books[i].room *
                 (2 + 2 * sizeof(int32_t) + 3 * sizeof(int64_t) + c->books[i].item_n * 4);
    return bytes;
}

/* ---- units ---- */

/* Cases of units whose hours changed are asked anew. */
static void touch_units(Cases *c, const bool *changed)
{
    for (size_t i = 0; i < c->book_n; i++) {
        const CaseBook *b = &c->books[i];
        for (size_t k = 0; k < b->n; k++)
            if ((b->flags[k] & CASE_THERE) && b->unit[k] < c->slots && changed[b->unit[k]])
                touch(c, i, (int64_t)k + 1);
    }
}

static bool read_calendars(Work *w, Cases *c, int32_t slots, int32_t today)
{
    const PackSet *set = packs_set(w, c->core, KNOWN_NOW);
    TRY(set);
    bool any = false;
    bool *changed = heap_zeroed((size_t)slots + 1, sizeof *changed);
    c->hours = heap_grow(c->hours, (size_t)c->slots, (size_t)slots, sizeof *c->hours);
    for (int32_t unit = 0; unit < slots; unit++) {
        const Hours is = { unit_calendar(c->core, set, unit, today),
                           unit_calendar(c->core, set, unit, DAY_FOREVER) };
        Hours *was = &c->hours[unit];
        changed[unit] = was->now && (was->now != is.now || was->later != is.later);
        any = any || changed[unit];
        *was = is;
    }
    if (any)
        touch_units(c, changed);
    heap_free(changed);
    return true;
}

static bool settle_units(Work *w, Cases *c)
{
    int32_t today = work_today(w), slots = units_count(c->core->units);
    if (!c->units_old && today >= c->first_day && today <= c->last_day && slots == c->slots)
        return true;
    const TreeVersion *tree = units_tree(w, c->core->units, 0, today, KNOWN_NOW);
    TRY(tree);
    c->first_day = tree->first_day;
    c->last_day = tree->last_day;
    c->answers = heap_grow(c->answers, (size_t)c->slots, (size_t)slots, sizeof *c->answers);
    for (int32_t unit = 0; unit < slots; unit++) {
        ARENA_SCOPE(w->arena);
        c->answers[unit] = unit_answering(w, c->core, unit, today);
    }
    TRY(read_calendars(w, c, slots, today));
    c->slots = slots;
    c->units_old = false;
    return true;
}

/* ---- filling ---- */

static bool fill_book(Work *w, Cases *c, const Book *book)
{
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    CaseBook *b = &c->books[c->book_n++];
    *b = book_open(book);
    TRY(records_rows(w, c->core, book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        if (!rows[i]->cas || !rows[i]->cas->move_n)
            continue;
        book_put(b, rows[i]);
        touch(c, c->book_n - 1, rows[i]->ord);
    }
    return true;
}

static bool fill(Work *w, Cases *c)
{
    const PackSet *set = packs_set(w, c->core, KNOWN_NOW);
    TRY(set);
    forget(c);
    for (int32_t unit = 0; unit < c->slots; unit++)
        c->hours[unit] = (Hours){ 0 }; /* of the packs before */
    c->units_old = true;
    c->books = heap_zeroed(set->book_count + 1, sizeof *c->books);
    for (size_t i = 0; i < set->book_count; i++)
        if (set->books[i]->cases)
            TRY(fill_book(w, c, set->books[i]));
    c->filled = true;
    return true;
}

/* ---- the queue ---- */

static bool settle_one(Work *w, Cases *c, const Touched *t)
{
    CaseBook *b = &c->books[t->book];
    const FlowClock *clock = NULL;
    int64_t ms = NEVER_MS;
    int32_t late = 0;
    size_t at = (size_t)t->ord - 1;
    const RecordRow *row = NULL;
    b->flags[at] &= (uint8_t)~CASE_TOUCHED;
    if (b->flags[at] & CASE_THERE)
        row = record_find(w, c->core, b->book, UNIT_NONE, 0, t->ord, KNOWN_NOW);
    if (row && !case_next(w, c->core, b->book, row, &ms, &clock, &late))
        ms = NEVER_MS;
    if (ms != b->next[at] && ms != NEVER_MS)
        queue_push(&c->queue, (QueueItem){ ms, t->ord, t->book });
    c->waiting += ms != NEVER_MS;
    c->waiting -= b->next[at] != NEVER_MS;
    b->next[at] = ms;
    return w->err.code == ERR_NONE;
}

/* Too much of the queue is of moments that have changed: once more from the columns. */
static void queue_renew(Cases *c)
{
    c->queue.n = 0;
    for (size_t i = 0; i < c->book_n; i++)
        for (size_t k = 0; k < c->books[i].n; k++)
            if (c->books[i].next[k] != NEVER_MS)
                queue_push(&c->queue,
                           (QueueItem){ c->books[i].next[k], (int64_t)k + 1, (int32_t)i });
}

size_t cases_waiting(const Cases *c)
{
    return c->waiting;
}

bool cases_settle(Work *w, Cases *c)
{
    if (!c->filled && !fill(w, c)) {
        forget(c);
        return false;
    }
    TRY(settle_units(w, c));
    bool grew = c->touched_n > 0;
    while (c->touched_n > 0) {
        ARENA_SCOPE(w->arena);
        const Touched t = c->touched[--c->touched_n];
        TRY(settle_one(w, c, &t));
    }
    size_t half = c->queue.room / 2;
    if (grew && c->queue.n == c->queue.room && half > 4096 && c->waiting < half)
        queue_renew(c);
    return true;
}

static bool is_current(const Cases *c, const QueueItem *q)
{
    return c->books[q->book].next[q->ord - 1] == q->ms;
}

bool cases_next(Work *w, Cases *c, int64_t *ret_ms)
{
    if (!cases_settle(w, c))
        return false;
    while (c->queue.n && !is_current(c, &c->queue.at[0]))
        (void)queue_pop(&c->queue);
    if (c->queue.n)
        *ret_ms = c->queue.at[0].ms;
    return c->queue.n > 0;
}

bool cases_ripe(Work *w, Cases *c, int64_t now_ms, size_t most, CaseRef **ret, size_t *ret_n)
{
    int64_t next = 0;
    CaseRef *refs = arena_array(w->arena, CaseRef, most + 1);
    QueueItem *taken = arena_array(w->arena, QueueItem, most + 1);
    size_t n = 0;
    while (n < most && cases_next(w, c, &next) && next <= now_ms) {
        taken[n] = queue_pop(&c->queue);
        const CaseBook *b = &c->books[taken[n].book];
        refs[n] = (CaseRef){ b->book, taken[n].ord, taken[n].ms };
        n += n == 0 || taken[n].ms != taken[n - 1].ms || taken[n].ord != taken[n - 1].ord ||
             taken[n].book != taken[n - 1].book;
    }
    for (size_t i = 0; i < n; i++) /* they wait on until they are done */
        queue_push(&c->queue, taken[i]);
    *ret = refs;
    *ret_n = n;
    return w->err.code == ERR_NONE;
}
