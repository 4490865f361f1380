/* Parsing of what strangers send: escapes, queries, forms, cookies. Nothing is repaired: a broken
 * escape, bytes that are no UTF-8, or a NUL refuse the whole text, so that no two readers of the
 * same request can see two things. Cookies are other sites' litter too; there only the broken pair
 * goes. */
#include "base/utf8.h"
#include "net/net_int.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool net_unescape(Arena *arena, Str raw, bool plus, Str *ret)
{
    char *text = arena_array(arena, char, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%') {
            int high = i + 2 < raw.n ? hex_digit(raw.p[i + 1]) : -1;
            int low = i + 2 < raw.n ? hex_digit(raw.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        if (c == 0)
            return false;
        text[n++] = c;
    }
    Str made = { text, n };
    if (!utf8_valid(made))
        return false;
    *ret = made;
    return true;
}

bool net_parse_path(Arena *arena, Str raw, Str *ret)
{
    Str path;
    if (raw.n == 0 || raw.p[0] != '/' || !net_unescape(arena, raw, false, &path))
        return false;
    for (size_t i = 0; i < path.n; i++)
        if ((unsigned char)path.p[i] < ' ' || path.p[i] == 0x7f)
            return false;
    *ret = path;
    return true;
}

bool net_parse_pairs(Arena *arena, Str raw, Pairs *ret)
{
    Pairs pairs = { 0 };
    Str rest = raw, part;
    while (raw.n && str_next(&rest, '&', &part)) {
        if (part.n == 0)
            continue;
        size_t cut = str_find(part, STR("="));
        Str name = str_sub(part, 0, cut), value = STR("");
        if (cut != SIZE_MAX)
            value = str_sub(part, cut + 1, part.n);
        Pair pair;
        if (pairs.n == NET_PAIRS || !net_unescape(arena, name, true, &pair.name) ||
            !net_unescape(arena, value, true, &pair.value))
            return false;
        *list_push(arena, &pairs) = pair;
    }
    *ret = pairs;
    return true;
}

void net_parse_cookies(Arena *arena, Str raw, Pairs *ret)
{
    Pairs pairs = { 0 };
    Str rest = raw, part;
    while (raw.n && pairs.n < NET_PAIRS && str_next(&rest, ';', &part)) {
        size_t cut = str_find(part, STR("="));
        if (cut == SIZE_MAX)
            continue;
        Pair pair = { str_trim(str_sub(part, 0, cut)), str_trim(str_sub(part, cut + 1, part.n)) };
        if (pair.value.n >= 2 && pair.value.p[0] == '"' && pair.value.p[pair.value.n - 1] == '"')
            pair.value = str_sub(pair.value, 1, pair.value.n - 2);
        if (pair.name.n && utf8_valid(pair.name) && utf8_valid(pair.value))
            *list_push(arena, &pairs) = pair;
    }
    *ret = pairs;
}

bool net_same(Str a, Str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i], y = b.p[i];
        x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y;
        if (x != y)
            return false;
    }
    return true;
}

/* The weight is nought when all its digits are. */
static bool weight_is_nought(Str weight)
{
    for (size_t i = 0; i < weight.n; i++)
        if (weight.p[i] >= '1' && weight.p[i] <= '9')
            return false;
    return true;
}

bool net_accepts(Str header, Str coding)
{
    Str rest = header, part;
    while (header.n && str_next(&rest, ',', &part)) {
        Str left = part, name = STR(""), weight = STR("");
        if (!str_next(&left, ';', &name) || !net_same(str_trim(name), coding))
            continue;
        weight = str_trim(left.p ? left : STR(""));
        bool has = weight.n > 2 && (weight.p[0] == 'q' || weight.p[0] == 'Q') && weight.p[1] == '=';
        return !has || !weight_is_nought(str_sub(weight, 2, weight.n));
    }
    return false;
}

Str net_pair(const Pairs *pairs, const char *name, bool any_case)
{
    Str wanted = str_of(name);
    for (size_t i = 0; i < pairs->n; i++) {
        Str have = pairs->at[i].name;
        if (any_case ? net_same(have, wanted) : str_eq(have, wanted))
            return pairs->at[i].value;
    }
    return (Str){ 0 };
}
