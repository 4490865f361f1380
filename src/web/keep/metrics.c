/* Counting requests, and the log: one line a request, key=value, with the pattern of its route and
 * no more: no person, no name, no query, and of the address a keyed hash that is new at each start.
 * Lines gather and are written together, at least every tick. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/time.h"
#include "web/web_int.h"

enum { ROUTES_MAX = 64, STATUSES = 6, BUCKETS = 10, LOG_BYTES = 64 << 10 };

static const int bounds_ms[BUCKETS] = { 1, 2, 5, 10, 25, 50, 100, 250, 1000, 5000 };

struct Metrics {
    Server *s;
    _Atomic int64_t
        requests[ROUTES_MAX + 1][STATUSES]; /* by route (the last: none), by status / 100 */
    _Atomic int64_t took[BUCKETS + 1], took_ms;
    _Atomic int64_t batches, commands, batch_max;
    pthread_mutex_t lock; /* of the log */
    char log[LOG_BYTES];
    size_t log_n;
};

Metrics *metrics_open(Server *s)
{
    Metrics *m = heap_zeroed(1, sizeof *m);
    m->s = s;
    CHECK(pthread_mutex_init(&m->lock, NULL) == 0);
    return m;
}

/* ---- the log ---- */

static void flush_locked(Metrics *m)
{
    for (size_t at = 0; at < m->log_n;) {
        ssize_t put = write(STDERR_FILENO, m->log + at, m->log_n - at);
        if (put < 0 && errno != EINTR)
            break; /* nobody reads it: serving goes on */
        at += put > 0 ? (size_t)put : 0;
    }
    m->log_n = 0;
}

void metrics_flush(Metrics *m)
{
    pthread_mutex_lock(&m->lock);
    flush_locked(m);
    pthread_mutex_unlock(&m->lock);
}

void log_line(Metrics *m, Str line)
{
    pthread_mutex_lock(&m->lock);
    if (m->log_n + line.n > LOG_BYTES)
        flush_locked(m);
    if (line.n <= LOG_BYTES) {
        memcpy(m->log + m->log_n, line.p, line.n);
        m->log_n += line.n;
    }
    pthread_mutex_unlock(&m->lock);
}

void metrics_close(Metrics **ref)
{
    Metrics *m = *ref;
    *ref = NULL;
    if (!m)
        return;
    metrics_flush(m);
    pthread_mutex_destroy(&m->lock);
    heap_free(m);
}

static const char *method_name(NetMethod method)
{
    switch (method) {
    case NET_GET: return "GET";
    case NET_HEAD: return "HEAD";
    case NET_POST: return "POST";
    case NET_PUT: return "PUT";
    case NET_DELETE: return "DELETE";
    case NET_OTHER: break;
    }
    return "OTHER";
}

static void write_line(Metrics *m, const Call *call, int status, size_t bytes, int64_t took_ms)
{
    Arena *arena = call->w->arena;
    Str address = net_address(call->net);
    const Hash who = hash_hmac(m->s->log_key, sizeof m->s->log_key, address.p, address.n);
    log_line(m, str_printf(arena,
                           "time=%lld method=%s route=%s status=%d ms=%lld bytes=%zu from=%.*s\n",
                           (long long)(call->began_ms / 1000), method_name(net_method(call->net)),
                           call->route ? call->route->pattern : "-", status, (long long)took_ms,
                           bytes, STR_ARG(hex_print(arena, who.byte, 4))));
}

void metrics_request(Metrics *m, const Call *call, int status, size_t bytes)
{
    size_t n, bucket = 0;
    const Route *first = route_table(&n);
    size_t at = call->route ? (size_t)(call->route - first) : ROUTES_MAX;
    int64_t took_ms = m->s->env->now_ms(m->s->env->self) - call->began_ms;
    while (bucket < BUCKETS && took_ms >= bounds_ms[bucket])
        bucket++;
    CHECK(n <= ROUTES_MAX);
    m->requests[at][status / 100 < STATUSES ? status / 100 : 0]++;
    m->took[bucket]++;
    m->took_ms += took_ms;
    write_line(m, call, status, bytes, took_ms);
}

void metrics_batch(Metrics *m, int64_t commands)
{
    m->batches++;
    m->commands += commands;
    if (commands > m->batch_max)
        m->batch_max = commands;
}

/* ---- /metrics ---- */

static void put(Buf *out, const char *name, const char *kind, const char *help, int64_t value)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, kind, name,
               (long long)value);
}

static void put_requests(const Metrics *m, Buf *out)
{
    size_t n;
    const Route *routes = route_table(&n);
    buf_putz(out, "# HELP tian_requests_total Requests by route and kind of status\n"
                  "# TYPE tian_requests_total counter\n");
    for (size_t i = 0; i <= ROUTES_MAX; i++)
        for (int status = 1; status < STATUSES; status++)
            if (m->requests[i][status] > 0)
                buf_printf(
                    out, "tian_requests_total{method=\"%s\",route=\"%s\",status=\"%dxx\"} %lld\n",
                    i < n ? method_name(routes[i].method) : "-", i < n ? routes[i].pattern : "-",
                    status, (long long)m->requests[i][status]);
}

static void put_times(const Metrics *m, Buf *out)
{
    int64_t sum = 0;
    buf_putz(out, "# HELP tian_request_ms Time from the whole request to its answer\n"
                  "# TYPE tian_request_ms histogram\n");
    for (int i = 0; i < BUCKETS; i++) {
        sum += m->took[i];
        buf_printf(out, "tian_request_ms_bucket{le=\"%d\"} %lld\n", bounds_ms[i], (long long)sum);
    }
    sum += m->took[BUCKETS];
    buf_printf(out,
               "tian_request_ms_bucket{le=\"+Inf\"} %lld\ntian_request_ms_sum %lld\n"
               "tian_request_ms_count %lld\n",
               (long long)sum, (long long)m->took_ms, (long long)sum);
}

/* Pages resident, the second number of the file. The kernel's own files have no size, so that
 * Env.read_file finds nothing in them. */
static int64_t resident_bytes(void)
{
    char text[256];
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    Str rest = { text, n > 0 ? (size_t)n : 0 }, word = STR("");
    int64_t pages = 0;
    (void)str_next(&rest, ' ', &word);
    bool there = rest.p && str_next(&rest, ' ', &word) && num_parse_int(word, &pages);
    return there ? pages * sysconf(_SC_PAGESIZE) : 0;
}

void run_metrics(Call *call)
{
    Server *s = call->s;
    const Metrics *m = s->metrics;
    const NetCounts net = net_counts(s->net);
    const TimerCounts timer = timer_counts(s->timer);
    Buf out = buf_open(call->w->arena, 256 << 10);
    put_requests(m, &out);
    put_times(m, &out);
    put(&out, "tian_facts", "gauge", "Facts in the log", s->known);
    put(&out, "tian_batches_total", "counter", "Transactions of the writer", m->batches);
    put(&out, "tian_commands_total", "counter", "Changes in them", m->commands);
    put(&out, "tian_batch_most", "gauge", "Most changes in one transaction", m->batch_max);
    put(&out, "tian_heavy_waiting", "gauge", "Slow work that waits",
        (int64_t)heavy_waiting(s->heavy));
    put(&out, "tian_timer_waiting", "gauge", "Cases with something due to come", timer.waiting);
    put(&out, "tian_timer_done_total", "counter", "Late steps done", timer.done);
    put(&out, "tian_timer_failed_total", "counter", "Rounds of late steps that failed",
        timer.failed);
    put(&out, "tian_timer_lag_ms", "gauge", "How late the last round came", timer.lag_ms);
    put(&out, "tian_streams", "gauge", "Open event streams", (int64_t)events_count(s->events));
    put(&out, "tian_connections", "gauge", "Open connections", net.connections);
    put(&out, "tian_held", "gauge", "Calls that wait for another thread", net.held);
    put(&out, "tian_refused_total", "counter", "Requests refused before they were read",
        net.refused);
    put(&out, "tian_bytes_out_total", "counter", "Bytes of answers", net.bytes_out);
    put(&out, "tian_resident_bytes", "gauge", "Memory in use", resident_bytes());
    put(&out, "tian_disk_left_bytes", "gauge", "Free room on the disk", s->disk_left);
    put(&out, "tian_writes_refused", "gauge", "1 = nothing is written: disk or proof",
        s->disk_low || s->wrong);
    answer(call, 200, "text/plain; version=0.0.4; charset=utf-8", buf_str(&out));
}

void run_health(Call *call)
{
    Server *s = call->s;
    const char *state = s->stopping ? "stopping" : s->wrong ? "wrong" : s->disk_low ? "disk" : "ok";
    answer_json(call, s->stopping ? 503 : 200,
                str_printf(call->w->arena, "{\"state\":\"%s\",\"facts\":%lld}\n", state,
                           (long long)s->known));
}
