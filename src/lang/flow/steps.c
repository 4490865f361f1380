/* Steps of tests that move cases: move, by, and what is expected of a case. */
#include "lang/flow/steps_int.h"

#define wrong(r, n, ...) complain(&(r)->c->c, (n)->file, node_span(n), NULL, __VA_ARGS__)

/* "V desk": a unit of the test and a role. */
static void check_seat(TestRun *r, const Node *n)
{
    Str text = node_name(n);
    size_t cut = str_find(text, STR(" "));
    Str unit = str_sub(text, 0, cut == SIZE_MAX ? 0 : cut);
    Str role = cut == SIZE_MAX ? STR("") : str_trim(str_sub(text, cut + 1, text.n));
    bool found = false;
    for (size_t i = 0; i < r->c->roles.n; i++)
        found = found || str_eq(r->c->roles.at[i]->name, role);
    if (!r->load->blind && (!found || !local_find(r, unit, false)))
        wrong(r, n, "lang.step_by text=%.*s", STR_ARG(text));
}

void step_by(TestRun *r, Step *step, const Node *n)
{
    const Node *by = node_clause(n, WORD_BY);
    if (!by || !by->kid)
        return;
    if (by->kid->kind == NODE_TEXT) {
        step->by = node_name(by->kid);
        check_seat(r, by->kid);
    } else {
        step->by = str_of(word_row(by->kid->word)->en);
    }
}

/* The record that a step names; NULL + complaint. */
static const Local *record_of(TestRun *r, const Node *name)
{
    const Local *record = local_find(r, node_name(name), true);
    if (!record)
        complain(&r->c->c, name->file, node_place(name), nearest_local(r, node_name(name), true),
                 "lang.unknown_local name=%.*s", STR_ARG(node_name(name)));
    else if (!record->book->cases)
        wrong(r, name, "lang.step_no_flow book=%.*s", STR_ARG(record->book->name));
    return record && record->book->cases ? record : NULL;
}

static const char *nearest_move(const TestRun *r, const Flow *flow, Str name)
{
    Str *names = arena_array(r->c->w->arena, Str, flow->state_count + flow->move_count);
    size_t n = 0;
    for (size_t i = 0; i < flow->state_count; i++)
        names[n++] = flow->states[i].name;
    for (size_t i = 0; i < flow->move_count; i++)
        if (flow->moves[i].name.n)
            names[n++] = flow->moves[i].name;
    Str near = nearest_name(names, n, name);
    return near.n ? str_z(r->c->w->arena, near) : NULL;
}

void step_move(TestRun *r, Step *step, const Node *n)
{
    const Node *name = n->kid;
    const Node *to = name ? name->next : NULL;
    if (!to || to->kind != NODE_NAME)
        return;
    const Local *record = record_of(r, name);
    if (!record)
        return;
    const Flow *flow = record->book->flow_type;
    step->book = record->book;
    step->names = arena_copy(r->c->arena, &node_token(name)->value, sizeof(Str));
    step->name_count = 1;
    step->state = node_name(to);
    if (!flow_state(flow, step->state) && !flow_move(flow, step->state))
        complain(&r->c->c, to->file, node_place(to), nearest_move(r, flow, step->state),
                 "lang.step_move name=%.*s", STR_ARG(step->state));
    step_by(r, step, n);
    step_values(r, step, n, step->book->fields, step->book->field_count);
}

/* ---- expect m1.total.due = 2021-06-18 24:00 ---- */

static Expr *literal(TestRun *r, TypeKind kind, int64_t number)
{
    Expr *e = arena_new(r->c->arena, Expr);
    *e = (Expr){ .op = EXPR_LITERAL, .id = r->c->set->expr_count++, .type = type_make(kind) };
    e->number = number;
    return e;
}

static bool read_time(TestRun *r, Step *step, const Node *value)
{
    const Token *day = node_token(value);
    const Token *time = day + 1;
    bool exact = value->last == value->first + 1 && time->kind == TOKEN_TIME;
    if (day->kind != TOKEN_DATE || (!exact && value->last != value->first))
        return false;
    int64_t ms = day_first_ms((int32_t)day->number) + (exact ? time->number * 60000 : 0);
    step->expr = literal(r, exact ? TYPE_TIME : TYPE_DATE, exact ? ms : day->number);
    return true;
}

static bool read_word(TestRun *r, Step *step, const Node *value, TypeKind kind)
{
    const Token *t = node_token(value);
    if (value->first != value->last)
        return false;
    if (kind == TYPE_BOOL && (t->word == WORD_TRUE || t->word == WORD_FALSE))
        step->expr = literal(r, kind, t->word == WORD_TRUE);
    else if (kind == TYPE_ACTOR && (t->word == WORD_REPORTER || t->word == WORD_SYSTEM))
        step->expr = literal(r, kind, t->word == WORD_SYSTEM ? ACTOR_SYSTEM : ACTOR_REPORTER);
    else if (kind == TYPE_ACTOR && t->word == WORD_SEAT)
        step->expr = literal(r, kind, ACTOR_SEAT);
    else if (kind == TYPE_INT && t->kind == TOKEN_NUMBER && !t->suffix && !t->scale)
        step->expr = literal(r, kind, t->number);
    return step->expr != NULL;
}

static bool read_duration(TestRun *r, Step *step, const Node *value)
{
    Type type;
    int64_t number;
    if (value->first != value->last || node_token(value)->kind != TOKEN_NUMBER ||
        !literal_of_token(&r->c->c, value, &type, &number) || type.kind != TYPE_DURATION)
        return false;
    step->expr = literal(r, TYPE_DURATION, number);
    step->expr->type.work = type.work;
    return true;
}

static bool read_unit(TestRun *r, Step *step, const Node *value)
{
    const Token *t = node_token(value);
    step->unit = t->value;
    return value->first == value->last &&
           ((t->kind == TOKEN_NAME && local_find(r, t->value, false)) || t->kind == TOKEN_STRING);
}

static bool read_state(Step *step, const Flow *flow, const Node *value)
{
    step->state = node_name(value);
    return value->first == value->last && flow_state(flow, step->state);
}

/* missing: the state was never entered. */
static bool is_missing(const Node *value)
{
    return value->first == value->last && node_token(value)->word == WORD_MISSING;
}

/* What of the case, and does the value fit? *ret_want: what it should be. */
static bool read_part(TestRun *r, Step *step, const Flow *flow, const Node *path, const Node *value,
                      const char **ret_want)
{
    const Node *part = path->kid->next;
    Word word = node_token(part ? part : path->kid)->word;
    bool time = part && (word == WORD_FIRST || word == WORD_LAST || word == WORD_DUE);
    if (path->sign == '(')
        *ret_want = "1";
    else if (!part)
        *ret_want = word == WORD_STATE ? "STATE" : "UNIT";
    else
        *ret_want = time                 ? "2022-01-31 17:00"
                    : word == WORD_ACTOR ? "reporter|system|seat"
                    : word == WORD_UNIT  ? "UNIT"
                    : word == WORD_LATE  ? "true|false"
                                         : "2wd";
    if (path->sign == '(')
        return read_word(r, step, value, TYPE_INT);
    if (!part)
        return word == WORD_STATE ? read_state(step, flow, value) : read_unit(r, step, value);
    if (time)
        return is_missing(value) || read_time(r, step, value);
    if (word == WORD_UNIT)
        return read_unit(r, step, value);
    return word == WORD_USED
               ? read_duration(r, step, value)
               : read_word(r, step, value, word == WORD_LATE ? TYPE_BOOL : TYPE_ACTOR);
}

/* Is there such a state, clock or move? */
static bool part_exists(const Flow *flow, const Node *path)
{
    const Node *part = path->kid->next;
    Str name = node_name(path->kid);
    if (!part)
        return true;
    if (path->sign == '(')
        return flow_move(flow, node_name(part));
    Word word = node_token(part)->word;
    bool clock = word == WORD_DUE || word == WORD_USED || word == WORD_LATE;
    return clock ? flow_clock(flow, name) != NULL : flow_state(flow, name) != NULL;
}

/* In the words of the language: times(x), total.due. */
static Str part_path(TestRun *r, const Node *path)
{
    const Node *part = path->kid->next;
    Str first = node_name(path->kid);
    if (path->sign == '(')
        return str_printf(r->c->arena, "times(%.*s)", STR_ARG(node_name(part)));
    if (!part)
        return str_of(word_row(node_token(path->kid)->word)->en);
    return path_of(r->c->arena, first, str_of(word_row(node_token(part)->word)->en));
}

void step_expect_case(TestRun *r, Step *step, const Node *n)
{
    const Node *name = n->kid;
    const Node *path = name ? name->next : NULL;
    const Node *value = path ? path->next : NULL;
    const Local *record = value ? record_of(r, name) : NULL;
    const char *want = "";
    step->op = STEP_EXPECT_CASE;
    if (!record)
        return;
    const Flow *flow = record->book->flow_type;
    step->book = record->book;
    step->names = arena_copy(r->c->arena, &node_token(name)->value, sizeof(Str));
    step->name_count = 1;
    step->path = part_path(r, path);
    step->values = arena_array(r->c->arena, StepValue, 1);
    step->values[0] = (StepValue){ step->path, node_text(value), node_place(value) };
    step->value_count = 1;
    if (!part_exists(flow, path))
        wrong(r, path, "lang.step_part name=%.*s path=%.*s", STR_ARG(node_name(name)),
              STR_ARG(node_text(path)));
    else if (!read_part(r, step, flow, path, value, &want))
        wrong(r, value, "lang.step_value path=%.*s want=%s text=%.*s", STR_ARG(step->path), want,
              STR_ARG(node_text(value)));
}
