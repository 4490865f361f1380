/* Looking things up in a flow. */
#include "lang/compile_int.h"

const FlowState *flow_state_number(const Flow *flow, int32_t number)
{
    for (size_t i = 0; flow && i < flow->state_count; i++)
        if (flow->states[i].number == number)
            return &flow->states[i];
    return NULL;
}

const FlowMove *flow_move_number(const Flow *flow, int32_t number)
{
    for (size_t i = 0; flow && i < flow->move_count; i++)
        if (flow->moves[i].number == number)
            return &flow->moves[i];
    return NULL;
}

const FlowClock *flow_clock_number(const Flow *flow, int32_t number)
{
    for (size_t i = 0; flow && i < flow->clock_count; i++)
        if (flow->clocks[i].number == number)
            return &flow->clocks[i];
    return NULL;
}

const FlowState *flow_state(const Flow *flow, Str name)
{
    for (size_t i = 0; flow && i < flow->state_count; i++)
        if (str_eq(flow->states[i].name, name))
            return &flow->states[i];
    return NULL;
}

const FlowMove *flow_move(const Flow *flow, Str name)
{
    for (size_t i = 0; flow && name.n && i < flow->move_count; i++)
        if (str_eq(flow->moves[i].name, name))
            return &flow->moves[i];
    return NULL;
}

const FlowClock *flow_clock(const Flow *flow, Str name)
{
    for (size_t i = 0; flow && i < flow->clock_count; i++)
        if (str_eq(flow->clocks[i].name, name))
            return &flow->clocks[i];
    return NULL;
}

Str flow_move_words(Arena *arena, const FlowMove *move)
{
    if (move->name.n)
        return move->name;
    return str_printf(arena, "%.*s->%.*s", STR_ARG(move->from), STR_ARG(move->to));
}

const FlowMove *flow_resident_move(const Flow *flow)
{
    for (size_t i = 0; flow && i < flow->move_count; i++)
        for (size_t k = 0; flow->moves[i].is_new && k < flow->moves[i].by.n; k++)
            if (str_is(flow->moves[i].by.any[k].word, "resident"))
                return &flow->moves[i];
    return NULL;
}
