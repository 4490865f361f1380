/* Figures and traces as JSON, exactly as the command line promises. */
#include "figure/figure_int.h"

static void put_key(Buf *out, const char *key)
{
    buf_json(out, str_of(key));
    buf_putc(out, ':');
}

static void put_text(Buf *out, const char *key, Str value)
{
    put_key(out, key);
    buf_json(out, value);
}

static void put_int(Buf *out, const char *key, int64_t value)
{
    put_key(out, key);
    buf_printf(out, "%lld", (long long)value);
}

static void put_coverage(Buf *out, const Value *v)
{
    put_key(out, "coverage");
    buf_printf(out, "{\"expected\":%lld,\"reported\":%lld,\"confirmed\":%lld}",
               (long long)v->expected, (long long)v->reported, (long long)v->confirmed);
}

static bool put_head(Work *w, Figures *f, const Ctx *c, Buf *out)
{
    (void)w;
    Head head = log_head(f->core->store.log);
    int64_t seq = c->known_seq < KNOWN_NOW ? c->known_seq : head.size - 1;
    put_int(out, "known_seq", seq);
    buf_putc(out, ',');
    put_text(out, "tree_day", day_print(w->arena, ctx_tree_day(c)));
    buf_putc(out, ',');
    put_key(out, "head");
    buf_printf(out, "{\"size\":%lld,\"root\":\"", (long long)head.size);
    for (size_t i = 0; i < sizeof head.root.byte; i++)
        buf_printf(out, "%02x", head.root.byte[i]);
    buf_putz(out, "\"}");
    return true;
}

/* villages_star_3: the family and its member. */
static Str member_name(Work *w, const Figure *figure, const int64_t *args, size_t n)
{
    Str name = figure->name;
    for (size_t i = 0; i < n; i++) {
        const List *list = figure->params[i].type.list;
        const Item *item = list ? list_item_number(list, (int32_t)args[i]) : NULL;
        name = item ? str_printf(w->arena, "%.*s_%.*s", STR_ARG(name), STR_ARG(item->name))
                    : str_printf(w->arena, "%.*s_%lld", STR_ARG(name), (long long)args[i]);
    }
    return name;
}

static void put_unit(Work *w, Figures *f, const Ctx *c, int32_t unit, Buf *out)
{
    Str code = unit_code(f->core->units, unit, ctx_tree_day(c), c->known_seq);
    if (!code.n) /* closed before or born after: its last code */
        code = unit_code(f->core->units, unit, work_today(w), c->known_seq);
    put_text(out, "unit", code);
}

static void put_value(Work *w, const Figure *figure, const Value *v, Buf *out)
{
    Str measure;
    int decimals;
    Str number = value_decimal(w->arena, figure, v, &measure, &decimals);
    put_text(out, "state", str_of(value_state_name(v->state)));
    buf_putc(out, ',');
    if (v->state != VALUE_OK) {
        put_text(out, "reason", str_of(value_reason_name(v->state)));
        buf_putc(out, ',');
    }
    put_key(out, "value");
    if (v->state == VALUE_OK)
        buf_json(out, number);
    else
        buf_putz(out, "null");
    buf_putc(out, ',');
    put_text(out, "unit_of_measure", measure);
    buf_putc(out, ',');
    put_int(out, "decimals", decimals);
    buf_putc(out, ',');
    put_text(out, "text", value_text(w->arena, figure, v, LANG_ZH));
    buf_putc(out, ',');
    put_coverage(out, v);
}

static void put_asked(Work *w, Figures *f, const Ctx *c, Str name, Buf *out)
{
    buf_putc(out, '{');
    put_text(out, "figure", name);
    buf_putc(out, ',');
    put_unit(w, f, c, c->unit, out);
    buf_putc(out, ',');
    put_text(out, "period", period_print(w->arena, c->period));
    buf_putc(out, ',');
}

bool figure_json(Work *w, Figures *f, const Figure *figure, const int64_t *args, size_t n,
                 const Ask *ask, const Value *v, Buf *out)
{
    Ctx c;
    TRY(ctx_open(w, f, figure, ask, &c));
    put_asked(w, f, &c, member_name(w, figure, args, n), out);
    put_value(w, figure, v, out);
    buf_putc(out, ',');
    TRY(put_head(w, f, &c, out));
    buf_putc(out, '}');
    return buf_ok(out) || fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", out->n);
}

static void put_fact(Work *w, Figures *f, const Ctx *c, const TraceFact *fact, Buf *out)
{
    buf_putc(out, '{');
    put_int(out, "seq", fact->seq);
    buf_putc(out, ',');
    put_unit(w, f, c, fact->unit, out);
    buf_putc(out, ',');
    put_text(out, "name", unit_name(f->core->units, fact->unit, ctx_tree_day(c), c->known_seq));
    buf_putc(out, ',');
    put_text(out, "period", fact->period);
    buf_putc(out, ',');
    put_text(out, "book", fact->book);
    buf_putc(out, ',');
    put_text(out, "field", fact->field);
    buf_putc(out, ',');
    put_text(out, "value", fact->value);
    buf_putc(out, ',');
    put_text(out, "at", ms_print(w->arena, fact->at_ms));
    buf_putc(out, ',');
    put_int(out, "seat", fact->seat);
    buf_putc(out, ',');
    put_int(out, "person", fact->person);
    buf_putc(out, '}');
}

static void put_atom(Work *w, Figures *f, const Ctx *c, const TraceAtom *atom, Buf *out)
{
    Figure plain = { .as = { .decimals = -1 } };
    buf_putc(out, '{');
    put_text(out, "formula", atom->formula);
    buf_putc(out, ',');
    put_unit(w, f, c, atom->unit, out);
    buf_putc(out, ',');
    put_text(out, "period", period_print(w->arena, atom->period));
    buf_putc(out, ',');
    put_value(w, &plain, &atom->value, out);
    buf_putz(out, ",\"missing\":[");
    for (size_t i = 0; i < atom->missing_n; i++) {
        buf_putz(out, i ? "," : "");
        buf_json(out, unit_code(f->core->units, atom->missing[i], ctx_tree_day(c), c->known_seq));
    }
    buf_putz(out, "],\"facts\":[");
    for (size_t i = 0; i < atom->fact_n; i++) {
        buf_putz(out, i ? ",\n" : "");
        put_fact(w, f, c, &atom->facts[i], out);
    }
    buf_putz(out, "]}");
}

bool trace_json(Work *w, Figures *f, const Figure *figure, const Ask *ask, const Trace *trace,
                Buf *out)
{
    Ctx c;
    TRY(ctx_open(w, f, figure, ask, &c));
    put_asked(w, f, &c, figure->name, out);
    put_text(out, "title", figure->title);
    buf_putc(out, ',');
    put_text(out, "formula", trace->formula);
    buf_putc(out, ',');
    put_value(w, figure, &trace->value, out);
    buf_putc(out, ',');
    TRY(put_head(w, f, &c, out));
    buf_putz(out, ",\"atoms\":[");
    for (size_t i = 0; i < trace->atom_n; i++) {
        buf_putz(out, i ? ",\n" : "");
        put_atom(w, f, &c, &trace->atoms[i], out);
    }
    buf_putz(out, "]}");
    return buf_ok(out) || fail(w, ERR_LIMIT, "work.too_much_memory bytes=%zu", out->n);
}
