/* Changes: from the body of a request to the writer and back. The answer is made while the writer
 * has everything in its hand, and sent when it is durable. */
#include "base/hash.h"
#include "base/limits.h"
#include "web/web_int.h"

enum { HOLD_MS = 30000 };

bool change_refused(Call *call)
{
    Server *s = call->s;
    if (s->stopping)
        answer_code(call, 503, "stopping", "web.stopping");
    else if (s->wrong)
        answer_code(call, 503, "busy", "web.wrong");
    else if (s->disk_low)
        answer_wait(call, 503, "disk", "web.disk", 60);
    else
        return false;
    return true;
}

static bool run_change(Work *w, Log *log, void *payload)
{
    (void)log;
    Change *change = payload;
    change->status = 0;
    change->call->s->batch_commands++;
    return change->run(w, change);
}

static void reply_change(void *payload, const Err *err, Head head)
{
    (void)head;
    Change *change = payload;
    /* A spoiled batch is nobody's content: what was answered within it came to nothing. */
    bool spoiled = err && err->code == ERR_STORE;
    if (spoiled || (err && !change->status))
        answer_err(change->call, err, NULL);
    else if (change->done && !err)
        change->done(change);
    else if (change->type)
        answer(change->call, change->status, change->type, change->body);
    else
        answer_json(change->call, change->status, change->body);
}

void change_send(Change *change, size_t bytes)
{
    const Command command = { run_change, reply_change, change, bytes };
    if (!writer_send(change->call->s->writer, &command))
        answer_code(change->call, 503, "busy", "web.busy");
}

/* ---- POST /api/do/COMMAND ---- */

typedef struct Do {
    const CommandRow *row;
    ActId act;
    int64_t made_ms;
    Str seat;
    Cell *given;
    size_t n;
} Do;

static void put_done(Work *w, const CommandDone *done, Buf *out)
{
    buf_printf(out, "{\"data\":{\"seq\":%lld,\"count\":%d,\"receipt\":", (long long)done->seq,
               done->count);
    buf_json(out, hex_print(w->arena, done->receipt.byte, sizeof done->receipt.byte));
    buf_printf(out, ",\"again\":%s,\"answer\":{", done->again ? "true" : "false");
    buf_put(out, buf_str(&done->answer));
    buf_putz(out, "},\"warnings\":");
    faults_json(w, &done->faults, FAULTS_WARNINGS, out);
    buf_putz(out, "}}");
}

static void put_conflict(Work *w, const Err *err, const CommandDone *done, Buf *out)
{
    buf_putz(out, "{\"error\":{\"code\":\"conflict\",\"zh\":");
    buf_json(out, word_text(w->arena, err->what, LANG_ZH));
    buf_putz(out, ",\"en\":");
    buf_json(out, word_text(w->arena, err->what, LANG_EN));
    buf_putz(out, ",\"fields\":[],\"difference\":");
    buf_put(out, done->difference);
    buf_printf(out, ",\"seq\":%lld}}", (long long)done->seq);
}

/* The answer outlives the writer's arena, so it is copied into the call's. */
static bool finish_do(Work *w, Change *change, bool ok, const CommandDone *done)
{
    Buf out = buf_open(w->arena, LIMIT_ANSWER_BYTES);
    Str body;
    if (ok) {
        put_done(w, done, &out);
        change->status = 200;
        body = buf_str(&out);
    } else if (w->err.code == ERR_CONFLICT && done->difference.n) {
        put_conflict(w, &w->err, done, &out);
        change->status = 409;
        body = buf_str(&out);
    } else {
        change->status = err_body(w, &w->err, &done->faults, &body);
    }
    change->body = str_copy(change->call->w->arena, body);
    return ok;
}

static bool run_command(Work *w, Change *change)
{
    Server *s = change->call->s;
    const Do *asked = change->self;
    CommandAsk ask = { .act = &asked->act,
                       .person = change->call->session.person,
                       .made_ms = asked->made_ms,
                       .row = asked->row,
                       .given = asked->given,
                       .n = asked->n };
    CommandDone done = { .seq = -1 };
    bool ok =
        who_seat(w, s, ask.person, asked->seat, &ask.seat) && command_run_in(w, &s->k, &ask, &done);
    return finish_do(w, change, ok, &done);
}

static bool read_fields(Work *w, const Json *fields, Do *ret)
{
    if (!fields || fields->kind != JSON_IS_OBJECT)
        return fail(w, ERR_BAD_INPUT, "web.bad_json");
    ret->given = arena_array(w->arena, Cell, fields->n + 1);
    for (size_t i = 0; i < fields->n; i++) {
        if (fields->items[i].value.kind != JSON_IS_TEXT)
            return fail(w, ERR_BAD_INPUT, "web.bad_json");
        ret->given[ret->n++] = (Cell){ fields->items[i].key, fields->items[i].value.text };
    }
    return true;
}

static bool read_do(Work *w, Str body, Do *ret)
{
    static const char *const names[] = { "act", "made", "seat", "fields", NULL };
    Json json;
    Str act;
    TRY(json_parse(w, body, &json));
    const Json *made = json_member(&json, "made");
    bool fits = json_only(&json, names) && json_text_of(&json, "act", &act) &&
                json_text_of(&json, "seat", &ret->seat) &&
                hex_parse(act, ret->act.byte, sizeof ret->act.byte) &&
                (!made || (made->kind == JSON_IS_INT && made->number >= 0));
    if (!fits)
        return fail(w, ERR_BAD_INPUT, "web.bad_json");
    ret->made_ms = made ? made->number : 0;
    return read_fields(w, json_member(&json, "fields"), ret);
}

void run_do(Call *call)
{
    Do *asked = arena_new(call->w->arena, Do);
    asked->row = command_find(call->rest);
    if (!asked->row) {
        answer_code(call, 404, "not_found", "web.not_found");
        return;
    }
    if (change_refused(call))
        return;
    if (!read_do(call->w, net_body(call->net), asked)) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    Change *change = arena_new(call->w->arena, Change);
    *change = (Change){ .call = call, .run = run_command, .self = asked };
    if (answer_hold(call, HOLD_MS))
        change_send(change, net_body(call->net).n + 512);
}
