#include "base/test.h"
#include "net/test_site.h"

static bool has(Str text, const char *part)
{
    return str_find(text, str_of(part)) != SIZE_MAX;
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
