/* docs/pack-language.md: the prose of manual.md with tables made from keywords.def. */
#include "lang/lang_int.h"

extern const char manual_md[];

static const char *const places[] = {
    [PLACE_RESERVED] = "everywhere (reserved)",
    [PLACE_HEAD] = "declarations",
    [PLACE_PACKS] = "head of a pack",
    [PLACE_BOOKS] = "books",
    [PLACE_TYPES] = "types",
    [PLACE_FIELDS] = "fields",
    [PLACE_LISTS] = "lists, params, roles",
    [PLACE_FIGURES] = "figures, formulas",
    [PLACE_FLOWS] = "flows, boards",
    [PLACE_TESTS] = "tests",
};

static void put_words(Buf *out)
{
    buf_putz(out, "| word | 中文 | in | 说明 | meaning |\n|---|---|---|---|---|\n");
    for (Word word = WORD_NONE + 1; word < WORD_COUNT; word++) {
        const WordRow *row = word_row(word);
        buf_printf(out, "| `%s` | %s | %s | %s | %s |\n", row->en, row->zh, places[row->where],
                   row->doc_zh, row->doc_en);
    }
}

static void put_functions(Buf *out)
{
    buf_putz(out, "| function | 中文 | arguments | 说明 | meaning |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < function_row_count; i++) {
        const FunctionRow *row = &function_rows[i];
        buf_printf(out, "| `%s` | %s | `%s` | %s | %s |\n", row->en, row->zh, row->args,
                   row->doc_zh, row->doc_en);
    }
}

Str lang_manual(Arena *arena)
{
    Buf out = buf_open(arena, 1 << 20);
    Str rest = str_of(manual_md);
    Str line;
    while (rest.n && str_next(&rest, '\n', &line)) {
        if (str_is(line, "@words@"))
            put_words(&out);
        else if (str_is(line, "@functions@"))
            put_functions(&out);
        else
            buf_printf(&out, "%.*s\n", STR_ARG(line));
    }
    return buf_str(&out);
}
