/* View `record`: all that was said of one row, newest first. */
#include "view/view_int.h"

enum { FACTS_MOST = 200 };

Str verb_text(Work *w, const Asking *a, int32_t verb)
{
    Str name = verb_name(verb);
    if (!name.n)
        return STR("");
    return say(w, a, arena_printf(w->arena, "view.verb.%s", str_z(w->arena, name)));
}

static bool put_fact(Work *w, const Asking *a, Buf *out, const RowPlace *p, const RecordRow *before,
                     const RecordRow *row)
{
    FactHead head;
    TRY(fact_head(w, a, row->seq, &head));
    json_object(out, NULL);
    json_int(out, "seq", row->seq);
    json_by(w, a, out, "by", &head);
    json_text(out, "verb", verb_name(head.verb));
    json_text(out, "verb_title", verb_text(w, a, head.verb));
    json_z(out, "state", state_name(row->state));
    json_text(out, "reason", head.reason.p && head.reason.n ? head.reason : (Str){ 0 });
    if (row->state == RECORD_VOID)
        before = row; /* it has no values: nothing to lay beside */
    (void)json_changes(w, a, out, "changed", p->book, &p->sight, before, row);
    json_text(out, "receipt", hex_print(w->arena, &head.receipt, 32));
    json_object_end(out);
    return true;
}

static bool put_facts(Work *w, const Asking *a, Buf *out, const RowPlace *p)
{
    const RecordRow *row = p->row;
    json_array(out, "facts");
    for (int i = 0; row && i < FACTS_MOST; i++) {
        const RecordRow *before =
            record_find(w, a->core, p->book, p->unit, p->period.code, p->ord, row->seq - 1);
        TRY(before || w->err.code == ERR_NONE);
        if (before && before->seq >= row->seq)
            before = NULL;
        TRY(put_fact(w, a, out, p, before, row));
        row = before;
    }
    json_array_end(out);
    return true;
}

bool view_record(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    RowPlace p;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(row_place(w, &a, &p));
    if (!p.row)
        return view_not_found(w);
    json_object(out, NULL);
    json_text(out, "book", p.book->name);
    json_text(out, "title", title_of(&a, p.book->pack, "book", p.book->name, p.book->title));
    json_unit(w, &a, out, "unit", p.unit, p.day);
    json_text(out, "period", period_code_text(w, p.row->period));
    json_int(out, "number", book_is_return(p.book) ? 0 : p.ord);
    json_items(out, "items", p.book, p.ord);
    json_z(out, "state", state_name(p.row->state));
    json_int(out, "seq", p.row->seq);
    json_values(w, &a, out, "values", p.book, &p.sight, p.row);
    TRY(put_facts(w, &a, out, &p));
    json_object_end(out);
    return true;
}
