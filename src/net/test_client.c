#include "net/test_client.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/net_int.h"

enum { ROOM = 8 << 20 };

int client_open(int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK(connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

void client_close(int fd)
{
    close(fd);
}

void client_send(int fd, Str bytes)
{
    while (bytes.n) {
        ssize_t sent = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes = str_sub(bytes, (size_t)sent, bytes.n);
    }
}

int64_t client_now(void)
{
    const Env *env = env_real();
    return env->now_ms(env->self);
}

void client_sleep(int ms)
{
    const Env *env = env_real();
    env->sleep_ms(env->self, ms);
}

/* Reads what comes, at most `want` bytes more; 0 = closed, -1 = nothing came in time. */
static ssize_t read_some(int fd, char *to, size_t want, int64_t until)
{
    int64_t left = until - client_now();
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    if (poll(&wait, 1, left > 0 ? (int)left : 0) <= 0)
        return -1;
    ssize_t got = recv(fd, to, want, 0);
    return got < 0 ? 0 : got;
}

static size_t length_of(const Reply *reply)
{
    Str text = client_head(reply, "Content-Length");
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n = n * 10 + (size_t)(text.p[i] - '0');
    return text.p ? n : SIZE_MAX;
}

static int status_of(Str head)
{
    if (head.n < 12)
        return 0;
    return (head.p[9] - '0') * 100 + (head.p[10] - '0') * 10 + (head.p[11] - '0');
}

Reply client_read(Arena *arena, int fd, int ms, bool no_body)
{
    char *bytes = arena_array(arena, char, ROOM);
    int64_t until = client_now() + ms;
    Reply reply = { 0 };
    size_t n = 0;
    while (!reply.head.p) { /* byte by byte, so that the next answer stays in the socket */
        ssize_t got = read_some(fd, bytes + n, 1, until);
        if (got <= 0) {
            reply.closed = got == 0;
            return reply;
        }
        n++;
        if (n >= 4 && memcmp(bytes + n - 4, "\r\n\r\n", 4) == 0)
            reply.head = (Str){ bytes, n };
    }
    reply.status = status_of(reply.head);
    bool bare = no_body || reply.status == 304;
    size_t want = bare ? 0 : length_of(&reply), have = 0;
    while (have < want && n + have < ROOM) {
        size_t most = ROOM - n - have;
        ssize_t got =
            read_some(fd, bytes + n + have, want - have < most ? want - have : most, until);
        if (got <= 0) {
            reply.closed = got == 0;
            break;
        }
        have += (size_t)got;
    }
    reply.body = (Str){ bytes + n, have };
    return reply;
}

Reply client_ask(Arena *arena, int port, const char *bytes)
{
    int fd = client_open(port);
    client_send(fd, str_of(bytes));
    Reply reply = client_read(arena, fd, 5000, strncmp(bytes, "HEAD", 4) == 0);
    close(fd);
    return reply;
}

Reply client_get(Arena *arena, int port, const char *path)
{
    return client_ask(arena, port, arena_printf(arena, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path));
}

Str client_head(const Reply *reply, const char *name)
{
    Str rest = reply->head, line;
    size_t n = strlen(name);
    while (str_next(&rest, '\n', &line)) {
        if (line.n > n && line.p[n] == ':' && strncasecmp(line.p, name, n) == 0)
            return str_trim(str_sub(line, n + 1, line.n));
    }
    return (Str){ 0 };
}

bool client_is_closed(int fd, int ms)
{
    int64_t until = client_now() + ms;
    char litter[4096];
    ssize_t got = 1;
    while (got > 0)
        got = read_some(fd, litter, sizeof litter, until);
    return got == 0;
}

Str client_read_until(Arena *arena, int fd, int ms, const char *until)
{
    char *bytes = arena_array(arena, char, ROOM);
    int64_t end = client_now() + ms;
    size_t n = 0;
    while (n < ROOM && str_find((Str){ bytes, n }, str_of(until)) == SIZE_MAX) {
        ssize_t got = read_some(fd, bytes + n, ROOM - n, end);
        if (got <= 0)
            break;
        n += (size_t)got;
    }
    return (Str){ bytes, n };
}
