/* A unit: where it stands, its life, its open figures and books, and who answers for them. */
#include "page/page_int.h"

static int32_t find_unit(Pen *p, Str code)
{
    return unit_find_code_ever(p->k->core->units, code, p->today);
}

/* ---- top ---- */
static void put_path(Pen *p, int32_t unit)
{
    int32_t path[PAGE_PATH];
    size_t n = place_path(p, unit, path);
    put(p, "<nav class=\"path\" aria-label=\"");
    put_word(p, "page.path");
    put(p, "\"><a");
    put_href(p, "/");
    put(p, ">");
    put_word(p, "page.home_short");
    put(p, "</a>");
    for (size_t i = n; i-- > 1;) {
        put(p, " › ");
        put_unit_link(p, path[i]);
    }
    put(p, "</nav>\n");
}

static void put_end(Pen *p, int32_t unit)
{
    int32_t day;
    Shares heirs = { 0 };
    if (!place_ended(p, unit, &day, &heirs))
        return;
    Str text = day_words(p, day);
    put(p, "<p class=\"note\">");
    put_word(p, "page.ended day=%.*s", STR_ARG(text));
    for (size_t i = 0; i < heirs.n; i++) {
        put(p, i ? p->lang == LANG_ZH ? "、" : ", " : "");
        if (!i)
            put_word(p, "page.ended_to");
        put_unit_link(p, heirs.at[i].unit);
        if (heirs.at[i].num != heirs.at[i].den)
            buf_printf(p->out, " %lld/%lld", (long long)heirs.at[i].num,
                       (long long)heirs.at[i].den);
    }
    if (!heirs.n)
        put_word(p, "page.ended_nowhere");
    put(p, "</p>\n");
}

static void put_top(Pen *p, int32_t unit, const Kind *kind)
{
    Str title =
        kind ? title_in(p->arena, p->lang, kind->pack, "kind", kind->name, kind->title) : STR("");
    Str code = place_code(p, unit);
    put_path(p, unit);
    put(p, "<div class=\"hero\"><h1>");
    put_text(p, place_name(p, unit));
    put(p, "</h1>\n<p>");
    put_text(p, title);
    put(p, " · ");
    put_word(p, "page.code code=%.*s", STR_ARG(code));
    put(p, "</p>\n");
    put_end(p, unit);
    put_life(p, unit);
    put(p, "</div>\n");
}

/* ---- periods ---- */
static void put_period_link(Pen *p, Str code, Period period)
{
    Str text = period_print(p->arena, period);
    Str words = period_words(p, period);
    bool now = period.code == p->period.code;
    put(p, now ? "<li><b aria-current=\"page\">" : "<li><a");
    if (!now) {
        put_href(p, "/u/%.*s?period=%.*s%s%.*s", STR_ARG(code), STR_ARG(text),
                 p->ask->pack.n ? "&pack=" : "", STR_ARG(url_part(p, p->ask->pack)));
        put(p, ">");
    }
    put_text(p, words);
    put(p, now ? "</b></li>" : "</a></li>");
}

static void put_periods(Pen *p, int32_t unit)
{
    Str code = place_code(p, unit);
    Period year = period_of_day(PERIOD_YEAR, p->today);
    bool shown = false;
    put(p, "<ul class=\"tabs\">");
    for (int i = 0; i < 3; i++) {
        Period period = period_shift(year, -i);
        shown = shown || period.code == p->period.code;
        put_period_link(p, code, period);
    }
    if (!shown)
        put_period_link(p, code, p->period);
    put(p, "</ul>\n");
}

/* ---- figures of one line of work ---- */
static void put_cell(Pen *p, const Open *o)
{
    bool silent = !o || open_state(o) == OPEN_SILENT;
    put(p, silent && o ? "<td class=\"n\"><span class=\"no\">" : "<td class=\"n\">");
    if (o)
        open_put(p->out, o);
    else
        put(p, "—");
    put(p, silent && o ? "</span></td>" : "</td>");
}

typedef struct Pair {
    OpenAsk ask;
    const Open *now, *before;
} Pair;
typedef list_of(Pair) Pairs;

static bool says_nothing(const Open *o)
{
    return !o || open_state(o) == OPEN_NOTHING || open_is_zero(o);
}

/* `all`: zeros too, which say little beside the rest. */
static bool gather(Pen *p, const OpenAsks *asks, bool all, Pairs *ret)
{
    for (size_t i = 0; i < asks->n; i++) {
        Pair pair = { .ask = asks->at[i] };
        OpenAsk before = pair.ask;
        before.ask.period = period_shift(pair.ask.ask.period, -1);
        TRY(open_figure(p->w, p->k, &pair.ask, &pair.now));
        TRY(open_figure(p->w, p->k, &before, &pair.before));
        bool zero = all && pair.now && open_state(pair.now) != OPEN_NOTHING;
        if (zero || !says_nothing(pair.now) || !says_nothing(pair.before))
            *list_push(p->arena, ret) = pair;
    }
    return true;
}

static void put_pairs(Pen *p, const Pairs *pairs, size_t most)
{
    Str now = period_words(p, p->period);
    Str before = period_words(p, period_shift(p->period, -1));
    put(p, "<table class=\"figs\"><thead><tr><th scope=\"col\">");
    put_word(p, "page.figure");
    put(p, "</th><th scope=\"col\" class=\"n\">");
    put_text(p, now);
    put(p, "</th><th scope=\"col\" class=\"n\">");
    put_text(p, before);
    put(p, "</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < pairs->n && i < most; i++) {
        const Pair *pair = &pairs->at[i];
        Str covered = open_coverage(p, pair->now);
        put(p, "<tr><th scope=\"row\">");
        put_figure_link(p, &pair->ask, figure_title(p, &pair->ask));
        if (covered.n) {
            put(p, "<small>");
            put_text(p, covered);
            put(p, "</small>");
        }
        put(p, "</th>");
        put_cell(p, pair->now);
        put_cell(p, pair->before);
        put(p, "</tr>\n");
    }
    put(p, "</tbody></table>\n");
}

/* ---- open books ---- */
static bool is_asked(const Book *book, const Kind *kind)
{
    for (size_t i = 0; i < book->kind_count; i++)
        if (book->kinds[i] == kind)
            return true;
    return false;
}

static void put_book_head(Pen *p, const OpenTable *t)
{
    const Book *book = t->book;
    put(p, "<h3>");
    put_text(p, title_in(p->arena, p->lang, book->pack, "book", book->name, book->title));
    put(p, "</h3>\n");
    if (t->row_n)
        return;
    put(p, "<p class=\"no\">");
    put_word(p, "page.no_rows");
    put(p, "</p>\n");
}

/* next: how many rows stand before the older ones; 0 = the short table of the unit's page. */
static void put_book_foot(Pen *p, const OpenTable *t, Str code, int64_t next)
{
    if (!t->more)
        return;
    put(p, "<p class=\"mut\">");
    if (!next) {
        put_word(p, "page.rows_newest n=%zu", t->row_n);
    } else {
        put(p, "<a");
        put_href(p, "/u/%.*s?pack=%.*s&before=%lld", STR_ARG(code), STR_ARG(t->book->pack->name),
                 (long long)next);
        put(p, ">");
        put_word(p, "page.rows_older");
        put(p, "</a>");
    }
    put(p, "</p>\n");
}

enum { ROWS_MOST = 1000000 }; /* further back nobody pages */

static bool put_books(Pen *p, const Pack *pack, int32_t unit, const Kind *kind, bool whole)
{
    static const size_t rows_by_detail[] = { 0, 0, 1, 1, 2, 3 };
    static const size_t whole_rows[] = { 1, 2, 4, 8, 12, 20 };
    size_t most = whole ? whole_rows[p->detail] : rows_by_detail[p->detail];
    int64_t before = 0;
    Str code = place_code(p, unit);
    if (p->ask->before.n &&
        (!num_parse_int(p->ask->before, &before) || before < 0 || before > ROWS_MOST))
        return fail(p->w, ERR_NOT_FOUND, "page.none");
    for (size_t i = 0; i < p->set->book_count; i++) {
        const Book *book = p->set->books[i];
        OpenTable table;
        if (book->pack != pack || !is_asked(book, kind) || !book_is_open(book))
            continue;
        TRY(open_rows(p->w, p->k, book, unit, p->lang, whole ? (size_t)before : 0, most ? most : 1,
                      &table));
        if (!table.row_n && !whole)
            continue;
        if (!most)
            continue;
        put_book_head(p, &table);
        if (table.row_n)
            put_table(p, &table, unit);
        put_book_foot(p, &table, code, whole ? before + (int64_t)table.row_n : 0);
    }
    return true;
}

static bool put_pack(Pen *p, const Pack *pack, int32_t unit, const Kind *kind, bool whole)
{
    static const size_t by_detail[] = { 1, 2, 2, 3, 4, 6 };
    OpenAsks asks = { 0 };
    Pairs pairs = { 0 };
    size_t most = whole ? SIZE_MAX : by_detail[p->detail];
    TRY(figures_of(p, pack, unit, whole, &asks));
    TRY(gather(p, &asks, whole, &pairs));
    if (!pairs.n && !whole)
        return true;
    Str code = place_code(p, unit);
    Str period = period_query(p, p->period, '&');
    Str title = title_in(p->arena, p->lang, pack, "pack", STR("pack"), pack->title);
    put(p, "<section><h2>");
    put_text(p, title);
    put(p, "</h2>\n");
    if (pairs.n)
        put_pairs(p, &pairs, most);
    TRY(put_books(p, pack, unit, kind, whole));
    if (!whole) {
        put(p, "<p class=\"all\"><a");
        put_href(p, "/u/%.*s?pack=%.*s%.*s", STR_ARG(code), STR_ARG(pack->name), STR_ARG(period));
        put(p, ">");
        put_word(p, "page.all_of name=%.*s", STR_ARG(title));
        put(p, "</a></p>\n");
    }
    put(p, "</section>\n");
    return true;
}

/* ---- what stands below ---- */
static void put_names(Pen *p, const int32_t *units, size_t n, const Kind *kind)
{
    put(p, "<ul class=\"names\">");
    for (size_t i = 0; i < n; i++)
        if (place_kind(p, units[i]) == kind) {
            put(p, "<li>");
            put_unit_link(p, units[i]);
            put(p, "</li>");
        }
    put(p, "</ul>\n");
}

static bool put_kind_below(Pen *p, int32_t unit, const int32_t *below, size_t n, const Kind *kind,
                           const OpenAsk *ask)
{
    Str title = title_in(p->arena, p->lang, kind->pack, "kind", kind->name, kind->title);
    put(p, "<section><h2>");
    put_word(p, "page.parts kind=%.*s", STR_ARG(title));
    put(p, "</h2>\n<p class=\"mut\">");
    put_word(p, "page.parts_n n=%d", (int)place_count(p, unit, kind));
    if (ask && figure_suits(ask->figure, kind)) {
        put(p, " · ");
        put_figure_link(p, ask, figure_title(p, ask));
        put(p, " · ");
        put_text(p, period_words(p, p->period));
        put(p, "</p>\n");
        TRY(put_bars(p, ask, kind));
    } else {
        put(p, "</p>\n");
        put_names(p, below, n, kind);
    }
    put(p, "</section>\n");
    return true;
}

static bool put_below(Pen *p, int32_t unit)
{
    int32_t *below;
    OpenAsk ask;
    bool found;
    size_t n = place_parts(p, unit, &below);
    if (!n)
        return true;
    TRY(figure_main(p, unit, &ask, &found));
    for (size_t k = 0; k < p->set->kind_count; k++) {
        const Kind *kind = p->set->kinds[k];
        bool any = false;
        for (size_t i = 0; i < n && !any; i++)
            any = place_kind(p, below[i]) == kind;
        if (any)
            TRY(put_kind_below(p, unit, below, n, kind, found ? &ask : NULL));
    }
    return true;
}

/* ---- who answers: posts, never persons ---- */
static Str role_text(Pen *p, const Role *role, const Kind *const *kinds, size_t n)
{
    Buf out = buf_open(p->arena, 2048);
    if (!n)
        kinds = (const Kind *const *)role->kinds, n = role->kind_count;
    for (size_t i = 0; i < n; i++) {
        buf_putz(&out, i ? p->lang == LANG_ZH ? "、" : ", " : "");
        buf_put(&out, title_in(p->arena, p->lang, kinds[i]->pack, "kind", kinds[i]->name,
                               kinds[i]->title));
    }
    Str where = buf_str(&out);
    Str title = title_in(p->arena, p->lang, role->pack, "role", role->name, role->title);
    return word_in(p, "page.post role=%.*s kind=%.*s", STR_ARG(title), STR_ARG(where));
}

/* "agriculture at county" */
static Str owner_text(Pen *p, Str owner)
{
    size_t at = str_find(owner, STR(" at "));
    const Role *role = set_role(p->set, str_sub(owner, 0, at == SIZE_MAX ? owner.n : at));
    if (!role)
        return STR("");
    const Kind *kind = at == SIZE_MAX ? NULL : set_kind(p->set, str_sub(owner, at + 4, owner.n));
    return role_text(p, role, &kind, kind ? 1 : 0);
}

static void put_writers(Pen *p, const Pack *pack, const Kind *kind)
{
    Str seen[12];
    size_t n = 0;
    for (size_t i = 0; i < p->set->book_count; i++) {
        const Book *book = p->set->books[i];
        if (book->pack != pack || !is_asked(book, kind))
            continue;
        for (size_t a = 0; a < book->write_count; a++)
            for (size_t k = 0; k < book->writes[a].who.n && n < 12; k++) {
                const Who1 *who = &book->writes[a].who.any[k];
                Str text =
                    who->role ? role_text(p, who->role, who->kinds, who->kind_count) : STR("");
                bool again = !text.n;
                for (size_t s = 0; s < n && !again; s++)
                    again = str_eq(seen[s], text);
                if (!again)
                    seen[n++] = text;
            }
    }
    put(p, n ? p->lang == LANG_ZH ? "；" : "; " : "");
    for (size_t i = 0; i < n; i++) {
        if (!i)
            put_word(p, "page.files");
        put(p, i ? p->lang == LANG_ZH ? "、" : ", " : "");
        put_text(p, seen[i]);
    }
}

static void put_answerable(Pen *p, const Kind *kind)
{
    put(p, "<section><h2>");
    put_word(p, "page.who");
    put(p, "</h2>\n<dl class=\"who\">");
    for (size_t i = 0; i < p->set->pack_count; i++) {
        const Pack *pack = p->set->packs[i];
        Str owner = owner_text(p, pack->owner);
        bool any = false;
        for (size_t b = 0; b < p->set->book_count && !any; b++)
            any = p->set->books[b]->pack == pack && is_asked(p->set->books[b], kind);
        if (!any)
            continue;
        put(p, "<dt>");
        put_text(p, title_in(p->arena, p->lang, pack, "pack", STR("pack"), pack->title));
        put(p, "</dt><dd>");
        put_word(p, "page.owner post=%.*s", STR_ARG(owner));
        put_writers(p, pack, kind);
        put(p, "</dd>");
    }
    put(p, "</dl>\n<p class=\"mut\">");
    put_word(p, "page.who_more");
    put(p, "</p></section>\n");
}

/* ---- the page ---- */
static bool put_whole_pack(Pen *p, int32_t unit, const Kind *kind)
{
    const Pack *pack = set_pack(p->set, p->ask->pack);
    if (!pack)
        return fail(p->w, ERR_NOT_FOUND, "page.none");
    put_periods(p, unit);
    TRY(put_pack(p, pack, unit, kind, true));
    put(p, "<p class=\"all\"><a");
    Str code = place_code(p, unit);
    put_href(p, "/u/%.*s", STR_ARG(code));
    put(p, ">");
    put_word(p, "page.back name=%.*s", STR_ARG(place_name(p, unit)));
    put(p, "</a></p>\n");
    return true;
}

static bool put_all(Pen *p, int32_t unit, const Kind *kind)
{
    bool any;
    TRY(put_voice(p, unit));
    if (unit_alive_during(p->k->core->units, unit, p->period.first_day, p->period.last_day,
                          KNOWN_NOW)) {
        put_periods(p, unit);
        put(p, "<h2 class=\"sr\">");
        put_word(p, "page.glance name=%.*s", STR_ARG(place_name(p, unit)));
        put(p, "</h2>\n");
        TRY(put_tiles(p, unit));
    }
    TRY(put_below(p, unit));
    TRY(put_waffle(p, unit, &any));
    for (size_t i = 0; i < p->set->pack_count; i++)
        TRY(put_pack(p, p->set->packs[i], unit, kind, false));
    put_answerable(p, kind);
    return true;
}

bool page_unit(Pen *p, Str code)
{
    int32_t unit = find_unit(p, code);
    if (unit == UNIT_NONE)
        return fail(p->w, ERR_NOT_FOUND, "page.no_unit");
    const Kind *kind = place_kind(p, unit);
    if (!unit_alive(p->k->core->units, unit, p->day, KNOWN_NOW) && !p->ask->period.n) {
        int32_t last; /* of a unit that has ended its last year is what there is */
        Shares heirs;
        if (place_ended(p, unit, &last, &heirs)) {
            p->period = period_of_day(PERIOD_YEAR, last);
            p->day = last;
        }
    }
    PageHead head = { .name = place_name(p, unit), .above = place_above(p, unit) };
    head.title = head.above.n
                     ? str_printf(p->arena, "%.*s · %.*s", STR_ARG(head.name), STR_ARG(head.above))
                     : head.name;
    put_head(p, &head);
    put_top(p, unit, kind);
    if (kind)
        TRY(p->ask->pack.n ? put_whole_pack(p, unit, kind) : put_all(p, unit, kind));
    put_foot(p, &head);
    return true;
}
