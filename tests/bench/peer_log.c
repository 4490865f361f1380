/* The limit for durable facts: a bare file, one thread that writes what queued up and calls
 * fdatasync, waiting writers that each hold one fact of 220 bytes until it is on disk. */
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "peer.h"

enum { FACT_BYTES = 220, QUEUE_MAX = 256 };

typedef struct BareLog {
    pthread_mutex_t lock;
    pthread_cond_t arrived, synced;
    int fd;
    int waiting;      /* facts in the queue */
    uint64_t taken;   /* batches started */
    uint64_t durable; /* batches on disk */
    int64_t acknowledged;
    bool stop;
} BareLog;

static void *writer(void *self)
{
    BareLog *log = self;
    pthread_mutex_lock(&log->lock);
    while (!log->stop) {
        uint64_t mine = log->taken + 1; /* the batch that will hold this fact */
        log->waiting++;
        pthread_cond_signal(&log->arrived);
        while (log->durable < mine && !log->stop)
            pthread_cond_wait(&log->synced, &log->lock);
        log->acknowledged++;
    }
    pthread_mutex_unlock(&log->lock);
    return NULL;
}

static void *syncer(void *self)
{
    static char bytes[QUEUE_MAX * FACT_BYTES];
    BareLog *log = self;
    pthread_mutex_lock(&log->lock);
    while (!log->stop) {
        while (!log->waiting && !log->stop)
            pthread_cond_wait(&log->arrived, &log->lock);
        int n = log->waiting < QUEUE_MAX ? log->waiting : QUEUE_MAX;
        uint64_t batch = ++log->taken;
        log->waiting -= n;
        pthread_mutex_unlock(&log->lock);
        CHECK(write(log->fd, bytes, (size_t)n * FACT_BYTES) == (ssize_t)n * FACT_BYTES);
        CHECK(fdatasync(log->fd) == 0);
        pthread_mutex_lock(&log->lock);
        log->durable = batch;
        pthread_cond_broadcast(&log->synced);
    }
    pthread_mutex_unlock(&log->lock);
    return NULL;
}

double peer_log(const char *path, int writers, int seconds)
{
    BareLog log = { .lock = PTHREAD_MUTEX_INITIALIZER,
                    .arrived = PTHREAD_COND_INITIALIZER,
                    .synced = PTHREAD_COND_INITIALIZER };
    pthread_t threads[65];
    CHECK(writers <= 64);
    log.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(log.fd >= 0);
    CHECK(pthread_create(&threads[writers], NULL, syncer, &log) == 0);
    for (int i = 0; i < writers; i++)
        CHECK(pthread_create(&threads[i], NULL, writer, &log) == 0);
    double from = clock_ms();
    sleep((unsigned)seconds);
    pthread_mutex_lock(&log.lock);
    double took = clock_ms() - from;
    int64_t facts = log.acknowledged;
    log.stop = true;
    pthread_cond_broadcast(&log.synced);
    pthread_cond_broadcast(&log.arrived);
    pthread_mutex_unlock(&log.lock);
    for (int i = 0; i <= writers; i++)
        pthread_join(threads[i], NULL);
    close(log.fd);
    unlink(path);
    return (double)facts * 1000 / took;
}
