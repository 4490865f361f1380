/* One case: everybody's page, its reporter's page, the receipt, and the form that asks for number
 * and secret. */
#include "page/case/case_int.h"

static PageHead head_of(Pen *p, Str title, bool own)
{
    return (PageHead){ .name = word_in(p, "page.name"),
                       .above = word_in(p, "page.name_more"),
                       .title = title,
                       .script = own,
                       .own = own };
}

static PageHead head_at(Pen *p, const OpenCase *c, bool own)
{
    PageHead head = {
        .name = place_name(p, c->unit), .above = place_above(p, c->unit), .script = own, .own = own
    };
    Str text = c->head ? open_text(p->arena, c->head) : c->item;
    head.title = text.n ? text : word_in(p, "public.unnamed");
    return head;
}

/* The second net, as for every page: whatever slipped into the bytes goes out as ■■■. */
static bool give(Work *w, const Buf *page, Buf *out)
{
    int blotted;
    if (!buf_ok(page))
        return fail(w, ERR_LIMIT, "page.too_large limit=%d", PAGE_ROOM);
    buf_put(out, blot_person_numbers(w->arena, buf_str(page), &blotted));
    return buf_ok(out) || fail(w, ERR_LIMIT, "page.too_large limit=%d", PAGE_ROOM);
}

/* ---- number and secret ---- */

/* Long ones in fours, as on the receipt: sixteen digits in a row would be taken for a bank card's.
 */
static Str number_shown(Pen *p, Str number)
{
    return number.n > 10 && str_find(number, STR(" ")) == SIZE_MAX ? grouped(p, number) : number;
}

static void put_secret_box(Pen *p, Str number)
{
    put(p, "<p class=\"field\"><label for=\"number\">");
    put_word(p, "public.number");
    put(p, "</label><input id=\"number\" name=\"number\" required=\"\" maxlength=\"40\" "
           "autocomplete=\"off\" value=\"");
    put_text(p, number_shown(p, number));
    put(p, "\"/></p>\n<p class=\"field\"><label for=\"secret\">");
    put_word(p, "public.secret");
    put(p, "</label><small id=\"secret-hint\">");
    put_word(p, "public.secret_hint");
    put(p, "</small><input id=\"secret\" name=\"secret\" required=\"\" maxlength=\"40\" "
           "autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" "
           "aria-describedby=\"secret-hint\" data-secret=\"\"/></p>\n");
}

static void put_ask(Pen *p, Str number, Str word)
{
    put(p, "<section class=\"sign\"><h1>");
    put_word(p, "public.follow");
    put(p, "</h1>\n<p>");
    put_word(p, "public.follow_more");
    put(p, "</p>\n");
    if (word.n) {
        put(p, "<p class=\"fault\" role=\"alert\">");
        put_word(p, "%.*s", STR_ARG(word));
        put(p, "</p>\n");
    }
    put(p, "<form method=\"post\" action=\"/q\">\n");
    put_choices(p);
    put_secret_box(p, number);
    put(p, "<p><button class=\"main\">");
    put_word(p, "public.look");
    put(p, "</button></p></form>\n<p class=\"mut\">");
    put_word(p, "public.lost");
    put(p, "</p></section>\n");
}

bool page_query(Pen *p, Str tag)
{
    Str number = tag.n ? tag : p->ask->find;
    PageHead head = head_of(p, word_in(p, "public.follow"), true);
    put_head(p, &head);
    put_ask(p, number, STR(""));
    put_foot(p, &head);
    return true;
}

bool page_ask_secret(Work *w, const PageAsk *ask, Str number, Str word, Buf *out)
{
    Pen p;
    Buf page = buf_open(w->arena, PAGE_ROOM);
    TRY(pen_open(w, ask, DETAIL_MOST, &page, &p));
    PageHead head = head_of(&p, word_in(&p, "public.follow"), true);
    put_head(&p, &head);
    put_ask(&p, number, word);
    put_foot(&p, &head);
    return give(w, &page, out);
}

/* ---- a case ---- */

static void put_line(Pen *p, const char *word, Str text)
{
    put(p, "<dt>");
    put_word(p, "%s", word);
    put(p, "</dt><dd>");
    put_text(p, text);
    put(p, "</dd>");
}

static void put_facts(Pen *p, const OpenCase *c, bool own)
{
    Str begun = moment_words(p, c->begun_ms, true);
    put(p, "<dl class=\"facts\">");
    if (own)
        put_line(p, "public.number", number_shown(p, c->no));
    put_line(p, "public.begun", begun);
    put(p, "<dt>");
    put_word(p, "public.place");
    put(p, "</dt><dd>");
    put_unit_link(p, c->unit);
    put(p, "</dd>");
    for (size_t i = 0; i < c->said_n; i++) {
        put(p, "<dt>");
        put_text(p, c->said[i].title);
        put(p, "</dt><dd>");
        put_said(p, c, &c->said[i]);
        put(p, "</dd>");
    }
    if (c->joined)
        put_line(p, "public.others", word_in(p, "public.joined n=%d", c->joined));
    put(p, "</dl>\n");
}

static void put_actor(Pen *p, const OpenStep *s)
{
    if (s->actor == ACTOR_REPORTER)
        put_word(p, "public.by_reporter");
    else if (s->actor == ACTOR_SYSTEM || s->unit == UNIT_NONE)
        put_word(p, "public.by_system");
    else
        put_text(p, place_name(p, s->unit));
}

static void put_step(Pen *p, const OpenCase *c, size_t i)
{
    const OpenStep *s = &c->steps[i];
    bool handed = i == 0 || c->steps[i - 1].holder != s->holder;
    put(p, "<li><p><time>");
    put_text(p, moment_words(p, s->at_ms, true));
    put(p, "</time> <b>");
    put_text(p, s->title);
    put(p, "</b> <span>");
    put_actor(p, s);
    if (handed && !c->final) {
        put(p, " → ");
        put_text(p, place_name(p, s->holder));
    }
    put(p, "</span></p>");
    for (size_t k = 0; k < s->said_n; k++) {
        bool image = s->said[k].image.n > 0;
        if (image && !c->shown) /* pictures are for everybody or for nobody */
            continue;
        put(p, "<blockquote>");
        if (!image) {
            put(p, "<i>");
            put_text(p, s->said[k].title);
            put(p, "</i> ");
        }
        put_said(p, c, &s->said[k]);
        put(p, "</blockquote>");
    }
    put(p, "</li>\n");
}

static void put_log(Pen *p, const OpenCase *c)
{
    put(p, "<section><h2>");
    put_word(p, "public.log");
    put(p, "</h2>\n<ol class=\"log\">");
    for (size_t i = c->step_n; i-- > 0;)
        put_step(p, c, i);
    put(p, "</ol></section>\n");
}

static void put_top(Pen *p, const OpenCase *c)
{
    put(p, "<div class=\"hero case\">");
    if (c->item.n && c->head) {
        put(p, "<p class=\"kind\">");
        put_text(p, c->item);
        put(p, "</p>");
    }
    put(p, "<h1>");
    put_head_text(p, c);
    put(p, "</h1>\n");
    put_steps(p, c);
    put(p, "<p class=\"now\"><b>");
    put_text(p, c->state);
    put(p, "</b> <span>");
    put_who(p, c);
    put(p, "</span></p>");
    if (c->answer && c->phase >= PHASE_ANSWERED) {
        put(p, "<p class=\"answer\"><small>");
        put_word(p, "public.answer_of unit=%.*s", STR_ARG(place_name(p, c->holder)));
        put(p, "</small>");
        open_put(p->out, c->answer);
        put(p, "</p>");
    }
    put(p, "</div>\n");
}

static void put_said_word(Pen *p, Str word)
{
    if (!word.n)
        return;
    put(p, "<p class=\"good\" role=\"status\">");
    put_word(p, "%.*s", STR_ARG(word));
    put(p, "</p>\n");
}

/* ---- what its reporter says ---- */

static void put_hidden(Pen *p, const char *name, Str value)
{
    buf_printf(p->out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    put_text(p, value);
    put(p, "\"/>");
}

static void put_reply(Pen *p, const CaseView *page, const OpenReply *r, size_t at)
{
    Asked *asks;
    size_t n = move_asks(p->arena, r->move, p->lang, &asks);
    const CaseAgain *again = page->again && str_eq(page->again_move, r->name) ? page->again : NULL;
    put(p, "<form method=\"post\" action=\"/q\"");
    put(p, asks_photo(asks, n) ? " enctype=\"multipart/form-data\">" : ">");
    if (n || !r->may) {
        put(p, "<h3>");
        put_text(p, r->title);
        put(p, "</h3>\n");
    }
    if (!r->may) {
        put(p, "<p class=\"mut\">");
        put_text(p, r->why);
        put(p, "</p></form>\n");
        return;
    }
    put_fault_list(p, again);
    put_choices(p);
    put_once(p, again ? again->once : page->once);
    put_hidden(p, "number", page->c->tag);
    put_hidden(p, "secret", page->secret);
    put_hidden(p, "move", r->name);
    put_fields(p, asks, n, again, arena_printf(p->arena, "m%zu", at));
    put(p, r->move->state->final ? "<p><button>" : "<p><button class=\"quiet\">");
    put_text(p, r->title);
    put(p, "</button></p></form>\n");
}

static bool put_replies(Pen *p, const CaseView *page)
{
    OpenReply *replies;
    size_t n;
    TRY(open_replies(p->w, p->k, page->c->tag, p->lang, &replies, &n));
    if (!n)
        return true;
    put(p, "<section class=\"replies\"><h2>");
    put_word(p, "public.your_word");
    put(p, "</h2>\n");
    for (size_t i = 0; i < n; i++)
        put_reply(p, page, &replies[i], i);
    put(p, "</section>\n");
    return true;
}

static void put_join_form(Pen *p, const OpenCase *c)
{
    if (c->final)
        return;
    put(p, "<section><h2>");
    put_word(p, "public.me_too_title");
    put(p, "</h2>\n<p class=\"mut\">");
    put_word(p, "public.me_too_more");
    put(p, "</p>\n");
    put_me_too(p, c);
    put(p, "</section>\n");
}

static void put_wall_link(Pen *p, const OpenCase *c)
{
    Str code = place_code(p, c->unit);
    put(p, "<p class=\"all\"><a");
    put_href(p, "/w/%.*s", STR_ARG(code));
    put(p, ">");
    put_word(p, "public.to_wall name=%.*s", STR_ARG(place_name(p, c->unit)));
    put(p, "</a></p>\n");
}

static bool put_case(Pen *p, const CaseView *page)
{
    const OpenCase *c = page->c;
    bool own = page->secret.n > 0;
    PageHead head = head_at(p, c, own);
    put_head(p, &head);
    put_said_word(p, page->word);
    put_top(p, c);
    if (own && !c->shown) {
        put(p, "<p class=\"note\">");
        put_word(p, "public.not_shown");
        put(p, "</p>\n");
    }
    if (own)
        TRY(put_replies(p, page));
    put(p, "<section><h2>");
    put_word(p, "public.about");
    put(p, "</h2>\n");
    put_facts(p, c, own);
    put(p, "</section>\n");
    put_log(p, c);
    if (!own && c->shown) {
        put_join_form(p, c);
        put_wall_link(p, c);
    }
    put_foot(p, &head);
    return true;
}

bool page_case(Pen *p, Str tag)
{
    OpenCase c;
    TRY(open_case(p->w, p->k, tag, p->lang, false, &c));
    const CaseView page = { .c = &c, .secret = STR(""), .word = STR("") };
    return put_case(p, &page);
}

bool page_follow(Work *w, const PageAsk *ask, const CaseView *page, Buf *out)
{
    Pen p;
    Buf bytes = buf_open(w->arena, PAGE_ROOM);
    TRY(pen_open(w, ask, DETAIL_MOST, &bytes, &p));
    TRY(put_case(&p, page));
    return give(w, &bytes, out);
}

/* ---- the receipt ---- */

static void put_ticket(Pen *p, const CaseView *page)
{
    const OpenCase *c = page->c;
    Str code = grouped(p, page->secret);
    put(p, "<section class=\"ticket\"><dl><dt>");
    put_word(p, "public.number");
    put(p, "</dt><dd><code>");
    put_text(p, number_shown(p, c->no));
    put(p, "</code></dd><dt>");
    put_word(p, "public.secret");
    put(p, "</dt><dd><code class=\"secret\">");
    put_text(p, code);
    put(p, "</code></dd></dl>\n");
    if (p->ask->site.n) {
        put(p, "<figure>");
        put_qr(p,
               str_printf(p->arena, "%.*s/q/%.*s#%.*s", STR_ARG(p->ask->site), STR_ARG(c->tag),
                          STR_ARG(page->secret)),
               "public.qr_follow");
        put(p, "<figcaption>");
        put_word(p, "public.qr_follow");
        put(p, "</figcaption></figure>\n");
    }
    put(p, "</section>\n");
}

static void put_next(Pen *p, const CaseView *page)
{
    const OpenCase *c = page->c;
    put(p, "<section><h2>");
    put_word(p, "public.next");
    put(p, "</h2>\n<ol class=\"next\"><li>");
    put_word(p, "public.next_looks unit=%.*s", STR_ARG(place_name(p, c->holder)));
    put(p, "</li><li>");
    put_word(p, "public.next_public");
    put(p, "</li><li>");
    put_word(p, "public.next_answer");
    put(p, "</li></ol>\n<form method=\"post\" action=\"/q\" class=\"noprint\">");
    put_choices(p);
    put_hidden(p, "number", c->tag);
    put_hidden(p, "secret", page->secret);
    put(p, "<p><button>");
    put_word(p, "public.follow_now");
    put(p, "</button></p></form></section>\n");
}

bool page_receipt(Work *w, const PageAsk *ask, const CaseView *page, Buf *out)
{
    Pen p;
    Buf bytes = buf_open(w->arena, PAGE_ROOM);
    TRY(pen_open(w, ask, DETAIL_MOST, &bytes, &p));
    PageHead head = head_at(&p, page->c, true);
    head.title = word_in(&p, "public.received");
    head.script = false;
    put_head(&p, &head);
    put(&p, "<div class=\"hero\"><h1>");
    put_word(&p, "public.received");
    put(&p, "</h1>\n<p>");
    put_word(&p, "public.received_more");
    put(&p, "</p></div>\n");
    put_ticket(&p, page);
    put_next(&p, page);
    put_foot(&p, &head);
    return give(w, &bytes, out);
}
