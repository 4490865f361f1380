/* Proofs of a flow: every state is reached, every way ends, every clock stops, what a timer does
 * can be done and leads on, and nobody approves what he answered himself. */
#include "lang/compile_int.h"

typedef struct Proof {
    Compiler *c;
    const FlowUse *use;
    const Flow *flow;
} Proof;

static size_t index_of(const Flow *flow, const FlowState *state)
{
    return (size_t)(state - flow->states);
}

/* ---- ways ---- */

static bool leaves(const Flow *flow, const FlowMove *move, const bool *reached)
{
    for (size_t i = 0; i < move->from_count; i++)
        if (reached[index_of(flow, move->froms[i])])
            return true;
    return false;
}

/* Widens `reached` by all moves, never into a state of `barred`. */
static void follow(const Flow *flow, bool *reached, const bool *barred)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < flow->move_count; i++) {
            const FlowMove *m = &flow->moves[i];
            size_t to = m->state ? index_of(flow, m->state) : 0;
            if (!m->state || reached[to] || (barred && barred[to]) || !leaves(flow, m, reached))
                continue;
            reached[to] = more = true;
        }
    }
}

static void from_new(const Flow *flow, bool *reached, const bool *barred)
{
    for (size_t i = 0; i < flow->move_count; i++) {
        const FlowMove *m = &flow->moves[i];
        if (m->is_new && m->state && !(barred && barred[index_of(flow, m->state)]))
            reached[index_of(flow, m->state)] = true;
    }
    follow(flow, reached, barred);
}

static bool any_final(const Flow *flow, const bool *reached)
{
    for (size_t i = 0; i < flow->state_count; i++)
        if (reached[i] && flow->states[i].final)
            return true;
    return false;
}

bool flow_passes(const Flow *flow, const FlowState *state)
{
    bool reached[FLOW_STATES_MOST] = { false };
    bool barred[FLOW_STATES_MOST] = { false };
    barred[index_of(flow, state)] = true;
    from_new(flow, reached, barred);
    return !any_final(flow, reached);
}

/* ---- states ---- */

static const Node *state_node(const Proof *p, size_t i)
{
    FOR_EACH (n, p->use->symbol->node)
        if (n->kind == NODE_STATE && str_eq(node_name(n), p->flow->states[i].name))
            return n;
    return p->use->symbol->node;
}

static void prove_states(const Proof *p)
{
    const Flow *flow = p->flow;
    const Node *node = p->use->symbol->node;
    bool reached[FLOW_STATES_MOST] = { false };
    from_new(flow, reached, NULL);
    bool begun = false;
    for (size_t i = 0; i < flow->move_count; i++)
        begun = begun || flow->moves[i].is_new;
    bool final = false;
    for (size_t i = 0; i < flow->state_count; i++)
        final = final || flow->states[i].final;
    if (!begun || !final) {
        complain(&p->c->c, node->file, node_place(node), NULL, "%s name=%.*s",
                 begun ? "lang.flow_no_final" : "lang.flow_no_new", STR_ARG(flow->name));
        return;
    }
    for (size_t i = 0; i < flow->state_count; i++) {
        const Node *n = state_node(p, i);
        bool ahead[FLOW_STATES_MOST] = { false };
        ahead[i] = true;
        follow(flow, ahead, NULL);
        if (!reached[i])
            complain(&p->c->c, n->file, node_place(n), NULL, "lang.state_unreached name=%.*s",
                     STR_ARG(flow->states[i].name));
        else if (!any_final(flow, ahead))
            complain(&p->c->c, n->file, node_place(n), NULL, "lang.state_dead_end name=%.*s",
                     STR_ARG(flow->states[i].name));
    }
}

/* ---- clocks ---- */

/* States in which the clock runs. */
static void running(const Flow *flow, const FlowClock *clock, bool *runs)
{
    bool barred[FLOW_STATES_MOST] = { false };
    for (size_t i = 0; i < clock->until_count; i++)
        barred[index_of(flow, clock->until[i])] = true;
    for (size_t i = 0; i < clock->from_count; i++)
        runs[index_of(flow, clock->from[i])] = true;
    follow(flow, runs, barred);
    for (size_t i = 0; i < clock->stop_count; i++)
        runs[index_of(flow, clock->stops[i])] = false;
}

/* The system can answer no question. */
static bool asks_something(const FlowMove *move)
{
    for (size_t i = 0; i < move->field_count; i++)
        if (!move->asks[i].optional && !move->asks[i].fallback)
            return true;
    return move->need_count > 0;
}

static void prove_act(const Proof *p, const FlowClock *clock, const FlowMove *act, const Node *n)
{
    const Flow *flow = p->flow;
    bool runs[FLOW_STATES_MOST] = { false };
    running(flow, clock, runs);
    bool possible = false;
    bool leads = false;
    for (size_t i = 0; i < act->from_count; i++) {
        bool here = runs[index_of(flow, act->froms[i])];
        possible = possible || here;
        leads = leads || (here && (act->state != act->froms[i] || act->hold != HOLD_SAME));
    }
    const char *what = !possible             ? "lang.late_impossible"
                       : !leads              ? "lang.late_stays"
                       : asks_something(act) ? "lang.late_asks"
                                             : NULL;
    if (what)
        complain(&p->c->c, n->file, node_span(n), NULL, "%s move=%.*s clock=%.*s", what,
                 STR_ARG(act->name), STR_ARG(clock->name));
}

static void prove_clock(const Proof *p, size_t i)
{
    const Flow *flow = p->flow;
    const FlowClock *clock = &flow->clocks[i];
    const Node *n = p->use->clock_nodes[i];
    bool ahead[FLOW_STATES_MOST] = { false };
    bool ends = clock->until_count == 0 || clock->from_count == 0; /* said already */
    bool none = false;
    for (size_t k = 0; k < clock->from_count; k++)
        ahead[index_of(flow, clock->from[k])] = true;
    for (size_t k = 0; k < clock->until_count; k++)
        none = none || ahead[index_of(flow, clock->until[k])];
    follow(flow, ahead, NULL);
    for (size_t k = 0; k < clock->until_count; k++)
        ends = ends || ahead[index_of(flow, clock->until[k])];
    if (clock->of_move)
        return; /* its move leads on, or state_dead_end was said */
    if (none || !ends)
        complain(&p->c->c, n->file, node_place(n), NULL, "%s name=%.*s",
                 none ? "lang.clock_no_time" : "lang.clock_no_end", STR_ARG(clock->name));
    size_t step = 0;
    FOR_EACH (late, n)
        if (late->kind == NODE_CLAUSE && late->word == WORD_LATE && !late->broken && late->kid &&
            step < clock->late_count) {
            const FlowMove *act = clock->late[step++].act;
            if (act)
                prove_act(p, clock, act, late);
        }
}

/* ---- moves ---- */

static bool keeps_out(const FlowMove *move, const FlowState *state)
{
    for (size_t i = 0; i < move->by.except_count; i++)
        if (move->by.except[i] == state)
            return true;
    bool system = move->by.n > 0;
    for (size_t i = 0; i < move->by.n; i++)
        system = system && str_is(move->by.any[i].word, "system");
    return system;
}

/* Every move into it brings an answer: it asks or needs something. */
static bool is_answer(const Flow *flow, const FlowState *state)
{
    size_t into = 0;
    for (size_t i = 0; i < flow->move_count; i++) {
        const FlowMove *m = &flow->moves[i];
        if (m->state != state)
            continue;
        if (!m->field_count && !m->need_count)
            return false;
        into++;
    }
    return into > 0 && !state->final;
}

static bool from_state(const FlowMove *move, const FlowState *state)
{
    for (size_t i = 0; i < move->from_count; i++)
        if (move->froms[i] == state)
            return true;
    return false;
}

static void prove_checkers(const Proof *p)
{
    const Flow *flow = p->flow;
    for (size_t s = 0; s < flow->state_count; s++) {
        const FlowState *state = &flow->states[s];
        for (size_t i = 0; is_answer(flow, state) && i < flow->move_count; i++) {
            const FlowMove *m = &flow->moves[i];
            const Node *who = node_kid(p->use->move_nodes[i], NODE_WHO);
            if (!from_state(m, state) || !m->state || !m->state->final || keeps_out(m, state) ||
                !who)
                continue;
            complain(&p->c->c, who->file, node_span(who), NULL,
                     "lang.own_answer state=%.*s to=%.*s", STR_ARG(state->name),
                     STR_ARG(m->state->name));
        }
    }
}

static void prove_moves(const Proof *p)
{
    for (size_t i = 0; i < p->flow->move_count; i++) {
        const FlowMove *m = &p->flow->moves[i];
        const Node *n = p->use->move_nodes[i];
        if (m->has_for && m->has_after && m->for_work == m->after_work &&
            m->open_after >= m->open_for)
            complain(&p->c->c, n->file, node_place(n), NULL, "lang.move_never");
    }
}

void flows_prove(Compiler *c)
{
    for (size_t i = 0; i < c->uses.n; i++) {
        const FlowUse *use = c->uses.at[i];
        Proof p = { c, use, use->flow };
        bool whole = true; /* of a flow with broken moves nothing can be said */
        FOR_EACH (n, use->symbol->node)
            whole = whole && !n->broken;
        for (size_t k = 0; k < use->flow->move_count; k++)
            whole = whole && use->flow->moves[k].state &&
                    (use->flow->moves[k].is_new || use->flow->moves[k].from_count);
        if (!whole)
            continue;
        prove_states(&p);
        prove_moves(&p);
        prove_checkers(&p);
        for (size_t k = 0; k < use->flow->clock_count; k++)
            prove_clock(&p, k);
    }
}
