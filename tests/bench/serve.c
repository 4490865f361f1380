/* The loader of the server's bench: one thread, epoll, many connections that each wait for their
 * answer. Its own cost is not the server's: that is read from /proc beside it.
 *
 * usage: serve_bench PORT CONNECTIONS SECONDS RATE GET PATH…        (RATE 0 = as fast as it goes)
 *        serve_bench PORT CONNECTIONS SECONDS RATE FILE PEOPLE BOOK PERIOD
 *        serve_bench PORT CONNECTIONS SECONDS RATE MOVE PEOPLE BOOK CASES FARMS
 *                                      (person p moves the cases p + 1, p + 1 + FARMS, …)
 * PEOPLE has a line for each that files: cookie, token, seat, unit. Prints one line of JSON. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"

enum { MOST = 1024, PEOPLE = 1024, TIMES = 4 << 20, ROOM = 1 << 20 };

typedef struct Person {
    char cookie[80], token[80], seat[80], unit[40];
} Person;

typedef struct Conn {
    int fd;
    bool waits; /* for an answer */
    int64_t due, sent;
    size_t got;
    char *in;
} Conn;

static struct {
    int port, poll;
    size_t conn_count, person_count, path_count;
    double seconds, rate;
    char **paths;
    const char *book, *period;
    int64_t cases, farms; /* MOVE */
    int64_t busy;         /* answered 503: with words, and nothing done */
    Person people[PEOPLE];
    Conn conns[MOST];
    uint32_t *times; /* microseconds */
    size_t done, bad;
    int64_t made, next_due;
    char first_bad[400];
} b;

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* Past leading blanks, as far as digits go. */
static int64_t digits(const char *s)
{
    int64_t n = 0;
    for (s += strspn(s, " "); *s >= '0' && *s <= '9'; s++)
        n = n * 10 + (*s - '0');
    return n;
}

static void need(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(1);
}

static void read_people(const char *path)
{
    FILE *f = fopen(path, "r");
    need(f != NULL, path);
    Person p;
    while (b.person_count < PEOPLE &&
           fscanf(f, "%79s %79s %79s %39s", p.cookie, p.token, p.seat, p.unit) == 4)
        b.people[b.person_count++] = p;
    fclose(f);
    need(b.person_count > 0, "nobody to file");
}

static void conn_open(Conn *c)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_port = htons((uint16_t)b.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    need(c->fd >= 0 && connect(c->fd, (struct sockaddr *)&a, sizeof a) == 0, "connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
    need(epoll_ctl(b.poll, EPOLL_CTL_ADD, c->fd, &e) == 0, "epoll");
    c->waits = false;
    c->got = 0;
}

/* UUIDv7, as a client makes it. */
static void act_of(char *out)
{
    struct timespec t;
    uint64_t low[2];
    clock_gettime(CLOCK_REALTIME, &t);
    need(getrandom(low, sizeof low, 0) == sizeof low, "random");
    int64_t ms = t.tv_sec * 1000LL + t.tv_nsec / 1000000;
    snprintf(out, 33, "%012llx7%03llx%016llx", (unsigned long long)ms,
             (unsigned long long)(low[0] & 0xfff),
             (unsigned long long)((low[1] >> 2) | 1ULL << 63));
}

static size_t put_change(char *out, size_t room, const Person *p, const char *command,
                         const char *body, int n)
{
    return (size_t)snprintf(
        out, room,
        "POST /api/do/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
        "Cookie: tian=%s\r\nX-Tian-Token: %s\r\nContent-Type: application/json\r\n"
        "Content-Length: %d\r\n\r\n%s",
        command, b.port, b.port, p->cookie, p->token, n, body);
}

static size_t put_move(char *out, size_t room)
{
    size_t who = (size_t)b.made % b.person_count;
    const Person *p = &b.people[who];
    int64_t turn = b.made / (int64_t)b.person_count;
    char body[700], act[33];
    act_of(act);
    int n = snprintf(
        body, sizeof body,
        "{\"act\":\"%s\",\"made\":1,\"seat\":\"%s\",\"fields\":{\"book\":\"%s\",\"unit\":\"%s\","
        "\"number\":\"%lld\",\"move\":\"jot\",\"remark\":\"去看过，第 %lld 次\"}}",
        act, p->seat, b.book, p->unit,
        (long long)((int64_t)who + 1 + turn % (b.cases / b.farms) * b.farms), (long long)b.made);
    return put_change(out, room, p, "record.move", body, n);
}

static size_t put_filing(char *out, size_t room)
{
    const Person *p = &b.people[(size_t)b.made % b.person_count];
    char body[700], act[33];
    act_of(act);
    int n = snprintf(
        body, sizeof body,
        "{\"act\":\"%s\",\"made\":1,\"seat\":\"%s\",\"fields\":{\"book\":\"%s\",\"unit\":\"%s\","
        "\"period\":\"%s\",\"own\":\"%lld\",\"contract\":\"5856\",\"invest\":\"6\",\"other\":\"1\"}"
        "}",
        act, p->seat, b.book, p->unit, b.period, 1000 + (long long)(b.made % 9000));
    return put_change(out, room, p, "record.file", body, n);
}

static size_t put_read(char *out, size_t room)
{
    const char *path = b.paths[(size_t)b.made % b.path_count];
    size_t n =
        (size_t)snprintf(out, room, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", path, b.port);
    if (b.person_count)
        n += (size_t)snprintf(out + n, room - n, "Cookie: tian=%s\r\n", b.people[0].cookie);
    return n + (size_t)snprintf(out + n, room - n, "\r\n");
}

/* A paced request counts from when it was due, so that a stalled server is not flattered. */
static void ask(Conn *c, int64_t now)
{
    char out[4096];
    size_t n = b.path_count ? put_read(out, sizeof out)
               : b.cases    ? put_move(out, sizeof out)
                            : put_filing(out, sizeof out);
    c->due = b.rate > 0 ? b.next_due : now;
    if (b.rate > 0)
        b.next_due += (int64_t)(1e6 / b.rate);
    b.made++;
    c->waits = true;
    c->got = 0;
    need(write(c->fd, out, n) == (ssize_t)n, "write");
}

static bool whole(const Conn *c, int *ret_status)
{
    c->in[c->got] = 0;
    const char *end = strstr(c->in, "\r\n\r\n");
    const char *length = end ? strcasestr(c->in, "\r\nContent-Length:") : NULL;
    *ret_status = (int)digits(c->in + 9);
    if (!length || length > end)
        return false;
    return c->got >= (size_t)(end + 4 - c->in) + (size_t)digits(length + 17);
}

static void take(Conn *c, int64_t now)
{
    int status;
    ssize_t n = read(c->fd, c->in + c->got, ROOM - 1 - c->got);
    if (n <= 0) {
        close(c->fd);
        b.bad++;
        conn_open(c);
        return;
    }
    c->got += (size_t)n;
    if (!whole(c, &status))
        return;
    c->waits = false;
    if (status == 503 && strstr(c->in, "\"zh\":\"")) {
        b.busy++;
        return;
    }
    if (status != 200) {
        if (!b.bad++)
            snprintf(b.first_bad, sizeof b.first_bad, "%s", c->in);
        return;
    }
    if (b.done < TIMES)
        b.times[b.done] = (uint32_t)(now - c->due);
    b.done++;
}

/* Closed loop: everybody asks again at once. Paced: whoever is free takes what is due. */
static void ask_all(int64_t now)
{
    for (size_t i = 0; i < b.conn_count; i++) {
        if (b.rate > 0 && b.next_due > now)
            return;
        if (!b.conns[i].waits)
            ask(&b.conns[i], now);
    }
}

static void run(void)
{
    struct epoll_event events[MOST];
    int64_t start = now_us(), now = start, end = start + (int64_t)(b.seconds * 1e6);
    b.next_due = start;
    while (now < end) {
        ask_all(now);
        int n = epoll_wait(b.poll, events, MOST, 1);
        now = now_us();
        for (int i = 0; i < n; i++)
            take(events[i].data.ptr, now);
    }
    b.seconds = (double)(now - start) / 1e6;
}

static int by_size(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, c = *(const uint32_t *)y;
    return a < c ? -1 : a > c;
}

static double share(double part)
{
    size_t n = b.done < TIMES ? b.done : TIMES;
    return n ? b.times[(size_t)((double)(n - 1) * part)] / 1000.0 : 0;
}

static void tell(void)
{
    qsort(b.times, b.done < TIMES ? b.done : TIMES, sizeof *b.times, by_size);
    if (b.bad)
        fprintf(stderr, "%s\n", b.first_bad);
    printf("{\"done\":%zu,\"bad\":%zu,\"busy\":%lld,\"seconds\":%.3f,\"p50\":%.3f,\"p90\":%.3f,"
           "\"p99\":%.3f,"
           "\"most\":%.3f}\n",
           b.done, b.bad, (long long)b.busy, b.seconds, share(0.5), share(0.9), share(0.99),
           share(1));
}

int main(int argc, char **argv)
{
    need(argc >= 7, "usage");
    b.port = (int)digits(argv[1]);
    b.conn_count = (size_t)digits(argv[2]);
    b.seconds = (double)digits(argv[3]);
    b.rate = (double)digits(argv[4]);
    need(b.conn_count > 0 && b.conn_count <= MOST, "connections");
    if (strcmp(argv[5], "GET") == 0) {
        b.paths = argv + 6;
        b.path_count = (size_t)argc - 6;
        if (getenv("PEOPLE"))
            read_people(getenv("PEOPLE"));
    } else {
        bool move = strcmp(argv[5], "MOVE") == 0;
        need(argc == (move ? 10 : 9), "usage");
        b.cases = move ? digits(argv[8]) : 0;
        b.farms = move ? digits(argv[9]) : 0;
        read_people(argv[6]);
        b.book = argv[7];
        b.period = argv[8];
    }
    b.times = heap_zeroed(TIMES, sizeof *b.times);
    b.poll = epoll_create1(0);
    for (size_t i = 0; i < b.conn_count; i++) {
        b.conns[i].in = heap_zeroed(1, ROOM);
        conn_open(&b.conns[i]);
    }
    run();
    tell();
    return 0;
}
