/* Filing a case: who raises one is said by the `new ->` moves of its book's flow; who corrects one,
 * by the book's lines of writing that name somebody, by who raised it, and by who may move it. */
#include "base/words.h"
#include "command/case/case_int.h"

bool case_refused(Work *w, CommandDone *done, const char *field, Str words)
{
    if (w->err.code != ERR_BAD_INPUT)
        return false;
    *list_push(w->arena, &done->faults) =
        (Fault){ .field = str_of(field),
                 .what = arena_printf(w->arena, "%s", w->err.what),
                 .own_words = words };
    work_clear(w);
    return fail(w, ERR_BAD_INPUT, "command.refused n=%zu", done->faults.n);
}

/* ---- who ---- */

bool case_may_begin(Work *w, Kernel *k, const Book *book, int32_t unit, int64_t parent,
                    const CaseActor *actor, bool *ret)
{
    const Flow *flow = book->flow_type;
    const RecordEdit none = record_edit_new(w->arena, book);
    const RecordRow row = {
        .unit = unit, .parent = parent, .nums = none.nums, .known = none.known, .texts = none.texts
    };
    *ret = false;
    for (size_t i = 0; i < flow->move_count && !*ret; i++) {
        Actor as;
        if (flow->moves[i].is_new)
            TRY(flow_who(w, k->core, &flow->moves[i], book, unit, &row, actor, work_today(w), ret,
                         &as));
    }
    return true;
}

static bool raised_by(const RecordRow *row, const CaseActor *actor)
{
    const MoveRow *first = &row->cas->moves[0];
    if (!first->seat)
        return false;
    return first->person && actor->person ? first->person == actor->person
                                          : first->seat == actor->seat;
}

bool case_may_move(Work *w, Kernel *k, const Book *book, const RecordRow *row,
                   const CaseActor *actor, bool *ret)
{
    const Flow *flow = book->flow_type;
    *ret = false;
    for (size_t i = 0; i < flow->move_count && !*ret; i++) {
        const FlowMove *m = &flow->moves[i];
        Actor as;
        if (!m->is_new && flow_move_leaves(m, row->cas->state))
            TRY(flow_who(w, k->core, m, book, row->unit, row, actor, work_today(w), ret, &as));
    }
    return true;
}

bool case_may_correct(Work *w, Kernel *k, const Book *book, const RecordRow *row,
                      const CaseActor *actor, bool *ret)
{
    *ret = false;
    if (actor->kind != ACTOR_SEAT)
        return true;
    *ret = right_check(w, k->core, actor->seat, book, row->unit, work_today(w));
    if (!*ret && w->err.code != ERR_FORBIDDEN)
        return false;
    work_clear(w);
    if (!*ret && row->cas && actor->seat)
        *ret = raised_by(row, actor);
    if (!*ret && row->cas)
        return case_may_move(w, k, book, row, actor, ret);
    return true;
}

static bool denied(Work *w)
{
    return fail(w, ERR_FORBIDDEN, "right.denied");
}

/* Rows without a flow of their own under a case are written by who may move it. */
static bool may_detail(Work *w, Kernel *k, const Book *book, int64_t parent, const CaseActor *actor,
                       bool *ret)
{
    const RecordRow *row = record_find(w, k->core, book->parent, 0, 0, parent, KNOWN_NOW);
    *ret = false;
    TRY(row || w->err.code == ERR_NONE);
    return !row || row->state == RECORD_VOID || !row->cas ||
           case_may_correct(w, k, book->parent, row, actor, ret);
}

static bool may_file(Work *w, Kernel *k, const CommandAsk *ask, const Book *book, int32_t unit,
                     int64_t number, int64_t parent)
{
    const CaseActor actor = actor_of(ask);
    const RecordRow *row =
        number ? record_find(w, k->core, book, unit, 0, number, KNOWN_NOW) : NULL;
    bool may = false;
    TRY(row || w->err.code == ERR_NONE);
    if (row && (row->unit != unit || row->state == RECORD_VOID))
        return denied(w);
    if (row && parent && parent != row->parent) /* the case that it was of no longer waits for it */
        return denied(w);
    if (row && book->cases)
        TRY(case_may_correct(w, k, book, row, &actor, &may));
    else if (number && !row)
        return denied(w);
    else if (book->cases)
        TRY(case_may_begin(w, k, book, unit, parent, &actor, &may));
    else
        TRY(may_detail(w, k, book, row ? row->parent : parent, &actor, &may));
    return may || PLANTED("case_file") || denied(w);
}

/* ---- what is given ---- */

static int64_t number_in(Str text)
{
    int64_t n = 0;
    text = str_trim(text);
    if (str_starts(text, STR("#")))
        text = str_sub(text, 1, text.n);
    return num_parse_int(text, &n) && n > 0 ? n : 0;
}

/* The row that is corrected, and the one that it stands under; 0 = none. */
static void numbers_given(const CommandAsk *ask, const Book *book, int64_t *ret_number,
                          int64_t *ret_parent)
{
    *ret_number = *ret_parent = 0;
    for (size_t i = 0; i < ask->n; i++) {
        Str column = ask->given[i].column;
        const Book *up = book->parent;
        if (book_number_column(book, column))
            *ret_number = number_in(ask->given[i].text);
        else if (up && (str_is(column, "parent") || str_is(column, "所属") ||
                        str_eq(column, up->name) || str_eq(column, up->title)))
            *ret_parent = number_in(ask->given[i].text);
    }
}

static Filled filled_of(Work *w, const CommandAsk *ask)
{
    Cell *cells = arena_array(w->arena, Cell, ask->n + 1);
    Filled filled = { .unit = given_text(ask, "unit"), .cells = cells, .granted = true };
    for (size_t i = 0; i < ask->n; i++)
        if (!row_has_field(ask->row, ask->given[i].column))
            cells[filled.cell_count++] = ask->given[i];
    return filled;
}

/* ---- filing ---- */

static bool parent_open(Work *w, Kernel *k, const RecordEdit *edit)
{
    const Book *up = edit->book->parent;
    if (!up || !up->cases || !edit->parent)
        return true;
    const RecordRow *row = record_find(w, k->core, up, edit->unit, 0, edit->parent, KNOWN_NOW);
    TRY(row || w->err.code == ERR_NONE);
    const FlowState *state =
        row && row->cas ? flow_state_number(up->flow_type, row->cas->state) : NULL;
    return !state || !state->final || fail(w, ERR_BAD_INPUT, "fault.closed.over");
}

bool case_begin_edit(Work *w, Kernel *k, const CaseActor *actor, Str secret, RecordEdit *edit,
                     Str *ret_words)
{
    const Judge judge = judge_of(k->figures);
    TRY(case_make_numbers(w, k, edit));
    return case_begin(w, k->core, &judge, actor, secret, edit, ret_words);
}

bool case_import_begin(Work *w, void *kernel, int32_t seat, RecordEdit *edit, Str *ret_words)
{
    Kernel *k = kernel;
    const CaseActor actor = { ACTOR_SEAT, seat, seat ? k->core->person : 0 };
    return case_begin_edit(w, k, &actor, STR(""), edit, ret_words);
}

/* What residents wrote is theirs: offices add to it by moves. A choice (what kind it is) they may
 * put right, what was left out they may fill in. */
static bool keeps_words(Work *w, Kernel *k, const RecordEdit *edit, CommandDone *done)
{
    const Book *book = edit->book;
    const RecordRow *row = record_find(w, k->core, book, edit->unit, 0, edit->ord, KNOWN_NOW);
    size_t before = done->faults.n;
    TRY(row || w->err.code == ERR_NONE);
    if (!row || !row->cas || row->cas->moves[0].actor != ACTOR_REPORTER || row->cas->moves[0].seat)
        return true;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (type_is_number(f->type) || f->of_move || !row_known(row, f->number))
            continue;
        Str now = edit->texts[f->number];
        bool same = field_is_private(f) ? !now.p : now.p && str_eq(now, row->texts[f->number]);
        if (!same)
            *list_push(w->arena, &done->faults) =
                (Fault){ .column = f->title, .field = f->name, .what = "fault.closed.of_resident" };
    }
    return done->faults.n == before ||
           fail(w, ERR_BAD_INPUT, "command.refused n=%zu", done->faults.n);
}

bool case_file_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done, const Book *book)
{
    const Judge judge = judge_of(k->figures);
    const CaseActor actor = actor_of(ask);
    RecordEdit edit = { .unit = UNIT_NONE };
    int32_t unit;
    int64_t number, parent, seq = 0;
    bool ok = false;
    Str words = { 0 };
    TRY(given_unit(w, k, ask, "unit", work_today(w), &unit));
    numbers_given(ask, book, &number, &parent);
    TRY(may_file(w, k, ask, book, unit, number, parent));
    const Filled filled = filled_of(w, ask);
    TRY(book_judge(w, k->core, &judge, book, &filled, ask->seat, (Period){ .kind = PERIOD_NONE },
                   &edit, &done->faults, &ok));
    if (edit.unit != UNIT_NONE && edit.ord && edit.ord != number) /* found by its key */
        TRY(may_file(w, k, ask, book, unit, edit.ord, parent));
    if (edit.unit != UNIT_NONE) {
        const Spot spot = { book, edit.unit, edit.period, edit.ord };
        TRY(expect_check(w, k, ask, done, &spot, &edit));
    }
    if (!ok)
        return fail(w, ERR_BAD_INPUT, "command.refused n=%zu", done->faults.n);
    if (edit.ord && book->cases)
        TRY(keeps_words(w, k, &edit, done));
    if (!parent_open(w, k, &edit))
        return case_refused(w, done, "parent", STR(""));
    bool fresh = !edit.ord && book->cases;
    if (fresh && !case_begin_edit(w, k, &actor, ask->secret, &edit, &words))
        return case_refused(w, done, "", words);
    return book_put(w, k->core, &edit, &seq);
}

/* ---- the answer ---- */

bool told_case(Work *w, Kernel *k, const Fact *fact, CaseTold *ret)
{
    const PackSet *set = packs_set(w, k->core, KNOWN_NOW);
    const Book *book = set ? set_book_number(set, fact->book) : NULL;
    *ret = (CaseTold){ .number = fact->subject, .unit = fact->unit };
    if (!book)
        return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
    const RecordRow *row = record_find(w, k->core, book, fact->unit, 0, fact->subject, KNOWN_NOW);
    if (row && row->seq != fact->seq)
        row = record_find(w, k->core, book, fact->unit, 0, fact->subject, fact->seq);
    TRY(row || w->err.code == ERR_NONE);
    ret->no = row ? case_no(w, book, row) : STR("");
    ret->state = row && row->cas ? flow_state_number(book->flow_type, row->cas->state) : NULL;
    return true;
}

bool tell_case(Work *w, Kernel *k, const CommandAsk *ask, const Fact *fact, CommandDone *done)
{
    CaseTold told;
    (void)ask;
    TRY(told_case(w, k, fact, &told));
    buf_printf(&done->answer, "\"number\":%lld,\"no\":", (long long)told.number);
    buf_json(&done->answer, told.no);
    buf_putz(&done->answer, ",\"state\":");
    buf_json(&done->answer, told.state ? told.state->name : STR(""));
    return true;
}
