#include "net/test_site.h"

#include <pthread.h>

#include "net/net_int.h"

typedef struct Seat {
    Site *site;
    NetStream *stream;
} Seat;

struct Site {
    Work *w;
    Net *net;
    pthread_mutex_t lock;
    pthread_t holders[SITE_HOLDERS];
    int holder_count;
    NetCall *kept[SITE_HOLDERS];
    int kept_count;
    Seat seats[SITE_STREAMS];
    int seat_count;
    int gone;
};

static int number_of(Str text)
{
    int n = 0;
    for (size_t i = 0; i < text.n; i++)
        n = n * 10 + (text.p[i] - '0');
    return n;
}

static void *answer_later(void *self)
{
    NetCall *call = self;
    client_sleep(number_of(net_query(call, "after")));
    Str body = str_printf(net_arena(call), "held %.*s for %.*s", STR_ARG(net_body(call)),
                          STR_ARG(net_header(call, "Host")));
    net_head(call, "X-Late", STR("yes"));
    net_answer(call, 200, "text/plain", body);
    return NULL;
}

static void hold(Site *site, NetCall *call)
{
    int ms = number_of(net_query(call, "ms"));
    if (!net_hold(call, ms ? ms : 5000))
        return;
    pthread_mutex_lock(&site->lock);
    CHECK(site->holder_count < SITE_HOLDERS);
    CHECK(pthread_create(&site->holders[site->holder_count++], NULL, answer_later, call) == 0);
    pthread_mutex_unlock(&site->lock);
}

static void keep(Site *site, NetCall *call)
{
    if (!net_hold(call, 60000))
        return;
    pthread_mutex_lock(&site->lock);
    site->kept[site->kept_count++] = call;
    pthread_mutex_unlock(&site->lock);
}

int site_answer_kept(Site *site)
{
    pthread_mutex_lock(&site->lock);
    int count = site->kept_count;
    site->kept_count = 0;
    pthread_mutex_unlock(&site->lock);
    for (int i = 0; i < count; i++)
        net_answer(site->kept[i], 200, "text/plain", STR("kept"));
    return count;
}

static void stream_gone(void *self)
{
    Seat *seat = self;
    pthread_mutex_lock(&seat->site->lock);
    seat->stream = NULL;
    seat->site->gone++;
    pthread_mutex_unlock(&seat->site->lock);
}

static void open_stream(Site *site, NetCall *call)
{
    pthread_mutex_lock(&site->lock); /* gone() takes it too: it waits until the seat is filled */
    CHECK(site->seat_count < SITE_STREAMS);
    Seat *seat = &site->seats[site->seat_count++];
    seat->site = site;
    seat->stream = net_stream(call, stream_gone, seat);
    pthread_mutex_unlock(&site->lock);
}

void site_tell(Site *site, Str event)
{
    pthread_mutex_lock(&site->lock);
    for (int i = 0; i < site->seat_count; i++)
        if (site->seats[i].stream)
            net_stream_send(site->seats[i].stream, event);
    pthread_mutex_unlock(&site->lock);
}

static Str text_of(Str value)
{
    return value.p ? value : STR("-");
}

static void echo(NetCall *call)
{
    static const char *const names[] = { "GET", "HEAD", "POST", "PUT", "DELETE", "OTHER" };
    Str q = text_of(net_query(call, "q")), c = text_of(net_cookie(call, "c"));
    Str f = text_of(net_form(call, "f")), path = net_path(call), at = net_address(call);
    Str body = str_printf(net_arena(call), "%s %.*s q=%.*s c=%.*s f=%.*s body=%zu at=%.*s",
                          names[net_method(call)], STR_ARG(path), STR_ARG(q), STR_ARG(c),
                          STR_ARG(f), net_body(call).n, STR_ARG(at));
    net_answer(call, 200, "text/plain; charset=utf-8", body);
}

static void big(NetCall *call)
{
    Buf out = buf_open(net_arena(call), 4 << 20);
    int lines = number_of(net_query(call, "lines"));
    for (int i = 0; i < lines; i++)
        buf_printf(&out, "line %d of a long page\n", i);
    net_answer(call, 200, "text/plain; charset=utf-8", buf_str(&out));
}

static void serve(void *self, NetCall *call)
{
    Site *site = self;
    Str path = net_path(call);
    if (str_is(path, "/hold"))
        return hold(site, call);
    if (str_is(path, "/keep"))
        return keep(site, call);
    if (str_is(path, "/events"))
        return open_stream(site, call);
    if (str_is(path, "/big"))
        return big(call);
    if (str_is(path, "/tag"))
        return net_answer_shared(call, 200, "text/css", STR("p { color: red }"),
                                 STR("packed by hand"), STR("v1"));
    if (str_is(path, "/own")) {
        net_head(call, "Content-Security-Policy", STR("default-src 'none'"));
        net_head(call, "Cache-Control", STR("max-age=60"));
    }
    echo(call);
}

static size_t look(void *self, NetCall *call)
{
    (void)self;
    if (str_is(net_path(call), "/closed"))
        net_answer(call, 403, "text/plain", STR("closed to you"));
    return str_is(net_path(call), "/wide") ? 8 << 20 : 64 << 10;
}

Site *site_open(const NetOptions *options)
{
    Site *site = heap_zeroed(1, sizeof *site);
    site->w = work_open(env_real(), 256u << 20);
    pthread_mutex_init(&site->lock, NULL);
    NetOptions own = *options;
    own.listen = "127.0.0.1:0";
    own.handler = (NetHandler){ .self = site, .head = look, .call = serve };
    site->net = net_open(site->w, &own);
    CHECK(site->net);
    return site;
}

void site_close(Site *site)
{
    net_close(&site->net);
    for (int i = 0; i < site->holder_count; i++)
        pthread_join(site->holders[i], NULL);
    site_answer_kept(site);
    pthread_mutex_destroy(&site->lock);
    work_close(&site->w);
    heap_free(site);
}

int site_port(const Site *site)
{
    return net_port(site->net);
}

Net *site_net(Site *site)
{
    return site->net;
}

Arena *site_arena(Site *site)
{
    return site->w->arena;
}

int site_gone(Site *site)
{
    pthread_mutex_lock(&site->lock);
    int gone = site->gone;
    pthread_mutex_unlock(&site->lock);
    return gone;
}

int site_open_streams(Site *site)
{
    return (int)net_counts(site->net).streams;
}
