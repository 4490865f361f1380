/* Random seats give, end and close at random. A second judge, written apart from the kernel, keeps
 * what was done and works out day by day who holds what: from own roles on, adding what was given
 * by who holds it, until nothing is added. The kernel must take nothing that the giver did not hold
 * on each of its days, and must agree on every seat, unit, role and day. With the check switched
 * off (the command runs as the system) the judge must find it. */
#include "core/right/right_int.h"
#include "core/test_core.h"

enum { SEATS = 7, DAYS = 12, UNITS = 5, ROLES = 3, GIVEN_MAX = 400, ROUNDS = 160 };

typedef struct Given {
    int giver, to, unit, role, from, until; /* days from - until - 1 */
} Given;

typedef struct Game {
    World t;
    uint64_t random;
    int32_t day0, units[UNITS], roles[ROLES], seats[SEATS];
    int own_unit[SEATS], own_role[SEATS], open_until[SEATS];
    Given given[GIVEN_MAX];
    size_t n;
    bool holds[SEATS][UNITS][ROLES][DAYS];
} Game;

static int pick(Game *g, int below)
{
    g->random = g->random * 6364136223846793005u + 1442695040888963407u;
    return (int)((g->random >> 33) % (uint64_t)below);
}

static int parent_of(int unit) /* 0 city, 1 county, 2.. farms */
{
    return unit == 0 ? -1 : unit == 1 ? 0 : 1;
}

static bool at_or_above(const Game *g, int seat, int unit, int role, int day)
{
    for (; unit >= 0; unit = parent_of(unit))
        if (g->holds[seat][unit][role][day])
            return true;
    return false;
}

static void work_out(Game *g)
{
    memset(g->holds, 0, sizeof g->holds);
    for (int s = 0; s < SEATS; s++)
        for (int d = 0; d < g->open_until[s] && d < DAYS; d++)
            g->holds[s][g->own_unit[s]][g->own_role[s]][d] = true;
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < g->n; i++)
            for (int d = g->given[i].from; d < g->given[i].until && d < DAYS; d++) {
                const Given *x = &g->given[i];
                bool counts = x->giver < 0 || at_or_above(g, x->giver, x->unit, x->role, d);
                bool *at = &g->holds[x->to][x->unit][x->role][d];
                if (counts && d < g->open_until[x->to] && !*at)
                    *at = more = true;
            }
    }
}

static Game game_open(uint64_t seed)
{
    static const int unit_of[SEATS] = { 0, 1, 2, 3, 4, 0, 1 };
    static const int role_of[SEATS] = { 1, 1, 0, 0, 0, 2, 2 };
    static const char *const names[ROLES] = { "keeper", "office", "reader" };
    Game g = { .t = world_open(), .random = seed };
    World *t = &g.t;
    const int32_t units[UNITS] = { t->city, t->county, t->farm[0], t->farm[1], t->farm[2] };
    memcpy(g.units, units, sizeof units);
    for (int r = 0; r < ROLES; r++)
        g.roles[r] = set_role(t->set, str_of(names[r]))->number;
    g.day0 = work_today(t->w);
    CHECK(core_begin(t->w, t->core, NULL));
    for (int s = 0; s < SEATS; s++) {
        g.own_unit[s] = unit_of[s];
        g.own_role[s] = role_of[s];
        g.open_until[s] = DAYS + 1;
        CHECK(seat_create(t->w, t->core, units[unit_of[s]], g.roles[role_of[s]], g.day0,
                          &g.seats[s]));
    }
    return g;
}

static void game_close(Game *g)
{
    g->t.core->seat = 0;
    CHECK(core_commit(g->t.w, g->t.core));
    world_close(&g->t);
}

static bool held_all_days(const Game *g, const Given *x)
{
    for (int d = x->from; d < x->until && d <= DAYS; d++)
        if (d == DAYS ? g->open_until[x->giver] <= DAYS
                      : !at_or_above(g, x->giver, x->unit, x->role, d))
            return false;
    return true;
}

/* One command by a random seat; `unchecked` = the kernel's check is off. False = it was taken and
 * the giver did not hold it. */
static bool give_once(Game *g, bool unchecked)
{
    World *t = &g->t;
    Given x = { .giver = pick(g, SEATS),
                .to = pick(g, SEATS),
                .unit = pick(g, UNITS),
                .role = pick(g, ROLES) };
    x.from = pick(g, DAYS);
    x.until = x.from + 1 + pick(g, DAYS - x.from);
    t->core->seat = unchecked ? 0 : g->seats[x.giver];
    bool done = grant_give_until(t->w, t->core, g->seats[x.to], g->units[x.unit], g->roles[x.role],
                                 g->day0 + x.from, g->day0 + x.until - 1);
    work_clear(t->w);
    if (!done)
        return true;
    bool fine = held_all_days(g, &x) && x.to != x.giver;
    CHECK(g->n < GIVEN_MAX);
    g->given[g->n++] = x;
    return fine;
}

static void end_once(Game *g)
{
    World *t = &g->t;
    if (!g->n)
        return;
    Given *x = &g->given[pick(g, (int)g->n)];
    int day = pick(g, DAYS), by = pick(g, SEATS);
    t->core->seat = g->seats[by];
    bool done = grant_end(t->w, t->core, g->seats[x->to], g->units[x->unit], g->roles[x->role],
                          STR(""), g->day0 + day);
    work_clear(t->w);
    for (size_t i = 0; done && i < g->n; i++) {
        Given *y = &g->given[i];
        if (y->to == x->to && y->unit == x->unit && y->role == x->role && y->until > day)
            y->until = day > y->from ? day : y->from;
    }
}

static void close_once(Game *g)
{
    int seat = pick(g, SEATS), day = pick(g, DAYS);
    g->t.core->seat = 0;
    if (day < g->open_until[seat] && seat_close(g->t.w, g->t.core, g->seats[seat], g->day0 + day))
        g->open_until[seat] = day;
    work_clear(g->t.w);
}

/* Places where the kernel and the second judge are of two minds. */
static int differences(Game *g)
{
    int found = 0;
    for (int s = 0; s < SEATS; s++)
        for (int u = 0; u < UNITS; u++)
            for (int r = 0; r < ROLES; r++)
                for (int d = 0; d < DAYS; d++) {
                    int32_t until = held_until(g->t.core, g->seats[s], g->roles[r], g->units[u],
                                               g->day0 + d, GRANT_CHAIN);
                    found += (until > g->day0 + d) != at_or_above(g, s, u, r, d);
                }
    return found;
}

static int play(uint64_t seed, bool unchecked, int *ret_taken)
{
    Game g = game_open(seed);
    int faults = 0;
    for (int i = 0; i < ROUNDS; i++) {
        work_out(&g);
        int what = pick(&g, 40);
        if (what == 0)
            close_once(&g);
        else if (what < 8)
            end_once(&g);
        else
            faults += !give_once(&g, unchecked);
    }
    work_out(&g);
    faults += unchecked ? 0 : differences(&g);
    *ret_taken += (int)g.n;
    game_close(&g);
    return faults;
}

TEST(no_sequence_of_grants_gives_more_than_was_held)
{
    int taken = 0, faults = 0;
    for (uint64_t seed = 1; seed <= 12; seed++)
        faults += play(seed, false, &taken);
    EXPECT(faults == 0);
    EXPECT(taken > 100); /* it was not all refused */
}

TEST(the_judge_of_grants_finds_a_check_switched_off)
{
    int taken = 0;
    EXPECT(play(1, true, &taken) > 0);
}
