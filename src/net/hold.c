/* Held calls: between net_hold() and its answer a call belongs to another thread, and its
 * connection is suspended. Exactly one of three ends that: the answer, its deadline, the stop of
 * the server. Whoever moves the state away from CALL_HELD, under net->lock, resumes the connection,
 * and nobody else does. The holder keeps a reference of its own, so the request's bytes stay
 * readable for it after a refusal; its late answer only gives the reference back. A client that
 * went meanwhile is noticed when the answer is sent: what the holder does for it is done all the
 * same. */
#include "base/limits.h"
#include "net/net_int.h"

/* The library's bytes end with the request, which a late holder may outlive. */
static void copy_headers(NetCall *call)
{
    for (size_t i = 0; i < call->headers.n; i++) {
        Pair *pair = &call->headers.at[i];
        *pair = (Pair){ str_copy(call->arena, pair->name), str_copy(call->arena, pair->value) };
    }
    call->address = str_copy(call->arena, call->address);
}

static void link_held(Net *net, NetCall *call)
{
    call->next = net->held;
    if (call->next)
        call->next->prev = call;
    net->held = call;
}

bool net_hold(NetCall *call, int64_t ms)
{
    Net *net = call->net;
    CHECK(call->state == CALL_HANDLED && !call->held && call->looked);
    bool room = net->held_open < (int64_t)net->options.held;
    if (!room || net->stopping) {
        call->refusal = room ? REFUSE_STOPPING : REFUSE_BUSY;
        call->state = CALL_REFUSED;
        return false;
    }
    copy_headers(call);
    call->held = call->suspended = true;
    call->refs = 2;
    call->hold_until = net_now(net) + ms;
    net->refs++;
    net->held_open++;
    MHD_suspend_connection(call->connection); /* before anybody can resume it */
    pthread_mutex_lock(&net->lock);
    bool held = !net->stopping; /* a stop that came meanwhile has looked at the list already */
    call->state = held ? CALL_HELD : CALL_REFUSED;
    if (held)
        link_held(net, call);
    pthread_mutex_unlock(&net->lock);
    if (held)
        return true;
    call->refusal = REFUSE_STOPPING;
    call->refs = 1;
    net->held_open--;
    MHD_resume_connection(call->connection);
    return false;
}

/* Under net->lock. */
static void move_on(NetCall *call, CallState state)
{
    Net *net = call->net;
    CHECK(call->state == CALL_HELD);
    call->state = state;
    if (call->prev)
        call->prev->next = call->next;
    else
        net->held = call->next;
    if (call->next)
        call->next->prev = call->prev;
    call->prev = call->next = NULL;
}

void hold_answer(NetCall *call, const Answer *answer)
{
    Net *net = call->net;
    pthread_mutex_lock(&net->lock);
    bool first = call->state == CALL_HELD;
    if (first) {
        call->answer = *answer;
        move_on(call, CALL_ANSWERED);
    }
    pthread_mutex_unlock(&net->lock);
    if (first)
        MHD_resume_connection(call->connection);
    net->held_open--;
    call_release(call);
}

bool hold_take(NetCall *call)
{
    Net *net = call->net;
    pthread_mutex_lock(&net->lock);
    bool first = call->state == CALL_HELD;
    if (first)
        move_on(call, CALL_STREAM);
    pthread_mutex_unlock(&net->lock);
    return first;
}

static void refuse_until(Net *net, int64_t until, Refusal refusal)
{
    NetCall *ended = NULL;
    pthread_mutex_lock(&net->lock);
    for (NetCall *call = net->held, *next; call; call = next) {
        next = call->next;
        if (call->hold_until > until)
            continue;
        call->refusal = refusal;
        move_on(call, CALL_REFUSED);
        call->next = ended;
        ended = call;
    }
    pthread_mutex_unlock(&net->lock);
    for (NetCall *next; ended; ended = next) {
        next = ended->next; /* once resumed it may be gone */
        MHD_resume_connection(ended->connection);
    }
}

void hold_tick(Net *net, int64_t now)
{
    refuse_until(net, now, REFUSE_LATE);
}

void hold_refuse_all(Net *net, Refusal refusal)
{
    refuse_until(net, NET_NEVER, refusal);
}
