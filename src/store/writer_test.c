#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"
#include "store/log_int.h"
#include "store/test_store.h"

enum { THREADS = 8, EACH = 60 };

static bool put_one(Work *w, Log *log, void *payload)
{
    const int *number = payload;
    return test_fact(w, log, *number);
}

static bool refuse(Work *w, Log *log, void *payload)
{
    (void)log;
    const int *number = payload;
    return fail(w, ERR_FORBIDDEN, "word.unknown what=%d", *number);
}

static bool write_then_refuse(Work *w, Log *log, void *payload)
{
    const int *number = payload;
    TRY(test_fact(w, log, *number));
    return fail(w, ERR_CONFLICT, "word.unknown what=late");
}

static bool break_a_key(Work *w, Log *log, void *payload)
{
    const int *number = payload;
    TRY(test_fact(w, log, *number));
    Stmt *s = db_stmt(w, log_db(log), SQL_LEAF_PUT);
    TRY(s);
    stmt_int(s, 1, 0);
    stmt_bytes(s, 2, STR("x"));
    return stmt_run(w, s);
}

typedef struct Sender {
    Writer *writer;
    int first;
    int done, refused, broken;
} Sender;

static void *send_many(void *self)
{
    Sender *sender = self;
    Work *w = work_open(env_real(), 1 << 22);
    for (int i = 0; i < EACH; i++) {
        int number = sender->first + i;
        bool (*run)(Work *, Log *, void *) = i % 10 == 3   ? refuse
                                             : i % 20 == 7 ? write_then_refuse
                                             : i % 20 == 9 ? break_a_key
                                                           : put_one;
        Head head = { 0 };
        work_clear(w);
        if (writer_do(w, sender->writer, run, &number, 100, &head)) {
            EXPECT(head.size > 1);
            sender->done++;
        } else if (w->err.code == ERR_FORBIDDEN) {
            EXPECT(strcmp(w->err.what, arena_printf(w->arena, "word.unknown what=%d", number)) ==
                   0);
            sender->refused++;
        } else {
            EXPECT(w->err.code == (run == break_a_key ? ERR_STORE : ERR_CONFLICT));
            sender->broken++;
        }
    }
    work_close(&w);
    return NULL;
}

TEST(many_senders_get_their_own_answers)
{
    FOR_EACH_STORE(w, s)
    {
        const WriterOptions options = { .env = w->env };
        Writer *writer = writer_open(w, s->log, &options);
        EXPECT(writer);
        pthread_t thread[THREADS];
        Sender sender[THREADS];
        for (int i = 0; i < THREADS; i++) {
            sender[i] = (Sender){ .writer = writer, .first = 1000 * i };
            CHECK(pthread_create(&thread[i], NULL, send_many, &sender[i]) == 0);
        }
        for (int i = 0; i < THREADS; i++) {
            pthread_join(thread[i], NULL);
            EXPECT(sender[i].done == EACH - 12 && sender[i].refused == 6 && sender[i].broken == 6);
        }
        writer_close(&writer);
        int64_t facts = 0;
        EXPECT(log_verify(w, s->db, &facts) && facts == THREADS * (EACH - 12));
    }
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static int64_t sizes[64];
static int answers;

static bool wait_at_gate(Work *w, Log *log, void *payload)
{
    (void)w;
    (void)log;
    (void)payload;
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return true;
}

static void note_size(void *payload, const Err *err, Head head)
{
    (void)payload;
    EXPECT(!err);
    sizes[answers++] = head.size;
}

TEST(what_queues_up_is_committed_together_and_by_size)
{
    FOR_EACH_STORE(w, s)
    {
        static int number = 7;
        const WriterOptions options = { .env = w->env };
        answers = 0;
        Writer *writer = writer_open(w, s->log, &options);
        pthread_mutex_lock(&gate);
        EXPECT(writer_send(writer, &(Command){ wait_at_gate, NULL, NULL, 0 }));
        usleep(50000); /* it is taken alone and waits */
        for (int i = 0; i < 10; i++)
            EXPECT(writer_send(writer,
                               &(Command){ put_one, note_size, &number, LIMIT_BATCH_BYTES / 5 }));
        pthread_mutex_unlock(&gate);
        writer_close(&writer);
        EXPECT(answers == 10 && sizes[0] == 6 && sizes[4] == 6 && sizes[5] == 11 && sizes[9] == 11);
    }
}

TEST(a_full_queue_refuses)
{
    Work *w = work_open(env_real(), 1 << 22);
    Store s;
    EXPECT(store_memory(w, &s));
    const WriterOptions options = { .env = w->env };
    Writer *writer = writer_open(w, s.log, &options);
    pthread_mutex_lock(&gate);
    int sent = 0;
    while (sent <= 2 * LIMIT_QUEUE &&
           writer_send(writer, &(Command){ wait_at_gate, NULL, NULL, 0 }))
        sent++;
    EXPECT(sent >= LIMIT_QUEUE && sent <= LIMIT_QUEUE + LIMIT_BATCH_COMMANDS);
    pthread_mutex_unlock(&gate);
    writer_close(&writer);
    store_close(&s);
    work_close(&w);
}

/* A second writer takes the store over: the first must end without an acknowledgement. */
TEST(a_writer_that_lost_its_store_ends_the_process)
{
    Work *w = work_open(env_real(), 16 << 20);
    const char *dir = test_new_folder(w);
    EXPECT(store_init(w, dir, NULL));
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        Store s;
        int number = 1;
        Head head;
        if (!freopen("/dev/null", "w", stderr) || !store_open(w, dir, DB_WRITE, &s))
            _exit(9);
        const WriterOptions options = { .env = w->env };
        Writer *writer = writer_open(w, s.log, &options);
        if (!writer_do(w, writer, put_one, &number, 1, &head))
            _exit(8);
        Db *other = db_open(w, s.url, DB_WRITE);
        Log *newer = log_open(w, other);
        (void)newer;
        (void)writer_do(w, writer, put_one, &number, 1, &head);
        _exit(7); /* it was answered */
    }
    int status = 0;
    EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 3);
    Store s;
    int64_t facts = 0;
    EXPECT(store_open(w, dir, DB_WRITE, &s) && log_verify(w, s.db, &facts) && facts == 1);
    store_close(&s);
    test_drop_folder(dir);
    work_close(&w);
}
