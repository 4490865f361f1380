/* Moving a case: one of its flow's moves, with what it asks; raised by others too; let through. */
#include "base/words.h"
#include "command/case/case_int.h"

enum { DIFFERENCE_MAX = 1 << 20, VERSIONS_MOST = 1000 };

bool given_case(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, CaseSpot *ret)
{
    int32_t unit;
    int64_t number = 0;
    bool reads = false;
    *ret = (CaseSpot){ 0 };
    TRY(given_book(w, k, ask, &ret->book));
    TRY(given_unit(w, k, ask, "unit", work_today(w), &unit));
    TRY(given_int(w, ask, done, "number", &number));
    if (ret->book->cases && number > 0)
        ret->row = record_find(w, k->core, ret->book, unit, 0, number, KNOWN_NOW);
    const RecordRow *row = ret->row;
    TRY(row || w->err.code == ERR_NONE);
    if (!row || row->unit != unit || row->state == RECORD_VOID || !row->cas)
        return fail(w, ERR_NOT_FOUND, "record.none title=%.*s", STR_ARG(ret->book->title));
    TRY(case_may_read(w, k->core, ask->seat, ret->book, row, work_today(w), &reads));
    return reads || PLANTED("case_read") || fail(w, ERR_FORBIDDEN, "right.denied");
}

/* ---- the expected version ---- */

static void put_text(Buf *out, const char *key, Str text)
{
    buf_printf(out, ",\"%s\":", key);
    if (text.p)
        buf_json(out, text);
    else
        buf_putz(out, "null");
}

static void put_pair(Buf *out, Str field, Str title, Str yours, Str theirs)
{
    buf_putz(out, out->n > 1 ? ",{\"field\":" : "{\"field\":");
    buf_json(out, field);
    put_text(out, "title", title);
    put_text(out, "yours", yours);
    put_text(out, "theirs", theirs);
    buf_putc(out, '}');
}

static const Field *field_given(const Book *book, Str column)
{
    for (size_t i = 0; i < book->field_count; i++)
        if (str_eq(book->fields[i]->name, column) || str_eq(book->fields[i]->title, column))
            return book->fields[i];
    return NULL;
}

/* Who reads some fields of it only is told the difference of those. */
static bool sees(Work *w, Kernel *k, const CommandAsk *ask, const CaseSpot *spot, const Field *f,
                 bool *ret)
{
    const CaseActor actor = actor_of(ask);
    Sight sight;
    *ret = false;
    if (actor.kind != ACTOR_SEAT)
        return true;
    TRY(right_fields(w, k->core, ask->seat, spot->book, spot->row->unit, work_today(w), &sight));
    *ret = !sight.any || sight_has(&sight, f); /* no line: it was theirs to hold (given_case) */
    return *ret || case_may_move(w, k, spot->book, spot->row, &actor, ret);
}

static bool put_given(Work *w, Kernel *k, Buf *out, const CommandAsk *ask, const CaseSpot *spot)
{
    for (size_t i = 0; i < ask->n; i++) {
        const Field *f = field_given(spot->book, ask->given[i].column);
        bool asked = f && !row_has_field(ask->row, ask->given[i].column);
        bool seen = false;
        if (!asked || field_is_private(f) || !row_known(spot->row, f->number))
            continue;
        TRY(sees(w, k, ask, spot, f, &seen));
        if (!seen)
            continue;
        Str theirs = cell_print(w, k->core, f, spot->row, work_today(w));
        if (!str_eq(str_trim(ask->given[i].text), theirs))
            put_pair(out, f->name, f->title, ask->given[i].text, theirs);
    }
    return true;
}

/* What stands there now beside what was asked: its state, who holds it, and what both say. */
static bool has_moved_on(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done,
                         const CaseSpot *spot, const FlowMove *move)
{
    int64_t seen = 0;
    if (!given_text(ask, "expect").n)
        return true;
    TRY(given_int(w, ask, done, "expect", &seen));
    if (seen == spot->row->seq)
        return true;
    const CaseRow *cas = spot->row->cas;
    const FlowState *state = flow_state_number(spot->book->flow_type, cas->state);
    Buf out = buf_open(w->arena, DIFFERENCE_MAX);
    buf_putc(&out, '[');
    put_pair(&out, STR("state"), STR("状态"), move ? move->state->title : (Str){ 0 },
             state ? state->title : (Str){ 0 });
    if (cas->holder != UNIT_NONE)
        put_pair(&out, STR("holder"), STR("经办单位"), (Str){ 0 },
                 unit_name(k->core->units, cas->holder, work_today(w), KNOWN_NOW));
    TRY(put_given(w, k, &out, ask, spot));
    buf_putc(&out, ']');
    CHECK(buf_ok(&out));
    done->difference = buf_str(&out);
    done->seq = spot->row->seq;
    return fail(w, ERR_CONFLICT, "command.moved_on");
}

/* ---- the move ---- */

static MoveFill fill_of(Work *w, const CommandAsk *ask, const CaseSpot *spot, const FlowMove *move)
{
    Cell *cells = arena_array(w->arena, Cell, ask->n + 1);
    MoveFill fill = { .move = move, .row = spot->row, .cells = cells };
    for (size_t i = 0; i < ask->n; i++)
        if (!row_has_field(ask->row, ask->given[i].column))
            cells[fill.cell_count++] = ask->given[i];
    return fill;
}

/* Asked before its fields are judged, so that a closed move does not ask for what it would not
 * take. */
static bool is_open(Work *w, Kernel *k, const CaseSpot *spot, const FlowMove *move,
                    const CaseActor *actor)
{
    bool may = false;
    Actor as;
    TRY(flow_who(w, k->core, move, spot->book, spot->row->unit, spot->row, actor, work_today(w),
                 &may, &as));
    if (!may)
        return fail(w, ERR_FORBIDDEN, "right.denied");
    for (size_t i = 0; i < move->from_count; i++)
        if (move->froms[i]->number == spot->row->cas->state)
            return true;
    const FlowState *state = flow_state_number(spot->book->flow_type, spot->row->cas->state);
    Str title = state ? state->title : STR("");
    return fail(w, ERR_BAD_INPUT, "flow.not_from move=%.*s state=%.*s", STR_ARG(move->title),
                STR_ARG(title));
}

bool case_move_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done,
                  const CaseSpot *spot)
{
    const Judge judge = judge_of(k->figures);
    const CaseActor actor = actor_of(ask);
    RecordEdit edit;
    bool ok = false;
    int64_t seq = 0;
    Str words = { 0 };
    const FlowMove *move =
        case_named(w, k->core, spot->book, spot->row, given_text(ask, "move"), &actor);
    if (w->err.code != ERR_NONE)
        return false;
    TRY(has_moved_on(w, k, ask, done, spot, move));
    if (!move)
        return given_fault(w, ask, done, "move", "fault.type.move");
    if (!is_open(w, k, spot, move, &actor))
        return case_refused(w, done, "", STR(""));
    const MoveFill fill = fill_of(w, ask, spot, move);
    TRY(book_judge_move(w, k->core, &judge, spot->book, &fill, &edit, &done->faults, &ok));
    if (!ok)
        return fail(w, ERR_BAD_INPUT, "command.refused n=%zu", done->faults.n);
    if (!case_move(w, k->core, &judge, move, spot->row, &actor, 0, &edit, &words))
        return case_refused(w, done, "", words);
    return book_put(w, k->core, &edit, &seq);
}

/* ---- joining, letting through ---- */

static bool put_step(Work *w, Kernel *k, const CaseSpot *spot, CaseStep step)
{
    int64_t seq = 0;
    RecordEdit edit = record_edit_of(w->arena, spot->book, spot->row);
    step.holder = spot->row->cas->holder;
    edit.step = &step;
    return record_put(w, k->core, &edit, &seq);
}

bool case_join_in(Work *w, Kernel *k, const CaseSpot *spot, Actor actor)
{
    const FlowState *state = flow_state_number(spot->book->flow_type, spot->row->cas->state);
    if (state && state->final)
        return fail(w, ERR_BAD_INPUT, "fault.closed.over");
    return put_step(w, k, spot, (CaseStep){ .act = CASE_JOINED, .actor = actor });
}

bool case_fact_at(Work *w, Kernel *k, int64_t seq, Fact *ret, bool *ret_found)
{
    Fact end = { 0 };
    bool more = false;
    FactWalk *walk = fact_walk(w, k->core->store.db, seq, seq + 1);
    TRY(walk);
    TRY(fact_next(w, walk, ret, ret_found));
    return !*ret_found || fact_next(w, walk, &end, &more);
}

bool case_may_release(Work *w, Kernel *k, const Book *book, const RecordRow *row,
                      const CaseActor *actor, bool *ret)
{
    Sight sight;
    TRY(case_may_move(w, k, book, row, actor, ret));
    TRY(*ret || right_fields(w, k->core, actor->seat, book, row->unit, work_today(w), &sight));
    *ret = *ret || sight.any;
    return true;
}

static bool same_hand(const CommandAsk *ask, const Fact *fact)
{
    return fact->person && ask->person ? fact->person == ask->person
                                       : fact->seat && fact->seat == ask->seat;
}

/* One person in however many seats counts once. */
bool case_joined(Work *w, Kernel *k, const CommandAsk *ask, const CaseSpot *spot, bool *ret)
{
    const RecordRow *at = spot->row;
    *ret = false;
    for (int i = 0; i < VERSIONS_MOST && at && !*ret; i++) {
        Fact fact = { 0 };
        bool found = false;
        TRY(case_fact_at(w, k, at->seq, &fact, &found));
        *ret = found && fact.verb == VERB_RECORD_JOIN && same_hand(ask, &fact);
        at = at->seq > 0 ? record_find(w, k->core, spot->book, at->unit, 0, at->ord, at->seq - 1)
                         : NULL;
    }
    return w->err.code == ERR_NONE;
}

/* The fact that brought the text of `field` that stood at `then`. */
static bool brought_by(Work *w, Kernel *k, const CaseSpot *spot, const RecordRow *then,
                       const Field *field, Fact *ret)
{
    bool found = false;
    for (const RecordRow *at = then; at;) {
        const RecordRow *older =
            at->seq > 0 ? record_find(w, k->core, spot->book, at->unit, 0, at->ord, at->seq - 1)
                        : NULL;
        TRY(older || w->err.code == ERR_NONE);
        bool same = older && older->known && row_known(older, field->number) &&
                    str_eq(older->texts[field->number], then->texts[field->number]);
        if (!same)
            return case_fact_at(w, k, at->seq, ret, &found);
        at = older;
    }
    return true;
}

/* All that stood there at the fact is let through: none of it may be the asker's own. */
static bool wrote_any(Work *w, Kernel *k, const CommandAsk *ask, const CaseSpot *spot, int64_t seq,
                      bool *ret)
{
    const RecordRow *then =
        record_find(w, k->core, spot->book, spot->row->unit, 0, spot->row->ord, seq);
    TRY(then || w->err.code == ERR_NONE);
    for (size_t i = 0; then && !*ret && i < spot->book->field_count; i++) {
        const Field *f = spot->book->fields[i];
        Fact fact = { 0 };
        RecordRow as_now = *then; /* what others let through before is through */
        as_now.cas = spot->row->cas;
        if (!case_text_guarded(then, f) || case_text_released(w, k->core, spot->book, &as_now, f))
            continue;
        TRY(brought_by(w, k, spot, then, f, &fact));
        *ret = same_hand(ask, &fact);
    }
    return w->err.code == ERR_NONE;
}

/* A second person reads what residents will: not who wrote it. Reading the case and being of those
 * who could move or correct it is what it takes. */
bool case_release_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done,
                     const CaseSpot *spot, int64_t seq)
{
    const CaseActor actor = actor_of(ask);
    Fact fact = { 0 };
    bool found = false, may = false;
    TRY(case_may_release(w, k, spot->book, spot->row, &actor, &may));
    if (!may)
        return fail(w, ERR_FORBIDDEN, "right.denied");
    if (seq >= 0 && seq < core_known(k->core))
        TRY(case_fact_at(w, k, seq, &fact, &found));
    bool says = found && fact.book == spot->book->number && fact.subject == spot->row->ord &&
                (fact.verb == VERB_RECORD_FILE || fact.verb == VERB_RECORD_CORRECT ||
                 fact.verb == VERB_RECORD_MOVE);
    if (!says)
        return given_fault(w, ask, done, "seq", "fault.type.fact");
    bool same = same_hand(ask, &fact);
    TRY(same || wrote_any(w, k, ask, spot, seq, &same));
    if (same && !PLANTED("case_release"))
        return given_fault(w, ask, done, "seq", "fault.right.second");
    return put_step(w, k, spot, (CaseStep){ .act = CASE_RELEASED, .release = seq });
}
