/* Numbers of persons in texts: identity cards, bank cards, mobile telephones. */
#pragma once
#include "base/str.h"

typedef enum Traced { TRACED_NONE, TRACED_IDENTITY, TRACED_CARD, TRACED_MOBILE } Traced;
/* loose: digits may be parted by one blank or hyphen, as people write them. */
Traced find_person_number(Str text, bool loose, size_t *ret_from, size_t *ret_to);
/* The finished bytes of a page with every such number blotted out; how many there were. */
Str blot_person_numbers(Arena *arena, Str page, int *ret_count);
