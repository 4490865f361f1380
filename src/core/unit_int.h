/* For the files of core/unit*.c only: how units stand in memory.
 *
 * Each unit has its spans in one sorted array. The visible spans of one aspect (seq <= S < gone)
 * never overlap. Only the span of life says whether a unit is there on a day; the other aspects
 * run on after the unit's end and mean nothing there. */
#pragma once
#include "core/unit.h"

typedef struct UnitRow {
    Span *spans; /* by aspect, tree, from_day, seq */
    int32_t span_count, span_room;
    int32_t *children; /* every unit that ever stood right under it, in any tree */
    int32_t child_count, child_room;
    Link *in, *out; /* what passed to it, what passed from it, by day, seq */
    int32_t in_count, in_room, out_count, out_room;
    int32_t shard;
    int64_t born_seq, last_seq;
} UnitRow;

typedef struct CodeHolders { /* units that ever held a code */
    int32_t *unit;
    int32_t n, room;
} CodeHolders;

enum { TREE_CACHE = 64 };
typedef struct CachedTree {
    TreeVersion *tree;
    int64_t used;
} CachedTree;

struct Units {
    Arena *arena; /* texts, holders of codes */
    UnitRow *at;
    int32_t count, room;
    Map codes;   /* text -> CodeHolders */
    Link *links; /* by day, seq, to, from */
    int32_t link_count, link_room;
    int64_t *seqs; /* facts of units, ascending */
    int32_t seq_count, seq_room;
    int32_t *days; /* days on which anything starts or ends, ascending, each once */
    int32_t day_count, day_room;
    CachedTree cache[TREE_CACHE];
    int64_t clock;
};

static inline int64_t known_clamp(int64_t known_seq)
{
    return known_seq < KNOWN_NOW ? known_seq : KNOWN_NOW - 1;
}
static inline bool span_known(const Span *s, int64_t known_seq)
{
    return s->seq <= known_clamp(known_seq) && known_clamp(known_seq) < s->gone;
}
static inline bool span_holds(const Span *s, int32_t day)
{
    return s->from_day <= day && day < s->to_day;
}
static inline bool link_known(const Link *l, int64_t known_seq)
{
    return l->seq <= known_clamp(known_seq) && known_clamp(known_seq) < l->gone;
}

/* ---- unit.c ---- */
void units_clear(Units *u); /* as after units_open */
UnitRow *unit_row(const Units *u, int32_t unit);
/* A new unit; its number is the count before. */
void units_add(Units *u, int32_t shard, int64_t born_seq);
void units_add_span(Units *u, const Span *span); /* texts are copied */
void units_add_link(Units *u, const Link *link);
void units_link_gone(Units *u, const Link *link, int64_t gone);
void units_add_seq(Units *u, int64_t seq);
/* The span of an aspect that holds on the day, or NULL. */
Span *unit_span(const Units *u, int32_t unit, UnitAspect aspect, int32_t tree, int32_t day,
                int64_t known_seq);
/* The first known span of an aspect that ends after `day`, or NULL: walks a unit's time. */
const Span *unit_span_after(const Units *u, int32_t unit, UnitAspect aspect, int32_t tree,
                            int32_t day, int64_t known_seq);
/* First day and the day after the last; false when the unit never lived. */
bool unit_life(const Units *u, int32_t unit, int64_t known_seq, int32_t *ret_from, int32_t *ret_to);
const CodeHolders *units_holders(const Units *u, Str code);

/* ---- unit_tree.c ---- */
void units_forget_trees(Units *u);

/* ---- unit_change.c ---- */
/* "孤店子村 220202100200": for messages. */
const char *unit_say(Work *w, const Units *u, int32_t unit, int32_t day);
/* A name written otherwise in the whole list: a new spelling, no rename. */
bool unit_restyle(Work *w, struct Core *core, int32_t unit, Str name, int32_t day, Str basis);

/* ---- unit_judge.c: false + fail() when the change may not be made ---- */
bool judge_exists(Work *w, const Units *u, int32_t unit);
bool judge_alive(Work *w, const Units *u, int32_t unit, int32_t day);
bool judge_name(Work *w, Str name, Str *ret);
bool judge_code(Work *w, const Units *u, int32_t unit, Str code, int32_t from, int32_t to,
                Str *ret);
/* The unit may end on the day. told: the units whose fate this act tells (none when it only ends
 * one): they may have ended on that very day already, and what was told of them before falls. */
bool judge_end(Work *w, const Units *u, int32_t unit, int32_t day, const int32_t *told, size_t n);
bool judge_text(Work *w, Str text, size_t limit, Str *ret);
bool judge_childless(Work *w, const Units *u, int32_t unit, int32_t day);
bool judge_parent(Work *w, struct Core *core, int32_t unit, int32_t kind, int32_t tree,
                  int32_t parent, int32_t from, int32_t to);
bool judge_rekind(Work *w, struct Core *core, int32_t unit, int32_t kind, int32_t from, int32_t to);
bool judge_shares(Work *w, const Units *u, int32_t from, const Share *into, size_t n);
