/* Expectations: every one is asked of the live columns and again with all columns forgotten. */
#include "base/words.h"
#include "command/check_int.h"

/* Digits after the point of the literal as it stands in the text: 33.3% -> 1. */
static int literal_decimals(const TestRun *t, const Expr *literal)
{
    Place place = literal->place;
    if (place.file < 0 || (size_t)place.file >= t->source->n)
        return 0;
    Str rest = t->source->files[place.file].text;
    Str line = STR("");
    for (int32_t i = 0; i < place.line; i++)
        (void)str_next(&rest, '\n', &line);
    int32_t column = 1;
    int decimals = -1;
    for (size_t i = 0; i < line.n; i++) {
        if ((line.p[i] & 0xC0) != 0x80 && column++ < place.column)
            continue;
        bool digit = line.p[i] >= '0' && line.p[i] <= '9';
        if (line.p[i] == '.' && decimals < 0)
            decimals = 0;
        else if (digit && decimals >= 0)
            decimals++;
        else if (!digit && (line.p[i] & 0xC0) != 0x80 && line.p[i] != '-')
            break;
    }
    return decimals < 0 ? 0 : decimals;
}

/* x = 33.3%: a share is compared as far as the literal is written. */
static bool printed_equal(const TestRun *t, const Expr *literal, const Value *v, bool *ret)
{
    bool ratio = literal->type.kind == TYPE_RATIO;
    int scale = literal_decimals(t, literal) + (ratio ? 2 : 0);
    Int128 want, top;
    if (v->state != VALUE_OK || !num_rescale(literal->number, literal->type.scale, scale, ROUND_HALF, &want) ||
        !num_rescale(v->num, 0, scale, ROUND_HALF, &top))
        return false;
    Int128 have = num_div(top, v->den * num_pow10(v->type.scale), ROUND_HALF);
    *ret = have == want;
    return true;
}

static const Expr *unsigned_literal(const Expr *e, bool *ret_negative)
{
    *ret_negative = e->op == EXPR_NEG;
    if (*ret_negative)
        e = e->args[0];
    return e->op == EXPR_LITERAL ? e : NULL;
}

static Ask ask_of(Work *w, const TestRun *t)
{
    (void)t;
    return (Ask){ .unit = 0, .period = period_of_day(PERIOD_YEAR, work_today(w)) };
}

static Str show(Work *w, const Value *v)
{
    if (v->state != VALUE_OK)
        return str_of(value_state_name(v->state));
    if (v->den == 1)
        return num_print(w->arena, v->num, v->type.scale);
    Str top = num_print(w->arena, v->num, v->type.scale);
    Str bottom = num_print(w->arena, v->den, 0);
    return str_printf(w->arena, "%.*s/%.*s", STR_ARG(top), STR_ARG(bottom));
}

static bool expect_truth(Work *w, TestRun *t, const Step *s)
{
    const Expr *e = s->expr;
    bool negative = false;
    const Expr *literal = e->op == EXPR_EQ ? unsigned_literal(e->args[1], &negative) : NULL;
    bool printed = literal && (literal->type.kind == TYPE_RATIO || literal->type.kind == TYPE_DECIMAL);
    Ask ask = ask_of(w, t);
    Value v;
    bool holds = false;
    if (printed) {
        Expr wanted = *literal;
        wanted.number = negative ? -literal->number : literal->number;
        TRY(figure_expr(w, t->k.figures, e->args[0], &ask, &v));
        holds = printed_equal(t, &wanted, &v, &holds) && holds;
    } else {
        TRY(figure_expr(w, t->k.figures, e, &ask, &v));
        holds = v.state == VALUE_OK && v.num == 1;
        if (!holds && e->op == EXPR_EQ)
            TRY(figure_expr(w, t->k.figures, e->args[0], &ask, &v));
    }
    if (!holds) {
        Str is = show(w, &v);
        step_fail(w, t, s, "check.expect is=%.*s", STR_ARG(is));
    }
    return true;
}

static bool missing_because(const Step *s, const Value *v)
{
    if (v->state == VALUE_OK)
        return false;
    if (!s->because.n)
        return true;
    static const struct {
        const char *word;
        ValueState state;
    } words[] = { { "coverage", VALUE_COVERAGE }, { "least", VALUE_LEAST }, { "base", VALUE_NO_BASE },
                  { "range", VALUE_UNDEFINED },   { "missing", VALUE_MISSING }, { "forbidden", VALUE_FORBIDDEN } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_is(s->because, words[i].word))
            return v->state == words[i].state;
    return false;
}

static bool expect_value(Work *w, TestRun *t, const Step *s)
{
    Ask ask = ask_of(w, t);
    Value v;
    TRY(figure_expr(w, t->k.figures, s->expr, &ask, &v));
    if (s->op == STEP_EXPECT_COVERAGE) {
        if (v.reported != s->reported || v.expected != s->expected)
            step_fail(w, t, s, "check.coverage reported=%lld expected=%lld", (long long)v.reported, (long long)v.expected);
    } else if (!missing_because(s, &v)) {
        Str is = show(w, &v);
        step_fail(w, t, s, "check.expect is=%.*s", STR_ARG(is));
    }
    return true;
}

bool step_expect(Work *w, TestRun *t, const Step *s)
{
    bool (*judge)(Work *w, TestRun *t, const Step *s) = s->op == STEP_EXPECT ? expect_truth : expect_value;
    bool before = t->failed;
    TRY(judge(w, t, s));
    if (t->failed != before)
        return true; /* said once */
    figures_forget(t->k.figures);
    return judge(w, t, s);
}
