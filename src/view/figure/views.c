/* The views of figures: which there are, one value, one for each unit, one for each period. */
#include "base/limits.h"
#include "view/figure/reading_int.h"

enum { SERIES_MAX = 120, SHARE_FULL = 1000 };

/* ---- figures ---- */

static void say_param(const Asking *a, const FigureParam *param, Buf *out)
{
    const Type *t = &param->type;
    json_object(out, NULL);
    json_text(out, "name", param->name);
    json_array(out, "items");
    for (size_t i = 0; t->list && i < t->list->item_count; i++)
        json_name(out, NULL, t->list->items[i].name,
                  item_title(a, t->list, NULL, &t->list->items[i]));
    json_array_end(out);
    bool bound = t->kind == TYPE_INT && t->low <= t->high;
    if (bound) {
        json_int(out, "low", t->low);
        json_int(out, "high", t->high);
    } else {
        json_null(out, "low");
        json_null(out, "high");
    }
    json_object_end(out);
}

static const char *figure_type(const Type *t, Str measure)
{
    if (t->kind == TYPE_ITEM || t->kind == TYPE_BOOL)
        return t->kind == TYPE_ITEM ? "item" : "bool";
    bool number = type_is_number(*t) && t->kind != TYPE_DATE && t->kind != TYPE_TIME;
    return measure.n || number ? "amount" : "other";
}

static bool say_figure(Work *w, const Asking *a, const Figure *f, Buf *out)
{
    Value none = { .state = VALUE_MISSING, .type = f->expr->type, .den = 1 };
    Str measure, formula;
    int decimals;
    TRY(figure_formula(w, f, &formula));
    (void)value_decimal(w->arena, f, &none, &measure, &decimals);
    json_object(out, NULL);
    json_text(out, "name", f->name);
    json_text(out, "title", title_of(a, f->pack, "figure", f->name, f->title));
    json_name(out, "pack", f->pack->name,
              title_of(a, f->pack, "pack", f->pack->name, f->pack->title));
    json_array(out, "params");
    for (size_t i = 0; i < f->param_count; i++)
        say_param(a, &f->params[i], out);
    json_array_end(out);
    json_kinds(a, out, "kinds", f->kinds, f->kind_count);
    json_z(out, "every", f->every == PERIOD_NONE ? "" : period_kind_name(f->every));
    json_z(out, "type", figure_type(&f->expr->type, measure));
    json_text(out, "measure", measure);
    json_int(out, "decimals", decimals);
    json_text(out, "formula", formula);
    json_bool(out, "public", f->is_public);
    json_object_end(out);
    return true;
}

bool view_figures(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asking a;
    int32_t unit;
    TRY(asking_open(w, reader, given, n, &a));
    TRY(asking_unit(w, &a, "unit", a.today, &unit));
    json_object(out, NULL);
    json_array(out, "figures");
    for (size_t i = 0; i < a.set->figure_count; i++) {
        const Figure *f = a.set->figures[i];
        if (figure_may(w, reader, f, unit))
            TRY(say_figure(w, &a, f, out));
        TRY(w->err.code == ERR_NONE);
    }
    json_array_end(out);
    json_object_end(out);
    return true;
}

/* ---- one ---- */

/* Who is silent is looked for only where the coverage says that somebody is. */
static bool say_missing(Work *w, const Asked *q, const Value *v, Buf *out)
{
    Trace trace = { 0 };
    const TraceAtom *widest = NULL;
    TracePage page = { .missing = SIZE_MAX };
    bool lacking = v->covered && v->reported < v->expected;
    if (lacking)
        TRY(figure_trace_page(w, q->a.r->k->figures, q->figure, q->args, q->figure->param_count,
                              &q->ask, &page, &trace));
    for (size_t i = 0; i < trace.atom_n; i++)
        if (!widest || trace.atoms[i].missing_n > widest->missing_n)
            widest = &trace.atoms[i];
    json_object(out, "missing");
    json_int(out, "count", widest ? (int64_t)widest->missing_n : 0);
    json_int(out, "reports", lacking ? v->expected - v->reported : 0);
    json_array(out, "units");
    for (size_t i = 0; widest && i < widest->missing_n && i < MISSING_SHOWN; i++)
        json_unit(w, &q->a, out, NULL, widest->missing[i], q->day);
    json_array_end(out);
    json_object_end(out);
    return true;
}

/* The same at an earlier period; `none` where the period before is the same stretch. */
static bool say_earlier(Work *w, const Asked *q, Period p, bool none, const char *key,
                        const char *period_key, Buf *out)
{
    Asked before = *q;
    Value v;
    if (none) {
        json_null(out, key);
        json_null(out, period_key);
        return true;
    }
    asked_period(w, &before, p);
    TRY(asked_value(w, &before, &v));
    say_value(w, &q->a, q->figure, &v, out, key);
    json_text(out, period_key, period_code_text(w, p.code));
    return true;
}

static bool is_calendar(Period p)
{
    return p.kind >= PERIOD_DAY && p.kind <= PERIOD_YEAR;
}

static bool say_before(Work *w, const Asked *q, Buf *out)
{
    Period p = q->ask.period;
    bool none = !is_calendar(p);
    TRY(say_earlier(w, q, none ? p : period_shift(p, -1), none, "previous", "previous_period",
                    out));
    none = none || p.kind == PERIOD_YEAR;
    return say_earlier(w, q, none ? p : period_shift_years(p, -1), none, "year_ago",
                       "year_ago_period", out);
}

/* Kinds of the units below, in the order of the packs, at which the figure exists. */
static bool say_kinds_below(Work *w, const Asked *q, Buf *out)
{
    enum { KINDS_MAX = 256 };
    bool there[KINDS_MAX] = { false };
    const Figure *f = q->figure;
    const TreeVersion *t =
        units_tree(w, q->a.core->units, f->tree ? f->tree->number : 0, q->day, KNOWN_NOW);
    TRY(t);
    int32_t pre = q->ask.unit < t->slots ? t->pre_of[q->ask.unit] : -1;
    for (int32_t i = pre + 1; pre >= 0 && i <= t->last[pre]; i++)
        if (t->kind[i] >= 0 && t->kind[i] < KINDS_MAX)
            there[t->kind[i]] = true;
    json_array(out, "below");
    for (size_t k = 0; k < q->a.set->kind_count; k++) {
        const Kind *kind = q->a.set->kinds[k];
        bool fits = f->kind_count == 0;
        for (size_t i = 0; i < f->kind_count; i++)
            fits = fits || f->kinds[i]->number == kind->number;
        if (fits && kind->number < KINDS_MAX && there[kind->number])
            json_name(out, NULL, kind->name,
                      title_of(&q->a, kind->pack, "kind", kind->name, kind->title));
    }
    json_array_end(out);
    return true;
}

bool view_figure(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asked q;
    Value v;
    TRY(asked_open(w, reader, given, n, &q));
    TRY(asked_value(w, &q, &v));
    json_object(out, NULL);
    say_head(w, &q, out);
    json_pack(w, &q.a, out, "pack", q.figure->pack);
    TRY(say_formula(w, &q, out));
    json_bool(out, "public", q.figure->is_public);
    json_kinds(&q.a, out, "kinds", q.figure->kinds, q.figure->kind_count);
    json_z(out, "every", q.figure->every == PERIOD_NONE ? "" : period_kind_name(q.figure->every));
    say_days(w, &q, out);
    say_value(w, &q.a, q.figure, &v, out, "value");
    TRY(say_missing(w, &q, &v, out));
    TRY(say_before(w, &q, out));
    TRY(say_kinds_below(w, &q, out));
    json_object_end(out);
    return true;
}

/* ---- one for each unit ---- */

static const Kind *kind_below(Work *w, const Asked *q)
{
    const TreeVersion *t = units_tree(
        w, q->a.core->units, q->figure->tree ? q->figure->tree->number : 0, q->day, KNOWN_NOW);
    int32_t pre = t && q->ask.unit < t->slots ? t->pre_of[q->ask.unit] : -1;
    if (pre < 0)
        return NULL;
    for (size_t k = 0; k < q->figure->kind_count; k++) {
        const Kind *kind = q->figure->kinds[k];
        if (kind->number != t->kind[pre])
            return kind;
    }
    int32_t number = t->last[pre] > pre ? t->kind[pre + 1] : t->kind[pre];
    return set_kind_number(q->a.set, number);
}

bool asked_kind(Work *w, const Asked *q, const Kind **ret)
{
    Str name = asking_text(&q->a, "kind");
    *ret = name.n ? set_kind(q->a.set, name) : kind_below(w, q);
    if (*ret || w->err.code != ERR_NONE)
        return *ret != NULL;
    return fail(w, ERR_NOT_FOUND, "main.kind name=%.*s", STR_ARG(name));
}

static bool is_scalar(const Value *v)
{
    return v->state == VALUE_OK && !v->text.p && v->type.kind != TYPE_ITEM &&
           v->type.kind != TYPE_BOOL;
}

static bool magnitude(const Value *v, Int128 *ret)
{
    Int128 wide;
    if (!is_scalar(v) || !num_mul(v->num, SHARE_FULL, &wide))
        return false;
    *ret = v->den > 1 ? num_div(wide, v->den, ROUND_HALF) : wide;
    *ret = *ret < 0 ? -*ret : *ret;
    return true;
}

/* Length of a bar in thousandths of the longest one; nothing where there is no amount. */
static void say_share(const Value *v, Int128 largest, Buf *out)
{
    Int128 size;
    if (!magnitude(v, &size)) {
        json_null(out, "share");
        return;
    }
    Int128 share =
        largest && size <= INT64_MAX ? num_div(size * SHARE_FULL, largest, ROUND_HALF) : 0;
    json_int(out, "share", v->num < 0 ? -(int64_t)share : (int64_t)share);
}

/* Place of a choice in its list, for the colours of a waffle. */
static void say_level(const Value *v, Buf *out)
{
    const Item *item = v->state == VALUE_OK && v->type.kind == TYPE_ITEM && v->type.list
                           ? list_item_number(v->type.list, (int32_t)v->num)
                           : NULL;
    if (item)
        json_int(out, "level", item->rank);
    else
        json_null(out, "level");
}

static void say_levels(const Asked *q, Buf *out)
{
    const List *list = q->figure->expr->type.list;
    json_array(out, "levels");
    for (size_t i = 0; list && i < list->item_count; i++)
        json_name(out, NULL, list->items[i].name, item_title(&q->a, list, NULL, &list->items[i]));
    json_array_end(out);
}

static Int128 largest_of(const Value *values, size_t n)
{
    Int128 largest = 0;
    for (size_t i = 0; i < n; i++) {
        Int128 size;
        if (magnitude(&values[i], &size) && size > largest)
            largest = size;
    }
    return largest;
}

static void say_each(Work *w, const Asked *q, const int32_t *units, const Value *values, size_t n,
                     Buf *out)
{
    Int128 largest = largest_of(values, n);
    json_array(out, "items");
    for (size_t i = 0; i < n; i++) {
        json_object(out, NULL);
        json_unit(w, &q->a, out, "unit", units[i], q->day);
        say_value(w, &q->a, q->figure, &values[i], out, "value");
        say_share(&values[i], largest, out);
        say_level(&values[i], out);
        json_object_end(out);
    }
    json_array_end(out);
}

bool view_figure_each(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asked q;
    Value v;
    const Kind *kind;
    int32_t *units;
    Value *values;
    size_t count;
    TRY(asked_open(w, reader, given, n, &q));
    TRY(asked_kind(w, &q, &kind));
    TRY(asked_value(w, &q, &v));
    TRY(figure_each(w, reader->k->figures, q.figure, q.args, q.figure->param_count, &q.ask, kind,
                    &units, &values, &count));
    json_object(out, NULL);
    say_head(w, &q, out);
    say_days(w, &q, out);
    json_name(out, "kind", kind->name, title_of(&q.a, kind->pack, "kind", kind->name, kind->title));
    say_value(w, &q.a, q.figure, &v, out, "total");
    say_levels(&q, out);
    say_each(w, &q, units, values, count, out);
    json_object_end(out);
    return true;
}

/* ---- over time ---- */

static bool asked_range(Work *w, const Asked *q, Period *ret_from, Period *ret_to)
{
    Str from = asking_text(&q->a, "from"), to = asking_text(&q->a, "to");
    if (!period_parse(from, ret_from) || !period_parse(to, ret_to) ||
        ret_from->kind != ret_to->kind || ret_from->first_day > ret_to->first_day)
        return fail(w, ERR_BAD_INPUT, "view.range from=%.*s to=%.*s", STR_ARG(from), STR_ARG(to));
    Period last = period_shift(*ret_from, SERIES_MAX);
    return ret_to->first_day < last.first_day ||
           fail(w, ERR_LIMIT, "view.series limit=%d", SERIES_MAX);
}

bool view_figure_series(Work *w, const Reader *reader, const Cell *given, size_t n, Buf *out)
{
    Asked q;
    Period from, to;
    Value v;
    TRY(asked_open(w, reader, given, n, &q));
    TRY(asked_range(w, &q, &from, &to));
    asked_period(w, &q, to);
    bool past = q.ask.known_day && q.ask.known_day < q.a.today;
    json_object(out, NULL);
    say_head(w, &q, out);
    json_z(out, "every", period_kind_name(from.kind));
    json_text(out, "known_day", day_print(w->arena, past ? q.ask.known_day : q.a.today));
    json_array(out, "points");
    for (Period p = from; p.first_day <= to.first_day; p = period_shift(p, 1)) {
        asked_period(w, &q, p);
        TRY(asked_value(w, &q, &v));
        json_object(out, NULL);
        json_text(out, "period", period_code_text(w, p.code));
        say_value(w, &q.a, q.figure, &v, out, "value");
        json_object_end(out);
    }
    json_array_end(out);
    json_object_end(out);
    return true;
}
