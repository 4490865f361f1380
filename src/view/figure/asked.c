/* A question about a figure: from the arguments of a view to the figure's Ask, and the parts of an
 * answer that every view of figures has. */
#include "view/figure/reading_int.h"

static bool find_figure(Work *w, Asked *q)
{
    q->figure = set_figure_member(q->a.set, asking_text(&q->a, "name"), q->args, READING_ARGS);
    return q->figure || view_not_found(w);
}

/* Without a period: the year of the day it is known on; of work that is over, its last year. */
static bool find_period(Work *w, Asked *q)
{
    TRY(asking_period(w, &q->a, NULL, &q->ask.period));
    if (q->ask.period.kind != PERIOD_NONE)
        return true;
    int32_t day = q->ask.known_day ? q->ask.known_day : q->a.today;
    int32_t end = q->figure->pack->last_day;
    PeriodKind kind = q->figure->every == PERIOD_NONE ? PERIOD_YEAR : q->figure->every;
    q->ask.period =
        period_of_day(kind == PERIOD_RECORD ? PERIOD_YEAR : kind, end < day ? end : day);
    return true;
}

void asked_period(Work *w, Asked *q, Period period)
{
    (void)w;
    int32_t known =
        q->ask.known_day && q->ask.known_day < q->a.today ? q->ask.known_day : q->a.today;
    q->ask.period = period;
    q->day = period.last_day < known ? period.last_day : known;
    if (q->ask.tree_day)
        q->day = q->ask.tree_day;
}

bool asked_open(Work *w, const Reader *reader, const Cell *given, size_t n, Asked *ret)
{
    *ret = (Asked){ 0 };
    TRY(asking_open(w, reader, given, n, &ret->a));
    TRY(find_figure(w, ret));
    TRY(asking_day(w, &ret->a, "known", 0, &ret->ask.known_day));
    TRY(asking_day(w, &ret->a, "tree_day", 0, &ret->ask.tree_day));
    TRY(find_period(w, ret));
    asked_period(w, ret, ret->ask.period);
    TRY(asking_unit(w, &ret->a, "unit", ret->day, &ret->ask.unit));
    if (figure_may(w, reader, ret->figure, ret->ask.unit))
        return true;
    return w->err.code == ERR_NONE ? view_not_found(w) : false;
}

bool asked_value(Work *w, const Asked *q, Value *ret)
{
    return figure_ask(w, q->a.r->k->figures, q->figure, q->args, q->figure->param_count, &q->ask,
                      ret);
}

/* villages_star_3: the family and its member. */
Str member_name(Work *w, const Asked *q)
{
    Str name = q->figure->name;
    for (size_t i = 0; i < q->figure->param_count; i++) {
        const List *list = q->figure->params[i].type.list;
        const Item *item = list ? list_item_number(list, (int32_t)q->args[i]) : NULL;
        name = item ? str_printf(w->arena, "%.*s_%.*s", STR_ARG(name), STR_ARG(item->name))
                    : str_printf(w->arena, "%.*s_%lld", STR_ARG(name), (long long)q->args[i]);
    }
    return name;
}

Str member_title(Work *w, const Asked *q)
{
    const Figure *f = q->figure;
    Str title = title_of(&q->a, f->pack, "figure", f->name, f->title);
    for (size_t i = 0; i < f->param_count; i++) {
        const List *list = f->params[i].type.list;
        const Item *item = list ? list_item_number(list, (int32_t)q->args[i]) : NULL;
        Str of = item ? item_title(&q->a, list, NULL, item)
                      : str_printf(w->arena, "%lld", (long long)q->args[i]);
        title = q->a.r->lang == LANG_ZH
                    ? str_printf(w->arena, "%.*s（%.*s）", STR_ARG(title), STR_ARG(of))
                    : str_printf(w->arena, "%.*s (%.*s)", STR_ARG(title), STR_ARG(of));
    }
    return title;
}

static void say_reasons(const Value *v, Buf *out)
{
    if (v->state == VALUE_OK) {
        buf_putz(out, ",\"reasons\":[]");
        return;
    }
    json_z(out, "reason", value_reason_name(v->state));
    json_array(out, "reasons");
    for (int i = VALUE_MISSING; i <= VALUE_NO_UNIT; i++)
        if (v->reasons >> i & 1)
            json_z(out, NULL, value_reason_name((ValueState)i));
    json_array_end(out);
}

static void put_count(Buf *out, const char *head, int64_t n)
{
    char text[24];
    size_t at = sizeof text;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (n < 0)
        text[--at] = '-';
    buf_putz(out, head);
    buf_put(out, (Str){ text + at, sizeof text - at });
}

/* Written in few pieces: a city of villages has 1,383 of them in one answer. */
void say_value(Work *w, const Asking *a, const Figure *figure, const Value *v, Buf *out,
               const char *key)
{
    Str measure;
    int decimals;
    Str number = value_decimal(w->arena, figure, v, &measure, &decimals);
    json_object(out, key);
    buf_putz(out, "\"state\":\"");
    buf_putz(out, value_state_name(v->state));
    buf_putc(out, '"');
    say_reasons(v, out);
    buf_putz(out, ",\"value\":");
    if (v->state == VALUE_OK)
        buf_json(out, number);
    else
        buf_putz(out, "null");
    buf_putz(out, ",\"unit_of_measure\":");
    buf_json(out, measure);
    put_count(out, ",\"decimals\":", decimals);
    buf_putz(out, ",\"text\":");
    buf_json(out, value_text(w->arena, figure, v, (int)a->r->lang));
    buf_putz(out, v->draft ? ",\"draft\":true" : ",\"draft\":false");
    buf_putz(out, v->partial ? ",\"partial\":true" : ",\"partial\":false");
    if (v->covered) {
        put_count(out, ",\"coverage\":{\"expected\":", v->expected);
        put_count(out, ",\"reported\":", v->reported);
        put_count(out, ",\"confirmed\":", v->confirmed);
        buf_putz(out, "}}");
    } else {
        buf_putz(out, ",\"coverage\":null}");
    }
}

void say_head(Work *w, const Asked *q, Buf *out)
{
    json_text(out, "name", member_name(w, q));
    json_text(out, "title", member_title(w, q));
    json_unit(w, &q->a, out, "unit", q->ask.unit, q->day);
}

void say_days(Work *w, const Asked *q, Buf *out)
{
    bool past = q->ask.known_day && q->ask.known_day < q->a.today;
    json_text(out, "period", period_code_text(w, q->ask.period.code));
    json_text(out, "known_day", day_print(w->arena, past ? q->ask.known_day : q->a.today));
    json_text(out, "tree_day", day_print(w->arena, q->day));
}
