/* The whole page: head, masthead, sheets, appendix of sources. */
#include "base/words.h"
#include "bulletin/bulletin_int.h"

static void put_word(Buf *out, Work *w, const char *what)
{
    buf_html(out, word_text(w->arena, what, LANG_ZH));
}

static void put_head(Work *w, const Doc *doc, Buf *out)
{
    buf_putz(out,
             "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
    buf_html(out, doc->masthead);
    buf_putz(out, " ");
    buf_html(out, doc->title.n ? doc->title : doc->issue);
    buf_putz(out, "</title>\n<style>\n");
    buf_putz(out, bulletin_css);
    buf_putz(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">");
    put_word(out, w, "bulletin.skip");
    buf_putz(out, "</a>\n<header class=\"top\"><div><svg class=\"logo\" width=\"28\" height=\"28\" "
                  "viewBox=\"0 0 28 28\""
                  " aria-hidden=\"true\"><path fill=\"#12604c\" d=\"M0 0h13v13H0zM0 15h13v13H0zM15 "
                  "15h13v13H15z\"/>"
                  "<path fill=\"#d9920a\" d=\"M15 0h13v13H15z\"/></svg><strong>");
    buf_html(out, doc->masthead);
    buf_putz(out, "<small>");
    buf_html(out, doc->issue);
    buf_putz(out, "</small></strong></div><nav aria-label=\"");
    put_word(out, w, "bulletin.pages");
    buf_putz(out, "\">");
    for (size_t i = 0; i < doc->pages.n; i++) {
        buf_printf(out, "<a href=\"#%.*s\">", STR_ARG(doc->pages.at[i].anchor));
        buf_html(out, doc->pages.at[i].title);
        buf_putz(out, "</a>");
    }
    buf_putz(out, "<a href=\"#sources\">");
    put_word(out, w, "bulletin.sources");
    buf_putz(out, "</a></nav></header>\n<main id=\"main\">\n");
}

static void put_masthead(const Doc *doc, Buf *out)
{
    buf_putz(out, "<div class=\"mast\"><h1>");
    buf_html(out, doc->masthead);
    buf_putz(out, "</h1><div class=\"line\"><span>");
    buf_html(out, doc->issue);
    buf_putz(out, "</span><span>");
    buf_html(out, doc->date);
    buf_putz(out, "</span></div>");
    if (doc->demo.n) {
        buf_putz(out, "<div class=\"demo\">");
        buf_html(out, doc->demo);
        buf_putz(out, "</div>");
    }
    buf_putz(out, "</div>\n");
}

static void put_foot(Work *w, const Doc *doc, Buf *out)
{
    Str root = hex_print(w->arena, doc->head.root.byte, 6);
    buf_putz(out, "<footer class=\"foot\"><span>");
    buf_html(out, doc->organ);
    buf_putz(out, "</span><span>");
    put_word(out, w,
             arena_printf(w->arena, "bulletin.head size=%lld root=%.*s", (long long)doc->head.size,
                          STR_ARG(root)));
    buf_putz(out, "</span></footer>\n");
}

static void put_source(Work *w, const Doc *doc, size_t i, Buf *out)
{
    const Number *n = &doc->numbers.at[i];
    buf_printf(out, "<tr><td><a href=\"#n%zu\">%zu</a></td><td>", i + 1, i + 1);
    buf_html(out, n->text);
    buf_putz(out, "</td><td>");
    buf_html(out, unit_label(doc, n->ask.unit, n->ask.period.last_day));
    buf_putz(out, " ");
    buf_html(out, n->shown.title);
    buf_putz(out, " ");
    buf_html(out, period_label(w->arena, n->ask.period));
    buf_printf(out, "</td><td>%lld / %lld</td></tr>\n", (long long)n->value.reported,
               (long long)n->value.expected);
}

static void put_sources(Work *w, const Doc *doc, Buf *out)
{
    static const char *const heads[] = { "bulletin.source_no", "bulletin.source_value",
                                         "bulletin.source_what", "bulletin.source_coverage" };
    buf_putz(out, "<article class=\"sheet\" id=\"sources\"><h2 class=\"t\">");
    put_word(out, w, "bulletin.sources");
    buf_putz(out, "</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
    put_word(out, w, "bulletin.sources");
    buf_putz(out, "\"><table class=\"src\"><thead><tr>");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        buf_putz(out, "<th scope=\"col\">");
        put_word(out, w, heads[i]);
        buf_putz(out, "</th>");
    }
    buf_putz(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < doc->numbers.n; i++)
        put_source(w, doc, i, out);
    buf_putz(out, "</tbody></table></div></article>\n");
}

bool doc_html(Work *w, Core *core, const Doc *given, Buf *out)
{
    Doc *doc = arena_new(w->arena, Doc);
    *doc = *given; /* the tables of the text add their cells to the numbers */
    (void)core;
    put_head(w, doc, out);
    for (size_t i = 0; i < doc->pages.n; i++) {
        const Page *page = &doc->pages.at[i];
        buf_printf(out, "<article class=\"sheet\" id=\"%.*s\">\n", STR_ARG(page->anchor));
        if (i == 0)
            put_masthead(doc, out);
        buf_putz(out, "<h2 class=\"t\">");
        buf_html(out, page->title);
        buf_putz(out, "</h2>\n");
        TRY(html_markdown(w, doc, page, out));
        put_foot(w, doc, out);
        buf_putz(out, "</article>\n");
    }
    put_sources(w, doc, out);
    buf_putz(out, "</main>\n</body>\n</html>\n");
    if (doc->faults.n > given->faults.n) {
        const DocFault *fault = &doc->faults.at[given->faults.n];
        return fail(w, ERR_BAD_INPUT, "bulletin.fault line=%d why=%s", fault->line, fault->what);
    }
    return buf_ok(out) ? true : fail(w, ERR_LIMIT, "bulletin.too_large limit=%d", DOC_HTML_MAX);
}

size_t doc_pages(const Doc *doc)
{
    return doc->pages.n;
}

Str doc_page_title(const Doc *doc, size_t page)
{
    return doc->pages.at[page].title;
}

bool doc_page_html(Work *w, const Doc *given, size_t page, Buf *out)
{
    Doc *doc = arena_new(w->arena, Doc);
    *doc = *given;
    doc->open = true;
    CHECK(page < doc->pages.n);
    return html_markdown(w, doc, &doc->pages.at[page], out);
}
