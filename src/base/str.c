#include "base/str.h"

#include <stdio.h>

#include "base/check.h"

int str_cmp(Str a, Str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(Str s, Str head)
{
    return s.n >= head.n && (head.n == 0 || memcmp(s.p, head.p, head.n) == 0);
}

bool str_ends(Str s, Str tail)
{
    return s.n >= tail.n && (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}

Str str_sub(Str s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (Str){ s.p ? s.p + from : s.p, n };
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Str str_trim(Str s)
{
    const Str wide = STR("\xE3\x80\x80");
    for (;;) {
        if (s.n && is_blank(s.p[0]))
            s = str_sub(s, 1, s.n);
        else if (s.n && is_blank(s.p[s.n - 1]))
            s.n--;
        else if (str_starts(s, wide))
            s = str_sub(s, 3, s.n);
        else if (str_ends(s, wide))
            s.n -= 3;
        else
            return s;
    }
}

size_t str_find(Str s, Str what)
{
    for (size_t i = 0; what.n <= s.n && i <= s.n - what.n; i++)
        if (what.n == 0 || memcmp(s.p + i, what.p, what.n) == 0)
            return i;
    return SIZE_MAX;
}

bool str_next(Str *rest, char cut, Str *ret)
{
    if (!rest->p)
        return false;
    const char *at = rest->n ? memchr(rest->p, cut, rest->n) : NULL;
    if (!at) {
        *ret = *rest;
        *rest = (Str){ NULL, 0 };
        return true;
    }
    size_t n = (size_t)(at - rest->p);
    *ret = (Str){ rest->p, n };
    *rest = (Str){ at + 1, rest->n - n - 1 };
    return true;
}

Str str_copy(Arena *arena, Str s)
{
    return (Str){ arena_copy(arena, s.p, s.n), s.n };
}

char *str_z(Arena *arena, Str s)
{
    char *text = arena_array(arena, char, s.n + 1);
    if (s.n)
        memcpy(text, s.p, s.n);
    return text;
}

static Str __attribute__((format(printf, 2, 0)))
print_args(Arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    CHECK(length >= 0);
    char *text = arena_array(arena, char, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return (Str){ text, (size_t)length };
}

Str str_printf(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    Str text = print_args(arena, format, args);
    va_end(args);
    return text;
}

Buf buf_open(Arena *arena, size_t max_bytes)
{
    CHECK(max_bytes > 0);
    return (Buf){ .arena = arena, .max = max_bytes };
}

void buf_put(Buf *b, Str s)
{
    if (b->over || s.n > b->max - b->n) {
        b->over = true;
        return;
    }
    if (b->n + s.n > b->room) {
        size_t room = (b->n + s.n) * 2 + 64;
        if (room > b->max)
            room = b->max;
        char *p = arena_array(b->arena, char, room);
        if (b->n)
            memcpy(p, b->p, b->n);
        b->p = p;
        b->room = room;
    }
    if (s.n)
        memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

void buf_putc(Buf *b, char c)
{
    buf_put(b, (Str){ &c, 1 });
}

void buf_putz(Buf *b, const char *text)
{
    buf_put(b, str_of(text));
}

void buf_printf(Buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char small[256];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(small, sizeof small, format, again);
    va_end(again);
    CHECK(length >= 0);
    if ((size_t)length < sizeof small)
        buf_put(b, (Str){ small, (size_t)length });
    else
        buf_put(b, print_args(b->arena, format, args));
    va_end(args);
}

/* XML has no way at all to write the other control signs. */
static bool is_shown(char c)
{
    return (unsigned char)c >= 0x20 ? c != 0x7F : c == '\t' || c == '\n' || c == '\r';
}

void buf_html(Buf *b, Str s)
{
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '&': buf_putz(b, "&amp;"); break;
        case '<': buf_putz(b, "&lt;"); break;
        case '>': buf_putz(b, "&gt;"); break;
        case '"': buf_putz(b, "&quot;"); break;
        case '\'': buf_putz(b, "&#39;"); break;
        default:
            if (is_shown(s.p[i]))
                buf_putc(b, s.p[i]);
        }
    }
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* Most of a text is plain: it goes over in one piece. */
void buf_json(Buf *b, Str s)
{
    buf_putc(b, '"');
    for (size_t i = 0; i < s.n;) {
        size_t end = i;
        while (end < s.n && is_plain(s.p[end]))
            end++;
        if (end > i)
            buf_put(b, str_sub(s, i, end - i));
        i = end;
        if (i == s.n)
            break;
        unsigned char c = (unsigned char)s.p[i++];
        if (c < 0x20)
            buf_printf(b, "\\u%04x", c);
        else
            buf_put(b, (Str){ (const char[]){ '\\', (char)c }, 2 });
    }
    buf_putc(b, '"');
}

Str buf_str(const Buf *b)
{
    return (Str){ b->p ? b->p : "", b->n };
}
