/* Complaints: problems are collected with their place and quoted line, sorted, and printed with a
 * caret under the word, Chinese first and English under it. */
#include <stdarg.h>

#include "base/utf8.h"
#include "base/words.h"
#include "lang/lang_int.h"

static Str line_at(Str text, int32_t line)
{
    Str rest = text;
    Str piece = STR("");
    for (int32_t i = 0; i < line; i++)
        if (!str_next(&rest, '\n', &piece))
            return STR("");
    return str_ends(piece, STR("\r")) ? str_sub(piece, 0, piece.n - 1) : piece;
}

/* The line as it can be shown: bytes that are no UTF-8 become question marks. */
static Str shown(Arena *arena, Str line)
{
    if (utf8_valid(line))
        return str_copy(arena, line);
    Buf out = buf_open(arena, line.n + 1);
    for (size_t at = 0; at < line.n;) {
        int32_t point = utf8_next(line, &at);
        utf8_put(&out, point < 0 ? '?' : point);
    }
    return buf_str(&out);
}

__attribute__((format(printf, 4, 0))) static Problem *add(Complaints *c, const File *file,
                                                          Place place, const char *format,
                                                          va_list args)
{
    Problems *all = c->problems;
    if (all->n > LIMIT_PROBLEMS)
        return NULL;
    Arena *arena = c->w->arena;
    all->at = list_room(arena, all->at, all->n, &all->room, sizeof *all->at);
    Problem *p = &all->at[all->n++];
    *p = (Problem){ .place = place, .file = STR("") };
    if (file) {
        p->file = str_copy(arena, file->name);
        p->line = shown(arena, line_at(file->text, place.line));
    }
    if (all->n > LIMIT_PROBLEMS) {
        p->what = arena_printf(arena, "lang.too_many_problems n=%d", LIMIT_PROBLEMS);
        return p;
    }
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    p->what = arena_printf(arena, "%s", text);
    return p;
}

/* A flow is read once for each book that attaches it; its mistakes are said once. */
static bool said_before(const Complaints *c, const Problem *p)
{
    const Problems *all = c->problems;
    if (!p || all->n > LIMIT_PROBLEMS || !p->place.line)
        return false;
    for (size_t i = 0; i + 1 < all->n; i++) {
        const Problem *q = &all->at[i];
        if (q->place.line == p->place.line && q->place.column == p->place.column &&
            str_eq(q->file, p->file) && !strcmp(q->what, p->what))
            return true;
    }
    return false;
}

void complain(Complaints *c, const File *file, Place place, const char *near, const char *format,
              ...)
{
    va_list args;
    va_start(args, format);
    Problem *p = add(c, file, place, format, args);
    va_end(args);
    if (said_before(c, p)) {
        c->problems->n--;
        return;
    }
    c->problems->errors++;
    if (p && near && *near)
        p->near = arena_printf(c->w->arena, "%s", near);
}

void complain_warning(Complaints *c, const File *file, Place place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Problem *p = add(c, file, place, format, args);
    va_end(args);
    if (said_before(c, p))
        c->problems->n--;
    else if (p)
        p->warning = true;
}

static bool stands_before(const Problem *a, const Problem *b)
{
    int order = str_cmp(a->file, b->file);
    if (order)
        return order < 0;
    if (a->place.line != b->place.line)
        return a->place.line < b->place.line;
    return a->place.column < b->place.column;
}

void problems_sort(Problems *problems)
{
    for (size_t i = 1; i < problems->n; i++) {
        Problem moved = problems->at[i];
        size_t k = i;
        for (; k > 0 && stands_before(&moved, &problems->at[k - 1]); k--)
            problems->at[k] = problems->at[k - 1];
        problems->at[k] = moved;
    }
}

/* Blanks as wide as the first `n` code points of the line; tabs stay tabs. */
static void pad(Buf *out, Str line, size_t n)
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t from = at;
        if (at < line.n)
            (void)utf8_next(line, &at);
        Str point = str_sub(line, from, at - from);
        if (str_is(point, "\t")) {
            buf_putc(out, '\t');
            continue;
        }
        size_t width = point.n ? utf8_width(point) : 1;
        for (size_t k = 0; k < width; k++)
            buf_putc(out, ' ');
    }
}

static void caret(Buf *out, const Problem *p)
{
    size_t skip = (size_t)(p->place.column - 1);
    size_t at = 0;
    for (size_t i = 0; i < skip && at < p->line.n; i++)
        (void)utf8_next(p->line, &at);
    size_t from = at;
    for (int32_t i = 0; i < p->place.length && at < p->line.n; i++)
        (void)utf8_next(p->line, &at);
    size_t width = utf8_width(str_sub(p->line, from, at - from));
    buf_putz(out, "    ");
    pad(out, p->line, skip);
    for (size_t i = 0; i < (width ? width : 1); i++)
        buf_putc(out, '^');
    buf_putc(out, '\n');
}

static void problem_print(Buf *out, const Problem *p, Lang lang)
{
    if (p->file.n)
        buf_put(out, p->file);
    if (p->place.line)
        buf_printf(out, ":%d:%d", p->place.line, p->place.column);
    if (p->file.n)
        buf_putz(out, ": ");
    if (p->warning)
        buf_putz(out, lang == LANG_ZH ? "提醒：" : "warning: ");
    buf_put(out, word_text(out->arena, p->what, lang));
    buf_putz(out, "\n  ");
    buf_put(out, word_text(out->arena, p->what, lang == LANG_ZH ? LANG_EN : LANG_ZH));
    buf_putc(out, '\n');
    if (p->line.n) {
        buf_putz(out, "    ");
        buf_put(out, p->line);
        buf_putc(out, '\n');
        caret(out, p);
    }
    if (p->near)
        buf_printf(out,
                   lang == LANG_ZH ? "    最接近的名字（nearest name）：%s\n"
                                   : "    nearest name: %s\n",
                   p->near);
}

void problems_print(Buf *out, const Source *source, const Problems *problems, int lang)
{
    (void)source; /* each problem carries its line: the text may be of a pack loaded before */
    for (size_t i = 0; i < problems->n; i++)
        problem_print(out, &problems->at[i], lang == LANG_ZH ? LANG_ZH : LANG_EN);
}

/* ---- nearest name: edit distance over code points, at most a third of the name ---- */

enum { NAME_MAX_POINTS = 64 };

static size_t points_of(Str s, int32_t *points)
{
    size_t n = 0;
    for (size_t at = 0; at < s.n && n < NAME_MAX_POINTS;)
        points[n++] = utf8_next(s, &at);
    return n;
}

/* Insertions, deletions, changes and swaps of neighbours. */
static size_t distance(Str a, Str b)
{
    int32_t x[NAME_MAX_POINTS];
    int32_t y[NAME_MAX_POINTS];
    size_t rows[3][NAME_MAX_POINTS + 1];
    size_t n = points_of(a, x);
    size_t m = points_of(b, y);
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        const size_t *last = rows[(i - 1) % 3];
        size_t *row = rows[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (x[i - 1] != y[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1];
            if (swapped && rows[(i - 2) % 3][j - 2] + 1 < best)
                best = rows[(i - 2) % 3][j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[n % 3][m];
}

/* The nearest at most a third and one away; of equals one with the same head, then the first. */
Str nearest_name(const Str *names, size_t n, Str name)
{
    size_t length = utf8_count(name);
    size_t best = 2 * (length / 3 + 2);
    Str found = STR("");
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(names[i], name);
        bool head = name.n && names[i].n && name.p[0] == names[i].p[0];
        if (2 * d + !head < best && d < length && d < length / 3 + 2) {
            best = 2 * d + !head;
            found = names[i];
        }
    }
    return found;
}
