/* The addresses under /open311/v2/, the answers' two forms, and errors in both. */
#include "web/open311/open311.h"

#include "base/limits.h"

enum { ANSWER_MOST = 4 << 20 };

Str asked_query(const Asking311 *a, const char *name)
{
    Str value = net_query(a->call->net, name);
    if (!value.p)
        value = net_form(a->call->net, name);
    return value.p ? str_trim(value) : STR("");
}

static int64_t digits(Str s, size_t at, size_t n)
{
    int64_t value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
            return -1;
        value = value * 10 + (s.p[i] - '0');
    }
    return value;
}

/* 2022-02-10, 2022-02-10T09:20:00Z, …+08:00, …+0800 (its plus may have come as a blank). */
static bool moment_parse(Str s, int64_t *ret_ms)
{
    int32_t day;
    if (s.n < 10 || !day_parse(str_sub(s, 0, 10), &day))
        return false;
    *ret_ms = day_first_ms(day);
    if (s.n == 10)
        return true;
    int64_t hour = digits(s, 11, 2), minute = digits(s, 14, 2), second = digits(s, 17, 2);
    if ((s.p[10] != 'T' && s.p[10] != ' ') || hour < 0 || hour > 24 || minute < 0 || minute > 59)
        return false;
    *ret_ms += ((hour * 60 + minute) * 60 + (second > 0 ? second : 0)) * 1000;
    for (size_t i = 16; i < s.n; i++) {
        bool plus = s.p[i] == '+' || (s.p[i] == ' ' && i > 16);
        if (s.p[i] == 'Z')
            *ret_ms += OFFICE_MS;
        if (!plus && s.p[i] != '-')
            continue;
        bool colon = i + 3 < s.n && s.p[i + 3] == ':';
        int64_t hours = digits(s, i + 1, 2), minutes = digits(s, i + (colon ? 4 : 3), 2);
        int64_t off = (hours * 60 + (minutes > 0 ? minutes : 0)) * 60000;
        *ret_ms += OFFICE_MS - (plus ? off : -off);
        return hours >= 0;
    }
    return true;
}

bool asked_moment(const Asking311 *a, const char *name, int64_t *ret_ms)
{
    Str text = asked_query(a, name);
    *ret_ms = 0;
    return !text.n || moment_parse(text, ret_ms) ||
           fail(a->w, ERR_BAD_INPUT, "open311.moment name=%s", name);
}

/* ---- answers ---- */

void answer_311(Call *call, bool xml, int status, Str body)
{
    int blotted;
    net_head(call->net, "Access-Control-Allow-Origin", STR("*"));
    Str clean = blot_person_numbers(call->w->arena, body, &blotted);
    answer(call, status, xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8",
           clean);
}

void put_errors(Buf *out, bool xml, int status, Str text)
{
    Written t = tree_open(out, xml);
    tree_list(&t, "errors");
    tree_item(&t, "error");
    tree_int(&t, "code", status);
    tree_text(&t, "description", text);
    tree_end(&t, "error");
    tree_end(&t, "errors");
}

void refuse_311(Call *call, bool xml, int status, const char *word)
{
    Buf out = buf_open(call->w->arena, ANSWER_MOST);
    put_errors(&out, xml, status, word_text(call->w->arena, word, call->lang));
    answer_311(call, xml, status, buf_str(&out));
}

static int status_of(ErrCode code)
{
    switch (code) {
    case ERR_BAD_INPUT:
    case ERR_LIMIT: return 400;
    case ERR_FORBIDDEN:
    case ERR_NOT_FOUND: return 404;
    case ERR_CONFLICT: return 409;
    case ERR_STORE: return 503;
    case ERR_NONE: break;
    }
    return 500;
}

/* "requests/7-1.json": what it names, and in which form; false = neither. */
static bool read_path(Call *call, Asking311 *a, Str *ret)
{
    Str path = call->rest;
    a->xml = str_ends(path, STR(".xml"));
    bool fits = a->xml || str_ends(path, STR(".json"));
    *ret = str_sub(path, 0, path.n - (a->xml ? 4 : 5));
    return fits;
}

/* jurisdiction_id may be left out; one of another place is none. */
static bool fits_jurisdiction(const Asking311 *a)
{
    const Core *core = a->call->s->k.core;
    Str id = asked_query(a, "jurisdiction_id");
    const TreeVersion *tree = units_tree(a->w, core->units, 0, work_today(a->w), KNOWN_NOW);
    if (!id.n || !tree || !tree->count)
        return true;
    int32_t top = tree->slot_of[0];
    return str_eq(id, unit_code(core->units, top, work_today(a->w), KNOWN_NOW)) ||
           fail(a->w, ERR_NOT_FOUND, "open311.jurisdiction");
}

static bool read_named(Asking311 *a, Str what, Buf *out)
{
    size_t cut = str_find(what, STR("/"));
    Str noun = str_sub(what, 0, cut),
        of = cut == SIZE_MAX ? STR("") : str_sub(what, cut + 1, what.n);
    if (str_is(what, "discovery"))
        put_discovery(a, out);
    else if (str_is(what, "services"))
        return put_services(a, out);
    else if (str_is(noun, "services"))
        return put_service(a, of, out);
    else if (str_is(what, "requests"))
        return put_requests(a, out);
    else if (str_is(noun, "requests"))
        return put_request(a, of, out);
    else if (str_is(noun, "tokens") && of.n)
        return put_token(a, of, out);
    else if (str_is(what, "servicerequestupdates") || str_is(what, "service_request_updates"))
        return put_updates(a, out);
    else
        return fail(a->w, ERR_NOT_FOUND, "open311.none");
    return true;
}

static bool read_live(Asking311 *a, Str what, Buf *out)
{
    a->set = packs_set(a->w, a->call->s->k.core, KNOWN_NOW);
    TRY(a->set && fits_jurisdiction(a));
    return read_named(a, what, out);
}

void run_open311(Call *call)
{
    Asking311 a = { .call = call, .w = call->w, .lang = call->lang };
    Buf out = buf_open(call->w->arena, ANSWER_MOST);
    Str what;
    if (!read_path(call, &a, &what)) {
        refuse_311(call, false, 404, "open311.none");
        return;
    }
    live_enter(&call->s->live);
    bool ok = read_live(&a, what, &out) &&
              (buf_ok(&out) || fail(call->w, ERR_LIMIT, "page.too_large limit=%d", ANSWER_MOST));
    records_trim(call->s->k.core);
    live_leave(&call->s->live);
    if (ok)
        answer_311(call, a.xml, 200, buf_str(&out));
    else
        refuse_311(call, a.xml, status_of(call->w->err.code),
                   arena_printf(call->w->arena, "%s", call->w->err.what));
}

/* ---- writing ---- */

static bool key_fits(Asking311 *a)
{
    Call *call = a->call;
    int64_t wait;
    Str key = asked_query(a, "api_key");
    if (!key_find(call->w, call->s->options->dir, key, &a->key_name, &a->reporter)) {
        if (limit_take(call->s->limits, LIMIT_OF_SECRET_ADDRESS, net_address(call->net),
                       call->began_ms, &wait))
            refuse_311(call, a->xml, 403, "open311.key");
        else
            refuse_311(call, a->xml, 429, "open311.slow");
        return false;
    }
    if (limit_take(call->s->limits, LIMIT_OF_KEY, a->key_name, call->began_ms, &wait))
        return true;
    net_head(call->net, "Retry-After", STR("1"));
    refuse_311(call, a->xml, 429, "open311.slow");
    return false;
}

void run_open311_post(Call *call)
{
    Asking311 *a = arena_new(call->w->arena, Asking311);
    *a = (Asking311){ .call = call, .w = call->w, .lang = call->lang };
    Str what;
    if (!read_path(call, a, &what)) {
        refuse_311(call, false, 404, "open311.none");
        return;
    }
    bool update = str_is(what, "servicerequestupdates") || str_is(what, "service_request_updates");
    if (!update && !str_is(what, "requests")) {
        refuse_311(call, a->xml, 404, "open311.none");
        return;
    }
    if (change_refused(call) || !key_fits(a))
        return;
    if (update)
        post_update(a);
    else
        post_request(a);
}
