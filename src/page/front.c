/* The front page: what this is, find your village, the city at a glance. */
#include "base/utf8.h"
#include "page/page_int.h"

static void put_hero(Pen *p)
{
    put(p, "<div class=\"hero\"><h1>");
    put_word(p, "page.hero");
    put(p, "</h1>\n<p>");
    put_word(p, "page.hero_more");
    put(p,
        "</p>\n<form action=\"/\" method=\"get\" role=\"search\"><label class=\"sr\" for=\"q\">");
    put_word(p, "page.find_label");
    put(p, "</label><input id=\"q\" name=\"q\" type=\"search\" maxlength=\"60\" placeholder=\"");
    put_word(p, "page.find_label");
    put(p, "\" value=\"");
    put_text(p, p->ask->find);
    put(p, "\"/>");
    put_choices(p);
    put(p, "<button>");
    put_word(p, "page.find");
    put(p, "</button></form></div>\n");
}

/* ---- ?q= ---- */
typedef struct Found {
    int32_t unit[PAGE_FOUND];
    size_t n;
    int64_t all;
} Found;

static void find_units(Pen *p, Str part, Found *ret)
{
    const TreeVersion *tree = units_tree(p->w, p->k->core->units, 0, p->today, KNOWN_NOW);
    for (int pass = 0; tree && pass < 2; pass++) /* the whole name first, then a part of it */
        for (int32_t pre = 0; pre < tree->count; pre++) {
            int32_t unit = tree->slot_of[pre];
            Str name = unit_name(p->k->core->units, unit, p->today, KNOWN_NOW);
            bool whole = str_eq(name, part) || str_eq(place_code(p, unit), part);
            if (whole != (pass == 0) || str_find(name, part) == SIZE_MAX)
                if (!(pass == 0 && whole))
                    continue;
            ret->all++;
            if (ret->n < PAGE_FOUND)
                ret->unit[ret->n++] = unit;
        }
}

/* Units that have ended are found by their last name or an earlier code. */
static void find_ended(Pen *p, Str part, Found *ret)
{
    const Units *u = p->k->core->units;
    for (int32_t unit = 0; unit < units_count(u) && ret->n < PAGE_FOUND; unit++) {
        if (unit_alive(u, unit, p->today, KNOWN_NOW))
            continue;
        Str name = unit_name(u, unit, p->today, KNOWN_NOW);
        if (!name.n || str_find(name, part) == SIZE_MAX)
            continue;
        ret->all++;
        ret->unit[ret->n++] = unit;
    }
}

static void put_found(Pen *p, Str part)
{
    Found found = { 0 };
    find_units(p, part, &found);
    find_ended(p, part, &found);
    put(p, "<section><h2>");
    put_word(p, "page.found n=%lld name=%.*s", (long long)found.all, STR_ARG(str_sub(part, 0, 90)));
    put(p, "</h2>\n");
    if (!found.n) {
        put(p, "<p class=\"mut\">");
        put_word(p, "page.found_none");
        put(p, "</p>\n");
    }
    put(p, found.n ? "<ul class=\"list\">" : "");
    for (size_t i = 0; i < found.n; i++) {
        put(p, "<li>");
        put_unit_link(p, found.unit[i]);
        put(p, "<span>");
        put_text(p, place_above(p, found.unit[i]));
        if (!unit_alive(p->k->core->units, found.unit[i], p->today, KNOWN_NOW)) {
            put(p, " · ");
            put_word(p, "page.is_over");
        }
        put(p, "</span></li>\n");
    }
    put(p, found.n ? "</ul>\n" : "");
    if (found.all > (int64_t)found.n) {
        put(p, "<p class=\"mut\">");
        put_word(p, "page.found_more n=%zu", found.n);
        put(p, "</p>\n");
    }
    put(p, "</section>\n");
}

/* ---- the city ---- */
static bool put_parts(Pen *p, int32_t root)
{
    int32_t *below;
    OpenAsk ask;
    bool found;
    size_t n = place_parts(p, root, &below);
    if (!n)
        return true;
    TRY(figure_main(p, root, &ask, &found));
    put(p, "<section><h2>");
    const Kind *kind = place_kind(p, below[0]);
    Str title =
        kind ? title_in(p->arena, p->lang, kind->pack, "kind", kind->name, kind->title) : STR("");
    put_word(p, "page.parts kind=%.*s", STR_ARG(title));
    put(p, "</h2>\n");
    if (found && kind && figure_suits(ask.figure, kind)) {
        Str period = period_words(p, p->period);
        put(p, "<p class=\"mut\">");
        put_figure_link(p, &ask, figure_title(p, &ask));
        put(p, " · ");
        put_text(p, period);
        put(p, "</p>\n");
        TRY(put_bars(p, &ask, kind));
    } else {
        put(p, "<ul class=\"names\">");
        for (size_t i = 0; i < n; i++) {
            put(p, "<li>");
            put_unit_link(p, below[i]);
            put(p, "</li>");
        }
        put(p, "</ul>\n");
    }
    put(p, "</section>\n");
    return true;
}

static bool put_issue(Pen *p)
{
    IssueCard card = { 0 };
    TRY(issue_newest(p, &card));
    if (!card.name.n)
        return true;
    put(p, "<section><h2>");
    put_word(p, "page.bulletin");
    put(p, "</h2>\n<a class=\"issue\"");
    put_href(p, "/b/%.*s", STR_ARG(card.name));
    put(p, "><b>");
    put_text(p, card.masthead);
    put(p, "</b><span>");
    put_text(p, card.title);
    put(p, " · ");
    put_text(p, card.date);
    put(p, "</span></a>\n");
    if (card.demo.n) {
        put(p, "<p class=\"note\">");
        put_text(p, card.demo);
        put(p, "</p>\n");
    }
    put(p, "</section>\n");
    return true;
}

bool page_front(Pen *p)
{
    int32_t root = place_root(p);
    Str city = root == UNIT_NONE ? STR("") : place_name(p, root);
    PageHead head = { .name = city.n ? city : word_in(p, "page.name"),
                      .above = word_in(p, "page.name_more"),
                      .title = word_in(p, "page.front_title name=%.*s", STR_ARG(city)) };
    Str part = str_trim(p->ask->find);
    bool any;
    put_head(p, &head);
    put_hero(p);
    if (part.n)
        put_found(p, part);
    if (root == UNIT_NONE) {
        put(p, "<p class=\"note\">");
        put_word(p, "page.empty");
        put(p, "</p>\n");
    } else if (!part.n) {
        Str period = period_words(p, p->period);
        put(p, "<section><h2>");
        put_word(p, "page.glance name=%.*s", STR_ARG(city));
        put(p, "</h2>\n<p class=\"mut\">");
        put_word(p, "page.glance_more period=%.*s", STR_ARG(period));
        put(p, "</p>\n");
        TRY(put_tiles(p, root));
        put(p, "</section>\n");
        TRY(put_parts(p, root));
        TRY(put_waffle(p, root, &any));
        TRY(put_issue(p));
    }
    put_foot(p, &head);
    return true;
}
