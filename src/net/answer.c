/* Answers: headers that every answer carries, compression, and the 304 of a page that has not
 * changed. Runs on the net thread of the connection, also for calls that another thread answered.
 */
#include "base/limits.h"
#include "net/net_int.h"

static const struct {
    const char *name;
    const char *value;
} defaults[] = {
    { "Content-Security-Policy",
      "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; "
      "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'" },
    { "X-Content-Type-Options", "nosniff" },
    { "X-Frame-Options", "DENY" },
    { "Referrer-Policy", "same-origin" },
};
enum { DEFAULTS = sizeof defaults / sizeof *defaults };

void answer_heads(const Pairs *given, Buf *out)
{
    for (size_t i = 0; i < DEFAULTS; i++)
        if (!net_pair(given, defaults[i].name, true).p)
            buf_printf(out, "%s: %s\r\n", defaults[i].name, defaults[i].value);
    if (!net_pair(given, "Cache-Control", true).p)
        buf_putz(out, "Cache-Control: no-store\r\n");
    for (size_t i = 0; i < given->n; i++)
        buf_printf(out, "%.*s: %.*s\r\n", STR_ARG(given->at[i].name), STR_ARG(given->at[i].value));
}

static void give(NetCall *call, const Answer *answer)
{
    CHECK(answer->status >= 200 && answer->status < 600 && answer->type);
    if (call->held) {
        hold_answer(call, answer);
        return;
    }
    CHECK(call->state == CALL_HANDLED);
    call->answer = *answer;
    call->state = CALL_ANSWERED;
}

void net_answer(NetCall *call, int status, const char *type, Str body)
{
    give(call, &(Answer){ .status = status, .type = type, .body = body });
}

void net_answer_shared(NetCall *call, int status, const char *type, Str body, Str body_gzip,
                       Str etag)
{
    give(call, &(Answer){ .status = status,
                          .type = type,
                          .body = body,
                          .gzip = body_gzip,
                          .etag = etag,
                          .shared = true });
}

/* If-None-Match: a list of tags, weak or strong, in quotes; the caller's tag may have its own. */
static bool has_tag(Str list, Str tag)
{
    Str rest = list, part;
    while (list.n && str_next(&rest, ',', &part)) {
        part = str_trim(part);
        if (str_starts(part, STR("W/")))
            part = str_sub(part, 2, part.n);
        if (str_is(part, "*") || str_eq(part, tag))
            return true;
    }
    return false;
}

static Str bare_tag(Str tag)
{
    bool quoted = tag.n >= 2 && tag.p[0] == '"' && tag.p[tag.n - 1] == '"';
    return quoted ? str_sub(tag, 1, tag.n - 2) : tag;
}

typedef struct Sending {
    int status;
    Str body;
    bool packed;
    bool varies;
    Str tag; /* with quotes; .p NULL = none */
} Sending;

/* What is sent depends on what the client takes and has. */
static Sending choose(NetCall *call)
{
    const Answer *a = &call->answer;
    Sending s = { .status = a->status, .body = a->body };
    bool own_coding = net_pair(&call->heads, "Content-Encoding", true).p;
    s.varies = !own_coding && (a->gzip.n || (!a->shared && zip_pays(a->type, a->body.n)));
    bool takes = s.varies && net_accepts(net_header(call, "Accept-Encoding"), STR("gzip"));
    if (takes) {
        Str packed = a->gzip.n ? a->gzip : zip_text(call, a->body);
        s.packed = packed.p != NULL;
        s.body = packed.p ? packed : s.body;
    }
    if (a->etag.n) {
        Str bare = bare_tag(a->etag), known = net_header(call, "If-None-Match");
        /* Two codings are two representations: a strong tag is for one of them. */
        s.tag = str_printf(call->arena, "\"%.*s%s\"", STR_ARG(bare), s.packed ? "-gz" : "");
        bool reads = call->method == NET_GET || call->method == NET_HEAD;
        if (reads && a->status == 200 && has_tag(known, s.tag)) {
            s.status = 304;
            s.body = STR("");
        }
    }
    return s;
}

static void set_head(struct MHD_Response *response, const char *name, const char *value)
{
    CHECK(MHD_add_response_header(response, name, value) == MHD_YES);
}

static void set_heads(NetCall *call, const Sending *s, struct MHD_Response *response)
{
    const Pairs *given = &call->heads;
    set_head(response, "Content-Type", call->answer.type);
    for (size_t i = 0; i < DEFAULTS; i++)
        if (given->n == 0 || !net_pair(given, defaults[i].name, true).p)
            set_head(response, defaults[i].name, defaults[i].value);
    if (!net_pair(given, "Cache-Control", true).p)
        set_head(response, "Cache-Control", s->tag.p ? "private, no-cache" : "no-store");
    for (size_t i = 0; i < given->n; i++)
        set_head(response, given->at[i].name.p, given->at[i].value.p);
    if (s->packed && s->status != 304)
        set_head(response, "Content-Encoding", "gzip");
    if (s->varies)
        set_head(response, "Vary", "Accept-Encoding");
    if (s->tag.p)
        set_head(response, "ETag", s->tag.p);
    if (call->closing || call->net->stopping)
        set_head(response, "Connection", "close");
}

enum MHD_Result answer_send(NetCall *call)
{
    Net *net = call->net;
    Sending s = choose(call);
    struct MHD_Response *response = MHD_create_response_from_buffer(
        s.body.n, (void *)(uintptr_t)s.body.p, MHD_RESPMEM_PERSISTENT);
    CHECK(response);
    set_heads(call, &s, response);
    count_up(net, COUNT_BYTES, (int64_t)s.body.n);
    int64_t earned = (int64_t)(s.body.n * 1000 / LIMIT_CALL_RATE);
    peer_due(call->peer, net_now(net) + net->options.body_ms + earned);
    enum MHD_Result done = MHD_queue_response(call->connection, (unsigned)s.status, response);
    MHD_destroy_response(response);
    return done;
}
