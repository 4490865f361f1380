/* One case as a line of a list. */
#include "view/case/case_int.h"

void json_case_state(const Asking *a, Buf *out, const char *key, const Book *book, int32_t state)
{
    const FlowState *s = flow_state_number(book->flow_type, state);
    if (s)
        json_name(out, key, s->name, flow_title(a, book, "state", s->name, s->title));
    else
        json_null(out, key);
}

void json_case_unit(Work *w, const Asking *a, Buf *out, const char *key, int32_t unit)
{
    if (unit == UNIT_NONE)
        json_null(out, key);
    else
        json_unit(w, a, out, key, unit, a->today);
}

static bool shows(const Field *f, const RecordRow *row, const Sight *sight)
{
    return sight_has(sight, f) && !field_is_private(f) && row->known && row_known(row, f->number);
}

Str case_head(Work *w, const Asking *a, const Book *book, const RecordRow *row, const Sight *sight)
{
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (f->type.kind == TYPE_TEXT && !f->made.n && !f->of_move && shows(f, row, sight))
            return cell_print(w, a->core, f, row, a->today);
    }
    return STR("");
}

static void put_item(const Asking *a, Buf *out, const Book *book, const RecordRow *row,
                     const Sight *sight)
{
    const Field *first = case_item_field(book);
    const Item *item = first && shows(first, row, sight)
                           ? list_item_number(first->type.list, (int32_t)row->nums[first->number])
                           : NULL;
    if (item)
        json_name(out, "item", item->name, item_title(a, first->type.list, book, item));
    else
        json_null(out, "item");
}

/* Missed now, or, of one that is over, when a clock was done. */
static bool was_late(Work *w, const CaseRow *cas, bool final)
{
    bool late = false;
    for (size_t i = 0; final && i < cas->clock_n; i++)
        late = late || clock_late(&cas->clocks[i], w->now_ms);
    return late;
}

Str move_key(Work *w, const Book *book, const FlowMove *move)
{
    const Flow *flow = book->flow_type;
    size_t same = 0;
    if (move->name.n)
        return move->name;
    for (size_t i = 0; i < flow->move_count; i++)
        same += str_eq(flow->moves[i].to, move->to) || str_eq(flow->moves[i].name, move->to);
    return same == 1 ? move->to : str_printf(w->arena, "%lld", (long long)move->number);
}

Str move_title(Work *w, const Asking *a, const Book *book, const FlowMove *move)
{
    Str title = move->title.n ? move->title : move->to;
    return flow_title(a, book, "move", flow_move_words(w->arena, move), title);
}

static bool put_moves(Work *w, const Asking *a, Buf *out, const Book *book, const RecordRow *row)
{
    const Judge judge = judge_of(a->r->k->figures);
    const CaseActor actor = case_reader(a);
    MoveChoice *choices = NULL;
    size_t n = 0;
    if (actor.seat)
        TRY(case_choices(w, a->core, &judge, book, row, &actor, &choices, &n));
    json_array(out, "moves");
    for (size_t i = 0; i < n; i++) {
        const FlowMove *m = choices[i].move;
        if (choices[i].may)
            json_name(out, NULL, move_key(w, book, m), move_title(w, a, book, m));
    }
    json_array_end(out);
    return true;
}

bool json_case_line(Work *w, const Asking *a, Buf *out, const char *key, const Book *book,
                    const RecordRow *row, const Sight *sight)
{
    const CaseRow *cas = row->cas;
    const MoveRow *first = &cas->moves[0];
    const FlowState *state = flow_state_number(book->flow_type, cas->state);
    const FlowClock *clock = NULL;
    int64_t due_ms = 0;
    bool final = state && state->final;
    bool runs = !final && case_due(book, row, &due_ms, &clock);
    json_object(out, key);
    json_text(out, "book", book->name);
    json_text(out, "title", title_of(a, book->pack, "book", book->name, book->title));
    json_text(out, "pack", pack_title(a, book->pack));
    json_unit(w, a, out, "unit", row->unit, a->today);
    json_int(out, "number", row->ord);
    json_text(out, "no", case_no(w, book, row));
    json_text(out, "head", case_head(w, a, book, row, sight));
    put_item(a, out, book, row, sight);
    json_case_state(a, out, "state", book, cas->state);
    json_bool(out, "final", final);
    json_case_unit(w, a, out, "holder", final ? UNIT_NONE : cas->holder);
    json_text(out, "began", ms_print(w->arena, first->at_ms));
    json_int(out, "began_ms", first->at_ms);
    if (runs)
        TRY(json_case_due(w, a, out, "due", book, row->unit, clock, due_ms));
    else
        json_null(out, "due");
    json_bool(out, "late", (runs && due_ms < w->now_ms) || was_late(w, cas, final));
    json_int(out, "joined", cas->joined);
    json_bool(out, "shown", cas->shown);
    json_bool(out, "resident", first->actor == ACTOR_REPORTER && !first->seat);
    json_int(out, "seq", row->seq);
    TRY(put_moves(w, a, out, book, row));
    json_object_end(out);
    return true;
}
