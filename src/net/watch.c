/* The watch thread: accepts, keeps the clock, and cuts what takes too long.
 *
 * It accepts itself, instead of the library, so that a connection over the limit gets words, an
 * address over its limit too, and a stop closes the door without racing the library's threads. The
 * clock is a timer that ticks ten times a second: monotonic, and nobody else asks for the time. */
#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/net_int.h"

enum { EVENTS = 64, ACCEPTS = 64, LINGER_MS = 10 * 1000, LINGER_BYTES = 32 << 20 };

/* Counts of addresses share a place when they fall together; the seed is new at each start, so that
 * nobody can choose whom he falls together with. */
uint32_t address_bucket(const Net *net, const struct sockaddr *address)
{
    const unsigned char *bytes = NULL;
    size_t n = 0;
    if (address->sa_family == AF_INET) {
        bytes =
            (const unsigned char *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
        n = 4;
    } else if (address->sa_family == AF_INET6) {
        bytes =
            (const unsigned char *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
        n = 8; /* who has one address of version 6 has the whole /64 */
    }
    uint32_t hash = net->seed;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
        hash ^= hash >> 15;
    }
    return hash % NET_BUCKETS;
}

static bool is_local(const struct sockaddr *address)
{
    const struct sockaddr_in *four = (const void *)address;
    const struct sockaddr_in6 *six = (const void *)address;
    if (address->sa_family == AF_INET)
        return ntohl(four->sin_addr.s_addr) >> 24 == 127;
    return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

static bool watch_fd(Net *net, int fd, void *mark)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = mark };
    return epoll_ctl(net->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

bool watch_open(Net *net)
{
    net->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    net->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    net->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct timespec tick = { .tv_nsec = NET_TICK_MS * 1000000 };
    struct itimerspec every = { .it_interval = tick, .it_value = tick };
    return net->epoll_fd >= 0 && net->timer_fd >= 0 && net->wake_fd >= 0 &&
           timerfd_settime(net->timer_fd, 0, &every, NULL) == 0 &&
           watch_fd(net, net->listen_fd, &net->listen_fd) &&
           watch_fd(net, net->timer_fd, &net->timer_fd) &&
           watch_fd(net, net->wake_fd, &net->wake_fd);
}

void watch_wake(Net *net)
{
    uint64_t one = 1;
    (void)!write(net->wake_fd, &one, sizeof one);
}

/* ---- lingering: a close with unread bytes makes the kernel reset the connection, and the client
 * never sees the words it was sent ---- */

void watch_linger(Net *net, int fd)
{
    pthread_mutex_lock(&net->lock);
    bool room = net->incoming_count < LINGERS && !net->ending;
    int copy = room ? dup(fd) : -1;
    if (copy >= 0)
        net->incoming[net->incoming_count++] = (Linger){ .fd = copy };
    pthread_mutex_unlock(&net->lock);
    if (copy >= 0)
        watch_wake(net);
}

static void linger_end(Net *net, Linger *linger)
{
    (void)epoll_ctl(net->epoll_fd, EPOLL_CTL_DEL, linger->fd, NULL);
    close(linger->fd);
    linger->fd = 0;
}

static void linger_start(Net *net, int fd)
{
    for (int i = 0; i < LINGERS; i++) {
        Linger *linger = &net->lingers[i];
        if (linger->fd)
            continue;
        *linger = (Linger){ .fd = fd, .until = net->now + LINGER_MS, .left = LINGER_BYTES };
        if (watch_fd(net, fd, linger))
            return;
        linger->fd = 0;
        break;
    }
    close(fd);
}

static void linger_event(Net *net, Linger *linger)
{
    char litter[64 << 10];
    ssize_t got = recv(linger->fd, litter, sizeof litter, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0 || (size_t)got > linger->left)
        linger_end(net, linger);
    else
        linger->left -= (size_t)got;
}

static void linger_incoming(Net *net)
{
    int fds[LINGERS];
    pthread_mutex_lock(&net->lock);
    int count = net->incoming_count;
    for (int i = 0; i < count; i++)
        fds[i] = net->incoming[i].fd;
    net->incoming_count = 0;
    pthread_mutex_unlock(&net->lock);
    for (int i = 0; i < count; i++)
        linger_start(net, fds[i]);
}

/* ---- the door ---- */

static void turn_away(Net *net, int fd)
{
    refuse_raw(net, fd, REFUSE_BUSY);
    shutdown(fd, SHUT_WR);
    linger_start(net, fd);
}

static void let_in(Net *net, int fd, const struct sockaddr *address, socklen_t length)
{
    uint32_t bucket = address_bucket(net, address);
    bool crowd = !is_local(address) && net->buckets[bucket] >= (uint32_t)net->options.per_address;
    if (crowd || net->open >= (int64_t)net->options.connections) {
        turn_away(net, fd);
        return;
    }
    net->buckets[bucket]++;
    net->open++;
    if (MHD_add_connection(net->daemon, fd, address, length) != MHD_YES) {
        net->buckets[bucket]--; /* the library has closed it */
        net->open--;
    }
}

static void accept_some(Net *net)
{
    for (int i = 0; i < ACCEPTS && !net->listen_closed; i++) {
        struct sockaddr_storage address;
        socklen_t length = sizeof address;
        struct sockaddr *any = (struct sockaddr *)&address;
        int fd = accept4(net->listen_fd, any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            let_in(net, fd, any, length);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            /* No descriptor is left: look again at the next tick instead of spinning. */
            (void)epoll_ctl(net->epoll_fd, EPOLL_CTL_DEL, net->listen_fd, NULL);
            net->listen_paused = true;
        }
        if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

static void close_door(Net *net)
{
    if (net->listen_closed)
        return;
    net->listen_closed = true;
    (void)epoll_ctl(net->epoll_fd, EPOLL_CTL_DEL, net->listen_fd, NULL);
    close(net->listen_fd);
}

/* ---- the clock ---- */

static void cut_late(Net *net, int64_t now)
{
    pthread_mutex_lock(&net->lock);
    for (Peer *peer = net->peers; peer; peer = peer->next)
        if (now > peer->due) {
            peer_due(peer, NET_NEVER);
            /* The library sees the end and closes; its descriptor stays its own. */
            shutdown(peer->fd, SHUT_RDWR);
        }
    pthread_mutex_unlock(&net->lock);
}

static void tick(Net *net)
{
    uint64_t times = 0;
    if (read(net->timer_fd, &times, sizeof times) != sizeof times)
        return;
    int64_t now = net_now(net) + (int64_t)times * NET_TICK_MS;
    net->now = now;
    cut_late(net, now);
    hold_tick(net, now);
    stream_tick(net, now);
    for (int i = 0; i < LINGERS; i++)
        if (net->lingers[i].fd && now > net->lingers[i].until)
            linger_end(net, &net->lingers[i]);
    if (net->listen_paused && !net->listen_closed)
        net->listen_paused = !watch_fd(net, net->listen_fd, &net->listen_fd);
}

static void one_event(Net *net, const struct epoll_event *event)
{
    void *mark = event->data.ptr;
    Linger *linger = mark;
    if (mark == &net->listen_fd) {
        accept_some(net);
    } else if (mark == &net->wake_fd) {
        uint64_t count;
        (void)!read(net->wake_fd, &count, sizeof count);
    } else if (linger >= net->lingers && linger < net->lingers + LINGERS) {
        if (linger->fd)
            linger_event(net, linger);
    } else {
        stream_event(mark, event->events);
    }
}

/* The clock last, as it may end streams that this batch still names. */
static void one_batch(Net *net, const struct epoll_event *events, int count)
{
    bool ticked = false;
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr == &net->timer_fd)
            ticked = true;
        else
            one_event(net, &events[i]);
    }
    linger_incoming(net);
    stream_flush_dirty(net);
    if (ticked)
        tick(net);
}

void *watch_run(void *self)
{
    Net *net = self;
    struct epoll_event events[EVENTS];
    while (!net->ending) {
        int count = epoll_wait(net->epoll_fd, events, EVENTS, -1);
        one_batch(net, events, count > 0 ? count : 0);
        if (net->stopping) {
            close_door(net);
            stream_end_all(net);
        }
    }
    close_door(net);
    stream_end_all(net);
    linger_incoming(net);
    for (int i = 0; i < LINGERS; i++)
        if (net->lingers[i].fd)
            linger_end(net, &net->lingers[i]);
    return NULL;
}
