/* Files: attachments that a field names later, and tables that come in. */
#include "base/hash.h"
#include "base/limits.h"
#include "web/web_int.h"

enum { HOLD_MS = 60000 };

/* ---- PUT /api/blob/ID ---- */

static bool write_blob(Work *w, Change *change)
{
    Call *call = change->call;
    Server *s = call->s;
    int32_t seat;
    Str name = net_query(call->net, "seat");
    bool ok = who_seat(w, s, call->session.person, name.p ? name : STR(""), &seat) &&
              blob_put_as(w, s->k.core, seat, call->rest, net_body(call->net));
    change->status = ok ? 200 : err_body(call->w, &w->err, NULL, &change->body);
    if (ok)
        change->body = STR("{\"data\":{}}");
    return ok;
}

void run_blob_put(Call *call)
{
    if (change_refused(call))
        return;
    Change *change = arena_new(call->w->arena, Change);
    *change = (Change){ .call = call, .run = write_blob };
    if (answer_hold(call, HOLD_MS))
        change_send(change, net_body(call->net).n);
}

/* ---- GET /api/blob/ID ---- */

typedef struct Naming { /* of the field that names it */
    const Book *book;
    const Field *field;
    int32_t unit;
    int64_t period, ord;
} Naming;

static Str asked(const Call *call, const char *name)
{
    Str value = net_query(call->net, name);
    return value.p ? value : STR("");
}

static bool not_found(Work *w)
{
    return fail(w, ERR_NOT_FOUND, "web.not_found");
}

static bool number_of(Str text, int64_t *ret)
{
    *ret = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || i > 15)
            return false;
        *ret = *ret * 10 + (text.p[i] - '0');
    }
    return true;
}

static bool find_period(Str text, int64_t *ret)
{
    Period period;
    *ret = 0;
    if (!text.n)
        return true;
    if (str_starts(text, STR("#"))) {
        bool fits = number_of(str_sub(text, 1, text.n), ret);
        *ret += PERIOD_RECORD_BASE;
        return fits;
    }
    if (!period_parse(text, &period))
        return false;
    *ret = period.code;
    return true;
}

static bool find_place(Call *call, Naming *ret)
{
    Work *w = call->w;
    Core *core = call->s->k.core;
    const PackSet *set = packs_set(w, core, KNOWN_NOW);
    TRY(set);
    ret->book = set_book(set, asked(call, "book"));
    ret->field = ret->book ? book_field(ret->book, asked(call, "field")) : NULL;
    ret->unit = unit_find_code_ever(core->units, asked(call, "unit"), work_today(w));
    bool fits = ret->field && ret->unit != UNIT_NONE &&
                find_period(asked(call, "period"), &ret->period) &&
                number_of(asked(call, "number"), &ret->ord);
    return fits || not_found(w);
}

/* The attachment itself is given only as the content of a field that the person may read. */
static bool read_blob(Call *call, Str *ret)
{
    Work *w = call->w;
    Core *core = call->s->k.core;
    Reader reader;
    Naming p = { 0 };
    TRY(who_reader(call, &reader));
    TRY(find_place(call, &p));
    Sight sight;
    const RecordRow *row = record_find(w, core, p.book, p.unit, p.period, p.ord, KNOWN_NOW);
    TRY(row || not_found(w));
    TRY(view_sight(w, &reader, p.book, row, &sight));
    if (!sight_has(&sight, p.field) && !PLANTED("blob"))
        return not_found(w);
    Str named = row->texts[p.field->number];
    bool here = row->unit == p.unit && row->state != RECORD_VOID && named.p &&
                (p.field->type.kind == TYPE_IMAGE || p.field->type.kind == TYPE_FILE) &&
                !p.field->type.hidden && str_eq(named, call->rest);
    return here ? blob_get(w, core, call->rest, ret) : not_found(w);
}

static const char *type_of(Str bytes)
{
    if (str_starts(bytes, STR("\xFF\xD8\xFF")))
        return "image/jpeg";
    return str_starts(bytes, STR("\x89PNG\r\n\x1A\n")) ? "image/png" : "application/octet-stream";
}

void run_blob_get(Call *call)
{
    Str bytes = STR("");
    live_enter(&call->s->live);
    bool ok = read_blob(call, &bytes);
    live_leave(&call->s->live);
    if (!ok) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    net_head(call->net, "Content-Disposition", STR("attachment"));
    answer(call, 200, type_of(bytes), bytes);
}

/* ---- POST /api/import ---- */

/* In the writer, where nobody else writes: rows may rest on each other, so that even a trial is
 * written and taken back. The report lives in the call's arena. */
static bool write_table(Work *w, Change *change)
{
    Call *call = change->call;
    Server *s = call->s;
    ImportFile *file = change->self;
    Buf out = buf_open(call->w->arena, LIMIT_ANSWER_BYTES);
    bool told = false;
    bool ok = who_seat(w, s, file->person, asked(call, "seat"), &file->seat) &&
              import_run_in(w, &s->k, file, &out, &told);
    if (!ok && !told) {
        change->status = err_body(call->w, &w->err, NULL, &change->body);
        return false;
    }
    change->status = 200;
    change->body = str_printf(call->w->arena, "{\"data\":%.*s}", STR_ARG(buf_str(&out)));
    return ok;
}

static bool read_file_ask(Call *call, ImportFile *ret)
{
    Str act = net_header(call->net, "X-Tian-Act");
    *ret = (ImportFile){ .person = call->session.person,
                         .book = asked(call, "book"),
                         .period = asked(call, "period"),
                         .name = asked(call, "name"),
                         .map = asked(call, "map"),
                         .bytes = net_body(call->net),
                         .dry_run = str_is(asked(call, "dry"), "1"),
                         .lang = call->lang };
    if (ret->dry_run)
        return true;
    ActId *id = arena_new(call->w->arena, ActId);
    ret->act = id;
    return (act.p && hex_parse(act, id->byte, sizeof id->byte)) ||
           fail(call->w, ERR_BAD_INPUT, "web.bad_json");
}

void run_import(Call *call)
{
    ImportFile *file = arena_new(call->w->arena, ImportFile);
    if (change_refused(call))
        return;
    if (!read_file_ask(call, file)) {
        answer_err(call, &call->w->err, NULL);
        return;
    }
    Change *change = arena_new(call->w->arena, Change);
    *change = (Change){ .call = call, .run = write_table, .self = file };
    if (answer_hold(call, HOLD_MS))
        change_send(change, LIMIT_BATCH_BYTES); /* a batch of its own */
}
