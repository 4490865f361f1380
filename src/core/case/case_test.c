#include "core/test_core.h"

/* The register of the tests with a flow made by hand: core asks of a flow nothing but the numbers
 * of its moves and states, and which fields a move asks. */
enum { OPEN = 1, BUSY, DONE };
static const FlowState opened = { .number = OPEN }, busy = { .number = BUSY },
                       done = { .number = DONE };

typedef struct Cased {
    World t;
    const Book *book;
    const Field *no, *lent, *back, *grade, *who;
    const Field *asked[2];
    FlowMove begin, give, finish;
    int32_t seat, person;
} Cased;

static Cased *cased(World world)
{
    static Cased one; /* it holds the arena */
    Cased *c = &one;
    *c = (Cased){ .t = world };
    c->book = set_book(world.set, STR("loan"));
    c->no = book_field(c->book, STR("no"));
    c->lent = book_field(c->book, STR("lent"));
    c->back = book_field(c->book, STR("back"));
    c->grade = book_field(c->book, STR("grade"));
    c->who = book_field(c->book, STR("who"));
    c->asked[0] = c->back;
    c->asked[1] = c->grade;
    c->begin = (FlowMove){ .number = 1, .is_new = true, .state = &opened };
    c->give = (FlowMove){
        .number = 2, .state = &busy, .fields = c->asked, .field_count = 2, .shows = true
    };
    c->finish = (FlowMove){ .number = 3, .state = &done };
    int32_t role = set_role(world.set, STR("keeper"))->number;
    CHECK(core_begin(world.w, world.core, NULL));
    CHECK(seat_create(world.w, world.core, world.farm[0], role, 18000, &c->seat));
    CHECK(person_hold(world.w, world.core, c->seat, 18000, &c->person));
    CHECK(core_commit(world.w, world.core));
    return c;
}

static void set_num(RecordEdit *e, const Field *f, int64_t value)
{
    e->nums[f->number] = value;
    e->known[f->number / 64] |= UINT64_C(1) << (f->number % 64);
}

static void set_text(RecordEdit *e, const Field *f, Str text)
{
    e->texts[f->number] = text;
    e->known[f->number / 64] |= UINT64_C(1) << (f->number % 64);
}

static int64_t put(Cased *c, RecordEdit *e, const CaseStep *step, int32_t seat)
{
    int64_t seq = 0;
    Core *core = c->t.core;
    e->step = step;
    core->seat = seat;
    core->person = seat ? c->person : 0;
    CHECK(core_begin(c->t.w, core, NULL));
    CHECK(record_put(c->t.w, core, e, &seq) && core_commit(c->t.w, core));
    core->seat = core->person = 0;
    return seq;
}

static const RecordRow *row_of(Cased *c, int64_t known)
{
    return world_row(&c->t, "loan", 0, NULL, 1, known);
}

static RecordEdit edit_of(Cased *c)
{
    return record_edit_of(c->t.w->arena, c->book, row_of(c, KNOWN_NOW));
}

static ClockRow running(int32_t clock, int64_t due)
{
    return (ClockRow){
        .clock = clock, .limit = 5, .started_ms = due - 5, .since_ms = due - 5, .due_ms = due
    };
}

/* A resident's report with a secret, a private value and two clocks. */
static int64_t begin(Cased *c)
{
    static const uint8_t secret[16] = { 0xAB, [15] = 0xCD };
    RecordEdit e = record_edit_new(c->t.w->arena, c->book);
    e.unit = c->t.farm[0];
    set_text(&e, c->no, STR("x1"));
    set_num(&e, c->lent, 18000);
    set_num(&e, c->grade, 1);
    set_text(&e, c->who, STR("139"));
    const ClockRow clocks[] = { running(3, 900), running(7, 1700) };
    const CaseStep step = { .act = CASE_BEGUN,
                            .move = &c->begin,
                            .actor = ACTOR_REPORTER,
                            .holder = c->t.farm[0],
                            .clocks = clocks,
                            .clock_n = 2,
                            .secret = secret };
    return put(c, &e, &step, 0);
}

static int64_t give(Cased *c, int64_t at_ms)
{
    RecordEdit e = edit_of(c);
    set_num(&e, c->grade, 4);
    set_num(&e, c->back, 19500);
    ClockRow clocks[] = { running(3, 900), running(7, 1700) };
    clocks[0].state = CLOCK_DONE;
    clocks[0].done_ms = 850;
    clocks[0].used = 4;
    const CaseStep step = { .act = CASE_MOVED,
                            .move = &c->give,
                            .holder = c->t.county,
                            .at_ms = at_ms,
                            .clocks = clocks,
                            .clock_n = 2 };
    return put(c, &e, &step, c->seat);
}

static Str open_of(Cased *c, int64_t seq)
{
    Fact fact = { 0 }, end = { 0 };
    bool more = false;
    FactWalk *walk = fact_walk(c->t.w, c->t.core->store.db, seq, seq + 1);
    CHECK(walk && fact_next(c->t.w, walk, &fact, &more) && more);
    CHECK(fact_next(c->t.w, walk, &end, &more));
    return fact.open;
}

static Str digest_of(Cased *c)
{
    Str text = { 0 };
    CHECK(store_digest(c->t.w, c->t.core->store.db, &text));
    return text;
}

/* The views made again from the log are the same, and so is what memory says. */
static void holds(Cased *c)
{
    Str before = digest_of(c);
    EXPECT(core_rebuild(c->t.w, c->t.core));
    EXPECT(str_eq(digest_of(c), before));
    EXPECT(log_verify(c->t.w, c->t.core->store.db, &(int64_t){ 0 }));
}

TEST(a_report_begins_a_case)
{
    Cased *c = cased(world_open());
    int64_t seq = begin(c);
    const RecordRow *row = row_of(c, KNOWN_NOW);
    const CaseRow *k = row->cas;
    EXPECT(row->state == RECORD_FILED && k && k->state == OPEN && k->holder == c->t.farm[0]);
    EXPECT(k->move_n == 1 && k->moves[0].from == 0 && k->moves[0].to == OPEN);
    EXPECT(k->moves[0].actor == ACTOR_REPORTER && k->moves[0].unit == UNIT_NONE);
    EXPECT(k->moves[0].at_ms == c->t.w->now_ms && k->moves[0].seq == seq);
    EXPECT(k->clock_n == 2 && k->clocks[1].clock == 7 && k->clocks[1].due_ms == 1700);
    EXPECT(k->secret[0] == 0xAB && k->secret[15] == 0xCD && !k->shown && !k->released);
    int32_t farm = c->t.farm[0];
    Str want = str_printf(
        c->t.w->arena,
        "{\"c\":[3,0,0,5,895,895,0,900,0,0,0,7,0,0,5,1695,1695,0,1700,0,0,0],\"g\":%d,\"h\":[%d],"
        "\"k\":\"ab0000000000000000000000000000cd\",\"n\":[%d,18000,%d,1],\"o\":1,\"p\":0,\"s\":1,"
        "\"t\":{\"%d\":\"x1\"},\"v\":1,\"y\":1}",
        farm, c->who->number, c->lent->number, c->grade->number, c->no->number);
    EXPECT(str_eq(open_of(c, seq), want));
    holds(c);
    EXPECT(row_of(c, KNOWN_NOW)->cas->clocks[1].due_ms == 1700);
    world_close(&c->t);
}

TEST(a_move_tells_what_it_asked_and_lays_it_over_the_row)
{
    Cased *c = cased(world_open());
    (void)begin(c);
    int64_t then = core_known(c->t.core) - 1;
    int64_t seq = give(c, 0);
    const RecordRow *row = row_of(c, KNOWN_NOW);
    EXPECT(row->cas->state == BUSY && row->cas->holder == c->t.county && row->cas->shown);
    EXPECT(row->cas->move_n == 2 && row->cas->moves[1].from == OPEN);
    EXPECT(row->cas->moves[1].seat == c->seat && row->cas->moves[1].person == c->person);
    EXPECT(row->cas->moves[1].unit == c->t.farm[0] && row->cas->moves[1].actor == ACTOR_SEAT);
    EXPECT(row->cas->clock_n == 2 && row->cas->clocks[0].done_ms == 850);
    EXPECT(row->cas->clocks[1].state == CLOCK_RUNNING);
    EXPECT(world_num(&c->t, row, "loan", "back") == 19500);
    EXPECT(world_num(&c->t, row, "loan", "lent") == 18000);
    EXPECT(str_is(row->texts[c->no->number], "x1") && row_known(row, c->who->number));
    Str want = str_printf(c->t.w->arena,
                          "{\"c\":[3,2,0,5,895,895,4,900,0,850,0],\"g\":%d,\"n\":[%d,19500,%d,4],"
                          "\"o\":1,\"p\":0,\"s\":2,\"u\":1,\"v\":2}",
                          c->t.county, c->back->number, c->grade->number);
    EXPECT(str_eq(open_of(c, seq), want));
    const RecordRow *was = row_of(c, then);
    EXPECT(was->cas->state == OPEN && was->cas->move_n == 1 && !was->cas->shown);
    holds(c);
    EXPECT(row_of(c, KNOWN_NOW)->cas->moves[1].unit == c->t.farm[0]);
    world_close(&c->t);
}

TEST(a_changing_field_changes_from_the_moment_of_the_move)
{
    Cased *c = cased(world_open());
    (void)begin(c);
    int32_t today = work_today(c->t.w);
    (void)give(c, day_first_ms(today - 3));
    const RecordRow *row = row_of(c, KNOWN_NOW);
    EXPECT(row->past_n == 2 && row->cas->moves[1].at_ms == day_first_ms(today - 3));
    int64_t value = 0;
    bool known = false;
    EXPECT(record_at(c->t.w, c->t.core, row, c->grade, today - 4, &value, &known) && value == 1);
    EXPECT(record_at(c->t.w, c->t.core, row, c->grade, today - 3, &value, &known) && value == 4);
    holds(c);
    world_close(&c->t);
}

TEST(a_move_may_empty_a_field)
{
    Cased *c = cased(world_open());
    (void)begin(c);
    (void)give(c, 0);
    RecordEdit e = edit_of(c);
    e.known[c->back->number / 64] &= ~(UINT64_C(1) << (c->back->number % 64));
    const CaseStep step = { .act = CASE_MOVED, .move = &c->finish, .holder = c->t.county };
    int64_t seq = put(c, &e, &step, c->seat);
    EXPECT(!row_known(row_of(c, KNOWN_NOW), c->back->number));
    EXPECT(row_of(c, KNOWN_NOW)->cas->shown && row_of(c, KNOWN_NOW)->cas->clock_n == 2);
    Str want = str_printf(c->t.w->arena, "{\"e\":[%d],\"g\":%d,\"o\":1,\"p\":0,\"s\":3,\"v\":3}",
                          c->back->number, c->t.county);
    EXPECT(str_eq(open_of(c, seq), want));
    holds(c);
    world_close(&c->t);
}

TEST(late_steps_others_and_releases_are_written_down)
{
    Cased *c = cased(world_open());
    int64_t first = begin(c);
    ClockRow clocks[] = { running(3, 900), running(7, 1700) };
    clocks[1].steps = 1u << 2;
    RecordEdit e = edit_of(c);
    CaseStep step = { .act = CASE_GONE_LATE,
                      .actor = ACTOR_SYSTEM,
                      .at_ms = 1700,
                      .clocks = clocks,
                      .clock_n = 2,
                      .clock = 7,
                      .late = 2 };
    int64_t seq = put(c, &e, &step, 0);
    EXPECT(str_is(open_of(c, seq),
                  "{\"c\":[7,0,0,5,1695,1695,0,1700,0,0,4],\"l\":[7,2],\"o\":1,\"p\":0,"
                  "\"x\":1700,\"y\":2}"));
    for (int i = 0; i < 2; i++) {
        e = edit_of(c);
        step = (CaseStep){ .act = CASE_JOINED, .actor = ACTOR_REPORTER };
        seq = put(c, &e, &step, 0);
    }
    EXPECT(str_is(open_of(c, seq), "{\"j\":2,\"o\":1,\"p\":0,\"y\":1}"));
    e = edit_of(c);
    step = (CaseStep){ .act = CASE_RELEASED, .release = first };
    seq = put(c, &e, &step, c->seat);
    const RecordRow *row = row_of(c, KNOWN_NOW);
    EXPECT(row->seq == seq && row->cas->released == first && row->cas->joined == 2);
    EXPECT(row->cas->clocks[1].steps == 4 && row->cas->move_n == 1 && row->cas->state == OPEN);
    EXPECT(world_num(&c->t, row, "loan", "lent") == 18000 && row_known(row, c->who->number));
    holds(c);
    EXPECT(row_of(c, KNOWN_NOW)->cas->joined == 2);
    world_close(&c->t);
}

static Str told(Cased *c, bool *ret_erased)
{
    RecordEdit value;
    CHECK(record_private(c->t.w, c->t.core, c->book, c->who, row_of(c, KNOWN_NOW)->seq, &value,
                         ret_erased));
    return value.texts[c->who->number];
}

TEST(a_private_value_stays_in_the_fact_that_gave_it)
{
    Cased *c = cased(world_open());
    (void)begin(c);
    (void)give(c, 0);
    bool erased = true;
    EXPECT(str_is(told(c, &erased), "139") && !erased);
    RecordEdit e = edit_of(c);
    set_num(&e, c->lent, 18001);
    (void)put(c, &e, NULL, c->seat); /* a correction restates it, and leaves the case alone */
    const RecordRow *row = row_of(c, KNOWN_NOW);
    EXPECT(str_is(told(c, &erased), "139") && row->cas->move_n == 2 && row->cas->state == BUSY);
    EXPECT(world_num(&c->t, row, "loan", "lent") == 18001);
    e = edit_of(c);
    set_text(&e, c->who, STR("138"));
    const CaseStep step = { .act = CASE_MOVED, .move = &c->finish, .holder = c->t.county };
    (void)put(c, &e, &step, c->seat); /* a move may give another one */
    EXPECT(str_is(told(c, &erased), "138"));
    holds(c);
    EXPECT(str_is(told(c, &erased), "138"));
    world_close(&c->t);
}

static void erase(Cased *c, int64_t seq, int32_t part)
{
    Work *w = c->t.w;
    Canon *open = canon_open(w->arena);
    canon_int(open, "part", part);
    canon_int(open, "seq", seq);
    Fact fact = { .verb = VERB_PART_ERASE,
                  .unit = c->t.farm[0],
                  .book = c->book->number,
                  .pack = c->book->pack->version,
                  .subject = 1,
                  .prev = -1,
                  .open = canon_bytes(w, open) };
    CHECK(core_begin(w, c->t.core, NULL));
    CHECK(core_put(w, c->t.core, &fact) && part_erase(w, c->t.core->store.log, seq, part));
    CHECK(core_commit(w, c->t.core));
}

TEST(an_erased_value_is_missing_in_all_moves_that_left_it_there)
{
    Cased *c = cased(world_open());
    int64_t first = begin(c);
    int64_t second = give(c, 0);
    RecordEdit e = edit_of(c);
    set_text(&e, c->who, STR("138"));
    const CaseStep step = { .act = CASE_MOVED, .move = &c->finish, .holder = c->t.county };
    int64_t third = put(c, &e, &step, c->seat);
    erase(c, first, 2);
    EXPECT(!row_known(row_of(c, first), c->who->number));
    EXPECT(!row_known(row_of(c, second), c->who->number));
    EXPECT(row_known(row_of(c, KNOWN_NOW), c->who->number)); /* told anew by the third */
    bool erased = true;
    EXPECT(str_is(told(c, &erased), "138") && !erased);
    erase(c, third, 2);
    const RecordRow *row = row_of(c, KNOWN_NOW);
    EXPECT(!row_known(row, c->who->number) && row->cas->state == DONE && row->cas->move_n == 3);
    EXPECT(!told(c, &erased).p && erased);
    holds(c);
    EXPECT(!row_known(row_of(c, second), c->who->number));
    EXPECT(row_of(c, KNOWN_NOW)->cas->move_n == 3);
    world_close(&c->t);
}

TEST(a_void_case_keeps_what_was_done_and_may_begin_anew)
{
    Cased *c = cased(world_open());
    (void)begin(c);
    (void)give(c, 0);
    RecordEdit e = edit_of(c);
    e.state = RECORD_VOID;
    e.reason = STR("重复");
    (void)put(c, &e, NULL, c->seat);
    const RecordRow *row = row_of(c, KNOWN_NOW);
    EXPECT(row->state == RECORD_VOID && row->cas->move_n == 2 && row->known[0] == 0);
    int64_t seq = 0;
    const CaseStep step = { .act = CASE_MOVED, .move = &c->finish, .holder = c->t.county };
    e = edit_of(c);
    e.step = &step;
    EXPECT(core_begin(c->t.w, c->t.core, NULL));
    EXPECT(!record_put(c->t.w, c->t.core, &e, &seq) && c->t.w->err.code == ERR_NOT_FOUND);
    work_clear(c->t.w);
    EXPECT(core_rollback(c->t.w, c->t.core));
    e = record_edit_new(c->t.w->arena, c->book);
    e.unit = c->t.farm[0];
    e.ord = 1;
    set_text(&e, c->no, STR("x2"));
    const CaseStep again = { .act = CASE_BEGUN, .move = &c->begin, .holder = c->t.city };
    (void)put(c, &e, &again, c->seat);
    row = row_of(c, KNOWN_NOW);
    EXPECT(row->state == RECORD_FILED && row->cas->move_n == 1 && row->cas->clock_n == 0);
    EXPECT(row->cas->holder == c->t.city && row->cas->secret[0] == 0 && !row->cas->shown);
    holds(c);
    world_close(&c->t);
}

TEST(a_row_filed_without_a_flow_is_no_case)
{
    Cased *c = cased(world_open());
    world_file(&c->t, "loan", c->t.farm[0], NULL, "no", "x1", "lent", 18000, NULL);
    EXPECT(!row_of(c, KNOWN_NOW)->cas);
    RecordEdit e = edit_of(c);
    const CaseStep step = { .act = CASE_JOINED };
    e.step = &step;
    int64_t seq = 0;
    EXPECT(core_begin(c->t.w, c->t.core, NULL));
    EXPECT(!record_put(c->t.w, c->t.core, &e, &seq) && c->t.w->err.code == ERR_NOT_FOUND);
    work_clear(c->t.w);
    EXPECT(core_rollback(c->t.w, c->t.core));
    world_close(&c->t);
}

TEST(a_case_begins_once)
{
    Cased *c = cased(world_open());
    (void)begin(c);
    RecordEdit e = edit_of(c);
    const CaseStep step = { .act = CASE_BEGUN, .move = &c->begin, .holder = c->t.county };
    e.step = &step;
    int64_t seq = 0;
    EXPECT(core_begin(c->t.w, c->t.core, NULL));
    EXPECT(!record_put(c->t.w, c->t.core, &e, &seq) && c->t.w->err.code == ERR_CONFLICT);
    work_clear(c->t.w);
    EXPECT(core_rollback(c->t.w, c->t.core));
    EXPECT(row_of(c, KNOWN_NOW)->cas->holder == c->t.farm[0]);
    world_close(&c->t);
}

TEST(a_row_gets_its_number_before_it_is_put)
{
    Cased *c = cased(world_open());
    (void)begin(c);
    RecordEdit e = record_edit_new(c->t.w->arena, c->book);
    e.unit = c->t.farm[1];
    EXPECT(record_number(c->t.w, c->t.core, &e) && e.ord == 2);
    const CaseStep step = { .act = CASE_BEGUN, .move = &c->begin, .holder = e.unit };
    (void)put(c, &e, &step, 0);
    EXPECT(e.ord == 2 && world_row(&c->t, "loan", 0, NULL, 2, KNOWN_NOW)->unit == c->t.farm[1]);
    world_close(&c->t);
}

TEST(a_secret_is_bound_to_its_log_book_and_row)
{
    uint8_t one[16], other[16];
    case_secret(1, 2, 3, STR("ABCDEFGHJKMN"), one);
    Work *w = work_open(env_real(), 1 << 16);
    EXPECT(str_is(hex_print(w->arena, one, 16), "7b2a259d84b1eeef92793edaaa9736e7"));
    case_secret(1, 3, 3, STR("ABCDEFGHJKMN"), other);
    EXPECT(memcmp(one, other, 16) != 0);
    case_secret(1, 2, 4, STR("ABCDEFGHJKMN"), other);
    EXPECT(memcmp(one, other, 16) != 0);
    case_secret(2, 2, 3, STR("ABCDEFGHJKMN"), other);
    EXPECT(memcmp(one, other, 16) != 0);
    work_close(&w);
}
