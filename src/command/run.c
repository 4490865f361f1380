/* Running one command: who may, what is known of its act, the change itself, and the answer.
 *
 * An act is known by its id, its actor and what was asked: sent again, it is answered again from
 * its facts and nothing is done. The same id with anything else is a conflict that tells nothing.
 */
#include <stdlib.h>

#include "base/words.h"
#include "command/command_int.h"

enum { REQUEST_MAX = 16 << 20, ANSWER_MAX = 1 << 20 };

/* ---- the request as bytes ---- */

static int by_column(const void *a, const void *b)
{
    const Cell *x = a;
    const Cell *y = b;
    int order = str_cmp(x->column, y->column);
    return order ? order : str_cmp(x->text, y->text);
}

static void put_piece(Buf *out, Str piece)
{
    uint64_t n = piece.n;
    buf_put(out, (Str){ (const char *)&n, sizeof n });
    buf_put(out, piece);
}

/* Command and fields, sorted by name, each with its length: no two requests give the same bytes. */
static bool request_bytes(Work *w, const CommandAsk *ask, Str *ret)
{
    Buf out = buf_open(w->arena, REQUEST_MAX);
    Cell *sorted = arena_copy(w->arena, ask->given, ask->n * sizeof *sorted);
    if (ask->n > 1)
        qsort(sorted, ask->n, sizeof *sorted, by_column);
    put_piece(&out, str_of(ask->row->name));
    if (ask->secret.n)
        put_piece(&out, ask->secret);
    for (size_t i = 0; i < ask->n; i++) {
        put_piece(&out, sorted[i].column);
        put_piece(&out, sorted[i].text);
    }
    *ret = buf_str(&out);
    return buf_ok(&out) || fail(w, ERR_LIMIT, "command.too_long limit=%d", REQUEST_MAX >> 20);
}

/* ---- may it be asked at all ---- */

/* Unknown and lacking fields; a record's own fields are judged by its book. */
static bool fields_fit(Work *w, const CommandAsk *ask, CommandDone *done)
{
    const CommandRow *row = ask->row;
    for (size_t i = 0; i < ask->n; i++)
        for (size_t j = 0; j < i; j++)
            if (str_eq(ask->given[i].column, ask->given[j].column))
                return fail(w, ERR_BAD_INPUT, "command.twice name=%.*s",
                            STR_ARG(ask->given[i].column));
    for (size_t i = 0; i < ask->n && !row->open; i++)
        if (!row_has_field(row, ask->given[i].column))
            return fail(w, ERR_BAD_INPUT, "command.field name=%.*s command=%s",
                        STR_ARG(ask->given[i].column), row->name);
    for (size_t f = 0; f < sizeof row->fields / sizeof *row->fields && row->fields[f].name; f++)
        if (!row->fields[f].optional && !given_text(ask, row->fields[f].name).n)
            (void)given_fault(w, ask, done, row->fields[f].name, "fault.required");
    return w->err.code == ERR_NONE;
}

/* A person acts in a seat that they hold or stand in for today; without a person it is the command
 * line, and without a seat the system itself. */
static bool actor_fits(Work *w, Kernel *k, const CommandAsk *ask)
{
    int32_t today = work_today(w);
    if (PLANTED("held_by"))
        return true;
    if (ask->person ? ask->seat && seat_held_by(k->core, ask->seat, ask->person, today)
                    : !ask->seat || seat_answers(k->core, ask->seat, today))
        return true;
    return fail(w, ERR_FORBIDDEN, "right.denied");
}

static bool duty_fits(Work *w, Kernel *k, const CommandAsk *ask)
{
    if (ask->row->duty == DUTY_NONE || ask->seat == 0 || PLANTED("duty") ||
        seat_duty(w, k->core, ask->seat) == ask->row->duty)
        return true;
    return w->err.code == ERR_NONE ? fail(w, ERR_FORBIDDEN, "right.denied") : false;
}

/* ---- the act ---- */

static bool tell(Work *w, Kernel *k, const CommandAsk *ask, const Fact *fact, CommandDone *done)
{
    return !ask->row->tell || ask->row->tell(w, k, ask, fact, done);
}

static bool fact_at(Work *w, Kernel *k, int64_t seq, Fact *ret)
{
    bool more = false;
    Fact end = { 0 };
    FactWalk *walk = fact_walk(w, k->core->store.db, seq, seq + 1);
    TRY(walk);
    TRY(fact_next(w, walk, ret, &more));
    CHECK(more);
    return fact_next(w, walk, &end, &more);
}

/* Was this act done before? Then its answer stands in *done. */
static bool find_act(Work *w, Kernel *k, const CommandAsk *ask, Str request, CommandDone *done)
{
    Log *log = k->core->store.log;
    Hash said = hash_of(request.p, request.n);
    Hash digest =
        act_digest(log, ask->seat, ask->person, (Str){ (const char *)said.byte, sizeof said.byte });
    Fact fact = { 0 };
    TRY(act_find(w, log, *ask->act, digest, &done->again, &done->seq, &done->count));
    if (!done->again)
        return true;
    TRY(log_leaf(w, log, done->seq, &done->receipt));
    TRY(fact_at(w, k, done->seq, &fact));
    return tell(w, k, ask, &fact, done);
}

static bool run_act(Work *w, Kernel *k, const CommandAsk *ask, Str request, CommandDone *done)
{
    Core *core = k->core;
    TRY(core_act_begin(w, core, ask->act));
    core->seat = ask->seat;
    core->person = ask->person;
    core->made_ms = ask->made_ms;
    core_act_asked(core, request);
    if (!ask->row->run(w, k, ask, done))
        return false;
    CHECK(buf_ok(&done->answer));
    done->count = core->act_n;
    if (core->act_n) {
        done->seq = core->act_first;
        done->receipt = core->receipt;
        TRY(tell(w, k, ask, &core->act_fact, done));
    }
    return core_act_end(w, core);
}

/* What is not there and what is not yours is one answer, in one wording. */
static bool refuse(Work *w, const CommandAsk *ask, CommandDone *done)
{
    bool hide = w->err.code == ERR_FORBIDDEN || w->err.code == ERR_NOT_FOUND;
    if (w->err.code != ERR_BAD_INPUT)
        done->faults.n = 0;
    bool house = ask->seat == 0 && ask->actor == ACTOR_SEAT;
    if (!hide || house || ask->row->duty != DUTY_NONE)
        return false;
    work_clear(w);
    return fail(w, ERR_NOT_FOUND, "right.denied");
}

bool command_run_in(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    Str request;
    *done = (CommandDone){ .seq = -1, .answer = buf_open(w->arena, ANSWER_MAX) };
    bool ok = actor_fits(w, k, ask) && duty_fits(w, k, ask) && fields_fit(w, ask, done) &&
              request_bytes(w, ask, &request) && (!ask->act || find_act(w, k, ask, request, done));
    if (ok && done->again)
        return true;
    ok = ok && run_act(w, k, ask, request, done);
    core_act_leave(k->core);
    return ok || refuse(w, ask, done);
}

bool command_run(Work *w, Kernel *k, const CommandAsk *ask, CommandDone *done)
{
    Log *log = k->core->store.log;
    int64_t writes = db_writes(k->core->store.db);
    TRY(log_begin(w, log));
    if (command_run_in(w, k, ask, done) && log_commit(w, log)) {
        kernel_committed(k);
        return true;
    }
    Err err = w->err;
    bool wrote = db_writes(k->core->store.db) != writes;
    work_clear(w);
    log_rollback(log);
    TRY(!wrote || kernel_reload(w, k));
    w->err = err;
    return false;
}
