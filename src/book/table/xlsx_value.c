/* What a cell shows: numbers in the 15 digits of a spreadsheet, days from serial numbers. The file
 * holds binary fractions ("66.700000000000003"); they are rounded as text, never as floats. */
#include "base/num.h"
#include "base/time.h"
#include "base/utf8.h"
#include "book/table/xlsx_int.h"

enum { SHOWN_DIGITS = 15, EXPONENT_MAX = 40, SECONDS_A_DAY = 86400 };

/* ---- formats ---- */

/* Built-in formats; 27 to 36 and 50 to 58 are the dates and times of the Chinese edition. */
static CellStyle style_of_builtin(int64_t id)
{
    static const struct {
        uint8_t first, last, style;
    } rows[] = {
        { 9, 10, STYLE_PERCENT },   { 14, 17, STYLE_DATE }, { 18, 21, STYLE_TIME },
        { 22, 22, STYLE_DATETIME }, { 27, 31, STYLE_DATE }, { 32, 35, STYLE_TIME },
        { 36, 36, STYLE_DATE },     { 45, 47, STYLE_TIME }, { 50, 54, STYLE_DATE },
        { 55, 56, STYLE_TIME },     { 57, 58, STYLE_DATE },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (id >= rows[i].first && id <= rows[i].last)
            return (CellStyle)rows[i].style;
    return STYLE_PLAIN;
}

/* Steps over "quoted" text, \x, _x, *x and [brackets]; true when it stepped. */
static bool skip_literal(Str code, size_t *at)
{
    char c = code.p[*at];
    char close = c == '"' ? '"' : c == '[' ? ']' : 0;
    if (c == '\\' || c == '_' || c == '*') {
        *at += 2;
        return true;
    }
    if (!close)
        return false;
    /* [h] [mm] [ss] are elapsed time, not a colour or a locale */
    if (c == '[' && *at + 1 < code.n && strchr("hHmMsS", code.p[*at + 1]) &&
        code.p[*at + 1] != '\0') {
        Str rest = str_sub(code, *at + 2, 2);
        if (rest.n && (rest.p[0] == ']' || (rest.n == 2 && rest.p[1] == ']')))
            return false;
    }
    const char *end = memchr(code.p + *at + 1, close, code.n - *at - 1);
    *at = end ? (size_t)(end - code.p) + 1 : code.n;
    return true;
}

static CellStyle style_of_code(Str code)
{
    bool day = false, clock = false, month = false, percent = false;
    if (str_is(code, "General"))
        return STYLE_PLAIN;
    for (size_t at = 0; at < code.n && code.p[at] != ';';) {
        if (skip_literal(code, &at))
            continue;
        switch (code.p[at++]) {
        case 'y':
        case 'Y':
        case 'd':
        case 'D': day = true; break;
        case 'h':
        case 'H':
        case 's':
        case 'S': clock = true; break;
        case 'm':
        case 'M': month = true; break;
        case '%': percent = true; break;
        default: break;
        }
    }
    if (day && clock)
        return STYLE_DATETIME;
    if (clock)
        return STYLE_TIME;
    if (day || month)
        return STYLE_DATE;
    return percent ? STYLE_PERCENT : STYLE_PLAIN;
}

CellStyle style_of_format(int64_t id, Str code)
{
    return code.p ? style_of_code(code) : style_of_builtin(id);
}

/* ---- numbers ---- */

typedef struct Digits {
    bool negative;
    int n;
    int exponent; /* value = 0.d1d2d3… × 10^exponent */
    char digit[SHOWN_DIGITS + 2];
    bool more; /* a digit other than 0 was cut off behind the last one kept */
} Digits;

static bool take_exponent(Str *s, int *exponent)
{
    if (!s->n)
        return true;
    if (s->p[0] != 'e' && s->p[0] != 'E')
        return false;
    Str rest = str_sub(*s, 1, s->n);
    bool plus = str_starts(rest, STR("+"));
    int64_t by;
    if (!num_parse_int(str_sub(rest, plus ? 1 : 0, rest.n), &by) || by > 400 || by < -400)
        return false;
    *exponent += (int)by;
    *s = STR("");
    return true;
}

static bool take_digits(Str raw, Digits *ret)
{
    Digits d = { 0 };
    Str s = str_trim(raw);
    d.negative = str_starts(s, STR("-"));
    s = str_sub(s, d.negative ? 1 : 0, s.n);
    bool point = false, any = false;
    size_t at = 0;
    for (; at < s.n; at++) {
        char c = s.p[at];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            break;
        any = true;
        bool leads = d.n == 0 && c == '0';
        if (!point && !leads)
            d.exponent++;
        if (point && leads)
            d.exponent--;
        if (leads)
            continue;
        if (d.n <= SHOWN_DIGITS)
            d.digit[d.n++] = (char)(c - '0');
        else
            d.more |= c != '0';
    }
    s = str_sub(s, at, s.n);
    if (!any || !take_exponent(&s, &d.exponent))
        return false;
    *ret = d;
    return true;
}

/* Half away from zero at 15 digits; a carry out of the first digit lengthens the number. */
static void round_digits(Digits *d)
{
    bool up = d->n > SHOWN_DIGITS && d->digit[SHOWN_DIGITS] >= 5;
    if (d->n > SHOWN_DIGITS)
        d->n = SHOWN_DIGITS;
    for (int i = d->n - 1; up && i >= 0; i--) {
        up = d->digit[i] == 9;
        d->digit[i] = (char)(up ? 0 : d->digit[i] + 1);
    }
    if (up) {
        d->digit[0] = 1; /* the others are 0 by now */
        d->exponent++;
    }
    while (d->n && d->digit[d->n - 1] == 0)
        d->n--;
}

bool xlsx_decimal(Arena *arena, Str raw, int shift, Str *ret)
{
    Digits d;
    if (!take_digits(raw, &d))
        return false;
    round_digits(&d);
    int whole = d.exponent + shift;
    if (whole > EXPONENT_MAX || whole < -EXPONENT_MAX)
        return false;
    if (!d.n) {
        *ret = STR("0");
        return true;
    }
    char text[2 * EXPONENT_MAX + SHOWN_DIGITS + 8];
    size_t n = 0;
    if (d.negative)
        text[n++] = '-';
    if (whole <= 0)
        text[n++] = '0';
    for (int i = 0; i < whole; i++)
        text[n++] = (char)('0' + (i < d.n ? d.digit[i] : 0));
    if (whole < d.n)
        text[n++] = '.';
    for (int i = whole; i < 0; i++)
        text[n++] = '0';
    for (int i = whole > 0 ? whole : 0; i < d.n; i++)
        text[n++] = (char)('0' + d.digit[i]);
    *ret = str_copy(arena, (Str){ text, n });
    return true;
}

/* ---- days ---- */

/* Serial 60 of the 1900 system is a 29 February that never was: days before it count from one day
 * later. */
static bool day_of_serial(int64_t serial, bool epoch_1904, int32_t *ret)
{
    int32_t base = epoch_1904 ? day_make(1904, 1, 1) : day_make(1899, 12, serial < 60 ? 31 : 30);
    if (serial < 0 || serial > DAY_MAX - base || (!epoch_1904 && serial == 60))
        return false;
    *ret = base + (int32_t)serial;
    return true;
}

static Str serial_text(Arena *arena, Str plain, CellStyle style, bool epoch_1904)
{
    int64_t billionths; /* of a day */
    Str whole = plain, part = STR("0");
    size_t point = str_find(plain, STR("."));
    if (point != SIZE_MAX) {
        whole = str_sub(plain, 0, point);
        part = str_sub(plain, point + 1, 9);
    }
    int64_t serial;
    int32_t day = 0;
    Str fraction = str_printf(arena, "0.%.*s", STR_ARG(part));
    if (!num_parse_int(whole, &serial) || !num_parse(fraction, 9, &billionths))
        return plain;
    int64_t seconds =
        (int64_t)num_div((Int128)billionths * SECONDS_A_DAY, num_pow10(9), ROUND_HALF);
    serial += seconds / SECONDS_A_DAY;
    seconds %= SECONDS_A_DAY;
    bool dated = style != STYLE_TIME && !(style == STYLE_DATETIME && serial == 0);
    if (dated && !day_of_serial(serial, epoch_1904, &day))
        return plain;
    Str date = dated ? day_print(arena, day) : STR("");
    if (dated && (seconds == 0 || style == STYLE_DATE))
        return date;
    Str clock = str_printf(arena, "%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60));
    if (seconds % 60)
        clock = str_printf(arena, "%.*s:%02d", STR_ARG(clock), (int)(seconds % 60));
    return dated ? str_printf(arena, "%.*s %.*s", STR_ARG(date), STR_ARG(clock)) : clock;
}

Str xlsx_value(Arena *arena, Str raw, CellStyle style, bool epoch_1904)
{
    Str plain;
    if (!xlsx_decimal(arena, raw, style == STYLE_PERCENT ? 2 : 0, &plain))
        return str_copy(arena, raw);
    switch (style) {
    case STYLE_PLAIN: return plain;
    case STYLE_PERCENT: return str_printf(arena, "%.*s%%", STR_ARG(plain));
    case STYLE_DATE:
    case STYLE_TIME:
    case STYLE_DATETIME: break;
    }
    return str_starts(plain, STR("-")) ? plain : serial_text(arena, plain, style, epoch_1904);
}

/* ---- text ---- */

static bool hex_digit(char c, int32_t *value)
{
    int32_t digit = c >= '0' && c <= '9' ? c - '0' : -1;
    if (c >= 'A' && c <= 'F')
        digit = c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        digit = c - 'a' + 10;
    *value = *value * 16 + digit;
    return digit >= 0;
}

/* "_xHHHH_" at the start of s? */
static bool escaped(Str s, int32_t *ret)
{
    if (s.n < 7 || s.p[0] != '_' || s.p[1] != 'x' || s.p[6] != '_')
        return false;
    *ret = 0;
    for (size_t i = 2; i < 6; i++)
        if (!hex_digit(s.p[i], ret))
            return false;
    return *ret > 0 && (*ret < 0xD800 || *ret > 0xDFFF);
}

Str xlsx_unescape(Arena *arena, Str text)
{
    if (str_find(text, STR("_x")) == SIZE_MAX)
        return text;
    Buf out = buf_open(arena, text.n + 16);
    while (text.n) {
        int32_t point;
        bool is_escape = escaped(text, &point);
        if (is_escape)
            utf8_put(&out, point);
        else
            buf_putc(&out, text.p[0]);
        text = str_sub(text, is_escape ? 7 : 1, text.n);
    }
    return buf_str(&out);
}

size_t xlsx_column(Str reference)
{
    size_t column = 0;
    size_t i = 0;
    for (; i < reference.n && reference.p[i] >= 'A' && reference.p[i] <= 'Z' && i < 4; i++)
        column = column * 26 + (size_t)(reference.p[i] - 'A') + 1;
    return i > 0 && i < 4 ? column - 1 : SIZE_MAX;
}
