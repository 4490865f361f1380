/* Words: message id + values -> one sentence in Chinese or English. */
#pragma once
#include "base/str.h"

typedef enum Lang {
    LANG_ZH,
    LANG_EN,
} Lang;

/* what = "unit.unknown code=2202 name=x": values run to the next " key=" that the sentence uses. */
Str word_text(Arena *arena, const char *what, Lang lang);
/* The bare sentence of an id, or NULL. */
const char *word_find(Str id, Lang lang);
/* Language of the process: LANG_EN when the locale asks for English, else Chinese. */
Lang word_lang_of(const char *locale);
