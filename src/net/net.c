/* Net: opens, stops and closes the server; the rest of it is in the files that net_int.h lists. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/net_int.h"

enum { BACKLOG = 512, SPARE = 64, ARENA_BYTES = 1 << 20 };

/* "127.0.0.1:8470", "[::1]:8470": numbers only, so that no name service is asked. */
static struct addrinfo *resolve(Work *w, const char *listen_at)
{
    Str text = str_of(listen_at);
    size_t cut = text.n;
    while (cut > 0 && text.p[cut - 1] != ':')
        cut--;
    Str host = str_sub(text, 0, cut ? cut - 1 : 0), port = str_sub(text, cut, text.n);
    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_sub(host, 1, host.n - 2);
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                              .ai_socktype = SOCK_STREAM };
    struct addrinfo *found = NULL;
    if (!host.n || !port.n ||
        getaddrinfo(str_z(w->arena, host), str_z(w->arena, port), &hints, &found) != 0) {
        fail(w, ERR_BAD_INPUT, "net.listen_form at=%s", listen_at);
        return NULL;
    }
    return found;
}

static int port_of(int fd)
{
    struct sockaddr_storage bound;
    socklen_t length = sizeof bound;
    CHECK(getsockname(fd, (struct sockaddr *)&bound, &length) == 0);
    const struct sockaddr_in *four = (const void *)&bound;
    const struct sockaddr_in6 *six = (const void *)&bound;
    return ntohs(bound.ss_family == AF_INET ? four->sin_port : six->sin6_port);
}

static bool open_listener(Work *w, Net *net, const char *listen_at)
{
    struct addrinfo *at = resolve(w, listen_at);
    if (!at)
        return false;
    int one = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
              bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    int why = errno;
    freeaddrinfo(at);
    net->listen_fd = fd;
    if (!ok)
        return fail(w, ERR_STORE, "net.listen at=%s why=%s", listen_at, strerror(why));
    net->port = port_of(fd);
    return true;
}

/* ---- what the library calls ---- */

static void print_address(Peer *peer, const struct sockaddr *address)
{
    const struct sockaddr_in *four = (const void *)address;
    const struct sockaddr_in6 *six = (const void *)address;
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &four->sin_addr, peer->address, sizeof peer->address);
    else if (address->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], peer->address, sizeof peer->address);
    else if (address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &six->sin6_addr, peer->address, sizeof peer->address);
}

static void peer_open(Net *net, struct MHD_Connection *connection, void **context)
{
    const union MHD_ConnectionInfo *fd =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    int number = fd->connect_fd;
    const union MHD_ConnectionInfo *address =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    Peer *peer = heap_zeroed(1, sizeof *peer);
    peer->fd = number;
    peer->bucket = address_bucket(net, address->client_addr);
    peer_due(peer, net_now(net) + net->options.head_ms);
    print_address(peer, address->client_addr);
    *context = peer;
    pthread_mutex_lock(&net->lock);
    peer->next = net->peers;
    if (peer->next)
        peer->next->prev = peer;
    net->peers = peer;
    pthread_mutex_unlock(&net->lock);
}

static void peer_close(Net *net, Peer *peer)
{
    pthread_mutex_lock(&net->lock);
    if (peer->prev)
        peer->prev->next = peer->next;
    else
        net->peers = peer->next;
    if (peer->next)
        peer->next->prev = peer->prev;
    pthread_mutex_unlock(&net->lock);
    net->buckets[peer->bucket]--;
    net->open--;
    heap_free(peer);
}

static void on_connection(void *self, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED)
        peer_open(self, connection, context);
    else
        peer_close(self, *context);
}

static void *on_line(void *self, const char *uri, struct MHD_Connection *connection)
{
    return call_open(self, connection, uri);
}

static size_t on_unescape(void *self, struct MHD_Connection *connection, char *text)
{
    (void)self;
    (void)connection;
    return strlen(text); /* parse.c does it, from the untouched bytes */
}

static enum MHD_Result on_step(void *self, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *bytes,
                               size_t *count, void **context)
{
    (void)self;
    (void)connection;
    (void)url;
    return call_step(*context, method, version, bytes, count);
}

static void on_over(void *self, struct MHD_Connection *connection, void **context,
                    enum MHD_RequestTerminationCode code)
{
    (void)self;
    (void)connection;
    (void)code;
    if (*context)
        call_over(*context);
    *context = NULL;
}

/* ---- open, stop, close ---- */

static NetOptions with_defaults(const NetOptions *given)
{
    NetOptions o = *given;
    o.threads = o.threads ? o.threads : 2;
    o.head_ms = o.head_ms ? o.head_ms : LIMIT_HEAD_MS;
    o.body_ms = o.body_ms ? o.body_ms : LIMIT_BODY_MS;
    o.idle_ms = o.idle_ms ? o.idle_ms : LIMIT_IDLE_MS;
    o.beat_ms = o.beat_ms ? o.beat_ms : LIMIT_BEAT_MS;
    o.connections = o.connections ? o.connections : LIMIT_CONNECTIONS;
    o.per_address = o.per_address ? o.per_address : LIMIT_CONNECTIONS / 4;
    o.held = o.held ? o.held : LIMIT_HELD;
    o.streams = o.streams ? o.streams : LIMIT_STREAMS;
    return o;
}

static bool start_library(Net *net)
{
    struct MHD_OptionItem pool[] = {
        { MHD_OPTION_THREAD_POOL_SIZE, net->options.threads, NULL },
        { MHD_OPTION_END, 0, NULL },
    };
    if (net->options.threads == 1)
        pool[0].option = MHD_OPTION_END; /* a pool of one is none */
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC;
    net->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_step, net, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)net->options.connections + SPARE, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)LIMIT_HEAD_BYTES, MHD_OPTION_NOTIFY_CONNECTION, on_connection, net,
        MHD_OPTION_NOTIFY_COMPLETED, on_over, net, MHD_OPTION_URI_LOG_CALLBACK, on_line, net,
        MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
    return net->daemon != NULL;
}

static void close_fds(Net *net)
{
    int fds[] = { net->epoll_fd, net->timer_fd, net->wake_fd };
    for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

void net_release(Net *net)
{
    if (--net->refs > 0)
        return;
    pthread_mutex_destroy(&net->lock);
    pthread_mutex_destroy(&net->stream_lock);
    arena_close(net->arena);
    heap_free(net);
}

static Net *net_new(const Env *env, const NetOptions *options)
{
    Net *net = heap_zeroed(1, sizeof *net);
    net->arena = arena_open(ARENA_BYTES, (size_t)ARENA_BYTES * 4);
    net->env = env;
    net->handler = options->handler;
    net->options = with_defaults(options);
    net->listen_fd = net->epoll_fd = net->timer_fd = net->wake_fd = -1;
    net->refs = 1;
    env->random(env->self, &net->seed, sizeof net->seed);
    CHECK(pthread_mutex_init(&net->lock, NULL) == 0);
    CHECK(pthread_mutex_init(&net->stream_lock, NULL) == 0);
    CHECK(pthread_key_create(&net->tool_key, NULL) == 0);
    refusals_make(net);
    return net;
}

Net *net_open(Work *w, const NetOptions *options)
{
    CHECK(options->handler.call && options->listen);
    Net *net = net_new(w->env, options);
    bool listens = open_listener(w, net, options->listen);
    if (!listens || !watch_open(net) || !start_library(net)) {
        if (listens)
            fail(w, ERR_STORE, "net.start why=%s", strerror(errno));
        if (net->listen_fd >= 0)
            close(net->listen_fd);
        close_fds(net);
        tools_close(net);
        net_release(net);
        return NULL;
    }
    CHECK(pthread_create(&net->watch, NULL, watch_run, net) == 0);
    return net;
}

int net_port(const Net *net)
{
    return net->port;
}

static void wait_until_quiet(Net *net, int64_t ms)
{
    enum { STEP_MS = 5 };
    for (int64_t waited = 0; waited < ms && count_sum(net, COUNT_BUSY) > 0; waited += STEP_MS)
        net->env->sleep_ms(net->env->self, STEP_MS);
}

void net_stop(Net *net, int64_t ms)
{
    enum { LAST_WORDS_MS = 1000 };
    net->stopping = true;
    watch_wake(net);
    wait_until_quiet(net, ms);
    hold_refuse_all(net, REFUSE_STOPPING);
    wait_until_quiet(net, LAST_WORDS_MS);
}

void net_close(Net **ret)
{
    Net *net = *ret;
    if (!net)
        return;
    *ret = NULL;
    if (!net->stopping)
        net_stop(net, 0);
    net->ending = true;
    watch_wake(net);
    pthread_join(net->watch, NULL);
    hold_refuse_all(net, REFUSE_STOPPING);
    MHD_stop_daemon(net->daemon);
    CHECK(!net->peers && count_sum(net, COUNT_BUSY) == 0 && !net->held && !net->streams);
    close_fds(net);
    tools_close(net);
    net_release(net);
}

NetCounts net_counts(Net *net)
{
    return (NetCounts){ .calls = count_sum(net, COUNT_CALLS),
                        .refused = count_sum(net, COUNT_REFUSED),
                        .held = net->held_open,
                        .streams = net->stream_open,
                        .connections = net->open,
                        .bytes_out = count_sum(net, COUNT_BYTES) };
}
