/* Markdown to HTML: libcmark-gfm parses, we write every tag ourselves, so that raw HTML is dropped
 * and all text is escaped at one place. Paragraphs are <div class="p">: a number is a <details>,
 * which may not stand in a <p>. */
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include "base/utf8.h"
#include "bulletin/bulletin_int.h"

/* Closing punctuation stays on the line of the number before it. */
static void put_joiner(Str rest, Buf *out)
{
    static const char *const closing[] = { "，", "。", "、", "；", "：", "）",
                                           "！", "？", "”",  "》", "％" };
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        if (str_starts(rest, str_of(closing[i])))
            buf_putz(out, "&#8288;");
}

static void put_text(Work *w, const Doc *doc, Str text, Buf *out)
{
    size_t number = 0;
    for (size_t at = 0; at < text.n;) {
        size_t from = at;
        int32_t point = utf8_next(text, &at);
        if (point == POINT_NUMBER) {
            number = 0;
        } else if (point >= POINT_DIGIT && point < POINT_DIGIT + 10) {
            number = number * 10 + (size_t)(point - POINT_DIGIT);
        } else if (point == POINT_END) {
            html_number(out, w, doc, number);
            put_joiner(str_sub(text, at, text.n), out);
        } else if (sign_of(point).n) {
            buf_put(out, sign_of(point));
        } else {
            buf_html(out, str_sub(text, from, at - from));
        }
    }
}

static const char *table_tag(cmark_node *node)
{
    const char *type = cmark_node_get_type_string(node);
    if (!strcmp(type, "table"))
        return "div class=\"tab\"><table";
    if (!strcmp(type, "table_header") || !strcmp(type, "table_row"))
        return "tr";
    if (strcmp(type, "table_cell") != 0)
        return NULL;
    return !strcmp(cmark_node_get_type_string(cmark_node_parent(node)), "table_header")
               ? "th scope=\"col\""
               : "td";
}

static const char *tag_of(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_PARAGRAPH) {
        cmark_node *list = cmark_node_parent(cmark_node_parent(node));
        bool tight =
            list && cmark_node_get_type(list) == CMARK_NODE_LIST && cmark_node_get_list_tight(list);
        return tight ? NULL : "div class=\"p\"";
    }
    if (type == CMARK_NODE_HEADING)
        return cmark_node_get_heading_level(node) <= 2 ? "h2" : "h3";
    if (type == CMARK_NODE_BLOCK_QUOTE)
        return "blockquote";
    if (type == CMARK_NODE_LIST)
        return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "ol" : "ul";
    if (type == CMARK_NODE_ITEM)
        return "li";
    if (type == CMARK_NODE_EMPH)
        return "em";
    if (type == CMARK_NODE_STRONG)
        return "strong";
    return table_tag(node);
}

static void put_tag(const char *tag, bool entering, Buf *out)
{
    if (!tag)
        return;
    if (entering) {
        buf_printf(out, "<%s>", tag);
        return;
    }
    if (str_ends(str_of(tag), STR("<table"))) {
        buf_putz(out, "</table></div>\n");
        return;
    }
    Str name = str_of(tag);
    Str first;
    (void)str_next(&name, ' ', &first);
    bool block = first.n > 2 || str_is(first, "h2") || str_is(first, "li") || str_is(first, "tr");
    buf_printf(out, "</%.*s>%s", STR_ARG(first), block && !str_is(first, "strong") ? "\n" : "");
}

static void put_code_block(Work *w, Doc *doc, const Page *page, cmark_node *node, Buf *out)
{
    Str info = str_trim(str_of(cmark_node_get_fence_info(node)));
    Str text = str_of(cmark_node_get_literal(node));
    int32_t line = page->line + cmark_node_get_start_line(node);
    if (str_is(info, "table"))
        html_table(w, doc, page, text, line, out);
    else if (str_is(info, "bars"))
        html_bars(w, doc, page, text, line, out);
    else
        doc_fault(w, doc, line, "bulletin.fence given=%.*s", STR_ARG(info));
}

/* A line end between Han characters is no space. */
static void put_break(Buf *out)
{
    if (out->n && !(out->p[out->n - 1] & 0x80) && out->p[out->n - 1] != '>')
        buf_putc(out, ' ');
}

static void put_leaf(Work *w, Doc *doc, const Page *page, cmark_node *node, Buf *out)
{
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_TEXT)
        put_text(w, doc, str_of(cmark_node_get_literal(node)), out);
    else if (type == CMARK_NODE_CODE_BLOCK)
        put_code_block(w, doc, page, node, out);
    else if (type == CMARK_NODE_SOFTBREAK)
        put_break(out);
    else if (type == CMARK_NODE_LINEBREAK)
        buf_putz(out, "<br>");
    else if (type == CMARK_NODE_THEMATIC_BREAK)
        buf_putz(out, "<hr>\n");
    else if (type == CMARK_NODE_CODE) {
        buf_putz(out, "<code>");
        buf_html(out, str_of(cmark_node_get_literal(node)));
        buf_putz(out, "</code>");
    }
}

bool html_markdown(Work *w, Doc *doc, const Page *page, Buf *out)
{
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    CHECK(parser);
    cmark_syntax_extension *table = cmark_find_syntax_extension("table");
    if (table)
        (void)cmark_parser_attach_syntax_extension(parser, table);
    cmark_parser_feed(parser, page->body.p, page->body.n);
    cmark_node *root = cmark_parser_finish(parser);
    cmark_iter *walk = cmark_iter_new(root);
    cmark_event_type event;
    while ((event = cmark_iter_next(walk)) != CMARK_EVENT_DONE && work_ok(w)) {
        cmark_node *node = cmark_iter_get_node(walk);
        const char *tag = tag_of(node);
        if (tag)
            put_tag(tag, event == CMARK_EVENT_ENTER, out);
        else if (event == CMARK_EVENT_ENTER)
            put_leaf(w, doc, page, node, out);
    }
    cmark_iter_free(walk);
    cmark_node_free(root);
    cmark_parser_free(parser);
    return work_ok(w);
}
