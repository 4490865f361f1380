/* What is written: a request, and what its reporter says to the answer. */
#include "web/open311/open311.h"

#include "base/limits.h"

enum { BODY_MOST = 64 << 10, HOLD_311_MS = 30000, CELLS_311 = 32 };

static Str copied(const Change *change, const Buf *out)
{
    return str_copy(change->call->w->arena, buf_str(out));
}

/* What is wrong, in the form that was asked for; the error stays, so that nothing is kept. */
static bool refuse(Work *w, Change *change, const Faults *faults)
{
    Asking311 *a = change->self;
    const Err err = w->err;
    if (err.code == ERR_STORE)
        return false;
    int status = err.code == ERR_NOT_FOUND || err.code == ERR_FORBIDDEN ? 404
                 : err.code == ERR_CONFLICT                             ? 409
                                                                        : 400;
    Buf out = buf_open(w->arena, BODY_MOST);
    Written t = tree_open(&out, a->xml);
    tree_list(&t, "errors");
    for (size_t i = 0; i < faults->n || i == 0; i++) {
        tree_item(&t, "error");
        tree_int(&t, "code", status);
        tree_text(&t, "description",
                  i < faults->n ? fault_text(w->arena, &faults->at[i], a->lang)
                                : word_text(w->arena, err.what, a->lang));
        tree_end(&t, "error");
    }
    tree_end(&t, "errors");
    change->status = status;
    change->body = copied(change, &out);
    return false;
}

static void send(Asking311 *a, bool (*run)(Work *w, Change *change))
{
    Call *call = a->call;
    Change *change = arena_new(call->w->arena, Change);
    *change =
        (Change){ .call = call,
                  .run = run,
                  .self = a,
                  .type = a->xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8" };
    if (answer_hold(call, HOLD_311_MS))
        change_send(change, 4096);
}

/* ---- a request ---- */

static Str attribute(const Asking311 *a, Str name)
{
    return asked_query(a, arena_printf(a->call->w->arena, "attribute[%.*s]", STR_ARG(name)));
}

/* 43.8378 -> 43.838: about a hundred metres; empty = no place on earth. */
static Str rounded(Work *w, Str given, int64_t most)
{
    Int128 value;
    int64_t exact;
    Str text = str_sub(given, 0, 12);
    size_t point = str_find(text, STR("."));
    if (point != SIZE_MAX)
        text = str_sub(text, 0, point + 7);
    if (!num_parse(text, 6, &exact) || exact > most || exact < -most ||
        !num_rescale(exact, 6, 3, ROUND_HALF, &value))
        return STR("");
    return num_print(w->arena, value, 3);
}

static void put_cell(Cell *cells, size_t *n, Str column, Str text)
{
    if (text.n && *n < CELLS_311)
        cells[(*n)++] = (Cell){ column, text };
}

static size_t read_cells(Work *w, const Asking311 *a, const Asked *asks, size_t ask_n,
                         const Item *item, Cell *cells)
{
    size_t n = 0;
    bool text = false;
    Str lat = rounded(w, asked_query(a, "lat"), 90000000);
    Str lon = rounded(w, asked_query(a, "long"), 180000000);
    Str phone = asked_query(a, "phone"), mail = asked_query(a, "email");
    for (size_t i = 0; i < ask_n; i++) {
        Str name = asks[i].field->name;
        bool first = asks[i].as == ASKED_TEXT && asks[i].must && !text;
        text = text || first;
        if (asks[i].as == ASKED_KIND)
            put_cell(cells, &n, name, item->name);
        else if (asks[i].as == ASKED_CONTACT)
            put_cell(cells, &n, name, phone.n ? phone : mail);
        else if (asks[i].as == ASKED_POINT && lat.n && lon.n)
            put_cell(cells, &n, name,
                     str_printf(w->arena, "%.*s,%.*s", STR_ARG(lat), STR_ARG(lon)));
        else if (asks[i].as != ASKED_PHOTO && asks[i].as != ASKED_POINT)
            put_cell(cells, &n, name, first ? asked_query(a, "description") : attribute(a, name));
    }
    return n;
}

/* attribute[unit] or address_id: its code; address_string: the name of one unit alone. */
static bool read_unit(Work *w, const Asking311 *a, Str *ret)
{
    Core *core = a->call->s->k.core;
    int32_t today = work_today(w), found = UNIT_NONE;
    Str name = asked_query(a, "address_string");
    *ret = attribute(a, STR("unit"));
    *ret = ret->n ? *ret : asked_query(a, "address_id");
    if (ret->n)
        return true;
    const TreeVersion *tree = units_tree(w, core->units, 0, today, KNOWN_NOW);
    TRY(tree);
    for (int32_t pre = 0; name.n && pre < tree->count; pre++) {
        int32_t unit = tree->slot_of[pre];
        bool same = str_eq(unit_name(core->units, unit, today, KNOWN_NOW), name) ||
                    str_eq(unit_code(core->units, unit, today, KNOWN_NOW), name);
        if (same && found != UNIT_NONE)
            return fail(w, ERR_BAD_INPUT, "open311.unit_many");
        found = same ? unit : found;
    }
    if (found == UNIT_NONE)
        return fail(w, ERR_BAD_INPUT, "open311.unit_none");
    *ret = unit_code(core->units, found, today, KNOWN_NOW);
    return true;
}

static bool file_request(Work *w, Change *change, Faults *faults)
{
    Asking311 *a = change->self;
    Kernel *k = &change->call->s->k;
    const Book *book;
    const Field *field;
    const Item *item;
    Asked *asks;
    size_t n;
    Str unit;
    CaseTold told;
    CommandDone done = { .seq = -1 };
    Cell cells[CELLS_311];
    a->w = w;
    a->set = packs_set(w, k->core, KNOWN_NOW);
    TRY(a->set);
    TRY(service_find(a, asked_query(a, "service_code"), &book, &field, &item));
    (void)report_asks(w->arena, book, a->lang, &asks, &n);
    TRY(read_unit(w, a, &unit));
    const CaseReport report = { .book = book->name,
                                .unit = unit,
                                .cells = cells,
                                .n = read_cells(w, a, asks, n, item, cells),
                                .secret = a->reporter };
    bool ok = case_report(w, k, &report, &told, &done);
    *faults = done.faults;
    TRY(ok);
    Buf out = buf_open(w->arena, BODY_MOST);
    Written t = tree_open(&out, a->xml);
    tree_list(&t, "service_requests");
    tree_item(&t, "request");
    tree_text(&t, "service_request_id",
              str_printf(w->arena, "%d-%lld", book->number, (long long)told.number));
    tree_text(&t, "service_notice", word_text(w->arena, "open311.notice", a->lang));
    tree_text(&t, "account_id", (Str){ 0 });
    tree_end(&t, "request");
    tree_end(&t, "service_requests");
    change->status = 201;
    change->body = copied(change, &out);
    return true;
}

static bool write_request(Work *w, Change *change)
{
    Faults faults = { 0 };
    change->call->s->batch_commands++;
    return file_request(w, change, &faults) || refuse(w, change, &faults);
}

void post_request(Asking311 *a)
{
    send(a, write_request);
}

/* ---- an update ---- */

/* Of the reporter's open moves: one that ends it for "closed", else one that takes it up again. */
static const OpenReply *choose(const OpenReply *replies, size_t n, Str status)
{
    bool over = str_is(status, "closed") || str_is(status, "fixed") || str_is(status, "CLOSED") ||
                str_is(status, "FIXED");
    for (size_t i = 0; i < n; i++)
        if (replies[i].may && replies[i].move->state->final == over)
            return &replies[i];
    return NULL;
}

static bool put_move(Work *w, Change *change, Faults *faults)
{
    Asking311 *a = change->self;
    Kernel *k = &change->call->s->k;
    OpenCase c;
    OpenReply *replies;
    Asked *asks;
    size_t n, cell_n = 0;
    CaseTold told;
    CommandDone done = { .seq = -1 };
    Cell cells[CELLS_311];
    Str id = asked_query(a, "service_request_id");
    TRY(open_case_enter(w, k, id, a->reporter, &c, a->lang));
    TRY(open_replies(w, k, c.tag, a->lang, &replies, &n));
    const OpenReply *reply = choose(replies, n, asked_query(a, "status"));
    if (!reply)
        return fail(w, ERR_BAD_INPUT, "open311.no_move");
    size_t ask_n = move_asks(w->arena, reply->move, a->lang, &asks);
    for (size_t i = 0; i < ask_n; i++)
        if (asks[i].as == ASKED_TEXT && !cell_n)
            put_cell(cells, &cell_n, asks[i].field->name, asked_query(a, "description"));
        else if (asks[i].as != ASKED_PHOTO)
            put_cell(cells, &cell_n, asks[i].field->name, attribute(a, asks[i].field->name));
    const CaseReply said = { .book = c.book->name,
                             .number = c.ord,
                             .secret = a->reporter,
                             .move = reply->name,
                             .cells = cells,
                             .n = cell_n };
    bool ok = case_reporter_move(w, k, &said, &told, &done);
    *faults = done.faults;
    TRY(ok);
    Buf out = buf_open(w->arena, BODY_MOST);
    Written t = tree_open(&out, a->xml);
    tree_list(&t, "service_request_updates");
    tree_item(&t, "request_update");
    tree_text(&t, "update_id", str_printf(w->arena, "%.*s-%zu", STR_ARG(c.tag), c.step_n + 1));
    tree_text(&t, "service_request_id", c.tag);
    tree_end(&t, "request_update");
    tree_end(&t, "service_request_updates");
    change->status = 201;
    change->body = copied(change, &out);
    return true;
}

static bool write_update(Work *w, Change *change)
{
    Faults faults = { 0 };
    change->call->s->batch_commands++;
    return put_move(w, change, &faults) || refuse(w, change, &faults);
}

void post_update(Asking311 *a)
{
    send(a, write_update);
}
