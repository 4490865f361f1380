/* 反映一件事: two steps, what kind and one sentence. What others raised there already is offered
 * before anything is typed. */
#include "page/case/case_int.h"

enum { SAME_MOST = 3, PLACES_MOST = 60 };

typedef struct Reporting {
    int32_t unit;
    const Kind *kind;
    const Book *book;
    Asked *asks;
    size_t n;
    const Asked *item; /* the one that is chosen first, or NULL */
    const Item *chosen;
} Reporting;

static void put_title(Pen *p, const char *word)
{
    put(p, "<div class=\"hero\"><h1>");
    put_word(p, "%s", word);
    put(p, "</h1>\n<p>");
    put_word(p, "public.report_more");
    put(p, "</p></div>\n");
}

/* ---- where ---- */

static bool takes_any(Pen *p, const Kind *kind)
{
    Asked *asks;
    size_t n;
    for (size_t i = 0; kind && i < p->set->book_count; i++)
        if (report_takes(p->set->books[i], kind) &&
            report_asks(p->arena, p->set->books[i], p->lang, &asks, &n))
            return true;
    return false;
}

/* Does any unit of a kind below it take reports? */
static bool leads_on(Pen *p, const Kind *kind)
{
    for (size_t i = 0; kind && i < p->set->kind_count; i++)
        if (kind_is_below(p->set->kinds[i], kind) && takes_any(p, p->set->kinds[i]))
            return true;
    return false;
}

static void put_places(Pen *p, int32_t unit)
{
    int32_t *below;
    size_t n = place_parts(p, unit, &below);
    put(p, "<section><h2>");
    put_word(p, "public.where");
    put(p, "</h2>\n<ul class=\"picks\">");
    for (size_t i = 0; i < n; i++) {
        const Kind *kind = place_kind(p, below[i]);
        if (!takes_any(p, kind) && !leads_on(p, kind))
            continue;
        Str code = place_code(p, below[i]);
        put(p, "<li><a");
        put_href(p, "/r/%.*s", STR_ARG(code));
        put(p, ">");
        put_text(p, place_name(p, below[i]));
        put(p, "</a></li>");
    }
    put(p, "</ul></section>\n");
}

/* ---- what ---- */

/* Where residents may report to several books here, each is named. */
static bool takes_several(const Pen *p, const Kind *kind)
{
    size_t books = 0;
    for (size_t i = 0; i < p->set->book_count; i++) {
        const Book *book = p->set->books[i];
        Asked *asks;
        size_t n;
        books += report_takes(book, kind) && report_asks(p->arena, book, p->lang, &asks, &n);
    }
    return books > 1;
}

static void put_kinds(Pen *p, const Book *book, const Asked *item, bool named)
{
    const List *list = item->field->type.list;
    Str code = place_code(p, p->unit);
    put(p, "<section><h2>");
    if (named)
        put_text(p, title_in(p->arena, p->lang, book->pack, "book", book->name, book->title));
    else
        put_word(p, "public.what_kind");
    put(p, "</h2>\n<ul class=\"picks\">");
    for (size_t i = 0; i < list->item_count; i++) {
        const Item *it = &list->items[i];
        if (it->until)
            continue;
        put(p, "<li><a");
        put_href(p, "/r/%.*s?book=%.*s&kind=%.*s", STR_ARG(code), STR_ARG(book->name),
                 STR_ARG(it->name));
        put(p, ">");
        Str path = str_printf(p->arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(it->name));
        put_text(p, title_in(p->arena, p->lang, list->pack, "item", path, it->title));
        put(p, "</a></li>");
    }
    put(p, "</ul></section>\n");
}

static bool put_books(Pen *p, const Kind *kind)
{
    for (size_t i = 0; i < p->set->book_count; i++) {
        const Book *book = p->set->books[i];
        Asked *asks;
        size_t n;
        if (!report_takes(book, kind) || !report_asks(p->arena, book, p->lang, &asks, &n))
            continue;
        const Asked *item = NULL;
        for (size_t k = 0; k < n && !item; k++)
            item = asks[k].as == ASKED_KIND ? &asks[k] : NULL;
        if (item) {
            put_kinds(p, book, item, takes_several(p, kind));
            continue;
        }
        Str code = place_code(p, p->unit);
        put(p, "<ul class=\"picks\"><li><a");
        put_href(p, "/r/%.*s?book=%.*s", STR_ARG(code), STR_ARG(book->name));
        put(p, ">");
        put_text(p, title_in(p->arena, p->lang, book->pack, "book", book->name, book->title));
        put(p, "</a></li></ul>\n");
    }
    return true;
}

/* ---- the same, raised by others ---- */

static void put_join(Pen *p, const OpenCase *c)
{
    put_card_head(p, c);
    put_who(p, c);
    put(p, "</p>");
    put_me_too(p, c);
    put(p, "</li>\n");
}

static bool put_same(Pen *p, const Reporting *r)
{
    Wall wall;
    const WallAsk ask = { .unit = r->unit,
                          .part = WALL_OPEN,
                          .book = r->book,
                          .field = r->chosen ? r->item->field : NULL,
                          .item = r->chosen ? r->chosen->number : 0,
                          .most = SAME_MOST,
                          .lang = p->lang };
    TRY(open_wall(p->w, p->k, &ask, &wall));
    if (!wall.total)
        return true;
    put(p, "<section class=\"same\"><h2>");
    put_word(p, "public.same n=%lld", (long long)wall.total);
    put(p, "</h2>\n<p class=\"mut\">");
    put_word(p, "public.same_more");
    put(p, "</p>\n<ul class=\"wall\">");
    for (size_t i = 0; i < wall.n; i++)
        put_join(p, &wall.at[i]);
    put(p, "</ul></section>\n");
    return true;
}

/* ---- the form ---- */

static void put_option(Pen *p, int32_t unit, Str chosen)
{
    Str code = place_code(p, unit);
    put(p, "<option value=\"");
    put_text(p, code);
    put(p, str_eq(code, chosen) ? "\" selected=\"\">" : "\">");
    put_text(p, place_name(p, unit));
    put(p, "</option>");
}

/* The unit itself, or more exactly one below it. */
static void put_where(Pen *p, const Reporting *r)
{
    int32_t *below;
    size_t n = place_parts(p, r->unit, &below), fit = 0;
    Str chosen = p->ask->again ? again_text(p->ask->again, STR("unit")) : STR("");
    for (size_t i = 0; i < n; i++)
        fit += report_takes(r->book, place_kind(p, below[i]));
    if (!fit) {
        put(p, "<input type=\"hidden\" name=\"unit\" value=\"");
        put_text(p, place_code(p, r->unit));
        put(p, "\"/>\n");
        return;
    }
    put(p, "<p class=\"field\"><label for=\"f-unit\">");
    put_word(p, "public.where_field");
    put(p, "</label><select id=\"f-unit\" name=\"unit\">");
    put_option(p, r->unit, chosen);
    for (size_t i = 0; i < n && i < PLACES_MOST; i++)
        if (report_takes(r->book, place_kind(p, below[i])))
            put_option(p, below[i], chosen);
    put(p, "</select></p>\n");
}

static void put_chosen(Pen *p, const Reporting *r)
{
    const List *list = r->item->field->type.list;
    Str path = str_printf(p->arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(r->chosen->name));
    Str code = place_code(p, r->unit);
    put(p, "<p class=\"chosen\"><span>");
    put_text(p, r->item->title);
    put(p, "</span> <b>");
    put_text(p, title_in(p->arena, p->lang, list->pack, "item", path, r->chosen->title));
    put(p, "</b> <a");
    put_href(p, "/r/%.*s", STR_ARG(code));
    put(p, ">");
    put_word(p, "public.other_kind");
    put(p, "</a></p><input type=\"hidden\" name=\"");
    put_text(p, r->item->field->name);
    put(p, "\" value=\"");
    put_text(p, r->chosen->name);
    put(p, "\"/>\n");
}

static void put_form(Pen *p, const Reporting *r)
{
    const CaseAgain *again = p->ask->again;
    bool contact = false;
    Str code = place_code(p, r->unit);
    put(p, "<section class=\"report\">");
    put_fault_list(p, again);
    buf_printf(p->out,
               "<form method=\"post\" enctype=\"multipart/form-data\" action=\"/r/%.*s\">\n",
               STR_ARG(code));
    put_choices(p);
    put_once(p, again ? again->once : STR(""));
    put(p, "<input type=\"hidden\" name=\"book\" value=\"");
    put_text(p, r->book->name);
    put(p, "\"/>\n");
    if (r->chosen)
        put_chosen(p, r);
    put_where(p, r);
    put_fields(p, r->asks, r->n, again, "f");
    for (size_t i = 0; i < r->n; i++)
        contact = contact || (r->asks[i].as == ASKED_CONTACT && !r->asks[i].must);
    put(p, "<p><button class=\"main\">");
    put_word(p, "public.send");
    put(p, "</button></p>\n<p class=\"mut\">");
    put_word(p, contact ? "public.send_anonymous" : "public.send_more");
    put(p, "</p></form></section>\n");
}

static bool read_asked(Pen *p, Reporting *r)
{
    r->book = set_book(p->set, p->ask->book);
    if (!r->book || !report_takes(r->book, r->kind) ||
        !report_asks(p->arena, r->book, p->lang, &r->asks, &r->n))
        return fail(p->w, ERR_NOT_FOUND, "page.none");
    for (size_t i = 0; i < r->n && !r->item; i++)
        r->item = r->asks[i].as == ASKED_KIND ? &r->asks[i] : NULL;
    if (!r->item)
        return true;
    r->chosen = list_item(r->item->field->type.list, p->ask->kind);
    return (r->chosen && !r->chosen->until) || fail(p->w, ERR_NOT_FOUND, "page.none");
}

bool page_report(Pen *p, Str code)
{
    Reporting r = { .unit = unit_find_code_ever(p->k->core->units, code, p->today) };
    if (r.unit == UNIT_NONE || !unit_alive(p->k->core->units, r.unit, p->today, KNOWN_NOW))
        return fail(p->w, ERR_NOT_FOUND, "page.no_unit");
    r.kind = place_kind(p, r.unit);
    p->unit = r.unit;
    bool here = takes_any(p, r.kind);
    if (!here && !leads_on(p, r.kind))
        return fail(p->w, ERR_NOT_FOUND, "public.no_report");
    if (p->ask->book.n)
        TRY(read_asked(p, &r));
    PageHead head = { .name = place_name(p, r.unit),
                      .above = place_above(p, r.unit),
                      .title = word_in(p, "public.report_title name=%.*s",
                                       STR_ARG(place_name(p, r.unit))),
                      .script = true };
    put_head(p, &head);
    put_title(p, "public.report");
    if (p->ask->book.n) {
        TRY(put_same(p, &r));
        put_form(p, &r);
    } else {
        if (here)
            TRY(put_books(p, r.kind));
        if (leads_on(p, r.kind))
            put_places(p, r.unit);
    }
    put_foot(p, &head);
    return true;
}
