#include "core/test_core.h"

static const Book *book_named(World *t, const char *name)
{
    return set_book(t->set, str_of(name));
}

static Str digest(World *t)
{
    Str text = { 0 };
    CHECK(store_digest(t->w, t->core->store.db, &text));
    return text;
}

TEST(a_filed_return_is_found_and_stands_in_its_block)
{
    World t = world_open();
    world_file(&t, "crop", t.farm[1], "2021-02", "tons", 7, "note", "好", NULL);
    const RecordRow *row = world_row(&t, "crop", t.farm[1], "2021-02", 0, KNOWN_NOW);
    EXPECT(row && row->state == RECORD_FILED);
    EXPECT(world_num(&t, row, "crop", "tons") == 7);
    const Book *crop = book_named(&t, "crop");
    const Field *tons = book_field(crop, STR("tons")), *note = book_field(crop, STR("note"));
    EXPECT(str_is(row->texts[note->number], "好"));
    EXPECT(row->entered_day == work_today(t.w));
    const Block *b = records_block(t.w, t.core, crop, period_code("2021-02"), KNOWN_NOW);
    size_t cell = (size_t)t.farm[1];
    EXPECT(b->keys == 1 && b->slots > t.farm[1]);
    EXPECT(b->state[cell] == RECORD_FILED && b->state[t.farm[0]] == RECORD_NONE);
    EXPECT(b->nums[cell * (size_t)b->columns + (size_t)tons->number] == 7);
    EXPECT(records_block(t.w, t.core, crop, period_code("2021-03"), KNOWN_NOW)->slots == 0);
    world_close(&t);
}

TEST(a_loaded_block_is_edited_by_each_fact)
{
    World t = world_open();
    const Book *crop = book_named(&t, "crop");
    const Field *tons = book_field(crop, STR("tons"));
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 1, NULL);
    const Block *b = records_block(t.w, t.core, crop, period_code("2021-02"), KNOWN_NOW);
    size_t at = (size_t)t.farm[0] * (size_t)b->columns + (size_t)tons->number;
    EXPECT(b->nums[at] == 1);
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 2, NULL);
    world_file(&t, "crop", t.farm[2], "2021-02", "tons", 9, NULL);
    b = records_block(t.w, t.core, crop, period_code("2021-02"), KNOWN_NOW);
    EXPECT(b->nums[at] == 2 && b->state[t.farm[2]] == RECORD_FILED);
    records_trim(t.core);
    EXPECT(records_bytes(t.core) > 0);
    world_close(&t);
}

TEST(a_correction_replaces_and_what_was_known_stays_known)
{
    World t = world_open();
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 3, NULL);
    int64_t then = core_known(t.core) - 1;
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 8, NULL);
    const RecordRow *now = world_row(&t, "crop", t.farm[0], "2021-02", 0, KNOWN_NOW);
    const RecordRow *was = world_row(&t, "crop", t.farm[0], "2021-02", 0, then);
    EXPECT(world_num(&t, now, "crop", "tons") == 8);
    EXPECT(world_num(&t, was, "crop", "tons") == 3 && was->gone == now->seq);
    const Block *b =
        records_block(t.w, t.core, book_named(&t, "crop"), period_code("2021-02"), then);
    EXPECT(b->seq[t.farm[0]] == was->seq);
    EXPECT(!world_row(&t, "crop", t.farm[0], "2021-02", 0, was->seq - 1));
    world_close(&t);
}

TEST(a_void_cell_has_no_values_and_can_be_filed_again)
{
    World t = world_open();
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 3, NULL);
    const RecordRow *row = world_row(&t, "crop", t.farm[0], "2021-02", 0, KNOWN_NOW);
    RecordEdit edit = record_edit_of(t.w->arena, book_named(&t, "crop"), row);
    edit.state = RECORD_VOID;
    edit.reason = STR("填错了单位");
    int64_t seq = 0;
    EXPECT(core_begin(t.w, t.core, NULL) && record_put(t.w, t.core, &edit, &seq) &&
           core_commit(t.w, t.core));
    row = world_row(&t, "crop", t.farm[0], "2021-02", 0, KNOWN_NOW);
    EXPECT(row && row->state == RECORD_VOID && row->known[0] == 0);
    EXPECT(core_begin(t.w, t.core, NULL));
    EXPECT(!record_put(t.w, t.core, &edit, &seq) && t.w->err.code == ERR_NOT_FOUND);
    work_clear(t.w);
    EXPECT(core_rollback(t.w, t.core));
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 4, NULL);
    row = world_row(&t, "crop", t.farm[0], "2021-02", 0, KNOWN_NOW);
    EXPECT(row->state == RECORD_FILED && world_num(&t, row, "crop", "tons") == 4);
    world_close(&t);
}

TEST(keyed_cells_have_one_place_each)
{
    World t = world_open();
    const Book *plot = book_named(&t, "plot");
    EXPECT(book_cells(plot) == 4);
    for (int64_t ord = 0; ord < 4; ord++) {
        int32_t items[2] = { 0 };
        book_items(plot, ord, items);
        EXPECT(book_ord(plot, items) == ord);
        RecordEdit edit = record_edit_new(t.w->arena, plot);
        const Field *rows = book_field(plot, STR("rows"));
        edit.unit = t.farm[2];
        edit.period = period_code("2021");
        edit.ord = ord;
        edit.nums[rows->number] = 10 + ord;
        edit.known[0] |= UINT64_C(1) << rows->number;
        int64_t seq = 0;
        EXPECT(core_begin(t.w, t.core, NULL) && record_put(t.w, t.core, &edit, &seq) &&
               core_commit(t.w, t.core));
    }
    const RecordRow *row = world_row(&t, "plot", t.farm[2], "2021", 2, KNOWN_NOW);
    EXPECT(row->ord == 2 && world_num(&t, row, "plot", "rows") == 12);
    Problems problems = { 0 }; /* a longer list moves the live places, not the cells */
    EXPECT(world_load(&t, 2, "  south \"南\"\n", "  south \"南\"\n  west \"西\"\n", &problems));
    plot = book_named(&t, "plot");
    EXPECT(book_cells(plot) == 6);
    row = world_row(&t, "plot", t.farm[2], "2021", 3, KNOWN_NOW);
    EXPECT(row && world_num(&t, row, "plot", "rows") == 12);
    const Block *b = records_block(t.w, t.core, plot, period_code("2021"), KNOWN_NOW);
    EXPECT(b->keys == 6 && b->state[(size_t)t.farm[2] * 6 + 3] == RECORD_FILED &&
           b->state[(size_t)t.farm[2] * 6 + 2] == RECORD_NONE);
    world_close(&t);
}

TEST(rows_of_a_register_are_numbered_and_ordered_by_unit)
{
    World t = world_open();
    const Book *loan = book_named(&t, "loan");
    EXPECT(world_file(&t, "loan", t.farm[2], NULL, "no", "x1", "lent", 18000, NULL) == 1);
    EXPECT(world_file(&t, "loan", t.farm[0], NULL, "no", "x2", "lent", 18001, NULL) == 2);
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    EXPECT(records_rows(t.w, t.core, loan, KNOWN_NOW, &rows, &n));
    EXPECT(n == 2 && rows[0]->ord == 2 && rows[1]->ord == 1);
    EXPECT(world_file(&t, "loan", t.farm[0], NULL, "no", "x3", "lent", 18002, NULL) == 3);
    int64_t then = core_known(t.core) - 1;
    RecordEdit edit =
        record_edit_of(t.w->arena, loan, world_row(&t, "loan", 0, NULL, 2, KNOWN_NOW));
    edit.state = RECORD_VOID;
    int64_t seq = 0;
    EXPECT(core_begin(t.w, t.core, NULL) && record_put(t.w, t.core, &edit, &seq) &&
           core_commit(t.w, t.core));
    EXPECT(records_rows(t.w, t.core, loan, KNOWN_NOW, &rows, &n));
    EXPECT(n == 2 && rows[0]->ord == 3 && rows[1]->ord == 1);
    EXPECT(records_rows(t.w, t.core, loan, then, &rows, &n));
    EXPECT(n == 3 && rows[0]->ord == 2 && rows[1]->ord == 3 && rows[2]->ord == 1);
    EXPECT(world_file(&t, "loan", t.farm[1], NULL, "no", "x2", "lent", 18001, NULL) == 4);
    world_close(&t);
}

TEST(unique_values_are_known_and_given_back)
{
    World t = world_open();
    const Book *loan = book_named(&t, "loan");
    const Field *no = book_field(loan, STR("no"));
    world_file(&t, "loan", t.farm[2], NULL, "no", "x1", "lent", 18000, NULL);
    RecordRow row = *world_row(&t, "loan", 0, NULL, 1, KNOWN_NOW);
    bool taken = true;
    EXPECT(record_taken(t.w, t.core, loan, no, &row, &taken) && !taken); /* by itself */
    row.ord = 0;
    EXPECT(record_taken(t.w, t.core, loan, no, &row, &taken) && taken);
    RecordEdit edit =
        record_edit_of(t.w->arena, loan, world_row(&t, "loan", 0, NULL, 1, KNOWN_NOW));
    edit.texts[no->number] = STR("x9");
    int64_t seq = 0;
    EXPECT(core_begin(t.w, t.core, NULL) && record_put(t.w, t.core, &edit, &seq) &&
           core_commit(t.w, t.core));
    EXPECT(record_taken(t.w, t.core, loan, no, &row, &taken) && !taken);
    world_close(&t);
}

TEST(a_changing_field_has_a_history_by_day)
{
    World t = world_open();
    const Book *loan = book_named(&t, "loan");
    const Field *grade = book_field(loan, STR("grade"));
    world_file(&t, "loan", t.farm[0], NULL, "no", "x1", "lent", 18000, "grade", 1, NULL);
    static const struct {
        int day, value;
    } changes[] = { { 18500, 3 }, { 18300, 2 } }; /* the second is told late */
    for (int i = 0; i < 2; i++) {
        const RecordRow *row = world_row(&t, "loan", 0, NULL, 1, KNOWN_NOW);
        RecordEdit edit = record_edit_of(t.w->arena, loan, row);
        edit.nums[grade->number] = changes[i].value;
        edit.from_day = changes[i].day;
        int64_t seq = 0;
        EXPECT(core_begin(t.w, t.core, NULL) && record_put(t.w, t.core, &edit, &seq) &&
               core_commit(t.w, t.core));
    }
    const RecordRow *row = world_row(&t, "loan", 0, NULL, 1, KNOWN_NOW);
    static const int asked[][2] = {
        { 18000, 1 }, { 18299, 1 }, { 18300, 2 }, { 18499, 2 }, { 18500, 3 }
    };
    for (size_t i = 0; i < 5; i++) {
        int64_t value = 0;
        bool known = false;
        EXPECT(record_at(t.w, t.core, row, grade, asked[i][0], &value, &known) && known);
        EXPECT(value == asked[i][1]);
    }
    EXPECT(row->nums[grade->number] == 3);
    world_close(&t);
}

TEST(private_values_stand_in_their_part_alone_and_are_carried_on)
{
    World t = world_open();
    const Book *loan = book_named(&t, "loan");
    const Field *who = book_field(loan, STR("who"));
    world_file(&t, "loan", t.farm[0], NULL, "no", "x1", "lent", 18000, "back", 18100, "who", "139",
               NULL);
    const RecordRow *row = world_row(&t, "loan", 0, NULL, 1, KNOWN_NOW);
    EXPECT(row_known(row, who->number) && !row->texts[who->number].p);
    RecordEdit edit = record_edit_of(t.w->arena, loan, row); /* says nothing about who */
    int64_t seq = 0;
    EXPECT(core_begin(t.w, t.core, NULL) && record_put(t.w, t.core, &edit, &seq) &&
           core_commit(t.w, t.core));
    FactWalk *walk = fact_walk(t.w, t.core->store.db, seq, seq + 1);
    Fact fact = { 0 };
    bool more = false;
    EXPECT(walk && fact_next(t.w, walk, &fact, &more) && more);
    EXPECT(fact.hidden_count == 1 && str_find(fact.hidden[0].body, STR("139")) != SIZE_MAX);
    EXPECT(fact.hidden[0].keep_until_day >= 18100 + 365);
    EXPECT(str_find(fact.open, STR("139")) == SIZE_MAX);
    EXPECT(fact_next(t.w, walk, &fact, &more) && !more);
    row = world_row(&t, "loan", 0, NULL, 1, KNOWN_NOW);
    EXPECT(row_known(row, who->number));
    world_close(&t);
}

TEST(a_roll_back_takes_memory_back_too)
{
    World t = world_open();
    const Book *crop = book_named(&t, "crop");
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 1, NULL);
    (void)records_block(t.w, t.core, crop, period_code("2021-02"), KNOWN_NOW);
    int64_t known = core_known(t.core);
    RecordEdit edit = record_edit_new(t.w->arena, crop);
    edit.unit = t.farm[1];
    edit.period = period_code("2021-02");
    int64_t seq = 0;
    EXPECT(core_begin(t.w, t.core, NULL) && record_put(t.w, t.core, &edit, &seq));
    EXPECT(records_block(t.w, t.core, crop, edit.period, KNOWN_NOW)->state[t.farm[1]] ==
           RECORD_FILED);
    EXPECT(core_rollback(t.w, t.core));
    t.set = packs_set(t.w, t.core, KNOWN_NOW);
    crop = book_named(&t, "crop");
    EXPECT(core_known(t.core) == known);
    EXPECT(records_block(t.w, t.core, crop, edit.period, KNOWN_NOW)->state[t.farm[1]] ==
           RECORD_NONE);
    EXPECT(records_block(t.w, t.core, crop, edit.period, KNOWN_NOW)->state[t.farm[0]] ==
           RECORD_FILED);
    world_close(&t);
}

TEST(views_made_again_from_the_log_are_the_same)
{
    World t = world_open();
    for (int i = 0; i < 3; i++)
        for (int m = 1; m <= 12; m++) {
            world_clock(&t, m < 9 ? "2022-03-01" : "2022-03-05");
            const char *month = arena_printf(t.w->arena, "2021-%02d", m);
            world_file(&t, "crop", t.farm[i], month, "tons", m * i, "note", "n", NULL);
        }
    world_file(&t, "crop", t.farm[0], "2021-05", "tons", 99, NULL);
    int64_t loan = world_file(&t, "loan", t.farm[0], NULL, "no", "x1", "lent", 18000, "grade", 1,
                              "who", "139", NULL);
    const RecordRow *row = world_row(&t, "loan", 0, NULL, loan, KNOWN_NOW);
    RecordEdit edit = record_edit_of(t.w->arena, book_named(&t, "loan"), row);
    edit.nums[book_field(edit.book, STR("grade"))->number] = 2;
    int64_t seq = 0;
    EXPECT(core_begin(t.w, t.core, NULL) && record_put(t.w, t.core, &edit, &seq) &&
           core_commit(t.w, t.core));
    Str before = digest(&t);
    EXPECT(core_rebuild(t.w, t.core));
    Str after = digest(&t);
    EXPECT(before.n > 0 && str_eq(before, after));
    t.set = packs_set(t.w, t.core, KNOWN_NOW);
    row = world_row(&t, "crop", t.farm[0], "2021-05", 0, KNOWN_NOW);
    EXPECT(world_num(&t, row, "crop", "tons") == 99);
    int64_t s = 0;
    EXPECT(core_known_on(t.w, t.core, day_make(2022, 3, 1), &s) && s > 0 &&
           s < core_known(t.core) - 1);
    EXPECT(core_known_on(t.w, t.core, day_make(2022, 2, 1), &s) && s == -1);
    EXPECT(core_known_on(t.w, t.core, day_make(2022, 3, 5), &s) && s == KNOWN_NOW);
    world_close(&t);
}

static int told;
static int64_t told_before, told_after;

static void hear(void *self, const RecordChange *change)
{
    const Field *tons = book_field(change->book, STR("tons"));
    (void)self;
    told++;
    told_before = change->before ? change->before->nums[tons->number] : -1;
    told_after = change->after ? change->after->nums[tons->number] : -1;
}

TEST(listeners_hear_what_stood_before_and_after)
{
    World t = world_open();
    told = 0;
    core_listen(t.core, (Listener){ .record = hear });
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 3, NULL);
    EXPECT(told == 1 && told_before == -1 && told_after == 3);
    world_file(&t, "crop", t.farm[0], "2021-02", "tons", 5, NULL);
    EXPECT(told == 2 && told_before == 3 && told_after == 5);
    world_close(&t);
}

typedef struct Listed {
    int32_t unit;
    int64_t ord, seq;
} Listed;

static size_t list_loans(World *t, const Book *loan, Listed *ret)
{
    const RecordRow *const *rows = NULL;
    size_t n = 0;
    CHECK(records_rows(t->w, t->core, loan, KNOWN_NOW, &rows, &n));
    for (size_t i = 0; i < n; i++) {
        ret[i] = (Listed){ rows[i]->unit, rows[i]->ord, rows[i]->seq };
        CHECK(!i || rows[i - 1]->unit < rows[i]->unit ||
              (rows[i - 1]->unit == rows[i]->unit && rows[i - 1]->ord < rows[i]->ord));
    }
    return n;
}

/* One of: a new row, a correction, a void row, a void row filed again. */
static void live_once(World *t, const Book *loan, uint64_t dice, int64_t *rows)
{
    ARENA_SCOPE(t->w->arena);
    RecordEdit edit = record_edit_new(t->w->arena, loan);
    const Field *lent = book_field(loan, STR("lent"));
    int64_t ord = *rows ? (int64_t)(dice >> 8) % *rows + 1 : 0;
    bool fresh = !ord || dice % 3 == 0;
    if (fresh) {
        edit.unit = t->farm[(dice >> 40) % 3];
        *rows += 1;
    } else {
        const RecordRow *row = world_row(t, "loan", 0, NULL, ord, KNOWN_NOW);
        CHECK(row && row->ord == ord);
        edit = record_edit_of(t->w->arena, loan, row);
        if (row->state != RECORD_VOID && dice % 7 == 1)
            edit.state = RECORD_VOID;
    }
    edit.nums[lent->number] = (int64_t)(dice >> 20) % 1000;
    edit.known[0] |= UINT64_C(1) << lent->number;
    int64_t seq = 0;
    CHECK(core_begin(t->w, t->core, NULL) && record_put(t->w, t->core, &edit, &seq));
    CHECK(core_commit(t->w, t->core));
}

TEST(rows_in_memory_are_those_of_the_table_whatever_was_done)
{
    World t = world_open();
    const Book *loan = book_named(&t, "loan");
    Listed *kept = arena_array(t.w->arena, Listed, 2000);
    Listed *read = arena_array(t.w->arena, Listed, 2000);
    uint64_t dice = 7;
    int64_t rows = 0;
    for (int i = 0; i < 2400; i++) {
        dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407u;
        live_once(&t, loan, dice >> 3, &rows);
        if (i % 600 != 599 && (i > 900 || dice >> 58))
            continue; /* read now and then, or not for long */
        size_t n = list_loans(&t, loan, kept);
        CHECK(core_reload(t.w, t.core));
        t.set = packs_set(t.w, t.core, KNOWN_NOW);
        loan = book_named(&t, "loan");
        EXPECT(list_loans(&t, loan, read) == n);
        EXPECT(!memcmp(kept, read, n * sizeof *kept));
    }
    EXPECT(rows > 700);
    world_close(&t);
}

TEST(rows_that_change_every_day_take_no_more_room)
{
    World t = world_open();
    const Book *loan = book_named(&t, "loan");
    int64_t rows = 0;
    for (int i = 0; i < 50; i++)
        live_once(&t, loan, (uint64_t)i * 3 << 40, &rows);
    EXPECT(records_rows(t.w, t.core, loan, KNOWN_NOW, &(const RecordRow *const *){ 0 },
                        &(size_t){ 0 }));
    for (uint64_t i = 0; i < 100; i++)
        live_once(&t, loan, i * 256 * 21 + 2, &rows);
    size_t bytes = records_bytes(t.core);
    for (uint64_t i = 0; i < 1000; i++)
        live_once(&t, loan, i * 256 * 21 + 2, &rows);
    EXPECT(rows == 50 && records_bytes(t.core) == bytes);
    world_close(&t);
}
