/* One figure: its value, how it is made, its parts, who has not reported, the rows under it. */
#include "page/page_int.h"

static bool find_figure(Pen *p, Str name, OpenAsk *ret)
{
    *ret = (OpenAsk){ .lang = p->lang };
    ret->figure = set_figure_member(p->set, name, ret->args, 4);
    if (!ret->figure || !ret->figure->is_public)
        return fail(p->w, ERR_NOT_FOUND, "page.no_figure");
    int32_t unit = p->ask->unit.n ? unit_find_code_ever(p->k->core->units, p->ask->unit, p->day)
                                  : place_root(p);
    if (unit == UNIT_NONE)
        return fail(p->w, ERR_NOT_FOUND, "page.no_unit");
    ret->ask = (Ask){ .unit = unit, .period = p->period, .known_day = p->known_day };
    return true;
}

/* ---- top ---- */
static void put_place(Pen *p, const OpenAsk *ask)
{
    int32_t path[PAGE_PATH];
    size_t n = place_path(p, ask->ask.unit, path);
    Str name = figure_name(p, ask);
    Str period = period_query(p, p->period, '&');
    put(p, "<nav class=\"path\" aria-label=\"");
    put_word(p, "page.path");
    put(p, "\">");
    for (size_t i = n; i-- > 0;) {
        Str code = place_code(p, path[i]);
        put(p, "<a");
        if (i)
            put_href(p, "/f/%.*s?unit=%.*s%.*s", STR_ARG(name), STR_ARG(code), STR_ARG(period));
        else
            put_href(p, "/u/%.*s", STR_ARG(code));
        put(p, ">");
        put_text(p, place_name(p, path[i]));
        put(p, i ? "</a> › " : "</a>");
    }
    put(p, "</nav>\n");
}

static void put_periods(Pen *p, const OpenAsk *ask)
{
    Str name = figure_name(p, ask);
    Str code = place_code(p, ask->ask.unit);
    put(p, "<ul class=\"tabs\">");
    for (int by = 1; by >= -2; by--) {
        Period period = period_shift(p->period, by);
        if (period.first_day > p->today)
            continue;
        Str text = period_print(p->arena, period);
        put(p, by ? "<li><a" : "<li><b aria-current=\"page\">");
        if (by) {
            put_href(p, "/f/%.*s?unit=%.*s&period=%.*s", STR_ARG(name), STR_ARG(code),
                     STR_ARG(text));
            put(p, ">");
        }
        put_text(p, period_words(p, period));
        put(p, by ? "</a></li>" : "</b></li>");
    }
    put(p, "</ul>\n");
}

static void put_coverage(Pen *p, const Open *o)
{
    int64_t expected, reported;
    if (!open_covered(o, &expected, &reported) || expected <= 1)
        return;
    put(p, "<p class=\"mut\">");
    if (reported >= expected)
        put_word(p, "page.covered_all expected=%lld", (long long)expected);
    else
        put_word(p, "page.covered expected=%lld reported=%lld", (long long)expected,
                 (long long)reported);
    put(p, "</p>\n");
}

static void put_known(Pen *p, const OpenAsk *ask)
{
    Str name = figure_name(p, ask);
    Str code = place_code(p, ask->ask.unit);
    Str period = period_print(p->arena, p->period);
    put(p, "<p class=\"mut\">");
    if (p->known_day) {
        Str day = day_words(p, p->known_day);
        put_word(p, "page.known day=%.*s", STR_ARG(day));
        put(p, " <a");
        put_href(p, "/f/%.*s?unit=%.*s&period=%.*s", STR_ARG(name), STR_ARG(code), STR_ARG(period));
        put(p, ">");
        put_word(p, "page.known_now");
        put(p, "</a>");
    } else {
        Str day = day_words(p, p->today);
        put_word(p, "page.known day=%.*s", STR_ARG(day));
    }
    put(p, "</p>\n");
}

static void put_value(Pen *p, const OpenAsk *ask, const Open *o)
{
    bool silent = open_state(o) == OPEN_SILENT;
    put(p, "<div class=\"hero\"><h1>");
    put_text(p, figure_title(p, ask));
    put(p, "</h1>\n<p>");
    put_text(p, place_name(p, ask->ask.unit));
    put(p, " · ");
    put_text(p, period_words(p, p->period));
    put(p, silent ? "</p>\n<p class=\"big no\">" : "</p>\n<p class=\"big\">");
    open_put(p->out, o);
    put(p, "</p>\n");
    put_coverage(p, o);
    put_known(p, ask);
    put(p, "</div>\n");
}

/* ---- how it is made ---- */
static void put_atom(Pen *p, const OpenAtom *atom)
{
    put(p, "<li><code>");
    put_text(p, atom->formula);
    put(p, "</code>");
    if (atom->expected > 1 || atom->reported < atom->expected) {
        put(p, " <span class=\"mut\">");
        put_word(p, "page.covered expected=%lld reported=%lld", (long long)atom->expected,
                 (long long)atom->reported);
        put(p, "</span>");
    }
    put(p, "</li>\n");
}

/* Who is silent is said once: of the atom with the most. */
static const OpenAtom *most_silent(const OpenTrace *trace)
{
    const OpenAtom *most = NULL;
    for (size_t i = 0; i < trace->atom_n; i++)
        if (trace->atoms[i].silent_n && (!most || trace->atoms[i].silent_n > most->silent_n))
            most = &trace->atoms[i];
    return most;
}

static void put_silent(Pen *p, const OpenTrace *trace)
{
    const OpenAtom *atom = most_silent(trace);
    if (!atom)
        return;
    put(p, "<section><h2>");
    put_word(p, "page.silent_who");
    put(p, "</h2>\n<ul class=\"names no\">");
    for (size_t i = 0; i < atom->silent_n; i++) {
        put(p, "<li>");
        put_unit_link(p, atom->silent[i]);
        put(p, "</li>");
    }
    put(p, "</ul>\n");
    if (atom->silent_n >= OPEN_SILENT_MOST) {
        put(p, "<p class=\"mut\">");
        put_word(p, "page.silent_more");
        put(p, "</p>\n");
    }
    put(p, "</section>\n");
}

static void put_made(Pen *p, const OpenAsk *ask, const OpenTrace *trace)
{
    static const size_t by_detail[] = { 1, 2, 4, 6, 8, 12 };
    put(p, "<section><h2>");
    put_word(p, "page.how");
    put(p, "</h2>\n");
    put_formula(p, ask, trace->formula);
    if (trace->atom_n > 1) {
        put(p, "<p class=\"mut\">");
        put_word(p, "page.rests_on");
        put(p, "</p>\n<ul class=\"plain\">\n");
        for (size_t i = 0; i < trace->atom_n && i < by_detail[p->detail]; i++)
            put_atom(p, &trace->atoms[i]);
        put(p, "</ul>\n");
    }
    put(p, "</section>\n");
}

/* ---- parts ---- */
static bool put_parts(Pen *p, const OpenAsk *ask)
{
    int32_t *below;
    size_t n = place_parts(p, ask->ask.unit, &below);
    for (size_t k = 0; n && k < p->set->kind_count; k++) {
        const Kind *kind = p->set->kinds[k];
        bool any = false;
        for (size_t i = 0; i < n && !any; i++)
            any = place_kind(p, below[i]) == kind;
        if (!any || !figure_suits(ask->figure, kind))
            continue;
        put(p, "<section><h2>");
        Str title = title_in(p->arena, p->lang, kind->pack, "kind", kind->name, kind->title);
        put_word(p, "page.parts kind=%.*s", STR_ARG(title));
        put(p, "</h2>\n");
        TRY(put_bars(p, ask, kind));
        put(p, "</section>\n");
    }
    return true;
}

/* The lowest kind at which the figure still says something, when it stands two steps down. */
static const Kind *lowest_kind(Pen *p, const OpenAsk *ask, const Kind *top)
{
    const Kind *lowest = NULL;
    for (size_t k = 0; top && k < p->set->kind_count; k++) {
        const Kind *kind = p->set->kinds[k];
        if (kind_is_below(kind, top) && figure_suits(ask->figure, kind) &&
            (!lowest || kind_is_below(kind, lowest)) && place_count(p, ask->ask.unit, kind))
            lowest = kind;
    }
    for (size_t i = 0; lowest && i < lowest->parent_count; i++)
        if (lowest->parents[i] == top)
            return NULL; /* its bars say it already */
    return lowest;
}

static bool put_lowest(Pen *p, const OpenAsk *ask, const Open *o)
{
    int64_t expected, reported;
    const Kind *kind = lowest_kind(p, ask, place_kind(p, ask->ask.unit));
    if (!kind || !open_covered(o, &expected, &reported) || expected <= 1)
        return true;
    Str title = title_in(p->arena, p->lang, kind->pack, "kind", kind->name, kind->title);
    put(p, "<section><h2>");
    put_word(p, "page.told kind=%.*s", STR_ARG(title));
    put(p, "</h2>\n");
    TRY(put_told(p, ask, kind));
    put(p, "</section>\n");
    return true;
}

/* ---- rows ---- */
static void put_rows(Pen *p, const OpenAsk *ask, const OpenTrace *trace)
{
    if (!trace->table_n && !trace->closed)
        return;
    put(p, "<section><h2>");
    put_word(p, "page.rows");
    put(p, "</h2>\n");
    if (trace->closed) {
        put(p, "<p class=\"mut\">");
        put_word(p, "page.rows_closed");
        put(p, "</p>\n");
    }
    for (size_t i = 0; i < trace->table_n && p->detail; i++) {
        const OpenTable *t = &trace->tables[i];
        put(p, "<h3>");
        put_text(p,
                 title_in(p->arena, p->lang, t->book->pack, "book", t->book->name, t->book->title));
        put(p, "</h3>\n");
        put_table(p, t, ask->ask.unit);
        if (t->more) {
            put(p, "<p class=\"mut\">");
            put_word(p, "page.rows_some n=%zu", t->row_n);
            put(p, "</p>\n");
        }
    }
    put(p, "</section>\n");
}

static void put_basis(Pen *p, const Pack *pack)
{
    put(p, "<section><h2>");
    put_word(p, "page.basis");
    put(p, "</h2>\n<p>");
    put_text(p, title_in(p->arena, p->lang, pack, "pack", STR("pack"), pack->title));
    put(p, p->lang == LANG_ZH ? "：" : ": ");
    put_text(p, pack->basis);
    if (pack->approval.n) {
        put(p, p->lang == LANG_ZH ? "；" : "; ");
        put_text(p, pack->approval);
    }
    put(p, "</p></section>\n");
}

bool page_figure(Pen *p, Str name)
{
    static const size_t rows_by_detail[] = { 0, 2, 4, 6, 8, 12 };
    OpenAsk ask;
    OpenTrace trace;
    TRY(find_figure(p, name, &ask));
    TRY(open_trace(p->w, p->k, &ask, rows_by_detail[p->detail], &trace));
    PageHead head = { .name = place_name(p, ask.ask.unit), .above = place_above(p, ask.ask.unit) };
    head.title =
        str_printf(p->arena, "%.*s · %.*s", STR_ARG(figure_title(p, &ask)), STR_ARG(head.name));
    put_head(p, &head);
    put_place(p, &ask);
    put_value(p, &ask, trace.value);
    put_periods(p, &ask);
    put_made(p, &ask, &trace);
    TRY(put_parts(p, &ask));
    TRY(put_lowest(p, &ask, trace.value));
    put_silent(p, &trace);
    put_rows(p, &ask, &trace);
    put_basis(p, ask.figure->pack);
    put_foot(p, &head);
    return true;
}
