/* Random walks: cases moved by random people at random moments, and after each step a second,
 * slower telling of the same: clocks from the list of moves day by day and minute by minute, lists
 * by looking at every row, and nobody who ever answered among those who approved. */
#include "flow/test_flow.h"

enum { WALKS = 12, STEPS = 150, PERSONS = 4, MINUTE = 60000, WORK_DAY = 28800000 };

static uint64_t dice(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* ---- the second telling ---- */

static bool works(int32_t day)
{
    bool known;
    bool yes = day_is_working(day, &known);
    CHECK(known);
    return yes;
}

static int64_t slow_minutes(int64_t from_ms, int64_t to_ms)
{
    int64_t n = 0;
    for (int64_t at = from_ms; at < to_ms; at += MINUTE) {
        int64_t minute = (at - day_first_ms(day_of_ms(at))) / MINUTE;
        bool open = (minute >= 510 && minute < 720) || (minute >= 780 && minute < 1020);
        n += open && works(day_of_ms(at));
    }
    return n;
}

/* 24:00 of the n-th working day after the day; the 0th is the day itself, or the next that works.
 */
static int64_t slow_due(int32_t day, int64_t n)
{
    while (n == 0 && !works(day))
        day++;
    for (; n > 0; n -= works(day))
        day++;
    return day_first_ms(day + 1);
}

typedef struct Slow { /* the clock `total` */
    bool there, runs, done, was_late;
    int64_t since, used, due, left;
} Slow;

static bool state_is(const Town *t, int32_t number, const char *name)
{
    const FlowState *s = flow_state_number(t->book->flow_type, number);
    return s && str_is(s->name, name);
}

static bool move_is(const Town *t, int32_t number, const char *name)
{
    const FlowMove *m = flow_move_number(t->book->flow_type, number);
    return m && str_is(m->name, name);
}

static void slow_rest(Slow *c, int64_t at)
{
    if (!c->runs)
        return;
    c->used += slow_minutes(c->since, at);
    c->was_late = at > c->due;
    c->left = 0;
    for (int32_t day = day_of_ms(at - 1) + 1; day <= day_of_ms(c->due - 1); day++)
        c->left += works(day);
    c->runs = false;
}

static void slow_go(Slow *c, int64_t at)
{
    if (!c->was_late)
        c->due = slow_due(day_of_ms(at - 1), c->left);
    c->runs = true;
    c->done = false;
    c->since = at;
}

static Slow slow_total(const Town *t, const RecordRow *row, int64_t days)
{
    Slow c = { 0 };
    for (size_t i = 0; i < row->cas->move_n; i++) {
        const MoveRow *m = &row->cas->moves[i];
        bool answered = state_is(t, m->to, "answered") || state_is(t, m->to, "closed");
        if (!c.there && state_is(t, m->to, "accepted")) {
            c = (Slow){ .there = true, .left = days };
            slow_go(&c, m->at_ms);
        } else if (answered || state_is(t, m->to, "waiting")) {
            slow_rest(&c, m->at_ms);
            c.done = c.done || answered;
        } else if (c.there && !c.runs && (!c.done || move_is(t, m->move, "unsolved"))) {
            slow_go(&c, m->at_ms);
        }
        if (move_is(t, m->move, "later"))
            c.due = slow_due(day_of_ms(c.due - 1), 2);
    }
    return c;
}

static void same_clock(Town *t, int64_t ord, uint64_t seed)
{
    const RecordRow *row = town_row(t, ord);
    const ClockRow *fast = town_clock(t, ord, "total");
    const Field *kind = book_field(t->book, STR("kind"));
    Slow slow = slow_total(t, row, row->nums[kind->number] == 1 ? 10 : 3);
    EXPECT(slow.there == (fast != NULL));
    if (!slow.there || !fast)
        return;
    bool same = fast->due_ms == slow.due && fast->used == slow.used * MINUTE &&
                (fast->state == CLOCK_RUNNING) == slow.runs &&
                (fast->state == CLOCK_DONE) == slow.done;
    EXPECT(same);
    if (!same)
        printf("# seed %llu case %lld: due %lld, slowly %lld\n", (unsigned long long)seed,
               (long long)ord, (long long)fast->due_ms, (long long)slow.due);
}

/* ---- who approved ---- */

static void nobody_approved_their_own(const Town *t, const CaseRow *cas)
{
    for (size_t i = 0; i < cas->move_n; i++) {
        if (!state_is(t, cas->moves[i].to, "closed"))
            continue;
        for (size_t k = 0; k < i; k++) {
            bool same = cas->moves[k].person && cas->moves[k].person == cas->moves[i].person;
            EXPECT(!(same && state_is(t, cas->moves[k].to, "answered")));
        }
    }
}

/* ---- lists ---- */

static bool slow_match(const Town *t, const RecordRow *row, const CaseAsk *ask)
{
    const FlowState *s = flow_state_number(t->book->flow_type, row->cas->state);
    const FlowClock *clock = NULL;
    int64_t due = 0;
    bool late = case_due(t->book, row, &due, &clock) && due < t->w->now_ms;
    return (!ask->open || !s->final) && (!ask->closed || s->final) &&
           (!ask->state || ask->state == s) && (!ask->late || late) &&
           (ask->holder == UNIT_NONE || ask->holder == row->cas->holder) &&
           (ask->below == UNIT_NONE || ask->below == row->unit || ask->below == t->county);
}

static void same_list(Town *t, uint64_t *seed)
{
    const Flow *flow = t->book->flow_type;
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    int64_t total = 0;
    const int32_t units[] = { UNIT_NONE, UNIT_NONE, t->farm[0], t->shop[0], t->county };
    CaseAsk ask = { .below = units[dice(seed) % 5],
                    .holder = units[dice(seed) % 4],
                    .open = dice(seed) % 3 == 0,
                    .late = dice(seed) % 3 == 0,
                    .sort = (CaseSort)(dice(seed) % 4),
                    .limit = 1 + dice(seed) % 9 };
    ask.state = dice(seed) % 3 ? NULL : &flow->states[dice(seed) % flow->state_count];
    CasePage page;
    CHECK(records_rows(t->w, t->core, t->book, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++)
        total += slow_match(t, rows[i], &ask);
    EXPECT(cases_page(t->w, t->cases, &ask, &page));
    EXPECT(page.total == total);
    EXPECT(page.n == (total < (int64_t)ask.limit ? (size_t)total : ask.limit));
    for (size_t i = 0; i < page.n; i++)
        EXPECT(slow_match(t, page.rows[i], &ask));
    for (size_t i = 1; i < page.n && ask.sort == CASE_OLDEST; i++)
        EXPECT(page.rows[i - 1]->cas->moves[0].at_ms <= page.rows[i]->cas->moves[0].at_ms);
}

/* ---- walking ---- */

static void step(Town *t, uint64_t *seed, int64_t cases)
{
    int64_t ord = 1 + (int64_t)(dice(seed) % (uint64_t)cases);
    int seat = (int)(dice(seed) % (SEATS + 1)) - 1;
    if (seat >= 0) /* people change seats, stand in, come back */
        t->person[seat] = 100 + (int32_t)(dice(seed) % PERSONS);
    const CaseActor actor = town_actor(t, seat);
    MoveChoice *choices = NULL;
    size_t n = 0;
    CHECK(case_choices(t->w, t->core, &t->judge, t->book, town_row(t, ord), &actor, &choices, &n));
    if (!n)
        return;
    const MoveChoice *c = &choices[dice(seed) % n];
    char number[16];
    snprintf(number, sizeof number, "%d", c->move->number);
    const char *field = c->move->field_count ? str_z(t->w->arena, c->move->fields[0]->name) : NULL;
    int64_t value = t->shop[dice(seed) % 2];
    EXPECT(town_move(t, seat, ord, number, field, value) == c->may);
}

static void walk(uint64_t seed)
{
    static const char *const kinds[] = { "road", "water" };
    Town t = town_open();
    const uint64_t name = seed;
    town_at(&t, "2021-03-01T08:00");
    int64_t cases = 0;
    for (int i = 0; i < STEPS; i++) {
        ARENA_SCOPE(t.w->arena);
        t.w->now_ms += MINUTE * (int64_t)(1 + dice(&seed) % (dice(&seed) % 4 ? 300 : 3000));
        if (cases < 6) {
            cases = town_add(&t, (int)(dice(&seed) % 4) - 1, t.farm[dice(&seed) % 2],
                             kinds[dice(&seed) % 2]);
            CHECK(cases);
        }
        /* a server that is down for a while tells later what is due: its moves are dated back */
        if (dice(&seed) % 3 == 0) {
            (void)town_tick(&t);
            EXPECT(town_tick(&t) == 0);
        }
        step(&t, &seed, cases);
        for (int64_t ord = 1; ord <= cases; ord++) {
            same_clock(&t, ord, name);
            nobody_approved_their_own(&t, town_row(&t, ord)->cas);
        }
        same_list(&t, &seed);
    }
    town_close(&t);
}

TEST(random_walks_agree_with_a_slower_telling)
{
    for (uint64_t i = 1; i <= WALKS && !test_failures; i++)
        walk(i * 0x9E3779B97F4A7C15u);
}

/* ---- the time machine ---- */

TEST(a_replay_without_change_tells_what_was)
{
    Town t = town_open();
    town_at(&t, "2021-06-07T09:00");
    for (int i = 0; i < 4; i++) {
        int64_t ord = town_add(&t, DESK_FARM, t.farm[0], i % 2 ? "water" : "road");
        EXPECT(town_move(&t, DESK_FARM, ord, "accepted", NULL, 0));
        EXPECT(town_move(&t, DESK_FARM, ord, "handling", "dept", t.shop[0]));
    }
    town_at(&t, "2021-06-16T09:00");
    for (int64_t ord = 1; ord <= 4; ord++)
        EXPECT(town_move(&t, DESK_SHOP, ord, "answered", "score", 1));
    ReplayChange change = { 0 };
    ReplayAsk ask = { .book = t.book,
                      .below = UNIT_NONE,
                      .first_day = day_make(2021, 1, 1),
                      .last_day = day_make(2021, 12, 31) };
    Replay r;
    EXPECT(flow_replay(t.w, t.core, &ask, &r));
    EXPECT(r.cases == 4 && r.changed == 0 && r.total.late[0] == 2 && r.total.late[1] == 2);
    EXPECT(r.total.peak[0] == 4 && r.n > 0 && r.lines[0].unit == t.shop[0]);
    change = (ReplayChange){ .has_limit = true, .work = true, .limit = 20 * WORK_DAY + 1 };
    ask.changes = &change;
    ask.n = 1;
    EXPECT(flow_replay(t.w, t.core, &ask, &r) && r.total.late[1] == 0 && r.changed == 2);
    change.limit = 1 * WORK_DAY + 1;
    change.field = book_field(t.book, STR("kind"));
    change.item = list_item(change.field->type.list, STR("road"))->number;
    EXPECT(flow_replay(t.w, t.core, &ask, &r) && r.total.late[1] == 4 && r.changed == 2);
    change = (ReplayChange){
        .field = change.field, .item = change.item, .route_to = t.shop[1], .has_route = true
    };
    EXPECT(flow_replay(t.w, t.core, &ask, &r) && r.changed == 0 && r.total.late[1] == 2);
    for (size_t i = 0; i < r.n; i++)
        if (r.lines[i].unit == t.shop[1])
            EXPECT(r.lines[i].cases[0] == 0 && r.lines[i].cases[1] == 2 && r.lines[i].peak[1] == 2);
    ask.below = t.farm[1];
    EXPECT(flow_replay(t.w, t.core, &ask, &r) && r.cases == 0);
    town_close(&t);
}
