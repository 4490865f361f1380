/* The bulletin for residents: one page of an issue at a time, its numbers as links. */
#include <dirent.h>

#include "page/page_int.h"

enum { ISSUES_MOST = 400 };

/* Names of issues are names of folders: no way up, no hidden ones. */
static bool is_name(Str name)
{
    if (!name.n || name.n > 60 || name.p[0] == '.')
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '/' || name.p[i] == '\\' || name.p[i] == 0)
            return false;
    return true;
}

static const char *path_of(Pen *p, Str name)
{
    return arena_printf(p->arena, "%s/issues/%.*s/issue.md", p->ask->dir, STR_ARG(name));
}

/* What is not open to all is not there. */
static bool read_card(Pen *p, Str name, IssueCard *ret, int32_t *ret_day)
{
    DocHead head;
    if (!p->ask->dir || !is_name(name) || !doc_head(p->w, path_of(p, name), &head)) {
        work_clear(p->w);
        return false;
    }
    if (head.public_day > p->today)
        return false;
    *ret = (IssueCard){ .name = name,
                        .title = head.issue.n ? head.issue : head.title,
                        .masthead = head.masthead,
                        .date = head.date,
                        .demo = head.demo };
    *ret_day = head.public_day;
    return true;
}

bool issue_newest(Pen *p, IssueCard *ret)
{
    int32_t newest = DAY_MIN;
    *ret = (IssueCard){ 0 };
    if (!p->ask->dir)
        return true;
    DIR *folder = opendir(arena_printf(p->arena, "%s/issues", p->ask->dir));
    if (!folder)
        return true;
    int seen = 0;
    for (const struct dirent *entry = readdir(folder); entry && seen < ISSUES_MOST;
         entry = readdir(folder), seen++) {
        IssueCard card;
        int32_t day;
        Str name = str_copy(p->arena, str_of(entry->d_name));
        if (!read_card(p, name, &card, &day) ||
            (day == newest && ret->name.n && str_cmp(name, ret->name) < 0) || day < newest)
            continue;
        newest = day;
        *ret = card;
    }
    closedir(folder);
    return true;
}

/* "PAGE" behind the name, from 1; 0 = the name alone. */
static bool split_path(Pen *p, Str path, Str *ret_name, int64_t *ret_page)
{
    Str rest = path;
    *ret_page = 1;
    (void)str_next(&rest, '/', ret_name);
    if (rest.p && (!num_parse_int(rest, ret_page) || *ret_page < 1))
        return fail(p->w, ERR_NOT_FOUND, "page.none");
    return true;
}

static void put_contents(Pen *p, const Doc *doc, Str name, size_t page)
{
    put(p, "<nav class=\"pages\" aria-label=\"");
    put_word(p, "page.contents");
    put(p, "\"><ol>");
    for (size_t i = 0; i < doc_pages(doc); i++) {
        put(p, "<li>");
        put(p, i == page ? "<b aria-current=\"page\">" : "<a");
        if (i != page) {
            put_href(p, "/b/%.*s/%zu", STR_ARG(name), i + 1);
            put(p, ">");
        }
        put_text(p, doc_page_title(doc, i));
        put(p, i == page ? "</b></li>" : "</a></li>");
    }
    put(p, "</ol></nav>\n");
}

bool page_issue(Pen *p, Str path)
{
    Str name;
    int64_t page;
    IssueCard card;
    int32_t day;
    TRY(split_path(p, path, &name, &page));
    if (!read_card(p, name, &card, &day))
        return fail(p->w, ERR_NOT_FOUND, "page.no_issue");
    const Doc *doc = doc_read(p->w, p->k->core, p->k->figures, path_of(p, name));
    TRY(doc);
    if ((size_t)page > doc_pages(doc))
        return fail(p->w, ERR_NOT_FOUND, "page.none");
    PageHead head = { .name = card.masthead, .above = card.title };
    head.title = str_printf(p->arena, "%.*s %.*s", STR_ARG(card.masthead), STR_ARG(card.title));
    put_head(p, &head);
    put(p, "<article class=\"sheet\" lang=\"zh-CN\"><div class=\"mast\"><p>");
    put_text(p, card.masthead);
    put(p, "</p><div><span>");
    put_text(p, card.title);
    put(p, "</span><span>");
    put_text(p, card.date);
    put(p, "</span></div></div>\n<h1>");
    put_text(p, doc_page_title(doc, (size_t)page - 1));
    put(p, "</h1>\n");
    if (card.demo.n) {
        put(p, "<p class=\"note\">");
        put_text(p, card.demo);
        put(p, "</p>\n");
    }
    TRY(doc_page_html(p->w, doc, (size_t)page - 1, p->out));
    put(p, "</article>\n");
    put_contents(p, doc, name, (size_t)page - 1);
    put_foot(p, &head);
    return true;
}
