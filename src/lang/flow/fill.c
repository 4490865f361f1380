/* What the instances of flows say: types of asked fields, arguments, clocks, and what each move
 * does. Names of kinds, roles, lists and books are those that the flow's own pack sees; names of
 * the row are those of the book. */
#include "lang/compile_int.h"

#define wrong(compiler, n, ...) complain(&(compiler)->c, (n)->file, node_span(n), NULL, __VA_ARGS__)

/* ---- fields that moves ask ---- */

static bool first_ask(const FlowUse *use, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (use->asks[k].field == use->asks[i].field)
            return false;
    return true;
}

static void ask_type(Compiler *c, FlowUse *use, size_t i)
{
    const AskNode *ask = &use->asks[i];
    const Node *node = node_kid(ask->node, NODE_TYPE);
    if (!node)
        return;
    Load *load = node->word == WORD_CHOICE ? use->of_book : use->load;
    Type type = type_of_node(c, load, node, path_of(c->arena, use->book->name, ask->field->name));
    Type *had = &ask->field->type;
    if (first_ask(use, i))
        *had = type;
    else if (had->kind != TYPE_NONE && type.kind != TYPE_NONE && !type_same(*had, type))
        complain(&c->c, ask->node->file, node_place(ask->node), NULL,
                 "lang.ask_other_type name=%.*s first=%.*s", STR_ARG(ask->field->name),
                 STR_ARG(type_print(c->w->arena, *had)));
    else if (type.kind == TYPE_TEXT && type.high > had->high)
        had->high = type.high;
}

/* What a field in a move cannot be: computed, or needed by a condition; a move says `needs`. */
static void ask_words(Compiler *c, FlowUse *use, const AskNode *ask)
{
    FOR_EACH (clause, ask->node)
        if (clause->kind == NODE_CLAUSE && (!clause->word || clause->word == WORD_REQUIRED))
            wrong(c, ask->node, "lang.ask_modifier name=%.*s", STR_ARG(ask->field->name));
    field_words(c, use->load, ask->node, use->book, ask->field);
    ask->field->optional = true; /* filing asks nothing of it */
}

/* ---- arguments ---- */

static Typer typer_of(Compiler *c, const FlowUse *use)
{
    return (Typer){ .c = c, .load = use->load, .row = use->book };
}

static Scope scope_of(const FlowUse *use)
{
    Scope s = book_scope(use->book);
    s.use = use;
    return s;
}

static void flow_arguments(Compiler *c, FlowUse *use)
{
    const Node *params = node_clause(use->symbol->node, WORD_NONE);
    size_t count = params ? node_count(params) : 0;
    use->params = arena_array(c->arena, const Node *, count);
    use->args = arena_array(c->arena, Expr *, count);
    const Node *arg = node_kid(use->attach, NODE_ARG);
    Typer t = { .c = c, .load = use->of_book, .row = use->book };
    Scope scope = book_scope(use->book);
    for (const Node *n = params ? params->kid : NULL; n; n = n->next) {
        const Node *type = node_kid(n, NODE_TYPE);
        size_t i = use->param_count++;
        use->params[i] = n;
        if (!arg || !type)
            continue;
        use->args[i] = type_as(&t, &scope, arg->kid, type_of_node(c, use->load, type, STR("")));
        arg = arg->next;
    }
    size_t given = 0;
    FOR_EACH (n, use->attach)
        given += n->kind == NODE_ARG;
    if (given != count)
        wrong(c, use->attach, "lang.flow_arguments name=%.*s want=%zu got=%zu",
              STR_ARG(use->symbol->name), count, given);
}

/* ---- states, clocks, fields by name ---- */

static const char *nearest_state(Compiler *c, const Flow *flow, Str name)
{
    Str *names = arena_array(c->w->arena, Str, flow->state_count);
    for (size_t i = 0; i < flow->state_count; i++)
        names[i] = flow->states[i].name;
    Str near = nearest_name(names, flow->state_count, name);
    return near.n ? str_z(c->w->arena, near) : NULL;
}

static const FlowState *state_of(Compiler *c, const Flow *flow, const Node *path)
{
    const Node *name = path->kind == NODE_REF ? path->kid : path;
    const FlowState *state = name->next ? NULL : flow_state(flow, node_name(name));
    if (!state)
        complain(&c->c, path->file, node_span(path), nearest_state(c, flow, node_name(name)),
                 "lang.unknown_state name=%.*s", STR_ARG(node_text(path)));
    return state;
}

static const FlowState **states_of(Compiler *c, const Flow *flow, const Node *clause,
                                   size_t *ret_count)
{
    const FlowState **states = arena_array(c->arena, const FlowState *, node_count(clause));
    FOR_EACH (n, clause) {
        const FlowState *state = n->kind == NODE_REF ? state_of(c, flow, n) : NULL;
        if (state)
            states[(*ret_count)++] = state;
    }
    return states;
}

const FlowState *state_moment(Compiler *c, const Book *book, const Node *path, bool *ret_last)
{
    const Node *name = path->kid;
    const Node *part = name->next;
    Word word = part && !part->next ? node_token(part)->word : WORD_NONE;
    bool moment = word == WORD_FIRST || word == WORD_LAST;
    const FlowState *state =
        moment && book->cases ? flow_state(book->flow_type, node_name(name)) : NULL;
    *ret_last = word == WORD_LAST;
    if (!state && book->cases && moment)
        complain(&c->c, path->file, node_place(name),
                 nearest_state(c, book->flow_type, node_name(name)), "lang.unknown_state name=%.*s",
                 STR_ARG(node_name(name)));
    else if (!state)
        wrong(c, path, "lang.state_moment path=%.*s book=%.*s", STR_ARG(node_text(path)),
              STR_ARG(book->name));
    return state;
}

static const FlowClock *clock_of(Compiler *c, const Flow *flow, const Node *name)
{
    const FlowClock *clock = flow_clock(flow, node_name(name));
    if (!clock || clock->of_move)
        complain(&c->c, name->file, node_place(name), NULL, "lang.unknown_clock name=%.*s",
                 STR_ARG(node_name(name)));
    return clock;
}

/* A length of time that does not hang on the row: a literal, or an argument that is one. */
static bool duration_of(Compiler *c, const FlowUse *use, const Node *n, int64_t *ret, bool *work)
{
    Typer t = typer_of(c, use);
    Scope scope = scope_of(use);
    Node ref = *n;
    if (n->kind == NODE_REF && n->kid && n->kid->next) {
        wrong(c, n, "lang.want_duration_fixed");
        return false;
    }
    if (n->kind == NODE_REF && n->kid) {
        ref = *n->kid;
        ref.kind = NODE_REF;
    } else {
        ref.kind = NODE_LITERAL;
    }
    ref.next = NULL;
    Expr *e = type_as(&t, &scope, &ref, type_make(TYPE_DURATION));
    *work = e->type.work;
    if (e->type.kind == TYPE_NONE)
        return false;
    if (expr_constant(e, ret) && *ret >= 0)
        return true;
    wrong(c, n, "lang.want_duration_fixed");
    return false;
}

void flows_types(Compiler *c)
{
    for (size_t i = 0; i < c->uses.n; i++) {
        FlowUse *use = c->uses.at[i];
        for (size_t k = 0; k < use->ask_count; k++)
            ask_type(c, use, k);
        for (size_t k = 0; k < use->flow->move_count; k++) {
            FlowMove *move = &use->flow->moves[k];
            const Node *from = node_clause(use->move_nodes[k], WORD_NONE);
            move->state = flow_state(use->flow, move->to);
            if (!move->is_new && from)
                move->froms = states_of(c, use->flow, from, &move->from_count);
        }
    }
}

/* ---- clocks ---- */

/* Working days are counted to their end, so lengths of them are not added up or halved. */
static bool reckons(const Expr *e)
{
    bool found = (e->op >= EXPR_ADD && e->op <= EXPR_NEG) || e->op == EXPR_AGG ||
                 e->op == EXPR_FIGURE || e->op == EXPR_STATE_TIME || e->op == EXPR_CLOCK;
    for (size_t i = 0; i < e->arg_count && !found; i++)
        found = reckons(e->args[i]);
    return found;
}

static void clock_limit(Compiler *c, FlowUse *use, FlowClock *clock, const Node *n)
{
    Typer t = typer_of(c, use);
    Scope scope = scope_of(use);
    clock->limit = type_as(&t, &scope, n, type_make(TYPE_DURATION));
    int64_t length;
    if (clock->limit->type.kind == TYPE_NONE)
        return;
    if (reckons(clock->limit))
        wrong(c, n, "lang.limit_reckons");
    else if (expr_constant(clock->limit, &length) && length <= 0)
        wrong(c, n, "lang.limit_none");
}

/* `within D`: from the states of the move until any other. */
static void clock_within(Compiler *c, FlowUse *use, FlowClock *clock, const Node *move)
{
    const Node *within = node_clause(move, WORD_WITHIN);
    const Node *from = node_clause(move, WORD_NONE);
    Flow *flow = use->flow;
    clock->from = states_of(c, flow, from, &clock->from_count);
    clock->until = arena_array(c->arena, const FlowState *, flow->state_count);
    for (size_t i = 0; i < flow->state_count; i++) {
        bool inside = false;
        for (size_t k = 0; k < clock->from_count; k++)
            inside = inside || clock->from[k] == &flow->states[i];
        if (!inside)
            clock->until[clock->until_count++] = &flow->states[i];
    }
    if (clock->of_move->is_new)
        wrong(c, within, "lang.within_new");
    Node limit = *within->kid;
    if (limit.kind == NODE_NUMBER) {
        limit.kind = NODE_LITERAL;
    } else {
        limit = *within->kid->kid;
        limit.kind = NODE_REF;
    }
    limit.next = NULL;
    clock_limit(c, use, clock, arena_copy(c->arena, &limit, sizeof limit));
}

static void clock_fill(Compiler *c, FlowUse *use, size_t i)
{
    FlowClock *clock = &use->flow->clocks[i];
    const Node *n = use->clock_nodes[i];
    if (clock->of_move) {
        clock_within(c, use, clock, n);
        return;
    }
    const Node *from = node_clause(n, WORD_FROM);
    const Node *until = node_clause(n, WORD_UNTIL);
    const Node *limit = node_clause(n, WORD_LIMIT);
    const Node *stops = node_clause(n, WORD_STOPS);
    bool last = false;
    if (!from || !until || !limit)
        return;
    const FlowState *state = from->kid->kid->next ? state_moment(c, use->book, from->kid, &last)
                                                  : state_of(c, use->flow, from->kid);
    clock->from_first = from->kid->kid->next != NULL;
    if (last)
        wrong(c, from->kid, "lang.clock_from_last");
    if (state) {
        clock->from = arena_copy(c->arena, &state, sizeof(const FlowState *));
        clock->from_count = 1;
    }
    clock->until = states_of(c, use->flow, until, &clock->until_count);
    if (stops)
        clock->stops = states_of(c, use->flow, stops, &clock->stop_count);
    clock_limit(c, use, clock, limit->kid);
}

void flows_clocks(Compiler *c)
{
    for (size_t i = 0; i < c->uses.n; i++) {
        FlowUse *use = c->uses.at[i];
        for (size_t k = 0; k < use->ask_count; k++)
            ask_words(c, use, &use->asks[k]);
        flow_arguments(c, use);
        for (size_t k = 0; k < use->flow->clock_count; k++)
            clock_fill(c, use, k);
    }
}

/* ---- what happens late ---- */

/* tell A, B: one list of all. */
static void who_join(Compiler *c, Who *all, const Who *more)
{
    Who1 *any = arena_array(c->arena, Who1, all->n + more->n);
    for (size_t i = 0; i < all->n + more->n; i++)
        any[i] = i < all->n ? all->any[i] : more->any[i - all->n];
    all->any = any;
    all->n += more->n;
}

static const FlowMove *late_move(Compiler *c, const FlowUse *use, const Node *name)
{
    const FlowMove *move = flow_move(use->flow, node_name(name));
    if (move)
        return move;
    Str *names = arena_array(c->w->arena, Str, use->flow->move_count);
    size_t n = 0;
    for (size_t i = 0; i < use->flow->move_count; i++)
        if (use->flow->moves[i].name.n)
            names[n++] = use->flow->moves[i].name;
    Str near = nearest_name(names, n, node_name(name));
    complain(&c->c, name->file, node_place(name), near.n ? str_z(c->w->arena, near) : NULL,
             "lang.unknown_move name=%.*s", STR_ARG(node_name(name)));
    return NULL;
}

static void late_fill(Compiler *c, FlowUse *use, LateStep *step, const Node *n)
{
    const Node *rest = n->kid->next;
    Node all = rest ? *rest : *n; /* all who are told, as written */
    (void)duration_of(c, use, n->kid, &step->after, &step->work);
    if (rest && rest->kind == NODE_NAME)
        step->act = late_move(c, use, rest);
    for (; rest && rest->kind == NODE_WHO; rest = rest->next) {
        Who more = who_of_node(c, use->load, use->book, rest);
        for (size_t i = 0; i < more.n; i++)
            if (str_is(more.any[i].word, "anyone") || str_is(more.any[i].word, "system"))
                wrong(c, rest, "lang.tell_whom word=%.*s", STR_ARG(more.any[i].word));
        if (more.except_count || more.not_author)
            wrong(c, rest, "lang.tell_whom word=except");
        all.last = rest->last;
        who_join(c, &step->tell, &more);
        step->tell.text = node_text(&all);
    }
}

static void clock_lates(Compiler *c, FlowUse *use, FlowClock *clock, const Node *n)
{
    clock->late = arena_array(c->arena, LateStep, node_count(n));
    FOR_EACH (late, n) {
        if (late->kind != NODE_CLAUSE || late->word != WORD_LATE || late->broken || !late->kid)
            continue;
        LateStep *step = &clock->late[clock->late_count++];
        late_fill(c, use, step, late);
        const LateStep *before = clock->late_count > 1 ? step - 1 : NULL;
        if (before && before->work == step->work && step->after < before->after)
            wrong(c, late, "lang.late_order");
        if (clock->late_count <= LATE_STEPS_MOST)
            continue;
        wrong(c, late, "lang.late_most n=%d", LATE_STEPS_MOST);
        return;
    }
}

/* ---- moves ---- */

static void move_hold(Compiler *c, const FlowUse *use, const Node *to, FlowMove *move)
{
    const Node *path = to->kid;
    const Node *name = path ? path->kid : NULL;
    if (!name)
        return;
    const Field *field = name->next ? NULL : book_field(use->book, node_name(name));
    Word word = name->next ? WORD_NONE : node_token(name)->word;
    if (field && field->type.kind == TYPE_UNIT && !field_is_private(field)) {
        move->hold = HOLD_FIELD;
        move->to_field = field;
    } else if (word == WORD_OWNER) {
        move->hold = HOLD_OWNER;
    } else if (word == WORD_UP) {
        move->hold = HOLD_UP;
    } else if (word == WORD_BACK) {
        move->hold = HOLD_BACK;
    } else if (!field || field->type.kind != TYPE_NONE) {
        complain(&c->c, path->file, node_span(path),
                 field ? NULL : nearest_of(c, NULL, 0, use->book, node_name(name)),
                 "lang.move_to name=%.*s", STR_ARG(node_text(path)));
    }
    if (move->is_new && move->hold == HOLD_BACK)
        wrong(c, to, "lang.move_new_hold");
}

static void move_needs(Compiler *c, const FlowUse *use, const Node *needs, FlowMove *move)
{
    move->needs = arena_array(c->arena, const Field *, node_count(needs));
    FOR_EACH (path, needs) {
        const Node *name = path->kid;
        const Field *field = name && !name->next ? book_field(use->book, node_name(name)) : NULL;
        if (field && !field->computed)
            move->needs[move->need_count++] = field;
        else
            complain(&c->c, path->file, node_span(path),
                     nearest_of(c, NULL, 0, use->book, node_name(name)),
                     "lang.unknown_field name=%.*s book=%.*s", STR_ARG(node_text(path)),
                     STR_ARG(use->book->name));
    }
}

static void move_keeps(Compiler *c, const FlowUse *use, const Node *keeps, FlowMove *move)
{
    move->keeps = arena_array(c->arena, const FlowClock *, node_count(keeps));
    FOR_EACH (name, keeps) {
        const FlowClock *clock = clock_of(c, use->flow, name);
        if (clock)
            move->keeps[move->keep_count++] = clock;
    }
}

static void move_extends(Compiler *c, const FlowUse *use, const Node *n, FlowMove *move)
{
    move->extends = clock_of(c, use->flow, n->kid);
    if (!n->kid->next || !duration_of(c, use, n->kid->next, &move->extend_by, &move->extend_work) ||
        !move->extends)
        return;
    const Expr *limit = move->extends->limit;
    if (move->extend_by == 0)
        wrong(c, n, "lang.limit_none");
    else if (limit && limit->type.kind == TYPE_DURATION && limit->type.work != move->extend_work)
        wrong(c, n, "lang.mixed_durations");
}

static void move_when(Compiler *c, FlowUse *use, const Node *n, FlowMove *move)
{
    Typer t = typer_of(c, use);
    Scope scope = scope_of(use);
    const Node *says = node_kid(n, NODE_TEXT);
    move->when = type_condition(&t, &scope, n->kid);
    move->says = says ? node_name(says) : STR("");
}

static void move_part(Compiler *c, FlowUse *use, const Node *n, FlowMove *move)
{
    switch ((int)n->word) {
    case WORD_TO: move_hold(c, use, n, move); break;
    case WORD_WHEN: move_when(c, use, n, move); break;
    case WORD_FOR:
        move->has_for = duration_of(c, use, n->kid, &move->open_for, &move->for_work);
        break;
    case WORD_AFTER:
        move->has_after = duration_of(c, use, n->kid, &move->open_after, &move->after_work);
        break;
    case WORD_NEEDS: move_needs(c, use, n, move); break;
    case WORD_KEEPS: move_keeps(c, use, n, move); break;
    case WORD_EXTENDS: move_extends(c, use, n, move); break;
    case WORD_DO: wrong(c, n, "lang.later word=%.*s", STR_ARG(node_text(n))); break;
    case WORD_PUBLIC: move->shows = true; break;
    case WORD_AT: {
        const Token *t = node_token(n->kid);
        bool count = n->kid->kind == NODE_NUMBER && !t->suffix && !t->scale && t->number > 0 &&
                     t->number < 10000;
        if (!count)
            wrong(c, n, "lang.move_most");
        move->at_most = count ? (int32_t)t->number : 0;
        break;
    }
    default: break;
    }
}

/* Each part once: a second `to` would be lost without a word. */
static void move_parts(Compiler *c, FlowUse *use, const Node *n, FlowMove *move)
{
    FOR_EACH (part, n) {
        if (part->kind != NODE_CLAUSE || !part->word || (!part->kid && part->word != WORD_PUBLIC))
            continue;
        if (node_clause(n, part->word) != part)
            wrong(c, part, "lang.move_part_twice word=%s", word_row(part->word)->en);
        else
            move_part(c, use, part, move);
    }
}

/* Who cannot make it: nobody holds what is not there yet; residents raise, reporters answer. */
static void move_who(Compiler *c, const Node *who, const FlowMove *move)
{
    for (size_t i = 0; i < move->by.n; i++) {
        Str word = move->by.any[i].word;
        bool bad = move->is_new ? str_is(word, "holder") && !move->by.any[i].of_parent
                                : str_is(word, "resident");
        bad = bad || (move->is_new && (str_is(word, "reporter") || str_is(word, "system") ||
                                       move->by.any[i].at == WHO_AT_HOLDER));
        if (bad)
            wrong(c, who, move->is_new ? "lang.new_by word=%.*s" : "lang.by_resident word=%.*s",
                  STR_ARG(word.n ? word : node_text(who)));
    }
}

/* What it asks, each field in its own words. */
static void move_asks(Compiler *c, FlowUse *use, size_t index)
{
    FlowMove *move = &use->flow->moves[index];
    Typer t = typer_of(c, use);
    Scope scope = scope_of(use);
    MoveAsk *asks = arena_array(c->arena, MoveAsk, use->ask_count);
    move->fields = arena_array(c->arena, const Field *, use->ask_count);
    move->asks = asks;
    for (size_t i = 0; i < use->ask_count; i++) {
        AskNode *ask = &use->asks[i];
        if (ask->move != index)
            continue;
        const Node *title = node_kid(ask->node, NODE_TITLE);
        MoveAsk *a = &asks[move->field_count];
        for (size_t k = 0; k < move->field_count; k++)
            if (move->fields[k] == ask->field)
                wrong(c, ask->node, "lang.field_twice name=%.*s", STR_ARG(ask->field->name));
        move->fields[move->field_count++] = ask->field;
        *a = (MoveAsk){ .field = ask->field, .title = title ? node_name(title) : STR("") };
        a->optional = node_clause(ask->node, WORD_OPTIONAL) != NULL;
        FOR_EACH (clause, ask->node)
            if (clause->kind == NODE_CLAUSE && clause->kid && clause->word)
                field_exprs(&t, &scope, clause, ask->field);
        a->fallback = ask->field->fallback;
        ask->field->fallback = NULL;
        ask->field->required_when = NULL;
        field_sense(c, ask->node, ask->field);
    }
}

static void move_fill(Compiler *c, FlowUse *use, size_t i)
{
    FlowMove *move = &use->flow->moves[i];
    const Node *n = use->move_nodes[i];
    const Node *who = node_kid(n, NODE_WHO);
    if (who) {
        move->by = who_of_node(c, use->load, use->book, who);
        move_who(c, who, move);
    }
    if (move->is_new)
        move->hold = HOLD_OWNER;
    move_asks(c, use, i);
    move_parts(c, use, n, move);
}

void flows_fill(Compiler *c)
{
    for (size_t i = 0; i < c->uses.n; i++) {
        FlowUse *use = c->uses.at[i];
        for (size_t k = 0; k < use->flow->move_count; k++)
            move_fill(c, use, k);
        for (size_t k = 0; k < use->flow->clock_count; k++)
            if (!use->flow->clocks[k].of_move)
                clock_lates(c, use, &use->flow->clocks[k], use->clock_nodes[k]);
    }
}
