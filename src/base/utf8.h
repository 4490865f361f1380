/* UTF-8: strict (no surrogates, no overlong forms), NFC through utf8proc. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

bool utf8_valid(Str s);
/* Next code point; *at moves on. On broken bytes -1 and one byte further. */
int32_t utf8_next(Str s, size_t *at);
void utf8_put(Buf *b, int32_t point);
size_t utf8_count(Str s); /* code points */
/* Columns on a terminal: Han and full-width signs count 2. */
size_t utf8_width(Str s);
/* NFC form; false when s is not valid UTF-8. Returns s itself when nothing changes. */
bool utf8_nfc(Arena *arena, Str s, Str *ret);
