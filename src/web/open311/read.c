/* What is read: services, requests, updates. All of it is made of OpenCase, as the echo wall is. */
#include "web/open311/open311.h"

enum {
    PAGE_SIZE = 100,
    PAGE_MOST = 200,
    IDS_MOST = 50,
    UPDATES_CASES = 500,
    UPDATES_BYTES = 2 << 20
};

const char *case_status(const OpenCase *c)
{
    return c->final ? "closed" : "open";
}

/* ---- discovery ---- */

void put_discovery(Asking311 *a, Buf *out)
{
    static const char *const formats[] = { "application/json", "text/xml" };
    Str site = server_site(a->call->s, a->w->arena);
    Written t = tree_open(out, a->xml);
    tree_item(&t, "discovery");
    tree_moment(&t, "changeset", a->w->now_ms);
    tree_text(&t, "contact", word_text(a->w->arena, "open311.contact", a->lang));
    tree_text(&t, "key_service", word_text(a->w->arena, "open311.key_service", a->lang));
    tree_list(&t, "endpoints");
    tree_item(&t, "endpoint");
    tree_text(&t, "specification", STR("http://wiki.open311.org/GeoReport_v2"));
    tree_text(&t, "url", str_printf(a->w->arena, "%.*s/open311/v2", STR_ARG(site)));
    tree_moment(&t, "changeset", a->w->now_ms);
    tree_text(&t, "type", STR("production"));
    tree_list(&t, "formats");
    for (int i = 0; i < 2; i++)
        tree_text(&t, "format", str_of(formats[i]));
    tree_end(&t, "formats");
    tree_end(&t, "endpoint");
    tree_end(&t, "endpoints");
    tree_end(&t, "discovery");
}

/* ---- services ---- */

static const Asked *asked_kind(const Asked *asks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (asks[i].as == ASKED_KIND)
            return &asks[i];
    return NULL;
}

static Str item_title(const Asking311 *a, const List *list, const Item *item)
{
    return title_in(a->w->arena, a->lang, list->pack, "item",
                    str_printf(a->w->arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(item->name)),
                    item->title);
}

static Str book_title(const Asking311 *a, const Book *book)
{
    return title_in(a->w->arena, a->lang, book->pack, "book", book->name, book->title);
}

static void put_one_service(Asking311 *a, Written *t, const Book *book, Str code, Str name)
{
    tree_item(t, "service");
    tree_text(t, "service_code", code);
    tree_text(t, "service_name", name);
    tree_text(t, "description", book_title(a, book));
    tree_truth(t, "metadata", true);
    tree_text(t, "type", STR("realtime"));
    tree_text(t, "keywords", name);
    tree_text(t, "group", book_title(a, book));
    tree_end(t, "service");
}

bool put_services(Asking311 *a, Buf *out)
{
    Written t = tree_open(out, a->xml);
    tree_list(&t, "services");
    for (size_t i = 0; i < a->set->book_count; i++) {
        const Book *book = a->set->books[i];
        Asked *asks;
        size_t n;
        if (!report_asks(a->w->arena, book, a->lang, &asks, &n))
            continue;
        const Asked *kind = asked_kind(asks, n);
        const List *list = kind ? kind->field->type.list : NULL;
        for (size_t k = 0; list && k < list->item_count; k++)
            if (!list->items[k].until)
                put_one_service(a, &t, book,
                                str_printf(a->w->arena, "%.*s.%.*s", STR_ARG(book->name),
                                           STR_ARG(list->items[k].name)),
                                item_title(a, list, &list->items[k]));
        if (!list)
            put_one_service(a, &t, book, book->name, book_title(a, book));
    }
    tree_end(&t, "services");
    return true;
}

bool service_find(const Asking311 *a, Str code, const Book **ret, const Field **ret_field,
                  const Item **ret_item)
{
    size_t cut = str_find(code, STR("."));
    Asked *asks;
    size_t n;
    *ret = set_book(a->set, str_sub(code, 0, cut));
    *ret_field = NULL;
    *ret_item = NULL;
    if (!*ret || !report_asks(a->w->arena, *ret, a->lang, &asks, &n))
        return fail(a->w, ERR_NOT_FOUND, "open311.service");
    const Asked *kind = asked_kind(asks, n);
    if (!kind)
        return cut == SIZE_MAX || fail(a->w, ERR_NOT_FOUND, "open311.service");
    *ret_field = kind->field;
    if (cut != SIZE_MAX)
        *ret_item = list_item(kind->field->type.list, str_sub(code, cut + 1, code.n));
    return *ret_item || fail(a->w, ERR_NOT_FOUND, "open311.service");
}

static void put_attribute(Written *t, Str code, const char *type, bool must, int order, Str title,
                          const char *more)
{
    tree_truth(t, "variable", true);
    tree_text(t, "code", code);
    tree_text(t, "datatype", str_of(type));
    tree_truth(t, "required", must);
    tree_text(t, "datatype_description", str_of(more));
    tree_int(t, "order", order);
    tree_text(t, "description", title);
}

static void put_asked(Asking311 *a, Written *t, const Asked *ask, int order)
{
    static const char *const types[] = { [ASKED_TEXT] = "text",
                                         [ASKED_ITEM] = "singlevaluelist",
                                         [ASKED_DAY] = "datetime",
                                         [ASKED_NUMBER] = "number",
                                         [ASKED_CONTACT] = "string" };
    const List *list = ask->as == ASKED_ITEM ? ask->field->type.list : NULL;
    tree_item(t, "attribute");
    put_attribute(t, ask->field->name, types[ask->as], ask->must, order, ask->title, "");
    tree_list(t, "values");
    for (size_t i = 0; list && i < list->item_count; i++) {
        tree_item(t, "value");
        tree_text(t, "key", list->items[i].name);
        tree_text(t, "name", item_title(a, list, &list->items[i]));
        tree_end(t, "value");
    }
    tree_end(t, "values");
    tree_end(t, "attribute");
}

bool put_service(Asking311 *a, Str code, Buf *out)
{
    const Book *book;
    const Field *field;
    const Item *item;
    Asked *asks;
    size_t n;
    bool text = false;
    int order = 1;
    TRY(service_find(a, code, &book, &field, &item));
    (void)report_asks(a->w->arena, book, a->lang, &asks, &n);
    Written t = tree_open(out, a->xml);
    tree_item(&t, "service_definition");
    tree_text(&t, "service_code", code);
    tree_list(&t, "attributes");
    tree_item(&t, "attribute");
    put_attribute(&t, STR("unit"), "string", true, order++,
                  word_text(a->w->arena, "open311.unit", a->lang),
                  word_find(STR("open311.unit_more"), a->lang));
    tree_end(&t, "attribute");
    for (size_t i = 0; i < n; i++) {
        bool main_text = asks[i].as == ASKED_TEXT && asks[i].must && !text;
        text = text || main_text; /* that one is the request's description */
        if (main_text || asks[i].as == ASKED_KIND || asks[i].as == ASKED_POINT ||
            asks[i].as == ASKED_PHOTO || asks[i].as == ASKED_CONTACT)
            continue;
        put_asked(a, &t, &asks[i], order++);
    }
    tree_end(&t, "attributes");
    tree_end(&t, "service_definition");
    return true;
}

/* ---- requests ---- */

static Str service_code(const Asking311 *a, const OpenCase *c)
{
    return c->item_name.n
               ? str_printf(a->w->arena, "%.*s.%.*s", STR_ARG(c->book->name), STR_ARG(c->item_name))
               : c->book->name;
}

static Str unit_words(const Asking311 *a, int32_t unit)
{
    return unit_name(a->call->s->k.core->units, unit, work_today(a->w), KNOWN_NOW);
}

static Str first_image(const Asking311 *a, const OpenCase *c)
{
    Str site = server_site(a->call->s, a->w->arena);
    for (size_t i = 0; i < c->said_n; i++)
        if (c->said[i].image.n)
            return str_printf(a->w->arena, "%.*s/i/%.*s/%.*s", STR_ARG(site), STR_ARG(c->tag),
                              STR_ARG(c->said[i].image));
    return (Str){ 0 };
}

static void put_case(Asking311 *a, Written *t, const OpenCase *c)
{
    const Units *units = a->call->s->k.core->units;
    int32_t today = work_today(a->w);
    const Str none = { 0 };
    tree_item(t, "request");
    tree_text(t, "service_request_id", c->tag);
    tree_text(t, "status", str_of(case_status(c)));
    tree_text(t, "status_notes",
              c->answer ? str_printf(a->w->arena, "%.*s: %.*s", STR_ARG(c->state),
                                     STR_ARG(open_text(a->w->arena, c->answer)))
                        : c->state);
    tree_text(t, "service_name", c->item.n ? c->item : book_title(a, c->book));
    tree_text(t, "service_code", service_code(a, c));
    tree_text(t, "description", c->head ? open_text(a->w->arena, c->head) : none);
    tree_text(t, "agency_responsible", unit_words(a, c->holder));
    tree_text(t, "service_notice", none);
    tree_moment(t, "requested_datetime", c->begun_ms);
    tree_moment(t, "updated_datetime", c->last_ms);
    tree_moment(t, "expected_datetime", c->has_due ? c->due_ms : 0);
    tree_text(t, "address", unit_words(a, c->unit));
    tree_text(t, "address_id", unit_code(units, c->unit, today, KNOWN_NOW));
    tree_text(t, "zipcode", none);
    tree_text(t, "lat", none);
    tree_text(t, "long", none);
    tree_text(t, "media_url", first_image(a, c));
    tree_end(t, "request");
}

static bool wall_ask(Asking311 *a, WallAsk *ask)
{
    Core *core = a->call->s->k.core;
    const TreeVersion *tree = units_tree(a->w, core->units, 0, work_today(a->w), KNOWN_NOW);
    Str code = asked_query(a, "service_code"), status = asked_query(a, "status");
    int64_t page = 1, size = PAGE_SIZE;
    const Item *item = NULL;
    TRY(tree);
    *ask = (WallAsk){ .unit = tree->count ? tree->slot_of[0] : UNIT_NONE, .lang = a->lang };
    if (code.n) {
        TRY(service_find(a, code, &ask->book, &ask->field, &item));
        ask->item = item ? item->number : 0;
    }
    ask->part = str_is(status, "open")     ? WALL_OPEN
                : str_is(status, "closed") ? WALL_OVER
                                           : WALL_ALL;
    TRY(asked_moment(a, "start_date", &ask->begun_ms) &&
        asked_moment(a, "end_date", &ask->until_ms) &&
        asked_moment(a, "updated_after", &ask->changed_ms) &&
        asked_moment(a, "updated_before", &ask->still_ms));
    Str given = asked_query(a, "page"), sized = asked_query(a, "page_size");
    if ((given.n && (!num_parse_int(given, &page) || page < 1 || page > 1000000)) ||
        (sized.n && (!num_parse_int(sized, &size) || size < 1)))
        return fail(a->w, ERR_BAD_INPUT, "open311.page");
    ask->most = (size_t)(size > PAGE_MOST ? PAGE_MOST : size);
    ask->from = (size_t)(page - 1) * ask->most;
    return true;
}

static bool put_ids(Asking311 *a, Written *t, Str ids)
{
    Str id;
    for (int i = 0; i < IDS_MOST && ids.p && str_next(&ids, ',', &id); i++) {
        OpenCase c;
        if (open_case(a->w, &a->call->s->k, str_trim(id), a->lang, false, &c))
            put_case(a, t, &c);
        else if (a->w->err.code != ERR_NOT_FOUND)
            return false;
        work_clear(a->w);
    }
    return true;
}

bool put_requests(Asking311 *a, Buf *out)
{
    Str ids = asked_query(a, "service_request_id");
    Wall wall = { 0 };
    WallAsk ask;
    Written t = tree_open(out, a->xml);
    tree_list(&t, "service_requests");
    if (ids.n) {
        TRY(put_ids(a, &t, ids));
    } else {
        TRY(wall_ask(a, &ask));
        TRY(open_wall(a->w, &a->call->s->k, &ask, &wall));
        for (size_t i = 0; i < wall.n; i++)
            put_case(a, &t, &wall.at[i]);
    }
    tree_end(&t, "service_requests");
    return true;
}

bool put_request(Asking311 *a, Str tag, Buf *out)
{
    OpenCase c;
    TRY(open_case(a->w, &a->call->s->k, tag, a->lang, false, &c));
    Written t = tree_open(out, a->xml);
    tree_list(&t, "service_requests");
    put_case(a, &t, &c);
    tree_end(&t, "service_requests");
    return true;
}

/* A number is told at once, so a token is only ever that number; it is confirmed when it is open.
 */
bool put_token(Asking311 *a, Str token, Buf *out)
{
    OpenCase c;
    TRY(open_case(a->w, &a->call->s->k, token, a->lang, false, &c));
    Written t = tree_open(out, a->xml);
    tree_list(&t, "service_requests");
    tree_item(&t, "request");
    tree_text(&t, "service_request_id", c.tag);
    tree_text(&t, "token", token);
    tree_end(&t, "request");
    tree_end(&t, "service_requests");
    return true;
}

/* ---- updates ---- */

static Str step_words(const Asking311 *a, const OpenStep *s)
{
    Buf out = buf_open(a->w->arena, 1 << 16);
    buf_put(&out, s->title);
    for (size_t i = 0; i < s->said_n; i++)
        if (s->said[i].value)
            buf_printf(&out, "%s%.*s", a->lang == LANG_ZH ? "：" : ": ",
                       STR_ARG(open_text(a->w->arena, s->said[i].value)));
    return buf_str(&out);
}

static void put_update(Asking311 *a, Written *t, const OpenCase *c, size_t i)
{
    const OpenStep *s = &c->steps[i];
    tree_item(t, "request_update");
    tree_text(t, "update_id", str_printf(a->w->arena, "%.*s-%zu", STR_ARG(c->tag), i + 1));
    tree_text(t, "service_request_id", c->tag);
    tree_text(t, "status", s->final ? STR("closed") : STR("open"));
    tree_text(t, "external_status_code", s->state);
    tree_moment(t, "updated_datetime", s->at_ms);
    tree_text(t, "description", step_words(a, s));
    tree_text(t, "media_url", (Str){ 0 });
    tree_end(t, "request_update");
}

/* Moves within the span; of what was moved since its start. */
bool put_updates(Asking311 *a, Buf *out)
{
    int64_t from, to;
    WallAsk ask;
    Wall wall;
    TRY(asked_moment(a, "start_date", &from) && asked_moment(a, "end_date", &to));
    TRY(wall_ask(a, &ask));
    ask.begun_ms = 0;
    ask.until_ms = to;
    ask.changed_ms = from;
    ask.from = 0;
    ask.most = UPDATES_CASES;
    TRY(open_wall(a->w, &a->call->s->k, &ask, &wall));
    Written t = tree_open(out, a->xml);
    tree_list(&t, "service_request_updates");
    for (size_t i = 0; i < wall.n && out->n < UPDATES_BYTES; i++) {
        OpenCase c;
        TRY(open_case(a->w, &a->call->s->k, wall.at[i].tag, a->lang, false, &c));
        for (size_t k = 0; k < c.step_n; k++)
            if (c.steps[k].at_ms >= from && (!to || c.steps[k].at_ms <= to))
                put_update(a, &t, &c, k);
    }
    tree_end(&t, "service_request_updates");
    return true;
}
