/* What a move of a case asks: its cells become an edit of the row, judged as a filing is. */
#include "book/judge_int.h"

bool move_default(Work *w, const Judge *judge, const Book *book, const RecordRow *row,
                  const MoveAsk *ask, int64_t *ret, Str *ret_text, bool *ret_known)
{
    const Expr *e = ask->fallback;
    const Field *f = ask->field;
    Int128 value = 0;
    int64_t num = 0;
    *ret = 0;
    *ret_text = (Str){ 0 };
    *ret_known = false;
    if (!e)
        return true;
    if (!type_is_number(f->type)) {
        *ret_text = e->op == EXPR_LITERAL ? e->text : (Str){ 0 };
        *ret_known = ret_text->p != NULL;
        return true;
    }
    TRY(judge->value(w, judge->self, book, row, e, &num, ret_known));
    *ret_known = *ret_known && num_rescale(num, e->type.scale, f->type.scale, ROUND_HALF, &value) &&
                 num_fits(value);
    *ret = (int64_t)value;
    return true;
}

static const MoveAsk *ask_of(const FlowMove *move, Str column)
{
    for (size_t i = 0; i < move->field_count; i++)
        if (str_eq(move->asks[i].field->name, column) || str_eq(move->asks[i].title, column) ||
            str_eq(move->asks[i].field->title, column))
            return &move->asks[i];
    return NULL;
}

static const Field *needed(const FlowMove *move, Str column)
{
    for (size_t i = 0; i < move->need_count; i++)
        if (str_eq(move->needs[i]->name, column) || str_eq(move->needs[i]->title, column))
            return move->needs[i];
    return NULL;
}

static void clear(Reading *r, const Field *f)
{
    r->edit.known[f->number / 64] &= ~(UINT64_C(1) << (f->number % 64));
    r->edit.nums[f->number] = 0;
    r->edit.texts[f->number] = (Str){ NULL, 0 };
}

static bool take_default(Reading *r, const MoveAsk *ask)
{
    const Field *f = ask->field;
    int64_t num;
    Str text;
    bool known;
    TRY(move_default(r->w, r->judge, r->book, r->before, ask, &num, &text, &known));
    if (!known)
        return true;
    r->edit.known[f->number / 64] |= UINT64_C(1) << (f->number % 64);
    r->edit.nums[f->number] = num;
    r->edit.texts[f->number] = text;
    return true;
}

/* What was said at an earlier move is not said again by silence. */
static bool read_asks(Reading *r, const MoveFill *fill)
{
    const FlowMove *move = fill->move;
    bool *given = arena_array(r->w->arena, bool, move->field_count + 1);
    for (size_t i = 0; i < fill->cell_count; i++) {
        const Cell *cell = &fill->cells[i];
        const MoveAsk *ask = ask_of(move, cell->column);
        const Field *f = ask ? ask->field : needed(move, cell->column);
        if (ask)
            given[ask - move->asks] = true;
        if (f && !f->computed && !f->made.n)
            judge_cell(r, f, str_trim(cell->text));
        else
            judge_unknown(r, cell);
    }
    for (size_t i = 0; i < move->field_count; i++) {
        const MoveAsk *ask = &move->asks[i];
        if (given[i])
            continue;
        if (ask->field->of_move)
            clear(r, ask->field);
        TRY(take_default(r, ask));
    }
    return true;
}

static void require(Reading *r, const Field *f, Str title)
{
    if (known_has(r->bad, f->number) || known_has(r->edit.known, f->number))
        return;
    for (size_t i = 0; i < r->faults->n; i++)
        if (str_eq(r->faults->at[i].field, f->name))
            return;
    judge_fault(r, title, STR(""), "fault.required");
    r->faults->at[r->faults->n - 1].field = f->name;
}

static bool reads_asked(const Expr *e, const FlowMove *move)
{
    if (!e)
        return false;
    for (size_t i = 0; e->op == EXPR_FIELD && i < move->field_count; i++)
        if (move->asks[i].field == e->field)
            return true;
    for (size_t i = 0; i < e->arg_count; i++)
        if (reads_asked(e->args[i], move))
            return true;
    return false;
}

/* Checks of the book that read what the move asked; the others were judged when it was filed. */
static bool judge_asked(Reading *r, const FlowMove *move)
{
    for (size_t i = 0; i < move->field_count; i++)
        if (!move->asks[i].field->computed)
            TRY(judge_field(r, move->asks[i].field));
    for (size_t i = 0; i < move->need_count; i++)
        if (!move->needs[i]->computed && !ask_of(move, move->needs[i]->name))
            TRY(judge_field(r, move->needs[i]));
    for (size_t i = 0; i < r->book->check_count && !r->errors; i++)
        if (reads_asked(r->book->checks[i].expr, move))
            TRY(judge_check(r, &r->book->checks[i]));
    return true;
}

bool book_judge_move(Work *w, Core *core, const Judge *judge, const Book *book,
                     const MoveFill *fill, RecordEdit *ret_edit, Faults *faults, bool *ret_ok)
{
    const Filled filled = { 0 };
    Reading r = { .w = w,
                  .core = core,
                  .judge = judge,
                  .book = book,
                  .filled = &filled,
                  .seat = core->seat,
                  .faults = faults,
                  .unit = fill->row->unit,
                  .day = work_today(w),
                  .period = { .kind = PERIOD_NONE },
                  .before = fill->row,
                  .edit = record_edit_of(w->arena, book, fill->row),
                  .bad = arena_array(w->arena, uint64_t, (size_t)book->field_room / 64 + 1) };
    TRY(read_asks(&r, fill));
    for (size_t i = 0; i < fill->move->field_count; i++)
        if (!fill->move->asks[i].optional)
            require(&r, fill->move->asks[i].field, fill->move->asks[i].title);
    for (size_t i = 0; i < fill->move->need_count; i++)
        require(&r, fill->move->needs[i], fill->move->needs[i]->title);
    judge_after(&r);
    if (!r.errors) {
        TRY(judge_computed(&r));
        TRY(judge_asked(&r, fill->move));
    }
    *ret_edit = r.edit;
    *ret_ok = r.errors == 0;
    return true;
}
