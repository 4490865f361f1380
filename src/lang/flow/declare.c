/* Flows as declared, and an instance for each book that attaches one: its states, moves, clocks and
 * the fields that its moves ask, by name and number. */
#include "lang/compile_int.h"

static Str title_of(const Node *n)
{
    const Node *title = node_kid(n, NODE_TITLE);
    return title ? node_name(title) : STR("");
}

/* `new`, in whatever language, or the states as written. */
Str move_from(const Node *n)
{
    const Token *first = &n->file->tokens[n->first];
    return first->role == ROLE_WORD && first->word == WORD_NEW ? STR("new") : node_text(n);
}

static void declare_move(Compiler *c, const Node *n, FlowMove *move)
{
    *move = (FlowMove){ .to = node_name(n), .text = str_copy(c->arena, node_text(n)) };
    move->title = title_of(n);
    if (n->word == WORD_DO && n->kid && n->kid->kind == NODE_NAME)
        move->name = node_name(n->kid);
    FOR_EACH (kid, n)
        if (kid->kind == NODE_CLAUSE && kid->word == WORD_NONE && !move->from.n)
            move->from = move_from(kid);
    move->is_new = str_is(move->from, "new");
}

static bool is_move(const Node *n)
{
    return n->kind == NODE_MOVE && !n->broken && n->kid;
}

static bool is_clock(const Node *n)
{
    return n->kind == NODE_CLAUSE && n->word == WORD_CLOCK && !n->broken;
}

static void declare_state(Compiler *c, const Node *n, Flow *flow)
{
    if (flow_state(flow, node_name(n)))
        complain(&c->c, n->file, node_place(n), NULL, "lang.state_twice name=%.*s",
                 STR_ARG(node_name(n)));
    flow->states[flow->state_count++] = (FlowState){ .name = node_name(n),
                                                     .title = title_of(n),
                                                     .final = node_clause(n, WORD_FINAL) };
}

void declare_flow(Compiler *c, Load *load, const Node *n)
{
    Flow *flow = arena_new(c->arena, Flow);
    *flow = (Flow){ .name = node_name(n), .title = title_of(n), .pack = load->pack };
    if (!symbol_add(c, load, SYMBOL_FLOW, n, flow))
        return;
    flow->states = arena_array(c->arena, FlowState, node_count(n));
    flow->moves = arena_array(c->arena, FlowMove, node_count(n));
    flow->clocks = arena_array(c->arena, FlowClock, node_count(n));
    FOR_EACH (kid, n) {
        if (kid->kind == NODE_STATE)
            declare_state(c, kid, flow);
        else if (is_move(kid))
            declare_move(c, kid, &flow->moves[flow->move_count++]);
        else if (is_clock(kid))
            flow->clocks[flow->clock_count++] =
                (FlowClock){ .name = node_name(kid), .title = title_of(kid) };
    }
    FOR_EACH (kid, n)
        if (is_move(kid) && !n->broken && !flow_state(flow, node_name(kid)))
            complain(&c->c, kid->file, node_place(kid), NULL, "lang.unknown_state name=%.*s",
                     STR_ARG(node_name(kid)));
    if (flow->state_count > FLOW_STATES_MOST) {
        complain(&c->c, n->file, node_place(n), NULL, "lang.flow_most n=%d", FLOW_STATES_MOST);
        return;
    }
    *list_push(c->arena, &c->flows) = flow;
}

bool flow_confirms(const Flow *flow)
{
    return flow_state(flow, STR("confirmed")) && !flow->clock_count;
}

/* ---- instances ---- */

/* "new>reported", "reported+accepted>merged"; a named move is known by its name. */
Str move_path(Arena *arena, const Flow *flow, const FlowMove *move)
{
    (void)flow;
    if (move->name.n)
        return move->name;
    Buf out = buf_open(arena, move->from.n + move->to.n + 8);
    Str rest = move->from;
    Str piece;
    for (int i = 0; str_next(&rest, ',', &piece); i++) {
        if (i)
            buf_putc(&out, '+');
        buf_put(&out, str_trim(piece));
    }
    buf_putc(&out, '>');
    buf_put(&out, move->to);
    return buf_str(&out);
}

static int32_t number_of(Compiler *c, const Book *book, const char *what, Str path)
{
    Str space =
        str_printf(c->arena, "%s.%.*s.%.*s", what, STR_ARG(book->pack->name), STR_ARG(book->name));
    return registry_need(c->registry, space, path);
}

/* States, clocks and named moves share the names of the row: a field of that name would hide them.
 */
static void check_name(Compiler *c, const FlowUse *use, const Node *n, Str name)
{
    static const char *const taken[] = { "this",  "unit",     "holder", "end",
                                         "start", "reporter", "system", "final" };
    const Flow *flow = use->flow;
    const FlowClock *clock = flow_clock(flow, name);
    int count = (flow_state(flow, name) != NULL) + (flow_move(flow, name) != NULL) +
                (clock && !clock->of_move);
    const Field *field = book_field(use->book, name);
    bool word = false;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        word = word || str_is(name, taken[i]);
    if (word || (field && !field->of_move) || count > 1)
        complain(&c->c, n->file, node_place(n), NULL, "lang.flow_name name=%.*s book=%.*s",
                 STR_ARG(name), STR_ARG(use->book->name));
}

static void attach_names(Compiler *c, FlowUse *use)
{
    Flow *flow = use->flow;
    size_t state = 0;
    FOR_EACH (n, use->symbol->node)
        if (n->kind == NODE_STATE && state < flow->state_count) {
            FlowState *s = &flow->states[state++];
            s->number = number_of(c, use->book, "state", s->name);
            check_name(c, use, n, s->name);
        }
    for (size_t i = 0; i < flow->move_count; i++) {
        FlowMove *move = &flow->moves[i];
        const Node *n = use->move_nodes[i];
        Str path = move_path(c->arena, flow, move);
        move->number = number_of(c, use->book, "move", path);
        const FlowMove *first = flow_move_number(flow, move->number);
        if (first != move && first->name.n)
            complain(&c->c, n->file, node_place(n->kid), NULL, "lang.move_twice name=%.*s",
                     STR_ARG(path));
        else if (first != move)
            complain(&c->c, n->file, node_place(n), NULL, "lang.move_unnamed path=%.*s",
                     STR_ARG(path));
        if (move->name.n)
            check_name(c, use, n->kid, move->name);
    }
    for (size_t i = 0; i < flow->clock_count; i++) {
        FlowClock *clock = &flow->clocks[i];
        clock->number = number_of(c, use->book, "clock", clock->name);
        if (clock->of_move)
            continue;
        check_name(c, use, use->clock_nodes[i], clock->name);
        if (flow_clock(flow, clock->name) != clock)
            complain(&c->c, use->clock_nodes[i]->file, node_place(use->clock_nodes[i]), NULL,
                     "lang.clock_twice name=%.*s", STR_ARG(clock->name));
    }
}

/* Copies of the declared states and moves; the clocks, and one for each `within`. */
static void attach_parts(Compiler *c, FlowUse *use)
{
    const Flow *declared = use->symbol->thing;
    const Node *node = use->symbol->node;
    Flow *flow = arena_copy(c->arena, declared, sizeof *declared);
    size_t room = declared->clock_count + declared->move_count;
    flow->book = use->book;
    flow->states =
        arena_copy(c->arena, declared->states, declared->state_count * sizeof *flow->states);
    flow->moves = arena_copy(c->arena, declared->moves, declared->move_count * sizeof *flow->moves);
    flow->clocks = arena_array(c->arena, FlowClock, room);
    flow->clock_count = 0;
    use->flow = flow;
    use->move_nodes = arena_array(c->arena, const Node *, declared->move_count);
    use->clock_nodes = arena_array(c->arena, const Node *, room);
    size_t moves = 0;
    FOR_EACH (n, node) {
        if (is_move(n))
            use->move_nodes[moves++] = n;
        if (!is_clock(n))
            continue;
        use->clock_nodes[flow->clock_count] = n;
        flow->clocks[flow->clock_count++] =
            (FlowClock){ .name = node_name(n), .title = title_of(n) };
    }
    for (size_t i = 0; i < flow->move_count; i++) {
        if (!node_clause(use->move_nodes[i], WORD_WITHIN))
            continue;
        use->clock_nodes[flow->clock_count] = use->move_nodes[i];
        flow->clocks[flow->clock_count++] =
            (FlowClock){ .name = move_path(c->arena, flow, &flow->moves[i]),
                         .title = flow->moves[i].title,
                         .of_move = &flow->moves[i] };
    }
}

const Node *move_fields(const Node *move)
{
    const Node *last = move->tail;
    bool fields = last && last->kind == NODE_CLAUSE && last->word == WORD_NONE;
    return fields && last != node_clause(move, WORD_NONE) ? last : NULL;
}

/* A field that a move asks is one of the book; several moves may ask the same. */
static void attach_field(Compiler *c, FlowUse *use, const Node *n, size_t move)
{
    Book *book = use->book;
    Field *field = NULL;
    for (size_t i = 0; i < book->field_count; i++)
        if (str_eq(book->fields[i]->name, node_name(n)))
            field = book->fields[i];
    if (field && !field->of_move) {
        complain(&c->c, n->file, node_place(n), NULL, "lang.ask_of_book name=%.*s book=%.*s",
                 STR_ARG(node_name(n)), STR_ARG(book->name));
        return;
    }
    if (!field && book->field_count >= LIMIT_FIELDS) {
        complain(&c->c, n->file, node_place(n), NULL, "lang.too_many_fields n=%d", LIMIT_FIELDS);
        return;
    }
    if (!field) {
        Str space =
            str_printf(c->arena, "field.%.*s.%.*s", STR_ARG(book->pack->name), STR_ARG(book->name));
        field = declare_field(c, n, space);
        field->of_move = field->optional = true;
        field->book = book;
        if (field->number >= book->field_room)
            book->field_room = field->number + 1;
        book->fields[book->field_count++] = field;
        declare_choice(c, use->of_book, book->name, n);
    }
    use->asks[use->ask_count++] = (AskNode){ field, n, move };
}

static void attach_fields(Compiler *c, FlowUse *use)
{
    Book *book = use->book;
    size_t room = 0;
    for (size_t i = 0; i < use->flow->move_count; i++)
        room += move_fields(use->move_nodes[i]) ? node_count(move_fields(use->move_nodes[i])) : 0;
    Field **fields = arena_array(c->arena, Field *, book->field_count + room);
    for (size_t i = 0; i < book->field_count; i++)
        fields[i] = book->fields[i];
    book->fields = fields;
    use->asks = arena_array(c->arena, AskNode, room);
    for (size_t i = 0; i < use->flow->move_count; i++) {
        const Node *asked = move_fields(use->move_nodes[i]);
        for (const Node *n = asked ? asked->kid : NULL; n; n = n->next)
            if (n->kind == NODE_FIELD && node_token(n)->kind == TOKEN_NAME)
                attach_field(c, use, n, i);
    }
}

static void attach_case(Compiler *c, Load *load, const Symbol *of, const Node *attach,
                        const Symbol *symbol)
{
    FlowUse *use = arena_new(c->arena, FlowUse);
    *use = (FlowUse){ .book = of->thing, .symbol = symbol, .load = symbol->load };
    use->of_book = load;
    use->attach = attach;
    attach_parts(c, use);
    use->book->flow_type = use->flow;
    use->book->cases = true;
    if (node_clause(of->node, WORD_PER))
        complain(&c->c, attach->file, node_span(attach), NULL, "lang.flow_return book=%.*s",
                 STR_ARG(use->book->name));
    if (node_clause(of->node, WORD_ANONYMOUS))
        complain(&c->c, attach->file, node_span(attach), NULL, "lang.flow_anonymous book=%.*s",
                 STR_ARG(use->book->name));
    attach_fields(c, use);
    attach_names(c, use);
    *list_push(c->arena, &c->uses) = use;
}

void flows_attach(Compiler *c, Load *load)
{
    for (size_t i = 0; i < c->all.n; i++) {
        const Symbol *s = c->all.at[i];
        const Node *attach =
            s->load == load && s->kind == SYMBOL_BOOK ? node_clause(s->node, WORD_FLOW) : NULL;
        if (!attach || !attach->kid)
            continue;
        const Symbol *symbol = symbol_need(c, load, SYMBOL_FLOW, attach->kid);
        if (!symbol)
            continue;
        Book *book = s->thing;
        book->flow = symbol->name;
        book->confirms = flow_confirms(symbol->thing);
        book->flow_type = symbol->thing;
        if (!book->confirms && !symbol->node->broken &&
            book->flow_type->state_count <= FLOW_STATES_MOST)
            attach_case(c, load, s, attach, symbol);
    }
}
