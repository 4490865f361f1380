/* Expectations: every one is asked of the live columns and again with all columns forgotten. */
#include "base/words.h"
#include "command/check_int.h"

/* Digits after the point of the literal as it stands in the text: 33.3% -> 3, as 0.333 has. */
static int literal_scale(const TestRun *t, const Expr *literal)
{
    Str line = test_line(t, literal->place);
    int32_t column = 1;
    int decimals = -1;
    for (size_t i = 0; i < line.n; i++) {
        if ((line.p[i] & 0xC0) != 0x80 && column++ < literal->place.column)
            continue;
        bool digit = line.p[i] >= '0' && line.p[i] <= '9';
        bool percent = str_starts(str_sub(line, i, line.n), STR("%")) ||
                       str_starts(str_sub(line, i, line.n), STR("％"));
        if (percent)
            return decimals < 0 ? 2 : decimals + 2;
        if (line.p[i] == '.' && decimals < 0)
            decimals = 0;
        else if (digit && decimals >= 0)
            decimals++;
        else if (!digit && (line.p[i] & 0xC0) != 0x80 && line.p[i] != '-')
            break;
    }
    return decimals < 0 ? 0 : decimals;
}

/* Digits after the point of a value's numbers: a share is a pair of whole numbers. */
static int value_scale(const Value *v)
{
    return v->type.kind == TYPE_RATIO ? 0 : v->type.scale;
}

/* x = 33.3%: a share is compared as far as the literal is written, all else exactly. */
static bool same_number(const TestRun *t, const Expr *right, const Value *have, const Value *want)
{
    bool negative = right->op == EXPR_NEG;
    const Expr *literal = negative ? right->args[0] : right;
    bool cut = literal->op == EXPR_LITERAL &&
               (have->type.kind == TYPE_RATIO || have->type.kind == TYPE_DECIMAL);
    Int128 a, b;
    if (!cut) {
        int up = value_scale(want) - value_scale(have);
        return num_mul(have->num, want->den, &a) && num_mul(want->num, have->den, &b) &&
               num_rescale(a, 0, up > 0 ? up : 0, ROUND_HALF, &a) &&
               num_rescale(b, 0, up < 0 ? -up : 0, ROUND_HALF, &b) && a == b;
    }
    int scale = literal_scale(t, literal);
    if (!num_rescale(have->num, 0, scale, ROUND_HALF, &a) ||
        !num_rescale(want->num, 0, scale, ROUND_HALF, &b))
        return false;
    return num_div(a, have->den * num_pow10(value_scale(have)), ROUND_HALF) ==
           num_div(b, want->den * num_pow10(value_scale(want)), ROUND_HALF);
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
    Str top = num_print(w->arena, v->num, value_scale(v));
    Str bottom = num_print(w->arena, v->den, 0);
    Int128 places;
    if (v->den == 1 || !num_rescale(v->num, value_scale(v), 6, ROUND_HALF, &places))
        return top;
    Str near = num_print(w->arena, num_div(places, v->den, ROUND_HALF), 6);
    return str_printf(w->arena, "%.*s (%.*s/%.*s)", STR_ARG(near), STR_ARG(top), STR_ARG(bottom));
}

/* An equation holds for what is known, partial or not: coverage is expected in a line of its own.
 */
static bool equation(Work *w, TestRun *t, const Expr *e, Value *ret, bool *ret_holds)
{
    Ask ask = ask_of(w, t);
    Value want;
    TRY(figure_expr(w, t->k.figures, e->args[0], &ask, ret));
    TRY(figure_expr(w, t->k.figures, e->args[1], &ask, &want));
    *ret_holds =
        ret->state == VALUE_OK && want.state == VALUE_OK && same_number(t, e->args[1], ret, &want);
    return true;
}

static bool expect_truth(Work *w, TestRun *t, const Step *s)
{
    Value v;
    bool holds = false;
    if (s->expr->op == EXPR_EQ) {
        TRY(equation(w, t, s->expr, &v, &holds));
    } else {
        Ask ask = ask_of(w, t);
        TRY(figure_expr(w, t->k.figures, s->expr, &ask, &v));
        holds = v.state == VALUE_OK && v.num == 1;
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
    } words[] = { { "coverage", VALUE_COVERAGE }, { "least", VALUE_LEAST },
                  { "base", VALUE_NO_BASE },      { "range", VALUE_UNDEFINED },
                  { "missing", VALUE_MISSING },   { "forbidden", VALUE_FORBIDDEN } };
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
            step_fail(w, t, s, "check.coverage reported=%lld expected=%lld", (long long)v.reported,
                      (long long)v.expected);
    } else if (!missing_because(s, &v)) {
        Str is = show(w, &v);
        step_fail(w, t, s, "check.expect is=%.*s", STR_ARG(is));
    }
    return true;
}

static void bind_names(const TestRun *t, Expr *e);

static void bind_agg(const TestRun *t, const Agg *agg)
{
    bind_names(t, agg->where);
    bind_names(t, agg->value);
}

/* A record called by its name in the test is a literal whose number is known only now. The set was
 * compiled for this test alone. */
static void bind_names(const TestRun *t, Expr *e)
{
    if (!e)
        return;
    const Named *record = NULL;
    if (e->op == EXPR_LITERAL && e->type.kind == TYPE_RECORD)
        record = named_find(t, e->text);
    if (record)
        e->number = record->ord;
    if (e->agg)
        bind_agg(t, e->agg);
    for (size_t i = 0; i < e->shift_count; i++)
        bind_names(t, e->shifts[i].expr);
    for (size_t i = 0; i < e->arg_count; i++)
        bind_names(t, e->args[i]);
}

bool step_expect(Work *w, TestRun *t, const Step *s)
{
    bind_names(t, s->expr);
    bool (*judge)(Work * w, TestRun * t, const Step *s) =
        s->op == STEP_EXPECT ? expect_truth : expect_value;
    int before = t->faults;
    TRY(judge(w, t, s));
    if (t->faults != before)
        return true; /* said once */
    figures_forget(t->k.figures);
    return judge(w, t, s);
}
