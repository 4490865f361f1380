/* Event streams, on the same port as everything else (another would be another origin to the
 * browser) and yet off the net threads: the connection is suspended once, for as long as the stream
 * lives, and the watch thread writes to a second name (dup) of its socket. So the library never
 * sees a stream's bytes, a thousand subscribers cost plain requests nothing, and the suspend and
 * resume at every event that libmicrohttpd 0.9.75 was seen to lose connections over does not
 * happen.
 *
 * Each stream has a queue with a limit. Who does not read loses the oldest events and gets one
 * `event: lost` in their place: the client then asks again for what it shows. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/limits.h"
#include "net/net_int.h"

enum { PIECES = 16, STUCK_MS = 90 * 1000, DEAD_MS = 60 * 1000 };

static Event *event_new(Str bytes)
{
    Event *event = heap_zeroed(1, sizeof *event + bytes.n);
    event->n = bytes.n;
    memcpy(event->bytes, bytes.p, bytes.n);
    return event;
}

/* push, drop_first, make_room, mark_dirty, put_lost, took and flush run under net->stream_lock. */

static void push(NetStream *stream, Event *event)
{
    *stream->last = event;
    stream->last = &event->next;
    stream->bytes += event->n;
}

static void drop_first(NetStream *stream, Event **at)
{
    Event *event = *at;
    *at = event->next;
    if (stream->last == &event->next)
        stream->last = at;
    stream->bytes -= event->n;
    if (stream->mark == event)
        stream->mark = NULL;
    heap_free(event);
}

/* Drops the oldest whole events until `more` bytes fit; what is half sent or the head stays. */
static void make_room(NetStream *stream, size_t more)
{
    Event **at = &stream->first;
    while (*at && ((*at)->keep || (*at)->sent))
        at = &(*at)->next;
    while (*at && stream->bytes + more > LIMIT_STREAM_BYTES) {
        drop_first(stream, at);
        stream->lost = true;
    }
}

static bool mark_dirty(NetStream *stream)
{
    Net *net = stream->net;
    if (stream->dirty)
        return false;
    stream->dirty = true;
    stream->next_dirty = net->dirty;
    net->dirty = stream;
    bool wake = !net->woken;
    net->woken = true;
    return wake;
}

static Str stream_head(NetCall *call)
{
    Buf head = buf_open(call->arena, 16 << 10);
    buf_putz(&head, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    "X-Accel-Buffering: no\r\nConnection: close\r\n");
    answer_heads(&call->heads, &head);
    buf_putz(&head, "\r\nretry: 3000\n\n");
    CHECK(buf_ok(&head));
    return buf_str(&head);
}

static NetStream *stream_new(NetCall *call, int fd, void (*gone)(void *self), void *self)
{
    Net *net = call->net;
    NetStream *stream = heap_zeroed(1, sizeof *stream);
    *stream = (NetStream){ .net = net,
                           .call = call,
                           .fd = fd,
                           .gone = gone,
                           .self = self,
                           .beat = net_now(net) + net->options.beat_ms,
                           .stuck = NET_NEVER };
    stream->last = &stream->first;
    Event *head = event_new(stream_head(call));
    head->keep = true;
    push(stream, head);
    /* A small buffer: what is stuck in the kernel is stale, and 2000 slow readers' would be much.
     */
    int one = 1, dead = DEAD_MS, buffer = LIMIT_STREAM_BYTES;
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof dead);
    return stream;
}

static NetStream *refuse(NetCall *call, Refusal refusal)
{
    if (call->held) {
        Str words = call->net->texts[refusal][0];
        net_answer(call, 503, "application/json; charset=utf-8", words);
        return NULL;
    }
    call->refusal = refusal;
    call->state = CALL_REFUSED;
    return NULL;
}

/* The call's connection becomes the stream's: suspended now, or as long as the call was held. */
static bool take_call(NetCall *call)
{
    if (call->held) {
        bool mine = hold_take(call);
        call->net->held_open--;
        return mine;
    }
    CHECK(call->state == CALL_HANDLED);
    call->suspended = true;
    MHD_suspend_connection(call->connection);
    call->state = CALL_STREAM;
    return true;
}

static bool link_stream(Net *net, NetStream *stream)
{
    pthread_mutex_lock(&net->stream_lock);
    bool open = !net->stopping, wake = false;
    if (open) {
        stream->next = net->streams;
        if (stream->next)
            stream->next->prev = stream;
        net->streams = stream;
        net->stream_open++;
        wake = mark_dirty(stream);
    }
    pthread_mutex_unlock(&net->stream_lock);
    if (wake)
        watch_wake(net);
    return open;
}

static void drop_stream(NetStream *stream)
{
    while (stream->first)
        drop_first(stream, &stream->first);
    close(stream->fd);
    heap_free(stream);
}

NetStream *net_stream(NetCall *call, void (*gone)(void *self), void *self)
{
    Net *net = call->net;
    if (call->method == NET_HEAD) {
        net_answer(call, 200, "text/event-stream", STR(""));
        return NULL;
    }
    if (net->stopping)
        return refuse(call, REFUSE_STOPPING);
    int fd = net->stream_open < (int64_t)net->options.streams ? dup(call->peer->fd) : -1;
    if (fd < 0)
        return refuse(call, REFUSE_BUSY);
    bool was_held = call->held;
    NetStream *stream = stream_new(call, fd, gone, self);
    if (!take_call(call)) { /* its time was over before */
        drop_stream(stream);
        call_release(call);
        return NULL;
    }
    bool open = link_stream(net, stream);
    if (!open) { /* the server stops: its streams have been ended already */
        drop_stream(stream);
        call->state = CALL_GONE;
        MHD_resume_connection(call->connection);
    }
    if (was_held)
        call_release(call);
    return open ? stream : NULL;
}

void net_stream_send(NetStream *stream, Str bytes)
{
    Net *net = stream->net;
    Event *event = event_new(bytes);
    bool wake = false;
    pthread_mutex_lock(&net->stream_lock);
    if (stream->over || stream->closing) {
        heap_free(event);
    } else {
        make_room(stream, event->n);
        if (stream->bytes + event->n > LIMIT_STREAM_BYTES) {
            stream->lost = true;
            heap_free(event);
        } else {
            push(stream, event);
        }
        wake = mark_dirty(stream);
    }
    pthread_mutex_unlock(&net->stream_lock);
    if (wake)
        watch_wake(net);
}

void net_stream_close(NetStream *stream)
{
    Net *net = stream->net;
    pthread_mutex_lock(&net->stream_lock);
    stream->closing = true;
    bool wake = !stream->over && mark_dirty(stream);
    pthread_mutex_unlock(&net->stream_lock);
    if (wake)
        watch_wake(net);
}

/* ---- the watch thread ---- */

static void put_lost(NetStream *stream)
{
    static const char text[] = "event: lost\ndata: {}\n\n";
    Event **at = &stream->first;
    while (*at && ((*at)->keep || (*at)->sent))
        at = &(*at)->next;
    Event *event = event_new((Str){ text, sizeof text - 1 });
    event->keep = true;
    event->next = *at;
    if (!event->next)
        stream->last = &event->next;
    *at = event;
    stream->bytes += event->n;
    stream->mark = event;
}

static void took(NetStream *stream, size_t count)
{
    count_up(stream->net, COUNT_BYTES, (int64_t)count);
    while (count) {
        Event *event = stream->first;
        size_t part = event->n - event->sent;
        part = part < count ? part : count;
        event->sent += part;
        count -= part;
        if (event->sent < event->n)
            return;
        drop_first(stream, &stream->first);
    }
}

/* Sends what the socket takes; false: the client went. */
static bool flush(NetStream *stream)
{
    if (stream->lost && !stream->mark)
        put_lost(stream);
    stream->lost = false;
    while (stream->first) {
        struct iovec pieces[PIECES];
        size_t n = 0;
        for (Event *event = stream->first; event && n < PIECES; event = event->next)
            pieces[n++] = (struct iovec){ event->bytes + event->sent, event->n - event->sent };
        struct msghdr message = { .msg_iov = pieces, .msg_iovlen = n };
        ssize_t sent = sendmsg(stream->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0)
            return errno == EAGAIN || errno == EINTR;
        took(stream, (size_t)sent);
        stream->stuck = NET_NEVER;
        stream->beat = net_now(stream->net) + stream->net->options.beat_ms;
    }
    return true;
}

static void listen_to(NetStream *stream, int how)
{
    uint32_t want = EPOLLIN | EPOLLRDHUP | (stream->waits ? EPOLLOUT : 0u);
    struct epoll_event event = { .events = want, .data.ptr = stream };
    CHECK(epoll_ctl(stream->net->epoll_fd, how, stream->fd, &event) == 0);
}

static void stream_end(NetStream *stream)
{
    Net *net = stream->net;
    pthread_mutex_lock(&net->stream_lock);
    stream->over = true;
    if (stream->prev)
        stream->prev->next = stream->next;
    else
        net->streams = stream->next;
    if (stream->next)
        stream->next->prev = stream->prev;
    for (NetStream **at = &net->dirty; *at; at = &(*at)->next_dirty)
        if (*at == stream) {
            *at = stream->next_dirty;
            break;
        }
    pthread_mutex_unlock(&net->stream_lock);
    if (stream->gone)
        stream->gone(stream->self); /* without a lock: it takes the caller's own */
    (void)epoll_ctl(net->epoll_fd, EPOLL_CTL_DEL, stream->fd, NULL);
    shutdown(stream->fd, SHUT_RDWR);
    net->stream_open--;
    stream->call->state = CALL_GONE;
    MHD_resume_connection(stream->call->connection);
    drop_stream(stream);
}

static void push_on(NetStream *stream)
{
    Net *net = stream->net;
    pthread_mutex_lock(&net->stream_lock);
    bool alive = flush(stream);
    bool left = stream->first != NULL, done = stream->closing && !left;
    if (left && stream->stuck == NET_NEVER)
        stream->stuck = net_now(net) + STUCK_MS;
    pthread_mutex_unlock(&net->stream_lock);
    if (!alive || done) {
        stream_end(stream);
        return;
    }
    if (left != stream->waits) {
        stream->waits = left;
        listen_to(stream, EPOLL_CTL_MOD);
    }
}

void stream_flush_dirty(Net *net)
{
    for (;;) {
        pthread_mutex_lock(&net->stream_lock);
        NetStream *stream = net->dirty;
        bool fresh = false;
        if (stream) {
            net->dirty = stream->next_dirty;
            stream->next_dirty = NULL;
            stream->dirty = false;
            fresh = !stream->listened;
            stream->listened = true;
        } else {
            net->woken = false;
        }
        pthread_mutex_unlock(&net->stream_lock);
        if (!stream)
            return;
        if (fresh)
            listen_to(stream, EPOLL_CTL_ADD);
        push_on(stream);
    }
}

void stream_event(NetStream *stream, uint32_t events)
{
    char litter[1024];
    bool over = events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP);
    if (events & EPOLLIN) /* nobody speaks on a stream; what comes is the end, or swallowed */
        over |= recv(stream->fd, litter, sizeof litter, MSG_DONTWAIT) == 0;
    if (over)
        stream_end(stream);
    else
        push_on(stream);
}

/* Every 20 s a comment line, so that proxies keep the connection and a dead one is found. */
void stream_tick(Net *net, int64_t now)
{
    pthread_mutex_lock(&net->stream_lock);
    NetStream *first = net->streams;
    pthread_mutex_unlock(&net->stream_lock);
    /* Others only put streams before the first; only this thread takes them out. */
    for (NetStream *stream = first, *next; stream; stream = next) {
        next = stream->next;
        if (now > stream->stuck) {
            stream_end(stream);
        } else if (now >= stream->beat) {
            stream->beat = now + net->options.beat_ms;
            net_stream_send(stream, STR(":\n\n"));
        }
    }
}

void stream_end_all(Net *net)
{
    for (;;) {
        pthread_mutex_lock(&net->stream_lock);
        NetStream *stream = net->streams;
        pthread_mutex_unlock(&net->stream_lock);
        if (!stream)
            return;
        stream_end(stream);
    }
}
