/* One server, from its start to its stop. The main thread waits for signals and keeps the clock;
 * everything else is net threads, the writer, two heavy threads and the teller of events. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/time.h"
#include "web/public/limit.h"
#include "web/web_int.h"

enum {
    TICK_MS = 200,
    STOP_MS = 10000,      /* for what is under way when the server is told to stop */
    SEEN_TICKS = 300 * 5, /* five minutes: when sessions were last seen is stored */
    SECOND_TICKS = 5,
};

/* ---- the writer's hooks ---- */

static void writer_enter(void *self)
{
    Server *s = self;
    live_enter(&s->live);
}

static bool writer_leave(Work *w, void *self, Head head, bool spoiled)
{
    Server *s = self;
    bool ok = true;
    if (spoiled) {
        accounts_rolled_back(s->k.accounts);
        ok = kernel_reload(w, &s->k);
    } else {
        accounts_committed(s->k.accounts);
    }
    s->known = head.size;
    timer_look(w, s->timer);
    live_leave(&s->live);
    return ok;
}

static void writer_committed(void *self, Head head)
{
    Server *s = self;
    (void)head;
    metrics_batch(s->metrics, s->batch_commands);
    s->batch_commands = 0;
    events_committed(s->events);
}

/* ---- where it listens ---- */

static bool is_loopback(const char *listen)
{
    Str s = str_of(listen);
    return str_starts(s, STR("127.")) || str_starts(s, STR("[::1]:")) ||
           str_starts(s, STR("localhost:"));
}

static bool is_local_origin(const char *origin)
{
    Str s = str_of(origin);
    return !s.n || str_starts(s, STR("http://127.")) || str_starts(s, STR("http://localhost:")) ||
           str_starts(s, STR("http://[::1]:"));
}

static bool origin_fits(Str origin)
{
    size_t at = str_find(origin, STR("://"));
    bool web = str_starts(origin, STR("https://")) || str_starts(origin, STR("http://"));
    return web && str_find(str_sub(origin, at + 3, origin.n), STR("/")) == SIZE_MAX;
}

/* A demo store or a set clock is for this machine: people elsewhere would take it for the real one.
 */
static bool judge_exposure(Work *w, Server *s)
{
    const ServeOptions *o = s->options;
    Str mark;
    char *path = arena_printf(w->arena, "%s/demo", o->dir);
    s->exposed = !is_loopback(o->listen) || !is_local_origin(o->origin);
    if (o->origin && !origin_fits(str_of(o->origin)))
        return fail(w, ERR_BAD_INPUT, "web.origin given=%s", o->origin);
    if (s->exposed && (o->clock || getenv("TIAN_CLOCK")))
        return fail(w, ERR_BAD_INPUT, "web.clock_exposed listen=%s", o->listen);
    if (s->exposed && w->env->read_file(w->env->self, path, 4096, w->arena, &mark))
        return fail(w, ERR_BAD_INPUT, "web.demo_exposed listen=%s", o->listen);
    return true;
}

/* ---- open and close ---- */

static bool open_net(Work *w, Server *s)
{
    const NetOptions options = { .listen = s->options->listen,
                                 .forwarded = s->options->origin != NULL,
                                 .handler = { s, route_head, route_call } };
    s->net = net_open(w, &options);
    return s->net != NULL;
}

static bool open_all(Work *w, Server *s)
{
    TRY(judge_exposure(w, s));
    TRY(kernel_open(w, s->options->dir, DB_WRITE, &s->k));
    s->known = core_known(s->k.core);
    s->health.started_ms = w->now_ms;
    s->health.version = "0.1";
    const WriterOptions writer = { .env = s->env,
                                   .self = s,
                                   .enter = writer_enter,
                                   .leave = writer_leave,
                                   .committed = writer_committed };
    s->timer = timer_open(s);
    s->metrics = metrics_open(s);
    s->pages = pages_open();
    s->limits = limits_open(s->env);
    s->images = images_open();
    s->events = events_open(w, s);
    TRY(s->events);
    health_open(w, s);
    s->heavy = heavy_open(w);
    TRY(s->heavy);
    s->writer = writer_open(w, s->k.core->store.log, &writer);
    TRY(s->writer);
    TRY(timer_start(w, s->timer));
    s->socket = socket_open(w, s);
    TRY(s->socket);
    return open_net(w, s);
}

static bool put_seen(Work *w, Log *log, void *self)
{
    Server *s = self;
    return sessions_seen_put(w, s->k.accounts, log_db(log)) && signs_trim(w, log_db(log));
}

static void store_seen(Server *s)
{
    Work *w = work_open(s->env, (size_t)16 << 20);
    Head head;
    if (!s->disk_low)
        (void)writer_do(w, s->writer, put_seen, s, 256, &head);
    work_close(&w);
}

/* No new connection; what was sent is answered, what is queued is written, streams end, and the
 * head is saved when the store closes. */
static void close_all(Server *s)
{
    s->stopping = true;
    socket_close(&s->socket);
    if (s->net)
        net_stop(s->net, STOP_MS);
    heavy_close(&s->heavy);
    if (s->writer)
        store_seen(s);
    timer_stop(s->timer);
    writer_close(&s->writer);
    net_close(&s->net);
    events_close(&s->events);
    timer_close(&s->timer);
    pages_close(&s->pages);
    images_close(&s->images);
    limits_close(&s->limits);
    metrics_close(&s->metrics);
    kernel_close(&s->k);
}

/* ---- running ---- */

static void tick(Server *s, int64_t count)
{
    metrics_flush(s->metrics);
    if (count % SECOND_TICKS)
        return;
    health_tick(s);
    events_tick(s->events);
    if (count % SEEN_TICKS == 0)
        store_seen(s);
}

static void run(Server *s, const sigset_t *signals)
{
    const struct timespec pause = { .tv_nsec = TICK_MS * 1000000L };
    for (int64_t count = 1;; count++) {
        if (sigtimedwait(signals, NULL, &pause) > 0)
            return;
        tick(s, count);
    }
}

static Server *server_new(Work *w, const ServeOptions *options)
{
    Server *s = heap_zeroed(1, sizeof *s);
    s->options = options;
    s->env = w->env;
    s->origin = str_of(options->origin);
    s->secure = str_starts(s->origin, STR("https://"));
    s->env->random(s->env->self, s->log_key, sizeof s->log_key);
    live_open(&s->live);
    return s;
}

bool web_serve(Work *w, const ServeOptions *given)
{
    ServeOptions options = *given;
    options.listen = options.listen ? options.listen : "127.0.0.1:8470";
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    /* Threads take this over: a signal ends sigtimedwait() here and disturbs nobody. */
    CHECK(pthread_sigmask(SIG_BLOCK, &signals, &before) == 0);
    (void)signal(SIGPIPE, SIG_IGN);
    Server *s = server_new(w, &options);
    bool ok = open_all(w, s);
    if (ok) {
        if (options.ready)
            options.ready(options.self, net_port(s->net));
        run(s, &signals);
    }
    close_all(s);
    heap_free(s);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}
