/* Moving: guard, fields, holder, clocks, one fact. What is judged is the row as it would stand; a
 * guard sees its values so, and holder, state and clocks as they are. */
#include "base/limits.h"
#include "flow/flow_int.h"

typedef struct Moving {
    Work *w;
    Core *core;
    const Judge *judge;
    const Book *book;
    const FlowMove *move;
    const RecordRow *before; /* its case NULL = a new row */
    const CaseActor *actor;
    Actor as;
    int64_t at_ms;
    int32_t day;
    bool asked; /* what the move asks is filled in */
    RecordRow after;
    CaseRow cas;
    const char *why; /* it is closed */
    Str own_words;
} Moving;

static const CaseRow *case_before(const Moving *m)
{
    return m->before ? m->before->cas : NULL;
}

/* Moves of one case never go back in time, whatever the clock of the machine did. */
static int64_t moment_of(Work *w, Core *core, const CaseRow *cas, int64_t at_ms)
{
    int64_t log_ms = log_last_ms(core->store.log);
    int64_t at = at_ms ? at_ms : w->now_ms > log_ms ? w->now_ms : log_ms;
    return cas && case_last(cas)->at_ms > at ? case_last(cas)->at_ms : at;
}

static bool closed(Moving *m, const char *why)
{
    m->why = why;
    return true;
}

static Str title_of(const Book *book, int32_t state)
{
    const FlowState *s = flow_state_number(book->flow_type, state);
    return s ? s->title : STR("");
}

/* ---- the row as it would stand ---- */

static void after_values(Moving *m, const RecordEdit *edit)
{
    const Book *book = m->book;
    size_t words = ((size_t)book->field_room + 63) / 64;
    RecordRow *row = &m->after;
    *row = m->before ? *m->before
                     : (RecordRow){ .unit = edit->unit,
                                    .ord = edit->ord,
                                    .period = edit->period,
                                    .state = RECORD_FILED,
                                    .pack = book->pack->version,
                                    .gone = KNOWN_NOW,
                                    .entered_day = m->day,
                                    .parent = edit->parent };
    uint64_t *known = arena_copy(m->w->arena, edit->known, words * 8 + 8);
    for (size_t i = 0; m->before && i < book->field_count; i++) {
        int32_t n = book->fields[i]->number; /* private values stand elsewhere, but are there */
        if (field_is_private(book->fields[i]) && row_known(m->before, n))
            known[n / 64] |= UINT64_C(1) << (n % 64);
    }
    row->nums = edit->nums;
    row->known = known;
    row->texts = edit->texts;
    row->past = NULL; /* what the move says of a `changes` field holds from now */
    row->past_n = 0;
}

static void after_case(Moving *m, int32_t holder)
{
    const CaseRow *old = case_before(m);
    const CaseActor *a = m->actor;
    size_t n = old ? old->move_n : 0;
    bool seat = m->as != ACTOR_SYSTEM && a->seat > 0;
    MoveRow *moves = arena_array(m->w->arena, MoveRow, n + 1);
    for (size_t i = 0; i < n; i++)
        moves[i] = old->moves[i];
    moves[n] = (MoveRow){ .move = m->move->number,
                          .from = old ? old->state : 0,
                          .to = m->move->state->number,
                          .actor = m->as,
                          .seat = seat ? a->seat : 0,
                          .person = seat ? a->person : 0,
                          .unit = seat ? seat_unit(m->core, a->seat) : UNIT_NONE,
                          .holder = holder,
                          .at_ms = m->at_ms };
    if (old)
        m->cas = *old;
    m->cas.state = m->move->state->number;
    m->cas.holder = holder;
    m->cas.moves = moves;
    m->cas.move_n = n + 1;
    m->cas.shown = m->cas.shown || m->move->shows;
    m->after.cas = &m->cas;
}

/* ---- who holds it then ---- */

static int32_t holder_before(const CaseRow *cas)
{
    for (size_t i = cas ? cas->move_n : 0; i-- > 1;)
        if (cas->moves[i].holder != cas->moves[i - 1].holder)
            return cas->moves[i - 1].holder;
    return UNIT_NONE;
}

static bool is_of(const Who1 *one, int32_t kind)
{
    const Kind *const *kinds = one->kind_count ? one->kinds : one->role ? one->role->kinds : NULL;
    size_t n = one->kind_count ? one->kind_count : one->role ? one->role->kind_count : 0;
    for (size_t i = 0; i < n; i++)
        if (kinds[i]->number == kind)
            return true;
    return false;
}

/* The unit that the pack belongs to there: the nearest above the row where its owner sits. */
static int32_t owner_above(const Moving *m, int32_t tree)
{
    const Who *owner = &m->book->pack->owned_by;
    const Units *units = m->core->units;
    int32_t unit = unit_answering(m->w, m->core, m->after.unit, m->day);
    for (int depth = 0; unit != UNIT_NONE && depth < LIMIT_TREE_DEPTH; depth++) {
        for (size_t i = 0; i < owner->n; i++)
            if (is_of(&owner->any[i], unit_kind(units, unit, m->day, KNOWN_NOW)))
                return unit;
        unit = unit_parent(units, unit, tree, m->day, KNOWN_NOW);
    }
    return UNIT_NONE;
}

/* A case with a person's contact goes by hand to nobody whom its owner has nothing to say to. */
static bool is_handed_within(const Moving *m, int32_t to, int32_t tree)
{
    int32_t top = owner_above(m, tree);
    for (int depth = 0; top != UNIT_NONE && to != top && depth < LIMIT_TREE_DEPTH; depth++) {
        if (to == UNIT_NONE)
            return false;
        to = unit_parent(m->core->units, to, tree, m->day, KNOWN_NOW);
    }
    return top == UNIT_NONE || to == top;
}

/* false = closed: there is nobody to hand it to. */
static bool next_holder(Moving *m, int32_t *ret)
{
    const CaseRow *old = case_before(m);
    int32_t unit = old ? old->holder : m->after.unit;
    int32_t tree = m->book->pack->tree ? m->book->pack->tree->number : 0;
    *ret = unit;
    switch (m->move->hold) {
    case HOLD_SAME: return true;
    case HOLD_OWNER: unit = m->after.unit; break;
    case HOLD_UP:
        unit = unit_answering(m->w, m->core, unit, m->day);
        unit = unit_parent(m->core->units, unit, tree, m->day, KNOWN_NOW);
        if (unit == UNIT_NONE)
            return !closed(m, "flow.no_up");
        break;
    case HOLD_BACK:
        unit = holder_before(old);
        if (unit == UNIT_NONE)
            return !closed(m, "flow.no_back");
        break;
    case HOLD_FIELD:
        if (field_unit(&m->after, m->move->to_field, &unit)) {
            unit = unit_answering(m->w, m->core, unit, m->day);
            if (is_handed_within(m, unit, tree) || is_handed_within(m, unit, 0))
                break;
            return !closed(m, arena_printf(m->w->arena, "flow.elsewhere field=%.*s",
                                           STR_ARG(m->move->to_field->title)));
        }
        if (!m->asked)
            return true;
        return !closed(m, arena_printf(m->w->arena, "flow.no_field field=%.*s",
                                       STR_ARG(m->move->to_field->title)));
    }
    *ret = unit_answering(m->w, m->core, unit, m->day);
    return true;
}

/* ---- what closes a move ---- */

static const char *not_from(const Moving *m)
{
    const CaseRow *cas = case_before(m);
    if (!cas)
        return m->move->is_new ? NULL : "flow.not_begun";
    for (size_t i = 0; i < m->move->from_count; i++)
        if (m->move->froms[i]->number == cas->state)
            return NULL;
    return arena_printf(m->w->arena, "flow.not_from move=%.*s state=%.*s", STR_ARG(m->move->title),
                        STR_ARG(title_of(m->book, cas->state)));
}

static const char *not_at_this_time(const Moving *m)
{
    const FlowMove *move = m->move;
    const CaseRow *cas = case_before(m);
    if (!cas || (!move->has_for && !move->has_after))
        return NULL;
    int64_t entered = case_last(cas)->at_ms;
    const Calendar *calendar = case_calendar(m->w, m->core, m->after.unit, entered);
    if (!calendar)
        return NULL;
    int64_t until = moment_add(calendar, entered, move->open_for, move->for_work);
    int64_t from = moment_add(calendar, entered, move->open_after, move->after_work);
    if (move->has_for && m->at_ms > until)
        return arena_printf(m->w->arena, "flow.for_over move=%.*s at=%.*s", STR_ARG(move->title),
                            STR_ARG(ms_print(m->w->arena, until)));
    if (move->has_after && m->at_ms < from)
        return arena_printf(m->w->arena, "flow.after_not move=%.*s at=%.*s", STR_ARG(move->title),
                            STR_ARG(ms_print(m->w->arena, from)));
    return NULL;
}

static const char *too_often(const Moving *m)
{
    const CaseRow *cas = case_before(m);
    int32_t times = 0;
    for (size_t i = 0; cas && i < cas->move_n; i++)
        times += cas->moves[i].move == m->move->number;
    if (!m->move->at_most || times < m->move->at_most)
        return NULL;
    return arena_printf(m->w->arena, "flow.at_most move=%.*s n=%d", STR_ARG(m->move->title),
                        m->move->at_most);
}

static bool has_value(const RecordRow *row, const Field *f)
{
    return row_known(row, f->number) || row->texts[f->number].p;
}

static const char *lacks(const Moving *m)
{
    const FlowMove *move = m->move;
    const Field *lacking = NULL;
    for (size_t i = 0; i < move->need_count && !lacking; i++)
        if (!has_value(&m->after, move->needs[i]) &&
            (m->asked || !flow_move_asks(move, move->needs[i])))
            lacking = move->needs[i];
    for (size_t i = 0; m->asked && i < move->field_count && !lacking; i++)
        if (!move->asks[i].optional && !has_value(&m->after, move->fields[i]))
            lacking = move->fields[i];
    if (!lacking)
        return NULL;
    return arena_printf(m->w->arena, "flow.needs move=%.*s field=%.*s", STR_ARG(move->title),
                        STR_ARG(lacking->title));
}

/* Does the condition read what the move asks? Before it is filled in nothing can be said. */
static bool reads_asked(const FlowMove *move, const Expr *expr, int depth)
{
    if (!expr || depth > LIMIT_EXPR_DEPTH)
        return false;
    if (expr->op == EXPR_FIELD && flow_move_asks(move, expr->field))
        return true;
    for (size_t i = 0; i < expr->arg_count; i++)
        if (reads_asked(move, expr->args[i], depth + 1))
            return true;
    return false;
}

static bool guard(Moving *m)
{
    const FlowMove *move = m->move;
    Verdict verdict = VERDICT_TRUE;
    if (!move->when || (!m->asked && reads_asked(move, move->when, 0)))
        return true;
    RecordRow row = m->after; /* who holds it and where it stands: before the move */
    row.cas = case_before(m) ? case_before(m) : m->after.cas;
    TRY(m->judge->truth(m->w, m->judge->self, m->book, &row, move->when, &verdict));
    if (verdict == VERDICT_TRUE)
        return true;
    m->own_words = move->says;
    m->why = arena_printf(m->w->arena, "flow.guard move=%.*s", STR_ARG(move->title));
    return true;
}

/* ---- clocks ---- */

static bool limit_of(Work *w, void *self, const FlowClock *clock, Limit *ret)
{
    const Moving *m = self;
    ret->work = clock->limit->type.work;
    return m->judge->value(w, m->judge->self, m->book, &m->after, clock->limit, &ret->ms,
                           &ret->known);
}

static const char *not_extended(const Moving *m)
{
    const FlowClock *c = m->move->extends;
    for (size_t i = 0; c && i < m->cas.clock_n; i++)
        if (m->cas.clocks[i].clock == c->number && m->cas.clocks[i].state != CLOCK_DONE)
            return NULL;
    return c ? arena_printf(m->w->arena, "flow.clock_done clock=%.*s", STR_ARG(c->title)) : NULL;
}

static bool run_clocks(Moving *m, const ClockRow *before, size_t before_n)
{
    const Flow *flow = m->book->flow_type;
    const FlowClock *unknown = NULL;
    ClockRow *rows = arena_array(m->w->arena, ClockRow, flow->clock_count + 1);
    const ClockMove how = { .flow = flow,
                            .calendar = case_calendar(m->w, m->core, m->after.unit, m->at_ms),
                            .move = m->move,
                            .to = m->move->state,
                            .at_ms = m->at_ms,
                            .limit = limit_of,
                            .self = m };
    TRY(how.calendar);
    m->cas.clocks = rows;
    TRY(clocks_move(m->w, &how, before, before_n, rows, &m->cas.clock_n, &unknown));
    if (unknown)
        m->why =
            arena_printf(m->w->arena, "flow.limit_unknown clock=%.*s", STR_ARG(unknown->title));
    else
        m->why = not_extended(m);
    return true;
}

/* ---- one move, judged ---- */

/* false only on an error; m->why says what closes it. */
static bool judge_move(Moving *m, const RecordEdit *edit, const ClockRow *clocks, size_t clock_n)
{
    int32_t holder = UNIT_NONE;
    after_values(m, edit);
    m->why = not_from(m);
    m->why = m->why ? m->why : not_at_this_time(m);
    m->why = m->why ? m->why : too_often(m);
    m->why = m->why ? m->why : lacks(m);
    if (m->why || !next_holder(m, &holder))
        return m->w->err.code == ERR_NONE;
    after_case(m, holder);
    if (m->asked) { /* what a limit rests on may be asked only now */
        TRY(run_clocks(m, clocks, clock_n));
    }
    return m->why || guard(m);
}

/* A field of the move that was left empty takes what the move offers. */
static bool take_fallbacks(Moving *m, RecordEdit *edit)
{
    for (size_t i = 0; i < m->move->field_count; i++) {
        const MoveAsk *ask = &m->move->asks[i];
        int32_t n = ask->field->number;
        bool known = false;
        if (!ask->fallback || known_has(edit->known, n) || !type_is_number(ask->field->type))
            continue;
        after_values(m, edit);
        TRY(m->judge->value(m->w, m->judge->self, m->book, &m->after, ask->fallback, &edit->nums[n],
                            &known));
        if (known)
            edit->known[n / 64] |= UINT64_C(1) << (n % 64);
    }
    return true;
}

static CaseStep *step_of(const Moving *m, CaseAct act)
{
    CaseStep *step = arena_new(m->w->arena, CaseStep);
    bool own = m->at_ms == moment_of(m->w, m->core, NULL, 0); /* the fact's own moment */
    *step = (CaseStep){ .act = act,
                        .move = m->move,
                        .actor = m->as,
                        .holder = m->cas.holder,
                        .at_ms = own ? 0 : m->at_ms,
                        .clocks = m->cas.clocks,
                        .clock_n = m->cas.clock_n };
    return step;
}

static bool refuse_closed(const Moving *m, Str *ret_words)
{
    *ret_words = m->own_words;
    return fail(m->w, ERR_BAD_INPUT, "%s", m->why);
}

bool case_move(Work *w, Core *core, const Judge *judge, const FlowMove *move, const RecordRow *row,
               const CaseActor *actor, int64_t at_ms, RecordEdit *edit, Str *ret_words)
{
    Moving m = { .w = w,
                 .core = core,
                 .judge = judge,
                 .book = edit->book,
                 .move = move,
                 .before = row,
                 .actor = actor,
                 .asked = true };
    bool may = false;
    *ret_words = STR("");
    if (!row->cas || row->state == RECORD_VOID || move->is_new)
        return fail(w, ERR_BAD_INPUT, "flow.not_begun");
    m.at_ms = moment_of(w, core, row->cas, at_ms);
    m.day = day_of_ms(m.at_ms);
    TRY(flow_who(w, core, move, edit->book, row->unit, row, actor, m.day, &may, &m.as));
    if (!may)
        return fail(w, ERR_FORBIDDEN, "right.denied");
    TRY(take_fallbacks(&m, edit));
    TRY(judge_move(&m, edit, row->cas->clocks, row->cas->clock_n));
    if (m.why)
        return refuse_closed(&m, ret_words);
    edit->step = step_of(&m, CASE_MOVED);
    return true;
}

bool case_act(Work *w, Core *core, const Judge *judge, const FlowMove *move, const RecordRow *row,
              const ClockRow *clocks, int64_t at_ms, RecordEdit *edit, bool *ret)
{
    const CaseActor system = { .kind = ACTOR_SYSTEM };
    Moving m = { .w = w,
                 .core = core,
                 .judge = judge,
                 .book = edit->book,
                 .move = move,
                 .before = row,
                 .actor = &system,
                 .as = ACTOR_SYSTEM,
                 .at_ms = at_ms,
                 .day = day_of_ms(at_ms),
                 .asked = true };
    *ret = false;
    TRY(take_fallbacks(&m, edit));
    TRY(judge_move(&m, edit, clocks, row->cas->clock_n));
    if (m.why)
        return true;
    edit->step = step_of(&m, CASE_MOVED);
    *ret = true;
    return true;
}

/* ---- beginning ---- */

static bool begin_with(Moving *m, RecordEdit *edit, bool *ret_may, Str *ret_words)
{
    RecordRow row;
    m->asked = true;
    m->why = NULL;
    after_values(m, edit);
    row = m->after;
    row.cas = NULL;
    TRY(flow_who(m->w, m->core, m->move, m->book, edit->unit, &row, m->actor, m->day, ret_may,
                 &m->as));
    if (!*ret_may)
        return true;
    m->cas = (CaseRow){ 0 };
    TRY(take_fallbacks(m, edit));
    TRY(judge_move(m, edit, NULL, 0));
    if (m->why)
        *ret_words = m->own_words;
    return true;
}

static bool put_secret(Work *w, Core *core, Str secret, RecordEdit *edit, CaseStep *step)
{
    if (!secret.n)
        return true;
    uint8_t *bytes = arena_array(w->arena, uint8_t, 16);
    TRY(record_number(w, core, edit));
    case_secret(log_number(core->store.log), edit->book->number, edit->ord, secret, bytes);
    step->secret = bytes;
    return true;
}

bool case_begin(Work *w, Core *core, const Judge *judge, const CaseActor *actor, Str secret,
                RecordEdit *edit, Str *ret_words)
{
    const Flow *flow = edit->book->flow_type;
    const char *why = NULL;
    *ret_words = STR("");
    for (size_t i = 0; i < flow->move_count; i++) {
        Moving m = { .w = w,
                     .core = core,
                     .judge = judge,
                     .book = edit->book,
                     .move = &flow->moves[i],
                     .actor = actor };
        Str words = { 0 };
        bool may = false;
        m.at_ms = moment_of(w, core, NULL, 0);
        m.day = day_of_ms(m.at_ms);
        if (!m.move->is_new)
            continue;
        TRY(begin_with(&m, edit, &may, &words));
        if (may && !m.why) {
            CaseStep *step = step_of(&m, CASE_BEGUN);
            edit->step = step;
            return put_secret(w, core, secret, edit, step);
        }
        if (may && !why) {
            why = m.why;
            *ret_words = words;
        }
    }
    return why ? fail(w, ERR_BAD_INPUT, "%s", why) : fail(w, ERR_FORBIDDEN, "right.denied");
}

/* ---- choosing ---- */

static bool choose(Moving *m, MoveChoice *ret)
{
    *ret = (MoveChoice){ .move = m->move };
    int32_t unit = m->before->unit;
    TRY(flow_who(m->w, m->core, m->move, m->book, unit, m->before, m->actor, m->day, &ret->yours,
                 &m->as));
    if (!ret->yours) {
        ret->why = who_barred(m->move, m->before, m->actor) ? "flow.barred" : "right.denied";
        return true;
    }
    const RecordEdit edit = record_edit_of(m->w->arena, m->book, m->before);
    TRY(judge_move(m, &edit, NULL, 0));
    ret->may = !m->why;
    ret->why = m->why;
    ret->own_words = m->own_words;
    return true;
}

bool case_choices(Work *w, Core *core, const Judge *judge, const Book *book, const RecordRow *row,
                  const CaseActor *actor, MoveChoice **ret, size_t *ret_n)
{
    const Flow *flow = book->flow_type;
    list_of(MoveChoice) list = { 0 };
    int64_t at_ms = moment_of(w, core, row->cas, 0);
    for (size_t i = 0; row->state != RECORD_VOID && i < flow->move_count; i++) {
        Moving m = { .w = w,
                     .core = core,
                     .judge = judge,
                     .book = book,
                     .move = &flow->moves[i],
                     .before = row,
                     .actor = actor,
                     .at_ms = at_ms,
                     .day = day_of_ms(at_ms) };
        MoveChoice choice;
        if (m.move->is_new != !row->cas || not_from(&m))
            continue;
        TRY(choose(&m, &choice));
        *list_push(w->arena, &list) = choice;
    }
    *ret = list.at;
    *ret_n = list.n;
    return true;
}

/* How well the name fits: its own name or number, or the state it leads to, which means first the
 * moves that have no name. 0 = not at all. */
static int fits_name(const FlowMove *move, Str name)
{
    int64_t number = 0;
    if ((move->name.n && str_eq(move->name, name)) ||
        (num_parse_int(name, &number) && number == move->number))
        return 8;
    if (!str_eq(move->to, name))
        return 0;
    return move->name.n ? 1 : 2;
}

const FlowMove *case_named(Work *w, Core *core, const Book *book, const RecordRow *row, Str name,
                           const CaseActor *actor)
{
    const Flow *flow = book->flow_type;
    const CaseRow *cas = row ? row->cas : NULL;
    const FlowState *state = cas ? flow_state_number(flow, cas->state) : NULL;
    const FlowMove *best = NULL, *elsewhere = NULL;
    int32_t today = work_today(w), unit = row ? row->unit : UNIT_NONE;
    int best_fit = 0;
    for (size_t i = 0; name.n && i < flow->move_count; i++) {
        const FlowMove *move = &flow->moves[i];
        int fit = move->is_new == !cas ? fits_name(move, name) : 0;
        bool may = false;
        Actor as;
        if (fit && cas && !state_among(move->froms, move->from_count, state)) {
            elsewhere = elsewhere ? elsewhere : move;
            continue;
        }
        if (!fit)
            continue;
        if (!flow_who(w, core, move, book, unit, row, actor, today, &may, &as))
            return NULL;
        fit += may ? 4 : 0;
        if (fit > best_fit) {
            best = move;
            best_fit = fit;
        }
    }
    return best ? best : elsewhere; /* closed in this state: the move itself says so */
}
