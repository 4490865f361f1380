/* kill9 DIR ROUNDS [SEED]: a child writes facts from four threads and tells through a pipe which
 * ones were acknowledged; it is killed with SIGKILL at a random moment; the store is opened again
 * and everything that was ever acknowledged must be there, each once, and verify. ROUNDS times on
 * one growing store. The last line is "N passed, N failed". */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "store/store.h"

enum { THREADS = 4, IN_FLIGHT = 16, NUMBERS = 1 << 24, ROUND_STEP = 1 << 16 };

typedef struct Slot { /* one command, its own for ever: it may be answered before it has run */
    int64_t number;
    bool answered;
    int pipe;
} Slot;

typedef struct Sender {
    Writer *writer;
    int64_t first;
    int pipe;
    Slot slot[ROUND_STEP / THREADS];
} Sender;

static bool put(Work *w, Log *log, void *payload)
{
    const Slot *slot = payload;
    Canon *open = canon_open(w->arena);
    canon_int(open, "n", slot->number);
    PrivatePart hidden = { .cls = 1, .body = STR("{\"name\":\"\xE7\x94\xB0\"}") };
    Fact fact = { .made_ms = w->now_ms,
                  .verb = 1,
                  .subject = slot->number,
                  .prev = -1,
                  .open = canon_bytes(w, open),
                  .hidden = &hidden,
                  .hidden_count = slot->number % 3 == 0 };
    TRY(log_append(w, log, &fact));
    return act_add(w, log, act_id_new(w), 1, 1, fact.seq, 1, hash_of("x", 1));
}

static void tell(void *payload, const Err *err, Head head)
{
    Slot *slot = payload;
    (void)head;
    int64_t number = slot->number;
    if (!err && write(slot->pipe, &number, sizeof number) != sizeof number)
        _exit(4);
    __atomic_store_n(&slot->answered, true, __ATOMIC_RELEASE);
}

static void *send_for_ever(void *self)
{
    Sender *s = self;
    for (int i = 0; i < ROUND_STEP / THREADS; i++) {
        Slot *slot = &s->slot[i];
        while (i >= IN_FLIGHT &&
               !__atomic_load_n(&s->slot[i - IN_FLIGHT].answered, __ATOMIC_ACQUIRE))
            usleep(20);
        *slot = (Slot){ .number = s->first + i, .pipe = s->pipe };
        const Command command = { put, tell, slot, 200 };
        while (!writer_send(s->writer, &command))
            usleep(20);
    }
    return NULL;
}

static _Noreturn void child(const char *dir, int64_t first, int pipe)
{
    Work *w = work_open(env_real(), 64 << 20);
    Store s;
    if (!store_open(w, dir, DB_WRITE, &s)) {
        printf("# %s at %s\n", w->err.what, w->err.where);
        _exit(5);
    }
    const WriterOptions options = { .env = env_real() };
    Writer *writer = writer_open(w, s.log, &options);
    Sender *sender = heap_zeroed(THREADS, sizeof *sender);
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++) {
        sender[i].writer = writer;
        sender[i].first = first + i * (ROUND_STEP / THREADS);
        sender[i].pipe = pipe;
        CHECK(pthread_create(&thread[i], NULL, send_for_ever, &sender[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    pause();
    _exit(6);
}

static int64_t hear(int pipe, bool *acked)
{
    int64_t number, n = 0;
    while (read(pipe, &number, sizeof number) == sizeof number) {
        CHECK(number >= 0 && number < NUMBERS);
        acked[number] = true;
        n++;
    }
    return n;
}

static const char *judge(Work *w, Db *db, int64_t size, const bool *acked, bool *seen)
{
    int64_t facts = 0;
    FactWalk *walk = fact_walk(w, db, 0, size);
    memset(seen, 0, NUMBERS);
    if (!log_verify(w, db, &facts))
        return "the log does not verify";
    for (;;) {
        ARENA_SCOPE(w->arena);
        Fact fact;
        bool more;
        if (!fact_next(w, walk, &fact, &more))
            return "the log cannot be read";
        if (!more)
            break;
        if (seen[fact.subject])
            return "a fact stands twice";
        seen[fact.subject] = true;
    }
    for (int64_t i = 0; i < NUMBERS; i++)
        if (acked[i] && !seen[i])
            return "an acknowledged fact is lost";
    return NULL;
}

static const char *look(const char *dir, const bool *acked, bool *seen)
{
    Work *w = work_open(env_real(), 64 << 20);
    Store s = { .lock = -1 };
    const char *why = store_open(w, dir, DB_WRITE, &s)
                          ? judge(w, s.db, log_head(s.log).size, acked, seen)
                          : "the store does not open";
    if (w->err.code != ERR_NONE)
        printf("# %s at %s\n", w->err.what, w->err.where);
    store_close(&s);
    work_close(&w);
    return why;
}

/* Erases the first private part there is and writes the backup. */
static bool last_words(const char *dir)
{
    Work *w = work_open(env_real(), 64 << 20);
    Store s = { .lock = -1 };
    bool ok = store_open(w, dir, DB_WRITE, &s);
    FactWalk *walk = ok ? fact_walk(w, s.db, 0, log_head(s.log).size) : NULL;
    Fact fact = { 0 };
    for (bool more = ok; more && !fact.hidden_count;)
        ok = fact_next(w, walk, &fact, &more);
    if (walk)
        fact_leave(walk);
    ok = ok && fact.hidden_count && log_begin(w, s.log) && part_erase(w, s.log, fact.seq, 2) &&
         log_commit(w, s.log) && store_backup(w, &s, arena_printf(w->arena, "%s/backup", dir));
    store_close(&s);
    work_close(&w);
    return ok;
}

static int64_t one_round(const char *dir, int64_t first, int64_t sleep_us, bool *acked)
{
    int ends[2];
    CHECK(pipe(ends) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        child(dir, first, ends[1]);
    }
    close(ends[1]);
    int64_t number;
    int64_t heard = read(ends[0], &number, sizeof number) == sizeof number; /* it is under way */
    if (heard)
        acked[number] = true;
    usleep((useconds_t)sleep_us);
    CHECK(kill(pid, SIGKILL) == 0);
    heard += hear(ends[0], acked);
    close(ends[0]);
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? heard : -1;
}

int main(int argc, char **argv)
{
    int64_t rounds = 0, seed = 1, passed = 0, failed = 0, acks = 0;
    CHECK(argc >= 3 && num_parse_int(str_of(argv[2]), &rounds) && rounds < NUMBERS / ROUND_STEP);
    if (argc > 3)
        CHECK(num_parse_int(str_of(argv[3]), &seed));
    uint64_t random = (uint64_t)seed * UINT64_C(0x9e3779b97f4a7c15);
    Work *w = work_open(env_real(), 1 << 20);
    CHECK(store_init(w, argv[1], NULL));
    work_close(&w);
    bool *acked = heap_zeroed(NUMBERS, 1), *seen = heap_zeroed(NUMBERS, 1);
    for (int64_t i = 0; i < rounds; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        int64_t heard =
            one_round(argv[1], 1 + i * ROUND_STEP, (int64_t)(random >> 33) % 40000, acked);
        const char *why = heard < 0 ? "the writer ended by itself" : look(argv[1], acked, seen);
        acks += heard > 0 ? heard : 0;
        if (why)
            printf("# round %lld: %s\n", (long long)i, why);
        failed += why != NULL;
        passed += why == NULL;
        fflush(stdout);
        if (why)
            break; /* what is lost stays lost */
    }
    if (!failed && !last_words(argv[1])) {
        printf("# no backup at the end\n");
        failed++;
    }
    printf("# %lld facts acknowledged\n", (long long)acks);
    heap_free(acked);
    heap_free(seen);
    printf("%lld passed, %lld failed\n", (long long)passed, (long long)failed);
    return failed > 0;
}
