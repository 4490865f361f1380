/* Exact numbers: an int64 with a scale (digits after the point), 128 bits between. No floats.
 * Money is scale 2 (fen), area scale 4 (亩), a share or percent scale 6 (1% = 10000), a score 2. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef __int128 Int128;

typedef enum Rounding {
    ROUND_HALF, /* half away from zero */
    ROUND_DOWN, /* towards zero */
    ROUND_UP,   /* away from zero */
} Rounding;

enum { NUM_SCALE_MAX = 9, SCALE_MONEY = 2, SCALE_AREA = 4, SCALE_RATIO = 6, SCALE_SCORE = 2 };

Int128 num_pow10(int n); /* 0 .. 36 */
bool num_fits(Int128 value);
/* value × 10^(to - from), rounded when digits are lost. false = does not fit 127 bits. */
bool num_rescale(Int128 value, int from, int to, Rounding rounding, Int128 *ret);
Int128 num_div(Int128 a, Int128 b, Rounding rounding); /* b != 0 */
bool num_add(Int128 a, Int128 b, Int128 *ret);         /* false = overflow */
bool num_mul(Int128 a, Int128 b, Int128 *ret);

/* Plain decimal text "-1234.50" at the scale; false on bad text, too many digits after the point
 * (never rounded silently) or overflow. Accepts full-width digits and commas between thousands. */
bool num_parse(Str text, int scale, int64_t *ret);
bool num_parse_int(Str text, int64_t *ret);
/* With the decimals of the scale: 12345 at 2 -> "123.45". */
Str num_print(Arena *arena, Int128 value, int scale);
/* Rounded to `decimals`; trim drops zeros at the end: 39.0 -> 39. */
Str num_print_as(Arena *arena, Int128 value, int scale, int decimals, Rounding rounding, bool trim);
