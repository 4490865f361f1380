/* run: many acts, each at its own time, in one go.
 *
 *     tian run DIR --acts FILE
 *
 * A line is TIME, SEAT, COMMAND and KEY=VALUE cells, cut by tabs; `#` begins a line that is passed
 * over. TIME is 2021-03-01T09:00 or with seconds, in ascending order. SEAT is role@code; `-` the
 * system itself; `resident` someone without an account, who files and joins; `reporter` who knows
 * the secret of a report (cell `secret`), and moves it. Between two acts happens what is due: late
 * steps of clocks, at their moments. A refused act ends the run; what was done before it stands,
 * in whole batches. */
#include <stdio.h>

#include "base/words.h"
#include "command/case.h"
#include "flow/flow.h"
#include "main/main.h"

enum { ACTS_BYTES = 256 << 20, BATCH_ACTS = 256, CELLS_MOST = 64, RIPE_MOST = 64 };

typedef struct Run {
    Env env; /* the machine's, but for the clock */
    int64_t now_ms;
    Kernel k;
    Cases *cases;
    Judge judge;
    Lang lang;
    int64_t line, acts, late, open; /* open: acts of the batch begun */
} Run;

typedef struct ActLine {
    int64_t at_ms;
    Str seat, command;
    Cell cells[CELLS_MOST];
    size_t n;
} ActLine;

static int64_t run_now(void *self)
{
    return ((Run *)self)->now_ms;
}

static void run_random(void *self, void *bytes, size_t count)
{
    (void)self;
    env_real()->random(env_real()->self, bytes, count);
}

static void set_clock(Work *w, Run *r, int64_t ms)
{
    r->now_ms = ms;
    w->now_ms = ms;
}

/* 2021-03-01T09:00 or 2021-03-01T09:00:30 */
static bool read_time(Str text, int64_t *ret_ms)
{
    int32_t day;
    int64_t part[3] = { 0 };
    Str date, piece, rest = text;
    if (!str_next(&rest, 'T', &date) || !rest.p || !day_parse(date, &day))
        return false;
    for (int i = 0; i < 3 && str_next(&rest, ':', &piece); i++)
        if (!num_parse_int(piece, &part[i]) || part[i] < 0 || part[i] > (i ? 59 : 23))
            return false;
    *ret_ms = day_first_ms(day) + ((part[0] * 60 + part[1]) * 60 + part[2]) * 1000;
    return !rest.p;
}

static bool read_line(Work *w, Str text, ActLine *ret)
{
    Str rest = text, time = STR(""), piece;
    (void)str_next(&rest, '\t', &time);
    if (!read_time(time, &ret->at_ms) || !str_next(&rest, '\t', &ret->seat) ||
        !str_next(&rest, '\t', &ret->command))
        return fail(w, ERR_BAD_INPUT, "main.act_line given=%.*s", STR_ARG(text));
    ret->n = 0;
    while (str_next(&rest, '\t', &piece)) {
        Str value = piece, key;
        if (!str_next(&value, '=', &key) || !value.p || ret->n == CELLS_MOST)
            return fail(w, ERR_BAD_INPUT, "main.bad_field given=%.*s", STR_ARG(piece));
        ret->cells[ret->n++] = (Cell){ key, value };
    }
    return true;
}

/* ---- who acts ---- */

/* The cells without those named; what the named ones held stands in `ret`. */
static size_t take_out(ActLine *line, const char *const *names, Str *ret, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        ret[i] = STR("");
    for (size_t c = 0; c < line->n; c++) {
        size_t i = 0;
        while (i < n && !str_is(line->cells[c].column, names[i]))
            i++;
        if (i < n)
            ret[i] = line->cells[c].text;
        else
            line->cells[kept++] = line->cells[c];
    }
    return kept;
}

static bool act_resident(Work *w, Run *r, ActLine *line, CommandDone *done)
{
    static const char *const names[] = { "book", "unit", "number", "secret" };
    Str had[4];
    size_t n = take_out(line, names, had, 4);
    int64_t number = 0;
    CaseTold told;
    if (str_is(line->command, "record.file")) {
        CaseReport report = {
            .book = had[0], .unit = had[1], .secret = had[3], .cells = line->cells, .n = n
        };
        return case_report(w, &r->k, &report, &told, done);
    }
    if (!str_is(line->command, "record.join") || !num_parse_int(had[2], &number))
        return fail(w, ERR_BAD_INPUT, "main.command name=%.*s", STR_ARG(line->command));
    CaseJoin join = { .book = had[0], .number = number };
    return case_join_public(w, &r->k, &join, done);
}

static bool act_reporter(Work *w, Run *r, ActLine *line, CommandDone *done)
{
    static const char *const names[] = { "book", "number", "secret", "move", "unit" };
    Str had[5];
    size_t n = take_out(line, names, had, 5);
    int64_t number = 0;
    CaseTold told;
    if (!str_is(line->command, "record.move") || !num_parse_int(had[1], &number))
        return fail(w, ERR_BAD_INPUT, "main.command name=%.*s", STR_ARG(line->command));
    CaseReply reply = { .book = had[0],
                        .number = number,
                        .secret = had[2],
                        .move = had[3],
                        .cells = line->cells,
                        .n = n };
    return case_reporter_move(w, &r->k, &reply, &told, done);
}

static bool act_seat(Work *w, Run *r, const ActLine *line, CommandDone *done)
{
    Seat seat = { 0 };
    CommandAsk ask = { .row = command_find(line->command), .given = line->cells, .n = line->n };
    if (!ask.row)
        return fail(w, ERR_BAD_INPUT, "main.command name=%.*s", STR_ARG(line->command));
    if (!str_is(line->seat, "-"))
        TRY(seat_find(w, r->k.core, line->seat, &seat));
    ask.seat = seat.seat;
    ask.person = ask.seat ? seat_person(r->k.core, ask.seat, work_today(w)) : 0;
    return command_run_in(w, &r->k, &ask, done);
}

/* ---- batches, and what is due between two acts ---- */

static bool batch_end(Work *w, Run *r)
{
    if (!r->open)
        return true;
    TRY(log_commit(w, r->k.core->store.log));
    kernel_committed(&r->k);
    r->open = 0;
    return true;
}

static bool batch_need(Work *w, Run *r)
{
    if (r->open >= BATCH_ACTS)
        TRY(batch_end(w, r));
    TRY(r->open || log_begin(w, r->k.core->store.log));
    r->open++;
    return true;
}

static bool tick_one(Work *w, Run *r, const CaseRef *ref)
{
    size_t facts = 0;
    Core *core = r->k.core;
    TRY(batch_need(w, r));
    TRY(core_act_begin(w, core, NULL));
    core->seat = 0;
    core->person = 0;
    core->made_ms = 0;
    TRY(case_tick(w, core, &r->judge, ref->book, ref->ord, r->now_ms, &facts));
    r->late += (int64_t)facts;
    return core_act_end(w, core);
}

/* Everything due before the next act, each at its own moment. */
static bool tick_until(Work *w, Run *r, int64_t until_ms)
{
    int64_t next = 0;
    while (cases_next(w, r->cases, &next) && next <= until_ms) {
        ARENA_SCOPE(w->arena);
        CaseRef *ripe = NULL;
        size_t n = 0;
        set_clock(w, r, next > r->now_ms ? next : r->now_ms);
        TRY(cases_ripe(w, r->cases, r->now_ms, RIPE_MOST, &ripe, &n));
        CHECK(n);
        for (size_t i = 0; i < n; i++)
            TRY(tick_one(w, r, &ripe[i]));
    }
    return w->err.code == ERR_NONE;
}

static bool run_line(Work *w, Run *r, Str text)
{
    ARENA_SCOPE(w->arena);
    ActLine line;
    CommandDone done = { 0 };
    TRY(read_line(w, text, &line));
    if (line.at_ms < r->now_ms)
        return fail(w, ERR_BAD_INPUT, "main.act_order given=%.*s", STR_ARG(text));
    TRY(tick_until(w, r, line.at_ms));
    set_clock(w, r, line.at_ms);
    TRY(batch_need(w, r));
    bool ok = str_is(line.seat, "resident")   ? act_resident(w, r, &line, &done)
              : str_is(line.seat, "reporter") ? act_reporter(w, r, &line, &done)
                                              : act_seat(w, r, &line, &done);
    if (!ok) {
        (void)faults_print(w, &done.faults, r->lang);
        fprintf(stderr, "tian: %lld: %.*s\n", (long long)r->line, STR_ARG(text));
    }
    r->acts += ok;
    return ok;
}

static bool run_all(Work *w, Run *r, Str text)
{
    Str line;
    while (str_next(&text, '\n', &line)) {
        r->line++;
        if (line.n && line.p[0] != '#')
            TRY(run_line(w, r, line));
    }
    return batch_end(w, r);
}

int door_run(Work *w, const Args *args)
{
    Run r = { .env = *env_real(), .lang = args->lang };
    Str text;
    if (!args->acts)
        return -1;
    if (!w->env->read_file(w->env->self, args->acts, ACTS_BYTES, w->arena, &text)) {
        (void)fail(w, ERR_NOT_FOUND, "main.act_file path=%s", args->acts);
        return EXIT_REFUSED;
    }
    if (!kernel_open(w, args->word[0], DB_WRITE, &r.k))
        return EXIT_STORE;
    const Env *env = w->env;
    r.env.self = &r;
    r.env.now_ms = run_now;
    r.env.random = run_random;
    w->env = &r.env;
    r.now_ms = log_head(r.k.core->store.log).at_ms;
    r.judge = judge_of(r.k.figures);
    r.cases = cases_open(r.k.core);
    bool ok = run_all(w, &r, text);
    if (!ok && r.open)
        log_rollback(r.k.core->store.log);
    cases_close(&r.cases);
    kernel_close(&r.k);
    w->env = env;
    w->now_ms = env->now_ms(env->self);
    if (!ok)
        return EXIT_REFUSED;
    Str said = word_text(w->arena,
                         arena_printf(w->arena, "main.acts_run n=%lld late=%lld", (long long)r.acts,
                                      (long long)r.late),
                         args->lang);
    return print(str_printf(w->arena, "%.*s\n", STR_ARG(said)));
}
