/* The hostile cases: bytes that no browser sends, and clients that never finish. */
#include "base/test.h"
#include "net/test_site.h"

static bool has(Str text, const char *part)
{
    return str_find(text, str_of(part)) != SIZE_MAX;
}

/* Refused, by the library in its own words or by us, and the connection is closed. */
static bool is_refused(Site *site, Str bytes)
{
    int fd = client_open(site_port(site));
    client_send(fd, bytes);
    Reply reply = client_read(site_arena(site), fd, 3000, false);
    bool closed = client_is_closed(fd, 3000);
    client_close(fd);
    return (reply.status >= 400 || reply.status == 0) && closed;
}

static bool says_400(Site *site, Str bytes)
{
    int fd = client_open(site_port(site));
    client_send(fd, bytes);
    Reply reply = client_read(site_arena(site), fd, 3000, false);
    client_close(fd);
    return reply.status == 400 && has(reply.body, "\"code\":\"bad_request\"") &&
           has(reply.body, "没有处理");
}

#define REFUSED(site, literal) EXPECT(is_refused((site), STR(literal)))
#define BAD(site, literal)     EXPECT(says_400((site), STR(literal)))

TEST(heads_that_two_readers_read_in_two_ways_are_refused)
{
    Site *site = site_open(&(NetOptions){ 0 });
    BAD(site, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello");
    BAD(site, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
    BAD(site,
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\n");
    BAD(site, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    BAD(site, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    BAD(site, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\nhello");
    BAD(site, "POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    REFUSED(site, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello");
    REFUSED(site, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello");
    REFUSED(site, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello");
    REFUSED(site, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\nhello");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    site_close(site);
}

TEST(bytes_that_do_not_belong_in_a_head_are_refused)
{
    Site *site = site_open(&(NetOptions){ 0 });
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\0\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\x01\x02\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\x7f\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\r c\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\n\0X-A: b\r\n\r\n");
    BAD(site, "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost : a\r\nHost: a\r\n\r\n");
    REFUSED(site, "GET /a HTTP/1.1\r\nHost : a\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX A: b\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n");
    REFUSED(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\r\n folded: c\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\tc\r\nX-B: d\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\nX-C: d\r\n\r\n");
    BAD(site, "GET /a HTTP/1.1\nHost: a\n\n");
    REFUSED(site, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: b\n\n");
    REFUSED(site, "GET /a HTTP/1.1\r\nX-A: b\r\n\r\n");
    site_close(site);
}

TEST(request_lines_that_are_none_are_refused)
{
    Site *site = site_open(&(NetOptions){ 0 });
    BAD(site, "GET  /a HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED(site, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED(site, "GET /a HTTP/1.1 \r\nHost: a\r\n\r\n");
    BAD(site, "GET a HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET http://a/a HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET /%0d%0a HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET /%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET /a?q=%ed%a0%80 HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET /a?q=%4 HTTP/1.1\r\nHost: a\r\n\r\n");
    BAD(site, "GET /a?q=a%00b HTTP/1.1\r\nHost: a\r\n\r\n");
    REFUSED(site, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n");
    REFUSED(site, "GET\r\n\r\n");
    int fd = client_open(site_port(site));
    client_send(fd, STR("GET /a HTTP/3.0\r\nHost: a\r\n\r\n"));
    Reply reply = client_read(site_arena(site), fd, 3000, false);
    EXPECT(reply.status >= 400);
    client_close(fd);
    site_close(site);
}

TEST(a_head_that_is_too_long_is_refused)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    Buf long_value = buf_open(arena, 1 << 20), many = buf_open(arena, 1 << 20);
    for (int i = 0; i < 100 * 1024; i++)
        buf_putc(&long_value, 'a');
    for (int i = 0; i < 150; i++)
        buf_printf(&many, "X-%d: a\r\n", i);
    Reply reply = client_ask(arena, site_port(site),
                             arena_printf(arena, "GET /a HTTP/1.1\r\nHost: a\r\nX-A: %.*s\r\n\r\n",
                                          STR_ARG(buf_str(&long_value))));
    EXPECT(reply.status == 431);
    reply = client_ask(
        arena, site_port(site),
        arena_printf(arena, "GET /a HTTP/1.1\r\nHost: a\r\n%.*s\r\n", STR_ARG(buf_str(&many))));
    EXPECT(reply.status == 400 || reply.status == 431);
    reply = client_get(arena, site_port(site), "/still-there");
    EXPECT(reply.status == 200);
    site_close(site);
}

/* Says one byte of `bytes` every 100 ms for at most `ms`; true when the server closed before. */
static bool is_cut(int fd, Str bytes, int ms)
{
    for (int spent = 0; spent < ms; spent += 100) {
        client_send(fd, str_sub(bytes, (size_t)(spent / 100), 1));
        if (client_is_closed(fd, 100))
            return true;
    }
    return false;
}

TEST(a_head_of_a_byte_now_and_then_is_cut)
{
    Site *site = site_open(&(NetOptions){ .head_ms = 500 });
    int fd = client_open(site_port(site));
    int64_t start = client_now();
    EXPECT(
        is_cut(fd, STR("GET /a HTTP/1.1\r\nHost: a\r\nX-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 3000));
    EXPECT(client_now() - start < 2000);
    client_close(fd);
    fd = client_open(site_port(site)); /* and one that says nothing at all */
    EXPECT(client_is_closed(fd, 3000));
    client_close(fd);
    site_close(site);
}

TEST(a_second_head_of_a_byte_now_and_then_is_cut)
{
    Site *site = site_open(&(NetOptions){ .head_ms = 500, .idle_ms = 500 });
    int fd = client_open(site_port(site));
    client_send(fd, STR("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT(client_read(site_arena(site), fd, 3000, false).status == 200);
    EXPECT(
        is_cut(fd, STR("GET /a HTTP/1.1\r\nHost: a\r\nX-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 3000));
    client_close(fd);
    site_close(site);
}

TEST(a_body_of_a_byte_now_and_then_is_cut)
{
    Site *site = site_open(&(NetOptions){ .body_ms = 500 });
    int fd = client_open(site_port(site));
    client_send(fd, STR("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"));
    EXPECT(is_cut(fd, STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 3000));
    client_close(fd);
    EXPECT(net_counts(site_net(site)).connections <= 1);
    site_close(site);
}

TEST(a_client_that_does_not_take_its_answer_is_cut)
{
    Site *site = site_open(&(NetOptions){ .body_ms = 300 });
    int fd = client_open(site_port(site));
    /* Far more than both socket buffers hold; at the least rate it would have a minute. */
    client_send(fd, STR("GET /big?lines=90000 HTTP/1.1\r\nHost: a\r\n\r\n"));
    client_sleep(500);
    EXPECT(net_counts(site_net(site)).connections == 1);
    client_close(fd);
    site_close(site);
}

TEST(idle_connections_do_not_hold_up_a_request)
{
    enum { IDLE = 200 };
    Site *site = site_open(&(NetOptions){ 0 });
    int fds[IDLE];
    for (int i = 0; i < IDLE; i++)
        fds[i] = client_open(site_port(site));
    int64_t start = client_now();
    EXPECT(client_get(site_arena(site), site_port(site), "/a").status == 200);
    EXPECT(client_now() - start < 1000);
    for (int i = 0; i < IDLE; i++)
        client_close(fds[i]);
    site_close(site);
}

TEST(a_connection_over_the_limit_gets_words)
{
    enum { MOST = 8 };
    Site *site = site_open(&(NetOptions){ .connections = MOST });
    int fds[MOST];
    for (int i = 0; i < MOST; i++) {
        fds[i] = client_open(site_port(site));
        client_send(fds[i], STR("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
        EXPECT(client_read(site_arena(site), fds[i], 3000, false).status == 200);
    }
    Reply reply = client_get(site_arena(site), site_port(site), "/a");
    EXPECT(reply.status == 503);
    EXPECT(has(reply.body, "\"code\":\"busy\""));
    EXPECT(str_is(client_head(&reply, "Retry-After"), "5"));
    client_close(fds[0]);
    for (int i = 0; i < 100 && net_counts(site_net(site)).connections >= MOST; i++)
        client_sleep(10);
    EXPECT(client_get(site_arena(site), site_port(site), "/a").status == 200);
    for (int i = 1; i < MOST; i++)
        client_close(fds[i]);
    site_close(site);
}

static Str long_body(Arena *arena, size_t count)
{
    char *bytes = arena_array(arena, char, count);
    memset(bytes, 'a', count);
    return (Str){ bytes, count };
}

TEST(a_body_over_its_limit_gets_words_before_it_is_read)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    int fd = client_open(site_port(site));
    client_send(fd, STR("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n"));
    Reply reply = client_read(arena, fd, 3000, false); /* nothing of the body was sent yet */
    EXPECT(reply.status == 413);
    EXPECT(str_is(client_head(&reply, "Connection"), "close"));
    EXPECT(has(reply.body, "超过了 64 KB 的上限"));
    client_close(fd);
    fd = client_open(site_port(site)); /* one that sends all of it before it reads gets them too */
    client_send(fd, STR("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n"));
    client_send(fd, long_body(arena, 2000000));
    reply = client_read(arena, fd, 3000, false);
    EXPECT(reply.status == 413);
    EXPECT(has(reply.body, "\"code\":\"too_large\""));
    client_close(fd);
    site_close(site);
}

TEST(a_body_in_chunks_is_counted)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    Reply reply = client_ask(arena, site_port(site),
                             "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "5\r\nhello\r\n3;x=y\r\nabc\r\n0\r\n\r\n");
    EXPECT(reply.status == 200 && has(reply.body, "body=8"));
    int fd = client_open(site_port(site));
    client_send(fd, STR("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 200; i++) {
        client_send(fd, STR("2000\r\n"));
        client_send(fd, long_body(arena, 0x2000));
        client_send(fd, STR("\r\n"));
    }
    reply = client_read(arena, fd, 3000, false);
    EXPECT(reply.status == 413);
    EXPECT(has(reply.body, "64 KB"));
    EXPECT(str_is(client_head(&reply, "X-Frame-Options"), "DENY"));
    client_close(fd);
    REFUSED(site,
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n");
    REFUSED(site, "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "ffffffffffffffffff\r\nhello\r\n");
    site_close(site);
}

TEST(a_form_of_broken_escapes_is_refused)
{
    Site *site = site_open(&(NetOptions){ 0 });
    static const char head[] = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: "
                               "application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\n";
    Arena *arena = site_arena(site);
    Reply reply = client_ask(arena, site_port(site), arena_printf(arena, "%sf=%%zz", head));
    EXPECT(reply.status == 400 && has(reply.body, "bad_request"));
    reply = client_ask(arena, site_port(site), arena_printf(arena, "%sf=%%00", head));
    EXPECT(reply.status == 400);
    reply = client_ask(arena, site_port(site), arena_printf(arena, "%sf=%%41", head));
    EXPECT(reply.status == 200 && has(reply.body, "f=A"));
    site_close(site);
}

TEST(a_browser_gets_its_refusal_as_a_page)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    Reply reply = client_ask(arena, site_port(site),
                             "POST /a HTTP/1.1\r\nHost: a\r\nAccept: text/html,*/*\r\n"
                             "Content-Length: 2000000\r\n\r\n");
    EXPECT(reply.status == 413);
    EXPECT(str_is(client_head(&reply, "Content-Type"), "text/html; charset=utf-8"));
    EXPECT(has(reply.body, "<p>内容超过了 64 KB"));
    site_close(site);
}
