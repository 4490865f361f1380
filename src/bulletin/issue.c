/* Reading an issue: front matter, pages, and the numbers inside the text. Numbers are taken out
 * before Markdown sees the text (a `*` or `_` inside an expression is no emphasis) and stand there
 * as private-use marks until the page is laid out. */
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/utf8.h"
#include "bulletin/bulletin_int.h"

bool issue_path(Work *w, const char *dir, const char *name, const char **ret_path)
{
    const char *tries[] = { arena_printf(w->arena, "%s/issue.md", name), name,
                            arena_printf(w->arena, "%s/issues/%s/issue.md", dir, name),
                            arena_printf(w->arena, "issues/%s/issue.md", name) };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct stat st;
        if (stat(tries[i], &st) == 0 && S_ISREG(st.st_mode)) {
            *ret_path = tries[i];
            return true;
        }
    }
    return fail(w, ERR_BAD_INPUT, "bulletin.no_issue name=%s dir=%s", name, dir);
}

void doc_fault(Work *w, Doc *doc, int32_t line, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    *list_push(w->arena, &doc->faults) =
        (DocFault){ .line = line, .what = arena_printf(w->arena, "%s", text) };
}

static int32_t find_unit(Work *w, Doc *doc, Str code, int32_t line)
{
    int32_t unit = unit_find_code_ever(doc->core->units, code, doc->period.last_day);
    if (unit == UNIT_NONE)
        doc_fault(w, doc, line, "bulletin.unit code=%.*s", STR_ARG(code));
    return unit;
}

static void meta_day(Work *w, Doc *doc, Str value, int32_t line, int32_t *ret)
{
    if (!day_parse(value, ret))
        doc_fault(w, doc, line, "bulletin.day given=%.*s", STR_ARG(value));
}

static void meta_line(Work *w, Doc *doc, Str key, Str value, int32_t line, Str *unit_code)
{
    const struct {
        const char *key;
        Str *to;
    } texts[] = {
        { "masthead", &doc->masthead }, { "title", &doc->title }, { "issue", &doc->issue },
        { "date", &doc->date },         { "organ", &doc->organ }, { "demo", &doc->demo },
        { "unit", unit_code },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_is(key, texts[i].key)) {
            *texts[i].to = value;
            return;
        }
    if (str_is(key, "known"))
        meta_day(w, doc, value, line, &doc->known_day);
    else if (str_is(key, "public"))
        meta_day(w, doc, value, line, &doc->public_day);
    else if (!str_is(key, "period"))
        doc_fault(w, doc, line, "bulletin.meta key=%.*s", STR_ARG(key));
    else if (!period_parse(value, &doc->period))
        doc_fault(w, doc, line, "bulletin.period given=%.*s", STR_ARG(value));
}

/* Consumes `--- … ---`; *rest and *line move behind it. */
static void read_meta(Work *w, Doc *doc, Str *rest, int32_t *line)
{
    Str unit_code = STR("");
    Str piece;
    doc->unit = UNIT_NONE;
    if (str_starts(*rest, STR("---\n"))) {
        (void)str_next(rest, '\n', &piece);
        ++*line;
        while (str_next(rest, '\n', &piece)) {
            ++*line;
            piece = str_trim(piece);
            if (str_is(piece, "---"))
                break;
            Str value = piece;
            Str key;
            if (str_next(&value, ':', &key) && value.p)
                meta_line(w, doc, str_trim(key), str_trim(value), *line, &unit_code);
            else if (piece.n)
                doc_fault(w, doc, *line, "bulletin.meta key=%.*s", STR_ARG(piece));
        }
    }
    if (doc->period.kind == PERIOD_NONE)
        doc_fault(w, doc, *line, "bulletin.no_period");
    if (unit_code.n)
        doc->unit = find_unit(w, doc, unit_code, *line);
    if (!doc->masthead.n)
        doc->masthead = doc->title;
    if (!doc->masthead.n)
        doc_fault(w, doc, *line, "bulletin.no_masthead");
}

/* "# 磐石市 {220284 2022}" */
static void read_heading(Work *w, Doc *doc, Page *page, Str text, int32_t line)
{
    size_t open = str_find(text, STR("{"));
    page->unit = doc->unit;
    page->period = doc->period;
    page->title = str_trim(str_sub(text, 0, open == SIZE_MAX ? text.n : open));
    page->line = line;
    page->anchor = str_printf(w->arena, "p%zu", doc->pages.n);
    if (open == SIZE_MAX)
        return;
    Str inner = str_sub(text, open + 1, text.n);
    Str words;
    (void)str_next(&inner, '}', &words);
    Str word;
    for (int i = 0; str_next(&words, ' ', &word);) {
        if (!word.n)
            continue;
        if (i++ == 0)
            page->unit = find_unit(w, doc, word, line);
        else if (!period_parse(word, &page->period))
            doc_fault(w, doc, line, "bulletin.period given=%.*s", STR_ARG(word));
    }
    if (page->unit == UNIT_NONE)
        return;
    Str code = unit_code(doc->core->units, page->unit, page->period.last_day, KNOWN_NOW);
    page->anchor = str_printf(w->arena, "u%.*s", STR_ARG(code));
}

static void put_mark(Buf *out, size_t index)
{
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%zu", index);
    utf8_put(out, POINT_NUMBER);
    for (int i = 0; i < n; i++)
        utf8_put(out, POINT_DIGIT + (digits[i] - '0'));
    utf8_put(out, POINT_END);
}

static const char *const signs[] = { "“",  "”",  "‘",  "’",  "（", "）", "《", "》", "，", "。",
                                     "！", "？", "；", "：", "、", "【", "】", "—",  "…" };

Str sign_of(int32_t point)
{
    size_t index = (size_t)(point - POINT_SIGN);
    return point >= POINT_SIGN && index < sizeof signs / sizeof *signs ? str_of(signs[index])
                                                                       : STR("");
}

/* Chinese punctuation that touches an emphasis mark keeps Markdown from seeing it. */
static size_t sign_at(Str line, size_t at, size_t *ret_index)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        Str sign = str_of(signs[i]);
        if (!str_starts(str_sub(line, at, line.n), sign))
            continue;
        bool before = at > 0 && (line.p[at - 1] == '*' || line.p[at - 1] == '~');
        size_t end = at + sign.n;
        bool after = end < line.n && (line.p[end] == '*' || line.p[end] == '~');
        *ret_index = i;
        return before || after ? sign.n : 0;
    }
    return 0;
}

static void read_line(Work *w, Doc *doc, const Page *page, Str text, int32_t line, Buf *out)
{
    for (size_t at = 0; at < text.n;) {
        size_t index;
        size_t sign = sign_at(text, at, &index);
        if (sign) {
            utf8_put(out, POINT_SIGN + (int32_t)index);
            at += sign;
            continue;
        }
        if (!str_starts(str_sub(text, at, text.n), STR("{{"))) {
            buf_putc(out, text.p[at++]);
            continue;
        }
        Str inner = str_sub(text, at + 2, text.n);
        size_t close = str_find(inner, STR("}}"));
        if (close == SIZE_MAX) {
            doc_fault(w, doc, line, "bulletin.open_braces");
            return;
        }
        size_t number =
            number_add(w, doc, str_trim(str_sub(inner, 0, close)), line, page->unit, page->period);
        put_mark(out, number);
        at += 2 + close + 2;
    }
    buf_putc(out, '\n');
}

static void read_pages(Work *w, Doc *doc, Str rest, int32_t line)
{
    Page page = { .title = doc->title, .unit = doc->unit, .period = doc->period, .line = line };
    Buf body = buf_open(w->arena, DOC_BYTES_MAX * 2);
    bool fenced = false;
    bool any = false;
    Str text;
    while (str_next(&rest, '\n', &text) && work_ok(w)) {
        line++;
        if (str_starts(text, STR("```")))
            fenced = !fenced;
        if (!fenced && str_starts(text, STR("# "))) {
            page.body = buf_str(&body);
            if (any || str_trim(page.body).n)
                *list_push(w->arena, &doc->pages) = page;
            any = true;
            body = buf_open(w->arena, DOC_BYTES_MAX * 2);
            read_heading(w, doc, &page, str_sub(text, 2, text.n), line);
        } else if (fenced || str_starts(text, STR("```"))) {
            buf_put(&body, text);
            buf_putc(&body, '\n');
        } else {
            read_line(w, doc, &page, text, line, &body);
        }
    }
    page.body = buf_str(&body);
    *list_push(w->arena, &doc->pages) = page;
}

static bool read_text(Work *w, const char *path, Str *ret)
{
    if (!w->env->read_file(w->env->self, path, DOC_BYTES_MAX, w->arena, ret))
        return fail(w, ERR_BAD_INPUT, "bulletin.unreadable path=%s", path);
    return utf8_valid(*ret) || fail(w, ERR_BAD_INPUT, "bulletin.not_utf8 path=%s", path);
}

bool doc_head(Work *w, const char *path, DocHead *ret)
{
    Str text, key, line;
    Doc doc = { .public_day = DAY_FOREVER };
    Str unit = STR("");
    TRY(read_text(w, path, &text));
    if (str_starts(text, STR("---\n")))
        (void)str_next(&text, '\n', &line);
    while (str_next(&text, '\n', &line) && !str_is(str_trim(line), "---")) {
        Str value = str_trim(line);
        if (str_next(&value, ':', &key) && value.p)
            meta_line(w, &doc, str_trim(key), str_trim(value), 0, &unit);
    }
    *ret = (DocHead){ .masthead = doc.masthead.n ? doc.masthead : doc.title,
                      .title = doc.title,
                      .issue = doc.issue,
                      .date = doc.date,
                      .organ = doc.organ,
                      .demo = doc.demo,
                      .public_day = doc.public_day };
    return true;
}

Doc *doc_read(Work *w, Core *core, Figures *figures, const char *path)
{
    Str text;
    if (!read_text(w, path, &text))
        return NULL;
    Doc *doc = arena_new(w->arena, Doc);
    doc->public_day = DAY_FOREVER;
    doc->core = core;
    doc->figures = figures;
    doc->head = log_head(core->store.log);
    doc->set = packs_set(w, core, KNOWN_NOW);
    if (!doc->set)
        return NULL;
    int32_t line = 0;
    read_meta(w, doc, &text, &line);
    if (doc->period.kind != PERIOD_NONE)
        read_pages(w, doc, text, line);
    return work_ok(w) ? doc : NULL;
}

size_t doc_fault_count(const Doc *doc)
{
    return doc->faults.n;
}
