/* A formula in words. What has no words yet is shown as it is written in the pack. */
#include "page/page_int.h"

typedef struct Say {
    Pen *p;
    Buf out;
    bool mute; /* met something that has no words */
    int depth;
} Say;

static void say(Say *s, const Expr *e);

static void say_text(Say *s, Str text)
{
    buf_put(&s->out, text);
}

static bool is_zh(const Say *s)
{
    return s->p->lang == LANG_ZH;
}

static void say_z(Say *s, const char *zh, const char *en)
{
    buf_putz(&s->out, is_zh(s) ? zh : en);
}

static Str title_of(Say *s, const Pack *pack, const char *noun, Str path, Str title)
{
    return title_in(s->p->arena, s->p->lang, pack, noun, path, title);
}

static void say_quoted(Say *s, Str title)
{
    say_z(s, "“", "\"");
    say_text(s, title);
    say_z(s, "”", "\"");
}

static void say_field(Say *s, const Field *field)
{
    if (!field || !field->book) {
        s->mute = true;
        return;
    }
    Str path =
        str_printf(s->p->arena, "%.*s.%.*s", STR_ARG(field->book->name), STR_ARG(field->name));
    say_quoted(s, title_of(s, field->book->pack, "field", path, field->title));
}

static void say_item(Say *s, const List *list, int64_t number)
{
    const Item *item = list ? list_item_number(list, (int32_t)number) : NULL;
    if (!item) {
        s->mute = true;
        return;
    }
    Str path = str_printf(s->p->arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(item->name));
    say_quoted(s, title_of(s, list->pack, "item", path, item->title));
}

static void say_literal(Say *s, const Expr *e)
{
    Arena *arena = s->p->arena;
    const int64_t wan = 1000000;
    switch ((int)e->type.kind) {
    case TYPE_MONEY:
        if (e->number % wan == 0 && e->number)
            buf_printf(&s->out, is_zh(s) ? "%lld 万元" : "%lld0,000 yuan",
                       (long long)(e->number / wan));
        else {
            say_text(s, num_print_as(arena, e->number, 2, 2, ROUND_HALF, true));
            say_z(s, " 元", " yuan");
        }
        return;
    case TYPE_RATIO:
        say_text(s, num_print_as(arena, e->number, 4, 4, ROUND_HALF, true));
        buf_putc(&s->out, '%');
        return;
    case TYPE_ITEM: say_item(s, e->type.list, e->number); return;
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_AREA:
        say_text(s, num_print_as(arena, e->number, e->type.scale, e->type.scale, ROUND_HALF, true));
        return;
    case TYPE_DATE: say_text(s, day_print(arena, (int32_t)e->number)); return;
    case TYPE_BOOL: say_z(s, e->number ? "是" : "否", e->number ? "yes" : "no"); return;
    }
    s->mute = true;
}

static void say_agg(Say *s, const Agg *agg)
{
    static const char *const zh[] = { "的合计",   "的个数",   "的平均", "的占比", "的最小值",
                                      "的最大值", "的中位数", NULL,     NULL,     NULL };
    static const char *const en[] = { "sum of ",   "number of ", "mean of ",   "share of ",
                                      "least of ", "most of ",   "median of ", NULL,
                                      NULL,        NULL };
    if (!zh[agg->op] || agg->children || agg->scope == SCOPE_ABOVE) {
        s->mute = true;
        return;
    }
    if (!is_zh(s))
        buf_putz(&s->out, en[agg->op]);
    if (agg->value && !is_zh(s)) {
        say(s, agg->value);
        buf_putz(&s->out, " in ");
    }
    if (agg->book)
        say_quoted(s, title_of(s, agg->book->pack, "book", agg->book->name, agg->book->title));
    else
        say_quoted(s, title_of(s, agg->kind->pack, "kind", agg->kind->name, agg->kind->title));
    if (agg->where) {
        say_z(s, "（", " (where ");
        say(s, agg->where);
        say_z(s, "的）", ")");
    }
    if (agg->when == WHEN_EVER)
        say_z(s, "（历年累计）", " (of all years)");
    if (!is_zh(s))
        return;
    if (agg->value) {
        buf_putz(&s->out, "里");
        say(s, agg->value);
    }
    buf_putz(&s->out, zh[agg->op]);
}

static void say_figure(Say *s, const Expr *e)
{
    OpenAsk ask = { .figure = e->figure };
    bool plain = true;
    for (size_t i = 0; i < e->arg_count && i < 4; i++) {
        plain = plain && e->args[i]->op == EXPR_LITERAL;
        ask.args[i] = e->args[i]->number;
    }
    if (!plain && e->arg_count) {
        say_quoted(s, title_of(s, e->figure->pack, "figure", e->figure->name, e->figure->title));
        return;
    }
    say_quoted(s, figure_title(s->p, &ask));
}

static void say_shift(Say *s, const Expr *e)
{
    for (size_t i = 0; i < e->shift_count; i++) {
        const Shift *shift = &e->shifts[i];
        if (shift->op == SHIFT_PREV)
            say_z(s, "上期的", "of the period before: ");
        else if (shift->op == SHIFT_YEAR && shift->n == 1)
            say_z(s, "上年的", "of the year before: ");
        else if (shift->op == SHIFT_YTD)
            say_z(s, "当年累计的", "of the year to date: ");
        else
            s->mute = true;
    }
    say(s, e->args[0]);
}

static const char *sign_of(ExprOp op, bool zh)
{
    switch ((int)op) {
    case EXPR_AND: return zh ? "，并且 " : " and ";
    case EXPR_OR: return zh ? "，或者 " : " or ";
    case EXPR_EQ: return zh ? "是" : " is ";
    case EXPR_NE: return zh ? "不是" : " is not ";
    case EXPR_LT: return zh ? "低于 " : " below ";
    case EXPR_LE: return zh ? "不高于 " : " at most ";
    case EXPR_GT: return zh ? "高于 " : " above ";
    case EXPR_GE: return zh ? "不低于 " : " at least ";
    case EXPR_ADD: return " + ";
    case EXPR_SUB: return " − ";
    case EXPR_MUL: return " × ";
    case EXPR_DIV: return " ÷ ";
    }
    return NULL;
}

static bool is_sum(const Expr *e)
{
    return e->op == EXPR_ADD || e->op == EXPR_SUB || e->op == EXPR_OR;
}

static void say_side(Say *s, const Expr *outer, const Expr *e, bool right)
{
    bool tight = outer->op == EXPR_MUL || outer->op == EXPR_DIV || outer->op == EXPR_AND;
    bool parted = (tight && is_sum(e)) || (right && outer->op == EXPR_SUB && is_sum(e)) ||
                  (right && outer->op == EXPR_DIV && e->op == EXPR_DIV);
    say_z(s, parted ? "（" : "", parted ? "(" : "");
    say(s, e);
    say_z(s, parted ? "）" : "", parted ? ")" : "");
}

static void say_call(Say *s, const Expr *e)
{
    if (e->call == CALL_KNOWN) {
        say_z(s, "已知", "known ");
        say(s, e->args[0]);
    } else if (e->call == CALL_EXPECTED || e->call == CALL_REPORTED) {
        say_quoted(s, title_of(s, e->book->pack, "book", e->book->name, e->book->title));
        if (e->call == CALL_EXPECTED)
            say_z(s, "应报的份数", " asked for");
        else
            say_z(s, "已报的份数", " filed");
    } else if (e->call == CALL_STEP && e->arg_count) {
        say_z(s, "按 ", "the band of ");
        say(s, e->args[0]);
        say_z(s, " 分的档", "");
    } else if (e->call == CALL_ROUND) {
        say(s, e->args[0]);
    } else {
        s->mute = true;
    }
}

static void say_other(Say *s, const Expr *e)
{
    switch ((int)e->op) {
    case EXPR_LITERAL: say_literal(s, e); return;
    case EXPR_AGG: say_agg(s, e->agg); return;
    case EXPR_FIGURE: say_figure(s, e); return;
    case EXPR_FIELD: say_field(s, e->field); return;
    case EXPR_SHIFT: say_shift(s, e); return;
    case EXPR_CALL: say_call(s, e); return;
    case EXPR_PARAM:
        say_quoted(s, title_of(s, e->param->pack, "param", e->param->name, e->param->title));
        return;
    case EXPR_NOT:
        say_z(s, "不是：", "not ");
        say(s, e->args[0]);
        return;
    case EXPR_AT:
        if (!e->kind)
            break;
        say_z(s, "所在", "of its ");
        say_text(s, title_of(s, e->kind->pack, "kind", e->kind->name, e->kind->title));
        say_z(s, "的", ": ");
        say(s, e->args[0]);
        return;
    case EXPR_IF:
        say_z(s, "如果 ", "if ");
        say(s, e->args[0]);
        say_z(s, "，就是 ", ", then ");
        say(s, e->args[1]);
        say_z(s, "，否则是 ", ", else ");
        say(s, e->args[2]);
        return;
    }
    s->mute = true;
}

static void say(Say *s, const Expr *e)
{
    if (!e || s->mute || s->depth > PAGE_PATH) {
        s->mute = true;
        return;
    }
    s->depth++;
    const char *sign = sign_of(e->op, is_zh(s));
    if (sign && e->arg_count == 2) {
        say_side(s, e, e->args[0], false);
        buf_putz(&s->out, sign);
        say_side(s, e, e->args[1], true);
    } else {
        say_other(s, e);
    }
    s->depth--;
}

void put_formula(Pen *p, const OpenAsk *ask, Str written)
{
    Say s = { .p = p, .out = buf_open(p->arena, 1 << 14) };
    say(&s, ask->figure->expr);
    put(p, "<p class=\"formula\">");
    put_text(p, figure_title(p, ask));
    put(p, " = ");
    if (!s.mute && buf_ok(&s.out))
        put_text(p, buf_str(&s.out));
    else
        put_word(p, "page.formula_long");
    put(p, "</p>\n<p class=\"mut\">");
    put_word(p, "page.formula_written");
    put(p, " <code>");
    put_text(p, written);
    put(p, "</code></p>\n");
}
