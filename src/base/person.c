/* Numbers of persons in texts: identity cards (18 digits with their check sign), bank cards (Luhn),
 * mobile telephones; in full-width digits and other disguises too. */
#include "base/person.h"

#include "base/time.h"
#include "base/utf8.h"

enum {
    IDENTITY = 18,
    CARD_LEAST = 16,
    CARD_MOST = 19,
    MOBILE = 11,
    DIGITS_MOST = 64,
    JOINTS_MOST = 4
};

typedef struct Digits {
    char at[DIGITS_MOST + 1];
    size_t n;
    bool too_many;
} Digits;

/* Written in other signs: 〇 to 九, ①, and the digits of mathematics. */
static int disguised(int32_t point)
{
    static const int32_t han[] = { 0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB,
                                   0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D };
    for (int i = 0; i < 10; i++)
        if (point == han[i])
            return i;
    if (point == 0x5E7A) /* 幺 */
        return 1;
    if (point == 0x96F6 || point == 0x24EA) /* 零, ⓪ */
        return 0;
    if (point >= 0x2460 && point <= 0x2468)
        return point - 0x2460 + 1;
    return point >= 0x1D7CE && point <= 0x1D7FF ? (point - 0x1D7CE) % 10 : -1;
}

/* 0-9, or 10 for the X of an identity card; -1 = none. */
static int digit_of(int32_t point)
{
    if (point >= '0' && point <= '9')
        return point - '0';
    if (point >= 0xFF10 && point <= 0xFF19)
        return point - 0xFF10;
    if (point >= 0x2460)
        return point == 0xFF38 || point == 0xFF58 ? 10 : disguised(point);
    return point == 'X' || point == 'x' ? 10 : -1;
}

static bool is_joint(int32_t point)
{
    return point == ' ' || point == '-' || point == '.' || point == '/' || point == '\t' ||
           point == '\n' || point == '\r' || point == 0x3000 || point == 0xA0 || point == 0xB7 ||
           (point >= 0x2000 && point <= 0x2015) || point == 0x2212 || point == 0xFF0D ||
           point == 0xFF0E || point == 0xFE0F || point == 0x20E3;
}

/* Signs of one kind make a number: the name before a number, or the mark of a line, is none of it.
 */
static int kind_of(int32_t point)
{
    if (point >= 0x2460 && point <= 0x24EA)
        return 1;
    return point >= 0x3007 && point <= 0x9FFF ? 2 : 0;
}

/* Behind a digit: past some joints, to the digit that goes on; else where it was. */
static size_t past_joints(Str text, size_t at)
{
    size_t end = at;
    for (int i = 0; i < JOINTS_MOST && end < text.n; i++) {
        size_t next = end;
        if (!is_joint(utf8_next(text, &next)) || next >= text.n)
            return at;
        end = next;
        int digit = digit_of(utf8_next(text, &next));
        if (digit >= 0 && digit <= 9)
            return end;
    }
    return at;
}

static bool is_latin(int32_t point)
{
    return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z') || point == '_';
}

static bool is_identity(const Digits *d)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0, year = 0;
    if (d->n != IDENTITY)
        return false;
    for (int i = 0; i < IDENTITY - 1; i++) {
        if (d->at[i] > 9)
            return false;
        sum += d->at[i] * weights[i];
    }
    for (int i = 6; i < 10; i++)
        year = year * 10 + d->at[i];
    int month = d->at[10] * 10 + d->at[11], day = d->at[12] * 10 + d->at[13];
    int check = (12 - sum % 11) % 11;
    return d->at[IDENTITY - 1] == check && year >= 1850 && year <= 2150 &&
           day_exists(year, month, day);
}

static bool is_card(const Digits *d)
{
    int sum = 0;
    if (d->n < CARD_LEAST || d->n > CARD_MOST || d->at[0] == 0)
        return false;
    for (size_t i = 0; i < d->n; i++) {
        int digit = d->at[d->n - 1 - i];
        if (digit > 9)
            return false;
        digit = i % 2 ? digit * 2 : digit;
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

static bool is_mobile(const Digits *d)
{
    size_t from = d->n == MOBILE + 2 && d->at[0] == 8 && d->at[1] == 6 ? 2 : 0;
    return d->n == MOBILE + from && d->at[from] == 1 && d->at[from + 1] >= 3 &&
           d->at[from + 1] <= 9;
}

static Traced judge(const Digits *d)
{
    if (d->too_many)
        return TRACED_NONE;
    if (is_identity(d))
        return TRACED_IDENTITY;
    if (is_card(d))
        return TRACED_CARD;
    return is_mobile(d) ? TRACED_MOBILE : TRACED_NONE;
}

/* A run of digits from `at`, which is one; an X ends it. *at moves behind it. */
static Digits take_run(Str text, bool loose, size_t *at)
{
    Digits d = { .n = 0 };
    size_t end = *at, first = *at;
    int kind = kind_of(utf8_next(text, &first));
    while (end < text.n) {
        size_t next = loose && d.n ? past_joints(text, end) : end;
        int32_t point = utf8_next(text, &next);
        int digit = digit_of(point);
        if (digit < 0 || (digit == 10 && d.n != IDENTITY - 1) ||
            (digit < 10 && kind_of(point) != kind))
            break;
        d.too_many = d.n == DIGITS_MOST;
        if (!d.too_many)
            d.at[d.n++] = (char)digit;
        end = next;
        if (digit == 10)
            break;
    }
    *at = end;
    return d;
}

Traced find_person_number(Str text, bool loose, size_t *ret_from, size_t *ret_to)
{
    int32_t before = 0;
    for (size_t at = 0; at < text.n;) {
        size_t next = at;
        int32_t point = utf8_next(text, &next);
        int digit = digit_of(point);
        if (digit < 0 || digit > 9) {
            before = point;
            at = next;
            continue;
        }
        size_t end = at;
        Digits d = take_run(text, loose, &end);
        size_t behind = end;
        int32_t after = end < text.n ? utf8_next(text, &behind) : 0;
        /* a hash or a name of the machinery is no person's; in a clerk's text nothing is */
        bool inside = !loose && (is_latin(before) || is_latin(after));
        Traced found = inside ? TRACED_NONE : judge(&d);
        if (found != TRACED_NONE) {
            *ret_from = at;
            *ret_to = end;
            return found;
        }
        if (loose && d.n) { /* the parts by themselves: 3 13800138000 */
            end = at;
            d = take_run(text, false, &end);
            if ((found = judge(&d)) != TRACED_NONE) {
                *ret_from = at;
                *ret_to = end;
                return found;
            }
        }
        before = '0';
        at = end;
    }
    return TRACED_NONE;
}

Str blot_person_numbers(Arena *arena, Str page, int *ret_count)
{
    size_t from, to;
    *ret_count = 0;
    if (find_person_number(page, false, &from, &to) == TRACED_NONE)
        return page;
    Buf out = buf_open(arena, page.n * 2 + 64);
    Str rest = page;
    while (find_person_number(rest, false, &from, &to) != TRACED_NONE) {
        buf_put(&out, str_sub(rest, 0, from));
        buf_putz(&out, "■■■");
        rest = str_sub(rest, to, rest.n);
        ++*ret_count;
    }
    buf_put(&out, rest);
    return buf_str(&out);
}
