/* Cases in facts: what one fact does to a case, and the case after it.
 *
 * Open part, beside o, p and the values (record.c; docs/facts.md says all of it):
 *   c  clocks that this fact changed, CLOCK_INTS numbers each
 *   e  numbers of open fields that the move emptied
 *   g  unit that holds the case from now on
 *   j  how many others raised the same, after this one
 *   k  first half of the SHA-256 of the secret, hexadecimal
 *   l  number of the clock, late step that is done
 *   r  seq of the fact whose public texts are let through
 *   s  state after it, v the move
 *   u  1: residents see the public fields from now on
 *   x  the moment from which it holds   (left out: that of the fact)
 *   y  who acted, as an Actor           (left out: a seat) */
#include "core/core_int.h"

#include "base/hash.h"

enum { CLOCK_INTS = 11, SECRET_BYTES = sizeof((CaseRow){ 0 }.secret) };

void case_secret(int64_t log, int32_t book, int64_t ord, Str secret, uint8_t ret[16])
{
    uint8_t head[20];
    const uint64_t numbers[] = { (uint64_t)log, (uint64_t)ord };
    for (size_t i = 0; i < 8; i++) {
        head[i] = (uint8_t)(numbers[0] >> (56 - 8 * i));
        head[12 + i] = (uint8_t)(numbers[1] >> (56 - 8 * i));
    }
    for (size_t i = 0; i < 4; i++)
        head[8 + i] = (uint8_t)((uint32_t)book >> (24 - 8 * i));
    const Str pieces[] = { { (const char *)head, sizeof head }, secret };
    Hash hash = hash_pieces(pieces, 2);
    memcpy(ret, hash.byte, SECRET_BYTES);
}

int32_t case_verb(CaseAct act)
{
    switch (act) {
    case CASE_BEGUN: return VERB_RECORD_FILE;
    case CASE_MOVED: return VERB_RECORD_MOVE;
    case CASE_GONE_LATE: return VERB_RECORD_LATE;
    case CASE_JOINED: return VERB_RECORD_JOIN;
    case CASE_RELEASED: return VERB_RECORD_RELEASE;
    }
    CHECK(false);
    return 0;
}

/* ---- saying ---- */

static const ClockRow *clock_of(const CaseRow *c, int32_t clock)
{
    for (size_t i = 0; c && i < c->clock_n; i++)
        if (c->clocks[i].clock == clock)
            return &c->clocks[i];
    return NULL;
}

static bool clock_same(const ClockRow *a, const ClockRow *b)
{
    return a->state == b->state && a->work == b->work && a->limit == b->limit &&
           a->started_ms == b->started_ms && a->since_ms == b->since_ms && a->used == b->used &&
           a->due_ms == b->due_ms && a->left == b->left && a->done_ms == b->done_ms &&
           a->steps == b->steps;
}

static void say_clocks(Arena *arena, Canon *c, const CaseStep *step, const CaseRow *before)
{
    int64_t *ints = arena_array(arena, int64_t, step->clock_n * CLOCK_INTS + 1);
    size_t n = 0;
    for (size_t i = 0; i < step->clock_n; i++) {
        const ClockRow *k = &step->clocks[i];
        CHECK(!i || k->clock > step->clocks[i - 1].clock);
        const ClockRow *was = clock_of(before, k->clock);
        if (was && clock_same(k, was))
            continue;
        const int64_t one[CLOCK_INTS] = { k->clock,      k->state,    k->work, k->limit,
                                          k->started_ms, k->since_ms, k->used, k->due_ms,
                                          k->left,       k->done_ms,  k->steps };
        memcpy(&ints[n], one, sizeof one);
        n += CLOCK_INTS;
    }
    if (n)
        canon_ints(c, "c", ints, n);
}

static void say_move(Arena *arena, Canon *c, const CaseStep *step)
{
    canon_int(c, "v", step->move->number);
    canon_int(c, "s", step->move->state->number);
    canon_int(c, "g", step->holder);
    if (step->move->shows)
        canon_int(c, "u", 1);
    if (step->act == CASE_BEGUN && step->secret)
        canon_text(c, "k", hex_print(arena, step->secret, SECRET_BYTES));
}

void case_say(Arena *arena, Canon *c, const CaseStep *step, const CaseRow *before)
{
    switch (step->act) {
    case CASE_BEGUN:
    case CASE_MOVED: say_move(arena, c, step); break;
    case CASE_GONE_LATE: {
        CHECK(step->actor == ACTOR_SYSTEM);
        const int64_t late[] = { step->clock, step->late };
        canon_ints(c, "l", late, 2);
        break;
    }
    case CASE_JOINED: canon_int(c, "j", (int64_t)before->joined + 1); break;
    case CASE_RELEASED: canon_int(c, "r", step->release); break;
    }
    if (step->clock_n)
        say_clocks(arena, c, step, before);
    if (step->at_ms)
        canon_int(c, "x", step->at_ms);
    if (step->actor != ACTOR_SEAT)
        canon_int(c, "y", step->actor);
}

/* ---- applying ---- */

static bool unreadable(Work *w, const Fact *fact)
{
    return fail(w, ERR_STORE, "core.fact_unreadable seq=%lld", (long long)fact->seq);
}

static int clock_order(const void *a, const void *b)
{
    const ClockRow *x = a;
    const ClockRow *y = b;
    return (x->clock > y->clock) - (x->clock < y->clock);
}

/* The clocks that the fact changed take the places of those of the same number. */
static bool take_clocks(Work *w, const Fact *fact, const CanonView *v, CaseRow *c)
{
    size_t n = canon_ints_size(v, "c");
    if (n % CLOCK_INTS)
        return unreadable(w, fact);
    ClockRow *clocks = arena_array(w->arena, ClockRow, c->clock_n + n / CLOCK_INTS + 1);
    if (c->clock_n)
        memcpy(clocks, c->clocks, c->clock_n * sizeof *clocks);
    for (size_t at = 0; at < n; at += CLOCK_INTS) {
        int64_t i[CLOCK_INTS];
        for (size_t j = 0; j < CLOCK_INTS; j++)
            i[j] = canon_ints_at(v, "c", at + j);
        if (i[1] < CLOCK_RUNNING || i[1] > CLOCK_DONE)
            return unreadable(w, fact);
        size_t to = 0;
        while (to < c->clock_n && clocks[to].clock != i[0])
            to++;
        c->clock_n += to == c->clock_n;
        clocks[to] = (ClockRow){ .clock = (int32_t)i[0],
                                 .state = (ClockState)i[1],
                                 .work = i[2] != 0,
                                 .limit = i[3],
                                 .started_ms = i[4],
                                 .since_ms = i[5],
                                 .used = i[6],
                                 .due_ms = i[7],
                                 .left = i[8],
                                 .done_ms = i[9],
                                 .steps = (uint32_t)i[10] };
    }
    if (c->clock_n)
        qsort(clocks, c->clock_n, sizeof *clocks, clock_order);
    c->clocks = clocks;
    return true;
}

static bool take_move(Work *w, Core *core, const Fact *fact, const CanonView *v, CaseRow *c)
{
    int64_t move = 0, state = 0, holder = UNIT_NONE, actor = ACTOR_SEAT, at = fact->at_ms;
    (void)canon_get_int(v, "y", &actor);
    (void)canon_get_int(v, "x", &at);
    if (!canon_get_int(v, "v", &move) || !canon_get_int(v, "s", &state) ||
        !canon_get_int(v, "g", &holder) || actor < ACTOR_SEAT || actor > ACTOR_SYSTEM)
        return unreadable(w, fact);
    size_t seat_n = 0;
    const SeatRow *seats = rights_seats(core, &seat_n);
    bool seated = fact->seat > 0 && (size_t)fact->seat <= seat_n;
    MoveRow *moves = arena_array(w->arena, MoveRow, c->move_n + 1);
    if (c->move_n)
        memcpy(moves, c->moves, c->move_n * sizeof *moves);
    moves[c->move_n] = (MoveRow){ .move = (int32_t)move,
                                  .from = c->state,
                                  .to = (int32_t)state,
                                  .actor = (Actor)actor,
                                  .seat = fact->seat,
                                  .person = fact->person,
                                  .unit = seated ? seats[fact->seat - 1].unit : UNIT_NONE,
                                  .holder = (int32_t)holder,
                                  .at_ms = at,
                                  .seq = fact->seq };
    c->moves = moves;
    c->move_n++;
    c->state = (int32_t)state;
    c->holder = (int32_t)holder;
    int64_t shown = 0;
    c->shown = (canon_get_int(v, "u", &shown) && shown) || c->shown;
    return true;
}

static bool take_rest(Work *w, const Fact *fact, const CanonView *v, CaseRow *c)
{
    int64_t joined = 0;
    switch ((Verb)fact->verb) {
    case VERB_RECORD_JOIN:
        if (!canon_get_int(v, "j", &joined))
            return unreadable(w, fact);
        c->joined = (int32_t)joined;
        return true;
    case VERB_RECORD_RELEASE: return canon_get_int(v, "r", &c->released) || unreadable(w, fact);
    default: return canon_ints_size(v, "l") == 2 || unreadable(w, fact);
    }
}

bool case_apply(Work *w, Core *core, const Fact *fact, const CanonView *v, const CaseRow *before,
                const CaseRow **ret)
{
    bool begun = fact->verb == VERB_RECORD_FILE;
    bool moved = begun || fact->verb == VERB_RECORD_MOVE;
    if (!begun && !before)
        return unreadable(w, fact);
    CaseRow *c = arena_new(w->arena, CaseRow);
    *c = begun ? (CaseRow){ .holder = UNIT_NONE } : *before;
    Str secret = { 0 };
    if (begun && canon_get_text(v, "k", &secret) && !hex_parse(secret, c->secret, SECRET_BYTES))
        return unreadable(w, fact);
    TRY(moved ? take_move(w, core, fact, v, c) : take_rest(w, fact, v, c));
    TRY(take_clocks(w, fact, v, c));
    *ret = c;
    return true;
}
