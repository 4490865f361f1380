/* The timer: what is due to cases is done by the system, in the writer, whoever is signed in or
 * not. The moment of the next thing due is read while live is held anyway, after each batch of the
 * writer; this thread sleeps until then, and looks at the clock every second, since clocks jump.
 *
 * Nothing is kept here: what is due is told by the facts, and each step is judged again in the
 * writer, so that a restart, a kill or a step queued twice loses and doubles nothing. */
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "web/web_int.h"

enum {
    CASES_AT_ONCE = 64,
    LOOK_MS = 1000,
    TRY_AGAIN_MS = 5000, /* after a step that failed: others may repair what it fell over */
    TICK_BYTES = 64 << 10,
    STUCK_MOST = 256, /* so many that fail for good are passed by */
};

struct Timer {
    Server *s;
    pthread_t thread;
    bool running;
    int wake; /* an eventfd: what is waited on sleeps by itself, whatever the clocks are set to */
    _Atomic bool closing;
    _Atomic size_t stuck; /* the earliest cases, which failed alone; tried again after the others */
    _Atomic int64_t next_ms; /* INT64_MAX = nothing waits */
    _Atomic int64_t waiting, done, failed, lag_ms;
};

typedef struct Round { /* one command of the writer */
    Timer *timer;
    size_t from, most, facts;
    int64_t lag_ms;
} Round;

/* ---- in the writer ---- */

static bool run_round(Work *w, Log *log, void *payload)
{
    (void)log;
    Round *r = payload;
    Kernel *k = &r->timer->s->k;
    Core *core = k->core;
    const Judge judge = judge_of(k->figures);
    int64_t next = 0;
    r->facts = 0;
    r->lag_ms = cases_next(w, k->cases, &next) && next < w->now_ms ? w->now_ms - next : 0;
    TRY(w->err.code == ERR_NONE);
    TRY(core_act_begin(w, core, NULL));
    core->seat = core->person = 0;
    core->made_ms = 0;
    r->timer->s->batch_commands++;
    bool ok = cases_tick_from(w, k->cases, &judge, w->now_ms, r->from, r->most, &r->facts);
    ok = ok && core_act_end(w, core);
    core_act_leave(core);
    return ok;
}

static void say(const Timer *t, const Work *w)
{
    char line[512];
    int n = snprintf(line, sizeof line, "time=%lld level=alarm what=timer error=\"%s\" where=%s\n",
                     (long long)(w->now_ms / 1000), w->err.what, w->err.where);
    log_line(t->s->metrics, (Str){ line, n < (int)sizeof line ? (size_t)n : sizeof line - 1 });
}

/* A round that fails is tried again with its first case alone; where that fails too, the next round
 * begins behind it, so that no case holds up the others. */
static bool do_round(Work *w, Timer *t, size_t *ret_facts)
{
    Round r = { .timer = t, .from = t->stuck, .most = CASES_AT_ONCE };
    Head head;
    bool ok = writer_do(w, t->s->writer, run_round, &r, TICK_BYTES, &head);
    if (!ok) {
        work_clear(w);
        r.most = 1;
        ok = writer_do(w, t->s->writer, run_round, &r, TICK_BYTES, &head);
        if (!ok && t->stuck < STUCK_MOST)
            t->stuck++;
    }
    *ret_facts = ok ? r.facts : 0;
    t->done += (int64_t)*ret_facts;
    t->lag_ms = r.lag_ms;
    return ok;
}

bool timer_run(Work *w, Timer *t, size_t *ret)
{
    size_t facts = 1;
    *ret = 0;
    while (facts > 0) {
        ARENA_SCOPE(w->arena);
        TRY(do_round(w, t, &facts));
        *ret += facts;
    }
    return true;
}

/* ---- the thread ---- */

static bool may_write(const Server *s)
{
    return !s->stopping && !s->disk_low && !s->wrong;
}

static void wait_for(const Timer *t, int64_t ms)
{
    struct pollfd one = { .fd = t->wake, .events = POLLIN };
    uint64_t pokes;
    if (poll(&one, 1, (int)ms) > 0)
        (void)!read(t->wake, &pokes, sizeof pokes);
}

static void poke(const Timer *t)
{
    const uint64_t one = 1;
    (void)!write(t->wake, &one, sizeof one);
}

static int64_t rest_ms(const Timer *t)
{
    int64_t left = t->next_ms - t->s->env->now_ms(t->s->env->self);
    return left < 1 ? 1 : left < LOOK_MS ? left : LOOK_MS;
}

static void *run(void *self)
{
    Timer *t = self;
    while (!t->closing) {
        const Env *env = t->s->env;
        if (t->next_ms > env->now_ms(env->self) || !may_write(t->s)) {
            wait_for(t, may_write(t->s) ? rest_ms(t) : LOOK_MS);
            continue;
        }
        Work *w = work_open(env, (size_t)16 << 20);
        size_t facts = 0;
        bool ok = do_round(w, t, &facts);
        if (!ok && !t->s->stopping) {
            t->failed++;
            say(t, w);
        }
        work_close(&w);
        bool others_done = ok && facts == 0 && t->stuck > 0;
        if (others_done)
            t->stuck = 0;
        if (!ok || others_done)
            wait_for(t, TRY_AGAIN_MS);
    }
    return NULL;
}

/* ---- open and close ---- */

/* Under live, on the writer's thread or before it is there. */
void timer_look(Work *w, Timer *t)
{
    int64_t next = INT64_MAX;
    const Err before = w->err;
    if (!cases_next(w, t->s->k.cases, &next))
        next = INT64_MAX;
    if (w->err.code != ERR_NONE && before.code == ERR_NONE)
        work_clear(w);
    t->waiting = (int64_t)cases_waiting(t->s->k.cases);
    bool sooner = next < t->next_ms;
    t->next_ms = next;
    if (sooner)
        poke(t);
}

Timer *timer_open(Server *s)
{
    Timer *t = heap_zeroed(1, sizeof *t);
    t->s = s;
    t->next_ms = INT64_MAX;
    t->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    CHECK(t->wake >= 0);
    return t;
}

bool timer_start(Work *w, Timer *t)
{
    timer_look(w, t);
    t->running = pthread_create(&t->thread, NULL, run, t) == 0;
    return t->running || fail(w, ERR_LIMIT, "web.no_thread");
}

void timer_stop(Timer *t)
{
    if (!t || !t->running)
        return;
    t->closing = true;
    poke(t);
    pthread_join(t->thread, NULL);
    t->running = false;
}

void timer_close(Timer **ref)
{
    Timer *t = *ref;
    *ref = NULL;
    if (!t)
        return;
    timer_stop(t);
    close(t->wake);
    heap_free(t);
}

TimerCounts timer_counts(const Timer *t)
{
    return (TimerCounts){
        .waiting = t->waiting, .done = t->done, .failed = t->failed, .lag_ms = t->lag_ms
    };
}
