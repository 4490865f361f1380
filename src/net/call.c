/* A call, from its request line to the end of its answer. The library calls call_step() once for
 * the head, once for each piece of the body, once when the request is whole, and once more after a
 * held call was resumed. */
#include "base/limits.h"
#include "net/net_int.h"

NetCall *call_open(Net *net, struct MHD_Connection *connection, const char *uri)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    CHECK(info && info->socket_context);
    ArenaMark empty = tool_arena(net);
    Arena *arena = empty.arena;
    NetCall *call = arena_new(arena, NetCall);
    call->net = net;
    call->peer = info->socket_context;
    call->connection = connection;
    call->arena = arena;
    call->empty = empty;
    call->refs = 1;
    call->uri = uri;
    call->uri_length = uri ? strlen(uri) : 0;
    /* The library cuts the query up in place: copied before it does. */
    Str whole = str_copy(arena, (Str){ uri ? uri : "", call->uri_length });
    size_t cut = str_find(whole, STR("?"));
    call->path = str_sub(whole, 0, cut);
    call->query_raw = cut == SIZE_MAX ? STR("") : str_sub(whole, cut + 1, whole.n);
    call->address = str_of(call->peer->address);
    peer_due(call->peer, net_now(net) + net->options.head_ms);
    count_up(net, COUNT_BUSY, 1);
    count_up(net, COUNT_CALLS, 1);
    return call;
}

/* The arena goes back to a net thread, or is closed by a holder that was late: by then the server
 * may have been closed. */
static void drop(NetCall *call, bool on_net_thread)
{
    Net *net = call->net;
    bool held = call->held;
    if (--call->refs > 0)
        return;
    heap_free(call->body);
    if (on_net_thread)
        tool_arena_back(net, call->empty);
    else
        arena_close(call->arena);
    if (held)
        net_release(net);
}

void call_release(NetCall *call)
{
    drop(call, false);
}

void call_over(NetCall *call)
{
    Net *net = call->net;
    Peer *peer = call->peer;
    peer_due(peer, net_now(net) + net->options.idle_ms);
    if (call->early || !call->looked)
        watch_linger(net, peer->fd);
    drop(call, true);
    count_up(net, COUNT_BUSY, -1);
}

static enum MHD_Result refuse_early(NetCall *call, Refusal refusal)
{
    call->state = CALL_REFUSED;
    call->refusal = refusal;
    call->closing = true;
    call->early = true;
    return refusal_send(call);
}

static bool address_is_local(Str address)
{
    return str_starts(address, STR("127.")) || str_is(address, "::1");
}

static size_t number_of(Str digits)
{
    size_t number = 0; /* at most 18 digits, as head_check() saw */
    for (size_t i = 0; i < digits.n; i++)
        number = number * 10 + (size_t)(digits.p[i] - '0');
    return number;
}

static enum MHD_Result look_at_head(NetCall *call, const char *method, const char *version)
{
    Net *net = call->net;
    call->looked = true;
    if (!head_check(call, method, version))
        return refuse_early(call, REFUSE_BAD);
    call->page = str_find(net_header(call, "Accept"), STR("text/html")) != SIZE_MAX;
    if (net->stopping)
        return refuse_early(call, REFUSE_STOPPING);
    if (net->options.forwarded && address_is_local(call->address)) {
        Str client = net_forwarded(call);
        call->address = client.p ? client : call->address;
    }
    call->state = CALL_HANDLED;
    call->body_start = net_now(net);
    peer_due(call->peer, net_now(net) + net->options.body_ms);
    call->body_said = number_of(net_header(call, "Content-Length"));
    call->body_limit = LIMIT_CALL_BODY;
    if (net->handler.head)
        call->body_limit = net->handler.head(net->handler.self, call);
    if (call->state == CALL_HANDLED && call->body_said > call->body_limit)
        refuse_too_large(call);
    if (call->state == CALL_HANDLED) {
        call->state = CALL_READING;
        return MHD_YES;
    }
    CHECK(call->state == CALL_ANSWERED);
    if (!call->has_body)
        return MHD_YES; /* sent at the next step: so the connection may go on */
    call->closing = call->early = true;
    return answer_send(call);
}

/* Memory follows the bytes that really came, so that a large Content-Length alone costs nothing. */
static enum MHD_Result take_body(NetCall *call, const char *bytes, size_t *count)
{
    enum { FIRST = 16 << 10 };
    size_t need = call->body_n + *count;
    if (need > call->body_limit) {
        refuse_too_large(call);
        call->early = true;
        answer_raw(call);
        return MHD_NO;
    }
    if (need > call->body_room) {
        size_t most = call->body_said ? call->body_said : call->body_limit;
        size_t room = call->body_room ? call->body_room * 2 : FIRST;
        room = room < need ? need : room;
        room = room > most ? most : room;
        call->body = heap_grow(call->body, call->body_room, room, 1);
        call->body_room = room;
    }
    memcpy(call->body + call->body_n, bytes, *count);
    call->body_n = need;
    *count = 0;
    int64_t earned = (int64_t)(need * 1000 / LIMIT_CALL_RATE);
    peer_due(call->peer, call->body_start + call->net->options.body_ms + earned);
    return MHD_YES;
}

static bool read_form(NetCall *call)
{
    Str type = net_header(call, "Content-Type"), form = STR("application/x-www-form-urlencoded");
    if (call->body_n == 0 || !str_starts(type, form))
        return true;
    return net_parse_pairs(call->arena, net_body(call), &call->form);
}

static enum MHD_Result run_handler(NetCall *call)
{
    Net *net = call->net;
    peer_due(call->peer, NET_NEVER);
    if (!read_form(call)) {
        call->state = CALL_REFUSED;
        call->refusal = REFUSE_BAD;
        return refusal_send(call);
    }
    call->state = CALL_HANDLED;
    net->handler.call(net->handler.self, call);
    if (call->suspended)
        return MHD_YES; /* it may belong to another thread already */
    CHECK(call->state == CALL_ANSWERED || call->state == CALL_REFUSED);
    return call->state == CALL_ANSWERED ? answer_send(call) : refusal_send(call);
}

enum MHD_Result call_step(NetCall *call, const char *method, const char *version, const char *bytes,
                          size_t *count)
{
    if (!call->looked)
        return look_at_head(call, method, version);
    if (*count)
        return take_body(call, bytes, count);
    call->suspended = false;
    switch (call->state) {
    case CALL_READING: return run_handler(call);
    case CALL_ANSWERED: return answer_send(call);
    case CALL_REFUSED: return refusal_send(call);
    case CALL_GONE: return MHD_NO;
    case CALL_HANDLED:
    case CALL_HELD:
    case CALL_STREAM: break;
    }
    CHECK(call->state == CALL_READING); /* a call that waits was not resumed */
    return MHD_NO;
}

NetMethod net_method(const NetCall *call)
{
    return call->method;
}

Str net_path(const NetCall *call)
{
    return call->path;
}

Str net_query(const NetCall *call, const char *name)
{
    return net_pair(&call->query, name, false);
}

Str net_header(const NetCall *call, const char *name)
{
    return net_pair(&call->headers, name, true);
}

Str net_cookie(const NetCall *call, const char *name)
{
    Str cookies = net_header(call, "Cookie");
    Pairs pairs = { 0 };
    if (cookies.n)
        net_parse_cookies(call->arena, cookies, &pairs);
    return net_pair(&pairs, name, false);
}

Str net_form(const NetCall *call, const char *name)
{
    return net_pair(&call->form, name, false);
}

Str net_body(const NetCall *call)
{
    return (Str){ call->body ? call->body : "", call->body_n };
}

Str net_address(const NetCall *call)
{
    return call->address;
}

Arena *net_arena(NetCall *call)
{
    return call->arena;
}

void net_head(NetCall *call, const char *name, Str value)
{
    for (size_t i = 0; i < value.n; i++) /* a line end here would let a value write headers */
        CHECK((unsigned char)value.p[i] >= ' ' || value.p[i] == '\t');
    Str key = str_of(name);
    Pair pair = { { str_z(call->arena, key), key.n }, { str_z(call->arena, value), value.n } };
    *list_push(call->arena, &call->heads) = pair;
}
