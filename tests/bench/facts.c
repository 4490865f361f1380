/* Durable facts a second through the whole schema: waiting writers file one return each, the writer
 * thread commits what queued up; before that the store is filled with the given number of facts. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "bench.h"
#include "core/core.h"

enum { VILLAGES = 10000, FIELDS = 6, SECONDS = 4, SLICE = 20000 };

static const char pack_text[] =
    "tian 1\n"
    "pack bench \"压测\" version 1 {\n"
    "  owner clerk at village\n  basis \"演示\", approval \"演示\"\n  from 1990-01-01 to "
    "2100-12-31\n"
    "  rates village\n}\n"
    "kind city \"市\"\nkind county \"县\" in city\nkind village \"村\" in county\n"
    "role clerk \"科员\" at village\n"
    "book b \"月报\" per village every month {\n"
    "  f0 money \"一\" min 0\n  f1 money \"二\" min 0\n  f2 money \"三\" min 0\n"
    "  f3 money \"四\" min 0\n  f4 money \"五\" min 0\n  f5 money \"六\" min 0\n"
    "  minutes 1\n  read anyone\n  write clerk at village\n}\n";

typedef struct Bench {
    Core *core;
    Writer *writer;
    const Book *book;
    int32_t unit[VILLAGES];
    volatile bool stop;
} Bench;

typedef struct Filing {
    Bench *bench;
    int64_t number; /* gives unit, period and values */
} Filing;

static bool put_return(Work *w, Bench *b, int64_t number)
{
    RecordEdit edit = record_edit_new(w->arena, b->book);
    uint64_t state = (uint64_t)number * 2654435761u + 1;
    Period month =
        period_shift(period_of_day(PERIOD_MONTH, day_make(1995, 1, 1)), (int)(number / VILLAGES));
    edit.unit = b->unit[number * 7919 % VILLAGES];
    edit.period = month.code;
    edit.state = RECORD_FILED;
    for (size_t i = 0; i < b->book->field_count; i++) {
        int32_t at = b->book->fields[i]->number;
        edit.nums[at] = (int64_t)(world_random(&state) % 10000000);
        edit.known[at / 64] |= UINT64_C(1) << (at % 64);
    }
    int64_t seq;
    return record_put(w, b->core, &edit, &seq);
}

/* One command of the writer: an act of one fact inside the writer's batch. */
static bool file_one(Work *w, Log *log, void *payload)
{
    const Filing *filing = payload;
    Core *core = filing->bench->core;
    core->changing = true;
    core->act = act_id_new(w);
    core->act_n = 0;
    core->act_hash = (Hash){ { 0 } };
    int64_t first = log_head(log).size;
    bool ok = put_return(w, filing->bench, filing->number) &&
              act_add(w, log, core->act, 0, 0, first, 1, core->act_hash);
    core->changing = false;
    return ok;
}

static volatile int64_t next_number;

typedef struct Sender {
    Bench *bench;
    int64_t acknowledged;
} Sender;

static void *send_facts(void *self)
{
    Sender *s = self;
    Work *w = work_open(env_real(), 1 << 24);
    while (!s->bench->stop) {
        Filing filing = { s->bench, __atomic_fetch_add(&next_number, 1, __ATOMIC_RELAXED) };
        Head head;
        ARENA_SCOPE(w->arena);
        CHECK(writer_do(w, s->bench->writer, file_one, &filing, 300, &head));
        s->acknowledged++;
    }
    work_close(&w);
    return NULL;
}

static void make_store(Work *w, Bench *b, const char *dir)
{
    CHECK(store_init(w, dir, NULL));
    CHECK(core_open(w, dir, DB_WRITE, &b->core));
    SourceFile file = { STR("pack.tian"), str_of(pack_text) };
    Source source = { &file, 1 };
    Problems problems = { 0 };
    CHECK(core_begin(w, b->core, NULL));
    if (!pack_load(w, b->core, &source, &problems)) {
        Buf out = buf_open(w->arena, 1 << 20);
        problems_print(&out, &source, &problems, 1);
        fprintf(stderr, "%.*s%s\n", STR_ARG(buf_str(&out)), w->err.what);
        CHECK(problems.n == 0);
    }
    CHECK(core_commit(w, b->core));
    const PackSet *set = packs_set(w, b->core, KNOWN_NOW);
    CHECK(set);
    b->book = set_book(set, STR("b"));
    CHECK(core_begin(w, b->core, NULL));
    int32_t parent = UNIT_NONE;
    for (int32_t i = 0; i < VILLAGES + 2; i++) {
        ARENA_SCOPE(w->arena);
        NewUnit unit = { .code = str_printf(w->arena, "%012d", i),
                         .name = STR("村"),
                         .parent = parent,
                         .day = day_make(1990, 1, 1),
                         .kind = set_kind(set, i == 0   ? STR("city")
                                               : i == 1 ? STR("county")
                                                        : STR("village"))
                                     ->number };
        int32_t made;
        CHECK(unit_create(w, b->core, &unit, &made));
        if (i < 2)
            parent = made;
        else
            b->unit[i - 2] = made;
    }
    CHECK(core_commit(w, b->core));
}

static void fill(Bench *b, int64_t facts)
{
    for (int64_t at = 0; at < facts;) {
        Work *w = work_open(env_real(), (size_t)1 << 30);
        CHECK(core_begin(w, b->core, NULL));
        for (int64_t end = at + SLICE < facts ? at + SLICE : facts; at < end; at++) {
            ARENA_SCOPE(w->arena);
            CHECK(put_return(w, b, at));
        }
        CHECK(core_commit(w, b->core));
        work_close(&w);
    }
    next_number = facts;
}

static double run_writers(Work *w, Bench *b, int writers)
{
    const WriterOptions options = { .env = w->env };
    pthread_t threads[64];
    Sender senders[64] = { 0 };
    b->writer = writer_open(w, b->core->store.log, &options);
    CHECK(b->writer && writers <= 64);
    double from = clock_ms();
    for (int i = 0; i < writers; i++) {
        senders[i].bench = b;
        CHECK(pthread_create(&threads[i], NULL, send_facts, &senders[i]) == 0);
    }
    sleep(SECONDS);
    b->stop = true;
    int64_t total = 0;
    for (int i = 0; i < writers; i++) {
        pthread_join(threads[i], NULL);
        total += senders[i].acknowledged;
    }
    double took = clock_ms() - from;
    writer_close(&b->writer);
    return (double)total * 1000 / took;
}

int bench_facts(int writers, int64_t facts, const char *dir)
{
    Work *w = work_open(env_real(), (size_t)1 << 30);
    Bench *b = arena_new(w->arena, Bench);
    make_store(w, b, dir);
    double from = clock_ms();
    fill(b, facts);
    double fill_ms = clock_ms() - from;
    double rate = run_writers(w, b, writers);
    int64_t verified = 0;
    double start = clock_ms();
    CHECK(log_verify(w, b->core->store.db, &verified));
    double verify_ms = clock_ms() - start;
    printf("{\"bench\":\"facts\",\"writers\":%d,\"there\":%lld,\"facts_per_s\":%.0f,\"bulk_per_s\":"
           "%.0f,\"verify_per_s\":%.0f}\n",
           writers, (long long)facts, rate, facts ? (double)facts * 1000 / fill_ms : 0,
           (double)verified * 1000 / verify_ms);
    core_close(&b->core);
    work_close(&w);
    return 0;
}
