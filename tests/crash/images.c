/* images COUNT [SEED]: real batches through the writer onto a disk that forgets, then COUNT power
 * cuts at random moments. After each the store is opened, verified and compared: every fact that
 * was acknowledged is there, each once, in the order in which it was written; and it takes new
 * facts. Then the same with every sync from the Nth on failing, for each N.
 * The last line is "N passed, N failed"; a run counts each image as one. */
#include <pthread.h>

#include "base/num.h"
#include "forget_vfs.h"
#include "store/schema.h"

#define URL "file:/disk/tian.db?vfs=forget"

enum { COMMANDS = 900, SENDERS = 4, LOST = -1 };

typedef struct Put { /* one command: `count` facts numbered from `number` on */
    int64_t number;
    int count;
    bool erase;
} Put;

typedef struct World {
    Disk *disk;
    Work *w;
    Db *db;
    Log *log;
    Writer *writer;
    Put put[COMMANDS];
} World;

static Disk *recorded; /* the disk that reply() writes its acknowledgements to */

static bool append_one(Work *w, Log *log, int64_t number)
{
    Canon *open = canon_open(w->arena);
    canon_int(open, "n", number);
    canon_text(open, "pad",
               STR("some words so that a page holds a few dozen of these and no more"));
    PrivatePart hidden = { .cls = 1, .body = STR("{\"name\":\"x\"}") };
    Fact fact = { .made_ms = w->now_ms,
                  .verb = 1,
                  .subject = number,
                  .prev = -1,
                  .open = canon_bytes(w, open),
                  .hidden = &hidden,
                  .hidden_count = number % 3 == 0 || number < 200 };
    return log_append(w, log, &fact);
}

static bool run_put(Work *w, Log *log, void *payload)
{
    const Put *put = payload;
    int64_t first = log_head(log).size;
    /* Fact 3 is one of the first numbers, which all have a private part. Checkpoints the whole log.
     */
    if (put->erase)
        TRY(part_erase(w, log, 3, 2));
    for (int i = 0; i < put->count; i++)
        TRY(append_one(w, log, put->number + i));
    return act_add(w, log, act_id_new(w), 1, 1, first, put->count, hash_of("x", 1));
}

static void reply(void *payload, const Err *err, Head head)
{
    const Put *put = payload;
    (void)head;
    if (!err)
        for (int i = 0; i < put->count; i++)
            disk_note_ack(recorded, put->number + i);
}

static _Noreturn void stop_thread(const Err *err)
{
    (void)err;
    pthread_exit(NULL);
}

static void *send_some(void *self)
{
    World *world = self;
    static int next;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    for (;;) {
        pthread_mutex_lock(&lock);
        int i = next < COMMANDS ? next++ : LOST;
        if (i == LOST)
            next = COMMANDS;
        pthread_mutex_unlock(&lock);
        if (i == LOST)
            return NULL;
        const Command command = { run_put, reply, &world->put[i], 400 };
        while (!writer_send(world->writer, &command))
            continue;
        if (i % 3 == 0)
            env_real()->sleep_ms(NULL, 1); /* so that batches differ in size */
    }
}

static bool open_world(World *world, Disk *disk)
{
    *world = (World){ .disk = disk, .w = work_open(env_real(), 64 << 20) };
    forget_vfs_use(disk);
    world->db = db_open(world->w, URL, DB_CREATE);
    TRY(world->db);
    TRY(store_make_new(world->w, world->db));
    world->log = log_open(world->w, world->db);
    TRY(world->log);
    world->db->checkpoint_pages = 60; /* many checkpoints in a short run */
    const WriterOptions options = { .env = env_real(), .die = stop_thread };
    recorded = disk;
    disk->recording = true;
    world->writer = writer_open(world->w, world->log, &options);
    int64_t number = 1;
    for (int i = 0; i < COMMANDS; i++) {
        world->put[i] = (Put){ .number = number, .count = 1 + i % 3, .erase = i % 300 == 299 };
        number += world->put[i].count;
    }
    return world->writer != NULL;
}

static void close_world(World *world)
{
    log_close(&world->log);
    db_close(&world->db);
    work_close(&world->w);
}

/* ---- judging one image ---- */

typedef struct Truth { /* numbers in the order of the log, as the whole run wrote them */
    int64_t *number;
    int64_t n;
    int64_t size; /* of the log, control leaves included */
} Truth;

static bool read_numbers(Work *w, Db *db, int64_t size, Truth *ret)
{
    FactWalk *walk = fact_walk(w, db, 0, size);
    Fact fact;
    bool more;
    *ret = (Truth){ .number = arena_array(w->arena, int64_t, (size_t)size), .size = size };
    for (;;) {
        TRY(fact_next(w, walk, &fact, &more));
        if (!more)
            return true;
        ret->number[ret->n++] = fact.subject;
    }
}

static const char *judge_numbers(const Truth *found, const Truth *truth, const bool *acked,
                                 int64_t max)
{
    bool *seen = heap_zeroed((size_t)max + 1, 1);
    const char *why = NULL;
    for (int64_t i = 0; i < found->n && !why; i++) {
        int64_t number = found->number[i];
        if (number < 1 || number > max || seen[number])
            why = "a fact twice, or one that nobody wrote";
        else if (truth && (i >= truth->n || truth->number[i] != number))
            why = "another order than was written";
        else
            seen[number] = true;
    }
    for (int64_t i = 1; i <= max && !why; i++)
        if (acked[i] && !seen[i])
            why = "an acknowledged fact is lost";
    heap_free(seen);
    return why;
}

static const char *judge_open(Work *w, Db *db, Log *log, const Truth *truth, const bool *acked,
                              int64_t max)
{
    int64_t facts = 0;
    Truth found;
    if (!log_verify(w, db, &facts) || !read_numbers(w, db, log_head(log).size, &found))
        return "the log does not verify";
    const char *why = judge_numbers(&found, truth, acked, max);
    if (why)
        return why;
    if (!log_begin(w, log) || !append_one(w, log, max + 1) || !log_commit(w, log) ||
        !log_verify(w, db, &facts) || facts != found.n + 1)
        return "it takes no new fact";
    return NULL;
}

static const char *judge(Disk *image, const Truth *truth, const bool *acked, int64_t max)
{
    Work *w = work_open(env_real(), 64 << 20);
    forget_vfs_use(image);
    Db *db = db_open(w, URL, DB_WRITE);
    Log *log = db ? log_open(w, db) : NULL;
    const char *why = log ? judge_open(w, db, log, truth, acked, max) : "the store does not open";
    if (why && w->err.code != ERR_NONE)
        printf("# %s at %s\n", w->err.what, w->err.where);
    log_close(&log);
    db_close(&db);
    work_close(&w);
    return why;
}

/* ---- the run ---- */

static int64_t max_number(const World *world)
{
    return world->put[COMMANDS - 1].number + world->put[COMMANDS - 1].count - 1;
}

static int order(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static bool write_all(World *world)
{
    pthread_t sender[SENDERS];
    for (int i = 0; i < SENDERS; i++)
        CHECK(pthread_create(&sender[i], NULL, send_some, world) == 0);
    for (int i = 0; i < SENDERS; i++)
        pthread_join(sender[i], NULL);
    writer_close(&world->writer);
    world->disk->recording = false;
    return log_head(world->log).size > max_number(world);
}

static int cut_power(World *world, const Disk *start, const Truth *truth, size_t images,
                     uint64_t seed)
{
    int64_t max = max_number(world);
    bool *acked = heap_zeroed((size_t)max + 1, 1);
    size_t *points = heap_zeroed(images, sizeof *points);
    DiskPast past = { .durable = disk_copy(start) };
    int failed = 0;
    size_t told = 0;
    for (size_t i = 0; i < images; i++)
        points[i] = next_random(&seed) % (world->disk->op_n + 1);
    qsort(points, images, sizeof *points, order);
    for (size_t i = 0; i < images; i++) {
        disk_move(world->disk, &past, points[i]);
        for (; told < points[i]; told++)
            if (world->disk->ops[told].kind == OP_ACK)
                acked[world->disk->ops[told].offset] = true;
        Mercy mercy = (Mercy)(next_random(&seed) % MERCY_KINDS);
        Disk *image = disk_image(world->disk, &past, mercy, &seed);
        const char *why = judge(image, truth, acked, max);
        if (why && failed++ < 5)
            printf("# image %zu: cut after op %zu of %zu, mercy %d: %s\n", i, points[i],
                   world->disk->op_n, (int)mercy, why);
        disk_free(image);
    }
    disk_free(past.durable);
    heap_free(points);
    heap_free(acked);
    return failed;
}

/* Each sync from the n-th on fails: the writer must stop, and what it had acknowledged must stand.
 */
static int fail_syncs(int64_t count, uint64_t seed)
{
    int failed = 0;
    for (int64_t n = 0; n < count; n++) {
        World *world = heap_zeroed(1, sizeof *world);
        Disk *disk = disk_new();
        CHECK(open_world(world, disk));
        Disk *start = disk_copy(disk);
        int64_t max = max_number(world);
        disk->fail_sync = disk->syncs + n;
        for (int i = 0; i < 60; i++) {
            const Command command = { run_put, reply, &world->put[i], LIMIT_BATCH_BYTES / 3 };
            (void)writer_send(world->writer, &command);
        }
        writer_close(&world->writer);
        bool *acked = heap_zeroed((size_t)max + 1, 1);
        for (size_t i = 0; i < disk->op_n; i++)
            if (disk->ops[i].kind == OP_ACK)
                acked[disk->ops[i].offset] = true;
        DiskPast past = { .durable = start };
        disk_move(disk, &past, disk->op_n);
        Disk *image = disk_image(disk, &past, n % 2 ? MERCY_NONE : MERCY_SECTORS, &seed);
        const char *why = judge(image, NULL, acked, max);
        if (why && failed++ < 5)
            printf("# sync %lld failed: %s\n", (long long)n, why);
        disk_free(image);
        disk_free(start);
        heap_free(acked);
        close_world(world);
        disk_free(disk);
        heap_free(world);
    }
    return failed;
}

int main(int argc, char **argv)
{
    int64_t images = 2000, seed = 1;
    if (argc > 1)
        CHECK(num_parse_int(str_of(argv[1]), &images) && images > 0);
    if (argc > 2)
        CHECK(num_parse_int(str_of(argv[2]), &seed));
    World *world = heap_zeroed(1, sizeof *world);
    Disk *disk = disk_new();
    CHECK(open_world(world, disk));
    Disk *start = disk_copy(disk);
    CHECK(write_all(world));
    Truth truth;
    CHECK(read_numbers(world->w, world->db, log_head(world->log).size, &truth));
    size_t acks = 0, syncs = 0;
    for (size_t i = 0; i < disk->op_n; i++) {
        acks += disk->ops[i].kind == OP_ACK;
        syncs += disk->ops[i].kind == OP_SYNC;
    }
    printf("# %zu operations, %zu syncs, %zu facts acknowledged, %lld images\n", disk->op_n, syncs,
           acks, (long long)images);
    int failed = cut_power(world, start, &truth, (size_t)images, (uint64_t)seed);
    const int64_t sync_runs = 24;
    failed += fail_syncs(sync_runs, (uint64_t)seed);
    disk_free(start);
    close_world(world);
    disk_free(disk);
    heap_free(world);
    printf("%lld passed, %d failed\n", (long long)(images + sync_runs) - failed, failed);
    return failed > 0;
}
