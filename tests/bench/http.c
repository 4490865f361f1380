/* HTTP: what a request costs. Serves one small JSON reply, a page of 15 KB and event streams by
 * net, or the reply by a bare epoll loop that sends fixed bytes without reading what it was asked:
 * the least that a server on this machine can do. Says its port, then serves until its input ends;
 * tests/bench/http_load.py loads it.
 * usage: http_bench net|bare THREADS [PAGE_FILE]      (PAGE_FILE: written, for a peer to
 * serve) */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net.h"

enum { PAGE_BYTES = 15 << 10, MOST_THREADS = 8, EVENTS = 64, ROOM = 4096, MOST_STREAMS = 2000 };

static const char small_body[] =
    "{\"seq\":1204771,\"at\":1637590000000,\"data\":{\"due\":4,\"late\":1,\"waiting\":12}}";

static Str make_page(Arena *arena)
{
    Buf page = buf_open(arena, PAGE_BYTES + 256);
    buf_putz(&page,
             "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>b</title><table>");
    for (int i = 0; page.n < PAGE_BYTES; i++)
        buf_printf(&page, "<tr><td>第 %d 村<td>%d.%02d 万元<td>%d%%", i, i * 37 % 900, i % 100,
                   i % 101);
    return buf_str(&page);
}

/* ---- net ---- */

typedef struct Seat {
    struct Site *site;
    NetStream *stream;
} Seat;

typedef struct Site {
    Str page;
    pthread_mutex_t lock;
    Seat seats[MOST_STREAMS];
    int seat_count;
    bool over;
} Site;

static void gone(void *self)
{
    Seat *seat = self;
    pthread_mutex_lock(&seat->site->lock);
    seat->stream = NULL;
    pthread_mutex_unlock(&seat->site->lock);
}

static void open_stream(Site *site, NetCall *call)
{
    pthread_mutex_lock(&site->lock);
    CHECK(site->seat_count < MOST_STREAMS);
    Seat *seat = &site->seats[site->seat_count++];
    seat->site = site;
    seat->stream = net_stream(call, gone, seat);
    pthread_mutex_unlock(&site->lock);
}

/* Something that everybody looks at changes three times a second. */
static void *tell(void *self)
{
    Site *site = self;
    const Env *env = env_real();
    for (bool over = false; !over;) {
        env->sleep_ms(env->self, 300);
        pthread_mutex_lock(&site->lock);
        for (int i = 0; i < site->seat_count; i++)
            if (site->seats[i].stream)
                net_stream_send(site->seats[i].stream,
                                STR("data: {\"view\":\"todo\",\"seq\":7}\n\n"));
        over = site->over;
        pthread_mutex_unlock(&site->lock);
    }
    return NULL;
}

static void serve(void *self, NetCall *call)
{
    Site *site = self;
    if (str_is(net_path(call), "/events"))
        open_stream(site, call);
    else if (str_is(net_path(call), "/page.html"))
        net_answer_shared(call, 200, "text/html; charset=utf-8", site->page, (Str){ 0 },
                          (Str){ 0 });
    else
        net_answer(call, 200, "application/json; charset=utf-8", str_of(small_body));
}

static int run_net(Work *w, int threads, Str page)
{
    Site *site = heap_zeroed(1, sizeof *site);
    site->page = page;
    pthread_mutex_init(&site->lock, NULL);
    pthread_t teller;
    NetOptions options = { .listen = "127.0.0.1:0",
                           .handler = { .self = site, .call = serve },
                           .threads = threads };
    Net *net = net_open(w, &options);
    if (!net)
        return 1;
    CHECK(pthread_create(&teller, NULL, tell, site) == 0);
    printf("%d\n", net_port(net));
    fflush(stdout);
    (void)getchar();
    pthread_mutex_lock(&site->lock);
    site->over = true;
    pthread_mutex_unlock(&site->lock);
    pthread_join(teller, NULL);
    net_close(&net);
    pthread_mutex_destroy(&site->lock);
    heap_free(site);
    return 0;
}

/* ---- bare ---- */

typedef struct Bare {
    int listen_fd;
    Str reply;
} Bare;

static void answer(const Bare *bare, int fd)
{
    char bytes[ROOM];
    ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0)
        close(fd);
    else if (got >= 4 && memcmp(bytes + got - 4, "\r\n\r\n", 4) == 0)
        (void)!send(fd, bare->reply.p, bare->reply.n, MSG_NOSIGNAL);
}

static void let_in(const Bare *bare, int epoll_fd)
{
    int one = 1, fd = accept4(bare->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = { .events = EPOLLIN | EPOLLET, .data.fd = fd };
    CHECK(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0);
}

static void *bare_loop(void *self)
{
    const Bare *bare = self;
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event events[EVENTS],
        door = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = bare->listen_fd };
    CHECK(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, bare->listen_fd, &door) == 0);
    for (;;) {
        int count = epoll_wait(epoll_fd, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == bare->listen_fd)
                let_in(bare, epoll_fd);
            else
                answer(bare, events[i].data.fd);
        }
    }
    return NULL;
}

/* As many bytes as net sends, and the same headers. */
static Str bare_reply(Arena *arena)
{
    Buf reply = buf_open(arena, ROOM);
    buf_printf(&reply,
               "HTTP/1.1 200 OK\r\nDate: Mon, 22 Nov 2021 14:06:40 GMT\r\n"
               "Content-Type: application/json; charset=utf-8\r\nContent-Security-Policy: "
               "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; "
               "script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
               "form-action 'self'\r\nX-Content-Type-Options: nosniff\r\n"
               "X-Frame-Options: DENY\r\nReferrer-Policy: same-origin\r\n"
               "Cache-Control: no-store\r\nContent-Length: %zu\r\n\r\n%s",
               sizeof small_body - 1, small_body);
    return buf_str(&reply);
}

static int run_bare(Work *w, int threads)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof at;
    Bare bare = { socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
                  bare_reply(w->arena) };
    CHECK(bind(bare.listen_fd, (struct sockaddr *)&at, sizeof at) == 0);
    CHECK(listen(bare.listen_fd, 512) == 0);
    CHECK(getsockname(bare.listen_fd, (struct sockaddr *)&at, &length) == 0);
    for (int i = 0; i < threads; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, bare_loop, &bare) == 0);
    }
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    (void)getchar();
    exit(0); /* its loops have no end of their own */
}

int main(int argc, char **argv)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 16u << 20);
    int threads = argc > 2 ? argv[2][0] - '0' : 0;
    if (argc < 3 || threads < 1 || threads > MOST_THREADS)
        return 2;
    Str page = make_page(w->arena);
    if (argc > 3 && !w->env->write_file(w->env->self, argv[3], page))
        return 1;
    return strcmp(argv[1], "net") == 0 ? run_net(w, threads, page) : run_bare(w, threads);
}
