/* The kernel under the writer, as the server runs it: many threads ask, one mutex is held for a
 * whole batch up to after its commit, and a command that spoils a batch leaves no trace in memory.
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "command/test_command.h"

enum { THREADS = 16, EACH = 12, ROWS = THREADS * EACH };

typedef struct Served { /* what hooks and readers share */
    Bench *b;
    pthread_mutex_t live;
    int64_t published; /* facts that are durable */
    int spoiled, batches;
    bool stop;
} Served;

typedef struct Asked {
    Served *served;
    char act[33], command[24], fields[160];
    int32_t seat, person;
    bool breaks; /* goes wrong after it wrote */
    /* the reply */
    bool ok, again;
    int64_t seq;
    ErrCode code;
} Asked;

static void enter(void *self)
{
    Served *s = self;
    CHECK(pthread_mutex_lock(&s->live) == 0);
}

static bool leave(Work *w, void *self, Head head, bool spoiled)
{
    Served *s = self;
    bool ok = !spoiled || kernel_reload(w, &s->b->k);
    if (!spoiled)
        kernel_committed(&s->b->k);
    s->published = head.size;
    s->spoiled += spoiled;
    s->batches++;
    CHECK(pthread_mutex_unlock(&s->live) == 0);
    return ok;
}

static bool run_asked(Work *w, Log *log, void *payload)
{
    Asked *a = payload;
    ActId id;
    CommandDone done;
    (void)log;
    CommandAsk ask = bench_ask(w, a->command, a->fields);
    CHECK(hex_parse(str_of(a->act), id.byte, sizeof id.byte));
    ask.act = &id;
    ask.seat = a->seat;
    ask.person = a->person;
    a->ok = command_run_in(w, &a->served->b->k, &ask, &done);
    a->again = done.again;
    a->seq = done.seq;
    if (a->ok && a->breaks)
        return fail(w, ERR_CONFLICT, "word.unknown what=late");
    return a->ok;
}

static void ask_all(Writer *writer, Asked *asked, size_t n)
{
    Work *w = work_open(env_real(), 1 << 20);
    for (size_t i = 0; i < n; i++) {
        Head head = { 0 };
        work_clear(w);
        asked[i].ok = writer_do(w, writer, run_asked, &asked[i], 200, &head);
        asked[i].code = w->err.code;
    }
    work_close(&w);
}

typedef struct Thread {
    pthread_t id;
    Writer *writer;
    Asked *asked;
} Thread;

static void *file_many(void *self)
{
    Thread *t = self;
    ask_all(t->writer, t->asked, EACH);
    return NULL;
}

static Str total(Work *w, Bench *b, const char *year)
{
    Period period;
    Value v = { 0 };
    const PackSet *set = packs_set(w, b->t.core, KNOWN_NOW);
    CHECK(set && period_parse(str_of(year), &period));
    const Ask ask = { .unit = b->t.city, .period = period };
    EXPECT(figure_ask(w, b->k.figures, set_figure(set, STR("tons_all")), NULL, 0, &ask, &v));
    return str_printf(w->arena, "%d %lld", (int)v.state, (long long)v.num);
}

/* Reads as a page would: under the mutex, and sees whole durable batches only. */
static void *read_many(void *self)
{
    Served *s = self;
    Work *w = work_open(env_real(), 64 << 20);
    for (bool stop = false; !stop; usleep(500)) {
        ARENA_SCOPE(w->arena);
        CHECK(pthread_mutex_lock(&s->live) == 0);
        Core *core = s->b->t.core;
        EXPECT(core_known(core) == s->published);
        EXPECT(total(w, s->b, "2021").n && total(w, s->b, "2020").n);
        stop = s->stop;
        CHECK(pthread_mutex_unlock(&s->live) == 0);
    }
    work_close(&w);
    return NULL;
}

static int64_t noon(void *self)
{
    return *(int64_t *)self;
}

/* Filing, correcting, confirming, a register; some not allowed, some that break the batch. */
static void fill(Asked *a, int i, Served *served)
{
    Bench *b = served->b;
    bool mine = i % 2 == 0;
    int month = i / 2 % 12 + 1;
    *a = (Asked){ .served = served, .seat = mine ? b->keeper : b->neighbour };
    snprintf(a->act, sizeof a->act, "0190a0a0a0a070008000%012x", (unsigned)i);
    snprintf(a->command, sizeof a->command, "record.file");
    a->breaks = i % 40 == 17 || i % 40 == 18;
    if (i % 5 == 3)
        snprintf(a->fields, sizeof a->fields, "book=loan unit=F%d no=x%d lent=2021-05-01 who=139%d",
                 mine ? 1 : 2, i, i);
    else
        snprintf(a->fields, sizeof a->fields, "book=crop unit=F%d period=2021-%02d tons=%d",
                 i % 11 == 5 ? 3
                 : mine      ? 1
                             : 2,
                 month, i % 90);
    a->person = seat_person(b->t.core, a->seat, work_today(b->t.w));
}

static void serve(Served *served, Asked *asked)
{
    Bench *b = served->b;
    int64_t clock = b->t.w->now_ms;
    Env env = *env_real();
    env.now_ms = noon;
    env.self = &clock;
    const WriterOptions options = { .env = &env, .self = served, .enter = enter, .leave = leave };
    pthread_t reader;
    Thread threads[THREADS];
    served->published = core_known(b->t.core);
    CHECK(pthread_mutex_init(&served->live, NULL) == 0);
    Writer *writer = writer_open(b->t.w, b->t.core->store.log, &options);
    CHECK(writer && pthread_create(&reader, NULL, read_many, served) == 0);
    for (int i = 0; i < THREADS; i++) {
        threads[i] = (Thread){ .writer = writer, .asked = &asked[i * EACH] };
        CHECK(pthread_create(&threads[i].id, NULL, file_many, &threads[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i].id, NULL);
    enter(served);
    served->stop = true;
    pthread_mutex_unlock(&served->live);
    pthread_join(reader, NULL);
    Asked again = asked[0]; /* over the writer, as a phone that lost its receipt */
    ask_all(writer, &again, 1);
    EXPECT(again.ok && again.again && again.seq == asked[0].seq);
    writer_close(&writer);
    pthread_mutex_destroy(&served->live);
}

static int by_seq(const void *a, const void *b)
{
    const Asked *x = a;
    const Asked *y = b;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

/* The same commands one by one in the order in which they came into the log. */
static void replay(const Asked *asked, Str want)
{
    Bench b = bench_open();
    for (int i = 0; i < ROWS; i++)
        if (asked[i].ok) {
            int32_t seat = asked[i].seat;
            EXPECT(bench_do(&b, seat, asked[i].act, asked[i].command, asked[i].fields));
            EXPECT(b.done.seq == asked[i].seq);
        }
    EXPECT(str_eq(bench_digest(&b), want));
    bench_close(&b);
}

static void serve_on(const char *url)
{
    Work *keep = work_open(env_real(), 16 << 20);
    const char *dir = bench_folder(keep);
    Bench b = bench_open_on(dir, url);
    Served served = { .b = &b };
    Asked *asked = arena_array(keep->arena, Asked, ROWS);
    for (int i = 0; i < ROWS; i++)
        fill(&asked[i], i, &served);
    serve(&served, asked);
    for (int i = 0; i < ROWS; i++) {
        bool foreign = i % 5 != 3 && i % 11 == 5;
        ErrCode want = foreign ? ERR_NOT_FOUND : asked[i].breaks ? ERR_CONFLICT : ERR_NONE;
        EXPECT(asked[i].code == want && asked[i].ok == (want == ERR_NONE));
    }
    EXPECT(served.spoiled > 0 && served.batches > served.spoiled);
    Str digest = bench_digest(&b);
    Str in_memory = total(b.t.w, &b, "2021"), never = total(b.t.w, &b, "2020");
    EXPECT(core_reload(b.t.w, b.t.core));
    EXPECT(str_eq(total(b.t.w, &b, "2021"), in_memory) && str_eq(total(b.t.w, &b, "2020"), never));
    qsort(asked, ROWS, sizeof *asked, by_seq);
    replay(asked, digest);
    EXPECT(core_rebuild(b.t.w, b.t.core) && str_eq(bench_digest(&b), digest));
    EXPECT(log_verify(b.t.w, b.t.core->store.db, &(int64_t){ 0 }));
    bench_close(&b);
    bench_drop(dir);
    work_close(&keep);
}

TEST(what_many_ask_at_once_is_what_one_after_another_gives)
{
    serve_on(NULL);
}

TEST(and_on_the_other_store)
{
    const char *base = getenv("TIAN_TEST_PG");
    if (!base)
        return;
    char url[512];
    snprintf(url, sizeof url, "%s%soptions=-csearch_path%%3Dcommand_%d", base,
             strchr(base, '?') ? "&" : "?", (int)getpid());
    serve_on(url);
}
