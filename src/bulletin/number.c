/* One number: from its text to value, trace and the card that opens in place. */
#include "base/words.h"
#include "bulletin/bulletin_int.h"

Str unit_label(const Doc *doc, int32_t unit, int32_t day)
{
    if (unit == UNIT_NONE)
        return STR("？");
    Str name = unit_name(doc->core->units, unit, day, KNOWN_NOW);
    return name.n ? name : unit_code(doc->core->units, unit, day, KNOWN_NOW);
}

Str period_label(Arena *arena, Period p)
{
    int year, month, day;
    day_split(p.first_day, &year, &month, &day);
    switch (p.kind) {
    case PERIOD_YEAR: return str_printf(arena, "%d 年", year);
    case PERIOD_MONTH: return str_printf(arena, "%d 年 %d 月", year, month);
    case PERIOD_QUARTER: return str_printf(arena, "%d 年第 %d 季度", year, (month + 2) / 3);
    case PERIOD_HALF: return str_printf(arena, "%d 年%s半年", year, month == 1 ? "上" : "下");
    case PERIOD_DAY: return str_printf(arena, "%d 年 %d 月 %d 日", year, month, day);
    case PERIOD_NONE:
    case PERIOD_WEEK:
    case PERIOD_RECORD:
    case PERIOD_RANGE: break;
    }
    return period_print(arena, p);
}

/* "… as 万元(2, down)" at the end of the text: cut off and read. */
static Str take_format(Str text, Format *ret, bool *ret_given)
{
    size_t at = SIZE_MAX;
    for (size_t i = 0; i + 4 < text.n; i++)
        if (memcmp(text.p + i, " as ", 4) == 0)
            at = i;
    *ret_given = at != SIZE_MAX;
    if (at == SIZE_MAX)
        return text;
    Str rest = str_trim(str_sub(text, at + 4, text.n));
    Str name;
    *ret = (Format){ .decimals = -1 };
    (void)str_next(&rest, '(', &name);
    ret->name = str_trim(name);
    Str inner = STR("");
    if (rest.p)
        (void)str_next(&rest, ')', &inner);
    Str word;
    while (inner.n && str_next(&inner, ',', &word)) {
        int64_t n;
        word = str_trim(word);
        if (num_parse_int(word, &n))
            ret->decimals = (int32_t)n;
        else if (str_is(word, "trim"))
            ret->trim = true;
        else
            ret->rounding = str_is(word, "down") ? ROUND_DOWN
                            : str_is(word, "up") ? ROUND_UP
                                                 : ROUND_HALF;
    }
    return str_trim(str_sub(text, 0, at));
}

/* x @ "2202" [2021]: what says unit and period goes into the ask, what is left is a figure or more.
 */
static const Expr *unwrap(Work *w, Doc *doc, Number *n, const Expr *e)
{
    for (int i = 0; i < LIMIT_UNWRAP; i++) {
        if (e->op == EXPR_AT && e->text.n) {
            n->ask.unit = unit_find_code_ever(doc->core->units, e->text, n->ask.period.last_day);
            if (n->ask.unit == UNIT_NONE)
                doc_fault(w, doc, n->line, "bulletin.unit code=%.*s", STR_ARG(e->text));
            n->failed = n->ask.unit == UNIT_NONE;
            e = e->args[0];
        } else if (e->op == EXPR_SHIFT && e->shift_count == 1 && e->shifts[0].op == SHIFT_PERIOD &&
                   e->shifts[0].expr && e->shifts[0].expr->op == EXPR_LITERAL &&
                   period_of_code(e->shifts[0].expr->number, &n->ask.period)) {
            e = e->args[0];
        } else {
            return e;
        }
    }
    return e;
}

static bool literal_args(const Expr *e, Number *n)
{
    if (e->op != EXPR_FIGURE || e->arg_count > sizeof n->args / sizeof *n->args)
        return false;
    for (size_t i = 0; i < e->arg_count; i++) {
        if (e->args[i]->op != EXPR_LITERAL)
            return false;
        n->args[i] = e->args[i]->number;
    }
    n->arg_count = e->arg_count;
    n->figure = e->figure;
    return true;
}

static bool evaluate(Work *w, Doc *doc, Number *n, const Expr *e)
{
    Ask now = n->ask;
    now.known_day = 0;
    if (!n->figure) {
        Number inner = { 0 }; /* a figure rounded for print still opens down to its facts */
        if (e->op == EXPR_CALL && e->call == CALL_ROUND && literal_args(e->args[0], &inner))
            TRY(figure_trace_brief(w, doc->figures, inner.figure, inner.args, inner.arg_count,
                                   &n->ask, DOC_FACTS_SHOWN, &n->trace));
        TRY(figure_expr(w, doc->figures, e, &n->ask, &n->value));
        n->now = n->value;
        return n->ask.known_day ? figure_expr(w, doc->figures, e, &now, &n->now) : true;
    }
    TRY(figure_trace_brief(w, doc->figures, n->figure, n->args, n->arg_count, &n->ask,
                           DOC_FACTS_SHOWN, &n->trace));
    n->value = n->trace.value;
    n->now = n->value;
    if (n->ask.known_day)
        TRY(figure_ask(w, doc->figures, n->figure, n->args, n->arg_count, &now, &n->now));
    return true;
}

/* Faults of one number are reported with its line; the walk goes on. */
static void number_fill(Work *w, Doc *doc, Number *n)
{
    Format format = { .decimals = -1 };
    bool given = false;
    Str text = take_format(n->source, &format, &given);
    Problems problems = { 0 };
    const Figure *member =
        set_figure_member(doc->set, text, n->args, sizeof n->args / sizeof *n->args);
    const Expr *e = NULL;
    if (member) {
        n->figure = member;
        n->arg_count = member->param_count;
    } else {
        e = expr_compile(w, doc->set, text, &problems);
        if (!e || problems.errors) {
            const char *why = problems.n ? problems.at[0].what : "lang.expression";
            doc_fault(w, doc, n->line, "bulletin.expression text=%.*s why=%s", STR_ARG(n->source),
                      why);
            n->failed = true;
            work_clear(w);
            return;
        }
        e = unwrap(w, doc, n, e);
        (void)literal_args(e, n);
    }
    n->shown = n->figure ? *n->figure : (Figure){ .title = n->source, .as = { .decimals = -1 } };
    if (given)
        n->shown.as = format;
    if (n->failed)
        return;
    if (n->ask.unit == UNIT_NONE) {
        doc_fault(w, doc, n->line, "bulletin.no_unit text=%.*s", STR_ARG(n->source));
        n->failed = true;
    } else if (!evaluate(w, doc, n, e)) {
        doc_fault(w, doc, n->line, "bulletin.expression text=%.*s why=%s", STR_ARG(n->source),
                  w->err.what);
        n->failed = true;
        work_clear(w);
    }
}

size_t number_add(Work *w, Doc *doc, Str source, int32_t line, int32_t unit, Period period)
{
    if (doc->numbers.n >= DOC_NUMBERS_MAX) {
        (void)fail(w, ERR_LIMIT, "bulletin.too_many limit=%d", DOC_NUMBERS_MAX);
        return SIZE_MAX;
    }
    Number n = { .source = str_copy(w->arena, source),
                 .line = line,
                 .ask = { .unit = unit, .period = period, .known_day = doc->known_day } };
    number_fill(w, doc, &n);
    n.text = n.failed ? STR("？") : value_text(w->arena, &n.shown, &n.value, LANG_ZH);
    *list_push(w->arena, &doc->numbers) = n;
    return doc->numbers.n - 1;
}

static void word_put(Buf *out, Work *w, const char *what)
{
    buf_html(out, word_text(w->arena, what, LANG_ZH));
}

static void html_fact(Buf *out, Work *w, const Doc *doc, const TraceFact *fact)
{
    Str name = unit_label(doc, fact->unit, DAY_FOREVER - 1);
    Str at = ms_print(w->arena, fact->at_ms);
    buf_putz(out, "<li>");
    buf_html(out, name);
    buf_printf(out, " · %.*s · ", STR_ARG(fact->period));
    buf_html(out, fact->field);
    buf_putz(out, " ");
    buf_html(out, fact->value);
    buf_printf(out, " <small>#%lld · %.*s</small></li>", (long long)fact->seq, STR_ARG(at));
}

static void html_facts(Buf *out, Work *w, const Doc *doc, const Trace *trace)
{
    size_t shown = 0;
    for (size_t a = 0; a < trace->atom_n; a++)
        for (size_t i = 0; i < trace->atoms[a].fact_n && shown < DOC_FACTS_SHOWN; i++) {
            if (!shown++) {
                buf_putz(out, "<dt>");
                word_put(out, w, "bulletin.facts");
                buf_putz(out, "</dt><dd><ol>");
            }
            html_fact(out, w, doc, &trace->atoms[a].facts[i]);
        }
    if (shown)
        buf_putz(out, shown == DOC_FACTS_SHOWN ? "<li>…</li></ol></dd>" : "</ol></dd>");
}

/* The first of those who are silent, by name. */
static void html_silent(Buf *out, Work *w, const Doc *doc, const Number *n)
{
    const TraceAtom *most = NULL;
    for (size_t a = 0; a < n->trace.atom_n; a++)
        if (!most || n->trace.atoms[a].missing_n > most->missing_n)
            most = &n->trace.atoms[a];
    if (!most || !most->missing_n)
        return;
    buf_putz(out, "<dt>");
    word_put(out, w, "bulletin.silent");
    buf_putz(out, "</dt><dd>");
    for (size_t i = 0; i < most->missing_n && i < DOC_FACTS_SHOWN; i++) {
        buf_putz(out, i ? "、" : "");
        buf_html(out, unit_label(doc, most->missing[i], n->ask.period.last_day));
    }
    buf_putz(out, most->missing_n >= DOC_FACTS_SHOWN ? " …</dd>" : "</dd>");
}

static void html_card(Buf *out, Work *w, const Doc *doc, const Number *n)
{
    Str unit = unit_label(doc, n->ask.unit, n->ask.period.last_day);
    Str period = period_label(w->arena, n->ask.period);
    buf_putz(out, "<div class=\"card\"><b>");
    buf_html(out, n->shown.title);
    buf_putz(out, "</b> ");
    buf_html(out, unit);
    buf_putz(out, " · ");
    buf_html(out, period);
    buf_putz(out, "<dl><dt>");
    word_put(out, w, "bulletin.formula");
    buf_putz(out, "</dt><dd><code>");
    buf_html(out, n->figure && n->trace.formula.n ? n->trace.formula : n->source);
    buf_putz(out, "</code></dd><dt>");
    word_put(out, w, "bulletin.coverage");
    buf_putz(out, "</dt><dd>");
    word_put(out, w,
             arena_printf(w->arena, "bulletin.covered expected=%lld reported=%lld confirmed=%lld",
                          (long long)n->value.expected, (long long)n->value.reported,
                          (long long)n->value.confirmed));
    buf_putz(out, "</dd>");
    html_silent(out, w, doc, n);
    html_facts(out, w, doc, &n->trace);
    buf_putz(out, "</dl></div>");
}

/* For residents: what is printed, and the way to the public page of a public figure. */
static void html_open_number(Buf *out, const Doc *doc, const Number *n)
{
    const Figure *f = n->figure;
    bool linked = f && f->is_public && !n->failed && n->ask.unit != UNIT_NONE;
    if (!linked) {
        buf_putz(out, n->value.state == VALUE_OK ? "<b class=\"num\">" : "<b class=\"num miss\">");
        buf_html(out, n->text);
        buf_putz(out, "</b>");
        return;
    }
    Arena *arena = out->arena;
    int32_t day = n->ask.period.last_day;
    Str code = unit_code(doc->core->units, n->ask.unit, day, KNOWN_NOW);
    buf_putz(out, n->value.state == VALUE_OK ? "<a class=\"num\" href=\"/f/"
                                             : "<a class=\"num miss\" href=\"/f/");
    buf_html(out, f->name);
    for (size_t i = 0; i < n->arg_count; i++) {
        const List *list = f->params[i].type.list;
        const Item *item = list ? list_item_number(list, (int32_t)n->args[i]) : NULL;
        buf_html(out, item ? str_printf(arena, "_%.*s", STR_ARG(item->name))
                           : str_printf(arena, "_%lld", (long long)n->args[i]));
    }
    buf_putz(out, "?unit=");
    buf_html(out, code);
    buf_putz(out, "&amp;period=");
    buf_html(out, period_print(arena, n->ask.period));
    buf_putz(out, "\">");
    buf_html(out, n->text);
    buf_putz(out, "</a>");
}

void html_number(Buf *out, Work *w, const Doc *doc, size_t index)
{
    if (index >= doc->numbers.n)
        return;
    const Number *n = &doc->numbers.at[index];
    const char *mark = n->value.state == VALUE_OK ? "" : " miss";
    if (doc->open) {
        html_open_number(out, doc, n);
        return;
    }
    buf_printf(out, "<details class=\"num%s\" id=\"n%zu\"><summary>", mark, index + 1);
    buf_html(out, n->text);
    buf_putz(out, "</summary>");
    if (!n->failed)
        html_card(out, w, doc, n);
    buf_putz(out, "</details>");
}
