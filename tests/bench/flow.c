/* Cases by the hundred thousand.
 *
 * flow_bench make DIR N   a new store: 100 farms in 10 towns, N cases begun over five weeks, each
 *                         told and taken, case k at farm (k - 1) % 100
 * flow_bench scan DIR     lists, loads, boards, the timer's question and the replay over all of it
 *
 * Each prints one line of JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "command/command.h"

enum { FARMS = 100, TOWNS = 10, BATCH = 5000, ROUNDS = 5, WEEKS = 5 };

typedef struct Bench {
    Work *w;
    Kernel k;
    const Book *book;
    int32_t county, town[TOWNS], farm[FARMS], seat[FARMS], person[FARMS];
} Bench;

static double ms_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void need(const Bench *b, bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "flow_bench: %s: %s\n", what, b->w->err.what ? b->w->err.what : "");
    exit(1);
}

/* ---- making ---- */

static int32_t unit_of(Bench *b, const char *code, const char *kind, int32_t parent)
{
    const PackSet *set = packs_set(b->w, b->k.core, KNOWN_NOW);
    const NewUnit unit = { .code = str_of(code),
                           .name = str_of(code),
                           .kind = set_kind(set, str_of(kind))->number,
                           .parent = parent,
                           .day = day_make(2021, 1, 1),
                           .basis = STR("") };
    int32_t made = UNIT_NONE;
    need(b, unit_create(b->w, b->k.core, &unit, &made), "unit");
    return made;
}

static void furnish(Bench *b, const char *pack)
{
    Core *core = b->k.core;
    Source source;
    Problems problems = { 0 };
    need(b, source_read(b->w, pack, &source), "pack");
    need(b, core_begin(b->w, core, NULL), "begin");
    need(b, pack_load(b->w, core, &source, &problems), "load");
    need(b, core_commit(b->w, core) && core_begin(b->w, core, NULL), "commit");
    const Role *desk = set_role(packs_set(b->w, core, KNOWN_NOW), STR("desk"));
    int32_t day = day_make(2021, 1, 1);
    b->county = unit_of(b, "A", "county", UNIT_NONE);
    for (int i = 0; i < TOWNS; i++)
        b->town[i] = unit_of(b, arena_printf(b->w->arena, "T%d", i), "town", b->county);
    for (int i = 0; i < FARMS; i++) {
        const char *code = arena_printf(b->w->arena, "F%d", i);
        b->farm[i] = unit_of(b, code, "farm", b->town[i % TOWNS]);
        need(b, seat_create(b->w, core, b->farm[i], desk->number, day, &b->seat[i]), "seat");
    }
    need(b, core_commit(b->w, core), "commit");
    b->book = set_book(packs_set(b->w, core, KNOWN_NOW), STR("errand"));
}

static void set_number(RecordEdit *edit, const char *field, int64_t value)
{
    const Field *f = book_field(edit->book, str_of(field));
    edit->nums[f->number] = value;
    edit->known[f->number / 64] |= UINT64_C(1) << (f->number % 64);
}

static void make_case(Bench *b, const Judge *judge, int64_t i)
{
    Core *core = b->k.core;
    Str words;
    int64_t seq = 0;
    const CaseActor desk = { ACTOR_SEAT, b->seat[i % FARMS], 0 };
    RecordEdit edit = record_edit_new(b->w->arena, b->book);
    core->seat = desk.seat;
    core->person = 0;
    edit.unit = b->farm[i % FARMS];
    const Field *what = book_field(b->book, STR("what"));
    edit.texts[what->number] =
        str_printf(b->w->arena, "第 %lld 件：路面塌陷，请派人来看", (long long)i + 1);
    edit.known[what->number / 64] |= UINT64_C(1) << (what->number % 64);
    set_number(&edit, "kind", 1 + i * 7 % 3);
    need(b, case_begin(b->w, core, judge, &desk, STR(""), &edit, &words), "begin a case");
    need(b, record_put(b->w, core, &edit, &seq), "file");
    const RecordRow *row = record_find(b->w, core, b->book, edit.unit, 0, edit.ord, KNOWN_NOW);
    const FlowMove *move = case_named(b->w, core, b->book, row, STR("taken"), &desk);
    RecordEdit next = record_edit_of(b->w->arena, b->book, row);
    need(b, case_move(b->w, core, judge, move, row, &desk, 0, &next, &words), "move a case");
    need(b, record_put(b->w, core, &next, &seq), "move");
}

static int make(const char *dir, int64_t n, const char *pack)
{
    Bench b = { .w = work_open(env_real(), (size_t)4 << 30) };
    int64_t start = day_first_ms(day_make(2022, 1, 4));
    b.w->now_ms = start;
    need(&b, store_init(b.w, dir, NULL) && kernel_open(b.w, dir, DB_WRITE, &b.k), "store");
    furnish(&b, pack);
    const Judge judge = judge_of(b.k.figures);
    double began = ms_of(CLOCK_MONOTONIC);
    for (int64_t i = 0; i < n;) {
        ARENA_SCOPE(b.w->arena);
        need(&b, core_begin(b.w, b.k.core, NULL), "begin");
        for (int64_t end = i + BATCH; i < end && i < n; i++) {
            b.w->now_ms = start + WEEKS * 7 * MS_PER_DAY / n * i;
            make_case(&b, &judge, i);
        }
        need(&b, core_commit(b.w, b.k.core), "commit");
    }
    printf("{\"cases\":%lld,\"make_s\":%.2f}\n", (long long)n,
           (ms_of(CLOCK_MONOTONIC) - began) / 1e3);
    kernel_close(&b.k);
    work_close(&b.w);
    return 0;
}

/* ---- scanning ---- */

static double page_ms(Bench *b, const CaseAsk *ask, int64_t *ret_total)
{
    double best = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        ARENA_SCOPE(b->w->arena);
        CasePage page;
        double from = ms_of(CLOCK_MONOTONIC);
        need(b, cases_page(b->w, b->k.cases, ask, &page), "page");
        double took = ms_of(CLOCK_MONOTONIC) - from;
        best = took < best ? took : best;
        *ret_total = page.total;
    }
    return best;
}

static void scan_pages(Bench *b)
{
    const Units *u = b->k.core->units;
    int32_t town = unit_find_code(u, STR("T3"), work_today(b->w), KNOWN_NOW);
    const Field *kind = book_field(b->book, STR("kind"));
    const CaseAsk all = { .below = UNIT_NONE, .holder = UNIT_NONE, .limit = 50 };
    CaseAsk due = all, below = all, newest = all, deep = all;
    int64_t total[4] = { 0 };
    below.below = town;
    below.open = true;
    below.field = kind;
    below.item = 2;
    newest.sort = CASE_NEWEST;
    newest.book = b->book;
    deep.from = 100000;
    double ms[4] = { page_ms(b, &due, &total[0]), page_ms(b, &below, &total[1]),
                     page_ms(b, &newest, &total[2]), page_ms(b, &deep, &total[3]) };
    printf("\"page_ms\":%.2f,\"page_below_ms\":%.2f,\"page_newest_ms\":%.2f,\"page_deep_ms\":%.2f,"
           "\"total\":%lld,\"total_below\":%lld,",
           ms[0], ms[1], ms[2], ms[3], (long long)total[0], (long long)total[1]);
    CaseLoad *loads = NULL;
    CaseBoard board;
    size_t n = 0;
    double from = ms_of(CLOCK_MONOTONIC);
    need(b, cases_loads(b->w, b->k.cases, &all, &loads, &n), "loads");
    double middle = ms_of(CLOCK_MONOTONIC);
    CaseAsk by = all;
    by.book = b->book;
    by.field = kind;
    need(b, cases_board(b->w, b->k.cases, &by, true, &board), "board");
    printf("\"loads_ms\":%.2f,\"board_ms\":%.2f,", middle - from, ms_of(CLOCK_MONOTONIC) - middle);
}

static int scan(const char *dir)
{
    Bench b = { .w = work_open(env_real(), (size_t)8 << 30) };
    double began = ms_of(CLOCK_MONOTONIC);
    int64_t next = 0;
    b.w->now_ms = day_first_ms(day_make(2022, 2, 10));
    need(&b, kernel_open(b.w, dir, DB_READ, &b.k), "store");
    b.book = set_book(packs_set(b.w, b.k.core, KNOWN_NOW), STR("errand"));
    (void)cases_next(b.w, b.k.cases, &next);
    need(&b, b.w->err.code == ERR_NONE, "fill");
    printf("{\"fill_s\":%.2f,\"waiting\":%zu,\"cases_mb\":%.1f,\"records_mb\":%.1f,",
           (ms_of(CLOCK_MONOTONIC) - began) / 1e3, cases_waiting(b.k.cases),
           (double)cases_bytes(b.k.cases) / 1e6, (double)records_bytes(b.k.core) / 1e6);
    scan_pages(&b);
    const ReplayChange change = { .has_limit = true, .work = true, .limit = 20 * 28800000 + 1 };
    const ReplayAsk ask = { .book = b.book,
                            .below = UNIT_NONE,
                            .first_day = day_make(2022, 1, 1),
                            .last_day = day_make(2022, 12, 31),
                            .changes = &change,
                            .n = 1 };
    Replay r;
    double from = ms_of(CLOCK_MONOTONIC);
    need(&b, flow_replay(b.w, b.k.core, &ask, &r), "replay");
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("\"replay_s\":%.2f,\"replayed\":%lld,\"late\":[%lld,%lld],\"resident_mb\":%.0f}\n",
           (ms_of(CLOCK_MONOTONIC) - from) / 1e3, (long long)r.cases, (long long)r.total.late[0],
           (long long)r.total.late[1], (double)use.ru_maxrss / 1024);
    kernel_close(&b.k);
    work_close(&b.w);
    return 0;
}

int main(int argc, char **argv)
{
    int64_t number = 0;
    if (argc == 5 && strcmp(argv[1], "make") == 0 && num_parse_int(str_of(argv[3]), &number))
        return make(argv[2], number, argv[4]);
    if (argc == 3 && strcmp(argv[1], "scan") == 0)
        return scan(argv[2]);
    fprintf(stderr, "usage: flow_bench make DIR N PACK | scan DIR\n");
    return 2;
}
