/* Test sections: steps with names resolved as far as a test can know them. Units and records have
 * names of their own in a test; values stay as a clerk would type them, the runner reads them. */
#include "lang/flow/steps_int.h"

enum { RANGE_MAX = 200, SHARES_MAX = 8 };

#define wrong(r, n, ...) complain(&(r)->c->c, (n)->file, node_span(n), NULL, __VA_ARGS__)

const Local *local_find(const TestRun *r, Str name, bool record)
{
    for (size_t i = r->locals.n; i-- > 0;)
        if ((r->locals.at[i].book != NULL) == record && str_eq(r->locals.at[i].name, name))
            return &r->locals.at[i];
    return NULL;
}

const char *nearest_local(const TestRun *r, Str name, bool record)
{
    Str *names = arena_array(r->c->w->arena, Str, r->locals.n);
    size_t n = 0;
    for (size_t i = 0; i < r->locals.n; i++)
        if ((r->locals.at[i].book != NULL) == record)
            names[n++] = r->locals.at[i].name;
    Str near = nearest_name(names, n, name);
    return near.n ? str_z(r->c->w->arena, near) : NULL;
}

/* A unit that the test made, or a code in quotes. */
Str step_unit_name(TestRun *r, const Node *n)
{
    if (!n)
        return STR("");
    if (n->kind == NODE_NAME && !local_find(r, node_name(n), false))
        complain(&r->c->c, n->file, node_place(n), nearest_local(r, node_name(n), false),
                 "lang.unknown_unit name=%.*s", STR_ARG(node_name(n)));
    return node_name(n);
}

/* on DATE, else the day of the clock. */
static int32_t step_day(const TestRun *r, const Node *n)
{
    const Node *on = node_clause(n, WORD_ON);
    return on && on->kid ? (int32_t)node_token(on->kid)->number : r->day;
}

/* V1..V9: the head with every number between. */
static size_t range_names(TestRun *r, const Node *n, Str *out)
{
    Str first = node_name(n);
    const Node *end = n->kind == NODE_NAME || n->kind == NODE_TEXT ? node_kid(n, NODE_NAME) : NULL;
    out[0] = first;
    if (!end)
        return 1;
    Str last = node_name(end);
    size_t head = first.n;
    while (head > 0 && first.p[head - 1] >= '0' && first.p[head - 1] <= '9')
        head--;
    int64_t from;
    int64_t to;
    if (!num_parse_int(str_sub(first, head, first.n), &from) || last.n <= head ||
        !str_eq(str_sub(first, 0, head), str_sub(last, 0, head)) ||
        !num_parse_int(str_sub(last, head, last.n), &to) || to < from || to - from >= RANGE_MAX) {
        wrong(r, n, "lang.name_range");
        return 1;
    }
    for (int64_t i = from; i <= to; i++)
        out[i - from] =
            str_printf(r->c->arena, "%.*s%lld", STR_ARG(str_sub(first, 0, head)), (long long)i);
    return (size_t)(to - from + 1);
}

static void step_names(TestRun *r, Step *step, const Node *parent)
{
    size_t room = node_count(parent) * RANGE_MAX;
    step->names = arena_array(r->c->arena, Str, room ? room : 1);
    FOR_EACH (n, parent)
        step->name_count += range_names(r, n, &step->names[step->name_count]);
}

void step_values(TestRun *r, Step *step, const Node *n, Field *const *fields, size_t count)
{
    const Node *values = node_clause(n, WORD_NONE);
    if (!values)
        return;
    step->values = arena_array(r->c->arena, StepValue, node_count(values));
    FOR_EACH (v, values) {
        if (v->kind != NODE_VALUE || !v->kid)
            continue;
        const Field *field = NULL;
        Str *names = arena_array(r->c->w->arena, Str, count);
        for (size_t i = 0; i < count; i++) {
            names[i] = fields[i]->name;
            field = str_eq(names[i], node_name(v)) ? fields[i] : field;
        }
        Str near = field ? STR("") : nearest_name(names, count, node_name(v));
        if (!field)
            complain(&r->c->c, v->file, node_place(v), near.n ? str_z(r->c->w->arena, near) : NULL,
                     "lang.unknown_value name=%.*s", STR_ARG(node_name(v)));
        else if (field->computed)
            wrong(r, v, "lang.value_computed name=%.*s", STR_ARG(node_name(v)));
        const Node *text = v->kid;
        bool one = text->first == text->last && node_token(text)->kind == TOKEN_STRING;
        step->values[step->value_count++] =
            (StepValue){ node_name(v), one ? node_token(text)->value : node_text(text),
                         node_place(text) };
    }
}

/* ---- filing ---- */

static void step_period(Step *step, const Node *n)
{
    const Token *t = node_token(n);
    if (t->kind == TOKEN_DATE)
        step->period = period_of_day(PERIOD_DAY, (int32_t)t->number);
    else if (!period_of_code(t->kind == TOKEN_PERIOD ? t->number : t->number * 10000,
                             &step->period))
        step->period = (Period){ .kind = PERIOD_NONE };
}

static void step_each(TestRun *r, Step *step, const Node *each)
{
    const Node *name = each->kid;
    if (!name)
        return;
    step->each = true;
    Word word = node_token(name)->word;
    if (period_kind_find(word ? str_of(word_row(word)->en) : node_name(name), &step->each_kind))
        return;
    Symbol *symbol = symbol_need(r->c, r->load, SYMBOL_LIST, name);
    const List *list = symbol ? symbol->thing : NULL;
    const Book *book = step->book;
    bool last = list && book->key_count && book->keys[book->key_count - 1] == list &&
                step->key_count + 1 == book->key_count;
    if (list && !last)
        wrong(r, each, "lang.each_last book=%.*s", STR_ARG(book->name));
}

/* Names behind the unit: first the keys of the book, then the record that is the period. */
static void step_key(TestRun *r, Step *step, const Node *n)
{
    const Book *book = step->book;
    const List *list =
        book && step->key_count < book->key_count ? book->keys[step->key_count] : NULL;
    if (list && list_item(list, node_name(n))) {
        step->keys[step->key_count++] = node_name(n);
        return;
    }
    if (book && book->every_book && local_find(r, node_name(n), true)) {
        step->period_name = node_name(n);
        return;
    }
    if (list)
        wrong(r, n, "lang.unknown_item name=%.*s list=%.*s", STR_ARG(node_name(n)),
              STR_ARG(list->name));
    else
        complain(&r->c->c, n->file, node_place(n), nearest_local(r, node_name(n), true),
                 "lang.unknown_local name=%.*s", STR_ARG(node_name(n)));
}

static void step_cell(TestRun *r, Step *step, const Node *first, const Node *whole)
{
    if (!first || first->kind != NODE_REF)
        return;
    Symbol *symbol = symbol_need(r->c, r->load, SYMBOL_BOOK, first->kid);
    step->book = symbol ? symbol->thing : NULL;
    if (!step->book)
        return;
    bool nil = step->book->form != BOOK_PER && step->book->nil_every != PERIOD_NONE;
    if (step->book->form != BOOK_PER && !nil)
        wrong(r, first, "lang.file_register book=%.*s", STR_ARG(step->book->name));
    step->unit = step_unit_name(r, first->next);
    step->keys = arena_array(r->c->arena, Str, step->book->key_count + 1);
    for (const Node *n = first->next ? first->next->next : NULL; n; n = n->next) {
        if (n->kind == NODE_NUMBER)
            step_period(step, n);
        else if (n->kind == NODE_CLAUSE && n->word == WORD_EACH)
            step_each(r, step, n);
        else if (n->kind == NODE_NAME)
            step_key(r, step, n);
    }
    bool period = step->period.kind != PERIOD_NONE || step->period_name.n;
    if ((step->book->every != PERIOD_NONE || nil) && !period)
        wrong(r, whole, "lang.file_period book=%.*s", STR_ARG(step->book->name));
    bool each_key = step->each && step->each_kind == PERIOD_NONE; /* has said what it lacks */
    bool all_keys = each_key || step->key_count >= step->book->key_count;
    if (!all_keys && step->book->kind_count)
        wrong(r, whole, "lang.cell_keys book=%.*s key=%.*s", STR_ARG(step->book->name),
              STR_ARG(step->book->keys[step->key_count]->name));
    step_values(r, step, whole, step->book->fields, step->book->field_count);
    if (nil && step->value_count) /* a period without rows is filed empty; rows are added */
        wrong(r, first, "lang.file_register book=%.*s", STR_ARG(step->book->name));
}

static void step_add(TestRun *r, Step *step, const Node *n)
{
    const Node *name = n->kid ? n->kid->next : NULL;
    if (!name || !name->next)
        return;
    Symbol *symbol = symbol_need(r->c, r->load, SYMBOL_BOOK, n->kid->kid);
    step->book = symbol ? symbol->thing : NULL;
    step->names = arena_copy(r->c->arena, &node_token(name)->value, sizeof(Str));
    step->name_count = 1;
    if (!step->book)
        return;
    if (step->book->form == BOOK_PER)
        wrong(r, n->kid, "lang.add_return book=%.*s", STR_ARG(step->book->name));
    const Local *record = local_find(r, node_name(name->next), true);
    step->unit = node_name(name->next);
    if (step->book->parent && (!record || record->book != step->book->parent))
        complain(&r->c->c, n->file, node_place(name->next), nearest_local(r, step->unit, true),
                 "lang.unknown_local name=%.*s", STR_ARG(step->unit));
    else if (!step->book->parent)
        (void)step_unit_name(r, name->next);
    *list_push(r->c->arena, &r->locals) = (Local){ .name = node_name(name), .book = step->book };
    for (const Node *more = name->next->next; more; more = more->next) {
        if (more->kind == NODE_NUMBER)
            step_period(step, more);
        else if (more->kind == NODE_NAME)
            step_key(r, step, more);
    }
    if (step->book->every != PERIOD_NONE && step->period.kind == PERIOD_NONE &&
        !step->period_name.n)
        wrong(r, n, "lang.file_period book=%.*s", STR_ARG(step->book->name));
    step_by(r, step, n);
    step_values(r, step, n, step->book->fields, step->book->field_count);
}

static void step_on_file(TestRun *r, Step *step, const Node *n)
{
    const Node *mark = node_clause(n, WORD_NONE);
    if (mark) {
        step_cell(r, step, mark->next, n);
        return;
    }
    if (!n->kid)
        return;
    step->names = arena_copy(r->c->arena, &node_token(n->kid)->value, sizeof(Str));
    step->name_count = 1;
    const Local *record = local_find(r, step->names[0], true);
    if (record)
        step->book = record->book;
    else
        complain(&r->c->c, n->file, node_place(n->kid), nearest_local(r, step->names[0], true),
                 "lang.unknown_local name=%.*s", STR_ARG(step->names[0]));
}

/* ---- units ---- */

static void step_unit(TestRun *r, Step *step, const Node *n)
{
    if (!n->kid || n->kid->kind != NODE_REF)
        return;
    Symbol *symbol = symbol_need(r->c, r->load, SYMBOL_KIND, n->kid->kid);
    const Kind *kind = symbol ? symbol->thing : NULL;
    step->kind = kind;
    const Node *names = n->kid->next;
    const Node *in = node_clause(n, WORD_IN);
    if (names)
        step_names(r, step, names);
    if (in)
        step->unit = step_unit_name(r, in->kid);
    else
        r->roots += step->name_count;
    if (node_clause(n, WORD_ON))
        step->day = step_day(r, n);
    for (size_t i = 0; i < step->name_count; i++)
        *list_push(r->c->arena, &r->locals) = (Local){ .name = step->names[i], .kind = kind };
    const Node *values = n->tail;
    Node only = { .kind = NODE_STEP, .file = n->file, .token = n->token };
    if (kind && values != names && values->kind == NODE_CLAUSE && values->word == WORD_NONE) {
        only.kid = only.tail = (Node *)(uintptr_t)values;
        step_values(r, step, &only, kind->fields, kind->field_count);
    }
}

/* split V into V1 3/5, V2 2/5 */
static void step_shares(TestRun *r, Step *step, const Node *n)
{
    const Node *into = node_clause(n, WORD_INTO);
    step->day = step_day(r, n);
    if (n->kid && n->kid->kid)
        step->unit = step_unit_name(r, n->kid->kid);
    if (!into || node_count(into) > SHARES_MAX) {
        wrong(r, n, "lang.split_shares n=%d", SHARES_MAX);
        return;
    }
    step->names = arena_array(r->c->arena, Str, SHARES_MAX);
    int64_t left = 1;
    int64_t below = 1;
    FOR_EACH (name, into) {
        size_t i = step->name_count++;
        const Node *num = node_kid(name, NODE_NUMBER);
        const Node *den = num ? num->next : NULL;
        step->names[i] = step_unit_name(r, name);
        step->shares[2 * i] = num ? node_token(num)->number : 0;
        step->shares[2 * i + 1] = den ? node_token(den)->number : 1;
        int64_t d = step->shares[2 * i + 1];
        if (d < 1 || d > 10000 || below > 100000000) {
            wrong(r, name, "lang.split_shares n=%d", SHARES_MAX);
            return;
        }
        left = left * d - step->shares[2 * i] * below;
        below *= d;
    }
    if (left != 0)
        wrong(r, into, "lang.split_sum");
}

static void step_life(TestRun *r, Step *step, const Node *n)
{
    step->day = step_day(r, n);
    const Node *names = n->kid;
    if (!names)
        return;
    step_names(r, step, names);
    FOR_EACH (name, names)
        (void)step_unit_name(r, name);
    const Node *into = node_clause(n, WORD_INTO);
    const Node *in = node_clause(n, WORD_IN);
    const Node *by = node_clause(n, WORD_BY);
    const Node *title = node_kid(n, NODE_TITLE);
    if (into)
        step->unit = step_unit_name(r, into->kid);
    if (in)
        step->unit = step_unit_name(r, in->kid);
    if (by && by->kid) {
        step->tree = node_text(by->kid);
        if (!str_is(step->tree, "area"))
            (void)symbol_need(r->c, r->load, SYMBOL_TREE, by->kid->kid);
    }
    if (title)
        step->because = node_name(title);
}

/* ---- the rest ---- */

static void step_set(TestRun *r, Step *step, const Node *n)
{
    if (!n->kid || !n->kid->next)
        return;
    Symbol *symbol = symbol_need(r->c, r->load, SYMBOL_PARAM, n->kid->kid);
    const Param *param = symbol ? symbol->thing : NULL;
    step->names = arena_copy(r->c->arena, &node_token(n->kid->kid)->value, sizeof(Str));
    step->name_count = 1;
    step->values = arena_array(r->c->arena, StepValue, 1);
    step->values[0] =
        (StepValue){ step->names[0], node_text(n->kid->next), node_place(n->kid->next) };
    step->value_count = 1;
    Typer t = { .c = r->c, .load = r->load };
    Scope scope = { .any_kind = true, .any_grain = true };
    if (param)
        step->expr = type_as(&t, &scope, n->kid->next, param->type);
}

/* Does it ask something of a unit without saying which? */
static bool lacks_unit(const Expr *e)
{
    bool own = true; /* no part of it asks a unit, so it does itself */
    if (e->level == LEVEL_CONST || (e->op == EXPR_AT && e->text.n) || e->op == EXPR_PERIOD_DATE)
        return false;
    for (size_t i = 0; i < e->arg_count; i++) {
        own = own && e->args[i]->level == LEVEL_CONST;
        if (lacks_unit(e->args[i]))
            return true;
    }
    return own && e->op != EXPR_ATTR;
}

static void step_expect(TestRun *r, Step *step, const Node *n)
{
    Typer t = { .c = r->c, .load = r->load };
    Scope scope = { .any_kind = true, .any_grain = true };
    scope.locals = r->locals.at;
    scope.local_count = r->locals.n;
    if (!n->kid)
        return;
    if (n->word == WORD_STATE) {
        step_expect_case(r, step, n);
        return;
    }
    step->op = n->word == WORD_MISSING    ? STEP_EXPECT_MISSING
               : n->word == WORD_COVERAGE ? STEP_EXPECT_COVERAGE
                                          : STEP_EXPECT;
    if (step->op == STEP_EXPECT)
        step->expr = type_condition(&t, &scope, n->kid);
    else
        step->expr = type_expr(&t, &scope, n->kid, NULL);
    if (r->roots > 1 && lacks_unit(step->expr))
        wrong(r, n->kid, "lang.expect_unit");
    const Node *because = node_clause(n, WORD_BECAUSE);
    if (because && because->kid)
        step->because = node_name(because->kid);
    if (step->op == STEP_EXPECT_COVERAGE && n->kid->next && n->kid->next->next) {
        step->reported = node_token(n->kid->next)->number;
        step->expected = node_token(n->kid->next->next)->number;
    }
}

static void step_one(TestRun *r, const Node *n, bool refuse, const Node *because);

static void step_at(TestRun *r, const Node *n, bool refuse, const Node *because)
{
    enum { NINE = 9 * 60 };
    const Node *day = n->kid;
    const Node *time = day ? day->next : NULL;
    if (!day || !time)
        return;
    int64_t minute = time->kind == NODE_NUMBER ? node_token(time)->number : NINE;
    int64_t before = r->at_ms;
    r->at_ms = day_first_ms((int32_t)node_token(day)->number) + minute * 60000;
    step_one(r, time->kind == NODE_NUMBER ? time->next : time, refuse, because);
    r->at_ms = before;
}

/* A quoted reason is the message of a check, or the words of a move, of some pack in sight. */
static void check_because(TestRun *r, const Node *n, Str text)
{
    list_of(Str) texts = { 0 };
    for (size_t i = 0; i < r->c->books.n; i++)
        for (size_t k = 0; k < r->c->books.at[i]->check_count; k++)
            *list_push(r->c->w->arena, &texts) = r->c->books.at[i]->checks[k].text;
    for (size_t i = 0; i < r->c->uses.n; i++)
        for (size_t k = 0; k < r->c->uses.at[i]->flow->move_count; k++)
            *list_push(r->c->w->arena, &texts) = r->c->uses.at[i]->flow->moves[k].says;
    for (size_t i = 0; i < texts.n; i++)
        if (str_eq(texts.at[i], text))
            return;
    Str near = nearest_name(texts.at, texts.n, text);
    complain(&r->c->c, n->file, node_place(n), near.n ? str_z(r->c->w->arena, near) : NULL,
             "lang.unknown_message text=%.*s", STR_ARG(text));
}

static const struct {
    Word word;
    StepOp op;
    void (*make)(TestRun *r, Step *step, const Node *n);
} makers[] = {
    { WORD_UNIT, STEP_UNIT, step_unit },
    { WORD_SET, STEP_SET, step_set },
    { WORD_ADD, STEP_ADD, step_add },
    { WORD_CONFIRM, STEP_CONFIRM, step_on_file },
    { WORD_RETURN, STEP_RETURN, step_on_file },
    { WORD_VOID, STEP_VOID, step_on_file },
    { WORD_EXPECT, STEP_EXPECT, step_expect },
    { WORD_MISSING, STEP_EXPECT, step_expect },
    { WORD_COVERAGE, STEP_EXPECT, step_expect },
    { WORD_MERGE, STEP_MERGE, step_life },
    { WORD_SPLIT, STEP_SPLIT, step_shares },
    { WORD_CLOSE, STEP_CLOSE, step_life },
    { WORD_RENAME, STEP_RENAME, step_life },
    { WORD_RECODE, STEP_RECODE, step_life },
    { WORD_PUT, STEP_PUT, step_life },
    { WORD_MOVE, STEP_MOVE, step_move },
    { WORD_STATE, STEP_EXPECT_CASE, step_expect },
};

/* Days of rest are those of the State Council, whatever is written; hours are a pack's own. */
static void step_calendar(TestRun *r, const Node *path)
{
    const Node *name = path->kid;
    if (name->next || symbol_find(r->c, r->load, SYMBOL_CALENDAR, name, qualifier_of(name)))
        return;
    complain(&r->c->c, path->file, node_place(name),
             nearest_of(r->c, r->load, SYMBOL_CALENDAR, NULL, node_name(name)),
             "lang.unknown_calendar name=%.*s", STR_ARG(node_name(name)));
}

static void step_one(TestRun *r, const Node *n, bool refuse, const Node *because)
{
    if (!n || n->broken)
        return;
    if (n->word == WORD_AT) {
        step_at(r, n, refuse, because);
        return;
    }
    if (n->word == WORD_REFUSE) {
        const Node *clause = node_clause(n, WORD_BECAUSE);
        step_one(r, n->kid, true, clause ? clause->kid : NULL);
        return;
    }
    Step step = { .place = node_place(n), .at_ms = r->at_ms, .refuse = refuse };
    if (because) {
        step.because = node_name(because);
        step.because_quoted = because->kind == NODE_TEXT;
        if (step.because_quoted)
            check_because(r, because, step.because);
    }
    if (n->word == WORD_CLOCK && n->kid) {
        step.op = STEP_CLOCK;
        step.day = r->day = (int32_t)node_token(n->kid)->number;
    } else if (n->word == WORD_CALENDAR && n->kid) {
        Str name = node_text(n->kid);
        step_calendar(r, n->kid);
        step.op = STEP_CALENDAR;
        step.names = arena_copy(r->c->arena, &name, sizeof name);
        step.name_count = 1;
    } else if (n->word == WORD_FILE) {
        step.op = STEP_FILE;
        step_cell(r, &step, n->kid, n);
    } else if (n->word == WORD_TICK) {
        step.op = STEP_TICK;
    }
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (n->word == makers[i].word) {
            step.op = makers[i].op;
            makers[i].make(r, &step, n);
        }
    *list_push(r->c->arena, &r->steps) = step;
}

void steps_load(Compiler *c, Load *load)
{
    list_of(TestDecl) tests = { 0 };
    for (size_t i = 0; i < load->decl_count; i++) {
        const Node *n = load->decls[i];
        if (n->kind != NODE_TEST)
            continue;
        TestRun r = { .c = c, .load = load };
        const Node *title = node_kid(n, NODE_TITLE);
        FOR_EACH (step, n)
            if (step->kind == NODE_STEP)
                step_one(&r, step, false, NULL);
        *list_push(c->arena, &tests) =
            (TestDecl){ title ? node_name(title) : STR(""), node_place(n), r.steps.at, r.steps.n };
    }
    load->pack->tests = tests.at;
    load->pack->test_count = tests.n;
}
