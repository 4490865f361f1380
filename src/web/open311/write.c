/* One tree, written as JSON or as XML. */
#include "base/time.h"
#include "web/open311/open311.h"

Written tree_open(Buf *out, bool xml)
{
    if (xml)
        buf_putz(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    return (Written){ .out = out, .xml = xml, .list = { true } };
}

static void put_name(Written *t, const char *name)
{
    if (t->xml) {
        buf_printf(t->out, "<%s>", name);
        return;
    }
    if (t->any[t->depth])
        buf_putc(t->out, ',');
    t->any[t->depth] = true;
    if (!t->list[t->depth])
        buf_printf(t->out, "\"%s\":", name);
}

static void enter(Written *t, const char *name, bool list)
{
    put_name(t, name);
    CHECK(t->depth + 1 < TREE_DEPTH);
    t->depth++;
    t->any[t->depth] = false;
    t->list[t->depth] = list;
    if (!t->xml)
        buf_putc(t->out, list ? '[' : '{');
}

void tree_list(Written *t, const char *name)
{
    enter(t, name, true);
}

void tree_item(Written *t, const char *name)
{
    enter(t, name, false);
}

void tree_end(Written *t, const char *name)
{
    if (t->xml)
        buf_printf(t->out, "</%s>\n", name);
    else
        buf_putc(t->out, t->list[t->depth] ? ']' : '}');
    t->depth--;
}

static void put_literal(Written *t, const char *name, Str text)
{
    put_name(t, name);
    buf_put(t->out, text);
    if (t->xml)
        buf_printf(t->out, "</%s>", name);
}

void tree_text(Written *t, const char *name, Str text)
{
    if (t->xml && !text.p) {
        buf_printf(t->out, "<%s/>", name);
        return;
    }
    put_name(t, name);
    if (t->xml) {
        buf_html(t->out, text);
        buf_printf(t->out, "</%s>", name);
    } else if (text.p) {
        buf_json(t->out, text);
    } else {
        buf_putz(t->out, "null");
    }
}

void tree_int(Written *t, const char *name, int64_t n)
{
    char text[24];
    int size = snprintf(text, sizeof text, "%lld", (long long)n);
    put_literal(t, name, (Str){ text, (size_t)size });
}

void tree_truth(Written *t, const char *name, bool truth)
{
    put_literal(t, name, truth ? STR("true") : STR("false"));
}

void tree_moment(Written *t, const char *name, int64_t ms)
{
    int year, month, day;
    char text[48];
    if (!ms) {
        tree_text(t, name, (Str){ 0 });
        return;
    }
    int32_t of = day_of_ms(ms);
    int64_t second = (ms - day_first_ms(of)) / 1000;
    day_split(of, &year, &month, &day);
    int size = snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", year, month, day,
                        (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
    tree_text(t, name, (Str){ text, (size_t)size });
}
