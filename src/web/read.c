/* Reads: views, OpenAPI, tables as Excel, the calendar of a seat. Nothing here writes. */
#include "base/limits.h"
#include "web/web_int.h"

enum { HOLD_MS = 30000, ARGS_MAX = VIEW_ARGS };

static size_t args_of(Call *call, const ViewRow *view, Cell *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof view->args / sizeof *view->args && view->args[i].name; i++) {
        Str value = net_query(call->net, view->args[i].name);
        if (value.p)
            ret[n++] = (Cell){ str_of(view->args[i].name), value };
    }
    return n;
}

/* Somebody without a seat still sees who they are and where they are signed in, and nothing else.
 */
static bool reader_of(Call *call, const ViewRow *view, Reader *ret)
{
    if (who_reader(call, ret))
        return true;
    bool own = !strcmp(view->name, "me") || !strcmp(view->name, "sessions");
    if (!own || net_query(call->net, "seat").n || call->w->err.code != ERR_NOT_FOUND)
        return false;
    work_clear(call->w);
    return true;
}

static bool read_view(Call *call, const ViewRow *view, Buf *out)
{
    Reader reader;
    Cell args[ARGS_MAX];
    size_t n = args_of(call, view, args);
    live_enter(&call->s->live);
    bool ok = reader_of(call, view, &reader) && view_run(call->w, &reader, view, args, n, out);
    records_trim(call->s->k.core);
    live_leave(&call->s->live);
    return ok && (buf_ok(out) || fail(call->w, ERR_LIMIT, "web.answer_large"));
}

static void give_view(Call *call)
{
    const ViewRow *view = view_find(call->rest);
    Buf out = buf_open(call->w->arena, LIMIT_ANSWER_BYTES);
    if (read_view(call, view, &out))
        answer_json(call, 200, buf_str(&out));
    else
        answer_err(call, &call->w->err, NULL);
}

static void run_later(void *self)
{
    Call *call = self;
    call->later(call);
}

void call_heavy(Call *call, void (*run)(Call *call))
{
    if (!answer_hold(call, HOLD_MS))
        return;
    call->later = run;
    if (!heavy_send(call->s->heavy, run_later, call))
        answer_code(call, 503, "busy", "web.busy");
}

void run_view(Call *call)
{
    const ViewRow *view = view_find(call->rest);
    if (!view)
        answer_code(call, 404, "not_found", "web.not_found");
    else if (view->heavy)
        call_heavy(call, give_view);
    else
        give_view(call);
}

void run_openapi(Call *call)
{
    Buf out = buf_open(call->w->arena, LIMIT_ANSWER_BYTES);
    if (api_openapi(call->w, &out))
        answer_json(call, 200, buf_str(&out));
    else
        answer_err(call, &call->w->err, NULL);
}

/* ---- files ---- */

#define XLSX "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

typedef bool Maker(Work *w, const Reader *reader, const Cell *given, size_t n, Str *ret);

static void give_file(Call *call, Maker *make, const char *name)
{
    static const char *const names[] = { "book", "unit",  "period",  "name",
                                         "kind", "known", "tree_day" };
    Cell args[sizeof names / sizeof *names];
    size_t n = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        Str value = net_query(call->net, names[i]);
        if (value.p)
            args[n++] = (Cell){ str_of(names[i]), value };
    }
    Reader reader;
    Str bytes = STR("");
    live_enter(&call->s->live);
    bool ok = who_reader(call, &reader) && make(call->w, &reader, args, n, &bytes);
    records_trim(call->s->k.core);
    live_leave(&call->s->live);
    if (!ok) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    net_head(call->net, "Content-Disposition",
             str_printf(call->w->arena, "attachment; filename=\"%s.xlsx\"", name));
    answer(call, 200, XLSX, bytes);
}

static void give_template(Call *call)
{
    give_file(call, template_xlsx, "template");
}

static void give_export(Call *call)
{
    give_file(call, export_xlsx, "table");
}

void run_template(Call *call)
{
    call_heavy(call, give_template);
}

void run_export(Call *call)
{
    call_heavy(call, give_export);
}

/* ---- /cal/ROLE@CODE.ics: the deadlines of a seat of one's own ---- */

static bool read_calendar(Call *call, Buf *out)
{
    Str name = call->rest;
    int32_t seat;
    if (!str_ends(name, STR(".ics")) || name.n <= 4)
        return fail(call->w, ERR_NOT_FOUND, "web.not_found");
    TRY(who_seat(call->w, call->s, call->session.person, str_sub(name, 0, name.n - 4), &seat));
    return page_ics(call->w, &call->s->k, seat, out) &&
           (buf_ok(out) || fail(call->w, ERR_LIMIT, "web.answer_large"));
}

void run_calendar(Call *call)
{
    Buf out = buf_open(call->w->arena, LIMIT_ANSWER_BYTES);
    live_enter(&call->s->live);
    bool ok = read_calendar(call, &out);
    live_leave(&call->s->live);
    if (!ok) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    net_head(call->net, "Content-Disposition", STR("attachment; filename=\"tian.ics\""));
    answer(call, 200, "text/calendar; charset=utf-8", buf_str(&out));
}
