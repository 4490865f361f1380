#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/driver.h"

int32_t utf8_next(Str s, size_t *at)
{
    utf8proc_int32_t point = -1;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + *at,
                                          (utf8proc_ssize_t)(s.n - *at), &point);
    *at += n > 0 ? (size_t)n : 1;
    return n > 0 ? point : -1;
}

bool utf8_valid(Str s)
{
    for (size_t at = 0; at < s.n;)
        if (utf8_next(s, &at) < 0)
            return false;
    return true;
}

void utf8_put(Buf *b, int32_t point)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(point, bytes);
    buf_put(b, (Str){ (const char *)bytes, n > 0 ? (size_t)n : 0 });
}

size_t utf8_count(Str s)
{
    size_t count = 0;
    for (size_t at = 0; at < s.n; count++)
        (void)utf8_next(s, &at);
    return count;
}

size_t utf8_width(Str s)
{
    size_t width = 0;
    for (size_t at = 0; at < s.n;) {
        int32_t point = utf8_next(s, &at);
        int columns = point < 0 ? 1 : utf8proc_charwidth(point);
        width += columns > 0 ? (size_t)columns : 0;
    }
    return width;
}

bool utf8_nfc(Arena *arena, Str s, Str *ret)
{
    bool ascii = true;
    for (size_t i = 0; i < s.n && ascii; i++)
        ascii = (s.p[i] & 0x80) == 0;
    if (ascii) {
        *ret = s;
        return true;
    }
    if (!utf8_valid(s))
        return false;
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &made,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n < 0)
        return false;
    Str form = { (const char *)made, (size_t)n };
    *ret = str_eq(form, s) ? s : str_copy(arena, form);
    free(made);
    return true;
}
