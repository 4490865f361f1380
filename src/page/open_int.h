/* Inside of open.c and case/open_case.c, which alone make values open; pages cannot include it. */
#pragma once
#include "page/open.h"

struct Open {
    OpenState state;
    Str number, measure; /* or */
    Str words;
    bool covered, whole, zero;
    int64_t expected, reported, whole_n;
    Int128 size; /* in millionths, to compare by */
};

Str open_words(const char *id, Lang lang);
Str open_item(Arena *arena, Lang lang, const List *list, int32_t number);
bool field_is_open(const Field *field);
/* NULL = not open, or nothing stands there. A text with a person's number in it is withheld, unless
 * a second person let it through. */
const Open *open_cell(Work *w, Core *core, const Field *field, const RecordRow *row, Lang lang,
                      bool released);
