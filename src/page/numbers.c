/* Figures on a page: which of them say something at a unit, and how one is shown. */
#include "page/page_int.h"

/* ---- does a figure say anything at units of a kind? ---- */
static bool book_stands(const Book *book, const Kind *kind)
{
    const Kind *const *kinds = (const Kind *const *)book->kinds;
    for (size_t i = 0; i < book->kind_count; i++)
        if (kinds[i] == kind || kind_is_below(kinds[i], kind))
            return true;
    return false;
}

/* Rows of offices above, or a count of units among which it is itself, say nothing here. */
static bool suits(const Expr *e, const Kind *kind, int depth)
{
    if (!e || depth > PAGE_PATH || e->op == EXPR_AT)
        return true;
    if (e->op == EXPR_AGG && e->agg->scope != SCOPE_ABOVE) {
        const Agg *agg = e->agg;
        return agg->kind ? kind_is_below(agg->kind, kind)
                         : !agg->book || book_stands(agg->book, kind);
    }
    if (e->op == EXPR_CELL && !book_stands(e->book, kind))
        return false;
    if (e->op == EXPR_FIGURE && !suits(e->figure->expr, kind, depth + 1))
        return false;
    for (size_t i = 0; i < e->arg_count; i++)
        if (!suits(e->args[i], kind, depth + 1))
            return false;
    return true;
}

bool figure_suits(const Figure *figure, const Kind *kind)
{
    bool here = figure->kind_count == 0;
    for (size_t i = 0; i < figure->kind_count; i++)
        here = here || figure->kinds[i] == kind;
    return here && suits(figure->expr, kind, 0);
}

static OpenAsk ask_of(Pen *p, const Figure *figure, int32_t unit)
{
    return (OpenAsk){ .figure = figure,
                      .ask = { .unit = unit, .period = p->period, .known_day = p->known_day },
                      .lang = p->lang };
}

/* The members of a family with one parameter of few values. */
static void add_members(Pen *p, const Figure *figure, int32_t unit, OpenAsks *ret)
{
    enum { MEMBERS = 16 };
    const Type *type = &figure->params[0].type;
    OpenAsk ask = ask_of(p, figure, unit);
    if (figure->param_count != 1)
        return;
    if (type->list) {
        for (size_t i = 0; i < type->list->item_count && i < MEMBERS; i++) {
            ask.args[0] = type->list->items[i].number;
            *list_push(p->arena, ret) = ask;
        }
        return;
    }
    for (int64_t n = type->low; n <= type->high && n < type->low + MEMBERS; n++) {
        ask.args[0] = n;
        *list_push(p->arena, ret) = ask;
    }
}

bool figures_of(Pen *p, const Pack *pack, int32_t unit, bool all, OpenAsks *ret)
{
    const Kind *kind = place_kind(p, unit);
    for (size_t i = 0; kind && i < p->set->figure_count; i++) {
        const Figure *figure = p->set->figures[i];
        if (figure->pack != pack || !figure->is_public || !figure_suits(figure, kind))
            continue;
        if (figure->param_count && all)
            add_members(p, figure, unit, ret);
        else if (!figure->param_count)
            *list_push(p->arena, ret) = ask_of(p, figure, unit);
    }
    return work_ok(p->w);
}

/* ---- titles and links ---- */
static Str member_title(Pen *p, const Figure *figure, int64_t arg)
{
    const List *list = figure->params[0].type.list;
    const Item *item = list ? list_item_number(list, (int32_t)arg) : NULL;
    if (!item)
        return str_printf(p->arena, "%lld", (long long)arg);
    return title_in(p->arena, p->lang, list->pack, "item",
                    str_printf(p->arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(item->name)),
                    item->title);
}

Str figure_title(Pen *p, const OpenAsk *ask)
{
    const Figure *f = ask->figure;
    Str title = title_in(p->arena, p->lang, f->pack, "figure", f->name, f->title);
    if (f->param_count != 1)
        return title;
    Str member = member_title(p, f, ask->args[0]);
    return str_printf(p->arena, "%.*s · %.*s", STR_ARG(title), STR_ARG(member));
}

Str figure_name(Pen *p, const OpenAsk *ask)
{
    const Figure *f = ask->figure;
    Str name = f->name;
    for (size_t i = 0; i < f->param_count; i++) {
        const List *list = f->params[i].type.list;
        const Item *item = list ? list_item_number(list, (int32_t)ask->args[i]) : NULL;
        name = item ? str_printf(p->arena, "%.*s_%.*s", STR_ARG(name), STR_ARG(item->name))
                    : str_printf(p->arena, "%.*s_%lld", STR_ARG(name), (long long)ask->args[i]);
    }
    return name;
}

void put_figure_link(Pen *p, const OpenAsk *ask, Str text)
{
    Str name = figure_name(p, ask);
    Str code = place_code(p, ask->ask.unit);
    Str period = period_query(p, ask->ask.period, '&');
    put(p, "<a");
    put_href(p, "/f/%.*s?unit=%.*s%.*s%s%.*s", STR_ARG(name), STR_ARG(code), STR_ARG(period),
             p->known.n ? "&known=" : "", STR_ARG(p->known));
    put(p, ">");
    put_text(p, text);
    put(p, "</a>");
}

Str open_coverage(Pen *p, const Open *o)
{
    int64_t expected, reported;
    OpenState state = open_state(o);
    if (!open_covered(o, &expected, &reported) || state == OPEN_NOTHING || reported >= expected)
        return STR("");
    return word_in(p, "page.covered expected=%lld reported=%lld", (long long)expected,
                   (long long)reported);
}

/* ---- one figure of each line of work ---- */
static void put_tile(Pen *p, const OpenAsk *ask, const Open *o)
{
    bool silent = open_state(o) == OPEN_SILENT;
    Str covered = open_coverage(p, o);
    put(p, silent ? "<li class=\"no\">" : "<li>");
    put_figure_link(p, ask, figure_title(p, ask));
    put(p, "<p>");
    open_put(p->out, o);
    put(p, "</p>");
    if (covered.n && !silent) {
        put(p, "<small>");
        put_text(p, covered);
        put(p, "</small>");
    }
    put(p, "</li>");
}

/* The first figure of the pack that says something at the unit. */
static bool first_telling(Pen *p, const OpenAsks *asks, OpenAsk *ret, const Open **ret_value)
{
    *ret_value = NULL;
    for (size_t i = 0; i < asks->n && i < TILE_TRIES; i++) {
        const Open *o;
        TRY(open_figure(p->w, p->k, &asks->at[i], &o));
        if (!o || open_state(o) == OPEN_NOTHING || open_is_zero(o))
            continue;
        *ret = asks->at[i];
        *ret_value = o;
        return true;
    }
    return true;
}

bool put_tiles(Pen *p, int32_t unit)
{
    bool any = false;
    for (size_t i = 0; i < p->set->pack_count; i++) {
        OpenAsks asks = { 0 };
        OpenAsk ask;
        const Open *o;
        TRY(figures_of(p, p->set->packs[i], unit, false, &asks));
        TRY(first_telling(p, &asks, &ask, &o));
        if (!o)
            continue;
        put(p, any ? "" : "<ul class=\"tiles\">");
        any = true;
        put_tile(p, &ask, o);
    }
    put(p, any ? "</ul>\n" : "");
    return true;
}

static bool is_additive(const Figure *figure)
{
    switch ((int)figure->expr->type.kind) {
    case TYPE_MONEY:
    case TYPE_INT:
    case TYPE_DECIMAL:
    case TYPE_AREA: return true;
    }
    return false;
}

bool figure_main(Pen *p, int32_t unit, OpenAsk *ret, bool *ret_found)
{
    int64_t most = 1;
    *ret_found = false;
    for (size_t i = 0; i < p->set->pack_count; i++) {
        OpenAsks asks = { 0 };
        TRY(figures_of(p, p->set->packs[i], unit, false, &asks));
        for (size_t k = 0; k < asks.n; k++) {
            int64_t expected, reported;
            const Open *o;
            if (!is_additive(asks.at[k].figure) || asks.at[k].figure->kind_count)
                continue;
            TRY(open_figure(p->w, p->k, &asks.at[k], &o));
            if (!o || !open_covered(o, &expected, &reported) || expected <= most)
                continue;
            most = expected;
            *ret = asks.at[k];
            *ret_found = true;
        }
    }
    return true;
}
