/* The writer: one thread, one queue, one transaction for all that queued up while the last one was
 * synced. No timer: an idle writer starts at once, a busy one gathers by itself. A reply goes out
 * after COMMIT returned, never before. An error of the database that is not a command's own fault
 * ends the process with nothing acknowledged: what is on disk is then found by opening it again,
 * not by trusting pages that failed to be written. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "store/store_int.h"

enum { WRITER_SOFT = 256 << 20, EXIT_STORE = 3 };

typedef struct Reply { /* of one command of the running batch */
    Command command;
    bool refused;
    Err err;
    char what[1024];
} Reply;

struct Writer {
    Log *log;
    WriterOptions options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    Command queue[LIMIT_QUEUE]; /* a ring */
    size_t first, count;
    bool closing;
    Reply batch[LIMIT_BATCH_COMMANDS];
    size_t batch_n;
};

static _Noreturn void die(Writer *writer, const Err *err)
{
    if (writer->options.die)
        writer->options.die(err);
    fprintf(stderr, "level=fatal what=\"%s\" where=%s\n", err->what, err->where);
    _exit(EXIT_STORE);
}

/* ---- the batch ---- */

typedef enum Outcome { OUTCOME_DONE, OUTCOME_REFUSED, OUTCOME_SPOILED } Outcome;

static Outcome run_one(Writer *writer, Work *w, Reply *reply)
{
    Db *db = log_db(writer->log);
    int64_t writes = db_writes(db);
    int64_t size = log_size(writer->log);
    work_clear(w);
    bool ok = reply->command.run(w, writer->log, reply->command.payload) && db_flush(w, db);
    if (db_trouble(db) == DB_FATAL)
        die(writer, &w->err);
    reply->refused = !ok;
    if (ok)
        return db_trouble(db) == DB_FINE ? OUTCOME_DONE : OUTCOME_SPOILED;
    reply->err = w->err;
    snprintf(reply->what, sizeof reply->what, "%s", w->err.what ? w->err.what : "");
    reply->err.what = reply->what;
    reply->err.notes = NULL;
    bool wrote = db_writes(db) != writes || log_size(writer->log) != size;
    return wrote || db_trouble(db) != DB_FINE ? OUTCOME_SPOILED : OUTCOME_REFUSED;
}

static void begin(Writer *writer, Work *w)
{
    if (writer->options.enter)
        writer->options.enter(writer->options.self);
    if (!log_begin(w, writer->log))
        die(writer, &w->err);
}

/* A commit that failed may still have happened: only opening the store again can tell. */
static void commit(Writer *writer, Work *w)
{
    if (!log_commit(w, writer->log))
        die(writer, &w->err);
}

/* The transaction is over. A memory that could not be read again must not answer anything. */
static void leave(Writer *writer, Work *w, bool spoiled)
{
    const WriterOptions *o = &writer->options;
    work_clear(w);
    if (o->leave && !o->leave(w, o->self, log_head(writer->log), spoiled))
        die(writer, &w->err);
}

static bool run_together(Writer *writer, Work *w)
{
    begin(writer, w);
    bool any = false;
    for (size_t i = 0; i < writer->batch_n; i++) {
        ARENA_SCOPE(w->arena);
        Outcome outcome = run_one(writer, w, &writer->batch[i]);
        if (outcome == OUTCOME_SPOILED) {
            log_rollback(writer->log);
            leave(writer, w, true);
            return false;
        }
        any |= outcome == OUTCOME_DONE;
    }
    work_clear(w);
    if (any)
        commit(writer, w);
    else
        log_rollback(writer->log); /* nobody wrote anything */
    leave(writer, w, false);
    return true;
}

/* After a spoiled batch: each command in a transaction of its own, so that one bug hurts one. */
static void run_apart(Writer *writer, Work *w)
{
    for (size_t i = 0; i < writer->batch_n; i++) {
        ARENA_SCOPE(w->arena);
        Reply *reply = &writer->batch[i];
        work_clear(w);
        begin(writer, w);
        Outcome outcome = run_one(writer, w, reply);
        work_clear(w);
        if (outcome == OUTCOME_DONE) {
            commit(writer, w);
            leave(writer, w, false);
            continue;
        }
        log_rollback(writer->log);
        leave(writer, w, outcome == OUTCOME_SPOILED);
        if (!reply->refused) {
            reply->refused = true; /* it went on over a statement that had failed */
            reply->err = (Err){ .code = ERR_STORE, .what = "store.spoiled", .where = __FILE__ };
        }
    }
}

static void answer(Writer *writer)
{
    Head head = log_head(writer->log);
    for (size_t i = 0; i < writer->batch_n; i++) {
        Reply *reply = &writer->batch[i];
        if (reply->command.reply)
            reply->command.reply(reply->command.payload, reply->refused ? &reply->err : NULL, head);
    }
}

static void run_batch(Writer *writer)
{
    Work *w = work_open(writer->options.env, WRITER_SOFT);
#ifdef TIAN_PLANT_EARLY /* the fault that tests/crash must find: acknowledged before the commit */
    answer(writer);
#endif
    if (!run_together(writer, w))
        run_apart(writer, w);
    if (writer->options.committed)
        writer->options.committed(writer->options.self, log_head(writer->log));
#ifndef TIAN_PLANT_EARLY
    answer(writer);
#endif
    work_close(&w);
}

/* ---- the queue ---- */

/* Waits for commands; false when the writer is closed and nothing is left. */
static bool take_batch(Writer *writer)
{
    size_t bytes = 0;
    pthread_mutex_lock(&writer->lock);
    while (writer->count == 0 && !writer->closing)
        pthread_cond_wait(&writer->wake, &writer->lock);
    writer->batch_n = 0;
    while (writer->count > 0 && writer->batch_n < LIMIT_BATCH_COMMANDS) {
        const Command *next = &writer->queue[writer->first];
        if (writer->batch_n > 0 && bytes + next->bytes > LIMIT_BATCH_BYTES)
            break;
        bytes += next->bytes;
        writer->batch[writer->batch_n++] = (Reply){ .command = *next };
        writer->first = (writer->first + 1) % LIMIT_QUEUE;
        writer->count--;
    }
    pthread_mutex_unlock(&writer->lock);
    return writer->batch_n > 0;
}

static void *run(void *self)
{
    Writer *writer = self;
    while (take_batch(writer))
        run_batch(writer);
    return NULL;
}

Writer *writer_open(Work *w, Log *log, const WriterOptions *options)
{
    CHECK(options->env);
    Writer *writer = heap_zeroed(1, sizeof *writer);
    writer->log = log;
    writer->options = *options;
    CHECK(pthread_mutex_init(&writer->lock, NULL) == 0);
    CHECK(pthread_cond_init(&writer->wake, NULL) == 0);
    if (pthread_create(&writer->thread, NULL, run, writer) == 0)
        return writer;
    heap_free(writer);
    (void)fail(w, ERR_LIMIT, "store.queue_full");
    return NULL;
}

bool writer_send(Writer *writer, const Command *command)
{
    pthread_mutex_lock(&writer->lock);
    bool room = writer->count < LIMIT_QUEUE && !writer->closing;
    if (room) {
        writer->queue[(writer->first + writer->count) % LIMIT_QUEUE] = *command;
        writer->count++;
        if (writer->count == 1)
            pthread_cond_signal(&writer->wake);
    }
    pthread_mutex_unlock(&writer->lock);
    return room;
}

void writer_close(Writer **ref)
{
    Writer *writer = *ref;
    if (!writer)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->closing = true;
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->wake);
    pthread_mutex_destroy(&writer->lock);
    heap_free(writer);
    *ref = NULL;
}

/* ---- send and wait ---- */

typedef struct Wait {
    bool (*run)(Work *w, Log *log, void *payload);
    void *payload;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool done;
    Head head;
    ErrCode code;
    const char *where;
    char what[1024];
} Wait;

static bool wait_run(Work *w, Log *log, void *payload)
{
    Wait *wait = payload;
    return wait->run(w, log, wait->payload);
}

static void wait_reply(void *payload, const Err *err, Head head)
{
    Wait *wait = payload;
    pthread_mutex_lock(&wait->lock);
    if (err) {
        wait->code = err->code;
        wait->where = err->where;
        snprintf(wait->what, sizeof wait->what, "%s", err->what);
    }
    wait->head = head;
    wait->done = true;
    pthread_cond_signal(&wait->wake);
    pthread_mutex_unlock(&wait->lock);
}

bool writer_do(Work *w, Writer *writer, bool (*run_it)(Work *w, Log *log, void *payload),
               void *payload, size_t bytes, Head *ret_head)
{
    Wait wait = { .run = run_it, .payload = payload };
    CHECK(pthread_mutex_init(&wait.lock, NULL) == 0 && pthread_cond_init(&wait.wake, NULL) == 0);
    const Command command = { wait_run, wait_reply, &wait, bytes };
    bool sent = writer_send(writer, &command);
    pthread_mutex_lock(&wait.lock);
    while (sent && !wait.done)
        pthread_cond_wait(&wait.wake, &wait.lock);
    pthread_mutex_unlock(&wait.lock);
    pthread_cond_destroy(&wait.wake);
    pthread_mutex_destroy(&wait.lock);
    if (!sent)
        return fail(w, ERR_LIMIT, "store.queue_full");
    if (wait.code != ERR_NONE)
        return fail_at(w, wait.where, wait.code, "%s", wait.what);
    *ret_head = wait.head;
    return true;
}
