/* 回音壁: what was raised at a unit and below it, who has it, what was promised, how it ended. On
 * the screen, and as a sheet of A3 for the stairwell. */
#include "page/case/case_int.h"

enum { DAYS_COUNTED = 365, FROM_MOST = 100000, VOICE_MOST = 3, POSTER_MOST = 8 };

static const char *const part_names[] = { "", "open", "late", "over" };
static const char *const part_words[] = { "public.part_all", "public.part_open", "public.part_late",
                                          "public.part_over" };
enum { PARTS = 4 };

const Field *wall_item(const Book *book)
{
    for (size_t i = 0; i < book->field_count; i++) {
        const Field *f = book->fields[i];
        if (f->type.kind == TYPE_ITEM && f->is_public && !f->of_move && !field_is_private(f))
            return f;
    }
    return NULL;
}

/* A book of cases that some move shows to residents. */
static bool is_walled(const Book *book)
{
    for (size_t i = 0;
         book->cases && book->form == BOOK_OF && book->flow_type && i < book->flow_type->move_count;
         i++)
        if (book->flow_type->moves[i].shows)
            return true;
    return false;
}

bool wall_any(Pen *p)
{
    for (size_t i = 0; i < p->set->book_count; i++)
        if (is_walled(p->set->books[i]))
            return true;
    return false;
}

static WallAsk ask_of(Pen *p, int32_t unit, size_t most)
{
    return (WallAsk){ .unit = unit,
                      .since_ms = day_first_ms(p->today - DAYS_COUNTED),
                      .most = most,
                      .lang = p->lang };
}

static bool read_filter(Pen *p, WallAsk *ask)
{
    const PageAsk *said = p->ask;
    int64_t from = 0;
    for (int i = 0; i < PARTS; i++)
        if (said->part.n && str_is(said->part, part_names[i]))
            ask->part = (WallPart)i;
    if (said->part.n && ask->part == WALL_ALL)
        return fail(p->w, ERR_NOT_FOUND, "page.none");
    if (said->before.n && (!num_parse_int(said->before, &from) || from < 0 || from > FROM_MOST))
        return fail(p->w, ERR_NOT_FOUND, "page.none");
    ask->from = (size_t)from;
    if (!said->kind.n)
        return true;
    ask->book = set_book(p->set, said->book);
    ask->field = ask->book ? wall_item(ask->book) : NULL;
    const Item *item = ask->field ? list_item(ask->field->type.list, said->kind) : NULL;
    ask->item = item ? item->number : 0;
    return item || fail(p->w, ERR_NOT_FOUND, "page.none");
}

/* ---- the parts of the page ---- */

static void put_counts(Pen *p, const Wall *wall)
{
    put_word(p, "public.counts raised=%lld answered=%lld agreed=%lld", (long long)wall->raised,
             (long long)wall->answered, (long long)wall->agreed);
}

/* This wall, with what it is narrowed to. */
static Str wall_address(Pen *p, Str code, Str part, size_t from)
{
    Buf out = buf_open(p->arena, 2048);
    char sign = '?';
    buf_printf(&out, "/w/%.*s", STR_ARG(code));
    if (part.n) {
        buf_printf(&out, "%cpart=%.*s", sign, STR_ARG(part));
        sign = '&';
    }
    if (p->ask->kind.n) {
        Str book = url_part(p, p->ask->book), kind = url_part(p, p->ask->kind);
        buf_printf(&out, "%cbook=%.*s&kind=%.*s", sign, STR_ARG(book), STR_ARG(kind));
        sign = '&';
    }
    if (from)
        buf_printf(&out, "%cbefore=%zu", sign, from);
    return buf_str(&out);
}

static void put_part_link(Pen *p, Str code, int part, bool now)
{
    put(p, now ? "<li><b aria-current=\"page\">" : "<li><a");
    if (!now) {
        Str where = wall_address(p, code, str_of(part_names[part]), 0);
        put_href(p, "%.*s", STR_ARG(where));
        put(p, ">");
    }
    put_word(p, "%s", part_words[part]);
    put(p, now ? "</b></li>" : "</a></li>");
}

static void put_parts(Pen *p, Str code, const WallAsk *ask)
{
    put(p, "<ul class=\"tabs\">");
    for (int i = 0; i < PARTS; i++)
        put_part_link(p, code, i, (int)ask->part == i);
    put(p, "</ul>\n");
}

static void put_items(Pen *p, const Field *f, Str chosen)
{
    const List *list = f->type.list;
    for (size_t i = 0; i < list->item_count; i++) {
        const Item *it = &list->items[i];
        Str path = str_printf(p->arena, "%.*s.%.*s", STR_ARG(list->name), STR_ARG(it->name));
        put(p, "<option value=\"");
        put_text(p, it->name);
        put(p, str_eq(it->name, chosen) ? "\" selected=\"\">" : "\">");
        put_text(p, title_in(p->arena, p->lang, list->pack, "item", path, it->title));
        put(p, "</option>");
    }
}

/* One kind alone, of the first book that has kinds. */
static void put_kind_form(Pen *p, Str code)
{
    const Book *book = NULL;
    for (size_t i = 0; i < p->set->book_count && !book; i++)
        if (is_walled(p->set->books[i]) && wall_item(p->set->books[i]))
            book = p->set->books[i];
    if (!book)
        return;
    buf_printf(p->out, "<form class=\"filter\" action=\"/w/%.*s\" method=\"get\">", STR_ARG(code));
    put_choices(p);
    if (p->ask->part.n)
        buf_printf(p->out, "<input type=\"hidden\" name=\"part\" value=\"%.*s\"/>",
                   STR_ARG(p->ask->part));
    buf_printf(p->out, "<input type=\"hidden\" name=\"book\" value=\"%.*s\"/>",
               STR_ARG(book->name));
    put(p, "<label for=\"kind\">");
    put_text(p, open_field_title(p->arena, p->lang, book, wall_item(book)));
    put(p, "</label><select id=\"kind\" name=\"kind\"><option value=\"\">");
    put_word(p, "public.all_kinds");
    put(p, "</option>");
    put_items(p, wall_item(book), p->ask->kind);
    put(p, "</select><button class=\"quiet\">");
    put_word(p, "public.filter");
    put(p, "</button></form>\n");
}

static void put_list(Pen *p, const Wall *wall)
{
    put(p, "<ul class=\"wall\">");
    for (size_t i = 0; i < wall->n; i++)
        put_card(p, &wall->at[i]);
    put(p, "</ul>\n");
}

static void put_pages(Pen *p, Str code, const WallAsk *ask, const Wall *wall)
{
    if ((int64_t)(ask->from + wall->n) >= wall->total)
        return;
    Str where = wall_address(p, code, p->ask->part, ask->from + wall->n);
    put(p, "<p class=\"all\"><a");
    put_href(p, "%.*s", STR_ARG(where));
    put(p, ">");
    put_word(p, "page.rows_older");
    put(p, "</a></p>\n");
}

static void put_reach(Pen *p, Str code)
{
    put(p, "<p class=\"acts\"><a class=\"b\"");
    put_href(p, "/r/%.*s", STR_ARG(code));
    put(p, ">");
    put_word(p, "public.report");
    put(p, "</a> <a");
    put_href(p, "/q");
    put(p, ">");
    put_word(p, "public.follow");
    put(p, "</a> <a");
    put_href(p, "/w/%.*s/poster", STR_ARG(code));
    put(p, ">");
    put_word(p, "public.poster");
    put(p, "</a></p>\n");
}

static bool put_wall(Pen *p, int32_t unit, Str code)
{
    static const size_t by_detail[] = { 4, 6, 8, 10, 12, 15 };
    Wall wall;
    WallAsk ask = ask_of(p, unit, by_detail[p->detail]);
    TRY(read_filter(p, &ask));
    TRY(open_wall(p->w, p->k, &ask, &wall));
    PageHead head = { .name = place_name(p, unit), .above = place_above(p, unit) };
    head.title = word_in(p, "public.wall_of name=%.*s", STR_ARG(head.name));
    put_head(p, &head);
    put(p, "<div class=\"hero\"><h1>");
    put_text(p, head.title);
    put(p, "</h1>\n<p>");
    put_counts(p, &wall);
    put(p, "</p>\n<p class=\"mut\">");
    put_word(p, "public.wall_more open=%lld late=%lld", (long long)wall.open, (long long)wall.late);
    put(p, "</p>\n");
    put_reach(p, code);
    put(p, "</div>\n<section><h2 class=\"sr\">");
    put_word(p, "public.list");
    put(p, "</h2>\n");
    put_parts(p, code, &ask);
    put_kind_form(p, code);
    if (wall.n) {
        put_list(p, &wall);
    } else {
        put(p, "<p class=\"no\">");
        put_word(p, "public.wall_empty");
        put(p, "</p>\n");
    }
    put_pages(p, code, &ask, &wall);
    put(p, "</section>\n");
    put_foot(p, &head);
    return true;
}

/* ---- the poster ---- */

static void put_big(Pen *p, const char *word, int64_t n, int64_t of)
{
    put(p, "<li><b>");
    put_number(p, n);
    put(p, "</b><span>");
    put_word(p, "%s", word);
    put(p, "</span>");
    if (of >= 0) {
        put(p, "<small>");
        put_word(p, "public.of n=%lld", (long long)of);
        put(p, "</small>");
    }
    put(p, "</li>");
}

static void put_poster_codes(Pen *p, Str code)
{
    static const struct {
        const char *path, *word;
    } links[] = { { "r", "public.qr_report" }, { "w", "public.qr_wall" } };
    if (!p->ask->site.n)
        return;
    put(p, "<div class=\"codes\">");
    for (int i = 0; i < 2; i++) {
        put(p, "<figure>");
        put_qr(p,
               str_printf(p->arena, "%.*s/%s/%.*s", STR_ARG(p->ask->site), links[i].path,
                          STR_ARG(code)),
               links[i].word);
        put(p, "<figcaption>");
        put_word(p, "%s", links[i].word);
        put(p, "</figcaption></figure>");
    }
    put(p, "</div>\n");
}

static bool put_poster(Pen *p, int32_t unit, Str code)
{
    Wall wall;
    WallAsk ask = ask_of(p, unit, POSTER_MOST);
    TRY(open_wall(p->w, p->k, &ask, &wall));
    PageHead head = { .name = place_name(p, unit), .above = place_above(p, unit), .bare = true };
    Str day = day_words(p, p->today);
    head.title = word_in(p, "public.wall_of name=%.*s", STR_ARG(head.name));
    put_head(p, &head);
    put(p, "<div class=\"poster\"><div class=\"top\"><p>");
    put_text(p, head.above);
    put(p, "</p><h1>");
    put_text(p, head.title);
    put(p, "</h1><p class=\"motto\">");
    put_word(p, "public.voice");
    put(p, "</p></div>\n<ul class=\"counts\">");
    put_big(p, "public.big_raised", wall.raised, -1);
    put_big(p, "public.big_answered", wall.answered, wall.raised);
    put_big(p, "public.big_agreed", wall.agreed, wall.answered);
    put(p, "</ul>\n");
    if (wall.n)
        put_list(p, &wall);
    else {
        put(p, "<p class=\"none\">");
        put_word(p, "public.wall_empty");
        put(p, "</p>\n");
    }
    put_poster_codes(p, code);
    put(p, "<p class=\"end\">");
    put_word(p, "public.poster_foot day=%.*s", STR_ARG(day));
    put(p, "</p></div>\n");
    put_foot(p, &head);
    return true;
}

bool page_wall(Pen *p, Str path)
{
    bool poster = str_ends(path, STR("/poster"));
    Str code = poster ? str_sub(path, 0, path.n - 7) : path;
    int32_t unit = unit_find_code_ever(p->k->core->units, code, p->today);
    if (unit == UNIT_NONE)
        return fail(p->w, ERR_NOT_FOUND, "page.no_unit");
    p->unit = unit;
    Str own = place_code(p, unit);
    return poster ? put_poster(p, unit, own) : put_wall(p, unit, own);
}

/* ---- on the page of the unit ---- */

bool put_voice(Pen *p, int32_t unit)
{
    Wall wall;
    Str code = place_code(p, unit);
    if (!wall_any(p) || !unit_alive(p->k->core->units, unit, p->today, KNOWN_NOW))
        return true;
    WallAsk ask = ask_of(p, unit, p->detail > 1 ? VOICE_MOST : 1);
    TRY(open_wall(p->w, p->k, &ask, &wall));
    put(p, "<section class=\"voice\"><h2>");
    put_word(p, "public.voice");
    put(p, "</h2>\n<p class=\"mut\">");
    put_word(p, "public.voice_more");
    put(p, "</p>\n<div class=\"acts\"><a class=\"b\"");
    put_href(p, "/r/%.*s", STR_ARG(code));
    put(p, ">");
    put_word(p, "public.report");
    put(p, "</a><form action=\"/q\" method=\"get\"><label class=\"sr\" for=\"number\">");
    put_word(p, "public.number");
    put(p, "</label><input id=\"number\" name=\"q\" maxlength=\"40\" placeholder=\"");
    put_word(p, "public.number_hint");
    put(p, "\"/>");
    put_choices(p);
    put(p, "<button class=\"quiet\">");
    put_word(p, "public.look");
    put(p, "</button></form></div>\n<h3>");
    put_word(p, "public.wall");
    put(p, "</h3>\n<p class=\"mut\">");
    put_counts(p, &wall);
    put(p, "</p>\n");
    if (wall.n)
        put_list(p, &wall);
    put(p, "<p class=\"all\"><a");
    put_href(p, "/w/%.*s", STR_ARG(code));
    put(p, ">");
    put_word(p, "public.to_wall name=%.*s", STR_ARG(place_name(p, unit)));
    put(p, "</a></p></section>\n");
    return true;
}
