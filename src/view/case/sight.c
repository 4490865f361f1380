/* Who sees a case, and how much of it. */
#include "view/case/case_int.h"

CaseActor case_reader(const Asking *a)
{
    return (CaseActor){ ACTOR_SEAT, a->r->seat, a->r->person };
}

bool of_cases(const Book *book)
{
    return book->cases || (book->parent && book->parent->cases && !book->write_count);
}

Sight whole_sight(Work *w, const Book *book)
{
    size_t words = (size_t)book->field_room / 64 + 1;
    uint64_t *mask = arena_array(w->arena, uint64_t, words);
    memset(mask, 0xFF, words * sizeof *mask);
    return (Sight){ .any = true, .all = false, .mask = mask };
}

/* The case that a row is of: itself, or what it stands under. NULL = none is there. */
static const RecordRow *case_over(Work *w, const Asking *a, const Book *book, const RecordRow *row,
                                  const Book **ret_book)
{
    *ret_book = book;
    if (book->cases || !of_cases(book))
        return row;
    *ret_book = book->parent;
    return record_find(w, a->core, book->parent, row->unit, 0, row->parent, KNOWN_NOW);
}

bool case_row_writes(Work *w, const Asking *a, const Book *book, const RecordRow *row, bool *ret)
{
    const CaseActor actor = case_reader(a);
    const Book *of = NULL;
    const RecordRow *over = case_over(w, a, book, row, &of);
    *ret = false;
    TRY(over || w->err.code == ERR_NONE);
    if (!over || over->state == RECORD_VOID || !over->cas || row->state == RECORD_VOID)
        return true;
    const FlowState *state = flow_state_number(of->flow_type, over->cas->state);
    if (state && state->final)
        return true;
    return case_may_correct(w, a->r->k, of, over, &actor, ret);
}

static bool role_named(const Who *who, const RoleAt *roles, size_t n)
{
    for (size_t i = 0; i < who->n; i++) {
        if (!who->any[i].role && str_is(who->any[i].word, "anyone"))
            return true;
        for (size_t k = 0; who->any[i].role && k < n; k++)
            if (who->any[i].role->number == roles[k].role)
                return true;
    }
    return false;
}

bool case_names_seat(Work *w, const Asking *a, const Book *book, bool raising, bool *ret)
{
    const Flow *flow = book->flow_type;
    RoleAt *roles = NULL;
    size_t n = 0;
    *ret = false;
    if (!a->r->seat || seat_duty(w, a->core, a->r->seat) != DUTY_NONE)
        return w->err.code == ERR_NONE;
    seat_roles(w, a->core, a->r->seat, a->today, &roles, &n);
    for (size_t i = 0; n && i < flow->move_count; i++)
        if (!raising || flow->moves[i].is_new)
            *ret = *ret || role_named(&flow->moves[i].by, roles, n);
    return true;
}

bool case_sight(Work *w, const Asking *a, const Book *book, const RecordRow *row, Sight *ret)
{
    bool may = false;
    const Book *of = NULL;
    TRY(may_see(w, a, book, row->unit, ret));
    if (ret->any && ret->all)
        return true;
    const RecordRow *over = case_over(w, a, book, row, &of);
    TRY(over || w->err.code == ERR_NONE);
    if (!over)
        return true;
    TRY(case_may_read(w, a->core, a->r->seat, of, over, a->today, &may));
    if (!may && !PLANTED("case_sight"))
        return true;
    const CaseActor actor = case_reader(a);
    bool limited = ret->any, moves = false;
    if (limited && over->cas) /* a line gives it some fields; holding it gives all */
        TRY(case_may_move(w, a->r->k, of, over, &actor, &moves));
    if (limited && !moves)
        return true;
    *ret = whole_sight(w, book);
    return true;
}

bool view_sight(Work *w, const Reader *reader, const Book *book, const RecordRow *row, Sight *ret)
{
    Asking a;
    TRY(asking_open(w, reader, NULL, 0, &a));
    if (!of_cases(book))
        return may_see(w, &a, book, row->unit, ret);
    return case_sight(w, &a, book, row, ret);
}

bool case_place(Work *w, const Asking *a, CasePlace *ret)
{
    int64_t number;
    int32_t unit = UNIT_NONE;
    *ret = (CasePlace){ 0 };
    TRY(asking_book(w, a, &ret->book));
    TRY(asking_int(w, a, "number", 0, 0, INT64_MAX / 2, &number));
    if (asking_text(a, "unit").n)
        TRY(asking_unit(w, a, "unit", a->today, &unit));
    if (ret->book->cases && number)
        ret->row = record_find(w, a->core, ret->book, 0, 0, number, KNOWN_NOW);
    const RecordRow *row = ret->row;
    TRY(row || w->err.code == ERR_NONE);
    if (!row || row->state == RECORD_VOID || !row->cas || (unit != UNIT_NONE && row->unit != unit))
        return view_not_found(w);
    TRY(case_sight(w, a, ret->book, row, &ret->sight));
    return ret->sight.any || view_not_found(w);
}

int64_t case_guarded(Work *w, Core *core, const Book *book, const RecordRow *row)
{
    int64_t n = 0;
    for (size_t i = 0; row->cas && row->cas->shown && i < book->field_count; i++)
        n += case_text_guarded(row, book->fields[i]) &&
             !case_text_released(w, core, book, row, book->fields[i]);
    return n;
}
