#include "base/words.h"

#include "base/check.h"

static const struct Word {
    const char *id;
    size_t id_n;
    const char *text[2];
} words[] = {
#define WORD(id, zh, en) { id, sizeof id - 1, { zh, en } },
#include "base/words.def"
#undef WORD
};

const char *word_find(Str id, Lang lang)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (id.n == words[i].id_n && str_eq(id, (Str){ words[i].id, words[i].id_n }))
            return words[i].text[lang];
    return NULL;
}

Lang word_lang_of(const char *locale)
{
    return locale && str_starts(str_of(locale), STR("en")) ? LANG_EN : LANG_ZH;
}

/* Start of the value after " key=", or SIZE_MAX. */
static size_t value_start(Arena *arena, Str values, Str key)
{
    Str mark = str_printf(arena, " %.*s=", STR_ARG(key));
    size_t at = str_find(values, mark);
    return at == SIZE_MAX ? SIZE_MAX : at + mark.n;
}

/* Where the value that begins at `from` ends: at the next key of the sentence, at the latest `to`.
 */
static size_t value_end(Arena *arena, const char *sentence, Str values, size_t from, size_t to)
{
    Str rest = str_of(sentence);
    Str piece;
    while (str_next(&rest, '{', &piece)) {
        Str name = rest;
        Str other;
        if (!str_next(&name, '}', &other) || !name.p)
            continue;
        size_t start = value_start(arena, values, other);
        if (start == SIZE_MAX || start <= from)
            continue;
        size_t end = start - other.n - 2;
        if (end >= from && end < to)
            to = end;
    }
    return to;
}

/* A key may stand in one language only: a name that has a translation. */
static Str value_of(Arena *arena, Str id, Str values, Str key)
{
    size_t from = value_start(arena, values, key);
    if (from == SIZE_MAX)
        return STR("?");
    size_t to = value_end(arena, word_find(id, LANG_ZH), values, from, values.n);
    to = value_end(arena, word_find(id, LANG_EN), values, from, to);
    return str_sub(values, from, to - from);
}

/* A reason may be a message itself: it is said in the language of the whole sentence. */
static Str reason_text(Arena *arena, Str key, Str value, Lang lang)
{
    Str id = str_sub(value, 0, str_find(value, STR(" ")));
    bool message = str_is(key, "why") && word_find(id, lang);
    return message ? word_text(arena, str_z(arena, value), lang) : value;
}

Str word_text(Arena *arena, const char *what, Lang lang)
{
    Str all = str_of(what);
    size_t space = str_find(all, STR(" "));
    Str id = str_sub(all, 0, space == SIZE_MAX ? all.n : space);
    Str values = space == SIZE_MAX ? STR("") : str_sub(all, space, all.n);
    const char *sentence = word_find(id, lang);
    if (!sentence)
        return word_text(arena, arena_printf(arena, "word.unknown what=%s", what), lang);
    Buf out = buf_open(arena, 16384);
    Str rest = str_of(sentence);
    while (rest.n) {
        size_t open = str_find(rest, STR("{"));
        size_t close = str_find(rest, STR("}"));
        if (open == SIZE_MAX || close == SIZE_MAX || close < open) {
            buf_put(&out, rest);
            break;
        }
        buf_put(&out, str_sub(rest, 0, open));
        Str key = str_sub(rest, open + 1, close - open - 1);
        buf_put(&out, reason_text(arena, key, value_of(arena, id, values, key), lang));
        rest = str_sub(rest, close + 1, rest.n);
    }
    return buf_str(&out);
}
