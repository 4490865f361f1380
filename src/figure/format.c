/* Format: a value as people read it. `as` chooses unit and digits and never changes the value. */
#include "base/words.h"
#include "figure/figure_int.h"

#define WORK_DAY_MS 28800000 /* eight hours */

typedef struct Style {
    const char *name;
    const char *unit;    /* behind the number in text */
    const char *measure; /* unit_of_measure */
    Int128 times, by;    /* value × times / by is the number shown */
    int decimals;        /* when none are given */
    int exact;           /* digits that hold every value of the type exactly; -1 = none do */
} Style;

static const Style styles[] = {
    { "元", "元", "元", 1, 1, 2, 2 },
    { "万元", "万元", "万元", 1, 10000, 2, 6 },
    { "亿元", "亿元", "亿元", 1, 100000000, 2, 10 },
    { "亩", "亩", "亩", 1, 1, 2, 4 },
    { "万亩", "万亩", "万亩", 1, 10000, 2, 8 },
    { "percent", "%", "%", 100, 1, 1, -1 },
    { "points", "个百分点", "个百分点", 100, 1, 1, -1 },
    { "number", "", "", 1, 1, 0, 6 },
    { "hours", "小时", "小时", 1, 3600000, 1, -1 },
    { "days", "天", "天", 1, 86400000, 1, -1 },
};

static const Style *style_named(Str name)
{
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (str_is(name, styles[i].name))
            return &styles[i];
    return NULL;
}

/* Without `as` the type decides. */
static Style style_of(const Figure *figure, Type type)
{
    const Style *named = style_named(figure->as.name);
    Style plain = { "", "", "", 1, 1, type.scale, type.scale };
    Style style = named ? *named : plain;
    if (!named && type.kind == TYPE_MONEY)
        style = styles[0];
    else if (!named && type.kind == TYPE_AREA)
        style = styles[3];
    else if (!named && type.kind == TYPE_RATIO)
        style = styles[5];
    else if (!named && type.kind == TYPE_RATE)
        style = (Style){ "", "元/亩", "元/亩", 1, 1, 2, 4 };
    else if (!named && type.kind == TYPE_DURATION)
        style = styles[9];
    if (type.kind == TYPE_DURATION && type.work && style.by == MS_PER_DAY)
        style.by = WORK_DAY_MS;
    if (named && type.kind == TYPE_INT && style.by == 86400000)
        style.by = 1; /* a count of days is one already */
    if (named && str_is(figure->as.name, "number"))
        style.decimals = type.scale, style.exact = type.kind == TYPE_RATIO ? -1 : type.scale;
    if (figure->as.decimals >= 0)
        style.decimals = figure->as.decimals;
    return style;
}

/* value × times / by, rounded to `decimals`. */
static bool shown_as(const Value *v, const Style *style, int decimals, Rounding rounding,
                     Int128 *ret)
{
    Int128 top, bottom, den = v->type.kind == TYPE_RATIO ? v->den : num_pow10(v->type.scale);
    if (!num_mul(v->num, style->times * num_pow10(decimals), &top) ||
        !num_mul(den, style->by, &bottom))
        return false;
    *ret = num_div(top, bottom, rounding);
    return true;
}

static bool is_amount(TypeKind kind)
{
    switch ((int)kind) {
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_MONEY:
    case TYPE_AREA:
    case TYPE_RATE:
    case TYPE_RATIO:
    case TYPE_SCORE:
    case TYPE_DURATION: return true;
    }
    return false;
}

const char *value_state_name(ValueState state)
{
    switch (state) {
    case VALUE_OK: return "ok";
    case VALUE_COVERAGE: return "coverage";
    case VALUE_FORBIDDEN: return "forbidden";
    case VALUE_UNDEFINED: return "undefined";
    case VALUE_MISSING:
    case VALUE_LEAST:
    case VALUE_NO_BASE:
    case VALUE_NO_UNIT: break;
    }
    return "missing";
}

const char *value_reason_name(ValueState state)
{
    switch (state) {
    case VALUE_OK: return "";
    case VALUE_MISSING: return "missing";
    case VALUE_COVERAGE: return "coverage";
    case VALUE_LEAST: return "least";
    case VALUE_NO_BASE: return "no base";
    case VALUE_FORBIDDEN: return "forbidden";
    case VALUE_UNDEFINED: return "undefined";
    case VALUE_NO_UNIT: return "no such unit";
    }
    return "";
}

/* Names, days and the like, as they stand in the pack. */
static Str plain_text(Arena *arena, const Value *v, bool title, int lang)
{
    switch ((int)v->type.kind) {
    case TYPE_BOOL:
        return str_of(!title
                          ? (v->num ? "true" : "false")
                          : word_find(v->num ? STR("figure.yes") : STR("figure.no"), (Lang)lang));
    case TYPE_ITEM: {
        const Item *item = v->type.list ? list_item_number(v->type.list, (int32_t)v->num) : NULL;
        return item ? (title ? item->title : item->name) : STR("");
    }
    case TYPE_DATE: return day_print(arena, (int32_t)v->num);
    case TYPE_TIME: return ms_print(arena, (int64_t)v->num);
    case TYPE_TEXT: return v->text;
    }
    return num_print(arena, v->num, v->type.scale);
}

/* In the declared unit: what the type can hold exactly stands exactly; a share, which may have no
 * end, at its digits. */
Str value_decimal(Arena *arena, const Figure *figure, const Value *v, Str *ret_unit_of_measure,
                  int *ret_decimals)
{
    Style style = style_of(figure, v->type);
    Int128 num;
    *ret_unit_of_measure = str_of(style.measure);
    *ret_decimals = is_amount(v->type.kind) ? style.decimals : 0;
    if (v->state != VALUE_OK)
        return STR("");
    if (!is_amount(v->type.kind))
        return plain_text(arena, v, false, LANG_ZH);
    bool exact = style.exact >= 0;
    int decimals = exact && style.exact > style.decimals ? style.exact : style.decimals;
    if (!shown_as(v, &style, decimals, exact ? ROUND_HALF : figure->as.rounding, &num))
        return STR("");
    return num_print_as(arena, num, decimals, decimals, ROUND_HALF, exact);
}

static const char *missing_word(const Value *v)
{
    switch (v->state) {
    case VALUE_COVERAGE: return "figure.coverage";
    case VALUE_LEAST: return "figure.least";
    case VALUE_NO_BASE: return "figure.nothing";
    case VALUE_FORBIDDEN: return "figure.forbidden";
    case VALUE_UNDEFINED: return "figure.undefined";
    case VALUE_NO_UNIT: return "figure.no_unit";
    case VALUE_OK:
    case VALUE_MISSING: break;
    }
    return v->covered && v->expected == 0 ? "figure.nothing" : "figure.missing";
}

Str value_text(Arena *arena, const Figure *figure, const Value *v, int lang)
{
    if (v->state != VALUE_OK)
        return str_of(word_find(str_of(missing_word(v)), (Lang)lang));
    if (!is_amount(v->type.kind))
        return plain_text(arena, v, true, lang);
    if (v->covered && v->expected == 0 && v->num == 0) /* nobody was asked (rule 8) */
        return str_of(word_find(STR("figure.nothing"), (Lang)lang));
    Style style = style_of(figure, v->type);
    Int128 num;
    if (!shown_as(v, &style, style.decimals, figure->as.rounding, &num))
        return str_of(word_find(STR("figure.undefined"), (Lang)lang));
    Str number =
        num_print_as(arena, num, style.decimals, style.decimals, ROUND_HALF, figure->as.trim);
    const char *draft = v->draft ? word_find(STR("figure.draft"), (Lang)lang) : "";
    return str_printf(arena, "%.*s%s%s", STR_ARG(number), style.unit, draft);
}
