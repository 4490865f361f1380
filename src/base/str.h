/* Str: a borrowed piece of UTF-8, not NUL-terminated. Buf: growing text that cannot be made
 * without a maximum; past it buf_ok() is false and nothing more is added. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

typedef struct Str {
    const char *p;
    size_t n;
} Str;

#define STR(literal) ((Str){ "" literal, sizeof(literal) - 1 })
#define STR_ARG(s)   (int)(s).n, (s).p /* for "%.*s" */

static inline Str str_of(const char *text)
{
    return (Str){ text, text ? strlen(text) : 0 };
}
static inline bool str_eq(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool str_is(Str a, const char *text)
{
    return str_eq(a, str_of(text));
}
int str_cmp(Str a, Str b); /* by bytes */
bool str_starts(Str s, Str head);
bool str_ends(Str s, Str tail);
Str str_sub(Str s, size_t from, size_t n); /* clamped */
Str str_trim(Str s);                       /* ASCII blanks and U+3000 */
size_t str_find(Str s, Str what);          /* index, or SIZE_MAX */
/* Cuts *rest at the first `cut`; returns the piece before it. false when *rest is used up
 * (rest->p == NULL). An empty text has one empty piece. */
bool str_next(Str *rest, char cut, Str *ret);
Str str_copy(Arena *arena, Str s);
char *str_z(Arena *arena, Str s); /* NUL-terminated copy */
Str str_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

typedef struct Buf {
    Arena *arena;
    char *p;
    size_t n;
    size_t room;
    size_t max;
    bool over;
} Buf;

Buf buf_open(Arena *arena, size_t max_bytes);
void buf_put(Buf *b, Str s);
void buf_putc(Buf *b, char c);
void buf_putz(Buf *b, const char *text);
void buf_printf(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_html(Buf *b, Str s); /* escapes & < > " ' */
void buf_json(Buf *b, Str s); /* a JSON string with its quotes; other than control, " and \ as is */
static inline bool buf_ok(const Buf *b)
{
    return !b->over;
}
Str buf_str(const Buf *b);
