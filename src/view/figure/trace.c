/* The way down from a number: atoms, who is silent, and the facts with their authors, as far as the
 * reader may see the rows. */
#include <stdio.h>

#include "view/figure/reading_int.h"

enum { FACTS_LIMIT = 200, FACTS_USUAL = 50 };

static bool fact_seen(Work *w, void *self, const Book *book, int32_t unit)
{
    /* which field a fact is of is not asked: who sees some of a row is shown none of its facts */
    return PLANTED("trace_filter") || row_may_all(w, self, book, unit);
}

static void json_hash(Buf *out, const char *key, const Hash *hash)
{
    char text[2 * sizeof hash->byte + 1];
    for (size_t i = 0; i < sizeof hash->byte; i++)
        snprintf(text + 2 * i, 3, "%02x", hash->byte[i]);
    json_z(out, key, text);
}

static bool say_fact(Work *w, const Asked *q, const TraceFact *fact, Buf *out)
{
    FactHead head;
    const Book *b = fact->source;
    TRY(fact_head(w, &q->a, fact->seq, &head));
    json_object(out, NULL);
    json_int(out, "seq", fact->seq);
    json_unit(w, &q->a, out, "unit", fact->unit, q->day);
    json_text(out, "period", fact->period.n ? fact->period : (Str){ 0 });
    json_text(out, "book", b->name);
    json_text(out, "book_title", title_of(&q->a, b->pack, "book", b->name, b->title));
    json_text(out, "field_title", fact->field);
    json_text(out, "value", fact->value);
    json_int(out, "number", fact->ord);
    json_by(w, &q->a, out, "by", &head);
    json_hash(out, "receipt", &head.receipt);
    json_object_end(out);
    return true;
}

static bool say_atom(Work *w, const Asked *q, const TraceAtom *atom, Buf *out)
{
    static const Figure plain = { .as = { .decimals = -1 } };
    json_object(out, NULL);
    json_text(out, "formula", atom->formula);
    json_unit(w, &q->a, out, "unit", atom->unit, q->day);
    json_text(out, "period", period_print(w->arena, atom->period));
    say_value(w, &q->a, &plain, &atom->value, out, "value");
    json_array(out, "missing");
    for (size_t i = 0; i < atom->missing_n && i < MISSING_SHOWN; i++)
        json_unit(w, &q->a, out, NULL, atom->missing[i], q->day);
    json_array_end(out);
    json_int(out, "missing_total", (int64_t)atom->missing_n);
    json_array(out, "facts");
    for (size_t i = 0; i < atom->fact_n; i++)
        TRY(say_fact(w, q, &atom->facts[i], out));
    json_array_end(out);
    json_int(out, "fact_total", (int64_t)atom->fact_total);
    json_int(out, "hidden", (int64_t)atom->unseen);
    json_object_end(out);
    return true;
}

static bool say_log(Work *w, const Asked *q, Buf *out)
{
    Head head = log_head(q->a.core->store.log);
    int64_t known = head.size - 1;
    if (q->ask.known_day && q->ask.known_day < q->a.today)
        TRY(core_known_on(w, q->a.core, q->ask.known_day, &known));
    json_int(out, "known_seq", known);
    json_int(out, "head_size", head.size);
    json_hash(out, "head_root", &head.root);
    return true;
}

static void say_next(const Trace *trace, const TracePage *page, Buf *out)
{
    bool more = false;
    for (size_t i = 0; i < trace->atom_n; i++)
        more |= trace->atoms[i].fact_total > page->from + page->limit;
    json_int(out, "from", (int64_t)page->from);
    if (more)
        json_int(out, "next", (int64_t)(page->from + page->limit));
    else
        json_null(out, "next");
}

static bool asked_page(Work *w, const Asked *q, TracePage *ret)
{
    int64_t from, limit;
    TRY(asking_int(w, &q->a, "from", 0, 0, INT32_MAX, &from));
    TRY(asking_int(w, &q->a, "limit", FACTS_USUAL, 1, FACTS_LIMIT, &limit));
    *ret = (TracePage){ .from = (size_t)from, .limit = (size_t)limit, .missing = SIZE_MAX };
    return true;
}

bool view_trace(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asked q;
    Trace trace;
    TracePage page;
    Reader self = *reader;
    TRY(asked_open(w, reader, given, n, &q));
    TRY(asked_page(w, &q, &page));
    page.may = fact_seen;
    page.self = &self;
    TRY(figure_trace_page(w, reader->k->figures, q.figure, q.args, q.figure->param_count, &q.ask,
                          &page, &trace));
    TRY(w->err.code == ERR_NONE);
    json_object(out, NULL);
    say_head(w, &q, out);
    say_days(w, &q, out);
    TRY(say_formula(w, &q, out));
    say_value(w, &q.a, q.figure, &trace.value, out, "value");
    json_array(out, "atoms");
    for (size_t i = 0; i < trace.atom_n; i++)
        TRY(say_atom(w, &q, &trace.atoms[i], out));
    json_array_end(out);
    say_next(&trace, &page, out);
    TRY(say_log(w, &q, out));
    json_object_end(out);
    return true;
}
