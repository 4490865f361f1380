#include "base/num.h"

#include "base/check.h"

Int128 num_pow10(int n)
{
    CHECK(n >= 0 && n <= 36);
    Int128 value = 1;
    for (int i = 0; i < n; i++)
        value *= 10;
    return value;
}

bool num_fits(Int128 value)
{
    return value >= INT64_MIN && value <= INT64_MAX;
}

Int128 num_div(Int128 a, Int128 b, Rounding rounding)
{
    CHECK(b != 0);
    Int128 whole = a / b;
    Int128 rest = a % b;
    if (rest == 0 || rounding == ROUND_DOWN)
        return whole;
    bool negative = (a < 0) != (b < 0);
    Int128 far = rest < 0 ? -rest : rest;
    Int128 size = b < 0 ? -b : b;
    if (rounding == ROUND_HALF && far < size - far)
        return whole;
    return negative ? whole - 1 : whole + 1;
}

bool num_rescale(Int128 value, int from, int to, Rounding rounding, Int128 *ret)
{
    if (to >= from)
        return to - from <= 36 && num_mul(value, num_pow10(to - from), ret);
    *ret = from - to <= 36 ? num_div(value, num_pow10(from - to), rounding) : 0;
    return true;
}

bool num_add(Int128 a, Int128 b, Int128 *ret)
{
    return !__builtin_add_overflow(a, b, ret);
}

bool num_mul(Int128 a, Int128 b, Int128 *ret)
{
    return !__builtin_mul_overflow(a, b, ret);
}

/* One digit, ASCII or full-width; moves on by its bytes. -1 = no digit. */
static int take_digit(Str *s)
{
    if (s->n && s->p[0] >= '0' && s->p[0] <= '9') {
        int digit = s->p[0] - '0';
        *s = str_sub(*s, 1, s->n);
        return digit;
    }
    if (s->n >= 3 && (uint8_t)s->p[0] == 0xEF && (uint8_t)s->p[1] == 0xBC &&
        (uint8_t)s->p[2] >= 0x90 && (uint8_t)s->p[2] <= 0x99) {
        int digit = (uint8_t)s->p[2] - 0x90;
        *s = str_sub(*s, 3, s->n);
        return digit;
    }
    return -1;
}

static bool take_mark(Str *s, Str narrow, Str wide)
{
    Str mark = str_starts(*s, narrow) ? narrow : wide;
    if (!str_starts(*s, mark))
        return false;
    *s = str_sub(*s, mark.n, s->n);
    return true;
}

/* Digits before the point; commas only where thousands end. */
static bool take_whole(Str *s, Int128 *value)
{
    int digits = 0;
    int since_comma = -1;
    for (;;) {
        if (digits > 0 && take_mark(s, STR(","), STR("，"))) {
            if (since_comma >= 0 ? since_comma != 3 : digits > 3)
                return false;
            since_comma = 0;
        }
        int digit = take_digit(s);
        if (digit < 0)
            break;
        *value = *value * 10 + digit;
        if (++digits > 19)
            return false;
        since_comma += since_comma >= 0;
    }
    return digits > 0 && (since_comma < 0 || since_comma == 3);
}

bool num_parse(Str text, int scale, int64_t *ret)
{
    CHECK(scale >= 0 && scale <= NUM_SCALE_MAX);
    Str s = str_trim(text);
    bool negative = take_mark(&s, STR("-"), STR("－"));
    Int128 value = 0;
    if (!take_whole(&s, &value))
        return false;
    int after = 0;
    if (take_mark(&s, STR("."), STR("．"))) {
        int digit;
        int seen = 0;
        while ((digit = take_digit(&s)) >= 0) {
            if (++seen > scale && digit != 0)
                return false;
            if (seen <= scale) {
                value = value * 10 + digit;
                after++;
            }
        }
        if (!seen)
            return false;
    }
    if (s.n)
        return false;
    value *= num_pow10(scale - after);
    if (negative)
        value = -value;
    if (!num_fits(value))
        return false;
    *ret = (int64_t)value;
    return true;
}

bool num_parse_int(Str text, int64_t *ret)
{
    return num_parse(text, 0, ret);
}

static Str print_digits(Arena *arena, Int128 value, int scale)
{
    char text[64];
    size_t at = sizeof text;
    bool negative = value < 0;
    unsigned __int128 rest = negative ? -(unsigned __int128)value : (unsigned __int128)value;
    int digits = 0;
    do {
        if (digits == scale && scale > 0)
            text[--at] = '.';
        text[--at] = (char)('0' + (int)(rest % 10));
        rest /= 10;
        digits++;
    } while (rest || digits <= scale);
    if (negative)
        text[--at] = '-';
    return str_copy(arena, (Str){ text + at, sizeof text - at });
}

Str num_print(Arena *arena, Int128 value, int scale)
{
    return print_digits(arena, value, scale);
}

Str num_print_as(Arena *arena, Int128 value, int scale, int decimals, Rounding rounding, bool trim)
{
    Int128 rounded;
    if (!num_rescale(value, scale, decimals, rounding, &rounded)) {
        rounded = value; /* too large for more zeros: as it is */
        decimals = scale;
    }
    Str text = print_digits(arena, rounded, decimals);
    if (!trim || decimals == 0)
        return text;
    while (text.p[text.n - 1] == '0')
        text.n--;
    if (text.p[text.n - 1] == '.')
        text.n--;
    return text;
}
