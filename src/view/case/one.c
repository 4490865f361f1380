/* Views `case` and `cases_kept`: a case with all that its reader may know of it. */
#include "view/case/case_int.h"

enum { KEPT_MOST = 200, SEATS_MOST = 40, SAME_MOST = 50 };

/* ---- its moves ---- */

static bool asked_again(const CaseRow *cas, size_t at, const Flow *flow, const Field *field)
{
    for (size_t i = at + 1; i < cas->move_n; i++) {
        const FlowMove *m = flow_move_number(flow, cas->moves[i].move);
        for (size_t k = 0; m && k < m->field_count; k++)
            if (m->fields[k] == field)
                return true;
    }
    return false;
}

/* What stands now was said by this move, unless a later one asked the same: then its own fact
 * tells. */
static bool row_of_move(Work *w, const Asking *a, const CasePlace *p, size_t at,
                        const FlowMove *move, const RecordRow **ret)
{
    const CaseRow *cas = p->row->cas;
    bool old = false;
    *ret = p->row;
    for (size_t i = 0; i < move->field_count; i++)
        old = old || asked_again(cas, at, p->book->flow_type, move->fields[i]);
    if (!old)
        return true;
    *ret = record_find(w, a->core, p->book, p->row->unit, 0, p->row->ord, cas->moves[at].seq);
    return *ret != NULL;
}

static bool put_move_values(Work *w, const Asking *a, Buf *out, const CasePlace *p, size_t at,
                            const FlowMove *move)
{
    const RecordRow *row = p->row;
    TRY(!move || row_of_move(w, a, p, at, move, &row));
    json_object(out, "values");
    for (size_t i = 0; move && i < move->field_count; i++) {
        if (!sight_has(&p->sight, move->fields[i]))
            continue;
        json_key(out, move->fields[i]->name);
        json_value(w, a, out, NULL, move->fields[i], row);
    }
    json_object_end(out);
    json_array(out, "fields");
    for (size_t i = 0; move && i < move->field_count; i++)
        if (sight_has(&p->sight, move->fields[i]))
            json_name(out, NULL, move->fields[i]->name,
                      move->asks[i].title.n ? move->asks[i].title
                                            : field_title(a, p->book, move->fields[i]));
    json_array_end(out);
    return true;
}

static bool ended_late(Work *w, const CaseRow *cas, const MoveRow *m)
{
    for (size_t i = 0; i < cas->clock_n; i++)
        if (cas->clocks[i].state == CLOCK_DONE && cas->clocks[i].done_ms == m->at_ms &&
            clock_late(&cas->clocks[i], w->now_ms))
            return true;
    return false;
}

static Str said_by(Work *w, const Asking *a, const MoveRow *m)
{
    if (m->actor == ACTOR_SYSTEM)
        return zh_en(a, "系统", "the system");
    if (!m->seat)
        return zh_en(a, "反映人", "the reporter");
    return seat_title_of(w, a, m->seat);
}

static bool put_move(Work *w, const Asking *a, Buf *out, const CasePlace *p, size_t at)
{
    const CaseRow *cas = p->row->cas;
    const MoveRow *m = &cas->moves[at];
    const FlowMove *move = flow_move_number(p->book->flow_type, m->move);
    Hash receipt;
    TRY(log_leaf(w, a->core->store.log, m->seq, &receipt));
    json_object(out, NULL);
    json_text(out, "at", ms_print(w->arena, m->at_ms));
    json_int(out, "at_ms", m->at_ms);
    json_text(out, "title", move ? move_title(w, a, p->book, move) : STR(""));
    const FlowState *from = flow_state_number(p->book->flow_type, m->from);
    json_text(out, "from", from ? from->name : (Str){ 0 });
    json_case_state(a, out, "to", p->book, m->to);
    json_text(out, "by", said_by(w, a, m));
    json_case_unit(w, a, out, "unit", m->unit);
    json_case_unit(w, a, out, "holder", m->holder);
    TRY(put_move_values(w, a, out, p, at, move));
    json_bool(out, "late", ended_late(w, cas, m));
    json_int(out, "seq", m->seq);
    json_text(out, "receipt", hex_print(w->arena, receipt.byte, sizeof receipt.byte));
    json_bool(out, "system", m->actor == ACTOR_SYSTEM);
    json_object_end(out);
    return true;
}

/* ---- its clocks ---- */

static bool put_clock(Work *w, const Asking *a, Buf *out, const CasePlace *p, const ClockRow *row)
{
    static const char *const words[] = { "running", "stopped", "done" };
    const FlowClock *clock = flow_clock_number(p->book->flow_type, row->clock);
    int64_t used = row->used;
    if (!clock)
        return true;
    if (row->state == CLOCK_RUNNING && w->now_ms > row->since_ms) /* clocks of machines go back */
        used += moment_between(unit_calendar(a->core, a->set, p->row->unit, a->today),
                               row->since_ms, w->now_ms, row->work);
    json_object(out, NULL);
    json_text(out, "name", clock->name);
    json_text(out, "title", flow_title(a, p->book, "clock", clock->name, clock->title));
    json_z(out, "state", words[row->state]);
    if (row->state == CLOCK_RUNNING)
        TRY(json_case_due(w, a, out, "due", p->book, p->row->unit, clock, row->due_ms));
    else
        json_null(out, "due");
    json_text(out, "limit", duration_words(w, a, row->limit, row->work));
    json_text(out, "used", duration_words(w, a, used, row->work));
    json_object_end(out);
    return true;
}

/* ---- what may be done ---- */

static int32_t holder_before(const CaseRow *cas)
{
    for (size_t i = cas->move_n; i-- > 1;)
        if (cas->moves[i].holder != cas->moves[i - 1].holder)
            return cas->moves[i - 1].holder;
    return UNIT_NONE;
}

static int32_t goes_to(const Asking *a, const CasePlace *p, const FlowMove *move)
{
    const CaseRow *cas = p->row->cas;
    int32_t tree = p->book->pack->tree ? p->book->pack->tree->number : 0;
    switch (move->hold) {
    case HOLD_SAME: return cas->holder;
    case HOLD_OWNER: return p->row->unit;
    case HOLD_UP: return unit_parent(a->core->units, cas->holder, tree, a->today, KNOWN_NOW);
    case HOLD_BACK: return holder_before(cas);
    case HOLD_FIELD: break;
    }
    return UNIT_NONE;
}

/* What the move offers: its default, else for a field of the row what stands there. */
static bool put_offer(Work *w, const Asking *a, Buf *out, const Judge *judge, const CasePlace *p,
                      const MoveAsk *ask)
{
    const Field *f = ask->field;
    int64_t num;
    Str text;
    bool known;
    TRY(move_default(w, judge, p->book, p->row, ask, &num, &text, &known));
    json_key(out, f->name);
    if (!known) {
        json_value(w, a, out, NULL, f, f->of_move ? NULL : p->row);
        return true;
    }
    int64_t *nums = arena_array(w->arena, int64_t, (size_t)p->book->field_room);
    uint64_t *bits = arena_array(w->arena, uint64_t, (size_t)p->book->field_room / 64 + 1);
    Str *texts = arena_array(w->arena, Str, (size_t)p->book->field_room);
    nums[f->number] = num;
    texts[f->number] = text;
    bits[f->number / 64] |= UINT64_C(1) << (f->number % 64);
    const RecordRow row = { .nums = nums, .known = bits, .texts = texts };
    json_value(w, a, out, NULL, f, &row);
    return true;
}

static bool lacks(const CasePlace *p, const FlowMove *move, size_t at)
{
    const Field *f = move->needs[at];
    return !flow_move_asks(move, f) && !row_known(p->row, f->number);
}

/* The fields to fill in: what it asks, and of the row's own what it needs and is not known yet. */
static bool put_asked(Work *w, const Asking *a, Buf *out, const Judge *judge, const CasePlace *p,
                      const FlowMove *move)
{
    json_array(out, "fields");
    for (size_t i = 0; i < move->field_count; i++)
        json_field(w, a, out, p->book, move->fields[i], &move->asks[i], p->row->unit);
    for (size_t i = 0; i < move->need_count; i++)
        if (lacks(p, move, i) && !move->needs[i]->computed)
            json_field(w, a, out, p->book, move->needs[i],
                       &(const MoveAsk){ .field = move->needs[i] }, p->row->unit);
    json_array_end(out);
    json_object(out, "values");
    for (size_t i = 0; i < move->field_count; i++)
        TRY(put_offer(w, a, out, judge, p, &move->asks[i]));
    json_object_end(out);
    json_array(out, "needs");
    for (size_t i = 0; i < move->need_count; i++)
        if (flow_move_asks(move, move->needs[i]) || lacks(p, move, i))
            json_text(out, NULL, move->needs[i]->name);
    json_array_end(out);
    return true;
}

static bool put_choice(Work *w, const Asking *a, Buf *out, const Judge *judge, const CasePlace *p,
                       const MoveChoice *c, bool main)
{
    static const char *const hands[] = { "same", "owner", "up", "back", "field" };
    const FlowMove *m = c->move;
    Str why = c->own_words.n ? c->own_words : c->why ? say(w, a, c->why) : STR("");
    json_object(out, NULL);
    json_text(out, "name", move_key(w, p->book, m));
    json_text(out, "title", move_title(w, a, p->book, m));
    json_case_state(a, out, "to", p->book, m->state->number);
    json_bool(out, "may", c->may);
    json_text(out, "why", c->may ? STR("") : why);
    json_bool(out, "main", main);
    json_z(out, "hands", hands[m->hold]);
    json_case_unit(w, a, out, "to_unit", goes_to(a, p, m));
    TRY(put_asked(w, a, out, judge, p, m));
    json_object_end(out);
    return true;
}

/* The usual way on: as far forward as may be without ending it, else what ends it, else any. */
static size_t main_choice(const MoveChoice *choices, size_t n, int32_t state)
{
    size_t best = n;
    int64_t most = -1;
    for (size_t i = 0; i < n; i++) {
        const FlowState *to = choices[i].move->state;
        bool onward = !to->final && to->number > state;
        int64_t rank = onward ? (int64_t)INT32_MAX + to->number : to->final ? INT32_MAX : 0;
        if (choices[i].yours && choices[i].may && rank > most) {
            best = i;
            most = rank;
        }
    }
    return best;
}

static bool put_choices(Work *w, const Asking *a, Buf *out, const CasePlace *p)
{
    const Judge judge = judge_of(a->r->k->figures);
    const CaseActor actor = case_reader(a);
    MoveChoice *choices = NULL;
    size_t n = 0;
    if (actor.seat)
        TRY(case_choices(w, a->core, &judge, p->book, p->row, &actor, &choices, &n));
    size_t main = main_choice(choices, n, p->row->cas->state);
    json_array(out, "choices");
    for (size_t i = 0; i < n; i++)
        if (choices[i].yours)
            TRY(put_choice(w, a, out, &judge, p, &choices[i], i == main));
    json_array_end(out);
    return true;
}

/* Seats that a move out of its state names. */
static bool put_seats(Work *w, const Asking *a, Buf *out, const CasePlace *p)
{
    const Flow *flow = p->book->flow_type;
    Stands seen = { 0 };
    for (size_t i = 0; i < flow->move_count; i++) {
        const FlowMove *m = &flow->moves[i];
        int32_t *seats = NULL;
        size_t n = 0;
        bool from = false;
        for (size_t k = 0; !m->is_new && k < m->from_count; k++)
            from = from || m->froms[k]->number == p->row->cas->state;
        if (from)
            TRY(flow_seats(w, a->core, &m->by, p->book, p->row, a->today, &seats, &n));
        for (size_t k = 0; k < n; k++) {
            bool again = false;
            for (size_t j = 0; j < seen.n; j++)
                again = again || seen.at[j] == seats[k];
            if (!again)
                *list_push(w->arena, &seen) = seats[k];
        }
    }
    json_array(out, "seats");
    for (size_t i = 0; i < seen.n && i < SEATS_MOST; i++) {
        Seat seat;
        if (seat_numbered(a, seen.at[i], &seat))
            json_seat(w, a, out, NULL, &seat);
    }
    json_array_end(out);
    return true;
}

/* ---- what belongs to it ---- */

static bool put_line(Work *w, const Asking *a, Buf *out, const Book *book, const RecordRow *row)
{
    Sight sight;
    if (row->state == RECORD_VOID || !row->cas)
        return true;
    TRY(case_sight(w, a, book, row, &sight));
    return !sight.any || json_case_line(w, a, out, NULL, book, row, &sight);
}

static bool put_details(Work *w, const Asking *a, Buf *out, const CasePlace *p)
{
    const CaseActor actor = case_reader(a);
    const FlowState *state = flow_state_number(p->book->flow_type, p->row->cas->state);
    json_array(out, "details");
    for (size_t i = 0; i < a->set->book_count; i++) {
        const Book *book = a->set->books[i];
        const RecordRow **rows = NULL;
        size_t n = 0;
        bool may = false;
        if (book->parent != p->book)
            continue;
        json_object(out, NULL);
        json_text(out, "book", book->name);
        json_text(out, "title", title_of(a, book->pack, "book", book->name, book->title));
        json_array(out, "lines");
        if (book->cases)
            TRY(case_links(w, a->r->k, book, NULL, p->row->ord, &rows, &n));
        for (size_t k = 0; k < n; k++)
            TRY(put_line(w, a, out, book, rows[k]));
        json_array_end(out);
        if (actor.seat && book->cases)
            TRY(case_may_begin(w, a->r->k, book, p->row->unit, p->row->ord, &actor, &may));
        else if (actor.seat)
            TRY(case_may_correct(w, a->r->k, p->book, p->row, &actor, &may));
        json_bool(out, "may_add", may && state && !state->final);
        json_object_end(out);
    }
    json_array_end(out);
    return true;
}

/* The field that says of which case it is the same: a record of its own book. */
static const Field *same_field(const Book *book)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (book->fields[i]->type.kind == TYPE_RECORD && book->fields[i]->type.book == book)
            return book->fields[i];
    return NULL;
}

static bool put_same(Work *w, const Asking *a, Buf *out, const CasePlace *p)
{
    const Field *f = same_field(p->book);
    const RecordRow **rows = NULL;
    size_t n = 0;
    json_array(out, "same");
    if (f && sight_has(&p->sight, f) && row_known(p->row, f->number)) {
        const RecordRow *row =
            record_find(w, a->core, p->book, 0, 0, p->row->nums[f->number], KNOWN_NOW);
        TRY(row || w->err.code == ERR_NONE);
        TRY(!row || put_line(w, a, out, p->book, row));
    }
    if (f)
        TRY(case_links(w, a->r->k, p->book, f, p->row->ord, &rows, &n));
    for (size_t i = 0; i < n && i < SAME_MOST; i++)
        TRY(put_line(w, a, out, p->book, rows[i]));
    json_array_end(out);
    return true;
}

/* ---- whole ---- */

bool json_case(Work *w, const Asking *a, Buf *out, const char *key, const CasePlace *p)
{
    const CaseRow *cas = p->row->cas;
    json_object(out, key);
    TRY(json_case_line(w, a, out, "line", p->book, p->row, &p->sight));
    json_values(w, a, out, "values", p->book, &p->sight, p->row);
    json_array(out, "fields");
    for (size_t i = 0; i < p->book->field_count; i++)
        if (sight_has(&p->sight, p->book->fields[i]))
            json_field(w, a, out, p->book, p->book->fields[i], NULL, p->row->unit);
    json_array_end(out);
    json_array(out, "moves");
    for (size_t i = 0; i < cas->move_n; i++)
        TRY(put_move(w, a, out, p, i));
    json_array_end(out);
    json_array(out, "clocks");
    for (size_t i = 0; i < cas->clock_n; i++)
        TRY(put_clock(w, a, out, p, &cas->clocks[i]));
    json_array_end(out);
    TRY(put_choices(w, a, out, p));
    TRY(put_details(w, a, out, p));
    TRY(put_same(w, a, out, p));
    TRY(put_seats(w, a, out, p));
    json_int(out, "guarded", case_guarded(w, a->core, p->book, p->row));
    json_object_end(out);
    return true;
}

bool view_case(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    CasePlace p;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(case_place(w, &a, &p));
    return json_case(w, &a, out, NULL, &p);
}

bool view_cases_kept(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    CaseMine mine;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(cases_mine(w, &a, KEPT_MOST, &mine));
    json_object(out, NULL);
    json_array(out, "cases");
    for (size_t i = 0; i < mine.n; i++) {
        CasePlace p = { .book = mine.at[i].book, .row = mine.at[i].row };
        TRY(case_sight(w, &a, p.book, p.row, &p.sight));
        if (p.sight.any)
            TRY(json_case(w, &a, out, NULL, &p));
    }
    json_array_end(out);
    json_int(out, "more", mine.total - (int64_t)mine.n);
    json_object_end(out);
    return true;
}
