/* Head and foot of every page, links, and the words between. */
#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/words.h"
#include "page/page_int.h"

void put(Pen *p, const char *html)
{
    buf_putz(p->out, html);
}

void put_text(Pen *p, Str text)
{
    buf_html(p->out, text);
}

void put_number(Pen *p, int64_t n)
{
    buf_printf(p->out, "%lld", (long long)n);
}

static Str word_of(Pen *p, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static Str word_of(Pen *p, const char *format, va_list args)
{
    char what[2048];
    vsnprintf(what, sizeof what, format, args);
    return word_text(p->arena, what, p->lang);
}

void put_choices(Pen *p)
{
    if (p->lang == LANG_EN)
        put(p, "<input type=\"hidden\" name=\"lang\" value=\"en\"/>");
    if (p->size.n) {
        put(p, "<input type=\"hidden\" name=\"size\" value=\"");
        put_text(p, p->size);
        put(p, "\"/>");
    }
}

void put_word(Pen *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_text(p, word_of(p, format, args));
    va_end(args);
}

Str word_in(Pen *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = word_of(p, format, args);
    va_end(args);
    return text;
}

Str url_part(Pen *p, Str text)
{
    Buf out = buf_open(p->arena, 4096);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char ch = (unsigned char)text.p[i];
        bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
                     (ch >= 'A' && ch <= 'Z') || ch == '-' || ch == '_' || ch == '.';
        if (plain)
            buf_putc(&out, (char)ch);
        else
            buf_printf(&out, "%%%02X", ch);
    }
    return buf_str(&out);
}

static void put_query(Pen *p, Buf *url, bool *any, const char *name, Str value)
{
    if (!value.n)
        return;
    buf_printf(url, "%c%s=", *any ? '&' : '?', name);
    buf_put(url, url_part(p, value));
    *any = true;
}

static void put_url(Pen *p, Str where, Lang lang, Str size)
{
    Buf url = buf_open(p->arena, 8192);
    bool any = str_find(where, STR("?")) != SIZE_MAX;
    buf_put(&url, where);
    put_query(p, &url, &any, "lang", lang == LANG_EN ? STR("en") : STR(""));
    put_query(p, &url, &any, "size", size);
    put(p, " href=\"");
    put_text(p, buf_str(&url));
    put(p, "\"");
}

void put_href(Pen *p, const char *format, ...)
{
    char where[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(where, sizeof where, format, args);
    va_end(args);
    put_url(p, str_of(where), p->lang, p->size);
}

/* This page again, in another language or size. */
static void put_self(Pen *p, Lang lang, Str size)
{
    Buf url = buf_open(p->arena, 8192);
    bool any = false;
    const PageAsk *ask = p->ask;
    buf_put(&url, p->path);
    if (ask) {
        put_query(p, &url, &any, "unit", ask->unit);
        put_query(p, &url, &any, "period", ask->period);
        put_query(p, &url, &any, "known", ask->known);
        put_query(p, &url, &any, "q", ask->find);
        put_query(p, &url, &any, "pack", ask->pack);
        put_query(p, &url, &any, "before", ask->before);
        put_query(p, &url, &any, "book", ask->book);
        put_query(p, &url, &any, "kind", ask->kind);
        put_query(p, &url, &any, "part", ask->part);
    }
    put_url(p, buf_str(&url), lang, size);
}

/* ---- days and periods ---- */
Str day_words(Pen *p, int32_t day)
{
    int year, month, of_month;
    if (p->lang == LANG_EN)
        return day_print(p->arena, day);
    day_split(day, &year, &month, &of_month);
    return str_printf(p->arena, "%d 年 %d 月 %d 日", year, month, of_month);
}

static Str period_plain(Pen *p, Period period)
{
    int year, month, day;
    day_split(period.first_day, &year, &month, &day);
    bool zh = p->lang == LANG_ZH;
    switch (period.kind) {
    case PERIOD_YEAR: return str_printf(p->arena, zh ? "%d 年" : "%d", year);
    case PERIOD_HALF:
        return str_printf(p->arena, zh ? "%d 年%s半年" : "%d, half %s", year,
                          month < 7 ? (zh ? "上" : "1")
                          : zh      ? "下"
                                    : "2");
    case PERIOD_QUARTER:
        return str_printf(p->arena, zh ? "%d 年第 %d 季度" : "%d, quarter %d", year,
                          (month + 2) / 3);
    case PERIOD_MONTH:
        return zh ? str_printf(p->arena, "%d 年 %d 月", year, month)
                  : period_print(p->arena, period);
    case PERIOD_DAY: return day_words(p, period.first_day);
    case PERIOD_NONE:
    case PERIOD_WEEK:
    case PERIOD_RECORD:
    case PERIOD_RANGE: break;
    }
    return period_print(p->arena, period);
}

Str period_words(Pen *p, Period period)
{
    Str text = period_plain(p, period);
    bool runs = period.first_day <= p->today && period.last_day >= p->today;
    if (!runs || period.kind == PERIOD_DAY)
        return text;
    return str_printf(p->arena, p->lang == LANG_ZH ? "%.*s至今" : "%.*s to date", STR_ARG(text));
}

Str period_query(Pen *p, Period period, char sign)
{
    Str text = period_print(p->arena, period);
    if (period.code == p->usual)
        return STR("");
    return str_printf(p->arena, "%cperiod=%.*s", sign, STR_ARG(text));
}

/* ---- head and foot ---- */
#define LOGO                                                                                       \
    "<svg width=\"30\" height=\"30\" viewBox=\"0 0 28 28\" aria-hidden=\"true\">"                  \
    "<path fill=\"#12604c\" d=\"M0 0h13v13H0zM0 15h13v13H0zM15 15h13v13H15z\"/>"                   \
    "<path fill=\"#d9920a\" d=\"M15 0h13v13H15z\"/></svg>"

static void put_size_link(Pen *p, Str size, const char *word)
{
    put(p, "<a");
    put_self(p, p->lang, size);
    put(p, ">");
    put_word(p, "%s", word);
    put(p, "</a>");
}

static void put_tools(Pen *p)
{
    bool big = str_is(p->size, "big"), huge = str_is(p->size, "huge");
    put(p, "<nav aria-label=\"");
    put_word(p, "page.tools");
    put(p, "\">");
    if (big || huge)
        put_size_link(p, STR(""), "page.size_plain");
    if (!huge)
        put_size_link(p, big ? STR("huge") : STR("big"), big ? "page.size_huge" : "page.size_big");
    put(p, p->lang == LANG_ZH ? "<a lang=\"en\"" : "<a lang=\"zh-CN\"");
    put_self(p, p->lang == LANG_ZH ? LANG_EN : LANG_ZH, p->size);
    put(p, p->lang == LANG_ZH ? ">English</a></nav>" : ">中文</a></nav>");
}

void put_head(Pen *p, const PageHead *head)
{
    put(p, "<!DOCTYPE html>\n<html lang=\"");
    put(p, p->lang == LANG_ZH ? "zh-CN" : "en");
    put(p, "\"");
    if (str_is(p->size, "big") || str_is(p->size, "huge")) {
        put(p, " class=\"");
        put_text(p, p->size);
        put(p, "\"");
    }
    put(p, ">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
           "content=\"width=device-width,initial-scale=1\"/>\n<title>");
    put_text(p, head->title.n ? head->title : head->name);
    put(p, "</title>\n<link rel=\"icon\" href=\"/app/tian.svg\" type=\"image/svg+xml\"/><link "
           "rel=\"stylesheet\" href=\"/public.css\"/>\n");
    put(p, head->own ? "<meta name=\"robots\" content=\"noindex\"/>\n" : "");
    put(p, head->script ? "<script src=\"/public.js\" defer=\"\"></script>\n" : "");
    put(p, head->bare ? "</head>\n<body class=\"bare\">\n<main id=\"main\">\n"
                      : "</head>\n<body>\n<a class=\"skip\" href=\"#main\">");
    if (head->bare)
        return;
    put_word(p, "page.skip");
    put(p, "</a>\n<header><div><a class=\"home\" aria-label=\"");
    put_word(p, "page.home");
    put(p, "\"");
    put_href(p, "/");
    put(p, ">" LOGO "</a><p><strong>");
    put_text(p, head->name);
    put(p, "</strong>");
    if (head->above.n) {
        put(p, "<small>");
        put_text(p, head->above);
        put(p, "</small>");
    }
    put(p, "</p>");
    put_tools(p);
    put(p, "</div></header>\n<main id=\"main\">\n");
}

void put_foot(Pen *p, const PageHead *head)
{
    if (head->bare) {
        put(p, "</main>\n</body>\n</html>\n");
        return;
    }
    put(p, "</main>\n<footer><div><p>");
    if (!head->plain && p->k) {
        Head log = log_head(p->k->core->store.log);
        Str at = ms_print(p->arena, p->w->now_ms);
        Str root = hex_print(p->arena, log.root.byte, 6);
        put_word(p, "page.foot at=%.*s size=%lld", STR_ARG(at), (long long)log.size);
        put(p, " <code>");
        put_text(p, root);
        put(p, "</code>");
    } else {
        put_word(p, "page.foot_plain");
    }
    put(p, "</p><p>");
    if (!head->plain) {
        put(p, "<a");
        put_href(p, "/login");
        put(p, ">");
        put_word(p, "page.sign_in");
        put(p, "</a>");
    } else {
        put(p, "<a");
        put_href(p, "/");
        put(p, ">");
        put_word(p, "page.home");
        put(p, "</a>");
    }
    put(p, "</p></div></footer>\n</body>\n</html>\n");
}

static Str tagged(Arena *arena, const char *text, Str *ret_etag)
{
    Str bytes = str_of(text);
    Hash hash = hash_of(bytes.p, bytes.n);
    Str name = hex_print(arena, hash.byte, 8);
    *ret_etag = str_printf(arena, "\"%.*s\"", STR_ARG(name));
    return bytes;
}

Str page_style(Arena *arena, Str *ret_etag)
{
    return tagged(arena, page_css, ret_etag);
}

Str page_script(Arena *arena, Str *ret_etag)
{
    return tagged(arena, page_js, ret_etag);
}
