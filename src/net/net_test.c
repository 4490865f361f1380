#include <zlib.h>

#include "base/test.h"
#include "net/test_site.h"

static bool has(Str text, const char *part)
{
    return str_find(text, str_of(part)) != SIZE_MAX;
}

static void no_call(void *self, NetCall *call)
{
    (void)self;
    net_answer(call, 404, "text/plain", STR(""));
}

TEST(a_request_is_answered)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Reply reply = client_get(site_arena(site), site_port(site), "/hello?q=%E7%94%B0+1");
    EXPECT(reply.status == 200);
    EXPECT(str_is(reply.body, "GET /hello q=田 1 c=- f=- body=0 at=127.0.0.1"));
    EXPECT(has(reply.head, "X-Frame-Options: DENY\r\n"));
    site_close(site);
}

TEST(a_held_call_is_answered_by_another_thread)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Reply reply = client_get(site_arena(site), site_port(site), "/hold?after=50");
    EXPECT(reply.status == 200);
    EXPECT(str_is(reply.body, "held  for a"));
    EXPECT(str_is(client_head(&reply, "X-Late"), "yes"));
    site_close(site);
}

TEST(an_event_stream_gets_what_is_sent)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    int fd = client_open(site_port(site));
    client_send(fd, STR("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
    Str head = client_read_until(arena, fd, 2000, "retry: 3000\n\n");
    EXPECT(has(head, "Content-Type: text/event-stream\r\n"));
    EXPECT(has(head, "X-Frame-Options: DENY\r\n"));
    site_tell(site, STR("data: one\n\n"));
    EXPECT(has(client_read_until(arena, fd, 2000, "one\n\n"), "data: one\n\n"));
    client_close(fd);
    for (int i = 0; i < 100 && site_gone(site) == 0; i++)
        client_sleep(10);
    EXPECT(site_gone(site) == 1);
    site_close(site);
}

TEST(parts_of_a_request_are_decoded_once)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    int port = site_port(site);
    EXPECT(has(client_get(arena, port, "/a%2541?q=%2541+%2B").body, "GET /a%41 q=%41 + "));
    EXPECT(has(client_get(arena, port, "/a+b?q=1=2&q=3").body, "GET /a+b q=1=2 "));
    EXPECT(has(client_get(arena, port, "/a?q").body, "q= "));
    EXPECT(has(client_get(arena, port, "/a?x=q").body, "q=- "));
    EXPECT(has(client_get(arena, port, "/a?&&q=%E4%BD%A0&").body, "q=你 "));
    Reply reply = client_ask(arena, port,
                             "GET /a HTTP/1.1\r\nHost: a\r\nCookie: b=1; c=\"two\"; cc=3\r\n\r\n");
    EXPECT(has(reply.body, "c=two "));
    reply = client_ask(arena, port,
                       "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\nContent-Type: "
                       "application/x-www-form-urlencoded; charset=utf-8\r\n\r\nf=%E7%94%B0+1");
    EXPECT(has(reply.body, "POST /a q=- c=- f=田 1 body=13"));
    reply = client_ask(arena, port, "PATCH /a HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT(has(reply.body, "OTHER /a"));
    site_close(site);
}

TEST(a_head_request_gets_the_headers_only)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    int fd = client_open(site_port(site));
    client_send(fd, STR("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"));
    Reply reply = client_read(arena, fd, 3000, true);
    EXPECT(reply.status == 200);
    EXPECT(client_head(&reply, "Content-Length").n == 2);
    reply = client_read(arena, fd, 3000, false); /* right after it, no body between */
    EXPECT(has(reply.body, "GET /b"));
    client_send(fd, STR("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n"));
    reply = client_read(arena, fd, 3000, true);
    EXPECT(reply.status == 200 && has(reply.head, "text/event-stream"));
    client_close(fd);
    site_close(site);
}

TEST(a_version_1_0_client_is_served_and_closed)
{
    Site *site = site_open(&(NetOptions){ 0 });
    int fd = client_open(site_port(site));
    client_send(fd, STR("GET /a HTTP/1.0\r\n\r\n"));
    EXPECT(client_read(site_arena(site), fd, 3000, false).status == 200);
    EXPECT(client_is_closed(fd, 1000));
    client_close(fd);
    site_close(site);
}

TEST(a_client_that_asks_first_may_go_on)
{
    Site *site = site_open(&(NetOptions){ 0 });
    int fd = client_open(site_port(site));
    client_send(fd, STR("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
                        "Expect: 100-continue\r\n\r\n"));
    Reply reply = client_read(site_arena(site), fd, 3000, true);
    EXPECT(reply.status == 100);
    client_send(fd, STR("hello"));
    reply = client_read(site_arena(site), fd, 3000, false);
    EXPECT(reply.status == 200 && has(reply.body, "PUT /a") && has(reply.body, "body=5"));
    client_close(fd);
    site_close(site);
}

TEST(headers_of_the_caller_take_the_place_of_the_usual)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Reply reply = client_get(site_arena(site), site_port(site), "/a");
    EXPECT(has(client_head(&reply, "Content-Security-Policy"), "default-src 'self'"));
    EXPECT(str_is(client_head(&reply, "Cache-Control"), "no-store"));
    EXPECT(str_is(client_head(&reply, "X-Content-Type-Options"), "nosniff"));
    EXPECT(str_is(client_head(&reply, "Referrer-Policy"), "same-origin"));
    reply = client_get(site_arena(site), site_port(site), "/own");
    EXPECT(str_is(client_head(&reply, "Content-Security-Policy"), "default-src 'none'"));
    EXPECT(str_is(client_head(&reply, "Cache-Control"), "max-age=60"));
    EXPECT(!has(reply.head, "default-src 'self'") && !has(reply.head, "no-store"));
    site_close(site);
}

static Str unpack(Arena *arena, Str packed)
{
    z_stream z = { .next_in = (Bytef *)(uintptr_t)packed.p, .avail_in = (uInt)packed.n };
    enum { MOST = 4 << 20 };
    char *out = arena_array(arena, char, MOST);
    z.next_out = (Bytef *)out;
    z.avail_out = MOST;
    CHECK(inflateInit2(&z, 15 + 16) == Z_OK);
    EXPECT(inflate(&z, Z_FINISH) == Z_STREAM_END);
    Str made = { out, MOST - z.avail_out };
    inflateEnd(&z);
    return made;
}

static Reply ask_big(Site *site, int lines, const char *accepts)
{
    Arena *arena = site_arena(site);
    return client_ask(arena, site_port(site),
                      arena_printf(arena,
                                   "GET /big?lines=%d HTTP/1.1\r\nHost: a\r\n"
                                   "Accept-Encoding: %s\r\n\r\n",
                                   lines, accepts));
}

TEST(a_long_text_is_compressed_when_the_client_takes_it)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    Str plain = client_get(arena, site_port(site), "/big?lines=2000").body;
    EXPECT(plain.n > 40000);
    for (int i = 0; i < 3; i++) { /* the state is used again */
        Reply packed = ask_big(site, 2000, "br, gzip;q=0.5");
        EXPECT(str_is(client_head(&packed, "Content-Encoding"), "gzip"));
        EXPECT(str_is(client_head(&packed, "Vary"), "Accept-Encoding"));
        EXPECT(packed.body.n < plain.n / 4);
        EXPECT(str_eq(unpack(arena, packed.body), plain));
    }
    static const char *const no[] = { "gzip;q=0", "gzip; q=0.000", "br", "gzipped", "identity" };
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        Reply reply = ask_big(site, 2000, no[i]);
        EXPECT(str_eq(reply.body, plain) && !client_head(&reply, "Content-Encoding").p);
        EXPECT(str_is(client_head(&reply, "Vary"), "Accept-Encoding"));
    }
    Reply small = ask_big(site, 10, "gzip");
    EXPECT(!client_head(&small, "Content-Encoding").p && !client_head(&small, "Vary").p);
    site_close(site);
}

static Reply ask_tag(Site *site, const char *more)
{
    Arena *arena = site_arena(site);
    return client_ask(arena, site_port(site),
                      arena_printf(arena, "GET /tag HTTP/1.1\r\nHost: a\r\n%s\r\n", more));
}

TEST(a_page_that_has_not_changed_is_not_sent_again)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Reply reply = ask_tag(site, "");
    EXPECT(reply.status == 200 && str_is(reply.body, "p { color: red }"));
    EXPECT(str_is(client_head(&reply, "ETag"), "\"v1\""));
    EXPECT(str_is(client_head(&reply, "Cache-Control"), "private, no-cache"));
    reply = ask_tag(site, "Accept-Encoding: gzip\r\n");
    EXPECT(str_is(reply.body, "packed by hand"));
    EXPECT(str_is(client_head(&reply, "ETag"), "\"v1-gz\""));
    static const char *const same[] = { "If-None-Match: \"v1\"\r\n", "If-None-Match: W/\"v1\"\r\n",
                                        "If-None-Match: \"v0\", \"v1\"\r\n",
                                        "If-None-Match: *\r\n" };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        reply = ask_tag(site, same[i]);
        EXPECT(reply.status == 304 && str_is(client_head(&reply, "ETag"), "\"v1\""));
    }
    EXPECT(ask_tag(site, "If-None-Match: \"v2\"\r\n").status == 200);
    EXPECT(ask_tag(site, "If-None-Match: \"v1-gz\"\r\n").status == 200);
    EXPECT(ask_tag(site, "If-None-Match: \"v1-gz\"\r\nAccept-Encoding: gzip\r\n").status == 304);
    site_close(site);
}

TEST(a_refusal_by_the_handler_comes_before_the_body)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    Reply reply = client_ask(arena, site_port(site),
                             "POST /closed HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n");
    EXPECT(reply.status == 403 && str_is(reply.body, "closed to you"));
    EXPECT(str_is(client_head(&reply, "Connection"), "close"));
    int fd = client_open(site_port(site)); /* without a body the connection goes on */
    client_send(fd, STR("GET /closed HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT(client_read(arena, fd, 3000, false).status == 403);
    client_send(fd, STR("GET /open HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT(client_read(arena, fd, 3000, false).status == 200);
    client_close(fd);
    site_close(site);
}

TEST(a_large_body_arrives_whole)
{
    Site *site = site_open(&(NetOptions){ 0 });
    Arena *arena = site_arena(site);
    enum { SIZE = 5 << 20 };
    int fd = client_open(site_port(site));
    client_send(
        fd, str_printf(arena, "PUT /wide HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", SIZE));
    client_send(fd, (Str){ arena_array(arena, char, SIZE), SIZE });
    EXPECT(has(client_read(arena, fd, 5000, false).body, "body=5242880"));
    client_close(fd);
    site_close(site);
}

TEST(a_proxy_on_this_machine_names_the_client)
{
    static const char request[] = "GET /a HTTP/1.1\r\nHost: a\r\n"
                                  "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n\r\n";
    Site *site = site_open(&(NetOptions){ .forwarded = true });
    Arena *arena = site_arena(site);
    EXPECT(has(client_ask(arena, site_port(site), request).body, "at=203.0.113.9"));
    EXPECT(has(client_ask(arena, site_port(site),
                          "GET /a HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: not an address\r\n\r\n")
                   .body,
               "at=127.0.0.1"));
    EXPECT(has(client_get(arena, site_port(site), "/a").body, "at=127.0.0.1"));
    site_close(site);
    site = site_open(&(NetOptions){ 0 });
    EXPECT(has(client_ask(site_arena(site), site_port(site), request).body, "at=127.0.0.1"));
    site_close(site);
}

TEST(an_address_to_listen_on_is_checked)
{
    Work *w CLEANUP(work_close) = work_open(env_real(), 1 << 20);
    Site *site = site_open(&(NetOptions){ 0 });
    static const char *const bad[] = { "8470",           "localhost:0", "127.0.0.1",
                                       "127.0.0.1:http", ":0",          "" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        NetOptions options = { .listen = bad[i], .handler = { .call = no_call } };
        EXPECT(!net_open(w, &options) && w->err.code == ERR_BAD_INPUT);
        work_clear(w);
    }
    NetOptions taken = { .listen = arena_printf(w->arena, "127.0.0.1:%d", site_port(site)),
                         .handler = { .call = no_call } };
    EXPECT(!net_open(w, &taken) && w->err.code == ERR_STORE);
    site_close(site);
}

TEST(one_net_thread_is_enough)
{
    Site *site = site_open(&(NetOptions){ .threads = 1 });
    EXPECT(client_get(site_arena(site), site_port(site), "/hold?after=10").status == 200);
    EXPECT(client_get(site_arena(site), site_port(site), "/a").status == 200);
    EXPECT(net_counts(site_net(site)).calls == 2);
    site_close(site);
}
