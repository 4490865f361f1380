/* The lock of live memory, and the heavy threads: what is slow on purpose (passwords) or by nature
 * (Excel, wide views) waits here in a short queue, never on a net thread. */
#include "base/limits.h"
#include "web/web_int.h"

void live_open(Live *live)
{
    CHECK(pthread_mutex_init(&live->turn, NULL) == 0);
    CHECK(pthread_mutex_init(&live->lock, NULL) == 0);
}

void live_enter(Live *live)
{
    pthread_mutex_lock(&live->turn);
    pthread_mutex_lock(&live->lock);
    pthread_mutex_unlock(&live->turn);
}

void live_leave(Live *live)
{
    pthread_mutex_unlock(&live->lock);
}

/* ---- heavy ---- */

enum { HEAVY_THREADS = 2 };

typedef struct Job {
    void (*run)(void *self);
    void *self;
} Job;

struct Heavy {
    pthread_t threads[HEAVY_THREADS];
    int thread_count;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    Job queue[LIMIT_HEAVY]; /* a ring */
    size_t first, count;
    bool closing;
};

static bool take(Heavy *heavy, Job *ret)
{
    pthread_mutex_lock(&heavy->lock);
    while (heavy->count == 0 && !heavy->closing)
        pthread_cond_wait(&heavy->wake, &heavy->lock);
    bool any = heavy->count > 0;
    if (any) {
        *ret = heavy->queue[heavy->first];
        heavy->first = (heavy->first + 1) % LIMIT_HEAVY;
        heavy->count--;
    }
    pthread_mutex_unlock(&heavy->lock);
    return any;
}

static void *work(void *self)
{
    Job job;
    while (take(self, &job))
        job.run(job.self);
    return NULL;
}

Heavy *heavy_open(Work *w)
{
    Heavy *heavy = heap_zeroed(1, sizeof *heavy);
    CHECK(pthread_mutex_init(&heavy->lock, NULL) == 0);
    CHECK(pthread_cond_init(&heavy->wake, NULL) == 0);
    while (heavy->thread_count < HEAVY_THREADS &&
           pthread_create(&heavy->threads[heavy->thread_count], NULL, work, heavy) == 0)
        heavy->thread_count++;
    if (heavy->thread_count)
        return heavy;
    heavy_close(&heavy);
    (void)fail(w, ERR_LIMIT, "web.no_thread");
    return NULL;
}

bool heavy_send(Heavy *heavy, void (*run)(void *self), void *self)
{
    pthread_mutex_lock(&heavy->lock);
    bool room = heavy->count < LIMIT_HEAVY && !heavy->closing;
    if (room) {
        heavy->queue[(heavy->first + heavy->count++) % LIMIT_HEAVY] = (Job){ run, self };
        pthread_cond_signal(&heavy->wake);
    }
    pthread_mutex_unlock(&heavy->lock);
    return room;
}

size_t heavy_waiting(Heavy *heavy)
{
    pthread_mutex_lock(&heavy->lock);
    size_t count = heavy->count;
    pthread_mutex_unlock(&heavy->lock);
    return count;
}

void heavy_close(Heavy **ref)
{
    Heavy *heavy = *ref;
    *ref = NULL;
    if (!heavy)
        return;
    pthread_mutex_lock(&heavy->lock);
    heavy->closing = true;
    pthread_cond_broadcast(&heavy->wake);
    pthread_mutex_unlock(&heavy->lock);
    for (int i = 0; i < heavy->thread_count; i++)
        pthread_join(heavy->threads[i], NULL);
    pthread_cond_destroy(&heavy->wake);
    pthread_mutex_destroy(&heavy->lock);
    heap_free(heavy);
}
