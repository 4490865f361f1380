/* Refusals: what net itself answers, in words, as JSON of docs/api.md or as a page for browsers
 * that ask for one. They are made once, at the start: a refusal must not need memory of the call,
 * which may still belong to another thread. */
#include <sys/socket.h>

#include "base/words.h"
#include "net/net_int.h"

static const struct {
    int status;
    const char *reason;
    const char *code;
    const char *word;
} refusals[REFUSALS] = {
    [REFUSE_BAD] = { 400, "Bad Request", "bad_request", "net.bad_request" },
    [REFUSE_TOO_LARGE] = { 413, "Content Too Large", "too_large", "net.too_large" },
    [REFUSE_BUSY] = { 503, "Service Unavailable", "busy", "net.busy" },
    [REFUSE_STOPPING] = { 503, "Service Unavailable", "stopping", "net.stopping" },
    [REFUSE_LATE] = { 503, "Service Unavailable", "busy", "net.late" },
};

static const char json_type[] = "application/json; charset=utf-8";
static const char page_type[] = "text/html; charset=utf-8";

static Str make_text(Arena *arena, Refusal refusal, bool page, const char *what)
{
    Str zh = word_text(arena, what, LANG_ZH), en = word_text(arena, what, LANG_EN);
    Buf out = buf_open(arena, 8 << 10);
    if (page) {
        buf_putz(&out, "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width\"><title>");
        buf_html(&out, zh);
        buf_putz(&out, "</title><p>");
        buf_html(&out, zh);
        buf_putz(&out, "</p><p lang=\"en\">");
        buf_html(&out, en);
        buf_putz(&out, "</p></html>\n");
    } else {
        buf_printf(&out, "{\"error\":{\"code\":\"%s\",\"zh\":", refusals[refusal].code);
        buf_json(&out, zh);
        buf_putz(&out, ",\"en\":");
        buf_json(&out, en);
        buf_putz(&out, ",\"fields\":[]}}\n");
    }
    CHECK(buf_ok(&out));
    return buf_str(&out);
}

void refusals_make(Net *net)
{
    for (int i = 0; i < REFUSALS; i++)
        for (int page = 0; page < 2; page++)
            net->texts[i][page] = make_text(net->arena, (Refusal)i, page, refusals[i].word);
}

static void set_head(struct MHD_Response *response, const char *name, const char *value)
{
    CHECK(MHD_add_response_header(response, name, value) == MHD_YES);
}

enum MHD_Result refusal_send(NetCall *call)
{
    Net *net = call->net;
    Str text = net->texts[call->refusal][call->page];
    int status = refusals[call->refusal].status;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(text.n, (void *)(uintptr_t)text.p, MHD_RESPMEM_PERSISTENT);
    CHECK(response);
    set_head(response, "Content-Type", call->page ? page_type : json_type);
    set_head(response, "Cache-Control", "no-store");
    set_head(response, "X-Content-Type-Options", "nosniff");
    set_head(response, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    set_head(response, "X-Frame-Options", "DENY");
    set_head(response, "Referrer-Policy", "same-origin");
    if (status == 503)
        set_head(response, "Retry-After", "5");
    if (call->closing || net->stopping)
        set_head(response, "Connection", "close");
    count_up(net, COUNT_REFUSED, 1);
    count_up(net, COUNT_BYTES, (int64_t)text.n);
    peer_due(call->peer, net_now(net) + net->options.body_ms);
    enum MHD_Result done = MHD_queue_response(call->connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return done;
}

/* Its words say the limit, in the unit of the clerk's own file list. */
void refuse_too_large(NetCall *call)
{
    size_t limit = call->body_limit;
    bool large = limit >= (1u << 20);
    char *what = arena_printf(call->arena, "net.too_large limit=%zu %s",
                              large ? limit >> 20 : (limit + 1023) >> 10, large ? "MB" : "KB");
    Str body = make_text(call->arena, REFUSE_TOO_LARGE, call->page, what);
    call->answer = (Answer){ .status = refusals[REFUSE_TOO_LARGE].status,
                             .type = call->page ? page_type : json_type,
                             .body = body };
    call->state = CALL_ANSWERED;
    call->closing = true;
    count_up(call->net, COUNT_REFUSED, 1);
}

static void write_raw(int fd, int status, const char *reason, const char *type, Str heads, Str body)
{
    char head[2048];
    int n = snprintf(head, sizeof head,
                     "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n%.*s"
                     "Connection: close\r\n\r\n",
                     status, reason, type, body.n, STR_ARG(heads));
    CHECK(n > 0 && (size_t)n < sizeof head);
    /* A client that takes not even this much has no words from us; nobody waits for it. */
    if (send(fd, head, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT | MSG_MORE) == n)
        (void)!send(fd, body.p, body.n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void refuse_raw(Net *net, int fd, Refusal refusal)
{
    count_up(net, COUNT_REFUSED, 1);
    write_raw(fd, refusals[refusal].status, refusals[refusal].reason, json_type,
              STR("Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                  "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
                  "Retry-After: 5\r\n"),
              net->texts[refusal][0]);
}

void answer_raw(NetCall *call)
{
    Buf heads = buf_open(call->arena, 2 << 10);
    answer_heads(&call->heads, &heads);
    write_raw(call->peer->fd, call->answer.status, refusals[REFUSE_TOO_LARGE].reason,
              call->answer.type, buf_str(&heads), call->answer.body);
}
