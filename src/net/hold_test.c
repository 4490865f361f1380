/* Calls that another thread answers, and event streams. */
#include "base/test.h"
#include <pthread.h>

#include "net/test_site.h"

static bool has(Str text, const char *part)
{
    return str_find(text, str_of(part)) != SIZE_MAX;
}

static void wait_for_streams(Site *site, int count)
{
    for (int i = 0; i < 300 && site_open_streams(site) != count; i++)
        client_sleep(10);
}

static void wait_for_connections(Site *site, int64_t count)
{
    for (int i = 0; i < 300 && net_counts(site_net(site)).connections != count; i++)
        client_sleep(10);
}

static void wait_for_held(Site *site, int64_t count)
{
    for (int i = 0; i < 300 && net_counts(site_net(site)).held != count; i++)
        client_sleep(10);
}

TEST(a_call_whose_time_is_over_gets_words_and_its_late_answer_is_dropped)
{
    Site *site = site_open(&(NetOptions){ 0 });
    int fd = client_open(site_port(site));
    client_send(fd, STR("GET /hold?ms=200&after=800 HTTP/1.1\r\nHost: a\r\n\r\n"));
    Reply reply = client_read(site_arena(site), fd, 3000, false);
    EXPECT(reply.status == 503);
    EXPECT(has(reply.body, "只会记一次"));
    EXPECT(str_is(client_head(&reply, "Retry-After"), "5"));
    /* The connection goes on, and the late answer is not taken for that of the next request. */
    client_send(fd, STR("GET /next HTTP/1.1\r\nHost: a\r\n\r\n"));
    reply = client_read(site_arena(site), fd, 3000, false);
    EXPECT(reply.status == 200 && has(reply.body, "GET /next"));
    wait_for_held(site, 0);
    EXPECT(net_counts(site_net(site)).held == 0);
    client_send(fd, STR("GET /again HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT(has(client_read(site_arena(site), fd, 3000, false).body, "GET /again"));
    client_close(fd);
    site_close(site);
}

TEST(a_client_that_goes_while_its_call_is_held_harms_nobody)
{
    Site *site = site_open(&(NetOptions){ 0 });
    for (int i = 0; i < 20; i++) {
        int fd = client_open(site_port(site));
        client_send(fd,
                    STR("POST /hold?after=100 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"));
        client_sleep(5);
        client_close(fd);
    }
    wait_for_held(site, 0);
    wait_for_connections(site, 0);
    EXPECT(net_counts(site_net(site)).held == 0);
    EXPECT(net_counts(site_net(site)).connections == 0);
    EXPECT(client_get(site_arena(site), site_port(site), "/a").status == 200);
    site_close(site);
}

TEST(more_held_calls_than_there_is_room_for_get_words)
{
    enum { MOST = 4 };
    Site *site = site_open(&(NetOptions){ .held = MOST });
    int fds[MOST];
    for (int i = 0; i < MOST; i++) {
        fds[i] = client_open(site_port(site));
        client_send(fds[i], STR("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
    wait_for_held(site, MOST);
    Reply reply = client_get(site_arena(site), site_port(site), "/keep");
    EXPECT(reply.status == 503 && has(reply.body, "\"code\":\"busy\""));
    EXPECT(str_is(client_head(&reply, "Retry-After"), "5"));
    EXPECT(site_answer_kept(site) == MOST);
    for (int i = 0; i < MOST; i++) {
        EXPECT(str_is(client_read(site_arena(site), fds[i], 3000, false).body, "kept"));
        client_close(fds[i]);
    }
    site_close(site);
}

TEST(requests_sent_at_once_are_answered_in_their_order)
{
    Site *site = site_open(&(NetOptions){ 0 });
    int fd = client_open(site_port(site));
    client_send(fd, STR("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                        "POST /hold?after=50 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\ntwo"
                        "GET /3 HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT(has(client_read(site_arena(site), fd, 3000, false).body, "GET /1"));
    EXPECT(str_is(client_read(site_arena(site), fd, 3000, false).body, "held two for a"));
    EXPECT(has(client_read(site_arena(site), fd, 3000, false).body, "GET /3"));
    client_close(fd);
    site_close(site);
}

TEST(a_stop_waits_for_what_is_held)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    int held = client_open(site_port(site)), idle = client_open(site_port(site));
    client_send(idle, STR("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT(client_read(arena, idle, 3000, false).status == 200);
    client_send(held, STR("GET /hold?after=300 HTTP/1.1\r\nHost: a\r\n\r\n"));
    wait_for_held(site, 1);
    net_stop(site_net(site), 3000);
    Reply reply = client_read(arena, held, 1000, false);
    EXPECT(reply.status == 200);
    EXPECT(str_is(client_head(&reply, "Connection"), "close"));
    client_send(idle, STR("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
    reply = client_read(arena, idle, 1000, false);
    EXPECT(reply.status == 503 && has(reply.body, "\"code\":\"stopping\""));
    client_close(held);
    client_close(idle);
    site_close(site);
}

TEST(a_stop_does_not_wait_for_ever)
{
    Site *site = site_open(&(NetOptions){ 0 });
    int held = client_open(site_port(site)), kept = client_open(site_port(site));
    client_send(held, STR("GET /hold?after=1500 HTTP/1.1\r\nHost: a\r\n\r\n"));
    client_send(kept, STR("GET /keep HTTP/1.1\r\nHost: a\r\n\r\n"));
    wait_for_held(site, 2);
    int64_t start = client_now();
    net_stop(site_net(site), 200);
    EXPECT(client_now() - start < 1400);
    EXPECT(has(client_read(site_arena(site), held, 1000, false).body, "\"code\":\"stopping\""));
    EXPECT(has(client_read(site_arena(site), kept, 1000, false).body, "\"code\":\"stopping\""));
    client_close(held);
    client_close(kept);
    site_close(site); /* both late answers come after net_close() */
}

static int open_stream(Site *site)
{
    int fd = client_open(site_port(site));
    client_send(fd, STR("GET /events HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n"));
    return fd;
}

TEST(a_silent_stream_gets_comment_lines)
{
    Site *site = site_open(&(NetOptions){ .beat_ms = 200 });
    int fd = open_stream(site);
    Str text = client_read_until(site_arena(site), fd, 3000, "\n\n:\n\n:\n\n");
    EXPECT(has(text, "\n\n:\n\n:\n\n"));
    EXPECT(!has(text, "Content-Encoding"));
    client_close(fd);
    site_close(site);
}

/* Events `data: NUMBER …`: in order, and one `event: lost` wherever some are missing, never else.
 */
static bool is_in_order(Str text, int64_t *ret_losses)
{
    Str rest = text, line, blank = STR("");
    int64_t last = -1, losses = 0;
    bool lost = false, whole = true;
    while (str_next(&rest, '\n', &line)) {
        if (str_is(line, "event: lost")) {
            whole = whole && !lost;
            lost = true;
            losses++;
        }
        if (!str_starts(line, STR("data: ")) || str_is(line, "data: {}"))
            continue;
        int64_t number = 0;
        for (size_t i = 6; i < line.n && line.p[i] != ' '; i++)
            number = number * 10 + line.p[i] - '0';
        whole = whole && (lost ? number > last + 1 : number == last + 1) && line.n > 1000;
        whole = whole && str_next(&rest, '\n', &blank) && blank.n == 0;
        last = number;
        lost = false;
    }
    *ret_losses = losses;
    return whole && !lost;
}

TEST(a_reader_that_is_slow_loses_the_oldest_events)
{
    enum { EVENTS = 12000 }; /* 12 MB: more than the socket buffers */
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    int slow = open_stream(site);
    wait_for_streams(site, 1);
    char *filler = arena_printf(arena, "%01000d", 7);
    for (int i = 0; i < EVENTS; i++) {
        ARENA_SCOPE(arena);
        site_tell(site, str_printf(arena, "data: %d %s\n\n", i, filler));
    }
    site_tell(site, STR(":end\n\n"));
    Str text = client_read_until(arena, slow, 5000, ":end\n\n");
    int64_t losses = 0;
    EXPECT(is_in_order(text, &losses) && has(text, ":end\n\n"));
    EXPECT(losses > 0 && text.n < (8u << 20));
    client_close(slow);
    site_close(site);
}

TEST(streams_over_the_limit_get_words)
{
    Site *site = site_open(&(NetOptions){ .streams = 2 });
    int one = open_stream(site), two = open_stream(site);
    wait_for_streams(site, 2);
    Reply reply = client_get(site_arena(site), site_port(site), "/events");
    EXPECT(reply.status == 503 && has(reply.body, "\"code\":\"busy\""));
    client_close(one);
    wait_for_streams(site, 1);
    EXPECT(site_gone(site) == 1);
    client_close(two);
    site_close(site);
}

TEST(a_stop_ends_every_stream_once)
{
    enum { MANY = 50 };
    Site *site = site_open(&(NetOptions){ 0 });
    int fds[MANY];
    for (int i = 0; i < MANY; i++)
        fds[i] = open_stream(site);
    wait_for_streams(site, MANY);
    net_stop(site_net(site), 1000);
    EXPECT(site_gone(site) == MANY);
    for (int i = 0; i < MANY; i++) {
        EXPECT(client_is_closed(fds[i], 1000));
        client_close(fds[i]);
    }
    site_close(site);
}

static int64_t slowest_of(Site *site, int count)
{
    int64_t worst = 0;
    int fd = client_open(site_port(site));
    for (int i = 0; i < count; i++) {
        ARENA_SCOPE(site_arena(site));
        int64_t start = client_now();
        client_send(fd, STR("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
        EXPECT(client_read(site_arena(site), fd, 5000, false).status == 200);
        int64_t spent = client_now() - start;
        worst = spent > worst ? spent : worst;
    }
    client_close(fd);
    return worst;
}

TEST(streams_do_not_hold_up_plain_requests)
{
    enum { MANY = 100, EVENTS = 50 };
    Site *site = site_open(&(NetOptions){ 0 });
    int fds[MANY];
    for (int i = 0; i < MANY; i++)
        fds[i] = open_stream(site);
    wait_for_streams(site, MANY);
    int64_t worst = 0;
    for (int i = 0; i < EVENTS; i++) {
        site_tell(site, STR("data: {\"view\":\"a\"}\n\n"));
        int64_t spent = slowest_of(site, 4);
        worst = spent > worst ? spent : worst;
    }
    site_tell(site, STR("data: end\n\n"));
    for (int i = 0; i < MANY; i++) {
        ARENA_SCOPE(site_arena(site));
        Str text = client_read_until(site_arena(site), fds[i], 5000, "data: end\n\n");
        EXPECT(has(text, "data: end\n\n") && !has(text, "event: lost"));
        client_close(fds[i]);
    }
    printf("# slowest of %d requests beside %d streams: %lld ms\n", EVENTS * 4, MANY,
           (long long)worst);
    EXPECT(worst < 2000);
    wait_for_streams(site, 0);
    EXPECT(site_gone(site) == MANY);
    site_close(site);
}

static void *come_and_go(void *self)
{
    Site *site = self;
    for (int i = 0; i < 150; i++) {
        int fd = open_stream(site);
        if (i % 3)
            client_sleep(i % 7);
        client_close(fd);
    }
    return NULL;
}

TEST(streams_that_come_and_go_while_events_fly_are_each_gone_once)
{
    Site *site = site_open(&(NetOptions){ 0 });
    pthread_t clients[4];
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&clients[i], NULL, come_and_go, site) == 0);
    for (int i = 0; i < 300; i++) {
        site_tell(site, STR("data: x\n\n"));
        client_sleep(1);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(clients[i], NULL);
    wait_for_connections(site, 0);
    EXPECT(net_counts(site_net(site)).connections == 0);
    EXPECT(site_open_streams(site) == 0);
    site_close(site);
}
