/* Who sees a case, and how much of it. */
#include "base/person.h"
#include "view/case/case_int.h"

CaseActor case_reader(const Asking *a)
{
    return (CaseActor){ ACTOR_SEAT, a->r->seat, a->r->person };
}

bool case_sight(Work *w, const Asking *a, const Book *book, const RecordRow *row, Sight *ret)
{
    bool may = false;
    TRY(may_see(w, a, book, row->unit, ret));
    if (ret->any && ret->all)
        return true;
    TRY(case_may_read(w, a->core, a->r->seat, book, row, a->today, &may));
    if (!may && !PLANTED("case_sight"))
        return true;
    const CaseActor actor = case_reader(a);
    bool limited = ret->any, moves = false;
    if (limited && row->cas) /* a line gives it some fields; holding it gives all */
        TRY(case_may_move(w, a->r->k, book, row, &actor, &moves));
    if (limited && !moves)
        return true;
    size_t words = (size_t)book->field_room / 64 + 1;
    uint64_t *mask = arena_array(w->arena, uint64_t, words);
    memset(mask, 0xFF, words * sizeof *mask);
    *ret = (Sight){ .any = true, .all = false, .mask = mask };
    return true;
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

int64_t case_guarded(Work *w, const Book *book, const RecordRow *row)
{
    int64_t n = 0;
    (void)w;
    if (!row->cas || !row->cas->shown || case_released(row, row->seq))
        return 0;
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        size_t from, to;
        bool text = f->is_public && !type_is_number(f->type) && !field_is_private(f) &&
                    f->type.kind == TYPE_TEXT && row_known(row, f->number);
        n += text && find_person_number(row->texts[f->number], true, &from, &to) != TRACED_NONE;
    }
    return n;
}
